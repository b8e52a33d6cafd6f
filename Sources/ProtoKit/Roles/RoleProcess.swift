import Bytes
import CLinux
import FoundationEssentials
import Glibc
import Session

/// The process of one role, as the lab starts it in its host's network namespace.
///
/// Arguments: the program, `role`, the process's plan as JSON, and the hosts (`client=192.0.2.1 server=2001:db8::2`).
/// Descriptor 3 is the control stream: lines `ID COMMAND` come, `ID ok TEXT` or `ID error TEXT` go back; unasked go
/// `ready` once the role listens or is prepared, and `done` once its requests have all ended. Descriptor 4 is the
/// event ring, 5 its bell; without it nothing is recorded. BACKLAB_SHARED names a directory for the certificates of TLS servers.
/// The end of descriptor 3 ends the role.
public enum RoleProcess {
  /// Runs the role until its control stream ends: 0. A plan that can't be run is told on standard output: 64, or 1
  /// when a system call failed.
  public static func run(arguments: [String]) -> CInt {
    signal(SIGPIPE, SIG_IGN)
    guard arguments.count >= 4,
      let plan = try? JSONDecoder().decode(ProcessPlan.self, from: Data(arguments[2].utf8))
    else {
      return fail("backlab role: the plan is not understood; labs start roles themselves", 64)
    }
    let shared = unsafe getenv("BACKLAB_SHARED").map { unsafe String(cString: $0) }
    return run(
      plan, hosts: arguments[3], shared: shared, control: 3, ring: EventRing.Producer(fd: 4, bell: 5))
  }

  /// The same with other descriptors, which stay open, and the directory that the lab's hosts share.
  static func run(
    _ plan: ProcessPlan, hosts: String, shared: String?, control: CInt, ring: EventRing.Producer?
  ) -> CInt {
    _ = clinux_most_files()
    var map: [String: Address] = [:]
    for pair in hosts.split(separator: " ") {
      let parts = pair.split(separator: "=", maxSplits: 1)
      if parts.count == 2, let address = Address(parts[1]) { map[String(parts[0])] = address }
    }
    let name = plan.role ?? ""
    // Else its first thread is called by the file that was executed: `exe`.
    _ = unsafe clinux_name_self(name)
    let recorder = Recorder(host: plan.host, process: name, ring: ring)
    do {
      let setting = try RoleSetting(
        plan, hosts: map, shared: shared, system: Syscalls(recorder), control: control)
      let role = try Roles.make(name, setting)
      try role.start()
      setting.say("ready")
      serve(role, setting)
      return 0
    } catch {
      recorder.note("trouble", "\(name): \(error.description)")
      return fail("\(name): \(error.description)", 1)
    }
  }

  private static func fail(_ text: String, _ code: CInt) -> CInt {
    _ = Descriptor.write(1, Array((text + "\n").utf8)[...])
    return code
  }

  /// Waits in epoll_wait() for commands, for the sockets and for the next deadline.
  private static func serve(_ role: any Role, _ setting: RoleSetting) {
    var lines = LineBuffer()
    while true {
      let wait = role.deadline.map { max(0, $0 - setting.system.recorder.now) }
      let milliseconds = wait.map { CInt(clamping: ($0 + 999_999) / 1_000_000) } ?? -1
      let found =
        role.isExact
        ? setting.system.epollWaitExactly(setting.epoll, wait ?? -1)
        : setting.system.epollWait(setting.epoll, milliseconds)
      for (fd, ready) in found {
        if fd != setting.control {
          if !setting.system.closed.contains(fd) { role.ready(fd, ready) }
          continue
        }
        guard let bytes = Descriptor.read(fd) else { continue }
        if bytes.isEmpty { return }
        for line in lines.add(bytes) {
          let words = line.split(separator: " ").map(String.init)
          guard words.count >= 2 else { continue }
          let command = Array(words.dropFirst())
          let answer = command[0] == "set" ? setting.change(command, role) : role.command(command)
          setting.say("\(words[0]) \(answer.isRefused ? "error" : "ok") \(answer.text)")
        }
      }
      if let deadline = role.deadline, deadline <= setting.system.recorder.now { role.elapsed() }
      if role.hasEnded { return }
      if role.isDone, !setting.toldDone {
        setting.toldDone = true
        setting.say("done")
      }
    }
  }
}

/// What a role does when something happens. All of it runs on one thread.
protocol Role: AnyObject {
  /// Prepares; the role is ready when this returns.
  func start() throws(RoleError)
  /// A socket can be used, or failed.
  func ready(_ fd: CInt, _ ready: Ready)
  /// A command from the lab, in words.
  func command(_ words: [String]) -> Answer
  /// When `elapsed` wants to be called, on the monotonic clock.
  var deadline: Int64? { get }
  /// The deadline is here.
  func elapsed()
  /// Whether a millisecond is too long to be late.
  var isExact: Bool { get }
  /// Whether everything that it was to ask for has ended; a server never is.
  var isDone: Bool { get }
  /// Whether its process is to end.
  var hasEnded: Bool { get }
  /// A live parameter has another value; why it can't have it, or nil.
  func changed(_ parameter: String) -> String?
}

extension Role {
  var deadline: Int64? { nil }
  func elapsed() {}
  var isExact: Bool { false }
  var isDone: Bool { false }
  var hasEnded: Bool { false }
  func changed(_ parameter: String) -> String? { nil }
}

