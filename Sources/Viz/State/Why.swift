import Bytes
import Session

/// Short causes of what a row shows. What was read from a counter and not seen on the wire says so.
public enum Why {
  /// Sentences about a line (from 0) of the ladder as it was known at a row (from 1; nil for the end); empty when there
  /// is nothing to explain.
  public static func explain(_ ladder: Ladder, line index: Int, atRow row: Int? = nil) -> [String] {
    guard ladder.lines.indices.contains(index) else { return [] }
    let line = ladder.lines[index]
    let moment = row.flatMap { $0 < ladder.rows ? ladder.history.time(ofRow: $0) : nil }
    if let drop = line.drop(at: moment) {
      return ["The wire dropped this frame\(LadderLine.by(drop.cause)): its receiver never saw it."]
        + line.causes
    }
    guard let reading = line.reading, row.map({ reading.row <= $0 }) ?? true else { return line.causes }
    let words = words(line, reading, ladder)
    // That a retry got in counts more than that the queue is full again.
    if case .waits = reading.kind { return line.causes + words }
    return words + line.causes
  }

  private static func words(_ line: LadderLine, _ reading: LadderLine.Reading, _ ladder: Ladder) -> [String] {
    let state = ladder.history.at(row: reading.row)
    var listener: SessionState.Listener?
    if case .arrow(_, let to, _) = line.content {
      listener = state.listeners.values.filter { $0.host == to }.max { !$0.isFull && $1.isFull }
    }
    let backlog = listener?.backlog ?? 0
    let full = "Full means \"more than backlog\": backlog \(backlog) holds \(backlog &+ 1)."
    switch reading.kind {
    case .waits(_, let isFull):
      return isFull
        ? ["The queue is full now. \(full)"]
        : [
          "The handshake is complete. \(line.connection) waits in the accept queue until the program calls accept()."
        ]
    case .noReply where listener?.isFull ?? false:
      return [
        full
          + " Linux drops a late SYN in silence: to \(line.connection) it looks like a broken cable. Inferred from drops."
      ]
    case .noReply:
      return [
        "The count of drops moved after this SYN came: the kernel threw it away. Its queue was not seen full. Inferred from drops."
      ]
    case .ackIgnored:
      return [
        "\(line.connection) believes it is connected; the server does not: the count of drops moved after this ACK came, so "
          + "the kernel ignored it. Inferred from drops."
      ]
    case .unanswered: return ["No SYN,ACK was seen before the client sent its SYN again."]
    }
  }
}
