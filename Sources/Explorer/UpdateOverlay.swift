/// Keys while something lies over the screen.
enum OverlayUpdater {
  static func take(_ press: KeyPress, _ model: inout Model) -> [Effect] {
    guard let overlay = model.overlay else { return [] }
    if press.key == .escape || press == KeyPress(.character("c"), .control) {
      model.overlay = nil
      return []
    }
    switch overlay {
    case .help(let selection):
      let commands = CommandRegistry.helped(model)
      switch press.name {
      case "q", "?": model.overlay = nil
      case "Enter":
        let command = commands[min(selection, commands.count - 1)]
        model.overlay = nil
        if command.enabled(model) { return Updater.run(command.id, nil, &model) }
        model.status = "\(command.title): not now."
      default: model.overlay = .help(selection: moved(selection, press, count: commands.count))
      }
    case .palette(let text, let selection):
      let found = CommandRegistry.matches(text, in: model)
      switch press.key {
      case .enter:
        model.overlay = nil
        guard found.indices.contains(selection) else {
          model.status = "No command is called \(text). ? lists them all."
          return []
        }
        return Updater.run(found[selection].id, nil, &model)
      case .up, .down, .home, .end, .pageUp, .pageDown:
        model.overlay = .palette(text: text, selection: moved(selection, press, count: found.count))
      default:
        if let edited = edit(text, press) { model.overlay = .palette(text: edited, selection: 0) }
      }
    case .filter(let text):
      if press.key == .enter {
        // One that can't be read stays to be mended, and the rows stay as they are.
        guard FilterLine.verdict(text).isValid != false else { return [] }
        model.overlay = nil
        RunUpdater.setFilter(text, &model)
      } else if press.name == "Tab" {
        model.overlay = .filter(text: FilterLine.completed(text))
      } else if let edited = edit(text, press) {
        model.overlay = .filter(text: edited)
      }
    case .search(let text):
      if press.key == .enter {
        model.overlay = nil
        guard var run = model.run else { return [] }
        if !text.isEmpty { run.searchText = text }
        Search.go(1, &run, &model)
        model.run = run
      } else if let edited = edit(text, press) {
        model.overlay = .search(text: edited)
      }
    case .knobs(let selection, let editing): return knobs(selection, editing, press, &model)
    case .hosts(let selection):
      let hosts = model.run?.lesson?.hosts ?? []
      switch press.name {
      case "q": model.overlay = nil
      case "Enter":
        model.overlay = nil
        if hosts.indices.contains(selection) { return [.shell(host: hosts[selection])] }
      default: model.overlay = .hosts(selection: moved(selection, press, count: hosts.count))
      }
    case .confirmQuit:
      model.overlay = nil
      if ["y", "Enter", "Q"].contains(press.name) { return [.quit] }
    }
    return []
  }

  /// Pasted text goes where text is being written; its control characters don't.
  static func insert(_ text: String, _ model: inout Model) {
    let clean = String(
      String.UnicodeScalarView(
        text.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F }.prefix(500)))
    switch model.overlay {
    case .palette(let old, _): model.overlay = .palette(text: old + clean, selection: 0)
    case .filter(let old): model.overlay = .filter(text: old + clean)
    case .search(let old): model.overlay = .search(text: old + clean)
    case .knobs(let selection, let old?): model.overlay = .knobs(selection: selection, editing: old + clean)
    default: break
    }
  }

  private static func knobs(_ selection: Int, _ editing: String?, _ press: KeyPress, _ model: inout Model)
    -> [Effect]
  {
    let knobs = model.currentLesson?.knobs ?? []
    guard let editing else {
      switch press.name {
      case "q", "x": model.overlay = nil
      case "Enter":
        if knobs.indices.contains(selection) { model.overlay = .knobs(selection: selection, editing: "") }
      default:
        model.overlay = .knobs(selection: moved(selection, press, count: knobs.count), editing: nil)
      }
      return []
    }
    guard press.key == .enter else {
      if let edited = edit(editing, press) { model.overlay = .knobs(selection: selection, editing: edited) }
      return []
    }
    model.overlay = model.run == nil ? .knobs(selection: selection, editing: nil) : nil
    guard knobs.indices.contains(selection), !editing.isEmpty else { return [] }
    let knob = knobs[selection]
    if let problem = knob.problem(with: editing) {
      model.status = "\(problem)"
      return []
    }
    if case .lesson(var page) = model.top {
      page.settings[knob.name] = editing
      model.top = .lesson(page)
      return []
    }
    guard var run = model.run else { return [] }
    run.settings[knob.name] = editing
    defer { model.run = run }
    guard run.isLive, knob.isLive else {
      model.status = "\(knob.name) counts from the next run on: R runs again."
      return []
    }
    run.touched = run.touched ?? "you turned \(knob.name)"
    return [.control("set \(knob.name) \(editing)")]
  }

  private static func moved(_ selection: Int, _ press: KeyPress, count: Int) -> Int {
    let step =
      switch press.name {
      case "j", "Down": 1
      case "k", "Up": -1
      case "PgDn", "C-d": 10
      case "PgUp", "C-u": -10
      case "g", "Home": -count
      case "G", "End": count
      default: 0
      }
    return min(max(0, selection + step), max(0, count - 1))
  }

  /// A line after a key; nil when the key writes nothing.
  private static func edit(_ text: String, _ press: KeyPress) -> String? {
    switch press.key {
    case .backspace: return String(text.dropLast())
    case .character(let scalar) where press.modifiers.isEmpty && text.count < 500:
      return text + String(Character(scalar))
    case .character("u") where press.modifiers == .control: return ""
    default: return nil
    }
  }
}
