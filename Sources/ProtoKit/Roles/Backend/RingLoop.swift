import CLinux
import Glibc
import Session

/// A thread that asks the kernel to do things and learns when they are done: io_uring.
///
/// Accepting, receiving and sending are entries of the submission ring; one system call, io_uring_enter(2), hands over many
/// and waits for completions.
@safe final class RingLoop {
  private enum Operation: UInt64 { case accept, receive, send, inbox, file }
  private let worker: BackendWorker
  private let ring: OpaquePointer
  private var listener: CInt
  private let inbox: CInt
  private let handOver: ((CInt, RequestJourney) -> Void)?
  private var isMultishot: Bool
  private var files: RingFiles?
  private var table: [RingConnection?] = []
  private var drains: [(connection: RingConnection, until: Int64)] = []
  private let note = UnsafeMutablePointer<InboxNote>.allocate(capacity: 1)
  /// When to accept again, after there were no descriptors.
  private var pausedUntil: Int64?
  /// Whether connections may still come, from the listener and by notes.
  private var isListening: Bool, isFed: Bool
  /// Whether the backend goes, and nothing is left to do here.
  private var hasLeft = false

  /// Entries of the submission ring, and buffers for what is received.
  private static let entries: CUnsignedInt = 1024, buffers: CUnsignedInt = 512,
    bufferSize: CUnsignedInt = 4096
  private static let lingering: Int64 = 1_000_000_000, pause: Int64 = 100_000_000

  /// A connection and the octets that the kernel is sending for it.
  @safe private final class RingConnection {
    let state: ServerConnection
    fileprivate var room: UnsafeMutableRawPointer?
    fileprivate var capacity = 0, count = 0, sent = 0
    var journeyStarted: Int64 = 0

    init(_ fd: CInt) { state = ServerConnection(fd) }
    deinit { unsafe room?.deallocate() }
    var isSending: Bool { count > 0 }

    /// Takes octets over; they stay in their place until the next time.
    func hold(_ octets: [UInt8]) {
      if octets.count > capacity {
        unsafe room?.deallocate()
        capacity = max(512, octets.count)
        unsafe room = .allocate(byteCount: capacity, alignment: 16)
      }
      unsafe octets.withUnsafeBytes { source in
        if let from = source.baseAddress { unsafe room?.copyMemory(from: from, byteCount: source.count) }
      }
      count = octets.count
      sent = 0
    }
  }

  init(
    _ worker: BackendWorker, listener: CInt = -1, inbox: CInt = -1,
    handOver: ((CInt, RequestJourney) -> Void)? = nil
  ) throws(RoleError) {
    var made: OpaquePointer?
    let outcome = worker.system.call("io_uring_setup", nil, "\(RingLoop.entries)") {
      unsafe made = clinux_uring_make(RingLoop.entries)
      return unsafe made.map { unsafe Int(clinux_uring_fd($0)) } ?? -1
    }
    guard let ring = unsafe made else { throw RingLoop.refusal("io_uring_setup", outcome) }
    unsafe self.ring = ring
    let given = worker.system.call(
      "io_uring_register", outcome.fd, "\(outcome.fd), IORING_REGISTER_PBUF_RING, \(RingLoop.buffers) buffers"
    ) {
      Int(unsafe clinux_uring_give_buffers(ring, RingLoop.buffers, RingLoop.bufferSize))
    }
    if given.value < 0 { throw RingLoop.refusal("io_uring_register", given) }
    self.worker = worker
    self.listener = listener
    self.inbox = inbox
    self.handOver = handOver
    isMultishot = worker.plan.isMultishot
    isListening = listener >= 0
    isFed = inbox >= 0
    if let file = worker.plan.file {
      files = unsafe RingFiles(worker, ring, file) { Operation.file.rawValue << 32 | UInt64($0) }
    }
    if listener >= 0 { acceptMore() }
    if inbox >= 0 { readInbox() }
  }

  private static func refusal(_ call: String, _ outcome: Outcome) -> RoleError {
    RoleError("io_uring is not available here: \(call): \(outcome.errorName); see kernel.io_uring_disabled")
  }

  private func what(_ operation: Operation, _ fd: CInt) -> UInt64 {
    operation.rawValue << 32 | UInt64(UInt32(bitPattern: fd))
  }

  private func acceptMore() {
    _ = unsafe clinux_uring_accept(ring, listener, isMultishot ? 1 : 0, what(.accept, listener))
  }

  private func readInbox() {
    _ = unsafe clinux_uring_read(ring, inbox, note, CUnsignedInt(InboxNote.size), what(.inbox, inbox))
  }

  private func receive(_ connection: RingConnection) {
    connection.state.pending += 1
    let fd = connection.state.fd
    _ = unsafe clinux_uring_receive(
      ring, fd, isMultishot && !connection.state.isDraining ? 1 : 0, what(.receive, fd))
  }

