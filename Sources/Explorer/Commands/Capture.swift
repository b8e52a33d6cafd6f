import Dissect
import Session

/// A capture file read to its end.
enum Capture {
  /// What `-` stands for.
  static let standardInput = "/dev/stdin"

  /// The rows of the file at `path`, dissected; `-` is standard input. What is odd in it is told on standard error; a
  /// file that can't be read, or is no capture at all, ends the command with exit code 2.
  static func analysis(_ path: String) throws -> Analysis {
    var file = try open(path)
    let analysis = Analysis(of: file)
    analysis.read(&file)
    try tell(analysis, path)
    return analysis
  }

  /// Opens the file at `path`; one that can't be read ends the command with exit code 2.
  static func open(_ path: String) throws -> SessionFile {
    do throws(SessionError) {
      return try SessionFile(path: path == "-" ? standardInput : path)
    } catch let problem { throw Failure.file(problem.description) }
  }

  /// Reads standard input to its end, or until `goOn`, which is asked after each record, says no.
  static func read(_ analysis: Analysis, while goOn: (Int) -> Bool) throws {
    do throws(SessionError) {
      var file = try SessionFile(path: standardInput, copiesPipes: true)
      analysis.read(&file, while: goOn)
    } catch let problem { throw Failure.file(problem.description) }
    _ = goOn(analysis.rows.count)
    try tell(analysis, "-")
  }

  /// Tells what is odd in a file that was read; one that is no capture at all ends the command with exit code 2.
  static func tell(_ analysis: Analysis, _ path: String) throws {
    let name = cleaned(path)
    for trouble in analysis.troubles { complain("\(name), octet \(trouble.offset): \(trouble.text)") }
    if analysis.rows.isEmpty, analysis.troubles.contains(where: \.isEnd) {
      let problem = SessionError(
        path: path, what: "holds nothing that can be read", remedy: "Give a pcapng or pcap file.")
      throw Failure.file(problem.description)
    }
  }
}
