public import Dissect
import Session

extension Why {
  /// What a row (from 1) is for, in words, and where that is written: for rows that nothing odd happened to. Empty when
  /// the row says it all itself.
  public static func meaning(ofRow row: Int, _ analysis: Analysis) -> [String] {
    guard row >= 1, row <= analysis.rows.count else { return [] }
    switch analysis.rows[row - 1].record {
    case .frame: return [frame(row, analysis)]
    case .event(let event): return self.event(event).map { [$0] } ?? []
    default: return []
    }
  }

  private static func frame(_ row: Int, _ analysis: Analysis) -> String {
    let tree = analysis.tree(row)
    if let facts = analysis.tcpFacts(row), ["TCP", ""].contains(tree.protocolName) {
      return segment(facts)
    }
    for (start, words, source) in messages
    where tree.info.hasPrefix(start) || tree.info.contains(", " + start) {
      return "\(words) (\(source))."
    }
    // The last protocol that has words of its own tells what it is for.
    for node in tree.nodes.reversed() where node.depth == 0 {
      let info = Catalogue.shared.info(node.field)
      if info.meaning.isEmpty { continue }
      return "\(info.title): \(info.meaning) (\(info.source))"
    }
    return ""
  }

  private static func segment(_ facts: TCPFacts) -> String {
    let isClient = facts.side == .client
    switch facts.flags & 0x17 {
    case 0x02:
      return "The client asks for a connection: its SYN brings its first sequence number and its options "
        + "(RFC 9293 section 3.5)."
    case 0x12:
      return
        "The server's kernel says yes and brings its own first number; connect() returns when this arrives "
        + "(RFC 9293 section 3.5)."
    case let flags where flags & 0x04 != 0:
      return "Ends the connection at once; what was under way is lost (RFC 9293 section 3.10.7)."
    case let flags where flags & 0x01 != 0:
      return
        "The \(isClient ? "client" : "server") has no more to send; it can still receive until the other side's FIN "
        + "(RFC 9293 section 3.6)."
    default: break
    }
    if facts.length > 0 {
      return "Octets \(facts.sequence) to \(facts.sequence &+ UInt32(clamping: facts.length) &- 1) of the "
        + "\(isClient ? "client's" : "server's") stream; the other side must acknowledge them (RFC 9293 section 3.4)."
    }
    return facts.acknowledgment <= 1
      ? "The third part of the handshake: the client has the server's SYN, and both may send (RFC 9293 section 3.5)."
      : "All octets before \(facts.acknowledgment) have arrived (RFC 9293 section 3.4)."
  }

  private static func event(_ event: Event) -> String? {
    switch event.kind {
    case .syscall:
      guard let name = event.text("name") else { return nil }
      if let errno = event.text("errno") {
        let waits = ["EAGAIN", "EINPROGRESS"].contains(errno)
        return waits
          ? "\(name)() would have to wait, and the program asked not to: \(errno) (\(name)(2))."
          : "\(name)() failed with \(errno) (\(name)(2), errno(3))."
      }
      return event.text("phase") == "call" ? "The program waits in \(name)() (\(name)(2))." : nil
    case .note:
      if event.message.contains("connect() returned 0") {
        return
          "For the client the connection stands: SYN,ACK came. Whether the program knows of it is another matter "
          + "(connect(2))."
      }
      return nil
    case .kernel where event.text("subject") == "listener":
      return
        "Read from the kernel, not from the wire: what waits for accept() is Recv-Q, the backlog Send-Q (ss(8))."
    default: return nil
    }
  }

  /// Messages by the beginning of their info column: what they are for, and where that is written.
  private static let messages: [(String, String, String)] = [
    (
      "Client Hello", "The client offers versions, cipher suites and its share of a key",
      "RFC 8446 section 4.1.2"
    ),
    (
      "Server Hello", "The server chooses version, cipher suite and its share of the key",
      "RFC 8446 section 4.1.3"
    ),
    ("Hello Retry Request", "The server wants a share of another group", "RFC 8446 section 4.1.4"),
    ("Encrypted Extensions", "What the server answers to the offers, encrypted", "RFC 8446 section 4.3.1"),
    ("Certificate Request", "The server wants a certificate of the client", "RFC 8446 section 4.3.2"),
    ("Certificate Verify", "Proves that the sender holds the certificate's key", "RFC 8446 section 4.4.3"),
    ("Certificate", "Who the sender claims to be, signed by an authority", "RFC 8446 section 4.4.2"),
    ("Finished", "A check over the whole handshake: nobody changed it on the way", "RFC 8446 section 4.4.4"),
    ("New Session Ticket", "Lets the client come back with a shorter handshake", "RFC 8446 section 4.6.1"),
    ("Server Key Exchange", "The server's share of the key, signed", "RFC 5246 section 7.4.3"),
    ("Client Key Exchange", "The client's share of the key", "RFC 5246 section 7.4.7"),
    ("Server Hello Done", "The server has said all; it is the client's turn", "RFC 5246 section 7.4.5"),
    (
      "Change Cipher Spec", "From here on the sender encrypts; TLS 1.3 sends it for old middleboxes only",
      "RFC 8446 appendix D.4"
    ),
    (
      "Encrypted Handshake Message", "A message of the handshake that the capture's keys don't open",
      "RFC 5246 section 7.4"
    ),
    ("Application Data", "Encrypted octets of the application", "RFC 8446 section 5.2"),
    ("Alert", "Tells the other side that something is wrong, or that this is the end", "RFC 8446 section 6"),
  ]
}
