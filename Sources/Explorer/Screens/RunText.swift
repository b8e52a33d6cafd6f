internal import Dissect
internal import Viz

/// What a run says in words: the step, the prediction beside what the wire said, what holds at this moment.
enum RunText {
  static func banners(_ run: RunState, _ width: Int) -> [String] {
    var lines: [String] = []
    lines += [run.banner, run.kernelNote].compactMap(\.self)
    if let problem = run.store.guide?.problem {
      lines.append("The lesson's steps can't be found: \(problem)")
    }
    if run.isHeld {
      lines.append("WIRE HELD: frames wait, timers run on. n delivers one, d drops one, w all go.")
    }
    if run.gate != nil, run.frozen == nil {
      lines.append("The lab is a step ahead of the screen: ] shows the next step.")
    }
    if run.frozen != nil { lines.append("FROZEN: only the screen; the lab runs on. Space goes on.") }
    if !run.filterText.isEmpty {
      let count = run.filtered.map { " (\($0.count) of \(run.analysis.rows.count) rows)" } ?? ""
      lines.append(run.filterProblem ?? "FILTER \(run.filterText)\(count)")
    }
    return lines.flatMap { Sheet.wrap($0, width - 2) }
  }

  /// What the lesson says at this moment, then the verdict.
  static func lines(_ run: RunState, _ size: Size) -> [(text: String, style: Style)] {
    guard run.lesson != nil else { return [] }
    let reached = run.stepsReached
    var lines: [String] = []
    let steps = run.steps
    if steps.indices.contains(reached - 1) {
      lines = Sheet.wrap(steps[reached - 1].say, size.width - 2)
      if run.asksForAccept {
        lines.append("Press a: the server accepts one.")
      } else if !run.stepCommands.isEmpty {
        let commands = run.stepCommands.joined(separator: ", ")
        lines += Sheet.wrap("Press y to tell the lab: \(commands)", size.width - 2)
      }
    } else if run.isUnderWay {
      lines = [
        run.offersPress
          ? run.isReady ? "Press c to begin." : "The hosts and their links are being built."
          : "The lab runs by itself; watch."
      ]
    } else {
      lines = ["Space plays the run; ] goes to the lesson's next step."]
    }
    return lines.map { ($0, .plain) } + verdict(run, size.width - 2)
  }

  /// The prediction beside what the wire said, in one line where that has room for both in full or in short, else in two.
  private static func verdict(_ run: RunState, _ width: Int) -> [(text: String, style: Style)] {
    for short in [false, true] {
      guard let (said, truth, isRight) = run.verdict(short: short) else { return [] }
      guard let truth else { return Sheet.wrap(said, width).map { ($0, .strong) } }
      let gap = width - TextWidth.columns(of: said) - TextWidth.columns(of: truth)
      if gap >= 3 {
        return [(said + String(repeating: " ", count: gap) + truth, isRight ? .good : .warning)]
      }
      if short {
        return Sheet.wrap(said, width).map { ($0, .strong) }
          + Sheet.wrap(truth, width).map { ($0, isRight ? .good : .warning) }
      }
    }
    return []
  }
}
