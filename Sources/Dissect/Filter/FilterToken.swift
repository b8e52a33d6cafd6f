/// A word, a value or a sign of a filter.
struct FilterToken {
  /// What it is.
  enum Kind: Equatable {
    /// A name or a value without quotation marks.
    case word
    /// `.name`: a field and never a value.
    case field
    /// `:value`: a value and never a field.
    case value
    /// A text in quotation marks: its octets.
    case text([UInt8])
    /// `'a'`.
    case character(UInt8)
    /// `${name}`: the value of a field in the row that is selected.
    case reference
    /// `[0:2]`, after a field or `#`.
    case ranges([OctetRange])
    /// An operator, a bracket or a word of the language.
    case sign(FilterSign)
  }

  /// What it is.
  var kind: Kind
  /// As it was written; without the quotation marks, the dot or the colon.
  var text: String
  /// Where it begins, from 1.
  var column: Int
}

/// The operators and brackets of the language.
enum FilterSign: Sendable {
  case and, or, not, any, all, belongs
  case equal, notEqual, allEqual, anyNotEqual, less, lessOrEqual, greater, greaterOrEqual, contains, matches
  case bitAnd, plus, minus, times, divide, modulo
  case open, close, openBrace, closeBrace, comma, dots, hash

  /// Signs that are written with letters.
  static let words: [String: FilterSign] = [
    "and": .and, "or": .or, "not": .not, "any": .any, "all": .all, "in": .belongs, "eq": .equal,
    "any_eq": .equal, "ne": .notEqual, "all_ne": .notEqual, "all_eq": .allEqual, "any_ne": .anyNotEqual,
    "lt": .less, "le": .lessOrEqual, "gt": .greater, "ge": .greaterOrEqual, "contains": .contains,
    "matches": .matches, "bitwise_and": .bitAnd,
  ]

  /// Signs of punctuation; of several that fit, the longest is meant.
  static let marks: [(String, FilterSign)] = [
    ("===", .allEqual), ("!==", .anyNotEqual), ("==", .equal), ("!=", .notEqual), ("~=", .anyNotEqual),
    ("<=", .lessOrEqual), (">=", .greaterOrEqual), ("&&", .and), ("||", .or), ("..", .dots), ("<", .less),
    (">", .greater), ("!", .not), ("~", .matches), ("&", .bitAnd), ("+", .plus), ("-", .minus), ("*", .times),
    ("/", .divide), ("%", .modulo), ("(", .open), (")", .close), ("{", .openBrace), ("}", .closeBrace),
    (",", .comma), ("#", .hash),
  ]

  /// The arithmetic operators by how they bind, loosest first.
  static let arithmetic: [[FilterSign]] = [[.bitAnd], [.plus, .minus], [.times, .divide, .modulo]]

  /// Comparisons that may follow one another: `a < b < c`.
  var isComparison: Bool {
    switch self {
    case .equal, .notEqual, .allEqual, .anyNotEqual, .less, .lessOrEqual, .greater, .greaterOrEqual: true
    default: false
    }
  }

  /// As it is written, in the shortest way.
  var text: String {
    FilterSign.marks.first { $0.1 == self }?.0 ?? FilterSign.words.first { $0.value == self }?.key ?? ""
  }
}

/// Which octets of a value: `[i:j]`, `[i-j]`, `[i]`, `[:j]`, `[i:]`; negative ones count from the end.
struct OctetRange: Equatable, Sendable {
  /// Where it ends.
  enum End: Equatable, Sendable {
    /// After so many octets.
    case count(Int)
    /// With this octet.
    case last(Int)
    /// With the value.
    case open
  }

  /// The first octet.
  var start: Int
  /// Where it ends.
  var end: End

  /// The octets of a value that has `count`; nil when it does not have them all.
  func resolve(_ count: Int) -> Range<Int>? {
    let first = start < 0 ? count + start : start
    guard first >= 0, first <= count else { return nil }
    switch end {
    case .open: return first..<count
    case .count(let length): return length <= count - first ? first..<first + length : nil
    case .last(let last):
      let end = last < 0 ? count + last : last
      return end >= first && end < count ? first..<end + 1 : nil
    }
  }
}
