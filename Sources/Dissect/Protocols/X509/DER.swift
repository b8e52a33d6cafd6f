import Bytes

/// Identifier octets of DER: X.690 section 8.1.2, X.680 section 8.4.
enum DERTag {
  static let boolean: UInt8 = 0x01, integer: UInt8 = 0x02, bitString: UInt8 = 0x03, octetString: UInt8 = 0x04
  static let null: UInt8 = 0x05, objectID: UInt8 = 0x06, enumerated: UInt8 = 0x0A, utf8String: UInt8 = 0x0C
  static let printableString: UInt8 = 0x13, teletexString: UInt8 = 0x14, ia5String: UInt8 = 0x16
  static let utcTime: UInt8 = 0x17, generalizedTime: UInt8 = 0x18, visibleString: UInt8 = 0x1A
  static let universalString: UInt8 = 0x1C, bmpString: UInt8 = 0x1E
  static let sequence: UInt8 = 0x30, set: UInt8 = 0x31

  /// `[number]` of the context, primitive.
  static func context(_ number: UInt8) -> UInt8 { 0x80 | number }
  /// `[number]` of the context, constructed.
  static func constructed(_ number: UInt8) -> UInt8 { 0xA0 | number }
}

/// What stands in front of an element's content: X.690 section 8.1.
struct DERHeader {
  var tag: UInt8
  /// Octets of identifier and length.
  var size: Int
  /// Octets of content.
  var count: Int
}

extension Reader {
  /// The identifier of the next element; nil at the end.
  var nextTag: UInt8? { try? peek(UInt8.self) }

  /// The header of the next element, which must be there whole.
  func peekHeader() throws(ReadError) -> DERHeader {
    let tag = try peek(UInt8.self)
    guard tag & 31 != 31 else { throw .malformed("an identifier of several octets", at: position) }
    let first = try peek(UInt8.self, at: 1)
    var header = DERHeader(tag: tag, size: 2, count: Int(first))
    if first >= 0x80 {
      let more = Int(first & 0x7F)
      guard (1...4).contains(more) else {
        throw .malformed("a length that DER does not have", at: position + 1)
      }
      header.count = 0
      for place in 0..<more { header.count = header.count << 8 | Int(try peek(UInt8.self, at: 2 + place)) }
      header.size += more
    }
    try require(header.size + header.count)
    return header
  }

  /// The content of the next element, whose identifier must be `tag`.
  @_lifetime(copy self)
  mutating func element(_ tag: UInt8) throws(ReadError) -> Reader {
    let header = try peekHeader()
    guard header.tag == tag else { throw .malformed("an element of another kind than is due", at: position) }
    try skip(header.size)
    return try take(header.count)
  }

  /// The content of the next element, whatever it is.
  @_lifetime(copy self)
  mutating func anyElement() throws(ReadError) -> Reader { try element(try peekHeader().tag) }

  /// How many elements are left.
  func countElements() throws(ReadError) -> Int {
    var rest = self
    var count = 0
    while !rest.isAtEnd {
      let header = try rest.peekHeader()
      try rest.skip(header.size + header.count)
      count += 1
    }
    return count
  }
}

/// Values of DER.
enum DER {
  /// An object identifier's content in dotted notation: X.690 section 8.19. Arcs beyond 64 bits end it.
  static func objectID(_ content: [UInt8]) -> String {
    var arcs: [UInt64] = []
    var value: UInt64 = 0
    for octet in content {
      guard value < 1 << 57 else { break }
      value = value << 7 | UInt64(octet & 0x7F)
      guard octet < 0x80 else { continue }
      if arcs.isEmpty {
        let first = min(value / 40, 2)
        arcs = [first, value - 40 * first]
      } else {
        arcs.append(value)
      }
      value = 0
    }
    return arcs.map(String.init).joined(separator: ".")
  }

  /// The name of an object identifier: its own, or that of an arc above it and the rest.
  static func name(_ dotted: String) -> String {
    if let name = objectNames[dotted] { return name }
    var end = dotted.endIndex
    while let dot = dotted[..<end].lastIndex(of: ".") {
      if let name = objectNames[String(dotted[..<dot])] { return name + dotted[dot...] }
      end = dot
    }
    let roots = ["0": "itu-t", "1": "iso", "2": "joint-iso-itu-t"]
    return (roots[String(dotted[..<end])] ?? String(dotted[..<end])) + dotted[end...]
  }

  /// A number of at most eight octets; of a longer one its last eight.
  static func integer(_ content: [UInt8]) -> UInt64 {
    content.suffix(8).reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// A UTCTime (two digits of the year) or a GeneralizedTime (four) as `2026-11-26 19:49:23 (UTC)`; what is in another
  /// notation stays as it is.
  static func timeWords(_ content: [UInt8], yearDigits: Int) -> String {
    guard isTime(content, yearDigits) else { return String(decoding: content, as: UTF8.self) }
    let text = String(decoding: content, as: UTF8.self).map(String.init)
    func two(_ start: Int) -> String { text[yearDigits + start] + text[yearDigits + start + 1] }
    // RFC 5280 section 4.1.2.5.1.
    let century = yearDigits == 4 ? "" : text[0] < "5" ? "20" : "19"
    return "\(century)\(text[..<yearDigits].joined())-\(two(0))-\(two(2)) \(two(4)):\(two(6)):\(two(8)) (UTC)"
  }

  private static func isTime(_ content: [UInt8], _ yearDigits: Int) -> Bool {
    content.count == yearDigits + 11 && content.last == UInt8(ascii: "Z")
      && content.dropLast().allSatisfy { (48...57).contains($0) }
  }

  /// Nanoseconds since the epoch of a GeneralizedTime (four digits of the year) or UTCTime in UTC; nil for another
  /// notation, and for a moment too far away.
  static func time(_ content: [UInt8], yearDigits: Int) -> Int64? {
    guard isTime(content, yearDigits) else { return nil }
    func number(_ start: Int, _ count: Int) -> Int {
      content[start..<start + count].reduce(0) { 10 * $0 + Int($1) - 48 }
    }
    var year = number(0, yearDigits)
    if yearDigits == 2 { year += year < 50 ? 2000 : 1900 }
    let (month, day) = (number(yearDigits, 2), number(yearDigits + 2, 2))
    guard (1...12).contains(month), (1...31).contains(day), year > 0 else { return nil }
    // Days since the epoch, leap days last in a year that begins in March.
    let shifted = month > 2 ? year : year - 1
    let era = shifted / 400
    let yearOfEra = shifted - 400 * era
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let days = era * 146_097 + 365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    let seconds = days * 86400 + number(yearDigits + 4, 2) * 3600 + number(yearDigits + 6, 2) * 60
    let (all, isTooFar) = Int64(seconds + number(yearDigits + 8, 2)).multipliedReportingOverflow(
      by: 1_000_000_000)
    return isTooFar ? nil : all
  }
}
