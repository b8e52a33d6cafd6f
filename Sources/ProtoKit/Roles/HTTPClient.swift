import Bytes
import Glibc
import Session

/// `http-client`: asks one request after the other over a connection that is kept or not, or uploads.
final class HTTPClient: Role {
  private let setting: RoleSetting
  private let system: Syscalls
  private var connecting: Connecting
  private let tls: TLSContext?
  private var pace: Pace
  private var socket: CInt?
  private var stream: ByteStream?
  private var reader = HTTPReader(.response)
  private var writing = PartWriter()
  /// What is to be asked, what was asked and awaits its answer, and the answer that is coming in.
  private var waiting: ArraySlice<HTTPRequest> = []
  private var asked: ArraySlice<HTTPRequest> = []
  private var answer: (head: HTTPHead, count: Int)?
  /// How many answers came over this connection.
  private var answers = 0
  /// When to stop waiting for the server's end, once nothing more is asked over this connection.
  private var leavesAt: Int64?
  /// Whether a connection was opened at all.
  private var hasBegun = false

  init(_ setting: RoleSetting) throws(RoleError) {
    self.setting = setting
    system = setting.system
    connecting = try Connecting(setting)
    tls = try setting.clientTLS(connecting.to)
    pace = Pace(setting, count: setting.number("requests"))
  }

  func start() throws(RoleError) {
    if let wrongPath { throw RoleError(wrongPath) }
  }

  var isDone: Bool { pace.left == 0 && waiting.isEmpty && asked.isEmpty && socket == nil }

  var deadline: Int64? {
    [asked.isEmpty && waiting.isEmpty ? pace.due : nil, writing.due, leavesAt].compactMap { $0 }.min()
  }

  func elapsed() {
    let now = system.recorder.now
    if let due = leavesAt, due <= now { ended() }
    if let due = writing.due, due <= now { take(writing.go(stream, setting)) }
    if asked.isEmpty, waiting.isEmpty, let due = pace.due, due <= now { next() }
    advance()
  }

  /// Takes the next requests of the plan: one, or as many as `glue` says.
  private func next() {
    for _ in 0..<setting.number("glue") where pace.take(now: system.recorder.now) {
      waiting.append(planned())
    }
  }

  private func planned() -> HTTPRequest {
    let size = setting.number("upload"), path = setting.text("path")
    guard size > 0 else { return HTTPRequest("GET", path) }
    let cut = setting.share("cut")
    return HTTPUpload(
      path: path == "/" ? "/upload" : path, size: size, chunk: setting.number("chunk"),
      cut: cut > 0 && cut < 1 ? Int(Double(size) * cut) : nil
    ).next
  }

  /// Goes on as far as possible: connects, asks, sends content, closes.
  private func advance() {
    while leavesAt == nil {
      if let stream {
        guard stream.isOpen, stream.isFlushed, writing.isOver else { return }
        if let last = asked.last, let upload = last.upload, last.hasContentLeft {
          send(upload)
        } else if asked.isEmpty, !waiting.isEmpty {
          ask(stream)
        } else if asked.isEmpty, hasBegun, pace.left == 0, setting.number("requests") > 0 {
          return leave()
        } else {
          return
        }
      } else {
        guard socket == nil, !waiting.isEmpty else { return }
        connect()
      }
    }
  }

  private func connect() {
    hasBegun = true
    reader = HTTPReader(.response)
    answers = 0
    answer = nil
    socket = connecting.open()
    if socket == nil { giveUp() }
  }

  /// Sends the requests that go together, as one text in as many parts as `split` says.
  private func ask(_ stream: ByteStream) {
    let keeps = setting.text("keep-alive") == "yes"
    let count = keeps && waiting.first?.upload == nil ? min(setting.number("glue"), waiting.count) : 1
    var text: [UInt8] = []
    for _ in 0..<count {
      guard var request = waiting.popFirst() else { break }
      request.started = system.recorder.now
      reader.expect(request.method)
      text += request.head(host: setting.text("to"), keeps: keeps).bytes
      asked.append(request)
    }
    if setting.number("split") > 1, setting.text("between") == "ack", !writing.isTold {
      writing.isTold = system.tellAcknowledgements(stream.fd).value == 0
    }
    take(writing.begin(text, stream, setting))
  }

