import Bytes
import Dissect
import Session
import TestSupport
import Testing

@testable import Viz

@Suite struct LadderTests {
  static let client: (UInt8, UInt16) = (2, 40001)
  static let server: (UInt8, UInt16) = (1, 8080)

  /// The ladder as text, without the heading.
  static func text(_ script: Script, width: Int = 80) -> [String] {
    Array(LadderText.lines(KnockTests.ladder(script), width: width).dropFirst())
  }

  static func whole(_ script: Script, width: Int = 80) -> Canvas {
    let lines = LadderText.lines(KnockTests.ladder(script), width: width)
    var canvas = Canvas(width: width, height: lines.count)
    for (y, line) in lines.enumerated() { canvas.put(line, x: 0, y: y) }
    return canvas
  }

  /// What `Why` says of the last line that fits.
  static func why(_ script: Script, where fits: (LadderLine) -> Bool) -> String {
    let ladder = KnockTests.ladder(script)
    guard let index = ladder.lines.lastIndex(where: fits) else { return "no such line" }
    return Why.explain(ladder, line: index).joined(separator: " ")
  }

  @Test func fatesOfTheWire() {
    var script = Script()
    script.tcp(0, Self.client, Self.server, .syn, seq: 1, fate: .dropped, cause: "hand")
    script.tcp(1.0, Self.client, Self.server, .syn, seq: 1, fate: .dropped, cause: "loss", after: 0)
    script.tcp(2.0, Self.client, Self.server, .syn, seq: 1, fate: .held, cause: "hand")
    script.fate(5.1, .delivered)
    script.tcp(5.2, Self.server, Self.client, [.syn, .ack], seq: 70, ack: 2, fate: .duplicated)
    script.fate(5.3, .delivered)
    script.fate(5.3, .delivered)
    script.tcp(5.4, Self.client, Self.server, .ack, seq: 2, ack: 71, fate: .held, cause: "hand")
    expectGolden(Self.whole(script), named: "ladder-fates")
    #expect(
      Self.why(script) { $0.drop() != nil }.hasPrefix(
        "The wire dropped this frame (loss): its receiver never saw it."))
  }

  /// A frame that was dropped while it was held: replay shows it on its way until then.
  @Test func aDropIsNotKnownBefore() {
    var script = Script()
    script.tcp(0, Self.client, Self.server, .syn, seq: 1, fate: .held, cause: "hand")
    script.event(0.5, .note, "The wire is held", [EventField("what", "hold")])
    script.fate(3.0, .dropped, cause: "hand")
    script.event(3.5, .note, "The wire goes on", [EventField("what", "release")])
    let ladder = KnockTests.ladder(script)
    #expect(ladder.note(ofLine: 0, atRow: 3) == "held (by hand)")
    #expect(ladder.note(ofLine: 0, atRow: 4) == "x dropped by the wire (by hand)")
    #expect(ladder.note(ofLine: 0) == "x dropped by the wire (by hand)")
  }

  @Test func otherProtocolsMakeLines() {
    var script = Script()
    script.frame(0, from: 2, FrameBuilder.arp(from: 2, asks: 1))
    let question = FrameBuilder.udp(from: (2, 5000), to: (1, 9999), payload: Array("hello".utf8))
    script.frame(0.1, from: 2, question)
    script.frame(0.4, from: 1, FrameBuilder.portUnreachable(from: 1, to: 2, about: question))
    script.tcp(0.6, (2, 40001), (1, 8080), .syn, seq: 1, ipv6: true)
    script.tcp(0.8, (1, 8080), (2, 40001), [.rst, .ack], seq: 0, ack: 2, ipv6: true)
    expectGolden(Self.whole(script, width: 100), named: "ladder-protocols")
    #expect(Self.why(script) { _ in true }.contains("nobody listens on port 8080"))
  }

  @Test func addressesOfAForeignCaptureAreWrittenByRFC5952() {
    let analysis = Analysis()
    let bytes = FrameBuilder.tcp(from: (2, 40001), to: (1, 443), .syn, seq: 1, ipv6: true)
    analysis.append(.frame(Frame(time: Script.at(0), bytes: bytes)))
    var ladder = Ladder()
    ladder.update(from: analysis)
    #expect(ladder.lanes == ["2001:db8::2", "2001:db8::1"])
    #expect(ladder.lines[0].connection == "c1")
  }

  @Test func acceptFreesASlotAndTheNextRetryGetsIn() {
    var script = Script.knock
    script.call(10.0, "accept4", "3, SOCK_NONBLOCK", result: 5, remote: "192.0.2.2:40001")
    script.listener(10.001, 1)
    script.tcp(10.382, (2, 40003), (1, 8080), .syn, seq: 9000)
    script.tcp(10.582, (1, 8080), (2, 40003), [.syn, .ack], seq: 77, ack: 9001)
    script.tcp(10.782, (2, 40003), (1, 8080), .ack, seq: 9001, ack: 78)
    script.connected(10.783, port: 40003)
    script.listener(10.983, 2)
    expectGolden(Self.whole(script), named: "ladder-accept")
    let ladder = KnockTests.ladder(script)
    #expect(ladder.queue(atRow: ladder.rows) == ["c2", "c3"])
    #expect(
      Self.why(script) {
        if case .arrow("server", _, _) = $0.content { true } else { false }
      }.contains("SYN number 4 of c3 found room"))
  }

  /// Two SYNs had come when the counter moved by one: the older is taken, and the doubt is told.
  @Test func aReadingThatFitsTwoFramesIsInferred() {
    var script = Script()
    script.listener(0, 2)
    script.counters(0.01, drops: 0)
    script.tcp(1.000, (2, 40001), Self.server, .syn, seq: 1)
    script.tcp(1.001, (2, 40002), Self.server, .syn, seq: 1)
    script.counters(1.3, drops: 1)
    #expect(
      Self.text(script) == [
        "   0.000  c1 |--SYN------------------------->| x no reply, drops +1 (inferred)",
        "   0.001  c2 |--SYN------------------------->|",
      ])
  }

  /// A counter that moves while no SYN had arrived belongs to none.
  @Test func aReadingBeforeArrivalIsNotJoined() {
    var script = Script()
    script.listener(0, 2)
    script.tcp(1.0, Self.client, Self.server, .syn, seq: 1)
    script.counters(1.1, drops: 1)
    #expect(Self.text(script) == ["   0.000  c1 |--SYN------------------------->|"])
  }

  @Test func theLastACKMayBeIgnored() {
    var script = Script()
    script.listener(0, 2)
    script.counters(0.01, drops: 0)
    script.tcp(1.0, Self.client, Self.server, .syn, seq: 1)
    script.tcp(1.2, Self.server, Self.client, [.syn, .ack], seq: 50, ack: 2)
    script.tcp(1.4, Self.client, Self.server, .ack, seq: 2, ack: 51)
    script.counters(1.61, drops: 1)
    script.tcp(2.2, Self.server, Self.client, [.syn, .ack], seq: 50, ack: 2)
    expectGolden(Self.whole(script), named: "ladder-ack-ignored")
    #expect(Self.why(script) { $0.isRepeat }.contains("it has taken no ACK of c1, though one was sent"))
    #expect(Self.why(script) { $0.reading != nil }.contains("Inferred from drops."))
  }

  @Test func dataIsSentAgain() {
    var script = Script()
    script.delay = 10_000_000
    let (c, s) = (Self.client, Self.server)
    script.tcp(0, c, s, .syn, seq: 0)
    script.tcp(0.01, s, c, [.syn, .ack], seq: 0, ack: 1)
    script.tcp(0.02, c, s, .ack, seq: 1, ack: 1)
    let text = String(repeating: "x", count: 100)
    script.tcp(0.03, c, s, [.psh, .ack], seq: 1, ack: 1, payload: text, fate: .dropped, cause: "hand")
    script.tcp(0.031, c, s, [.psh, .ack], seq: 101, ack: 1, payload: text)
    script.tcp(0.032, c, s, [.psh, .ack], seq: 201, ack: 1, payload: text)
    script.tcp(0.033, c, s, [.psh, .ack], seq: 301, ack: 1, payload: text)
    for i in 1...3 { script.tcp(0.042 + Double(i) / 1000, s, c, .ack, seq: 1, ack: 1) }
    script.tcp(0.055, c, s, [.psh, .ack], seq: 1, ack: 1, payload: text)
    script.tcp(0.065, s, c, .ack, seq: 1, ack: 401)
    script.tcp(0.1, c, s, [.fin, .ack], seq: 401, ack: 1)
    script.tcp(0.5, c, s, [.fin, .ack], seq: 401, ack: 1)
    expectGolden(Self.whole(script), named: "ladder-again")
    let cause = Self.why(script) { $0.isRepeat && $0.row < 14 }
    #expect(cause.contains("duplicate ACKs (rows 9, 10, 11) asked for it (RFC 5681"), "\(cause)")
  }

  /// A lab on the loopback tells queues and system calls, no frames; a reading may come before or after the client's word.
  @Test func withoutFramesTheQueueIsStillNamed() {
    var script = Script()
    script.call(0.010, "listen", "3, 1", result: 0)
    script.listener(0.012, 0)
    script.process(0.020, "ready")
    script.listener(1.0, 1)
    script.connected(1.0001, port: 40001)
    script.connected(2.0, port: 40002)
    script.listener(2.001, 2)
    script.call(3.0, "accept4", "3, SOCK_NONBLOCK", result: 5, remote: "192.0.2.2:40001")
    script.listener(3.001, 1)
    expectGolden(Self.whole(script), named: "ladder-loopback")
    let ladder = KnockTests.ladder(script)
    #expect(ladder.queue(atRow: 5) == ["?"])
    #expect(ladder.queue(atRow: 6) == ["c1"])
    #expect(ladder.queue(atRow: 8) == ["c1", "c2"])
    #expect(ladder.queue(atRow: ladder.rows) == ["c2"])
  }

  @Test(arguments: [80, 120]) func threeHostsStandSideBySide(_ width: Int) {
    var script = Script(hosts: ["backend", "proxy", "client"])
    script.listener(0, 0, host: "proxy", "192.0.2.2:80")
    script.tcp(0, (3, 40001), (2, 80), .syn, seq: 1)
    script.tcp(0.2, (2, 80), (3, 40001), [.syn, .ack], seq: 9, ack: 2)
    script.tcp(0.4, (3, 40001), (2, 80), .ack, seq: 2, ack: 10)
    script.listener(0.61, 1, host: "proxy", "192.0.2.2:80")
    script.tcp(0.7, (2, 50001), (1, 8080), .syn, seq: 1)
    script.tcp(0.9, (1, 8080), (2, 50001), [.rst, .ack], seq: 0, ack: 2)
    script.tcp(1.2, (3, 40002), (1, 8080), .syn, seq: 4, fate: .dropped, cause: "loss")
    script.frame(1.3, from: 2, FrameBuilder.arp(from: 2, asks: 1))
    expectGolden(Self.whole(script, width: width), named: "ladder-hosts-\(width)")
  }

  @Test func manyHostsAreNamedInWords() {
    var script = Script(hosts: ["a", "b", "c", "d", "e", "f"])
    script.tcp(0, (6, 40001), (2, 80), .syn, seq: 1)
    script.tcp(0.2, (2, 80), (6, 40001), [.syn, .ack], seq: 9, ack: 2)
    script.tcp(0.4, (5, 40001), (1, 80), .syn, seq: 1)
    expectGolden(Self.whole(script), named: "ladder-hosts-many")
  }

  /// Rows in pieces, as a live run brings them, give the same ladder as all at once.
  @Test func liveEqualsReplay() {
    var script = Script.knock
    script.call(10.0, "accept4", "3, SOCK_NONBLOCK", result: 5, remote: "192.0.2.2:40001")
    script.listener(10.001, 1)
    script.tcp(10.382, (2, 40003), (1, 8080), .syn, seq: 9000)
    let records = script.records
    let whole = KnockTests.ladder(script)
    for piece in [1, 2, 3, 7] {
      let analysis = Analysis()
      var live = Ladder()
      for start in stride(from: 0, to: records.count, by: piece) {
        for record in records[start..<min(start + piece, records.count)] { analysis.append(record) }
        live.update(from: analysis)
        // What replay says of the row that is the newest now.
        let row = live.rows
        #expect(whole.history.at(row: row) == live.history.current)
        #expect(whole.queue(atRow: row) == live.queue(atRow: row))
        #expect(whole.count(atRow: row) == live.lines.count)
      }
      #expect(live.lines == whole.lines)
      #expect(live.history.current == whole.history.current)
    }
  }

  @Test func statesByTime() {
    let history = KnockTests.ladder(.knock).history
    #expect(history.at(time: Script.at(-1)).listeners.isEmpty)
    let key = "server 192.0.2.1:8080"
    #expect(history.at(time: Script.at(Script.ns(1.600))).listeners[key]?.acceptQueue == 0)
    #expect(history.at(time: Script.at(Script.ns(1.601))).listeners[key]?.acceptQueue == 1)
    #expect(history.at(time: Script.at(Script.ns(99))) == history.current)
    #expect(history.current.counter("listen_drops", of: "server") == 3)
    #expect(history.current.knobs["server.backlog"] == "1")
    #expect(history.current.linkDelay == 200_000_000)
  }

  /// Every state that replay shows equals the fold of the events up to it, over more rows than one keyframe.
  @Test func keyframesAgreeWithTheFold() {
    var script = Script()
    for i in 0..<700 { script.listener(Double(i), i % 5) }
    let analysis = script.analysis
    var history = StateHistory()
    for row in analysis.rows { history.append(row) }
    var state = SessionState()
    for row in analysis.rows {
      if case .event(let event) = row.record { state.apply(event) }
      #expect(history.at(row: row.number) == state)
    }
  }

  @Test func noControlCharacterReachesTheCanvas() {
    var script = Script()
    let bad = "\u{1B}[31mred\u{7}\u{9B}\u{202E}\u{0}"
    script.event(0, .note, bad, [EventField("what", bad)])
    script.event(0.1, .knob, bad, [EventField("name", bad), EventField("value", bad)])
    script.listener(0.2, 3, host: bad, bad)
    script.call(0.3, "accept4", bad, result: 3, host: bad, remote: bad)
    script.call(0.4, "connect", bad, result: -1, errno: bad)
    script.frame(0.5, from: 2, [UInt8](0...80))
    script.tcp(0.6, Self.client, Self.server, [.psh, .ack], seq: 1, payload: bad, fate: .dropped, cause: bad)
    let ladder = KnockTests.ladder(script)
    let screen = KnockTests.screen(ladder, 80, 24, selected: 2)
    for line in screen.lines + Self.text(script) { expectClean(line) }
  }
}

/// Fails when a text holds what could steer a terminal.
func expectClean(_ text: String, at location: SourceLocation = #_sourceLocation) {
  let isClean = text.unicodeScalars.allSatisfy { TextWidth.clean($0) == $0 }
  #expect(isClean, "\(text.debugDescription)", sourceLocation: location)
}
