import Bytes

/// The body of a response whose type is text/event-stream, cut so that each row shows the events that it completes.
struct EventStream {
  /// How the body goes on.
  enum Ending {
    case chunked
    /// Octets that are left of Content-Length.
    case length(Int)
  }

  /// What is kept of a piece, besides its own octets.
  struct Piece {
    /// Number of the last event before it.
    var before: UInt32
    var isChunk: Bool
    /// Octets of an event that earlier pieces brought.
    var carried: [UInt8]
  }

  var ending: Ending
  /// Events so far.
  private var count: UInt32 = 0
  /// Octets behind the last event.
  private var carried: [UInt8] = []
  /// The most octets of an event that are kept until it is whole; of a longer one its beginning is shown.
  private static let limit = 1 << 16

  init(_ ending: Ending) { self.ending = ending }

  /// Where the next piece ends: a chunk, or as many whole events as there are.
  func framing(_ bytes: RawSpan) -> Framing {
    switch ending {
    case .chunked: return chunk(bytes)
    case .length(let left): return bytes.byteCount >= left ? .complete(left) : whole(bytes)
    }
  }

  /// Up to the last event that is whole. What is long without one is taken in pieces, so that it is not searched again
  /// and again.
  private func whole(_ bytes: RawSpan) -> Framing {
    let end = Self.events(bytes).last?.upperBound ?? 0
    if end > 0 { return .complete(end) }
    return bytes.byteCount >= 8192 ? .complete(bytes.byteCount) : .needs(bytes.byteCount + 1)
  }

  private func chunk(_ bytes: RawSpan) -> Framing {
    guard let line = HTTPHead.line(bytes, 0) else {
      return bytes.byteCount < 4096 ? .needs(bytes.byteCount + 1) : .foreign
    }
    guard let size = HTTPChunk.size(bytes, line.text) else { return .foreign }
    guard size == 0 else {
      let next = line.end + size + 1
      guard bytes.byteCount > next else { return .needs(next + 1) }
      guard let end = HTTPHead.line(bytes, line.end + size), end.text.isEmpty else { return .foreign }
      return .complete(end.end)
    }
    var at = line.end
    while let line = HTTPHead.line(bytes, at) {
      at = line.end
      if line.text.isEmpty { return .complete(at) }
    }
    return bytes.byteCount < HTTPHead.limit ? .needs(bytes.byteCount + 1) : .foreign
  }

  /// Takes in a piece. Says what is to be kept of it, and whether the body ends with it.
  mutating func receive(_ bytes: RawSpan) -> (piece: Piece, isLast: Bool) {
    var piece = Piece(before: count, isChunk: false, carried: [])
    var isLast = false
    var data = bytes
    switch ending {
    case .chunked:
      piece.isChunk = true
      guard let line = HTTPHead.line(bytes, 0), let size = HTTPChunk.size(bytes, line.text), size > 0 else {
        return (piece, true)
      }
      data = bytes.extracting(line.end..<min(bytes.byteCount, line.end + size))
    case .length(let left):
      ending = .length(left - bytes.byteCount)
      isLast = left <= bytes.byteCount
    }
    // Octets of an event are kept where they complete it, and looked through once for that.
    let seam = Array(carried.suffix(3)) + data.copied()
    guard Self.hasEmptyLine(seam.raw) || carried.isEmpty else {
      if carried.count < Self.limit { carried.append(data) }
      return (piece, isLast)
    }
    let joined = carried + data.copied()
    let whole = Self.events(joined.raw)
    if let end = whole.last?.upperBound {
      piece.carried = carried
      count += UInt32(clamping: whole.count)
      carried = Array(joined[end...].prefix(Self.limit))
    } else {
      carried = Array(joined.prefix(Self.limit))
    }
    return (piece, isLast)
  }

  /// Whether a line end follows a line end.
  private static func hasEmptyLine(_ bytes: RawSpan) -> Bool {
    var at = 0
    while let line = line(bytes, at) {
      if line.text.isEmpty { return true }
      at = line.end
    }
    return false
  }

  /// The events that are whole, with their empty lines.
  static func events(_ bytes: RawSpan) -> [Range<Int>] {
    var events: [Range<Int>] = []
    var start = 0
    var at = 0
    var hasLines = false
    while let line = line(bytes, at) {
      at = line.end
      if line.text.isEmpty {
        if hasLines { events.append(start..<at) }
        start = at
        hasLines = false
      } else {
        hasLines = true
      }
    }
    return events
  }

  /// The line at `at`: its text, and where the next one begins; nil when its end has not come. Lines end with a line feed,
  /// a carriage return or both.
  static func line(_ bytes: RawSpan, _ at: Int) -> (text: Range<Int>, end: Int)? {
    var i = at
    while i < bytes.byteCount {
      switch bytes[octet: i] {
      case 10: return (at..<i, i + 1)
      case 13: return (at..<i, i + 1 < bytes.byteCount && bytes[octet: i + 1] == 10 ? i + 2 : i + 1)
      default: i += 1
      }
    }
    return nil
  }
}
