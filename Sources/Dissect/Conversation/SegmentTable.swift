/// What the analysis found of the TCP segments of a capture, 32 octets a segment.
struct SegmentTable {
  private struct Entry {
    var stream: UInt32
    var acksRow: UInt32
    var bytesInFlight: UInt32
    var pushBytes: UInt32
    /// Nanoseconds since the conversation's segment before.
    var delta: Int64
    /// `TCPMarks`, and the highest bit for `TCPFindings.hasAnalysis`.
    var marks: UInt16
    var isFromServer: Bool
    /// Both ends, once the segment is there: `TCPStates.packed`.
    var states: UInt8
    /// The first message of the direction that was not whole before this segment.
    var message: UInt32
  }
  /// What few segments have.
  private struct Rare {
    var duplicateNumber: Int, duplicateRow: Int, rtoRow: Int
    var rto: Int64
  }

  private var entries: [Entry] = []
  private var rare: [Int: Rare] = [:]

  var count: Int { entries.count }

  /// Makes room for segments.
  mutating func reserve(_ count: Int) { entries.reserveCapacity(count) }

  mutating func append(
    stream: Int, side: Side, marks: TCPMarks, found: TCPFindings, states: UInt8, message: Int
  ) {
    entries.append(
      Entry(
        stream: UInt32(clamping: stream), acksRow: UInt32(clamping: found.acksRow),
        bytesInFlight: found.bytesInFlight, pushBytes: found.pushBytes, delta: found.timeDelta,
        marks: UInt16(truncatingIfNeeded: marks.rawValue) | (found.hasAnalysis ? 0x8000 : 0),
        isFromServer: side == .server, states: states, message: UInt32(clamping: message)))
    guard found.duplicateNumber != 0 || found.rtoRow != 0 else { return }
    rare[entries.count - 1] = Rare(
      duplicateNumber: found.duplicateNumber, duplicateRow: found.duplicateRow, rtoRow: found.rtoRow,
      rto: found.rto)
  }

  func stream(_ index: Int) -> Int { Int(entries[index].stream) }
  func side(_ index: Int) -> Side { entries[index].isFromServer ? .server : .client }
  func marks(_ index: Int) -> TCPMarks { TCPMarks(rawValue: UInt32(entries[index].marks & 0x7FFF)) }
  func states(_ index: Int) -> UInt8 { entries[index].states }
  func message(_ index: Int) -> Int { Int(entries[index].message) }

  /// The findings about a segment, but for the times that need the store: `ackRTT` and `timeRelative`.
  func findings(_ index: Int, of segment: Segment) -> TCPFindings {
    let entry = entries[index]
    var found = TCPFindings()
    found.acksRow = Int(entry.acksRow)
    found.bytesInFlight = entry.bytesInFlight
    found.pushBytes = entry.pushBytes
    found.timeDelta = entry.delta
    found.hasAnalysis = entry.marks & 0x8000 != 0
    found.nextSequence = segment.next
    guard !rare.isEmpty, let more = rare[index] else { return found }
    found.duplicateNumber = more.duplicateNumber
    found.duplicateRow = more.duplicateRow
    found.rtoRow = more.rtoRow
    found.rto = more.rto
    return found
  }
}
