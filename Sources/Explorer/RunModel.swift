internal import Bytes
internal import Dissect
internal import Session
internal import Viz

/// A run on the screen: a lab as it happens, or a session played again. The same screen shows both.
struct RunState {
  enum Kind { case live, replay }
  var kind: Kind
  var lesson: LessonItem?
  var title: String
  var settings: [String: String] = [:]
  /// The session; live it grows.
  var store: SessionStore
  /// Where the session is kept.
  var path: String?
  /// Said on top of the ladder while it holds: that the run has no frames, or is a recording, and why.
  var banner: String?
  /// Replay: that the kernel of the recording is another one, and what that changes.
  var kernelNote: String?

  /// Rows that people may see now, of all: live what has come, in replay what has been played.
  var reached = 0
  /// Live: rows stay at this while the screen is frozen.
  var frozen: Int?
  /// Live: rows stay at this while the lab is a step ahead of its reader.
  var gate: Int?
  /// Rows that had come when the learner last did something to the lab.
  var acted = 0
  /// The row selected, from 1; 0 before the first.
  var selection = 0
  /// Whether the selection goes along with what comes.
  var follows = true
  /// Whether every process of the lab is ready.
  var isReady = false
  /// Presses of the key for the next client that came before the lab was ready.
  var earlyPresses = 0
  /// Whether frames are held by hand.
  var isHeld = false
  /// What the learner changed that the lesson's claims don't cover; nothing is judged then.
  var touched: String?
  /// Whether the lab was asked to end, and what it recorded is still being read.
  var isEnding = false
  /// Whether the session has ended.
  var isOver = false
  /// Whether the lab said that nothing is left to be started by key.
  var isAllStarted = false
  /// Whether every client of the lab has finished.
  var isDone = false
  /// Whether the learner asked for the verdict, which comes when the session is whole.
  var wantsVerdict = false
  /// Whether the verdict was shown.
  var isJudged = false
  /// Whether a file is still being read.
  var isLoading = false
  /// The option that the learner chose before the run.
  var answer: Int?
  /// Steps whose commands were given.
  var stepsDone: Set<Int> = []

  /// Panes that were asked for, the newest last; the tree stands for the frame with its octets.
  var open: [PaneID] = []
  /// The pane that moving keys act on, as long as it is seen.
  var focus = PaneID.ladder
  /// What is looked at inside the row selected.
  var inside = FrameView()
  /// The kernel pane's first line.
  var kernelScroll = 0
  /// The first line of the pane that says who does what.
  var workScroll = 0
  /// The row of the system call selected; nil for the newest.
  var call: Int?
  /// The knob selected, from 0.
  var knob = 0
  /// Whether rows are listed one by one in place of the ladder.
  var showsList = false
  /// Where panes stand, worked out once for a picture or a key that asks many times; nil where it is to be worked out.
  var plan: (size: Size, frames: [PaneID: Rectangle]?)?
  var filterText = ""
  /// What was searched for last.
  var searchText = ""
  var filterProblem: String?

  var isPlaying = false
  /// Played nanoseconds a real nanosecond.
  var speed = 1.0
  /// Replay: the moment reached, from the first row.
  var clock: Int64 = 0
  /// CLOCK_MONOTONIC at the last tick while playing.
  var lastTick: Int64?

  init(kind: Kind, lesson: LessonItem?, title: String, guide: LessonGuide? = nil, analysis: Analysis? = nil) {
    self.kind = kind
    self.lesson = lesson
    self.title = title
    store = SessionStore(guide: guide, analysis: analysis)
  }

