import Foundation

/// What the formats print beside what tshark prints, with what is not compared taken out.
enum FormatLines {
  /// Bodies are shown by layers of their own; port 5000 is TAPA's to tshark, and in an ICMP error it shows what the
  /// quoted datagram carries outside of the error.
  static let filter =
    "!http.file_data && !(udp.port == 5000) && !(ip.flags.mf == 1) && !(ip.frag_offset > 0) && !icmp"

  /// What only one of us prints, and why.
  private static let left: [(pattern: String, why: String)] = [
    ("(?m)^(?:<[?!]|<pdml |<psml ).*\n", "who wrote the file, and when"),
    (
      #"(?m)^.*<field name="tcp\.flags\.str".*\n|"tcp\.flags\.str_raw": \[[^\]]*\],?\n *|"tcp_tcp_flags_str_raw":"[0-9a-f]*",?\n?"#,
      "it stands in no octets, so that an octet leads to its flag"
    ),
    ("\"backlab\\.[^\"]*_raw\": \\[[^\\]]*\\],?\n *", "fields of ours"),
    (
      "(?m)^.*(?:backlab\\.|(?:Not decrypted|Opened with|Secret|Cipher|Generation|Records before under this key|Nonce|Explicit nonce|Tag): ).*\n",
      "fields of ours"
    ),
    (
      ",?\"backlab_[a-z0-9_]*\":(?:\"[^\"]*\"|null|true|false|\\{[^{}]*\\}|\\[[^\\]]*\\])", "fields of ours"
    ),
    ("(?m),$", "a line may be the last of ours and not of theirs"),
  ]

  /// The lines of a text; `\r\n` of tshark's becomes `lineEnd`.
  static func told(_ text: String, lineEnd: String) -> [String] {
    let one = text.replacingOccurrences(of: "\r\n", with: lineEnd)
      // What has no octets stands nowhere.
      .replacingOccurrences(of: "size=\"0\" pos=\"[0-9]+\"", with: "size=\"0\"", options: .regularExpression)
    return left.reduce(one) {
      $0.replacingOccurrences(of: $1.pattern, with: "", options: .regularExpression)
    }
    .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  /// The lines that one has and the other hasn't, tshark's first.
  static func difference(_ mine: [String], _ other: [String]) -> [String] {
    mine.difference(from: other).map { change in
      switch change {
      case .remove(_, let line, _): "tshark: \(line.prefix(200))"
      case .insert(_, let line, _): "we: \(line.prefix(200))"
      }
    }
  }
}
