internal import ProtoKit

extension LessonItem {
  /// A lesson for the screens; hosts of its lab have `roles`.
  init(_ lesson: Lesson, roles: [RoleDescription]) {
    let isFirstPart = { (part: Lesson.Part) in
      switch part {
      case .text, .lab: true
      case .step, .predict, .check: false
      }
    }
    let before = lesson.lab == nil ? lesson.parts[...] : lesson.parts.prefix(while: isFirstPart)
    let text = { (parts: ArraySlice<Lesson.Part>) in
      parts.compactMap { if case .text(let text) = $0 { text.trimmed } else { nil } }.joined(
        separator: "\n\n")
    }
    let processes = lesson.lab?.processes.map(\.plan) ?? []
    self.init(
      number: lesson.number, slug: lesson.slug, title: lesson.title, section: Self.section(lesson.folder),
      minutes: lesson.minutes, text: text(before), after: text(lesson.parts[before.endIndex...]),
      question: Self.question(lesson),
      steps: lesson.steps.map { StepItem(name: $0.name, say: $0.say, commands: $0.commands) },
      knobs: lesson.knobs, hasRecording: !lesson.session.isEmpty, hasLab: lesson.lab != nil,
      pressesKeys: processes.contains { $0.parameters["by"] == "key" },
      pressWords: Self.pressWords(processes, roles),
      acceptor: processes.first { process in
        process.parameters["accept"] == "manual"
          && roles.contains {
            $0.name == process.role && $0.commands.contains { $0.usage.hasPrefix("accept") }
          }
      }?.host, hosts: lesson.lab?.hosts ?? [])
  }

  /// What the key starts, where all that wait for it start the same.
  private static func pressWords(_ processes: [ProcessPlan], _ roles: [RoleDescription]) -> String {
    let started = Set(
      processes.filter { $0.parameters["by"] == "key" }.map { process in
        roles.first { $0.name == process.role }?.starts
      })
    guard started.count == 1, let one = started.first, let one else { return "start the next" }
    return "one more \(one)"
  }

  /// The first prediction. Its truth is told by the step that it names; else by the first step that stands after it in
  /// the page, or by the last step when it stands before them all.
  private static func question(_ lesson: Lesson) -> Question? {
    var before = 0
    var question: Question?
    for part in lesson.parts {
      switch part {
      case .step(let step):
        if question != nil {
          if before > 0, question?.step == nil { question?.step = step.name }
          return question
        }
        before += 1
      case .predict(let prediction) where question == nil:
        question = Question(
          text: prediction.question, options: prediction.options, answer: prediction.answer,
          step: prediction.step)
      default: break
      }
    }
    return question
  }

  /// A heading for `01-start/01-knock`.
  private static func section(_ folder: String) -> String {
    let name = folder.prefix { $0 != "/" }.drop { $0.isNumber || $0 == "-" }
    switch name {
    case "start": return "Start here"
    case "https": return "HTTPS"
    default: return name.prefix(1).uppercased() + name.dropFirst()
    }
  }
}
