import ArgumentParser
import Bytes
import CLinux
import Dissect
import Glibc

/// One of several processes that print the rows of a capture, each its shares, in the order of the rows.
///
/// After the first pass each process draws from its own copy-on-write picture of the analysis, so nothing is shared
/// between the processors, neither locks nor reference counts. The right to write goes round by pipes, as an octet that
/// says whether any row was printed yet.
struct Crew {
  /// Rows of a share: enough that a turn costs nothing, few enough that all end at about the same time.
  private static let share = 1024
  /// Octets that a process holds back at most while it is not its turn.
  private static let most = 8 << 20
  /// A process more costs more than it brings below that many rows.
  private static let fewest = 4096

  private let analysis: Analysis
  private let rows: Int
  private var printer: RowPrinter
  /// This process's number, and how many there are.
  private var number = 0, count = 1
  private var from: CInt = -1, to: CInt = -1
  private var children: [CInt] = []

  private var output = TextBuffer()
  /// Where the separator before the share's first row stands, until it is known whether there was a row before.
  private var separator: Int?
  private var isMyTurn = true
  private var hasRows = false

  /// Prints the first `rows` rows, and what stands before and behind them, with as many processes as there are
  /// processors. Throws when standard output can't be written.
  static func print(_ rows: Int, of analysis: Analysis, _ printer: RowPrinter) throws {
    var crew = Crew(analysis, rows, printer)
    guard crew.number == 0 else {
      do { try crew.work() } catch { _exit(1) }
      _exit(0)
    }
    let result = Result { try crew.work() }
    let areDone = unsafe clinux_crew_wait(crew.children, CInt(crew.children.count)) == 0
    try result.get()
    guard areDone else { throw Failure.file("A process that drew a part of the rows ended early.") }
  }

  private init(_ analysis: Analysis, _ rows: Int, _ printer: RowPrinter) {
    (self.analysis, self.rows, self.printer) = (analysis, rows, printer)
    let size = rows < Self.fewest ? 1 : min(clinux_processors(), 16)
    guard size > 1 else { return }
    children = [CInt](repeating: 0, count: Int(size) - 1)
    let mine = unsafe clinux_crew(size, &from, &to, &children)
    // Where no process can be started this one does it alone.
    guard mine >= 0 else {
      children = []
      return
    }
    (number, count, isMyTurn) = (Int(mine), Int(size), mine == 0)
    if mine > 0 { children = [] }
  }

  private mutating func work() throws {
    if number == 0 { printer.begin(&output) }
    let shares = (rows + Self.share - 1) / Self.share
    for share in stride(from: number, to: shares, by: count) {
      let first = share * Self.share + 1
      printer.resume(before: first)
      var isEmpty = true
      for row in first..<min(rows + 1, first + Self.share) {
        let start = output.count
        guard printer.append(row, of: analysis, to: &output) else { continue }
        if isEmpty { separator = start }
        isEmpty = false
        if output.count >= (isMyTurn ? 1 << 16 : Self.most) { try write() }
      }
      try write()
      try passTurn()
    }
    guard number == shares % count else { return }
    try takeTurn()
    printer.end(&output, hasRows: hasRows)
    try write()
  }

  private mutating func write() throws {
    try takeTurn()
    if let start = separator {
      if !hasRows { output.remove(start..<start + printer.separatorCount) }
      (hasRows, separator) = (true, nil)
    }
    try Output.write(output.raw, to: 1)
    output.removeAll()
  }

  /// Waits until everything before this process's share was written.
  private mutating func takeTurn() throws {
    guard !isMyTurn else { return }
    var octet: UInt8 = 0
    var got = 0
    repeat { got = unsafe read(from, &octet, 1) } while got < 0 && errno == EINTR
    // The process before ended early, and has said why.
    guard got == 1 else { throw ExitCode(1) }
    (isMyTurn, hasRows) = (true, octet != 0)
  }

  private mutating func passTurn() throws {
    guard count > 1 else { return }
    isMyTurn = false
    let octet: [UInt8] = [hasRows ? 1 : 0]
    try unsafe Output.write(octet.span.bytes, to: to)
  }
}
