/// Counts of durations in nanoseconds, in buckets that keep three significant digits (log-linear, as HdrHistogram's).
///
/// Below 2048 each value has a bucket; above, each doubling has 1024 of equal width, so that a bucket is at most a
/// thousandth of its values wide. Values are kept from 0 to 2^42 - 1 (73 minutes); longer ones count as that. 264 KiB.
struct LatencyHistogram {
  /// Buckets of a doubling, as a power of two.
  private static let bits = 10
  private static let longest: Int64 = 1 << 42 - 1
  private static let doublings = 42 - bits - 1

  private var counts = [UInt64](repeating: 0, count: (doublings + 2) << bits)
  private(set) var count: UInt64 = 0
  private(set) var max: Int64 = 0
  private(set) var min: Int64 = longest
  private var sum: Double = 0

  /// The bucket of a value.
  static func index(_ value: Int64) -> Int {
    let doubling = 64 - (UInt64(value) | UInt64(2 << bits - 1)).leadingZeroBitCount - bits - 1
    return doubling << bits + Int(value >> Int64(doubling))
  }

  /// The values of a bucket.
  static func values(_ index: Int) -> ClosedRange<Int64> {
    let doubling = Swift.max(0, index >> bits - 1)
    let first = Int64(index - doubling << bits) << Int64(doubling)
    return first...first + 1 << Int64(doubling) - 1
  }

  /// Counts a duration, so many times.
  mutating func record(_ nanoseconds: Int64, times: UInt64 = 1) {
    let value = Swift.min(Swift.max(0, nanoseconds), LatencyHistogram.longest)
    counts[LatencyHistogram.index(value)] += times
    count += times
    sum += Double(value) * Double(times)
    max = Swift.max(max, value)
    min = Swift.min(min, value)
  }

  /// The value that a share of all, from 0 to 1, does not exceed: the highest of its bucket, at most the longest that was
  /// counted; 0 of none.
  func percentile(_ share: Double) -> Int64 {
    let wanted = Swift.max(1, UInt64((Double(count) * share).rounded(.up)))
    var seen: UInt64 = 0
    for index in counts.indices where counts[index] > 0 {
      seen += counts[index]
      if seen >= wanted { return Swift.min(LatencyHistogram.values(index).upperBound, max) }
    }
    return max
  }

  /// The mean of what was counted; 0 of none.
  var mean: Int64 { count == 0 ? 0 : Int64(sum / Double(count)) }

  /// What would have been counted if a request had been due each `interval`: one that took longer held up those that should
  /// have begun meanwhile, which would have taken an interval less each (Gil Tene's correction for coordinated omission).
  func corrected(interval: Int64) -> LatencyHistogram {
    guard interval > 0 else { return self }
    var all = self
    for index in counts.indices where counts[index] > 0 {
      var missing = Swift.min(LatencyHistogram.values(index).upperBound, max) - interval
      while missing >= interval {
        all.record(missing, times: counts[index])
        missing -= interval
      }
    }
    return all
  }

  /// The counts in eighths of a doubling, for a picture: `ns:count` of each that is not empty, joined by spaces, `ns` the
  /// lowest of its values.
  var text: String {
    var coarse: [(low: Int64, count: UInt64)] = []
    for index in counts.indices where counts[index] > 0 {
      let value = LatencyHistogram.values(index).lowerBound
      let doubling = Swift.max(0, 64 - UInt64(value).leadingZeroBitCount - 4)
      let low = (value >> Int64(doubling)) << Int64(doubling)
      if coarse.last?.low == low {
        coarse[coarse.count - 1].count += counts[index]
      } else {
        coarse.append((low, counts[index]))
      }
    }
    return coarse.map { "\($0.low):\($0.count)" }.joined(separator: " ")
  }
}
