import Bytes

/// A small JSON reader (RFC 8259) for flat objects: values inside values are passed over.
struct JSONCursor: ~Escapable {
  /// Values may stand inside each other this deep.
  static let depth = 8

  private let bytes: RawSpan
  private var at = 0

  @_lifetime(copy bytes)
  init(_ bytes: RawSpan) { self.bytes = bytes }

  /// Whether only white space is left.
  mutating func isAtEnd() -> Bool { peek() == nil }

  /// The next octet that is no white space, without moving past it.
  mutating func peek() -> UInt8? {
    while at < bytes.byteCount {
      let octet = bytes[octet: at]
      guard octet == 32 || octet == 9 || octet == 10 || octet == 13 else { return octet }
      at += 1
    }
    return nil
  }

  /// Moves past `octet` if it comes next.
  mutating func take(_ sign: Unicode.Scalar) -> Bool {
    guard let next = peek(), UInt32(next) == sign.value else { return false }
    at += 1
    return true
  }

  /// A value that an event can hold; `.none` inside for null and nested values; nil for what is no JSON.
  mutating func value() -> EventValue?? {
    switch peek() {
    case 34: return string().map { .some(.text($0)) }
    case 123, 91: return skip(Self.depth) ? .some(nil) : nil
    case 116: return word("true") ? .some(.truth(true)) : nil
    case 102: return word("false") ? .some(.truth(false)) : nil
    case 110: return word("null") ? .some(nil) : nil
    default: return number().map { .some(.number($0)) }
    }
  }

  /// A string; lone surrogates and broken UTF-8 become U+FFFD.
  mutating func string() -> String? {
    guard take("\"") else { return nil }
    let start = at
    while at < bytes.byteCount, bytes[octet: at] != 34, bytes[octet: at] != 92 { at += 1 }
    // Most strings are no more than what stands between the quotes.
    let plain = bytes.extracting(start..<at)
    if at < bytes.byteCount, bytes[octet: at] == 34 {
      at += 1
      return unsafe plain.withUnsafeBytes { unsafe String(decoding: $0, as: UTF8.self) }
    }
    var out = plain.copied()
    while at < bytes.byteCount {
      let octet = bytes[octet: at]
      at += 1
      switch octet {
      case 34: return String(decoding: out, as: UTF8.self)
      case 92:
        guard let scalar = escape() else { return nil }
        out.append(contentsOf: String(scalar).utf8)
      default: out.append(octet)
      }
    }
    return nil
  }

  private mutating func escape() -> Unicode.Scalar? {
    guard at < bytes.byteCount else { return nil }
    let octet = bytes[octet: at]
    at += 1
    switch octet {
    case 34, 92, 47: return Unicode.Scalar(octet)
    case 98: return "\u{8}"
    case 102: return "\u{c}"
    case 110: return "\n"
    case 114: return "\r"
    case 116: return "\t"
    case 117:
      guard let high = quad() else { return nil }
      guard 0xD800...0xDBFF ~= high else { return Unicode.Scalar(high) ?? "\u{FFFD}" }
      let mark = at
      if at + 1 < bytes.byteCount, bytes[octet: at] == 92, bytes[octet: at + 1] == 117 {
        at += 2
        guard let low = quad() else { return nil }
        if 0xDC00...0xDFFF ~= low { return Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00)) }
        at = mark
      }
      return "\u{FFFD}"
    default: return nil
    }
  }

  private mutating func quad() -> UInt32? {
    guard bytes.byteCount - at >= 4 else { return nil }
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let digit = Character(Unicode.Scalar(bytes[octet: at])).hexDigitValue else { return nil }
      value = value << 4 | UInt32(digit)
      at += 1
    }
    return value
  }

  private mutating func word(_ word: StaticString) -> Bool {
    for octet in word.description.utf8 {
      guard at < bytes.byteCount, bytes[octet: at] == octet else { return false }
      at += 1
    }
    return true
  }

  /// A number; fractions are cut off and what doesn't fit is clamped.
  private mutating func number() -> Int64? {
    let start = at
    var small: Int64 = 0
    while at < bytes.byteCount, at - start < 18, case let digit = bytes[octet: at] &- 48, digit < 10 {
      small = small * 10 + Int64(digit)
      at += 1
    }
    if at > start, at - start < 18, at == bytes.byteCount || bytes[octet: at] == 44 || bytes[octet: at] == 125
    {
      return small
    }
    at = start
    var isWhole = true
    var text = ""
    while at < bytes.byteCount {
      let octet = bytes[octet: at]
      switch octet {
      case 48...57: break
      case 45: isWhole = isWhole && at == start
      case 43, 46, 69, 101: isWhole = false
      default:
        return convert(text, isWhole)
      }
      text.unicodeScalars.append(Unicode.Scalar(octet))
      at += 1
    }
    return convert(text, isWhole)
  }

  private func convert(_ text: String, _ isWhole: Bool) -> Int64? {
    guard text.utf8.last.map({ 48...57 ~= $0 }) == true else { return nil }
    if isWhole { return Int64(text) ?? (text.hasPrefix("-") ? .min : .max) }
    guard let double = Double(text), !double.isNaN else { return nil }
    return double >= 0x1p63 ? .max : double < -0x1p63 ? .min : Int64(double)
  }

  /// Moves past an object or array, at most `depth` deep.
  private mutating func skip(_ depth: Int) -> Bool {
    guard depth > 0 else { return false }
    let isObject = peek() == 123
    at += 1
    let close: Unicode.Scalar = isObject ? "}" : "]"
    if take(close) { return true }
    repeat {
      if isObject { guard string() != nil, take(":") else { return false } }
      if let next = peek(), next == 123 || next == 91 {
        guard skip(depth - 1) else { return false }
      } else if value() == nil {
        return false
      }
    } while take(",")
    return take(close)
  }
}
