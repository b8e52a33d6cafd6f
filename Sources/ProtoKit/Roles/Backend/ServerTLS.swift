import Session

/// A backend's end of TLS: what was received is opened before it is looked at, and what stands in the worker's `out` is sealed
/// before it is sent. Without TLS both are passed by.
extension ServerConnection {
  /// Begins TLS, where the backend has it: false when there is no memory for that, which is told.
  func secure(_ worker: BackendWorker) -> Bool {
    guard let context = worker.plan.tls else { return true }
    let recorder = worker.system.recorder
    do throws(TLSError) {
      tls = try context.connection { recorder.write(secrets: $0 + "\n") }
      return true
    } catch {
      recorder.note("trouble", error.description, worker.system.ends(fd))
      return false
    }
  }

  /// Looks at what was received: so many octets of the worker's `input`.
  func received(
    _ count: Int, _ worker: BackendWorker, _ read: RequestJourney, _ answer: (RequestMessage) -> Bool
  ) {
    guard let tls else {
      // Only a second name of the buffer: it is given up before the next octets come.
      let input = worker.input
      return take(input.span.extracting(first: count), worker, read, answer)
    }
    if let failure = tls.put(worker.input, count) { return ended(failure, worker) }
    worker.begin()
    if !tls.isEstablished {
      let event = tls.shake()
      if worker.isRecording { handshake += worker.system.recorder.now - worker.moment }
      if let event { ended(event, worker) }
      worker.begin()
    }
    var opened = 0
    let end = tls.open(into: &worker.opened, &opened)
    if opened > 0 {
      var read = read
      if worker.isRecording { read.decrypt = max(1, worker.system.recorder.now - worker.moment) }
      worker.begin()
      let octets = worker.opened
      take(octets.span.extracting(first: opened), worker, read, answer)
    }
    if let end { ended(end, worker) }
  }

  private func ended(_ event: TLSEvent, _ worker: BackendWorker) {
    switch event {
    case .established(let summary):
      if worker.isRecording { worker.system.recorder.secured(summary, fd, worker.system) }
    case .closed: hasEnded = true
    case .failed(let why):
      worker.system.recorder.note("trouble", why, worker.system.ends(fd))
      // The alert goes out, and then only the peer's end is waited for.
      end()
    case .data: break
    }
  }

  /// The peer's end came, on TCP: where the handshake is not over that is told.
  func cut(_ worker: BackendWorker) {
    hasEnded = true
    guard let tls, !tls.isEstablished, case .failed(let why)? = tls.receiveEnd().first else { return }
    worker.system.recorder.note("trouble", why, worker.system.ends(fd))
  }

  /// Seals what stands in the worker's `out`, behind what TLS itself has to say; behind the last answer, the end (close_notify).
  func seal(_ worker: BackendWorker) {
    guard let tls else { return }
    let isAnswering = !worker.out.isEmpty
    worker.begin()
    tls.seal(&worker.out, isLast: !isParked && (isLast || hasEnded && !hasMore))
    if isAnswering, worker.isRecording {
      worker.encrypt = max(1, worker.system.recorder.now - worker.moment)
    }
  }

  /// Whether the peer's end is to be waited for when the last is sent: closing at once would reset what the peer still sends,
  /// and what it has not read could be lost (RFC 9112 section 9.6). Under TLS it still sends its close_notify.
  var lingers: Bool { (isCut || tls != nil) && !hasEnded }
}
