import Bytes
import Glibc
import Session

/// What the reader and the workers share of a connection, under the queue's lock.
struct SharedMessages {
  /// Requests that wait until the one before them is answered.
  var waiting: [(message: RequestMessage, number: Int)] = []
  /// Whether a worker has one of its requests, or one stands in the queue.
  var isBusy = false
  /// Whether the reader waits for the answers.
  var isAwaited = false
  /// Whether an answer could not be sent, and whether one said that it is the last.
  var isBroken = false, hasEnded = false
}

/// Requests that one thread read and others answer: each worker takes the next one, whoever sent it.
///
/// Of a connection one request is out at a time, so that answers come in the order of asking.
final class MessageQueue {
  private struct Item {
    var message: RequestMessage
    var number: Int
    var connection: ServerConnection
  }
  private let lock: SharedLock
  /// A word that changes when something is added, and how many workers sleep on it.
  private let word: SharedMemory
  private var items: [Item] = []
  private var first = 0
  private var sleepers = 0
  private var isClosed = false
  private let inbox: CInt
  /// How many requests may wait, 0 for no limit; and how many do, here and behind others of their connection.
  private let limit: Int
  private var waiting = 0

  /// The most requests of a connection that wait here; more stay in its socket.
  private static let most = 64

  /// `inbox` is the writing end of the reader's pipe. While `limit` requests wait, more are refused, unless it is 0.
  init(inbox: CInt, limit: Int) throws(RoleError) {
    self.limit = limit
    lock = try SharedLock()
    word = try SharedMemory(8)
    self.inbox = inbox
  }

  func isIdle(_ connection: ServerConnection) -> Bool { lock.hold { !connection.shared.isBusy } }
  func hasEnded(_ connection: ServerConnection) -> Bool { lock.hold { connection.shared.hasEnded } }
  func isBroken(_ connection: ServerConnection) -> Bool { lock.hold { connection.shared.isBroken } }

  /// Asks to be told when a connection's requests are answered; true when they are.
  func notify(_ connection: ServerConnection) -> Bool {
    lock.hold {
      connection.shared.isAwaited = connection.shared.isBusy
      return !connection.shared.isBusy
    }
  }

  /// Adds a request, by the reader; whether the connection may bring more. Where too many wait it is refused: by the reader at
  /// once, which then sends its answer before it looks at more of the connection; or in its turn, where others are before it.
  func add(_ message: RequestMessage, _ connection: ServerConnection, _ reader: BackendWorker) -> Bool {
    enum Place { case out, refused, behind(goesOn: Bool) }
    let number = connection.number
    var message = message
    let place: Place = lock.hold {
      message.journey.waiting = waiting
      if limit > 0, waiting >= limit { message.shed() }
      if !message.isShed { waiting += 1 }
      if connection.shared.isBusy {
        connection.shared.waiting.append((message, number))
        return .behind(goesOn: connection.shared.waiting.count < MessageQueue.most)
      }
      if message.isShed { return .refused }
      connection.shared.isBusy = true
      items.append(Item(message: message, number: number, connection: connection))
      return .out
    }
    switch place {
    case .out: wake(reader.system)
    case .refused: reader.answer(message, number: number)
    case .behind(let goesOn): return goesOn
    }
    return !message.isShed
  }

  private func wake(_ system: Syscalls) {
    word.add(1, at: 0)
    if lock.hold({ sleepers > 0 }) { system.futexWake(word, 0, "the queue of messages") }
  }

  /// No more requests come: each of the workers answers what it has, and ends.
  func close(_ system: Syscalls, workers: Int) {
    lock.hold { isClosed = true }
    for _ in 0..<workers { wake(system) }
  }

  /// Takes the next request, and sleeps while there is none; nil when none will come.
  private func take(_ system: Syscalls) -> Item? {
    while true {
      let expected = UInt32(truncatingIfNeeded: word[0])
      var isOver = false
      let item: Item? = lock.hold {
        guard first < items.count else {
          isOver = isClosed
          sleepers += isClosed ? 0 : 1
          return nil
        }
        let item = items[first]
        first += 1
        if first == items.count {
          items.removeAll(keepingCapacity: true)
          first = 0
        } else if first >= 1024 {
          items.removeSubrange(..<first)
          first = 0
        }
        return item
      }
      if item != nil || isOver { return item }
      system.futexWait(word, 0, expected, "the queue of messages")
      lock.hold { sleepers -= 1 }
    }
  }

  /// Answers requests, until no more come.
  func work(_ worker: BackendWorker) {
    while let item = take(worker.system) {
      let connection = item.connection
      if !item.message.isShed { lock.hold { waiting -= 1 } }
      worker.tick()
      if worker.isRecording { worker.system.adopt(connection.fd) }
      let isLast = worker.answer(item.message, number: item.number)
      let isSent = send(connection.fd, worker)
      worker.out.removeAll(keepingCapacity: true)
      let (isNext, isTold) = lock.hold {
        if !isSent {
          connection.shared.isBroken = true
          forget(connection)
        } else if isLast {
          connection.shared.hasEnded = true
          forget(connection)
        }
        if connection.shared.waiting.isEmpty {
          connection.shared.isBusy = false
          defer { connection.shared.isAwaited = false }
          return (false, connection.shared.isAwaited || !isSent || isLast)
        }
        let next = connection.shared.waiting.removeFirst()
        items.append(Item(message: next.message, number: next.number, connection: connection))
        return (true, false)
      }
      if isNext { wake(worker.system) }
      if isTold {
        _ = worker.system.pass(InboxNote(.answered, connection.fd), to: inbox)
      }
    }
  }

  /// Nobody answers any more what a connection has asked; the lock is held.
  private func forget(_ connection: ServerConnection) {
    waiting -= connection.shared.waiting.count { !$0.message.isShed }
    connection.shared.waiting = []
  }

  /// Sends an answer whole: a peer that takes nothing holds up the worker, until it does or is gone.
  private func send(_ fd: CInt, _ worker: BackendWorker) -> Bool {
    guard var sent = worker.send(fd) else { return false }
    var found = ReadyList()
    while sent < worker.out.count {
      var one = [pollfd(fd: fd, events: Int16(POLLOUT), revents: 0)]
      _ = worker.system.poll(&one, -1, &found)
      let outcome = worker.system.send(fd, worker.out, from: sent, blocks: false)
      if outcome.value < 0, !outcome.isBlocked { return false }
      sent += max(0, outcome.value)
    }
    return true
  }
}
