import Bytes
import Glibc
import Session

/// `http-server`: HTTP/1.1 on one thread and one epoll.
final class HTTPServer: Role {
  /// One connection: what it asked that is not answered yet, and the answer that is on its way.
  private final class Connection {
    let number: Int
    let stream: ByteStream
    var reader = HTTPReader(.request)
    var waiting: ArraySlice<HTTPEvent> = []
    var exchange: HTTPExchange?
    /// The answer that was clear from the head.
    var early: HTTPAnswer?
    /// What is still to be sent of a long answer.
    var rest = 0..<0
    /// Whether this answer is the last.
    var isLast = false
    /// When to stop waiting for the peer's end, once the last answer is sent.
    var lingersUntil: Int64?
    /// Whether the peer may still be sending what will not be read.
    var isSendingOn = false
    var hasEnded = false

    init(_ number: Int, _ stream: ByteStream) {
      self.number = number
      self.stream = stream
    }
  }

  private let setting: RoleSetting
  private let system: Syscalls
  private let tls: TLSContext?
  private var listener: CInt = -1
  private var site: HTTPSite
  private var connections: [CInt: Connection] = [:]
  private var accepted = 0

  init(_ setting: RoleSetting) throws(RoleError) {
    self.setting = setting
    system = setting.system
    site = HTTPSite(host: setting.plan.host)
    tls = try setting.serverTLS(["http/1.1", "http/1.0"])
  }

  func start() throws(RoleError) {
    listener = try setting.listener()
    setting.watch(listener, .input)
  }

  var deadline: Int64? { connections.values.compactMap(\.lingersUntil).min() }

  func elapsed() {
    let now = system.recorder.now
    for connection in connections.values {
      if let until = connection.lingersUntil, until <= now { close(connection) }
    }
  }

  func ready(_ fd: CInt, _ ready: Ready) {
    if fd == listener { return accept() }
    guard let connection = connections[fd] else { return }
    take(connection, connection.stream.ready(ready))
    advance(connection)
  }

  private func accept() {
    while true {
      let outcome = system.accept(listener)
      if outcome.value < 0 { return }
      setting.watch(outcome.fd, .input)
      do throws(TLSError) {
        accepted += 1
        let stream = ByteStream(outcome.fd, setting, tls: try tls?.connection())
        connections[outcome.fd] = Connection(accepted, stream)
      } catch {
        system.recorder.note("broken", error.description)
        system.close(outcome.fd)
      }
    }
  }

  private func take(_ connection: Connection, _ events: [ByteStream.Event]) {
    for event in events {
      switch event {
      case .secured(let summary): system.recorder.secured(summary, connection.stream.fd, system)
      case .data(let bytes):
        if connection.lingersUntil == nil { connection.waiting += connection.reader.add(bytes) }
      case .end:
        connection.hasEnded = true
        // Cut within a request: what came of an upload stays, and nobody waits for an answer.
        if case .failed? = connection.reader.finish().first, connection.waiting.isEmpty {
          return close(connection)
        }
      case .failed(let text):
        system.recorder.note("broken", text, system.ends(connection.stream.fd))
        return close(connection)
      }
    }
  }

  /// Goes on as far as what was read and what the peer takes allow.
  private func advance(_ connection: Connection) {
    while connections[connection.stream.fd] === connection, connection.lingersUntil == nil {
      guard connection.stream.isFlushed else { break }
      if !connection.rest.isEmpty {
        sendMore(connection)
      } else if connection.isLast {
        return last(connection)
      } else if !connection.waiting.isEmpty {
        handle(connection, connection.waiting.removeFirst())
      } else {
        if connection.hasEnded { close(connection) }
        break
      }
    }
    guard connections[connection.stream.fd] === connection else { return }
    if connection.lingersUntil != nil { return connection.hasEnded ? close(connection) : () }
    let reads = connection.stream.isFlushed && !connection.hasEnded
    if connection.stream.isReading != reads { connection.stream.isReading = reads }
  }

  private func handle(_ connection: Connection, _ event: HTTPEvent) {
    switch event {
    case .head(let head):
      var exchange = HTTPExchange(head, connection: connection.number, started: system.recorder.now)
      let answer = site.begin(&exchange)
      connection.exchange = exchange
      if let answer, exchange.hasContent { return refuse(connection, answer) }
      if answer == nil, exchange.hasContent, head.minor > 0, head.list("expect") == ["100-continue"] {
        take(connection, connection.stream.send(HTTPHead(status: 100).bytes))
      }
      connection.early = answer
    case .content(let bytes):
      guard var exchange = connection.exchange else { return }
      connection.exchange = nil
      let answer = site.content(bytes, &exchange)
      connection.exchange = exchange
      if let answer { refuse(connection, answer) }
    case .end:
      guard let exchange = connection.exchange else { return }
      let work = setting.duration("work")
      if work > 0 { system.sleep(work) }
      answer(connection, exchange.head, connection.early ?? site.end(exchange))
    case .failed(let failure):
      connection.isSendingOn = true
      answer(connection, nil, .text(failure.status, failure.text + "\n"))
    }
  }

