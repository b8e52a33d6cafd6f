internal import Bytes
internal import Dissect
internal import Session
internal import Viz

/// A run: what the lesson says now, the ladder, the one kernel line, WHY; fields and bytes of a row on demand.
enum RunScreen {
  static func draw(_ run: RunState, _ model: Model, on canvas: inout Canvas, in area: Rectangle) {
    let number = run.lesson.map { "\($0.number) " } ?? ""
    var rest = Sheet.title(number + run.title, head(run), on: &canvas, in: area)
    let isSmall = area.height < 30
    // Inside a row, a small screen is the row's.
    if !(isSmall && run.showsInside) { rest = say(run, on: &canvas, in: rest) }
    for banner in banners(run).flatMap({ Sheet.wrap($0, area.width - 2) }) {
      let (line, below) = rest.top(1)
      canvas.put(" \(banner)", x: line.x, y: line.y, .warning, limit: line.width)
      rest = below
    }
    if hasKernelLine(run), rest.height > 8, !(isSmall && run.showsInside) {
      let (upper, lower) = rest.top(rest.height - (rest.height > 12 ? 4 : 2))
      kernel(run, on: &canvas, in: lower)
      rest = upper
    }
    let isLarge = area.width >= 120 && model.size.height >= 36
    guard run.selection > 0, run.showsInside || isLarge else {
      rows(run, on: &canvas, in: rest, isFocused: true)
      return
    }
    // The frame takes the right from 110 columns on, and below that the lower part.
    let isBeside = area.width >= 110
    let (left, right) =
      isBeside
      ? rest.left(max(76, rest.width * 3 / 5)) : rest.top(max(4, rest.height / 5))
    rows(run, on: &canvas, in: left, isFocused: run.pane == .ladder)
    let (tree, hex) = right.top(max(right.height - 6, right.height * 3 / 5))
    if isBeside {
      for y in right.y..<(right.y + right.height) { canvas.put("|", x: right.x, y: y, .dim) }
      fields(run, on: &canvas, in: tree.left(1).1)
      bytes(run, on: &canvas, in: hex.left(1).1)
    } else {
      fields(run, on: &canvas, in: tree)
      bytes(run, on: &canvas, in: hex)
    }
  }

  private static func head(_ run: RunState) -> String {
    var parts: [String] = []
    if run.lesson != nil, case let count = run.steps.count, count > 0 {
      parts.append("step \(run.stepsReached) of \(count)")
    }
    switch run.kind {
    case .live: parts.append(run.isOver ? "OVER" : run.isReady || run.reached > 0 ? "LIVE" : "BUILDING")
    case .replay:
      parts.append(
        run.isLoading ? "READING" : run.isPlaying ? "PLAYING \(RunUpdater.speedText(run.speed))" : "REPLAY")
    }
    let time = max(0, run.kind == .replay ? run.clock - run.lead : run.shownTime(of: run.visible) ?? 0)
    parts.append("\(Seconds.text(time, decimals: 1)) s")
    return parts.joined(separator: "   ")
  }

  private static func banners(_ run: RunState) -> [String] {
    var lines: [String] = []
    if let banner = run.banner { lines.append(banner) }
    if let problem = run.store.guide?.problem {
      lines.append("The lesson's steps can't be found: \(problem)")
    }
    if run.isHeld {
      lines.append("WIRE HELD: frames wait, kernels' timers run on. n delivers one, d drops one.")
    }
    if run.gate != nil, run.frozen == nil {
      lines.append("The lab is a step ahead of the screen: ] shows the next step.")
    }
    if run.frozen != nil { lines.append("FROZEN: only the screen; the lab runs on. Space goes on.") }
    if !run.filterText.isEmpty {
      let count = run.filtered.map { " (\($0.count) of \(run.analysis.rows.count) rows)" } ?? ""
      lines.append(run.filterProblem ?? "FILTER \(run.filterText)\(count)")
    }
    if run.showsTimeline, run.kind == .replay { lines.append(timeline(run)) }
    return lines
  }

  /// The run along its time, one sign a tenth of what a line holds.
  private static func timeline(_ run: RunState) -> String {
    let columns = 60
    var line = Array(repeating: Character("."), count: columns)
    for row in run.analysis.rows where run.length > 0 && run.shows(row.number) {
      guard let offset = run.offset(of: row.number), offset >= 0 else { continue }
      line[min(columns - 1, Int(offset * Int64(columns) / run.length))] = run.isFrame(row.number) ? "#" : "+"
    }
    if run.length > 0 { line[min(columns - 1, Int(run.clock * Int64(columns) / run.length))] = "|" }
    return "0 [\(String(line))] \(Seconds.text(run.length, decimals: 1)) s"
  }

