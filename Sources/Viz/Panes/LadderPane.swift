import Bytes
import Dissect

/// Draws a ladder: time, connection, arrows between the hosts' lanes, what the kernel did, what the program did.
public enum LadderPane {
  /// Columns of each part for a width and a number of lanes.
  struct Columns {
    /// Column of each lane's bar, or one column where the text begins when lanes have no room.
    var lanes: [Int]
    var kernel: Int
    var program: Int?
    let first = 13
    /// Whether there is no room for lanes, so that hosts are named in each line.
    var isText = false

    /// Without a lab there are no kernels and programs to tell of, and the arrows get their room.
    init(width: Int, lanes count: Int, isOfALab: Bool = true) {
      if count <= 2, !isOfALab {
        lanes = [first, first + 1 + max(8, min(64, width - 38))]
        program = nil
      } else if count <= 2 {
        let arrow = max(8, min(48, width - (width >= 76 ? 49 : 38)))
        lanes = [first, first + 1 + arrow]
        program = width >= 76 ? width - 9 : nil
      } else {
        let room = width - first - (width >= 100 ? 30 : 25)
        let step = room / (count - 1)
        isText = step < 13
        lanes =
          isText
          ? [first, first + max(8, room)]
          : Array(stride(from: 13, through: 13 + (count - 1) * min(step, 40), by: min(step, 40)))
        program = nil
      }
      kernel = (lanes.last ?? first) + 2
    }
  }

  /// Draws lines from `scroll` (a line of the ladder, from 0) under a heading. `selection` is a row (from 1); its line gets
  /// `>` and `<`. What was not known at `cursor` (a row, nil for the end) isn't drawn: replay has not reached it.
  public static func draw(
    on canvas: inout Canvas, in area: Rectangle, ladder: Ladder, selection: Int?, scroll: Int,
    cursor: Int? = nil, isFocused: Bool = true
  ) {
    guard area.height > 0, area.width > 0 else { return }
    let columns = Columns(width: area.width, lanes: ladder.lanes.count, isOfALab: ladder.isOfALab)
    let pane = LadderDrawing(area: area, columns: columns, ladder: ladder, cursor: cursor)
    pane.heading(on: &canvas)
    let selected = selection.flatMap { ladder.line(ofRow: $0) }
    let count = ladder.count(atRow: cursor)
    for offset in 0..<(area.height - 1) {
      let index = scroll + offset
      guard index >= 0, index < count else { continue }
      let y = area.y + 1 + offset
      pane.line(index, y, on: &canvas)
      if index == selected {
        ListPane.mark(on: &canvas, in: area, y: y, isFocused: isFocused)
        canvas.put("<", x: area.x + area.width - 1, y: y, isFocused ? .focus : .selected)
      }
    }
  }

  /// `--label---->` or `<----label---`, exactly `width` columns of ASCII dashes around a cleaned label, which ends in `..`
  /// when it is cut. A frame that the wire dropped ends in `x` on its way.
  static func arrow(_ label: String, toRight: Bool, width: Int, isDropped: Bool = false) -> String {
    let room = width - (isDropped ? 7 : 5)
    let label = TextWidth.columns(of: label) <= room ? label : SegmentLabel.shortened(label)
    var text = String.UnicodeScalarView()
    var used = 0
    let whole = TextWidth.columns(of: label) <= room
    for scalar in label.unicodeScalars.map({ TextWidth.clean($0) }) {
      let columns = TextWidth.columns(scalar)
      guard used + columns <= (whole ? room : room - 2) else { break }
      text.append(scalar)
      used += columns
    }
    var words = String(text)
    if !whole, room >= 2 {
      words += ".."
      used += 2
    }
    if isDropped {
      let head = "--\(words)--x"
      let blank = String(repeating: " ", count: max(0, width - used - 5))
      return toRight ? head + blank : "\(blank)x--\(words)--"
    }
    let rest = String(repeating: "-", count: max(0, width - (toRight ? 3 : 4) - used))
    return toRight ? "--\(words)\(rest)>" : "<\(rest)\(words)---"
  }
}

