import Bytes

/// What a filter compares: a field, a constant, or what is computed of them.
///
/// It has no, one or several values in a row. They are handed on one by one, so that nothing is gathered.
indirect enum FilterOperand: Sendable {
  case field(FieldRead)
  case constant(FilterValue)
  case slice(FilterOperand, [OctetRange])
  case function(FilterFunction, [FilterOperand], FilterType)
  case negative(FilterOperand, FilterType)
  case binary(FilterSign, FilterOperand, FilterOperand, FilterType)
  /// A field of the selected row: there is none.
  case nothing

  /// Calls `body` with the values in a row until it returns true; returns whether it did.
  func visit(_ tree: Dissection, _ body: (FilterValue) -> Bool) -> Bool {
    switch self {
    case .nothing: return false
    case .constant(let value): return body(value)
    case .field(let read):
      return read.visit(tree) { index in tree.filterValue(index, read).map(body) ?? false }
    case .slice(let operand, let ranges):
      if case .field(let read) = operand {
        return read.visit(tree) { index in
          guard let value = tree.filterValue(index, read, isSliced: true) else { return false }
          return body(value.slice(ranges))
        }
      }
      return operand.visit(tree) { body($0.slice(ranges)) }
    case .negative(let operand, let type):
      return operand.visit(tree) { value in
        guard case .number(let number) = value, let result = number.negated(width: type.width) else {
          return false
        }
        return body(.number(result))
      }
    case .binary(let sign, let left, let right, let type):
      return left.visit(tree) { a in
        right.visit(tree) { b in a.computed(sign, b, type).map(body) ?? false }
      }
    case .function(let function, let arguments, let type):
      return function.visit(tree, arguments, type, body)
    }
  }
}

/// The functions of the language.
enum FilterFunction: String, CaseIterable, Sendable {
  case len, count, lower, upper, string, max, min, abs

  fileprivate func visit(
    _ tree: Dissection, _ arguments: [FilterOperand], _ type: FilterType, _ body: (FilterValue) -> Bool
  ) -> Bool {
    func number(_ value: Int) -> FilterValue { .number(FilterNumber(raw: UInt64(truncatingIfNeeded: value))) }
    switch self {
    case .count:
      guard case .field(let read)? = arguments.first else { return false }
      var count = 0
      _ = read.visit(tree) { _ in
        count += 1
        return false
      }
      return count > 0 && body(number(count))
    case .len:
      guard case .field(let read)? = arguments.first else { return false }
      return read.visit(tree) { index in
        guard read.type.hasOctets, read.type.size == 0 || read.type == .ether else {
          return body(number(read.type.size))
        }
        guard let value = tree.filterValue(index, read, isSliced: true) else { return false }
        return body(number(value.withOctets { $0.count }))
      }
    case .max, .min:
      var best: FilterValue?
      for argument in arguments {
        _ = argument.visit(tree) { value in
          guard let known = best else {
            best = value
            return false
          }
          let order = known.order(value, width: type.width) ?? 0
          if self == .max ? order < 0 : order > 0 { best = value }
          return false
        }
      }
      return best.map(body) ?? false
    case .lower, .upper, .string, .abs:
      guard let argument = arguments.first else { return false }
      return argument.visit(tree) { value in
        switch (self, value) {
        case (.lower, .text), (.lower, .octets): body(value.mapped(from: 65, to: 97))
        case (.upper, .text), (.upper, .octets): body(value.mapped(from: 97, to: 65))
        case (.abs, .number(let number)):
          if number.isSigned, Int64(bitPattern: number.raw) < 0 {
            number.negated(width: type.width).map { body(.number($0)) } ?? false
          } else {
            body(value)
          }
        default: body(.text(value.words(type)))
        }
      }
    }
  }
}

extension FilterValue {
  /// Some of its octets; what follows a range that reaches beyond the value is left out, as Wireshark does.
  fileprivate func slice(_ ranges: [OctetRange]) -> FilterValue {
    if case .octets(let octets) = self, ranges.count == 1 {
      guard let range = ranges[0].resolve(octets.count) else { return .octets([]) }
      let start = octets.startIndex
      return .octets(octets[start + range.lowerBound..<start + range.upperBound])
    }
    return withOctets { octets in
      var out: [UInt8] = []
      for range in ranges {
        guard let range = range.resolve(octets.count) else { break }
        for index in range { out.append(octets[index]) }
      }
      return .octets(out[...])
    }
  }

  fileprivate func computed(_ sign: FilterSign, _ other: FilterValue, _ type: FilterType) -> FilterValue? {
    if case .number(let a) = self, case .number(let b) = other {
      return a.computed(sign, b, width: type.width).map { .number($0) }
    }
    guard sign == .bitAnd else { return nil }
    return withOctets { a in
      other.withOctets { b in
        .octets((0..<Swift.min(a.count, b.count)).map { a[$0] & b[$0] }[...])
      }
    }
  }

  /// The text with the 26 letters from one code on replaced by those from another on.
  fileprivate func mapped(from: UInt8, to: UInt8) -> FilterValue {
    withOctets { octets in
      var out: [UInt8] = []
      out.reserveCapacity(octets.count)
      for index in octets.indices {
        let octet = octets[index]
        out.append(octet >= from && octet < from + 26 ? octet - from + to : octet)
      }
      return .octets(out[...])
    }
  }

  /// What `string` makes of a value: numbers in decimal, addresses as they are written.
  fileprivate func words(_ type: FilterType) -> String {
    switch (self, type) {
    case (.number(let number), .ipv4): return IPv4Address(UInt32(truncatingIfNeeded: number.raw)).description
    case (.number(let number), _):
      return number.isSigned ? String(Int64(bitPattern: number.raw)) : String(number.raw)
    case (.octets(let octets), .ipv6): return IPv6Address(octets)?.description ?? ""
    case (.octets(let octets), _): return Hex.text(octets, separator: ":")
    case (.text(let text), _): return text
    case (.network, _): return ""
    }
  }
}
