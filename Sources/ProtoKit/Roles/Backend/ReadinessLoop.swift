import Glibc

/// A thread that asks the kernel which of its sockets can be used, and uses them: select, poll or epoll.
///
/// It may listen, it may read what others hand it, or both; it answers by itself, or leaves that to workers.
final class ReadinessLoop {
  private let worker: BackendWorker
  private let poller: Poller
  private let listener: CInt
  private let inbox: CInt
  /// Only who holds it waits for connections.
  private let turn: SharedLock?
  private var hasTurn = false
  /// What becomes of a connection, where others read it.
  private let handOver: ((CInt, RequestJourney) -> Void)?
  /// Where requests go, where others answer them.
  private let queue: MessageQueue?
  /// Who reads files, where this thread doesn't.
  private let pool: FilePool?
  private var table: [ServerConnection?] = []
  /// Connections whose last answer is sent and whose peer has not ended, and until when that is waited for.
  private var drains: [(connection: ServerConnection, until: Int64)] = []
  /// When to watch the listener again, after there were no descriptors.
  private var pausedUntil: Int64?
  /// Whether connections may still come, from the listener and by notes.
  private var isListening: Bool, isFed: Bool
  /// Whether the backend goes, and nothing is left to do here.
  private var hasLeft = false

  /// For so long nginx's workers wait for their turn to accept, in milliseconds.
  private static let turnDelay: CInt = 500
  /// For so long the peer's end is waited for, and the listener is left alone, in nanoseconds.
  private static let lingering: Int64 = 1_000_000_000, pause: Int64 = 100_000_000

  init(
    _ worker: BackendWorker, listener: CInt = -1, inbox: CInt = -1, turn: SharedLock? = nil,
    queue: MessageQueue? = nil, pool: FilePool? = nil,
    handOver: ((CInt, RequestJourney) -> Void)? = nil
  ) throws(RoleError) {
    self.worker = worker
    self.listener = listener
    self.inbox = inbox
    self.turn = turn
    self.queue = queue
    self.pool = pool
    self.handOver = handOver
    isListening = listener >= 0
    isFed = inbox >= 0 && queue == nil && pool == nil
    poller = try Poller(worker.plan.wait, worker.system)
    if listener >= 0, turn == nil { watchListener() }
    if inbox >= 0 { _ = poller.add(inbox) }
    if let file = worker.plan.file, queue == nil, handOver == nil { poller.ask(file.fd) }
  }

  private func watchListener() {
    _ = poller.add(listener, isExclusive: worker.plan.wakeup == .exclusive)
  }

  /// Goes on until the backend goes and no connection is left.
  func run() {
    while !hasLeft { turnOnce() }
  }

  /// One wait, and what it found.
  func turnOnce() {
    takeTurn()
    let count = poller.wait(timeout)
    worker.tick()
    for index in 0..<count { handle(poller.found.fds[index], poller.found.ready(index)) }
    if hasTurn { turn?.release() }
    expire()
    if worker.knobs.leaving.hasBegun { leave() }
  }

  /// Closes the connections that owe nothing; requests that have come already are still read.
  private func leave() {
    for case let connection? in table where isIdle(connection) {
      read(connection)
      guard isOpen(connection), isIdle(connection) else { continue }
      if connection.tls == nil {
        close(connection)
      } else {
        connection.leave()
        settle(connection)
      }
    }
    hasLeft = !isListening && !isFed && table.allSatisfy { $0 == nil }
  }

  private func isIdle(_ connection: ServerConnection) -> Bool {
    connection.isIdle && connection.isFlushed && !connection.isDraining && !connection.isPaused
      && queue?.isIdle(connection) ?? true
  }

  /// Tries to be the one who waits for connections.
  private func takeTurn() {
    guard let turn else { return }
    let takes = pausedUntil == nil && turn.take()
    if takes, !hasTurn { watchListener() }
    if !takes, hasTurn { poller.remove(listener, isClosed: false) }
    hasTurn = takes
  }

  private var timeout: CInt {
    var due = Int64.max
    if let first = drains.first { due = first.until }
    if let pausedUntil { due = min(due, pausedUntil) }
    let limit = turn != nil && !hasTurn ? ReadinessLoop.turnDelay : -1
    if due == .max { return limit }
    let wait = CInt(clamping: max(0, due - worker.system.recorder.now + 999_999) / 1_000_000)
    return limit < 0 ? wait : min(wait, limit)
  }

