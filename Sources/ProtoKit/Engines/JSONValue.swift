import Bytes

/// A text of JSON as a tree of its values (RFC 8259): for a reader that knows nothing beforehand of what comes.
enum JSONValue: Equatable {
  case null
  case truth(Bool)
  /// Whole numbers up to 2^53 are exact (section 6).
  case number(Double)
  case text(String)
  case list([JSONValue])
  /// Its members in their order, a name that comes twice too.
  case object([Member])

  /// A name and its value.
  struct Member: Equatable {
    var name: String
    var value: JSONValue
  }

  /// Values may stand inside each other this deep.
  static let deepest = 512

  /// Reads the whole of some octets as one value.
  init(_ octets: RawSpan) throws(ReadError) {
    var reader = Reader(octets)
    self = try JSONValue.value(&reader, deep: 0)
    JSONValue.skipSpace(&reader)
    guard reader.isAtEnd else { throw .malformed("something follows the value", at: reader.position) }
  }

  /// The first member of a name.
  subscript(name: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.name == name }?.value
  }

  private static func value(_ reader: inout Reader, deep: Int) throws(ReadError) -> JSONValue {
    guard deep < deepest else {
      throw .malformed("values stand too deep inside each other", at: reader.position)
    }
    skipSpace(&reader)
    switch try reader.peek(UInt8.self) {
    case UInt8(ascii: "{"): return try object(&reader, deep)
    case UInt8(ascii: "["): return try list(&reader, deep)
    case UInt8(ascii: "\""): return .text(try text(&reader))
    case UInt8(ascii: "t"): return try word("true", .truth(true), &reader)
    case UInt8(ascii: "f"): return try word("false", .truth(false), &reader)
    case UInt8(ascii: "n"): return try word("null", .null, &reader)
    default: return .number(try number(&reader))
    }
  }

  private static func skipSpace(_ reader: inout Reader) {
    while let octet = try? reader.peek(UInt8.self), octet == 32 || octet == 10 || octet == 13 || octet == 9 {
      try? reader.skip(1)
    }
  }

  /// Whether a sign comes next, which is then read.
  private static func takes(_ sign: Character, _ reader: inout Reader) throws(ReadError) -> Bool {
    skipSpace(&reader)
    guard try reader.peek(UInt8.self) == sign.asciiValue else { return false }
    try reader.skip(1)
    return true
  }

  private static func object(_ reader: inout Reader, _ deep: Int) throws(ReadError) -> JSONValue {
    try reader.skip(1)
    var members: [Member] = []
    if try takes("}", &reader) { return .object(members) }
    repeat {
      skipSpace(&reader)
      let name = try text(&reader)
      guard try takes(":", &reader) else { throw .malformed("a name has no colon", at: reader.position) }
      members.append(Member(name: name, value: try value(&reader, deep: deep + 1)))
    } while try takes(",", &reader)
    guard try takes("}", &reader) else { throw .malformed("an object does not end", at: reader.position) }
    return .object(members)
  }

  private static func list(_ reader: inout Reader, _ deep: Int) throws(ReadError) -> JSONValue {
    try reader.skip(1)
    var values: [JSONValue] = []
    if try takes("]", &reader) { return .list(values) }
    repeat { values.append(try value(&reader, deep: deep + 1)) } while try takes(",", &reader)
    guard try takes("]", &reader) else { throw .malformed("a list does not end", at: reader.position) }
    return .list(values)
  }

  private static func word(
    _ word: StaticString, _ value: JSONValue, _ reader: inout Reader
  ) throws(ReadError) -> JSONValue {
    let start = reader.position
    guard try reader.take(word.utf8CodeUnitCount).rest.isEqual(to: word) else {
      throw .malformed("no value begins so", at: start)
    }
    return value
  }

  /// A string (section 7). Its octets are copied once, or twice when something in it is escaped.
  private static func text(_ reader: inout Reader) throws(ReadError) -> String {
    guard try reader.read(UInt8.self) == UInt8(ascii: "\"") else {
      throw .malformed("no string begins so", at: reader.position - 1)
    }
    var size = 0
    while true {
      let octet = try reader.peek(UInt8.self, at: size)
      if octet == UInt8(ascii: "\"") {
        let text = try reader.take(size).rest.text
        try reader.skip(1)
        return text
      }
      if octet == UInt8(ascii: "\\") { return try escapedText(&reader, size) }
      guard octet >= 32 else {
        throw .malformed("a string has a control character", at: reader.position + size)
      }
      size += 1
    }
  }

  /// The same, from its first octet on, when those before `plain` are known to be what they stand for.
  private static func escapedText(_ reader: inout Reader, _ plain: Int) throws(ReadError) -> String {
    var octets = try reader.bytes(plain)
    while true {
      let octet = try reader.read(UInt8.self)
      switch octet {
      case UInt8(ascii: "\""): return String(decoding: octets, as: UTF8.self)
      case UInt8(ascii: "\\"): octets += String(try escaped(&reader)).utf8
      case ..<32: throw .malformed("a string has a control character", at: reader.position - 1)
      default: octets.append(octet)
      }
    }
  }

  private static func escaped(_ reader: inout Reader) throws(ReadError) -> Unicode.Scalar {
    switch try reader.read(UInt8.self) {
    case let same where same == 34 || same == 47 || same == 92: return Unicode.Scalar(same)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{c}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): break
    default: throw .malformed("nothing is escaped so", at: reader.position - 1)
    }
    let high = try quad(&reader)
    guard 0xD800..<0xDC00 ~= high else { return Unicode.Scalar(high) ?? "\u{FFFD}" }
    // Half of a pair: the other half follows, or it stands for nothing.
    guard (try? reader.peek(UInt16.self)) == 0x5C75 else { return "\u{FFFD}" }
    try reader.skip(2)
    let low = try quad(&reader)
    guard 0xDC00..<0xE000 ~= low else { return "\u{FFFD}" }
    return Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00)) ?? "\u{FFFD}"
  }

  private static func quad(_ reader: inout Reader) throws(ReadError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let digit = Character(Unicode.Scalar(try reader.read(UInt8.self))).hexDigitValue else {
        throw .malformed("four hexadecimal digits follow \\u", at: reader.position - 1)
      }
      value = value << 4 | UInt32(digit)
    }
    return value
  }

  /// A number (section 6): digits that fit into a word are added up, others are the library's to read.
  private static func number(_ reader: inout Reader) throws(ReadError) -> Double {
    var size = 0
    var (whole, isWhole) = (Int64(0), true)
    while let octet = try? reader.peek(UInt8.self, at: size) {
      switch octet {
      case 48...57: if size < 16 { whole = whole * 10 + Int64(octet - 48) }
      case UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"):
        isWhole = false
      default:
        guard size > 0 else { throw .malformed("no value begins so", at: reader.position) }
        return try number(&reader, size, isWhole ? whole : nil)
      }
      size += 1
    }
    return try number(&reader, size, isWhole ? whole : nil)
  }

  private static func number(
    _ reader: inout Reader, _ size: Int, _ whole: Int64?
  ) throws(ReadError) -> Double {
    let start = reader.position
    let octets = try reader.take(size).rest
    guard size > 0 else { throw .truncated(needed: 1, available: 0, at: start) }
    // Neither a sign + nor a needless 0 may begin a number, nor may a point stand without digits.
    let digits = octets[octet: 0] == UInt8(ascii: "-") ? 1 : 0
    let isLed = size > digits && 48...57 ~= octets[octet: digits]
    let isNeedless = size > digits + 1 && octets[octet: digits] == 48 && 48...57 ~= octets[octet: digits + 1]
    guard isLed, !isNeedless, 48...57 ~= octets[octet: size - 1] else {
      throw .malformed("this is no number", at: start)
    }
    if let whole, size <= 15 { return Double(whole) }
    let text = octets.text
    guard !text.contains(".e"), !text.contains(".E"), let value = Double(text), value.isFinite else {
      throw .malformed("this is no number", at: start)
    }
    return value
  }
}
