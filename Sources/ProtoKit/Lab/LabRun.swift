import CLinux
import FoundationEssentials
import Glibc

/// A running lab, seen from the explorer.
public final class LabRun {
  /// Where the session can be read, as it comes; non-blocking.
  public let session: CInt
  /// Readable when `reports()` has something to tell; non-blocking.
  public let control: CInt
  /// Readable when the lab process has ended: a pidfd, -1 where the kernel gave none.
  public let end: CInt
  /// The lab process; 0 once it has been waited for.
  public private(set) var processID: Int32
  private let hosts: [String]
  private var lines = LineBuffer()
  private var lastID = 0
  private var hasEnded = false

  /// As much as Linux lets everybody have (pipe(7)).
  private static let pipeSize: CInt = 1 << 20

  private init(session: CInt, control: CInt, processID: pid_t, hosts: [String]) {
    self.hosts = hosts
    self.session = session
    self.control = control
    self.processID = processID
    end = clinux_pidfd_open(processID)
  }

  deinit {
    stop()
    close(session)
    close(control)
    if end >= 0 { close(end) }
  }

  /// Starts the lab process, which builds the lab and runs the plan; reports follow. Call it from the thread that
  /// lives as long as the program: the lab dies with it.
  public static func start(_ plan: LabPlan, executable: String = "/proc/self/exe") throws(LabError) -> LabRun
  {
    guard let (ours, theirs) = Descriptor.pair(), let (session, writing) = Descriptor.pipe() else {
      throw LabError(
        "no descriptors for a lab: \(Descriptor.errorText()); close other programs or raise ulimit -n")
    }
    let pid = unsafe Descriptor.withArguments(["backlab", "lab"]) {
      unsafe clinux_spawn_lab(executable, $0, theirs, writing)
    }
    let code = errno
    close(theirs)
    close(writing)
    // What a busy lab writes in the time that a busy reader has no processor; a system may allow less.
    clinux_pipe_size(session, pipeSize)
    guard pid > 0, let json = try? JSONEncoder().encode(plan) else {
      throw LabError("the lab process could not be started: \(Descriptor.errorText(code))")
    }
    Descriptor.setNonBlocking(session)
    let run = LabRun(session: session, control: ours, processID: pid, hosts: plan.hosts)
    run.write(Array(json) + [10])
    Descriptor.setNonBlocking(ours)
    return run
  }

  private func write(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let n = unsafe rest.withUnsafeBytes {
        unsafe Glibc.send(control, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
      }
      if n < 0 && errno != EINTR { return }
      rest = rest.dropFirst(max(0, n))
    }
  }

  /// Sends a command (`wire pause`, `server accept 1`, `press`) of the learner's or a step's; the answer comes under the
  /// returned number.
  public func send(_ command: String, by author: LabCommand.Author = .learner) -> Int {
    lastID += 1
    if let json = try? JSONEncoder().encode(LabCommand(id: lastID, command: command, by: author)) {
      write(Array(json) + [10])
    }
    return lastID
  }

  /// The words of a command line that runs `command` on a host of this lab: the program, then its arguments. Nil for a
  /// host that the lab doesn't have, and once the lab has ended.
  public func enter(_ host: String, _ command: [String], program: String) -> [String]? {
    guard processID > 0, let index = hosts.firstIndex(of: host) else { return nil }
    return [program, "enter", "\(processID)", "\(LabShell.firstDescriptor + CInt(index))"] + command
  }

  /// Everything that the lab has told since the last call.
  public func reports() -> [LabReport] {
    var found: [LabReport] = []
    while let bytes = Descriptor.read(control) {
      if bytes.isEmpty {
        if !hasEnded { found.append(.ended("the lab process is gone")) }
        hasEnded = true
        break
      }
      for line in lines.add(bytes) {
        guard let report = (try? JSONDecoder().decode(LabLine.self, from: Data(line.utf8)))?.reading else {
          continue
        }
        if case .ended = report { hasEnded = true }
        if case .failed = report { hasEnded = true }
        found.append(report)
      }
    }
    return found
  }

  /// Ends the lab with everything in it, at once, and waits until it is gone. What is still unread in `session` stays
  /// readable.
  public func stop() {
    beginStop()
    guard processID > 0 else { return }
    while waitpid(processID, nil, 0) < 0 && errno == EINTR {}
    processID = 0
  }

  /// Ends it without waiting. Before a lab is gone the kernel has to take down its sockets, which on a busy machine takes it
  /// long; `end` tells when it has.
  public func beginStop() {
    guard processID > 0 else { return }
    kill(processID, SIGKILL)
  }

  /// Whether the lab process is gone, after which nothing is left to wait for. Never blocks while there is a pidfd.
  public func isGone() -> Bool {
    guard processID > 0 else { return true }
    if end < 0 {
      stop()
    } else if waitpid(processID, nil, WNOHANG) == processID {
      processID = 0
    }
    return processID == 0
  }
}
