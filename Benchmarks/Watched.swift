import Glibc
import Pty

/// A program on a terminal, its screen followed, its frames timed.
final class Watched {
  let process: PtyProcess
  private(set) var screen = TextScreen()
  /// When the newest octet was read, on CLOCK_MONOTONIC.
  private(set) var lastOctet: Int64

  init(_ command: [String], environment: [String: String]) throws {
    process = try PtyProcess(command, environment: environment)
    lastOctet = process.started
  }

  private func read(_ milliseconds: CInt) -> Bool {
    let bytes = process.read(milliseconds: milliseconds)
    guard !bytes.isEmpty else { return false }
    lastOctet = PtyProcess.now
    screen.take(bytes)
    return true
  }

  /// Reads until nothing came for so long: when the newest octet came. With `begins` it waits for a first one.
  @discardableResult
  func settle(milliseconds: CInt = 100, begins: Bool = false) throws -> Int64 {
    if begins, !read(10_000) { throw Problem("nothing came from the terminal for ten seconds") }
    while read(milliseconds) {}
    return lastOctet
  }

  /// Reads until a moment on CLOCK_MONOTONIC.
  func follow(until moment: Int64) {
    while case let left = moment - PtyProcess.now, left > 0 { _ = read(CInt(left / 1_000_000 + 1)) }
  }

  /// Reads until a whole frame satisfies `wanted`: when its newest octet came.
  func wait(_ what: String, until wanted: (TextScreen) -> Bool) throws -> Int64 {
    while screen.isPainting || !wanted(screen) {
      guard read(10_000) else {
        throw Problem("\(what) was not seen; the screen is\n\(screen.lines.joined(separator: "\n"))")
      }
    }
    return lastOctet
  }

  /// Presses keys: when.
  func type(_ keys: String) -> Int64 {
    let now = PtyProcess.now
    process.type(keys)
    return now
  }

  /// Ends the program, politely first.
  func end() {
    kill(process.pid, SIGTERM)
    for turn in 0..<100 {
      if waitpid(process.pid, nil, WNOHANG) != 0 { return }
      if turn == 80 { kill(process.pid, SIGKILL) }
      _ = read(50)
    }
  }
}
