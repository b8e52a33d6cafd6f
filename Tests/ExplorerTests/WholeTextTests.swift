import Dissect
import ProtoKit
import Session
import Testing
import Viz

@testable import Explorer

/// What a lesson says can be read whole, whatever row is looked at.
@Suite struct WholeTextTests {
  private static let sizes = [(80, 24), (120, 36)]

  private static func words(_ text: some StringProtocol) -> [Substring.SubSequence] {
    Substring(text).split(whereSeparator: \.isWhitespace)
  }

  /// The words of the lines from `first` on, without their first columns, up to the next rule.
  private static func words(_ lines: [String], from first: Int, indent: Int) -> [Substring] {
    lines[first...].prefix { !$0.hasPrefix("----") }.flatMap { words($0.dropFirst(indent)) }
  }

  /// What a picture of a run leaves out of what is to be said at this moment, in words; nil for nothing.
  private static func missing(_ run: RunState, _ model: Model) -> String? {
    let lines = view(model, model.size).lines
    let why = words(RunScreen.why(run).joined(separator: " "))
    if let first = lines.lastIndex(where: { $0.hasPrefix(" WHY") }) {
      let seen = words(lines, from: first, indent: 7)
      if seen != why { return "WHY is \(why.joined(separator: " ")), seen \(seen.joined(separator: " "))" }
    } else if !why.isEmpty {
      return "WHY is not there: \(why.joined(separator: " "))"
    }
    let seen = words(lines, from: 2, indent: 0)
    let reached = run.stepsReached
    if run.steps.indices.contains(reached - 1) {
      let say = words(run.steps[reached - 1].say)
      if !seen.starts(with: say) { return "the step says \(say), seen \(seen)" }
    }
    if let (said, truth, _) = run.verdict(short: true) {
      for text in [said, truth ?? ""] where !text.isEmpty {
        let wanted = words(text)
        guard seen.joined(separator: " ").contains(wanted.joined(separator: " ")) else {
          return "the verdict is \(wanted), seen \(seen)"
        }
      }
    }
    return lines.contains { $0.contains("sent s") } ? nil : "no ladder is left"
  }

  @Test(arguments: sizes) func whyAndSayAreNeverCut(_ width: Int, _ height: Int) throws {
    var most = 0
    for lesson in try LessonCatalogue.embedded(roles: LessonCatalogue.roles).lessons {
      let item = LessonItem(lesson, roles: LessonCatalogue.roles)
      var decoder = SessionDecoder()
      decoder.push(lesson.session)
      var records: [Record] = []
      while let record = decoder.next() { records.append(record) }
      while let record = decoder.finish() { records.append(record) }
      for kind in [RunState.Kind.live, .replay] {
        var run = RunState(kind: kind, lesson: item, title: item.title, guide: LessonGuide(lesson))
        // The longest answer, so that the verdict needs the most room.
        run.answer = item.question?.options.enumerated().max { $0.element.count < $1.element.count }?.offset
        if kind == .replay { run.take(records) }
        for record in records {
          if kind == .live { run.take([record]) } else { run.seek(toRow: run.reached + 1) }
          if run.reached >= run.analysis.rows.count, kind == .replay { break }
          for follows in [true, false] {
            run.follows = follows
            let model = Model(
              size: Size(width: width, height: height), lessons: [item],
              progress: Progress(text: "", exists: true), screens: [.run(run)])
            let missing = Self.missing(run, model)
            #expect(missing == nil, "\(lesson.slug) \(kind) row \(run.selection): \(missing ?? "")")
            most = max(most, KernelLine.lines(why: RunScreen.why(run), width: width).count)
          }
          run.follows = true
        }
      }
    }
    // A test that never met a long WHY would prove nothing.
    #expect(most > (width < 100 ? 2 : 1))
  }

  /// The question and all of its answers stand on the page without scrolling.
  @Test(arguments: sizes) func questionsAreNeverCut(_ width: Int, _ height: Int) throws {
    for lesson in try LessonCatalogue.embedded(roles: LessonCatalogue.roles).lessons {
      let item = LessonItem(lesson, roles: LessonCatalogue.roles)
      let question = try #require(item.question)
      let model = Model(
        size: Size(width: width, height: height), lessons: [item],
        progress: Progress(text: "", exists: true), screens: [.lesson(LessonPageState(lesson: item))])
      let seen = view(model, model.size).lines.flatMap { Self.words($0) }.joined(separator: " ")
      for text in [question.text] + question.options {
        #expect(seen.contains(Self.words(text).joined(separator: " ")), "\(lesson.slug): \(text)")
      }
    }
  }
}
