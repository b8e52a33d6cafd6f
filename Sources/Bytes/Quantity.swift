/// Numbers as people write them in lessons, settings and filters.
public enum Quantity {
  /// `4`, `0x10`, `2.5`, `10%` (0.1), `200ms` (0.2 seconds); nil for anything else.
  public static func parse(_ text: some StringProtocol) -> Double? {
    guard let first = text.first, first.isASCII, first.isNumber || first == "." else { return nil }
    if text.hasPrefix("0x") { return Int64(text.dropFirst(2), radix: 16).map(Double.init) }
    if text.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == ".") }) { return Double(text) }
    if text.hasSuffix("%") { return Double(text.dropLast()).map { $0 / 100 } }
    return Seconds.parse(text).map { Double($0) / 1e9 }
  }

  /// A share: `0.05` and `5%` are the same; nil outside 0 to 1.
  public static func share(_ text: some StringProtocol) -> Double? {
    let isPlain = text.allSatisfy { $0.isASCII && ($0.isNumber || $0 == ".") }
    guard isPlain || text.hasSuffix("%"), let share = parse(text), (0...1).contains(share) else { return nil }
    return share
  }

  /// Bits a second: `64kbit`, `2.5mbit`, `1gbit`, `9600`; nil for anything else and above 10^12.
  public static func bits(_ text: some StringProtocol) -> Int64? {
    let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    let factor: Double
    switch text.dropFirst(digits.count) {
    case "", "bit": factor = 1
    case "kbit": factor = 1e3
    case "mbit": factor = 1e6
    case "gbit": factor = 1e9
    default: return nil
    }
    guard let number = Double(digits), number * factor <= 1e12 else { return nil }
    return Int64(number * factor)
  }

  /// A number as people write it: no fraction when there is none, else up to six decimals.
  public static func text(_ value: Double) -> String {
    if value == value.rounded(), abs(value) < 1e15 { return String(Int64(value)) }
    guard value.isFinite, abs(value) < 1e9 else { return "\(value)" }
    var text = Seconds.text(Int64((value * 1e9).rounded()), decimals: 6)
    while text.hasSuffix("0") { text.removeLast() }
    return text
  }
}
