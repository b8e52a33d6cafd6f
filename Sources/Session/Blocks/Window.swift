import Bytes

/// The octets pushed and not yet used, and where in the file they stand.
///
/// Octets to be passed over are counted, never held, so a length that a header claims costs nothing.
struct Window: Sendable {
  /// Room of which the octets from `start` to `end` are used.
  private(set) var bytes: [UInt8] = []
  /// Index in `bytes` of the next octet, and behind the last one.
  private(set) var start = 0
  private(set) var end = 0
  /// Offset in the file of the next octet.
  private(set) var offset: Int64 = 0
  /// Octets still to be passed over that were not pushed yet.
  private(set) var skip: Int64 = 0

  /// Octets at hand.
  var available: Int { end - start }

  mutating func push(_ new: [UInt8]) {
    guard !new.isEmpty else { return }
    _ = unsafe read(new.count) { room in
      unsafe room.copyBytes(from: new)
      return new.count
    }
  }

  /// Adds the octets, at most `count`, that `fill` writes and counts.
  mutating func read(_ count: Int, _ fill: (UnsafeMutableRawBufferPointer) -> Int) -> Int {
    makeRoom(count)
    let first = end
    let size = unsafe bytes.withUnsafeMutableBytes { room in
      unsafe fill(UnsafeMutableRawBufferPointer(rebasing: room[first..<first + count]))
    }
    end += size
    // Only an empty window waits for octets to be passed over.
    let passed = Int(min(skip, Int64(size)))
    skip -= Int64(passed)
    offset += Int64(passed)
    start += passed
    return size
  }

  /// Makes room for `count` octets behind the last one, where those before the next one are free.
  private mutating func makeRoom(_ count: Int) {
    if start == end {
      (start, end) = (0, 0)
    } else if start > end / 2 || end + count > bytes.count && start > 0 {
      let (from, size) = (start, available)
      unsafe bytes.withUnsafeMutableBytes { room in
        guard let base = room.baseAddress else { return }
        unsafe base.copyMemory(from: base + from, byteCount: size)
      }
      (start, end) = (0, size)
    }
    let missing = end + count - bytes.count
    if missing > 0 { bytes.append(contentsOf: repeatElement(0, count: missing)) }
  }

  /// Moves past `count` octets, also those yet to come. The octets stay in `bytes` until the next push.
  mutating func consume(_ count: Int) {
    let here = min(count, available)
    start += here
    offset += Int64(here)
    skip += Int64(count - here)
  }

  /// The number `at` octets past the next one, which must be at hand.
  func word(at: Int, isBig: Bool) -> UInt32 {
    let i = start + at
    let (a, b, c, d) = (UInt32(bytes[i]), UInt32(bytes[i + 1]), UInt32(bytes[i + 2]), UInt32(bytes[i + 3]))
    return isBig ? a << 24 | b << 16 | c << 8 | d : d << 24 | c << 16 | b << 8 | a
  }
}

extension Reader {
  /// The next number in a section's byte order.
  mutating func number<T: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
    _ type: T.Type = T.self, isBig: Bool
  ) throws(ReadError) -> T {
    isBig ? try read(T.self) : try readLittle(T.self)
  }
}

extension RawSpan {
  /// Text up to the first NUL, broken UTF-8 repaired.
  var text: String {
    let octets = copied()
    return String(decoding: octets.prefix { $0 != 0 }, as: UTF8.self)
  }
}

extension String {
  /// One line: control characters become spaces.
  var oneLine: String {
    guard utf8.contains(where: { $0 < 32 || $0 == 127 }) || unicodeScalars.contains(where: { $0.isC1 }) else {
      return self
    }
    var out = String.UnicodeScalarView()
    for scalar in unicodeScalars {
      out.append(scalar.value < 32 || scalar.value == 127 || scalar.isC1 ? " " : scalar)
    }
    return String(out)
  }
}

extension Unicode.Scalar {
  fileprivate var isC1: Bool { (0x80...0x9F).contains(value) }
}
