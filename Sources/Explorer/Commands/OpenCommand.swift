import ArgumentParser
import Glibc
import Session

/// `backlab open`, `backlab replay`: a session on the screen, played again.
struct OpenCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "open", abstract: "Play a session again; without a file, choose among those that were kept.",
    aliases: ["replay"])

  @Argument(help: "A pcapng or pcap file.") var file: String?

  func run() throws {
    if let file {
      // What can't be read is told before the screen changes.
      do throws(SessionError) { _ = try SessionFile(path: file) } catch let problem {
        throw Failure.file(problem.description)
      }
    }
    try Screen.need("backlab dissect FILE and backlab ladder FILE write text")
    let code = ExplorerApp.run(opening: file.map { .session(path: $0) } ?? .sessions)
    if code != 0 { throw ExitCode(code) }
  }
}

/// The terminal that the explorer needs.
enum Screen {
  /// Whether both standard input and output are one.
  static var isThere: Bool { isatty(0) == 1 && isatty(1) == 1 }
  /// Ends the command with 64 when there is none; `instead` says what works without.
  static func need(_ instead: String) throws {
    if !isThere {
      throw Failure.usage("standard input and output are no terminal, which the screen needs; \(instead).")
    }
  }
}
