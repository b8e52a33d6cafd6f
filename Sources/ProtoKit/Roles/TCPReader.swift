import Glibc
import Session

/// `tcp-reader`: accepts, and reads as fast, as slowly or as rarely as it is told.
final class TCPReader: Role {
  private struct Reading {
    /// When the next recv() may be called; nil when octets wake it.
    var due: Int64?
    var isWatched = true
    var received = 0
    /// Octets of answers that were given for what came.
    var answered = 0
  }

  private let setting: RoleSetting
  private let system: Syscalls
  private var listener: CInt = -1
  private var connections: [CInt: Reading] = [:]

  init(_ setting: RoleSetting) {
    self.setting = setting
    system = setting.system
  }

  func start() throws(RoleError) {
    // Before listen(): what a connection's window can grow to is agreed on in its handshake.
    listener = try setting.listener { system.receiveBuffer($0, setting.number("receive-buffer")) }
    setting.watch(listener, .input)
  }

  private var isAutomatic: Bool { setting.text("reads") == "auto" }

  var deadline: Int64? { connections.values.compactMap(\.due).min() }

  func elapsed() {
    let now = system.recorder.now
    for (fd, one) in connections {
      if let due = one.due, due <= now {
        connections[fd]?.due = nil
        watch(fd, isAutomatic)
      }
    }
  }

  func ready(_ fd: CInt, _ ready: Ready) {
    if fd == listener {
      while case let accepted = system.accept(listener), accepted.value >= 0 {
        setting.watch(accepted.fd, isAutomatic ? .input : [])
        connections[accepted.fd] = Reading(isWatched: isAutomatic)
      }
      return
    }
    guard connections[fd] != nil else { return }
    // A reset, or both ways ended: there is nothing to wait for.
    if !isAutomatic, !ready.isDisjoint(with: [.error, .hangUp]) { return close(fd) }
    read(fd)
    if let pause = connections[fd] == nil ? nil : setting.duration("every"), pause > 0 {
      connections[fd]?.due = system.recorder.now + pause
      watch(fd, false)
    }
  }

  /// One recv(); false when nothing came.
  @discardableResult
  private func read(_ fd: CInt) -> Bool {
    let (outcome, bytes) = system.receive(fd, atMost: setting.number("read"))
    if outcome.isBlocked { return false }
    guard outcome.value > 0 else {
      close(fd)
      return false
    }
    if setting.text("acks") == "quick" { system.quickAcknowledge(fd) }
    connections[fd]?.received += bytes.count
    answer(fd)
    return true
  }

  /// Sends an octet for each message that has come whole.
  private func answer(_ fd: CInt) {
    let size = setting.number("answer")
    guard size > 0, let one = connections[fd], case let count = one.received / size - one.answered, count > 0
    else { return }
    let outcome = system.send(fd, [UInt8](repeating: 33, count: count)[...])
    if outcome.value > 0 { connections[fd]?.answered += outcome.value }
  }

  private func watch(_ fd: CInt, _ isWatched: Bool) {
    guard connections[fd]?.isWatched != isWatched else { return }
    connections[fd]?.isWatched = isWatched
    setting.change(fd, isWatched ? .input : [])
  }

  private func close(_ fd: CInt) {
    connections[fd] = nil
    system.close(fd)
  }

  func changed(_ parameter: String) -> String? {
    switch parameter {
    case "backlog": return setting.listenAgain(listener)
    case "reads", "every":
      for fd in connections.keys where connections[fd]?.due == nil || parameter == "every" {
        connections[fd]?.due = nil
        watch(fd, isAutomatic)
      }
    default: break
    }
    return nil
  }

  func command(_ words: [String]) -> Answer {
    guard words[0] == "read", words.count <= 2, let count = words.count == 2 ? Int(words[1]) : 1, count > 0
    else {
      return words == ["press"]
        ? .ok("nothing here waits for a key") : .unknown(words, takes: "read [N], N from 1")
    }
    var done = 0
    for fd in connections.keys.sorted() {
      for _ in 0..<count {
        guard read(fd) else { break }
        done += 1
      }
    }
    return .ok("\(done) recv() gave something")
  }
}
