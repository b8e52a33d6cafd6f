public import Session

/// What the kernels, knobs and sockets of a lab were at a moment, folded from the events before it.
///
/// Live and replay fold the same events, so equal rows give equal states.
public struct SessionState: Sendable, Equatable {
  /// A listening socket as `ss -ltn` tells it.
  public struct Listener: Sendable, Equatable {
    /// Connections that wait for accept(): Recv-Q.
    public var acceptQueue: Int64
    /// The backlog in force: Send-Q.
    public var backlog: Int64
    /// Connections in SYN-RECEIVED.
    public var halfOpen: Int64
    /// Full means more than the backlog: `sk_acceptq_is_full` in Linux compares with `>`.
    public var isFull: Bool { acceptQueue > backlog }
  }
  /// Listeners by `host address:port`.
  public private(set) var listeners: [String: Listener] = [:]
  /// The listener that changed last.
  public private(set) var lastListener: String?
  /// The latest reading of each socket, by `host local remote`.
  public private(set) var sockets: [String: Event] = [:]
  /// Counters since the lab began, by host and name.
  public private(set) var counters: [String: [String: Int64]] = [:]
  /// Knobs by name.
  public private(set) var knobs: [String: String] = [:]

  /// Nothing read yet.
  public init() {}

  /// Folds one event in.
  public mutating func apply(_ event: Event) {
    let host = event.text("host") ?? ""
    switch event.kind {
    case .kernel:
      switch event.text("subject") {
      case "listener":
        let key = "\(host) \(event.text("listener") ?? "")"
        listeners[key] = Listener(
          acceptQueue: event.number("accept_queue") ?? 0, backlog: event.number("backlog") ?? 0,
          halfOpen: event.number("half_open") ?? 0)
        lastListener = key
      case "socket":
        sockets["\(host) \(event.text("local") ?? "") \(event.text("remote") ?? "")"] = event
      case "counters":
        for field in event.fields {
          if case .number(let value) = field.value { counters[host, default: [:]][field.name] = value }
        }
      default: break
      }
    case .knob:
      if let name = event.text("name") {
        knobs[name] = event.text("value") ?? event.number("value").map { String($0) } ?? ""
      }
    default: break
    }
  }

  /// A counter summed over the hosts.
  public func counter(_ name: String) -> Int64 {
    counters.values.reduce(0) { $0 &+ ($1[name] ?? 0) }
  }
}

/// States by row: a keyframe every 256 rows, and the events between.
public struct StateHistory: Sendable {
  private var keyframes: [SessionState] = [SessionState()]
  private var events: [Event?] = []
  /// The state after the last row.
  public private(set) var current = SessionState()

  /// No rows yet.
  public init() {}

  /// Rows so far.
  public var count: Int { events.count }

  /// Takes the next row.
  public mutating func append(_ record: Record) {
    if case .event(let event) = record {
      events.append(event)
      current.apply(event)
    } else {
      events.append(nil)
    }
    if events.count % 256 == 0 { keyframes.append(current) }
  }

  /// The state after a row (from 1); row 0 is before everything, and a row past the end is the end.
  public func at(row: Int) -> SessionState {
    let row = min(max(0, row), events.count)
    var state = keyframes[row / 256]
    for index in (row / 256 * 256)..<row { if let event = events[index] { state.apply(event) } }
    return state
  }
}
