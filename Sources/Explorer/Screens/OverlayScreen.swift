internal import Dissect
internal import Viz

/// Help, palette and the other things that lie over a screen.
enum OverlayScreen {
  static func draw(_ overlay: Model.Overlay, _ model: Model, on canvas: inout Canvas) {
    switch overlay {
    case .help(let selection):
      let lines = CommandRegistry.helped(model).map { command in
        (command.keyText.padded(12) + command.help, command.enabled(model))
      }
      list("All keys here (Enter runs one)", lines, selection, on: &canvas, hanging: 12)
    case .palette(let text, let selection):
      let found = CommandRegistry.matches(text, in: model)
      list(
        ":\(text)", found.map { ($0.id.rawValue.padded(20) + $0.help, true) }, selection, on: &canvas,
        cursor: 1 + TextWidth.columns(of: text), hanging: 20)
    case .filter(let text):
      let names = FilterLine.completions(text)
      var lines = [(FilterLine.verdict(text).text, true)]
      lines += names.prefix(6).map { name in
        let title = Catalogue.shared.byName[name]?.first.map { Catalogue.shared.info($0).title } ?? ""
        return (name.padded(30) + title, false)
      }
      if !names.isEmpty {
        lines.append(
          (names.count > 6 ? "and \(names.count - 6) more; Tab completes" : "Tab completes", false))
      }
      list("Filter: \(text)", lines, -1, on: &canvas, cursor: 8 + TextWidth.columns(of: text), hanging: 30)
    case .search(let text):
      let before = model.run?.searchText ?? ""
      let hint =
        before.isEmpty
        ? "Enter finds the next row that has these words; Esc goes back."
        : "Enter finds the next row that has these words; with none, \"\(before)\" again."
      list("Search: \(text)", [(hint, true)], -1, on: &canvas, cursor: 8 + TextWidth.columns(of: text))
    case .knobs where model.run != nil:
      // Written in its pane.
      break
    case .knobs(let selection, let editing):
      let knobs = model.currentLesson?.knobs ?? []
      let settings = model.run?.settings ?? model.lessonPage?.settings ?? [:]
      let lines = knobs.enumerated().map { index, knob in
        let value =
          editing.flatMap { index == selection ? $0 + "_" : nil } ?? settings[knob.name] ?? knob.standard
        let when = knob.isLive ? "at once" : "next run"
        return ("\(knob.name.padded(20))\(value.padded(12))\(knob.range.description.padded(20))\(when)", true)
      }
      list(
        lines.isEmpty ? "Nothing can be turned here" : "Knobs (Enter changes one)", lines, selection,
        on: &canvas)
    case .hosts(let selection):
      list(
        "A shell on which host?", (model.run?.lesson?.hosts ?? []).map { ($0, true) }, selection, on: &canvas)
    case .confirmQuit:
      list(
        "The lab still runs. End it and quit?", [("y or Enter quits, any other key stays.", true)], -1,
        on: &canvas)
    }
  }

  private static func list(
    _ title: String, _ items: [(String, Bool)], _ selection: Int, on canvas: inout Canvas,
    cursor: Int? = nil, hanging: Int = 0
  ) {
    let width = min(canvas.width - 2, 96)
    // What doesn't fit in a line goes on in the next, under its beginning.
    let indent = StyledLine(String(repeating: " ", count: min(hanging, width / 3)))
    let lines = items.enumerated().flatMap { place, item in
      StyledLine(item.0).wrapped(width - 4, hanging: indent).map { (place, $0.text, item.1) }
    }
    let chosen = lines.firstIndex { $0.0 == selection } ?? 0
    let height = min(canvas.height - 2, lines.count + 2)
    let area = Rectangle(
      x: (canvas.width - width) / 2, y: (canvas.height - height) / 2, width: width, height: height)
    canvas.fill(area)
    // A line that is being written shows its end.
    let shown = cursor.map { _ in String(title.suffix(width - 3)) } ?? title
    canvas.put(shown.padded(width - 2), x: area.x + 1, y: area.y, .title, limit: width - 2)
    Sheet.rule(on: &canvas, area, y: area.y + 1)
    let room = height - 2
    let first = Sheet.scroll(chosen, room, count: lines.count)
    for offset in 0..<max(0, min(room, lines.count - first)) {
      let (place, text, isEnabled) = lines[first + offset]
      let y = area.y + 2 + offset
      let isSelected = place == selection
      canvas.put(
        text, x: area.x + 3, y: y, isSelected ? .strong : isEnabled ? .plain : .dim, limit: width - 4)
      if isSelected, first + offset == chosen {
        canvas.put(">", x: area.x + 1, y: y, .focus)
        canvas.cursor = (area.x + 3, y)
      }
    }
    if let cursor { canvas.cursor = (area.x + 1 + min(cursor, width - 3), area.y) }
    for y in area.y..<(area.y + area.height) {
      if area.x > 0 { canvas.put("|", x: area.x - 1, y: y, .dim) }
      canvas.put("|", x: area.x + area.width, y: y, .dim)
    }
  }
}
