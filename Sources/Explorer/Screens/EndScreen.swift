internal import Viz

/// The end of a run: what was predicted, what happened, the row that shows it, the claims.
enum EndScreen {
  static func lines(_ state: EndState, _ model: Model) -> [(String, Style)] {
    let width = max(20, min(model.size.width, 100) - 4)
    var lines: [(String, Style)] = []
    func add(_ label: String, _ text: String, _ style: Style) {
      for (index, line) in Sheet.wrap(text, width - 14).enumerated() {
        lines.append(((index == 0 ? label : "").padded(14) + line, style))
      }
    }
    if let question = state.lesson.question, question.options.indices.contains(question.answer) {
      let truth = question.options[question.answer]
      if let answer = state.answer, question.options.indices.contains(answer) {
        add("YOU SAID", question.options[answer], .strong)
        if state.isAnswered {
          add(
            "THE WIRE SAYS", answer == question.answer ? "\(truth). You were right." : truth,
            answer == question.answer ? .good : .warning)
        }
      } else if state.isAnswered {
        add("THE WIRE SAYS", truth, .strong)
      }
      if !state.isAnswered {
        add("THE WIRE SAYS", "not seen yet: the run ended before it. R runs again.", .warning)
      }
    }
    if !state.truth.isEmpty { add("WHAT HAPPENED", state.truth, .plain) }
    if let row = state.row { add("SEEN IN", "row \(row); b goes there", .plain) }
    lines.append(("", .plain))
    if let why = state.notJudged {
      add("NOT JUDGED", "The lesson's claims don't cover this run: \(why).", .warning)
    } else if !state.checks.isEmpty {
      let claimed = state.checks.filter { $0.verdict != .notClaimed }
      let held = claimed.count { $0.verdict == .held }
      add("CLAIMS", "\(held) of \(claimed.count) held", held == claimed.count ? .good : .bad)
      for check in state.checks {
        let (word, style): (String, Style) =
          switch check.verdict {
          case .held: ("held", .good)
          case .failed: ("failed", .bad)
          case .notClaimed: ("no claim here", .dim)
          }
        add(word, "\(check.name): \(check.text)", style)
      }
    }
    if !state.lesson.knobs.isEmpty {
      lines.append(("", .plain))
      for (index, knob) in state.lesson.knobs.prefix(3).enumerated() {
        add(
          index == 0 ? "TRY" : "", "\(knob.name) at another value of \(knob.range) (now \(knob.standard))",
          .plain)
      }
    }
    if let next = model.lessonAfter { add("NEXT", "\(next.number) \(next.title)", .strong) }
    if let path = state.path { add("KEPT", path, .dim) }
    if !state.lesson.after.isEmpty {
      lines.append(("", .plain))
      lines += Prose.lines(state.lesson.after, width: width)
    }
    return lines
  }

  static func draw(_ state: EndState, _ model: Model, on canvas: inout Canvas, in area: Rectangle) {
    let area = Sheet.title("\(state.lesson.number) \(state.lesson.title)", "the end", on: &canvas, in: area)
    let lines = lines(state, model)
    let first = min(state.scroll, max(0, lines.count - area.height))
    for (offset, line) in lines[first..<min(lines.count, first + area.height)].enumerated() {
      canvas.put(line.0, x: 1, y: area.y + offset, line.1, limit: area.width - 2)
    }
    if first + area.height < lines.count {
      canvas.put("-- more: PgDn --", x: max(1, area.width - 18), y: area.y + area.height - 1, .dim)
    }
  }
}

extension String {
  /// With blanks up to a number of columns.
  func padded(_ columns: Int) -> String {
    self + String(repeating: " ", count: max(0, columns - TextWidth.columns(of: self)))
  }
}
