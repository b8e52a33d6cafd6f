public import Bytes
public import Dissect
import Session

/// One line of a ladder.
public struct LadderLine: Sendable, Equatable {
  /// What stands between the lanes.
  public enum Content: Sendable, Equatable {
    /// A segment from the client (`toServer`) or to it.
    case arrow(toServer: Bool, label: String)
    /// Words, such as a system call of the client.
    case note(String)
  }
  /// Row that the line tells, from 1.
  public var row: Int
  /// When it was sent; nil when the capture has no stamp.
  public var time: Timestamp?
  /// `c1`, `c2` ... in the order of first frames.
  public var connection: String
  /// An arrow or a note.
  public var content: Content
  /// What the server's kernel made of it; read from its queues and counters, not from the wire.
  public var kernel = ""
  /// What the server's program did.
  public var program = ""
  /// A SYN or data that was sent before.
  public var isRepeat = false
  /// Whether the connection's name is new here.
  public var isFirst = false
}

/// The exchange of a session as arrows between client and server, built row by row from an analysis.
///
/// A connection is an unordered pair of endpoints; its client is who sent the first SYN without ACK, else the sender of
/// its first frame. Rows that are no TCP segment, no system call and no reading make no line.
public struct Ladder: Sendable {
  /// Lines in the order of rows.
  public private(set) var lines: [LadderLine] = []
  /// Time of the first frame.
  public private(set) var start: Timestamp?
  /// Rows taken so far.
  public private(set) var rows = 0
  /// States by row.
  public private(set) var history = StateHistory()

  private struct Connection {
    var name: String
    var client: String
    var server: String
    var answered = false
    var complete = false
    var sent: [UInt64: Timestamp?] = [:]
  }
  private var connections: [String: Connection] = [:]
  private var lineOfRow: [Int?] = []
  private var arriving: [Int] = []
  private var unanswered: [Int] = []
  private var waiting: [String] = []
  private var queues: [(row: Int, names: [String])] = []
  private var queueLength: [String: Int64] = [:]
  private var drops: [String: Int64] = [:]
  private var program = ""

  /// A ladder without lines.
  public init() {}

  /// Takes the rows that the analysis has and the ladder has not.
  public mutating func update(from analysis: Analysis) {
    while rows < analysis.rows.count {
      let row = analysis.rows[rows]
      rows += 1
      history.append(row.record)
      let before = lines.count
      switch row.record {
      case .frame(let frame): add(frame, row.number, analysis)
      case .event(let event): add(event, row.number)
      default: break
      }
      lineOfRow.append(lines.count > before ? before : lineOfRow.last ?? nil)
    }
  }

  /// The line (from 0) that tells a row (from 1), or the last line before it.
  public func line(ofRow row: Int) -> Int? {
    row > 0 && row <= lineOfRow.count ? lineOfRow[row - 1] : nil
  }

  /// Connections that wait in the accept queue after a row, oldest first, as far as their names are known.
  public func queue(atRow row: Int) -> [String] {
    queues.last { $0.row <= row }?.names ?? []
  }

