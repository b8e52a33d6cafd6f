import Glibc
import Pty

/// A server that is measured, with all of its processes.
final class Served {
  private let pid: pid_t
  private let control: CInt
  private let port: UInt16

  /// Starts a command that listens on a port of 127.0.0.1, on one core if it is to have one; descriptor 3 is the control stream
  /// of our roles.
  init(_ command: [String], port: UInt16, core: Int?) throws(Problem) {
    // What answers there already would be measured in its place.
    if Served.listens(port) { throw Problem("port \(port) of 127.0.0.1 is taken by another program") }
    var ends: [CInt] = [-1, -1]
    guard unsafe socketpair(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0, &ends) == 0 else {
      throw Problem("no socket: \(unsafe String(cString: strerror(errno)))")
    }
    _ = fcntl(ends[0], F_SETFD, FD_CLOEXEC)
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    unsafe posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
    unsafe posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    unsafe posix_spawn_file_actions_adddup2(&actions, ends[1], 3)
    let words = (core.map { ["/usr/bin/taskset", "-c", "\($0)"] } ?? []) + command
    let argv = unsafe words.map { unsafe strdup($0) } + [nil]
    defer { unsafe argv.forEach { unsafe free($0) } }
    var child: pid_t = 0
    let failure = unsafe posix_spawn(&child, words[0], &actions, nil, argv, environ)
    close(ends[1])
    guard failure == 0 else {
      throw Problem("\(words[0]) does not start: \(unsafe String(cString: strerror(failure)))")
    }
    pid = child
    self.port = port
    control = ends[0]
    for _ in 0..<2000 {
      if Served.listens(port) { return }
      usleep(5000)
    }
    end()
    throw Problem("\(command[0]) does not listen on port \(port)")
  }

  private static func listens(_ port: UInt16) -> Bool {
    let fd = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
    defer { close(fd) }
    var to = sockaddr_in()
    to.sin_family = sa_family_t(AF_INET)
    to.sin_port = port.bigEndian
    to.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return unsafe withUnsafePointer(to: &to) {
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe connect(fd, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
  }

  /// Ends it. A tracer goes by itself once those whom it traces have ended: ended first, it would let them go on. A ring's
  /// sockets listen on for a moment after it.
  func end() {
    close(control)
    let isTracer = ProcessFigures.text("/proc/\(pid)/comm") == "strace\n"
    for one in isTracer ? ProcessFigures.descendants(of: pid) : [pid] { kill(one, SIGTERM) }
    for turn in 0..<400 {
      if waitpid(pid, nil, WNOHANG) != 0 { break }
      if turn == 300 { for one in processes { kill(one, SIGKILL) } }
      usleep(10_000)
    }
    for _ in 0..<1000 where Served.listens(port) { usleep(10_000) }
  }

  private var processes: [pid_t] { [pid] + ProcessFigures.descendants(of: pid) }
  /// How often its threads waited.
  var switches: Int { processes.reduce(0) { $0 + ProcessFigures.waits(of: $1) } }
  /// Processor time of all, in ticks.
  var ticks: Int { processes.reduce(0) { $0 + ProcessFigures.ticks(of: $1) } }

  /// Where a server is: on this machine, or unpacked beside the build.
  static func path(of name: String) -> String? {
    let unpacked = ".build/programs/usr/sbin/\(name)"
    if unsafe access(unpacked, X_OK) == 0 {
      guard let path = unsafe realpath(unpacked, nil) else { return nil }
      defer { unsafe free(path) }
      return unsafe String(cString: path)
    }
    return Bench.path(of: name)
  }

  /// Writes a file.
  static func put(_ path: String, _ text: String) throws(Problem) {
    let fd = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    guard fd >= 0 else { throw Problem("\(path) can't be written") }
    defer { close(fd) }
    let bytes = Array(text.utf8)
    guard unsafe write(fd, bytes, bytes.count) == bytes.count else {
      throw Problem("\(path) can't be written")
    }
  }
}
