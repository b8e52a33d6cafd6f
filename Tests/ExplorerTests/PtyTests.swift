import Foundation
import Glibc
import Pty
import TestSupport
import Testing

/// The program on a terminal of its own.
final class PtyProgram {
  private let process: PtyProcess
  var pid: pid_t { process.pid }
  var output: [UInt8] { process.output }

  static var binary: String { BuiltProgram.path }

  init(environment: [String: String] = [:]) throws {
    let state = FileManager.default.temporaryDirectory.appending(path: "backlab-pty-\(UUID().uuidString)")
      .path
    var variables = [
      "TERM": "xterm-256color", "LC_ALL": "C.utf8", "PATH": "/usr/bin:/bin", "XDG_STATE_HOME": state,
      "SWIFT_BACKTRACE": "enable=no",
    ]
    variables.merge(environment) { $1 }
    process = try PtyProcess([Self.binary], environment: variables)
  }

  /// Reads until the text was seen; false when nothing came for ten seconds.
  func wait(for text: String) -> Bool {
    let wanted = Array(text.utf8)
    while !contains(wanted) { if process.read().isEmpty { return false } }
    return true
  }

  private func contains(_ wanted: [UInt8]) -> Bool {
    guard output.count >= wanted.count else { return false }
    return (0...(output.count - wanted.count)).contains {
      output[$0..<($0 + wanted.count)].elementsEqual(wanted)
    }
  }

  func type(_ text: String) { process.type(text) }

  /// The process that draws: the program's child.
  func drawer() throws -> pid_t { try #require(ProcessFigures.children(of: pid).first) }

  /// Waits for the end: the wait status.
  func status() -> CInt { process.status() }

  /// Whether the terminal echoes and reads lines, as a shell leaves it.
  var isCooked: Bool { process.isCooked }
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
  @Test func idleSecondWakesNothing() throws {
    let program = try PtyProgram()
    #expect(program.wait(for: "Who says yes"))
    #expect(program.wait(for: "\u{1B}[?2026l"))
    let drawer = try program.drawer()
    while !ProcessFigures.isAsleep(drawer) { sched_yield() }
    let before = [program.pid, drawer].map(ProcessFigures.waits)
    // The second is what is measured: nothing else is waited for.
    Thread.sleep(forTimeInterval: 1)
    #expect([program.pid, drawer].map(ProcessFigures.waits) == before)
    program.type("Q")
    #expect(program.status() == 0)
  }
}
