/// Shows what a learner may turn.
public enum KnobPane {
  /// One knob.
  public struct Item: Sendable, Equatable {
    /// `server.backlog`.
    public var name: String
    /// What it is now.
    public var value: String
    /// What the lesson says.
    public var standard: String
    /// The values it may have, as the lesson writes them: `0...128`.
    public var range: String
    /// Whether a change counts at once; else from the next run on.
    public var isLive: Bool
    /// A value that was chosen for the next run; nil when none was.
    public var next: String?

    /// Makes a knob.
    public init(
      name: String, value: String, standard: String, range: String, isLive: Bool, next: String? = nil
    ) {
      self.name = name
      self.value = value
      self.standard = standard
      self.range = range
      self.isLive = isLive
      self.next = next
    }
  }

  /// Draws the knobs, the one at `selection` marked.
  public static func draw(
    on canvas: inout Canvas, in area: Rectangle, items: [Item], selection: Int?, isFocused: Bool = true
  ) {
    guard area.height > 1, area.width > 20 else { return }
    // A narrow pane tells in its last line from when on the selected knob counts.
    let isNarrow = area.width < 60
    let name = max(
      5, min(area.width / (isNarrow ? 2 : 3), (items.map { TextWidth.columns(of: $0.name) }.max() ?? 0) + 2))
    let value = max(7, min(area.width / 4, (items.map { TextWidth.columns(of: $0.value) }.max() ?? 0) + 2))
    let range = max(8, min(area.width / 3, (items.map { TextWidth.columns(of: $0.range) }.max() ?? 0) + 2))
    let titles = [
      ("KNOB", 1), ("NOW", 1 + name), ("MAY BE", 1 + name + value), ("COUNTS", 1 + name + value + range),
    ]
    for (title, x) in titles.prefix(isNarrow ? 3 : 4) where x < area.width {
      canvas.put(title, x: area.x + x, y: area.y, .dim, limit: area.width - x)
    }
    if items.isEmpty {
      canvas.put(
        "This lesson has nothing to turn.", x: area.x + 1, y: area.y + 1, .dim, limit: area.width - 1)
    }
    let lines = items.map { item in
      var line = StyledLine()
      pad(&line, item.name, name, .plain)
      pad(&line, item.value, value, item.value == item.standard ? .plain : .warning)
      pad(&line, item.range, range, .dim)
      if !isNarrow { counts(item, &line) }
      return line
    }
    var (_, list) = area.top(1)
    if isNarrow, list.height > 2, let selection, items.indices.contains(selection) {
      let foot: Rectangle
      (list, foot) = list.top(list.height - 1)
      var line = StyledLine("counts ", .dim)
      counts(items[selection], &line)
      canvas.put(line, x: foot.x + 1, y: foot.y, limit: foot.width - 1)
    }
    let scroll = ListPane.scroll(selection: selection ?? 0, count: lines.count, height: list.height)
    ListPane.draw(
      on: &canvas, in: list, lines: lines, selection: selection, scroll: scroll, isFocused: isFocused)
  }

  private static func counts(_ item: Item, _ line: inout StyledLine) {
    line.append(item.isLive ? "at once" : item.next.map { "next run: \($0)" } ?? "next run")
    if item.value != item.standard { line.append("  lesson: \(item.standard)", .dim) }
  }

  private static func pad(_ line: inout StyledLine, _ text: String, _ width: Int, _ style: Style) {
    var room = width - 1
    var cut = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      let columns = TextWidth.columns(TextWidth.clean(scalar))
      if columns > room { break }
      cut.append(scalar)
      room -= columns
    }
    line.append(String(cut), style)
    line.append(String(repeating: " ", count: room + 1), style)
  }
}
