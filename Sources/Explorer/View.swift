internal import Viz

/// The screen for a state: pure, whatever the size.
func view(_ model: Model, _ size: Size) -> Canvas {
  var canvas = Canvas(width: size.width, height: size.height)
  let model = model.planned
  guard size.width >= 20, size.height >= 6 else {
    let words = Layout.tooSmall(width: size.width, height: size.height) + ", q leaves"
    for (y, line) in words.split(separator: ",").enumerated() {
      canvas.put(line.drop { $0 == " " }, x: 0, y: y)
    }
    return canvas
  }
  let body = Rectangle(x: 0, y: 0, width: size.width, height: size.height - 2)
  switch model.top {
  case .browser(let state): BrowserScreen.draw(state, model, on: &canvas, in: body)
  case .lesson(let state): LessonPageScreen.draw(state, model, on: &canvas, in: body)
  case .run(let run): RunScreen.draw(run, model, on: &canvas, in: body)
  case .end(let state): EndScreen.draw(state, model, on: &canvas, in: body)
  case .sessions(let state): SessionsScreen.draw(state, model, on: &canvas, in: body)
  case .failure(let state): FailureScreen.draw(state, on: &canvas, in: body)
  }
  Footer.draw(model, on: &canvas)
  if let overlay = model.overlay { OverlayScreen.draw(overlay, model, on: &canvas) }
  return canvas
}

/// Pieces that all screens share.
enum Sheet {
  /// The title line and the rule below it; what is left of the area.
  static func title(_ left: String, _ right: String, on canvas: inout Canvas, in area: Rectangle) -> Rectangle
  {
    // What changes has its place first; the name may be cut.
    let columns = TextWidth.columns(of: right)
    let isBoth = columns > 0 && columns + 12 <= area.width
    canvas.put(
      left, x: area.x + 1, y: area.y, .title, limit: area.width - (isBoth ? columns + 4 : 2))
    if isBoth { canvas.put(right, x: area.x + area.width - columns - 1, y: area.y, .strong) }
    rule(on: &canvas, area, y: area.y + 1)
    return area.top(2).1
  }

  static func rule(on canvas: inout Canvas, _ area: Rectangle, y: Int) {
    canvas.put(String(repeating: "-", count: area.width), x: area.x, y: y, .dim)
  }

  /// Words put into lines of at most `width` columns.
  static func wrap(_ text: String, _ width: Int) -> [String] {
    var lines: [String] = []
    for paragraph in text.split(separator: "\n", omittingEmptySubsequences: false) {
      var line = ""
      for word in paragraph.split(separator: " ") {
        if line.isEmpty {
          line = String(word)
        } else if TextWidth.columns(of: line) + 1 + TextWidth.columns(of: word) <= width {
          line += " " + word
        } else {
          lines.append(line)
          line = String(word)
        }
      }
      lines.append(line)
    }
    return lines
  }

  /// A text cut into pieces of at most `width` columns, as it is where it fits.
  static func cut(_ text: String, _ width: Int) -> [String] {
    guard TextWidth.columns(of: text) > width, width > 1 else { return [text] }
    var pieces = [""]
    var columns = 0
    for character in text {
      let own = TextWidth.columns(of: String(character))
      if columns + own > width {
        pieces.append("")
        columns = 0
      }
      pieces[pieces.count - 1].append(character)
      columns += own
    }
    return pieces
  }

  /// The first line to draw so that `selection` is among `height` lines.
  static func scroll(_ selection: Int, _ height: Int, count: Int) -> Int {
    min(max(0, selection - height / 2), max(0, count - height))
  }
}

/// The rule, and the keys that matter now or what is to be said once.
enum Footer {
  static func draw(_ model: Model, on canvas: inout Canvas) {
    let y = canvas.height - 1
    rule(model, y: y - 1, on: &canvas)
    if let status = model.isQuitting ? quitting(model) : model.status {
      // All of it: a command that is cut is of no use.
      let width = canvas.width - 2
      let isLong = status.split(separator: " ").contains { TextWidth.columns(of: String($0)) > width }
      let lines = isLong ? Sheet.cut(status, width) : Sheet.wrap(status, width)
      let top = canvas.height - min(lines.count, max(1, canvas.height / 3))
      if top < y {
        canvas.fill(Rectangle(x: 0, y: top - 1, width: canvas.width, height: canvas.height - top + 1))
        rule(model, y: top - 1, on: &canvas)
      }
      for (offset, line) in lines.prefix(canvas.height - top).enumerated() {
        canvas.put(line, x: 1, y: top + offset, .warning, limit: canvas.width - 2)
      }
      return
    }
    let all = CommandRegistry.footer(model)
    // On a narrow screen a word each, so that what matters most is not left out for its length.
    let isNarrow = canvas.width < 60
    func title(_ command: Command) -> Substring {
      isNarrow ? command.words(model).prefix { $0 != " " } : command.words(model)[...]
    }
    func width(_ commands: [Command]) -> Int {
      commands.reduce(isNarrow ? 0 : -2) { $0 + $1.keys[0].count + 1 + title($1).count + (isNarrow ? 2 : 3) }
    }
    // Help and the way out always have a place.
    var chosen = [CommandID.help, .back].compactMap { id in
      CommandRegistry.commands(in: model.context).first { $0.id == id && $0.enabled(model) }
    }
    // A key means one thing at a time.
    var taken = Set(chosen.flatMap(\.keys))
    let most = canvas.width >= 110 ? 9 : 7
    for command in all where command.id != .help && command.id != .back && chosen.count < most {
      guard taken.isDisjoint(with: command.keys) else { continue }
      if width(chosen + [command]) <= canvas.width {
        chosen.append(command)
        taken.formUnion(command.keys)
      }
    }
    chosen.sort { ($0.rank ?? 0) < ($1.rank ?? 0) }
    var x = 1
    for command in chosen {
      x = canvas.put(command.keys[0], x: x, y: y, .key)
      x = canvas.put(" " + title(command), x: x, y: y, .plain) + (isNarrow ? 2 : 3)
    }
  }

  /// The rule over the keys, with what goes on beside the screen.
  private static func rule(_ model: Model, y: Int, on canvas: inout Canvas) {
    Sheet.rule(on: &canvas, Rectangle(x: 0, y: 0, width: canvas.width, height: canvas.height), y: y)
    guard !model.isQuitting, let text = goingOn(model) else { return }
    let columns = TextWidth.columns(of: text) + 2
    canvas.put(" \(text) ", x: max(0, canvas.width - columns - 2), y: y, .strong, limit: canvas.width)
  }

  private static func goingOn(_ model: Model) -> String? {
    if let run = model.run, run.isEnding {
      let more = run.wantsVerdict ? ", then the verdict" : ""
      return "reading what the lab recorded: row \(run.reached)\(more)"
    }
    return model.writing.map(words)
  }

  private static func words(_ writing: Model.Writing) -> String {
    guard writing.labs > 0 else { return "the kernel is taking the lab down" }
    let what = writing.labs == 1 ? "the session" : "\(writing.labs) sessions"
    let size =
      writing.octets < 10 << 20
      ? "\((writing.octets + 1023) / 1024) KiB" : "\(writing.octets >> 20) MiB"
    return "writing \(what): \(size) so far"
  }

  private static func quitting(_ model: Model) -> String {
    let what = model.writing.map(words) ?? "ending"
    return "Quitting: \(what). q or C-c gives up what is left; what is written can be read."
  }
}