  private mutating func add(_ frame: Frame, _ row: Int, _ analysis: Analysis) {
    if start == nil { start = frame.time }
    guard let facts = FrameFacts(frame) else { return }
    let key = [facts.source, facts.destination].sorted().joined(separator: " ")
    let known = connections[key]
    let reversed = facts.isSynAck
    var connection =
      known
      ?? Connection(
        name: "c\(connections.count + 1)", client: reversed ? facts.destination : facts.source,
        server: reversed ? facts.source : facts.destination)
    let toServer = facts.source == connection.client
    var line = LadderLine(
      row: row, time: frame.time, connection: connection.name,
      content: .arrow(toServer: toServer, label: facts.label), isFirst: known == nil)
    if facts.length > 0 || facts.flags & 0x03 != 0 {
      let identity =
        UInt64(facts.sequence) << 32 | UInt64(facts.flags & 0x03) << 24 | (toServer ? 1 << 28 : 0)
      if let original = connection.sent[identity] {
        line.isRepeat = true
        var label = facts.label + " again"
        if let original, let time = frame.time {
          label += ", \(Seconds.text(time.since(original), decimals: 1)) s later"
        }
        line.content = .arrow(toServer: toServer, label: label)
      }
      connection.sent[identity] = .some(frame.time)
    }
    if let id = frame.packetID, let fate = analysis.fates[id]?.first(where: { $0.kind == .dropped }) {
      line.kernel = "x lost on the wire" + (fate.cause.isEmpty ? "" : " (\(fate.cause))")
    }
    if facts.isSyn, line.kernel.isEmpty { unanswered.append(lines.count) }
    if facts.isSynAck {
      connection.answered = true
      unanswered.removeAll { lines[$0].connection == connection.name }
    }
    if toServer, connection.answered, !connection.complete, facts.flags & 0x16 == 0x10, line.kernel.isEmpty {
      connection.complete = true
      arriving.append(lines.count)
    }
    connections[key] = connection
    show(&line)
    lines.append(line)
  }

  /// Puts the program's state into a line: in words when it changed, else a dot.
  private mutating func show(_ line: inout LadderLine) {
    if program.isEmpty { return }
    line.program = program
    program = "."
  }

  private mutating func add(_ event: Event, _ row: Int) {
    switch event.kind {
    case .kernel: read(event, row)
    case .syscall: call(event, row)
    case .note:
      lines.append(LadderLine(row: row, time: event.time, connection: "", content: .note(event.message)))
    default: break
    }
  }

  /// Joins a reading of the kernel to the frames that came before it.
  private mutating func read(_ event: Event, _ row: Int) {
    let host = event.text("host") ?? ""
    switch event.text("subject") {
    case "listener":
      let key = host + " " + (event.text("listener") ?? "")
      let length = event.number("accept_queue") ?? 0
      let full = length > event.number("backlog") ?? 0
      let previous = queueLength[key] ?? 0
      queueLength[key] = length
      if length > previous {
        for step in 1...min(length &- previous, 4096) where !arriving.isEmpty {
          let line = arriving.removeFirst()
          let count = previous + step
          lines[line].kernel =
            "\(lines[line].connection) waits  (\(count))" + (full && count == length ? " FULL" : "")
          waiting.append(lines[line].connection)
        }
      } else if length < previous {
        waiting.removeFirst(Int(clamping: min(previous &- length, Int64(waiting.count))))
      }
      if length != previous { queues.append((row, waiting)) }
    case "counters":
      guard let now = event.number("listen_drops") else { return }
      let delta = now &- (drops[host] ?? 0)
      drops[host] = now
      if delta > 0 {
        for _ in 0..<min(delta, 4096) where !unanswered.isEmpty {
          lines[unanswered.removeFirst()].kernel = "x no reply, drops +1"
        }
      }
    default: break
    }
  }

  private static let sleeping: Set<String> = ["nanosleep", "clock_nanosleep", "pause", "sleep"]
  private static let serving: Set<String> = ["accept", "accept4", "listen", "bind"]

  private mutating func call(_ event: Event, _ row: Int) {
    let name = event.text("name") ?? "?"
    let begins = event.text("phase") == "call"
    let result = event.text("errno") ?? event.number("result").map { String($0) } ?? "?"
    if Ladder.sleeping.contains(name) {
      program = begins ? "asleep" : "awake"
    } else if Ladder.serving.contains(name) {
      var line = LadderLine(row: row, time: event.time, connection: "", content: .note(""))
      line.program = begins ? "\(name)() waits" : "\(name)() = \(result)"
      program = "."
      lines.append(line)
    } else if name == "connect", !begins {
      let local = event.text("local") ?? ""
      let connection = connections.values.first { $0.client == local }?.name ?? ""
      var line = LadderLine(
        row: row, time: event.time, connection: connection, content: .note("= connect() returned \(result)"))
      show(&line)
      lines.append(line)
    }
  }
}