/// One drawing of a ladder.
struct LadderDrawing {
  let area: Rectangle
  let columns: LadderPane.Columns
  let ladder: Ladder
  let cursor: Int?

  private func put(
    _ text: String, _ x: Int, _ y: Int, _ style: Style, on canvas: inout Canvas, limit: Int? = nil
  ) {
    let room = area.width - x
    if room > 0 { canvas.put(text, x: area.x + x, y: y, style, limit: min(room, limit ?? room)) }
  }

  func heading(on canvas: inout Canvas) {
    let y = area.y
    put("sent s", 2, y, .dim, on: &canvas)
    let names = ladder.lanes
    // Nothing is said of hosts that nobody has named yet.
    if names.isEmpty { return }
    let wire = wireWords
    if columns.isText {
      put("from and to", columns.first, y, .dim, on: &canvas)
      put("KERNEL", columns.kernel, y, .kernel, on: &canvas)
      return
    }
    if names.count > 2 {
      for (x, name) in zip(columns.lanes, names) {
        let text = String(name.uppercased().prefix(12))
        // The last name ends at its lane, so that it leaves room for the kernel's heading.
        let left = x == columns.lanes.last ? x - text.count + 1 : x - text.count / 2
        put(text, max(columns.first, left), y, .client, on: &canvas)
      }
      put("KERNEL", columns.kernel, y, .kernel, on: &canvas)
      return
    }
    put((names.first ?? "client").uppercased(), columns.first, y, .client, on: &canvas)
    let left = columns.first + (names.first?.count ?? 6)
    let right = columns.lanes[1]
    if !wire.isEmpty, right - left > wire.count + 1 {
      put(wire, max(left + 1, right - 2 - wire.count), y, .wire, on: &canvas)
    }
    guard ladder.isOfALab else {
      let name = String((names.count > 1 ? names[1] : "server").uppercased().prefix(40))
      put(name, max(left + 1, right - name.count + 1), y, .server, on: &canvas)
      return
    }
    let server = names.count > 1 ? names[1] : "server"
    put("KERNEL of \(server)", columns.kernel + 1, y, .kernel, on: &canvas, limit: 22)
    if let program = columns.program { put("PROGRAM", program, y, .server, on: &canvas) }
  }

  /// `wire 200 ms`, as the knob said at the cursor; before the first row, as the session says it begins.
  private var wireWords: String {
    let state = cursor.map { ladder.history.at(row: max(1, $0)) } ?? ladder.history.current
    return state.linkDelay.map { "wire \(Seconds.words($0))" } ?? ""
  }

  /// A capture of elsewhere that lasts under ten seconds has room for microseconds; a lab's wire is slow.
  private var decimals: Int {
    guard !ladder.isOfALab, let start = ladder.start, let end = ladder.history.time(ofRow: ladder.rows) else {
      return 3
    }
    return end.since(start) < 10_000_000_000 ? 6 : 3
  }

  private func time(_ passed: Int64, _ y: Int, on canvas: inout Canvas) {
    let text = Seconds.text(passed, decimals: decimals)
    put(text, max(1, 8 - text.count), y, .dim, on: &canvas)
  }

  /// A frame without lanes: who speaks to whom, where that is known.
  private func words(_ from: String, _ to: String?, _ label: String) -> String {
    if from.isEmpty, to?.isEmpty ?? true { return label }
    return "\(from) > \(to ?? "all")  \(label)"
  }

