internal import Viz

/// The program's state after a message, and what the loop is to do. Pure: no clock, no files, no terminal.
func update(_ model: Model, _ message: Message) -> (Model, [Effect]) {
  var model = model
  let effects = Updater.take(message, &model)
  return (model, effects)
}

/// What messages do.
enum Updater {
  static func take(_ message: Message, _ model: inout Model) -> [Effect] {
    switch message {
    case .input(let input): return take(input, &model)
    case .resized(let size):
      model.size = size
      return []
    case .say(let text):
      model.status = text
      return []
    case .listed(let entries):
      if case .sessions(var state) = model.top {
        state.entries = entries
        state.selection = min(state.selection, max(0, entries.count - 1))
        model.top = .sessions(state)
      }
      return []
    case .failed(let failure):
      if case .run(let run) = model.top, run.kind == .live { model.screens.removeLast() }
      model.screens.append(.failure(failure))
      return []
    case .opened(var run):
      model.leaveRun()
      if run.lesson != nil, run.answer == nil { run.answer = model.pendingAnswer }
      model.pendingAnswer = nil
      if run.lesson != nil, run.start != nil { run.isPlaying = true }
      model.screens.append(.run(run))
      return []
    default: return RunUpdater.take(message, &model)
    }
  }

  private static func take(_ input: Input, _ model: inout Model) -> [Effect] {
    switch input {
    case .key(let press):
      model.status = nil
      if model.isQuitting { return ["q", "Q", "C-c"].contains(press.name) ? [.giveUp] : [] }
      if model.overlay != nil { return OverlayUpdater.take(press, &model) }
      guard let command = CommandRegistry.command(for: press, in: model) else {
        model.status = unknown(press, model)
        return []
      }
      return run(command.id, press, &model)
    case .paste(let text):
      if model.overlay != nil { OverlayUpdater.insert(text, &model) }
      return []
    case .mouse(let mouse):
      guard model.overlay == nil else { return [] }
      switch mouse.action {
      case .wheelUp: return run(.moveUp, nil, &model)
      case .wheelDown: return run(.moveDown, nil, &model)
      default: return []
      }
    case .resize(let columns, let lines):
      model.size = Size(width: columns, height: lines)
      return []
    case .focus: return []
    }
  }

  /// What is said of a key that does nothing now.
  private static func unknown(_ press: KeyPress, _ model: Model) -> String {
    let known = CommandRegistry.commands(in: model.context).first { $0.keys.contains(press.name) }
    return known.map { "\(press.name): \($0.title): not now. ? lists all keys." }
      ?? "\(press.name) does nothing here. ? lists all keys."
  }

  /// Runs a command, called by its key or from a list.
  static func run(_ command: CommandID, _ press: KeyPress?, _ model: inout Model) -> [Effect] {
    switch command {
    case .help:
      model.overlay = .help(selection: 0)
    case .palette:
      model.overlay = .palette(text: "", selection: 0)
    case .mouse:
      model.mouse.toggle()
      return [.mouse(model.mouse)]
    case .repaint: return [.repaint]
    case .suspend: return [.suspend]
    case .quit:
      if model.run?.isLive ?? false {
        model.overlay = .confirmQuit
        return []
      }
      return [.quit]
    case .back: return back(&model)
    case .lessons:
      model.screens = [.browser(browser(model))]
    case .sessions:
      model.screens.append(.sessions(SessionsState(entries: [])))
      return [.listSessions]
    case .moveUp, .moveDown, .moveLeft, .moveRight, .first, .last, .pageUp, .pageDown, .halfUp, .halfDown:
      Mover.move(command, &model)
    default: return act(command, press, &model)
    }
    return []
  }

  private static func browser(_ model: Model) -> BrowserState {
    var state = BrowserState()
    if case .browser(let first)? = model.screens.first { state = first }
    if let slug = model.currentLesson?.slug, let index = model.lessons.firstIndex(where: { $0.slug == slug })
    {
      state.selection = index
    }
    return state
  }