  private func expire() {
    if drains.isEmpty, pausedUntil == nil { return }
    let now = worker.system.recorder.now
    while let first = drains.first, first.until <= now {
      drains.removeFirst()
      if table[Int(first.connection.fd)] === first.connection { close(first.connection) }
    }
    if let until = pausedUntil, until <= now {
      pausedUntil = nil
      if turn == nil { watchListener() }
    }
  }

  private func handle(_ fd: CInt, _ ready: Ready) {
    if fd == listener { return accept() }
    if fd == inbox { return readInbox() }
    guard Int(fd) < table.count, let connection = table[Int(fd)] else { return }
    if connection.isDraining { return drain(connection) }
    if ready.contains(.output), !connection.isFlushed {
      flush(connection)
      // What was behind the answers, or came meanwhile by edge.
      guard isOpen(connection), connection.isFlushed else { return }
      if queue == nil { goOn(connection) } else { settle(connection) }
      if poller.isEdge, isOpen(connection), connection.isFlushed, !connection.isPaused { read(connection) }
      return
    }
    if !ready.isDisjoint(with: [.input, .hangUp, .error]), connection.isFlushed, !connection.isPaused {
      read(connection)
    } else if !ready.isDisjoint(with: [.hangUp, .error]), !connection.isFlushed {
      close(connection)
    }
  }

  private func isOpen(_ connection: ServerConnection) -> Bool { table[Int(connection.fd)] === connection }

  /// Accepts one connection, by edge all: no other edge tells of those that wait already.
  private func accept() {
    while true {
      switch worker.accept(listener) {
      case .connection(let fd, let arrival):
        if let handOver { handOver(fd, arrival) } else { adopt(fd, arrival) }
      case .failed: break
      case .nothing: return
      case .exhausted:
        if turn == nil { poller.remove(listener, isClosed: false) }
        pausedUntil = worker.system.recorder.now + ReadinessLoop.pause
        return
      case .broken:
        isListening = false
        return poller.remove(listener, isClosed: false)
      }
      if !poller.isEdge { return }
    }
  }

  private func readInbox() {
    repeat {
      guard let note = worker.system.take(from: inbox, blocks: false) else { return }
      switch note.kind {
      case .connection:
        worker.system.adopt(note.fd)
        adopt(note.fd, note.arrival)
      case .answered:
        if Int(note.fd) < table.count, let connection = table[Int(note.fd)] { answered(connection) }
      case .last: isFed = false
      case .read: if let job = pool?.takeDone() { wasRead(job) }
      }
    } while poller.isEdge
  }

  private func adopt(_ fd: CInt, _ arrival: RequestJourney) {
    if Int(fd) >= table.count {
      table += [ServerConnection?](repeating: nil, count: Int(fd) + 64 - table.count)
    }
    let connection = ServerConnection(fd)
    connection.arrival = arrival
    worker.system.noDelay(fd)
    guard connection.secure(worker) else {
      worker.system.close(fd)
      return
    }
    guard poller.add(fd) else {
      worker.system.recorder.note(
        "trouble", "descriptor \(fd) can't be watched: select(2) takes those below \(Poller.selectLimit)",
        worker.system.ends(fd))
      worker.system.close(fd)
      return
    }
    table[Int(fd)] = connection
  }

  private func read(_ connection: ServerConnection) {
    repeat {
      worker.begin()
      let outcome = worker.system.receive(connection.fd, into: &worker.input, blocks: false)
      guard outcome.value > 0 else {
        if outcome.isBlocked { return }
        connection.cut(worker)
        if outcome.value < 0 || queue?.isIdle(connection) ?? true {
          close(connection)
        } else {
          pause(connection)
        }
        return
      }
      var journey = RequestJourney()
      if worker.isRecording {
        journey.started = worker.moment
        let now = worker.system.recorder.now
        journey.read = max(1, now - journey.started)
        worker.begin()
      }
      connection.received(outcome.value, worker, journey) { answer($0, connection) }
      settle(connection)
    } while poller.isEdge && isOpen(connection) && connection.isFlushed && !connection.isPaused
      && !connection.isDraining
  }

  /// Answers a request, or lets others do that: whether the next one may follow.
  private func answer(_ message: RequestMessage, _ connection: ServerConnection) -> Bool {
    if let queue { return queue.add(message, connection, worker) }
    if let pool, worker.leaves(message) {
      connection.park(message, since: worker.system.recorder.now)
      pool.read(for: connection, worker)
      return false
    }
    if worker.answer(message, number: connection.number) { connection.end() }
    return worker.out.count < ServerConnection.most
  }

