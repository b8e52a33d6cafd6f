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
  var blank = 0
  /// First octet of the body.
  var end = 0
  /// Whether the message is a response.
  let isResponse: Bool

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
    isResponse = bytes.extracting(start).begins("http/")
    headers.reserveCapacity(16)
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
    if let colon = bytes.extracting(0..<line.text.upperBound).first(58, from: line.text.lowerBound) {
      headers.append(
        Header(
          line: at..<line.end, name: Self.trimmed(bytes, line.text.lowerBound..<colon),
          value: Self.trimmed(bytes, colon + 1..<line.text.upperBound)))
    } else {
      headers.append(Header(line: at..<line.end, name: at..<at, value: Self.trimmed(bytes, line.text)))
    }
  }

  /// The line that begins at `at`: its text, and where the next one begins; nil when its end has not come yet.
  static func line(_ bytes: RawSpan, _ at: Int) -> (text: Range<Int>, end: Int)? {
    guard let end = bytes.first(10, from: at) else { return nil }
    let text = end > at && bytes[octet: end - 1] == 13 ? at..<end - 1 : at..<end
    return (text, end + 1)
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

  /// Where the value of the first header called `name` (lower case) stands; nil without one.
  func value(_ bytes: RawSpan, _ name: StaticString) -> Range<Int>? {
    for header in headers where bytes.extracting(header.name).equals(name) { return header.value }
    return nil
  }

  /// The type of the body without its parameters; empty without a Content-Type.
  func type(_ bytes: RawSpan) -> Range<Int> {
    guard let value = value(bytes, "content-type") else { return 0..<0 }
    let type = bytes.extracting(value).mediaTypeRange()
    return value.lowerBound + type.lowerBound..<value.lowerBound + type.upperBound
  }

  /// Where the three parts of the start line stand; the last one runs to the line's end. Nil for those that are missing.
  func parts(_ bytes: RawSpan) -> (first: Range<Int>, second: Range<Int>?, third: Range<Int>?) {
    let line = bytes.extracting(0..<start.upperBound)
    guard let one = line.first(32, from: start.lowerBound) else { return (start, nil, nil) }
    let first = start.lowerBound..<one
    guard let two = line.first(32, from: one + 1) else { return (first, one + 1..<start.upperBound, nil) }
    return (first, one + 1..<two, two + 1..<start.upperBound)
  }

  /// The status code of a response, 0 when it is none.
  func code(_ bytes: RawSpan) -> Int {
    guard let place = parts(bytes).second, place.count == 3 else { return 0 }
    var code = 0
    for i in place {
      guard bytes[octet: i] &- 48 < 10 else { return 0 }
      code = code * 10 + Int(bytes[octet: i] - 48)
    }
    return code
  }
}

/// What of a request's method decides how the response ends.
enum HTTPMethodKind: UInt8 {
  case other, head, connect

  init(_ name: RawSpan) { self = name.equals("head") ? .head : name.equals("connect") ? .connect : .other }
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
  case invalid(Fault)

  /// Why a body can't be read.
  enum Fault {
    case notChunkedLast, severalLengths, noLength

    var words: String {
      switch self {
      case .notChunkedLast: "Transfer-Encoding of a request does not end in chunked"
      case .severalLengths: "Content-Length is given with different values"
      case .noLength: "Content-Length is no length"
      }
    }
  }

  /// Decides by the head; `method` is that of the request that a response answers.
  init(_ head: HTTPHead, _ bytes: RawSpan, method: HTTPMethodKind) {
    if head.isResponse {
      let code = head.code(bytes)
      if code == 101 || method == .connect && code / 100 == 2 {
        self = .tunnel
        return
      }
      if method == .head || code / 100 == 1 || code == 204 || code == 304 {
        self = .none
        return
      }
    }
    var isEncoded = false
    var isChunked = false
    var length: Int?
    var fault: Fault?
    for header in head.headers {
      let name = bytes.extracting(header.name)
      if name.equals("transfer-encoding") {
        let value = bytes.extracting(header.value)
        isEncoded = isEncoded || !value.isEmpty
        isChunked = Self.endsInChunked(value)
      } else if name.equals("content-length") {
        for number in Self.lengths(bytes.extracting(header.value)) {
          guard let number else {
            fault = fault ?? .noLength
            continue
          }
          if let length, length != number { fault = .severalLengths }
          length = number
        }
      }
    }
    if isEncoded {
      self = isChunked ? .chunked : head.isResponse ? .untilEnd : .invalid(.notChunkedLast)
    } else if let fault {
      self = .invalid(fault)
    } else if let length {
      self = length == 0 ? .none : .length(length)
    } else {
      self = head.isResponse ? .untilEnd : .none
    }
  }

  private static func endsInChunked(_ value: RawSpan) -> Bool {
    var low = 0
    while let comma = value.first(44, from: low) { low = comma + 1 }
    while low < value.byteCount, value[octet: low] == 32 || value[octet: low] == 9 { low += 1 }
    return value.extracting(low..<value.byteCount).equals("chunked")
  }

  /// The numbers of a Content-Length, which may stand there several times; nil for what is none.
  private static func lengths(_ value: RawSpan) -> [Int?] {
    var out: [Int?] = []
    var number: Int? = 0
    var digits = 0
    for i in 0...value.byteCount {
      let octet = i < value.byteCount ? value[octet: i] : 44
      switch octet {
      case 48...57:
        number = number.flatMap { $0 < 1 << 44 ? $0 * 10 + Int(octet - 48) : nil }
        digits += 1
      case 44:
        out.append(digits > 0 ? number : nil)
        (number, digits) = (0, 0)
      case 32: break
      default: number = nil
      }
    }
    return out
  }
}

/// Whether octets may be the beginning of an HTTP/1 message. A beginning that is too short to tell counts only when
/// `isShortFine`: on a port where HTTP is expected.
func looksLikeHTTP(_ bytes: RawSpan, isShortFine: Bool) -> Bool {
  let beginning = bytes.extracting(0..<min(bytes.byteCount, 16))
  for word in httpBeginnings {
    let count = word.utf8CodeUnitCount
    let shared = min(count, beginning.byteCount)
    var isSame = shared > 0
    for i in 0..<shared where unsafe beginning[octet: i] != word.utf8Start[i] {
      isSame = false
      break
    }
    guard isSame else { continue }
    guard shared == count else {
      if isShortFine { return true }
      continue
    }
    guard !isShortFine, let line = HTTPHead.line(bytes, 0) else { return true }
    // The version stands at the end of a request's line, at the beginning of a response's.
    let text = bytes.extracting(line.text)
    let version = text.byteCount >= 8 ? text.extracting(text.byteCount - 8..<text.byteCount) : text
    return text.begins("http/1.") || version.begins("http/1.")
  }
  // Empty lines may come before a request on a connection in use.
  return isShortFine && !beginning.isEmpty && (beginning[octet: 0] == 13 || beginning[octet: 0] == 10)
}
