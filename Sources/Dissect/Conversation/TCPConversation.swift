import Bytes

/// What the analysis found about one segment beyond its facts: Wireshark's SEQ/ACK analysis.
struct TCPFindings {
  var nextSequence: UInt32 = 0
  var acksRow = 0
  var ackRTT: Int64 = 0
  var bytesInFlight: UInt32 = 0
  var pushBytes: UInt32 = 0
  var duplicateNumber = 0
  var duplicateRow = 0
  var rtoRow = 0
  var rto: Int64 = 0
  var timeRelative: Int64 = 0
  var timeDelta: Int64 = 0
  /// -1 unknown, -2 no scaling, else a shift.
  var scale = -1
  /// Whether the analysis has a subtree at all.
  var hasAnalysis: Bool {
    acksRow != 0 || bytesInFlight != 0 || pushBytes != 0 || duplicateNumber != 0 || rtoRow != 0
  }
}

/// One direction of a connection.
struct TCPDirection {
  var base: UInt32?
  var next: UInt32 = 0
  var nextRow = 0
  var nextTime: Int64 = 0
  var highestContiguous: UInt32 = 0
  var window: UInt16 = 0
  var lastAck: UInt32 = 0
  var lastAckTime: Int64 = 0
  var duplicates = 0
  var lastNewAckRow = 0
  var lastMarks: TCPMarks = []
  var scale = -1
  var offered: UInt8?
  var sacked: UInt32 = 0
  var sent = SentSegments()
  var inFlightKnown = true
  var pushTotal: UInt32 = 0
  var pushed = false
}

/// A connection: state for the analysis of sequence numbers, by RFC 9293 and as Wireshark judges it.
final class TCPConversation {
  let index: Int
  /// What `flow.low` sent.
  private(set) var low = TCPDirection()
  /// What `flow.high` sent.
  private(set) var high = TCPDirection()
  /// Whether `flow.low` is the client.
  var lowIsClient: Bool
  var completeness: UInt8 = 0
  var firstTime: Int64 = 0
  var lastTime: Int64 = 0
  var synTime: Int64?
  var initialRTT: Int64?
  /// Whether `flow.low` was the first to send a FIN; nil while nobody did.
  private(set) var lowCloses: Bool?
  let streams: TCPStreams

  init(index: Int, flow: Flow, lowIsClient: Bool, time: Int64, store: RowStore) {
    self.index = index
    self.lowIsClient = lowIsClient
    firstTime = time
    lastTime = time
    streams = TCPStreams(
      stream: index, clientPort: lowIsClient ? flow.lowPort : flow.highPort,
      serverPort: lowIsClient ? flow.highPort : flow.lowPort, store: store)
  }

  /// Takes in a segment and says what it means.
  func append(_ segment: Segment, isForward: Bool, row: Int, time: Int64) -> (TCPMarks, TCPFindings) {
    if segment.flags & 1 != 0, lowCloses == nil { lowCloses = isForward }
    if isForward {
      return analyze(&low, &high, segment, row: row, time: time)
    }
    return analyze(&high, &low, segment, row: row, time: time)
  }

  private func analyze(
    _ fwd: inout TCPDirection, _ rev: inout TCPDirection, _ s: Segment, row: Int, time: Int64
  ) -> (TCPMarks, TCPFindings) {
    var found = TCPFindings()
    var marks: TCPMarks = []
    let syn = s.flags & 2 != 0
    let ack = s.flags & 16 != 0
    let control = s.flags & 7 != 0
    let length = UInt32(truncatingIfNeeded: s.length)
    found.timeRelative = time &- firstTime
    found.timeDelta = time &- lastTime
    lastTime = time
    noteCompleteness(s)
    if fwd.base == nil { fwd.base = syn ? s.sequence : s.sequence &- 1 }
    if rev.base == nil, ack { rev.base = s.acknowledgment &- 1 }
    if syn {
      if let shift = s.shift {
        fwd.offered = shift
        fwd.scale = Int(shift)
      } else {
        fwd.scale = -2
      }
      if ack {
        // A scale counts only when both SYNs offered one (RFC 7323 section 2.2).
        if fwd.scale == -2 || rev.scale == -2 {
          fwd.scale = -2
          if rev.scale != -1 { rev.scale = -2 }
        }
      } else {
        synTime = time
      }
    } else if ack, initialRTT == nil, let began = synTime, let mine = fwd.base, let theirs = rev.base,
      s.sequence.isAfter(mine), s.acknowledgment == theirs &+ 1, completeness & 3 == 3
    {
      initialRTT = time &- began
    }
    if ack { rev.inFlightKnown = true }
    fwd.sacked = s.sacked
    found.scale = syn ? -1 : fwd.scale
    found.nextSequence = s.next

    classify(&fwd, &rev, s, length, control, row, &marks, &found)
    if s.acknowledgment != fwd.lastAck {
      fwd.lastNewAckRow = row
      fwd.duplicates = 0
    }
    if rev.highestContiguous != 0, ack, s.acknowledgment.isAfter(rev.highestContiguous) {
      marks.insert(.ackLostSegment)
      rev.highestContiguous = rev.next
    }
    judgeRepetition(fwd, rev, s, length, time, &marks, &found)
    advance(&fwd, &rev, s, length, row, time, &marks, &found)
    return (marks, found)
  }

