/// A lab as it is to be run: what a lesson's `lab` blocks say, with the knobs' values put in.
///
/// Sent to the lab process as JSON over its control channel.
public struct LabPlan: Codable, Sendable, Equatable {
  /// The lesson's slug.
  public var lesson: String
  /// The text of the lab blocks, kept in the session.
  public var text: String
  /// Hosts in order of first mention: the first is 192.0.2.1, and so on.
  public var hosts: [String] = []
  /// Processes in order of starting; each starts when the one before is ready.
  public var processes: [ProcessPlan] = []
  /// What the links do to frames; by default nothing. One that names two hosts is for frames between them, the one that
  /// names none for every other link.
  public var links: [LinkPlan] = []
  /// Kernel settings in a host's namespace, in order.
  public var sysctls: [Sysctl] = []
  /// Hosts whose threads, interest lists and rings are read.
  public var probed: [String] = []
  /// Whether neighbours are resolved by ARP; otherwise they are permanent and no ARP is seen.
  public var arp = false
  /// Whether hosts have IPv6 addresses too.
  public var ipv6 = false
  /// Seconds after which the run is ended.
  public var limit: Double = 20
  /// Whether `by=key` parameters are pressed by the lab each time the wire has been quiet for four one-way delays
  /// (at least 20 ms): `run --plain` and `check`.
  public var pressesKeys = false
  /// Every knob's value at the start, by name, as text: `server.backlog` is `1`.
  public var knobs: [String: String] = [:]
  /// Whether to run without namespaces on 127.0.0.0/8: queues and system calls, no frames.
  public var loopback = false

  /// The place of the host whose role is `router`; hosts that come after it are in the second network. Nil without one.
  var router: Int? {
    processes.first { $0.role == "router" }.flatMap { hosts.firstIndex(of: $0.host) }
  }
  /// The place of the host whose role is `syn-sender`; nil without one.
  var stranger: Int? {
    processes.first { $0.role == "syn-sender" }.flatMap { hosts.firstIndex(of: $0.host) }
  }

  /// A lab without hosts.
  public init(lesson: String, text: String) {
    self.lesson = lesson
    self.text = text
  }
}

/// A process on a host: a role or any command.
public struct ProcessPlan: Codable, Sendable, Equatable {
  /// The host's name.
  public var host: String
  /// The role's name; nil for a command.
  public var role: String?
  /// The command line for the shell; nil for a role.
  public var command: String?
  /// The role's parameters as written: `port` is `8080`, `to` is `server:8080`.
  public var parameters: [String: String]

  /// Plans a role.
  public init(host: String, role: String, parameters: [String: String] = [:]) {
    self.host = host
    self.role = role
    self.parameters = parameters
  }

  /// Plans a command.
  public init(host: String, command: String) {
    self.host = host
    self.command = command
    parameters = [:]
  }
}

/// What a link does to each frame, one way. Durations in nanoseconds.
public struct LinkPlan: Codable, Sendable, Equatable {
  /// The two hosts as the page names them; empty where it names none.
  public var hosts: [String] = []
  /// Added to each frame, once: a round trip takes twice this.
  public var delay: Int64 = 0
  /// Up to this much more or less, evenly, by `seed`.
  public var jitter: Int64 = 0
  /// Share of frames dropped, 0 to 1.
  public var loss: Double = 0
  /// Share of frames delivered twice, 0 to 1.
  public var duplicate: Double = 0
  /// Share of frames held back by one delay more, 0 to 1.
  public var reorder: Double = 0
  /// Bits per second; 0 for no limit.
  public var rate: Int64 = 0
  /// Seed of the random numbers.
  public var seed: UInt64 = 1
  /// Frames that are dropped whatever else: `loss` is for chance, this for the one that a lesson is about.
  public var lose: [PlannedLoss] = []

  /// A link that only carries.
  public init() {}
}

/// A frame that a lab's wire drops.
public struct PlannedLoss: Codable, Sendable, Equatable {
  /// Who sends it.
  public var host: String
  /// Its kind: `syn synack ack data fin rst any`.
  public var kind: String
  /// Which one of its kind that the host sends, from 1.
  public var number: Int
  /// The connection of TCP within which it is counted, from 1 in the order of first SYNs; nil for the whole run.
  public var connection: Int?
}

/// One kernel setting.
public struct Sysctl: Codable, Sendable, Equatable {
  /// The host in whose namespace it is set.
  public var host: String
  /// As sysctl(8) writes it: `net.ipv4.tcp_syncookies`.
  public var key: String
  /// The value as text.
  public var value: String

  /// Makes a setting.
  public init(host: String, key: String, value: String) {
    self.host = host
    self.key = key
    self.value = value
  }

  /// The file that holds a setting of this name.
  static func path(_ key: String) -> String {
    "/proc/sys/" + String(key.map { $0 == "." ? "/" : $0 })
  }
}
