import CLinux
import Glibc
import Session

/// The threads and processes of a backend: how they come about, get their names, and are missed.
final class BackendCrew {
  /// Prepares in the new thread or process, such as by listening, and gives what it then does for ever.
  typealias Preparation = (BackendWorker) throws(RoleError) -> () -> Void

  /// A process that was started, with a descriptor that tells its end.
  struct Child {
    let name: String
    let pid: pid_t
    let pidfd: CInt
  }

  private let setting: RoleSetting
  private(set) var children: [Child] = []
  /// Where new ones say that they are prepared, or why not.
  private let hearing: CInt, saying: CInt
  private var lines = LineBuffer()

  init(_ setting: RoleSetting) throws(RoleError) {
    self.setting = setting
    guard let (hearing, saying) = Descriptor.pipe() else { throw RoleError("pipe: \(ErrorName.text(errno))") }
    self.hearing = hearing
    self.saying = saying
  }

  /// Both ends of a pipe for notes.
  func pipe(blocks: Bool) throws(RoleError) -> (reading: CInt, writing: CInt) {
    guard let (reading, writing) = Descriptor.pipe() else {
      throw RoleError("pipe: \(ErrorName.text(errno))")
    }
    if !blocks { Descriptor.setNonBlocking(reading) }
    return (reading, writing)
  }

  /// Starts one, and waits until it is prepared.
  func start(
    _ name: String, isProcess: Bool, _ plan: BackendPlan, _ knobs: BackendKnobs,
    _ prepare: @escaping Preparation
  ) throws(RoleError) {
    let parent = setting.system
    let saying = self.saying, control = setting.control, epoll = setting.epoll
    let body = {
      _ = unsafe clinux_name_self(name)
      let worker = BackendWorker(Syscalls(Recorder(of: parent.recorder, process: name)), plan, knobs)
      do {
        let run = try prepare(worker)
        _ = Descriptor.write(saying, [10])
        run()
      } catch {
        _ = Descriptor.write(saying, Array("\(error)\n".utf8)[...])
      }
      if !isProcess { knobs.leaving.threadEnds() }
    }
    let outcome: Outcome
    if isProcess {
      outcome = parent.fork(name) {
        // What belongs to the lab is the parent's.
        Glibc.close(control)
        Glibc.close(epoll)
        body()
        _exit(0)
      }
    } else {
      knobs.leaving.threadBegins()
      outcome = parent.clone(name, body)
    }
    guard outcome.value >= 0 else { throw RoleError("\(name) can't be started: \(outcome.errorName)") }
    if isProcess {
      children.append(
        Child(name: name, pid: pid_t(outcome.value), pidfd: clinux_pidfd_open(pid_t(outcome.value))))
    }
    try hear(name, isProcess ? children.last?.pidfd ?? -1 : -1)
  }

  /// Waits until a new one says that it is prepared; `pidfd` tells the end of one that can't say so any more.
  private func hear(_ name: String, _ pidfd: CInt) throws(RoleError) {
    while true {
      var both = [
        pollfd(fd: hearing, events: Int16(POLLIN), revents: 0),
        pollfd(fd: pidfd, events: Int16(POLLIN), revents: 0),
      ]
      guard unsafe poll(&both, 2, -1) > 0 else { continue }
      guard both[0].revents != 0, let bytes = Descriptor.read(hearing) else {
        throw RoleError("\(name) ended before it was ready")
      }
      if let line = lines.add(bytes).first {
        if line.isEmpty { return }
        throw RoleError(line)
      }
    }
  }

  /// What a child's descriptor tells: who it was and how it ended. Nil for other descriptors.
  func ended(_ pidfd: CInt) -> (name: String, pid: pid_t, how: String)? {
    guard let index = children.firstIndex(where: { $0.pidfd == pidfd }) else { return nil }
    let child = children.remove(at: index)
    var status: CInt = 0
    unsafe waitpid(child.pid, &status, WNOHANG)
    let signal = status & 0x7F
    return (child.name, child.pid, signal == 0 ? "itself, with \(status >> 8 & 255)" : "signal \(signal)")
  }
}

/// Accepts connections and gives each a thread or a process of its own.
final class ConnectionStarter {
  private let worker: BackendWorker
  private let isFork: Bool
  private var number = 0

  init(_ worker: BackendWorker, isFork: Bool) {
    self.worker = worker
    self.isFork = isFork
    // Processes that end are forgotten at once, and leave no zombie (waitpid(2), notes).
    if isFork { signal(SIGCHLD, SIG_IGN) }
  }

  func run(_ listener: CInt) {
    while true {
      switch worker.accept(listener) {
      case .connection(let fd, let arrival): start(fd, arrival, listener)
      case .nothing, .failed: continue
      case .exhausted: usleep(100_000)
      case .broken: return
      }
    }
  }

  private func start(_ fd: CInt, _ arrival: RequestJourney, _ listener: CInt) {
    number += 1
    let name = "connection-\(number)"
    let (system, plan, knobs) = (worker.system, worker.plan, worker.knobs)
    let serve = {
      _ = unsafe clinux_name_self(name)
      let own = BackendWorker(Syscalls(Recorder(of: system.recorder, process: name)), plan, knobs)
      own.system.adopt(fd)
      BlockingServer(worker: own).serve(fd, arrival)
    }
    if isFork {
      let outcome = system.fork(name) {
        Glibc.close(listener)
        serve()
        _exit(0)
      }
      if outcome.value < 0 { refused(name, outcome) }
      system.close(fd)
    } else {
      knobs.leaving.threadBegins()
      let outcome = system.clone(name) {
        serve()
        knobs.leaving.threadEnds()
      }
      if outcome.value < 0 {
        knobs.leaving.threadEnds()
        refused(name, outcome)
        system.close(fd)
      }
    }
  }

  private func refused(_ name: String, _ outcome: Outcome) {
    worker.system.recorder.note(
      "trouble", "\(name) can't be started: \(outcome.errorName); it is closed unserved")
  }
}
