/// What a stream of octets came to.
enum HTTPEvent: Equatable {
  case head(HTTPHead)
  /// Octets of the content, not empty.
  case content([UInt8])
  /// The message is over.
  case end
  /// It can't be read, and nothing after it.
  case failed(HTTPFailure)
}

/// Finds the messages in an HTTP/1.1 stream however it is cut or glued (RFC 9112).
///
/// Strict where leniency would let two readers see different messages: lines end with CRLF, a length is told once, a
/// request has one Host.
struct HTTPReader {
  enum Kind { case request, response }
  private enum State {
    case start, fields, content(Int), chunkSize, chunk(Int), chunkEnd, trailers, untilEnd, failed
  }
  /// The most that a start line, a head and a chunk's line may take.
  static let longestStart = 8192, longestHead = 32768, longestChunkLine = 1024

  private let kind: Kind
  private var state = State.start
  private var buffer: [UInt8] = []
  /// What of the buffer is read, and what is known to hold no line end.
  private var at = 0, searched = 0
  private var head = HTTPHead("", "")
  private var headSize = 0
  /// The methods of the requests whose responses are awaited: a HEAD's has no content.
  private var methods: [String] = []

  init(_ kind: Kind) { self.kind = kind }

  /// Whether nothing of a message has come yet.
  var isBetween: Bool { if case .start = state { at == buffer.count } else { false } }

  /// Says that a request was sent, in the order of sending.
  mutating func expect(_ method: String) { methods.append(method) }

  /// Takes in octets.
  mutating func add(_ bytes: [UInt8]) -> [HTTPEvent] {
    if case .failed = state { return [] }
    buffer += bytes
    var events: [HTTPEvent] = []
    do throws(HTTPFailure) {
      while let event = try next() { events.append(event) }
    } catch {
      state = .failed
      events.append(.failed(error))
    }
    buffer.removeSubrange(..<at)
    searched = max(0, searched - at)
    at = 0
    return events
  }

  /// The stream is over: fine between messages, and the end of a response that has no length.
  mutating func finish() -> [HTTPEvent] {
    switch state {
    case .untilEnd:
      state = .start
      return [.end]
    case .failed: return []
    case .start where buffer.isEmpty: return []
    default:
      state = .failed
      return [.failed(HTTPFailure(400, "the connection ended within a message"))]
    }
  }

  private mutating func next() throws(HTTPFailure) -> HTTPEvent? {
    while true {
      switch state {
      case .start:
        guard let line = try line(HTTPReader.longestStart, or: HTTPFailure(414, "the first line is too long"))
        else { return nil }
        // Empty lines before a request are skipped (RFC 9112 section 2.2).
        if line.isEmpty, kind == .request { continue }
        headSize = line.count
        head = try kind == .request ? requestLine(line) : statusLine(line)
        state = .fields
      case .fields:
        let tooLong = HTTPFailure(431, "the header fields are too long")
        guard let line = try line(HTTPReader.longestHead - headSize, or: tooLong) else { return nil }
        headSize += line.count + 2
        if line.isEmpty { return try headEnd() }
        guard headSize < HTTPReader.longestHead, head.fields.count < 100 else { throw tooLong }
        head.fields.append(try field(line))
      case .content(0),
        .trailers where try trailersAreOver():
        state = .start
        return .end
      case .content(let left):
        guard let bytes = take(left) else { return nil }
        state = .content(left - bytes.count)
        return .content(bytes)
      case .chunkSize:
        guard
          let line = try line(HTTPReader.longestChunkLine, or: HTTPFailure(400, "a chunk's line is too long"))
        else { return nil }
        let digits = line.prefix { $0 != 59 && $0 != 32 && $0 != 9 }
        let size = digits.count <= 8 ? Int(String(decoding: digits, as: UTF8.self), radix: 16) : nil
        guard let size, !digits.isEmpty, digits.first != 43, digits.first != 45 else {
          throw HTTPFailure(400, "a chunk's size is no hexadecimal number")
        }
        headSize = 0
        state = size == 0 ? .trailers : .chunk(size)
      case .chunk(0): state = .chunkEnd
      case .chunk(let left):
        guard let bytes = take(left) else { return nil }
        state = .chunk(left - bytes.count)
        return .content(bytes)
      case .chunkEnd:
        let noEnd = HTTPFailure(400, "a chunk is longer than it said")
        guard let line = try line(0, or: noEnd) else { return nil }
        guard line.isEmpty else { throw noEnd }
        state = .chunkSize
      case .untilEnd:
        return take(.max).map { .content($0) }
      case .trailers, .failed: return nil
      }
    }
  }

  /// Reads the fields after the last chunk, which say nothing that matters here.
  private mutating func trailersAreOver() throws(HTTPFailure) -> Bool {
    let tooLong = HTTPFailure(431, "the trailer fields are too long")
    while let line = try line(HTTPReader.longestHead - headSize, or: tooLong) {
      if line.isEmpty { return true }
      headSize += line.count + 2
      guard headSize < HTTPReader.longestHead else { throw tooLong }
      _ = try field(line)
    }
    return false
  }

  /// The next line without its CRLF; nil when it is not whole yet.
  private mutating func line(_ longest: Int, or tooLong: HTTPFailure) throws(HTTPFailure) -> ArraySlice<
    UInt8
  >? {
    searched = max(searched, at)
    guard let end = buffer[searched...].firstIndex(of: 10) else {
      searched = buffer.count
      if buffer.count - at > longest + 1 { throw tooLong }
      return nil
    }
    guard end > at, buffer[end - 1] == 13 else { throw HTTPFailure(400, "a line ends without CR") }
    let line = buffer[at..<end - 1]
    guard line.count <= longest else { throw tooLong }
    at = end + 1
    return line
  }

