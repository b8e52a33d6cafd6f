import Bytes
import CLinux
import Glibc
import Session
import Testing

@testable import ProtoKit

/// A backend that goes, and one that has too much to do.
@Suite(.serialized) struct DrainTests {
  private static let get = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n"
  private static let slow = "GET /slow HTTP/1.1\r\nHost: x\r\n\r\n"
  static let forms = BackendForm.all.filter { form in
    !["shared-socket", "pre-fork", "process-per-connection"].contains(form.pattern)
      && form.more["unit"] == nil
  }
  static let others = BackendForm.all.filter { form in
    !forms.contains { $0.testDescription == form.testDescription }
  }

  private func start(_ form: BackendForm, _ cost: String) throws -> (role: SpawnedRole, port: String)? {
    try form.start(["work": "sleep", "cost": cost, "slow": "/slow"])
  }

  private func isAsleep(_ role: SpawnedRole) -> Bool {
    role.event { $0.text("name") == "nanosleep" } != nil
  }

  /// What was begun is answered, and that is the last; what owes nothing is closed; then the process ends by itself.
  @Test(arguments: forms) func openRequestsEndAndThenTheProcess(_ form: BackendForm) throws {
    guard let (role, port) = try start(form, "300ms") else { return }
    let idle = form.servesMany ? try PlainClient(port) : nil
    idle?.send(Self.get)
    if let idle { #expect(idle.answer()?.head.contains("Connection: close") == false) }
    let busy = try PlainClient(port)
    busy.send(Self.slow)
    try #require(isAsleep(role))
    role.send("1 drain")
    #expect(role.line() == "1 ok it drains, for 10 s at most")
    let answer = try #require(busy.answer())
    #expect(answer.head.hasPrefix("HTTP/1.1 200 OK\r\n") && answer.head.contains("Connection: close"))
    #expect(busy.isEnded)
    if let idle { #expect(idle.isEnded) }
    busy.leave()
    #expect(role.status() == 0)
    #expect(role.events.contains { $0.text("what") == "drained" && $0.message.hasPrefix("Every connection") })
    #expect(role.calls("shutdown").contains { $0.text("process") == "backend" })
    let endpoint = Endpoint(address: .v4(IPv4Address(0x7F00_0001)), port: try #require(UInt16(port)))
    let late = socket(AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
    defer { close(late) }
    #expect(clinux_connect(late, endpoint.raw) < 0 && errno == ECONNREFUSED)
  }

  /// Nothing is open: it ends at once.
  @Test(arguments: forms) func aBackendWithoutConnectionsEnds(_ form: BackendForm) throws {
    guard let (role, _) = try start(form, "1ms") else { return }
    role.send("1 drain 5s")
    #expect(role.line() == "1 ok it drains, for 5 s at most")
    #expect(role.status() == 0)
  }

  /// A request that never comes whole is waited for, and not for ever.
  @Test(arguments: forms) func aRequestThatStaysOpenIsBrokenOff(_ form: BackendForm) throws {
    guard let (role, port) = try start(form, "1ms") else { return }
    let client = try PlainClient(port)
    client.send("GET / HTTP/1.1\r\nHo")
    // By a ring: what was accepted, handed over where others read, and received.
    let wanted: Int64 = form.pattern == "acceptor-readers" ? 3 : 2
    try #require(
      role.event { event in
        let completed = role.calls("io_uring_enter").reduce(0) { $0 + ($1.number("completed") ?? 0) }
        return event.text("name") == "recv" && (event.number("result") ?? 0) > 0 || completed >= wanted
      } != nil)
    role.send("1 drain 300ms")
    #expect(role.line() == "1 ok it drains, for 300 ms at most")
    role.send("2 drain")
    #expect(role.line() == "2 error it drains already")
    #expect(role.status() == 0)
    #expect(
      role.events.contains {
        $0.text("what") == "drained" && $0.message.hasPrefix("The time to drain is over")
      })
  }

  @Test(arguments: others) func processesDontDrain(_ form: BackendForm) throws {
    guard let (role, _) = try start(form, "1ms") else { return }
    role.send("1 drain")
    #expect(
      role.line()
        == "1 error pattern=\(form.pattern) has several processes here: drain is for one with threads")
  }

  /// One worker works, two requests wait, and what comes then is refused: at once, by who reads it, and in its turn where
  /// others of its connection are before it.
  @Test(arguments: ["select", "poll", "epoll", "epoll-edge"]) func whatIsTooMuchIsRefused(_ wait: String)
    throws
  {
    let form = BackendForm(pattern: "message-balancing", wait: wait, more: ["workers": "1", "queue": "2"])
    guard let (role, port) = try start(form, "1500ms") else { return }
    let clients = try (0..<4).map { _ in try PlainClient(port) }
    clients[0].send(Self.slow)
    try #require(isAsleep(role))
    clients[1].send(Self.get)
    clients[2].send(Self.get)
    clients[3].send(Self.get)
    for _ in 0..<2 {
      let refusal = try #require(clients[3].answer())
      #expect(refusal.head.hasPrefix("HTTP/1.1 503 Service Unavailable\r\n"), "\(refusal.head)")
      #expect(refusal.head.contains("\r\nRetry-After: 1"))
      clients[3].send(Self.get)
    }
    clients[0].send(Self.get)
    let answers = [clients[0].answer(), clients[0].answer(), clients[1].answer(), clients[2].answer()]
    #expect(
      answers.map { $0?.head.prefix(12) } == ["HTTP/1.1 200", "HTTP/1.1 503", "HTTP/1.1 200", "HTTP/1.1 200"])
    _ = role.event { $0.kind == .request && $0.text("process") == "worker" && $0.number("status") == 503 }
    let refused = role.events.filter { $0.kind == .request && $0.number("status") == 503 }
    #expect(refused.count >= 3 && refused.allSatisfy { $0.number("waiting") == 2 })
    #expect(
      refused.contains { $0.text("process") == "reader" }
        && refused.contains { $0.text("process") == "worker" })
    // There is room again.
    clients[3].send(Self.get)
    #expect(clients[3].answer() != nil)
  }
}
