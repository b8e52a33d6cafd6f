internal import Viz

/// The lessons under their sections, with a state word each.
enum BrowserScreen {
  /// A line of the list: a heading, or a lesson by its index.
  enum Line { case heading(String), lesson(Int), blank }

  static func lines(_ lessons: [LessonItem]) -> [Line] {
    var lines: [Line] = []
    var section: String?
    for (index, lesson) in lessons.enumerated() {
      if lesson.section != section {
        if section != nil { lines.append(.blank) }
        lines.append(.heading(lesson.section))
        section = lesson.section
      }
      lines.append(.lesson(index))
    }
    return lines
  }

  static func draw(_ state: BrowserState, _ model: Model, on canvas: inout Canvas, in area: Rectangle) {
    let done = model.lessons.count { model.progress.words[$0.slug] == .done }
    var area = Sheet.title("Backlab", "\(done) of \(model.lessons.count) lessons done", on: &canvas, in: area)
    guard !model.lessons.isEmpty else {
      canvas.put("No lessons are in this build.", x: 1, y: area.y + 1, limit: area.width - 2)
      return
    }
    if model.lessons.indices.contains(state.selection) {
      area = Lacks.draw(model.lessons[state.selection], on: &canvas, in: area)
    }
    let lines = lines(model.lessons)
    let selected = lines.firstIndex { if case .lesson(state.selection) = $0 { true } else { false } } ?? 0
    let first = Sheet.scroll(selected, area.height, count: lines.count)
    for (offset, line) in lines[first..<min(lines.count, first + area.height)].enumerated() {
      let y = area.y + offset
      switch line {
      case .blank: break
      case .heading(let text): canvas.put(text, x: 1, y: y, .title, limit: area.width - 2)
      case .lesson(let index):
        let lesson = model.lessons[index]
        let word =
          switch model.progress.words[lesson.slug] {
          case .done: "[x]"
          case .started: "[>]"
          case nil: "[ ]"
          }
        let number = String(lesson.number)
        let isSelected = index == state.selection
        if isSelected { canvas.put(">", x: 1, y: y, .focus) }
        let text =
          "\(word) \(String(repeating: " ", count: max(0, 2 - number.count)))\(number)  \(lesson.title)"
        let lack = lesson.lack.map { "needs \($0)" }
        let remark = lack ?? "\(lesson.minutes) min"
        let limit = area.width - max(14, min(remark.count, area.width / 2) + 6)
        let end = canvas.put(text, x: 3, y: y, isSelected ? .strong : .plain, limit: limit)
        let x = max(end + 1, area.width - remark.count - 2)
        canvas.put(remark, x: x, y: y, lack == nil ? .dim : .warning, limit: area.width - x - 1)
        if isSelected { canvas.cursor = (3, y) }
      }
    }
  }
}
