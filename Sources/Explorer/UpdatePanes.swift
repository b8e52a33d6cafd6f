internal import Dissect
internal import Viz

extension RunState {
  /// Opens a pane and gives it the keys.
  mutating func show(_ pane: PaneID) {
    open.removeAll { $0 == pane }
    open.append(pane)
    focus = pane
  }

  /// Closes a pane that was asked for; the ladder has the keys then.
  mutating func close(_ pane: PaneID) {
    open.removeAll { $0 == pane }
    focus = .ladder
  }

  /// The fields of the row selected, and what is looked at in them.
  mutating func look() {
    if lookedAt > 0 { inside.show(lookedAt, analysis.tree(lookedAt)) }
  }

  /// Whether the row looked at has more than the frame's own octets.
  var hasOtherBytes: Bool { lookedAt > 0 && analysis.tree(lookedAt).sources.count > 1 }

  /// The row whose inside is seen: that of the ladder's line at the selection, since readings stand in no line of their
  /// own; in a list the row itself. 0 for none.
  var lookedAt: Int {
    guard !isList, selection > 0, let line = store.ladder.line(ofRow: selection) else { return selection }
    return store.ladder.lines[line].row
  }
}

/// What happens in the panes of a run.
enum PaneUpdater {
  static func act(_ command: CommandID, _ run: inout RunState, _ model: inout Model) {
    let size = model.size
    switch command {
    case .open: open(&run, &model)
    case .nextPane, .previousPane:
      let panes = RunPanes.order(run, size)
      let index = panes.firstIndex(of: RunPanes.focus(run, size)) ?? 0
      run.focus = panes[(index + (command == .nextPane ? 1 : panes.count - 1)) % panes.count]
    case .kernelPane: toggle(.kernel, &run, size)
    case .work: toggle(.work, &run, size)
    case .systemCalls: toggle(.syscalls, &run, size)
    case .knobs: toggle(.knobs, &run, size)
    case .timeline: toggle(.timeline, &run, size)
    default: break
    }
    run.look()
  }

  /// A pane's key opens it, gives it the keys when it stands there unasked, and closes it.
  private static func toggle(_ pane: PaneID, _ run: inout RunState, _ size: Size) {
    let isSeen = RunPanes.frames(run, size)?[pane] != nil
    if !isSeen || !run.open.contains(pane) && run.focus != pane {
      run.show(pane)
    } else {
      run.close(pane)
    }
    if pane == .kernel { run.kernelScroll = 0 }
    if pane == .work { run.workScroll = 0 }
    if pane == .syscalls { run.call = nil }
    if run.selection > 0, !run.shows(run.selection) { RunUpdater.select(near: run.selection, &run) }
  }

  private static func open(_ run: inout RunState, _ model: inout Model) {
    switch RunPanes.focus(run, model.size) {
    case .tree:
      if run.selection > 0, !run.inside.fold(in: run.analysis.tree(run.lookedAt)) {
        run.focus = .hex
      }
    case .hex:
      if run.selection > 0 { run.inside.showNextSource(in: run.analysis.tree(run.lookedAt)) }
    case .syscalls:
      guard let row = RunPanes.call(run) else { return }
      RunUpdater.select(near: row, &run)
      run.follows = false
      run.focus = .ladder
    case .knobs:
      if run.lesson?.knobs.indices.contains(run.knob) ?? false {
        model.overlay = .knobs(selection: run.knob, editing: "")
      }
    case .ladder, .kernel, .work, .timeline:
      if run.selection > 0 { run.show(.tree) }
    default: break
    }
  }

  /// Moves in the pane that has the keys.
  static func move(_ step: Int, _ command: CommandID, _ run: inout RunState, _ size: Size) {
    let side = command == .moveLeft ? -1 : command == .moveRight ? 1 : 0
    switch RunPanes.focus(run, size) {
    case .tree:
      guard run.selection > 0 else { return }
      run.look()
      let tree = run.analysis.tree(run.lookedAt)
      if side != 0 { run.inside.fold(open: side > 0, in: tree) } else { run.inside.move(by: step, in: tree) }
    case .hex:
      guard run.selection > 0, let area = RunPanes.frames(run, size)?[.hex] else { return }
      run.look()
      let octets = HexPane.octetsPerLine(width: area.width)
      run.inside.moveOctet(
        by: side != 0 ? side : step.multipliedReportingOverflow(by: octets).overflow ? step : step * octets,
        in: run.analysis.tree(run.lookedAt))
    case .kernel:
      guard let area = RunPanes.frames(run, size)?[.kernel] else { return }
      let count = RunPanes.kernelLines(run, width: area.width).count
      run.kernelScroll = min(max(0, run.kernelScroll + step), max(0, count - area.height))
    case .work:
      guard let area = RunPanes.frames(run, size)?[.work] else { return }
      let state = run.store.ladder.history.at(row: run.visible).work
      let count = WorkPane.lines(state, width: area.width - 2).count
      run.workScroll = min(max(0, run.workScroll + step), max(0, count - area.height))
    case .syscalls:
      let count = run.store.calls.count(atRow: run.visible)
      guard count > 0, let row = RunPanes.call(run) else { return }
      let place = run.store.calls.count(atRow: row) - 1
      let next = Mover.clamp(place + step, count)
      run.call = next == count - 1 ? nil : run.store.calls.rows[next]
    case .knobs: run.knob = Mover.clamp(run.knob + step, run.lesson?.knobs.count ?? 0)
    case .timeline where side != 0:
      if run.kind == .replay { run.scrub(by: side) }
    default: rows(step, command, &run)
    }
  }

  private static func rows(_ step: Int, _ command: CommandID, _ run: inout RunState) {
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
  }
}

extension RunState {
  /// Replay: goes on or back by a hundredth of the run.
  mutating func scrub(by hundredths: Int) {
    isPlaying = false
    lastTick = nil
    seek(to: clock + max(1, length / 100) * Int64(hundredths))
  }
}
