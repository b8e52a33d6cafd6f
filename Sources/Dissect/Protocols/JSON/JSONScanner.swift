import Bytes

/// Finds where JSON's values end: RFC 8259, strictly but for raw control characters in strings.
struct JSONScanner: ~Escapable {
  let bytes: RawSpan
  /// Objects and lists that may stand in each other.
  static let depthLimit = 500

  @_lifetime(copy bytes)
  init(_ bytes: RawSpan) { self.bytes = bytes }

  /// The first place from `at` on that is no white space.
  func next(_ at: Int) -> Int {
    var at = at
    while at < bytes.byteCount, [9, 10, 13, 32].contains(bytes[octet: at]) { at += 1 }
    return at
  }

  /// Where the object or list ends that begins at `at`; nil when there is none, or none that follows the rules.
  func container(_ at: Int) -> Int? {
    guard at < bytes.byteCount, bytes[octet: at] == 123 || bytes[octet: at] == 91 else { return nil }
    // What is open, innermost last: true for an object. No recursion: depth is the sender's choice.
    var open: [Bool] = []
    var at = at
    var wantsValue = true
    while true {
      at = next(at)
      guard at < bytes.byteCount else { return nil }
      if wantsValue {
        switch bytes[octet: at] {
        case 123, 91:
          guard open.count < Self.depthLimit else { return nil }
          let isObject = bytes[octet: at] == 123
          open.append(isObject)
          at = next(at + 1)
          guard at < bytes.byteCount else { return nil }
          if bytes[octet: at] == (isObject ? 125 : 93) {
            wantsValue = false
          } else if isObject {
            guard let value = name(at) else { return nil }
            at = value
          }
        default:
          guard let end = scalar(at) else { return nil }
          at = end
          wantsValue = false
        }
        continue
      }
      guard let isObject = open.last else { return at }
      switch bytes[octet: at] {
      case 44:
        at = next(at + 1)
        if isObject {
          guard let value = name(at) else { return nil }
          at = value
        }
        wantsValue = true
      case 125 where isObject, 93 where !isObject:
        open.removeLast()
        at += 1
        if open.isEmpty { return at }
      default: return nil
      }
    }
  }

  /// Where the value begins behind the name and colon at `at`.
  func name(_ at: Int) -> Int? {
    guard let end = string(at) else { return nil }
    let colon = next(end)
    guard colon < bytes.byteCount, bytes[octet: colon] == 58 else { return nil }
    return next(colon + 1)
  }

  /// Where the string, number or word at `at` ends.
  func scalar(_ at: Int) -> Int? {
    guard at < bytes.byteCount else { return nil }
    switch bytes[octet: at] {
    case 34: return string(at)
    case 116: return word("true", at)
    case 102: return word("false", at)
    case 110: return word("null", at)
    default: return number(at)
    }
  }

  private func word(_ text: StaticString, _ at: Int) -> Int? {
    let end = at + text.utf8CodeUnitCount
    guard end <= bytes.byteCount else { return nil }
    for i in at..<end { if unsafe bytes[octet: i] != text.utf8Start[i - at] { return nil } }
    return end
  }

  /// Where the string at `at` ends, behind its quote.
  func string(_ at: Int) -> Int? {
    guard at < bytes.byteCount, bytes[octet: at] == 34 else { return nil }
    var at = at + 1
    while at < bytes.byteCount {
      switch bytes[octet: at] {
      case 34: return at + 1
      case 92:
        guard at + 1 < bytes.byteCount else { return nil }
        switch bytes[octet: at + 1] {
        case 34, 92, 47, 98, 102, 110, 114, 116: at += 2
        case 117:
          guard at + 6 <= bytes.byteCount, hexWord(at + 2) != nil else { return nil }
          at += 6
        default: return nil
        }
      default: at += 1
      }
    }
    return nil
  }

  /// Four hex digits.
  func hexWord(_ at: Int) -> UInt16? {
    var value: UInt16 = 0
    for i in at..<at + 4 {
      let octet = bytes[octet: i]
      let digit: UInt8
      switch octet {
      case 48...57: digit = octet - 48
      case 65...70: digit = octet - 55
      case 97...102: digit = octet - 87
      default: return nil
      }
      value = value << 4 | UInt16(digit)
    }
    return value
  }

  private func digits(_ at: Int) -> Int? {
    var end = at
    while end < bytes.byteCount, bytes[octet: end] &- 48 < 10 { end += 1 }
    return end > at ? end : nil
  }

  private func number(_ start: Int) -> Int? {
    var at = start
    if bytes[octet: at] == 45 { at += 1 }
    guard let whole = digits(at) else { return nil }
    if bytes[octet: at] == 48, whole > at + 1 { return nil }
    at = whole
    if at < bytes.byteCount, bytes[octet: at] == 46 {
      guard let end = digits(at + 1) else { return nil }
      at = end
    }
    if at < bytes.byteCount, bytes[octet: at] | 32 == 101 {
      at += 1
      if at < bytes.byteCount, bytes[octet: at] == 43 || bytes[octet: at] == 45 { at += 1 }
      guard let end = digits(at) else { return nil }
      at = end
    }
    return at
  }

  /// The text of the string that takes `range`, quotes included, escapes undone.
  func text(_ range: Range<Int>) -> String {
    let inner = range.lowerBound + 1..<range.upperBound - 1
    guard bytes.extracting(inner).first(92, from: 0) != nil else {
      return String(decoding: bytes.extracting(inner).copied(), as: UTF8.self)
    }
    var out: [UInt8] = []
    var at = inner.lowerBound
    while at < inner.upperBound {
      let octet = bytes[octet: at]
      guard octet == 92 else {
        out.append(octet)
        at += 1
        continue
      }
      switch bytes[octet: at + 1] {
      case 98: out.append(8)
      case 102: out.append(12)
      case 110: out.append(10)
      case 114: out.append(13)
      case 116: out.append(9)
      case 117:
        let (scalar, count) = escaped(at, inner.upperBound)
        out += Array(String(scalar).utf8)
        at += count
        continue
      default: out.append(bytes[octet: at + 1])
      }
      at += 2
    }
    return String(decoding: out, as: UTF8.self)
  }

  /// The character that `\uXXXX` at `at`, or two of them, stand for, and how many octets those are.
  private func escaped(_ at: Int, _ end: Int) -> (Unicode.Scalar, Int) {
    let first = UInt32(hexWord(at + 2) ?? 0xFFFD)
    guard first & 0xFC00 == 0xD800, at + 12 <= end, bytes[octet: at + 6] == 92, bytes[octet: at + 7] == 117,
      let second = hexWord(at + 8), second & 0xFC00 == 0xDC00
    else { return (Unicode.Scalar(first) ?? "\u{FFFD}", 6) }
    let code = 0x10000 + (first & 0x3FF) << 10 + UInt32(second & 0x3FF)
    return (Unicode.Scalar(code) ?? "\u{FFFD}", 12)
  }
}
