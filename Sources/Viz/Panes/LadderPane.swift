import Bytes

/// Draws a ladder: time, connection, arrow, what the kernel did, what the program did.
public enum LadderPane {
  /// Columns of each part for a width.
  struct Columns {
    var arrow: Int, kernel: Int, program: Int?
    let lane = 13

    init(width: Int) {
      arrow = max(8, min(48, width - (width >= 76 ? 49 : 38)))
      kernel = lane + arrow + 3
      program = width >= 76 ? width - 9 : nil
    }
  }

  /// Draws lines from `scroll` (a line of the ladder, from 0) under a heading. `selection` is a row (from 1); its line gets
  /// `>` and `<`. Rows after `cursor` (a row, nil for none) aren't drawn: replay has not reached them.
  public static func draw(
    on canvas: inout Canvas, in area: Rectangle, ladder: Ladder, selection: Int?, scroll: Int,
    cursor: Int? = nil
  ) {
    guard area.height > 0, area.width > 0 else { return }
    let columns = Columns(width: area.width)
    func put(_ text: String, _ x: Int, _ y: Int, _ style: Style, _ limit: Int? = nil) {
      let room = area.width - x
      if room > 0 { canvas.put(text, x: area.x + x, y: y, style, limit: min(room, limit ?? room)) }
    }
    put("sent s", 2, area.y, .dim)
    put("CLIENT", columns.lane, area.y, .client)
    put("KERNEL of server", columns.kernel, area.y, .kernel)
    if let program = columns.program { put("PROGRAM", program, area.y, .server) }
    let selected = selection.flatMap { ladder.line(ofRow: $0) }
    for offset in 0..<(area.height - 1) {
      let index = scroll + offset
      guard index >= 0, index < ladder.lines.count else { continue }
      let line = ladder.lines[index]
      if let cursor, line.row > cursor { break }
      let y = area.y + 1 + offset
      let kernelWidth = (columns.program ?? area.width) - columns.kernel - 1
      switch line.content {
      case .arrow(let toServer, let label):
        if let time = line.time, let start = ladder.start {
          let text = Seconds.text(time.since(start), decimals: 3)
          put(text, max(1, 8 - text.count), y, .dim)
        }
        if line.isFirst { put(line.connection, 10, y, .strong) }
        put("|", columns.lane, y, .dim)
        put(
          arrow(label, toServer: toServer, width: columns.arrow), columns.lane + 1, y,
          line.isRepeat ? .warning : toServer ? .client : .server)
        put("|", columns.lane + 1 + columns.arrow, y, .dim)
      case .note(let text): put(text, columns.lane, y, .code, columns.arrow + kernelWidth)
      }
      let bad = line.kernel.hasPrefix("x") || line.kernel.hasSuffix("FULL")
      if !line.kernel.isEmpty { put(line.kernel, columns.kernel, y, bad ? .bad : .kernel, kernelWidth) }
      if let program = columns.program {
        // A dot stands under the middle of the heading; longer words than the lane begin further left.
        let x = line.program == "." ? program + 3 : min(program, area.width - 1 - line.program.count)
        put(line.program, max(columns.lane, x), y, .server)
      }
      if index == selected {
        canvas.restyle(Rectangle(x: area.x, y: y, width: area.width, height: 1), .selected)
        put(">", 0, y, .selected)
        put("<", area.width - 1, y, .selected)
      }
    }
  }

  /// `--label---->` or `<----label--`, exactly `width` columns of ASCII dashes around a cleaned label.
  static func arrow(_ label: String, toServer: Bool, width: Int) -> String {
    var text = String.UnicodeScalarView()
    var used = 0
    for scalar in label.unicodeScalars.map({ TextWidth.clean($0) }) {
      let columns = TextWidth.columns(scalar)
      guard used + columns <= width - 5 else { break }
      text.append(scalar)
      used += columns
    }
    let rest = String(repeating: "-", count: max(0, width - (toServer ? 3 : 4) - used))
    return toServer ? "--\(String(text))\(rest)>" : "<\(rest)\(String(text))---"
  }
}

/// A whole ladder as text, for `backlab ladder FILE` and `--plain`.
public enum LadderText {
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
