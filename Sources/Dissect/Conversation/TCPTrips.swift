/// The round trips that a connection's client has waited for, as far as sequence numbers prove them.
///
/// A trip begins with octets, a SYN or a FIN of the client, and ends with the first segment of the server that acknowledges
/// them and brings something itself; an acknowledgment alone is no answer. The next one begins with what the client sends
/// once it acknowledges that answer. So the number is that of turns which nobody can save, however far apart the hosts are.
struct TCPTrips {
  private enum Phase {
    case silent
    /// The client sent octets from this number on.
    case asked(UInt32)
    /// The server answered with octets from this number on, or with its SYN.
    case answered(UInt32, isHandshake: Bool)
  }
  private var phase = Phase.silent
  /// The rows in which a trip ended: four octets a trip.
  private(set) var rows: [UInt32] = []

  mutating func append(_ segment: Segment, from side: Side, row: Int, hasFastOpen: Bool) {
    guard segment.length > 0 || segment.flags & 7 != 0 else { return }
    if side == .client { ask(segment) } else { answer(segment, row, hasFastOpen) }
  }

  private mutating func ask(_ segment: Segment) {
    switch phase {
    case .silent: phase = .asked(segment.sequence)
    case .asked: break
    case .answered(let number, _):
      if segment.flags & 16 != 0, segment.acknowledgment.isAfter(number) { phase = .asked(segment.sequence) }
    }
  }

  private mutating func answer(_ segment: Segment, _ row: Int, _ hasFastOpen: Bool) {
    let isSYN = segment.flags & 2 != 0
    switch phase {
    case .silent: phase = .answered(segment.sequence, isHandshake: false)
    case .asked(let number):
      guard segment.flags & 16 != 0, segment.acknowledgment.isAfter(number) else { return }
      end(row, segment, isSYN)
    // Who speaks first has heard the client's ACK of its SYN: RFC 9293 section 3.10.7.4.
    case .answered(_, true): if !isSYN, segment.length > 0, !hasFastOpen { end(row, segment, false) }
    case .answered: break
    }
  }

  private mutating func end(_ row: Int, _ segment: Segment, _ isHandshake: Bool) {
    rows.append(UInt32(clamping: row))
    phase = .answered(segment.sequence, isHandshake: isHandshake)
  }

  /// Trips that had ended once a row was there.
  func count(in row: Int) -> Int {
    var low = 0
    var high = rows.count
    while low < high {
      let middle = (low + high) / 2
      if rows[middle] <= row { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
