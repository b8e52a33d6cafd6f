/// What a `backend` is to be: its parameters, checked together.
struct BackendPlan {
  enum Pattern: String, CaseIterable {
    case single = "single-thread"
    case readers = "acceptor-readers"
    case messages = "message-balancing"
    case shared = "shared-socket"
    case sharded
    case threads = "thread-per-connection"
    case processes = "process-per-connection"
    case preFork = "pre-fork"

    /// The ways of waiting that it can have.
    var waits: [Wait] {
      switch self {
      case .single, .readers, .sharded: Wait.allCases
      case .messages: [.select, .poll, .epoll, .edge]
      case .shared: [.select, .poll, .epoll, .edge, .ring]
      case .threads, .processes, .preFork: [.blocking]
      }
    }

    /// Whether the number of its workers is the plan's to choose.
    var hasWorkers: Bool { ![.single, .threads, .processes].contains(self) }
  }

  enum Wait: String, CaseIterable {
    case blocking, select, poll, epoll
    case edge = "epoll-edge"
    case ring = "io-uring"
  }

  /// Who is woken by a connection to a socket that several wait for.
  enum Wakeup: String, CaseIterable { case all, exclusive, mutex }

  let pattern: Pattern
  let wait: Wait
  let wakeup: Wakeup
  let workers: Int
  let isProcesses: Bool
  /// How many requests may wait for a worker; 0 for no limit.
  let queue: Int
  let isMultishot: Bool
  /// Who reads the file, with work=file.
  let reads: FileReader
  /// What work=file reads, once the backend has made it.
  var file: WorkFile?
  /// What its connections share of TLS, once the backend has made it; nil for none.
  var tls: TLSContext?
  /// The one path that has work to do; nil when every path has.
  let slow: [UInt8]?

  static let patternWords = Pattern.allCases.map(\.rawValue)
  static let waitWords = Wait.allCases.map(\.rawValue)
  static let workWords = Work.allCases.map { "\($0)" }

  /// What each request has to wait for.
  enum Work: Int, CaseIterable { case none, sleep, cpu, parse, file }

  /// Who reads a file: whoever answers, in calls that wait; threads beside the event loop; or the kernel, by the ring.
  enum FileReader: String, CaseIterable {
    case blocking, threads
    case ring = "io-uring"
  }
  static let readerWords = FileReader.allCases.map(\.rawValue)

  init(_ setting: RoleSetting) throws(RoleError) {
    guard let pattern = Pattern(rawValue: setting.text("pattern")),
      let wakeup = Wakeup(rawValue: setting.text("wakeup"))
    else { throw RoleError("there is no such pattern") }
    let wanted = setting.says("wait") || pattern.waits.contains(.epoll) ? setting.text("wait") : "blocking"
    guard let wait = Wait(rawValue: wanted), pattern.waits.contains(wait) else {
      throw BackendPlan.clash("wait", wanted, "pattern", pattern.rawValue, pattern.waits.map(\.rawValue))
    }
    let isProcesses = setting.text("unit") == "process"
    if isProcesses, pattern != .sharded, setting.says("unit") {
      throw BackendPlan.clash("unit", "process", "pattern", pattern.rawValue, ["thread"])
    }
    if setting.says("workers"), !pattern.hasWorkers, setting.number("workers") != 1 {
      throw BackendPlan.clash("workers", setting.text("workers"), "pattern", pattern.rawValue, ["1"])
    }
    if setting.number("queue") > 0, pattern != .messages {
      throw BackendPlan.clash("queue", setting.text("queue"), "pattern", pattern.rawValue, ["0"])
    }
    if wakeup != .all, pattern != .shared {
      throw BackendPlan.clash("wakeup", wakeup.rawValue, "pattern", pattern.rawValue, ["all"])
    }
    if setting.text("tls") != "none", pattern == .messages {
      // Records come and go in one order: who reads would have to open them, and seal what workers answer.
      throw BackendPlan.clash("tls", setting.text("tls"), "pattern", pattern.rawValue, ["none"])
    }
    // A ring's accept waits alone: the kernel wakes one of those who do.
    let wakeups: [Wakeup] =
      wait == .ring ? [.all] : wait == .epoll || wait == .edge ? Wakeup.allCases : [.all, .mutex]
    guard wakeups.contains(wakeup) else {
      throw BackendPlan.clash("wakeup", wakeup.rawValue, "wait", wait.rawValue, wakeups.map(\.rawValue))
    }
    let reads = try BackendPlan.reader(setting, pattern, wait)
    let slow = setting.text("slow")
    guard slow == "all" || slow.hasPrefix("/") else {
      throw RoleError("`slow=\(slow)` is not allowed. Write all, or a path that begins with /.")
    }
    self.pattern = pattern
    self.wait = wait
    self.wakeup = wakeup
    workers = pattern.hasWorkers ? setting.number("workers") : 1
    self.isProcesses = isProcesses
    queue = setting.number("queue")
    isMultishot = setting.text("multishot") == "on"
    self.reads = reads
    self.slow = slow == "all" ? nil : Array(slow.utf8)
  }

  /// Threads are for a loop that asks for readiness, and the ring is for one that has it.
  private static func reader(
    _ setting: RoleSetting, _ pattern: Pattern, _ wait: Wait
  ) throws(RoleError) -> FileReader {
    let (wanted, reader) = (setting.text("file"), FileReader(rawValue: setting.text("file")))
    let allowed: [FileReader] =
      wait == .ring
      ? [.blocking, .ring] : pattern == .single && wait != .blocking ? [.blocking, .threads] : [.blocking]
    guard let reader, allowed.contains(reader) else {
      let isWait = wait == .ring || pattern == .single
      throw BackendPlan.clash(
        "file", wanted, isWait ? "wait" : "pattern", isWait ? wait.rawValue : pattern.rawValue,
        allowed.map(\.rawValue))
    }
    return reader
  }

  private static func clash(
    _ name: String, _ value: String, _ with: String, _ other: String, _ allowed: [String]
  ) -> RoleError {
    RoleError(
      "`\(name)=\(value)` is not allowed with \(with)=\(other). Write \(allowed.joined(separator: " or ")).")
  }

  /// Whether all that it does is done by threads of one process.
  var isOneProcess: Bool { !isProcesses && ![.shared, .processes, .preFork].contains(pattern) }

  /// Whether its calls wait in the kernel for one socket each.
  var blocks: Bool { wait == .blocking || wait == .ring }
}

/// What may change while the backend runs, where all of its threads and processes see it.
struct BackendKnobs {
  private let memory: SharedMemory
  /// How the threads of one process go.
  let leaving: Leaving

  init(_ setting: RoleSetting, _ plan: BackendPlan) throws(RoleError) {
    memory = try SharedMemory(64)
    leaving = try Leaving(isPossible: plan.isOneProcess)
    take(setting)
  }

  /// Takes over what the setting has now.
  func take(_ setting: RoleSetting) {
    memory[0] = BackendPlan.workWords.firstIndex(of: setting.text("work")) ?? 0
    memory[1] = Int(setting.duration("cost"))
    memory[2] = setting.number("response")
    memory[3] = setting.text("keep-alive") == "yes" ? 1 : 0
  }

  var work: BackendPlan.Work { BackendPlan.Work(rawValue: memory[0]) ?? .none }
  /// Nanoseconds of a request's work.
  var cost: Int64 { Int64(memory[1]) }
  /// Octets of an answer's body.
  var response: Int { memory[2] }
  var keepsAlive: Bool { memory[3] != 0 }
}
