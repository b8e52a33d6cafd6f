internal import Bytes
internal import Dissect
internal import Session

/// A run on the screen: a lab as it happens, or a session played again. The same screen shows both.
struct RunState {
  enum Kind { case live, replay }
  /// The part of the screen that moving keys act on.
  enum Pane: CaseIterable { case ladder, tree, hex }

  var kind: Kind
  var lesson: LessonItem?
  var title: String
  var settings: [String: String] = [:]
  /// The session, dissected; live it grows.
  var analysis = Analysis()
  /// Where the session is kept.
  var path: String?
  /// Said on top of the ladder while it holds: that the run has no frames, or is a recording, and why.
  var banner: String?

  /// Rows that people may see now, of all: live what has come, in replay what has been played.
  var reached = 0
  /// Live: rows stay at this while the screen is frozen.
  var frozen: Int?
  /// The row selected, from 1; 0 before the first.
  var selection = 0
  /// Whether the selection goes along with what comes.
  var follows = true
  /// Whether frames are held by hand.
  var isHeld = false
  /// What the learner changed that the lesson's claims don't cover; nothing is judged then.
  var touched: String?
  /// Whether the session has ended.
  var isOver = false
  /// The option that the learner chose before the run.
  var answer: Int?
  /// The rows at which steps fired, in the lesson's order.
  var stepRows: [Int] = []

  var pane = Pane.ladder
  var showsInside = false
  var showsCalls = false
  var showsTimeline = false
  var treeSelection = 0
  var treeScroll = 0
  var hexScroll = 0
  var filterText = ""
  var filterProblem: String?
  /// Rows that satisfy the filter; nil when there is none.
  var filtered: Set<Int>?

  var isPlaying = false
  /// Played nanoseconds a real nanosecond.
  var speed = 1.0
  /// Replay: the moment reached, from the first row.
  var clock: Int64 = 0
  /// CLOCK_MONOTONIC at the last tick while playing.
  var lastTick: Int64?

  init(kind: Kind, lesson: LessonItem?, title: String) {
    self.kind = kind
    self.lesson = lesson
    self.title = title
  }

  /// Whether the lab still runs.
  var isLive: Bool { kind == .live && !isOver }
  var offersPress: Bool { isLive && (lesson?.pressesKeys ?? false) }
  var offersAccept: Bool { isLive && lesson?.acceptor != nil }
  /// Rows that are drawn.
  var visible: Int { frozen ?? reached }
  /// When the run began: its first row's time.
  var start: Timestamp? { analysis.rows.lazy.compactMap(\.time).first }
  /// The whole run in nanoseconds.
  var length: Int64 {
    guard let start, let last = analysis.rows.last(where: { $0.time != nil })?.time else { return 0 }
    return max(0, last.nanoseconds - start.nanoseconds)
  }
  /// Steps whose row is on the screen.
  var stepsReached: Int { stepRows.prefix { $0 <= visible }.count }

  /// Time of a row since the run began.
  func offset(of row: Int) -> Int64? {
    guard row >= 1, row <= analysis.rows.count, let time = analysis.rows[row - 1].time, let start else {
      return nil
    }
    return time.nanoseconds - start.nanoseconds
  }

  /// Whether a row may be drawn as things are switched.
  func shows(_ row: Int) -> Bool {
    if let filtered { return filtered.contains(row) }
    guard case .event(let event) = analysis.rows[row - 1].record else { return true }
    return switch event.kind {
    case .session, .process: false
    case .syscall: showsCalls
    default: true
    }
  }

  /// The next row in a direction that is shown, at most `reached`; nil at the end.
  func row(after row: Int, by direction: Int, limit: Int, where wanted: (Int) -> Bool = { _ in true }) -> Int?
  {
    var next = row + direction
    while next >= 1, next <= limit {
      if shows(next), wanted(next) { return next }
      next += direction
    }
    return nil
  }

  /// Whether a row is a frame.
  func isFrame(_ row: Int) -> Bool { if case .frame = analysis.rows[row - 1].record { true } else { false } }

  /// Takes what came of a live session.
  mutating func take(_ records: [Record]) {
    for record in records { analysis.append(record) }
    guard kind == .live else { return }
    reached = analysis.rows.count
    if follows, frozen == nil { selectLast() }
  }

  /// Selects the last row that is shown.
  mutating func selectLast() {
    selection = row(after: visible + 1, by: -1, limit: visible) ?? 0
  }

  /// Replay: goes to a moment; what came until then is seen.
  mutating func seek(to time: Int64) {
    clock = min(max(0, time), length)
    var low = 0
    for row in analysis.rows {
      if let time = row.time, let start, time.nanoseconds - start.nanoseconds > clock { break }
      low = row.number
    }
    reached = low
    selectLast()
    follows = true
  }

  /// Replay: goes to a row.
  mutating func seek(toRow row: Int) {
    guard row >= 1, row <= analysis.rows.count else { return }
    reached = row
    if let offset = offset(of: row) { clock = max(0, offset) }
    selection = row
    follows = true
  }

  /// Plays on until `now`; false when the end was reached.
  mutating func advance(to now: Int64) -> Bool {
    guard isPlaying else { return false }
    let passed = lastTick.map { now - $0 } ?? 0
    lastTick = now
    seek(to: clock + Int64(Double(max(0, passed)) * speed))
    if clock >= length {
      isPlaying = false
      lastTick = nil
      reached = analysis.rows.count
      selectLast()
      return false
    }
    return true
  }
}