  /// Sends what was answered, and does what follows from it.
  private func settle(_ connection: ServerConnection) {
    if queue == nil || !worker.out.isEmpty { send(connection) }
    guard isOpen(connection), connection.isFlushed else { return }
    if connection.isParked { return pause(connection) }
    if queue != nil, connection.isLast || !connection.held.isEmpty { return pause(connection) }
    if connection.isLast { return finish(connection) }
    goOn(connection)
  }

  private func goOn(_ connection: ServerConnection) {
    if connection.isParked { return pause(connection) }
    if connection.isLast, queue == nil { return finish(connection) }
    guard connection.hasMore else {
      // Under TLS its end may have come together with its last requests.
      return connection.hasEnded && queue == nil ? close(connection) : ()
    }
    worker.begin()
    connection.goOn(worker) { answer($0, connection) }
    settle(connection)
  }

  private func send(_ connection: ServerConnection) {
    connection.seal(worker)
    guard !worker.out.isEmpty else { return }
    defer { worker.out.removeAll(keepingCapacity: true) }
    guard let sent = worker.send(connection.fd) else { return close(connection) }
    if sent < worker.out.count {
      connection.unsent = Array(worker.out[sent...])
      connection.sent = 0
      poller.change(connection.fd, .output)
    }
  }

  private func flush(_ connection: ServerConnection) {
    while !connection.isFlushed {
      let outcome = worker.system.send(connection.fd, connection.unsent, from: connection.sent, blocks: false)
      if outcome.isBlocked { return }
      if outcome.value < 0 { return close(connection) }
      connection.sent += outcome.value
    }
    connection.unsent = []
    connection.sent = 0
    poller.change(connection.fd, .input)
  }

  /// The last answer is sent.
  private func finish(_ connection: ServerConnection) {
    guard connection.lingers else { return close(connection) }
    _ = worker.system.shutdownWriting(connection.fd)
    connection.isDraining = true
    if connection.isPaused { _ = poller.add(connection.fd) }
    connection.isPaused = false
    drains.append((connection, worker.system.recorder.now + ReadinessLoop.lingering))
    if poller.isEdge { drain(connection) }
  }

  private func drain(_ connection: ServerConnection) {
    repeat {
      let outcome = worker.system.receive(connection.fd, into: &worker.input, blocks: false)
      if outcome.isBlocked { return }
      if outcome.value <= 0 { return close(connection) }
    } while poller.isEdge
  }

  /// Leaves a connection alone until what it asked is answered by others.
  private func pause(_ connection: ServerConnection) {
    if connection.isPaused { return }
    connection.isPaused = true
    poller.remove(connection.fd, isClosed: false)
    // The answer may have been given before that was said.
    if queue?.notify(connection) == true { answered(connection) }
  }

  /// Everything that a connection asked is answered by others.
  private func answered(_ connection: ServerConnection) {
    guard let queue, queue.isIdle(connection) else { return }
    if connection.hasEnded || queue.isBroken(connection) { return close(connection) }
    if queue.hasEnded(connection) { connection.end() }
    if connection.isLast { return finish(connection) }
    guard connection.isPaused else { return }
    connection.isPaused = false
    _ = poller.add(connection.fd)
    goOn(connection)
    if poller.isEdge, isOpen(connection), !connection.isPaused { read(connection) }
  }

  /// A request's file was read: answers it, and goes on with its connection.
  private func wasRead(_ job: FilePool.Job) {
    let connection = job.connection
    guard let reading = job.reading, isOpen(connection), let parked = connection.unpark() else { return }
    if worker.answer(parked, reading) { connection.end() }
    guard connection.isFlushed else {
      // What was answered before it goes first.
      connection.seal(worker)
      if worker.isRecording { worker.told(connection.fd, write: 0) }
      connection.unsent += worker.out
      worker.out.removeAll(keepingCapacity: true)
      return
    }
    if connection.isPaused {
      connection.isPaused = false
      _ = poller.add(connection.fd)
    }
    settle(connection)
    if poller.isEdge, isOpen(connection), connection.isFlushed, !connection.isPaused { read(connection) }
  }

  private func close(_ connection: ServerConnection) {
    guard isOpen(connection) else { return }
    table[Int(connection.fd)] = nil
    if !connection.isPaused { poller.remove(connection.fd) }
    worker.system.close(connection.fd)
  }
}
