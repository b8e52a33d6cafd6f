/// A 48-bit IEEE 802 address; text as Wireshark prints it (`02:00:00:00:00:0c`).
public struct MACAddress: Hashable, Sendable, CustomStringConvertible {
  /// The address in the low 48 bits, first octet highest.
  public var value: UInt64

  /// Makes an address of the low 48 bits of `value`.
  public init(_ value: UInt64) { self.value = value & 0xFFFF_FFFF_FFFF }

  /// The six octets in wire order.
  public var octets: [UInt8] { (0..<6).map { UInt8(truncatingIfNeeded: value >> (40 - 8 * $0)) } }

  /// Six pairs of lower-case hex digits joined by colons.
  public var description: String {
    var text = TextBuffer(capacity: 17)
    text.append(self)
    return text.text
  }
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
  public var description: String {
    var text = TextBuffer(capacity: 15)
    text.append(self)
    return text.text
  }
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

  /// RFC 5952: lower case, no leading zeros, the longest run of two or more zero groups as `::`, first such run
  /// wins; IPv4-mapped addresses end in dotted decimal.
  public var description: String {
    var text = TextBuffer(capacity: 39)
    text.append(self)
    return text.text
  }
}