  /// Answers before everything was read: nothing that follows can be understood.
  private func refuse(_ connection: Connection, _ answer: HTTPAnswer) {
    connection.isSendingOn = true
    connection.isLast = true
    connection.waiting = []
    self.answer(connection, connection.exchange?.head, answer)
  }

  private func answer(_ connection: Connection, _ request: HTTPHead?, _ answer: HTTPAnswer) {
    let started = connection.exchange?.started ?? system.recorder.now
    connection.exchange = nil
    let keeps =
      !connection.isLast && setting.text("keep-alive") == "yes" && request?.keepsAlive == true
    var head = HTTPHead(status: answer.status, [HTTPField("Date", HTTPServer.date)] + answer.fields)
    var parts: [[UInt8]] = []
    var first: [UInt8] = []
    switch answer.content {
    case .octets(let bytes):
      // 204 has no content and no length (RFC 9110 section 8.6).
      if answer.status != 204 { head.fields.append(HTTPField("Content-Length", bytes.count)) }
      first = bytes
    case .many(let count):
      head.fields.append(HTTPField("Content-Length", count))
      if request?.method != "HEAD" { connection.rest = 0..<count }
    case .chunks(let chunks):
      if request?.minor == 0 {
        parts = chunks
        connection.isLast = true
      } else {
        head.fields.append(HTTPField("Transfer-Encoding", "chunked"))
        let last = Array("0\r\n\r\n".utf8)
        parts = chunks.map { Array("\(String($0.count, radix: 16))\r\n".utf8) + $0 + [13, 10] } + [last]
      }
    }
    connection.isLast = connection.isLast || !keeps
    if connection.isLast {
      head.fields.append(HTTPField("Connection", "close"))
    } else if request?.minor == 0 {
      head.fields.append(HTTPField("Connection", "keep-alive"))
    }
    let isHead = request?.method == "HEAD"
    for bytes in [head.bytes + (isHead ? [] : first)] + (isHead ? [] : parts) {
      take(connection, connection.stream.send(bytes))
    }
    let asked = request.map { "\($0.method) \($0.target)" } ?? "A request that can't be read"
    var fields = [EventField("status", answer.status), EventField("duration", system.recorder.now - started)]
    if let request { fields += [EventField("method", request.method), EventField("target", request.target)] }
    system.recorder.note(
      "request", "\(asked) is answered \(head.status) \(head.reason)",
      fields + system.ends(connection.stream.fd))
  }

  private func sendMore(_ connection: Connection) {
    let part = connection.rest.prefix(65536)
    connection.rest = part.endIndex..<connection.rest.endIndex
    take(connection, connection.stream.send(HTTPContent.octets(part)))
  }

  /// The last answer is sent. While the peer may still be sending, if only its close_notify, closing would reset the
  /// connection and the answer could be lost (RFC 9112 section 9.6).
  private func last(_ connection: Connection) {
    guard connection.isSendingOn || connection.stream.isSealed, !connection.hasEnded else {
      return close(connection)
    }
    connection.stream.finish()
    connection.lingersUntil = system.recorder.now + 1_000_000_000
    connection.stream.isReading = true
  }

  private func close(_ connection: Connection) {
    guard connections.removeValue(forKey: connection.stream.fd) != nil else { return }
    _ = connection.stream.close()
  }

  func changed(_ parameter: String) -> String? {
    parameter == "backlog" ? setting.listenAgain(listener) : nil
  }

  func command(_ words: [String]) -> Answer {
    words == ["press"] ? .ok("nothing here waits for a key") : .unknown(words, takes: "set PARAMETER VALUE")
  }

  /// Now, as RFC 9110 section 5.6.7 has it.
  static var date: String {
    var now = time(nil)
    var parts = unsafe tm()
    unsafe gmtime_r(&now, &parts)
    var text = [CChar](repeating: 0, count: 40)
    let count = unsafe strftime(&text, 40, "%a, %d %b %Y %H:%M:%S GMT", &parts)
    return String(decoding: text.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
