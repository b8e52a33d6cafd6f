import Bytes
import CLinux
import Dissect
import Glibc
import Session

/// A process of those that print the rows of a capture, each its shares, in the order of the rows.
///
/// Lines of a list are begun while the first pass goes on: at its half the rows that nothing to come can change are drawn
/// by others, which hold back what they draw until the pass is over.
struct Crew {
  /// Rows of a share: enough that a turn costs nothing, few enough that all end at about the same time.
  private static let size = 1024
  /// Octets that a process holds back at most while it is not its turn, and while the first pass goes on.
  private static let most = 8 << 20
  private static let mostEarly = 32 << 20
  /// A process more costs more than it brings below that many rows.
  private static let fewest = 4096

  private let analysis: Analysis
  private var printer: RowPrinter
  private var ring: Ring
  /// Those that print the rows before.
  private var before: Ring?
  private var most = Self.most

  /// What was drawn and is not written: whole shares in their order, then the one under way.
  private var output = TextBuffer()
  private var waiting: [Share] = []
  private var share = Share()

  /// Rows that are printed in one turn.
  private struct Share {
    /// Where its text stands in `output`.
    var text = 0..<0
    /// Where the separator before its first row stands, until it is known whether there was a row before.
    var separator: Int?
  }

  /// Prints the rows of a file, at most `count`, and what stands before and behind them, with as many processes as there
  /// are processors. `tell` is called when the file was read, before anything is printed. Throws when standard output
  /// can't be written.
  static func print(
    _ file: inout SessionFile, _ count: Int, _ printer: RowPrinter, tell: (Analysis) throws -> Void
  ) throws {
    let analysis = Analysis(of: file)
    let processors = min(Int(clinux_processors()), 16)
    var early: Ring?
    var settled = SettledRows(of: analysis)
    if printer.isList, processors > 1 {
      analysis.read(&file, upTo: file.size / 2)
      settled = SettledRows(of: analysis)
      if min(settled.count, count) >= fewest {
        early = begin(min(settled.count, count), of: analysis, printer, processors)
      }
    }
    analysis.read(&file)
    try tell(analysis)
    if !settled.hold(in: analysis) {
      early?.stop()
      early = nil
    }
    var head = TextBuffer()
    printer.begin(&head)
    try Output.write(head.raw, to: 1)
    try early?.passTurn()

    let rows = (early == nil ? 1 : min(settled.count, count) + 1)..<min(analysis.rows.count, count) + 1
    let ring = Ring(rows.count < fewest ? 1 : processors, hasTurn: early == nil)
    var crew = Crew(analysis, printer, ring)
    guard ring.number == 0 else { crew.end { try $0.work(rows) } }
    crew.before = early
    let result = Result { try crew.work(rows) }
    let areDone = [ring.areDone(), early?.areDone() ?? true]
    try result.get()
    guard areDone == [true, true] else {
      throw Failure.file("A process that drew a part of the rows ended early.")
    }
  }

  /// Has others draw the first `rows` rows, each as many. Returns the ring through which the turn goes to them and comes
  /// back; nil where no process can be started.
  private static func begin(
    _ rows: Int, of analysis: Analysis, _ printer: RowPrinter, _ processors: Int
  ) -> Ring? {
    let ring = Ring(processors)
    guard ring.number > 0 else { return ring.count > 1 ? ring : nil }
    var crew = Crew(analysis, printer, ring)
    crew.most = mostEarly
    let others = ring.count - 1
    let first = rows * (ring.number - 1) / others
    let last = rows * ring.number / others
    crew.end {
      try $0.print(first + 1..<last + 1)
      _ = try $0.hand(waits: true)
    }
  }

  private init(_ analysis: Analysis, _ printer: RowPrinter, _ ring: Ring) {
    (self.analysis, self.printer, self.ring) = (analysis, printer, ring)
  }

  /// Does a process's part, and ends the process.
  private mutating func end(_ work: (inout Crew) throws -> Void) -> Never {
    do { try work(&self) } catch { _exit(1) }
    _exit(0)
  }

  /// Prints the process's shares of some rows, and what stands behind the last row if its turn comes then.
  private mutating func work(_ rows: Range<Int>) throws {
    let shares = (rows.count + Self.size - 1) / Self.size
    for share in stride(from: ring.number, to: shares, by: ring.count) {
      let first = rows.lowerBound + share * Self.size
      try print(first..<min(rows.upperBound, first + Self.size))
    }
    if try hand(waits: true) { output.removeAll() }
    guard ring.number == shares % ring.count else { return }
    try takeTurn()
    printer.end(&output, hasRows: ring.hasRows)
    try Output.write(output.raw, to: 1)
  }

  /// Draws a share, and prints it as soon as it is its turn, or with later ones.
  private mutating func print(_ rows: Range<Int>) throws {
    printer.resume(before: rows.lowerBound)
    share = Share(text: output.count..<output.count)
    for row in rows {
      let start = output.count
      guard printer.append(row, of: analysis, to: &output) else { continue }
      if share.text.isEmpty { share.separator = start }
      share.text = share.text.lowerBound..<output.count
      if output.count >= (ring.isMyTurn && waiting.isEmpty ? 1 << 16 : most) { try writePart() }
    }
    waiting.append(share)
    if try hand(waits: output.count >= most) { output.removeAll() }
  }

  /// Writes the shares that wait, each in its turn; waits for turns that have not come if it `waits`. Says whether none
  /// is left.
  private mutating func hand(waits: Bool) throws -> Bool {
    for (index, share) in waiting.enumerated() {
      guard waits || ring.isMyTurn || (before ?? ring).isNext else {
        waiting.removeFirst(index)
        return false
      }
      try takeTurn()
      try write(share)
      try ring.passTurn()
    }
    waiting.removeAll(keepingCapacity: true)
    return true
  }

  /// Writes what there is of the share under way, and keeps the turn.
  private mutating func writePart() throws {
    _ = try hand(waits: true)
    try takeTurn()
    try write(share)
    share = Share()
    output.removeAll()
  }

  private mutating func write(_ share: Share) throws {
    guard !share.text.isEmpty else { return }
    var text = share.text
    if let start = share.separator {
      if !ring.hasRows {
        try Output.write(output.raw.extracting(text.lowerBound..<start), to: 1)
        text = start + printer.separatorCount..<text.upperBound
      }
      ring.hasRows = true
    }
    try Output.write(output.raw.extracting(text), to: 1)
  }

  /// Waits until everything before was written.
  private mutating func takeTurn() throws {
    guard !ring.isMyTurn else { return }
    guard before != nil else { return try ring.takeTurn() }
    try ring.takeTurn(behind: &before!)
    before = nil
  }
}
