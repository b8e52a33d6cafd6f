import Bytes

extension LinkPlan {
  /// Sets one parameter by its name in lab blocks; nil when done, else why it is refused, with what is allowed.
  mutating func set(_ parameter: String, _ value: String) -> String? {
    switch parameter {
    case "delay", "jitter":
      guard let duration = Seconds.parse(value), duration >= 0, duration <= 60_000_000_000 else {
        return "link.\(parameter)=\(value): a duration from 0 to 60s, such as 50ms"
      }
      if parameter == "delay" { delay = duration } else { jitter = duration }
    case "loss", "duplicate", "reorder":
      guard let share = LinkPlan.share(value) else {
        return "link.\(parameter)=\(value): a share from 0 to 1, or a percentage such as 5%"
      }
      switch parameter {
      case "loss": loss = share
      case "duplicate": duplicate = share
      default: reorder = share
      }
    case "rate":
      guard let bits = LinkPlan.bits(value) else {
        return "link.rate=\(value): bits a second such as 10mbit or 64kbit, or 0 for no limit"
      }
      rate = bits
    case "seed":
      guard let number = UInt64(value) else { return "link.seed=\(value): a whole number" }
      seed = number
    default:
      return
        "a link has no parameter \(parameter); it has delay, jitter, loss, duplicate, reorder, rate, seed"
    }
    return nil
  }

  /// `0.05` and `5%` are the same share; nil outside 0 to 1.
  static func share(_ text: String) -> Double? {
    let isPercent = text.hasSuffix("%")
    guard let number = Double(isPercent ? String(text.dropLast()) : text) else { return nil }
    let share = isPercent ? number / 100 : number
    return (0...1).contains(share) ? share : nil
  }

  /// `64kbit`, `10mbit`, `1gbit` and plain bits a second; nil for anything else.
  static func bits(_ text: String) -> Int64? {
    for (unit, factor) in [("kbit", 1000.0), ("mbit", 1e6), ("gbit", 1e9), ("bit", 1)]
    where text.hasSuffix(unit) {
      guard let number = Double(text.dropLast(unit.count)), number >= 0, number * factor <= 1e12 else {
        return nil
      }
      return Int64(number * factor)
    }
    return Int64(text).flatMap { $0 >= 0 ? $0 : nil }
  }
}
