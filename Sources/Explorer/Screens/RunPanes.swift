internal import Bytes
internal import Dissect
internal import Session
internal import Viz

/// The panes of a run: where they stand, which has the keys, and what they show at the cursor.
enum RunPanes {
  /// Rectangles by pane; nil when the screen is too small for panes.
  static func frames(_ run: RunState, _ size: Size) -> [PaneID: Rectangle]? {
    if let plan = run.plan, plan.size == size { return plan.frames }
    var wanted = Layout.Wanted()
    let banners = RunText.banners(run, size.width)
    wanted.urgent = banners.count
    wanted.text = RunText.lines(run, size).count + banners.count
    // Two lines stand ready for WHY, so that the ladder seldom moves when it comes.
    let why = KernelLine.lines(why: RunScreen.why(run), width: size.width).count
    wanted.kernelLine = (RunScreen.hasKernelLine(run) ? 1 : 0) + max(2, why)
    // Only beside the ladder of a large screen is it asked how much the kernel has to tell.
    if size.width >= 120, size.height >= 36 {
      let isMuch = run.store.ladder.history.at(row: run.visible).sockets.count > 4
      wanted.kernel = isMuch ? 24 : kernelLines(run, width: max(30, size.width / 3)).count
    }
    if run.selection > 0, case .frame(let frame) = run.analysis.rows[run.lookedAt - 1].record {
      wanted.hex = 1 + (frame.bytes.count + 7) / 8
    } else {
      wanted.hex = 2
    }
    // Where one pane has room, it is the one that was asked for last.
    let isNarrow = size.width < Layout.wide
    let open = isNarrow ? Set(run.open.suffix(1)) : Set(run.open)
    return Layout.frames(width: size.width, height: size.height, open: open, wanted: wanted)
  }

  /// Panes that can have the keys, from left to right and top to bottom.
  static func order(_ run: RunState, _ size: Size) -> [PaneID] {
    let frames = frames(run, size) ?? [:]
    let all: [PaneID] = [.ladder, .tree, .hex, .kernel, .syscalls, .work, .knobs, .timeline]
    let seen = all.filter { frames[$0] != nil && ($0 != .timeline || run.kind == .replay) }
    return seen.isEmpty ? [.ladder] : seen
  }

  /// The pane that has the keys.
  static func focus(_ run: RunState, _ size: Size) -> PaneID {
    let order = order(run, size)
    return order.contains(run.focus) ? run.focus : order[0]
  }

  /// The pane that the key for leaving closes: the one with the keys, else the newest; nil when none was asked for.
  static func closing(_ run: RunState, _ size: Size) -> PaneID? {
    let focus = focus(run, size)
    if focus == .tree || focus == .hex { return .tree }
    if focus != .ladder { return focus }
    let frames = frames(run, size) ?? [:]
    return run.open.last { frames[$0] != nil }
  }

  static func kernelLines(_ run: RunState, width: Int) -> [StyledLine] {
    let ladder = run.store.ladder
    return KernelPane.lines(
      ladder.history.at(row: run.visible), queues: ladder.queues(atRow: run.visible), moment: moment(run),
      width: width - 2)
  }

  /// The row of the system call selected; nil when there is none.
  static func call(_ run: RunState) -> Int? {
    let count = run.store.calls.count(atRow: run.visible)
    guard count > 0 else { return nil }
    return run.call.flatMap { $0 <= run.visible ? $0 : nil } ?? run.store.calls.rows[count - 1]
  }

  /// What can be turned, as it is at the cursor.
  static func knobs(_ run: RunState, _ overlay: Model.Overlay?) -> [KnobPane.Item] {
    let state = run.store.ladder.history.at(row: run.visible)
    var editing: (place: Int, text: String)?
    if case .knobs(let place, let text?) = overlay { editing = (place, text + "_") }
    return (run.lesson?.knobs ?? []).enumerated().map { index, knob in
      let chosen = run.settings[knob.name]
      let now = state.knobs[knob.name] ?? chosen ?? knob.standard
      return KnobPane.Item(
        name: knob.name, value: editing.flatMap { $0.place == index ? $0.text : nil } ?? now,
        standard: knob.standard, range: knob.range.description, isLive: knob.isLive,
        next: chosen.flatMap { $0 == now ? nil : $0 })
    }
  }

