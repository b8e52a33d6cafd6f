import Bytes

/// A request that is to be asked or was.
struct HTTPRequest {
  let method: String
  let path: String
  /// The upload that it is a part of.
  let upload: HTTPUpload?
  /// The octets of the upload that it carries: next to send, and one after the last.
  private var next = 0
  let end: Int
  var started: Int64 = 0

  init(_ method: String, _ path: String) {
    self.method = method
    self.path = path
    upload = nil
    end = 0
  }

  init(_ method: String, _ upload: HTTPUpload, _ content: Range<Int>) {
    self.method = method
    path = upload.path
    self.upload = upload
    next = content.lowerBound
    end = content.upperBound
  }

  var hasContentLeft: Bool { next < end }

  /// The next octets to send, none when the upload is to be broken off here.
  mutating func takeContent(_ most: Int, until cut: Int?) -> Range<Int> {
    let first = next
    next = min(next + most, end, max(next, cut ?? end))
    return first..<next
  }

  func head(host: String, keeps: Bool) -> HTTPHead {
    var head = HTTPHead(method, path, [HTTPField("Host", host)])
    if let upload, method == "PUT" {
      head.fields.append(HTTPField("Content-Length", end - next))
      head.fields.append(HTTPField("Content-Range", ContentRange(next, end, of: upload.size).text))
    }
    if !keeps { head.fields.append(HTTPField("Connection", "close")) }
    return head
  }
}

/// An upload in parts.
final class HTTPUpload {
  let path: String
  let size: Int
  private let chunk: Int
  /// Where to break off, once.
  var cut: Int?
  /// How many octets the server has, as far as it told.
  var offset = 0
  /// How many octets of content were sent, those sent again included.
  var sent = 0
  /// How often it may still be taken up again after a failure.
  var tries = 3

  /// Parts of `chunk` octets; 0 sends all in one.
  init(path: String, size: Int, chunk: Int, cut: Int?) {
    self.path = path
    self.size = size
    self.chunk = chunk == 0 ? size : chunk
    self.cut = cut
  }

  /// The part that comes next.
  var next: HTTPRequest { HTTPRequest("PUT", self, offset..<min(size, offset + chunk)) }
  /// Asks how much the server has.
  var question: HTTPRequest { HTTPRequest("HEAD", self, 0..<0) }
}

/// Sends a text in parts, the next one when the one before was acknowledged or after a pause.
struct PartWriter {
  private var parts: ArraySlice<[UInt8]> = []
  private var isAwaiting = false
  /// Whether the socket tells acknowledgements.
  var isTold = false
  /// When the next part is due.
  private(set) var due: Int64?

  var isOver: Bool { parts.isEmpty && !isAwaiting }

  mutating func begin(_ text: [UInt8], _ stream: ByteStream, _ setting: RoleSetting) -> [ByteStream.Event] {
    let count = min(text.count, setting.number("split"))
    parts = (0..<count).map { Array(text[text.count * $0 / count..<text.count * ($0 + 1) / count]) }[...]
    return go(stream, setting)
  }

  /// Sends the next part.
  mutating func go(_ stream: ByteStream?, _ setting: RoleSetting) -> [ByteStream.Event] {
    due = nil
    guard let stream, let part = parts.popFirst() else { return [] }
    if isTold {
      isAwaiting = !parts.isEmpty
    } else if !parts.isEmpty {
      due = setting.system.recorder.now + setting.duration("pause")
    }
    return stream.send(part)
  }

  /// Reads what the error queue tells, and goes on; nil when it tells nothing.
  mutating func acknowledged(_ stream: ByteStream, _ setting: RoleSetting) -> [ByteStream.Event]? {
    guard isTold else { return nil }
    var came = false
    while setting.system.acknowledgement(stream.fd) != nil { came = true }
    guard came else { return nil }
    guard isAwaiting else { return [] }
    isAwaiting = false
    return go(stream, setting)
  }
}
