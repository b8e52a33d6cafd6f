import Bytes
import Glibc

/// What a server answers.
struct HTTPAnswer {
  enum Content {
    case octets([UInt8])
    /// Each goes in a chunk of its own.
    case chunks([[UInt8]])
    /// As many octets of `HTTPContent`.
    case many(Int)
  }
  var status: Int
  var fields: [HTTPField] = []
  var content = Content.octets([])

  static func text(_ status: Int, _ text: String, _ fields: [HTTPField] = []) -> HTTPAnswer {
    HTTPAnswer(
      status: status, fields: [HTTPField("Content-Type", "text/plain")] + fields,
      content: .octets(Array(text.utf8)))
  }
}

/// Content that tells where it belongs: lines of 16 octets, each its own offset in digits.
enum HTTPContent {
  static func octets(_ range: Range<Int>) -> [UInt8] {
    guard let first = range.first else { return [] }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(range.count + 32)
    var line = first / 16 * 16
    while bytes.count < range.count + 16 {
      let digits = Array("\(line)".utf8)
      bytes += repeatElement(48, count: max(0, 15 - digits.count)) + digits.suffix(15) + [10]
      line += 16
    }
    return Array(bytes[(first % 16)..<(first % 16 + range.count)])
  }
}

/// A request that is being read.
struct HTTPExchange {
  let head: HTTPHead
  /// Who sends it, for uploads that another connection takes over.
  let connection: Int
  let started: Int64
  fileprivate(set) var content: [UInt8] = []
  fileprivate var range: ContentRange?
  fileprivate(set) var received = 0

  init(_ head: HTTPHead, connection: Int, started: Int64) {
    self.head = head
    self.connection = connection
    self.started = started
  }

  var hasContent: Bool {
    !head.list("transfer-encoding").isEmpty
      || (head["content-length"].flatMap { HTTPReader.number($0) } ?? 0) > 0
  }
}

/// The pages of `http-server`: `/`, `/echo`, `/chunked`, `/bytes/N`, and `/upload` with all below it.
///
/// An upload is a PUT; with Content-Range (RFC 9110 section 14.5) it is a part that begins where the last one ended.
/// HEAD tells in Upload-Offset how many octets are here (as draft-ietf-httpbis-resumable-upload does); a part that
/// begins elsewhere is answered 409, one that begins at 0 starts anew.
struct HTTPSite {
  private struct Upload {
    var octets: [UInt8] = []
    var total: Int?
    /// The connection that sends it now.
    var sender: Int?
  }
  /// The most that all uploads, and one echo, may hold.
  static let uploadLimit = 64 << 20, echoLimit = 1 << 20
  private static let methods = [
    "GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PATCH",
  ]

  let host: String
  private var uploads: [String: Upload] = [:]

  init(host: String) { self.host = host }

  private func isUpload(_ path: String) -> Bool { path == "/upload" || path.hasPrefix("/upload/") }
  private func count(_ path: String) -> Int? {
    path.hasPrefix("/bytes/")
      ? HTTPReader.number(path.dropFirst(7)).flatMap { $0 <= 1_000_000_000 ? $0 : nil } : nil
  }

  /// Looks at a head: an answer that needs no content to be read, or nil.
  mutating func begin(_ exchange: inout HTTPExchange) -> HTTPAnswer? {
    let head = exchange.head, path = head.path
    let allowed: [String]
    if isUpload(path) {
      allowed = ["GET", "HEAD", "PUT"]
    } else if path == "/echo" {
      allowed = ["GET", "HEAD", "POST", "PUT"]
    } else if path == "/" || path == "/chunked" || count(path) != nil {
      allowed = ["GET", "HEAD"]
    } else {
      return .text(404, "There is /, /echo, /chunked, /bytes/N and /upload.\n")
    }
    guard allowed.contains(head.method) else {
      if !HTTPSite.methods.contains(head.method) { return .text(501, "This method is not known.\n") }
      let names = allowed.joined(separator: ", ")
      return .text(405, "Allowed here: \(names)\n", [HTTPField("Allow", names)])
    }
    if head.list("expect").contains(where: { $0 != "100-continue" }) {
      return .text(417, "Of expectations only 100-continue is known.\n")
    }
    return isUpload(path) ? beginUpload(&exchange) : nil
  }

