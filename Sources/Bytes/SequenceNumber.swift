/// A TCP sequence number: 32 bits that wrap, compared by RFC 9293 section 3.4.
public struct SequenceNumber: Hashable, Sendable {
  /// The number as it stands in the header.
  public var value: UInt32

  /// Makes a sequence number of its value.
  @inlinable public init(_ value: UInt32) { self.value = value }

  /// Octets from `other` up to this number: negative when this one is older.
  @inlinable public func distance(from other: SequenceNumber) -> Int32 {
    Int32(bitPattern: value &- other.value)
  }

  /// The number `count` octets later.
  @inlinable public static func + (a: SequenceNumber, count: UInt32) -> SequenceNumber {
    SequenceNumber(a.value &+ count)
  }

  /// Older than, in RFC 9293's order.
  @inlinable public static func < (a: SequenceNumber, b: SequenceNumber) -> Bool { a.distance(from: b) < 0 }
  /// Older than or equal, in RFC 9293's order.
  @inlinable public static func <= (a: SequenceNumber, b: SequenceNumber) -> Bool { a.distance(from: b) <= 0 }
}
