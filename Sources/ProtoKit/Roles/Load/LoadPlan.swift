import Bytes

/// When a load's requests begin, and over which of its connections.
struct LoadPlan {
  enum Skew {
    case even
    /// The first connection sends this share.
    case first(Double)
    /// The connection numbered k sends as often as 1/k says; the shares up to each one.
    case zipf([Double])
  }

  let connections: Int
  let pipeline: Int
  /// Nanoseconds between the starts of two requests; 0 when each waits for an answer, or for a key.
  let interval: Double
  let byKey: Bool
  /// The number of requests, and nanoseconds; 0 for no limit.
  let requests: Int, duration: Int64
  private let skew: Skew
  private var turn = 0
  private var random = SplitMix64(state: 1)

  init(_ setting: RoleSetting) throws(RoleError) {
    connections = setting.number("connections")
    pipeline = setting.number("pipeline")
    byKey = setting.text("by") == "key"
    requests = setting.number("requests")
    duration = setting.duration("duration")
    let (rate, every) = (setting.number("rate"), setting.duration("every"))
    guard rate == 0 || every == 0 else {
      throw RoleError(
        "`rate=\(rate)` is not allowed beside `every=`: both say when the next request starts. Write one.")
    }
    guard !byKey || rate == 0 && every == 0 else {
      throw RoleError("`by=key` is not allowed beside `rate=` and `every=`. Write one of them.")
    }
    interval = rate > 0 ? 1e9 / Double(rate) : Double(every)
    let text = setting.text("skew")
    if text == "zipf" {
      var sum = 0.0
      let shares = (1...connections).map { (number: Int) in
        sum += 1 / Double(number)
        return sum
      }
      skew = .zipf(shares.map { $0 / sum })
    } else if let share = Quantity.share(text) {
      skew = share == 0 || connections == 1 ? .even : .first(share)
    } else {
      throw RoleError("`skew=\(text)` is not allowed. Write zipf, or a share from 0 to 1, or a percentage.")
    }
  }

  /// Whether requests begin by the clock or a key, whatever becomes of those before.
  var isOpen: Bool { byKey || interval > 0 }
  var isEven: Bool { if case .even = skew { true } else { false } }

  /// The number of the connection that sends the next request.
  mutating func next() -> Int {
    switch skew {
    case .even:
      turn = (turn + 1) % connections
      return turn
    case .first(let share):
      if Double.random(in: 0..<1, using: &random) < share { return 0 }
      turn = (turn + 1) % (connections - 1)
      return turn + 1
    case .zipf(let shares):
      let point = Double.random(in: 0..<1, using: &random)
      var (low, high) = (0, shares.count - 1)
      while low < high {
        let middle = (low + high) / 2
        if shares[middle] > point { high = middle } else { low = middle + 1 }
      }
      return low
    }
  }
}