  /// Goes on until the backend goes and no connection is left.
  func run() {
    while !hasLeft { turnOnce() }
  }

  /// One io_uring_enter(), and what it completed.
  func turnOnce() {
    enter()
    worker.tick()
    var one = clinux_uring_completion()
    while unsafe clinux_uring_next(ring, &one) != 0 { take(one) }
    expire()
    if worker.knobs.leaving.hasBegun { leave() }
  }

  /// Closes the connections that owe nothing.
  private func leave() {
    for case let connection? in table {
      let state = connection.state
      guard state.isIdle, !state.isDraining, !connection.isSending, state.unsent.isEmpty else { continue }
      if state.tls == nil {
        close(connection)
      } else {
        state.leave()
        settle(connection)
      }
    }
    hasLeft = !isListening && !isFed && table.allSatisfy { $0 == nil }
  }

  private func enter() {
    let due = min(drains.first?.until ?? .max, pausedUntil ?? .max)
    let wait = due == .max ? -1 : max(0, due - worker.system.recorder.now)
    let fd = unsafe clinux_uring_fd(ring)
    let waiting = unsafe clinux_uring_waiting(ring)
    var completed = 0
    worker.begin()
    _ = worker.system.call(
      "io_uring_enter", fd, "\(fd), \(waiting), 1, IORING_ENTER_GETEVENTS", mayBlock: true
    ) {
      let result = Int(unsafe clinux_uring_enter(ring, wait))
      completed = Int(unsafe clinux_uring_completed(ring))
      return result
    } after: { outcome in
      ": \(outcome.value) submitted, \(completed) completed"
    } more: { outcome in
      [EventField("submitted", max(0, outcome.value)), EventField("completed", completed)]
    }
  }

  private func expire() {
    if drains.isEmpty, pausedUntil == nil { return }
    let now = worker.system.recorder.now
    while let first = drains.first, first.until <= now {
      drains.removeFirst()
      if isOpen(first.connection) { close(first.connection) }
    }
    if let until = pausedUntil, until <= now {
      pausedUntil = nil
      acceptMore()
    }
  }

  private func isOpen(_ connection: RingConnection) -> Bool { table[Int(connection.state.fd)] === connection }

  private func take(_ one: clinux_uring_completion) {
    let fd = CInt(truncatingIfNeeded: one.what & 0xFFFF_FFFF)
    switch Operation(rawValue: one.what >> 32) {
    case .accept: accepted(one)
    case .inbox:
      if one.result == InboxNote.size {
        let note = unsafe note.pointee
        guard note.kind == .connection else {
          isFed = false
          return
        }
        worker.system.adopt(note.fd)
        adopt(note.fd, note.arrival)
      }
      readInbox()
    case .receive:
      if Int(fd) < table.count, let connection = table[Int(fd)] {
        received(one, connection)
      }
      if one.buffer >= 0 { unsafe clinux_uring_return_buffer(ring, one.buffer) }
    case .send:
      if Int(fd) < table.count, let connection = table[Int(fd)] { sent(one, connection) }
    case .file:
      if let job = files?.completed(UInt32(bitPattern: fd), Int(one.result)) { wasRead(job) }
    case nil: break
    }
  }

  /// A request's file was read: answers it, and goes on with its connection.
  private func wasRead(_ job: RingFiles.Job) {
    guard let connection = table[Int(job.connection.fd)], connection.state === job.connection,
      !connection.state.isClosing, let parked = connection.state.unpark()
    else { return }
    if worker.answer(parked, job.reading) { connection.state.end() }
    settle(connection)
  }

  private func accepted(_ one: clinux_uring_completion) {
    if one.result >= 0 {
      worker.system.adopt(one.result)
      worker.begin()
      var arrival = worker.arrival(one.result)
      // The kernel accepted by itself: how long that took is not known.
      arrival.accept = 0
      if let handOver { handOver(one.result, arrival) } else { adopt(one.result, arrival) }
    } else if -one.result == EINVAL, isMultishot, !worker.knobs.leaving.hasBegun {
      worker.system.recorder.note(
        "limit", "This kernel accepts one connection an entry: it has no multishot accept")
      isMultishot = false
    } else if [EMFILE, ENFILE, ENOMEM, ENOBUFS].contains(-one.result) {
      worker.system.recorder.note(
        "trouble", "accept failed with \(ErrorName.text(-one.result)): connections stay in the queue")
      pausedUntil = worker.system.recorder.now + RingLoop.pause
      return
    } else if [EBADF, ENOTSOCK, EINVAL].contains(-one.result) {
      // It listens no more.
      isListening = false
      return
    }
    if one.has_more == 0 { acceptMore() }
  }

