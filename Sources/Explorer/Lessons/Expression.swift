import Bytes

/// What is wrong with a claim or a filter of a lesson.
struct ExpressionError: Error, Equatable {
  /// What is wrong, without a full stop.
  var what: String
  /// What to do about it.
  var fix: String
}

/// Arithmetic over numbers, durations (in seconds), knobs and what rows of the session say.
indirect enum Expression: Sendable, Equatable {
  /// A number, or a duration in seconds.
  case number(Double)
  /// A knob, `kernel`, or a word that a knob may be equal to.
  case name(String)
  /// A question to the session; filters and fields as written.
  case call(Function, [String])
  /// `a + b`, `a - b`, `a * b`.
  case arithmetic(Character, Expression, Expression)

  /// Questions to the session.
  enum Function: String, Sendable, CaseIterable {
    /// Rows that a filter matches.
    case count
    /// Greatest, least and latest value of a field, among the rows of a filter if one is given.
    case max, min, last
    /// When the first (or the nth) row of a filter was sent, and delivered: seconds since the session's first row.
    case time, arrived
    /// How often the sender changes along the rows of a filter, the first counted: flights of a handshake.
    case flights
  }

  /// Parses the whole of `text`.
  init(_ text: String) throws(ExpressionError) {
    var parser = ExpressionParser(text)
    self = try parser.sum()
    guard parser.atEnd else {
      throw ExpressionError(
        what: "`\(parser.rest)` is one too many", fix: "Put an operator before it, or leave it out.")
    }
  }
}

/// A claim: two expressions compared, or one held against a range.
struct Comparison: Sendable, Equatable {
  /// How the two sides are compared.
  enum Operator: String, Sendable, CaseIterable {
    case equal = "==", unequal = "!=", atMost = "<=", atLeast = ">=", less = "<", greater = ">", within =
      " in "
  }
  /// The left side.
  var left: Expression
  /// The comparison.
  var op: Operator
  /// The right side; the range's lower end for `in`.
  var right: Expression
  /// The range's upper end for `in`, else nil.
  var upper: Expression?
  /// The right side as written: a kernel's 6.10 is not its 6.1.
  var rightText = ""

  /// Parses `a == b` (or another comparison) or `a in b...c`.
  init(_ text: String) throws(ExpressionError) {
    guard let (op, place) = Self.find(text) else {
      throw ExpressionError(
        what: "`\(text)` compares nothing", fix: "Write a claim such as `count(tcp.flags.reset) == 1`.")
    }
    self.op = op
    left = try Expression(String(text[..<place.lowerBound]))
    let other = String(text[place.upperBound...])
    if op == .within {
      guard let dots = other.firstRange(of: "...") else {
        throw ExpressionError(what: "`\(other)` is no range", fix: "Write one, as in `in 0.9s...1.6s`.")
      }
      right = try Expression(String(other[..<dots.lowerBound]))
      upper = try Expression(String(other[dots.upperBound...]))
    } else {
      right = try Expression(other)
      rightText = other.trimmed
    }
  }

  /// Parses comparisons joined by `&&`.
  static func all(_ text: String) throws(ExpressionError) -> [Comparison] {
    var result: [Comparison] = []
    var rest = text
    while let place = outermost(rest, "&&") {
      result.append(try Comparison(String(rest[..<place.lowerBound])))
      rest = String(rest[place.upperBound...])
    }
    return result + [try Comparison(rest)]
  }

  /// Splits `CLAIM if CONDITION`.
  static func split(_ text: String) -> (claim: String, condition: String?) {
    guard let place = outermost(text, " if ") else { return (text.trimmed, nil) }
    return (String(text[..<place.lowerBound]).trimmed, String(text[place.upperBound...]).trimmed)
  }

  private static func find(_ text: String) -> (Operator, Range<String.Index>)? {
    for op in Operator.allCases {
      if let place = outermost(text, op.rawValue) {
        return (op, place)
      }
    }
    return nil
  }

