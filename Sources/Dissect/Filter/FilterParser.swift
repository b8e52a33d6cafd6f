/// Parses Wireshark's display filter language by recursive descent.
///
/// Loosest first: `or`, `and`, `not`, a comparison, `&`, `+ -`, `* / %`, a sign, `[ ]`.
struct FilterParser {
  private let tokens: [FilterToken]
  private var next = 0
  private let end: Int
  private var depth = 0

  /// Nesting deeper than this is refused.
  private static let limit = 200

  init(_ text: String) throws(FilterError) {
    tokens = try FilterLexer.tokens(text)
    end = text.unicodeScalars.count + 1
  }

  /// The whole filter; nil when there is nothing in it.
  mutating func parse() throws(FilterError) -> FilterTest? {
    guard !tokens.isEmpty else { return nil }
    let test = try disjunction()
    guard next == tokens.count else {
      let joins: Bool
      if case .word = tokens[next].kind { joins = true } else { joins = false }
      throw unexpected(joins ? ": join tests with && or ||" : "")
    }
    return test
  }

  private var sign: FilterSign? {
    guard next < tokens.count, case .sign(let sign) = tokens[next].kind else { return nil }
    return sign
  }

  private var column: Int { next < tokens.count ? tokens[next].column : end }

  private func unexpected(_ hint: String = "") -> FilterError {
    guard next < tokens.count else {
      return FilterError(column: end, text: "something is missing here\(hint)")
    }
    return FilterError(
      column: column, text: "“\(Clean.text(tokens[next].text))” is not expected here\(hint)")
  }

  private mutating func accept(_ wanted: FilterSign) -> Bool {
    guard sign == wanted else { return false }
    next += 1
    return true
  }

  private mutating func expect(_ wanted: FilterSign, _ hint: String) throws(FilterError) {
    guard accept(wanted) else { throw FilterError(column: column, text: hint) }
  }

  private mutating func deeper() throws(FilterError) {
    depth += 1
    guard depth < Self.limit else { throw FilterError(column: column, text: "nested too deeply") }
  }
}

// MARK: Tests

extension FilterParser {
  private mutating func disjunction() throws(FilterError) -> FilterTest {
    var tests = [try conjunction()]
    while accept(.or) { tests.append(try conjunction()) }
    return tests.count == 1 ? tests[0] : .any(tests)
  }

  private mutating func conjunction() throws(FilterError) -> FilterTest {
    var tests = [try negation()]
    while accept(.and) { tests.append(try negation()) }
    return tests.count == 1 ? tests[0] : .all(tests)
  }

  private mutating func negation() throws(FilterError) -> FilterTest {
    try deeper()
    defer { depth -= 1 }
    if accept(.not) { return .not(try negation()) }
    guard accept(.open) else { return try relation() }
    let test = try disjunction()
    try expect(.close, "a closing ) is missing")
    return test
  }

  private mutating func relation() throws(FilterError) -> FilterTest {
    let quantifier: FilterQuantifier? = accept(.any) ? .any : accept(.all) ? .all : nil
    let isGroup = sign == .openBrace
    let left = try arithmetic(0)
    let at = column
    // Refuses what is computed where only a field, a function or a slice may stand.
    func entity() throws(FilterError) -> FilterExpression {
      switch left.kind {
      case .binary, .negative: break
      default: if !isGroup { return left }
      }
      throw FilterError(column: left.column, text: "a field is wanted here")
    }
    switch sign {
    case .belongs:
      next += 1
      return .member(try entity(), try set(), quantifier)
    case .not where next + 1 < tokens.count && tokens[next + 1].kind == .sign(.belongs):
      next += 2
      // Wireshark lets `any` and `all` be written here, and heeds neither.
      return .not(.member(try entity(), try set(), nil))
    case .contains, .matches:
      let word: FilterSign = sign == .contains ? .contains : .matches
      next += 1
      return .compare(try entity(), word, at, try signed(), quantifier)
    case let word? where word.isComparison: return try comparisons(left, quantifier)
    default:
      guard quantifier == nil else {
        throw FilterError(column: column, text: "any and all want a comparison after the field")
      }
      return .truth(left)
    }
  }