  /// Draws the panes that stand beside and below the ladder.
  static func draw(
    _ run: RunState, _ overlay: Model.Overlay?, _ frames: [PaneID: Rectangle], focus: PaneID,
    on canvas: inout Canvas
  ) {
    let ladder = run.store.ladder
    if run.selection > 0 {
      let tree = run.analysis.tree(run.lookedAt)
      var inside = run.inside
      inside.show(run.lookedAt, tree)
      if let area = frames[.tree] {
        TreePane.draw(
          on: &canvas, in: area, tree: tree, title: title(run), folds: inside.folds, selection: inside.node,
          isFocused: focus == .tree)
      }
      if let area = frames[.hex] {
        HexPane.draw(
          on: &canvas, in: area, tree: tree, source: inside.source, selection: inside.node,
          cursor: focus == .hex ? inside.octet : nil, isFocused: focus == .hex)
      }
    } else if let area = frames[.tree] {
      canvas.put("No row is selected.", x: area.x + 1, y: area.y, .dim, limit: area.width - 1)
    }
    if let area = frames[.kernel] {
      KernelPane.draw(
        on: &canvas, in: area, state: ladder.history.at(row: run.visible),
        queues: ladder.queues(atRow: run.visible), moment: moment(run), scroll: run.kernelScroll,
        isFocused: focus == .kernel)
      if focus == .kernel { canvas.cursor = (area.x, area.y) }
    }
    if let area = frames[.syscalls] {
      let call = call(run)
      let count = run.store.calls.count(atRow: run.visible)
      SyscallPane.draw(
        on: &canvas, in: area, log: run.store.calls, analysis: run.analysis, start: ladder.start ?? run.start,
        selection: call,
        scroll: ListPane.scroll(
          selection: call.map { run.store.calls.count(atRow: $0) - 1 } ?? 0, count: count,
          height: area.height - 1), cursor: run.visible, isFocused: focus == .syscalls)
    }
    if let area = frames[.work] {
      WorkPane.draw(
        on: &canvas, in: area, state: ladder.history.at(row: run.visible).work, scroll: run.workScroll,
        isFocused: focus == .work)
      if focus == .work { canvas.cursor = (area.x, area.y) }
    }
    if let area = frames[.knobs] {
      KnobPane.draw(
        on: &canvas, in: area, items: knobs(run, overlay), selection: run.knob, isFocused: focus == .knobs)
    }
    if let area = frames[.timeline] {
      let isReplay = run.kind == .replay
      TimelinePane.draw(
        on: &canvas, in: area, ladder: ladder,
        steps: run.stepRows.enumerated().map { .init(number: $0.offset + 1, row: $0.element) },
        cursor: isReplay ? run.visible : nil, moment: isReplay ? moment(run) : nil)
      if focus == .timeline { canvas.cursor = (area.x, area.y) }
    }
  }

  /// The moment that is shown: while playing that of the clock, else that of the last row.
  private static func moment(_ run: RunState) -> Timestamp? {
    run.kind == .replay
      ? run.start?.advanced(by: run.clock) : run.store.ladder.history.time(ofRow: run.visible)
  }

  /// The row in words: number, who, to whom, how long.
  private static func title(_ run: RunState) -> String {
    let row = run.lookedAt
    var text = "row \(row)"
    if let line = run.store.ladder.line(ofRow: row), run.store.ladder.lines[line].row == row,
      case .arrow(let from, let to, _) = run.store.ladder.lines[line].content
    {
      let name = run.store.ladder.lines[line].connection
      text += (name.isEmpty ? "" : "  \(name)") + "  \(from) > \(to ?? "all")"
    }
    if case .frame(let frame) = run.analysis.rows[row - 1].record { text += "  \(frame.bytes.count) octets" }
    return text
  }

  /// Names on the rules over the panes, with the key that closes each.
  static func name(_ pane: PaneID, _ run: RunState, isFocused: Bool) -> String? {
    switch pane {
    case .tree:
      run.open.contains(.tree)
        ? "frame: q closes" : isFocused ? "frame: q goes to the ladder" : "frame: Enter goes in"
    case .hex: "octets"
    case .kernel:
      "kernel" + (run.open.contains(.kernel) ? ": K closes" : isFocused ? ": q goes to the ladder" : "")
    case .syscalls: "system calls: s closes"
    case .work: "who does what: o closes"
    case .knobs: "knobs: x closes"
    case .timeline: "timeline: t closes"
    default: nil
    }
  }
}
