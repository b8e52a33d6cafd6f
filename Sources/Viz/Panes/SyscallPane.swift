public import Bytes
public import Dissect
import Session

/// The system calls of a session, in the order of rows.
public struct SyscallLog: Sendable {
  /// Rows (from 1) that are system calls.
  public private(set) var rows: [Int] = []
  private var taken = 0

  /// No calls.
  public init() {}

  /// Takes the rows that the analysis has and the log has not.
  public mutating func update(from analysis: Analysis) {
    while taken < analysis.rows.count {
      taken += 1
      if analysis.isFrame(taken) { continue }
      let row = analysis.rows[taken - 1]
      if case .event(let event) = row.record, event.kind == .syscall { rows.append(row.number) }
    }
  }

  /// How many of the calls are known at a row (from 1); nil for all.
  public func count(atRow row: Int?) -> Int {
    guard let row else { return rows.count }
    var low = 0
    var high = rows.count
    while low < high {
      let middle = (low + high) / 2
      if rows[middle] > row { high = middle } else { low = middle + 1 }
    }
    return low
  }
}

/// Shows who called the kernel, with what, and what it gave.
public enum SyscallPane {
  /// Draws a heading and the calls from `scroll` (an index into `log.rows`), those after `cursor` (a row, nil for the end)
  /// left out. `selection` is a row; times count from `start`.
  public static func draw(
    on canvas: inout Canvas, in area: Rectangle, log: SyscallLog, analysis: Analysis, start: Timestamp?,
    selection: Int?, scroll: Int, cursor: Int? = nil, isFocused: Bool = true
  ) {
    guard area.height > 0, area.width > 20 else { return }
    let count = log.count(atRow: cursor)
    canvas.put(" called s  WHO", x: area.x, y: area.y, .dim)
    let call = 11 + who(area.width)
    canvas.put("CALL = RESULT", x: area.x + call, y: area.y, .dim, limit: max(0, area.width - call))
    if count == 0 {
      canvas.put(
        "No system call has been told yet.", x: area.x + 1, y: area.y + 1, .dim, limit: area.width - 1)
    }
    for offset in 0..<(area.height - 1) where (0..<count).contains(scroll + offset) {
      let row = log.rows[scroll + offset]
      guard row <= analysis.rows.count, case .event(let event) = analysis.rows[row - 1].record else {
        continue
      }
      let y = area.y + 1 + offset
      canvas.put(line(event, start, area.width), x: area.x, y: y, limit: area.width)
      if row == selection { ListPane.mark(on: &canvas, in: area, y: y, isFocused: isFocused) }
    }
  }

  private static func who(_ width: Int) -> Int { width >= 60 ? 22 : 10 }

  private static func line(_ event: Event, _ start: Timestamp?, _ width: Int) -> StyledLine {
    // What comes less than half a millisecond early is no negative zero.
    let time =
      start.map { start in
        let passed = event.time.since(start)
        return Seconds.text(passed > -500_000 && passed < 0 ? 0 : passed, decimals: 3)
      } ?? ""
    var line = StyledLine(String(repeating: " ", count: max(0, 9 - time.count)) + time + "  ", .dim)
    let room = who(width)
    var name = event.text("host") ?? "?"
    if width >= 60 { name += " \(event.text("process") ?? "")" }
    name = String(name.prefix(room - 1))
    line.append(name + String(repeating: " ", count: room - name.count), .server)
    let waits = event.text("phase") == "call"
    line.append(event.message, event.text("errno") != nil ? .warning : waits ? .focus : .code)
    if waits { line.append("  waits", .focus) }
    // Shorter ones took no time that a person would ask about.
    if let duration = event.number("duration"), duration >= 1_000_000 {
      line.append("  took \(Seconds.words(duration))", .dim)
    }
    return line
  }
}
