public import Dissect

/// Shows the octets of a row, those of the selected field marked; one row may have several sources, such as decrypted ones.
public enum HexPane {
  /// Octets in a line: 16, 8 or 4 as the width allows.
  public static func octetsPerLine(width: Int) -> Int { width >= 74 ? 16 : width >= 41 ? 8 : 4 }

  /// Draws a heading and the octets of a source (an index into `tree.sources`). `selection` is the index of a node; its
  /// octets are marked when they are in this source. `scroll` is the first line; nil shows where the selection begins.
  /// `cursor` is the offset of an octet for the hardware cursor.
  public static func draw(
    on canvas: inout Canvas, in area: Rectangle, tree: Dissection, source: Int, selection: Int?,
    scroll: Int? = nil, cursor: Int? = nil, isFocused: Bool = true
  ) {
    guard area.height > 0, area.width > 20, tree.sources.indices.contains(source) else { return }
    let bytes = tree.sources[source].bytes
    let node = selection.flatMap { tree.nodes.indices.contains($0) ? tree.nodes[$0] : nil }
    var marked = 0..<0
    if let node, Int(node.source) == source {
      let start = min(Int(node.offset), bytes.count)
      marked = start..<min(start + Int(node.length), bytes.count)
    }
    heading(on: &canvas, area, tree, source, marked, cursor, isFocused)
    let perLine = octetsPerLine(width: area.width)
    let lines = (bytes.count + perLine - 1) / perLine
    let height = area.height - 1
    let wanted = cursor ?? marked.lowerBound
    let first =
      scroll.map { min(max(0, $0), max(0, lines - height)) }
      ?? ListPane.scroll(selection: wanted / perLine, count: lines, height: height)
    let digits = bytes.count > 0xFFFF ? 6 : 4
    if bytes.isEmpty {
      canvas.put(
        "No octets: this row is no frame.", x: area.x + 1, y: area.y + 1, .dim, limit: area.width - 1)
    }
    for offset in 0..<max(0, height) where first + offset < lines {
      let start = (first + offset) * perLine
      let y = area.y + 1 + offset
      canvas.put(hex(start, digits), x: area.x + 1, y: y, .dim)
      for index in start..<min(start + perLine, bytes.count) {
        let column = index - start
        let style: Style = marked.contains(index) ? .selected : .plain
        let x = area.x + 3 + digits + column * 3 + column / 8
        let textX = area.x + 4 + digits + perLine * 3 + perLine / 8 + column
        if x + 1 < area.x + area.width {
          canvas.put(hex(Int(bytes[index]), 2), x: x, y: y, style)
          // The space inside a marked run is marked too.
          if marked.contains(index), marked.contains(index + 1), column + 1 < perLine {
            canvas.put(column % 8 == 7 ? "  " : " ", x: x + 2, y: y, style)
          }
        }
        if textX < area.x + area.width {
          let sign = (0x20..<0x7F).contains(bytes[index]) ? Unicode.Scalar(bytes[index]) : "."
          canvas.put(String(Character(sign)), x: textX, y: y, style)
        }
        if isFocused, index == cursor {
          canvas.restyle(Rectangle(x: x, y: y, width: 2, height: 1), .focus)
          canvas.cursor = (x, y)
        }
      }
    }
  }

  /// The sources' names, the shown one in brackets; then which octets are marked.
  private static func heading(
    on canvas: inout Canvas, _ area: Rectangle, _ tree: Dissection, _ source: Int, _ marked: Range<Int>,
    _ cursor: Int?, _ isFocused: Bool
  ) {
    var line = StyledLine()
    for (index, one) in tree.sources.enumerated() {
      let text = "\(one.name) \(one.bytes.count)"
      line.append(index == source ? "[\(text)] " : " \(text)  ", index == source && isFocused ? .focus : .dim)
    }
    if isFocused, let cursor { line.append("at \(cursor) ", .focus) }
    if !marked.isEmpty {
      line.append(
        marked.count == 1
          ? "octet \(marked.lowerBound)" : "octets \(marked.lowerBound)-\(marked.upperBound - 1)", .dim)
    }
    canvas.put(line, x: area.x + 1, y: area.y, limit: area.width - 1)
  }

  private static func hex(_ value: Int, _ digits: Int) -> String {
    let text = String(value, radix: 16)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }
}
