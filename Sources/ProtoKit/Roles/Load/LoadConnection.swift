import Glibc

/// A connection of a load: requests that wait to be sent over it, and those whose answers are outstanding.
final class LoadConnection {
  let number: Int
  var fd: CInt = -1
  var isOpen = false
  /// When each request that was not sent yet was due.
  var waiting: [Int64] = []
  private var firstWaiting = 0
  /// When each outstanding request was due and sent.
  private var outstanding: [(due: Int64, sent: Int64)] = []
  private var firstOutstanding = 0
  /// Octets that the socket has not taken.
  var unsent: [UInt8] = []
  var sentOctets = 0
  /// Answers that came.
  var answered = 0
  /// Octets of the content that are still to come.
  private var rest = 0
  private var closesAfter = false
  private var engine: HTTPReader?
  private var status = 0
  /// What opens and seals its octets, nil without TLS; when TCP's connection stood, and processor time that the handshake
  /// took here, in nanoseconds.
  var tls: TLSConnection?
  var connected: Int64 = 0, handshake: Int64 = 0
  /// When to open it again.
  var opensAt: Int64?

  /// What of the answers came.
  enum Event {
    case answer(status: Int, due: Int64, sent: Int64)
    /// No more answers come over this connection.
    case over
    /// What came is no answer.
    case broken(String)
  }

  init(_ number: Int) { self.number = number }

  var outstandingCount: Int { outstanding.count - firstOutstanding }
  var waitingCount: Int { waiting.count - firstWaiting }
  var isFlushed: Bool { sentOctets == unsent.count }

  /// Takes the oldest request that waits.
  func takeWaiting() -> Int64? {
    guard firstWaiting < waiting.count else { return nil }
    defer {
      firstWaiting += 1
      if firstWaiting == waiting.count {
        waiting.removeAll(keepingCapacity: true)
        firstWaiting = 0
      }
    }
    return waiting[firstWaiting]
  }

  func send(due: Int64, at now: Int64) {
    outstanding.append((due, now))
    engine?.expect("GET")
  }

  private func takeOutstanding() -> (due: Int64, sent: Int64)? {
    guard firstOutstanding < outstanding.count else { return nil }
    defer {
      firstOutstanding += 1
      if firstOutstanding == outstanding.count {
        outstanding.removeAll(keepingCapacity: true)
        firstOutstanding = 0
      }
    }
    return outstanding[firstOutstanding]
  }

  /// Forgets what is outstanding: how many, for a connection that ended.
  func reset() -> Int {
    defer {
      outstanding = []
      firstOutstanding = 0
      unsent = []
      sentOctets = 0
      rest = 0
      closesAfter = false
      engine = nil
      tls = nil
      handshake = 0
      isOpen = false
      fd = -1
    }
    return outstandingCount
  }

  /// Goes on with the handshake: how it ended, nil while more must come for that, and without TLS.
  func shake() -> TLSEvent? {
    let before = LoadReport.processorTime
    defer { handshake += LoadReport.processorTime - before }
    return tls?.shake()
  }

  /// Finds answers in what was received.
  func take(_ octets: borrowing Span<UInt8>, _ tell: (Event) -> Void) {
    var at = 0
    while at < octets.count {
      if rest > 0 {
        let part = min(rest, octets.count - at)
        rest -= part
        at += part
        if rest == 0 { end(tell) }
      } else if engine == nil, let head = AnswerScanner.scan(octets, from: at) {
        guard outstandingCount > 0 else { return tell(.broken("an answer came that nobody asked for")) }
        status = head.status
        rest = head.length
        closesAfter = head.closes
        at = head.content
        if rest == 0 { end(tell) }
      } else {
        if engine == nil {
          engine = HTTPReader(.response)
          for _ in 0..<outstandingCount { engine?.expect("GET") }
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(octets.count - at)
        for index in at..<octets.count { bytes.append(octets[index]) }
        at = octets.count
        for event in engine?.add(bytes) ?? [] { take(event, tell) }
        if engine?.isBetween == true { engine = nil }
      }
    }
  }

  /// The peer's end, which may be an answer's too.
  func end(of tell: (Event) -> Void) {
    for event in engine?.finish() ?? [] { take(event, tell) }
  }

  private func take(_ event: HTTPEvent, _ tell: (Event) -> Void) {
    switch event {
    case .head(let head):
      status = head.status
      closesAfter = !head.keepsAlive
    case .content: break
    // 100 Continue and its kin come before the answer.
    case .end: if status >= 200 { end(tell) }
    case .failed(let failure): tell(.broken(failure.text))
    }
  }

  private func end(_ tell: (Event) -> Void) {
    guard let (due, sent) = takeOutstanding() else {
      return tell(.broken("an answer came that nobody asked for"))
    }
    answered += 1
    tell(.answer(status: status, due: due, sent: sent))
    if closesAfter { tell(.over) }
  }
}
