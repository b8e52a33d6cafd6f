internal import Viz

/// The end of a run: what was predicted, what happened, the row that shows it, the claims, and where to go on.
enum EndScreen {
  /// A line, and what Enter does on it.
  struct Line {
    var text: String
    var style: Style
    var place: EndState.Place?
  }

  static func lines(_ state: EndState, _ model: Model) -> [Line] {
    var page = Page(width: max(20, min(model.size.width, 100) - 4))
    answer(state, &page)
    if !state.truth.isEmpty { page.add("WHAT HAPPENED", state.truth) }
    if let row = state.row { page.add("SEEN IN", "row \(row)", .strong, .row(row)) }
    page.blank()
    claims(state, &page)
    for (index, knob) in state.lesson.knobs.prefix(2).enumerated() {
      let now = state.settings[knob.name] ?? knob.standard
      // With blanks, for a line to be broken at.
      let range = "\(knob.range)".split(separator: "|").joined(separator: ", ")
      page.add(index == 0 ? "TRY" : "", "\(knob.name) at another value of \(range); this run had \(now)")
    }
    if let next = model.lessonAfter { page.add("NEXT", "\(next.number) \(next.title)", .strong, .next) }
    if let path = state.path { page.add("KEPT", path, .dim) }
    if state.notJudged == nil, !state.checks.isEmpty {
      page.blank()
      for (index, check) in state.checks.enumerated() where check.verdict != .failed {
        let isHeld = check.verdict == .held
        page.add(
          isHeld ? "held" : "no claim here", "\(check.name): \(check.text)", isHeld ? .good : .dim,
          check.row == nil ? nil : .claim(index))
      }
    }
    if !state.lesson.after.isEmpty {
      page.blank()
      page.lines += Prose.lines(state.lesson.after, width: page.width).map { Line(text: $0.0, style: $0.1) }
    }
    return page.lines
  }

  private static func answer(_ state: EndState, _ page: inout Page) {
    guard let question = state.lesson.question, question.options.indices.contains(question.answer) else {
      return
    }
    let truth = question.options[question.answer]
    var isRight: Bool?
    if let answer = state.answer, question.options.indices.contains(answer) {
      page.add("YOU SAID", question.options[answer], .strong)
      isRight = answer == question.answer
    }
    if let why = state.unanswered {
      page.add("THE WIRE SAYS", why, .warning)
    } else {
      page.add(
        "THE WIRE SAYS", isRight == true ? "\(truth). You were right." : truth,
        isRight == nil ? .strong : isRight == true ? .good : .warning)
    }
  }

  /// How many claims held, and each that failed; those that held stand further down.
  private static func claims(_ state: EndState, _ page: inout Page) {
    if let why = state.notJudged { return page.add("NOT JUDGED", why, .warning) }
    guard !state.checks.isEmpty else { return }
    let claimed = state.checks.filter { $0.verdict != .notClaimed }
    let held = claimed.count { $0.verdict == .held }
    let left = state.checks.count - claimed.count
    page.add(
      "CLAIMS",
      "\(held) of \(claimed.count) held" + (left > 0 ? ", \(left) not claimed for these settings" : ""),
      held == claimed.count ? .good : .bad)
    for (index, check) in state.checks.enumerated() where check.verdict == .failed {
      page.add("FAILED", "\(check.name): \(check.text)", .bad, check.row == nil ? nil : .claim(index))
    }
  }

  /// Lines in the making.
  private struct Page {
    var width: Int
    var lines: [Line] = []

    mutating func add(
      _ label: String, _ text: String, _ style: Style = .plain, _ place: EndState.Place? = nil
    ) {
      let pieces = Sheet.wrap(text, width - 14).flatMap { Sheet.cut($0, width - 14) }
      for (index, line) in pieces.enumerated() {
        let text = (index == 0 ? label : "").padded(14) + line
        lines.append(Line(text: text, style: style, place: index == 0 ? place : nil))
      }
    }

    mutating func blank() {
      if lines.last?.text.isEmpty == false { lines.append(Line(text: "", style: .plain)) }
    }
  }

  /// What Enter acts on.
  static func place(_ state: EndState, _ model: Model) -> EndState.Place? {
    if let place = state.place { return place }
    if state.notJudged == nil,
      let failed = state.checks.firstIndex(where: { $0.verdict == .failed && $0.row != nil })
    {
      return .claim(failed)
    }
    return model.lessonAfter != nil ? .next : state.row.map { .row($0) }
  }

  /// Lines of the screen that hold the page.
  private static func height(_ model: Model) -> Int { max(1, model.size.height - 4) }

  /// Moves line by line to the place before or after, and scrolls where there is none; more than a line scrolls.
  static func move(_ state: inout EndState, by step: Int, _ model: Model) {
    let lines = lines(state, model)
    let last = max(0, lines.count - height(model))
    let from = min(state.scroll, last)
    guard abs(step) == 1 else {
      state.scroll = min(max(0, from &+ step), last)
      return
    }
    let seen = from..<(from + height(model))
    let places = lines.indices.filter { lines[$0].place != nil }
    let current = places.first { lines[$0].place == place(state, model) }
    // From a place that was scrolled away the next one that is seen is taken.
    let next =
      if let current, seen.contains(current) {
        step > 0 ? places.first { $0 > current } : places.last { $0 < current }
      } else {
        step > 0 ? places.first { seen.contains($0) } : places.last { seen.contains($0) }
      }
    if let next, next >= seen.lowerBound - 1, next <= seen.upperBound {
      state.place = lines[next].place
      state.scroll = next < from ? next : next >= seen.upperBound ? from + 1 : from
    } else {
      state.scroll = min(max(0, from + step), last)
    }
  }

  static func draw(_ state: EndState, _ model: Model, on canvas: inout Canvas, in area: Rectangle) {
    let area = Sheet.title("\(state.lesson.number) \(state.lesson.title)", "the end", on: &canvas, in: area)
    let lines = lines(state, model)
    let first = min(state.scroll, max(0, lines.count - area.height))
    let selected = place(state, model)
    for (offset, line) in lines[first..<min(lines.count, first + max(0, area.height))].enumerated() {
      let y = area.y + offset
      let isCut = offset + 1 == area.height && first + area.height < lines.count
      canvas.put(line.text, x: 2, y: y, line.style, limit: area.width - (isCut ? 22 : 3))
      if let place = line.place, place == selected {
        canvas.put(">", x: 0, y: y, .focus)
        canvas.cursor = (0, y)
      }
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
