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
    rest = Lacks.draw(lesson, on: &canvas, in: rest)
    if let question = state.question {
      rest = draw(question, state.option, on: &canvas, in: rest)
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
  /// The question and its answers below the page; on a low screen as much of them as there is room for, the answer selected
  /// among it. Returns what is left for the page.
  private static func draw(
    _ question: LessonItem.Question, _ option: Int, on canvas: inout Canvas, in area: Rectangle
  ) -> Rectangle {
    let asked = Sheet.wrap(question.text, area.width - 2).map { (option: -1, text: $0) }
    let options = question.options.enumerated().flatMap { index, text in
      Sheet.wrap(text, area.width - 4).map { (option: index, text: $0) }
    }
    let lines = asked + options
    let (page, lower) = area.top(max(area.height >= 10 ? 3 : 1, area.height - lines.count - 1))
    Sheet.rule(on: &canvas, lower, y: lower.y)
    let height = lower.height - 1
    let end = (lines.lastIndex { $0.option == option } ?? 0) + 1
    let first = max(0, min(end - height, lines.count - height))
    var marked = -1
    for (offset, line) in lines[first...].prefix(max(0, height)).enumerated() {
      let y = lower.y + 1 + offset
      let isSelected = line.option == option
      if isSelected, marked != option {
        canvas.put(">", x: 1, y: y, .focus)
        canvas.cursor = (3, y)
        marked = option
      }
      canvas.put(
        line.text, x: line.option < 0 ? 1 : 3, y: y, isSelected || line.option < 0 ? .strong : .plain,
        limit: area.width - (line.option < 0 ? 2 : 4))
    }
    return page
  }
}
