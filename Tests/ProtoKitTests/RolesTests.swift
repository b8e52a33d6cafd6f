import Bytes
import Foundation
import Session
import Synchronization
import Testing

@testable import ProtoKit

/// A role in a thread, with the lab's ends of its control stream and its ring.
final class RunningRole {
  private let control: CInt
  private let ring: CInt
  private let consumer: EventRing.Consumer
  private let thread: Thread
  private let finished = DispatchSemaphore(value: 0)
  private var lines: [String] = []
  private(set) var events: [Event] = []
  private(set) var secrets = ""
  private var buffer = LineBuffer()

  init(_ role: String, _ parameters: [String: String], shared: String? = nil) throws {
    let (ours, theirs) = try #require(Descriptor.pair())
    control = ours
    ring = EventRing.make()
    consumer = try #require(EventRing.Consumer(fd: ring))
    let plan = ProcessPlan(
      host: parameters["to"] == nil ? "server" : "client", role: role, parameters: parameters)
    let ring = self.ring, finished = self.finished
    thread = Thread {
      _ = RoleProcess.run(
        plan, hosts: "client=127.0.0.1 server=127.0.0.1", shared: shared, control: theirs,
        ring: EventRing.Producer(fd: ring))
      close(theirs)
      finished.signal()
    }
    thread.start()
  }

  deinit {
    shutdown(control, CInt(SHUT_RDWR))
    finished.wait()
    close(control)
    close(ring)
  }

  func send(_ line: String) { _ = Descriptor.write(control, Array((line + "\n").utf8)[...]) }

  /// The next line that the role says; nil when it ended or says nothing for ten seconds.
  func line() -> String? {
    while lines.isEmpty {
      var one = [pollfd(fd: control, events: Int16(POLLIN), revents: 0)]
      guard unsafe poll(&one, 1, 10_000) > 0, let bytes = Descriptor.read(control), !bytes.isEmpty else {
        return nil
      }
      lines += buffer.add(bytes)
    }
    drain()
    return lines.removeFirst()
  }

  func drain() {
    consumer.drain {
      if let event = $0.event { events.append(event) }
      if case .secrets(let text) = $0 { secrets += text }
    }
  }

  /// Waits until an event's words contain `text`.
  func event(_ text: String) -> Event? {
    let end = Date(timeIntervalSinceNow: 10)
    while Date() < end {
      drain()
      if let found = events.first(where: { $0.message.contains(text) }) { return found }
      usleep(1000)
    }
    return nil
  }

  func calls(_ name: String) -> [Event] { events.filter { $0.kind == .syscall && $0.text("name") == name } }
}

/// A port that nobody uses at the moment of asking.
func freePort() -> String {
  let system = Syscalls(Recorder(host: "", process: "", ring: nil))
  let fd = system.socket(.v4(IPv4Address(0x7F00_0001))).fd
  defer { system.close(fd) }
  _ = system.bind(fd, Endpoint(address: .v4(IPv4Address(0x7F00_0001)), port: 0))
  var address = sockaddr_in()
  var size = socklen_t(MemoryLayout<sockaddr_in>.size)
  _ = unsafe withUnsafeMutablePointer(to: &address) {
    unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe getsockname(fd, $0, &size) }
  }
  return "\(UInt16(bigEndian: address.sin_port))"
}

@Suite(.serialized) struct RolesTests {
  @Test func theBacklogHoldsConnectionsUntilTheyAreAccepted() throws {
    let port = freePort()
    let server = try RunningRole("tcp-listener", ["port": port, "backlog": "4", "accept": "manual"])
    #expect(server.line() == "ready")
    let client = try RunningRole("tcp-connector", ["to": "server:\(port)", "connections": "3"])
    #expect(client.line() == "ready")
    #expect(client.line() == "done")
    #expect(client.event("connect() returned 0")?.text("local")?.hasPrefix("127.0.0.1:") == true)
    #expect(client.calls("connect").map { $0.text("errno") } == Array(repeating: "EINPROGRESS", count: 3))
    #expect(server.event("listen(")?.message.hasSuffix(", 4) = 0") == true)
    #expect(server.calls("accept4").isEmpty)
    server.send("7 accept 2")
    #expect(server.line() == "7 ok 2 accepted")
    server.send("8 accept 2")
    #expect(server.line() == "8 ok 1 of 2 accepted: the accept queue is empty")
    let accepted = server.calls("accept4")
    #expect(accepted.compactMap { $0.text("errno") } == ["EAGAIN"])
    #expect(accepted.count == 4)
    #expect(Set(accepted.prefix(3).map { $0.text("remote") }).count == 3)
    server.send("9 dance")
    #expect(server.line()?.hasPrefix("9 error dance: not understood") == true)
    client.send("1 close rst")
    #expect(client.line() == "1 ok 3 closed by rst")
    #expect(server.event(" = -1 ECONNRESET")?.text("name") == "recv")
  }

