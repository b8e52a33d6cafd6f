/// What the moving keys move.
enum Mover {
  static func move(_ command: CommandID, _ model: inout Model) {
    let page = max(1, model.size.height - 6)
    let step =
      switch command {
      case .moveUp: -1
      case .moveDown: 1
      case .pageUp: -page
      case .pageDown: page
      case .halfUp: -page / 2
      case .halfDown: page / 2
      case .first: Int.min / 2
      case .last: Int.max / 2
      default: 0
      }
    switch model.top {
    case .browser(var state):
      state.selection = clamp(state.selection + step, model.lessons.count)
      model.top = .browser(state)
    case .sessions(var state):
      state.selection = clamp(state.selection + step, state.entries.count)
      model.top = .sessions(state)
    case .lesson(var state):
      // Lines move the choice while there is one; pages move the text.
      if let question = state.question, command == .moveUp || command == .moveDown {
        state.option = clamp(state.option + step, question.options.count)
      } else {
        state.scroll = clamp(
          state.scroll + step, LessonPageScreen.lines(state, width: model.size.width).count)
      }
      model.top = .lesson(state)
    case .end(var state):
      EndScreen.move(&state, by: step, model)
      model.top = .end(state)
    case .run(var run):
      PaneUpdater.move(step, command, &run, model.size)
      model.run = run
    case .failure: break
    }
  }

  static func clamp(_ value: Int, _ count: Int) -> Int { min(max(0, value), max(0, count - 1)) }
}
