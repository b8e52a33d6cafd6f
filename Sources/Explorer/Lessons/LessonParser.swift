import Bytes
import ProtoKit

/// Reads a page: front matter between `---` lines, then Markdown with fenced `lab`, `step`, `predict` and `check` blocks.
struct LessonParser {
  private var lesson: Lesson
  private var labLines: [(line: Int, text: String)] = []
  private let roles: [RoleDescription]

  /// The lesson in `text`; `folder` gives its slug and its name in errors. Hosts of its lab may have `roles`.
  static func parse(_ text: String, folder: String, roles: [RoleDescription]) throws(LessonError) -> Lesson {
    var parser = LessonParser(folder: folder, roles: roles)
    try parser.read(text)
    return parser.lesson
  }

  private init(folder: String, roles: [RoleDescription]) {
    self.roles = roles
    let name = folder.split(separator: "/").last.map(String.init) ?? folder
    let digits = name.prefix { $0.isASCII && $0.isNumber }
    let slug =
      !digits.isEmpty && name.dropFirst(digits.count).hasPrefix("-")
      ? name.dropFirst(digits.count + 1) : name[...]
    lesson = Lesson(folder: folder, slug: String(slug))
  }

  private func error(_ line: Int, _ what: String, _ fix: String) -> LessonError {
    LessonError(lesson.file, line, what, fix: fix)
  }

