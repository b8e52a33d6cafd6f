import CPCRE2

/// A number as filters compute with it: unsigned until a subtraction or a sign makes it negative, as in Wireshark.
struct FilterNumber: Equatable, Sendable {
  /// The bits; of a negative number, sign-extended.
  var raw: UInt64
  /// Whether it is compared and computed with as a signed one.
  var isSigned = false
  /// The bits that count in a comparison: a network's prefix.
  var mask = UInt64.max
}

/// A value of a field, of a literal or of a function, while a filter is evaluated.
enum FilterValue: Sendable {
  case number(FilterNumber)
  case octets(ArraySlice<UInt8>)
  case text(String)
  /// An IPv6 network: its octets, and how many leading bits count.
  case network([UInt8], bits: Int)

  /// The value's octets; none for a number.
  func withOctets<R>(_ body: (Span<UInt8>) -> R) -> R {
    switch self {
    case .number: body(Span())
    case .octets(let octets): body(octets.span)
    case .text(let text): body(text.utf8Span.span)
    case .network(let octets, _): body(octets.span)
    }
  }

  /// Whether it is not zero: some octet, or the number.
  var isTrue: Bool {
    if case .number(let number) = self { return number.raw != 0 }
    return withOctets { octets in
      for index in octets.indices where octets[index] != 0 { return true }
      return false
    }
  }

  /// Whether there is anything in it, as a slice that reached beyond its value has not.
  var isEmpty: Bool {
    if case .number = self { return false }
    return withOctets { $0.isEmpty }
  }

  /// How it stands to another: below 0, 0, or above; nil when a number meets a text, or a number without sign a
  /// negative one. `width` is that of numbers, in bits; it is 0 for texts. Of octets the shorter come first, as in
  /// Wireshark.
  func order(_ other: FilterValue, width: Int) -> Int? {
    switch (self, other) {
    case (.number(let a), .number(let b)): return a.order(b, width: width)
    case (.number, _), (_, .number): return nil
    case (.network(_, let bits), _), (_, .network(_, let bits)):
      return withOctets { a in other.withOctets { b in a.order(b, bits: bits) } }
    default:
      return withOctets { a in
        other.withOctets { b in
          if width != 0, a.count != b.count { return a.count < b.count ? -1 : 1 }
          return a.order(b, bits: .max)
        }
      }
    }
  }

  /// Whether `other` stands somewhere in it; an empty text stands nowhere.
  func contains(_ other: FilterValue) -> Bool {
    withOctets { hay in
      other.withOctets { needle in
        guard needle.count > 0, needle.count <= hay.count else { return false }
        return unsafe hay.withUnsafeBytes { hay in
          unsafe needle.withUnsafeBytes { needle in
            unsafe backlab_find(hay.baseAddress, hay.count, needle.baseAddress, needle.count)
          }
        }
      }
    }
  }
}

extension FilterNumber {
  /// Compares as the number on the left is: signed or not, in `width` bits.
  func order(_ other: FilterNumber, width: Int) -> Int? {
    if !isSigned, other.isSigned, Int64(bitPattern: other.raw) < 0 { return nil }
    let mask = mask & other.mask
    let a = raw & mask
    let b = other.raw & mask
    func order<T: Comparable>(_ a: T, _ b: T) -> Int { a < b ? -1 : a == b ? 0 : 1 }
    return switch (isSigned, width) {
    case (true, 32): order(Int32(truncatingIfNeeded: a), Int32(truncatingIfNeeded: b))
    case (true, _): order(Int64(bitPattern: a), Int64(bitPattern: b))
    case (false, 32): order(UInt32(truncatingIfNeeded: a), UInt32(truncatingIfNeeded: b))
    default: order(a, b)
    }
  }

  /// The number with the sign changed; nil when that does not fit.
  func negated(width: Int) -> FilterNumber? {
    let value = Int64(bitPattern: raw)
    guard isSigned || width == 32 || value >= 0, value != .min else { return nil }
    return FilterNumber(raw: UInt64(bitPattern: -value), isSigned: true)
  }

  /// The result of an operator; nil on overflow and division by zero.
  func computed(_ sign: FilterSign, _ other: FilterNumber, width: Int) -> FilterNumber? {
    if isSigned {
      return width == 32
        ? FilterNumber.compute(Int32(truncatingIfNeeded: raw), sign, Int32(truncatingIfNeeded: other.raw))
        : FilterNumber.compute(Int64(bitPattern: raw), sign, Int64(bitPattern: other.raw))
    }
    if sign == .minus {
      let a = width == 32 ? raw & 0xFFFF_FFFF : raw
      let b = width == 32 ? other.raw & 0xFFFF_FFFF : other.raw
      guard a >= b || b - a <= (width == 32 ? 0x8000_0000 : 1 << 63) else { return nil }
      return FilterNumber(raw: a &- b, isSigned: a < b)
    }
    return width == 32
      ? FilterNumber.compute(UInt32(truncatingIfNeeded: raw), sign, UInt32(truncatingIfNeeded: other.raw))
      : FilterNumber.compute(raw, sign, other.raw)
  }

  private static func compute<T: FixedWidthInteger>(_ a: T, _ sign: FilterSign, _ b: T) -> FilterNumber? {
    let (result, failed): (T, Bool) =
      switch sign {
      case .plus: a.addingReportingOverflow(b)
      case .minus: a.subtractingReportingOverflow(b)
      case .times: a.multipliedReportingOverflow(by: b)
      case .divide: a.dividedReportingOverflow(by: b)
      case .modulo: a.remainderReportingOverflow(dividingBy: b)
      default: (a & b, false)
      }
    return failed ? nil : FilterNumber(raw: UInt64(truncatingIfNeeded: result), isSigned: T.isSigned)
  }
}

extension Span<UInt8> {
  /// Compares like words in a dictionary; only the first `bits` bits when both are longer.
  func order(_ other: Span<UInt8>, bits: Int) -> Int {
    let common = Swift.min(count, other.count)
    for index in 0..<common {
      let rest = bits == .max ? 8 : bits - 8 * index
      guard rest > 0 else { return 0 }
      let mask = rest >= 8 ? 0xFF : UInt8(truncatingIfNeeded: 0xFF00 >> rest)
      let a = self[index] & mask
      let b = other[index] & mask
      if a != b { return a < b ? -1 : 1 }
    }
    return count < other.count ? -1 : count == other.count ? 0 : 1
  }
}
