import Bytes
import Dissect
import Session
import TestSupport
import Testing

@testable import Viz

@Suite struct StatePaneTests {
  static func area(_ width: Int, _ height: Int) -> Rectangle {
    Rectangle(x: 0, y: 0, width: width, height: height)
  }

  static var busy: Script {
    var script = Script.knock
    script.listener(9.5, 37, backlog: 128, halfOpen: 3, "192.0.2.1:80")
    script.event(
      9.6, .kernel, "192.0.2.1:8080 > 192.0.2.2:40001",
      [
        EventField("host", "server"), EventField("subject", "socket"), EventField("local", "192.0.2.1:8080"),
        EventField("remote", "192.0.2.2:40001"), EventField("state", "ESTAB"), EventField("recv_queue", 5),
        EventField("send_queue", 0), EventField("cwnd", 10), EventField("ssthresh", 2_147_483_647),
        EventField("rtt", 400_000_000), EventField("rto", 1_200_000_000), EventField("retransmits", 1),
      ])
    script.call(9.7, "accept4", "3, SOCK_NONBLOCK", result: -1, errno: "EAGAIN")
    script.event(
      9.8, .syscall, "nanosleep(5 s) ...",
      [
        EventField("host", "server"), EventField("process", "tcp-listener"), EventField("name", "nanosleep"),
        EventField("phase", "call"),
      ])
    return script
  }

  @Test(arguments: [40, 78]) func kernelPane(_ width: Int) {
    let ladder = KnockTests.ladder(Self.busy)
    var canvas = Canvas(width: width, height: 20)
    KernelPane.draw(
      on: &canvas, in: Self.area(width, 20), state: ladder.history.current,
      queues: ladder.queues(atRow: ladder.rows))
    expectGolden(canvas, named: "kernel-\(width)")
    var empty = Canvas(width: width, height: 3)
    KernelPane.draw(on: &empty, in: Self.area(width, 3), state: SessionState())
    #expect(empty.lines[0] == " Nothing has been read yet.")
  }

  /// Two listeners that share a port, half-open connections, and sockets with limits, windows and timers.
  static var sockets: Script {
    var script = Script()
    for (cookie, waiting) in [(0x1001, 3), (0x1002, 0)] {
      script.event(
        1, .kernel, "\(waiting) wait",
        [
          EventField("host", "server"), EventField("subject", "listener"),
          EventField("listener", "192.0.2.1:8080"), EventField("accept_queue", waiting),
          EventField("backlog", 128), EventField("half_open", 2), EventField("cookie", cookie),
        ])
    }
    func socket(
      _ remote: String, _ state: String, _ numbers: [(String, Int)], timer: (String, Int)? = nil
    ) {
      script.event(
        2, .kernel, "\(remote) \(state)",
        [
          EventField("host", "server"), EventField("subject", "socket"),
          EventField("local", "192.0.2.1:8080"), EventField("remote", remote), EventField("state", state),
        ] + numbers.map { EventField($0.0, $0.1) }
          + (timer.map { [EventField("timer", $0.0), EventField("timer_left", $0.1 * 1_000_000)] } ?? []))
    }
    socket("203.0.113.7:50001", "SYN-RECV", [], timer: ("retransmission", 1300))
    socket("203.0.113.8:50002", "SYN-RECV", [("retransmits", 2)], timer: ("retransmission", 3900))
    socket(
      "192.0.2.2:40001", "ESTAB",
      [
        ("recv_queue", 7000), ("recv_limit", 8192), ("send_queue", 0), ("send_limit", 87040), ("cwnd", 10),
        ("ssthresh", 2_147_483_647), ("rtt", 20_000_000), ("rto", 220_000_000), ("send_window", 64256),
      ])
    socket(
      "192.0.2.2:40002", "ESTAB",
      [
        ("recv_queue", 0), ("recv_limit", 131_072), ("send_queue", 90_000), ("send_limit", 87040),
        ("cwnd", 5), ("ssthresh", 20), ("rtt", 20_000_000), ("rto", 440_000_000), ("retransmits", 1),
      ], timer: ("retransmission", 430))
    socket(
      "192.0.2.2:40003", "ESTAB", [("cwnd", 40), ("ssthresh", 20), ("send_queue", 1), ("send_limit", 87040)],
      timer: ("persist", 200))
    socket("192.0.2.2:40004", "TIME-WAIT", [], timer: ("time-wait", 60_000))
    return script
  }

  @Test(arguments: [40, 78]) func socketsAndTheirTimers(_ width: Int) {
    let ladder = KnockTests.ladder(Self.sockets)
    var canvas = Canvas(width: width, height: 44)
    KernelPane.draw(
      on: &canvas, in: Self.area(width, 44), state: ladder.history.current,
      moment: Script.at(Script.ns(2.4)))
    expectGolden(canvas, named: "sockets-\(width)")
  }

  @Test func aTimerThatIsOverHasNothingLeft() {
    let ladder = KnockTests.ladder(Self.sockets)
    let text = KernelPane.lines(
      ladder.history.current, moment: Script.at(Script.ns(100)), width: 100
    ).map(\.text).joined(separator: "\n")
    #expect(text.contains("retransmission in 0") && text.contains("time-wait in 0"))
  }

