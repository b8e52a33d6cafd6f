import Bytes
import Dissect
import Session
import TestSupport

@testable import Viz

/// Writes a session as a story: frames between hosts on a slow wire, readings, calls; the records come out in the order
/// of time, as a lab writes them.
struct Script {
  static let epoch: Int64 = 1_770_000_000_000_000_000
  var delay: Int64 = 200_000_000
  private(set) var items: [(time: Int64, record: Record)] = []
  private var lastID: UInt64 = 0
  /// Next sequence number of each sender.
  private var next: [String: UInt32] = [:]

  init(hosts: [String] = ["server", "client"], knobs: String = "link.delay=200ms server.backlog=1") {
    let map = hosts.enumerated().map { "\($1)=192.0.2.\($0 + 1)" }.joined(separator: " ")
    for (number, host) in hosts.enumerated() {
      items.append((0, .interface(Interface(number: number, name: host))))
    }
    items.append(
      (
        0,
        .event(
          Event(
            .session, at: Script.at(0), "Lab knock",
            [
              EventField("version", 1), EventField("lesson", "knock"), EventField("hosts", map),
              EventField("knobs", knobs), EventField("tier", "namespaces"),
            ]))
      ))
  }

  static func at(_ nanoseconds: Int64) -> Timestamp { Timestamp(nanoseconds: epoch + nanoseconds) }
  static func ns(_ seconds: Double) -> Int64 { Int64(seconds * 1e9 + 0.5) }

  mutating func add(_ seconds: Double, _ record: Record) { items.append((Script.ns(seconds), record)) }

  /// A frame sent by `host` (from 1), with what the wire did.
  mutating func frame(
    _ seconds: Double, from host: UInt8, _ bytes: [UInt8], fate: WireFate.Kind? = .delivered,
    cause: String = "", after: Double? = nil
  ) {
    lastID += 1
    let sent = Script.ns(seconds)
    items.append(
      (
        sent,
        .frame(
          Frame(interface: Int(host) - 1, time: Script.at(sent), packetID: lastID, bytes: bytes))
      ))
    guard let fate else { return }
    let moment = sent + (after.map { Script.ns($0) } ?? (fate == .delivered ? delay : 0))
    items.append(
      (moment, .fate(WireFate(packetID: lastID, kind: fate, time: Script.at(moment), cause: cause))))
  }

  /// Another fate of the last frame.
  mutating func fate(_ seconds: Double, _ kind: WireFate.Kind, cause: String = "") {
    let moment = Script.ns(seconds)
    items.append(
      (moment, .fate(WireFate(packetID: lastID, kind: kind, time: Script.at(moment), cause: cause))))
  }

  mutating func tcp(
    _ seconds: Double, _ from: (UInt8, UInt16), _ to: (UInt8, UInt16), _ flags: FrameBuilder.Flags,
    seq: UInt32, ack: UInt32 = 0, window: UInt16 = 64240, payload: String = "", ipv6: Bool = false,
    fate: WireFate.Kind? = .delivered, cause: String = "", after: Double? = nil
  ) {
    let bytes = FrameBuilder.tcp(
      from: from, to: to, flags, seq: seq, ack: ack, window: window, payload: Array(payload.utf8), ipv6: ipv6)
    frame(seconds, from: from.0, bytes, fate: fate, cause: cause, after: after)
  }

  mutating func event(_ seconds: Double, _ kind: EventKind, _ message: String, _ fields: [EventField]) {
    add(seconds, .event(Event(kind, at: Script.at(Script.ns(seconds)), message, fields)))
  }

  mutating func listener(
    _ seconds: Double, _ queue: Int, backlog: Int = 1, halfOpen: Int = 0, host: String = "server",
    _ address: String = "192.0.2.1:8080"
  ) {
    event(
      seconds, .kernel, "\(address): \(queue) in the accept queue (backlog \(backlog))",
      [
        EventField("host", host), EventField("subject", "listener"), EventField("listener", address),
        EventField("accept_queue", queue), EventField("backlog", backlog), EventField("half_open", halfOpen),
      ])
  }

  mutating func counters(_ seconds: Double, drops: Int, host: String = "server") {
    event(
      seconds, .kernel, "\(drops) drops",
      [
        EventField("host", host), EventField("subject", "counters"), EventField("listen_overflows", drops),
        EventField("listen_drops", drops),
      ])
  }

  mutating func connected(_ seconds: Double, port: UInt16) {
    event(
      seconds, .note, "connect() returned 0 (192.0.2.1:8080, from port \(port))",
      [
        EventField("what", "connected"), EventField("host", "client"), EventField("process", "tcp-connector"),
        EventField("local", "192.0.2.2:\(port)"), EventField("remote", "192.0.2.1:8080"),
        EventField("duration", 400_000_000),
      ])
  }

  mutating func call(
    _ seconds: Double, _ name: String, _ arguments: String, result: Int, errno: String? = nil,
    host: String = "server", process: String = "tcp-listener", remote: String? = nil
  ) {
    var fields = [
      EventField("host", host), EventField("pid", 7), EventField("process", process),
      EventField("name", name),
      EventField("arguments", arguments), EventField("result", result),
    ]
    if let errno { fields.append(EventField("errno", errno)) }
    fields.append(EventField("duration", 12_000))
    if let remote { fields.append(EventField("remote", remote)) }
    event(seconds, .syscall, "\(name)(\(arguments)) = \(result)\(errno.map { " \($0)" } ?? "")", fields)
  }

  mutating func process(_ seconds: Double, _ what: String, host: String = "server") {
    event(
      seconds, .process, "tcp-listener: \(what)",
      [
        EventField("host", host), EventField("pid", 7), EventField("process", "tcp-listener"),
        EventField("what", what),
      ])
  }

  /// The records in the order of time; those of one moment in the order of writing.
  var records: [Record] {
    items.enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }
      .map(\.element.record)
  }

  var analysis: Analysis {
    let analysis = Analysis()
    for record in records { analysis.append(record) }
    return analysis
  }
}

extension Script {
  /// A handshake of the client's `port` that begins at `seconds`, and its effect on the queue.
  mutating func handshake(_ seconds: Double, port: UInt16, isn: UInt32, queue: Int) {
    let client: (UInt8, UInt16) = (2, port)
    let server: (UInt8, UInt16) = (1, 8080)
    tcp(seconds, client, server, .syn, seq: isn)
    tcp(seconds + 0.2, server, client, [.syn, .ack], seq: isn &+ 7, ack: isn &+ 1)
    tcp(seconds + 0.4, client, server, .ack, seq: isn &+ 1, ack: isn &+ 8)
    connected(seconds + 0.4001, port: port)
    listener(seconds + 0.601, queue)
  }

  /// Lesson 1 as it was measured: backlog 1, three clients, 200 ms one way, SYN retries each 1.024 s.
  static var knock: Script {
    var script = Script()
    script.call(0.010, "listen", "3, 1", result: 0)
    script.listener(0.012, 0)
    script.process(0.020, "ready")
    script.counters(0.022, drops: 0)
    let base = 1.0
    script.handshake(base, port: 40001, isn: 1000, queue: 1)
    script.handshake(base + 3.102, port: 40002, isn: 5000, queue: 2)
    for (number, seconds) in [6.310, 7.334, 8.358].enumerated() {
      script.tcp(base + seconds, (2, 40003), (1, 8080), .syn, seq: 9000)
      script.counters(base + seconds + 0.201, drops: number + 1)
    }
    return script
  }
}
