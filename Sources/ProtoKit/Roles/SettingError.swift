import Bytes

/// What is wrong with a value of a parameter, and what to do.
public struct SettingError: Error, Equatable, Sendable, CustomStringConvertible {
  /// What is wrong, without a full stop.
  public var what: String
  /// What to do about it.
  public var fix: String

  /// Makes an error.
  public init(_ what: String, fix: String) {
    self.what = what
    self.fix = fix
  }

  /// `what. fix`.
  public var description: String { "\(what). \(fix)" }

  /// Something has no parameter of this name; `names` are those that it has.
  public static func unknown(_ name: String, of owner: String, among names: [String]) -> SettingError {
    SettingError(
      "\(owner) has no parameter `\(name)`",
      fix: names.isEmpty
        ? "It takes none."
        : "\(NearName.question(for: name, among: names))It takes \(names.joined(separator: ", ")).")
  }
}

extension RoleDescription.Parameter {
  /// What is wrong with a value; nil when it may be given.
  public func problem(with value: String) -> SettingError? {
    let isRight =
      switch kind {
      case .number(let range): Int64(value).map(range.contains) ?? false
      case .duration: Seconds.parse(value) != nil
      case .share: Quantity.share(value) != nil
      case .rate: Quantity.bits(value) != nil
      case .choice(let words): words.contains(value)
      case .endpoint:
        value.lastIndex(of: ":").map {
          $0 > value.startIndex && UInt16(value[value.index(after: $0)...]) != nil
        } ?? false
      case .text: !value.isEmpty && !value.contains(" ")
      }
    return isRight ? nil : SettingError("`\(name)=\(value)` is not allowed", fix: "Write \(kind.words).")
  }
}

extension RoleDescription.Kind {
  /// What a value may be, in words.
  public var words: String {
    switch self {
    case .number(let range):
      range.upperBound == .max
        ? "a whole number from \(range.lowerBound) on"
        : "a whole number from \(range.lowerBound) to \(range.upperBound)"
    case .duration: "a duration with its unit, such as 100ms"
    case .share: "a share from 0 to 1, or a percentage"
    case .rate: "bits per second, such as 10mbit, or 0 for no limit"
    case .choice(let words): words.joined(separator: " or ")
    case .endpoint: "host:port"
    case .text: "text without spaces"
    }
  }
}
