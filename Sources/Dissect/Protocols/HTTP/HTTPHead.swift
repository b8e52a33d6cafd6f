import Bytes

/// The start line and the headers of a message, by where they stand.
struct HTTPHead {
  /// A header line; both its parts are without surrounding blanks.
  struct Header {
    /// The whole line with its line end; folded lines belong to it.
    var line: Range<Int>
    /// Empty when the line has no colon.
    var name: Range<Int>
    var value: Range<Int>
  }

  /// The start line without its line end.
  var start: Range<Int>
  /// First octet behind the start line's end.
  var startEnd: Int
  var headers: [Header] = []
  /// Where the empty line stands.
  var blank: Int
  /// First octet of the body.
  var end: Int

  /// The most octets that a head may take; a longer one is taken for another protocol.
  static let limit = 1 << 18

  /// Reads a head; nil when its empty line has not come yet.
  init?(_ bytes: RawSpan) {
    var at = 0
    // Empty lines before a start line are skipped: RFC 9112 section 2.2.
    while let line = Self.line(bytes, at), line.text.isEmpty { at = line.end }
    guard let first = Self.line(bytes, at) else { return nil }
    start = first.text
    startEnd = first.end
    blank = 0
    end = 0
    at = first.end
    while let line = Self.line(bytes, at) {
      if line.text.isEmpty {
        blank = at
        end = line.end
        return
      }
      add(bytes, at, line)
      at = line.end
    }
    return nil
  }

  private mutating func add(_ bytes: RawSpan, _ at: Int, _ line: (text: Range<Int>, end: Int)) {
    let isFolded = bytes[octet: at] == 32 || bytes[octet: at] == 9
    if isFolded, let last = headers.indices.last {
      headers[last].line = headers[last].line.lowerBound..<line.end
      headers[last].value = headers[last].value.lowerBound..<Self.trimmed(bytes, line.text).upperBound
      return
    }
    var colon = line.text.lowerBound
    while colon < line.text.upperBound, bytes[octet: colon] != 58 { colon += 1 }
    if colon == line.text.upperBound {
      headers.append(Header(line: at..<line.end, name: at..<at, value: Self.trimmed(bytes, line.text)))
    } else {
      headers.append(
        Header(
          line: at..<line.end, name: Self.trimmed(bytes, line.text.lowerBound..<colon),
          value: Self.trimmed(bytes, colon + 1..<line.text.upperBound)))
    }
  }

  /// The line that begins at `at`: its text, and where the next one begins; nil when its end has not come yet.
  static func line(_ bytes: RawSpan, _ at: Int) -> (text: Range<Int>, end: Int)? {
    var i = at
    while i < bytes.byteCount {
      if bytes[octet: i] == 10 {
        let text = i > at && bytes[octet: i - 1] == 13 ? at..<i - 1 : at..<i
        return (text, i + 1)
      }
      i += 1
    }
    return nil
  }

  private static func trimmed(_ bytes: RawSpan, _ range: Range<Int>) -> Range<Int> {
    var low = range.lowerBound
    var high = range.upperBound
    while low < high, bytes[octet: low] == 32 || bytes[octet: low] == 9 { low += 1 }
    while high > low, bytes[octet: high - 1] == 32 || bytes[octet: high - 1] == 9 { high -= 1 }
    return low..<high
  }

  /// Octets as text, repaired UTF-8.
  static func text(_ bytes: RawSpan, _ range: Range<Int>) -> String {
    String(decoding: bytes.extracting(range).copied(), as: UTF8.self)
  }

  /// The values of all headers called `name` (lower case), in order.
  func values(_ bytes: RawSpan, _ name: String) -> [String] {
    headers.filter { $0.name.count == name.utf8.count && Self.text(bytes, $0.name).lowercased() == name }
      .map { Self.text(bytes, $0.value) }
  }

  /// Where the three parts of the start line stand; the last one runs to the line's end.
  func parts(_ bytes: RawSpan) -> [Range<Int>] {
    var out: [Range<Int>] = []
    var low = start.lowerBound
    var i = low
    while i < start.upperBound, out.count < 2 {
      if bytes[octet: i] == 32 {
        out.append(low..<i)
        low = i + 1
      }
      i += 1
    }
    out.append(low..<start.upperBound)
    return out
  }

  /// Whether the message is a response.
  func isResponse(_ bytes: RawSpan) -> Bool {
    start.count >= 5 && Self.text(bytes, start.lowerBound..<start.lowerBound + 5) == "HTTP/"
  }

  /// The status code of a response, 0 when it is none.
  func code(_ bytes: RawSpan) -> Int {
    let parts = parts(bytes)
    guard parts.count > 1, parts[1].count == 3, let code = Int(Self.text(bytes, parts[1])) else { return 0 }
    return max(0, code)
  }
}

/// Where a message's body ends: RFC 9112 section 6.3.
enum HTTPBody: Equatable {
  case none
  case length(Int)
  case chunked
  /// It ends where the connection does.
  case untilEnd
  /// Another protocol goes on behind the head.
  case tunnel
  /// Lengths that contradict each other or are none.
  case invalid(String)

  /// Decides by the head; `method` is that of the request that a response answers.
  init(_ head: HTTPHead, _ bytes: RawSpan, method: String?) {
    let isResponse = head.isResponse(bytes)
    if isResponse {
      let code = head.code(bytes)
      if code == 101 || method == "CONNECT" && code / 100 == 2 {
        self = .tunnel
        return
      }
      if method == "HEAD" || code / 100 == 1 || code == 204 || code == 304 {
        self = .none
        return
      }
    }
    let codings = head.values(bytes, "transfer-encoding").joined(separator: ",").lowercased()
      .split(separator: ",").map { $0.filter { $0 != " " && $0 != "\t" } }
    if let last = codings.last {
      self =
        last == "chunked"
        ? .chunked
        : isResponse ? .untilEnd : .invalid("Transfer-Encoding of a request does not end in chunked")
      return
    }
    let lengths = Set(
      head.values(bytes, "content-length").flatMap {
        $0.split(separator: ",").map { $0.filter { $0 != " " } }
      })
    guard let first = lengths.first else {
      self = isResponse ? .untilEnd : .none
      return
    }
    guard lengths.count == 1, first.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }), let length = Int(first),
      length < 1 << 48
    else {
      self = .invalid(
        lengths.count > 1 ? "Content-Length is given with different values" : "Content-Length is no length")
      return
    }
    self = length == 0 ? .none : .length(length)
  }
}

/// Whether octets may be the beginning of an HTTP/1 message. A beginning that is too short to tell counts only when
/// `isShortFine`: on a port where HTTP is expected.
func looksLikeHTTP(_ bytes: RawSpan, isShortFine: Bool) -> Bool {
  let beginning = [UInt8](bytes.extracting(0..<min(bytes.byteCount, 16)).copied())
  let words = ["HTTP/1."] + httpMethods.map { $0 + " " }
  for word in words {
    let unit = Array(word.utf8)
    if beginning.starts(with: unit) {
      guard !isShortFine, let line = HTTPHead.line(bytes, 0) else { return true }
      let text = HTTPHead.text(bytes, line.text)
      return text.hasPrefix("HTTP/1.") || text.contains(" HTTP/1.")
    }
    if isShortFine, beginning.count < unit.count, unit.starts(with: beginning) { return true }
  }
  // Empty lines may come before a request on a connection in use.
  return isShortFine && (beginning.first == 13 || beginning.first == 10)
}
