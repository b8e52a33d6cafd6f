internal import Dissect
internal import Session

/// What happens on the screen of a run.
enum RunUpdater {
  static func take(_ message: Message, _ model: inout Model) -> [Effect] {
    switch message {
    case .labStarted(let path, let warning):
      guard let lesson = model.currentLesson else { return [] }
      var run = RunState(kind: .live, lesson: lesson, title: lesson.title)
      if case .lesson(let page) = model.top { run.settings = page.settings }
      run.path = path
      run.banner = warning
      run.answer = model.pendingAnswer
      if case .lesson = model.top {} else if model.screens.count > 1 { model.screens.removeLast() }
      model.screens.append(.run(run))
    case .records(let records):
      model.run?.take(records)
      // Rows that came since the filter was set are judged by it too.
      if var run = model.run, run.filtered != nil, run.filterProblem == nil {
        FilterUse.set(run.filterText, &run)
        model.run = run
      }
    case .sessionEnded(let path):
      guard var run = model.run, run.kind == .live else { return [] }
      run.isOver = true
      run.path = path ?? run.path
      model.run = run
      guard let lesson = run.lesson else { return [] }
      model.progress.finish(lesson.slug)
      // A frozen screen stays until the learner lets it go.
      if run.frozen == nil { model.status = "The run is over. e tells how it went." }
      return [.saveProgress]
    case .tick(let now):
      guard var run = model.run, run.isPlaying else { return [] }
      _ = run.advance(to: now)
      model.run = run
    default: break
    }
    return []
  }

  static func act(_ command: CommandID, _ press: KeyPress?, _ model: inout Model) -> [Effect] {
    guard var run = model.run else { return [] }
    defer { if case .run = model.top { model.run = run } }
    switch command {
    case .open:
      run.showsInside.toggle()
      run.pane = run.showsInside ? .tree : .ladder
      run.treeSelection = 0
      run.treeScroll = 0
      run.hexScroll = 0
    case .nextPane, .previousPane:
      guard run.showsInside else { return [] }
      let all = RunState.Pane.allCases
      let index = all.firstIndex(of: run.pane) ?? 0
      run.pane = all[(index + (command == .nextPane ? 1 : all.count - 1)) % all.count]
    case .pressClient: return [.control("press")]
    case .acceptOne: return run.lesson?.acceptor.map { [.control("\($0) accept 1")] } ?? []
    case .freeze:
      if run.frozen == nil {
        run.frozen = run.reached
      } else {
        run.frozen = nil
        if run.follows { run.selectLast() }
      }
    case .hold:
      guard run.isLive else { return [] }
      run.isHeld.toggle()
      run.touched = "you held the wire"
      return [.control(run.isHeld ? "wire pause" : "wire resume")]
    case .deliverNext: return [.control("wire next")]
    case .dropNext:
      run.touched = "you dropped a frame"
      return [.control("wire drop any any 1")]
    case .systemCalls:
      run.showsCalls.toggle()
      if run.selection > 0, !run.shows(run.selection) { run.selectLast() }
    case .knobs: model.overlay = .knobs(selection: 0, editing: nil)
    case .filter: model.overlay = .filter(text: run.filterText)
    case .timeline: run.showsTimeline.toggle()
    case .shell: model.overlay = .hosts(selection: 0)
    case .wireshark:
      model.status = run.path.map { "wireshark \($0)" } ?? "This session is not kept in a file."
    case .runAgain:
      guard let lesson = run.lesson else { return [] }
      var effects: [Effect] = run.kind == .live ? [.stopLab] : []
      model.pendingAnswer = run.answer
      effects.append(.startLab(slug: lesson.slug, settings: run.settings, loopback: false))
      return effects
    case .finish: return finish(run, &model)
    case .play:
      run.isPlaying.toggle()
      run.lastTick = nil
      if run.isPlaying, run.clock >= run.length { run.seek(to: 0) }
    case .stepForward, .frameForward, .stepBack, .frameBack:
      run.isPlaying = false
      let direction = command == .stepForward || command == .frameForward ? 1 : -1
      let framesOnly = command == .frameForward || command == .frameBack
      let from = run.selection == 0 && direction > 0 ? 0 : run.selection
      let current = run
      if let row = run.row(
        after: from, by: direction, limit: run.analysis.rows.count,
        where: { !framesOnly || current.isFrame($0) })
      {
        run.seek(toRow: row)
      }
    case .seek:
      guard case .character(let digit)? = press?.key, let tenth = Int64(String(digit)) else { return [] }
      run.seek(to: run.length * tenth / 10)
    case .speed:
      let speeds = [0.1, 0.25, 0.5, 1, 2, 4, 8]
      let index = speeds.firstIndex(of: run.speed) ?? 3
      run.speed = speeds[(index + 1) % speeds.count]
      model.status = "Plays at \(speedText(run.speed))."
    default: break
    }
    return []
  }

  /// A speed as people write it.
  static func speedText(_ speed: Double) -> String {
    speed == speed.rounded() ? "\(Int(speed))x" : "\(speed)x"
  }

  /// Leaves the run for its verdict.
  private static func finish(_ run: RunState, _ model: inout Model) -> [Effect] {
    guard let lesson = run.lesson else {
      model.status = "This session belongs to no lesson: it has no verdict."
      return []
    }
    let end = EndState(
      lesson: lesson, answer: run.answer, row: run.stepRows.last,
      truth: run.stepRows.isEmpty ? "" : lesson.steps[run.stepRows.count - 1].say,
      checks: [], notJudged: run.touched, path: run.path)
    if !model.screens.isEmpty { model.screens.removeLast() }
    model.screens.append(.end(end))
    return run.isLive ? [.stopLab] : []
  }

  static func setFilter(_ text: String, _ model: inout Model) {
    guard var run = model.run else { return }
    FilterUse.set(text, &run)
    if run.selection == 0 || !run.shows(run.selection) { run.selectLast() }
    model.run = run
  }

  /// Moves in the pane that has the keys.
  static func move(_ step: Int, _ command: CommandID, _ run: inout RunState) {
    switch run.pane {
    case .tree:
      run.treeSelection = Mover.clamp(
        run.treeSelection + step, run.analysis.tree(max(1, run.selection)).nodes.count)
      return
    case .hex:
      run.hexScroll = max(0, min(run.hexScroll + step, 4096))
      return
    case .ladder: break
    }
    switch command {
    case .first:
      run.selection = run.row(after: 0, by: 1, limit: run.visible) ?? 0
      run.follows = false
    case .last:
      run.selectLast()
      run.follows = true
    default:
      guard step != 0 else { return }
      for _ in 0..<min(abs(step), run.visible) {
        guard let next = run.row(after: run.selection, by: step.signum(), limit: run.visible) else { break }
        run.selection = next
      }
      run.follows = run.row(after: run.selection, by: 1, limit: run.visible) == nil
    }
    run.treeSelection = 0
    run.treeScroll = 0
    run.hexScroll = 0
  }
}

/// The rows that a filter lets through.
enum FilterUse {
  /// Filters a run's rows; a filter that can't be read says why and leaves the rows as they were.
  static func set(_ text: String, _ run: inout RunState) {
    run.filterText = text
    run.filterProblem = nil
    guard text.contains(where: { $0 != " " }) else {
      run.filterText = ""
      run.filtered = nil
      return
    }
    do throws(FilterError) {
      let filter = try Filter(text)
      run.filtered = Set(run.analysis.rows.map(\.number).filter { run.analysis.matches(filter, row: $0) })
    } catch {
      run.filterProblem = error.description
    }
  }
}