  @Test func aKeyStartsOneConnectionAtATime() throws {
    let port = freePort()
    let server = try RunningRole("tcp-listener", ["port": port])
    #expect(server.line() == "ready")
    let client = try RunningRole(
      "tcp-connector", ["to": "server:\(port)", "connections": "2", "by": "key", "hold": "20ms"])
    #expect(client.line() == "ready")
    client.send("1 press")
    #expect(client.line() == "1 ok a connection was started, 1 left")
    #expect(client.event("close(") != nil)
    #expect(client.calls("connect").count == 1)
    client.send("2 press")
    #expect(client.line() == "2 ok a connection was started, 0 left")
    #expect(client.line() == "done")
  }

  @Test func failuresHaveTheirNames() throws {
    let refused = try RunningRole("tcp-connector", ["to": "server:\(freePort())"])
    #expect(refused.line() == "ready")
    #expect(refused.line() == "done")
    #expect(refused.event("connect() failed")?.text("errno") == "ECONNREFUSED")
    #expect(refused.calls("getsockopt").first?.text("so_error") == "ECONNREFUSED")

    // A full accept queue leaves a handshake unanswered: the connector gives up by itself.
    let port = freePort()
    let server = try RunningRole("tcp-listener", ["port": port, "backlog": "0", "accept": "manual"])
    #expect(server.line() == "ready")
    let late = try RunningRole(
      "tcp-connector", ["to": "server:\(port)", "connections": "4", "timeout": "100ms"])
    #expect(late.line() == "ready")
    #expect(late.line() == "done")
    #expect(late.event("was given up after")?.text("errno") == "ETIMEDOUT")

    // Broadcast addresses can't be connected to: no packet leaves.
    let unreachable = try RunningRole("tcp-connector", ["to": "255.255.255.255:9"])
    #expect(unreachable.line() == "ready")
    #expect(unreachable.line() == "done")
    #expect(unreachable.event("connect() failed")?.text("errno") == "ENETUNREACH")
  }

  @Test(arguments: ["rst", "unread"]) func aServerMayReset(_ how: String) throws {
    let port = freePort()
    let server = try RunningRole("tcp-listener", ["port": port, "close": how])
    #expect(server.line() == "ready")
    let client = try RunningRole("tcp-echo-client", ["to": "server:\(port)"])
    #expect(client.line() == "ready")
    #expect(client.line() == "done")
    client.drain()
    #expect(client.events.contains { $0.text("errno") == "ECONNRESET" })
  }

  @Test func aServerMayHoldWhatItResets() throws {
    let port = freePort()
    let server = try RunningRole("tcp-listener", ["port": port, "close": "rst", "hold": "50ms"])
    #expect(server.line() == "ready")
    let client = try RunningRole("tcp-echo-client", ["to": "server:\(port)", "messages": "2", "by": "key"])
    #expect(client.line() == "ready")
    client.send("1 press")
    #expect(client.line() == "1 ok connecting")
    #expect(client.line() == "done")
    client.drain()
    server.drain()
    #expect(client.events.contains { $0.text("errno") == "ECONNRESET" })
    // The client may hear of the reset before the call that made it is told.
    #expect(server.event("close(") != nil)
    let accepted = try #require(server.calls("accept4").first)
    let closed = try #require(server.calls("close").last)
    #expect(closed.time.since(accepted.time) >= 50_000_000)
  }

  @Test func anEchoComesBackHoweverItIsSplit() throws {
    let port = freePort()
    let server = try RunningRole("tcp-echo-server", ["port": port])
    #expect(server.line() == "ready")
    for (parameters, sends) in [
      (["messages": "3", "size": "10", "split": "4"], 12), (["messages": "3", "glued": "yes"], 1),
      (["size": "1000000"], 1),
    ] {
      let client = try RunningRole(
        "tcp-echo-client", parameters.merging(["to": "server:\(port)"]) { $1 })
      #expect(client.line() == "ready")
      #expect(client.line() == "done")
      client.drain()
      #expect(client.events.count { $0.message == "The echo is complete" } == (sends == 12 ? 3 : 1))
      #expect(client.calls("send").count >= sends)
      let got = client.calls("recv").compactMap { $0.number("result") }.reduce(0, +)
      #expect(got == (sends == 12 ? 30 : parameters["glued"] == nil ? 1_000_000 : 48))
    }
  }

