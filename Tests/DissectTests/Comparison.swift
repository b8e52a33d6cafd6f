import Bytes
import Foundation
import TestSupport

@testable import Dissect

/// Our values of a capture beside those of `tshark -2 -n`: every field of every protocol that we read, and the columns.
struct Comparison {
  /// A difference that is meant, and why. What it does not name, it is about all of.
  struct Exception {
    /// By name without its ending.
    var captures: Set<String> = []
    /// Row numbers.
    var rows: Set<Int> = []
    /// By field, also `_ws.col.Info` and `_ws.col.Protocol`.
    var fields: Set<String> = []
    var reason: String

    init(_ reason: String, captures: Set<String> = [], rows: Set<Int> = [], fields: Set<String> = []) {
      (self.reason, self.captures, self.rows, self.fields) = (reason, captures, rows, fields)
    }

    func covers(_ capture: String, _ row: Int, _ field: String) -> Bool {
      (captures.isEmpty || captures.contains(capture)) && (rows.isEmpty || rows.contains(row))
        && (fields.isEmpty || fields.contains(field))
    }
  }

  /// Values looked at.
  private(set) var compared = 0
  /// Fields of rows that differ without an exception.
  private(set) var differing = 0
  /// Values that are covered by an exception.
  private(set) var excepted = 0
  /// Values of ours in rows whose protocol tshark does not find, and the number of such rows.
  private(set) var more = 0, moreRows = 0
  /// By field, the first rows in which it differs and how.
  private(set) var differences: [String: [String]] = [:]
  /// Which exceptions were needed.
  private(set) var used: Set<Int> = []

  private let capture: String
  private let exceptions: [Exception]

  /// The differences as text, a line a field.
  var report: String {
    differences.sorted { $0.key < $1.key }.map { name, words in
      "\(name) (\(words.count)) \(words.prefix(2).joined(separator: "\n    "))"
    }.joined(separator: "\n")
  }

  /// Agreement in words.
  var figures: String {
    let share = compared == 0 ? 100 : 100 * Double(compared - differing) / Double(compared)
    return "\(compared) values compared, \(differing) differ (\(String(format: "%.3f", share)) % agree), "
      + "\(excepted) excepted, \(more) more than tshark's in \(moreRows) rows"
  }

  private static let columns = [
    "_ws.col.Source", "_ws.col.Destination", "_ws.col.Length", "_ws.col.Protocol", "_ws.col.Info",
  ]

  /// Compares a capture. `mode` is what tshark is told besides.
  init(_ path: String, _ analysis: Analysis, mode: [String] = [], exceptions: [Exception] = []) throws {
    capture = URL(filePath: path).deletingPathExtension().lastPathComponent
    self.exceptions = exceptions
    let names = Tshark.ofOurProtocols + Self.columns
    // Marks that stand in no value.
    let theirs = try Tshark.lines(
      ["-2", "-n", "-r", path] + mode + ["-T", "fields", "-E", "separator=\u{0E}", "-E", "aggregator=\u{0F}"]
        + names.flatMap { ["-e", $0] })
    note("rows", 0, ["\(theirs.count)"], ["\(analysis.rows.count)"])
    var reader = RowValues()
    for (index, line) in theirs.enumerated() where index < analysis.rows.count {
      let row = index + 1
      let ours = reader.values(row, analysis, Self.columns)
      let parts = line.split(separator: "\u{0E}", omittingEmptySubsequences: false)
      var values: [String: [String]] = [:]
      for (name, part) in zip(names, parts) where !part.isEmpty {
        values[name] = part.split(separator: "\u{0F}", omittingEmptySubsequences: false).map {
          // A field of no octets, or of no characters.
          $0 == "<MISSING>" ? "" : String($0)
        }
      }
      compare(row, values, ours)
    }
  }

  /// Compares a row.
  private mutating func compare(_ row: Int, _ theirs: [String: [String]], _ ours: [String: [String]]) {
    let theirProtocols = Set(theirs["frame.protocols"]?.first?.split(separator: ":") ?? [])
    let ourProtocols = Set(ours["frame.protocols"]?.first?.split(separator: ":") ?? [])
    let isMore =
      !ourProtocols.isSubset(of: theirProtocols)
      && theirProtocols.subtracting(["data"]).isSubset(of: ourProtocols)
    if isMore { moreRows += 1 }
    for name in Set(theirs.keys).union(ours.keys) {
      let (other, own) = (theirs[name] ?? [], ours[name] ?? [])
      // What tshark shows of octets that it can't read.
      if isMore, Self.unread.contains(name) { continue }
      if isMore, other.isEmpty {
        more += own.count
        continue
      }
      note(name, row, other, own)
    }
  }

  /// Fields of octets that no protocol has explained, and what follows from having none.
  private static let unread: Set<String> = [
    "tcp.payload", "tcp.segment_data", "data.data", "data.len", "frame.protocols", "_ws.col.Info", "_ws.col.Protocol",
  ]

  private mutating func note(_ field: String, _ row: Int, _ theirs: [String], _ ours: [String]) {
    let count = max(theirs.count, ours.count)
    if theirs == ours {
      compared += count
    } else if let place = exceptions.firstIndex(where: { $0.covers(capture, row, field) }) {
      excepted += count
      used.insert(place)
    } else {
      compared += count
      differing += 1
      differences[field, default: []].append(
        "row \(row): tshark \(theirs.map { $0.prefix(120) }), we \(ours.map { $0.prefix(120) })")
    }
  }
}

/// The values of a row by field's name, as `-T fields` prints them.
struct RowValues {
  private var tree = Dissection(wants: .all)
  private var listing = Listing()
  private var names: [(name: String, field: SelectedField)?] = FieldPlates.shared.plates.indices.map {
    let plate = FieldPlates.shared.plates[$0]
    let place = plate.name
    let name = String(
      decoding: FieldPlates.shared.octets[Int(place.start)..<Int(place.start + place.count)], as: UTF8.self)
    guard plate.type != .heading, !plate.traits.contains(.textOnly), !name.hasPrefix("backlab."),
      let field = SelectedField(name)
    else { return nil }
    return (name, field)
  }

  /// The values of a row (from 1), and its columns.
  mutating func values(_ row: Int, _ analysis: Analysis, _ columns: [String]) -> [String: [String]] {
    analysis.draw(row, into: &tree)
    listing.fill(tree, displayed: analysis.delta(row))
    var values: [String: [String]] = [:]
    var text = TextBuffer()
    for line in listing.lines {
      guard let (name, field) = names[Int(line.plate)], Tshark.fields[name] != nil else { continue }
      text.removeAll()
      field.append(.line(line), listing, tree, as: .field, to: &text)
      values[name, default: []].append(text.text)
    }
    for name in columns {
      text.removeAll()
      SelectedField(name)?.forEach(in: listing, tree, analysis.columns(row)) { value in
        SelectedField(name)?.append(value, listing, tree, as: .field, to: &text)
      }
      if text.count > 0 { values[name] = [text.text] }
    }
    return values
  }
}

extension Analysis {
  /// The time since the row before, in nanoseconds.
  fileprivate func delta(_ row: Int) -> Int64 {
    guard row > 1, let time = store.time(row), let before = store.time(row - 1) else { return 0 }
    return time &- before
  }
}
