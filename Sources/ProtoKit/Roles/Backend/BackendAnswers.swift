import Bytes

/// The answers of a backend as octets, made anew when the second or the knobs change: none is made for a request.
struct BackendAnswers {
  private var second: Int64 = -1
  private var size = -1
  /// For a connection that goes on, one that ends, and one over HTTP/1.0 that goes on; and how much of each is the head.
  private var forms: [(octets: [UInt8], head: Int)] = []

  /// The form of an answer without a `Connection` field, with `close`, and with `keep-alive`.
  enum Form: Int { case plain, close, keepAlive }

  /// Makes them of a second of the clock, with bodies of `size` octets.
  mutating func renew(second: Int64, size: Int) {
    guard second != self.second || size != self.size else { return }
    self.second = second
    self.size = size
    let body = HTTPContent.octets(0..<size)
    forms = [nil, "close", "keep-alive"].map { word in
      var fields = [
        HTTPField("Date", HTTPServer.date), HTTPField("Content-Type", "text/plain"),
        HTTPField("Content-Length", size),
      ]
      if let word { fields.append(HTTPField("Connection", word)) }
      let head = HTTPHead(status: 200, fields).bytes
      return (head + body, head.count)
    }
  }

  /// Octets of the body that make the whole answer 200.
  static let standardBody = 98

  func append(_ form: Form, isHead: Bool, to out: inout [UInt8]) {
    let (octets, head) = forms[form.rawValue]
    if isHead { out += octets[..<head] } else { out += octets }
  }

  /// An answer that says what is wrong.
  static func trouble(_ message: RequestMessage, closes: Bool) -> [UInt8] {
    let body = Array((message.trouble + "\n").utf8)
    var fields = [
      HTTPField("Date", HTTPServer.date), HTTPField("Content-Type", "text/plain"),
      HTTPField("Content-Length", body.count),
    ]
    // When to come again (RFC 9110 section 10.2.3): the least that can be said.
    if message.isShed { fields.append(HTTPField("Retry-After", 1)) }
    if closes { fields.append(HTTPField("Connection", "close")) }
    return HTTPHead(status: message.status, fields).bytes + (message.isHead ? [] : body)
  }
}
