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
  /// -1 unknown, -2 no scaling, else the shift that the direction had in the end, as tshark shows it in all rows.
  var scale = -1
  /// Whether the analysis has anything to say of the segment, if only that nothing is in flight.
  var hasAnalysis = false
}

/// One direction of a connection.
struct TCPDirection {
  /// The first sequence number, against which the others are shown; nil before it is known.
  var base: UInt32?
  /// Rows of the answers to SYNs and their numbers, from the second on that has another number than the one before, the
  /// first included; empty where all have the same.
  var answers: [(row: Int, base: UInt32)] = []
  /// The row of the first answer; 0 before there was one.
  var firstAnswer = 0
  /// The highest number seen so far, and the row and the time of the segment that brought it; 0 is none yet.
  var next: UInt32 = 0
  var nextRow = 0
  var nextTime: Int64 = 0
  /// The highest number that may be acknowledged without surprise: up to it nothing is missing. 0 is none yet.
  var highestContiguous: UInt32 = 0
  /// The window as it last stood in a header; far more than that before there was one.
  var window: UInt32 = .max
  var lastAck: UInt32 = 0
  var lastAckTime: Int64 = 0
  /// Repetitions of the last acknowledgment; -1 once it acknowledged what was never seen.
  var duplicates = 0
  var lastNewAckRow = 0
  var lastMarks: TCPMarks = []
  /// -1 unknown, -2 none, else the shift.
  var scale = -1
  /// Whether the last SYN was followed by no acknowledgment yet: its window is not scaled.
  var isOpening = false
  /// Octets that the last segment's SACK blocks cover.
  var sacked: UInt32 = 0
  var sent = SentSegments()
  var inFlightKnown = true
  var pushTotal: UInt32 = 0
  var pushed = false
}

extension TCPDirection {
  /// Takes in the number of an answer to a SYN: one that is not the first number becomes it.
  fileprivate mutating func answer(_ sequence: UInt32, row: Int, _ marks: inout TCPMarks) {
    if let base, base != sequence {
      if answers.isEmpty, firstAnswer != 0 { answers.append((firstAnswer, base)) }
      marks.insert(.reusedPorts)
      self.base = sequence
    }
    if firstAnswer == 0 { firstAnswer = row } else if !answers.isEmpty { answers.append((row, sequence)) }
  }

  /// The number against which a row's are shown: that of the answer before it, or else, as tshark has it in its second
  /// pass, of the last.
  func base(in row: Int) -> UInt32 {
    answers.isEmpty ? base ?? 0 : answers.last { $0.row <= row }?.base ?? base ?? 0
  }

  /// Whether a row is an answer whose number tshark's second pass finds to be another than the last one's.
  func isReused(in row: Int) -> Bool {
    !answers.isEmpty && answers[0].row == row && answers[0].base != base
  }
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
  /// What was seen of the connection, and what its first row alone showed unless that was a SYN: tshark adds that later.
  private(set) var completeness = TCPCompleteness()
  private let firstRow: Int
  var firstTime: Int64 = 0
  var lastTime: Int64 = 0
  var synTime: Int64?
  var initialRTT: Int64?
  /// Whether a SYN carried octets along with a cookie (RFC 7413).
  private(set) var hasFastOpen = false
  /// Whether `flow.low` was the first to send a FIN; nil while nobody did.
  private(set) var lowCloses: Bool?
  /// The states of both ends so far.
  private(set) var states = TCPStates()
  /// The round trips that the client waited for so far.
  private(set) var trips = TCPTrips()
  /// What the sides said of accurate ECN (RFC 9768 section 3.1).
  private(set) var accurateECN = AccurateECN()
  let streams: TCPStreams

  init(
    index: Int, flow: Flow, lowIsClient: Bool, isReused: Bool, time: Int64, row: Int, store: RowStore
  ) {
    self.index = index
    firstRow = row
    self.lowIsClient = lowIsClient
    firstTime = time
    lastTime = time
    completeness = TCPCompleteness(firstRow: isReused ? nil : row, isReused: isReused)
    streams = TCPStreams(
      stream: index, clientPort: lowIsClient ? flow.lowPort : flow.highPort,
      serverPort: lowIsClient ? flow.highPort : flow.lowPort, store: store)
  }

  /// What lists show of earlier rows too, by what the connection became.
  struct Outcome: Equatable {
    var bases: [UInt32?], answers: Int, scales: [Int], countsECN: Bool
  }

  var outcome: Outcome {
    Outcome(
      bases: [low.base, high.base], answers: low.answers.count + high.answers.count,
      scales: [low.scale, high.scale], countsECN: accurateECN.isCounting)
  }

  /// The first row whose line in a list may depend on what comes: the first of all until both ends have sent.
  var firstOpenRow: Int? { hasBothSides ? streams.firstOpenRow : firstRow }

  /// Whether both ends have sent.
  var hasBothSides: Bool { low.base != nil && high.base != nil }

  /// The number against which those of a row are shown that one end sends.
  func base(ofLow isLow: Bool, in row: Int) -> UInt32 { isLow ? low.base(in: row) : high.base(in: row) }

