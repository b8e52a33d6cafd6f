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
      // A SYN takes the number before its data (RFC 9293 section 3.4).
      let first = facts.sequence &+ (facts.has(0x02) ? 1 : 0)
      let octets = "octets \(first)-\(first &+ UInt32(clamping: facts.length) &- 1)"
      text = names == ["ACK"] ? octets : facts.has(0x02) ? "\(text), \(octets)" : "\(octets) \(text)"
    } else if names == ["ACK"], facts.acknowledgment > 1 {
      text += " \(facts.acknowledgment)"
    }
    if facts.marks.contains(.zeroWindow) { text += ", window 0" }
    if facts.marks.contains(.windowUpdate) { text += ", window \(facts.window)" }
    if facts.marks.contains(.duplicateAck) { text += " again" }
    if facts.marks.contains(.outOfOrder) { text += ", out of order" }
    return text
  }

  /// Short forms of words, for an arrow that has no room.
  static func shortened(_ label: String) -> String {
    var text = label
    for (long, short) in [
      ("Change Cipher Spec", "CCS"), ("Encrypted Extensions", "EE"), ("Certificate Verify", "CertVerify"),
      ("Application Data", "App Data"), ("New Session Ticket", "Ticket"),
      ("Client Key Exchange", "ClientKey"),
      ("Server Key Exchange", "ServerKey"), ("Destination unreachable", "unreachable"), ("  ", " "),
    ] {
      text = text.split(separator: long, omittingEmptySubsequences: false).joined(separator: short)
    }
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
    let text = "\(summary.protocolName) \(info)".trimmed
    return text.allSatisfy { $0 == " " } ? "\(summary.length) octets" : text
  }
}

extension StringProtocol {
  /// Without spaces at its end.
  var trimmed: String {
    var text = String(self)
    while text.utf8.last == 32 { text.unicodeScalars.removeLast() }
    return text
  }

  /// The word that begins with `start`, up to a space.
  func range(ofWord start: String) -> Range<Index>? {
    for word in split(separator: " ") where word.hasPrefix(start) { return word.startIndex..<word.endIndex }
    return nil
  }
}
