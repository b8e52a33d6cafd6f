/// How a piece of the screen is meant, never which colour it has; a back end maps roles to what a terminal can do.
public enum Style: UInt8, Sendable, CaseIterable {
  case plain, title, dim, strong, focus, selected, key, good, warning, bad, client, server, kernel, wire,
    link, code
}

/// One cell: a scalar, its style, and how many columns it takes (a wide one is followed by a cell of width 0).
public struct Cell: Sendable, Equatable {
  /// What is drawn.
  public var scalar: Unicode.Scalar
  /// How it is meant.
  public var style: Style
  /// 1, 2, or 0 for the right half of a wide scalar.
  public var width: UInt8

  /// Makes a cell.
  public init(_ scalar: Unicode.Scalar = " ", _ style: Style = .plain, width: UInt8 = 1) {
    self.scalar = scalar
    self.style = style
    self.width = width
  }
}

/// A rectangle of cells: column and line of its top left corner, from 0, and its size.
public struct Rectangle: Sendable, Equatable {
  /// Leftmost column and topmost line.
  public var x: Int, y: Int
  /// Columns and lines.
  public var width: Int, height: Int

  /// Makes a rectangle; negative sizes become 0.
  public init(x: Int, y: Int, width: Int, height: Int) {
    self.x = x
    self.y = y
    self.width = max(0, width)
    self.height = max(0, height)
  }

  /// The first `count` lines, and what is left.
  public func top(_ count: Int) -> (Rectangle, Rectangle) {
    let n = min(max(0, count), height)
    return (
      Rectangle(x: x, y: y, width: width, height: n),
      Rectangle(x: x, y: y + n, width: width, height: height - n)
    )
  }

  /// The first `count` columns, and what is left.
  public func left(_ count: Int) -> (Rectangle, Rectangle) {
    let n = min(max(0, count), width)
    return (
      Rectangle(x: x, y: y, width: n, height: height),
      Rectangle(x: x + n, y: y, width: width - n, height: height)
    )
  }
}

/// A grid of cells: the only thing that panes draw on. Drawing outside of it is cut off.
public struct Canvas: Sendable, Equatable {
  /// Columns and lines.
  public let width: Int, height: Int
  /// Line by line.
  public private(set) var cells: [Cell]
  /// Where the hardware cursor stands, for screen readers and braille displays; nil hides it.
  public var cursor: (x: Int, y: Int)?

  /// A blank canvas.
  public init(width: Int, height: Int) {
    self.width = max(0, width)
    self.height = max(0, height)
    cells = Array(repeating: Cell(), count: self.width * self.height)
  }

  /// The cell at a column and a line, which must be inside.
  public subscript(x: Int, y: Int) -> Cell {
    get { cells[y * width + x] }
    set { cells[y * width + x] = newValue }
  }

  /// Writes `text` from a column on, cleaned of control characters and cut at `limit` columns (or the edge). Returns
  /// the column after it.
  @discardableResult
  public mutating func put(
    _ text: some StringProtocol, x: Int, y: Int, _ style: Style = .plain, limit: Int? = nil
  ) -> Int {
    let end = min(width, limit.map { x + $0 } ?? width)
    guard y >= 0, y < height else { return x }
    var column = x
    for scalar in text.unicodeScalars {
      let clean = TextWidth.clean(scalar)
      let columns = TextWidth.columns(clean)
      if columns == 0 { continue }
      guard column + columns <= end else { break }
      if column >= 0 {
        self[column, y] = Cell(clean, style, width: UInt8(columns))
        if columns == 2 { self[column + 1, y] = Cell(" ", style, width: 0) }
      }
      column += columns
    }
    return column
  }

  /// Fills a rectangle.
  public mutating func fill(_ area: Rectangle, _ scalar: Unicode.Scalar = " ", _ style: Style = .plain) {
    for y in max(0, area.y)..<max(0, min(height, area.y + area.height)) {
      for x in max(0, area.x)..<max(0, min(width, area.x + area.width)) { self[x, y] = Cell(scalar, style) }
    }
  }

  /// Gives cells of a line another style.
  public mutating func restyle(_ area: Rectangle, _ style: Style) {
    for y in max(0, area.y)..<max(0, min(height, area.y + area.height)) {
      for x in max(0, area.x)..<max(0, min(width, area.x + area.width)) { self[x, y].style = style }
    }
  }

  /// The lines as text, trailing spaces cut: for tests, `--plain` and export.
  public var lines: [String] {
    (0..<height).map { y in
      var line = String.UnicodeScalarView()
      for x in 0..<width where self[x, y].width > 0 { line.append(self[x, y].scalar) }
      while line.last == " " { line.removeLast() }
      return String(line)
    }
  }

  /// Equal when every cell is; the cursor counts too.
  public static func == (a: Canvas, b: Canvas) -> Bool {
    a.width == b.width && a.height == b.height && a.cells == b.cells && a.cursor?.x == b.cursor?.x
      && a.cursor?.y == b.cursor?.y
  }
}