  /// The shift of the windows that one end announces; -1 unknown, -2 none.
  func scale(ofLow isLow: Bool) -> Int { isLow ? low.scale : high.scale }

  /// Whether one end began with another number in a row than later.
  func isReused(byLow isLow: Bool, in row: Int) -> Bool {
    isLow ? low.isReused(in: row) : high.isReused(in: row)
  }

  /// Whether a SYN with `sequence` begins another connection on the same ports.
  func isReused(by sequence: UInt32, isForward: Bool) -> Bool {
    guard let base = isForward ? low.base : high.base else { return false }
    return base != sequence
  }

  /// Takes in a segment and says what it means.
  func append(_ segment: Segment, isForward: Bool, row: Int, time: Int64) -> (TCPMarks, TCPFindings) {
    var found = TCPFindings()
    found.timeDelta = time &- lastTime
    found.nextSequence = segment.next
    lastTime = time
    completeness.note(segment, row: row)
    accurateECN.note(segment)
    if segment.flags & 0x12 == 2, segment.hasFastOpen, segment.length > 0 { hasFastOpen = true }
    if segment.flags & 1 != 0, lowCloses == nil { lowCloses = isForward }
    guard segment.hasLength else { return ([], found) }
    let side: Side = isForward == lowIsClient ? .client : .server
    states.append(segment, from: side)
    trips.append(segment, from: side, row: row, hasFastOpen: hasFastOpen)
    let marks: TCPMarks
    if isForward {
      marks = analyze(&low, &high, segment, row: row, time: time, &found)
    } else {
      marks = analyze(&high, &low, segment, row: row, time: time, &found)
    }
    if segment.flags & 0x12 == 0x10, initialRTT == nil, let began = synTime, time != began {
      initialRTT = time &- began
    }
    if segment.flags & 0x12 == 2 { synTime = time }
    return (marks, found)
  }

  private func analyze(
    _ fwd: inout TCPDirection, _ rev: inout TCPDirection, _ s: Segment, row: Int, time: Int64,
    _ found: inout TCPFindings
  ) -> TCPMarks {
    var marks: TCPMarks = []
    let isSYN = s.flags & 2 != 0
    let hasAck = s.flags & 16 != 0
    let length = UInt32(truncatingIfNeeded: s.length)
    if isSYN, hasAck { fwd.answer(s.sequence, row: row, &marks) }
    // Only the round-trip time of the handshake may show of it.
    if isSYN, !hasAck, fwd.base != nil { found.hasAnalysis = true }
    if fwd.base == nil { fwd.base = isSYN ? s.sequence : s.sequence &- 1 }
    if rev.base == nil, hasAck { rev.base = s.acknowledgment &- 1 }
    if hasAck { rev.inFlightKnown = true }
    fwd.sacked = 0

    classify(&fwd, rev, s, length, &marks, &found)
    if s.acknowledgment != fwd.lastAck {
      fwd.lastNewAckRow = row
      fwd.duplicates = 0
    }
    if hasAck, rev.highestContiguous != 0, s.acknowledgment.isAfter(rev.highestContiguous) {
      found.hasAnalysis = true
      noteUnseen(&rev, &marks)
    }
    judgeRepetition(fwd, rev, s, length, time, &marks, &found)
    advance(&fwd, s, length, row, time, marks)
    if let acknowledged = rev.sent.acknowledge(s.acknowledgment) {
      found.acksRow = acknowledged.row
      found.hasAnalysis = true
    }
    if length > 0 { countFlight(&fwd, rev, s, length, &found) }
    fwd.sacked = s.sacked
    scale(&fwd, &rev, s)
    if !marks.isEmpty { found.hasAnalysis = true }
    return marks
  }

  /// Windows, probes, keep-alives and repeated acknowledgments.
  private func classify(
    _ fwd: inout TCPDirection, _ rev: TCPDirection, _ s: Segment, _ length: UInt32,
    _ marks: inout TCPMarks, _ found: inout TCPFindings
  ) {
    let window = UInt32(s.window)
    let isControl = s.flags & 7 != 0
    if length == 1, s.sequence == fwd.next, rev.window == 0 {
      marks.insert(.zeroWindowProbe)
      return
    }
    if window == 0, !isControl { marks.insert(.zeroWindow) }
    if fwd.next != 0, s.sequence.isAfter(fwd.next), s.flags & 4 == 0 {
      marks.insert(.lostSegment)
      fwd.inFlightKnown = false
    }
    guard !isControl else { return }
    if length <= 1, s.sequence == fwd.next &- 1 { marks.insert(.keepAlive) }
    if length > 0, rev.scale != -1 {
      let shift = rev.isOpening || rev.scale < 0 ? 0 : UInt32(rev.scale)
      if s.sequence &+ length == rev.lastAck &+ rev.window << shift { marks.insert(.windowFull) }
    }
    guard length == 0, s.sequence == fwd.next else { return }
    let isSame = s.acknowledgment == fwd.lastAck
    if isSame, window != 0, window != fwd.window { marks.insert(.windowUpdate) }
    guard window == fwd.window else { return }
    if window == 0 {
      if isSame, rev.lastMarks.contains(.zeroWindowProbe) { marks.insert(.zeroWindowProbeAck) }
    } else if isSame {
      if rev.lastMarks.contains(.keepAlive) {
        marks.insert(.keepAliveAck)
      } else {
        fwd.duplicates = fwd.duplicates < 0 ? 1 : fwd.duplicates + 1
        marks.insert(.duplicateAck)
        found.duplicateNumber = fwd.duplicates
        found.duplicateRow = fwd.lastNewAckRow
      }
    }
  }

