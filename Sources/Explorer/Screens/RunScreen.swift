internal import Bytes
internal import Dissect
internal import Session
internal import Viz

/// A run: what the lesson says now, the rows, the one kernel line, WHY; fields and bytes of a row on demand.
enum RunScreen {
  static func draw(_ run: RunState, _ model: Model, on canvas: inout Canvas, in area: Rectangle) {
    let number = run.lesson.map { "\($0.number) " } ?? ""
    var rest = Sheet.title(number + run.title, head(run), on: &canvas, in: area)
    rest = say(run, on: &canvas, in: rest)
    for banner in banners(run) {
      let (line, below) = rest.top(1)
      canvas.put(" \(banner)", x: line.x, y: line.y, .warning, limit: line.width)
      rest = below
    }
    let (upper, lower) = rest.top(rest.height - 3)
    kernel(run, on: &canvas, in: lower)
    guard run.showsInside, run.selection > 0 else {
      rows(run, on: &canvas, in: upper, isFocused: true)
      return
    }
    let (left, right) =
      area.width >= 120
      ? upper.left(upper.width / 2) : upper.top(max(3, upper.height / 3))
    rows(run, on: &canvas, in: left, isFocused: run.pane == .ladder)
    let (tree, hex) = right.top(right.height * 2 / 3)
    fields(run, on: &canvas, in: tree)
    bytes(run, on: &canvas, in: hex)
  }

  private static func head(_ run: RunState) -> String {
    var parts: [String] = []
    if let lesson = run.lesson, !lesson.steps.isEmpty {
      parts.append("step \(run.stepsReached) of \(lesson.steps.count)")
    }
    switch run.kind {
    case .live: parts.append(run.isOver ? "OVER" : "LIVE")
    case .replay: parts.append(run.isPlaying ? "PLAYING \(RunUpdater.speedText(run.speed))" : "REPLAY")
    }
    let time = run.kind == .replay ? run.clock : run.offset(of: run.visible) ?? 0
    parts.append("\(Seconds.text(time, decimals: 1)) s")
    return parts.joined(separator: "   ")
  }

  private static func banners(_ run: RunState) -> [String] {
    var lines: [String] = []
    if let banner = run.banner { lines.append(banner) }
    if run.isHeld {
      lines.append("WIRE HELD: frames wait; the kernels' timers run on. n delivers one, d drops one.")
    }
    if run.frozen != nil { lines.append("FROZEN: only the screen; the lab runs on. Space goes on.") }
    if !run.filterText.isEmpty {
      let count = run.filtered.map { " (\($0.count) rows)" } ?? ""
      lines.append(run.filterProblem ?? "FILTER \(run.filterText)\(count)")
    }
    if run.showsTimeline, run.kind == .replay { lines.append(timeline(run)) }
    return lines
  }

  /// The run along its time, one sign a tenth of what a line holds.
  private static func timeline(_ run: RunState) -> String {
    let columns = 60
    var line = Array(repeating: Character("."), count: columns)
    for row in run.analysis.rows where run.length > 0 && run.shows(row.number) {
      guard let offset = run.offset(of: row.number), offset >= 0 else { continue }
      line[min(columns - 1, Int(offset * Int64(columns) / run.length))] = run.isFrame(row.number) ? "#" : "+"
    }
    if run.length > 0 { line[min(columns - 1, Int(run.clock * Int64(columns) / run.length))] = "|" }
    return "0 [\(String(line))] \(Seconds.text(run.length, decimals: 1)) s"
  }

  /// What the lesson says at this moment, two lines, and the prediction.
  private static func say(_ run: RunState, on canvas: inout Canvas, in area: Rectangle) -> Rectangle {
    guard let lesson = run.lesson else { return area }
    let reached = run.stepsReached
    var lines: [String] = []
    if reached > 0, lesson.steps.indices.contains(reached - 1) {
      lines = Sheet.wrap(lesson.steps[reached - 1].say, area.width - 2)
    } else if run.offersPress {
      lines = ["Press c: the next client knocks."]
    }
    if let question = lesson.question, let answer = run.answer, question.options.indices.contains(answer) {
      lines.append("You said: \(question.options[answer])")
    }
    guard !lines.isEmpty else { return area }
    let (top, rest) = area.top(min(lines.count, 3) + 1)
    for (offset, line) in lines.prefix(3).enumerated() {
      canvas.put(line, x: 1, y: top.y + offset, limit: area.width - 2)
    }
    Sheet.rule(on: &canvas, top, y: top.y + top.height - 1)
    return rest
  }

