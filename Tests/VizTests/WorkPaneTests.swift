import Bytes
import Dissect
import Session
import TestSupport
import Testing

@testable import Viz

@Suite struct WorkPaneTests {
  static func who(_ process: String, _ tid: Int, pid: Int = 7, host: String = "server") -> [EventField] {
    [
      EventField("host", host), EventField("pid", pid), EventField("tid", tid),
      EventField("process", process),
    ]
  }

  /// An acceptor, two readers, a load, an interest list, a ring, requests of which one is slow, and records.
  static var pattern: Script {
    var script = Script()
    func call(
      _ at: Double, _ process: String, _ tid: Int, _ name: String, _ fd: Int, errno: String? = nil,
      phase: String? = nil
    ) {
      var fields = who(process, tid) + [EventField("name", name), EventField("fd", fd)]
      if let errno { fields.append(EventField("errno", errno)) }
      if let phase { fields.append(EventField("phase", phase)) }
      script.event(at, .syscall, "\(name)(\(fd))", fields)
    }
    call(0.1, "acceptor", 7, "listen", 3)
    for turn in 0..<12 {
      let at = 0.2 + Double(turn) / 100
      call(at, "acceptor", 7, "epoll_wait", 4)
      call(at + 0.001, "acceptor", 7, "accept4", 3)
      call(at + 0.002, "acceptor", 7, "accept4", 3, errno: "EAGAIN")
      let reader = turn % 3 == 0 ? 2 : 1
      call(at + 0.003, "reader-\(reader)", 7 + reader, "read", 10 + turn)
      call(at + 0.004, "reader-\(reader)", 7 + reader, "write", 10 + turn)
    }
    call(0.5, "acceptor", 7, "epoll_wait", 4, phase: "call")
    script.event(
      0.6, .kernel, "reader-1: sleeping in epoll_wait(5)",
      who("reader-1", 8) + [
        EventField("subject", "thread"), EventField("state", "sleeping"), EventField("call", "epoll_wait"),
        EventField("fd", 5), EventField("cpu", 1_250_000), EventField("cpu_delay", 4_000_000),
        EventField("voluntary_switches", 31), EventField("involuntary_switches", 2),
      ])
    script.event(
      0.6, .kernel, "epoll 5 watches 3",
      who("reader-1", 8) + [
        EventField("subject", "epoll"), EventField("fd", 5), EventField("interest", 3),
        EventField("list", "10:IN|ET 11:IN|ET 13:IN|ET"), EventField("is_cut", is: false),
      ])
    script.event(
      0.6, .kernel, "ring",
      who("ring", 10) + [
        EventField("subject", "rings"), EventField("fd", 6), EventField("sq_entries", 64),
        EventField("sq_head", 40), EventField("sq_tail", 43), EventField("cq_entries", 128),
        EventField("cq_head", 38), EventField("cq_tail", 40),
      ])
    for number in 1...10 {
      script.event(
        0.7 + Double(number) / 100, .request, "answered",
        who("reader-1", 8) + [
          EventField("number", number), EventField("queued", number == 1 ? 40_000_000 : 0),
          EventField("accept", 20_000), EventField("read", 30_000), EventField("parse", 10_000),
          EventField("processing", number == 9 ? 100_000_000 : 1_000_000), EventField("write", 25_000),
          EventField("total", number == 9 ? 100_085_000 : number == 10 ? 35_085_000 : 1_085_000),
        ]
          + (number == 10
            ? [
              EventField("handshake", 14_000_000), EventField("decrypt", 12_000_000),
              EventField("encrypt", 8_000_000),
            ] : []))
    }
    for (form, octets, each, allocations) in [("json", 190, 4200, 20), ("protobuf", 140, 640, 8)] {
      script.event(
        0.85, .request, "parsed",
        who("record-reader", 12, host: form) + [
          EventField("number", 1), EventField("read", 40_000), EventField("parse", 60_000),
          EventField("write", 20_000), EventField("total", 125_000), EventField("form", form),
          EventField("octets", octets), EventField("each", each), EventField("repeats", 2000),
          EventField("allocations", allocations), EventField("allocated", allocations * 64),
        ])
    }
    for (host, shift) in [("client", 1), ("crowd", 8)] {
      script.event(
        0.9, .load, "load",
        who("load", 3, host: host) + [
          EventField("phase", "end"), EventField("requests", 100), EventField("errors", shift == 8 ? 2 : 0),
          EventField("rate", 900), EventField("p50", 1_000_000 * shift), EventField("p90", 2_000_000 * shift),
          EventField("p99", 90_000_000), EventField("max", 100_000_000),
          EventField("corrected_p99", 95_000_000), EventField("least", 1), EventField("most", 91),
          EventField("cpu", 12_000_000), EventField("connections", 10),
          EventField(
            "buckets", "\(900_000 * shift):40 \(1_000_000 * shift):50 \(2_000_000 * shift):8 92274688:2"),
        ])
    }
    return script
  }