  private static func back(_ model: inout Model) -> [Effect] {
    var effects: [Effect] = []
    if case .run(let run) = model.top {
      if let pane = RunPanes.closing(run, model.size) {
        model.run?.close(pane)
        return []
      }
      // Who leaves a lesson's run is told how it went, once.
      let isWorthIt = run.kind == .live ? run.stepsReached > 0 : run.isComplete && run.stepsReached > 0
      if run.lesson != nil, isWorthIt, !run.isJudged, !run.wantsVerdict {
        var run = run
        return RunUpdater.finish(&run, &model)
      }
      if run.isUnderWay { effects += RunUpdater.credit(run, &model) + [.leaveLab] }
    }
    if case .end = model.top { model.leaveRun(keeping: .end) }
    guard model.screens.count > 1 else {
      // The first start begins inside a lesson: the lessons lie under it.
      if case .browser = model.top { return effects + [.quit] }
      model.screens = [.browser(browser(model))]
      return effects
    }
    model.screens.removeLast()
    if case .sessions = model.top { effects.append(.listSessions) }
    return effects
  }

  private static func act(_ command: CommandID, _ press: KeyPress?, _ model: inout Model) -> [Effect] {
    switch model.top {
    case .browser(let state):
      guard command == .open, model.lessons.indices.contains(state.selection) else { return [] }
      return openLesson(model.lessons[state.selection], &model)
    case .lesson(let page): return act(command, page, &model)
    case .run: return RunUpdater.act(command, press, &model)
    case .sessions(let state):
      guard state.entries.indices.contains(state.selection) else { return [] }
      let path = state.entries[state.selection].path
      if command == .open { return [.openSession(path: path)] }
      if command == .copy { return [.copy(path)] }
      if command == .wireshark { model.status = "wireshark \(ShellWord.quoted(path))" }
      return []
    case .end(let end):
      switch command {
      case .open:
        switch EndScreen.place(end, model) {
        case .row(let row): lookBack(at: row, &model)
        case .claim(let index): lookBack(at: end.checks[index].row, &model)
        case .next: return act(.nextLesson, press, &model)
        case nil: break
        }
      case .nextLesson:
        guard let next = model.lessonAfter else {
          model.screens = [.browser(browser(model))]
          return []
        }
        return openLesson(next, &model)
      case .lookBack: lookBack(at: end.shownRow, &model)
      case .runAgain:
        model.pendingAnswer = end.answer
        return [.startLab(slug: end.lesson.slug, settings: end.settings, loopback: false)]
      case .replayRecorded: return [.playRecording(slug: end.lesson.slug)]
      case .copy:
        if let path = end.path { return [.copy(path)] }
        model.status = "This run was not kept."
      case .wireshark:
        model.status = end.path.map { "wireshark \(ShellWord.quoted($0))" } ?? "This run was not kept."
        return []
      default: break
      }
      return []
    case .failure(let failure):
      switch command {
      case .open:
        guard failure.offersReplay, let lesson = failure.lesson else { return [] }
        return [.playRecording(slug: lesson.slug)]
      case .runAgain, .loopback:
        guard let lesson = failure.lesson else { return [] }
        return [.startLab(slug: lesson.slug, settings: failure.settings, loopback: command == .loopback)]
      case .copy: return [.copy(failure.command)]
      default: return []
      }
    }
  }

  /// Goes back from the end to the run, at a row.
  private static func lookBack(at row: Int?, _ model: inout Model) {
    guard model.screens.count > 1 else { return }
    model.screens.removeLast()
    guard let row, var run = model.run else { return }
    if run.kind == .replay, row > run.reached { run.seek(toRow: row) }
    run.selection = min(row, run.visible)
    run.follows = false
    model.run = run
  }

  private static func act(_ command: CommandID, _ page: LessonPageState, _ model: inout Model) -> [Effect] {
    switch command {
    case .open, .skip, .loopback:
      guard page.lesson.hasLab else { return [] }
      model.pendingAnswer = command == .open && page.question != nil ? page.option : nil
      return [
        .startLab(slug: page.lesson.slug, settings: page.settings, loopback: command == .loopback)
      ]
    case .replayRecorded:
      model.pendingAnswer = page.question != nil ? page.option : nil
      return [.playRecording(slug: page.lesson.slug)]
    case .knobs:
      model.overlay = .knobs(selection: 0, editing: nil)
      return []
    default: return []
    }
  }

  /// Opens a lesson's page over the list of lessons.
  static func openLesson(_ lesson: LessonItem, settings: [String: String] = [:], _ model: inout Model)
    -> [Effect]
  {
    var browser = BrowserState()
    if case .browser(let first)? = model.screens.first { browser = first }
    browser.selection = model.lessons.firstIndex { $0.slug == lesson.slug } ?? browser.selection
    model.screens = [.browser(browser), .lesson(LessonPageState(lesson: lesson, settings: settings))]
    model.progress.start(lesson.slug)
    return [.saveProgress]
  }
}
