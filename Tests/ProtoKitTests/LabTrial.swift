import Foundation
import Glibc
import Session
import TestSupport
import Testing

@testable import ProtoKit

/// A lab run by a test: real namespaces, real roles, and a reaction to every record as it comes.
final class LabTrial {
  /// Who starts the lab.
  enum User: String, CaseIterable, Sendable {
    case own
    /// uid 65534, by setpriv(1); only root can become it.
    case nobody
    static var tested: [User] { getuid() == 0 ? allCases : [.own] }
  }
  private(set) var records: [Record] = []
  private(set) var reports: [LabReport] = []
  private var run: LabRun?
  private var isStopped = false
  private var user = User.own
  private let folder = FileManager.default.temporaryDirectory.appending(path: "backlab-\(UUID().uuidString)")
    .path

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  /// A server that listens and a client with three connections, one a key.
  static func knock(backlog: Int, connections: Int = 3, delay: Int64 = 25_000_000, pressesKeys: Bool = false)
    -> LabPlan
  {
    var plan = LabPlan(lesson: "trial", text: "")
    plan.hosts = ["server", "client"]
    plan.processes = [
      ProcessPlan(
        host: "server", role: "tcp-listener",
        parameters: ["port": "8080", "backlog": "\(backlog)", "accept": "manual"]),
      ProcessPlan(
        host: "client", role: "tcp-connector",
        parameters: ["to": "server:8080", "connections": "\(connections)", "by": "key"]),
    ]
    var link = LinkPlan()
    link.delay = delay
    plan.links = [link]
    plan.pressesKeys = pressesKeys
    return plan
  }

  func send(_ command: String, by author: LabCommand.Author = .learner) { _ = run?.send(command, by: author) }
  func stop() { isStopped = true }
  /// The lab process while it runs.
  var processID: pid_t { run?.processID ?? 0 }

  /// What a command prints on a host of the lab.
  func on(_ host: String, _ command: [String]) -> String {
    guard var words = run?.enter(host, command, program: BuiltProgram.path) else {
      return "the lab has no \(host)"
    }
    if user == .nobody {
      words =
        ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "\(folder)/program"]
        + words.dropFirst()
    }
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = words
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    guard (try? process.run()) != nil else { return "not started" }
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return String(decoding: data, as: UTF8.self)
  }

  /// Runs a plan until `react` stops it, or its end; `told` comes with each report. Fails after 30 s.
  func drive(
    _ plan: LabPlan, as user: User = .own, told: (LabTrial, LabReport) -> Void = { _, _ in },
    _ react: (LabTrial, Record) -> Void
  ) throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    self.user = user
    var executable = BuiltProgram.path
    if user == .nobody {
      // The build's folder may be closed to others, so the program is copied to where anyone may run it. Another
      // process copies: a descriptor for writing here could be inherited by another test's child, and then the
      // program can't be run (ETXTBSY).
      let script =
        "#!/bin/sh\nexec setpriv --reuid=65534 --regid=65534 --clear-groups \(folder)/program \"$@\"\n"
      let copy = Process()
      copy.executableURL = URL(filePath: "/bin/sh")
      copy.arguments = [
        "-c",
        "cp \"$0\" \"$1/program\" && printf %s \"$2\" >\"$1/start\" && chmod 755 \"$1\" \"$1/program\" \"$1/start\"",
        executable, folder, script,
      ]
      try copy.run()
      copy.waitUntilExit()
      try #require(copy.terminationStatus == 0)
      executable = "\(folder)/start"
    }
    let run = try LabRun.start(plan, executable: executable)
    self.run = run
    defer {
      run.stop()
      self.run = nil
    }
    var decoder = SessionDecoder()
    var isOpen = true
    let end = ContinuousClock.now + .seconds(30)
    while isOpen, !isStopped {
      var polls = [
        pollfd(fd: run.session, events: Int16(POLLIN), revents: 0),
        pollfd(fd: run.control, events: Int16(POLLIN), revents: 0),
      ]
      _ = unsafe poll(&polls, 2, 1000)
      for report in run.reports() {
        reports.append(report)
        told(self, report)
      }
      while let bytes = Descriptor.read(run.session) {
        if bytes.isEmpty { isOpen = false }
        if bytes.isEmpty { break }
        decoder.push(bytes)
        while let record = decoder.next() {
          records.append(record)
          react(self, record)
        }
      }
      if ContinuousClock.now > end {
        Issue.record("the lab did not end: \(reports), \(records.count) records")
        return
      }
    }
  }
}

extension Record {
  var event: Event? { if case .event(let event) = self { event } else { nil } }
  var frame: Frame? { if case .frame(let frame) = self { frame } else { nil } }
  /// The accept queue's length in a listener's reading.
  var queue: Int64? { event?.kind == .kernel ? event?.number("accept_queue") : nil }
  /// TCP flags of an IPv4 or IPv6 frame.
  var flags: UInt8? {
    guard let bytes = frame?.bytes, bytes.count >= 48 else { return nil }
    if bytes[12..<14] == [0x86, 0xDD], bytes.count >= 68, bytes[20] == 6 { return bytes[67] }
    return bytes[12..<14] == [8, 0] && bytes[23] == 6 ? bytes[47] : nil
  }
  var isSYN: Bool { flags.map { $0 & 0x12 == 2 } ?? false }
}
