import Glibc

/// A connected socket with what it has not taken yet, plain or under TLS.
final class ByteStream {
  enum Event {
    /// The TLS handshake is over.
    case secured(TLSSummary)
    case data([UInt8])
    /// The peer sends no more.
    case end
    /// Nothing more can be sent or received.
    case failed(String)
  }

  let fd: CInt
  private let setting: RoleSetting
  private let tls: TLSConnection?
  private var unsent: [UInt8] = []
  /// How much of `unsent` was sent.
  private var sent = 0
  private var watched: Ready = .input
  private var hasEnded = false, hasFailed = false, isBrokenOff = false
  /// Whether to read; a peer that sends more meanwhile finds our window closing.
  var isReading = true { didSet { watch() } }

  /// Takes over a connected socket that is watched for input.
  init(_ fd: CInt, _ setting: RoleSetting, tls: TLSConnection?) {
    self.fd = fd
    self.setting = setting
    self.tls = tls
    setting.system.noDelay(fd)
  }

  var isSealed: Bool { tls != nil }
  var isFlushed: Bool { unsent.isEmpty }
  /// Whether octets go out as they are given: at once without TLS, after the handshake with it.
  var isOpen: Bool { tls?.isEstablished ?? true }

  /// Sends a TLS client's first flight.
  func start() -> [Event] { tls.map { took($0.start()) } ?? [] }

  /// Sends, sealed if there is TLS, by one send() when the socket takes it all.
  func send(_ bytes: [UInt8]) -> [Event] {
    if hasFailed { return [] }
    guard let tls else { return put(bytes) }
    return took(tls.send(bytes))
  }

  /// What the readiness of the socket came to.
  func ready(_ ready: Ready) -> [Event] {
    var events = ready.contains(.output) ? flush() : []
    let reads = isReading || !ready.isDisjoint(with: [.error, .hangUp])
    if reads, !hasEnded, !hasFailed, ready != .output { events += receive() }
    return events
  }

  private func receive() -> [Event] {
    let (outcome, bytes) = setting.system.receive(fd)
    if outcome.isBlocked { return [] }
    if outcome.value < 0 { return fail("recv() failed: \(outcome.errorName)") }
    if bytes.isEmpty {
      hasEnded = true
      return (tls.map { took($0.receiveEnd()) } ?? []) + [.end]
    }
    return tls.map { took($0.receive(bytes)) } ?? [.data(bytes)]
  }

  private func took(_ events: [TLSEvent]) -> [Event] {
    let output = tls?.takeOutput() ?? []
    return (output.isEmpty ? [] : put(output))
      + events.compactMap { event in
        switch event {
        case .established(let summary): return .secured(summary)
        case .data(let bytes): return .data(bytes)
        case .closed:
          hasEnded = true
          return .end
        case .failed(let text):
          hasFailed = true
          return .failed(text)
        }
      }
  }

  private func put(_ bytes: [UInt8]) -> [Event] {
    if unsent.isEmpty { unsent = bytes } else { unsent += bytes }
    return sent == 0 ? flush() : []
  }

  private func flush() -> [Event] {
    while sent < unsent.count {
      let outcome = setting.system.send(fd, unsent[sent...])
      if outcome.isBlocked { break }
      if outcome.value < 0 { return fail("send() failed: \(outcome.errorName)") }
      sent += outcome.value
    }
    if sent == unsent.count {
      unsent.removeAll(keepingCapacity: unsent.capacity < 1 << 18)
      sent = 0
    }
    watch()
    return []
  }

  private func fail(_ text: String) -> [Event] {
    defer { hasFailed = true }
    return hasFailed ? [] : [.failed(text)]
  }

  private func watch() {
    var wanted: Ready = isReading ? .input : []
    if !unsent.isEmpty { wanted.insert(.output) }
    guard wanted != watched else { return }
    watched = wanted
    setting.change(fd, wanted)
  }

  /// Sends no more, and may still receive.
  func finish() {
    _ = closing()
    _ = setting.system.shutdownWriting(fd)
  }

  /// Sends no more and does not say so under TLS, as a peer whose data is cut short.
  func breakOff() {
    isBrokenOff = true
    _ = setting.system.shutdownWriting(fd)
  }

  /// Closes; true when the descriptor is closed too. A peer under TLS is told first (RFC 8446 section 6.1), unless `isCut`.
  func close(_ how: Closing = .fin, isCut: Bool = false) -> Bool {
    if how != .rst, !isCut { _ = closing() }
    let isClosed = how.close(fd, setting.system)
    if isClosed { hasFailed = true }
    return isClosed
  }

  private func closing() -> [Event] {
    if isBrokenOff { return [] }
    tls?.close()
    return took([])
  }
}
