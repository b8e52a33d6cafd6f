import Bytes
import Glibc
import Session

/// `backend`: answers HTTP/1.1 in the execution pattern and with the way of waiting that it is told.
///
/// The role's own process only starts the others and hears the lab's commands; who listens, accepts, reads and writes has
/// a thread or a process of its own, with a name.
final class Backend: Role {
  private let setting: RoleSetting
  private let system: Syscalls
  private var plan: BackendPlan
  private let knobs: BackendKnobs
  private var crew: BackendCrew
  /// Sockets of this process that listen; processes that listen have their own.
  private var listeners: [CInt] = []
  /// When it ends at the latest, once it drains; and whether it has ended.
  private var drainsUntil: Int64?
  private(set) var hasEnded = false
  private static let patience: Int64 = 10_000_000_000

  init(_ setting: RoleSetting) throws(RoleError) {
    self.setting = setting
    system = setting.system
    var plan = try BackendPlan(setting)
    plan.tls = try setting.serverTLS(["http/1.1", "http/1.0"])
    self.plan = plan
    knobs = try BackendKnobs(setting, plan)
    crew = try BackendCrew(setting)
  }

  func start() throws(RoleError) {
    if knobs.work == .file { plan.file = try WorkFile(system, mebibytes: setting.number("file-size")) }
    switch plan.pattern {
    case .single:
      let (pool, inbox) = try startPool()
      try startThread("worker", count: 1) { [self] (worker) throws(RoleError) in
        try serve(worker, listen(worker, shares: false), nil, inbox: inbox, pool)
      }
    case .sharded:
      let isAlone = plan.workers == 1
      try start("worker", count: plan.workers, isProcesses: plan.isProcesses) {
        [self] (worker) throws(RoleError) in
        try serveOwn(worker, shares: !isAlone)
      }
    case .readers: try startReaders()
    case .messages: try startMessages()
    case .shared, .preFork: try startShared()
    case .threads:
      try startThread("acceptor", count: 1) { [self] (worker) throws(RoleError) in
        let listener = try listen(worker, shares: false)
        return { ConnectionStarter(worker, isFork: false).run(listener) }
      }
    case .processes:
      try start("acceptor", count: 1, isProcesses: true) { [self] (worker) throws(RoleError) in
        let listener = try listen(worker, shares: false)
        return { ConnectionStarter(worker, isFork: true).run(listener) }
      }
    }
    for child in crew.children { setting.watch(child.pidfd, .input) }
  }

  private func startThread(_ name: String, count: Int, _ prepare: @escaping BackendCrew.Preparation)
    throws(RoleError)
  {
    try start(name, count: count, isProcesses: false, prepare)
  }

  private func start(
    _ name: String, count: Int, isProcesses: Bool, _ prepare: @escaping BackendCrew.Preparation
  ) throws(RoleError) {
    for number in 1...count {
      let name = count == 1 ? name : "\(name)-\(number)"
      try crew.start(name, isProcess: isProcesses, plan, knobs, prepare)
    }
  }

  private func listen(_ worker: BackendWorker, shares: Bool) throws(RoleError) -> CInt {
    let listener = try setting.listener(worker.system, blocks: plan.blocks, shares: shares)
    // Its starter goes on, and may look here, once this thread has said that it is prepared.
    listeners.append(listener)
    return listener
  }

  /// Listens, accepts, reads and answers, all by itself.
  private func serveOwn(_ worker: BackendWorker, shares: Bool) throws(RoleError) -> () -> Void {
    try serve(worker, listen(worker, shares: shares), nil)
  }

  /// Threads that read files for one loop, and the loop's end of its pipe, if others are to read.
  private func startPool() throws(RoleError) -> (FilePool?, inbox: CInt) {
    guard plan.reads == .threads, let file = plan.file else { return (nil, -1) }
    let (reading, writing) = try crew.pipe(blocks: false)
    let pool = try FilePool(inbox: writing)
    try startThread("file", count: setting.number("file-threads")) { worker in { pool.work(worker, file) } }
    return (pool, reading)
  }

  private func serve(
    _ worker: BackendWorker, _ listener: CInt, _ turn: SharedLock?, inbox: CInt = -1, _ pool: FilePool? = nil
  ) throws(RoleError) -> () -> Void {
    switch plan.wait {
    case .blocking: return { BlockingServer(worker: worker).serve(listener) }
    case .ring:
      let loop = try RingLoop(worker, listener: listener)
      return { loop.run() }
    default:
      let loop = try ReadinessLoop(worker, listener: listener, inbox: inbox, turn: turn, pool: pool)
      return {
        loop.run()
        pool?.close(worker.system)
      }
    }
  }

