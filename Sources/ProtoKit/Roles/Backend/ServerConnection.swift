import Glibc

/// A connection of the backend: requests that were read and not answered yet, answers that the peer has not taken.
final class ServerConnection {
  let fd: CInt
  /// How many requests were read.
  private(set) var number = 0
  /// What its first request has to tell of how it came about.
  var arrival = RequestJourney()
  /// Reads what is not of the common form.
  private var engine: HTTPReader?
  private var events: ArraySlice<HTTPEvent> = []
  private var message: RequestMessage?
  /// Octets that were read while answers to earlier ones still wait.
  private(set) var held: [UInt8] = []
  /// Answers that the peer has not taken, and how much of them it has.
  var unsent: [UInt8] = []
  var sent = 0
  /// Whether nothing after what was read is answered, and whether the peer may be sending on nevertheless.
  private(set) var isLast = false, isCut = false
  /// Whether the peer sends no more.
  var hasEnded = false
  /// Only waits for the peer's end.
  var isDraining = false
  /// Whether its requests wait until earlier ones are answered by others.
  var isPaused = false
  /// A request whose work others do meanwhile; those behind it wait.
  private(set) var parked: Parked?
  /// What others answer, guarded by their queue's lock.
  var shared = SharedMessages()
  /// Operations of a ring that are under way.
  var pending = 0
  var isClosing = false
  /// What opens and seals its octets, nil without TLS; and how long that worked on the handshake.
  var tls: TLSConnection?
  var handshake: Int64 = 0

  /// Octets of answers from which on no more requests are looked at.
  static let most = 1 << 18

  init(_ fd: CInt) { self.fd = fd }

  var isFlushed: Bool { sent == unsent.count }
  /// Whether requests stand here that can be looked at without reading.
  var hasMore: Bool { !isLast && !isParked && (!held.isEmpty || !events.isEmpty) }

  /// A request that waits for its work, its number, and since when.
  struct Parked {
    let message: RequestMessage, number: Int, since: Int64
  }
  var isParked: Bool { parked != nil }

  /// Keeps a request until others have done its work.
  func park(_ message: RequestMessage, since: Int64) {
    parked = Parked(message: message, number: number, since: since)
  }

  /// Gives the request that waited.
  func unpark() -> Parked? {
    defer { parked = nil }
    return parked
  }

  /// Looks at octets that were read, after those that are held. `answer` says whether to go on.
  func take(
    _ octets: borrowing Span<UInt8>, _ worker: BackendWorker, _ read: RequestJourney,
    _ answer: (RequestMessage) -> Bool
  ) {
    if isLast { return }
    if isParked || !held.isEmpty || !events.isEmpty {
      for index in octets.indices { held.append(octets[index]) }
      return
    }
    var at = 0
    while at < octets.count, !isLast {
      if engine == nil, let request = RequestScanner.scan(octets, from: at) {
        var message = RequestMessage(
          isHead: request.isHead, hasWork: worker.hasWork(octets, request.target),
          keepsAlive: request.keepsAlive)
        if !request.isKnown { message.refuse(501, "This method is not known.") }
        if !request.content.isEmpty, worker.knobs.work == .parse {
          message.content = request.content.map { octets[$0] }
        }
        at = request.content.upperBound
        if !found(message, worker, read, answer) { break }
      } else {
        var rest: [UInt8] = []
        rest.reserveCapacity(octets.count - at)
        for index in at..<octets.count { rest.append(octets[index]) }
        at = octets.count
        if engine == nil { engine = HTTPReader(.request) }
        events += engine?.add(rest) ?? []
        if !readEvents(worker, read, answer) { break }
      }
    }
    if at < octets.count, !isLast { for index in at..<octets.count { held.append(octets[index]) } }
  }

  /// Looks at what is held, once earlier answers are sent.
  func goOn(_ worker: BackendWorker, _ answer: (RequestMessage) -> Bool) {
    let read = RequestJourney(started: worker.moment)
    guard readEvents(worker, read, answer), !held.isEmpty else { return }
    let octets = held
    held = []
    take(octets.span, worker, read, answer)
  }

  /// Whether nothing was read that has no answer, not even a part.
  var isIdle: Bool {
    !isParked && held.isEmpty && events.isEmpty && !endsWithin && message == nil && (tls?.isBetween ?? true)
  }

  /// Nothing more is answered, and the peer sends nothing that has to be waited for.
  func leave() { isLast = true }

  /// What was answered last was the last: nothing behind it is. The peer may be sending on, and is waited for.
  func end() {
    isLast = true
    isCut = true
  }

  /// The peer's end: whether it cut a request off.
  var endsWithin: Bool { engine.map { !$0.isBetween } ?? false }

  private func found(
    _ message: RequestMessage, _ worker: BackendWorker, _ read: RequestJourney,
    _ answer: (RequestMessage) -> Bool
  ) -> Bool {
    var message = message
    number += 1
    if worker.isRecording {
      message.journey = read
      message.journey.parse = max(1, worker.system.recorder.now - worker.moment)
      if number == 1, arrival.started > 0 {
        message.journey.queued = arrival.queued
        message.journey.accept = arrival.accept
        message.journey.handshake = handshake
        message.journey.started = arrival.started
      }
    }
    if !worker.knobs.keepsAlive { message.keepsAlive = false }
    isLast = !message.keepsAlive
    isCut = message.isCut
    return answer(message) && !isLast
  }

  /// Takes what the engine found; false when `answer` or the last request said to stop.
  private func readEvents(
    _ worker: BackendWorker, _ read: RequestJourney, _ answer: (RequestMessage) -> Bool
  ) -> Bool {
    while let event = events.popFirst() {
      switch event {
      case .head(let head):
        var message = RequestMessage(
          isHead: head.method == "HEAD", hasWork: worker.hasWork(head.path), keepsAlive: head.keepsAlive,
          isOld: head.minor == 0)
        if !ServerConnection.methods.contains(head.method) {
          message.refuse(501, "This method is not known.")
        }
        let expectation = head.list("expect")
        if expectation.contains(where: { $0 != "100-continue" }) {
          message.refuse(417, "Of expectations only 100-continue is known.")
        } else if !expectation.isEmpty, !message.isOld {
          worker.out += HTTPHead(status: 100).bytes
        }
        self.message = message
      case .content(let bytes):
        message?.size += bytes.count
        if (message?.size ?? 0) > ServerConnection.longestBody {
          message?.refuse(413, "This is more than is read here.")
          message?.keepsAlive = false
          message?.isCut = true
          events = [.end]
        } else if worker.knobs.work == .parse {
          message?.content += bytes
        }
      case .end:
        guard let message else { continue }
        self.message = nil
        if events.isEmpty, engine?.isBetween == true { engine = nil }
        if !found(message, worker, read, answer) { return false }
      case .failed(let failure):
        var message = RequestMessage(keepsAlive: false)
        message.refuse(failure.status, failure.text)
        message.isCut = true
        self.message = nil
        return found(message, worker, read, answer)
      }
    }
    return true
  }

  private static let methods: Set<String> = ["GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH"]
  /// The most that a body may have.
  static let longestBody = 1 << 20
}

extension RequestMessage {
  /// Answers what is wrong instead, if nothing was wrong before.
  mutating func refuse(_ status: Int, _ words: String) {
    guard self.status == 200 else { return }
    self.status = status
    trouble = words
    hasWork = false
  }
}
