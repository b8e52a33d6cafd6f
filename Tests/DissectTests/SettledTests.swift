import Bytes
import Foundation
import Session
import Testing

@testable import Dissect

/// Rows that are settled look in a list as they will when the capture is read to its end.
@Suite struct SettledTests {
  /// What becomes of the frames before they are read: nothing, some are lost, some change places.
  enum Trouble: Int, CaseIterable {
    case none, lost, exchanged

    func change(_ records: [Record]) -> [Record] {
      var result: [Record] = []
      for (index, record) in records.enumerated() {
        if self == .lost, case .frame = record, index % 5 == 3 { continue }
        result.append(record)
        if self == .exchanged, index % 7 == 6, case .frame = record, case .frame = records[index - 1] {
          result.swapAt(result.count - 1, result.count - 2)
        }
      }
      return result
    }
  }

  /// Connections that say afterwards, again and again, what their segments mean.
  private static let odd: Set = ["network/topt"]

  private func records(_ name: String) throws -> [Record] {
    var file = try SessionFile(path: CaptureFile.url(name).path)
    var records: [Record] = []
    while let record = file.next() { records.append(record) }
    return records
  }

  @Test(arguments: CaptureFile.names) func settledRowsStayAsTheyAre(_ name: String) throws {
    for trouble in Trouble.allCases {
      let records = trouble.change(try records(name))
      let analysis = Analysis()
      var early: [Summary] = []
      var settled = SettledRows(of: analysis)
      var restarts = 0
      for record in records {
        analysis.append(record)
        if !settled.hold(in: analysis) {
          if case .secrets = record {} else { restarts += 1 }
          early = []
        }
        settled = SettledRows(of: analysis)
        #expect(settled.count >= early.count, "\(name), \(trouble): fewer rows are settled than before")
        while early.count < settled.count { early.append(analysis.summary(early.count + 1)) }
      }
      #expect(restarts == 0 || trouble != .none || Self.odd.contains(name), "\(name), \(trouble)")
      for (index, summary) in early.enumerated() {
        let last = analysis.summary(index + 1)
        #expect(summary == last, "\(name), \(trouble): row \(index + 1)")
      }
    }
  }

  /// In a capture where nothing is open, all is settled, so that the test above is about something.
  @Test func aWholeConversationIsSettled() throws {
    let analysis = Analysis()
    for record in try records("http1") { analysis.append(record) }
    #expect(SettledRows(of: analysis).count == analysis.rows.count)
  }
}