  var analysis: Analysis { store.analysis }
  /// Rows that satisfy the filter; nil when there is none.
  var filtered: [Int]? { store.filtered }
  /// Whether the lab still runs.
  var isLive: Bool { isUnderWay && !isEnding }
  /// Whether more of a lab's session may come.
  var isUnderWay: Bool { kind == .live && !isOver }
  /// Whether the lab waits for the learner's key: as the page says, or as a setting of this run says.
  var pressesKeys: Bool {
    let chosen = settings.filter { $0.key.hasSuffix(".by") }.values
    return chosen.isEmpty ? lesson?.pressesKeys ?? false : chosen.contains("key")
  }
  /// Whether the key starts the next client: until all have finished.
  var offersPress: Bool { isLive && !isDone && !isAllStarted && pressesKeys }
  var offersAccept: Bool { isLive && lesson?.acceptor != nil }
  /// Rows that are drawn.
  var visible: Int { frozen ?? min(gate ?? .max, reached) }
  /// When the run began: its first row's time.
  var start: Timestamp? { store.start }
  /// The whole run in nanoseconds.
  var length: Int64 {
    guard let start, let last = store.last else { return 0 }
    return max(0, last.nanoseconds - start.nanoseconds)
  }
  /// The rows at which the lesson's steps fired.
  var stepRows: [Int] { store.guide?.rows ?? [] }
  /// The lesson's steps, as far as they apply to this run.
  var steps: [LessonItem.StepItem] {
    store.guide?.steps.map { $0.map { .init(name: $0.name, say: $0.say, commands: $0.commands) } }
      ?? lesson?.steps ?? []
  }
  /// How many steps must have been seen before the question's truth is told; `Int.max` when the run's settings leave
  /// the step out that shows it.
  var tellingStep: Int {
    guard let name = lesson?.question?.step else { return max(1, steps.count) }
    return steps.firstIndex { $0.name == name }.map { $0 + 1 } ?? .max
  }
  /// What the learner said, and what the wire says once that was seen; both short when asked so: up to the colon.
  func verdict(short: Bool) -> (said: String, truth: String?, isRight: Bool)? {
    guard let question = lesson?.question, let answer = self.answer,
      question.options.indices.contains(answer), question.options.indices.contains(question.answer)
    else { return nil }
    let cut = { (text: String) in
      short ? String(text.prefix { $0 != ":" }) : text
    }
    let isRight = answer == question.answer
    let truth = isRight ? "The wire says so too." : "The wire says: \(cut(question.options[question.answer]))"
    return ("You said: \(cut(question.options[answer]))", isTold ? truth : nil, isRight)
  }
  /// Whether the question's truth has been seen, as far as the screen has come.
  var isTold: Bool { stepsReached >= tellingStep }
  /// Steps whose row is on the screen.
  var stepsReached: Int { stepRows.prefix { $0 <= visible }.count }
  /// Whether every step of the lesson has been seen.
  var isComplete: Bool { stepsReached == steps.count }
  /// Whether rows are listed: by choice, under a filter, or because there is nothing to draw arrows of.
  var isList: Bool { showsList || filtered != nil || (!store.hasArrows && !isUnderWay) }
  /// Commands of the newest step that the learner may give.
  var stepCommands: [String] {
    let step = stepsReached - 1
    guard isLive, steps.indices.contains(step), !stepsDone.contains(step) else { return [] }
    return steps[step].commands
  }
  /// The step's commands when no other key gives them: accepting one has its own.
  var ownStepCommands: [String] { asksForAccept ? [] : stepCommands }
  /// Whether the step wants what the key for accepting one does.
  var asksForAccept: Bool { lesson?.acceptor.map { stepCommands == ["\($0) accept 1"] } ?? false }

  /// Time of a row since the run began.
  func offset(of row: Int) -> Int64? {
    guard row >= 1, row <= analysis.rows.count, let time = analysis.time(ofRow: row), let start else {
      return nil
    }
    return time.nanoseconds - start.nanoseconds
  }

  /// A row's time as the screen tells it: since the first frame, where there is one.
  func shownTime(of row: Int) -> Int64? { offset(of: row).map { $0 - lead } }

  /// From the first row to the first frame.
  var lead: Int64 {
    guard let start, let first = store.firstFrame else { return 0 }
    return first.nanoseconds - start.nanoseconds
  }

  /// Whether a row may be selected as things are switched.
  func shows(_ row: Int) -> Bool {
    if filtered != nil { return store.passes(row) }
    if !isList {
      guard let line = store.ladder.line(ofRow: row) else { return false }
      return store.ladder.lines[line].row == row
    }
    guard !analysis.isFrame(row), case .event(let event) = analysis.rows[row - 1].record else { return true }
    return switch event.kind {
    case .session, .process: false
    case .syscall: open.contains(.syscalls)
    default: true
    }
  }

  /// The next row in a direction that is shown, at most `limit`; nil at the end.
  func row(after row: Int, by direction: Int, limit: Int, where wanted: (Int) -> Bool = { _ in true }) -> Int?
  {
    var next = candidate(from: row + direction, by: direction)
    while let found = next, found >= 1, found <= limit {
      if shows(found), wanted(found) { return found }
      next = candidate(from: found + direction, by: direction)
    }
    return nil
  }