  private func send(_ upload: HTTPUpload) {
    guard let stream, let last = asked.indices.last else { return }
    let range = asked[last].takeContent(65536, until: upload.cut)
    if range.isEmpty, let cut = upload.cut {
      upload.cut = nil
      system.recorder.note(
        "cut", "The upload is broken off after \(cut) of \(upload.size) octets",
        [EventField("octets", cut), EventField("size", upload.size)] + system.ends(stream.fd))
      asked = []
      waiting.insert(upload.question, at: waiting.startIndex)
      guard stream.isSealed else { return drop(isCut: true) }
      // A TLS server may still send tickets: a closed socket would reset it, and what is on its way to it would be lost.
      stream.breakOff()
      leavesAt = system.recorder.now + 1_000_000_000
      return
    }
    upload.sent += range.count
    take(stream.send(HTTPContent.octets(range)))
  }

  func ready(_ fd: CInt, _ ready: Ready) {
    if connecting.pending[fd] != nil {
      guard connecting.ended(fd) else {
        socket = nil
        return giveUp()
      }
      open(fd)
    } else if let stream, stream.fd == fd {
      var ready = ready
      if ready.contains(.error), let events = writing.acknowledged(stream, setting) {
        ready.remove(.error)
        take(events)
      }
      if self.stream === stream, !ready.isEmpty { take(stream.ready(ready)) }
    }
    advance()
  }

  private func open(_ fd: CInt) {
    do throws(TLSError) {
      let stream = ByteStream(fd, setting, tls: try tls?.connection(name: setting.serverName))
      self.stream = stream
      take(stream.start())
    } catch {
      fail(error.description)
    }
  }

  private func take(_ events: [ByteStream.Event]) {
    for event in events {
      guard let stream else { return }
      switch event {
      case .secured(let summary): system.recorder.secured(summary, stream.fd, system)
      case .data(let bytes): for one in reader.add(bytes) { take(one) }
      case .end:
        for one in reader.finish() { take(one) }
        if self.stream === stream { ended() }
      case .failed(let text): fail(text)
      }
    }
  }

  private func take(_ event: HTTPEvent) {
    switch event {
    case .head(let head): answer = (head, 0)
    case .content(let bytes): answer?.count += bytes.count
    case .end:
      guard let (head, count) = answer else { return }
      answer = nil
      // 100 Continue and its kin come before the answer.
      guard head.status >= 200, let request = asked.popFirst() else { return }
      answers += 1
      let duration = system.recorder.now - request.started
      system.recorder.note(
        "answered",
        "\(request.method) \(request.path) was answered \(head.status) \(head.reason) after \(Seconds.words(duration)), "
          + "\(count) octets",
        [
          EventField("method", request.method), EventField("target", request.path),
          EventField("status", head.status), EventField("octets", count), EventField("duration", duration),
        ] + (stream.map { system.ends($0.fd) } ?? []))
      if let upload = request.upload { follow(upload, request, head) }
      // Now the server closes; a second is enough for one that forgot to.
      if !head.keepsAlive || setting.text("keep-alive") == "no" {
        leavesAt = system.recorder.now + 1_000_000_000
      }
    case .failed(let failure): fail("the answer can't be read: \(failure.text)")
    }
  }

  /// What an answer means for the upload that it belongs to.
  private func follow(_ upload: HTTPUpload, _ request: HTTPRequest, _ head: HTTPHead) {
    let told = head["upload-offset"].flatMap { HTTPReader.number($0) }
    switch (request.method, head.status) {
    case ("HEAD", 200): upload.offset = min(told ?? 0, upload.size)
    case ("HEAD", 404): upload.offset = 0
    case ("PUT", 200..<300) where told ?? request.end > upload.offset:
      upload.offset = min(told ?? request.end, upload.size)
    case ("PUT", 409) where told != nil && upload.tries > 0:
      upload.tries -= 1
      upload.offset = min(told ?? 0, upload.size)
    default:
      return system.recorder.note("broken", "The upload was refused: \(head.status) \(head.reason)")
    }
    if upload.offset < upload.size {
      // A part that was refused early may not be sent to its end any more.
      waiting.insert(upload.next, at: waiting.startIndex)
    } else {
      system.recorder.note(
        "uploaded", "The upload of \(upload.size) octets is complete; \(upload.sent) were sent",
        [EventField("size", upload.size), EventField("sent", upload.sent)])
    }
  }

