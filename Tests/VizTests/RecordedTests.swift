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
