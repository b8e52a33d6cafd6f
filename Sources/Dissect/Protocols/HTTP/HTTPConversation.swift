import Bytes

/// HTTP/1.x on a TCP connection, for the table of stream protocols.
func makeHTTP() -> any StreamProtocol { HTTPConversation() }

/// HTTP/1.x on one connection: where messages end, which response answers which request, and what the connection is
/// handed over to.
final class HTTPConversation: StreamProtocol {
  struct Request {
    var row: UInt32
    var method: HTTPMethodKind
    /// Where its whole address stands in `addresses`; what stands in its first line when it has no Host.
    var address: Range<UInt32>
    var hasHost: Bool
    var time: Timestamp?
  }
  struct Response {
    var row: UInt32
    /// Whether it is no 1xx.
    var isFinal: Bool
    /// The place of the request that it answers; nil when the capture does not hold that.
    var request: Int?
    var time: Timestamp?
  }
  /// What a PDU is: the low two bits of its token, the others are its place among its kind.
  enum Kind: UInt32 {
    case request, response, tunnel, event
  }

  private(set) var requests: [Request] = []
  private(set) var responses: [Response] = []
  /// The final responses, by the request that each answers: as many as there are answers so far.
  private(set) var answers: [UInt32] = []
  /// Addresses of requests, one after the other; one that comes again is kept once.
  private(set) var addresses: [UInt8] = []
  private(set) var events: [EventStream.Piece] = []
  /// The event stream that a response is, until it ends.
  private var eventStream: EventStream?
  /// What goes on behind a response with 101, or to CONNECT.
  private(set) var tunnel: (any StreamProtocol)?
  private var isTunnel = false
  /// Whether the protocol behind a CONNECT is still to be told by its first octets.
  private var isOpenTunnel = false
  /// Tunnels around this conversation, and the most of them that are looked into.
  private var nesting = 0
  private static let mostNesting = 3
  /// The HTTP2-Settings of the last request that had them.
  private var settings: [UInt8] = []
  /// Whether the connection is TLS: the addresses begin with https.
  var isSecure = false
  /// Where in the message under way the first chunk stands that was not there yet.
  private var progress = [0, 0]
  /// The map of the message whose octets were counted last; it only saves work.
  var lastChunkMap: HTTPChunkMap?
  /// Up to where the message under way was searched for the end of its head.
  private var searched = [0, 0]

  /// The method of the request that the next response answers.
  private var dueMethod: HTTPMethodKind {
    answers.count < requests.count ? requests[answers.count].method : .other
  }

  func framing(_ bytes: RawSpan, from side: Side) -> Framing {
    if isTunnel {
      if isOpenTunnel {
        guard bytes.byteCount >= 3 else { return .needs(3) }
        openTunnel(bytes)
      }
      return tunnel?.framing(bytes, from: side) ?? .foreign
    }
    if side == .server, let eventStream { return eventStream.framing(bytes) }
    let half = Int(side.rawValue)
    guard mayHoldHead(bytes, half), let head = HTTPHead(bytes) else {
      let fits = looksLikeHTTP(bytes, isShortFine: true) && bytes.byteCount < HTTPHead.limit
      return fits ? .needs(bytes.byteCount + 1) : .foreign
    }
    guard head.end <= HTTPHead.limit, isStartLine(head, bytes) else { return .foreign }
    let body = HTTPBody(head, bytes, method: dueMethod)
    if Self.events(head, bytes, body) != nil { return .complete(head.end) }
    switch body {
    case .none, .tunnel, .invalid: return .complete(head.end)
    case .length(let count):
      return bytes.byteCount - head.end >= count ? .complete(head.end + count) : .needs(head.end + count)
    case .untilEnd: return .untilEnd
    case .chunked: return chunked(bytes, head, half)
    }
  }

  /// The event stream that a response begins; nil when it is none, one that is packed, or one that goes on to the end of
  /// the connection: that is shown as a body, where tshark shows it.
  static func events(_ head: HTTPHead, _ bytes: RawSpan, _ body: HTTPBody) -> EventStream? {
    guard head.isResponse, bytes.extracting(head.type(bytes)).equals("text/event-stream"),
      head.value(bytes, "content-encoding") == nil
    else { return nil }
    switch body {
    case .chunked: return EventStream(.chunked)
    case .length(let count): return EventStream(.length(count))
    default: return nil
    }
  }

  /// Decides what goes on behind a CONNECT.
  private func openTunnel(_ first: RawSpan) {
    isOpenTunnel = false
    tunnel = streamProtocol(clientPort: 0, serverPort: 0, first: first)
    (tunnel as? HTTPConversation)?.nesting = nesting + 1
  }

  /// Whether an empty line has come. Only new octets are looked at, for heads that come octet by octet.
  private func mayHoldHead(_ bytes: RawSpan, _ half: Int) -> Bool {
    var at = searched[half] > bytes.byteCount ? 0 : searched[half]
    // A line end with nothing but a carriage return between it and the one before.
    while let end = bytes.first(10, from: at) {
      if end >= 1, bytes[octet: end - 1] == 10 { return true }
      if end >= 2, bytes[octet: end - 1] == 13, bytes[octet: end - 2] == 10 { return true }
      at = end + 1
    }
    searched[half] = bytes.byteCount
    return false
  }

