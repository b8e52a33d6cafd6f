import Glibc
import Session

/// `tcp-connector`: opens connections, one after the other, and holds them.
final class TCPConnector: Role {
  private let setting: RoleSetting
  private let system: Syscalls
  private var connecting: Connecting
  private var pace: Pace
  /// Open connections and when each was opened; those closed one way already have no time.
  private var open: [CInt: Int64?] = [:]
  private var hold: Int64 { setting.duration("hold") }
  private var timeout: Int64 { setting.duration("timeout") }

  init(_ setting: RoleSetting) throws(RoleError) {
    self.setting = setting
    system = setting.system
    connecting = try Connecting(setting)
    pace = Pace(setting, count: setting.number("connections"))
  }

  func start() {}

  var isDone: Bool { pace.left == 0 && connecting.pending.isEmpty && (hold == 0 || open.isEmpty) }

  var deadline: Int64? {
    var times: [Int64] = []
    if let due = pace.due { times.append(due) }
    if timeout > 0 { times += connecting.pending.values.map { $0 + timeout } }
    if hold > 0 { times += open.values.compactMap { $0.map { $0 + hold } } }
    return times.min()
  }

  func elapsed() {
    let now = system.recorder.now
    if let due = pace.due, due <= now { next() }
    if timeout > 0 {
      for (fd, started) in connecting.pending where started + timeout <= now { connecting.giveUp(fd) }
    }
    if hold > 0, let how = Closing(rawValue: setting.text("close")) {
      for (fd, opened) in open { if let opened, opened + hold <= now { close(fd, how) } }
    }
  }

  private func next() {
    if pace.take(now: system.recorder.now) { _ = connecting.open() }
  }

  func ready(_ fd: CInt, _ ready: Ready) {
    if connecting.pending[fd] != nil {
      if connecting.ended(fd) { open[fd] = .some(system.recorder.now) }
      return
    }
    let (outcome, _) = system.receive(fd)
    if outcome.value <= 0, !outcome.isBlocked {
      system.close(fd)
      open[fd] = nil
    }
  }

  private func close(_ fd: CInt, _ how: Closing) {
    if how.close(fd, system) { open[fd] = nil } else { open[fd] = .some(nil) }
  }

  func command(_ words: [String]) -> Answer {
    switch words[0] {
    case "press" where words.count == 1:
      if pace.left == 0 { return .ok("every connection has been started") }
      next()
      return .ok("a connection was started, \(pace.left) left")
    case "close" where words.count == 2:
      guard let how = Closing(rawValue: words[1]) else { fallthrough }
      let count = open.count
      for fd in open.keys.sorted() { close(fd, how) }
      return .ok("\(count) closed by \(how.rawValue)")
    default: return .unknown(words, takes: "press, and close fin, half or rst")
    }
  }
}