  /// The first row at `row` or beyond it in a direction that may be shown: what surely isn't is leapt over, since few rows
  /// of many may be left.
  private func candidate(from row: Int, by direction: Int) -> Int? {
    if filtered != nil { return store.passing(row, by: direction) }
    if isList { return row }
    let lines = store.ladder.lines
    // The line that tells the row, or the last one before it.
    let line = store.ladder.line(ofRow: min(row, store.ladder.rows))
    if direction < 0 { return line.map { lines[$0].row } }
    if let line, lines[line].row == row { return row }
    var next = (line ?? -1) + 1
    while lines.indices.contains(next), lines[next].row < row { next += 1 }
    return lines.indices.contains(next) ? lines[next].row : nil
  }

  /// Rows to draw: at most `count` that are shown, the selection about the middle.
  func window(_ count: Int) -> [Int] {
    guard count > 0 else { return [] }
    var before: [Int] = []
    var row = min(selection, visible) + 1
    while before.count < count, let next = self.row(after: row, by: -1, limit: visible) {
      before.append(next)
      row = next
    }
    var after: [Int] = []
    row = min(selection, visible)
    while after.count < count, let next = self.row(after: row, by: 1, limit: visible) {
      after.append(next)
      row = next
    }
    let below = min(after.count, max(count / 2, count - before.count))
    return before.prefix(count - below).reversed() + after.prefix(below)
  }

  /// Whether a row is a frame.
  func isFrame(_ row: Int) -> Bool { analysis.isFrame(row) }

  /// Takes what came of the session.
  mutating func take(_ records: [Record]) { take { $0.take(records) } }

  /// Whether something is on the screen, or may be at once, that is made of arrows.
  var wantsArrows: Bool {
    !isList || isPlaying || open.contains { [.kernel, .syscalls, .work, .timeline].contains($0) }
  }

  /// Takes what `step` adds to the session.
  mutating func take(_ step: (SessionStore) -> Void) {
    let wasWhole = reached == analysis.rows.count
    step(store)
    touched = touched ?? store.touched
    if kind == .live {
      let seen = stepsReached
      reached = analysis.rows.count
      if gate == nil, frozen == nil { waitForReader(afterStep: seen) }
      if follows, frozen == nil { selectLast() }
    } else if lesson == nil, wasWhole, !isPlaying {
      // A capture lies open from end to end while it is read.
      reached = analysis.rows.count
      clock = length
      if selection == 0 {
        selection = row(after: 0, by: 1, limit: reached) ?? 0
        follows = false
      }
    }
  }

  /// Steps that follow each other sooner than this, in nanoseconds, can't be read as they come.
  private static let readable: Int64 = 500_000_000

  /// A lab can't wait, but its screen can: where a step came too soon after the one before, what is shown ends before
  /// it. `step` counts the steps that have been seen.
  private mutating func waitForReader(afterStep step: Int) {
    gate = nil
    let rows = stepRows
    for index in max(1, step)..<max(1, step, rows.count) where acted < rows[index - 1] {
      guard let before = offset(of: rows[index - 1]), let time = offset(of: rows[index]),
        time - before < Self.readable
      else { continue }
      gate = rows[index] - 1
      return
    }
  }

  /// Shows the step that the screen waits before, and what came up to the next one.
  mutating func goOn() {
    guard let gate, let index = stepRows.firstIndex(where: { $0 > gate }) else { return }
    waitForReader(afterStep: index + 1)
    if follows { selectLast() }
  }

  /// The learner does something to the lab: the screen goes along.
  mutating func act() {
    acted = analysis.rows.count
    gate = nil
    if follows, frozen == nil { selectLast() }
  }

  /// Selects the last row that is shown.
  mutating func selectLast() {
    selection = row(after: visible + 1, by: -1, limit: visible) ?? 0
  }

  /// Replay: goes to a moment; what came until then is seen.
  mutating func seek(to time: Int64) {
    let target = min(max(0, time), length)
    clock = target
    reached =
      start.map { store.row(at: $0.advanced(by: target)) } ?? analysis.rows.count
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

  /// Replay: goes to the end.
  mutating func seekToEnd() {
    clock = length
    reached = analysis.rows.count
    isPlaying = false
    lastTick = nil
    selectLast()
    follows = true
  }

  /// Plays on until `now`, at most to the lesson's next step, where it waits for the learner.
  mutating func advance(to now: Int64) {
    guard isPlaying else { return }
    let passed = lastTick.map { now - $0 } ?? 0
    lastTick = now
    let before = reached
    seek(to: clock + Int64(Double(max(0, passed)) * speed))
    if let step = stepRows.first(where: { $0 > before && $0 <= reached }) {
      seek(toRow: step)
      isPlaying = false
      lastTick = nil
    } else if clock >= length, !isLoading {
      seekToEnd()
    }
  }
}
