/// A cursor over bytes: the only place in the project where bytes become integers.
///
/// Numbers are big-endian (network order) unless a method says otherwise. Every read is checked against what is
/// left; a failed read moves nothing. `position` is absolute in the source even in a sub-reader made by `take`.
public struct Reader: ~Escapable {
  @usableFromInline let bytes: RawSpan
  @usableFromInline let base: Int
  @usableFromInline var cursor = 0

  /// Reads `bytes` from their first octet, which stands at offset `base` of the source.
  @inlinable
  @_lifetime(copy bytes)
  public init(_ bytes: RawSpan, base: Int = 0) {
    self.bytes = bytes
    self.base = base
  }

  /// Octets not yet read.
  @inlinable public var remaining: Int { bytes.byteCount &- cursor }
  /// Whether nothing is left.
  @inlinable public var isAtEnd: Bool { remaining == 0 }
  /// Absolute offset of the next octet in the source.
  @inlinable public var position: Int { base &+ cursor }
  /// Octets this reader was made over, read or not.
  @inlinable public var count: Int { bytes.byteCount }

  /// Fails unless `size` octets are left.
  @inlinable
  public func require(_ size: Int) throws(ReadError) {
    guard size >= 0, remaining >= size else {
      throw .truncated(needed: size, available: remaining, at: position)
    }
  }

  /// Reads one unsigned integer in network order.
  @inlinable
  public mutating func read<T: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
    _ type: T.Type = T.self
  ) throws(ReadError) -> T {
    let value = try peek(T.self)
    cursor &+= MemoryLayout<T>.size
    return value
  }

  /// Reads one unsigned integer in little-endian order.
  @inlinable
  public mutating func readLittle<T: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
    _ type: T.Type = T.self
  ) throws(ReadError) -> T {
    try read(T.self).byteSwapped
  }

  /// Reads a three-octet integer in network order.
  @inlinable
  public mutating func read24() throws(ReadError) -> UInt32 {
    try require(3)
    let high = UInt32(try read(UInt16.self))
    return high << 8 | UInt32(try read(UInt8.self))
  }

  /// The integer at the cursor, or `offset` octets past it, without moving.
  @inlinable
  public func peek<T: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
    _ type: T.Type = T.self, at offset: Int = 0
  ) throws(ReadError) -> T {
    let size = MemoryLayout<T>.size
    guard offset >= 0, remaining &- offset >= size else {
      throw .truncated(needed: offset &+ size, available: remaining, at: position)
    }
    return unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: cursor &+ offset, as: T.self).bigEndian
  }

  /// Moves past `size` octets.
  @inlinable
  public mutating func skip(_ size: Int) throws(ReadError) {
    try require(size)
    cursor &+= size
  }

  /// A reader over the next `size` octets, which this one moves past.
  @inlinable
  @_lifetime(copy self)
  public mutating func take(_ size: Int) throws(ReadError) -> Reader {
    try require(size)
    let part = Reader(bytes.extracting(cursor..<(cursor &+ size)), base: position)
    cursor &+= size
    return part
  }

  /// A copy of the next `size` octets, which the reader moves past.
  @inlinable
  public mutating func bytes(_ size: Int) throws(ReadError) -> [UInt8] {
    try require(size)
    let part = bytes.extracting(cursor..<(cursor &+ size))
    cursor &+= size
    return part.copied()
  }

  /// The octets not yet read.
  @inlinable public var rest: RawSpan {
    @_lifetime(copy self) get { bytes.extracting(cursor..<bytes.byteCount) }
  }
}

extension RawSpan {
  /// The octet at `offset`, which must be in bounds.
  @inlinable
  public subscript(octet offset: Int) -> UInt8 {
    precondition(offset >= 0 && offset < byteCount, "octet offset out of bounds")
    return unsafe unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self)
  }

  /// Whether the octets are those of a literal.
  public func isEqual(to text: StaticString) -> Bool {
    guard byteCount == text.utf8CodeUnitCount else { return false }
    for i in 0..<byteCount where unsafe self[octet: i] != text.utf8Start[i] { return false }
    return true
  }

  /// The octets as an array of their own.
  @inlinable
  public func copied() -> [UInt8] {
    unsafe withUnsafeBytes { unsafe [UInt8]($0) }
  }
}
