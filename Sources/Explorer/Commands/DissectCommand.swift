import ArgumentParser
import Bytes
import Dissect

/// `backlab dissect`: the rows of a capture as text, in the words and with the options of tshark.
struct DissectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dissect", abstract: "Show the rows of a session or any capture, as tshark does.",
    discussion: """
      Without options a line a row: number, seconds since the first row, source, destination, protocol, length, info.
      Options, filters and fields are those of tshark -2 -n; events have fields of their own: kernel.accept_queue,
      syscall.errno.
      """)

  @Argument(help: "A pcapng or pcap file; `-` reads standard input.") var file: String?
  @Option(name: .customShort("r"), help: ArgumentHelp("The same.", valueName: "file")) var input: String?
  @Option(
    name: .customShort("Y"), help: ArgumentHelp("Only rows of this display filter.", valueName: "filter"))
  var filter = ""
  @Option(
    name: .customShort("T"),
    help: ArgumentHelp(
      "`text`, `tabs`, `fields`, `json`, `ek` (a JSON document a line), `pdml` or `psml`.",
      valueName: "format"))
  var format: String?
  @Option(
    name: .customShort("e"),
    help: ArgumentHelp("A field to print, with any -T but text. Give it again for more.", valueName: "name"))
  var fields: [String] = []
  @Option(
    name: .customShort("E"),
    help: ArgumentHelp(
      "For -T fields: header=y, separator=C, aggregator=C, occurrence=f|l|a, quote=d|s|n or bom=y.",
      valueName: "option"))
  var style: [String] = []
  @Flag(name: .customShort("V"), help: "Each row with all its fields.") var verbose = false
  @Option(
    name: .customShort("O"),
    help: ArgumentHelp("As -V, but only these protocols whole: tcp,http.", valueName: "protocols"))
  var protocols: String?
  @Flag(name: .customShort("x"), help: "The octets of each row in hex.") var octets = false
  @Option(name: .customShort("c"), help: ArgumentHelp("Read only the first rows.", valueName: "count"))
  var count: Int?
  @Flag(name: .customShort("2"), help: "Accepted; every capture is read in two passes.") var twoPasses = false
  @Flag(name: .customShort("n"), help: "Accepted; no name is resolved.") var noNames = false

  func validate() throws {
    guard (file == nil) != (input == nil) else {
      throw ValidationError(
        file == nil ? "Give a file, or `-` for standard input." : "Give one file: as it is or behind -r.")
    }
    if let format, OutputFormat(rawValue: format) == nil {
      let all = OutputFormat.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("-T \(format): there is no such format. Write one of \(all).")
    }
    if !fields.isEmpty, format == nil || ["text", "tabs", "psml"].contains(format) {
      throw ValidationError(
        "-e belongs to -T fields, json, ek or pdml. Write -T fields -e ip.src -e tcp.port.")
    }
    if format == "fields", fields.isEmpty {
      throw ValidationError("-T fields prints what -e names. Write -T fields -e ip.src -e tcp.port.")
    }
    if octets, let format, OutputFormat(rawValue: format)?.showsOctets == false {
      throw ValidationError("-x goes with text, tabs, json and ek. Leave out -T \(format), or -x.")
    }
    if let count, count < 1 { throw ValidationError("-c \(count): give a number of rows from 1.") }
  }

  func run() throws {
    let (options, filter) = (try self.options(), try Self.filter(self.filter))
    let path = file ?? input ?? "-"
    var printer = RowPrinter(options, filter: filter)
    if path == "-" { return try stream(&printer) }
    var file = try Capture.open(path)
    try Crew.print(&file, count ?? .max, printer) { try Capture.tell($0, path) }
  }

  /// Prints rows of standard input as they come; of later rows nothing is known yet.
  private func stream(_ printer: inout RowPrinter) throws {
    let analysis = Analysis()
    var output = Output(isLive: true)
    try output.append { printer.begin(&$0) }
    var row = 0
    let last = count ?? .max
    var failure: (any Error)?
    try Capture.read(analysis) { rows in
      do {
        while row < min(rows, last) {
          row += 1
          try output.append { _ = printer.append(row, of: analysis, to: &$0) }
        }
      } catch { failure = error }
      return row < last && failure == nil
    }
    if let failure { throw failure }
    try output.append { printer.end(&$0) }
    try output.flush()
  }

  /// What the arguments ask for. Ends the command with 64 where one names nothing.
  private func options() throws -> OutputOptions {
    var options = OutputOptions()
    options.format = format.flatMap { OutputFormat(rawValue: $0) } ?? .text
    options.file = file ?? input ?? "-"
    options.isWhole = verbose || protocols != nil
    options.hasOctets = octets
    options.hasDerived = true
    options.protocols = protocols.map { Set($0.split(separator: ",").map(String.init)) }
    for option in style where !options.style.set(option) {
      throw Failure.usage(
        "-E \(option): there is no such option. Write header=y, separator=C, aggregator=C, occurrence=f|l|a, quote=d|s|n or bom=y."
      )
    }
    for name in fields {
      guard let field = SelectedField(name) else {
        // A field alone is a filter: its error names the nearest field.
        do throws(FilterError) { _ = try Filter(name) } catch let problem {
          throw Failure.usage("-e \(name): \(problem.text)")
        }
        throw Failure.usage("-e \(name): there is no such field.")
      }
      options.fields.append(field)
    }
    return options
  }

  /// Reads a display filter. Ends the command with 64 when it can't be read.
  static func filter(_ text: String) throws -> Filter {
    do throws(FilterError) { return try Filter(text) } catch let problem {
      throw Failure.usage("-Y \(text): \(problem.description)")
    }
  }
}
