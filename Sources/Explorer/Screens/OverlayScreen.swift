internal import Viz

/// Help, palette and the other things that lie over a screen.
enum OverlayScreen {
  static func draw(_ overlay: Model.Overlay, _ model: Model, on canvas: inout Canvas) {
    switch overlay {
    case .help(let selection):
      let commands = CommandRegistry.listed(in: model.context)
      let lines = commands.map { command in
        (command.keyText.padded(12) + command.help, command.enabled(model))
      }
      list("All keys here (Enter runs one)", lines, selection, on: &canvas)
    case .palette(let text, let selection):
      let found = CommandRegistry.matches(text, in: model)
      list(
        ":\(text)", found.map { ($0.id.rawValue.padded(20) + $0.help, true) }, selection, on: &canvas,
        cursor: 1 + TextWidth.columns(of: text))
    case .filter(let text):
      list(
        "Filter: \(text)", [("Enter applies it; empty shows all rows; Esc leaves it as it was.", true)], -1,
        on: &canvas, cursor: 8 + TextWidth.columns(of: text))
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
    _ title: String, _ lines: [(String, Bool)], _ selection: Int, on canvas: inout Canvas, cursor: Int? = nil
  ) {
    let width = min(canvas.width - 2, 96)
    let height = min(canvas.height - 2, lines.count + 2)
    let area = Rectangle(
      x: (canvas.width - width) / 2, y: (canvas.height - height) / 2, width: width, height: height)
    canvas.fill(area)
    canvas.put(title.padded(width - 2), x: area.x + 1, y: area.y, .title, limit: width - 2)
    Sheet.rule(on: &canvas, area, y: area.y + 1)
    let room = height - 2
    let first = Sheet.scroll(max(0, selection), room, count: lines.count)
    for offset in 0..<max(0, min(room, lines.count - first)) {
      let (text, isEnabled) = lines[first + offset]
      let y = area.y + 2 + offset
      let isSelected = first + offset == selection
      canvas.put(
        text, x: area.x + 3, y: y, isSelected ? .strong : isEnabled ? .plain : .dim, limit: width - 4)
      if isSelected {
        canvas.put(">", x: area.x + 1, y: y, .focus)
        canvas.cursor = (area.x + 3, y)
      }
    }
    if let cursor { canvas.cursor = (min(area.x + 1 + cursor, canvas.width - 1), area.y) }
    for y in area.y..<(area.y + area.height) {
      if area.x > 0 { canvas.put("|", x: area.x - 1, y: y, .dim) }
      canvas.put("|", x: area.x + area.width, y: y, .dim)
    }
  }
}
