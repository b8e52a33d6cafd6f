import Bytes
import Dissect
import Session

/// What must never be, and was.
public struct Finding: Error, CustomStringConvertible {
  /// What, in a sentence.
  public var description: String

  init(_ description: String) { self.description = description }
}

/// Leads records through everything that the program does with them, and looks at all that comes out.
struct WholeWay {
  /// Octets of nodes, sources and texts that a row of `size` octets of input may come to.
  private let bound: Int
  /// Which of the ways to print is taken: all would cost too much each time.
  private let choice: UInt8
  private var list = Dissection(for: .list, filter: .none)
  private var whole = Dissection(for: .everything, filter: .none)
  private var text = TextBuffer()

  private init(_ input: [UInt8]) {
    bound = Bound.octets(input.count)
    // Any octet of the input will do; the last one is changed least by what goes before.
    choice = input.last ?? 0
  }

  /// Takes the records that `input` came to all the way.
  static func take(_ records: [Record], _ input: [UInt8]) throws(Finding) {
    let analysis = Analysis()
    for record in records { analysis.append(record) }
    try take(analysis, input)
  }

  /// Takes what was read of `input` all the way.
  static func take(_ analysis: Analysis, _ input: [UInt8]) throws(Finding) {
    var way = WholeWay(input)
    let forwards = try way.rows(analysis, Array(stride(from: 1, through: analysis.rows.count, by: 1)))
    let backwards = try way.rows(analysis, Array(stride(from: analysis.rows.count, to: 0, by: -1)))
    for (row, digest) in forwards where backwards[row] != digest {
      throw Finding("row \(row) is another when it is drawn again: \(analysis.summary(row).info)")
    }
    try way.print(analysis)
  }

  /// Draws rows in an order; returns a digest of each.
  private mutating func rows(_ analysis: Analysis, _ order: [Int]) throws(Finding) -> [Int: Int] {
    var digests: [Int: Int] = [:]
    for row in order {
      analysis.draw(row, into: &list)
      analysis.draw(row, into: &whole)
      if list.info != whole.info || list.protocolName != whole.protocolName {
        throw Finding(
          "row \(row) is \(list.protocolName), \(list.info) in a list and \(whole.protocolName), \(whole.info) whole"
        )
      }
      text.removeAll()
      analysis.appendLine(row, list, to: &text)
      try Clean.line(text.bytes)
      var digest = Hasher()
      try nodes(row, &digest)
      Self.add(text.bytes, to: &digest)
      digests[row] = digest.finalize()
    }
    return digests
  }

  private static func add(_ octets: [UInt8], to digest: inout Hasher) {
    unsafe octets.withUnsafeBytes { unsafe digest.combine(bytes: $0) }
  }

  /// Looks at a row's nodes.
  private mutating func nodes(_ row: Int, _ digest: inout Hasher) throws(Finding) {
    var octets = whole.nodes.count * MemoryLayout<Node>.size
    for source in whole.sources {
      octets += source.bytes.count
      Self.add(source.bytes, to: &digest)
    }
    for text in whole.texts { octets += text.utf8.count }
    var depth: UInt8 = 0
    for (index, node) in whole.nodes.enumerated() {
      guard node.depth <= depth, node.source < whole.sources.count else {
        throw Finding("row \(row): node \(index) hangs nowhere: \(whole.label(node))")
      }
      depth = node.depth + 1
      let room = whole.sources[Int(node.source)].bytes.count
      guard Int(node.offset) + Int(node.length) <= room else {
        throw Finding(
          "row \(row): \(node.offset) + \(node.length) is outside of \(room) octets: \(whole.label(node))")
      }
      text.removeAll()
      whole.appendLabel(node, to: &text)
      try Clean.line(text.bytes)
      octets += text.count
      digest.combine(node.field)
      digest.combine(node.value)
      digest.combine(node.offset)
      digest.combine(node.length)
      Self.add(text.bytes, to: &digest)
    }
    if octets > bound { throw Finding("row \(row) takes \(octets) octets: \(whole.info)") }
    text.removeAll()
  }

  /// Prints all rows in one of the formats, and what is said of connections.
  private mutating func print(_ analysis: Analysis) throws(Finding) {
    var options = OutputOptions()
    let formats = OutputFormat.allCases
    options.format = formats[Int(choice) % formats.count]
    options.isWhole = choice & 64 == 0
    options.hasOctets = choice & 128 != 0 && options.format.showsOctets
    if options.format == .fields {
      options.fields = [
        "frame.protocols", "tcp.payload", "http.request.line", "http2.header", "_ws.col.Info",
      ]
      .compactMap { SelectedField($0) }
    }
    var printer = RowPrinter(options, filter: .none)
    text.removeAll()
    printer.begin(&text)
    for row in stride(from: 1, through: analysis.rows.count, by: 1) {
      _ = printer.append(row, of: analysis, to: &text)
      try Clean.lines(text.bytes)
      text.removeAll()
    }
    printer.end(&text)
    try Clean.lines(text.bytes)
    text.removeAll()
    guard choice % 16 == 3 else { return }
    analysis.streams().append(to: &text)
    CaptureFigures(analysis).append(to: &text)
    for layer in Follow.Layer.allCases {
      Follow(layer, stream: 0, substream: 1, in: analysis)?.append(as: .ascii, to: &text)
    }
    try Clean.lines(text.bytes)
  }
}

extension Filter {
  /// No test at all.
  fileprivate static let none: Filter = {
    do { return try Filter("") } catch { fatalError("an empty filter: \(error)") }
  }()
}

/// How much memory may come of input.
enum Bound {
  /// Octets that a row may take: what input holds, and what packed bodies may come to at most.
  static func octets(_ input: Int) -> Int { (64 << 20) + input * 1024 }
}
