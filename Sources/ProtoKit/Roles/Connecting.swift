import Bytes
import Glibc
import Session

/// Opens non-blocking connections and tells how each ended.
struct Connecting {
  let setting: RoleSetting
  let to: Endpoint
  /// Whether connections that stand are not told: they are too many.
  private let isQuiet: Bool
  /// When each pending connection was started.
  private(set) var pending: [CInt: Int64] = [:]

  init(_ setting: RoleSetting, isQuiet: Bool = false) throws(RoleError) {
    self.init(setting, to: try setting.endpoint("to"), isQuiet: isQuiet)
  }

  init(_ setting: RoleSetting, to: Endpoint, isQuiet: Bool = false) {
    self.setting = setting
    self.isQuiet = isQuiet
    self.to = to
  }

  /// The socket of a connection under way, or connected already; nil when it failed at once, which has been told.
  /// `prepare` sets what must be set before connect(2).
  mutating func open(_ prepare: (CInt) -> Void = { _ in }) -> CInt? {
    let system = setting.system
    let started = system.recorder.now
    let made = system.socket(to.address)
    guard made.value >= 0 else {
      tell(nil, "socket() failed", made.errorName, since: started)
      return nil
    }
    prepare(made.fd)
    // On loopback all hosts share one network: without bind() every connection would come from 127.0.0.1.
    if let own = setting.hosts[setting.plan.host], own.isLoopback, to.address.isLoopback {
      let bound = system.bind(made.fd, Endpoint(address: own, port: 0))
      guard bound.value == 0 else {
        finish(made.fd, bound.errorName, since: started)
        return nil
      }
    }
    let outcome = system.connect(made.fd, to)
    guard outcome.value == 0 || outcome.error == EINPROGRESS else {
      finish(made.fd, outcome.errorName, since: started)
      return nil
    }
    pending[made.fd] = started
    setting.watch(made.fd, .output)
    return made.fd
  }

  /// Asks how the connection ended: true when it stands. A failed one is closed.
  mutating func ended(_ fd: CInt) -> Bool {
    guard let started = pending.removeValue(forKey: fd) else { return true }
    let error = setting.system.pendingError(fd)
    if error != 0 {
      finish(fd, ErrorName.text(error), since: started)
      return false
    }
    if !isQuiet { tell(fd, "connect() returned 0", nil, since: started) }
    setting.change(fd, .input)
    return true
  }

  /// Gives up a connection that was not answered in time.
  mutating func giveUp(_ fd: CInt) {
    guard let started = pending.removeValue(forKey: fd) else { return }
    let words = Seconds.words(setting.system.recorder.now - started)
    tell(fd, "connect() was given up after \(words)", "ETIMEDOUT", since: started)
    setting.system.close(fd)
  }

  private func finish(_ fd: CInt, _ error: String, since started: Int64) {
    tell(fd, "connect() failed: \(error)", error, since: started)
    setting.system.close(fd)
  }

  private func tell(_ fd: CInt?, _ text: String, _ error: String?, since started: Int64) {
    let system = setting.system
    var fields = [EventField("remote", "\(to)"), EventField("duration", system.recorder.now - started)]
    if let local = fd.flatMap(system.local) { fields.insert(EventField("local", "\(local)"), at: 0) }
    if let error { fields.append(EventField("errno", error)) }
    let from = fd.flatMap(system.local).map { ", from port \($0.port)" } ?? ""
    system.recorder.note(error == nil ? "connected" : "failed", "\(text) (\(to)\(from))", fields)
  }
}

/// When the next of several things starts: by time, by key, or by a step's command.
struct Pace {
  private let setting: RoleSetting
  private let isPressed: Bool
  private(set) var left: Int
  /// When the next one is due.
  private(set) var due: Int64?

  init(_ setting: RoleSetting, count: Int) {
    self.setting = setting
    isPressed = setting.text("by") != "time"
    left = count
    due = isPressed ? nil : setting.system.recorder.now
  }

  /// Takes one; false when none is left.
  mutating func take(now: Int64) -> Bool {
    guard left > 0 else { return false }
    left -= 1
    due = isPressed || left == 0 ? nil : now + setting.duration("every")
    return true
  }

  /// Starts nothing more.
  mutating func stop() {
    left = 0
    due = nil
  }
}

/// How a connection is closed.
enum Closing: String {
  case fin, half, rst

  /// Closes the connection; true when its descriptor is closed too.
  func close(_ fd: CInt, _ system: Syscalls) -> Bool {
    switch self {
    case .half:
      _ = system.shutdownWriting(fd)
      return false
    case .rst: system.lingerZero(fd)
    case .fin: break
    }
    system.close(fd)
    return true
  }
}