  @Test(arguments: [38, 78, 118]) func pane(_ width: Int) {
    let state = KnockTests.ladder(Self.pattern).history.current.work
    let area = Rectangle(x: 0, y: 0, width: width, height: 44)
    var canvas = Canvas(width: width, height: 44)
    WorkPane.draw(on: &canvas, in: area, state: state)
    expectGolden(canvas, named: "work-\(width)")
  }

  @Test func countsAreOfTheThread() throws {
    let history = KnockTests.ladder(Self.pattern).history
    let work = history.current.work
    let acceptor = try #require(work.workers[.init(host: "server", pid: 7, tid: 7)])
    #expect(acceptor[.listen] == 1)
    #expect(acceptor[.accept] == 12)
    #expect(acceptor[.read] == 0)
    #expect(acceptor.inVain == 12)
    // The call that has not come back is no call that was done.
    #expect(acceptor[.wait] == 12)
    #expect(acceptor.waiting == "epoll_wait(4)")
    #expect(work.workers[.init(host: "server", pid: 7, tid: 8)]?[.read] == 8)
    #expect(work.workers[.init(host: "server", pid: 7, tid: 9)]?[.write] == 4)
    #expect(work.requests.count == 12)
    // Before the first call nobody has done anything.
    #expect(history.at(time: Script.at(0)).work == WorkState())
  }

  @Test func aThreadThatEndedLeavesTheList() {
    var script = Self.pattern
    script.event(
      2, .kernel, "reader-1: exited",
      Self.who("reader-1", 8) + [EventField("subject", "thread"), EventField("state", "exited")])
    let work = KnockTests.ladder(script).history.current.work
    #expect(work.workers[.init(host: "server", pid: 7, tid: 8)] == nil)
  }

  @Test func onlyTheLatestRequestsAreKept() {
    var script = Script()
    for number in 1...100 {
      script.event(
        Double(number) / 10, .request, "answered",
        Self.who("w", 8) + [EventField("number", number), EventField("read", 10)])
    }
    let requests = KnockTests.ladder(script).history.current.work.requests
    #expect(requests.count == WorkState.mostRequests)
    #expect(requests.last?.number("number") == 100)
  }

  /// Hostile numbers of a session that somebody else made: no trap, and no line beyond the pane.
  @Test func oddNumbers() {
    for odd in [Int64.min, -1, 0, 1, Int64.max] {
      var script = Script()
      script.event(
        0.1, .request, "answered",
        Self.who("w", 8) + [
          EventField("number", odd), EventField("read", odd), EventField("write", odd),
          EventField("total", odd), EventField("processing", odd), EventField("form", "json"),
          EventField("octets", odd), EventField("each", odd), EventField("allocations", odd),
          EventField("allocated", odd),
        ])
      script.event(
        0.2, .load, "load",
        Self.who("load", 3) + [
          EventField("requests", 1), EventField("p50", odd), EventField("cpu", odd),
          EventField("buckets", "\(odd):\(odd) 5:7 x 9: :9 1:2:3 \(odd):\(odd)"),
        ])
      script.event(
        0.3, .kernel, "ring",
        Self.who("w", 8) + [
          EventField("subject", "rings"), EventField("fd", odd), EventField("sq_head", odd),
          EventField("sq_tail", Int64.max), EventField("cq_head", Int64.min), EventField("cq_tail", odd),
        ])
      let state = KnockTests.ladder(script).history.current.work
      for width in [1, 8, 20, 60, 200] {
        for line in WorkPane.lines(state, width: width) where width >= 60 { #expect(line.columns <= width) }
      }
    }
  }
}
