import Foundation
import Glibc
import Testing

/// A terminal of tmux(1), driven by its control mode: each change of the screen is an event that can be waited for.
final class TmuxTerminal {
  private let input: CInt
  private let output: CInt
  private let pid: pid_t
  private let folder: URL
  private var server: pid_t = 0
  private var buffer: [UInt8] = []
  private var lines: [String] = []
  /// Whether the screen changed since it was read.
  private var hasChanged = false
  /// Whether the program is in the middle of painting: between the marks of a synchronized update (mode 2026).
  private var isPainting = false
  private var outputTail = ""
  /// The state directory of the programs inside.
  let state: String

  /// Whether tmux is here.
  static var isThere: Bool { FileManager.default.isExecutableFile(atPath: "/usr/bin/tmux") }

  /// A terminal in which `command` runs by /bin/sh, then its exit code is shown.
  init(_ command: String, columns: Int = 80, lines: Int = 24, environment: [String: String] = [:]) throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "backlab-tmux-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    state = folder.path
    var to: [CInt] = [-1, -1]
    var from: [CInt] = [-1, -1]
    try #require(unsafe pipe(&to) == 0 && pipe(&from) == 0)
    for descriptor in to + from { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    var variables = [
      "TERM": "xterm-256color", "LC_ALL": "C.utf8", "PATH": "/usr/bin:/bin", "XDG_STATE_HOME": state,
      "SWIFT_BACKTRACE": "enable=no", "TMUX_TMPDIR": folder.path, "SHELL": "/bin/sh", "HOME": folder.path,
      "PS1": "$ ",
    ]
    variables.merge(environment) { $1 }
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_adddup2(&actions, to[0], 0)
    unsafe posix_spawn_file_actions_adddup2(&actions, from[1], 1)
    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    var all = sigset_t()
    unsafe sigemptyset(&none)
    unsafe sigfillset(&all)
    unsafe posix_spawnattr_setsigmask(&attributes, &none)
    unsafe posix_spawnattr_setsigdefault(&attributes, &all)
    unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    let arguments = [
      "tmux", "-L", "backlab", "-f", "/dev/null", "-C", "new-session", "-x", "\(columns)", "-y", "\(lines)",
      command + "; echo \"ended with $?\"; exec cat",
    ]
    let argv = unsafe arguments.map { unsafe strdup($0) } + [nil]
    let envp = unsafe variables.map { unsafe strdup("\($0)=\($1)") } + [nil]
    var child: pid_t = 0
    let failure = unsafe posix_spawn(&child, "/usr/bin/tmux", &actions, &attributes, argv, envp)
    unsafe (argv + envp).forEach { unsafe free($0) }
    close(to[0])
    close(from[1])
    input = to[1]
    output = from[0]
    pid = child
    try #require(failure == 0)
    // The first answer is that of new-session itself.
    try #require(answer() != nil)
    server = try #require(ask("display-message -p '#{pid}'")?.first.flatMap { pid_t($0) })
    resize(columns: columns, lines: lines)
  }

  deinit {
    // The server's end hangs its programs up. Asked politely it may wait for a reader of what it still has to say.
    if server > 0 { kill(server, SIGKILL) }
    kill(pid, SIGKILL)
    close(input)
    close(output)
    while waitpid(pid, nil, 0) < 0, errno == EINTR {}
    try? FileManager.default.removeItem(at: folder)
  }

  @discardableResult
  private func ask(_ command: String) -> [String]? {
    let bytes = Array((command + "\n").utf8)
    guard unsafe write(input, bytes, bytes.count) == bytes.count else { return nil }
    return answer()
  }

  /// The lines of the next answer.
  private func answer() -> [String]? {
    var text: [String]?
    while let line = line(until: Self.deadline()) {
      if line.hasPrefix("%begin ") {
        text = []
      } else if line.hasPrefix("%end ") || line.hasPrefix("%error ") {
        return text
      } else if line.hasPrefix("%output") {
        note(line)
      } else {
        text?.append(line)
      }
    }
    return nil
  }

  /// Takes note of what the program wrote: `%output %PANE TEXT`, control characters as `\\ooo`.
  private func note(_ line: String) {
    hasChanged = true
    let text =
      outputTail + line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false).last.map(
        String.init)!
    let begins = text.range(of: "[?2026h", options: .backwards)
    let ends = text.range(of: "[?2026l", options: .backwards)
    if let begins {
      isPainting = ends.map { $0.lowerBound < begins.lowerBound } ?? true
    } else if ends != nil {
      isPainting = false
    }
    outputTail = String(text.suffix(6))
  }

  private static func deadline(_ seconds: Double = 20) -> Double {
    ProcessInfo.processInfo.systemUptime + seconds
  }

  private func line(until deadline: Double) -> String? {
    while lines.isEmpty {
      let left = deadline - ProcessInfo.processInfo.systemUptime
      var ready = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
      guard left > 0, unsafe poll(&ready, 1, CInt(left * 1000) + 1) > 0 else { return nil }
      var chunk = [UInt8](repeating: 0, count: 65536)
      let count = unsafe read(output, &chunk, chunk.count)
      guard count > 0 else { return nil }
      buffer += chunk[..<count]
      while let end = buffer.firstIndex(of: 10) {
        lines.append(String(decoding: buffer[..<end], as: UTF8.self))
        buffer.removeSubrange(...end)
      }
    }
    return lines.removeFirst()
  }

  /// Presses keys by tmux's names: `c`, `Enter`, `C-z`.
  func press(_ keys: String...) {
    ask("send-keys " + keys.map { "'\($0)'" }.joined(separator: " "))
  }

  /// Types a text.
  func type(_ text: String) { ask("send-keys -l '\(text)'") }

  /// Another size, as when a window is dragged.
  func resize(columns: Int, lines: Int) { ask("refresh-client -C \(columns),\(lines)") }

  /// The process that the terminal runs: a shell.
  func shell() throws -> pid_t {
    try #require(ask("display-message -p '#{pane_pid}'")?.first.flatMap { pid_t($0) })
  }

  /// The screen's lines.
  func screen() -> [String] { ask("capture-pane -p") ?? [] }

  /// Waits until the screen satisfies `wanted`: that screen, or nil after `seconds`.
  @discardableResult
  func wait(_ seconds: Double = 20, until wanted: ([String]) -> Bool) -> [String]? {
    let deadline = Self.deadline(seconds)
    while true {
      hasChanged = false
      let screen = screen()
      if !isPainting, wanted(screen) { return screen }
      while !hasChanged {
        guard let line = line(until: deadline) else { return nil }
        if line.hasPrefix("%output") { note(line) }
      }
    }
  }

  /// The screen once nothing has been written for a fifth of a second: no frame of it is half painted.
  func settled() -> [String] {
    var last = screen()
    while let next = wait(0.2, until: { $0 != last }) { last = next }
    return last
  }

  /// Waits until every text stands somewhere on the screen: its lines, empty with an issue when they never do.
  @discardableResult
  func wait(for texts: String..., seconds: Double = 20, at location: SourceLocation = #_sourceLocation)
    -> [String]
  {
    if let screen = wait(
      seconds, until: { screen in texts.allSatisfy { text in screen.contains { $0.contains(text) } } })
    {
      return screen
    }
    Issue.record("\(texts) never stood on:\n\(screen().joined(separator: "\n"))", sourceLocation: location)
    return []
  }
}
