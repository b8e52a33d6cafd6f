import Dissect

/// The words on an arrow.
enum SegmentLabel {
  /// A TCP segment: its flags as people say them, what it carries, and what the analysis found. `summary` is that of
  /// the row when it has a payload.
  static func text(_ facts: TCPFacts, _ summary: Summary?) -> String {
    if let summary, !["TCP", ""].contains(summary.protocolName) {
      return summary.info.drop { $0 == " " }.trimmed
    }
    var names: [String] = []
    if facts.has(0x02) { names.append("SYN") }
    if facts.has(0x04) { names.append("RST") }
    if facts.has(0x01) { names.append("FIN") }
    if facts.has(0x10) { names.append("ACK") }
    var text = names.isEmpty ? "no flags" : names.joined(separator: ",")
    if facts.marks.contains(.keepAlive) { return "keep-alive" }
    if facts.marks.contains(.zeroWindowProbe) { return "window probe" }
    if facts.length > 0 {
      let last = facts.sequence &+ UInt32(clamping: facts.length) &- 1
      text = "octets \(facts.sequence)-\(last)" + (names == ["ACK"] ? "" : " " + text)
    } else if names == ["ACK"], facts.acknowledgment > 1 {
      text += " \(facts.acknowledgment)"
    }
    if facts.marks.contains(.zeroWindow) { text += ", window 0" }
    if facts.marks.contains(.windowUpdate) { text += ", window \(facts.window)" }
    if facts.marks.contains(.duplicateAck) { text += " again" }
    if facts.marks.contains(.outOfOrder) { text += ", out of order" }
    return text
  }

  /// Any other frame: its protocol and its info column.
  static func text(_ summary: Summary) -> String {
    var info = summary.info
    // The lanes say who speaks; the ports are in the tree.
    if summary.protocolName == "UDP", let length = info.range(ofWord: "Len=") {
      info = "\(info[length].dropFirst(4)) octets"
    }
    if let question = info.firstIndex(of: "?"), summary.protocolName == "ARP" {
      info = String(info[...question])
    }
    return "\(summary.protocolName) \(info)".trimmed
  }
}

extension StringProtocol {
  /// Without spaces at its end.
  var trimmed: String {
    var scalars = String.UnicodeScalarView(unicodeScalars)
    while scalars.last == " " { scalars.removeLast() }
    return String(scalars)
  }

  /// The word that begins with `start`, up to a space.
  func range(ofWord start: String) -> Range<Index>? {
    for word in split(separator: " ") where word.hasPrefix(start) { return word.startIndex..<word.endIndex }
    return nil
  }
}
