import Bytes

/// The head of a request or of a response (RFC 9112 sections 2 to 5).
struct HTTPHead: Equatable {
  /// A request's method and target; empty in a response.
  var method = ""
  var target = ""
  /// A response's status and reason; 0 in a request.
  var status = 0
  var reason = ""
  /// The 1 of HTTP/1.1.
  var minor = 1
  var fields: [HTTPField] = []

  /// A request.
  init(_ method: String, _ target: String, _ fields: [HTTPField] = []) {
    self.method = method
    self.target = target
    self.fields = fields
  }

  /// A response with the reason that its status has in RFC 9110 section 15.
  init(status: Int, _ fields: [HTTPField] = []) {
    self.status = status
    reason = HTTPHead.reasons[status] ?? ""
    self.fields = fields
  }

  /// The first value of a field, whatever the case of its name.
  subscript(name: String) -> String? { values(name).first }

  func values(_ name: String) -> [String] {
    let name = name.lowercased()
    return fields.filter { $0.name.lowercased() == name }.map(\.value)
  }

  /// The members of a field that is a list, in lower case.
  func list(_ name: String) -> [String] {
    values(name).flatMap { $0.split(separator: ",") }.map { HTTPField.trimmed($0).lowercased() }
      .filter { !$0.isEmpty }
  }

  /// Whether the connection goes on after this message (RFC 9112 section 9.3).
  var keepsAlive: Bool {
    let options = list("connection")
    return !options.contains("close") && (minor > 0 || options.contains("keep-alive"))
  }

  /// The target's path: without its query, and of `http://host/path` only the path.
  var path: String {
    var rest = target[...]
    for scheme in ["http://", "https://"] where rest.lowercased().hasPrefix(scheme) {
      rest = rest.dropFirst(scheme.count).drop { $0 != "/" && $0 != "?" }
    }
    let path = rest.prefix { $0 != "?" }
    return path.isEmpty ? "/" : String(path)
  }

  /// As it goes over the wire.
  var bytes: [UInt8] {
    var writer = Writer()
    writer.write(status == 0 ? "\(method) \(target) HTTP/1.1\r\n" : "HTTP/1.1 \(status) \(reason)\r\n")
    for field in fields { writer.write("\(field.name): \(field.value)\r\n") }
    writer.write("\r\n")
    return writer.bytes
  }

  private static let reasons = [
    100: "Continue", 200: "OK", 201: "Created", 204: "No Content", 400: "Bad Request", 404: "Not Found",
    405: "Method Not Allowed", 409: "Conflict", 413: "Content Too Large", 414: "URI Too Long",
    417: "Expectation Failed", 429: "Too Many Requests",
    431: "Request Header Fields Too Large", 503: "Service Unavailable", 501: "Not Implemented",
    505: "HTTP Version Not Supported",
  ]
}

/// A header field.
struct HTTPField: Equatable {
  var name: String
  var value: String

  init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }

  init(_ name: String, _ value: Int) { self.init(name, "\(value)") }

  static func trimmed(_ text: some StringProtocol) -> String {
    let blank: (Character) -> Bool = { $0 == " " || $0 == "\t" }
    var rest = Substring(text).drop(while: blank)
    while let last = rest.last, blank(last) { rest.removeLast() }
    return String(rest)
  }
}

/// Why a message can't be read, and what a server answers to it.
struct HTTPFailure: Error, Equatable {
  var status: Int
  var text: String
  init(_ status: Int, _ text: String) {
    self.status = status
    self.text = text
  }
}

/// `Content-Range` of a partial PUT (RFC 9110 sections 14.4 and 14.5): `bytes 0-9/100`.
struct ContentRange: Equatable {
  var first: Int
  /// One more than the last octet's number.
  var end: Int
  var total: Int

  init(_ first: Int, _ end: Int, of total: Int) {
    self.first = first
    self.end = end
    self.total = total
  }

  /// Nil when it is no range of a known whole.
  init?(_ text: String) {
    guard text.hasPrefix("bytes "), let slash = text.firstIndex(of: "/") else { return nil }
    let range = text[..<slash].dropFirst(6).split(separator: "-", omittingEmptySubsequences: false)
    guard range.count == 2, let first = HTTPReader.number(range[0]), let last = HTTPReader.number(range[1]),
      let total = HTTPReader.number(text[text.index(after: slash)...]), first <= last, last < total
    else { return nil }
    self.init(first, last + 1, of: total)
  }

  var text: String { "bytes \(first)-\(end - 1)/\(total)" }
}
