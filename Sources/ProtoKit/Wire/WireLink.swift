/// A link as the wire uses it: what it does to frames, its random numbers, and until when it is busy.
struct WireLink {
  /// What it does; may change while it is used.
  var plan: LinkPlan
  private var generator: SplitMix64
  private var busyUntil: [Int64]

  /// A link among `hosts` hosts.
  init(_ plan: LinkPlan, hosts: Int) {
    self.plan = plan
    generator = SplitMix64(state: plan.seed)
    busyUntil = Array(repeating: 0, count: hosts)
  }

  /// An even share of 0..<1.
  private mutating func random() -> Double { Double(generator.next() >> 11) / 9_007_199_254_740_992 }

  /// What becomes of a frame.
  struct Verdict {
    /// When it is due, in nanoseconds since the epoch.
    var due: Int64
    var isReordered = false, isDuplicated = false
  }

  /// Decides on a frame of `size` octets that `host` sent at `stamp`; nil when it is lost.
  mutating func decide(size: Int, from host: Int, at stamp: Int64) -> Verdict? {
    if plan.loss > 0, random() < plan.loss { return nil }
    var verdict = Verdict(due: stamp + plan.delay)
    if plan.jitter > 0 { verdict.due += Int64(Double(plan.jitter) * (2 * random() - 1)) }
    if plan.rate > 0 {
      let start = max(stamp, busyUntil[host])
      busyUntil[host] = start + Int64(Double(size) * 8e9 / Double(plan.rate))
      verdict.due += busyUntil[host] - stamp
    }
    if plan.reorder > 0, random() < plan.reorder {
      verdict.due += plan.delay
      verdict.isReordered = true
    }
    verdict.isDuplicated = plan.duplicate > 0 && random() < plan.duplicate
    return verdict
  }
}

/// Random numbers that are the same for the same seed (Steele, Lea and Flood, 2014).
struct SplitMix64: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