  @Test func aClosedHalfStillReceives() throws {
    let port = freePort()
    let server = try RunningRole("tcp-echo-server", ["port": port])
    #expect(server.line() == "ready")
    let client = try RunningRole("tcp-echo-client", ["to": "server:\(port)", "close": "half"])
    #expect(client.line() == "ready")
    #expect(client.line() == "done")
    #expect(client.event("SHUT_WR) = 0") != nil)
    #expect(client.event("close(") != nil)
  }

  @Test(arguments: [
    (
      "tcp-listener", ["backlog": "many"],
      "`backlog=many` is not allowed. Write a whole number from 0 to 65535."
    ),
    ("tcp-listener", ["colour": "red"], "it takes no colour="),
    ("tcp-connector", ["to": "nobody:1"], "the lab has no host nobody"),
    ("tcp-connector", ["to": "server:99999"], "`to=server:99999` is not allowed. Write host:port."),
    ("spoon", [:], "there is no role spoon"),
  ]) func aWrongPlanIsNamed(_ role: String, _ parameters: [String: String], _ words: String) throws {
    let wrong = try RunningRole(role, parameters)
    #expect(wrong.line() == nil)
    #expect(wrong.event(words)?.text("what") == "trouble")
  }

  @Test func aWorkingCallIsToldInTwoRows() throws {
    let ring = EventRing.make()
    defer { close(ring) }
    let consumer = try #require(EventRing.Consumer(fd: ring))
    Syscalls(Recorder(host: "server", process: "x", ring: EventRing.Producer(fd: ring))).sleep(11_000_000)
    var found: [Event] = []
    consumer.drain { if let event = $0.event { found.append(event) } }
    #expect(found.map { $0.text("phase") } == ["call", "return"])
    #expect(found.last.map { $0.time.since(found[0].time) >= 11_000_000 } == true)
  }

  @Test func parametersChangeWhileTheRoleRuns() throws {
    let port = freePort()
    let server = try RunningRole("tcp-listener", ["port": port, "backlog": "4", "accept": "manual"])
    #expect(server.line() == "ready")
    for (command, answer) in [
      ("set backlog 1", "ok backlog is 1, it was 4"),
      ("set backlog x", "error `backlog=x` is not allowed. Write a whole number from 0 to 65535."),
      ("set port 9", "error port can't be changed while the lab runs; set it for the next run"),
      (
        "set colour red",
        "error set colour red: not understood; it takes set PARAMETER VALUE of backlog, accept, close, hold"
      ),
      (
        "set backlog",
        "error set backlog: not understood; it takes set PARAMETER VALUE of backlog, accept, close, hold"
      ),
    ] {
      server.send("1 \(command)")
      #expect(server.line() == "1 \(answer)")
    }
    #expect(
      server.calls("listen").map(\.message).map { $0.split(separator: " ", maxSplits: 1)[1] } == [
        "4) = 0", "1) = 0",
      ])

    let client = try RunningRole("tcp-connector", ["to": "server:\(port)", "by": "key", "connections": "2"])
    #expect(client.line() == "ready")
    client.send("1 press")
    #expect(client.line()?.hasPrefix("1 ok") == true)
    #expect(client.event("connect() returned 0") != nil)
    #expect(server.calls("accept4").isEmpty)
    // From now on connections are accepted as they come, and the one that waits too.
    server.send("2 set accept auto")
    #expect(server.line() == "2 ok accept is auto, it was manual")
    #expect(server.event("accept4(") != nil)
    client.send("2 set hold 10ms")
    #expect(client.line() == "2 ok hold is 10ms, it was 0")
    #expect(client.event("close(") != nil)
  }

  @Test func theWaitingItselfIsRecorded() throws {
    let port = freePort()
    let server = try RunningRole("tcp-echo-server", ["port": port])
    #expect(server.line() == "ready")
    // It waits: the call is told while it blocks.
    let call = try #require(server.event("epoll_wait("))
    #expect(call.text("phase") == "call" && call.message.hasSuffix(", 64, -1) ..."))
    server.send("1 press")
    #expect(server.line() == "1 ok nothing here waits for a key")
    let back = try #require(server.event(", 64, -1) = 1: "))
    #expect(back.text("phase") == "return" && back.message.hasSuffix(" EPOLLIN"))
    #expect(try #require(back.number("duration")) >= EventRing.slow)
    #expect(back.time.since(call.time) == back.number("duration"))

    let client = try RunningRole(
      "tcp-connector", ["to": "server:\(port)", "hold": "30ms"])
    #expect(client.line() == "ready")
    #expect(client.line() == "done")
    client.drain()
    let waits = client.calls("epoll_wait")
    #expect(waits.contains { $0.text("phase") == "return" && $0.number("result") == 0 })
    #expect(waits.contains { $0.text("phase") == nil })
  }
}
