/// A line of text in pieces of one style each.
public struct StyledLine: Sendable, Equatable {
  /// A piece.
  public struct Span: Sendable, Equatable {
    /// What is drawn.
    public var text: String
    /// How it is meant.
    public var style: Style

    /// Makes a piece.
    public init(_ text: String, _ style: Style = .plain) {
      self.text = text
      self.style = style
    }
  }
  /// The pieces from left to right.
  public var spans: [Span]

  /// Makes a line of pieces.
  public init(_ spans: [Span] = []) { self.spans = spans }
  /// Makes a line of one piece.
  public init(_ text: String, _ style: Style = .plain) { spans = text.isEmpty ? [] : [Span(text, style)] }

  /// Its text without styles.
  public var text: String { spans.map(\.text).joined() }
  /// Columns that it takes.
  public var columns: Int { spans.reduce(0) { $0 + TextWidth.columns(of: $1.text) } }

  /// Appends a piece; joins it to the last one of the same style.
  public mutating func append(_ text: String, _ style: Style = .plain) {
    if text.isEmpty { return }
    if let last = spans.indices.last, spans[last].style == style {
      spans[last].text += text
    } else {
      spans.append(Span(text, style))
    }
  }

  /// Breaks at spaces, or inside a word that is wider than `width` columns. Lines after the first begin with `hanging`.
  public func wrapped(_ width: Int, hanging: StyledLine = StyledLine()) -> [StyledLine] {
    if columns <= width { return [withoutTail] }
    var lines: [StyledLine] = []
    var line = StyledLine()
    var used = 0
    let indent = hanging.columns
    let width = max(width, indent + 1)
    func room() -> Int { width - (lines.isEmpty ? 0 : indent) }
    func end() {
      lines.append(lines.isEmpty ? line : StyledLine(hanging.spans + line.spans))
      line = StyledLine()
      used = 0
    }
    for word in words() {
      var word = word
      var columns = word.columns
      if used > 0, used + columns > room() {
        end()
        if word.spans.allSatisfy({ $0.text.allSatisfy { $0 == " " } }) { continue }
      }
      while columns > room() {
        let (head, tail) = word.split(at: room() - used)
        for span in head.spans { line.append(span.text, span.style) }
        end()
        word = tail
        columns = tail.columns
      }
      for span in word.spans { line.append(span.text, span.style) }
      used += columns
    }
    if !line.spans.isEmpty || lines.isEmpty { end() }
    return lines.map(\.withoutTail)
  }

  /// Runs of spaces and runs of anything else, in order; a run may have several styles.
  private func words() -> [StyledLine] {
    var words: [StyledLine] = []
    var isSpace: Bool?
    for span in spans {
      var rest = span.text.utf8[...]
      while let first = rest.first {
        let space = first == 32
        let run = rest.prefix { ($0 == 32) == space }
        if space != isSpace { words.append(StyledLine()) }
        isSpace = space
        words[words.count - 1].append(String(Substring(run)), span.style)
        rest = rest[run.endIndex...]
      }
    }
    return words
  }

  /// The first columns and the rest; the first part has at least one scalar, so that splitting gets on.
  private func split(at columns: Int) -> (StyledLine, StyledLine) {
    var head = StyledLine()
    var tail = StyledLine()
    var used = 0
    for span in spans {
      for scalar in span.text.unicodeScalars {
        let width = TextWidth.columns(TextWidth.clean(scalar))
        if tail.spans.isEmpty, used + width <= columns || head.spans.isEmpty {
          head.append(String(Character(scalar)), span.style)
          used += width
        } else {
          tail.append(String(Character(scalar)), span.style)
        }
      }
    }
    return (head, tail)
  }

  /// Without spaces at its end.
  private var withoutTail: StyledLine {
    var line = self
    while let last = line.spans.last, last.text.utf8.last ?? 32 == 32 {
      let text = last.text.trimmed
      if !text.isEmpty {
        line.spans[line.spans.count - 1].text = text
        break
      }
      line.spans.removeLast()
    }
    return line
  }
}

extension Canvas {
  /// Writes a line of pieces, cut at `limit` columns. Returns the column after it.
  @discardableResult
  public mutating func put(_ line: StyledLine, x: Int, y: Int, limit: Int? = nil) -> Int {
    let end = min(width, limit.map { x + $0 } ?? width)
    var column = x
    for span in line.spans where column < end {
      column = put(span.text, x: column, y: y, span.style, limit: end - column)
    }
    return column
  }
}