  private func adopt(_ fd: CInt, _ arrival: RequestJourney) {
    if Int(fd) >= table.count {
      table += [RingConnection?](repeating: nil, count: Int(fd) + 64 - table.count)
    }
    let connection = RingConnection(fd)
    connection.state.arrival = arrival
    guard connection.state.secure(worker) else {
      worker.system.close(fd)
      return
    }
    table[Int(fd)] = connection
    worker.system.noDelay(fd)
    receive(connection)
  }

  private func received(_ one: clinux_uring_completion, _ connection: RingConnection) {
    let state = connection.state
    let goesOn = one.has_more != 0
    if !goesOn { state.pending -= 1 }
    if one.result <= 0 {
      switch -one.result {
      case ENOBUFS, EINTR: if !goesOn, !state.isClosing { receive(connection) }
      case EINVAL where isMultishot:
        worker.system.recorder.note(
          "limit", "This kernel receives once an entry: it has no multishot receive")
        isMultishot = false
        receive(connection)
      default:
        state.cut(worker)
        if one.result == 0, connection.isSending || state.hasMore || state.isParked { return }
        close(connection)
      }
      return settleClosing(connection)
    }
    if state.isClosing { return settleClosing(connection) }
    if !goesOn, !state.isDraining || !state.hasEnded { receive(connection) }
    if state.isDraining { return }
    worker.begin()
    let journey = RequestJourney(started: worker.moment)
    let room = unsafe UnsafeRawBufferPointer(
      start: clinux_uring_buffer(ring, one.buffer), count: Int(one.result))
    unsafe worker.input.withUnsafeMutableBytes { unsafe $0.copyMemory(from: room) }
    state.received(Int(one.result), worker, journey) { answer($0, connection) }
    settle(connection)
  }

  /// While the kernel sends, requests wait: its octets must not move.
  private func answer(_ message: RequestMessage, _ connection: RingConnection) -> Bool {
    if let files, worker.leaves(message) {
      connection.state.park(message, since: worker.system.recorder.now)
      files.read(for: connection.state)
      return false
    }
    if worker.answer(message, number: connection.state.number) { connection.state.end() }
    return worker.out.count < ServerConnection.most
  }

  private func settle(_ connection: RingConnection) {
    let state = connection.state
    state.seal(worker)
    if connection.isSending || !state.unsent.isEmpty {
      // Answers to what was received meanwhile follow those that are on their way.
      state.unsent += worker.out
      worker.out.removeAll(keepingCapacity: true)
      if worker.isRecording { worker.told(state.fd, write: 0) }
      if connection.isSending { return }
      connection.hold(state.unsent)
      state.unsent = []
      send(connection)
    } else if !worker.out.isEmpty {
      connection.hold(worker.out)
      worker.out.removeAll(keepingCapacity: true)
      send(connection)
    } else if state.isParked {
      return
    } else if state.isLast {
      finish(connection)
    } else if state.hasMore {
      worker.begin()
      state.goOn(worker) { answer($0, connection) }
      settle(connection)
    } else if state.hasEnded {
      close(connection)
    }
  }

  private func send(_ connection: RingConnection) {
    guard let room = unsafe connection.room else { return }
    connection.state.pending += 1
    let fd = connection.state.fd
    _ = unsafe clinux_uring_send(
      ring, fd, room + connection.sent, connection.count - connection.sent, what(.send, fd))
    if worker.isRecording { worker.told(fd, write: 0) }
  }

  private func sent(_ one: clinux_uring_completion, _ connection: RingConnection) {
    connection.state.pending -= 1
    if connection.state.isClosing { return settleClosing(connection) }
    if one.result < 0 {
      connection.count = 0
      return close(connection)
    }
    connection.sent += Int(one.result)
    if connection.sent < connection.count { return send(connection) }
    connection.count = 0
    settle(connection)
  }

  /// The last answer is sent; as in `ReadinessLoop`, a peer that may still be sending is waited for.
  private func finish(_ connection: RingConnection) {
    guard connection.state.lingers else { return close(connection) }
    guard !connection.state.isDraining else { return }
    _ = worker.system.shutdownWriting(connection.state.fd)
    connection.state.isDraining = true
    drains.append((connection, worker.system.recorder.now + RingLoop.lingering))
  }

  /// Closes, once the kernel has nothing of it under way: its number must not come back before that.
  private func close(_ connection: RingConnection) {
    guard isOpen(connection), !connection.state.isClosing else { return }
    connection.state.isClosing = true
    if connection.state.pending > 0 { _ = worker.system.shutdown(connection.state.fd) }
    settleClosing(connection)
  }

  private func settleClosing(_ connection: RingConnection) {
    guard connection.state.isClosing, connection.state.pending == 0, isOpen(connection) else { return }
    table[Int(connection.state.fd)] = nil
    worker.system.close(connection.state.fd)
  }
}
