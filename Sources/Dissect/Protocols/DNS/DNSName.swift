import Bytes

/// A domain name as messages have it: labels, and pointers to where the rest stands already (RFC 1035 section 4.1.4).
struct DNSName {
  /// Labels with dots between them, as they are; `<Root>` without any.
  var text: [UInt8]
  /// Labels of it, as Wireshark counts them: by the dots.
  var labelCount: Int { text.reduce(1) { $0 + ($1 == 46 ? 1 : 0) } }
  private var labels: Int
  /// First octet behind the name, where it began.
  var end: Int

  /// Reads the name at `start` of a message. A pointer must lead back, so that no name is without end; the whole name is
  /// bounded as RFC 1035 section 2.3.4 does, so that many pointers to one name can't make much of little.
  init(_ message: RawSpan, at start: Int) throws(ReadError) {
    text = []
    labels = 0
    self.end = start
    var at = start
    var end: Int?
    // Each pointer must lead to before where the labels that it ends began.
    var lowest = start
    while true {
      guard at < message.byteCount else {
        throw .truncated(needed: at + 1, available: message.byteCount, at: start)
      }
      let length = Int(message[octet: at])
      switch length >> 6 {
      case 0:
        guard length > 0 else {
          self.end = end ?? at + 1
          if text.isEmpty { text = Self.root }
          return
        }
        guard at + 1 + length <= message.byteCount else {
          throw .truncated(needed: at + 1 + length, available: message.byteCount, at: start)
        }
        guard text.count + length < 253 else { throw .malformed("a name longer than 255 octets", at: start) }
        if labels > 0 { text.append(46) }
        let label = message.extracting(at + 1..<at + 1 + length)
        text.append(label)
        labels += 1
        at += 1 + length
      case 3:
        guard at + 1 < message.byteCount else {
          throw .truncated(needed: at + 2, available: message.byteCount, at: start)
        }
        let target = (length & 63) << 8 | Int(message[octet: at + 1])
        guard target < lowest else { throw .malformed("a name that points forward", at: at) }
        end = end ?? at + 2
        lowest = target
        at = target
      default: throw .malformed("a label of a kind that is not defined", at: at)
      }
    }
  }

  private static let root = Array("<Root>".utf8)

  /// The name as text, repaired UTF-8.
  var string: String { String(decoding: text, as: UTF8.self) }
  /// Characters of it without the root's words.
  var length: Int { labels == 0 ? 6 : text.count }
}
