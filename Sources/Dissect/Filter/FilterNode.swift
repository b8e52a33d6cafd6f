/// How two values are compared.
enum FilterComparison: Sendable {
  case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual, contains

  /// Whether values in this order pass: below 0, 0, or above.
  func holds(_ order: Int) -> Bool {
    switch self {
    case .equal: order == 0
    case .notEqual: order != 0
    case .less: order < 0
    case .lessOrEqual: order <= 0
    case .greater: order > 0
    case .greaterOrEqual: order >= 0
    case .contains: false
    }
  }
}

/// A filter that has been checked, as it is evaluated.
indirect enum FilterNode: Sendable {
  case always
  case present(FieldRead)
  /// A number of a field with a constant: what most filters are made of.
  case number(NumberTest)
  /// A number of a field in constant ranges.
  case ranges(NumberScan, [ClosedRange<UInt64>], FilterQuantifier)
  case compare(FilterOperand, FilterComparison, FilterOperand, width: Int, FilterQuantifier)
  case matches(FilterOperand, FilterPattern, FilterQuantifier)
  case member(FilterOperand, [(FilterOperand, FilterOperand?)], width: Int, FilterQuantifier)
  /// Not zero; of a slice, not empty.
  case truth(FilterOperand, isSlice: Bool)
  case not(FilterNode)
  case all([FilterNode])
  case any([FilterNode])

  func matches(_ tree: Dissection) -> Bool {
    switch self {
    case .always: return true
    case .present(let read): return read.visit(tree) { _ in true }
    case .number(let test): return test.matches(tree.nodes.span)
    case .ranges(let scan, let ranges, let quantifier):
      return scan.matches(tree.nodes.span, quantifier) { value in
        for range in ranges where range.contains(value) { return true }
        return false
      }
    case .not(let node): return !node.matches(tree)
    case .all(let nodes):
      for node in nodes where !node.matches(tree) { return false }
      return true
    case .any(let nodes):
      for node in nodes where node.matches(tree) { return true }
      return false
    case .truth(let operand, let isSlice): return operand.visit(tree) { isSlice ? !$0.isEmpty : $0.isTrue }
    case .matches(let operand, let pattern, let quantifier):
      return quantifier.holds(operand, tree) { pattern.matches($0) }
    case .compare(let left, let op, let right, let width, let quantifier):
      return FilterNode.compare(tree, left, op, right, width, quantifier)
    case .member(let operand, let ranges, let width, let quantifier):
      return quantifier.holds(operand, tree) { value in
        ranges.contains { low, high in
          guard let high else { return low.visit(tree) { value.order($0, width: width) == 0 } }
          return low.visit(tree) { low in
            guard (value.order(low, width: width) ?? -1) >= 0 else { return false }
            return high.visit(tree) { (value.order($0, width: width) ?? 1) <= 0 }
          }
        }
      }
    }
  }

  /// Any pair of values must pass, or all pairs; without a value on either side none does.
  private static func compare(
    _ tree: Dissection, _ left: FilterOperand, _ op: FilterComparison, _ right: FilterOperand, _ width: Int,
    _ quantifier: FilterQuantifier
  ) -> Bool {
    var isMet = false
    let wanted = quantifier == .any
    let decided = left.visit(tree) { a in
      right.visit(tree) { b in
        isMet = true
        let holds =
          op == .contains
          ? a.contains(b) : a.order(b, width: width).map(op.holds) ?? (op == .notEqual && quantifier == .all)
        return holds == wanted
      }
    }
    return isMet && decided == wanted
  }
}

extension FilterQuantifier {
  /// Whether any value of an operand passes, or all of them and at least one.
  fileprivate func holds(_ operand: FilterOperand, _ tree: Dissection, _ test: (FilterValue) -> Bool) -> Bool
  {
    var isMet = false
    let decided = operand.visit(tree) { value in
      isMet = true
      return test(value) == (self == .any)
    }
    return isMet && decided == (self == .any)
  }
}

/// Finds the numbers of a field in a row's nodes, so bent that unsigned comparison is right for all types.
struct NumberScan: Sendable {
  /// The fields that the name stands for.
  let fields: FieldSet
  /// Values are cut to this: 1 for truth values.
  private let limit: UInt64
  /// Bits that count: those of a network.
  private let mask: UInt64
  /// The sign bit for signed types.
  private let bias: UInt64

  init(_ fields: FieldSet, _ type: FilterType, mask: UInt64 = .max) {
    self.fields = fields
    self.mask = mask
    limit = type == .truth ? 1 : .max
    switch type {
    case .signed, .moment, .duration: bias = 1 << 63
    default: bias = 0
    }
  }

  /// A constant, bent as the values of nodes are.
  func bent(_ number: FilterNumber, _ type: FilterType) -> UInt64 {
    let raw = type.width == 32 && bias == 0 ? number.raw & 0xFFFF_FFFF : number.raw
    return raw & mask ^ bias
  }

  @inline(__always)
  func matches(_ nodes: Span<Node>, _ quantifier: FilterQuantifier, _ test: (UInt64) -> Bool) -> Bool {
    var isMet = false
    for index in nodes.indices where fields.contains(nodes[index].field) {
      isMet = true
      let holds = test(min(nodes[index].value, limit) & mask ^ bias)
      if holds == (quantifier == .any) { return holds }
    }
    return isMet && quantifier == .all
  }
}

/// A comparison of a field's numbers with a constant.
struct NumberTest: Sendable {
  /// Finds the numbers.
  let scan: NumberScan
  /// How they are compared.
  let comparison: FilterComparison
  /// With what, bent as they are.
  let constant: UInt64
  /// Whether one has to pass, or all.
  let quantifier: FilterQuantifier

  func matches(_ nodes: Span<Node>) -> Bool {
    let constant = constant
    return switch comparison {
    case .equal: scan.matches(nodes, quantifier) { $0 == constant }
    case .notEqual: scan.matches(nodes, quantifier) { $0 != constant }
    case .less: scan.matches(nodes, quantifier) { $0 < constant }
    case .lessOrEqual: scan.matches(nodes, quantifier) { $0 <= constant }
    case .greater: scan.matches(nodes, quantifier) { $0 > constant }
    case .greaterOrEqual: scan.matches(nodes, quantifier) { $0 >= constant }
    case .contains: false
    }
  }
}
