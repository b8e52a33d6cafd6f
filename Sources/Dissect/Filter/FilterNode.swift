import Bytes

/// How two values are compared.
enum FilterOperator: Sendable {
  case equal, notEqual, less, greater, lessOrEqual, greaterOrEqual, contains
}

/// A literal of a filter, read as the field's type asks.
enum FilterLiteral: Sendable, Equatable {
  case number(Int64)
  case seconds(Int64)
  case text(String)
  case bytes([UInt8])
  /// A network: its octets, and how many leading bits count.
  case network([UInt8], Int)

  /// Compares a field's value with this literal.
  func holds(_ value: FieldValue, _ op: FilterOperator) -> Bool {
    switch (value, self) {
    case (.number(let a), .number(let b)): op.test(a, b)
    case (.seconds(let a), .seconds(let b)): op.test(a, b)
    case (.text(let a), .text(let b)): op == .contains ? a.contains(b) : op.test(a, b)
    case (.text(let a), .bytes(let b)): op == .contains ? Array(a.utf8).holds(b) : false
    case (.bytes(let a), .text(let b)): op == .contains ? a.holds(Array(b.utf8)) : false
    case (.bytes(let a), .bytes(let b)): op == .contains ? a.holds(b) : op.test(a, b)
    case (.bytes(let a), .network(let b, let bits)): op.test(a.masked(bits), b.masked(bits))
    default: false
    }
  }
}

extension FilterOperator {
  func test<T: Comparable>(_ a: T, _ b: T) -> Bool {
    switch self {
    case .equal, .contains: a == b
    case .notEqual: a != b
    case .less: a < b
    case .greater: a > b
    case .lessOrEqual: a <= b
    case .greaterOrEqual: a >= b
    }
  }

  /// Octets compare like words in a dictionary.
  func test(_ a: [UInt8], _ b: [UInt8]) -> Bool {
    switch self {
    case .equal, .contains: a == b
    case .notEqual: a != b
    case .less: a.lexicographicallyPrecedes(b)
    case .greater: b.lexicographicallyPrecedes(a)
    case .lessOrEqual: !b.lexicographicallyPrecedes(a)
    case .greaterOrEqual: !a.lexicographicallyPrecedes(b)
    }
  }
}

extension [UInt8] {
  /// The octets with all but the first `bits` bits cleared.
  fileprivate func masked(_ bits: Int) -> [UInt8] {
    enumerated().map { index, octet in
      let kept = Swift.min(8, Swift.max(0, bits - 8 * index))
      return kept == 0 ? 0 : octet & ~UInt8(truncatingIfNeeded: 0xFF >> kept)
    }
  }

  /// Whether `part` stands somewhere in the octets.
  fileprivate func holds(_ part: [UInt8]) -> Bool {
    guard !part.isEmpty else { return true }
    guard count >= part.count else { return false }
    return (0...(count - part.count)).contains { self[$0..<$0 + part.count].elementsEqual(part) }
  }
}

/// A filter as a tree.
indirect enum FilterNode: Sendable {
  case always
  case present(FieldName)
  case compare(FieldName, FilterOperator, FilterLiteral)
  case compareFields(FieldName, FilterOperator, FieldName)
  case member(FieldName, [(FilterLiteral, FilterLiteral)])
  case not(FilterNode)
  case and(FilterNode, FilterNode)
  case or(FilterNode, FilterNode)

  /// Whether a test looks at octets or texts.
  var wantsOctets: Bool {
    switch self {
    case .always: false
    case .present(let name), .compare(let name, _, _), .member(let name, _): name.wantsOctets
    case .compareFields(let a, _, let b): a.wantsOctets || b.wantsOctets
    case .not(let node): node.wantsOctets
    case .and(let a, let b), .or(let a, let b): a.wantsOctets || b.wantsOctets
    }
  }

  func matches(_ tree: Dissection) -> Bool {
    switch self {
    case .always: return true
    case .present(let name): return !tree.nodes(named: name).isEmpty
    case .compare(let name, let op, let literal):
      let values = tree.values(named: name)
      if op == .notEqual { return !values.isEmpty && values.allSatisfy { literal.holds($0, op) } }
      return values.contains { literal.holds($0, op) }
    case .compareFields(let name, let op, let other):
      let left = tree.values(named: name)
      let right = tree.values(named: other)
      func holds(_ a: FieldValue, _ b: FieldValue) -> Bool { b.literal.holds(a, op) }
      if op == .notEqual {
        return !left.isEmpty && !right.isEmpty && left.allSatisfy { a in right.allSatisfy { holds(a, $0) } }
      }
      return left.contains { a in right.contains { holds(a, $0) } }
    case .member(let name, let ranges):
      return tree.values(named: name).contains { value in
        ranges.contains { low, high in
          low == high
            ? low.holds(value, .equal) : low.holds(value, .greaterOrEqual) && high.holds(value, .lessOrEqual)
        }
      }
    case .not(let node): return !node.matches(tree)
    case .and(let a, let b): return a.matches(tree) && b.matches(tree)
    case .or(let a, let b): return a.matches(tree) || b.matches(tree)
    }
  }
}

extension FieldName {
  /// Whether the field's value is octets or text.
  fileprivate var wantsOctets: Bool {
    key != nil || ids.contains { [.bytes, .text, .ipv6].contains(Catalogue.shared.info($0).type) }
  }
}

extension FieldValue {
  /// The value as a literal of the same type.
  fileprivate var literal: FilterLiteral {
    switch self {
    case .number(let n): .number(n)
    case .seconds(let n): .seconds(n)
    case .text(let t): .text(t)
    case .bytes(let b): .bytes(b)
    }
  }
}
