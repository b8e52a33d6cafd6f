/// UTF-8 text that grows in place: what hot paths write columns and lines into instead of making strings.
///
/// Emptying it keeps its room, so that a buffer used again and again allocates nothing.
public struct TextBuffer: Sendable {
  /// The text is its first `count` octets; those behind are room.
  @usableFromInline internal var storage: [UInt8] = []

  @usableFromInline internal var used = 0

  /// Octets written.
  @inlinable public var count: Int { used }

  /// An empty buffer with room for `capacity` octets.
  public init(capacity: Int = 0) {
    if capacity > 0 { storage = [UInt8](repeating: 0, count: capacity) }
  }

  /// The text as UTF-8, copied.
  public var bytes: [UInt8] { Array(storage.prefix(count)) }
  /// The text as UTF-8.
  public var raw: RawSpan {
    @_lifetime(borrow self) get { unsafe storage.span.bytes.extracting(first: count) }
  }
  /// Whether nothing was written.
  public var isEmpty: Bool { used == 0 }
  /// The text; broken UTF-8 is repaired.
  public var text: String { String(decoding: storage.prefix(count), as: UTF8.self) }
  /// The octet at a place, which must be less than `count`.
  public subscript(place: Int) -> UInt8 {
    precondition(place < used, "nothing was written there")
    return storage[place]
  }
  /// A copy of the octets of a range, which must have been written.
  public func octets(in range: Range<Int>) -> [UInt8] { Array(storage[range]) }
  /// A copy of the octets from a place on.
  public func octets(from place: Int) -> [UInt8] { Array(storage[place..<used]) }
  /// The octet written last; nil when there is none.
  public var last: UInt8? { count > 0 ? storage[count - 1] : nil }

  /// Forgets the text and keeps the room.
  @inline(__always) public mutating func removeAll() { used = 0 }

  /// Forgets what stands behind the first `count` octets.
  public mutating func truncate(to count: Int) { used = min(used, max(0, count)) }

  /// Takes octets out.
  public mutating func remove(_ range: Range<Int>) {
    storage.removeSubrange(range)
    used -= range.count
  }

  @inline(never) @usableFromInline
  mutating func grow(_ size: Int) {
    storage.append(contentsOf: repeatElement(0, count: max(size, storage.count, 64)))
  }

  /// Makes room for `size` more octets, which `fill` writes.
  @inline(__always) @inlinable
  mutating func put(_ size: Int, _ fill: (UnsafeMutablePointer<UInt8>) -> Void) {
    if storage.count &- used < size { grow(size) }
    let end = used
    unsafe storage.withUnsafeMutableBufferPointer { room in
      if let start = room.baseAddress { unsafe fill(start + end) }
    }
    used = end &+ size
  }

  /// Appends a literal.
  @inlinable
  public mutating func append(_ text: StaticString) {
    let size = text.utf8CodeUnitCount
    unsafe put(size) { unsafe $0.update(from: text.utf8Start, count: size) }
  }

  /// Appends text.
  public mutating func append(_ text: String) {
    var text = text
    text.withUTF8 { octets in
      guard let start = octets.baseAddress else { return }
      unsafe put(octets.count) { unsafe $0.update(from: start, count: octets.count) }
    }
  }

  /// Appends text.
  public mutating func append(_ text: some StringProtocol) { append(String(text)) }

  /// Appends octets of UTF-8.
  public mutating func append(_ octets: some Sequence<UInt8>) {
    for octet in octets { append(octet: octet) }
  }

  /// Appends octets of UTF-8.
  @inlinable
  public mutating func append(_ octets: RawSpan) {
    unsafe octets.withUnsafeBytes { octets in
      guard let start = octets.baseAddress else { return }
      unsafe put(octets.count) {
        unsafe UnsafeMutableRawPointer($0).copyMemory(from: start, byteCount: octets.count)
      }
    }
  }

  /// Appends one octet of ASCII.
  @inlinable
  public mutating func append(octet: UInt8) {
    unsafe put(1) { unsafe $0.pointee = octet }
  }

  /// Appends `count` copies of an octet of ASCII.
  @inlinable
  public mutating func append(octet: UInt8, count: Int) {
    if count > 0 { unsafe put(count) { unsafe $0.update(repeating: octet, count: count) } }
  }

  /// Moves what stands from `start` on to the right, so that it takes at least `width` octets.
  public mutating func pad(from start: Int, width: Int) {
    let size = count - start
    let missing = width - size
    guard missing > 0, size >= 0 else { return }
    unsafe put(missing) {
      unsafe ($0 - size + missing).update(from: $0 - size, count: size)
      unsafe ($0 - size).update(repeating: 32, count: missing)
    }
  }

  // MARK: Numbers

  /// `00` to `99`, one behind the other.
  private static let pairs: StaticString =
    """
    00010203040506070809101112131415161718192021222324252627282930313233343536373839\
    40414243444546474849505152535455565758596061626364656667686970717273747576777879\
    8081828384858687888990919293949596979899
    """

  /// Writes the last `count` digits of a number.
  @inline(__always)
  private static func write(_ number: UInt64, _ count: Int, to place: UnsafeMutablePointer<UInt8>) {
    var rest = number
    var at = count
    let pairs = unsafe pairs.utf8Start
    while at >= 2 {
      let pair = Int(truncatingIfNeeded: rest % 100)
      rest /= 100
      at &-= 2
      unsafe place[at] = pairs[2 &* pair]
      unsafe place[at &+ 1] = pairs[2 &* pair &+ 1]
    }
    if at == 1 { unsafe place[0] = UInt8(truncatingIfNeeded: 48 &+ rest % 10) }
  }

