/// Measurements of one thing.
struct Series {
  private(set) var values: [Double] = []

  mutating func add(_ value: Double) { values.append(value) }

  /// The value in the middle, of an even number the mean of the two there; 0 of none.
  var median: Double {
    let sorted = values.sorted()
    guard !sorted.isEmpty else { return 0 }
    return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
  }

  /// The value that so many of all, from 0 to 1, do not exceed; 0 of none.
  func quantile(_ share: Double) -> Double {
    let sorted = values.sorted()
    guard !sorted.isEmpty else { return 0 }
    return sorted[min(sorted.count - 1, Int((Double(sorted.count) * share).rounded(.up)) - 1)]
  }

  /// The median in a unit, with the least and the most.
  func text(_ unit: String, scale: Double = 1, decimals: Int = 1) -> String {
    let number = { (value: Double) in fixed(value * scale, decimals) }
    guard let least = values.min(), let most = values.max() else { return "-" }
    let spread = values.count > 1 ? " (\(number(least))-\(number(most)))" : ""
    return "\(number(median)) \(unit)\(spread)"
  }
}

/// A line of the table.
struct Row {
  var name: String
  var measured: String
  /// What it is held against: a program, or a bound.
  var peer = ""
  var peerMeasured = ""
  /// How many times better than the peer.
  var ratio: Double?

  /// The rows under a head, in columns.
  static func table(_ rows: [Row]) -> [String] {
    let head = ["", "measured", "peer", "peer's", "ratio"]
    let body = rows.map { row in
      [
        row.name, row.measured, row.peer, row.peerMeasured,
        row.ratio.map { fixed($0, $0 < 10 ? 2 : $0 < 100 ? 1 : 0) } ?? "",
      ]
    }
    let widths = head.indices.map { column in ([head] + body).map { $0[column].count }.max() ?? 0 }
    return ([head, widths.map { String(repeating: "-", count: $0) }] + body).map { cells in
      zip(cells, widths).map { cell, width in cell + String(repeating: " ", count: width - cell.count) }
        .joined(separator: "  ")
        .replacing(#/ +$/#, with: "")
    }
  }
}

/// A number with so many digits after the point.
func fixed(_ value: Double, _ decimals: Int) -> String {
  guard value.isFinite, abs(value) < 1e12 else { return "\(value)" }
  let unit = (0..<decimals).reduce(1) { product, _ in product * 10 }
  let scaled = Int((abs(value) * Double(unit)).rounded())
  let sign = value < 0 && scaled > 0 ? "-" : ""
  guard decimals > 0 else { return "\(sign)\(scaled)" }
  let rest = String(scaled % unit)
  return "\(sign)\(scaled / unit).\(String(repeating: "0", count: decimals - rest.count))\(rest)"
}
