/// UTF-8 text that grows in place: what hot paths write columns and lines into instead of making strings.
///
/// Emptying it keeps its room, so that a buffer used again and again allocates nothing.
public struct TextBuffer: Sendable, Equatable {
  @usableFromInline internal var storage: [UInt8] = []

  /// The text as UTF-8.
  @inlinable public var bytes: [UInt8] { storage }

  /// An empty buffer with room for `capacity` octets.
  public init(capacity: Int = 0) { storage.reserveCapacity(capacity) }

  /// Octets written.
  @inlinable public var count: Int { storage.count }
  /// Whether nothing was written.
  @inlinable public var isEmpty: Bool { storage.isEmpty }
  /// The text; broken UTF-8 is repaired.
  public var text: String { String(decoding: bytes, as: UTF8.self) }

  /// Forgets the text and keeps the room.
  @inline(__always) public mutating func removeAll() { storage.removeAll(keepingCapacity: true) }

  /// Forgets what stands behind the first `count` octets.
  public mutating func truncate(to count: Int) { storage.removeSubrange(count...) }

  /// Appends a literal.
  public mutating func append(_ text: StaticString) {
    unsafe storage.append(
      contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  /// Appends text.
  public mutating func append(_ text: String) { storage.append(contentsOf: text.utf8) }

  /// Appends text.
  public mutating func append(_ text: some StringProtocol) { storage.append(contentsOf: text.utf8) }

  /// Appends octets of UTF-8.
  public mutating func append(_ octets: some Sequence<UInt8>) { storage.append(contentsOf: octets) }

  /// Appends octets of UTF-8.
  public mutating func append(_ octets: RawSpan) {
    unsafe octets.withUnsafeBytes { unsafe storage.append(contentsOf: $0) }
  }

  /// Appends one octet of ASCII.
  @inlinable public mutating func append(octet: UInt8) { storage.append(octet) }

  /// Appends `count` copies of an octet of ASCII.
  public mutating func append(octet: UInt8, count: Int) {
    if count > 0 { storage.append(contentsOf: repeatElement(octet, count: count)) }
  }

  /// Appends a number in decimal.
  public mutating func append(_ number: UInt64) {
    if number < 10 { return storage.append(UInt8(truncatingIfNeeded: 48 + number)) }
    // The digits from the last one on, in a word of sixteen octets; what is above goes before them.
    var rest = number
    if rest >= 1_0000_0000 {
      append(rest / 1_0000_0000)
      return append(eight: rest % 1_0000_0000)
    }
    var digits: UInt64 = 0
    var count = 0
    while rest > 0 {
      digits = digits << 8 | (48 + rest % 10)
      rest /= 10
      count += 1
    }
    append(word: digits, count)
  }

  /// Appends a number below 100,000,000 with all of its eight digits.
  private mutating func append(eight number: UInt64) {
    var rest = number
    var digits: UInt64 = 0
    for _ in 0..<8 {
      digits = digits << 8 | (48 + rest % 10)
      rest /= 10
    }
    append(word: digits, 8)
  }

  /// Appends the low `count` octets of a word, the lowest first.
  private mutating func append(word: UInt64, _ count: Int) {
    var word = word.littleEndian
    unsafe withUnsafeBytes(of: &word) { unsafe storage.append(contentsOf: $0.prefix(count)) }
  }

  /// Appends a number in decimal.
  @inlinable
  public mutating func append(_ number: some FixedWidthInteger) {
    if number < 0 {
      append(octet: 45)
      append(UInt64(truncatingIfNeeded: number.magnitude))
    } else {
      append(UInt64(truncatingIfNeeded: number))
    }
  }

  /// Appends a number in lower-case hex with at least `digits` digits.
  public mutating func append(hex number: UInt64, digits: Int = 1) {
    let needed = max(digits, (64 - number.leadingZeroBitCount + 3) / 4)
    for place in (0..<needed).reversed() {
      storage.append(Self.digit(place > 15 ? 0 : UInt8(truncatingIfNeeded: number >> UInt64(4 * place)) & 15))
    }
  }

  /// Appends octets in lower-case hex, `separator` between them unless nil.
  public mutating func append(hex octets: some Sequence<UInt8>, separator: UInt8? = nil) {
    var isFirst = true
    for octet in octets {
      if let separator, !isFirst { storage.append(separator) }
      isFirst = false
      storage.append(Self.digit(octet >> 4))
      storage.append(Self.digit(octet & 15))
    }
  }

  /// Appends nanoseconds as seconds with `decimals` decimals (0 to 9), cut off, not rounded, as Wireshark does.
  public mutating func append(seconds nanoseconds: Int64, decimals: Int = 9) {
    let magnitude = nanoseconds.magnitude
    if nanoseconds < 0 { storage.append(45) }
    append(magnitude / 1_000_000_000)
    guard decimals > 0 else { return }
    storage.append(46)
    let fraction = magnitude % 1_000_000_000
    append(eight: fraction / 10)
    if decimals >= 9 {
      storage.append(UInt8(truncatingIfNeeded: 48 + fraction % 10))
    } else {
      storage.removeLast(8 - decimals)
    }
  }

  /// Appends an address in dotted decimal.
  public mutating func append(_ address: IPv4Address) {
    append(UInt64(address.value >> 24))
    storage.append(46)
    append(UInt64(address.value >> 16 & 255))
    storage.append(46)
    append(UInt64(address.value >> 8 & 255))
    storage.append(46)
    append(UInt64(address.value & 255))
  }

  /// Appends the low 48 bits as six pairs of digits with colons between.
  public mutating func append(_ address: MACAddress) {
    for place in 0..<6 {
      if place > 0 { storage.append(58) }
      let octet = UInt8(truncatingIfNeeded: address.value >> UInt64(40 - 8 * place))
      storage.append(Self.digit(octet >> 4))
      storage.append(Self.digit(octet & 15))
    }
  }

  /// Appends an address by RFC 5952.
  public mutating func append(_ address: IPv6Address) {
    if address.high == 0, address.low >> 32 == 0xFFFF {
      append("::ffff:" as StaticString)
      return append(IPv4Address(UInt32(truncatingIfNeeded: address.low)))
    }
    func group(_ index: Int) -> UInt64 {
      (index < 4 ? address.high : address.low) >> UInt64(48 - 16 * (index & 3)) & 0xFFFF
    }
    var gap = 0..<0
    var start = 0
    while start < 8 {
      var end = start
      while end < 8, group(end) == 0 { end += 1 }
      if end - start > max(gap.count, 1) { gap = start..<end }
      start = max(end, start + 1)
    }
    var index = 0
    while index < 8 {
      if index == gap.lowerBound, !gap.isEmpty {
        append("::" as StaticString)
        index = gap.upperBound
        continue
      }
      if index > 0, index != gap.upperBound { storage.append(58) }
      append(hex: group(index))
      index += 1
    }
  }

  /// Appends octets in lower-case hex, `separator` between them unless nil.
  public mutating func append(hex octets: RawSpan, separator: UInt8? = nil) {
    guard octets.byteCount > 0 else { return }
    let step = separator == nil ? 2 : 3
    // Digits are made in pieces on the stack: an append for each octet would cost ten times as much.
    unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 768) { piece in
      var at = 0
      while at < octets.byteCount {
        let end = min(at + 256, octets.byteCount)
        var place = 0
        for index in at..<end {
          let octet = unsafe octets.unsafeLoad(fromUncheckedByteOffset: index, as: UInt8.self)
          let (high, low) = (octet >> 4, octet & 15)
          unsafe piece[place] = high &+ (high > 9 ? 87 : 48)
          unsafe piece[place &+ 1] = low &+ (low > 9 ? 87 : 48)
          if let separator { unsafe piece[place &+ 2] = separator }
          place &+= step
        }
        unsafe storage.append(contentsOf: UnsafeBufferPointer(rebasing: piece[..<place]))
        at = end
      }
    }
    if separator != nil { storage.removeLast() }
  }

  /// Moves what stands from `start` on to the right, so that it takes at least `width` octets.
  public mutating func pad(from start: Int, width: Int) {
    let missing = width - (storage.count - start)
    if missing > 0 { storage.insert(contentsOf: repeatElement(32, count: missing), at: start) }
  }

  private static func digit(_ nibble: UInt8) -> UInt8 { nibble < 10 ? 48 + nibble : 87 + nibble }
}
