public import Bytes
public import Dissect
import Session

/// The exchange of a session as arrows between hosts, built row by row from an analysis.
///
/// Every frame is a line, and so are results of connect(), accept(), notes and changed knobs. A connection is a
/// `tcp.stream`; its client is who sent the first SYN, else the sender of its first segment.
public struct Ladder: Sendable {
  /// Lines in the order of rows.
  public internal(set) var lines: [LadderLine] = []
  /// Time of the first frame.
  public private(set) var start: Timestamp?
  /// Rows taken so far.
  public private(set) var rows = 0
  /// States by row.
  public private(set) var history = StateHistory()
  /// Whether the session tells of more than frames; else it is a capture of elsewhere, without kernels and programs.
  public var isOfALab: Bool { hasEvents || start == nil }
  private var hasEvents = false
  /// Hosts from left to right: who began the first conversation comes first.
  public var lanes: [String] { hosts.lanes }

  var hosts = Hosts()
  var connections: [Int: Connection] = [:]
  /// The newest `tcp.stream` of each client.
  var streams: [Endpoint: Int] = [:]
  var tracker = AcceptTracker()
  var programs: [String: Program] = [:]
  var prefixes: [String: String] = [:]
  var counts: [String: Int] = [:]
  private var lineOfRow: [Int?] = []
  /// Who waited, by listener.
  private var queues: [String: QueueHistory] = [:]
  /// What the timeline shows of hosts, kernel and program.
  private(set) var marks = Marks()
  /// Streams whose SYN has no answer.
  var knocking: Set<Int> = []
  /// Lines by the packet id of their frame.
  private var lineOfPacket: [UInt64: Int] = [:]
  private var fatesTaken = 0
  /// The connection of the newest line that has one.
  private var lastConnection = ""

  /// A ladder without lines.
  public init() {}

  /// Takes the rows that the analysis has and the ladder has not, `limit` of them at most, and what the wire has done
  /// since.
  public mutating func update(from analysis: Analysis, limit: Int = .max) {
    let end = limit < analysis.rows.count - rows ? rows + limit : analysis.rows.count
    while rows < end {
      let row = analysis.rows[rows]
      rows += 1
      history.append(row)
      let before = lines.count
      switch row.record {
      case .frame(let frame): add(frame, row.number, analysis)
      case .event(let event):
        hasEvents = true
        add(event, row.number, analysis)
      default: break
      }
      lineOfRow.append(lines.count > before ? before : lineOfRow.last ?? nil)
    }
    while fatesTaken < analysis.fateOrder.count {
      let id = analysis.fateOrder[fatesTaken]
      fatesTaken += 1
      if let line = lineOfPacket[id] { know(analysis.fates[id] ?? [], ofLine: line) }
    }
  }

  /// The line (from 0) that tells a row (from 1), or the last line before it.
  public func line(ofRow row: Int) -> Int? {
    row > 0 && row <= lineOfRow.count ? lineOfRow[row - 1] : nil
  }

  /// Lines that are known at a row (from 1); nil for all.
  public func count(atRow row: Int?) -> Int {
    guard let row, row < rows else { return lines.count }
    return line(ofRow: row).map { $0 + 1 } ?? 0
  }

  /// What stands beside a line (from 0), as it was known at a row (from 1); nil for the end.
  public func note(ofLine line: Int, atRow row: Int? = nil) -> String {
    guard let row, row < rows else { return lines[line].note() }
    return lines[line].note(atRow: row, history.time(ofRow: row))
  }

  /// Connections that wait in the accept queue after a row, oldest first; `?` when the name isn't known. Of the
  /// listener that changed last, when none is named (a key of `SessionState.listeners`).
  public func queue(of listener: String? = nil, atRow row: Int) -> [String] {
    guard let listener = listener ?? history.at(row: row).lastListener else { return [] }
    return queues[listener]?.names(atRow: row) ?? []
  }

  /// Names that wait after a row, by listener (a key of `SessionState.listeners`).
  public func queues(atRow row: Int) -> [String: [String]] {
    queues.mapValues { $0.names(atRow: row) }.filter { !$0.value.isEmpty }
  }

  /// How many wait for one listener after a row.
  func waiting(for listener: String, atRow row: Int) -> Int { queues[listener]?.length(atRow: row) ?? 0 }

