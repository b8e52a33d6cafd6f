import Bytes

/// Cuts a filter into tokens.
struct FilterLexer {
  private let bytes: [UInt8]
  private let isASCII: Bool
  private var at = 0
  private var tokens: [FilterToken] = []

  /// A filter longer than this is refused.
  static let limit = 65536

  /// The tokens of `text`.
  static func tokens(_ text: String) throws(FilterError) -> [FilterToken] {
    var lexer = FilterLexer(bytes: Array(text.utf8))
    guard lexer.bytes.count <= limit else {
      throw FilterError(column: limit, text: "a filter has \(limit) octets at most")
    }
    while lexer.at < lexer.bytes.count { try lexer.token() }
    return lexer.tokens
  }

  private init(bytes: [UInt8]) {
    self.bytes = bytes
    isASCII = bytes.allSatisfy { $0 < 0x80 }
  }

  /// The column of an octet, from 1, counted in characters.
  private func column(_ offset: Int) -> Int {
    isASCII ? offset + 1 : 1 + bytes[..<offset].count { $0 & 0xC0 != 0x80 }
  }

  private func peek(_ ahead: Int = 0) -> UInt8? { at + ahead < bytes.count ? bytes[at + ahead] : nil }

  private func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

  private mutating func add(_ kind: FilterToken.Kind, _ text: String, from start: Int) {
    tokens.append(FilterToken(kind: kind, text: text, column: column(start)))
  }

  private mutating func token() throws(FilterError) {
    let start = at
    switch bytes[at] {
    case 9, 10, 13, 32: at += 1
    case UInt8(ascii: "\""): try quoted(isRaw: false, start)
    case UInt8(ascii: "'"): try character(start)
    case UInt8(ascii: "r") where peek(1) == UInt8(ascii: "\""),
      UInt8(ascii: "R") where peek(1) == UInt8(ascii: "\""):
      at += 1
      try quoted(isRaw: true, start)
    case UInt8(ascii: "["): try ranges(start)
    case UInt8(ascii: "$") where peek(1) == UInt8(ascii: "{"): try reference(start)
    case UInt8(ascii: "."):
      let length = wordLength(at + 1)
      guard length > 0 else { return try sign(start) }
      at += 1 + length
      add(.field, text(start + 1..<at), from: start)
    case UInt8(ascii: ":"):
      let address = addressLength(at)
      let length = max(wordLength(at + 1), pairsLength(at + 1), addressLength(at + 1))
      guard address > 0 || length > 0 else { return try sign(start) }
      at += max(address, 1 + length)
      add(address > length ? .word : .value, text((address > length ? start : start + 1)..<at), from: start)
    case let c where FilterLexer.isWord(c): word(start)
    default: try sign(start)
    }
  }

