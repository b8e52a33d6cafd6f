internal import Bytes
internal import Dissect
internal import Session
internal import Viz

/// A run: what the lesson says now, the ladder, the one kernel line, WHY; other panes on demand.
enum RunScreen {
  static func draw(_ run: RunState, _ model: Model, on canvas: inout Canvas, in area: Rectangle) {
    let number = run.lesson.map { "\($0.number) " } ?? ""
    let rest = Sheet.title(number + run.title, head(run), on: &canvas, in: area)
    let size = Size(width: canvas.width, height: canvas.height)
    guard let frames = RunPanes.frames(run, size) else {
      rows(run, on: &canvas, in: rest, isFocused: true)
      return
    }
    let focus = RunPanes.focus(run, size)
    rules(run, frames, focus, on: &canvas)
    if let text = frames[.text] {
      let urgent = RunText.banners(run, size.width).map { (text: $0, style: Style.warning) }
      let all = RunText.lines(run, size) + urgent
      // Where there is no room for all, what holds at this moment stays.
      let shown =
        all.count > text.height ? Array(all.prefix(max(0, text.height - urgent.count)) + urgent) : all
      for (offset, line) in shown.prefix(text.height).enumerated() {
        canvas.put(line.text, x: 1, y: text.y + offset, line.style, limit: text.width - 2)
      }
    }
    if let area = frames[.ladder] { rows(run, on: &canvas, in: area, isFocused: focus == .ladder) }
    RunPanes.draw(run, model.overlay, frames, focus: focus, on: &canvas)
    if let area = frames[.kernelLine] {
      let ladder = run.store.ladder
      KernelLine.draw(
        on: &canvas, in: area,
        state: hasKernelLine(run) ? ladder.history.at(row: run.visible) : nil,
        queue: ladder.queue(atRow: run.visible), why: why(run))
    }
  }

  /// A rule over each pane, with its name and the key that closes it; a bar beside those that stand right.
  private static func rules(
    _ run: RunState, _ frames: [PaneID: Rectangle], _ focus: PaneID, on canvas: inout Canvas
  ) {
    let panes = frames.filter { $0.key != .title && $0.key != .footer }.sorted { $0.value.y < $1.value.y }
    for (_, area) in panes {
      Sheet.rule(on: &canvas, area, y: area.y - 1)
      if area.x > 0 {
        for y in (area.y - 1)..<(area.y + area.height) { canvas.put("|", x: area.x - 1, y: y, .dim) }
      }
    }
    for (pane, area) in panes {
      guard let name = RunPanes.name(pane, run, isFocused: pane == focus) else { continue }
      canvas.put(
        " \(name) ", x: area.x + 2, y: area.y - 1, pane == focus ? .focus : .dim, limit: area.width - 2)
    }
  }

  private static func head(_ run: RunState) -> String {
    var parts: [String] = []
    if run.lesson != nil, case let count = run.steps.count, count > 0 {
      parts.append("step \(run.stepsReached) of \(count)")
    }
    switch run.kind {
    case .live:
      parts.append(
        run.isOver ? "OVER" : run.isEnding ? "ENDING" : run.isReady || run.reached > 0 ? "LIVE" : "BUILDING")
    case .replay:
      parts.append(
        run.isLoading ? "READING" : run.isPlaying ? "PLAYING \(RunUpdater.speedText(run.speed))" : "REPLAY")
    }
    let time = max(0, run.kind == .replay ? run.clock - run.lead : run.shownTime(of: run.visible) ?? 0)
    parts.append("\(Seconds.text(time, decimals: 1)) s")
    return parts.joined(separator: "   ")
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
    LadderPane.draw(
      on: &canvas, in: area, ladder: ladder, selection: run.selection > 0 ? run.selection : nil,
      scroll: scroll, cursor: run.visible, isFocused: isFocused)
    if last < 0, area.height > 1 {
      let text = run.isUnderWay ? "No frame yet." : "No frame yet at this moment."
      canvas.put(text, x: area.x + 13, y: area.y + 1, .dim, limit: area.width - 14)
    }
  }

  private static func list(_ run: RunState, on canvas: inout Canvas, in area: Rectangle, isFocused: Bool) {
    let shown = run.window(area.height)
    if shown.isEmpty {
      canvas.put(
        run.isUnderWay ? "Nothing has happened yet." : "No row to show.", x: area.x + 1, y: area.y, .dim)
    }
    ListPane.draw(
      on: &canvas, in: area, lines: shown.map { line(run, $0) },
      selection: shown.firstIndex(of: run.selection), scroll: 0, isFocused: isFocused)
  }

  static func line(_ run: RunState, _ row: Int) -> StyledLine {
    let time = run.shownTime(of: row).map { Seconds.text($0, decimals: 3) } ?? ""
    var text = String(row).padded(5) + String(repeating: " ", count: max(0, 8 - time.count)) + time + "  "
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
    return StyledLine(text, style)
  }

  /// Captures of elsewhere hold no readings of a kernel.
  static func hasKernelLine(_ run: RunState) -> Bool {
    run.kind == .live || run.lesson != nil || !run.store.ladder.history.current.listeners.isEmpty
  }

  /// What explains the row selected; while the screen follows what comes, the newest line that needs explaining.
  static func why(_ run: RunState) -> [String] {
    let ladder = run.store.ladder
    guard run.selection > 0, var line = ladder.line(ofRow: run.selection) else {
      return Why.meaning(ofRow: run.selection, run.analysis)
    }
    // A row of the list that is no line of the ladder speaks for itself.
    if run.isList, ladder.lines[line].row != run.selection {
      return Why.meaning(ofRow: run.selection, run.analysis)
    }
    let first = run.follows ? max(0, line - 40) : line
    while line >= first {
      let causes = Why.explain(ladder, line: line, atRow: run.follows ? run.visible : nil)
      if !causes.isEmpty { return causes }
      line -= 1
    }
    return Why.meaning(ofRow: run.lookedAt, run.analysis)
  }
}
