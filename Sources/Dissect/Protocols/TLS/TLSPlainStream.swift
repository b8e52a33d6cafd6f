/// One direction of the application's octets inside TLS.
final class TLSPlainStream {
  /// Where the content of each record with application data begins, and the record.
  private var places: [(start: Int, record: UInt32)] = []
  /// Octets so far.
  private(set) var count = 0
  let cutter = StreamCutter()

  /// Adds a record's content.
  func add(_ size: Int, record: Int) {
    places.append((count, UInt32(clamping: record)))
    count += size
  }

  /// The record that holds the octet at `offset`; nil when none does.
  func record(at offset: Int) -> Int? {
    guard offset >= 0, offset < count else { return nil }
    var low = 0
    var high = places.count
    while low < high {
      let middle = (low + high) / 2
      if places[middle].start <= offset { low = middle + 1 } else { high = middle }
    }
    return low > 0 ? Int(places[low - 1].record) : nil
  }
}

/// The last few records that were opened to be drawn: one message is often in several, and several in one.
struct TLSOpenedRecords {
  private var records: [(index: Int, plain: [UInt8])] = []
  private var next = 0
  private static let limit = 4

  func find(_ index: Int) -> [UInt8]? { records.first { $0.index == index }?.plain }

  mutating func add(_ index: Int, _ plain: [UInt8]) {
    guard records.count == Self.limit else { return records.append((index, plain)) }
    records[next] = (index, plain)
    next = (next + 1) % Self.limit
  }
}
