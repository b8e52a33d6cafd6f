public import Bytes
public import Session

/// One line of a ladder.
public struct LadderLine: Sendable, Equatable {
  /// What stands between the lanes.
  public enum Content: Sendable, Equatable {
    /// A frame between two hosts; to everyone when `to` is nil.
    case arrow(from: String, to: String?, label: String)
    /// Words, such as what a call of the client gave.
    case note(String)
  }

  /// What the receiver's kernel made of a frame; read from its queues and counters, not from the wire.
  public struct Reading: Sendable, Equatable {
    /// What the kernel did.
    public enum Kind: Sendable, Equatable {
      /// A handshake is complete: the connection is number `count` in the accept queue.
      case waits(count: Int64, isFull: Bool)
      /// A SYN was thrown away: the counter of drops moved.
      case noReply
      /// The last ACK of a handshake was thrown away: the counter of drops moved.
      case ackIgnored
      /// Nothing came back until the client sent again. Seen on the wire.
      case unanswered
    }
    /// What the kernel did.
    public var kind: Kind
    /// Row (from 1) of the reading; before it nothing of this was known.
    public var row: Int
    /// Whether the reading fits this frame and others too.
    public var isInferred: Bool
  }

  /// Row that the line tells, from 1.
  public var row: Int
  /// When it was sent; nil when the capture has no stamp.
  public var time: Timestamp?
  /// `c1`, `c2` ... in the order of the client's connections; empty when the line is of none.
  public var connection: String
  /// An arrow or a note.
  public var content: Content
  /// What the kernel did with the frame.
  public internal(set) var reading: Reading?
  /// What the wire did with the frame.
  public internal(set) var fates: [WireFate] = []
  /// What the server's program did; `.` when nothing changed.
  public internal(set) var program = ""
  /// Whether it was sent before.
  public internal(set) var isRepeat = false
  /// Whether another connection's line came before, so that the name is to be shown.
  public internal(set) var isFirst = false
  /// What was known of its cause when it came.
  var causes: [String] = []

  init(row: Int, time: Timestamp?, connection: String = "", _ content: Content) {
    self.row = row
    self.time = time
    self.connection = connection
    self.content = content
  }

  /// The drop of the frame by the wire, nil when it was not dropped until `moment` (nil for the end).
  public func drop(at moment: Timestamp? = nil) -> WireFate? {
    fates.first { fate in fate.kind == .dropped && moment.map { fate.time <= $0 } ?? true }
  }

  /// The words beside the arrow as they were known at a row and its time; nil for the end.
  public func note(atRow row: Int? = nil, _ moment: Timestamp? = nil) -> String {
    let known = fates.filter { fate in moment.map { fate.time <= $0 } ?? true }
    var words: [String] = []
    if let drop = known.first(where: { $0.kind == .dropped }) {
      return "x dropped by the wire" + LadderLine.by(drop.cause)
    }
    if let held = known.first(where: { $0.kind == .held }) {
      if let delivered = known.first(where: { $0.kind == .delivered }) {
        words.append("delivered \(Seconds.words(delivered.time.since(held.time))) late")
      } else {
        words.append("held" + LadderLine.by(held.cause))
      }
    }
    if known.contains(where: { $0.kind == .duplicated }) { words.append("duplicated") }
    if known.contains(where: { $0.kind == .reordered }) { words.append("reordered") }
    if let reading, row.map({ reading.row <= $0 }) ?? true { words.append(text(reading)) }
    return words.joined(separator: ", ")
  }

  private func text(_ reading: Reading) -> String {
    let doubt = reading.isInferred ? " (inferred)" : ""
    return switch reading.kind {
    case .waits(let count, let isFull): "\(connection) waits  (\(count))\(isFull ? " FULL" : "")\(doubt)"
    case .noReply: "x no reply, drops +1\(doubt)"
    case .ackIgnored: "x ACK ignored, drops +1\(doubt)"
    case .unanswered: "no reply"
    }
  }

  /// Who decided a fate, in words.
  static func by(_ cause: String) -> String {
    switch cause {
    case "": ""
    case "hand": " (by hand)"
    case "step": " (by the lesson)"
    case "queue": " (its queue was full)"
    default: " (\(cause))"
    }
  }
}
