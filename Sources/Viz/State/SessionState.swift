public import Bytes
public import Dissect
public import Session

/// What the kernels, knobs and sockets of a lab were at a moment, folded from the events before it.
///
/// Live and replay fold the same events, so equal rows give equal states.
public struct SessionState: Sendable, Equatable {
  /// A listening socket as `ss -ltn` tells it.
  public struct Listener: Sendable, Equatable {
    /// The host that listens.
    public var host: String
    /// `192.0.2.1:8080`, as the kernel was read.
    public var address: String
    /// Connections that wait for accept(): Recv-Q.
    public var acceptQueue: Int64
    /// The backlog in force: Send-Q.
    public var backlog: Int64
    /// Connections in SYN-RECEIVED to the address and port.
    public var halfOpen: Int64
    /// What the kernel tells it from all others by; nil where that wasn't told.
    public var cookie: Int64?
    /// Full means more than the backlog: `sk_acceptq_is_full` in Linux compares with `>`.
    public var isFull: Bool { acceptQueue > backlog }
  }
  /// Hosts and their addresses in the order of the lab.
  public private(set) var hosts: [(name: String, address: String)] = []
  /// Listeners by `key(ofListener:)`.
  public private(set) var listeners: [String: Listener] = [:]
  /// The listener that changed last.
  public private(set) var lastListener: String?
  /// The latest reading of each socket that is not closed, by `host local remote`.
  public private(set) var sockets: [String: Event] = [:]
  /// Counters since the lab began, by host and name.
  public private(set) var counters: [String: [String: Int64]] = [:]
  /// Knobs by name.
  public private(set) var knobs: [String: String] = [:]
  /// Who changed a knob during the run, by the knob's name.
  public private(set) var changed: [String: String] = [:]

  /// What threads do, and what requests went through.
  public private(set) var work = WorkState()

  /// Nothing read yet.
  public init() {}

  /// Folds one event in.
  public mutating func apply(_ event: Event) {
    work.apply(event)
    switch event.kind {
    case .session:
      hosts = SessionState.pairs(event.text("hosts")).map { ($0, $1) }
      // What the lab's lines say of every link, until a knob says else.
      for line in (event.text("lab") ?? "").split(whereSeparator: \.isNewline) {
        let words = line.split(separator: " ")
        guard words.count > 1, words[0] == "link", words[1].contains("=") else { continue }
        for (name, value) in SessionState.pairs(String(line)) { knobs["link.\(name)"] = value }
      }
      for (name, value) in SessionState.pairs(event.text("knobs")) { knobs[name] = value }
    case .kernel: read(event, host: event.text("host") ?? "")
    case .knob:
      guard let name = event.text("name") else { return }
      knobs[name] = event.text("value") ?? event.number("value").map { String($0) } ?? ""
      changed[name] = event.text("by") ?? ""
    default: break
    }
  }

  private mutating func read(_ event: Event, host: String) {
    switch event.text("subject") {
    case "listener":
      let key = Self.key(ofListener: event)
      guard !Self.isClosed(event) else {
        listeners[key] = nil
        if lastListener == key { lastListener = listeners.keys.min() }
        return
      }
      listeners[key] = Listener(
        host: host, address: event.text("listener") ?? "", acceptQueue: event.number("accept_queue") ?? 0,
        backlog: event.number("backlog") ?? 0, halfOpen: event.number("half_open") ?? 0,
        cookie: event.number("cookie"))
      lastListener = key
    case "socket":
      let key = "\(host) \(event.text("local") ?? "") \(event.text("remote") ?? "")"
      sockets[key] = Self.isClosed(event) ? nil : event
    case "counters":
      for field in event.fields {
        if case .number(let value) = field.value { counters[host, default: [:]][field.name] = value }
      }
    default: break
    }
  }

  /// Whether a reading tells that its socket is gone.
  static func isClosed(_ event: Event) -> Bool { closed.contains(event.text("state") ?? "") }
  private static let closed: Set<String> = ["CLOSE", "CLOSED", "UNCONN"]

  /// The listener that a reading is about: `host address:port`, and behind it its cookie where that was told, since several
  /// may share an address (SO_REUSEPORT), each with a queue of its own.
  static func key(ofListener event: Event) -> String {
    let name = "\(event.text("host") ?? "") \(event.text("listener") ?? "")"
    return event.number("cookie").map { "\(name) \($0)" } ?? name
  }

  /// `a=1 b=2` as pairs, in order.
  static func pairs(_ text: String?) -> [(String, String)] {
    (text ?? "").split(separator: " ").compactMap { word in
      let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return parts.count == 2 ? (String(parts[0]), String(parts[1])) : nil
    }
  }

  /// A counter of one host, 0 when it was never read.
  public func counter(_ name: String, of host: String) -> Int64 { counters[host]?[name] ?? 0 }

  /// One way over the wire in nanoseconds, as the knob `link.delay` says; nil when it isn't known.
  public var linkDelay: Int64? { knobs["link.delay"].flatMap { Seconds.parse($0) } }

  /// Equal when every reading is.
  public static func == (a: SessionState, b: SessionState) -> Bool {
    a.listeners == b.listeners && a.lastListener == b.lastListener && a.sockets == b.sockets
      && a.counters == b.counters && a.work == b.work && a.knobs == b.knobs && a.changed == b.changed
      && a.hosts.elementsEqual(b.hosts) { $0 == $1 }
  }
}

/// States by row: a keyframe every 256 rows, and the events between.
public struct StateHistory: Sendable {
  private var keyframes: [SessionState] = [SessionState()]
  private var events: [Event?] = []
  /// The latest time up to each row, so that it never falls; nil before the first row with a time.
  private var times: [Timestamp?] = []
  /// The state after the last row.
  public private(set) var current = SessionState()

  /// No rows yet.
  public init() {}

  /// Rows so far.
  public var count: Int { events.count }

  /// Takes the next row.
  public mutating func append(_ row: Row) {
    if case .event(let event) = row.record {
      events.append(event)
      current.apply(event)
    } else {
      events.append(nil)
    }
    let last = times.last ?? nil
    times.append(last.map { last in row.time.map { max(last, $0) } ?? last } ?? row.time)
    if events.count % 256 == 0 { keyframes.append(current) }
  }

  /// The state after a row (from 1); row 0 is before everything, and a row past the end is the end.
  public func at(row: Int) -> SessionState {
    if row >= events.count { return current }
    let row = max(0, row)
    var state = keyframes[row / 256]
    for index in (row / 256 * 256)..<row { if let event = events[index] { state.apply(event) } }
    return state
  }

  /// The state at a moment: after the last row that is not later.
  public func at(time: Timestamp) -> SessionState { at(row: row(at: time)) }

  /// The last row (from 1) that is not later than a moment, 0 before the first.
  public func row(at time: Timestamp) -> Int { row { $0 <= time } }

  /// The last row (from 1) whose moment, never less than those before, is still `early`; 0 for none.
  func row(where early: (Timestamp) -> Bool) -> Int {
    var low = 0
    var high = times.count
    while low < high {
      let middle = (low + high) / 2
      if let other = times[middle], !early(other) { high = middle } else { low = middle + 1 }
    }
    return low
  }

  /// The latest time up to a row (from 1); nil when no row has one.
  public func time(ofRow row: Int) -> Timestamp? {
    row > 0 && !times.isEmpty ? times[min(row, times.count) - 1] : nil
  }
}