  private func isStartLine(_ head: HTTPHead, _ bytes: RawSpan) -> Bool {
    if head.isResponse { return head.code(bytes) >= 100 }
    guard let version = head.parts(bytes).third else { return false }
    return bytes.extracting(version).begins("http/1.")
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
    if let tunnel { return Self.token(.tunnel, Int(tunnel.receive(pdu, from: side, context: context))) }
    if side == .server, var stream = eventStream {
      let (piece, isLast) = stream.receive(pdu)
      eventStream = isLast ? nil : stream
      events.append(piece)
      return Self.token(.event, events.count - 1)
    }
    guard let head = HTTPHead(pdu) else { return Self.token(.request, requests.count) }
    return head.isResponse ? response(head, pdu, context) : request(head, pdu, context)
  }

  /// What a token stands for.
  func kind(of token: UInt32) -> Kind { Kind(rawValue: token & 3) ?? .request }

  private static func token(_ kind: Kind, _ place: Int) -> UInt32 {
    UInt32(truncatingIfNeeded: place) << 2 | kind.rawValue
  }

  private func response(_ head: HTTPHead, _ pdu: RawSpan, _ context: RowContext) -> UInt32 {
    let code = head.code(pdu)
    let body = HTTPBody(head, pdu, method: dueMethod)
    let isFinal = code / 100 != 1 || code == 101
    let request = answers.count < requests.count ? answers.count : nil
    responses.append(
      Response(row: UInt32(clamping: context.row), isFinal: isFinal, request: request, time: context.time))
    if isFinal, request != nil { answers.append(UInt32(clamping: responses.count - 1)) }
    if body == .tunnel {
      isTunnel = true
      let upgrade = pdu.extracting(head.value(pdu, "upgrade") ?? 0..<0)
      if upgrade.equals("websocket") {
        let extensions = head.value(pdu, "sec-websocket-extensions") ?? 0..<0
        tunnel = WebSocketConversation(extensions: pdu.extracting(extensions))
      } else if upgrade.equals("h2c"), let request {
        let inner = HTTP2Conversation()
        let octets = settings
        inner.upgrade(settings: octets.raw, row: requests[request].row)
        tunnel = inner
      } else {
        isOpenTunnel = code / 100 == 2 && nesting < Self.mostNesting
      }
    } else {
      // The body follows in PDUs of its own, unless a caller gave it along.
      eventStream = pdu.byteCount == head.end ? Self.events(head, pdu, body) : nil
    }
    return Self.token(.response, responses.count - 1)
  }

  private func request(_ head: HTTPHead, _ pdu: RawSpan, _ context: RowContext) -> UInt32 {
    if let value = head.value(pdu, "http2-settings") { settings = pdu.extracting(value).copied() }
    let parts = head.parts(pdu)
    let method = HTTPMethodKind(pdu.extracting(parts.first))
    let uri = pdu.extracting(parts.second ?? 0..<0)
    let host = pdu.extracting(head.value(pdu, "host") ?? 0..<0)
    requests.append(
      Request(
        row: UInt32(clamping: context.row), method: method,
        address: address(uri, host, isConnect: method == .connect),
        hasHost: !host.isEmpty || method == .connect || uri.begins("http://") || uri.begins("https://"),
        time: context.time))
    return Self.token(.request, requests.count - 1)
  }

  /// The whole address of a request, or, when it has no Host, what stands in its first line.
  func address(_ request: Request) -> String {
    String(
      decoding: addresses[Int(request.address.lowerBound)..<Int(request.address.upperBound)], as: UTF8.self)
  }

  /// Keeps the whole address of a request.
  private func address(_ uri: RawSpan, _ host: RawSpan, isConnect: Bool) -> Range<UInt32> {
    let isWhole = isConnect || uri.begins("http://") || uri.begins("https://")
    guard addresses.count < Int(UInt32.max) - (1 << 20) else { return 0..<0 }
    let start = addresses.count
    if !isWhole, !host.isEmpty {
      addresses += isSecure ? Self.secureScheme : Self.scheme
      unsafe host.withUnsafeBytes { unsafe addresses.append(contentsOf: $0) }
    }
    unsafe uri.withUnsafeBytes { unsafe addresses.append(contentsOf: $0) }
    if let last = requests.last?.address {
      let known = Int(last.lowerBound)..<Int(last.upperBound)
      if known.count == addresses.count - start, addresses[known] == addresses[start...] {
        addresses.removeSubrange(start...)
        return last
      }
    }
    return UInt32(start)..<UInt32(addresses.count)
  }

  private static let scheme = Array("http://".utf8)
  private static let secureScheme = Array("https://".utf8)

  var firstOpenRow: Int? { tunnel?.firstOpenRow }

  func finish(_ side: Side) { tunnel?.finish(side) }

  func draw(_ pdu: RawSpan, base: Int, token: UInt32, from side: Side, into tree: inout Dissection) {
    let place = Int(token >> 2)
    switch Kind(rawValue: token & 3) {
    case .tunnel: tunnel?.draw(pdu, base: base, token: token >> 2, from: side, into: &tree)
    case .event where place < events.count:
      var drawer = HTTPDrawer(tree: tree.taken(), conversation: self, base: base)
      drawer.event(events[place], pdu)
      tree = drawer.tree
    case .request, .response:
      var drawer = HTTPDrawer(tree: tree.taken(), conversation: self, base: base)
      drawer.message(place, pdu)
      tree = drawer.tree
    default: break
    }
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
