internal import Viz

/// A lesson's page: its text, what is asked before the run, and its settings.
enum LessonPageScreen {
  /// The page's text in lines of at most `width - 2` columns.
  static func lines(_ state: LessonPageState, width: Int) -> [(String, Style)] {
    Prose.lines(state.lesson.text, width: max(20, min(width - 2, 100)))
  }

  static func draw(_ state: LessonPageState, _ model: Model, on canvas: inout Canvas, in area: Rectangle) {
    let lesson = state.lesson
    var rest = Sheet.title("\(lesson.number) \(lesson.title)", "\(lesson.minutes) min", on: &canvas, in: area)
    if let question = state.question {
      let asked = Sheet.wrap(question.text, area.width - 2)
      let options = question.options.map { Sheet.wrap($0, area.width - 4) }
      let height = min(rest.height - 3, options.reduce(asked.count + 1) { $0 + $1.count })
      let (upper, lower) = rest.top(rest.height - height)
      rest = upper
      Sheet.rule(on: &canvas, lower, y: lower.y)
      var y = lower.y + 1
      for line in asked {
        canvas.put(line, x: 1, y: y, .strong)
        y += 1
      }
      for (index, option) in options.enumerated() where y < lower.y + lower.height {
        let isSelected = index == state.option
        canvas.put(isSelected ? ">" : " ", x: 1, y: y, .focus)
        if isSelected { canvas.cursor = (3, y) }
        for line in option {
          canvas.put(line, x: 3, y: y, isSelected ? .strong : .plain, limit: area.width - 4)
          y += 1
        }
      }
    }
    if !state.settings.isEmpty {
      let (upper, lower) = rest.top(rest.height - 1)
      rest = upper
      let text = state.settings.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(
        separator: "  ")
      canvas.put("SET   \(text)", x: 1, y: lower.y, .warning, limit: area.width - 2)
    }
    let lines = lines(state, width: area.width)
    let first = min(state.scroll, max(0, lines.count - rest.height))
    for (offset, line) in lines[first..<min(lines.count, first + rest.height)].enumerated() {
      canvas.put(line.0, x: 1, y: rest.y + offset, line.1)
    }
    if first + rest.height < lines.count {
      canvas.put("-- more: PgDn --", x: max(1, area.width - 18), y: rest.y + rest.height - 1, .dim)
    }
  }
}
