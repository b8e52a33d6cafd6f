import ArgumentParser
import Glibc
import ProtoKit

/// The program. Helper processes branch off before anything else runs, while there is one thread.
@main
struct Backlab: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backlab", abstract: "A terminal laboratory for backend engineers.",
    subcommands: [LessonsCommand.self])

  func run() throws {
    let code = ExplorerApp.run(opening: .firstStartOrBrowser)
    if code != 0 { throw ExitCode(code) }
  }

  static func main() {
    let arguments = CommandLine.arguments
    if arguments.count > 1, arguments[1] == "lab" { Glibc.exit(LabProcess.run(arguments: arguments)) }
    main(nil)
  }
}
