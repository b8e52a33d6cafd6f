import Glibc
import Session

/// `tcp-listener`: a listening socket whose accept queue people can watch.
final class TCPListener: Role {
  private let setting: RoleSetting
  private let system: Syscalls
  private var listener: CInt = -1
  /// Whether connections are accepted as they come.
  private var watches = false
  /// Accepted connections that are to be closed, and when each was accepted.
  private var held: [CInt: Int64] = [:]
  private var hold: Int64 { setting.duration("hold") }

  init(_ setting: RoleSetting) {
    self.setting = setting
    system = setting.system
  }

  func start() throws(RoleError) {
    listener = try setting.listener()
    watches = setting.text("accept") == "auto"
    if watches { setting.watch(listener, .input) }
  }

  func ready(_ fd: CInt, _ ready: Ready) {
    if fd == listener {
      // Until the queue is empty: one readiness may stand for many connections.
      while accept() == nil {}
    } else if setting.text("close") == "unread" {
      // Octets that were never read make close() send RST.
      system.close(fd)
    } else {
      let (outcome, _) = system.receive(fd)
      if outcome.value <= 0, !outcome.isBlocked {
        held[fd] = nil
        system.close(fd)
      }
    }
  }

  var deadline: Int64? { held.values.min().map { $0 + hold } }

  func elapsed() {
    let now = system.recorder.now
    for (fd, accepted) in held where accepted + hold <= now {
      held[fd] = nil
      close(fd)
    }
  }

  /// Closes a connection as `close` says.
  private func close(_ fd: CInt) {
    if setting.text("close") == "rst" { system.lingerZero(fd) }
    system.close(fd)
  }

  func changed(_ parameter: String) -> String? {
    switch parameter {
    case "backlog": return setting.listenAgain(listener)
    case "accept":
      let isWatched = setting.text("accept") == "auto"
      if isWatched != watches { isWatched ? setting.watch(listener, .input) : setting.unwatch(listener) }
      watches = isWatched
    default: break
    }
    return nil
  }

  /// Accepts one connection; the error when there is none.
  private func accept() -> String? {
    let outcome = system.accept(listener)
    guard outcome.value >= 0 else { return outcome.errorName }
    switch setting.text("close") {
    case "fin", "rst":
      if hold == 0 {
        close(outcome.fd)
      } else {
        held[outcome.fd] = system.recorder.now
        setting.watch(outcome.fd, .input)
      }
    default: setting.watch(outcome.fd, .input)
    }
    return nil
  }

  func command(_ words: [String]) -> Answer {
    guard words[0] == "accept", words.count <= 2, let count = words.count == 2 ? Int(words[1]) : 1, count > 0
    else {
      return words == ["press"]
        ? .ok("nothing here waits for a key") : .unknown(words, takes: "accept [N], N from 1")
    }
    for accepted in 0..<count {
      guard let error = accept() else { continue }
      let why = error == "EAGAIN" ? "the accept queue is empty" : error
      return .ok("\(accepted) of \(count) accepted: \(why)")
    }
    return .ok("\(count) accepted")
  }
}