  private mutating func read(_ text: String) throws(LessonError) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map {
      $0.last == "\r" ? String($0.dropLast()) : String($0)
    }
    var at = try frontMatter(lines)
    var prose: [String] = []
    while at < lines.count {
      let ticks = lines[at].prefix { $0 == "`" }.count
      guard ticks >= 3 else {
        prose.append(lines[at])
        at += 1
        continue
      }
      let fence = String(repeating: "`", count: ticks)
      guard let end = lines[(at + 1)...].firstIndex(where: { $0.trimmed == fence }) else {
        throw error(at + 1, "the block that begins here has no end", "Close it with a line \(fence).")
      }
      let words = lines[at].dropFirst(ticks).split(separator: " ").map(String.init)
      if let kind = words.first, ["lab", "step", "predict", "check"].contains(kind) {
        flush(&prose)
        try block(kind, words.dropFirst().joined(separator: " "), Array(lines[(at + 1)..<end]), line: at + 1)
      } else {
        prose += lines[at...end]
      }
      at = end + 1
    }
    flush(&prose)
    if !labLines.isEmpty { lesson.lab = try LabSource(labLines, file: lesson.file, roles: roles) }
    try checkNames()
  }

  private mutating func flush(_ prose: inout [String]) {
    let text = prose.joined(separator: "\n")
    if prose.contains(where: { !$0.trimmed.isEmpty }) { lesson.parts.append(.text(text)) }
    prose = []
  }

  private mutating func frontMatter(_ lines: [String]) throws(LessonError) -> Int {
    guard lines.first?.trimmed == "---",
      let end = lines.dropFirst().firstIndex(where: { $0.trimmed == "---" })
    else {
      throw error(
        1, "the page has no front matter", "Begin it with `---`, `title: ...`, `minutes: ...`, `---`.")
    }
    for index in 1..<end where !lines[index].trimmed.isEmpty {
      guard let colon = lines[index].firstIndex(of: ":") else {
        throw error(index + 1, "`\(lines[index])` is no `name: value`", "Put a colon after the name.")
      }
      let name = String(lines[index][..<colon]).trimmed
      let value = String(lines[index][lines[index].index(after: colon)...]).trimmed
      switch name {
      case "title": lesson.title = value
      case "level": lesson.level = value
      case "needs": lesson.needs = value.split { $0 == "," || $0 == " " }.map(String.init)
      case "minutes", "path":
        guard let number = Int(value), number > 0 else {
          throw error(
            index + 1, "`\(name): \(value)` is no whole number above 0", "Write one, as in `\(name): 5`.")
        }
        if name == "path" { lesson.path = number } else { lesson.minutes = number }
      case "limit":
        guard let limit = Seconds.parse(value), limit > 0 else {
          throw error(
            index + 1, "`limit: \(value)` is no duration", "Write one with its unit, as in `limit: 10s`.")
        }
        lesson.limit = Double(limit) / 1e9
      default:
        throw error(
          index + 1, "the front matter has no `\(name)`",
          NearName.question(for: name, among: ["title", "minutes", "level", "path", "needs", "limit"])
            + "It takes title, minutes, level, path, needs and limit.")
      }
    }
    if lesson.title.isEmpty { throw error(1, "the lesson has no title", "Add a line `title: ...`.") }
    return end + 1
  }

  private mutating func block(_ kind: String, _ name: String, _ lines: [String], line: Int)
    throws(LessonError)
  {
    switch kind {
    case "lab":
      for (index, text) in lines.enumerated() { labLines.append((line + 1 + index, text)) }
      lesson.parts.append(.lab(lines.joined(separator: "\n")))
    case "step": lesson.parts.append(.step(try step(name, lines, line)))
    case "predict": lesson.parts.append(.predict(try prediction(name, lines, line)))
    default: lesson.parts.append(.check(try check(name, lines, line)))
    }
  }

  private func step(_ name: String, _ lines: [String], _ line: Int) throws(LessonError) -> Step {
    guard !name.isEmpty else { throw error(line, "the step has no name", "Write ```step NAME.") }
    var step = Step(name: name, when: "", condition: nil, say: "", commands: [], line: line)
    for (index, text) in lines.enumerated() where !text.trimmed.isEmpty {
      let (word, rest) = text.trimmed.firstWord
      switch word {
      case "when":
        guard step.when.isEmpty else {
          throw error(line + 1 + index, "the step has a second `when`", "Join the two with &&.")
        }
        step.when = rest
      case "say": step.say += (step.say.isEmpty ? "" : " ") + rest
      case "do": step.commands.append(rest)
      case "if":
        guard step.condition == nil else {
          throw error(line + 1 + index, "the step has a second `if`", "Join the two with &&.")
        }
        do throws(ExpressionError) { _ = try Comparison.all(rest) } catch let problem {
          throw error(line + 1 + index, "step `\(name)`: \(problem.what)", problem.fix)
        }
        step.condition = rest
      default:
        throw error(
          line + 1 + index, "a step has no `\(word)` line",
          NearName.question(for: word, among: ["when", "if", "say", "do"])
            + "Its lines begin with when, if, say or do.")
      }
    }
    guard !step.when.isEmpty else {
      throw error(line, "step `\(name)` has no `when`", "Add `when FILTER`, the row that it waits for.")
    }
    return step
  }

  private func prediction(_ step: String, _ lines: [String], _ line: Int) throws(LessonError) -> Prediction {
    var prediction = Prediction(
      question: "", options: [], answer: -1, step: step.isEmpty ? nil : step, line: line)
    for (index, text) in lines.map(\.trimmed).enumerated() where !text.isEmpty {
      guard text.hasPrefix("- ") else {
        prediction.question += (prediction.question.isEmpty ? "" : " ") + text
        continue
      }
      var option = String(text.dropFirst(2)).trimmed
      if option.hasSuffix("*") {
        guard prediction.answer < 0 else {
          throw error(line + 1 + index, "a second option is marked `*`", "Mark the one that is true.")
        }
        prediction.answer = prediction.options.count
        option = String(option.dropLast()).trimmed
      }
      prediction.options.append(option)
    }
    guard !prediction.question.isEmpty, prediction.options.count >= 2, prediction.answer >= 0 else {
      throw error(
        line, "a prediction needs a question, two or more options and one true one",
        "Write the question, then lines `- option`, the true one ending in ` *`.")
    }
    return prediction
  }

  private func check(_ name: String, _ lines: [String], _ line: Int) throws(LessonError) -> Check {
    guard !name.isEmpty else { throw error(line, "the check has no name", "Write ```check NAME.") }
    let text = lines.map(\.trimmed).filter { !$0.isEmpty }.joined(separator: " ")
    do throws(ExpressionError) {
      let (claim, condition) = Comparison.split(text)
      return Check(
        name: name, claim: claim, condition: condition, comparison: try Comparison(claim),
        conditions: try condition.map { text throws(ExpressionError) in try Comparison.all(text) } ?? [],
        line: line)
    } catch let problem {
      throw error(line + 1, "check `\(name)`: \(problem.what)", problem.fix)
    }
  }

  private func checkNames() throws(LessonError) {
    var seen: Set<String> = []
    for step in lesson.steps where !seen.insert("step \(step.name)").inserted {
      throw error(step.line, "a second step is called `\(step.name)`", "Give each its own name.")
    }
    for check in lesson.checks where !seen.insert("check \(check.name)").inserted {
      throw error(check.line, "a second check is called `\(check.name)`", "Give each its own name.")
    }
    for prediction in lesson.predictions {
      guard let name = prediction.step, !lesson.steps.contains(where: { $0.name == name }) else { continue }
      throw error(
        prediction.line, "the prediction names step `\(name)`, which the page doesn't have",
        "Name the step at which its truth is seen: \(lesson.steps.map(\.name).joined(separator: ", ")).")
    }
    guard let lab = lesson.lab else {
      guard let first = lesson.steps.first else { return }
      throw error(first.line, "the page has steps but no lab", "Add a ```lab block with its hosts.")
    }
    for step in lesson.steps {
      guard let problem = step.commands.lazy.compactMap(lab.problem).first else { continue }
      throw error(step.line, "step `\(step.name)`: \(problem.what)", problem.fix)
    }
  }
}

extension String {
  /// Without spaces and tabs at both ends.
  var trimmed: String {
    var text = self[...]
    while let first = text.first, first == " " || first == "\t" { text = text.dropFirst() }
    while let last = text.last, last == " " || last == "\t" { text = text.dropLast() }
    return String(text)
  }

  /// The first word, and what follows it.
  var firstWord: (String, String) {
    let word = prefix { $0 != " " && $0 != "\t" }
    return (String(word), String(dropFirst(word.count)).trimmed)
  }
}