  /// The first place of `wanted`, which is ASCII, outside brackets and quotes. It goes by octets: every claim of every
  /// lesson passes here at the start.
  private static func outermost(_ text: String, _ wanted: String) -> Range<String.Index>? {
    let bytes = text.utf8
    let wanted = wanted.utf8
    var depth = 0
    var quoted = false
    var index = bytes.startIndex
    while index < bytes.endIndex {
      let byte = bytes[index]
      if byte == UInt8(ascii: "\"") { quoted.toggle() }
      if !quoted {
        switch byte {
        case UInt8(ascii: "("), UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
        case UInt8(ascii: ")"), UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
        default: break
        }
        if depth == 0, byte == wanted.first, bytes[index...].starts(with: wanted) {
          return index..<bytes.index(index, offsetBy: wanted.count)
        }
      }
      index = bytes.index(after: index)
    }
    return nil
  }
}

/// A recursive descent over one expression.
private struct ExpressionParser {
  var rest: Substring
  /// Brackets open around the next operand: bounded, so that no page can exhaust the stack.
  var depth = 0

  init(_ text: String) { rest = text[...] }

  var atEnd: Bool { rest.allSatisfy { $0 == " " } }

  mutating func skipSpaces() { rest = rest.drop { $0 == " " } }

  mutating func sum() throws(ExpressionError) -> Expression {
    var value = try product()
    while true {
      skipSpaces()
      guard let op = rest.first, op == "+" || op == "-" else { return value }
      rest = rest.dropFirst()
      value = .arithmetic(op, value, try product())
    }
  }

  mutating func product() throws(ExpressionError) -> Expression {
    var value = try operand()
    while true {
      skipSpaces()
      guard rest.first == "*" else { return value }
      rest = rest.dropFirst()
      value = .arithmetic("*", value, try operand())
    }
  }

  mutating func operand() throws(ExpressionError) -> Expression {
    skipSpaces()
    if rest.first == "(" {
      guard depth < 32 else {
        throw ExpressionError(what: "more than 32 brackets are open", fix: "Write it simpler.")
      }
      depth += 1
      rest = rest.dropFirst()
      let value = try sum()
      skipSpaces()
      guard rest.first == ")" else { throw ExpressionError(what: "a bracket isn't closed", fix: "Add `)`.") }
      rest = rest.dropFirst()
      depth -= 1
      return value
    }
    var word = rest.prefix {
      $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "." || $0 == "_" || $0 == "%")
    }
    // A hyphen belongs to a name (`tls-1.3`, `server-2.backlog`), never to a number.
    if word.first?.isLetter == true {
      word = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || ".-_".contains($0)) }
    }
    guard !word.isEmpty else {
      throw ExpressionError(
        what: rest.isEmpty ? "a side of the comparison is missing" : "`\(rest)` is no value",
        fix: "Write a number, a duration, a knob or count(...), max(...), time(...).")
    }
    rest = rest.dropFirst(word.count)
    if rest.first == "(" {
      guard let function = Expression.Function(rawValue: String(word)) else {
        throw ExpressionError(
          what: "there is no `\(word)(...)`",
          fix: NearName.question(for: String(word), among: Expression.Function.allCases.map(\.rawValue))
            + "There are \(Expression.Function.allCases.map(\.rawValue).joined(separator: ", ")).")
      }
      return .call(function, try arguments())
    }
    if word.first?.isNumber == true {
      guard let number = Quantity.parse(word) else {
        throw ExpressionError(
          what: "`\(word)` is no number and no duration", fix: "Units are ns, us, ms, s, m.")
      }
      return .number(number)
    }
    return .name(String(word))
  }

  /// Arguments as written, split at commas outside brackets and quotes.
  private mutating func arguments() throws(ExpressionError) -> [String] {
    var found: [String] = []
    var current = ""
    var depth = 0
    var quoted = false
    while let character = rest.first {
      rest = rest.dropFirst()
      if character == "\"" { quoted.toggle() }
      if !quoted {
        if "({[".contains(character) { depth += 1 }
        if ")}]".contains(character) { depth -= 1 }
        if depth == 0 {
          found.append(current.trimmed)
          guard found.allSatisfy({ !$0.isEmpty }), found.count <= 2 else {
            throw ExpressionError(
              what: "(...) holds one or two arguments", fix: "Write a filter or a field in it.")
          }
          return found
        }
        if depth == 1, character == "," {
          found.append(current.trimmed)
          current = ""
          continue
        }
        if depth == 1, character == "(", current.isEmpty, found.isEmpty { continue }
      }
      current.append(character)
    }
    throw ExpressionError(what: "a bracket isn't closed", fix: "Add `)`.")
  }
}