  @Test func moreSocketsThanAreDrawnAreCounted() {
    var script = Self.sockets
    for port in 0..<500 {
      script.event(
        3, .kernel, "one",
        [
          EventField("host", "server"), EventField("subject", "socket"),
          EventField("local", "192.0.2.1:8080"),
          EventField("remote", "192.0.2.3:\(10000 + port)"), EventField("state", "ESTAB"),
          EventField("recv_queue", 0),
        ])
    }
    let lines = KernelPane.lines(KnockTests.ladder(script).history.current, width: 78)
    #expect(lines.contains { $0.text == "  and 304 more" })
  }

  @Test func aListenerThatIsGoneLeavesTheTable() {
    var script = Self.sockets
    script.event(
      3, .kernel, "gone",
      [
        EventField("host", "server"), EventField("subject", "listener"),
        EventField("listener", "192.0.2.1:8080"), EventField("state", "CLOSE"), EventField("cookie", 0x1002),
      ])
    let history = KnockTests.ladder(script).history
    #expect(history.current.listeners.map(\.value.cookie) == [0x1001])
    #expect(history.current.lastListener == history.current.listeners.keys.first)
    #expect(history.at(time: Script.at(Script.ns(2.9))).listeners.count == 2)
  }

  @Test func aClosedSocketLeavesTheTable() {
    var script = Self.busy
    script.event(
      11, .kernel, "closed",
      [
        EventField("host", "server"), EventField("subject", "socket"), EventField("local", "192.0.2.1:8080"),
        EventField("remote", "192.0.2.2:40001"), EventField("state", "CLOSE"),
      ])
    let history = KnockTests.ladder(script).history
    #expect(history.current.sockets.isEmpty)
    #expect(history.at(time: Script.at(Script.ns(10.9))).sockets.count == 1)
  }

  @Test(arguments: [40, 80]) func systemCalls(_ width: Int) {
    let analysis = Self.busy.analysis
    var log = SyscallLog()
    log.update(from: analysis)
    log.update(from: analysis)
    #expect(log.rows.count == 3)
    #expect(log.count(atRow: log.rows[1]) == 2)
    #expect(log.count(atRow: log.rows[1] - 1) == 1)
    #expect(log.count(atRow: nil) == 3)
    var canvas = Canvas(width: width, height: 6)
    SyscallPane.draw(
      on: &canvas, in: Self.area(width, 6), log: log, analysis: analysis, start: Script.at(Script.ns(1)),
      selection: log.rows[1], scroll: 0)
    expectGolden(canvas, named: "syscalls-\(width)")
    #expect(canvas.cursor?.y == 2)
  }

  @Test func timeline() {
    var script = Script.knock
    script.call(10.0, "accept4", "3, SOCK_NONBLOCK", result: 5, remote: "192.0.2.2:40001")
    script.listener(10.001, 1)
    script.tcp(10.382, (2, 40003), (1, 8080), .syn, seq: 9000, fate: .dropped, cause: "hand")
    let ladder = KnockTests.ladder(script)
    let steps = ladder.lines.filter { $0.isFirst }.enumerated().map {
      TimelinePane.Step(number: $0.offset + 1, row: $0.element.row)
    }
    let height = TimelinePane.height(ladder)
    for (name, cursor) in [("timeline", nil), ("timeline-cursor", ladder.lines[6].row)] {
      var canvas = Canvas(width: 80, height: height)
      TimelinePane.draw(
        on: &canvas, in: Self.area(80, height), ladder: ladder, steps: steps, cursor: cursor)
      expectGolden(canvas, named: name)
    }
    #expect(TimelinePane.moment(atColumn: 12, in: Self.area(80, 9), ladder: ladder) == ladder.start)
    #expect(TimelinePane.moment(atColumn: 11, in: Self.area(80, 9), ladder: ladder) == nil)
    #expect(TimelinePane.moment(atColumn: 99, in: Self.area(80, 9), ladder: ladder) == nil)
  }

  @Test func knobs() {
    let items = [
      KnobPane.Item(name: "server.backlog", value: "4", standard: "1", range: "0...128", isLive: false),
      KnobPane.Item(
        name: "client.every", value: "0", standard: "0", range: "0...50ms", isLive: false, next: "10ms"),
      KnobPane.Item(name: "link.delay", value: "200ms", standard: "200ms", range: "0...200ms", isLive: true),
    ]
    var canvas = Canvas(width: 70, height: 5)
    KnobPane.draw(on: &canvas, in: Self.area(70, 5), items: items, selection: 1)
    expectGolden(canvas, named: "knobs")
  }

