import Foundation
import Glibc
import Pty
import Session
import Testing

@testable import ProtoKit

/// Who does what in each pattern, and who is woken.
@Suite(.serialized) struct BackendRoleTests {
  private static let get = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"

  /// Opens connections one after the other, each answered once, and all of them open or each closed first.
  private func ask(_ port: String, _ connections: Int, keeps: Bool) throws {
    var clients: [PlainClient] = []
    for _ in 0..<connections {
      let client = try PlainClient(port)
      client.send(Self.get)
      #expect(client.answer() != nil)
      if keeps { clients.append(client) }
    }
  }

  @Test(
    arguments: [
      ("single-thread", "epoll", ["worker"], ["worker"], ["worker"], ["worker"]),
      ("single-thread", "blocking", ["worker"], ["worker"], ["worker"], ["worker"]),
      (
        "acceptor-readers", "epoll", ["acceptor"], ["acceptor"], ["reader-1", "reader-2"],
        ["reader-1", "reader-2"]
      ),
      (
        "acceptor-readers", "select", ["acceptor"], ["acceptor"], ["reader-1", "reader-2"],
        ["reader-1", "reader-2"]
      ),
      ("sharded", "epoll", ["worker-1", "worker-2"], nil, nil, nil),
      ("shared-socket", "epoll", ["backend"], nil, nil, nil),
      (
        "pre-fork", "blocking", ["backend"], ["worker-1", "worker-2"], ["worker-1", "worker-2"],
        ["worker-1", "worker-2"]
      ),
      (
        "thread-per-connection", "blocking", ["acceptor"], ["acceptor"], ["connection-1", "connection-2"],
        ["connection-1", "connection-2"]
      ),
      (
        "process-per-connection", "blocking", ["acceptor"], ["acceptor"], ["connection-1", "connection-2"],
        ["connection-1", "connection-2"]
      ),
    ] as [(String, String, [String], [String]?, [String]?, [String]?)]) func everyCallHasItsCaller(
      _ pattern: String, _ wait: String, _ listens: [String], _ accepts: [String]?, _ reads: [String]?,
      _ writes: [String]?
    ) throws
  {
    var form = BackendForm(pattern: pattern, wait: wait)
    if BackendPlan.Pattern(rawValue: pattern)?.hasWorkers == true { form.more["workers"] = "2" }
    let (role, port) = try #require(try form.start())
    let connections = wait == "blocking" && pattern == "single-thread" ? 1 : 2
    try ask(port, connections, keeps: true)
    // As many requests were told as were answered.
    var told = 0
    role.event { _ in
      told = role.events.count { $0.kind == .request }
      return told == connections
    }
    #expect(role.callers("listen") == Set(listens))
    for (call, callers) in [("accept4", accepts), ("recv", reads), ("send", writes)] {
      if let callers { #expect(role.callers(call) == Set(callers), "\(call)") }
    }
    // Whoever read a connection's request also wrote its answer, and told it.
    for request in role.events.filter({ $0.kind == .request }) {
      let process = try #require(request.text("process")), remote = try #require(request.text("remote"))
      #expect(
        role.calls("send").contains { $0.text("remote") == remote && $0.text("process") == process },
        "\(remote) \(process)")
      #expect(request.number("number") == 1)
      for part in ["parse", "processing", "write", "total"] {
        #expect((request.number(part) ?? 0) > 0, "\(part)")
      }
    }
    // Threads share a process, processes do not; each has the name that it tells.
    let own = Set(role.events.filter { $0.kind == .request }.compactMap { $0.number("pid") })
    if ["shared-socket", "pre-fork", "process-per-connection"].contains(pattern) {
      #expect(!own.contains(Int64(role.pid)))
    } else {
      #expect(own == [Int64(role.pid)])
    }
  }

  /// One reads and others answer.
  @Test func messagesAreAnsweredByWorkers() throws {
    let form = BackendForm(pattern: "message-balancing", wait: "epoll", more: ["workers": "2"])
    let (role, port) = try #require(try form.start(["work": "sleep", "cost": "20ms"]))
    // Two connections at once: both workers are needed, whoever comes first.
    let clients = try [PlainClient(port), PlainClient(port)]
    for client in clients { client.send(Self.get) }
    for client in clients { #expect(client.answer() != nil) }
    role.event { _ in role.events.count { $0.kind == .request } == 2 }
    #expect(role.callers("listen") == ["reader"] && role.callers("accept4") == ["reader"])
    #expect(role.callers("recv") == ["reader"])
    #expect(role.callers("send") == ["worker-1", "worker-2"])
    #expect(role.callers("nanosleep") == ["worker-1", "worker-2"])
    #expect(role.calls("futex").contains { $0.text("arguments")?.contains("FUTEX_WAIT") == true })
  }

  /// Names that ps(1) shows are those that are told.
  @Test func threadsAndProcessesBearTheirNames() throws {
    let form = BackendForm(pattern: "acceptor-readers", wait: "epoll", more: ["workers": "2"])
    let (role, _) = try #require(try form.start())
    let tasks = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(role.pid)/task")
    let names = tasks.compactMap {
      try? String(contentsOfFile: "/proc/\(role.pid)/task/\($0)/comm", encoding: .utf8)
    }
    #expect(
      Set(names.map { $0.trimmingCharacters(in: .newlines) }).isSuperset(of: [
        "acceptor", "reader-1", "reader-2",
      ]))
    let forked = BackendForm(pattern: "pre-fork", wait: "blocking", more: ["workers": "2"])
    let (parent, _) = try #require(try forked.start())
    let children = parent.calls("fork").compactMap { $0.number("result") }
    #expect(children.count == 2)
    let own = children.compactMap { try? String(contentsOfFile: "/proc/\($0)/comm", encoding: .utf8) }
    #expect(own == ["worker-1\n", "worker-2\n"])
  }

