import Glibc
import Pty

/// A program that ran to its end with its output read through a pipe.
struct Spawned {
  /// From its start to its end.
  var seconds: Double
  /// Octets that it wrote to standard output.
  var octets: Int
  /// The most memory that was resident, in octets (getrusage(2)); never less than what the caller held.
  var memory: Int
  /// Its wait status.
  var status: CInt
  /// What it wrote, if it was to be kept.
  var text = ""

  /// Runs `command`; without `inherits` its first word is a path and its environment nearly empty.
  static func run(_ command: [String], keeps: Bool = false, inherits: Bool = false) throws(Problem) -> Spawned
  {
    var ends: [CInt] = [-1, -1]
    guard unsafe pipe(&ends) == 0 else {
      throw Problem("no pipe: \(unsafe String(cString: strerror(errno)))")
    }
    // F_SETPIPE_SZ, a macro that is not imported: a reader that lags holds nobody up so soon.
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    _ = fcntl(ends[1], 1031, 1 << 20)
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    unsafe posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
    unsafe posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    let argv = unsafe command.map { unsafe strdup($0) } + [nil]
    let envp =
      unsafe ["LC_ALL=C.utf8", "PATH=/usr/bin:/bin", "HOME=/nonexistent"].map { (text: String) in
        unsafe strdup(text)
      }
      + [nil]
    defer { unsafe (argv + envp).forEach { unsafe free($0) } }
    var pid: pid_t = 0
    let start = PtyProcess.now
    let failure =
      inherits
      ? unsafe posix_spawnp(&pid, command[0], &actions, nil, argv, environ)
      : unsafe posix_spawn(&pid, command[0], &actions, nil, argv, envp)
    close(ends[1])
    defer { close(ends[0]) }
    guard failure == 0 else {
      throw Problem("\(command[0]) does not start: \(unsafe String(cString: strerror(failure)))")
    }
    var (octets, kept) = (0, [UInt8]())
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let count = unsafe read(ends[0], &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { break }
      octets += count
      if keeps { kept += buffer[..<count] }
    }
    var status: CInt = 0
    var usage = rusage()
    while unsafe wait4(pid, &status, 0, &usage) < 0, errno == EINTR {}
    return Spawned(
      seconds: Double(PtyProcess.now - start) / 1e9, octets: octets, memory: usage.ru_maxrss * 1024,
      status: status,
      text: String(decoding: kept, as: UTF8.self))
  }
}
