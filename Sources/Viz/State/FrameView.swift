public import Dissect

/// What is looked at inside a row: a field of its tree and an octet of its bytes, each of which follows the other.
public struct FrameView: Sendable, Equatable {
  /// Which groups are open, those around the field included.
  public var folds: TreePane.Folds {
    var folds = own
    for group in around { folds.open(group) }
    return folds
  }
  /// The field selected, an index into the tree's nodes.
  public private(set) var node = 0
  /// Which bytes are shown, an index into the tree's sources.
  public private(set) var source = 0
  /// The octet under the cursor, an offset in the source.
  public private(set) var octet = 0
  /// The row that `show` was given.
  public private(set) var row = 0
  /// What the reader opened and closed.
  private var own = TreePane.Folds()
  /// Groups around the field, open as long as it is selected.
  private var around: [FieldID] = []
  private var field: FieldID?

  /// Nothing is looked at yet.
  public init() {}

  /// Goes on to a row (from 1): to the same field there, else to the row's last protocol.
  public mutating func show(_ row: Int, _ tree: Dissection) {
    guard row != self.row else { return }
    self.row = row
    let same: Int? = field.flatMap { field in tree.nodes.firstIndex { $0.field == field } }
    let place = same ?? tree.nodes.lastIndex(where: { $0.depth == 0 }) ?? 0
    let wanted = same == nil ? nil : field
    select(place, tree)
    field = wanted
  }

  private mutating func select(_ node: Int, _ tree: Dissection) {
    guard tree.nodes.indices.contains(node) else { return }
    self.node = node
    field = tree.nodes[node].field
    around = []
    var group = TreePane.parent(of: node, in: tree)
    while let index = group {
      if !own.isOpen(index, in: tree) { around.append(tree.nodes[index].field) }
      group = TreePane.parent(of: index, in: tree)
    }
    // A derived field has no octets of its own: the cursor stays.
    guard tree.nodes[node].length > 0 else { return }
    source = Int(tree.nodes[node].source)
    octet = Int(tree.nodes[node].offset)
  }

  /// Moves by fields that are seen.
  public mutating func move(by step: Int, in tree: Dissection) {
    let shown = TreePane.visible(tree, folds)
    guard !shown.isEmpty else { return }
    let place = shown.lastIndex { $0 <= node } ?? 0
    let next = min(max(0, place + min(max(step, -shown.count), shown.count)), shown.count - 1)
    // What was open around the field stays open while the reader is in it.
    let before = around
    let wanted = shown[next]
    for group in before { own.open(group) }
    select(wanted, tree)
  }

  /// Opens or closes the group that is selected; a field inside of one closes that one. Says whether there was one.
  @discardableResult
  public mutating func fold(open: Bool? = nil, in tree: Dissection) -> Bool {
    var group = node
    let isOpen = folds.isOpen(node, in: tree)
    if open == false, !tree.hasChildren(node) || !isOpen {
      guard let parent = TreePane.parent(of: node, in: tree) else { return false }
      group = parent
    }
    guard tree.nodes.indices.contains(group), tree.hasChildren(group) else { return false }
    own = folds
    own.set(group, open: open ?? !isOpen, in: tree)
    select(group, tree)
    return true
  }

  /// Moves the cursor by octets, and selects the deepest field that holds the one it comes to.
  public mutating func moveOctet(by step: Int, in tree: Dissection) {
    guard tree.sources.indices.contains(source) else { return }
    let count = tree.sources[source].bytes.count
    guard count > 0 else { return }
    let wanted = min(max(0, octet + min(max(step, -count), count)), count - 1)
    if let found = TreePane.node(at: wanted, source: source, in: tree) { select(found, tree) }
    octet = wanted
  }

  /// Goes on to the next bytes of the row, such as those that were decrypted, and to their first field.
  public mutating func showNextSource(in tree: Dissection) {
    guard tree.sources.count > 1 else { return }
    source = (source + 1) % tree.sources.count
    octet = 0
    if let found = TreePane.node(at: 0, source: source, in: tree) { select(found, tree) }
  }
}
