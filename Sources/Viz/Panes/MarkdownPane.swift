/// Shows CommonMark with GitHub's tables: the text of lessons.
public enum MarkdownPane {
  /// The text as lines of at most `width` columns (8 at least): headings, emphasis, code, lists, tables, quotes and links.
  /// Code that is too wide goes on in the next line.
  public static func lines(_ text: String, width: Int) -> [StyledLine] {
    let width = max(8, width)
    return MarkdownRenderer(width: width).blocks(MarkdownNode.parse(text).children, width: width)
  }

  /// Draws lines from `scroll`, and in the last line how far one has read when there is more.
  public static func draw(on canvas: inout Canvas, in area: Rectangle, lines: [StyledLine], scroll: Int) {
    let first = ListPane.scroll(selection: scroll, count: lines.count, height: area.height, current: scroll)
    for offset in 0..<area.height where lines.indices.contains(first + offset) {
      canvas.put(lines[first + offset], x: area.x, y: area.y + offset, limit: area.width)
    }
    guard lines.count > area.height, area.height > 2 else { return }
    let seen = min(lines.count, first + area.height) * 100 / lines.count
    let text = seen == 100 ? " end" : " \(seen) %"
    canvas.put(text, x: area.x + max(0, area.width - text.count), y: area.y + area.height - 1, .dim)
  }
}
