/// A 48-bit IEEE 802 address; text as Wireshark prints it (`02:00:00:00:00:0c`).
public struct MACAddress: Hashable, Sendable, CustomStringConvertible {
  /// The address in the low 48 bits, first octet highest.
  public var value: UInt64

  /// Makes an address of the low 48 bits of `value`.
  public init(_ value: UInt64) { self.value = value & 0xFFFF_FFFF_FFFF }

  /// The six octets in wire order.
  public var octets: [UInt8] { (0..<6).map { UInt8(truncatingIfNeeded: value >> (40 - 8 * $0)) } }

  /// Six pairs of lower-case hex digits joined by colons.
  public var description: String { Hex.text(octets, separator: ":") }
}

/// A 32-bit Internet address, RFC 791; text in dotted decimal.
public struct IPv4Address: Hashable, Sendable, CustomStringConvertible {
  /// The address in host order: 192.0.2.1 is `0xC000_0201`.
  public var value: UInt32

  /// Makes an address of a host-order number.
  public init(_ value: UInt32) { self.value = value }

  /// Parses dotted decimal with four parts; nil for anything else.
  public init?(_ text: some StringProtocol) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    var value: UInt32 = 0
    for part in parts {
      guard part.count <= 3, part.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }), let octet = UInt8(part) else {
        return nil
      }
      value = value << 8 | UInt32(octet)
    }
    self.value = value
  }

  /// Dotted decimal.
  public var description: String { "\(value >> 24).\(value >> 16 & 255).\(value >> 8 & 255).\(value & 255)" }
}

/// A 128-bit Internet address, RFC 4291; text by RFC 5952.
public struct IPv6Address: Hashable, Sendable, CustomStringConvertible {
  /// The first and the last 64 bits in host order.
  public var high: UInt64, low: UInt64

  /// Makes an address of its two halves.
  public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// The eight 16-bit groups, first group first.
  public var groups: [UInt16] {
    (0..<8).map { (i: Int) -> UInt16 in
      let half = i < 4 ? high : low
      return UInt16(truncatingIfNeeded: half >> UInt64(48 - 16 * (i % 4)))
    }
  }

  /// RFC 5952: lower case, no leading zeros, the longest run of two or more zero groups as `::`, first such run
  /// wins; IPv4-mapped addresses end in dotted decimal.
  public var description: String {
    if high == 0, low >> 32 == 0xFFFF { return "::ffff:\(IPv4Address(UInt32(truncatingIfNeeded: low)))" }
    let groups = self.groups
    var best = 0..<0
    var start = 0
    while start < 8 {
      guard groups[start] == 0 else {
        start += 1
        continue
      }
      var end = start
      while end < 8, groups[end] == 0 { end += 1 }
      if end - start > best.count, end - start >= 2 { best = start..<end }
      start = end
    }
    func text(_ range: Range<Int>) -> String {
      range.map { String(groups[$0], radix: 16) }.joined(separator: ":")
    }
    return best.isEmpty ? text(0..<8) : "\(text(0..<best.lowerBound))::\(text(best.upperBound..<8))"
  }
}
