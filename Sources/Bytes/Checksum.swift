/// The Internet checksum, RFC 1071: the one's complement of the one's complement sum of 16-bit words.
public struct Checksum: Sendable {
  @usableFromInline var sum: UInt64 = 0

  /// A sum of nothing.
  public init() {}

  /// Adds octets; an odd count is padded with a zero, so only the last piece may be odd.
  public mutating func add(_ octets: RawSpan) {
    var i = 0
    let count = octets.byteCount
    while i + 1 < count {
      sum &+= UInt64(octets[octet: i]) << 8 | UInt64(octets[octet: i + 1])
      i += 2
    }
    if i < count { sum &+= UInt64(octets[octet: i]) << 8 }
  }

  /// Adds one 16-bit word.
  public mutating func add(_ word: UInt16) { sum &+= UInt64(word) }

  /// The checksum of what was added: 0 over data that contains its own valid checksum.
  public var value: UInt16 {
    var folded = sum
    while folded >> 16 != 0 { folded = folded & 0xFFFF + folded >> 16 }
    return ~UInt16(truncatingIfNeeded: folded)
  }
}
