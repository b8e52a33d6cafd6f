internal import Viz

/// The sessions that were kept, the newest first.
enum SessionsScreen {
  static func draw(_ state: SessionsState, _ model: Model, on canvas: inout Canvas, in area: Rectangle) {
    let area = Sheet.title("Recorded sessions", "\(state.entries.count) kept", on: &canvas, in: area)
    guard !state.entries.isEmpty else {
      canvas.put("No run was kept yet. Every run of a lesson is.", x: 1, y: area.y + 1, limit: area.width - 2)
      return
    }
    let first = Sheet.scroll(state.selection, area.height, count: state.entries.count)
    for (offset, entry) in state.entries[first..<min(state.entries.count, first + area.height)].enumerated() {
      let y = area.y + offset
      let isSelected = first + offset == state.selection
      if isSelected {
        canvas.put(">", x: 1, y: y, .focus)
        canvas.cursor = (3, y)
      }
      canvas.put(entry.name, x: 3, y: y, isSelected ? .strong : .plain, limit: area.width - 30)
      let right = "\(entry.age)  \((entry.bytes + 1023) / 1024) KiB"
      canvas.put(right, x: max(3, area.width - right.count - 2), y: y, .dim)
    }
  }
}

/// What failed, what still works, and one command.
enum FailureScreen {
  static func draw(_ state: FailureState, on canvas: inout Canvas, in area: Rectangle) {
    let area = Sheet.title(state.lesson?.title ?? "Backlab", "this did not work", on: &canvas, in: area)
    var y = area.y + 1
    for (label, text, style) in [
      ("WHAT HAPPENED", state.what, Style.bad), ("WHAT STILL WORKS", state.works, .plain),
      ("TO DO", state.command, .code),
    ] where !text.isEmpty {
      canvas.put(label, x: 1, y: y, .title)
      y += 1
      for line in Sheet.wrap(text, area.width - 4) {
        canvas.put(line, x: 3, y: y, style)
        y += 1
      }
      y += 1
    }
  }
}
