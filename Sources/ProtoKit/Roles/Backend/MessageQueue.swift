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
  /// Guards what connections share.
  private let lock: SharedLock
  private let items: TaskQueue<Item>
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
    items = try TaskQueue("the queue of messages")
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
      return .out
    }
    switch place {
    case .out: items.add(Item(message: message, number: number, connection: connection), reader.system)
    case .refused: reader.answer(message, number: number)
    case .behind(let goesOn): return goesOn
    }
    return !message.isShed
  }

  /// No more requests come: each of the workers answers what it has, and ends.
  func close(_ system: Syscalls) { items.close(system) }

  /// Answers requests, until no more come.
  func work(_ worker: BackendWorker) {
    while let item = items.take(worker.system) {
      let connection = item.connection
      if !item.message.isShed { lock.hold { waiting -= 1 } }
      worker.tick()
      if worker.isRecording { worker.system.adopt(connection.fd) }
      let isLast = worker.answer(item.message, number: item.number)
      let isSent = send(connection.fd, worker)
      worker.out.removeAll(keepingCapacity: true)
      let (next, isTold): (Item?, Bool) = lock.hold {
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
          return (nil, connection.shared.isAwaited || !isSent || isLast)
        }
        let next = connection.shared.waiting.removeFirst()
        return (Item(message: next.message, number: next.number, connection: connection), false)
      }
      if let next { items.add(next, worker.system) }
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
