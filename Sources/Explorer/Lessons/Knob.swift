import Bytes
import ProtoKit

/// Something a learner may turn: a parameter of a role or of the links, and the values it may have.
struct Knob: Sendable, Equatable {
  /// `server.backlog`, `link.delay`.
  var name: String
  /// The values that the lesson's claims hold for.
  var range: Range
  /// The value that the lab's lines give it.
  var standard: String
  /// Whether it can be turned while the lab runs; otherwise it counts from the next run on.
  var isLive: Bool
  /// Line in the page.
  var line: Int

  /// Values that a knob may have.
  enum Range: Sendable, Equatable, CustomStringConvertible {
    /// From the lower to the upper, as numbers or seconds; and as written.
    case span(ClosedRange<Double>, text: String)
    /// One of these.
    case choice([String])

    /// Reads `a...b` or `a|b`; nil for anything else.
    init?(_ text: String) {
      if let dots = text.firstRange(of: "...") {
        guard let lower = Quantity.parse(text[..<dots.lowerBound]),
          let upper = Quantity.parse(text[dots.upperBound...]), lower <= upper
        else { return nil }
        self = .span(lower...upper, text: text)
      } else {
        let choices = text.split(separator: "|").map { String($0).trimmed }
        guard choices.count >= 2, !text.contains(" ") else { return nil }
        self = .choice(choices)
      }
    }

    /// As the lesson writes it.
    var description: String {
      switch self {
      case .span(_, let text): text
      case .choice(let choices): choices.joined(separator: "|")
      }
    }
  }

  /// What is wrong with a value; nil when it may be set.
  func problem(with value: String) -> SettingError? {
    let fits =
      switch range {
      case .span(let span, _): Quantity.parse(value).map(span.contains) ?? false
      case .choice(let choices): choices.contains(value)
      }
    return fits
      ? nil : SettingError(what: "\(name)=\(value) is outside \(range)", fix: "Choose a value of \(range).")
  }
}

/// What is wrong with a value of a parameter, and what to do.
struct SettingError: Error, Equatable {
  /// What is wrong, without a full stop.
  var what: String
  /// What to do about it.
  var fix: String
}

/// Numbers of lessons: plain, hexadecimal, a percentage, or a duration in seconds.
enum Quantity {
  /// `4`, `0x10`, `2.5`, `10%` (0.1), `200ms` (0.2); nil for anything else.
  static func parse(_ text: some StringProtocol) -> Double? {
    guard let first = text.first, first.isASCII, first.isNumber || first == "." else { return nil }
    if text.hasPrefix("0x") { return Int64(text.dropFirst(2), radix: 16).map(Double.init) }
    if text.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == ".") }) { return Double(text) }
    if text.hasSuffix("%") { return Double(text.dropLast()).map { $0 / 100 } }
    return Seconds.parse(text).map { Double($0) / 1e9 }
  }

  /// A number as people write it: no fraction when there is none, else up to six decimals.
  static func text(_ value: Double) -> String {
    if value == value.rounded(), abs(value) < 1e15 { return String(Int64(value)) }
    guard value.isFinite, abs(value) < 1e9 else { return "\(value)" }
    var text = Seconds.text(Int64((value * 1e9).rounded()), decimals: 6)
    while text.hasSuffix("0") { text.removeLast() }
    return text
  }
}

extension RoleDescription.Parameter {
  /// What is wrong with a value; nil when it may be given.
  func problem(with value: String) -> SettingError? {
    switch kind {
    case .number(let range):
      guard let number = Int64(value), range.contains(number) else {
        return SettingError(
          what: "it is no whole number from \(range.lowerBound) to \(range.upperBound)",
          fix: "Choose one of these.")
      }
    case .duration:
      guard Seconds.parse(value) != nil else {
        return SettingError(what: "it is no duration", fix: "Write a number with its unit, as in 100ms.")
      }
    case .share:
      guard let share = Quantity.parse(value), (0...1).contains(share) else {
        return SettingError(what: "it is no share", fix: "Write a number from 0 to 1 or a percentage.")
      }
    case .choice(let choices):
      guard choices.contains(value) else {
        return SettingError(
          what: "it is none of \(choices.joined(separator: ", "))", fix: "Choose one of these.")
      }
    case .endpoint:
      guard let colon = value.lastIndex(of: ":"), UInt16(value[value.index(after: colon)...]) != nil,
        colon > value.startIndex
      else { return SettingError(what: "it is no host and port", fix: "Write them as in server:8080.") }
    case .text: break
    }
    return nil
  }
}

extension LinkPlan {
  /// The names of a link's parameters.
  static let parameters = ["delay", "jitter", "loss", "duplicate", "reorder", "rate", "seed"]

  /// A link of parameters as written.
  init(hosts: [String], _ values: [String: String]) throws(SettingError) {
    self.init()
    self.hosts = hosts
    for (key, value) in values.sorted(by: { $0.key < $1.key }) { try set(key, value) }
  }

  /// Sets one parameter from its text.
  mutating func set(_ key: String, _ value: String) throws(SettingError) {
    switch key {
    case "delay", "jitter":
      guard let duration = Seconds.parse(value) else {
        throw SettingError(
          what: "`\(key)=\(value)` is no duration", fix: "Write a number with its unit, as in 100ms.")
      }
      if key == "delay" { delay = duration } else { jitter = duration }
    case "loss", "duplicate", "reorder":
      guard let share = Quantity.parse(value), (0...1).contains(share) else {
        throw SettingError(
          what: "`\(key)=\(value)` is no share", fix: "Write a number from 0 to 1 or a percentage.")
      }
      if key == "loss" {
        loss = share
      } else if key == "duplicate" {
        duplicate = share
      } else {
        reorder = share
      }
    case "rate":
      guard let bits = Self.rate(value) else {
        throw SettingError(what: "`rate=\(value)` is no rate", fix: "Write bits per second, as in 10mbit.")
      }
      rate = bits
    case "seed":
      guard let number = UInt64(value) else {
        throw SettingError(what: "`seed=\(value)` is no whole number", fix: "Write one from 0 up.")
      }
      seed = number
    default:
      throw SettingError(
        what: "a link has no `\(key)`", fix: "It takes \(Self.parameters.joined(separator: ", ")).")
    }
  }

  /// Bits per second of `10mbit`, `500kbit`, `1gbit`, `9600`; nil for anything else.
  private static func rate(_ text: String) -> Int64? {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    guard let number = Int64(digits), number < 1_000_000_000_000 else { return nil }
    switch text.dropFirst(digits.count) {
    case "", "bit": return number
    case "kbit": return number * 1000
    case "mbit": return number * 1_000_000
    case "gbit" where number < 1000: return number * 1_000_000_000
    default: return nil
    }
  }
}
