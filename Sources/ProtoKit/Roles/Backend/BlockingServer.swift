import Glibc

/// A thread or process that serves one connection at a time, in calls that wait.
struct BlockingServer {
  let worker: BackendWorker

  /// Serves what a listener gives, one connection after the other; returns when the listener is broken.
  func serve(_ listener: CInt) {
    while true {
      switch worker.accept(listener) {
      case .connection(let fd, let arrival): serve(fd, arrival)
      case .nothing, .failed: continue
      // Descriptors come back when others close theirs.
      case .exhausted: usleep(100_000)
      case .broken: return
      }
    }
  }

  /// Serves a connection to its end, and closes it.
  func serve(_ fd: CInt, _ arrival: RequestJourney) {
    let system = worker.system
    let connection = ServerConnection(fd)
    connection.arrival = arrival
    system.noDelay(fd)
    guard connection.secure(worker) else {
      system.close(fd)
      return
    }
    while !connection.isLast {
      worker.begin()
      let isIdle = connection.isIdle
      if isIdle { worker.knobs.leaving.willWait(fd, system) }
      let outcome = system.receive(fd, into: &worker.input, blocks: true)
      if isIdle { worker.knobs.leaving.hasWaited(fd) }
      if outcome.value < 0, outcome.error == EINTR { continue }
      guard outcome.value > 0 else {
        if worker.knobs.leaving.hasBegun {
          connection.leave()
        } else if outcome.value == 0 {
          connection.cut(worker)
        }
        if connection.isLast { _ = send(connection) }
        break
      }
      worker.tick()
      var journey = RequestJourney()
      if worker.isRecording {
        journey.started = worker.moment
        journey.read = max(1, system.recorder.now - journey.started)
        worker.begin()
      }
      connection.received(outcome.value, worker, journey) { answer($0, connection) }
      guard send(connection) else { break }
      while connection.hasMore {
        worker.begin()
        connection.goOn(worker) { answer($0, connection) }
        guard send(connection) else {
          system.close(fd)
          return
        }
      }
      if connection.hasEnded { break }
    }
    if connection.isLast, connection.lingers { drain(fd) }
    system.close(fd)
  }

  private func answer(_ message: RequestMessage, _ connection: ServerConnection) -> Bool {
    if worker.answer(message, number: connection.number) { connection.end() }
    return worker.out.count < ServerConnection.most
  }

  private func send(_ connection: ServerConnection) -> Bool {
    connection.seal(worker)
    defer { worker.out.removeAll(keepingCapacity: true) }
    return worker.out.isEmpty || worker.send(connection.fd) == worker.out.count
  }

  /// Waits a second for the end of a peer that may still be sending: closing at once would reset what it has not read.
  private func drain(_ fd: CInt) {
    _ = worker.system.shutdownWriting(fd)
    worker.system.receiveTimeout(fd, 1000)
    let end = worker.system.recorder.now + 1_000_000_000
    while worker.system.receive(fd, into: &worker.input, blocks: true).value > 0,
      worker.system.recorder.now < end
    {}
  }
}
