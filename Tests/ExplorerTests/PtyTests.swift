import Foundation
import Glibc
import TestSupport
import Testing

/// The program on a terminal of its own.
final class PtyProgram {
  let master: CInt
  let slave: CInt
  private(set) var pid: pid_t = 0
  private(set) var output: [UInt8] = []

  static var binary: String { BuiltProgram.path }

  init(environment: [String: String] = [:]) throws {
    var master: CInt = -1
    var slave: CInt = -1
    var size = winsize(ws_row: 24, ws_col: 80, ws_xpixel: 0, ws_ypixel: 0)
    try #require(unsafe openpty(&master, &slave, nil, nil, &size) == 0)
    self.master = master
    self.slave = slave
    for descriptor in [master, slave] { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    let name = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(slave)")
    let state = FileManager.default.temporaryDirectory.appending(path: "backlab-pty-\(UUID().uuidString)")
      .path
    var variables = [
      "TERM": "xterm-256color", "LC_ALL": "C.utf8", "PATH": "/usr/bin:/bin", "XDG_STATE_HOME": state,
      "SWIFT_BACKTRACE": "enable=no",
    ]
    variables.merge(environment) { $1 }
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_addopen(&actions, 0, name, O_RDWR, 0)
    unsafe posix_spawn_file_actions_adddup2(&actions, 0, 1)
    unsafe posix_spawn_file_actions_adddup2(&actions, 0, 2)
    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    // The test's own thread may block signals; the program is to begin as from a shell.
    var none = sigset_t()
    var all = sigset_t()
    unsafe sigemptyset(&none)
    unsafe sigfillset(&all)
    unsafe posix_spawnattr_setsigmask(&attributes, &none)
    unsafe posix_spawnattr_setsigdefault(&attributes, &all)
    // 0x80 is POSIX_SPAWN_SETSID, a macro that is not imported.
    unsafe posix_spawnattr_setflags(
      &attributes, Int16(0x80 | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    let argv = unsafe [strdup(BuiltProgram.path), nil]
    let envp = unsafe variables.map { unsafe strdup("\($0)=\($1)") } + [nil]
    let failure = unsafe posix_spawn(&pid, BuiltProgram.path, &actions, &attributes, argv, envp)
    unsafe (argv + envp).forEach { unsafe free($0) }
    try #require(failure == 0, "the program at \(BuiltProgram.path) does not start: build it first")
  }

  deinit {
    close(master)
    close(slave)
  }

  /// Reads until the text was seen; false when nothing came for ten seconds.
  func wait(for text: String) -> Bool {
    let wanted = Array(text.utf8)
    while !contains(wanted) {
      var ready = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
      guard unsafe poll(&ready, 1, 10_000) > 0 else { return false }
      var buffer = [UInt8](repeating: 0, count: 65536)
      let count = unsafe read(master, &buffer, buffer.count)
      guard count > 0 else { return false }
      output += buffer[..<count]
    }
    return true
  }

  private func contains(_ wanted: [UInt8]) -> Bool {
    guard output.count >= wanted.count else { return false }
    return (0...(output.count - wanted.count)).contains {
      output[$0..<($0 + wanted.count)].elementsEqual(wanted)
    }
  }

  func type(_ text: String) {
    let bytes = Array(text.utf8)
    _ = unsafe write(master, bytes, bytes.count)
  }

  /// The process that draws: the program's child.
  func drawer() throws -> pid_t {
    let text = try String(contentsOfFile: "/proc/\(pid)/task/\(pid)/children", encoding: .utf8)
    return try #require(text.split(separator: " ").first.flatMap { pid_t($0) })
  }

  /// Waits for the end: the wait status.
  func status() -> CInt {
    var status: CInt = 0
    while unsafe waitpid(pid, &status, 0) < 0, errno == EINTR {}
    return status
  }

  /// Whether the terminal echoes and reads lines, as a shell leaves it.
  var isCooked: Bool {
    var modes = termios()
    unsafe tcgetattr(slave, &modes)
    return modes.c_lflag & tcflag_t(ICANON) != 0 && modes.c_lflag & tcflag_t(ECHO) != 0
      && modes.c_lflag & tcflag_t(ISIG) != 0
  }
}

/// Whatever ends the program, the terminal is as before.
@Suite(.serialized) struct PtyTests {
  static let leaves = "\u{1B}[?1049l"

  private func start(_ environment: [String: String] = [:]) throws -> PtyProgram {
    let program = try PtyProgram(environment: environment)
    #expect(program.wait(for: "Who says yes"))
    #expect(program.wait(for: "\u{1B}[?2026l"))
    #expect(!program.isCooked)
    return program
  }

  @Test func quittingGivesTheTerminalBack() throws {
    let program = try start()
    program.type("BBq")
    #expect(program.wait(for: Self.leaves))
    #expect(program.status() == 0)
    #expect(program.isCooked)
  }

  @Test(arguments: [SIGTERM, SIGHUP]) func politeSignalGivesTheTerminalBack(_ number: CInt) throws {
    let program = try start()
    kill(program.pid, number)
    #expect(program.wait(for: Self.leaves))
    #expect((program.status() >> 8) & 0xFF == 128 + number)
    #expect(program.isCooked)
  }

  @Test(arguments: [SIGSEGV, SIGILL, SIGKILL]) func crashGivesTheTerminalBack(_ number: CInt) throws {
    let program = try start()
    kill(try program.drawer(), number)
    #expect(program.wait(for: Self.leaves))
    #expect(program.status() & 0x7F == number)
    #expect(program.isCooked)
  }

  @Test func unknownTerminalIsNamedAndDrawn() throws {
    let program = try start(["TERM": "no-such-terminal"])
    #expect(program.wait(for: "is unknown here"))
    program.type("Q")
    #expect(program.status() == 0)
    #expect(program.isCooked)
  }

  @Test func dumbTerminalIsRefusedInWords() throws {
    let program = try PtyProgram(environment: ["TERM": "dumb"])
    #expect(program.wait(for: "TERM is dumb"))
    #expect((program.status() >> 8) & 0xFF == 64)
  }

  @Test func noColourWhereNoneIsWanted() throws {
    let program = try start(["NO_COLOR": "1"])
    program.type("Q")
    #expect(program.wait(for: Self.leaves))
    #expect(program.status() == 0)
    #expect(
      !program.output.split(separator: 0x1B).contains {
        $0.starts(with: "[38;5;".utf8)
          || $0.starts(with: "[3".utf8) && $0.dropFirst(3).first == 0x6D && $0.dropFirst(2).first != 0x39
      })
  }
}

/// A program that nobody touches does not run.
@Suite(.serialized) struct IdleTests {
  /// How often a process gave the processor up by itself.
  static func switches(_ pid: pid_t) throws -> Int {
    let text = try String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
    let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("voluntary_ctxt_switches:") })
    return try #require(line.split(whereSeparator: \.isWhitespace).last.flatMap { Int($0) })
  }

  private func isAsleep(_ pid: pid_t) throws -> Bool {
    let text = try String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)
    return text.split(separator: ")").last?.hasPrefix(" S") ?? false
  }

  @Test func idleSecondWakesNothing() throws {
    let program = try PtyProgram()
    #expect(program.wait(for: "Who says yes"))
    #expect(program.wait(for: "\u{1B}[?2026l"))
    let drawer = try program.drawer()
    while try !isAsleep(drawer) { sched_yield() }
    let before = try [program.pid, drawer].map(Self.switches)
    // The second is what is measured: nothing else is waited for.
    Thread.sleep(forTimeInterval: 1)
    #expect(try [program.pid, drawer].map(Self.switches) == before)
    program.type("Q")
    #expect(program.status() == 0)
  }
}