  /// One accepts and deals connections out in turn, others read and answer.
  private func startReaders() throws(RoleError) {
    var inboxes: [CInt] = []
    for _ in 0..<plan.workers {
      let (reading, writing) = try crew.pipe(blocks: plan.blocks)
      inboxes.append(writing)
      let name = plan.workers == 1 ? "reader" : "reader-\(inboxes.count)"
      try crew.start(name, isProcess: false, plan, knobs) { [plan] (worker) throws(RoleError) in
        switch plan.wait {
        case .blocking:
          return {
            while let note = worker.system.take(from: reading, blocks: true), note.kind == .connection {
              worker.system.adopt(note.fd)
              BlockingServer(worker: worker).serve(note.fd, note.arrival)
            }
          }
        case .ring:
          let loop = try RingLoop(worker, inbox: reading)
          return { loop.run() }
        default:
          let loop = try ReadinessLoop(worker, inbox: reading)
          return { loop.run() }
        }
      }
    }
    let readers = inboxes
    try startThread("acceptor", count: 1) { [self] (worker) throws(RoleError) in
      let listener = try listen(worker, shares: false)
      var next = 0
      let deal = { (fd: CInt, arrival: RequestJourney) in
        if worker.system.pass(InboxNote(.connection, fd, arrival), to: readers[next]).value < 0 {
          worker.system.close(fd)
        }
        next = (next + 1) % readers.count
      }
      let accept: () -> Void
      switch plan.wait {
      case .blocking: accept = { Backend.accept(worker, listener, deal) }
      case .ring: accept = try RingLoop(worker, listener: listener, handOver: deal).run
      default: accept = try ReadinessLoop(worker, listener: listener, handOver: deal).run
      }
      return {
        accept()
        for reader in readers { _ = worker.system.pass(InboxNote(.last, -1), to: reader) }
      }
    }
  }

  /// Accepts, until the listener takes nothing any more.
  private static func accept(
    _ worker: BackendWorker, _ listener: CInt, _ deal: (CInt, RequestJourney) -> Void
  ) {
    while true {
      switch worker.accept(listener) {
      case .connection(let fd, let arrival): deal(fd, arrival)
      case .nothing, .failed: continue
      case .exhausted: usleep(100_000)
      case .broken: return
      }
    }
  }

  /// One accepts, reads and parses, others answer.
  private func startMessages() throws(RoleError) {
    let (reading, writing) = try crew.pipe(blocks: false)
    let queue = try MessageQueue(inbox: writing, limit: plan.queue)
    try start("worker", count: plan.workers, isProcesses: false) { worker in { queue.work(worker) } }
    try startThread("reader", count: 1) { [self] (worker) throws(RoleError) in
      let listener = try listen(worker, shares: false)
      let loop = try ReadinessLoop(worker, listener: listener, inbox: reading, queue: queue)
      return {
        loop.run()
        queue.close(worker.system)
      }
    }
  }

  /// The parent listens, and its children accept from the one socket.
  private func startShared() throws(RoleError) {
    let listener = try setting.listener(blocks: plan.blocks)
    listeners = [listener]
    let turn: SharedLock? = plan.wakeup == .mutex ? try SharedLock() : nil
    try start("worker", count: plan.workers, isProcesses: true) { [self] (worker) throws(RoleError) in
      try serve(worker, listener, turn)
    }
  }

  func ready(_ fd: CInt, _ ready: Ready) {
    if fd == knobs.leaving.hearing { return end("Every connection has ended, and so does the process") }
    guard let ended = crew.ended(fd) else { return }
    setting.unwatch(fd)
    system.close(fd)
    system.recorder.note(
      "ended", "\(ended.name) ended by \(ended.how); its connections are gone, the others go on",
      [EventField("ended", ended.name), EventField("pid", ended.pid)])
  }

  func changed(_ parameter: String) -> String? {
    if setting.text("work") == "file", plan.file == nil {
      return "work=file needs its file from the start; set it for the next run"
    }
    knobs.take(setting)
    guard parameter == "backlog" else { return nil }
    if listeners.isEmpty {
      return "each process has a listener of its own here; set backlog for the next run"
    }
    return listeners.lazy.compactMap { self.setting.listenAgain($0) }.first
  }

  func command(_ words: [String]) -> Answer {
    switch words.first {
    case "press" where words.count == 1: .ok("nothing here waits for a key")
    case "drain" where words.count <= 2: drain(words.count == 2 ? Seconds.parse(words[1]) : Backend.patience)
    default: .unknown(words, takes: "drain [TIME], or set PARAMETER VALUE")
    }
  }

  /// Goes: accepts nothing any more, says in each answer that it is the last of its connection, closes connections that owe
  /// nothing, and ends when none is left, or when `patience` (in nanoseconds) is over.
  private func drain(_ patience: Int64?) -> Answer {
    guard let patience, patience > 0 else {
      return .error("drain takes a duration with its unit, such as 5s")
    }
    guard plan.isOneProcess else {
      return .error(
        "pattern=\(plan.pattern.rawValue) has several processes here: drain is for one with threads")
    }
    guard drainsUntil == nil else { return .error("it drains already") }
    drainsUntil = system.recorder.now + patience
    system.recorder.note("drain", "The backend goes: it accepts nothing any more, and ends what was begun")
    setting.watch(knobs.leaving.hearing, .input)
    // First this, so that those whom the listener wakes see it.
    knobs.leaving.begin(system)
    for listener in listeners { _ = system.shutdown(listener) }
    return .ok("it drains, for \(Seconds.words(patience)) at most")
  }

  var deadline: Int64? { hasEnded ? nil : drainsUntil }

  func elapsed() { end("The time to drain is over: connections that were still open are broken off") }

  private func end(_ why: String) {
    hasEnded = true
    system.recorder.note("drained", why)
  }
}
