import Dissect
import Session

/// A capture file read to its end.
enum Capture {
  /// The rows of the file at `path`, dissected. What is odd in it is told on standard error; a file that can't be
  /// read, or is no capture at all, ends the command with exit code 2.
  static func analysis(_ path: String) throws -> Analysis {
    do throws(SessionError) {
      let analysis = try Analysis(path: path)
      let name = cleaned(path)
      for trouble in analysis.troubles { complain("\(name), octet \(trouble.offset): \(trouble.text)") }
      if analysis.rows.isEmpty, analysis.troubles.contains(where: \.isEnd) {
        throw SessionError(
          path: path, what: "holds nothing that can be read", remedy: "Give a pcapng or pcap file.")
      }
      return analysis
    } catch let problem { throw Failure.file(problem.description) }
  }
}
