internal import Dissect
internal import Viz

/// Rows by their words.
enum Search {
  /// Rows that are looked at for one key, so that a long capture answers all the same.
  private static let most = 20_000

  /// Selects the next row, in a direction, whose words hold the text, upper and lower case being the same; at the end it
  /// begins again at the other one.
  static func go(_ direction: Int, _ run: inout RunState, _ model: inout Model) {
    let wanted = run.searchText.lowercased()
    guard !wanted.isEmpty else {
      model.status = "Nothing was searched for yet: / asks for words."
      return
    }
    var row = run.selection
    var isAround = false
    for _ in 0..<min(most, max(1, run.visible)) {
      if let next = run.row(after: row, by: direction, limit: run.visible) {
        row = next
      } else if !isAround {
        isAround = true
        row = direction > 0 ? 0 : run.visible + 1
        continue
      } else {
        break
      }
      guard RowText.words(run, row).lowercased().contains(wanted) else { continue }
      run.selection = row
      run.follows = false
      if isAround { model.status = "\"\(run.searchText)\" again from the \(direction > 0 ? "top" : "end")." }
      return
    }
    model.status =
      run.visible > most
      ? "No \"\(run.searchText)\" in \(most) rows from here."
      : "No row that is shown has \"\(run.searchText)\"."
  }
}

/// A row in words.
enum RowText {
  /// As it stands in the list or, where that is seen, in the ladder.
  static func words(_ run: RunState, _ row: Int) -> String {
    guard row >= 1, row <= run.analysis.rows.count else { return "" }
    if !run.isList, let line = run.store.ladder.line(ofRow: row) {
      return LadderText.line(line, of: run.store.ladder, atRow: run.visible)
    }
    return RunScreen.line(run, row).text
  }

  /// What is selected in the pane that has the keys.
  static func selected(_ run: RunState, _ size: Size) -> String {
    guard run.selection > 0 else { return "" }
    if RunPanes.focus(run, size) == .tree {
      let tree = run.analysis.tree(run.lookedAt)
      let nodes = tree.nodes
      if nodes.indices.contains(run.inside.node) { return tree.label(nodes[run.inside.node]) }
    }
    return words(run, run.selection)
  }
}
