/// A moment, in nanoseconds since the Unix epoch.
public struct Timestamp: Hashable, Comparable, Sendable {
  /// Nanoseconds since 1970-01-01T00:00:00Z; negative before it.
  public var nanoseconds: Int64

  /// Makes a moment of nanoseconds since the epoch.
  @inlinable public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  /// Earlier sorts first.
  @inlinable public static func < (a: Timestamp, b: Timestamp) -> Bool { a.nanoseconds < b.nanoseconds }

  /// Nanoseconds from `earlier` to this moment; wraps instead of trapping on hostile stamps.
  @inlinable
  public func since(_ earlier: Timestamp) -> Int64 { nanoseconds &- earlier.nanoseconds }

  /// The moment `nanoseconds` later.
  @inlinable public func advanced(by nanoseconds: Int64) -> Timestamp {
    Timestamp(nanoseconds: self.nanoseconds &+ nanoseconds)
  }
}

extension Timestamp: CustomStringConvertible {
  /// Seconds since the epoch with nine decimals.
  public var description: String { Seconds.text(nanoseconds, decimals: 9) }
}

/// Durations as text. Durations are `Int64` nanoseconds wherever they come off a wire or a clock.
public enum Seconds {
  /// `1_500_000_000` with three decimals is `1.500`; decimals are cut off, not rounded, as Wireshark does.
  public static func text(_ nanoseconds: Int64, decimals: Int) -> String {
    let magnitude = nanoseconds.magnitude
    var fraction = String(magnitude % 1_000_000_000)
    fraction = String(repeating: "0", count: 9 - fraction.count) + fraction
    let sign = nanoseconds < 0 ? "-" : ""
    return decimals == 0
      ? "\(sign)\(magnitude / 1_000_000_000)"
      : "\(sign)\(magnitude / 1_000_000_000).\(fraction.prefix(decimals))"
  }

  /// Nanoseconds of `100ms`, `1.5s`, `20us`, `3ns`, `2m`; a unit is required unless the number is 0; nil for
  /// anything else and for what does not fit.
  public static func parse(_ text: some StringProtocol) -> Int64? {
    let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    let unit: Double
    switch text.dropFirst(digits.count) {
    case "ns": unit = 1
    case "us": unit = 1e3
    case "ms": unit = 1e6
    case "s": unit = 1e9
    case "m", "min": unit = 60e9
    case "" where digits == "0": unit = 1
    default: return nil
    }
    guard let number = Double(digits), number * unit < 9e18 else { return nil }
    return Int64(number * unit + 0.5)
  }

  /// A duration a person reads: `0`, `850 ns`, `12.3 us`, `200 ms`, `1.02 s`.
  public static func words(_ nanoseconds: Int64) -> String {
    let n = nanoseconds.magnitude
    let sign = nanoseconds < 0 ? "-" : ""
    let (unit, name): (UInt64, String) =
      n < 1000
      ? (1, "ns")
      : n < 1_000_000 ? (1000, "us") : n < 1_000_000_000 ? (1_000_000, "ms") : (1_000_000_000, "s")
    if n == 0 { return "0" }
    let whole = n / unit
    let hundredths = n % unit * 100 / unit
    if hundredths == 0 || whole >= 100 { return "\(sign)\(whole) \(name)" }
    if hundredths % 10 == 0 || whole >= 10 { return "\(sign)\(whole).\(hundredths / 10) \(name)" }
    return "\(sign)\(whole).\(hundredths < 10 ? "0" : "")\(hundredths) \(name)"
  }
}
