import Bytes

/// Parses Wireshark's display filter language by recursive descent.
struct FilterParser {
  private struct Token {
    var text: String
    var column: Int
    var isQuoted = false
  }

  private var tokens: [Token] = []
  private var next = 0
  private var end: Int
  private var depth = 0

  init(_ text: String) throws(FilterError) {
    let scalars = Array(text.unicodeScalars)
    end = scalars.count + 1
    var i = 0
    while i < scalars.count {
      let start = i
      let c = scalars[i]
      if c.properties.isWhitespace {
        i += 1
      } else if c == "\"" {
        var word = ""
        i += 1
        while i < scalars.count, scalars[i] != "\"" {
          if scalars[i] == "\\", i + 1 < scalars.count { i += 1 }
          word.unicodeScalars.append(scalars[i])
          i += 1
        }
        guard i < scalars.count else {
          throw FilterError(column: start + 1, text: "the quotation mark has no partner: add \" at the end")
        }
        i += 1
        tokens.append(Token(text: word, column: start + 1, isQuoted: true))
      } else if "(){},".unicodeScalars.contains(c) {
        tokens.append(Token(text: String(c), column: start + 1))
        i += 1
      } else if "=!<>&|".unicodeScalars.contains(c) {
        let two = i + 1 < scalars.count ? "\(c)\(scalars[i + 1])" : ""
        let known = ["==", "!=", "<=", ">=", "&&", "||"].contains(two)
        tokens.append(Token(text: known ? two : String(c), column: start + 1))
        i += known ? 2 : 1
      } else {
        var word = ""
        while i < scalars.count, !scalars[i].properties.isWhitespace,
          !"(){},=!<>&|\"".unicodeScalars.contains(scalars[i])
        {
          word.unicodeScalars.append(scalars[i])
          i += 1
        }
        tokens.append(Token(text: word, column: start + 1))
      }
    }
  }

  mutating func parse() throws(FilterError) -> FilterNode {
    guard !tokens.isEmpty else { return .always }
    let node = try disjunction()
    if next < tokens.count {
      throw FilterError(
        column: tokens[next].column,
        text: "“\(tokens[next].text)” is not expected here: join tests with && or ||")
    }
    return node
  }

  private func peek() -> String? { next < tokens.count && !tokens[next].isQuoted ? tokens[next].text : nil }

  private mutating func accept(_ words: String...) -> Bool {
    guard let word = peek(), words.contains(word) else { return false }
    next += 1
    return true
  }

  private mutating func disjunction() throws(FilterError) -> FilterNode {
    var node = try conjunction()
    while accept("||", "or") { node = .or(node, try conjunction()) }
    return node
  }

  private mutating func conjunction() throws(FilterError) -> FilterNode {
    var node = try negation()
    while accept("&&", "and") { node = .and(node, try negation()) }
    return node
  }

  private mutating func negation() throws(FilterError) -> FilterNode {
    depth += 1
    defer { depth -= 1 }
    guard depth < 200 else { throw FilterError(column: column, text: "nested too deeply") }
    if accept("!", "not") { return .not(try negation()) }
    if accept("(") {
      let node = try disjunction()
      guard accept(")") else { throw FilterError(column: column, text: "a closing ) is missing") }
      return node
    }
    return try test()
  }

  private var column: Int { next < tokens.count ? tokens[next].column : end }

  private mutating func test() throws(FilterError) -> FilterNode {
    guard next < tokens.count else { throw FilterError(column: end, text: "a field is missing here") }
    let token = tokens[next]
    next += 1
    guard !token.isQuoted, let name = FieldName(token.text) else {
      let near = FieldName.nearest(token.text).map { "; did you mean \($0)?" } ?? ""
      throw FilterError(column: token.column, text: "“\(token.text)” is no field\(near)")
    }
    let operators: [String: FilterOperator] = [
      "==": .equal, "=": .equal, "eq": .equal, "!=": .notEqual, "ne": .notEqual, "<": .less, "lt": .less,
      ">": .greater,
      "gt": .greater, "<=": .lessOrEqual, "le": .lessOrEqual, ">=": .greaterOrEqual, "ge": .greaterOrEqual,
      "contains": .contains,
    ]
    if accept("in") { return .member(name, try set(name)) }
    guard let word = peek(), let op = operators[word] else { return .present(name) }
    next += 1
    guard next < tokens.count else {
      throw FilterError(column: end, text: "a value is missing after \(word)")
    }
    if !tokens[next].isQuoted, tokens[next].text.contains("."), let other = FieldName(tokens[next].text),
      other.key == nil
    {
      next += 1
      return .compareFields(name, op, other)
    }
    return .compare(name, op, try literal(name, op))
  }

  private mutating func set(_ name: FieldName) throws(FilterError) -> [(FilterLiteral, FilterLiteral)] {
    guard accept("{") else { throw FilterError(column: column, text: "a set begins with {") }
    var ranges: [(FilterLiteral, FilterLiteral)] = []
    while !accept("}") {
      guard next < tokens.count else { throw FilterError(column: end, text: "a closing } is missing") }
      let token = tokens[next]
      if !token.isQuoted, let dots = token.text.range(of: "..") {
        next += 1
        let low = try value(
          Token(text: String(token.text[..<dots.lowerBound]), column: token.column), name, .equal)
        var upper = Token(text: String(token.text[dots.upperBound...]), column: token.column)
        if upper.text.isEmpty, next < tokens.count {
          upper = tokens[next]
          next += 1
        }
        ranges.append((low, try value(upper, name, .equal)))
      } else {
        let low = try literal(name, .equal)
        if let word = peek(), word.hasPrefix("..") {
          var upper = Token(text: String(word.dropFirst(2)), column: column)
          next += 1
          if upper.text.isEmpty, next < tokens.count {
            upper = tokens[next]
            next += 1
          }
          ranges.append((low, try value(upper, name, .equal)))
        } else {
          ranges.append((low, low))
        }
      }
      if !accept(","), peek() != "}" {
        throw FilterError(column: column, text: "a , or } is missing in the set")
      }
    }
    return ranges
  }

