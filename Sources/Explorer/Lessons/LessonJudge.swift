import Bytes
import Dissect
import Session

/// A lesson held against a session, which grows record by record: which steps fire, and what its claims come to.
final class LessonJudge {
  /// The lesson.
  let lesson: Lesson
  /// The session, dissected.
  let analysis = Analysis()
  /// The steps that fired so far, each with its row (from 1).
  private(set) var reached: [(step: Step, row: Int)] = []
  /// The steps that apply to this run; nil before the session's first row.
  var steps: [Step]? { engine?.steps }
  /// What the learner changed during the run; nil when nothing.
  private(set) var touched: String?
  /// What the lab said of a machine too busy to keep time; nil when it kept it.
  private(set) var late: String?
  private var values: KnobValues
  private var engine: StepEngine<SessionEvidence>?

  /// `settings` are those of the run; what the session says of itself counts more. `kernel` is the one that it is
  /// recorded on, where the session doesn't say.
  init(_ lesson: Lesson, settings: [String: String] = [:], kernel: String? = nil) {
    self.lesson = lesson
    values = lesson.values(settings: settings)
    values.kernel = kernel
  }

  /// Takes a record; the steps that fire on it.
  func take(_ record: Record) throws(LessonError) -> [(step: Step, row: Int)] {
    if case .event(let event) = record, event.kind == .session, engine == nil { begin(event) }
    if case .event(let event) = record { touched = touched ?? touch(event) }
    if case .event(let event) = record, event.kind == .note, event.text("what") == "late" {
      late = "this machine was too busy"
    }
    guard analysis.append(record) != nil else { return [] }
    let evidence = SessionEvidence(analysis: analysis)
    if engine == nil { engine = try StepEngine(lesson, values: values, source: evidence) }
    let fired = engine?.advance(evidence) ?? []
    reached += fired
    return fired
  }

  /// Takes the knobs and the kernel from the session's first event.
  private func begin(_ event: Event) {
    let kernel = event.text("kernel") ?? values.kernel
    if let knobs = event.text("knobs") { values = lesson.values(settings: KnobValues.settings(knobs)) }
    values.kernel = kernel
  }

  /// What an event says of the learner's hand; nil for all else, and for what the lesson's own steps command.
  private func touch(_ event: Event) -> String? {
    let commands = lesson.steps.flatMap(\.commands)
    switch (event.kind, event.text("what")) {
    case (.knob, _):
      let name = event.text("name") ?? "a knob"
      return commands.contains { $0.hasPrefix("set \(name) ") } ? nil : "you changed \(name)"
    case (.note, "hold"?), (.note, "next"?):
      return commands.contains { $0.hasPrefix("wire pause") } ? nil : "you held the wire"
    case (.note, "drop"?):
      return commands.contains { $0.hasPrefix("wire drop") } ? nil : "you dropped a frame"
    default: return nil
    }
  }

  /// Whether every step that applies has fired.
  var isComplete: Bool { engine?.isComplete ?? lesson.steps.isEmpty }

  /// What the session comes to.
  func result() throws(LessonError) -> LessonResult {
    var missing = engine?.steps ?? lesson.steps
    missing.removeFirst(min(reached.count, missing.count))
    let runner = CheckRunner(
      SessionEvidence(analysis: analysis), values: values, touched: touched, late: late)
    var verdicts = try runner.judge(lesson)
    // "No reset was sent" is no merit of a run in which nothing was sent.
    if engine == nil {
      for index in verdicts.indices where verdicts[index].outcome == .held {
        verdicts[index].outcome = .failed
        verdicts[index].saw = "nothing was recorded"
      }
    }
    if touched != nil { missing = [] }
    return LessonResult(reached: reached, missing: missing, verdicts: verdicts)
  }
}

/// What a run of a lesson comes to.
struct LessonResult {
  /// Steps that fired, each with its row.
  var reached: [(step: Step, row: Int)]
  /// Steps that did not; none when the learner's hand changed the run.
  var missing: [Step]
  /// The verdict on each check, in the page's order.
  var verdicts: [Verdict]

  /// Steps reached and claims held.
  var passed: Int { reached.count + verdicts.count { $0.outcome == .held } }
  /// Steps not reached and claims that failed.
  var failed: Int { missing.count + verdicts.count { $0.outcome == .failed } }
  /// Claims that are not made for this run's settings.
  var skipped: Int { verdicts.count - verdicts.count { $0.outcome == .held || $0.outcome == .failed } }

  /// The steps missed and the claims that failed, a line each.
  var failures: [String] {
    missing.map { "step \($0.name): not reached: \($0.when)" }
      + verdicts.filter { $0.outcome == .failed }.map(\.line)
  }
}

extension Verdict {
  /// The verdict in a line.
  var line: String {
    let places = rows.count == 1 ? "row" : "rows"
    let found = rows.isEmpty ? "" : " (\(places) \(rows.map(String.init).joined(separator: ", ")))"
    switch outcome {
    case .held: return "held    \(name): \(claimed): \(saw)\(found)"
    case .failed: return "FAILED  \(name): claimed \(claimed), saw \(saw)\(found)"
    case .notClaimed: return "-       \(name): not claimed here, \(saw)"
    case .notJudged: return "-       \(name): not judged: \(saw)"
    }
  }
}
