/// When a lab reads its hosts: each millisecond while something may change what it would read, seldom while nothing does.
///
/// What changes a listener is a frame, or a system call of a role, and both wake the lab. What nothing tells (a
/// program that is no role calls accept(), the kernel forgets a socket) is seen at the slow pace.
struct Rhythm {
  /// Nanoseconds between readings while something moves.
  private let lively: Int64
  /// Nanoseconds between readings while nothing does.
  private static let calm: Int64 = 100_000_000
  /// Nanoseconds for which the lab stays lively after something moved.
  private static let echo: Int64 = 1_000_000_000
  private var last: Int64 = 0
  private var moved: Int64 = 0

  /// Readings each `lively` nanoseconds while something moves.
  init(lively: Int64) { self.lively = lively }

  /// Something moved at `moment`.
  mutating func move(at moment: Int64) { moved = max(moved, moment) }

  /// Whether nothing has moved for a while.
  func isCalm(at now: Int64) -> Bool { now - moved > Rhythm.echo }

  /// When the next reading is due.
  func due(at now: Int64) -> Int64 { last + (isCalm(at: now) ? Rhythm.calm : lively) }

  /// Whether it is time to read; then it counts as done.
  mutating func isDue(at now: Int64) -> Bool {
    guard now >= due(at: now) else { return false }
    last = now
    return true
  }
}
