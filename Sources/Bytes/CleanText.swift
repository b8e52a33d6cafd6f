extension TextBuffer {
  /// Appends octets as text that is safe on a terminal: control characters become their pictures, marks that change the
  /// direction of text and broken UTF-8 become U+FFFD.
  public mutating func append(clean octets: RawSpan) {
    var at = 0
    let end = octets.byteCount
    while at < end {
      let plain = at
      at = Self.plainEnd(octets, at)
      if at > plain { append(octets.extracting(plain..<at)) }
      guard at < end else { return }
      let first = octets[octet: at]
      if first < 32 {
        appendScalar(0x2400 + UInt32(first))
        at += 1
      } else if first == 127 {
        appendScalar(0x2421)
        at += 1
      } else if let (scalar, size) = Self.scalar(octets, at) {
        if Self.isSafe(scalar) {
          append(octets.extracting(at..<at + size))
        } else {
          appendScalar(0xFFFD)
        }
        at += size
      } else {
        appendScalar(0xFFFD)
        at += 1
      }
    }
  }

  /// The same for text.
  public mutating func append(clean text: String) {
    let octets = text.utf8
    unsafe append(clean: octets.span.bytes)
  }

  /// The first place from `start` on that holds no printable ASCII.
  private static func plainEnd(_ octets: RawSpan, _ start: Int) -> Int {
    var at = start
    // Eight at a time: the highest bit of an octet tells that it is not below 128, below 32, or 127.
    let ones: UInt64 = 0x0101_0101_0101_0101
    while at + 8 <= octets.byteCount {
      let word = unsafe octets.unsafeLoadUnaligned(fromUncheckedByteOffset: at, as: UInt64.self)
      let delete = word ^ (ones &* 0x7F)
      let odd = word | (word &- ones &* 0x20) & ~word | (delete &- ones) & ~delete
      if odd & (ones &* 0x80) != 0 { break }
      at += 8
    }
    while at < octets.byteCount, octets[octet: at] &- 32 < 95 { at += 1 }
    return at
  }

  /// Whether a terminal only shows a scalar above ASCII: no control character, no mark that turns text around.
  public static func isSafe(_ scalar: UInt32) -> Bool {
    switch scalar {
    case 0x80..<0xA0, 0x61C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: false
    default: true
    }
  }

  private mutating func appendScalar(_ value: UInt32) {
    append(octet: UInt8(truncatingIfNeeded: 0xE0 | value >> 12))
    append(octet: UInt8(truncatingIfNeeded: 0x80 | value >> 6 & 63))
    append(octet: UInt8(truncatingIfNeeded: 0x80 | value & 63))
  }

  /// The scalar of more than one octet at `at` and its octets; nil when they are no UTF-8 (RFC 3629 section 3).
  public static func scalar(_ octets: RawSpan, _ at: Int) -> (UInt32, Int)? {
    let first = UInt32(octets[octet: at])
    let size: Int
    let lowest: UInt32
    var scalar: UInt32
    switch first {
    case 0xC2...0xDF: (size, lowest, scalar) = (2, 0x80, first & 0x1F)
    case 0xE0...0xEF: (size, lowest, scalar) = (3, 0x800, first & 0x0F)
    case 0xF0...0xF4: (size, lowest, scalar) = (4, 0x10000, first & 0x07)
    default: return nil
    }
    guard at + size <= octets.byteCount else { return nil }
    for place in at + 1..<at + size {
      let next = octets[octet: place]
      guard next & 0xC0 == 0x80 else { return nil }
      scalar = scalar << 6 | UInt32(next & 63)
    }
    guard scalar >= lowest, scalar <= 0x10FFFF, !(0xD800...0xDFFF).contains(scalar) else { return nil }
    return (scalar, size)
  }
}