  /// Windows, probes, keep-alives and repeated acknowledgments.
  private func classify(
    _ fwd: inout TCPDirection, _ rev: inout TCPDirection, _ s: Segment, _ length: UInt32, _ control: Bool,
    _ row: Int, _ marks: inout TCPMarks, _ found: inout TCPFindings
  ) {
    if length == 1, s.sequence == fwd.next, rev.window == 0, rev.lastAckTime != 0 {
      marks.insert(.zeroWindowProbe)
      return
    }
    if s.window == 0, !control { marks.insert(.zeroWindow) }
    if fwd.next != 0, s.sequence.isAfter(fwd.next), s.flags & 4 == 0 {
      marks.insert(.lostSegment)
      fwd.inFlightKnown = false
    }
    guard !control else { return }
    if length <= 1, s.sequence == fwd.next &- 1 { marks.insert(.keepAlive) }
    let same = length == 0 && s.sequence == fwd.next && s.acknowledgment == fwd.lastAck
    if same, s.window != 0, s.window != fwd.window { marks.insert(.windowUpdate) }
    if length > 0, rev.scale != -1,
      s.sequence &+ length == rev.lastAck &+ UInt32(rev.window) << UInt32(max(0, rev.scale))
    {
      marks.insert(.windowFull)
    }
    if same, s.window != 0, s.window == fwd.window, rev.lastMarks.contains(.keepAlive) {
      marks.insert(.keepAliveAck)
      return
    }
    if length == 0, s.window == 0, fwd.window == 0, s.sequence == fwd.next,
      s.acknowledgment == fwd.lastAck || s.acknowledgment == fwd.lastAck &+ 1,
      rev.lastMarks.contains(.zeroWindowProbe)
    {
      marks.insert(.zeroWindowProbeAck)
      if s.acknowledgment == fwd.lastAck &+ 1 { rev.next = s.acknowledgment }
      return
    }
    if same, s.window != 0, s.window == fwd.window {
      fwd.duplicates += 1
      marks.insert(.duplicateAck)
      found.duplicateNumber = fwd.duplicates
      found.duplicateRow = fwd.lastNewAckRow
    }
  }

  /// Retransmissions and reordering.
  private func judgeRepetition(
    _ fwd: TCPDirection, _ rev: TCPDirection, _ s: Segment, _ length: UInt32, _ time: Int64,
    _ marks: inout TCPMarks, _ found: inout TCPFindings
  ) {
    guard length > 0 || s.flags & 3 != 0, !marks.contains(.keepAlive) else { return }
    var isOld = fwd.next != 0 && fwd.next.isAfter(s.sequence)
    if length > 1, fwd.next &- 1 == s.sequence { isOld = false }
    if length > 0, rev.lastAck != 0, !(s.sequence &+ length).isAfter(rev.lastAck) {
      marks.insert(.spuriousRetransmission)
      return
    }
    guard isOld else { return }
    if rev.duplicates >= 2, rev.lastAck == s.sequence, time &- rev.lastAckTime < 20_000_000 {
      marks.insert(.fastRetransmission)
      return
    }
    let threshold = initialRTT ?? 3_000_000
    if time &- fwd.nextTime < threshold, fwd.next != found.nextSequence {
      marks.insert(.outOfOrder)
      return
    }
    marks.insert(.retransmission)
    found.rtoRow = fwd.nextRow
    found.rto = time &- fwd.nextTime
    if let first = fwd.sent.first(beginning: s.sequence) {
      found.rtoRow = first.row
      found.rto = time &- first.time
    }
  }

  /// Moves the state past the segment and counts what is in flight.
  private func advance(
    _ fwd: inout TCPDirection, _ rev: inout TCPDirection, _ s: Segment, _ length: UInt32, _ row: Int,
    _ time: Int64, _ marks: inout TCPMarks, _ found: inout TCPFindings
  ) {
    let next = found.nextSequence
    let isProbe = marks.contains(.zeroWindowProbe)
    if length > 0 || s.flags & 3 != 0 {
      fwd.sent.append(SentSegments.Segment(sequence: s.sequence, next: next, row: row, time: time))
    }
    if !isProbe {
      if next.isAfter(fwd.next) || fwd.next == 0 {
        fwd.next = next
        fwd.nextRow = row
        fwd.nextTime = time
      }
      if s.sequence == fwd.highestContiguous || fwd.highestContiguous == 0 { fwd.highestContiguous = next }
    }
    fwd.window = s.window
    fwd.lastAck = s.acknowledgment
    fwd.lastAckTime = time
    fwd.lastMarks = marks
    if let acknowledged = rev.sent.acknowledge(s.acknowledgment) {
      found.acksRow = acknowledged.row
      found.ackRTT = time &- acknowledged.time
    }
    guard length > 0, fwd.inFlightKnown, let base = fwd.base, let span = fwd.sent.span(from: base) else {
      return
    }
    // SYN and FIN take a number each but are no octets in flight.
    let flight = span &- rev.sacked &- (s.flags & 3 != 0 ? 1 : 0)
    if flight > 0, flight < 2_000_000_000 { found.bytesInFlight = flight }
    if fwd.pushed {
      fwd.pushTotal = 0
      fwd.pushed = false
    }
    fwd.pushTotal &+= length
    if s.flags & 8 != 0 { fwd.pushed = true }
    found.pushBytes = fwd.pushTotal
  }

  private func noteCompleteness(_ s: Segment) {
    if s.flags & 0x12 == 0x02 { completeness |= 1 }
    if s.flags & 0x12 == 0x12 { completeness |= 2 }
    if s.flags & 0x17 == 0x10 { completeness |= s.length > 0 ? 8 : 4 }
    if s.length > 0 { completeness |= 8 }
    if s.flags & 0x12 == 0x10, completeness & 3 == 3 { completeness |= 4 }
    if s.flags & 1 != 0 { completeness |= 16 }
    if s.flags & 4 != 0 { completeness |= 32 }
  }
}

extension UInt32 {
  /// Whether this sequence number comes after `other` (RFC 9293 section 3.4).
  func isAfter(_ other: UInt32) -> Bool { SequenceNumber(other) < SequenceNumber(self) }
}
