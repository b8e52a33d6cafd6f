/// The line about the accept queue, with the command that shows the same numbers, and below it why.
public enum KernelLine {
  /// `QUEUE [c1][c2]    ss -ltn says: LISTEN Recv-Q 2 Send-Q 1    drops 3 overflows 3`, then `WHY` and the causes in
  /// the lines that are left; only these without a state. `queue` holds the names that wait, oldest first.
  public static func draw(
    on canvas: inout Canvas, in area: Rectangle, state: SessionState?, queue: [String], why: [String] = []
  ) {
    guard area.height > 0, area.width > 8 else { return }
    var below = area
    if let state {
      let whole = text(state: state, queue: queue)
      let text =
        TextWidth.columns(of: whole) < area.width ? whole : text(state: state, queue: queue, isShort: true)
      let full = state.lastListener.flatMap { state.listeners[$0] }?.isFull ?? false
      canvas.put(text, x: area.x + 1, y: area.y, full ? .bad : .kernel, limit: area.width - 1)
      below = area.top(1).1
    }
    guard below.height > 0, !why.isEmpty else { return }
    canvas.put("WHY", x: area.x + 1, y: below.y, .title)
    let lines = lines(why: why, width: area.width)
    for (offset, line) in lines.prefix(below.height).enumerated() {
      var line = line
      // What is cut says so.
      if offset + 1 == below.height, lines.count > below.height {
        line = StyledLine(line.text + " ..").wrapped(area.width - 8)[0]
        if !line.text.hasSuffix("..") { line = StyledLine(String(line.text.dropLast(3)) + " ..") }
      }
      canvas.put(line, x: area.x + 7, y: below.y + offset, limit: area.width - 7)
    }
  }

  /// All of WHY as lines that stand beside the word on a screen of so many columns; none when there is nothing to say.
  public static func lines(why: [String], width: Int) -> [StyledLine] {
    why.isEmpty ? [] : StyledLine(why.joined(separator: " ")).wrapped(width - 8)
  }

  /// The line's words; a queue of unknown connections shows `[?]`, and a long one its first four and a count. In short
  /// the drops are left to the kernel pane.
  public static func text(state: SessionState, queue: [String], isShort: Bool = false) -> String {
    guard let key = state.lastListener, let listener = state.listeners[key] else {
      return "QUEUE nobody listens yet"
    }
    if isShort {
      return "QUEUE \(boxes(listener.acceptQueue, queue, most: 2))  ss -ltn: Recv-Q \(listener.acceptQueue) "
        + "Send-Q \(listener.backlog)"
    }
    return
      "QUEUE \(boxes(listener.acceptQueue, queue))    ss -ltn says: LISTEN Recv-Q \(listener.acceptQueue) "
      + "Send-Q \(listener.backlog)    drops \(state.counter("listen_drops", of: listener.host)) "
      + "overflows \(state.counter("listen_overflows", of: listener.host))"
  }

  /// `[c1][c2]`, at most `most` of them, then how many more.
  static func boxes(_ length: Int64, _ queue: [String], most: Int = 4) -> String {
    let length = Int(clamping: max(0, length))
    if length == 0 { return "empty" }
    let boxes = (0..<min(most, length)).map { "[\($0 < queue.count ? queue[$0] : "?")]" }.joined()
    return boxes + (length > most ? " and \(length - most)" : "")
  }
}