  /// What the lesson says at this moment, and the prediction beside what the wire said.
  private static func say(_ run: RunState, on canvas: inout Canvas, in area: Rectangle) -> Rectangle {
    guard run.lesson != nil else { return area }
    let reached = run.stepsReached
    var lines: [String] = []
    let steps = run.steps
    if steps.indices.contains(reached - 1) {
      lines = Sheet.wrap(steps[reached - 1].say, area.width - 2)
      if run.asksForAccept {
        lines.append("Press a: the server accepts one.")
      } else if !run.stepCommands.isEmpty {
        lines.append("Press y: \(run.stepCommands.joined(separator: ", "))")
      }
    } else if run.kind == .live, !run.isOver {
      lines = [
        run.offersPress
          ? run.isReady ? "Press c to begin." : "The hosts and their links are being built."
          : "The lab runs by itself; watch."
      ]
    } else {
      lines = ["Space plays the run; ] goes to the lesson's next step."]
    }
    let said = verdict(run, area.width - 2)
    let room = max(1, min(area.height / 4, 5))
    let shown = Array(lines.prefix(max(1, room - said.count)))
    let (top, rest) = area.top(shown.count + said.count + 1)
    for (offset, line) in shown.enumerated() {
      canvas.put(line, x: 1, y: top.y + offset, limit: area.width - 2)
    }
    for (offset, line) in said.enumerated() {
      canvas.put(line.text, x: 1, y: top.y + shown.count + offset, line.style, limit: area.width - 2)
    }
    Sheet.rule(on: &canvas, top, y: top.y + top.height - 1)
    return rest
  }

  /// The prediction beside what the wire said, in one line where that has room for both in full or in short, else in two.
  private static func verdict(_ run: RunState, _ width: Int) -> [(text: String, style: Style)] {
    for short in [false, true] {
      guard let (said, truth, isRight) = run.verdict(short: short) else { return [] }
      guard let truth else { return [(said, .strong)] }
      let gap = width - TextWidth.columns(of: said) - TextWidth.columns(of: truth)
      if gap >= 3 {
        return [(said + String(repeating: " ", count: gap) + truth, isRight ? .good : .warning)]
      }
      if short { return [(said, .strong), (truth, isRight ? .good : .warning)] }
    }
    return []
  }

  /// The ladder, or the rows that are shown, the selected one among them.
  private static func rows(_ run: RunState, on canvas: inout Canvas, in area: Rectangle, isFocused: Bool) {
    if run.isList {
      list(run, on: &canvas, in: area, isFocused: isFocused)
      return
    }
    let ladder = run.store.ladder
    let last = run.visible > 0 ? (ladder.line(ofRow: run.visible) ?? -1) : -1
    let selected = run.selection > 0 ? (ladder.line(ofRow: run.selection) ?? 0) : 0
    let height = area.height - 1
    // What comes stands at the foot; a row looked at stands in the middle.
    let scroll =
      run.follows ? max(0, last + 1 - height) : Sheet.scroll(selected, height, count: last + 1)
    // Which host stands on which side is known from the first frame on.
    guard last >= 0 else {
      canvas.put("No frame yet.", x: area.x + 1, y: area.y + 1, .dim, limit: area.width - 2)
      return
    }
    LadderPane.draw(
      on: &canvas, in: area, ladder: ladder, selection: run.selection > 0 ? run.selection : nil,
      scroll: scroll,
      cursor: run.visible)
    if isFocused, selected >= scroll, selected - scroll < height {
      canvas.cursor = (area.x, area.y + 1 + selected - scroll)
    }
  }

  private static func list(_ run: RunState, on canvas: inout Canvas, in area: Rectangle, isFocused: Bool) {
    let shown = run.window(area.height)
    if shown.isEmpty {
      canvas.put(run.isLive ? "Nothing has happened yet." : "No row to show.", x: area.x + 1, y: area.y, .dim)
    }
    for (offset, row) in shown.enumerated() {
      let y = area.y + offset
      let isSelected = row == run.selection
      var text = run.shownTime(of: row).map { Seconds.text($0, decimals: 3) } ?? ""
      text = String(row).padded(5) + String(repeating: " ", count: max(0, 8 - text.count)) + text + "  "
      var style = Style.plain
      switch run.analysis.rows[row - 1].record {
      case .frame:
        let summary = run.analysis.summary(row)
        text += "\(summary.source) > \(summary.destination)  ".padded(28)
        text += summary.protocolName.padded(6) + " " + summary.info
      case .event(let event):
        text += (event.text("host") ?? "").padded(8) + " " + event.message
        style = event.kind == .kernel ? .kernel : event.kind == .syscall ? .code : .dim
      default:
        text += run.analysis.summary(row).info
        style = .dim
      }
      canvas.put(text, x: area.x + 1, y: y, style, limit: area.width - 2)
      if isSelected {
        canvas.restyle(Rectangle(x: area.x, y: y, width: area.width, height: 1), .selected)
        canvas.put(">", x: area.x, y: y, .selected)
        if isFocused { canvas.cursor = (area.x, y) }
      }
    }
  }