  private mutating func beginUpload(_ exchange: inout HTTPExchange) -> HTTPAnswer? {
    let head = exchange.head
    guard head.method == "PUT" else {
      // Who asks goes on from here: what an older connection still sends is no longer taken.
      uploads[head.path]?.sender = nil
      guard let upload = uploads[head.path] else { return .text(404, "Nothing was uploaded here.\n") }
      return HTTPAnswer(
        status: 200, fields: [HTTPField("Upload-Offset", upload.octets.count)],
        content: .octets(upload.octets))
    }
    var upload = uploads[head.path] ?? Upload()
    if let text = head["content-range"] {
      guard let range = ContentRange(text) else {
        return .text(400, "Content-Range is no `bytes FIRST-LAST/TOTAL`.\n")
      }
      if let length = head["content-length"], HTTPReader.number(length) != range.end - range.first {
        return .text(400, "Content-Length and Content-Range don't agree.\n")
      }
      if range.first == 0 { upload = Upload(total: range.total) }
      guard range.first == upload.octets.count, upload.total == range.total else {
        return .text(
          409, "The next part begins at \(upload.octets.count).\n",
          [HTTPField("Upload-Offset", upload.octets.count)])
      }
      exchange.range = range
    } else {
      upload = Upload(total: head["content-length"].flatMap { HTTPReader.number($0) })
    }
    guard (upload.total ?? 0) + held(but: head.path) <= HTTPSite.uploadLimit else { return tooLarge }
    upload.sender = exchange.connection
    uploads[head.path] = upload
    return nil
  }

  private func held(but path: String) -> Int {
    uploads.reduce(0) { $1.key == path ? $0 : $0 + max($1.value.octets.count, $1.value.total ?? 0) }
  }
  private var tooLarge: HTTPAnswer { .text(413, "This is more than can be kept here.\n") }

  /// Takes in content; an answer when no more of it is wanted.
  mutating func content(_ bytes: [UInt8], _ exchange: inout HTTPExchange) -> HTTPAnswer? {
    let path = exchange.head.path
    exchange.received += bytes.count
    guard isUpload(path), exchange.head.method == "PUT" else {
      if path != "/echo" { return nil }
      exchange.content += bytes
      return exchange.content.count <= HTTPSite.echoLimit ? nil : tooLarge
    }
    guard uploads[path]?.sender == exchange.connection else {
      return .text(409, "Another connection has taken this upload over.\n")
    }
    if let range = exchange.range, exchange.received > range.end - range.first {
      return .text(400, "The part is longer than its Content-Range.\n")
    }
    let count = uploads[path]?.octets.count ?? 0
    guard count + bytes.count + held(but: path) <= HTTPSite.uploadLimit else { return tooLarge }
    uploads[path]?.octets += bytes
    return nil
  }

  /// The answer to a request that is wholly read.
  mutating func end(_ exchange: HTTPExchange) -> HTTPAnswer {
    let head = exchange.head, path = head.path
    if isUpload(path) { return endUpload(exchange) }
    if let count = count(path) {
      return HTTPAnswer(
        status: 200, fields: [HTTPField("Content-Type", "application/octet-stream")], content: .many(count))
    }
    switch path {
    case "/echo":
      if exchange.content.isEmpty {
        return HTTPAnswer(
          status: 200, fields: [HTTPField("Content-Type", "message/http")], content: .octets(head.bytes))
      }
      let type = head["content-type"] ?? "application/octet-stream"
      return HTTPAnswer(
        status: 200, fields: [HTTPField("Content-Type", type)], content: .octets(exchange.content))
    case "/chunked":
      let chunks = ["first", "second", "third"].map { Array("the \($0) chunk\n".utf8) }
      return HTTPAnswer(
        status: 200, fields: [HTTPField("Content-Type", "text/plain")], content: .chunks(chunks))
    default: return .text(200, "hello from \(host)\n")
    }
  }

  private mutating func endUpload(_ exchange: HTTPExchange) -> HTTPAnswer {
    let path = exchange.head.path
    guard let upload = uploads[path], upload.sender == exchange.connection else {
      return .text(409, "Another connection has taken this upload over.\n")
    }
    uploads[path]?.sender = nil
    let offset = HTTPField("Upload-Offset", upload.octets.count)
    if let range = exchange.range, exchange.received != range.end - range.first {
      return .text(400, "The part is shorter than its Content-Range.\n", [offset])
    }
    return HTTPAnswer(status: upload.octets.count < upload.total ?? 0 ? 204 : 201, fields: [offset])
  }
}
