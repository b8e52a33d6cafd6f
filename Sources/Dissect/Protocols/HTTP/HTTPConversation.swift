import Bytes

/// HTTP/1.x on a TCP connection, for the table of stream protocols.
func makeHTTP() -> any StreamProtocol { HTTPConversation() }

/// HTTP/1.x on one connection: where messages end, and which response answers which request.
final class HTTPConversation: StreamProtocol {
  struct Request {
    var row: Int
    var time: Timestamp?
    var method: String
    /// Empty when the request has no Host.
    var fullURI: String
  }
  struct Response {
    var row: Int
    var time: Timestamp?
    /// The place of the request that it answers; nil when the capture does not hold that.
    var request: Int?
    /// Whether it is no 1xx.
    var isFinal: Bool
  }
  enum Message {
    case request(Int)
    case response(Int)
  }

  private(set) var requests: [Request] = []
  private(set) var responses: [Response] = []
  /// By token.
  private(set) var messages: [Message] = []
  /// Whether the connection is TLS: the addresses begin with https.
  var isSecure = false
  private var isTunnel = false
  /// Final responses so far.
  private var answered = 0
  /// Where in the message under way the first chunk stands that was not there yet.
  private var progress = [0, 0]
  /// Up to where the message under way was searched for the end of its head.
  private var searched = [0, 0]

  /// The method of the request that the next response answers.
  private var dueMethod: String? { answered < requests.count ? requests[answered].method : nil }

  func framing(_ bytes: RawSpan, from side: Side) -> Framing {
    if isTunnel { return .foreign }
    let half = Int(side.rawValue)
    guard mayHoldHead(bytes, half), let head = HTTPHead(bytes) else {
      let fits = looksLikeHTTP(bytes, isShortFine: true) && bytes.byteCount < HTTPHead.limit
      return fits ? .needs(bytes.byteCount + 1) : .foreign
    }
    guard head.end <= HTTPHead.limit, isStartLine(head, bytes) else { return .foreign }
    switch HTTPBody(head, bytes, method: dueMethod) {
    case .none, .tunnel, .invalid: return .complete(head.end)
    case .length(let count):
      return bytes.byteCount - head.end >= count ? .complete(head.end + count) : .needs(head.end + count)
    case .untilEnd: return .untilEnd
    case .chunked: return chunked(bytes, head, half)
    }
  }

  /// Whether an empty line has come. Only new octets are looked at, for heads that come octet by octet.
  private func mayHoldHead(_ bytes: RawSpan, _ half: Int) -> Bool {
    if searched[half] > bytes.byteCount { searched[half] = 0 }
    var at = searched[half]
    while at < bytes.byteCount {
      // A line end with nothing but a carriage return between it and the one before.
      if bytes[octet: at] == 10 {
        if at >= 1, bytes[octet: at - 1] == 10 { return true }
        if at >= 2, bytes[octet: at - 1] == 13, bytes[octet: at - 2] == 10 { return true }
      }
      at += 1
    }
    searched[half] = at
    return false
  }

  private func isStartLine(_ head: HTTPHead, _ bytes: RawSpan) -> Bool {
    if head.isResponse(bytes) { return head.code(bytes) >= 100 }
    let parts = head.parts(bytes)
    return parts.count == 3 && HTTPHead.text(bytes, parts[2]).hasPrefix("HTTP/1.")
  }

  /// Steps from chunk to chunk, on from where the last call came to.
  private func chunked(_ bytes: RawSpan, _ head: HTTPHead, _ half: Int) -> Framing {
    var at = max(head.end, progress[half])
    while true {
      progress[half] = at
      guard let line = HTTPHead.line(bytes, at) else {
        return bytes.byteCount - at < 4096 ? .needs(bytes.byteCount + 1) : .foreign
      }
      guard let size = HTTPChunk.size(bytes, line.text) else { return .foreign }
      if size == 0 {
        at = line.end
        while let line = HTTPHead.line(bytes, at) {
          at = line.end
          if line.text.isEmpty { return .complete(at) }
        }
        return bytes.byteCount - at < HTTPHead.limit ? .needs(bytes.byteCount + 1) : .foreign
      }
      // The piece, and the line end behind it.
      let next = line.end + size + 1
      guard bytes.byteCount > next else { return .needs(next + 1) }
      guard let end = HTTPHead.line(bytes, line.end + size), end.text.isEmpty else { return .foreign }
      at = end.end
    }
  }

  func receive(_ pdu: RawSpan, from side: Side, context: RowContext) -> UInt32 {
    progress[Int(side.rawValue)] = 0
    searched[Int(side.rawValue)] = 0
    guard let head = HTTPHead(pdu) else {
      messages.append(.request(requests.count))
      return UInt32(clamping: messages.count - 1)
    }
    if head.isResponse(pdu) {
      let code = head.code(pdu)
      if HTTPBody(head, pdu, method: dueMethod) == .tunnel { isTunnel = true }
      let isFinal = code / 100 != 1 || code == 101
      let request = answered < requests.count ? answered : nil
      responses.append(Response(row: context.row, time: context.time, request: request, isFinal: isFinal))
      if isFinal { answered += 1 }
      messages.append(.response(responses.count - 1))
    } else {
      let parts = head.parts(pdu)
      let uri = parts.count > 1 ? HTTPHead.text(pdu, parts[1]) : ""
      let host = head.values(pdu, "host").first ?? ""
      requests.append(
        Request(
          row: context.row, time: context.time, method: HTTPHead.text(pdu, parts[0]),
          fullURI: address(uri, host)))
      messages.append(.request(requests.count - 1))
    }
    return UInt32(clamping: messages.count - 1)
  }

  private func address(_ uri: String, _ host: String) -> String {
    if uri.hasPrefix("http://") || uri.hasPrefix("https://") { return uri }
    return host.isEmpty ? "" : (isSecure ? "https://" : "http://") + host + uri
  }

  func finish(_ side: Side) {}

  func draw(_ pdu: RawSpan, base: Int, token: UInt32, from side: Side, into tree: inout Dissection) {
    guard Int(token) < messages.count else { return }
    var drawer = HTTPDrawer(tree: tree.taken(), conversation: self, base: base)
    drawer.message(messages[Int(token)], pdu)
    tree = drawer.tree
  }
}

/// The size line of a chunk: RFC 9112 section 7.1.
enum HTTPChunk {
  /// The number in hex that begins the line; nil when there is none, or one that nothing could hold.
  static func size(_ bytes: RawSpan, _ line: Range<Int>) -> Int? {
    var size = 0
    var digits = 0
    for i in line {
      let unit = bytes[octet: i]
      let digit: UInt8
      switch unit {
      case 48...57: digit = unit - 48
      case 65...70: digit = unit - 55
      case 97...102: digit = unit - 87
      case 59, 32, 9: return digits > 0 ? size : nil
      default: return nil
      }
      size = size << 4 | Int(digit)
      digits += 1
      if size >= 1 << 48 { return nil }
    }
    return digits > 0 ? size : nil
  }
}