  /// Captures of elsewhere hold no readings of a kernel.
  private static func hasKernelLine(_ run: RunState) -> Bool {
    run.kind == .live || run.lesson != nil || !run.store.ladder.history.current.listeners.isEmpty
  }

  /// The listener at this moment, and why the row selected is as it is.
  private static func kernel(_ run: RunState, on canvas: inout Canvas, in area: Rectangle) {
    Sheet.rule(on: &canvas, area, y: area.y)
    let ladder = run.store.ladder
    let state = ladder.history.at(row: run.visible)
    let (_, inner) = area.top(1)
    KernelLine.draw(on: &canvas, in: inner, state: state, queue: ladder.queue(atRow: run.visible))
    let (_, below) = inner.top(1)
    guard below.height > 0 else { return }
    let lines = Sheet.wrap(why(run).joined(separator: " "), area.width - 8)
    for (offset, line) in lines.prefix(below.height).enumerated() {
      canvas.put(offset == 0 && !line.isEmpty ? "WHY" : "", x: 1, y: below.y + offset, .title)
      canvas.put(line, x: 7, y: below.y + offset, limit: area.width - 8)
    }
  }

  /// What explains the row selected; while the screen follows what comes, the newest line that needs explaining.
  private static func why(_ run: RunState) -> [String] {
    let ladder = run.store.ladder
    guard run.selection > 0, var line = ladder.line(ofRow: run.selection) else { return [] }
    let first = run.follows ? max(0, line - 40) : line
    while line >= first {
      let causes = Why.explain(ladder, line: line, atRow: run.follows ? run.visible : nil)
      if !causes.isEmpty { return causes }
      line -= 1
    }
    return []
  }

  /// The fields of the row selected.
  private static func fields(_ run: RunState, on canvas: inout Canvas, in area: Rectangle) {
    Sheet.rule(on: &canvas, area, y: area.y)
    canvas.put(" row \(run.selection) ", x: area.x + 2, y: area.y, run.pane == .tree ? .focus : .dim)
    let tree = run.analysis.tree(run.selection)
    let (_, inner) = area.top(1)
    let first = Sheet.scroll(run.treeSelection, inner.height, count: tree.nodes.count)
    for (offset, node) in tree.nodes[first..<min(tree.nodes.count, first + inner.height)].enumerated() {
      let isSelected = first + offset == run.treeSelection && run.pane == .tree
      let text = String(repeating: "  ", count: max(0, Int(node.depth))) + tree.label(node)
      let y = inner.y + offset
      canvas.put(text, x: area.x + 2, y: y, isSelected ? .strong : .plain, limit: area.width - 3)
      if isSelected {
        canvas.put(">", x: area.x, y: y, .focus)
        canvas.cursor = (area.x + 2, y)
      }
    }
  }

  /// The octets of the row selected, those of the field selected marked.
  private static func bytes(_ run: RunState, on canvas: inout Canvas, in area: Rectangle) {
    guard area.height > 1, case .frame(let frame) = run.analysis.rows[run.selection - 1].record else {
      return
    }
    Sheet.rule(on: &canvas, area, y: area.y)
    if run.pane == .hex { canvas.put(" bytes ", x: area.x + 2, y: area.y, .focus) }
    let nodes = run.analysis.tree(run.selection).nodes
    let node = nodes.indices.contains(run.treeSelection) ? nodes[run.treeSelection] : nil
    let perLine = area.width >= 74 ? 16 : 8
    let lines = (frame.bytes.count + perLine - 1) / perLine
    let marked = run.pane == .tree ? Int(node?.offset ?? 0) / perLine : 0
    let first = min(max(run.hexScroll, marked - (area.height - 2)), max(0, lines - (area.height - 1)))
    for offset in 0..<max(0, min(area.height - 1, lines - first)) {
      let start = (first + offset) * perLine
      let y = area.y + 1 + offset
      canvas.put(hex(UInt64(start), 4), x: area.x + 1, y: y, .dim)
      for index in start..<min(start + perLine, frame.bytes.count) {
        let isMarked =
          node.map { $0.source == 0 && index >= $0.offset && index < $0.offset + $0.length } ?? false
        let byte = frame.bytes[index]
        let column = index - start
        let style: Style = isMarked ? .selected : .plain
        canvas.put(hex(UInt64(byte), 2), x: area.x + 7 + column * 3, y: y, style)
        let sign = (0x20..<0x7F).contains(byte) ? Unicode.Scalar(byte) : "."
        canvas.put(String(Character(sign)), x: area.x + 9 + perLine * 3 + column, y: y, style)
      }
    }
  }

  private static func hex(_ value: UInt64, _ digits: Int) -> String {
    let text = String(value, radix: 16)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }
}
