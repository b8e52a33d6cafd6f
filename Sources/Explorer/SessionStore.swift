internal import Bytes
internal import Dissect
internal import Session
internal import Viz

/// A session with what is derived from it, grown as records come: the same for a lab, a file and a recording.
///
/// Rows are only ever added, so states that share one object agree on every row that they know.
final class SessionStore {
  /// The rows, dissected.
  let analysis: Analysis
  /// The exchange as arrows.
  private(set) var ladder = Ladder()
  /// The system calls.
  private(set) var calls = SyscallLog()
  /// Whether the ladder holds an arrow, or would if it were made.
  var hasArrows: Bool { hasArrow || (hasFrames && !drawsArrows) }
  private var hasArrow = false
  private var hasFrames = false
  /// Whether arrows are made of rows as they come. A capture of elsewhere may be too long: it is listed until they are
  /// asked for.
  private var drawsArrows: Bool
  /// Whether frames stay in the file that they were read from.
  let keepsFramesInFile: Bool
  /// Whether there are rows of which no arrow was made.
  var isBehind: Bool { ladder.rows < analysis.rows.count }
  /// The time of the first frame.
  private(set) var firstFrame: Timestamp?
  /// The lesson beside it; nil for a capture that belongs to none.
  let guide: LessonGuide?
  /// The time of the first row that has one.
  private(set) var start: Timestamp?
  /// The latest time of any row.
  private(set) var last: Timestamp?
  /// What the session itself says that a learner changed.
  private(set) var touched: String?
  /// Where it was recorded.
  private(set) var kernel: String?
  /// Rows that satisfy the filter, ascending; nil when there is none.
  private(set) var filtered: [Int]?
  private var filter: Filter?
  private var judged = 0

  /// A store of nothing yet; `analysis` is that of a capture whose frames stay in their file.
  init(guide: LessonGuide? = nil, analysis: Analysis? = nil) {
    self.guide = guide
    self.analysis = analysis ?? Analysis()
    keepsFramesInFile = analysis != nil
    drawsArrows = analysis == nil
  }

  /// Takes what came.
  func take(_ records: [Record]) {
    for record in records {
      analysis.append(record)
      note(record)
    }
    derive()
  }

  /// Takes what a file still has, as long as `goOn` says, and says whether more may follow.
  func read(_ file: inout SessionFile, while goOn: () -> Bool) -> Bool {
    var isStopped = false
    let before = analysis.rows.count
    analysis.read(&file) { record in
      if case .frame = record { return }
      note(record)
    } while: { _ in
      isStopped = !goOn()
      return !isStopped
    }
    for row in before..<analysis.rows.count where analysis.isFrame(row + 1) {
      noteFrame(analysis.time(ofRow: row + 1))
    }
    derive()
    return isStopped
  }

  private func note(_ record: Record) {
    switch record {
    case .event(let event):
      // A session of a lab: there is more to see than frames.
      drawsArrows = true
      note(event)
      note(event.time)
    case .frame(let frame): noteFrame(frame.time)
    case .journal(let entry): note(entry.time)
    case .fate(let fate) where fate.cause == "hand": note(fate)
    default: break
    }
  }

  private func noteFrame(_ time: Timestamp?) {
    hasFrames = true
    if firstFrame == nil { firstFrame = time }
    note(time)
  }

  private func derive() {
    if drawsArrows { drawArrows() }
    guide?.advance(analysis)
    judge()
  }

  /// Makes arrows of the rows up to one, and of a few more.
  func drawArrows(upTo row: Int) { drawArrows { ladder.rows >= row } }

  /// Makes arrows of rows that have none yet, a few at a time, until `isDone`; from then on of each row as it comes.
  func drawArrows(until isDone: () -> Bool = { false }) {
    drawsArrows = true
    repeat {
      let before = ladder.lines.count
      ladder.update(from: analysis, limit: 256)
      if !hasArrow {
        hasArrow = ladder.lines[before...].contains { if case .arrow = $0.content { true } else { false } }
      }
    } while isBehind && !isDone()
    calls.update(from: analysis)
  }

  /// The last row (from 1) that is not later than a moment, 0 before the first.
  func row(at time: Timestamp) -> Int {
    guard isBehind else { return ladder.history.row(at: time) }
    // Captures stand in the order of their times, but for a few frames.
    var (low, high) = (0, analysis.rows.count)
    while low < high {
      let middle = (low + high) / 2
      let isLater = analysis.time(ofRow: middle + 1).map { $0 > time } ?? false
      if isLater { high = middle } else { low = middle + 1 }
    }
    return low
  }

  private func note(_ time: Timestamp?) {
    guard let time else { return }
    if start == nil { start = time }
    if last.map({ $0.nanoseconds < time.nanoseconds }) ?? true { last = time }
  }

