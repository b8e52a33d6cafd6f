public import Glibc

/// Why a program did not start on a terminal.
public struct PtyError: Error, CustomStringConvertible {
  /// What was wrong and what to do.
  public var description: String
}

/// A program on a terminal of its own (pty(7)), which nobody but its owner sees.
public final class PtyProcess {
  /// The owner's end; what the program wrote is read here.
  public let master: CInt
  /// The program's end, kept open so that its modes can be asked.
  public let slave: CInt
  /// The program.
  public private(set) var pid: pid_t = 0
  /// Everything that it has written and that was read.
  public private(set) var output: [UInt8] = []
  /// CLOCK_MONOTONIC just before the program was started, in nanoseconds.
  public private(set) var started: Int64 = 0

  /// Starts `command` (the first is a path), with `environment` and nothing else, as a session of its own.
  public init(_ command: [String], environment: [String: String], columns: UInt16 = 80, lines: UInt16 = 24)
    throws(PtyError)
  {
    var master: CInt = -1
    var slave: CInt = -1
    var size = winsize(ws_row: lines, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
    var name = [CChar](repeating: 0, count: 64)
    guard unsafe openpty(&master, &slave, &name, nil, &size) == 0 else {
      throw PtyError(description: "no terminal can be made: \(unsafe String(cString: strerror(errno)))")
    }
    self.master = master
    self.slave = slave
    for descriptor in [master, slave] { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_addopen(&actions, 0, name, O_RDWR, 0)
    unsafe posix_spawn_file_actions_adddup2(&actions, 0, 1)
    unsafe posix_spawn_file_actions_adddup2(&actions, 0, 2)
    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    // The caller's own thread may block signals; the program is to begin as from a shell.
    var none = sigset_t()
    var all = sigset_t()
    unsafe sigemptyset(&none)
    unsafe sigfillset(&all)
    unsafe posix_spawnattr_setsigmask(&attributes, &none)
    unsafe posix_spawnattr_setsigdefault(&attributes, &all)
    // 0x80 is POSIX_SPAWN_SETSID, a macro that is not imported.
    unsafe posix_spawnattr_setflags(
      &attributes, Int16(0x80 | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    let argv = unsafe command.map { unsafe strdup($0) } + [nil]
    let envp = unsafe environment.map { unsafe strdup("\($0)=\($1)") } + [nil]
    started = Self.now
    let failure = unsafe posix_spawn(&pid, command[0], &actions, &attributes, argv, envp)
    unsafe (argv + envp).forEach { unsafe free($0) }
    guard failure == 0 else {
      throw PtyError(
        description:
          "\(command[0]) does not start (\(unsafe String(cString: strerror(failure)))): build it first"
      )
    }
  }

  deinit {
    close(master)
    close(slave)
  }

  /// CLOCK_MONOTONIC in nanoseconds.
  public static var now: Int64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }

  /// Reads once, waiting at most so long: what came, empty when nothing did or the program is gone.
  public func read(milliseconds: CInt = 10_000) -> ArraySlice<UInt8> {
    var ready = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
    guard unsafe poll(&ready, 1, milliseconds) > 0 else { return [] }
    var buffer = [UInt8](repeating: 0, count: 65536)
    let count = unsafe Glibc.read(master, &buffer, buffer.count)
    guard count > 0 else { return [] }
    output += buffer[..<count]
    return buffer[..<count]
  }

  /// Presses keys.
  public func type(_ text: String) {
    let bytes = Array(text.utf8)
    _ = unsafe write(master, bytes, bytes.count)
  }

  /// Waits for the end: the wait status.
  public func status() -> CInt {
    var status: CInt = 0
    while unsafe waitpid(pid, &status, 0) < 0, errno == EINTR {}
    return status
  }

  /// Whether the terminal echoes and reads lines, as a shell leaves it.
  public var isCooked: Bool {
    var modes = termios()
    unsafe tcgetattr(slave, &modes)
    return modes.c_lflag & tcflag_t(ICANON) != 0 && modes.c_lflag & tcflag_t(ECHO) != 0
      && modes.c_lflag & tcflag_t(ISIG) != 0
  }
}
