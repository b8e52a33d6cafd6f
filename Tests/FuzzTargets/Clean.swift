import Bytes

/// Looks for what must not reach a terminal.
enum Clean {
  /// One line of text.
  static func line(_ octets: [UInt8]) throws(Finding) { try check(octets, isLine: true) }

  /// Text with line ends and tabs.
  static func lines(_ octets: [UInt8]) throws(Finding) { try check(octets, isLine: false) }

  private static func check(_ octets: [UInt8], isLine: Bool) throws(Finding) {
    let span = unsafe octets.span.bytes
    var at = 0
    while at < octets.count {
      let octet = octets[at]
      if octet &- 32 < 95 || !isLine && (octet == 9 || octet == 10) {
        at += 1
        continue
      }
      guard octet >= 128, let (scalar, size) = TextBuffer.scalar(span, at), isQuiet(scalar) else {
        let around = octets[max(0, at - 40)..<min(octets.count, at + 20)]
        throw Finding(
          "\(Hex.text([octet])) in text for a terminal: \(String(decoding: around, as: UTF8.self).debugDescription)"
        )
      }
      at += size
    }
  }

  /// Whether a scalar is neither a control character nor a mark of direction.
  private static func isQuiet(_ scalar: UInt32) -> Bool {
    switch scalar {
    case 0..<32, 127..<160, 0x61C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: false
    default: true
    }
  }
}