  /// The server closes. Requests that it did not begin to answer are asked again over a new connection, when it
  /// answered others on this one (RFC 9112 section 9.3.2).
  private func ended() {
    drop()
    let left = asked
    asked = []
    if left.isEmpty { return }
    if answers > 0, answer == nil {
      waiting = left + waiting
    } else {
      lost(left, "the server closed before it answered")
    }
    answer = nil
  }

  /// Everything is asked. Under TLS the server's close_notify is awaited: a closed socket would reset it.
  private func leave() {
    guard let stream, stream.isSealed else { return drop() }
    stream.finish()
    leavesAt = system.recorder.now + 1_000_000_000
  }

  private func fail(_ text: String) {
    if leavesAt != nil { return ended() }
    let ends = stream.map { system.ends($0.fd) } ?? []
    drop(isCut: true)
    let left = asked
    asked = []
    answer = nil
    lost(left, text, ends)
  }

  /// Requests that can't be answered any more; an upload asks where it is and goes on, three times.
  private func lost(_ requests: ArraySlice<HTTPRequest>, _ why: String, _ ends: [EventField] = []) {
    system.recorder.note("broken", why.prefix(1).uppercased() + why.dropFirst(), ends)
    for request in requests {
      guard let upload = request.upload, upload.tries > 0 else { continue }
      upload.tries -= 1
      waiting.insert(upload.question, at: waiting.startIndex)
    }
    // The handshake itself failed: it would again.
    if requests.isEmpty, answers == 0 { giveUp() }
  }

  /// No connection comes about: what waits is given up.
  private func giveUp() {
    waiting = []
    pace.stop()
  }

  private func drop(_ how: Closing = .fin, isCut: Bool = false) {
    if let stream { _ = stream.close(how, isCut: isCut) } else if let socket { system.close(socket) }
    stream = nil
    socket = nil
    leavesAt = nil
    writing = PartWriter()
  }

  func changed(_ parameter: String) -> String? { parameter == "path" ? wrongPath : nil }

  /// Why the path can't be asked for, nil when it can.
  private var wrongPath: String? {
    let path = setting.text("path")
    return path.hasPrefix("/") && path.utf8.allSatisfy { (33...126).contains($0) }
      ? nil : "path=\(path) is not allowed: it begins with / and holds visible ASCII characters"
  }

  func command(_ words: [String]) -> Answer {
    switch words[0] {
    case "press" where words.count == 1:
      if pace.left == 0 { return .ok("every request has been started") }
      next()
      advance()
      return .ok("a request was started, \(pace.left) left")
    case "request" where words.count == 2 && words[1].hasPrefix("/"):
      guard words[1].utf8.allSatisfy({ (33...126).contains($0) }) else { fallthrough }
      waiting.append(HTTPRequest("GET", words[1]))
      advance()
      return .ok(asked.last?.path == words[1] ? "asked" : "will be asked")
    case "close" where words.count <= 2:
      guard let how = Closing(rawValue: words.count == 2 ? words[1] : "fin") else { fallthrough }
      guard let stream, leavesAt == nil else { return .error("there is no open connection") }
      if how == .half {
        // Answers that are on their way still come; then the server closes.
        _ = stream.close(.half)
        leavesAt = .max
      } else {
        asked = []
        answer = nil
        if how == .fin { leave() } else { drop(.rst) }
      }
      return .ok("closed by \(how.rawValue)")
    default: return .unknown(words, takes: "press, request /PATH, and close fin, half or rst")
    }
  }
}
