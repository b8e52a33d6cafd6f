import Dissect
import Foundation
import Session
import TestSupport
import Testing

@testable import Viz

/// A run of lesson 1 that a lab recorded on Linux 6.18.
@Suite struct RecordedTests {
  static func records() throws -> [Record] {
    let url = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/knock.pcapng")
    var file = try SessionFile(path: url.path)
    var records: [Record] = []
    while let record = file.next() { records.append(record) }
    return records
  }

  @Test func ladderOfARealRun() throws {
    let analysis = Analysis()
    for record in try Self.records() { analysis.append(record) }
    var ladder = Ladder()
    ladder.update(from: analysis)
    let row = try #require(ladder.lines.first { $0.reading?.kind == .noReply }?.row)
    expectGolden(KnockTests.screen(ladder, 80, 24, selected: row), named: "recorded-80x24")
    var canvas = Canvas(width: 78, height: 14)
    KernelPane.draw(
      on: &canvas, in: Rectangle(x: 0, y: 0, width: 78, height: 14), state: ladder.history.current,
      queues: ladder.queues(atRow: ladder.rows))
    expectGolden(canvas, named: "recorded-kernel")
  }

  /// One record at a time, as a live run brings them, gives what the whole file gives, at every row.
  @Test func liveEqualsReplay() throws {
    let records = try Self.records()
    let all = Analysis()
    for record in records { all.append(record) }
    var whole = Ladder()
    whole.update(from: all)
    let analysis = Analysis()
    var live = Ladder()
    for record in records {
      analysis.append(record)
      live.update(from: analysis)
      #expect(live.history.current == whole.history.at(row: live.rows))
      #expect(live.queues(atRow: live.rows) == whole.queues(atRow: live.rows))
    }
    #expect(live.lines == whole.lines)
    #expect(whole.lines.count == 15)
  }
}

/// Captures that other programs made, without a lab.
@Suite struct ForeignTests {
  static func analysis(_ name: String) throws -> Analysis {
    let url = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../DissectTests/Fixtures/\(name).pcapng")
    var file = try SessionFile(path: url.standardizedFileURL.path)
    let analysis = Analysis()
    while let record = file.next() { analysis.append(record) }
    return analysis
  }

  @Test(arguments: ["tls13", "http1", "udp", "tfo", "lt"]) func laddersOfCaptures(_ name: String) throws {
    var ladder = Ladder()
    ladder.update(from: try Self.analysis(name))
    let lines = LadderText.lines(ladder, width: 80)
    var canvas = Canvas(width: 80, height: min(26, lines.count))
    for (y, line) in lines.prefix(canvas.height).enumerated() { canvas.put(line, x: 0, y: y) }
    expectGolden(canvas, named: "foreign-\(name)")
  }

  /// A row with opened records: the octets of a field in another source are marked there and only there.
  @Test func octetsOfOpenedRecords() throws {
    let analysis = try Self.analysis("tls13")
    let row = try #require((1...analysis.rows.count).first { analysis.tree($0).sources.count > 1 })
    let tree = analysis.tree(row)
    let index = try #require(tree.nodes.lastIndex { $0.source == 1 && $0.length > 0 })
    for source in [0, 1] {
      var canvas = Canvas(width: 76, height: 12)
      HexPane.draw(
        on: &canvas, in: Rectangle(x: 0, y: 0, width: 76, height: 12), tree: tree, source: source,
        selection: index)
      #expect(canvas.cells.contains { $0.style == .selected } == (source == 1))
      #expect(canvas.lines[0].contains("[\(tree.sources[source].name) \(tree.sources[source].bytes.count)]"))
    }
  }
}