  /// The rows that are shown, the selected one among them.
  private static func rows(_ run: RunState, on canvas: inout Canvas, in area: Rectangle, isFocused: Bool) {
    let shown = (1...max(1, run.visible)).filter { $0 <= run.visible && run.shows($0) }
    let selected = shown.firstIndex(of: run.selection) ?? max(0, shown.count - 1)
    let first = Sheet.scroll(selected, area.height, count: shown.count)
    if shown.isEmpty {
      canvas.put(run.isLive ? "Nothing has happened yet." : "No row to show.", x: 1, y: area.y, .dim)
    }
    for (offset, row) in shown[first..<min(shown.count, first + area.height)].enumerated() {
      let y = area.y + offset
      let isSelected = row == run.selection
      let summary = run.analysis.summary(row)
      var text = run.offset(of: row).map { Seconds.text($0, decimals: 3) } ?? ""
      text = String(repeating: " ", count: max(0, 8 - text.count)) + text + "  "
      var style = Style.plain
      switch run.analysis.rows[row - 1].record {
      case .frame:
        text += "\(summary.source) > \(summary.destination)  ".padded(28)
        text += summary.protocolName.padded(6) + summary.info
      case .event(let event):
        text += (event.text("host") ?? "").padded(8) + event.message
        style = event.kind == .kernel ? .kernel : event.kind == .syscall ? .code : .dim
      default:
        text += summary.info
        style = .dim
      }
      if isSelected {
        canvas.put(">", x: area.x, y: y, isFocused ? .focus : .dim)
        canvas.cursor = isFocused ? (area.x + 1, y) : canvas.cursor
      }
      canvas.put(text, x: area.x + 1, y: y, isSelected ? .strong : style, limit: area.width - 2)
    }
  }

  /// The newest reading of the listener, with the command that shows the same.
  private static func kernel(_ run: RunState, on canvas: inout Canvas, in area: Rectangle) {
    Sheet.rule(on: &canvas, area, y: area.y)
    var queue: Event?
    var counters: Event?
    var why: String?
    for row in run.analysis.rows.prefix(run.visible).reversed() {
      guard case .event(let event) = row.record else { continue }
      if event.kind == .kernel {
        if why == nil { why = event.message }
        if queue == nil, event.text("subject") == "listener" { queue = event }
        if counters == nil, event.text("subject") == "counters" { counters = event }
      }
      if queue != nil, counters != nil { break }
    }
    if let queue, let waiting = queue.number("accept_queue"), let backlog = queue.number("backlog") {
      var text =
        "QUEUE  waiting \(waiting), backlog \(backlog)   `ss -ltn` says: LISTEN \(waiting) \(backlog)"
      if let drops = counters?.number("listen_drops"), let overflows = counters?.number("listen_overflows") {
        text += "   drops \(drops) overflows \(overflows)"
      }
      canvas.put(text, x: 1, y: area.y + 1, .kernel, limit: area.width - 2)
    }
    if let why { canvas.put("KERNEL \(why)", x: 1, y: area.y + 2, limit: area.width - 2) }
  }

  /// The fields of the row selected.
  private static func fields(_ run: RunState, on canvas: inout Canvas, in area: Rectangle) {
    Sheet.rule(on: &canvas, area, y: area.y)
    canvas.put(" row \(run.selection) ", x: area.x + 2, y: area.y, run.pane == .tree ? .focus : .dim)
    let tree = run.analysis.tree(run.selection)
    let (_, inner) = area.top(1)
    let first = Sheet.scroll(run.treeSelection, inner.height, count: tree.nodes.count)
    for (offset, node) in tree.nodes[first..<min(tree.nodes.count, first + inner.height)].enumerated() {
      let isSelected = first + offset == run.treeSelection && run.pane == .tree
      let info = Catalogue.shared.info(node.field)
      let value: String =
        switch info.type {
        case .heading: node.value > 0 ? tree.text(of: node) : ""
        case .text: tree.text(of: node)
        default: String(node.value)
        }
      let text =
        String(repeating: "  ", count: Int(node.depth)) + info.title + (value.isEmpty ? "" : ": \(value)")
      let y = inner.y + offset
      canvas.put(text, x: area.x + 2, y: y, isSelected ? .strong : .plain, limit: area.width - 3)
      if isSelected {
        canvas.put(">", x: area.x, y: y, .focus)
        canvas.cursor = (area.x + 2, y)
      }
    }
  }

  /// The octets of the row selected, those of the field selected marked.
  private static func bytes(_ run: RunState, on canvas: inout Canvas, in area: Rectangle) {
    guard area.height > 1, case .frame(let frame) = run.analysis.rows[run.selection - 1].record else {
      return
    }
    Sheet.rule(on: &canvas, area, y: area.y)
    if run.pane == .hex { canvas.put(" bytes ", x: area.x + 2, y: area.y, .focus) }
    let nodes = run.analysis.tree(run.selection).nodes
    let node = nodes.indices.contains(run.treeSelection) ? nodes[run.treeSelection] : nil
    let lines = (frame.bytes.count + 15) / 16
    let first = min(run.hexScroll, max(0, lines - (area.height - 1)))
    for offset in 0..<max(0, min(area.height - 1, lines - first)) {
      let start = (first + offset) * 16
      let y = area.y + 1 + offset
      canvas.put(hex(UInt64(start), 4), x: area.x + 1, y: y, .dim)
      for index in start..<min(start + 16, frame.bytes.count) {
        let isMarked =
          node.map { $0.source == 0 && index >= $0.offset && index < $0.offset + $0.length } ?? false
        let byte = frame.bytes[index]
        let column = index - start
        let style: Style = isMarked ? .selected : .plain
        canvas.put(hex(UInt64(byte), 2), x: area.x + 7 + column * 3, y: y, style)
        let sign = (0x20..<0x7F).contains(byte) ? Unicode.Scalar(byte) : "."
        canvas.put(String(Character(sign)), x: area.x + 57 + column, y: y, style)
      }
    }
  }

  private static func hex(_ value: UInt64, _ digits: Int) -> String {
    let text = String(value, radix: 16)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }
}
