/// Bytes as hexadecimal text and back.
public enum Hex {
  /// Lower-case pairs joined by `separator`.
  public static func text(_ octets: some Collection<UInt8>, separator: String = "") -> String {
    var out = ""
    out.reserveCapacity(octets.count * (2 + separator.utf8.count))
    var first = true
    for octet in octets {
      if !first { out += separator }
      first = false
      out.unicodeScalars.append(digit(octet >> 4))
      out.unicodeScalars.append(digit(octet & 15))
    }
    return out
  }

  /// One lower-case digit for the low four bits.
  public static func digit(_ nibble: UInt8) -> Unicode.Scalar {
    let n = nibble & 15
    return Unicode.Scalar(n < 10 ? 48 + n : 87 + n)
  }

  /// Bytes of pairs of digits in either case; spaces, line ends and `:` between pairs are skipped; nil for
  /// anything else.
  public static func bytes(_ text: some StringProtocol) -> [UInt8]? {
    var out: [UInt8] = []
    var high: UInt8?
    for unit in text.utf8 {
      let nibble: UInt8
      switch unit {
      case 48...57: nibble = unit - 48
      case 65...70: nibble = unit - 55
      case 97...102: nibble = unit - 87
      case 32, 9, 10, 13, 58:
        if high != nil { return nil }
        continue
      default: return nil
      }
      if let h = high {
        out.append(h << 4 | nibble)
        high = nil
      } else {
        high = nibble
      }
    }
    return high == nil ? out : nil
  }
}