/// The answer to a command.
struct Answer {
  var text: String
  var isRefused = false
  static func ok(_ text: String) -> Answer { Answer(text: text) }
  static func error(_ text: String) -> Answer { Answer(text: text, isRefused: true) }
  static func unknown(_ words: [String], takes: String) -> Answer {
    .error("\(words.joined(separator: " ")): not understood; it takes \(takes)")
  }
}

/// A role's parameters with their standards, its sockets' epoll and its way to the lab.
final class RoleSetting {
  let plan: ProcessPlan
  let hosts: [String: Address]
  /// The directory that the lab's hosts share, nil when there is none.
  let shared: String?
  let system: Syscalls
  let control: CInt
  let epoll: CInt
  var toldDone = false
  private let description: RoleDescription
  private var values: [String: String]

  init(
    _ plan: ProcessPlan, hosts: [String: Address], shared: String?, system: Syscalls, control: CInt
  ) throws(RoleError) {
    guard let description = Roles.all.first(where: { $0.name == plan.role }) else {
      let known = Roles.all.map(\.name).joined(separator: ", ")
      throw RoleError("there is no role \(plan.role ?? ""); there are \(known)")
    }
    var values: [String: String] = [:]
    for parameter in description.parameters {
      guard let value = plan.parameters[parameter.name] ?? parameter.standard else {
        throw RoleError("\(parameter.name)= is missing: \(parameter.meaning)")
      }
      if let problem = parameter.problem(with: value) {
        throw RoleError(problem.description)
      }
      values[parameter.name] = value
    }
    for name in plan.parameters.keys.sorted() where values[name] == nil {
      throw RoleError(
        "it takes no \(name)=; it takes \(description.parameters.map(\.name).joined(separator: ", "))")
    }
    let epoll = system.epollCreate()
    guard epoll.value >= 0 else { throw RoleError("epoll_create1: \(epoll.errorName)") }
    self.plan = plan
    self.hosts = hosts
    self.shared = shared
    self.system = system
    self.control = control
    self.epoll = epoll.fd
    self.values = values
    self.description = description
    watch(control, .input)
  }

  deinit { Glibc.close(epoll) }

  /// Whether the lab says this parameter itself.
  func says(_ name: String) -> Bool { plan.parameters[name] != nil }
  func text(_ name: String) -> String { values[name] ?? "" }
  func number(_ name: String) -> Int { Int(text(name)) ?? 0 }
  /// A share from 0 to 1, however it was written.
  func share(_ name: String) -> Double {
    let text = text(name)
    return text.hasSuffix("%") ? (Double(text.dropLast()) ?? 0) / 100 : Double(text) ?? 0
  }
  func duration(_ name: String) -> Int64 { Seconds.parse(text(name)) ?? 0 }
  func endpoint(_ name: String) throws(RoleError) -> Endpoint { try Endpoint.parse(text(name), hosts: hosts) }

  /// `set PARAMETER VALUE`.
  func change(_ words: [String], _ role: any Role) -> Answer {
    let live = description.parameters.filter(\.isLive)
    guard words.count == 3, let parameter = description.parameters.first(where: { $0.name == words[1] })
    else {
      let names = live.map(\.name).joined(separator: ", ")
      return .unknown(
        words, takes: names.isEmpty ? "no changes while it runs" : "set PARAMETER VALUE of \(names)")
    }
    guard parameter.isLive else {
      return .error("\(parameter.name) can't be changed while the lab runs; set it for the next run")
    }
    if let problem = parameter.problem(with: words[2]) { return .error(problem.description) }
    let previous = text(parameter.name)
    values[parameter.name] = words[2]
    if let why = role.changed(parameter.name) {
      values[parameter.name] = previous
      return .error(why)
    }
    return .ok("\(parameter.name) is \(words[2]), it was \(previous)")
  }

  func say(_ line: String) { _ = Descriptor.write(control, Array((line + "\n").utf8)[...]) }

  func watch(_ fd: CInt, _ ready: Ready) { system.epollControl(epoll, .add, fd, ready) }
  func unwatch(_ fd: CInt) { system.epollControl(epoll, .remove, fd, []) }
  func change(_ fd: CInt, _ ready: Ready) { system.epollControl(epoll, .change, fd, ready) }

  /// A listening socket on this host's address, which other sockets may share the port with if it `shares`; `prepare`
  /// sets what must be set before listen(2).
  func listener(
    _ caller: Syscalls? = nil, blocks: Bool = false, shares: Bool = false, prepare: (CInt) -> Void = { _ in }
  ) throws(RoleError) -> CInt {
    let system = caller ?? system
    guard let address = hosts[plan.host] else { throw RoleError("the lab has no host \(plan.host)") }
    let local = Endpoint(address: address, port: UInt16(number("port")))
    let made = system.socket(address, blocks: blocks)
    guard made.value >= 0 else { throw RoleError("socket: \(made.errorName)") }
    system.reuseAddress(made.fd)
    if shares { system.reusePort(made.fd) }
    prepare(made.fd)
    for (step, outcome) in [
      ("bind", system.bind(made.fd, local)),
      ("listen", system.listen(made.fd, backlog: CInt(number("backlog")))),
    ] where outcome.value < 0 {
      throw RoleError("\(step) \(local): \(outcome.errorName); another process may have the port")
    }
    return made.fd
  }
}

extension RoleSetting {
  /// Tells the kernel the backlog anew: listen() on a listening socket changes it. The error, or nil.
  func listenAgain(_ listener: CInt) -> String? {
    let outcome = system.listen(listener, backlog: CInt(number("backlog")))
    return outcome.value < 0 ? "listen() failed: \(outcome.errorName)" : nil
  }
}
