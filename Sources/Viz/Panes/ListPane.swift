/// What lists share: where they are scrolled to, and how their lines are drawn.
public enum ListPane {
  /// The first line to show, so that `selection` is inside with `margin` lines around it where there are some, and as
  /// little moves as can: `current` is kept when it serves.
  public static func scroll(selection: Int, count: Int, height: Int, current: Int = 0, margin: Int = 1) -> Int
  {
    guard height > 0, count > height else { return 0 }
    let margin = min(margin, (height - 1) / 2)
    var first = min(max(0, current), count - height)
    if selection - margin < first { first = selection - margin }
    if selection + margin >= first + height { first = selection + margin - height + 1 }
    return min(max(0, first), count - height)
  }

  /// Draws lines from `scroll`; the selected one gets `>` in the first column. When not all fit, the last column of the
  /// last line says where one is, as `12/40`.
  public static func draw(
    on canvas: inout Canvas, in area: Rectangle, lines: [StyledLine], selection: Int?, scroll: Int,
    isFocused: Bool = true
  ) {
    guard area.width > 2 else { return }
    for offset in 0..<area.height where lines.indices.contains(scroll + offset) {
      let y = area.y + offset
      canvas.put(lines[scroll + offset], x: area.x + 1, y: y, limit: area.width - 1)
      if scroll + offset == selection { mark(on: &canvas, in: area, y: y, isFocused: isFocused) }
    }
    if lines.count > area.height, area.height > 1 {
      let text = " \((selection ?? min(lines.count, scroll + area.height) - 1) + 1)/\(lines.count)"
      let x = area.x + area.width - text.count
      if x > area.x { canvas.put(text, x: x, y: area.y + area.height - 1, .dim) }
    }
  }

  /// Marks a line as the selected one, and puts the hardware cursor there when the list has the focus.
  static func mark(on canvas: inout Canvas, in area: Rectangle, y: Int, isFocused: Bool) {
    canvas.restyle(Rectangle(x: area.x, y: y, width: area.width, height: 1), .selected)
    canvas.put(">", x: area.x, y: y, isFocused ? .focus : .selected, limit: 1)
    if isFocused { canvas.cursor = (area.x, y) }
  }
}
