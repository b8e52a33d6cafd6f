import Bytes

/// RESP on a TCP connection: where values end. Nothing is kept of them.
final class RESPConversation: StreamProtocol {
  /// How far the value under way was read, by side, so that a long list is read once.
  private var scanners = [RESPScanner(), RESPScanner()]

  func framing(_ bytes: RawSpan, from side: Side) -> Framing {
    let half = Int(side.rawValue)
    let result = scanners[half].scan(bytes, mayBeInline: side == .client)
    if case .needs = result { return result }
    scanners[half] = RESPScanner()
    return result
  }

  func receive(_ pdu: RawSpan, from side: Side, context: RowContext) -> UInt32 { 0 }

  func finish(_ side: Side) {}

  func draw(_ pdu: RawSpan, base: Int, token: UInt32, from side: Side, into tree: inout Dissection) {
    var drawer = RESPDrawer(tree: tree.taken(), base: base, isRequest: side == .client)
    drawer.draw(pdu)
    tree = drawer.tree
  }
}

/// RESP, for the table of stream protocols.
func makeRESP() -> any StreamProtocol { RESPConversation() }

/// Finds the end of a value, on from where it stopped for want of octets.
struct RESPScanner {
  private var at = 0
  /// Values that are still to come of the lists that are open, innermost last; or what their end looks like.
  private var left: [Int] = []
  /// A list that ends with a mark, and a string in parts, which ends with an empty one.
  static let untilMark = -1, untilEmpty = -2

  /// Lists that may stand in each other, and how long one may be.
  static let depthLimit = 128
  static let countLimit = 1 << 32
  /// The longest line; Redis takes no longer inline command.
  static let lineLimit = 1 << 16

  mutating func scan(_ bytes: RawSpan, mayBeInline: Bool) -> Framing {
    while true {
      guard let line = HTTPHead.line(bytes, at) else {
        return bytes.byteCount - at < Self.lineLimit ? .needs(bytes.byteCount + 1) : .foreign
      }
      var end = line.end
      var inner = 0
      let isStreamed = RESPKind.isStreamed(bytes, line.text)
      switch RESPKind(bytes[octet: at]) {
      case .line: break
      case .octets(.bulkString) where isStreamed: inner = Self.untilEmpty
      case .list(_, _) where isStreamed: inner = Self.untilMark
      case .part:
        guard left.last == Self.untilEmpty, let count = RESPKind.number(bytes, line.text), count >= 0,
          count < 1 << 31
        else { return .foreign }
        if count > 0 { end += Int(count) + 2 }
        guard bytes.byteCount >= end else { return .needs(end) }
        if count == 0 { left[left.count - 1] = 1 }
      case .mark:
        guard left.last == Self.untilMark, line.text.count == 1 else { return .foreign }
        left[left.count - 1] = 1
      case .octets(_):
        guard let count = RESPKind.number(bytes, line.text), count < 1 << 31 else { return .foreign }
        if count >= 0 { end += Int(count) + 2 }
        guard bytes.byteCount >= end else { return .needs(end) }
      case .list(_, let width):
        guard let count = RESPKind.number(bytes, line.text), count < Self.countLimit else { return .foreign }
        inner = max(0, Int(count)) * width
      case .attribute:
        guard let count = RESPKind.number(bytes, line.text), count < Self.countLimit else { return .foreign }
        // The value that it belongs to follows, and takes its place.
        inner = max(0, Int(count)) * 2 + 1
      case .none:
        guard mayBeInline, at == 0 else { return .foreign }
      }
      at = end
      if inner != 0 {
        guard left.count < Self.depthLimit else { return .foreign }
        left.append(inner)
        continue
      }
      while let last = left.last, last == 1 { left.removeLast() }
      guard let last = left.last else { return .complete(at) }
      if last > 0 { left[left.count - 1] -= 1 }
    }
  }
}

/// What a value's first octet says of it.
enum RESPKind {
  /// It ends with its line.
  case line(RESPField)
  /// The line holds how many octets follow.
  case octets(RESPField)
  /// The line holds how many values follow, or pairs of them.
  case list(RESPField, width: Int)
  case attribute
  /// A part of a string, and the mark that ends a list.
  case part, mark

  init?(_ octet: UInt8) {
    switch octet {
    case 43: self = .line(.string)
    case 45: self = .line(.error)
    case 58: self = .line(.integer)
    case 95: self = .line(.null)
    case 35: self = .line(.truth)
    case 44: self = .line(.double)
    case 40: self = .line(.bigNumber)
    case 36: self = .octets(.bulkString)
    case 33: self = .octets(.bulkError)
    case 61: self = .octets(.verbatim)
    case 42: self = .list(.array, width: 1)
    case 37: self = .list(.map, width: 2)
    case 126: self = .list(.set, width: 1)
    case 62: self = .list(.push, width: 1)
    case 124: self = .attribute
    case 59: self = .part
    case 46: self = .mark
    default: return nil
    }
  }

  /// Whether a line says `?` for how much there is: that is not known yet.
  static func isStreamed(_ bytes: RawSpan, _ line: Range<Int>) -> Bool {
    line.count == 2 && bytes[octet: line.lowerBound + 1] == 63
  }

  /// The number behind the first octet of a line; nil when there is none.
  static func number(_ bytes: RawSpan, _ line: Range<Int>) -> Int64? {
    var at = line.lowerBound + 1
    guard at < line.upperBound else { return nil }
    let isNegative = bytes[octet: at] == 45
    if isNegative || bytes[octet: at] == 43 { at += 1 }
    guard at < line.upperBound else { return nil }
    var value: Int64 = 0
    while at < line.upperBound {
      let digit = bytes[octet: at] &- 48
      guard digit < 10 else { return nil }
      let (tens, isOver) = value.multipliedReportingOverflow(by: 10)
      let (sum, isAlsoOver) = tens.subtractingReportingOverflow(Int64(digit))
      guard !isOver, !isAlsoOver else { return nil }
      value = sum
      at += 1
    }
    if isNegative { return value }
    return value == .min ? nil : -value
  }
}

/// Whether octets may be the beginning of RESP: a list of strings from a client, or a value with its line's end from a
/// server.
func looksLikeRESP(_ bytes: RawSpan) -> Bool {
  guard !bytes.isEmpty else { return false }
  return RESPKind(bytes[octet: 0]) != nil || (bytes[octet: 0] | 32) &- 97 < 26
}
