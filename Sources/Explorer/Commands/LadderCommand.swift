import ArgumentParser
import CLinux
import Glibc
import Viz

/// `backlab ladder`: the exchange of a session as arrows.
struct LadderCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ladder", abstract: "Draw the exchange of a session as arrows between client and server.")

  @Argument(help: "A pcapng or pcap file.") var file: String
  @Option(help: ArgumentHelp("Columns, from 40 to 500; the terminal's, or 80.", valueName: "columns"))
  var width: Int?

  func validate() throws {
    if let width, !(40...500).contains(width) {
      throw ValidationError("--width \(width) is outside 40...500. Choose a width of it.")
    }
  }

  func run() throws {
    let analysis = try Capture.analysis(file)
    var ladder = Ladder()
    ladder.update(from: analysis)
    var output = Output()
    if ladder.lines.isEmpty {
      complain("\(file): no TCP segment and no event of a lab is in it; `backlab dissect` shows its rows.")
    } else {
      for line in LadderText.lines(ladder, width: width ?? Self.columns) { try output.line(line) }
    }
    try output.flush()
  }

  /// Columns of the terminal on standard output; 80 when it is none.
  static var columns: Int {
    var (columns, lines): (CInt, CInt) = (80, 24)
    guard isatty(1) == 1, unsafe clinux_tty_size(1, &columns, &lines) == 0 else { return 80 }
    return min(max(Int(columns), 40), 500)
  }
}
