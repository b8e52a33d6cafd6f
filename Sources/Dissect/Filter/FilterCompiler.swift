import Bytes
import Session

/// Checks a filter, and makes of it what is evaluated. It refuses what Wireshark refuses, with the column and a way out.
struct FilterCompiler {
  /// What a filter touches of a row.
  struct Needs: Sendable {
    /// The fields that it names.
    var fields: Set<FieldID> = []
    /// Whether it reads octets of the row's sources.
    var octets = false
  }

  /// A checked value: how it is found, and its type.
  struct Typed {
    var operand: FilterOperand
    var type: FilterType
    /// A field's own description: for names of values.
    var info: FieldInfo?
    /// Whether octets were cut out of it.
    var isSlice = false
  }

  /// What was found so far.
  private(set) var needs = Needs()

  mutating func node(_ test: FilterTest) throws(FilterError) -> FilterNode {
    switch test {
    case .not(let inner): return .not(try node(inner))
    case .all(let tests): return .all(try nodes(tests))
    case .any(let tests): return .any(try nodes(tests))
    case .truth(let expression): return try truth(expression)
    case .compare(let left, let sign, let column, let right, let quantifier):
      return try comparison(left, sign, column, right, quantifier)
    case .member(let left, let ranges, let quantifier): return try member(left, ranges, quantifier ?? .any)
    }
  }

  private mutating func nodes(_ tests: [FilterTest]) throws(FilterError) -> [FilterNode] {
    var nodes: [FilterNode] = []
    for test in tests { nodes.append(try node(test)) }
    return nodes
  }

  private mutating func truth(_ expression: FilterExpression) throws(FilterError) -> FilterNode {
    if case .reference = expression.kind {
      throw FilterError(column: expression.column, text: "a value alone is no test: compare it with a field")
    }
    if case .call(let name, _) = expression.kind {
      _ = try value(expression)
      throw FilterError(column: expression.column, text: "\(name)() is always there: compare what it gives")
    }
    let found = try value(expression)
    if case .field(let read) = found.operand, !found.isSlice { return .present(read) }
    readOctets(found.operand)
    return .truth(found.operand, isSlice: found.isSlice)
  }
}

// MARK: Comparisons

extension FilterCompiler {
  private mutating func comparison(
    _ left: FilterExpression, _ sign: FilterSign, _ column: Int, _ right: FilterExpression,
    _ quantifier: FilterQuantifier?
  ) throws(FilterError) -> FilterNode {
    var a = try value(left)
    guard a.type != .label else {
      throw FilterError(
        column: column, text: "\(name(a)) is a heading, which has no value to compare: write it alone")
    }
    let isSearch = sign == .contains || sign == .matches
    guard !isSearch || a.type.canBeSearched else {
      throw FilterError(
        column: column, text: "\(name(a)) is \(a.type.words), in which nothing can be searched: use string()")
    }
    if isSearch, case .field(var read) = a.operand {
      read.isSearched = true
      a.operand = .field(read)
    }
    if sign == .matches {
      guard case .text(let pattern) = right.kind else {
        throw FilterError(column: right.column, text: "a pattern stands in quotation marks: \"…\" or r\"…\"")
      }
      readOctets(a.operand)
      return .matches(a.operand, try FilterPattern(pattern, column: right.column), quantifier ?? .any)
    }
    var b = try partner(right, of: a, isSearch: sign == .contains)
    try match(&a, &b, right.column)
    let (op, usual) = FilterCompiler.operation(sign)
    if let fast = number(a, op, b.operand, quantifier ?? usual) { return fast }
    readOctets(a.operand)
    readOctets(b.operand)
    return .compare(a.operand, op, b.operand, width: a.type.width, quantifier ?? usual)
  }

  private static func operation(_ sign: FilterSign) -> (FilterComparison, FilterQuantifier) {
    switch sign {
    case .notEqual: (.notEqual, .all)
    case .allEqual: (.equal, .all)
    case .anyNotEqual: (.notEqual, .any)
    case .less: (.less, .any)
    case .lessOrEqual: (.lessOrEqual, .any)
    case .greater: (.greater, .any)
    case .greaterOrEqual: (.greaterOrEqual, .any)
    case .contains: (.contains, .any)
    default: (.equal, .any)
    }
  }