  /// Appends a number in decimal.
  public mutating func append(_ number: UInt64) {
    var size = 1
    var rest = number
    while rest >= 10000 {
      rest /= 10000
      size &+= 4
    }
    size &+= rest >= 1000 ? 3 : rest >= 100 ? 2 : rest >= 10 ? 1 : 0
    unsafe put(size) { unsafe Self.write(number, size, to: $0) }
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

  /// Appends nanoseconds as seconds with `decimals` decimals (0 to 9), cut off, not rounded, as Wireshark does.
  public mutating func append(seconds nanoseconds: Int64, decimals: Int = 9) {
    let magnitude = nanoseconds.magnitude
    if nanoseconds < 0 { append(octet: 45) }
    append(magnitude / 1_000_000_000)
    guard decimals > 0 else { return }
    var fraction = magnitude % 1_000_000_000
    let size = min(decimals, 9)
    for _ in size..<9 { fraction /= 10 }
    unsafe put(size + 1) {
      unsafe $0.pointee = 46
      unsafe Self.write(fraction, size, to: $0 + 1)
    }
  }

  /// Appends a number in lower-case hex with at least `digits` digits.
  public mutating func append(hex number: UInt64, digits: Int = 1) {
    let needed = max(digits, (64 - number.leadingZeroBitCount + 3) / 4)
    unsafe put(needed) {
      for place in 0..<needed {
        let shift = UInt64(4 * (needed - 1 - place))
        unsafe $0[place] = Self.digit(shift > 63 ? 0 : UInt8(truncatingIfNeeded: number >> shift) & 15)
      }
    }
  }

  /// Appends octets in lower-case hex, `separator` between them unless nil.
  public mutating func append(hex octets: RawSpan, separator: UInt8? = nil) {
    let count = octets.byteCount
    guard count > 0 else { return }
    let pairs = unsafe UnsafeRawPointer(Self.hexPairs.utf8Start)
    guard let separator else {
      return unsafe put(2 * count) {
        let place = UnsafeMutableRawPointer($0)
        for index in 0..<count {
          let octet = unsafe octets.unsafeLoad(fromUncheckedByteOffset: index, as: UInt8.self)
          unsafe place.storeBytes(
            of: Self.digits(octet, pairs).littleEndian, toByteOffset: 2 &* index, as: UInt16.self)
        }
      }
    }
    // Four octets are written for each three: one store instead of three.
    let behind = UInt32(separator) &<< 16
    unsafe put(3 * count + 1) {
      let place = UnsafeMutableRawPointer($0)
      for index in 0..<count {
        let octet = unsafe octets.unsafeLoad(fromUncheckedByteOffset: index, as: UInt8.self)
        let three = UInt32(unsafe Self.digits(octet, pairs)) | behind
        unsafe place.storeBytes(of: three.littleEndian, toByteOffset: 3 &* index, as: UInt32.self)
      }
    }
    used -= 2
  }

  /// `00` to `ff`, one behind the other.
  private static let hexPairs: StaticString =
    """
    000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\
    202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f\
    404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f\
    606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f\
    808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f\
    a0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebf\
    c0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdcdddedf\
    e0e1e2e3e4e5e6e7e8e9eaebecedeeeff0f1f2f3f4f5f6f7f8f9fafbfcfdfeff
    """

  /// Both digits of an octet, the first in the low half.
  @inline(__always)
  private static func digits(_ octet: UInt8, _ pairs: UnsafeRawPointer) -> UInt16 {
    unsafe UInt16(littleEndian: pairs.loadUnaligned(fromByteOffset: 2 &* Int(octet), as: UInt16.self))
  }

  @inline(__always)
  private static func digits(_ octet: UInt8) -> UInt16 {
    let halves = UInt16(octet >> 4) | UInt16(octet & 15) &<< 8
    let letters = (halves &+ 0x0606) >> 4 & 0x0101
    return halves &+ 0x3030 &+ letters &* 39
  }

  @inline(__always)
  private static func digit(_ nibble: UInt8) -> UInt8 { nibble &+ (nibble > 9 ? 87 : 48) }

  // MARK: Addresses

  /// Appends an address in dotted decimal.
  public mutating func append(_ address: IPv4Address) {
    append(UInt64(address.value >> 24))
    append(octet: 46)
    append(UInt64(address.value >> 16 & 255))
    append(octet: 46)
    append(UInt64(address.value >> 8 & 255))
    append(octet: 46)
    append(UInt64(address.value & 255))
  }

  /// Appends the low 48 bits as six pairs of digits with colons between.
  public mutating func append(_ address: MACAddress) {
    for place in 0..<6 {
      if place > 0 { append(octet: 58) }
      append(hex: address.value >> UInt64(40 - 8 * place) & 255, digits: 2)
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
      if index > 0, index != gap.upperBound { append(octet: 58) }
      append(hex: group(index))
      index += 1
    }
  }
}

extension TextBuffer: Equatable {
  /// Whether two buffers hold the same text, whatever their room.
  public static func == (one: TextBuffer, other: TextBuffer) -> Bool {
    one.storage.prefix(one.count) == other.storage.prefix(other.count)
  }
}
