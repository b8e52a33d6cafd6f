internal import Dissect
internal import ProtoKit
internal import Session

/// What happens on the screen of a run.
enum RunUpdater {
  static func take(_ message: Message, _ model: inout Model) -> [Effect] {
    switch message {
    case .labStarted(let path, let warning, let guide):
      guard let lesson = model.currentLesson else { return [] }
      var run = RunState(kind: .live, lesson: lesson, title: lesson.title, guide: guide)
      if case .lesson(let page) = model.top { run.settings = page.settings }
      if case .run(let before) = model.top { run.settings = before.settings }
      if case .end(let end) = model.top { run.settings = end.settings }
      if case .failure(let failure) = model.top { run.settings = failure.settings }
      run.path = path
      run.banner = warning
      run.answer = model.pendingAnswer
      model.pendingAnswer = nil
      model.status = nil
      model.leaveRun()
      model.screens.append(.run(run))
    case .told(let report): return take(report, &model)
    case .records(let records):
      guard var run = model.run else { return [] }
      defer { model.run = run }
      let before = run.stepsReached
      run.take(records)
      if run.isLive, run.frozen == nil, run.stepsReached > before {
        model.status =
          run.isComplete
          ? lastStepSeen : nil
      }
      return endWhenComplete(&run)
    case .slice(let loader, let deadline):
      model.run?.take { loader.read(into: $0, until: deadline) }
    case .loaded:
      model.run?.isLoading = false
      if let run = model.run, run.kind == .replay, let trouble = run.analysis.troubles.first {
        let more = run.analysis.troubles.count > 1 ? " (and \(run.analysis.troubles.count - 1) more)" : ""
        let text = "At offset \(trouble.offset): \(trouble.text)\(more)"
        guard run.analysis.rows.isEmpty else {
          // Said as long as the file is open: what is missing may be what one looks for.
          model.run?.banner = run.banner ?? "INCOMPLETE: \(text)"
          return []
        }
        model.screens.removeLast()
        model.screens.append(
          .failure(
            FailureState(
              what: "\(run.path ?? run.title) holds nothing that can be read. \(text).",
              works: "Other sessions, and the lessons.", command: "Give a pcapng or pcap file.")))
      }
    case .sessionEnded(let path): return ended(path, &model)
    case .labLeft:
      guard let run = model.run, run.isUnderWay else { return [] }
      model.run?.isOver = true
      return credit(run, &model)
    case .tick(let now):
      guard var run = model.run, run.isPlaying else { return [] }
      run.advance(to: now)
      model.run = run
    default: break
    }
    return []
  }

  private static func take(_ report: LabReport, _ model: inout Model) -> [Effect] {
    guard var run = model.run, run.kind == .live else { return [] }
    defer { if case .run = model.top { model.run = run } }
    switch report {
    case .ready:
      run.isReady = true
      let early = run.earlyPresses
      run.earlyPresses = 0
      return Array(repeating: .control("press"), count: early)
    case .done:
      run.isDone = true
      return endWhenComplete(&run)
    case .ended(let why) where !run.wantsVerdict: model.status = "The lab ended: \(why). e tells how it went."
    case .answer(_, let ok, let text) where ok && text.hasPrefix("every "):
      run.isAllStarted = true
      model.status = text.prefix(1).uppercased() + text.dropFirst() + "."
    case .answer(_, let ok, let text) where !ok: model.status = text
    default: break
    }
    return []
  }

  /// A run whose clients have finished ends when its last step was seen; one that waits for the learner's keys goes on.
  private static func endWhenComplete(_ run: inout RunState) -> [Effect] {
    guard run.isLive, run.isDone, run.stepRows.count == run.steps.count,
      !run.pressesKeys
    else { return [] }
    run.isEnding = true
    return [.stopLab]
  }

  /// A run that is left or over counts as done when all of its steps were there.
  static func credit(_ run: RunState, _ model: inout Model) -> [Effect] {
    guard let lesson = run.lesson else { return [] }
    if run.stepRows.count == run.steps.count { model.progress.finish(lesson.slug) }
    return [.saveProgress]
  }