  private mutating func take(_ most: Int) -> [UInt8]? {
    let count = min(most, buffer.count - at)
    guard count > 0 else { return nil }
    defer { at += count }
    return Array(buffer[at..<at + count])
  }

  private func requestLine(_ line: ArraySlice<UInt8>) throws(HTTPFailure) -> HTTPHead {
    let parts = line.split(separator: 32, omittingEmptySubsequences: false)
    guard parts.count == 3, HTTPReader.isToken(parts[0]), !parts[1].isEmpty,
      parts[1].allSatisfy({ (33...126).contains($0) })
    else { throw HTTPFailure(400, "the first line is no METHOD TARGET HTTP/1.1") }
    var head = HTTPHead(String(decoding: parts[0], as: UTF8.self), String(decoding: parts[1], as: UTF8.self))
    head.minor = try version(parts[2])
    let target = head.target.lowercased()
    guard
      target.hasPrefix("/") || target == "*" || target.hasPrefix("http://") || target.hasPrefix("https://")
    else { throw HTTPFailure(400, "the target is neither a path nor a URL") }
    return head
  }

  private func statusLine(_ line: ArraySlice<UInt8>) throws(HTTPFailure) -> HTTPHead {
    let parts = line.split(separator: 32, maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count >= 2, parts[1].count == 3, let status = HTTPReader.number(parts[1]), status >= 100
    else {
      throw HTTPFailure(400, "the first line is no HTTP/1.1 STATUS REASON")
    }
    var head = HTTPHead(status: status)
    head.minor = try version(parts[0])
    head.reason =
      parts.count < 3 ? "" : String(decoding: parts[2].map { $0 < 32 || $0 == 127 ? 32 : $0 }, as: UTF8.self)
    return head
  }

  private func version(_ text: ArraySlice<UInt8>) throws(HTTPFailure) -> Int {
    switch String(decoding: text, as: UTF8.self) {
    case "HTTP/1.1": return 1
    case "HTTP/1.0": return 0
    case let other:
      throw other.hasPrefix("HTTP/")
        ? HTTPFailure(505, "the version is not HTTP/1.1")
        : HTTPFailure(400, "the first line names no HTTP version")
    }
  }

  private func field(_ line: ArraySlice<UInt8>) throws(HTTPFailure) -> HTTPField {
    guard let colon = line.firstIndex(of: 58), HTTPReader.isToken(line[..<colon]) else {
      throw HTTPFailure(400, "a header line is no NAME: VALUE")
    }
    let value = line[(colon + 1)...]
    guard value.allSatisfy({ $0 >= 32 && $0 != 127 || $0 == 9 }) else {
      throw HTTPFailure(400, "a header value has control characters")
    }
    return HTTPField(
      String(decoding: line[..<colon], as: UTF8.self),
      HTTPField.trimmed(String(decoding: value, as: UTF8.self)))
  }

  /// Decides how long the content is (RFC 9112 section 6.3).
  private mutating func headEnd() throws(HTTPFailure) -> HTTPEvent {
    let lengths = head.values("content-length"), codings = head.list("transfer-encoding")
    var length: Int?
    if let first = lengths.first {
      guard lengths.allSatisfy({ $0 == first }), let number = HTTPReader.number(first) else {
        throw HTTPFailure(400, "Content-Length is not one number")
      }
      length = number
    }
    if !codings.isEmpty, length != nil || head.minor == 0 {
      throw HTTPFailure(400, "Transfer-Encoding is not allowed beside Content-Length or in HTTP/1.0")
    }
    if kind == .request {
      if head.values("host").count != 1, head.minor > 0 || head.values("host").count > 1 {
        throw HTTPFailure(400, "a request has one Host")
      }
      if let last = codings.last {
        guard last == "chunked" else { throw HTTPFailure(400, "the last Transfer-Encoding is not chunked") }
        guard codings.count == 1 else {
          throw HTTPFailure(501, "of the transfer encodings only chunked is known")
        }
      }
      state = codings.isEmpty ? .content(length ?? 0) : .chunkSize
      return .head(head)
    }
    if (100..<200).contains(head.status) {
      state = .content(0)
      return .head(head)
    }
    let method = methods.isEmpty ? "GET" : methods.removeFirst()
    if method == "HEAD" || head.status == 204 || head.status == 304 {
      state = .content(0)
    } else if let last = codings.last {
      state = last == "chunked" ? .chunkSize : .untilEnd
    } else {
      state = length.map { .content($0) } ?? .untilEnd
    }
    return .head(head)
  }

  /// A token of RFC 9110 section 5.6.2.
  private static func isToken(_ bytes: ArraySlice<UInt8>) -> Bool {
    !bytes.isEmpty
      && bytes.allSatisfy {
        (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0)
          || "!#$%&'*+-.^_`|~".utf8.contains($0)
      }
  }

  /// A number in digits and nothing else, below 10^15.
  static func number(_ text: some StringProtocol) -> Int? { number(Array(text.utf8)[...]) }
  static func number(_ digits: ArraySlice<UInt8>) -> Int? {
    guard (1...15).contains(digits.count), digits.allSatisfy({ (48...57).contains($0) }) else { return nil }
    return digits.reduce(0) { $0 * 10 + Int($1 - 48) }
  }
}