  func line(_ index: Int, _ y: Int, on canvas: inout Canvas) {
    let line = ladder.lines[index]
    if line.isFirst {
      put(line.connection, max(9, 12 - line.connection.count), y, .strong, on: &canvas, limit: 4)
    }
    // Without frames, times count from the first row, and results are all there is to time.
    if ladder.start == nil, let time = line.time, let first = ladder.history.time(ofRow: 1) {
      self.time(time.since(first), y, on: &canvas)
    }
    let note = ladder.note(ofLine: index, atRow: cursor)
    switch line.content {
    case .arrow(let from, let to, let label):
      if let time = line.time, let start = ladder.start {
        self.time(time.since(start), y, on: &canvas)
      }
      if columns.isText {
        put(
          words(from, to, label), columns.first, y, .plain, on: &canvas,
          limit: columns.kernel - 14)
      } else {
        arrow(line, from, to, label, y, on: &canvas)
      }
    case .note(""):
      for x in columns.lanes where !columns.isText { put("|", x, y, .dim, on: &canvas) }
    case .note(let text):
      let end = line.program.isEmpty ? area.width - 1 : columns.kernel
      put(text, columns.first, y, .code, on: &canvas, limit: end - columns.first)
    }
    program(line, note, y, on: &canvas)
    if !note.isEmpty {
      let isBad = note.hasPrefix("x") || note.contains("FULL")
      put(
        note, columns.kernel, y, isBad ? .bad : .kernel, on: &canvas, limit: area.width - 1 - columns.kernel)
    }
  }

  private func arrow(
    _ line: LadderLine, _ from: String, _ to: String?, _ label: String, _ y: Int, on canvas: inout Canvas
  ) {
    for x in columns.lanes { put("|", x, y, .dim, on: &canvas) }
    let lanes = ladder.lanes
    let a = lanes.firstIndex(of: from)
    let b = to.map { lanes.firstIndex(of: $0) } ?? (a == lanes.count - 1 ? 0 : lanes.count - 1)
    guard let a, let b, a != b, columns.lanes.indices.contains(max(a, b)) else {
      // A host without a lane, or one that speaks to itself.
      put(
        words(from, to, label), columns.first + 2, y, .plain, on: &canvas,
        limit: columns.kernel - 16)
      return
    }
    let left = columns.lanes[min(a, b)]
    let width = columns.lanes[max(a, b)] - left - 1
    let moment = cursor.flatMap { $0 < ladder.rows ? ladder.history.time(ofRow: $0) : nil }
    let text = LadderPane.arrow(
      label, toRight: a < b, width: width, isDropped: line.drop(at: moment) != nil)
    put(text, left + 1, y, line.isRepeat ? .warning : a < b ? .client : .server, on: &canvas)
  }

  /// The program's words stand right; a dot stands under the middle of the heading and gives way to a long note.
  private func program(_ line: LadderLine, _ note: String, _ y: Int, on canvas: inout Canvas) {
    if line.program.isEmpty { return }
    guard let program = columns.program else {
      if line.program != ".", note.isEmpty { put(line.program, columns.kernel, y, .server, on: &canvas) }
      return
    }
    if line.program == "." {
      if columns.kernel + note.count < program + 3 { put(".", program + 3, y, .server, on: &canvas) }
      return
    }
    let x = min(program, area.width - 1 - line.program.count)
    if x > columns.kernel + note.count { put(line.program, x, y, .server, on: &canvas) }
  }
}

/// A whole ladder as text, for `backlab ladder FILE` and `--plain`.
public enum LadderText {
  /// One line (from 0) as it was known at a row (from 1), in words; spaces at its ends left out.
  public static func line(_ index: Int, of ladder: Ladder, atRow row: Int? = nil, width: Int = 120) -> String
  {
    var canvas = Canvas(width: width, height: 2)
    LadderPane.draw(
      on: &canvas, in: Rectangle(x: 0, y: 0, width: width, height: 2), ladder: ladder, selection: nil,
      scroll: index, cursor: row)
    return canvas.lines[1].trimmed
  }

  /// The heading and one text per line of the ladder, `width` columns at most.
  public static func lines(_ ladder: Ladder, width: Int = 80) -> [String] {
    var result: [String] = []
    var first = 0
    // In parts: a canvas of a long session would be large.
    repeat {
      let count = min(512, ladder.lines.count - first)
      var canvas = Canvas(width: width, height: count + 1)
      let area = Rectangle(x: 0, y: 0, width: width, height: count + 1)
      LadderPane.draw(on: &canvas, in: area, ladder: ladder, selection: nil, scroll: first)
      result += first == 0 ? canvas.lines[...] : canvas.lines.dropFirst()
      first += count
    } while first < ladder.lines.count
    return result
  }
}
