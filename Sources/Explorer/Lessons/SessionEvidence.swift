import Bytes
import Dissect
import Session

/// A dissected session as steps and checks see it.
struct SessionEvidence: Evidence {
  /// The session, live or read from a file.
  let analysis: Analysis

  var rowCount: Int { analysis.rows.count }

  func matcher(_ filter: String) throws(ExpressionError) -> Filter {
    do throws(FilterError) { return try Filter(filter) } catch let problem {
      throw ExpressionError(
        what: "\(problem.description) of `\(filter)`", fix: "Write it as a display filter of Wireshark.")
    }
  }

  func matches(_ matcher: Filter, row: Int) -> Bool { analysis.matches(matcher, row: row) }

  func numbers(_ field: String, row: Int) -> [Double] {
    analysis.values(named: field, row: row).compactMap { value in
      switch value {
      case .number(let number): Double(number)
      case .seconds(let nanoseconds): Double(nanoseconds) / 1e9
      default: nil
      }
    }
  }

  func isDuration(_ field: String) -> Bool {
    Catalogue.shared.byName[field]?.contains { $0.layer.fields[Int($0.index)].type == .relativeTime } == true
  }

  func sent(row: Int) -> Double? { analysis.rows[row - 1].time.flatMap(seconds) }

  func arrived(row: Int) -> Double? {
    guard case .frame(let frame) = analysis.rows[row - 1].record, let id = frame.packetID else { return nil }
    return analysis.fates[id]?.first { $0.kind == .delivered }.flatMap { seconds($0.time) }
  }

  func sender(row: Int) -> String {
    if case .frame = analysis.rows[row - 1].record { return analysis.summary(row).source }
    return ""
  }

  private func seconds(_ time: Timestamp) -> Double? {
    guard let start = analysis.rows.first(where: { $0.time != nil })?.time else { return nil }
    return Double(time.since(start)) / 1e9
  }
}
