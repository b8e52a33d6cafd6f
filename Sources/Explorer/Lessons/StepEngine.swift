/// Finds a lesson's steps in a session, live and in replay alike: each fires on the first row strictly after the
/// previous step's row that satisfies its `when`.
struct StepEngine<Source: Evidence> {
  /// The steps that apply to this run.
  let steps: [Step]
  /// The row of each step that has fired, in order.
  private(set) var rows: [Int] = []
  /// Rows looked at so far.
  private(set) var seen = 0
  private let matchers: [Source.Matcher]

  /// Steps of `lesson`, their filters parsed with `values` put in.
  init(_ lesson: Lesson, values: KnobValues, source: Source) throws(LessonError) {
    steps = try lesson.applicableSteps(values)
    var matchers: [Source.Matcher] = []
    for step in steps {
      do throws(ExpressionError) { matchers.append(try source.matcher(values.fold(step.when))) } catch let
        problem
      {
        throw LessonError(lesson.file, step.line, "step `\(step.name)`: \(problem.what)", fix: problem.fix)
      }
    }
    self.matchers = matchers
  }

  /// Whether every step has fired.
  var isComplete: Bool { rows.count == steps.count }

  /// Looks at the rows that are new, and returns the steps that fired with their rows.
  mutating func advance(_ source: Source) -> [(step: Step, row: Int)] {
    var fired: [(step: Step, row: Int)] = []
    while seen < source.rowCount {
      seen += 1
      guard !isComplete, source.matches(matchers[rows.count], row: seen) else { continue }
      fired.append((steps[rows.count], seen))
      rows.append(seen)
    }
    return fired
  }
}

extension Lesson {
  /// The steps whose condition holds for the run's values, in order.
  func applicableSteps(_ values: KnobValues) throws(LessonError) -> [Step] {
    var steps: [Step] = []
    for step in self.steps {
      do throws(ExpressionError) {
        let conditions =
          try step.condition.map { text throws(ExpressionError) in try Comparison.all(text) } ?? []
        if try values.satisfy(conditions) { steps.append(step) }
      } catch let problem {
        throw LessonError(file, step.line, "step `\(step.name)`: \(problem.what)", fix: problem.fix)
      }
    }
    return steps
  }
}
