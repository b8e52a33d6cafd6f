import Bytes
import Dissect
import Session

/// Joins what was read of listeners to the frames that explain it.
///
/// A reading is not on the wire. It is joined to frames that had arrived before it and that nothing else explains; when
/// there are more such frames than the reading counts, the oldest are taken and the join is marked as inferred.
struct AcceptTracker: Sendable {
  /// A frame that may be what a reading is about.
  struct Arrival: Sendable {
    var line: Int
    var connection: String
    var host: String
    var server: Endpoint
    var client: Endpoint
    var packetID: UInt64?
    var sent: Timestamp?
  }
  /// A join that was found.
  struct Join {
    var line: Int
    var reading: LadderLine.Reading
  }

  /// SYNs without an answer, by connection.
  private var syns: [String: [Arrival]] = [:]
  private var handshakes: [Arrival] = []
  /// Names that wait, by listener, oldest first; `?` when the name isn't known.
  private(set) var queues: [String: [String]] = [:]
  private var drops: [String: Int64] = [:]

  mutating func sent(syn: Arrival) { syns[syn.connection, default: []].append(syn) }
  mutating func sent(lastACK: Arrival) { handshakes.append(lastACK) }

  /// A client says that its connection stands, and there are no frames: it is the oldest unknown one in a queue that
  /// was read before, else one that a reading will tell of.
  mutating func opened(_ one: Arrival) {
    for key in queues.keys where key.hasPrefix(one.host + " ") {
      let bound = Endpoint(String(key.dropFirst(one.host.count + 1).prefix { $0 != " " }))
      if let place = queues[key]?.firstIndex(of: "?"), bound?.takes(one.server) ?? false {
        queues[key]?[place] = one.connection
        return
      }
    }
    handshakes.append(one)
  }

  /// The connection got an answer, or its SYN is sent again: what was sent so far waits for no reading any more.
  /// Returns the line of the last SYN that was waiting.
  mutating func settle(_ connection: String) -> Int? {
    syns.removeValue(forKey: connection)?.last?.line
  }

  /// When a frame reached its receiver; nil when it has not by `moment`.
  private func arrival(_ one: Arrival, by moment: Timestamp, _ analysis: Analysis) -> Timestamp? {
    guard let id = one.packetID, !analysis.fates.isEmpty else {
      return one.sent.flatMap { $0 <= moment ? $0 : nil }
    }
    return analysis.fates[id]?.first { $0.kind == .delivered && $0.time <= moment }?.time
  }

  private func arrived(
    _ some: [Arrival], by moment: Timestamp, _ analysis: Analysis, where fits: (Arrival) -> Bool
  ) -> [Arrival] {
    some.filter(fits).compactMap { one in arrival(one, by: moment, analysis).map { (one, $0) } }
      .sorted { ($0.1, $0.0.line) < ($1.1, $1.0.line) }.map(\.0)
  }

  /// A listener's queue was read.
  mutating func listener(_ event: Event, _ row: Int, _ analysis: Analysis) -> [Join] {
    let host = event.text("host") ?? ""
    let key = SessionState.key(ofListener: event)
    let length = Int(clamping: max(0, min(event.number("accept_queue") ?? 0, 65535)))
    let isFull = Int64(length) > event.number("backlog") ?? 0
    var queue = queues[key] ?? []
    var joins: [Join] = []
    if length > queue.count {
      let bound = Endpoint(event.text("listener") ?? "")
      let found = arrived(handshakes, by: event.time, analysis) {
        $0.host == host && bound?.takes($0.server) ?? false
      }
      let growth = length - queue.count
      for one in found.prefix(growth) {
        queue.append(one.connection)
        handshakes.removeAll { $0.line == one.line }
        let kind = LadderLine.Reading.Kind.waits(
          count: Int64(queue.count), isFull: isFull && queue.count == length)
        joins.append(
          Join(line: one.line, reading: .init(kind: kind, row: row, isInferred: found.count > growth)))
      }
      queue += Array(repeating: "?", count: length - queue.count)
    }
    while queue.count > length {
      queue.remove(at: queue.firstIndex(of: "?") ?? 0)
    }
    queues[key] = queue
    return joins
  }

  /// A connection was taken out of a queue. Returns its name if it is known.
  mutating func accepted(_ event: Event) -> String? {
    guard let client = event.text("remote").flatMap({ Endpoint($0) }) else { return nil }
    let host = event.text("host") ?? ""
    if let one = handshakes.last(where: { $0.client == client && $0.host == host }) {
      handshakes.removeAll { $0.connection == one.connection }
      return one.connection
    }
    return nil
  }

  /// A connection that waits left the queue.
  mutating func leave(_ name: String, host: String) {
    for key in queues.keys where key.hasPrefix(host + " ") {
      if let place = queues[key]?.firstIndex(of: name) { queues[key]?.remove(at: place) }
    }
  }

  /// The counters of a host were read.
  mutating func counters(_ event: Event, _ row: Int, _ analysis: Analysis) -> [Join] {
    guard let now = event.number("listen_drops") else { return [] }
    let host = event.text("host") ?? ""
    let delta = now &- (drops[host] ?? 0)
    drops[host] = now
    guard delta > 0 else { return [] }
    let found = arrived(syns.values.flatMap { $0 } + handshakes, by: event.time, analysis) { $0.host == host }
    let isInferred = Int64(found.count) != delta
    return found.prefix(Int(clamping: delta)).map { one in
      let isSYN = syns[one.connection]?.contains { $0.line == one.line } ?? false
      syns[one.connection]?.removeAll { $0.line == one.line }
      handshakes.removeAll { $0.line == one.line }
      return Join(
        line: one.line,
        reading: .init(kind: isSYN ? .noReply : .ackIgnored, row: row, isInferred: isInferred))
    }
  }
}
