/// Appends numbers and bytes; the inverse of `Reader`. Network order unless a method says otherwise.
public struct Writer: Sendable {
  /// What was written so far.
  public private(set) var bytes: [UInt8]

  /// An empty writer with room for `capacity` octets.
  public init(capacity: Int = 256) {
    bytes = []
    bytes.reserveCapacity(capacity)
  }

  /// Octets written.
  public var count: Int { bytes.count }

  /// Appends one integer in network order.
  public mutating func write<T: FixedWidthInteger & UnsignedInteger>(_ value: T) {
    var shift = T.bitWidth
    while shift > 0 {
      shift -= 8
      bytes.append(UInt8(truncatingIfNeeded: value >> T(shift)))
    }
  }

  /// Appends one integer in little-endian order.
  public mutating func writeLittle<T: FixedWidthInteger & UnsignedInteger>(_ value: T) {
    write(value.byteSwapped)
  }

  /// Appends octets as they are.
  public mutating func write(_ octets: some Sequence<UInt8>) { bytes.append(contentsOf: octets) }

  /// Appends octets as they are.
  public mutating func write(_ octets: RawSpan) {
    unsafe octets.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
  }

  /// Appends the UTF-8 of `text`.
  public mutating func write(_ text: String) { bytes.append(contentsOf: text.utf8) }

  /// Appends `count` zero octets.
  public mutating func writeZeros(_ count: Int) { bytes.append(contentsOf: repeatElement(0, count: count)) }

  /// Overwrites four octets at `offset` with `value` in network order, once a length is known.
  public mutating func patch(_ value: UInt32, at offset: Int) {
    for i in 0..<4 { bytes[offset + i] = UInt8(truncatingIfNeeded: value >> UInt32(24 - 8 * i)) }
  }

  /// Forgets what was written and keeps the room.
  public mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }
}
