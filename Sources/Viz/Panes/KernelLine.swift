/// The line about the accept queue, with the command that shows the same numbers.
public enum KernelLine {
  /// `QUEUE [c1][c2]    ss -ltn says: LISTEN Recv-Q 2 Send-Q 1    drops 3 overflows 3`
  public static func draw(on canvas: inout Canvas, in area: Rectangle, state: SessionState, queue: [String]) {
    guard area.height > 0 else { return }
    let text = text(state: state, queue: queue)
    let full = state.lastListener.flatMap { state.listeners[$0] }?.isFull ?? false
    canvas.put(text, x: area.x + 1, y: area.y, full ? .bad : .kernel, limit: max(0, area.width - 1))
  }

  /// The line's words; a queue of unknown connections shows `[?]`, and a long one its first four and a count.
  public static func text(state: SessionState, queue: [String]) -> String {
    guard let key = state.lastListener, let listener = state.listeners[key] else {
      return "QUEUE nobody listens yet"
    }
    let length = Int(clamping: max(0, listener.acceptQueue))
    var boxes = (0..<min(4, length)).map { "[\($0 < queue.count ? queue[$0] : "?")]" }.joined()
    if length > 4 { boxes += " and \(length - 4)" }
    if length == 0 { boxes = "empty" }
    return "QUEUE \(boxes)    ss -ltn says: LISTEN Recv-Q \(listener.acceptQueue) Send-Q \(listener.backlog)"
      + "    drops \(state.counter("listen_drops")) overflows \(state.counter("listen_overflows"))"
  }
}
