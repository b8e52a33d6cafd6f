/// Turns a Markdown tree into lines of a width.
struct MarkdownRenderer {
  let width: Int

  func blocks(_ nodes: [MarkdownNode], width: Int, isTight: Bool = false) -> [StyledLine] {
    var lines: [StyledLine] = []
    for node in nodes {
      let block = block(node, max(8, width))
      if block.isEmpty { continue }
      if !lines.isEmpty, !isTight { lines.append(StyledLine()) }
      lines += block
    }
    return lines
  }

  private func block(_ node: MarkdownNode, _ width: Int) -> [StyledLine] {
    switch node.kind {
    case "heading": heading(node, width)
    case "paragraph": inline(node.children, .plain).flatMap { $0.wrapped(width) }
    case "block_quote": prefixed(blocks(node.children, width: width - 2), first: "| ", rest: "| ", .dim)
    case "list": list(node, width)
    case "code_block": code(node.literal, width)
    case "thematic_break": [StyledLine(String(repeating: "-", count: width), .dim)]
    case "table": table(node, width)
    // A comment is not for readers; other HTML is shown as it is written.
    case "html_block" where node.literal.hasPrefix("<!--"): []
    case "html_block": code(node.literal, width)
    case "footnote_definition": blocks(node.children, width: width)
    default:
      node.children.isEmpty ? StyledLine(node.literal).wrapped(width) : blocks(node.children, width: width)
    }
  }

  private func heading(_ node: MarkdownNode, _ width: Int) -> [StyledLine] {
    let style: Style = node.level == 1 ? .title : .strong
    var lines = inline(node.children, style).flatMap { $0.wrapped(width) }
    if node.level <= 2 {
      let longest = lines.map(\.columns).max() ?? 0
      lines.append(StyledLine(String(repeating: node.level == 1 ? "=" : "-", count: longest), .dim))
    }
    return lines
  }

  private func list(_ node: MarkdownNode, _ width: Int) -> [StyledLine] {
    var lines: [StyledLine] = []
    let last = (node.start ?? 0) + node.children.count - 1
    let markWidth = node.start == nil ? 2 : "\(last). ".count
    for (offset, item) in node.children.enumerated() {
      var mark = node.start.map { "\($0 + offset). " } ?? "- "
      mark += String(repeating: " ", count: max(0, markWidth - mark.count))
      let inner = blocks(item.children, width: width - markWidth, isTight: node.isTight)
      if !lines.isEmpty, !node.isTight { lines.append(StyledLine()) }
      let blank = String(repeating: " ", count: markWidth)
      lines += prefixed(inner.isEmpty ? [StyledLine()] : inner, first: mark, rest: blank, .strong)
    }
    return lines
  }

  private func prefixed(_ lines: [StyledLine], first: String, rest: String, _ style: Style) -> [StyledLine] {
    lines.enumerated().map { number, line in
      StyledLine([.init(number == 0 ? first : rest, style)] + line.spans)
    }
  }

  private func code(_ text: String, _ width: Int) -> [StyledLine] {
    var rows = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    while rows.last?.isEmpty ?? false { rows.removeLast() }
    let indent = StyledLine("  ", .code)
    return rows.flatMap { row in
      let text = row.split(separator: "\t", omittingEmptySubsequences: false).joined(separator: "    ")
      return StyledLine("  " + text, .code).wrapped(width, hanging: indent)
    }
  }

  /// Pieces of a paragraph, one line each where the author breaks lines.
  func inline(_ nodes: [MarkdownNode], _ style: Style) -> [StyledLine] {
    var lines = [StyledLine()]
    add(nodes, style, to: &lines)
    return lines
  }

  private func add(_ nodes: [MarkdownNode], _ style: Style, to lines: inout [StyledLine]) {
    for node in nodes {
      let last = lines.count - 1
      switch node.kind {
      case "text": lines[last].append(node.literal, style)
      case "softbreak": lines[last].append(" ", style)
      case "linebreak": lines.append(StyledLine())
      case "code": lines[last].append(node.literal, .code)
      case "emph", "strong": add(node.children, .strong, to: &lines)
      case "link", "image":
        add(node.children, .link, to: &lines)
        if !node.url.isEmpty, node.url != node.plain { lines[lines.count - 1].append(" <\(node.url)>", .dim) }
      case "html_inline": if !node.literal.hasPrefix("<!--") { lines[last].append(node.literal, style) }
      default:
        lines[last].append(node.literal, style)
        add(node.children, style, to: &lines)
      }
    }
  }

  /// Columns as wide as their widest cell; when that is too wide, the widest give way, and their cells are wrapped.
  private func table(_ node: MarkdownNode, _ width: Int) -> [StyledLine] {
    let rows = node.children.map { row in
      row.children.map { cell -> StyledLine in
        let lines = inline(cell.children, row.kind == "table_header" ? .strong : .plain)
        return StyledLine(lines.flatMap(\.spans))
      }
    }
    let count = rows.map(\.count).max() ?? 0
    guard count > 0 else { return [] }
    var widths = (0..<count).map { column in
      rows.map { column < $0.count ? $0[column].columns : 0 }.max() ?? 0
    }
    let gap = 2
    let room = max(count * 4, width - gap * (count - 1))
    while widths.reduce(0, +) > room, let widest = widths.max(), widest > 4,
      let at = widths.firstIndex(of: widest)
    {
      widths[at] -= 1
    }
    var lines: [StyledLine] = []
    for (number, row) in rows.enumerated() {
      let cells = (0..<count).map { $0 < row.count ? row[$0].wrapped(max(1, widths[$0])) : [] }
      for height in 0..<(cells.map(\.count).max() ?? 0) {
        var line = StyledLine()
        for (column, cell) in cells.enumerated() {
          let part = height < cell.count ? cell[height] : StyledLine()
          for span in part.spans { line.append(span.text, span.style) }
          if column < count - 1 {
            line.append(String(repeating: " ", count: max(0, widths[column] - part.columns) + gap))
          }
        }
        lines.append(line)
      }
      if number == 0 {
        let dashes = widths.map { String(repeating: "-", count: $0) }.joined(separator: "  ")
        lines.append(StyledLine(dashes, .dim))
      }
    }
    return lines
  }
}
