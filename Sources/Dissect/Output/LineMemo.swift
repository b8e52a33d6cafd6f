import Bytes

/// Lines printed before, kept to be copied: nine of ten lines of a capture say what one of an earlier row said.
///
/// Only lines that follow from nothing but a field, its value, length and depth may be kept: those of fields with
/// `FieldTraits.steadyLine` and `steadyValue`. A third of a megabyte, whatever the capture; of two lines that fall on
/// one place the later stays.
struct LineMemo {
  /// All that a kept line follows from.
  struct Key: Equatable {
    private let value: UInt64
    private let length: UInt32
    private let plate: UInt16
    private let depth: UInt8

    /// The key of a line that stands `depth` levels deep.
    init(_ line: Listing.Line, depth: UInt8) {
      (value, length) = (line.node.value, line.node.length)
      (plate, self.depth) = (line.plate, depth)
    }

    /// Where its line is kept.
    @inline(__always) fileprivate var place: Int {
      let mixed = (value ^ UInt64(plate) &<< 40 ^ UInt64(depth) &<< 56) &* 0x9E37_79B9_7F4A_7C15
      return Int(truncatingIfNeeded: mixed >> UInt64(64 - LineMemo.bits))
    }
  }

  fileprivate static let bits = 11
  /// Octets that are kept before all is forgotten: what a processor has at hand.
  private static let most = 1 << 17

  private struct Entry {
    var key: Key
    var start: UInt32
    var size: UInt32
  }

  private var entries = [Entry?](repeating: nil, count: 1 << bits)
  private var kept = TextBuffer(capacity: 2 * most)

  /// Appends the line of `key` if it is kept.
  @inline(__always)
  func append(_ key: Key, to text: inout TextBuffer) -> Bool {
    guard let entry = entries[key.place], entry.key == key else { return false }
    let start = Int(entry.start)
    text.append(kept.raw.extracting(start..<start &+ Int(entry.size)))
    return true
  }

  /// Keeps what stands in `text` from `start` on as the line of `key`.
  mutating func keep(_ key: Key, from start: Int, of text: TextBuffer) {
    if kept.count > Self.most {
      kept.removeAll()
      for index in entries.indices { entries[index] = nil }
    }
    entries[key.place] = Entry(key: key, start: UInt32(kept.count), size: UInt32(text.count - start))
    kept.append(text.raw.extracting(start..<text.count))
  }
}