  private mutating func literal(_ name: FieldName, _ op: FilterOperator) throws(FilterError) -> FilterLiteral
  {
    guard next < tokens.count else { throw FilterError(column: end, text: "a value is missing here") }
    let token = tokens[next]
    next += 1
    return try value(token, name, op)
  }

  /// Reads a literal as the field's type asks.
  private func value(_ token: Token, _ name: FieldName, _ op: FilterOperator) throws(FilterError)
    -> FilterLiteral
  {
    let text = token.text
    func fail(_ what: String) -> FilterError {
      FilterError(column: token.column, text: "“\(text)” is no \(what)")
    }
    guard let id = name.ids.first else { throw fail("value") }
    if name.key != nil {
      if !token.isQuoted, let number = integer(text) { return .number(number) }
      return .text(text)
    }
    let info = Catalogue.shared.info(id)
    switch info.type {
    case .heading:
      throw FilterError(column: token.column, text: "\(info.name) has no value to compare: write it alone")
    case .decimal, .hex, .signed, .row:
      guard let number = integer(text) else { throw fail("number, which \(info.name) is") }
      return .number(number)
    case .flag:
      if text == "true" || text == "True" { return .number(1) }
      if text == "false" || text == "False" { return .number(0) }
      guard let number = integer(text) else { throw fail("truth value: write 0 or 1") }
      return .number(number == 0 ? 0 : 1)
    case .relativeTime, .absoluteTime:
      guard let time = nanoseconds(text) else { throw fail("time in seconds") }
      return .seconds(time)
    case .text: return .text(text)
    case .bytes:
      if token.isQuoted { return .text(text) }
      guard let bytes = Hex.bytes(text.replacing("-", with: ":")) else {
        throw fail("byte string such as aa:bb")
      }
      return .bytes(bytes)
    case .ether:
      guard let bytes = Hex.bytes(text.replacing("-", with: ":")), bytes.count == 6 || op == .contains else {
        throw fail("MAC address")
      }
      return .bytes(bytes)
    case .ipv4, .ipv6:
      let parts = text.split(separator: "/", omittingEmptySubsequences: false)
      guard let first = parts.first, let octets = address(first, isV4: info.type == .ipv4) else {
        throw fail("address")
      }
      guard parts.count > 1 else { return .bytes(octets) }
      guard parts.count == 2, let bits = Int(parts[1]), (0...octets.count * 8).contains(bits) else {
        throw fail("network: a prefix length from 0 to \(octets.count * 8) comes after /")
      }
      return .network(octets, bits)
    }
  }

  private func integer(_ text: String) -> Int64? {
    if text.hasPrefix("0x") || text.hasPrefix("0X") {
      return UInt64(text.dropFirst(2), radix: 16).map { Int64(bitPattern: $0) }
    }
    return Int64(text) ?? UInt64(text).map { Int64(bitPattern: $0) }
  }

  /// `1.5` and `0.2` in seconds; also with a unit (`200ms`).
  private func nanoseconds(_ text: String) -> Int64? {
    if let time = Seconds.parse(text) { return time }
    let isNegative = text.hasPrefix("-")
    let parts = text.drop { $0 == "-" }.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count <= 2, let whole = parts.first, let seconds = whole.isEmpty ? 0 : Int64(whole),
      seconds >= 0,
      seconds < 9_000_000_000
    else { return nil }
    var fraction: Int64 = 0
    if parts.count == 2 {
      let digits = parts[1].prefix(9)
      guard digits.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }) else { return nil }
      fraction = Int64(digits + String(repeating: "0", count: 9 - digits.count)) ?? 0
    }
    let total = seconds * 1_000_000_000 + fraction
    return isNegative ? -total : total
  }

  private func address(_ text: Substring, isV4: Bool) -> [UInt8]? {
    if isV4 {
      return IPv4Address(text).map { a in
        (0..<4).map { UInt8(truncatingIfNeeded: a.value >> UInt32(24 - 8 * $0)) }
      }
    }
    let halves = text.components(around: "::")
    func groups(_ part: Substring) -> [UInt16]? {
      if part.isEmpty { return [] }
      var out: [UInt16] = []
      for group in part.split(separator: ":", omittingEmptySubsequences: false) {
        guard group.utf8.count <= 4, let value = UInt16(group, radix: 16) else { return nil }
        out.append(value)
      }
      return out
    }
    guard let head = groups(halves.0), let tail = groups(halves.1 ?? "") else { return nil }
    let missing = 8 - head.count - tail.count
    guard halves.1 == nil ? missing == 0 : missing >= 1 else { return nil }
    let all = head + Array(repeating: 0, count: missing) + tail
    return all.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] }
  }
}

extension String {
  /// Where `part` first stands.
  fileprivate func range(of part: String) -> Range<String.Index>? { firstRange(of: part) }
}

extension Substring {
  /// What stands before and after the first `mark`; nothing after when it is missing.
  fileprivate func components(around mark: String) -> (Substring, Substring?) {
    guard let range = firstRange(of: mark) else { return (self, nil) }
    return (self[..<range.lowerBound], self[range.upperBound...])
  }
}
