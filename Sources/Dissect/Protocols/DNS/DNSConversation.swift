import Bytes

/// DNS between two hosts: which answer belongs to which question. Over UDP a datagram is a message; over TCP each has its
/// length in front.
final class DNSConversation: DatagramProtocol, StreamProtocol {
  /// A question and its answer.
  struct Transaction {
    /// 0 when the capture does not hold the question.
    var query: UInt32
    /// 0 when it does not hold the answer.
    var response: UInt32
    var asked: Timestamp?
    var answered: Timestamp?
  }
  /// What a message is in its transaction.
  enum Part: UInt32 {
    case query, response, repeatedQuery, repeatedResponse
  }

  let isStream: Bool
  private(set) var transactions: [Transaction] = []
  /// The last transaction of an identifier.
  private var last: [UInt16: Int] = [:]

  init(isStream: Bool) { self.isStream = isStream }

  func framing(_ bytes: RawSpan, from side: Side) -> Framing {
    guard bytes.byteCount >= 2 else { return .needs(2) }
    let size = Int(bytes[octet: 0]) << 8 | Int(bytes[octet: 1])
    guard size >= 12 else { return .foreign }
    return bytes.byteCount >= size + 2 ? .complete(size + 2) : .needs(size + 2)
  }

  func receive(_ pdu: RawSpan, from side: Side, context: RowContext) -> UInt32 {
    let message = isStream ? pdu.extracting(min(2, pdu.byteCount)..<pdu.byteCount) : pdu
    let reader = Reader(message)
    guard let id = try? reader.peek(UInt16.self), let flags = try? reader.peek(UInt16.self, at: 2) else {
      return UInt32.max
    }
    let row = UInt32(clamping: context.row)
    let known = last[id]
    if flags & 0x8000 == 0 {
      if let known, transactions[known].response == 0, transactions[known].query != 0 {
        return token(known, .repeatedQuery)
      }
      last[id] = transactions.count
      transactions.append(Transaction(query: row, response: 0, asked: context.time, answered: nil))
      return token(transactions.count - 1, .query)
    }
    guard let known else {
      last[id] = transactions.count
      transactions.append(Transaction(query: 0, response: row, asked: nil, answered: context.time))
      return token(transactions.count - 1, .response)
    }
    guard transactions[known].response == 0 else { return token(known, .repeatedResponse) }
    transactions[known].response = row
    transactions[known].answered = context.time
    return token(known, .response)
  }

  private func token(_ place: Int, _ part: Part) -> UInt32 {
    UInt32(truncatingIfNeeded: place) << 2 | part.rawValue
  }

  func finish(_ side: Side) {}

  func draw(_ pdu: RawSpan, base: Int, token: UInt32, from side: Side, into tree: inout Dissection) {
    let place = Int(token >> 2)
    let transaction = place < transactions.count ? transactions[place] : nil
    let start = isStream ? min(2, pdu.byteCount) : 0
    var drawer = DNSDrawer(
      tree: tree.taken(), base: base + start, transaction: transaction,
      part: Part(rawValue: token & 3) ?? .query, isStream: isStream)
    drawer.draw(pdu.extracting(start..<pdu.byteCount))
    tree = drawer.tree
  }
}

/// DNS on UDP, for the table of datagram protocols.
func makeDNS() -> any DatagramProtocol { DNSConversation(isStream: false) }

/// DNS on TCP, for the table of stream protocols.
func makeStreamDNS() -> any StreamProtocol { DNSConversation(isStream: true) }