  private static func ended(_ path: String?, _ model: inout Model) -> [Effect] {
    guard var run = model.run, run.kind == .live else { return [] }
    run.isOver = true
    run.isEnding = false
    run.isHeld = false
    run.path = path ?? run.path
    model.run = run
    guard run.lesson != nil else { return [] }
    let effects = credit(run, &model)
    if run.wantsVerdict {
      showVerdict(run, &model)
    } else if model.status == nil {
      model.status = "The run is over. e tells how it went."
    }
    return effects
  }

  static func act(_ command: CommandID, _ press: KeyPress?, _ model: inout Model) -> [Effect] {
    guard var run = model.run else { return [] }
    defer { if case .run = model.top { model.run = run } }
    switch command {
    case .pressClient, .acceptOne, .doStep, .hold, .deliverNext, .dropNext: run.act()
    default: break
    }
    switch command {
    case .open, .nextPane, .previousPane, .kernelPane, .systemCalls, .work, .knobs,
      .timeline:
      PaneUpdater.act(command, &run, &model)
    case .pressClient:
      if run.isReady { return [.control("press")] }
      run.earlyPresses += 1
    case .acceptOne:
      if run.asksForAccept { run.stepsDone.insert(run.stepsReached - 1) }
      return run.lesson?.acceptor.map { [.control("\($0) accept 1")] } ?? []
    case .doStep:
      let commands = run.stepCommands
      run.stepsDone.insert(run.stepsReached - 1)
      return commands.map { .followStep($0) }
    case .lessonStepForward where run.kind == .live: goOn(&run, &model)
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
      run.touched = run.touched ?? "you held the wire"
      return [.control(run.isHeld ? "wire pause" : "wire resume")]
    case .deliverNext: return [.control("wire next")]
    case .dropNext:
      run.touched = run.touched ?? "you dropped a frame"
      return [.control("wire drop")]
    case .list:
      run.showsList.toggle()
      // A screenful at once, and what is selected; the rest while keys are answered.
      if run.wantsArrows { run.store.drawArrows(upTo: max(4096, run.selection)) }
      if run.selection > 0, !run.shows(run.selection) { select(near: run.selection, &run) }
    case .filter: model.overlay = .filter(text: run.filterText)
    case .search: model.overlay = .search(text: "")
    case .searchNext: Search.go(1, &run, &model)
    case .searchBack: Search.go(-1, &run, &model)
    case .copy:
      let text = RowText.selected(run, model.size)
      if !text.isEmpty { return [.copy(text)] }
    case .shell:
      let hosts = run.lesson?.hosts ?? []
      if hosts.count == 1 { return [.shell(host: hosts[0])] }
      model.overlay = .hosts(selection: 0)
    case .wireshark:
      model.status =
        run.path.map { "wireshark \(ShellWord.quoted($0))" } ?? "This session is not kept in a file."
    case .runAgain:
      guard let lesson = run.lesson else { return [] }
      model.pendingAnswer = run.answer
      return [.startLab(slug: lesson.slug, settings: run.settings, loopback: false)]
    case .loopback:
      guard let lesson = run.lesson else { return [] }
      model.pendingAnswer = run.answer
      return [.startLab(slug: lesson.slug, settings: run.settings, loopback: true)]
    case .finish: return finish(&run, &model)
    default: replay(command, press, &run, &model)
    }
    return []
  }

  private static let lastStepSeen = "The last step was seen: e tells how it went; or stay and look."

  /// Shows the step that the screen waits before.
  private static func goOn(_ run: inout RunState, _ model: inout Model) {
    run.goOn()
    if run.isComplete { model.status = lastStepSeen }
  }

