import ProtoKit

/// A lesson: a page of Markdown with the lab, steps, predictions and checks that stand in it.
struct Lesson: Sendable {
  /// Place in the course's order, from 1; the catalogue sets it.
  var number = 0
  /// The folder below `Lessons`: `01-start/01-knock`.
  var folder: String
  /// The name of the lesson everywhere: `knock`.
  var slug: String
  /// What the browser shows.
  var title = ""
  /// How long it takes to read and play.
  var minutes = 0
  /// `first`, `basic` or `deep`.
  var level = ""
  /// Place on the newcomer's path, from 1; nil when it isn't on it.
  var path: Int?
  /// Slugs of lessons that come before.
  var needs: [String] = []
  /// Seconds after which a run ends.
  var limit = 20.0
  /// The page in order.
  var parts: [Part] = []
  /// The lab, of all `lab` blocks together; nil for a page to read.
  var lab: LabSource?
  /// A recorded run, a pcapng file; empty when there is none.
  var session: [UInt8] = []

  /// A piece of the page.
  enum Part: Sendable {
    /// Markdown.
    case text(String)
    /// A lab block as written.
    case lab(String)
    /// A step.
    case step(Step)
    /// A prediction.
    case predict(Prediction)
    /// A check.
    case check(Check)
  }

  /// The steps in order.
  var steps: [Step] { parts.compactMap { if case .step(let step) = $0 { step } else { nil } } }
  /// The predictions in order.
  var predictions: [Prediction] {
    parts.compactMap { if case .predict(let prediction) = $0 { prediction } else { nil } }
  }
  /// The checks in order.
  var checks: [Check] { parts.compactMap { if case .check(let check) = $0 { check } else { nil } } }
  /// The page's name in errors.
  var file: String { "\(folder)/lesson.md" }
}

/// A moment that the lesson waits for.
struct Step: Sendable, Equatable {
  /// Its name.
  var name: String
  /// The filter that the step's row satisfies, as written.
  var when: String
  /// Where the step applies, as written; nil for everywhere. A run in which it doesn't apply has no such step.
  var condition: String?
  /// What the reader is told when it fires.
  var say: String
  /// Commands for the lab's control channel.
  var commands: [String]
  /// Line of the block in the page.
  var line: Int
}

/// A question asked before the run.
struct Prediction: Sendable, Equatable {
  /// The question.
  var question: String
  /// The answers to choose from.
  var options: [String]
  /// Index of the true one.
  var answer: Int
  /// The step at which the truth is seen; nil when the page doesn't name one.
  var step: String?
  /// Line of the block in the page.
  var line: Int
}

/// A claim about the whole session.
struct Check: Sendable {
  /// Its name.
  var name: String
  /// The claim as written, without its condition.
  var claim: String
  /// Where the claim applies, as written; nil for everywhere.
  var condition: String?
  /// The claim, parsed.
  var comparison: Comparison
  /// The condition, parsed: all must hold.
  var conditions: [Comparison]
  /// Line of the block in the page.
  var line: Int
}
