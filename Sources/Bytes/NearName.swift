/// Finds the name that was meant by one that doesn't exist.
public enum NearName {
  /// The name of `names` that is nearest to `wanted`: the least changed one, of equal ones the first in the alphabet,
  /// else the only one that begins so. Nil when none is near: more than one change for each three characters.
  public static func nearest(to wanted: String, among names: some Sequence<String>) -> String? {
    let letters = Array(wanted.utf8.prefix(64))
    guard !letters.isEmpty else { return nil }
    let limit = max(1, (letters.count + 1) / 3)
    var best: (changes: Int, name: String)?
    var longer: [String] = []
    for name in names {
      if letters.count > 2, name.hasPrefix(wanted) { longer.append(name) }
      guard abs(name.utf8.count - letters.count) <= limit else { continue }
      let changes = changes(letters, Array(name.utf8))
      if changes <= limit, best.map({ (changes, name) < ($0.changes, $0.name) }) ?? true {
        best = (changes, name)
      }
    }
    return best?.name ?? (longer.count == 1 ? longer[0] : nil)
  }

  /// "Did you mean `knock`? " for the nearest of `names`, to stand before what else is to do; empty when none is near.
  public static func question(for wanted: String, among names: some Sequence<String>) -> String {
    nearest(to: wanted, among: names).map { "Did you mean `\($0)`? " } ?? ""
  }

  /// Letters put in, left out, replaced, or two neighbours exchanged, to come from `a` to `b` (optimal string
  /// alignment, Damerau 1964).
  static func changes(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var before: [Int] = []
    var last = Array(0...b.count)
    for i in a.indices {
      var row = [i + 1] + [Int](repeating: 0, count: b.count)
      for j in b.indices {
        row[j + 1] = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
          row[j + 1] = min(row[j + 1], before[j - 1] + 1)
        }
      }
      (before, last) = (last, row)
    }
    return last[b.count]
  }
}