  /// An acknowledgment of what the capture does not hold is told once.
  private func noteUnseen(_ rev: inout TCPDirection, _ marks: inout TCPMarks) {
    if rev.next.isAfter(rev.highestContiguous) {
      rev.highestContiguous = rev.next
      marks.insert(.ackLostSegment)
    } else {
      if rev.duplicates == 0 { marks.insert(.ackLostSegment) }
      rev.duplicates = -1
    }
  }

  /// Retransmissions and reordering.
  private func judgeRepetition(
    _ fwd: TCPDirection, _ rev: TCPDirection, _ s: Segment, _ length: UInt32, _ time: Int64,
    _ marks: inout TCPMarks, _ found: inout TCPFindings
  ) {
    guard length > 0 || s.flags & 3 != 0, !marks.contains(.keepAlive) else { return }
    if length > 0, rev.lastAck != 0, !(s.sequence &+ length).isAfter(rev.lastAck) {
      marks.insert(.spuriousRetransmission)
      return
    }
    // New octets behind a probe's one are no repetition.
    guard fwd.next != 0, fwd.next.isAfter(s.sequence), length <= 1 || fwd.next &- 1 != s.sequence else {
      return
    }
    let sinceAck = time &- rev.lastAckTime
    if rev.duplicates >= 2 || rev.duplicates < 0, rev.lastAck == s.sequence, 0 <= sinceAck,
      sinceAck < 20_000_000
    {
      marks.insert(.fastRetransmission)
      return
    }
    let sinceNext = time &- fwd.nextTime
    if 0 <= sinceNext, sinceNext < initialRTT ?? 3_000_000, fwd.next != s.next {
      marks.insert(.outOfOrder)
      return
    }
    marks.insert(.retransmission)
    found.rtoRow = fwd.nextRow
    found.rto = sinceNext
    if let first = fwd.sent.first {
      found.rtoRow = first.row
      found.rto = time &- first.time
    }
  }

  /// Moves the state of the sender past the segment.
  private func advance(
    _ fwd: inout TCPDirection, _ s: Segment, _ length: UInt32, _ row: Int, _ time: Int64, _ marks: TCPMarks
  ) {
    var next = s.sequence &+ length
    let isControl = s.flags & 3 != 0
    if length > 0 || isControl {
      let one = SentSegments.Segment(sequence: s.sequence, next: s.next, row: row, time: time)
      if fwd.sent.append(one, base: fwd.base ?? 0) { next = s.next }
    }
    if !marks.contains(.zeroWindowProbe) {
      if fwd.next == 0 || next.isAfter(fwd.next) {
        fwd.next = next
        fwd.nextRow = row
        fwd.nextTime = time
      }
      if fwd.highestContiguous == 0 || s.sequence == fwd.highestContiguous {
        fwd.highestContiguous = fwd.next
      }
    }
    fwd.window = UInt32(s.window)
    fwd.lastAck = s.acknowledgment
    fwd.lastAckTime = time
    fwd.lastMarks = marks
  }

  /// Octets under way, and those since the last push.
  private func countFlight(
    _ fwd: inout TCPDirection, _ rev: TCPDirection, _ s: Segment, _ length: UInt32, _ found: inout TCPFindings
  ) {
    guard fwd.inFlightKnown, let span = fwd.sent.span else { return }
    found.hasAnalysis = true
    let flight = span &- rev.sacked
    // SYN and FIN take a number but are no octet in flight.
    if flight > 0, flight < 2_000_000_000 { found.bytesInFlight = flight - (s.flags & 3 != 0 ? 1 : 0) }
    let pushes = s.flags & 8 != 0
    fwd.pushTotal = fwd.pushed ? length : fwd.pushTotal &+ length
    fwd.pushed = pushes
    if found.bytesInFlight > 0 { found.pushBytes = fwd.pushTotal }
  }

  /// What the segment says of window scaling, which counts when both SYNs offer it (RFC 7323 section 2.2).
  private func scale(_ fwd: inout TCPDirection, _ rev: inout TCPDirection, _ s: Segment) {
    if let shift = s.shift {
      fwd.scale = Int(shift)
    }
    let isSYN = s.flags & 2 != 0
    let hasAck = s.flags & 16 != 0
    if isSYN {
      fwd.isOpening = true
      if fwd.scale == -1 {
        (fwd.scale, rev.scale) = (-2, -2)
      } else if hasAck, rev.scale == -2 {
        fwd.scale = -2
      }
    } else if hasAck {
      fwd.isOpening = false
    }
  }
}
