/// How long a loop that turns at a known interval was kept from its turns: what a busy machine adds to every time that a
/// session tells.
struct Lateness {
  /// Turns less late than this count as punctual, in nanoseconds.
  private static let tolerance: Int64 = 10_000_000
  /// From this sum on, in nanoseconds, the session says it.
  private static let limit: Int64 = 50_000_000

  private let interval: Int64
  private var last: Int64?
  private var total: Int64 = 0

  /// For a loop that turns each `interval` nanoseconds or sooner.
  init(interval: Int64) { self.interval = interval }

  /// Takes the time of a turn in nanoseconds; all that was lost, once, when it has become too much.
  mutating func turn(at now: Int64) -> Int64? {
    defer { last = now }
    guard let last, case let late = now - last - interval, late > Self.tolerance else { return nil }
    let before = total
    total += late
    return before < Self.limit && total >= Self.limit ? total : nil
  }
}