  private mutating func add(_ frame: Frame, _ row: Int, _ analysis: Analysis) {
    if start == nil { start = frame.time }
    if let facts = analysis.tcpFacts(row) {
      add(facts, frame, analysis)
    } else {
      let summary = analysis.summary(row)
      let asked = summary.protocolName == "ARP" ? Hosts.protocolAddresses(frame) : nil
      let (from, to) = hosts.ends(
        of: frame, from: asked?.sender ?? summary.source,
        to: Hosts.isForMany(summary.destination) ? summary.destination : asked?.target ?? summary.destination,
        analysis)
      if asked == nil, !summary.protocolName.hasPrefix("ICMP"), !from.isEmpty, let to, !to.isEmpty {
        hosts.appear(from, to)
      }
      append(
        LadderLine(
          row: row, time: frame.time,
          .arrow(from: from, to: to, label: SegmentLabel.text(summary))))
    }
    if let id = frame.packetID {
      lineOfPacket[id] = lines.count - 1
      if let fates = analysis.fates[id] { know(fates, ofLine: lines.count - 1) }
    }
  }

  /// Takes what the wire did with a line's frame.
  private mutating func know(_ fates: [WireFate], ofLine line: Int) {
    lines[line].fates = fates
    if lines[line].drop() != nil, case .arrow(let from, _, _) = lines[line].content {
      marks.hosts[from]?.raise("x", weight: 9, key: line)
    }
  }

  /// Adds a line, and to a frame's line what the program is doing.
  mutating func append(_ line: LadderLine) {
    var line = line
    if !line.connection.isEmpty {
      line.isFirst = lastConnection != line.connection
      lastConnection = line.connection
    }
    if case .arrow(_, .some(let to), _) = line.content, line.program.isEmpty {
      var host = to
      if programs[host] == nil, case .arrow(let from, _, _) = line.content { host = from }
      line.program = programs[host]?.show() ?? ""
    }
    if case .arrow(let from, _, let label) = line.content {
      let (sign, weight) = TimelinePane.sign(label)
      marks.hosts[from, default: TimeMarks()].add(sign, weight: weight, at: line.time, key: lines.count)
    }
    if line.program.hasPrefix("accept() took") {
      marks.program.add("a", weight: 1, at: line.time, key: lines.count)
    }
    lines.append(line)
  }

  /// Joins readings to lines, and keeps the queue of a listener.
  mutating func join(_ joins: [AcceptTracker.Join]) {
    for join in joins {
      lines[join.line].reading = join.reading
      let time = history.time(ofRow: join.reading.row)
      switch join.reading.kind {
      case .waits: marks.kernel.add("w", weight: 1, at: time, key: join.reading.row)
      case .noReply, .ackIgnored: marks.kernel.add("x", weight: 2, at: time, key: join.reading.row)
      case .unanswered: break
      }
    }
  }

  mutating func keepQueues(_ row: Int) {
    for (listener, names) in tracker.queues {
      queues[listener, default: QueueHistory()].take(names, atRow: row)
    }
  }
}

extension Ladder {
  /// Signs of the timeline, by lane.
  struct Marks: Sendable {
    /// What each host sent, by its name; keys are lines.
    var hosts: [String: TimeMarks] = [:]
    /// What the kernels did; keys are rows.
    var kernel = TimeMarks()
    /// What the program took; keys are lines.
    var program = TimeMarks()
  }

  /// What a ladder keeps of a `tcp.stream`.
  struct Connection: Sendable {
    var name: String
    var clientHost: String, serverHost: String
    var client: Endpoint, server: Endpoint
    var syns = 0
    var isAnswered = false
    var isComplete = false
    /// Row of the first drop that a reading told.
    var lastACK: Int?
    /// When what was sent last, by side, sequence number and flags.
    var sent: [UInt64: Timestamp?] = [:]
    /// Rows of duplicate acknowledgments since the last new one.
    var duplicates: [Int] = []
  }

  /// What a host's program is doing.
  struct Program: Sendable {
    var listens = false
    var accepts = false
    var state = ""
    private var isShown = false

    mutating func change(_ words: String) {
      state = words
      isShown = false
    }

    /// The state in words when it changed, else a dot.
    mutating func show() -> String {
      if state.isEmpty { return "" }
      if isShown { return "." }
      isShown = true
      return state
    }
  }
}
