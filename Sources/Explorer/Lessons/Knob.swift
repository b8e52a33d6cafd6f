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
      ? nil : SettingError("\(name)=\(value) is outside \(range)", fix: "Choose a value of \(range).")
  }
}
