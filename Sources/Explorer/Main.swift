import ArgumentParser
import Bytes
import Glibc
import ProtoKit

/// The program. Helper processes branch off before anything else runs, while there is one thread.
@main
struct Backlab: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backlab", abstract: "A terminal laboratory for backend engineers.",
    discussion: """
      Without a command it opens the lessons on a terminal, and lists them elsewhere.

      Exit codes: 0 all went well, 1 a claim failed, 2 a file can't be read, 64 wrong usage, 69 labs can't run here.
      """, version: "backlab \(Machine.version)",
    subcommands: [
      LessonsCommand.self, RunCommand.self, OpenCommand.self, CheckCommand.self, DissectCommand.self,
      FollowCommand.self, StreamsCommand.self, StatsCommand.self, LadderCommand.self, RolesCommand.self,
      DoctorCommand.self,
    ])

  func run() throws {
    guard Screen.isThere else { return try LessonsCommand.list(nil) }
    let code = ExplorerApp.run(opening: .firstStartOrBrowser)
    if code != 0 { throw ExitCode(code) }
  }

  static func main() {
    let arguments = CommandLine.arguments
    if arguments.count > 1, arguments[1] == "lab" { Glibc.exit(LabProcess.run(arguments: arguments)) }
    if arguments.count > 1, arguments[1] == "role" { Glibc.exit(RoleProcess.run(arguments: arguments)) }
    if arguments.count > 1, arguments[1] == "enter" { Glibc.exit(LabShell.run(arguments: arguments)) }
    do {
      try knowsCommand(arguments)
      var command = try parseAsRoot(Array(arguments.dropFirst()))
      try command.run()
    } catch { end(error) }
  }

  /// Ends the program with 64 when the first argument, or what follows `help`, should be a command and is none.
  private static func knowsCommand(_ arguments: [String]) throws {
    let words = arguments.dropFirst().first == "help" ? arguments.dropFirst(2) : arguments.dropFirst()
    guard let word = words.first, !word.hasPrefix("-") else { return }
    let names =
      configuration.subcommands.flatMap { [$0.configuration.commandName ?? ""] + $0.configuration.aliases }
      + ["help"]
    if names.contains(word) { return }
    let isLesson = (try? LessonCatalogue.chosen(nil).lesson(word)) != nil
    let question =
      isLesson ? "Did you mean `backlab run \(word)`? " : NearName.question(for: word, among: names)
    throw Failure.usage("\(word): there is no such command. \(question)`backlab --help` lists them.")
  }

  /// Ends the program with an error's exit code; its message, cleaned, goes to standard error, help to standard output.
  private static func end(_ error: any Error) -> Never {
    let code = exitCode(for: error).rawValue
    for line in fullMessage(for: error).split(separator: "\n", omittingEmptySubsequences: false)
    where !fullMessage(for: error).isEmpty {
      if code == 0 { print(cleaned(String(line))) } else { complain(String(line)) }
    }
    Glibc.exit(code)
  }
}
