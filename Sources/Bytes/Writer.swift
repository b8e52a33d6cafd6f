/// Appends numbers and bytes; the inverse of `Reader`. Network order unless a method says otherwise.
public struct Writer: Sendable {
  @usableFromInline internal var storage: [UInt8]

  /// What was written so far.
  @inlinable public var bytes: [UInt8] { storage }

  /// An empty writer with room for `capacity` octets.
  public init(capacity: Int = 256) {
    storage = []
    storage.reserveCapacity(capacity)
  }

  /// Octets written.
  @inlinable public var count: Int { storage.count }

  /// Appends one integer in network order.
  @inlinable
  public mutating func write<T: FixedWidthInteger & UnsignedInteger>(_ value: T) {
    var shift = T.bitWidth
    while shift > 0 {
      shift -= 8
      storage.append(UInt8(truncatingIfNeeded: value >> T(shift)))
    }
  }

  /// Appends one integer in little-endian order.
  @inlinable
  public mutating func writeLittle<T: FixedWidthInteger & UnsignedInteger>(_ value: T) {
    write(value.byteSwapped)
  }

  /// Appends octets as they are.
  @inlinable
  public mutating func write(_ octets: some Sequence<UInt8>) { storage.append(contentsOf: octets) }

  /// Appends octets as they are.
  @inlinable
  public mutating func write(_ octets: RawSpan) {
    unsafe octets.withUnsafeBytes { unsafe storage.append(contentsOf: $0) }
  }

  /// Appends the UTF-8 of `text`.
  @inlinable
  public mutating func write(_ text: String) { storage.append(contentsOf: text.utf8) }

  /// Appends `count` zero octets.
  @inlinable
  public mutating func writeZeros(_ count: Int) { storage.append(contentsOf: repeatElement(0, count: count)) }

  /// Overwrites four octets at `offset` with `value` in network order, once a length is known.
  @inlinable
  public mutating func patch(_ value: UInt32, at offset: Int) {
    for i in 0..<4 { storage[offset + i] = UInt8(truncatingIfNeeded: value >> UInt32(24 - 8 * i)) }
  }

  /// Forgets what was written and keeps the room.
  @inlinable
  public mutating func removeAll() { storage.removeAll(keepingCapacity: true) }
}
