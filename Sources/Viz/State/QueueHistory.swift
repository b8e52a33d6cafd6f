/// Who waited in one queue after each change: what changed, and now and then the whole, since a long queue that is kept
/// anew with each change would need memory by the square of its length.
struct QueueHistory: Sendable {
  private struct Change: Sendable {
    var row: Int
    /// How many wait afterwards.
    var count: Int
    var from: Int
    var removed: Int
    var added: [String]
  }

  /// A whole queue stands before so many changes each.
  private static let distance = 64
  private var changes: [Change] = []
  private var wholes: [[String]] = []
  /// The names after the last change.
  private(set) var current: [String] = []

  /// Takes the queue as it is at a row (from 1), not before the last one taken.
  mutating func take(_ names: [String], atRow row: Int) {
    if names == current { return }
    if changes.count % Self.distance == 0 { wholes.append(current) }
    let shorter = min(names.count, current.count)
    var from = 0
    while from < shorter, names[from] == current[from] { from += 1 }
    var same = 0
    while same < shorter - from, names[names.count - 1 - same] == current[current.count - 1 - same] {
      same += 1
    }
    changes.append(
      Change(
        row: row, count: names.count, from: from, removed: current.count - same - from,
        added: Array(names[from..<(names.count - same)])))
    current = names
  }

  /// Changes that are not later than a row.
  private func count(atRow row: Int) -> Int {
    var (low, high) = (0, changes.count)
    while low < high {
      let middle = (low + high) / 2
      if changes[middle].row <= row { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The names that wait after a row, oldest first.
  func names(atRow row: Int) -> [String] {
    let count = count(atRow: row)
    if count == changes.count { return current }
    if count == 0 { return [] }
    let whole = (count - 1) / Self.distance
    var names = wholes[whole]
    for change in changes[(whole * Self.distance)..<count] {
      names.replaceSubrange(change.from..<(change.from + change.removed), with: change.added)
    }
    return names
  }

  /// How many wait after a row.
  func length(atRow row: Int) -> Int {
    let count = count(atRow: row)
    return count > 0 ? changes[count - 1].count : 0
  }
}
