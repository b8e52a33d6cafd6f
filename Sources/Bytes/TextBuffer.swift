/// UTF-8 text that grows in place: what hot paths write columns and lines into instead of making strings.
///
/// Emptying it keeps its room, so that a buffer used again and again allocates nothing.
public struct TextBuffer: Sendable, Equatable {
  /// The text as UTF-8.
  public private(set) var bytes: [UInt8] = []

  /// An empty buffer with room for `capacity` octets.
  public init(capacity: Int = 0) { bytes.reserveCapacity(capacity) }

  /// Octets written.
  @inlinable public var count: Int { bytes.count }
  /// Whether nothing was written.
  @inlinable public var isEmpty: Bool { bytes.isEmpty }
  /// The text; broken UTF-8 is repaired.
  public var text: String { String(decoding: bytes, as: UTF8.self) }

  /// Forgets the text and keeps the room.
  @inline(__always) public mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

  /// Forgets what stands behind the first `count` octets.
  public mutating func truncate(to count: Int) { bytes.removeSubrange(count...) }

  /// Appends a literal.
  public mutating func append(_ text: StaticString) {
    unsafe bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  /// Appends text.
  public mutating func append(_ text: some StringProtocol) { bytes.append(contentsOf: text.utf8) }

  /// Appends octets of UTF-8.
  public mutating func append(_ octets: some Sequence<UInt8>) { bytes.append(contentsOf: octets) }

  /// Appends octets of UTF-8.
  public mutating func append(_ octets: RawSpan) {
    unsafe octets.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
  }

  /// Appends one octet of ASCII.
  @inline(__always) public mutating func append(octet: UInt8) { bytes.append(octet) }

  /// Appends `count` copies of an octet of ASCII.
  public mutating func append(octet: UInt8, count: Int) {
    if count > 0 { bytes.append(contentsOf: repeatElement(octet, count: count)) }
  }

  /// Appends a number in decimal.
  public mutating func append(_ number: UInt64) {
    if number < 10 { return bytes.append(UInt8(truncatingIfNeeded: 48 + number)) }
    var rest = number
    var digits: UInt128 = 0
    var count = 0
    // Up to twenty digits, the last one in the low octet first: sixteen fit in the word, the rest go before them.
    var high: UInt64 = 0
    if rest >= 10_000_000_000_000_000 {
      high = rest / 10_000_000_000_000_000
      rest %= 10_000_000_000_000_000
      append(high)
    }
    while rest > 0 || (high > 0 && count < 16) {
      digits = digits << 8 | UInt128(48 + rest % 10)
      rest /= 10
      count += 1
    }
    for _ in 0..<count {
      bytes.append(UInt8(truncatingIfNeeded: digits))
      digits >>= 8
    }
  }

  /// Appends a number in decimal.
  public mutating func append(_ number: some FixedWidthInteger) {
    if let number = UInt64(exactly: number) { return append(number) }
    bytes.append(45)
    append(UInt64(number.magnitude))
  }

  /// Appends a number in lower-case hex with at least `digits` digits.
  public mutating func append(hex number: UInt64, digits: Int = 1) {
    let needed = max(digits, (64 - number.leadingZeroBitCount + 3) / 4)
    for place in (0..<needed).reversed() {
      bytes.append(Self.digit(place > 15 ? 0 : UInt8(truncatingIfNeeded: number >> UInt64(4 * place)) & 15))
    }
  }

  /// Appends octets in lower-case hex, `separator` between them unless nil.
  public mutating func append(hex octets: some Sequence<UInt8>, separator: UInt8? = nil) {
    var isFirst = true
    for octet in octets {
      if let separator, !isFirst { bytes.append(separator) }
      isFirst = false
      bytes.append(Self.digit(octet >> 4))
      bytes.append(Self.digit(octet & 15))
    }
  }

  /// Appends nanoseconds as seconds with `decimals` decimals (0 to 9), cut off, not rounded, as Wireshark does.
  public mutating func append(seconds nanoseconds: Int64, decimals: Int = 9) {
    let magnitude = nanoseconds.magnitude
    if nanoseconds < 0 { bytes.append(45) }
    append(magnitude / 1_000_000_000)
    guard decimals > 0 else { return }
    bytes.append(46)
    var unit: UInt64 = 100_000_000
    let fraction = magnitude % 1_000_000_000
    for _ in 0..<min(decimals, 9) {
      bytes.append(UInt8(truncatingIfNeeded: 48 + fraction / unit % 10))
      unit /= 10
    }
  }

  /// Appends an address in dotted decimal.
  public mutating func append(_ address: IPv4Address) {
    append(UInt64(address.value >> 24))
    bytes.append(46)
    append(UInt64(address.value >> 16 & 255))
    bytes.append(46)
    append(UInt64(address.value >> 8 & 255))
    bytes.append(46)
    append(UInt64(address.value & 255))
  }

  /// Moves what stands from `start` on to the right, so that it takes at least `width` octets.
  public mutating func pad(from start: Int, width: Int) {
    let missing = width - (bytes.count - start)
    if missing > 0 { bytes.insert(contentsOf: repeatElement(32, count: missing), at: start) }
  }

  private static func digit(_ nibble: UInt8) -> UInt8 { nibble < 10 ? 48 + nibble : 87 + nibble }
}