  /// Panes draw inside their area and nothing that could steer a terminal, whatever the size and the session.
  @Test func anySizeIsDrawnCleanAndInside() {
    var script = Self.busy
    let bad = "\u{1B}[31mred\u{7}\u{9B}\u{202E}\u{4E00}"
    script.listener(12, Int.max, backlog: -1, host: bad, bad)
    script.listener(12.1, -5, backlog: Int.max)
    script.call(12.2, bad, bad, result: 3, errno: bad, host: bad, process: bad)
    script.event(
      12.3, .kernel, bad,
      [
        EventField("host", bad), EventField("subject", "socket"), EventField("local", bad),
        EventField("state", bad), EventField("rtt", Int64.min), EventField("cwnd", Int64.max),
      ])
    script.event(
      12.4, .kernel, bad,
      [EventField("host", bad), EventField("subject", "counters"), EventField(bad, Int64.min)])
    let analysis = script.analysis
    let ladder = KnockTests.ladder(script)
    var log = SyscallLog()
    log.update(from: analysis)
    let items = [KnobPane.Item(name: bad, value: bad, standard: "", range: bad, isLive: true, next: bad)]
    let state = ladder.history.current
    let draws: [(inout Canvas, Rectangle) -> Void] = [
      { LadderPane.draw(on: &$0, in: $1, ladder: ladder, selection: 9, scroll: 2) },
      { KernelLine.draw(on: &$0, in: $1, state: state, queue: [bad], why: [bad]) },
      { KernelPane.draw(on: &$0, in: $1, state: state, queues: ladder.queues(atRow: 99), scroll: 1) },
      {
        SyscallPane.draw(
          on: &$0, in: $1, log: log, analysis: analysis, start: nil, selection: 9, scroll: 0)
      },
      { TimelinePane.draw(on: &$0, in: $1, ladder: ladder, steps: [.init(number: 11, row: 4)], cursor: 9) },
      { KnobPane.draw(on: &$0, in: $1, items: items, selection: 0) },
      { ListPane.draw(on: &$0, in: $1, lines: [StyledLine(bad), StyledLine(bad)], selection: 1, scroll: 0) },
    ]
    for draw in draws {
      for width in [0, 1, 3, 9, 21, 40, 77, 101] {
        for height in [0, 1, 2, 5, 12] {
          var canvas = Canvas(width: width + 4, height: height + 4)
          canvas.fill(Rectangle(x: 0, y: 0, width: width + 4, height: height + 4), "~")
          draw(&canvas, Rectangle(x: 2, y: 2, width: width, height: height))
          for line in canvas.lines { expectClean(line) }
          for y in 0..<(height + 4) {
            for x in 0..<(width + 4) where x < 2 || x >= width + 2 || y < 2 || y >= height + 2 {
              #expect(canvas[x, y].scalar == "~", "outside at \(x),\(y) of \(width)x\(height)")
            }
          }
        }
      }
    }
  }
}

@Suite struct LayoutTests {
  /// The panes as boxes of their first letters.
  static func picture(_ width: Int, _ height: Int, _ open: Set<PaneID>) -> Canvas {
    var canvas = Canvas(width: width, height: height)
    for (pane, area) in Layout.frames(width: width, height: height, open: open) ?? [:] {
      canvas.fill(area, ".")
      canvas.put("\(pane) \(area.width)x\(area.height)", x: area.x, y: area.y, limit: area.width)
    }
    return canvas
  }

  @Test(
    arguments: [
      (80, 24, [], "80x24"), (80, 24, [.tree], "80x24-tree"),
      (80, 24, [.timeline, .kernel], "80x24-timeline"),
      (100, 30, [.tree, .knobs], "100x30-tree-knobs"), (120, 36, [], "120x36"),
      (120, 36, [.syscalls, .timeline], "120x36-syscalls-timeline"), (40, 10, [.hex], "40x10-hex"),
      (40, 10, [], "40x10"),
    ] as [(Int, Int, Set<PaneID>, String)])
  func looksAsKept(_ width: Int, _ height: Int, _ open: Set<PaneID>, _ name: String) {
    expectGolden(Self.picture(width, height, open), named: "layout-\(name)")
  }

  @Test func panesNeverOverlapAndStayInside() throws {
    let extra: [PaneID] = [.tree, .kernel, .syscalls, .knobs, .timeline]
    for width in [40, 60, 79, 80, 99, 100, 119, 120, 200] {
      for height in [10, 12, 19, 20, 24, 35, 36, 60] {
        for bits in 0..<(1 << extra.count) {
          let open = Set(extra.indices.filter { bits >> $0 & 1 == 1 }.map { extra[$0] })
          let frames = try #require(Layout.frames(width: width, height: height, open: open))
          var taken = Array(repeating: false, count: width * height)
          for (pane, area) in frames {
            #expect(area.height > 0 && area.width > 0, "\(pane) \(width)x\(height) \(open)")
            for y in area.y..<(area.y + area.height) {
              for x in area.x..<(area.x + area.width) {
                guard x < width, y < height, !taken[y * width + x] else {
                  Issue.record("\(pane) at \(x),\(y) of \(width)x\(height), open \(open)")
                  return
                }
                taken[y * width + x] = true
              }
            }
          }
        }
      }
    }
  }

  @Test func tooSmallIsSaid() {
    #expect(Layout.frames(width: 39, height: 24) == nil)
    #expect(Layout.frames(width: 80, height: 9) == nil)
    #expect(Layout.tooSmall(width: 39, height: 9) == "have 39x9, need 40x10")
  }
}