  /// The quick test of a field's numbers with a constant, when it is one.
  private func number(
    _ a: Typed, _ op: FilterComparison, _ b: FilterOperand, _ quantifier: FilterQuantifier
  ) -> FilterNode? {
    guard op != .contains, a.type.isScalar, case .field(let read) = a.operand, read.key == nil,
      read.layers == nil,
      case .constant(let value) = b, let constant = FilterCompiler.scalar(value, a.type)
    else { return nil }
    let scan = NumberScan(read.fields, a.type, mask: constant.mask)
    return .number(
      NumberTest(scan: scan, comparison: op, constant: scan.bent(constant, a.type), quantifier: quantifier))
  }

  /// A constant as a number; a MAC address is one of 48 bits. Nil for a negative one where values have no sign: it
  /// can't be compared with.
  private static func scalar(_ value: FilterValue, _ type: FilterType) -> FilterNumber? {
    switch (value, type) {
    case (.number(let number), .signed), (.number(let number), .moment), (.number(let number), .duration):
      number
    case (.number(let number), _): number.isSigned && Int64(bitPattern: number.raw) < 0 ? nil : number
    case (.octets(let octets), .ether) where octets.count == 6:
      FilterNumber(raw: octets.reduce(0) { $0 << 8 | UInt64($1) })
    default: nil
    }
  }

  private mutating func member(
    _ left: FilterExpression, _ ranges: [(FilterExpression, FilterExpression?)],
    _ quantifier: FilterQuantifier
  ) throws(FilterError) -> FilterNode {
    let a = try value(left)
    guard case .field(let read) = a.operand, !a.isSlice else {
      throw FilterError(column: left.column, text: "only a field can be looked up in a set")
    }
    guard a.type != .label else {
      throw FilterError(column: left.column, text: "\(name(a)) is a heading, which has no value to compare")
    }
    var operands: [(FilterOperand, FilterOperand?)] = []
    var constants: [ClosedRange<UInt64>] = []
    let scan = NumberScan(read.fields, a.type)
    for (low, high) in ranges {
      let first = try element(low, of: a)
      let last = try high.map { (high) throws(FilterError) in try element(high, of: a) }
      operands.append((first, last))
      guard let from = constant(first, scan, a.type), let to = constant(last ?? first, scan, a.type) else {
        continue
      }
      // A range that ends before it begins holds nothing: it is one more entry that no value is in.
      if from <= to { constants.append(from...to) } else { constants.append(UInt64.max...UInt64.max) }
    }
    if a.type.isScalar, read.key == nil, read.layers == nil, constants.count == operands.count {
      return .ranges(scan, constants.filter { $0 != UInt64.max...UInt64.max }, quantifier)
    }
    readOctets(a.operand)
    return .member(a.operand, operands, width: a.type.width, quantifier)
  }

  private mutating func element(_ expression: FilterExpression, of a: Typed) throws(FilterError)
    -> FilterOperand
  {
    var a = a
    var b = try partner(expression, of: a, isSearch: false)
    try match(&a, &b, expression.column)
    readOctets(b.operand)
    return b.operand
  }

  private func constant(_ operand: FilterOperand, _ scan: NumberScan, _ type: FilterType) -> UInt64? {
    guard case .constant(let value) = operand, let number = FilterCompiler.scalar(value, type),
      number.mask == .max
    else {
      return nil
    }
    return scan.bent(number, type)
  }

  /// Holds two values to types that can be compared: octets that were cut out make octets of the other side too.
  private func match(_ a: inout Typed, _ b: inout Typed, _ column: Int) throws(FilterError) {
    if a.type.agrees(with: b.type) { return }
    if case .constant = b.operand { return }
    let whole = [OctetRange(start: 0, end: .open)]
    if b.isSlice, a.type.hasOctets {
      a = Typed(operand: .slice(a.operand, whole), type: .octets(isProtocol: false), isSlice: true)
    } else if a.isSlice, b.type.hasOctets {
      b = Typed(operand: .slice(b.operand, whole), type: .octets(isProtocol: false), isSlice: true)
    } else {
      throw FilterError(
        column: column,
        text: "\(name(a)) is \(a.type.words) and \(name(b)) is \(b.type.words): they can't be compared")
    }
  }
}

// MARK: Values

extension FilterCompiler {
  /// The name of a value for an error.
  private func name(_ value: Typed) -> String { value.info?.name ?? "this" }

  /// Notes that the octets of fields are read.
  private mutating func readOctets(_ operand: FilterOperand) {
    switch operand {
    case .constant, .nothing, .function(.count, _, _): break
    case .field(let read): if !read.type.isScalar || read.type == .ether { needs.octets = true }
    case .slice: needs.octets = true
    case .negative(let inner, _): readOctets(inner)
    case .binary(_, let left, let right, _):
      readOctets(left)
      readOctets(right)
    case .function(.len, let arguments, _):
      if case .field(let read)? = arguments.first, !read.type.isScalar { needs.octets = true }
    case .function(_, let arguments, _): for argument in arguments { readOctets(argument) }
    }
  }

