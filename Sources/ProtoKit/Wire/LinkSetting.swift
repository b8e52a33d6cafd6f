import Bytes

extension LinkPlan {
  /// The longest delay and the widest jitter: a minute.
  private static let longest: Int64 = 60_000_000_000

  /// A link between `hosts` (none for every link) with parameters as lab blocks write them.
  public init(hosts: [String], _ values: [String: String]) throws(SettingError) {
    self.init()
    self.hosts = hosts
    for (name, value) in values.sorted(by: { $0.key < $1.key }) { try set(name, value) }
  }

  /// Sets a parameter by its name in lab blocks, one of `Roles.link`. Throws what is wrong with it.
  public mutating func set(_ name: String, _ value: String) throws(SettingError) {
    guard let parameter = Roles.link.first(where: { $0.name == name }) else {
      throw SettingError.unknown(name, of: "a link", among: Roles.link.map(\.name))
    }
    if let problem = parameter.problem(with: value) { throw problem }
    let duration = Seconds.parse(value) ?? 0
    let share = Quantity.share(value) ?? 0
    if parameter.kind == .duration, duration > Self.longest {
      throw SettingError(
        "`\(name)=\(value)` is too long for a link", fix: "Write a duration from 0 to 60s, as in 50ms.")
    }
    switch name {
    case "delay": delay = duration
    case "jitter": jitter = duration
    case "loss": loss = share
    case "duplicate": duplicate = share
    case "reorder": reorder = share
    case "rate": rate = Quantity.bits(value) ?? 0
    case "lose": lose = try PlannedLoss.all(value)
    default: seed = UInt64(value) ?? 1
    }
  }
}

extension LinkPlan {
  /// Whether the plan is for every link of a lab: it names no hosts, or the only two.
  func isForAll(_ all: [String]) -> Bool { hosts.isEmpty || all.count == 2 }

  /// Whether `name` is its two hosts, joined by a hyphen in either order.
  func isNamed(_ name: some StringProtocol) -> Bool {
    hosts.count == 2 && (name == "\(hosts[0])-\(hosts[1])" || name == "\(hosts[1])-\(hosts[0])")
  }
}