  private static func isWord(_ c: UInt8) -> Bool {
    switch c {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "_"):
      true
    default: false
    }
  }

  private static func isHex(_ c: UInt8) -> Bool { OctetText.digit(c) != nil }

  /// Letters, digits, `_` and `-`, with single dots between: `tcp.port`, `10.0.0.1`, `aa-bb`.
  private func wordLength(_ start: Int) -> Int {
    var end = start
    while end < bytes.count {
      let c = bytes[end]
      let next = end + 1 < bytes.count ? bytes[end + 1] : 0
      let joins = c == UInt8(ascii: ".") && (FilterLexer.isWord(next) || next == UInt8(ascii: "-"))
      guard FilterLexer.isWord(c) || end > start && (c == UInt8(ascii: "-") || joins) else { break }
      end += 1
    }
    return end - start
  }

  /// Pairs of hex digits with colons between: `aa:bb:cc`.
  private func pairsLength(_ start: Int) -> Int {
    var end = start
    while end + 1 < bytes.count, FilterLexer.isHex(bytes[end]), FilterLexer.isHex(bytes[end + 1]) {
      end += 2
      guard end + 2 < bytes.count, bytes[end] == UInt8(ascii: ":"), FilterLexer.isHex(bytes[end + 1]),
        FilterLexer.isHex(bytes[end + 2])
      else { break }
      end += 1
    }
    return end - start
  }

  /// The longest IPv6 address that begins at `start`; 0 when there is none.
  private func addressLength(_ start: Int) -> Int {
    let run = bytes[min(start, bytes.count)...].prefix(46).prefix {
      FilterLexer.isHex($0) || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".")
    }
    guard run.count(where: { $0 == UInt8(ascii: ":") }) >= 2 else { return 0 }
    return (2...run.count).last { AddressLiteral.ipv6(run.prefix($0)) != nil } ?? 0
  }

  private mutating func word(_ start: Int) {
    let length = max(wordLength(at), pairsLength(at), addressLength(at))
    at += length
    let isV4 = IPv4Address(text(start..<at)) != nil
    if peek() == UInt8(ascii: "/"), isV4 || AddressLiteral.ipv6(bytes[start..<at]) != nil {
      let digits = bytes[(at + 1)...].prefix(isV4 ? 2 : 3).prefix { (48...57).contains($0) }.count
      if digits > 0 { at += 1 + digits }
    }
    let word = text(start..<at)
    add(FilterSign.words[word].map { .sign($0) } ?? .word, word, from: start)
  }

  private mutating func sign(_ start: Int) throws(FilterError) {
    let rest = bytes[start...]
    guard let (mark, sign) = FilterSign.marks.first(where: { rest.starts(with: $0.0.utf8) }) else {
      let character = String(String(decoding: rest.prefix(32), as: UTF8.self).prefix(1))
      let hint =
        character == "=" ? ": write == for “is equal”" : character == "|" ? ": write || for “or”" : ""
      throw FilterError(
        column: column(start), text: "“\(Clean.text(character))” is not expected here\(hint)")
    }
    at += mark.utf8.count
    add(.sign(sign), mark, from: start)
    guard sign == .hash else { return }
    guard let next = peek() else { return }
    guard (48...57).contains(next) || next == UInt8(ascii: "[") else {
      throw FilterError(column: column(at), text: "# is followed by the number of a layer, or by [")
    }
    if next == UInt8(ascii: "[") { return }
    let digits = bytes[at...].prefix { (48...57).contains($0) }
    guard let layer = Int32(String(decoding: digits, as: UTF8.self)) else {
      throw FilterError(column: column(at), text: "the number of the layer is too large")
    }
    add(.ranges([OctetRange(start: Int(layer), end: .count(1))]), "#", from: at)
    at += digits.count
  }

  private mutating func reference(_ start: Int) throws(FilterError) {
    guard let end = bytes[at...].firstIndex(of: UInt8(ascii: "}")) else {
      throw FilterError(column: column(start), text: "${ has no partner: add } after the field")
    }
    add(.reference, text(at + 2..<end), from: start)
    at = end + 1
  }
}

// MARK: Texts and ranges

extension FilterLexer {
  private mutating func quoted(isRaw: Bool, _ start: Int) throws(FilterError) {
    at += 1
    var out: [UInt8] = []
    while let c = peek(), c != UInt8(ascii: "\"") {
      guard c == UInt8(ascii: "\\") else {
        out.append(c)
        at += 1
        continue
      }
      if isRaw {
        // What follows the backslash belongs to the text, a quotation mark too.
        out.append(c)
        at += 1
        if let next = peek() { out.append(next) }
        at += 1
      } else {
        out += try escape()
      }
    }
    guard at < bytes.count else {
      throw FilterError(
        column: column(start), text: "the quotation mark has no partner: add \" at the end")
    }
    at += 1
    add(.text(out), String(decoding: out, as: UTF8.self), from: start)
  }

  private mutating func character(_ start: Int) throws(FilterError) {
    at += 1
    var out: [UInt8] = []
    while let c = peek(), c != UInt8(ascii: "'") {
      if c == UInt8(ascii: "\\") {
        guard peek(1) != UInt8(ascii: "u"), peek(1) != UInt8(ascii: "U") else {
          throw FilterError(column: column(at), text: "a character constant is one octet: write \\xNN")
        }
        out += try escape()
      } else {
        out.append(c)
        at += 1
      }
    }
    guard at < bytes.count else {
      throw FilterError(column: column(start), text: "the quotation mark has no partner: add ' at the end")
    }
    at += 1
    guard out.count == 1 else {
      throw FilterError(
        column: column(start),
        text: "a character constant is one octet, not \(out.count): texts stand between \" and \"")
    }
    add(.character(out[0]), text(start..<at), from: start)
  }