  private func note(_ event: Event) {
    switch event.kind {
    case .session:
      kernel = kernel ?? event.text("kernel")
      guide?.begin(event)
    case .knob where event.text("by") == "learner":
      let name = event.text("name") ?? "a knob"
      if !(guide?.commands("set \(name) ") ?? false) { touched = touched ?? "\(name) was turned" }
    default: break
    }
  }

  private func note(_ fate: WireFate) {
    switch fate.kind {
    case .held where !(guide?.commands("wire pause") ?? false): touched = touched ?? "the wire was held"
    case .dropped where !(guide?.commands("wire drop") ?? false):
      touched = touched ?? "a frame was dropped by hand"
    default: break
    }
  }

  /// Filters the rows, those that come later too; nil shows all.
  func use(_ filter: Filter?) {
    self.filter = filter
    filtered = filter == nil ? nil : []
    judged = 0
    judge()
  }

  private func judge() {
    guard let filter else { return }
    while judged < analysis.rows.count {
      judged += 1
      if analysis.matches(filter, row: judged) { filtered?.append(judged) }
    }
  }

  /// Whether the filter lets a row through.
  func passes(_ row: Int) -> Bool { filtered == nil || passing(row, by: 1) == row }

  /// The first row at `row` or beyond it in a direction that the filter lets through; nil when there is none.
  func passing(_ row: Int, by direction: Int) -> Int? {
    guard let filtered else { return row }
    var (low, high) = (0, filtered.count)
    while low < high {
      let middle = (low + high) / 2
      if filtered[middle] < row { low = middle + 1 } else { high = middle }
    }
    if low < filtered.count, direction > 0 || filtered[low] == row { return filtered[low] }
    return direction < 0 && low > 0 ? filtered[low - 1] : nil
  }
}

/// A lesson beside its session: where its steps fired, and whether its claims hold.
final class LessonGuide {
  /// The lesson.
  let lesson: Lesson
  /// The rows at which steps fired, in the lesson's order.
  private(set) var rows: [Int] = []
  /// Why steps can't be found.
  private(set) var problem: String?
  private var settings: [String: String]
  private var kernel: String?
  private var engine: StepEngine<SessionEvidence>?

  /// `settings` are those of a run to come; a recorded session brings its own.
  init(_ lesson: Lesson, settings: [String: String] = [:]) {
    self.lesson = lesson
    self.settings = settings
  }

  private var values: KnobValues {
    var values = lesson.values(settings: settings)
    values.kernel = kernel
    return values
  }

  /// The steps that apply to this run; nil before its first row.
  var steps: [Step]? { engine?.steps }

  /// Whether a step itself gives a command that begins so.
  func commands(_ beginning: String) -> Bool {
    lesson.steps.contains { $0.commands.contains { $0.hasPrefix(beginning) } }
  }

  /// Takes what the session says of itself.
  func begin(_ event: Event) {
    if let knobs = event.text("knobs") { settings.merge(KnobValues.settings(knobs)) { $1 } }
    kernel = kernel ?? event.text("kernel")
  }

  /// Looks for steps in rows that are new.
  func advance(_ analysis: Analysis) {
    guard problem == nil, !analysis.rows.isEmpty else { return }
    let evidence = SessionEvidence(analysis: analysis)
    do throws(LessonError) {
      if engine == nil { engine = try StepEngine(lesson, values: values, source: evidence) }
      rows += engine?.advance(evidence).map(\.row) ?? []
    } catch {
      problem = error.description
    }
  }

  /// What became of each claim.
  func verdicts(_ analysis: Analysis, touched: String?) -> [EndState.CheckLine] {
    let evidence = SessionEvidence(analysis: analysis)
    do throws(LessonError) {
      return try CheckRunner(evidence, values: values, touched: touched).judge(lesson).map { verdict in
        let outcome: EndState.CheckLine.Verdict =
          switch verdict.outcome {
          case .held: .held
          case .failed: .failed
          case .notClaimed, .notJudged: .notClaimed
          }
        var text = verdict.claimed
        if verdict.outcome == .failed { text += ", saw \(verdict.saw)" }
        if verdict.outcome == .notClaimed { text += " (\(verdict.saw))" }
        if verdict.outcome == .failed, !verdict.rows.isEmpty {
          text +=
            " (row\(verdict.rows.count > 1 ? "s" : "") \(verdict.rows.map(String.init).joined(separator: ", ")))"
        }
        return EndState.CheckLine(name: verdict.name, verdict: outcome, text: text, row: verdict.rows.first)
      }
    } catch {
      return [EndState.CheckLine(name: "claims", verdict: .failed, text: error.description)]
    }
  }
}
