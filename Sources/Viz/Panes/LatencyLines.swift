import Bytes
import Session

/// What loads have measured, each with a picture of its latencies: all on one scale, so that patterns compare side by side.
enum LatencyLines {
  /// The lines of some reports, by load; none without any that has an answer.
  static func lines(_ loads: [Worker.ID: Event], width: Int) -> [StyledLine] {
    let reports = loads.sorted { $0.key < $1.key }.map(\.value).filter { ($0.number("requests") ?? 0) > 0 }
    guard !reports.isEmpty else { return [] }
    let pictures = reports.map { Picture($0.text("buckets") ?? "") }
    let lows = pictures.compactMap { $0.counts.first?.low }
    let highs = pictures.compactMap { $0.counts.last?.low }
    var head = StyledLine("LATENCY", .strong)
    head.append("  as the clients saw it", .dim)
    var lines = [head]
    for (report, picture) in zip(reports, pictures) {
      lines += words(report).wrapped(width, hanging: StyledLine("    "))
      guard let low = lows.min(), let high = highs.max() else { continue }
      lines += picture.lines(from: low, to: high, width: width)
    }
    return lines
  }

  private static func words(_ report: Event) -> StyledLine {
    func time(_ name: String) -> String { Seconds.words(report.number(name) ?? 0) }
    var line = StyledLine("\(report.text("host") ?? "") \(report.text("process") ?? "") ", .client)
    let answers = report.number("requests") ?? 0
    line.append(answers == 1 ? "1 answer" : "\(answers) answers", .strong)
    if let errors = report.number("errors"), errors > 0 { line.append(", \(errors) failed", .bad) }
    line.append(", \(report.number("rate") ?? 0)/s ")
    line.append("p50 \(time("p50")) p90 \(time("p90")) p99 \(time("p99")) max \(time("max"))", .kernel)
    if let corrected = report.number("corrected_p99") {
      line.append(" p99 corrected \(Seconds.words(corrected))", .warning)
    }
    let (least, most) = (report.number("least") ?? 0, report.number("most") ?? 0)
    if least != most { line.append("  a connection got \(least) to \(most)", .dim) }
    line.append("  own CPU \(time("cpu"))", .dim)
    return line
  }

  /// Counts of latencies by the lowest value of their bucket, in nanoseconds.
  private struct Picture {
    var counts: [(low: Int64, count: Int64)] = []

    init(_ text: String) {
      counts = text.split(separator: " ").prefix(4096).compactMap { pair in
        let parts = pair.split(separator: ":")
        guard parts.count == 2, let low = Int64(parts[0]), let count = Int64(parts[1]), count > 0 else {
          return nil
        }
        // A session may say anything: sums stay within bounds.
        return (min(max(1, low), 1 << 50), min(count, 1 << 40))
      }
    }

    /// Where a latency stands between two others, 0 to 1, in equal steps for equal ratios.
    private static func place(_ value: Int64, _ low: Int64, _ high: Int64) -> Double {
      guard high > low, value > low else { return 0 }
      return min(1, logarithm(Double(value) / Double(low)) / logarithm(Double(high) / Double(low)))
    }

    /// The logarithm to base 2, good to a thousandth: what a picture needs.
    private static func logarithm(_ value: Double) -> Double {
      guard value > 0 else { return 0 }
      let exponent = Double(value.exponent)
      let part = value.significand - 1
      return exponent + part * (1.4193 - 0.4193 * part)
    }

    /// A line of columns, the most frequent the highest, and a line that says what its ends stand for.
    func lines(from low: Int64, to high: Int64, width: Int) -> [StyledLine] {
      let room = max(10, min(width - 2, 72))
      var columns = [Int64](repeating: 0, count: room)
      for (value, count) in counts {
        columns[min(room - 1, Int(Self.place(value, low, high) * Double(room - 1)))] += count
      }
      let most = columns.max() ?? 1
      let signs: [Character] = [" ", ".", ":", "-", "=", "+", "*", "#"]
      // Rare ones are what latency is about: a column that holds any is seen.
      let text = String(
        columns.map { count in
          count == 0 ? " " : signs[1 + Int((Double(count) / Double(most) * 6).rounded(.down))]
        })
      var scale = StyledLine("|" + Seconds.words(low), .dim)
      let end = Seconds.words(high) + "|"
      scale.append(String(repeating: " ", count: max(1, room + 2 - scale.columns - end.count)) + end, .dim)
      return [StyledLine("[" + text + "]", .client), scale]
    }
  }
}
