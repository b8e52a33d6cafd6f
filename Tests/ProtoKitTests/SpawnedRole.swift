import Bytes
import CLinux
import Foundation
import Session
import TestSupport
import Testing

@testable import ProtoKit

/// A role in a process of its own, as a lab starts it, with the lab's ends of its control stream and its ring.
final class SpawnedRole {
  let pid: pid_t
  private let control: CInt
  private let consumer: EventRing.Consumer
  private let output: CInt
  private var lines: [String] = []
  private var buffer = LineBuffer()
  private(set) var events: [Event] = []
  private(set) var secrets = ""
  private var isGone = false

  /// `files` is the most files that it may open, however it asks for more; `shared` the directory of the lab's hosts.
  init(
    _ role: String, _ parameters: [String: String], records: Bool = true, files: Int? = nil,
    shared: String? = nil
  ) throws {
    let (ours, theirs) = try #require(Descriptor.pair())
    let (output, printing) = try #require(Descriptor.pipe())
    let ring = EventRing.make()
    let bell = clinux_bell()
    control = ours
    self.output = output
    consumer = try #require(EventRing.Consumer(fd: ring))
    let plan = ProcessPlan(
      host: parameters["to"] == nil ? "server" : "client", role: role, parameters: parameters)
    let json = String(decoding: try JSONEncoder().encode(plan), as: UTF8.self)
    let place = shared.map { ["/usr/bin/env", "BACKLAB_SHARED=\($0)"] } ?? []
    let limit = files.map { ["/bin/sh", "-c", "ulimit -n \($0); exec \"$0\" \"$@\""] } ?? []
    let arguments = place + limit + [BuiltProgram.path, "role", json, "client=127.0.0.1 server=127.0.0.1"]
    pid = unsafe Descriptor.withArguments(arguments) {
      unsafe clinux_spawn(-1, $0, theirs, records ? ring : -1, bell, printing)
    }
    for fd in [theirs, printing, ring, bell] { close(fd) }
    try #require(pid > 0)
  }

  deinit {
    kill()
    close(control)
    close(output)
  }

  /// Kills it, at once; what it wrote stays.
  func kill() {
    if isGone { return }
    isGone = true
    Glibc.kill(pid, SIGKILL)
    waitpid(pid, nil, 0)
  }

  /// Waits for its end: its exit status, or nil when a signal ended it.
  func status() -> CInt? {
    var status: CInt = 0
    guard !isGone, unsafe waitpid(pid, &status, 0) == pid else { return nil }
    isGone = true
    drain()
    return status & 0x7F == 0 ? status >> 8 & 255 : nil
  }

  func send(_ line: String) { _ = Descriptor.write(control, Array((line + "\n").utf8)[...]) }

  /// The next line that the role says, its ring emptied meanwhile as by a lab; nil when it ended, or says nothing for
  /// twenty seconds.
  func line(within seconds: Double = 20) -> String? {
    let end = Date(timeIntervalSinceNow: seconds)
    while lines.isEmpty, Date() < end {
      var one = [pollfd(fd: control, events: Int16(POLLIN), revents: 0)]
      let count = unsafe poll(&one, 1, 2)
      drain()
      guard count > 0 else { continue }
      guard let bytes = Descriptor.read(control), !bytes.isEmpty else { return nil }
      lines += buffer.add(bytes)
    }
    return lines.isEmpty ? nil : lines.removeFirst()
  }

  func drain() {
    consumer.drain(hasEnded: isGone) {
      if let event = $0.event { events.append(event) }
      if case .secrets(let text) = $0 { secrets += text }
    }
  }

  /// Waits until an event satisfies `wanted`.
  @discardableResult
  func event(_ wanted: (Event) -> Bool) -> Event? {
    let end = Date(timeIntervalSinceNow: 20)
    while Date() < end {
      drain()
      if let found = events.first(where: wanted) { return found }
      usleep(1000)
    }
    return nil
  }

  func calls(_ name: String) -> [Event] { events.filter { $0.kind == .syscall && $0.text("name") == name } }

  /// Who made calls of this name that succeeded.
  func callers(_ name: String) -> Set<String> {
    Set(calls(name).filter { ($0.number("result") ?? -1) >= 0 }.compactMap { $0.text("process") })
  }
}

/// A client's connection to a port of 127.0.0.1, in calls that wait ten seconds at most.
final class PlainClient {
  private let fd: CInt
  private var buffer: [UInt8] = []
  private var hasLeft = false

  init(_ port: String) throws {
    fd = socket(AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
    try #require(fd >= 0)
    _ = clinux_receive_timeout(fd, 10_000)
    let to = Endpoint(address: .v4(IPv4Address(0x7F00_0001)), port: try #require(UInt16(port)))
    try #require(clinux_connect(fd, to.raw) == 0)
  }

  deinit { leave() }

  func send(_ text: String) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let n = unsafe rest.withUnsafeBytes {
        unsafe Glibc.send(fd, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
      }
      if n <= 0 { return }
      rest = rest.dropFirst(n)
    }
  }

  /// Closes it.
  func leave() {
    if !hasLeft { close(fd) }
    hasLeft = true
  }

  /// Says that no more will be sent.
  func finish() { shutdown(fd, CInt(SHUT_WR)) }

  private func more() -> Bool {
    guard let bytes = Descriptor.read(fd), !bytes.isEmpty else { return false }
    buffer += bytes
    return true
  }

  /// The next answer: its head and its content, which has the length that the head says. Nil at the end.
  func answer(hasContent: Bool = true) -> (head: String, content: String)? {
    let end = Array("\r\n\r\n".utf8)
    while true {
      if let at = buffer.firstRange(of: end) {
        let head = String(decoding: buffer[..<at.lowerBound], as: UTF8.self)
        let length = head.split(separator: "\r\n").first { $0.hasPrefix("Content-Length: ") }.flatMap {
          Int($0.dropFirst(16))
        }
        let wanted = hasContent ? length ?? 0 : 0
        if buffer.count - at.upperBound >= wanted {
          let content = String(decoding: buffer[at.upperBound..<at.upperBound + wanted], as: UTF8.self)
          buffer.removeSubrange(..<(at.upperBound + wanted))
          return (head, content)
        }
      }
      guard more() else { return nil }
    }
  }

  /// How many octets come until the end; nil when it does not come.
  func octetsUntilEnd() -> Int? {
    while let bytes = Descriptor.read(fd) {
      if bytes.isEmpty { return buffer.count }
      buffer += bytes
    }
    return nil
  }

  /// Whether the server ends the connection, with nothing more before that.
  var isEnded: Bool { buffer.isEmpty && !more() }
}
