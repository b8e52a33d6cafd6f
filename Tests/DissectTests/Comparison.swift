import Foundation

@testable import Dissect

/// Our values of a capture beside those of `tshark -2 -n`.
struct Comparison {
  /// Values looked at.
  private(set) var compared = 0
  /// Values that differ.
  private(set) var differing = 0
  /// By field, the first row in which it differs and how.
  private(set) var differences: [String: String] = [:]

  /// The differences as text, a line a field.
  var report: String {
    differences.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: "\n")
  }

  /// Compares all fields of `layers` but the exceptions, and the columns unless `hasColumns` is false, in the rows that
  /// `takes` wants.
  init(
    _ path: String, _ analysis: Analysis, layers: [Layer], except: Set<String>, hasColumns: Bool = true,
    takes: (Dissection) -> Bool = { _ in true }
  ) throws {
    var fields: [String] = []
    for field in layers.flatMap(\.fields)
    where !except.contains(field.name) && !field.name.hasPrefix("backlab.") && !fields.contains(field.name) {
      fields.append(field.name)
    }
    let columns =
      hasColumns ? ["_ws.col.Source", "_ws.col.Destination", "_ws.col.Protocol", "_ws.col.Info"] : []
    let lines = try Tshark.lines(
      ["-2", "-n", "-r", path, "-T", "fields", "-E", "aggregator=|"]
        + (fields + columns).flatMap { ["-e", $0] })
    note("rows", 0, ["\(lines.count)"], ["\(analysis.rows.count)"])
    for (index, line) in lines.enumerated() where index < analysis.rows.count {
      let tree = analysis.tree(index + 1)
      guard takes(tree) else { continue }
      var ours: [String: [String]] = [:]
      for node in tree.nodes {
        ours[Catalogue.shared.info(node.field).name, default: []].append(Self.escaped(tree.valueText(node)))
      }
      if hasColumns {
        let summary = analysis.summary(index + 1)
        for (name, text) in zip(
          columns, [summary.source, summary.destination, summary.protocolName, summary.info])
        {
          ours[name] = text.isEmpty ? [] : [text]
        }
      }
      let theirs = line.split(separator: "\t", omittingEmptySubsequences: false)
      for (field, text) in zip(fields + columns, theirs) {
        let values =
          text.isEmpty
          ? []
          : field.hasPrefix("_ws")
            ? [String(text)]
            : text.split(separator: "|", omittingEmptySubsequences: false).map {
              $0 == "<MISSING>" ? "" : String($0)
            }
        note(field, index + 1, values, ours[field] ?? [])
      }
    }
  }

  private mutating func note(_ field: String, _ row: Int, _ theirs: [String], _ ours: [String]) {
    compared += max(theirs.count, ours.count)
    guard theirs.sorted() != ours.sorted() else { return }
    differing += 1
    if differences[field] == nil { differences[field] = "row \(row): tshark \(theirs), we \(ours)" }
  }

  /// As tshark writes a value into its table.
  private static func escaped(_ text: String) -> String {
    text.replacingOccurrences(of: "\\", with: "\\\\").replacingOccurrences(of: "\r", with: "\\r")
      .replacingOccurrences(of: "\n", with: "\\n").replacingOccurrences(of: "\t", with: "\\t")
  }
}
