/// How long a loop was kept from its turns: what a busy machine adds to every time that a
/// session tells.
struct Lateness {
  /// Turns less late than this count as punctual, in nanoseconds.
  private static let tolerance: Int64 = 10_000_000
  /// From this sum on, in nanoseconds, the session says it.
  private static let limit: Int64 = 50_000_000

  private var total: Int64 = 0

  /// Takes a turn at `now` that had to come at `due`, both in nanoseconds; all that was lost, once, when it has become
  /// too much.
  mutating func turn(at now: Int64, due: Int64) -> Int64? {
    guard case let late = now - due, late > Self.tolerance else { return nil }
    let before = total
    total += late
    return before < Self.limit && total >= Self.limit ? total : nil
  }
}