  /// `a < b < c` is `a < b && b < c`; there Wireshark heeds no `any` or `all`.
  private mutating func comparisons(_ first: FilterExpression, _ quantifier: FilterQuantifier?)
    throws(FilterError) -> FilterTest
  {
    var left = first
    var tests: [FilterTest] = []
    while let word = sign, word.isComparison {
      let at = column
      next += 1
      guard next < tokens.count else {
        throw FilterError(column: end, text: "a value is missing after \(tokens[next - 1].text)")
      }
      let right = try arithmetic(0)
      let isOnly = tests.isEmpty && sign?.isComparison != true
      tests.append(.compare(left, word, at, right, isOnly ? quantifier : nil))
      left = right
    }
    return tests.count == 1 ? tests[0] : .all(tests)
  }

  private mutating func set() throws(FilterError) -> [(FilterExpression, FilterExpression?)] {
    try expect(.openBrace, "a set begins with {")
    var ranges: [(FilterExpression, FilterExpression?)] = []
    repeat {
      let low = try signed()
      ranges.append((low, accept(.dots) ? try signed() : nil))
    } while accept(.comma)
    try expect(.closeBrace, "a , or } is missing in the set")
    return ranges
  }
}

// MARK: Values

extension FilterParser {
  private mutating func arithmetic(_ level: Int) throws(FilterError) -> FilterExpression {
    guard level < FilterSign.arithmetic.count else { return try group() }
    var left = try arithmetic(level + 1)
    let before = depth
    defer { depth = before }
    while let word = sign, FilterSign.arithmetic[level].contains(word) {
      // Each operator is one step down in the tree, whose depth is what is limited.
      try deeper()
      next += 1
      left = FilterExpression(
        kind: .binary(word, left, try arithmetic(level + 1)), column: left.column)
    }
    return left
  }

  private mutating func group() throws(FilterError) -> FilterExpression {
    guard sign == .openBrace else { return try signed() }
    try deeper()
    defer { depth -= 1 }
    next += 1
    let inner = try arithmetic(0)
    try expect(.closeBrace, "a closing } is missing")
    return inner
  }

  private mutating func signed() throws(FilterError) -> FilterExpression {
    let at = column
    if accept(.plus) { return try postfix() }
    guard accept(.minus) else { return try postfix() }
    return FilterExpression(kind: .negative(try postfix()), column: at)
  }

  private mutating func postfix() throws(FilterError) -> FilterExpression {
    var value = try atom()
    if accept(.hash) { value = FilterExpression(kind: .layers(value, try ranges()), column: value.column) }
    let before = depth
    defer { depth = before }
    while next < tokens.count, case .ranges = tokens[next].kind {
      try deeper()
      value = FilterExpression(kind: .slice(value, try ranges()), column: value.column)
    }
    return value
  }

  private mutating func ranges() throws(FilterError) -> [OctetRange] {
    guard next < tokens.count, case .ranges(let ranges) = tokens[next].kind else { throw unexpected() }
    next += 1
    return ranges
  }

  private mutating func atom() throws(FilterError) -> FilterExpression {
    guard next < tokens.count else {
      throw FilterError(column: end, text: "a field or a value is missing here")
    }
    let token = tokens[next]
    let kind: FilterExpression.Kind
    switch token.kind {
    case .sign, .ranges: throw unexpected()
    case .word: kind = .word(token.text)
    case .field: kind = .field(token.text)
    case .value: kind = .value(token.text)
    case .text(let octets): kind = .text(octets)
    case .character(let octet): kind = .character(octet)
    case .reference: kind = .reference(token.text)
    }
    next += 1
    guard case .word = token.kind, accept(.open) else {
      return FilterExpression(kind: kind, column: token.column)
    }
    try deeper()
    defer { depth -= 1 }
    var arguments: [FilterExpression] = []
    if sign != .close {
      repeat { arguments.append(try arithmetic(0)) } while accept(.comma)
    }
    try expect(.close, "a closing ) is missing")
    return FilterExpression(kind: .call(token.text, arguments), column: token.column)
  }
}
