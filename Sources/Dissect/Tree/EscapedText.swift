import Bytes

/// What a text that came off a wire must be written as. None of them lets a control character through.
enum TextEscape {
  /// As it is: for callers who clean it themselves.
  case none
  /// A label in Wireshark's tree: `\r\n`, `\033`, `\u202E`.
  case label
  /// A value of `-T fields`: `\r\n\t` by name, other control characters as their pictures.
  case field
  /// Within quotation marks of JSON, RFC 8259 section 7.
  case json
  /// Within an XML attribute.
  case xml
}

extension TextBuffer {
  /// Appends text off a wire.
  mutating func append(_ octets: RawSpan, as escape: TextEscape) {
    if case .none = escape { return append(octets) }
    var at = 0
    let end = octets.byteCount
    while at < end {
      let plain = at
      while at < end, Self.isPlain(octets[octet: at], escape) { at += 1 }
      if at > plain { append(octets.extracting(plain..<at)) }
      guard at < end else { return }
      let first = octets[octet: at]
      if first < 128 {
        at += 1
        special(first, escape, isAfterLess: at > 1 && octets[octet: at - 2] == 60)
      } else if let (scalar, size) = Self.scalar(octets, at) {
        if Self.isSafe(scalar) {
          append(octets.extracting(at..<at + size))
        } else {
          unsafeScalar(scalar, escape)
        }
        at += size
      } else {
        appendReplacement()
        at += 1
      }
    }
  }

  /// The same for a string.
  mutating func append(_ text: String, as escape: TextEscape) {
    let octets = text.utf8
    unsafe append(octets.span.bytes, as: escape)
  }

  static func isPlain(_ octet: UInt8, _ escape: TextEscape) -> Bool {
    guard octet &- 32 < 95 else { return false }
    switch escape {
    case .none, .label, .field: return true
    case .json: return octet != 34 && octet != 92 && octet != 47
    case .xml: return octet != 34 && octet != 38 && octet != 39 && octet != 60 && octet != 62
    }
  }

  /// An octet of ASCII that can't stand as it is.
  private mutating func special(_ octet: UInt8, _ escape: TextEscape, isAfterLess: Bool) {
    switch escape {
    case .none: append(octet: octet)
    case .label:
      append(octet: 92)
      switch octet {
      case 7: append(octet: 97)
      case 8: append(octet: 98)
      case 9: append(octet: 116)
      case 10: append(octet: 110)
      case 11: append(octet: 118)
      case 12: append(octet: 102)
      case 13: append(octet: 114)
      default:
        append(octet: 48 + octet >> 6)
        append(octet: 48 + octet >> 3 & 7)
        append(octet: 48 + octet & 7)
      }
    case .field:
      switch octet {
      case 9: append("\\t" as StaticString)
      case 10: append("\\n" as StaticString)
      case 13: append("\\r" as StaticString)
      default: appendPicture(octet)
      }
    case .json:
      switch octet {
      // Wireshark breaks `</script>`, and only that.
      case 47 where !isAfterLess: return append(octet: 47)
      case 34, 47, 92:
        append(octet: 92)
        append(octet: octet)
      case 8: append("\\b" as StaticString)
      case 9: append("\\t" as StaticString)
      case 10: append("\\n" as StaticString)
      case 12: append("\\f" as StaticString)
      case 13: append("\\r" as StaticString)
      default: unsafeScalar(UInt32(octet), escape)
      }
    case .xml:
      switch octet {
      case 34: append("&quot;" as StaticString)
      case 38: append("&amp;" as StaticString)
      case 39: append("&#x27;" as StaticString)
      case 60: append("&lt;" as StaticString)
      case 62: append("&gt;" as StaticString)
      case 9, 10, 13:
        append("&#x" as StaticString)
        append(hex: UInt64(octet))
        append(octet: 59)
      default:
        append("\\x" as StaticString)
        append(hex: UInt64(octet))
      }
    }
  }

  /// A scalar that a terminal would act on, or not show.
  private mutating func unsafeScalar(_ scalar: UInt32, _ escape: TextEscape) {
    switch escape {
    case .json, .label:
      append("\\u" as StaticString)
      let digits = String(scalar, radix: 16, uppercase: escape == .label)
      append(octet: 48, count: 4 - digits.utf8.count)
      append(digits)
    default: appendReplacement()
    }
  }

  /// U+FFFD.
  private mutating func appendReplacement() {
    append(octet: 0xEF)
    append(octet: 0xBF)
    append(octet: 0xBD)
  }

  private mutating func appendPicture(_ octet: UInt8) {
    append(octet: 0xE2)
    append(octet: 0x90)
    append(octet: octet == 127 ? 0xA1 : 0x80 + octet)
  }
}