  /// A value that must be a field, or made of one: what a test begins with.
  private mutating func value(_ expression: FilterExpression) throws(FilterError) -> Typed {
    switch expression.kind {
    case .word(let word), .field(let word): return try field(word, expression.column)
    case .layers(let inner, let ranges):
      var found = try value(inner)
      guard case .field(var read) = found.operand else {
        throw FilterError(column: expression.column, text: "only a field has layers")
      }
      read.layers = ranges
      found.operand = .field(read)
      return found
    case .slice(let inner, let ranges):
      let found = try value(inner)
      if case .nothing = found.operand {
        throw FilterError(column: expression.column, text: "a field of the selected row can't be cut")
      }
      guard found.type.hasOctets else {
        throw FilterError(
          column: expression.column, text: "\(name(found)) is \(found.type.words), which has no octets to cut"
        )
      }
      return Typed(
        operand: .slice(found.operand, ranges), type: .octets(isProtocol: false), info: found.info,
        isSlice: true)
    case .call(let name, let arguments): return try call(name, arguments, expression.column)
    case .negative(let inner):
      let found = try value(inner)
      guard found.type.isNumber || found.type == .duration else {
        throw FilterError(
          column: expression.column, text: "\(self.name(found)) is \(found.type.words), which has no sign")
      }
      return Typed(operand: .negative(found.operand, found.type), type: found.type, info: found.info)
    case .binary(let sign, let left, let right):
      let a = try value(left)
      return try binary(sign, a, right, expression.column)
    case .reference(let word): return try reference(word, expression.column)
    case .value, .text, .character:
      throw FilterError(column: expression.column, text: "a test begins with a field, not with a value")
    }
  }

  private mutating func binary(
    _ sign: FilterSign, _ a: Typed, _ right: FilterExpression, _ column: Int
  ) throws(FilterError) -> Typed {
    guard a.type.allows(sign) else {
      throw FilterError(
        column: column, text: "\(name(a)) is \(a.type.words), which \(sign.text) can't be used on")
    }
    var plain = a
    plain.info = nil
    let b = try operand(right, of: plain)
    guard a.type.agrees(with: b.type) else {
      throw FilterError(
        column: right.column,
        text: "\(name(a)) is \(a.type.words) and \(name(b)) is \(b.type.words): they can't be computed with")
    }
    if case .constant(let x) = a.operand, case .constant(let y) = b.operand {
      guard case .number(let first) = x, case .number(let second) = y else {
        throw FilterError(column: column, text: "\(sign.text) can't be used on these values")
      }
      guard let result = first.computed(sign, second, width: a.type.width) else {
        throw FilterError(column: column, text: "the result does not fit, or the divisor is 0")
      }
      return Typed(operand: .constant(.number(result)), type: a.type)
    }
    return Typed(operand: .binary(sign, a.operand, b.operand, a.type), type: a.type, info: a.info)
  }

  /// What is computed with: no text and no character constant.
  private mutating func operand(_ expression: FilterExpression, of a: Typed) throws(FilterError) -> Typed {
    switch expression.kind {
    case .text, .character:
      throw FilterError(
        column: expression.column, text: "a text can't be computed with: write a number or octets")
    default: return try partner(expression, of: a, isSearch: false)
    }
  }

  private mutating func field(_ word: String, _ column: Int) throws(FilterError) -> Typed {
    guard let found = known(word) else {
      let near = FieldName.nearest(word).map { "; did you mean \($0)?" } ?? ""
      throw FilterError(column: column, text: "“\(Clean.text(word))” is no field\(near)")
    }
    return found
  }

  /// The field of a name, if there is one.
  private mutating func known(_ word: String) -> Typed? {
    guard let name = FieldName(word), let id = name.ids.first else { return nil }
    let info = Catalogue.shared.info(id)
    let type = name.key == nil ? FilterType(info) : .loose
    for id in name.ids { needs.fields.insert(id) }
    if name.key != nil { needs.octets = true }
    return Typed(
      operand: .field(FieldRead(fields: FieldSet(name.ids), type: type, key: name.key)), type: type,
      info: name.key == nil ? info : nil)
  }

