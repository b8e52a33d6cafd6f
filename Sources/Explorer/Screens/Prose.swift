internal import Viz

/// A lesson's Markdown as lines: paragraphs joined and wrapped, headings, lists, code and tables kept apart.
enum Prose {
  static func lines(_ text: String, width: Int) -> [(String, Style)] {
    var lines: [(String, Style)] = []
    var paragraph = ""
    var indent = ""
    var isCode = false
    // The heading under which nothing stands yet: its line, and how deep it is.
    var empty: (line: Int, depth: Int)?
    func flush() {
      guard !paragraph.isEmpty else { return }
      let hanging = String(repeating: " ", count: indent.count)
      for (index, line) in Sheet.wrap(plain(paragraph), max(10, width - indent.count)).enumerated() {
        lines.append(((index == 0 ? indent : hanging) + line, .plain))
      }
      paragraph = ""
      indent = ""
    }
    for raw in text.split(separator: "\n", omittingEmptySubsequences: false) {
      let line = raw.drop { $0 == " " }
      if !line.isEmpty, !line.hasPrefix("#") || isCode { empty = nil }
      if line.hasPrefix("```") {
        flush()
        isCode.toggle()
      } else if isCode {
        lines.append(("  " + raw, .code))
      } else if line.isEmpty {
        flush()
        if let last = lines.last, !last.0.isEmpty { lines.append(("", .plain)) }
      } else if line.hasPrefix("#") {
        flush()
        let depth = line.prefix { $0 == "#" }.count
        // One under which nothing is left tells nothing.
        if let before = empty, before.depth >= depth { lines.removeSubrange(before.line...) }
        empty = (lines.count, depth)
        lines.append((plain(String(line.drop { $0 == "#" || $0 == " " })), .title))
        continue
      } else if line.hasPrefix("|") {
        flush()
        lines.append((plain(String(line)), .plain))
      } else if line.hasPrefix("- ") || line.hasPrefix("* ") {
        flush()
        indent = "- "
        paragraph = String(line.dropFirst(2))
      } else if let dot = line.firstIndex(of: "."), line[..<dot].count < 3,
        line[..<dot].allSatisfy(\.isNumber),
        line[dot...].hasPrefix(". "), dot > line.startIndex
      {
        flush()
        indent = String(line[...dot]) + " "
        paragraph = String(line[dot...].dropFirst(2))
      } else {
        paragraph += (paragraph.isEmpty ? "" : " ") + line
      }
    }
    flush()
    if let empty { lines.removeSubrange(empty.line...) }
    while let last = lines.last, last.0.isEmpty { lines.removeLast() }
    return lines
  }

  /// Words without the marks of emphasis and code, and links by their text.
  private static func plain(_ text: String) -> String {
    var result = ""
    var rest = text[...]
    while let character = rest.first {
      if character == "[", let close = rest.firstIndex(of: "]"), rest[close...].hasPrefix("]("),
        let end = rest[close...].firstIndex(of: ")")
      {
        result += rest[rest.index(after: rest.startIndex)..<close]
        rest = rest[rest.index(after: end)...]
        continue
      }
      if character == "*", rest.dropFirst().first != " " || result.last != " " {
        rest = rest.dropFirst()
        continue
      }
      if character != "`" { result.append(character) }
      rest = rest.dropFirst()
    }
    return result
  }
}
