public import Dissect

/// Shows the fields of a row as a tree that folds, and below it what the selected field means and where that is written.
public enum TreePane {
  /// Which groups are open. Kept by field, so that it holds from row to row, as in Wireshark.
  public struct Folds: Sendable, Equatable {
    private var opened: Set<FieldID> = []
    private var closed: Set<FieldID> = []

    /// Only the last protocol of a row is open.
    public init() {}

    /// Whether the node at `index` shows its children.
    public func isOpen(_ index: Int, in tree: Dissection) -> Bool {
      let node = tree.nodes[index]
      if opened.contains(node.field) { return true }
      if closed.contains(node.field) { return false }
      return node.depth == 0 && tree.nodes.lastIndex { $0.depth == 0 } == index
    }

    /// Opens what is closed, and the reverse.
    public mutating func toggle(_ index: Int, in tree: Dissection) {
      set(index, open: !isOpen(index, in: tree), in: tree)
    }

    /// Opens or closes the node at `index`.
    public mutating func set(_ index: Int, open: Bool, in tree: Dissection) {
      guard tree.nodes.indices.contains(index), tree.hasChildren(index) else { return }
      let field = tree.nodes[index].field
      if open {
        opened.insert(field)
        closed.remove(field)
      } else {
        closed.insert(field)
        opened.remove(field)
      }
    }

    /// Opens a group, whichever row it is of.
    mutating func open(_ field: FieldID) {
      opened.insert(field)
      closed.remove(field)
    }

    /// Opens everything around the node at `index`, so that it can be seen.
    public mutating func reveal(_ index: Int, in tree: Dissection) {
      var next = parent(of: index, in: tree)
      while let group = next {
        set(group, open: true, in: tree)
        next = parent(of: group, in: tree)
      }
    }
  }

  /// The node that holds the node at `index`; nil for a layer.
  public static func parent(of index: Int, in tree: Dissection) -> Int? {
    guard tree.nodes.indices.contains(index) else { return nil }
    let depth = tree.nodes[index].depth
    return tree.nodes[..<index].lastIndex { $0.depth < depth }
  }

  /// Indices of the nodes that are shown, in order.
  public static func visible(_ tree: Dissection, _ folds: Folds) -> [Int] {
    var shown: [Int] = []
    // Nodes deeper than this are inside a closed group.
    var limit = UInt8.max
    for (index, node) in tree.nodes.enumerated() {
      if node.depth > limit { continue }
      limit = .max
      shown.append(index)
      if tree.hasChildren(index), !folds.isOpen(index, in: tree) { limit = node.depth }
    }
    return shown
  }

  /// The deepest node that holds an octet of a source; nil when none does.
  public static func node(at offset: Int, source: Int, in tree: Dissection) -> Int? {
    var best: Int?
    for (index, node) in tree.nodes.enumerated() where Int(node.source) == source && node.length > 0 {
      guard offset >= Int(node.offset), offset < Int(node.offset) + Int(node.length) else { continue }
      if let known = best, tree.nodes[known].depth > node.depth { continue }
      best = index
    }
    return best
  }

  /// Draws a heading, the tree around `selection` (the index of a node), and what that field means.
  public static func draw(
    on canvas: inout Canvas, in area: Rectangle, tree: Dissection, title: String, folds: Folds,
    selection: Int?, isFocused: Bool = true
  ) {
    guard area.height > 0, area.width > 4 else { return }
    canvas.put(title, x: area.x + 1, y: area.y, isFocused ? .focus : .dim, limit: area.width - 1)
    let (_, rest) = area.top(1)
    let about = area.height >= 8 ? meaning(tree, selection, width: area.width - 2) : []
    let shownAbout = about.prefix(max(0, min(5, rest.height / 3)))
    let (list, below) = rest.top(rest.height - (shownAbout.isEmpty ? 0 : shownAbout.count + 1))
    let shown = visible(tree, folds)
    let selected = selection.flatMap { wanted in shown.lastIndex { $0 <= wanted } }
    let scroll = ListPane.scroll(selection: selected ?? 0, count: shown.count, height: list.height)
    let lines = shown.map { line(tree, $0, folds) }
    ListPane.draw(
      on: &canvas, in: list, lines: lines, selection: selected, scroll: scroll, isFocused: isFocused)
    guard !shownAbout.isEmpty else { return }
    canvas.put(String(repeating: "-", count: area.width), x: area.x, y: below.y, .dim, limit: area.width)
    for (offset, text) in shownAbout.enumerated() {
      canvas.put(text, x: area.x + 1, y: below.y + 1 + offset, limit: area.width - 1)
    }
  }

  private static func line(_ tree: Dissection, _ index: Int, _ folds: Folds) -> StyledLine {
    let node = tree.nodes[index]
    let mark = tree.hasChildren(index) ? (folds.isOpen(index, in: tree) ? "- " : "+ ") : "  "
    var line = StyledLine(String(repeating: "  ", count: Int(min(node.depth, 16))) + mark, .dim)
    line.append(tree.label(node), node.depth == 0 ? .strong : .plain)
    return line
  }

  /// The field's filter name, what it means, and where it is specified.
  public static func meaning(_ tree: Dissection, _ selection: Int?, width: Int) -> [StyledLine] {
    guard let selection, tree.nodes.indices.contains(selection), width > 8 else { return [] }
    let info = Catalogue.shared.info(tree.nodes[selection].field)
    var line = StyledLine(info.name, .code)
    line.append("  \(info.meaning) ")
    line.append("(\(info.source))", .dim)
    return line.wrapped(width)
  }
}