  private static func replay(
    _ command: CommandID, _ press: KeyPress?, _ run: inout RunState, _ model: inout Model
  ) {
    switch command {
    case .play:
      run.isPlaying.toggle()
      run.lastTick = nil
      if run.isPlaying, run.clock >= run.length, run.reached == run.analysis.rows.count { run.seek(to: 0) }
    case .stepForward, .frameForward, .stepBack, .frameBack:
      run.isPlaying = false
      let direction = command == .stepForward || command == .frameForward ? 1 : -1
      let framesOnly = command == .frameForward || command == .frameBack
      let current = run
      if let row = run.row(
        after: run.selection, by: direction, limit: run.analysis.rows.count,
        where: { !framesOnly || current.isFrame($0) })
      {
        run.seek(toRow: row)
      } else if direction > 0 {
        run.seekToEnd()
      }
    case .lessonStepForward, .lessonStepBack:
      run.isPlaying = false
      let rows = run.stepRows
      let target =
        command == .lessonStepForward
        ? rows.first { $0 > run.reached } : rows.last { $0 < (rows.last { $0 <= run.reached } ?? 0) }
      if let target {
        run.seek(toRow: target)
      } else if command == .lessonStepForward {
        run.seekToEnd()
      } else {
        run.seek(to: 0)
      }
    case .seek:
      guard case .character(let digit)? = press?.key, let tenth = Int64(String(digit)) else { return }
      run.seek(to: run.length * tenth / 10)
    case .speed:
      let speeds = [0.1, 0.25, 0.5, 1, 2, 4, 8]
      let index = speeds.firstIndex(of: run.speed) ?? 3
      run.speed = speeds[(index + 1) % speeds.count]
      model.status = "Plays at \(speedText(run.speed))."
    default: break
    }
  }

  /// A speed as people write it.
  static func speedText(_ speed: Double) -> String {
    speed == speed.rounded() ? "\(Int(speed))x" : "\(speed)x"
  }

  /// Leaves the run for its verdict; a lab is ended first, so that the verdict is about all of the session.
  static func finish(_ run: inout RunState, _ model: inout Model) -> [Effect] {
    guard run.lesson != nil else {
      model.status = "This session belongs to no lesson: it has no verdict."
      return []
    }
    if run.isUnderWay {
      let isAsked = run.isEnding
      run.wantsVerdict = true
      run.isEnding = true
      run.frozen = nil
      run.gate = nil
      model.run = run
      return isAsked ? [] : [.stopLab]
    }
    showVerdict(run, &model)
    return []
  }

  private static func showVerdict(_ run: RunState, _ model: inout Model) {
    guard let lesson = run.lesson else { return }
    let rows = run.stepRows
    let steps = run.steps
    let telling = lesson.question == nil ? rows.count : run.tellingStep
    let isAnswered = rows.count >= telling
    let shown = isAnswered ? telling : rows.count
    var reason = run.touched.map { "The lesson's claims don't cover this run: \($0)." }
    if reason == nil, rows.count < steps.count {
      reason = "The claims are about a whole run; this one ended at step \(rows.count) of \(steps.count)."
    }
    var unanswered: String?
    if telling == .max {
      unanswered = "nothing of this: as the knobs are set, it doesn't come to what was asked."
    } else if !isAnswered {
      unanswered = "not seen yet: it shows at step \(telling), the run ended at \(rows.count). R runs again."
    }
    let end = EndState(
      lesson: lesson, answer: run.answer, row: shown > 0 ? rows[shown - 1] : nil,
      truth: steps.indices.contains(shown - 1) ? steps[shown - 1].say : "",
      checks: run.store.guide?.verdicts(run.analysis, touched: reason) ?? [], notJudged: reason,
      unanswered: unanswered,
      path: run.path,
      settings: run.settings)
    model.run?.isJudged = true
    model.run?.wantsVerdict = false
    model.screens.append(.end(end))
  }

  static func setFilter(_ text: String, _ model: inout Model) {
    guard var run = model.run else { return }
    FilterUse.set(text, &run)
    if run.selection == 0 || !run.shows(run.selection) { select(near: run.selection, &run) }
    model.run = run
  }

  /// Selects the shown row at `row` or before it, else the next one.
  static func select(near row: Int, _ run: inout RunState) {
    run.selection =
      run.row(after: row + 1, by: -1, limit: run.visible) ?? run.row(after: row, by: 1, limit: run.visible)
      ?? 0
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
      run.store.use(nil)
      return
    }
    do throws(FilterError) {
      run.store.use(try Filter(text))
    } catch {
      run.filterProblem = error.description
    }
  }
}

/// Words for a shell.
enum ShellWord {
  /// A word as a shell reads it back.
  static func quoted(_ text: String) -> String {
    let plain = text.utf8.allSatisfy {
      (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
        || "/._-+:@".utf8.contains($0)
    }
    if plain, !text.isEmpty { return text }
    return "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }
}
