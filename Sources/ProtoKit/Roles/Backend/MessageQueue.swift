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
  /// Whether an answer could not be sent.
  var isBroken = false
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

  /// The most requests of a connection that wait here; more stay in its socket.
  private static let most = 64

  /// `inbox` is the writing end of the reader's pipe.
  init(inbox: CInt) throws(RoleError) {
    lock = try SharedLock()
    items = try TaskQueue("the queue of messages")
    self.inbox = inbox
  }

  func isIdle(_ connection: ServerConnection) -> Bool { lock.hold { !connection.shared.isBusy } }
  func isBroken(_ connection: ServerConnection) -> Bool { lock.hold { connection.shared.isBroken } }

  /// Asks to be told when a connection's requests are answered; true when they are.
  func notify(_ connection: ServerConnection) -> Bool {
    lock.hold {
      connection.shared.isAwaited = connection.shared.isBusy
      return !connection.shared.isBusy
    }
  }

  /// Adds a request, by the reader; whether the connection may bring more.
  func add(_ message: RequestMessage, _ connection: ServerConnection, _ reader: BackendWorker) -> Bool {
    let number = connection.number
    let (isOut, goesOn) = lock.hold {
      if connection.shared.isBusy {
        connection.shared.waiting.append((message, number))
        return (false, connection.shared.waiting.count < MessageQueue.most)
      }
      connection.shared.isBusy = true
      return (true, true)
    }
    if isOut { items.add(Item(message: message, number: number, connection: connection), reader.system) }
    return goesOn
  }

  /// Answers requests, for ever.
  func work(_ worker: BackendWorker) -> Never {
    while true {
      let item = items.take(worker.system)
      let connection = item.connection
      worker.tick()
      if worker.isRecording { worker.system.adopt(connection.fd) }
      worker.answer(item.message, number: item.number)
      let isSent = send(connection.fd, worker)
      worker.out.removeAll(keepingCapacity: true)
      let (next, isTold): (Item?, Bool) = lock.hold {
        if !isSent {
          connection.shared.isBroken = true
          connection.shared.waiting = []
        }
        if connection.shared.waiting.isEmpty {
          connection.shared.isBusy = false
          defer { connection.shared.isAwaited = false }
          return (nil, connection.shared.isAwaited || !isSent)
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