  /// The octets of an escape sequence; `at` is its backslash.
  private mutating func escape() throws(FilterError) -> [UInt8] {
    let start = at
    at += 1
    guard let c = peek() else { return [] }
    at += 1
    func fail() -> FilterError {
      FilterError(
        column: column(start),
        text:
          "“\\\(Clean.text(String(decoding: [c], as: UTF8.self)))” is no escape sequence: write \\\\ for a backslash"
      )
    }
    switch c {
    case UInt8(ascii: "a"): return [7]
    case UInt8(ascii: "b"): return [8]
    case UInt8(ascii: "t"): return [9]
    case UInt8(ascii: "n"): return [10]
    case UInt8(ascii: "v"): return [11]
    case UInt8(ascii: "f"): return [12]
    case UInt8(ascii: "r"): return [13]
    case UInt8(ascii: "\\"), UInt8(ascii: "'"), UInt8(ascii: "\""): return [c]
    case UInt8(ascii: "x"):
      guard let value = digits(2, radix: 16) else { throw fail() }
      return [UInt8(truncatingIfNeeded: value.0)]
    case UInt8(ascii: "0")...UInt8(ascii: "7"):
      at -= 1
      guard let value = digits(3, radix: 8), value.0 < 256 else { throw fail() }
      return [UInt8(truncatingIfNeeded: value.0)]
    case UInt8(ascii: "u"), UInt8(ascii: "U"):
      let count = c == UInt8(ascii: "u") ? 4 : 8
      guard let value = digits(count, radix: 16), value.count == count,
        let scalar = Unicode.Scalar(UInt32(truncatingIfNeeded: value.0))
      else { throw fail() }
      return Array(String(scalar).utf8)
    default: throw fail()
    }
  }

  /// Up to `most` digits.
  private mutating func digits(_ most: Int, radix: UInt8) -> (UInt64, count: Int)? {
    var value: UInt64 = 0
    var count = 0
    while count < most, let digit = peek().flatMap(OctetText.digit), digit < radix {
      value = value * UInt64(radix) + UInt64(digit)
      count += 1
      at += 1
    }
    return count > 0 ? (value, count) : nil
  }

  private mutating func ranges(_ start: Int) throws(FilterError) {
    guard let end = bytes[at...].firstIndex(of: UInt8(ascii: "]")) else {
      throw FilterError(column: column(start), text: "[ has no partner: add ] after the range")
    }
    var ranges: [OctetRange] = []
    var piece = at + 1
    for part in bytes[(at + 1)..<end].split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
      ranges.append(try range(part, column(piece)))
      piece += part.count + 1
    }
    at = end + 1
    add(.ranges(ranges), text(start..<at), from: start)
  }

  private func range(_ part: ArraySlice<UInt8>, _ column: Int) throws(FilterError) -> OctetRange {
    var rest = part.drop { $0 == 32 || $0 == 9 }
    func fail(_ why: String) -> FilterError {
      FilterError(column: column, text: "“\(text(part.indices))” is no range\(why)")
    }
    func number() -> Int? {
      rest = rest.drop { $0 == 32 || $0 == 9 }
      let isNegative = rest.first == UInt8(ascii: "-")
      if isNegative || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
      let digits = rest.prefix(while: FilterLexer.isWord)
      rest = rest.dropFirst(digits.count).drop { $0 == 32 || $0 == 9 }
      guard let value = NumberLiteral.parse(String(decoding: digits, as: UTF8.self)), value <= 0x7FFF_FFFF
      else { return nil }
      return isNegative ? -Int(value) : Int(value)
    }
    var start = 0
    if rest.first != UInt8(ascii: ":") {
      guard let value = number() else { throw fail(": write [first:count] or [first-last]") }
      start = value
      if rest.isEmpty { return OctetRange(start: start, end: .count(1)) }
    }
    let sign = rest.popFirst()
    if sign == UInt8(ascii: ":"), rest.allSatisfy({ $0 == 32 || $0 == 9 }), !part.starts(with: [58]) {
      return OctetRange(start: start, end: .open)
    }
    guard sign == UInt8(ascii: ":") || sign == UInt8(ascii: "-"), let value = number(), rest.isEmpty else {
      throw fail(": write [first:count] or [first-last]")
    }
    if sign == UInt8(ascii: ":") {
      guard value > 0 else { throw fail(": a count is 1 or more") }
      return OctetRange(start: start, end: .count(value))
    }
    guard start < value else { throw fail(": the first octet comes before the last") }
    return OctetRange(start: start, end: .last(value))
  }
}
