import ArgumentParser
import Bytes
import Dissect

/// `backlab dissect`: the rows of a capture as text, in the words and with the options of tshark.
struct DissectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dissect", abstract: "Show the rows of a session or any capture, as tshark does.",
    discussion: """
      Without options a line a row: number, seconds since the first row, source, destination, protocol, length, info.
      Filters and fields have Wireshark's names; events have their own: kernel.accept_queue, syscall.errno.
      """)

  @Argument(help: "A pcapng or pcap file.") var file: String
  @Option(
    name: .customShort("Y"), help: ArgumentHelp("Only rows of this display filter.", valueName: "filter"))
  var filter = ""
  @Option(
    name: .customShort("T"),
    help: ArgumentHelp("`fields`: only the values of -e, tabs between.", valueName: "format"))
  var format: String?
  @Option(name: .customShort("e"), help: ArgumentHelp("A field to print, with -T fields.", valueName: "name"))
  var fields: [String] = []
  @Flag(name: .customShort("V"), help: "Each row with all its fields.") var verbose = false

  func validate() throws {
    if let format, format != "fields" {
      throw ValidationError("-T \(format): there is one format, `fields`. Write -T fields -e NAME.")
    }
    if (format == nil) != fields.isEmpty {
      throw ValidationError("-T fields and -e NAME belong together. Write -T fields -e ip.src -e tcp.port.")
    }
  }

  func run() throws {
    let filter: Filter
    do throws(FilterError) { filter = try Filter(self.filter) } catch let problem {
      throw Failure.usage("-Y \(self.filter): \(problem.description)")
    }
    for name in fields {
      // A field alone is a filter: its error names the nearest field.
      do throws(FilterError) { _ = try Filter(name) } catch let problem {
        throw Failure.usage("-e \(name): \(problem.text)")
      }
    }
    let analysis = try Capture.analysis(file)
    var output = Output()
    // A list needs no text but its columns; the rest is made for those who look at it.
    let (fields, verbose) = (fields, verbose)
    let isList = fields.isEmpty && !verbose
    var tree = Dissection(for: isList ? .list : .everything, filter: filter)
    var number = 0
    while number < analysis.rows.count {
      number += 1
      analysis.draw(number, into: &tree)
      guard filter.matches(tree) else { continue }
      if !fields.isEmpty {
        try output.fields(fields.map { tree.valueTexts(named: $0).joined(separator: ",") })
      } else if verbose {
        for node in tree.nodes {
          try output.line(String(repeating: " ", count: 4 * Int(node.depth)) + tree.label(node))
        }
        try output.line("")
      } else {
        try output.write { analysis.appendLine(number, tree, to: &$0) }
      }
    }
    try output.flush()
  }
}