  /// A connection that comes while all sleep wakes all, or one with EPOLLEXCLUSIVE, or the holder of the lock: counted
  /// where each waits for itself, in the kernel's voluntary switches.
  @Test(arguments: ["all", "exclusive", "mutex"]) func aConnectionWakes(_ wakeup: String) throws {
    let form = BackendForm(pattern: "shared-socket", wait: "epoll", more: ["wakeup": wakeup, "workers": "4"])
    let (role, port) = try #require(try form.start())
    let workers = role.calls("fork").compactMap { $0.number("result").map { pid_t($0) } }
    #expect(workers.count == 4)
    var clients: [PlainClient] = []
    for number in 1...20 {
      try #require(sleep(workers))
      let before = workers.map { ProcessFigures.waits(of: $0) }
      clients.append(try PlainClient(port))
      role.event { _ in self.accepted(role) == number }
      try #require(sleep(workers))
      let woken = zip(workers, before).count { ProcessFigures.waits(of: $0) > $1 }
      switch wakeup {
      case "all": #expect(woken == 4, "connection \(number)")
      case "exclusive": #expect(woken == 1, "connection \(number)")
      // Those who don't hold the lock look for it twice a second.
      default: #expect(woken >= 1)
      }
    }
    #expect(accepted(role) == 20, "each is accepted once")
    if wakeup != "all" {
      #expect(!role.calls("accept4").contains { $0.text("errno") == "EAGAIN" }, "nobody comes for nothing")
    }
    let watches = role.calls("epoll_ctl").filter { $0.text("arguments")?.contains("EPOLLEXCLUSIVE") == true }
    #expect(watches.count == (wakeup == "exclusive" ? 4 : 0))
  }

  private func accepted(_ role: SpawnedRole) -> Int {
    role.calls("accept4").count { ($0.number("result") ?? -1) >= 0 }
  }

  /// Waits until all of these processes sleep (proc_pid_stat(5)), each in its wait for events.
  private func sleep(_ processes: [pid_t]) -> Bool {
    let end = Date(timeIntervalSinceNow: 20)
    while Date() < end {
      let areAsleep = processes.allSatisfy {
        let place = ProcessFigures.text("/proc/\($0)/wchan")
        return ProcessFigures.text("/proc/\($0)/stat").split(separator: ")").last?.hasPrefix(" S") == true
          && (place.contains("ep_poll") || place.contains("epoll_wait"))
      }
      if areAsleep { return true }
      usleep(1000)
    }
    return false
  }

  /// Each worker has a socket of its own, and connections are spread over them.
  @Test func shardsHaveTheirOwnSockets() throws {
    let form = BackendForm(pattern: "sharded", wait: "epoll", more: ["workers": "3", "unit": "process"])
    let (role, port) = try #require(try form.start())
    try ask(port, 60, keeps: true)
    role.event { _ in role.events.count { $0.kind == .request } == 60 }
    #expect(role.calls("listen").count == 3)
    #expect(role.callers("accept4").count > 1)
    #expect(Set(role.calls("listen").compactMap { $0.number("pid") }).count == 3)
  }

  /// A process that dies takes its connections with it; the others go on, and that is told.
  @Test func aWorkerMayDie() throws {
    let form = BackendForm(pattern: "pre-fork", wait: "blocking", more: ["workers": "2"])
    let (role, port) = try #require(try form.start())
    let first = try PlainClient(port)
    first.send(Self.get)
    #expect(first.answer() != nil)
    let pid = try #require(role.event { $0.kind == .request }?.number("pid"))
    Glibc.kill(pid_t(pid), SIGKILL)
    #expect(first.isEnded)
    let told = try #require(role.event { $0.text("what") == "ended" })
    #expect(told.number("pid") == pid && told.message.contains("signal 9"))
    try ask(port, 3, keeps: false)
  }

  /// kill -9 loses nothing of what was done before.
  @Test(arguments: ["acceptor-readers", "shared-socket"]) func aKilledBackendLeavesItsEvents(
    _ pattern: String
  ) throws {
    let form = BackendForm(pattern: pattern, wait: "epoll", more: ["workers": "3"])
    let (role, port) = try #require(try form.start())
    let clients = try (0..<10).map { _ in try PlainClient(port) }
    for _ in 0..<20 {
      for client in clients {
        client.send(Self.get)
        #expect(client.answer() != nil)
      }
    }
    // The last answers' events may still be under way; the calls that gave them are followed by another wait.
    role.kill()
    role.drain()
    let sends = role.calls("send").count
    #expect(sends >= 200 - 3 && sends <= 200, "\(sends)")
    #expect(!role.events.contains { $0.text("what") == "limit" || $0.text("what") == "sampled" })
  }

  /// Rings hand over many entries by one call; accept and receive are none.
  @Test(arguments: ["on", "off"]) func aRingTellsItsEntries(_ multishot: String) throws {
    let form = BackendForm(pattern: "single-thread", wait: "io-uring", more: ["multishot": multishot])
    guard let (role, port) = try form.start() else { return }
    try ask(port, 10, keeps: true)
    // Each connection: a reception and a sending; an accept each or one for all.
    let sum = { (name: String) in
      role.calls("io_uring_enter").filter { $0.text("phase") != "call" }.compactMap { $0.number(name) }
        .reduce(0, +)
    }
    #expect(role.event { _ in sum("completed") >= 30 } != nil)
    #expect(role.calls("accept4").isEmpty && role.calls("recv").isEmpty && role.calls("send").isEmpty)
    let submitted = sum("submitted")
    #expect(multishot == "on" ? submitted < 10 * 3 : submitted >= 10 * 3, "\(submitted)")
  }
}