  /// What a value is compared or computed with: a field, or a literal as the value's type asks.
  private mutating func partner(_ expression: FilterExpression, of a: Typed, isSearch: Bool)
    throws(FilterError) -> Typed
  {
    let literal = FilterLiteral(type: a.type, info: a.info, isSearch: isSearch, column: expression.column)
    switch expression.kind {
    case .word(let word):
      if let known = known(word), !isOwnWord(known, a) { return known }
      return Typed(operand: .constant(try literal.word(word)), type: a.type)
    case .value(let word):
      return Typed(operand: .constant(try literal.word(word, isValue: true)), type: a.type)
    case .text(let octets): return Typed(operand: .constant(try literal.text(octets)), type: a.type)
    case .character(let octet): return Typed(operand: .constant(try literal.character(octet)), type: a.type)
    case .reference(let word): return try reference(word, expression.column)
    case .negative(let inner):
      guard a.type.isNumber || a.type == .duration || a.type == .loose else {
        throw FilterError(column: expression.column, text: "\(name(a)) is \(a.type.words), which has no sign")
      }
      let found = try partner(inner, of: a, isSearch: isSearch)
      guard case .constant(.number(let number)) = found.operand else {
        return Typed(operand: .negative(found.operand, found.type), type: found.type, info: found.info)
      }
      guard let result = number.negated(width: a.type.width) else {
        throw FilterError(column: expression.column, text: "the number is too large to change its sign")
      }
      return Typed(operand: .constant(.number(result)), type: a.type)
    case .binary(let sign, let left, let right):
      var plain = a
      plain.info = nil
      let first = try operand(left, of: plain)
      return try binary(sign, first, right, expression.column)
    case .field, .layers, .slice, .call: return try value(expression)
    }
  }

  /// A field of the selected row; there is none, so it has no value.
  private mutating func reference(_ word: String, _ column: Int) throws(FilterError) -> Typed {
    guard var found = known(String(word.prefix { $0 != "#" })) else {
      throw FilterError(column: column, text: "“\(Clean.text(word))” is no field, and there are no macros")
    }
    found.operand = .nothing
    return found
  }

  /// Whether a word that names one of our kinds of events is meant as a text, or as the name of a number's value:
  /// `process.what == kernel`, `arp.opcode == request`.
  private func isOwnWord(_ known: Typed, _ a: Typed) -> Bool {
    guard a.type == .text || a.type == .loose || a.type.isScalar, case .octets(isProtocol: true) = known.type
    else {
      return false
    }
    return EventKind.allCases.contains { $0.rawValue == known.info?.name }
  }

  private mutating func call(_ name: String, _ arguments: [FilterExpression], _ column: Int)
    throws(FilterError) -> Typed
  {
    guard let function = FilterFunction(rawValue: name) else {
      let near = NearName.nearest(to: name, among: FilterFunction.allCases.map(\.rawValue))
      throw FilterError(
        column: column,
        text: "“\(Clean.text(name))” is no function\(near.map { "; did you mean \($0)?" } ?? "")")
    }
    guard let first = arguments.first, arguments.count == 1 || function == .max || function == .min else {
      throw FilterError(
        column: column, text: "\(name)() takes \(arguments.isEmpty ? "a field" : "one field")")
    }
    let a = try value(first)
    var operands = [a.operand]
    for argument in arguments.dropFirst() {
      let b = try partner(argument, of: a, isSearch: false)
      guard b.type == a.type else {
        throw FilterError(column: argument.column, text: "all that \(name)() compares has the same type")
      }
      operands.append(b.operand)
    }
    var isField = false
    if case .field = a.operand, !a.isSlice { isField = true }
    func check(_ fits: Bool, _ what: String) throws(FilterError) {
      guard fits else { throw FilterError(column: first.column, text: "\(name)() takes \(what)") }
    }
    var type = a.type
    switch function {
    case .len, .count:
      try check(isField, "a field")
      type = .unsigned(bits: 32)
    case .lower, .upper: try check(isField && (a.type == .text || a.type == .loose), "a field that is a text")
    case .string:
      let hasWords = a.type.isNumber || a.type == .ether || a.type == .ipv4 || a.type == .ipv6
      try check(isField && hasWords, "a field that is a number or an address")
      return Typed(operand: .function(function, operands, a.type), type: .text)
    case .abs:
      try check(a.type.isNumber || a.type == .duration || a.type == .truth, "a number or a duration")
    case .max, .min: try check(a.type != .label, "fields that have a value")
    }
    return Typed(operand: .function(function, operands, a.type), type: type)
  }
}
