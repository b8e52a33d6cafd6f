import Bytes

/// Block types of draft-ietf-opsawg-pcapng that we read or write.
enum BlockType {
  static let section: UInt32 = 0x0A0D_0D0A
  static let interface: UInt32 = 1
  static let packet: UInt32 = 2
  static let simplePacket: UInt32 = 3
  static let names: UInt32 = 4
  static let enhancedPacket: UInt32 = 6
  static let journal: UInt32 = 9
  static let secrets: UInt32 = 10
  static let custom: UInt32 = 0xBAD
  /// A Custom Block that programs that don't know it should leave out of the files that they make.
  static let uncopiedCustom: UInt32 = 0x4000_0BAD
  static let fate: UInt32 = 0x8000_0B01

  /// Whether the decoder looks inside.
  static func isRead(_ type: UInt32) -> Bool {
    switch type {
    case section, interface, packet, simplePacket, names, enhancedPacket, journal, secrets, custom,
      uncopiedCustom, fate:
      true
    default: false
    }
  }
}

/// A whole block at hand.
struct RawBlock: Sendable {
  var type: UInt32
  /// Offset in the file.
  var offset: Int64
  /// Where its octets stand in the window, from its type to its trailing length.
  var range: Range<Int>
  var isBig: Bool
}

/// Cuts a pcapng stream into blocks, and passes over what can't be one.
struct BlockSplitter: Sendable {
  /// A block, or something odd in its place.
  enum Piece {
    case block(RawBlock)
    case trouble(Trouble)
  }

  private enum Mode {
    /// A block begins here; `doubtful` after a block whose two lengths differ.
    case block(doubtful: Bool)
    /// The trailing length of a block that was passed over.
    case trailer(length: UInt32, offset: Int64)
    /// Looking for the next section after damage at `since`.
    case search(since: Int64)
    case ended
  }

  /// A block above this is damage.
  static let largest = 256 << 20
  /// A block above this is passed over.
  static let largestHeld = 16 << 20

  /// Whether blocks of unknown types are delivered too.
  let wantsAll: Bool
  private var mode = Mode.block(doubtful: false)
  private(set) var isBig = false

  init(wantsAll: Bool = false) { self.wantsAll = wantsAll }

  /// Whether an undamaged block begins where the window stands.
  var isAtBlock: Bool { if case .block(doubtful: false) = mode { true } else { false } }

  /// Whether nothing more can come.
  var isEnded: Bool { if case .ended = mode { true } else { false } }

  /// The next piece; nil when more octets are needed.
  mutating func next(_ window: inout Window) -> Piece? {
    while window.skip == 0 {
      switch mode {
      case .block(let doubtful):
        guard window.available >= 12 else { return nil }
        switch block(&window, doubtful: doubtful) {
        case .piece(let piece): return piece
        case .wait: return nil
        case .again: continue
        }
      case .trailer(let length, let offset):
        guard window.available >= 4 else { return nil }
        let trailing = window.word(at: 0, isBig: isBig)
        window.consume(4)
        mode = .block(doubtful: trailing != length)
        if trailing != length { return differ(length, trailing, offset) }
      case .search:
        guard search(&window) else { return nil }
        mode = .block(doubtful: false)
      case .ended:
        window.consume(window.available)
        return nil
      }
    }
    return nil
  }

  /// What a file that ends here lacks; nil when it ends between two blocks.
  func tail(_ window: Window) -> Trouble? {
    switch mode {
    case .ended: return nil
    case .search(let since):
      return Trouble(
        offset: since, text: "no further section after the damage; the rest of the file was not read",
        isEnd: true)
    case .trailer(_, let offset):
      return Trouble(
        offset: offset, text: "the file is cut off inside a block; what stands before it is kept", isEnd: true
      )
    case .block:
      guard window.available > 0 else { return nil }
      var text = "the file is cut off: \(window.available) octets of a block"
      if window.available >= 8, window.available >= 12 || window.word(at: 0, isBig: true) != BlockType.section
      {
        text += " of \(window.word(at: 4, isBig: isBig))"
      }
      return Trouble(offset: window.offset, text: text + "; what stands before it is kept", isEnd: true)
    }
  }

  private enum Step {
    case piece(Piece), wait, again
  }

  private mutating func block(_ window: inout Window, doubtful: Bool) -> Step {
    let offset = window.offset
    // The section's type reads the same in both byte orders, and its own octets say which order holds.
    if window.word(at: 0, isBig: true) == BlockType.section {
      switch window.word(at: 8, isBig: true) {
      case 0x1A2B_3C4D: isBig = true
      case 0x4D3C_2B1A: isBig = false
      default:
        window.consume(4)
        mode = .search(since: offset)
        return .piece(
          damage(offset, "a section header without a byte-order mark; looking for the next section"))
      }
    }
    let type = window.word(at: 0, isBig: isBig)
    let length = window.word(at: 4, isBig: isBig)
    if doubtful, !isPlausible(type, length) {
      mode = .search(since: offset)
      return .again
    }
    guard length >= 12, length <= Self.largest else {
      mode = .ended
      let what =
        length == 0
        ? "a block length of 0, as where a file was filled with zeros" : "a block length of \(length)"
      return .piece(damage(offset, what + "; the rest of the file was not read", isEnd: true))
    }
    guard length % 4 == 0 else {
      window.consume(4)
      mode = .search(since: offset)
      return .piece(
        damage(offset, "a block length of \(length), no multiple of 4; looking for the next section"))
    }
    let size = Int(length)
    let isTooLarge = size > Self.largestHeld && (wantsAll || BlockType.isRead(type))
    if isTooLarge || (!wantsAll && !BlockType.isRead(type)) {
      window.consume(size - 4)
      mode = .trailer(length: length, offset: offset)
      guard isTooLarge else { return .again }
      return .piece(
        damage(offset, "a block of \(size) octets, more than \(Self.largestHeld >> 20) MiB; passed over"))
    }
    guard window.available >= size else { return .wait }
    let trailing = window.word(at: size - 4, isBig: isBig)
    let range = window.start..<window.start + size
    window.consume(size)
    guard trailing == length else {
      mode = .block(doubtful: true)
      return .piece(differ(length, trailing, offset))
    }
    mode = .block(doubtful: false)
    return .piece(.block(RawBlock(type: type, offset: offset, range: range, isBig: isBig)))
  }

  private func isPlausible(_ type: UInt32, _ length: UInt32) -> Bool {
    length >= 12 && length % 4 == 0 && length <= Self.largest && BlockType.isRead(type)
  }

  private func damage(_ offset: Int64, _ text: String, isEnd: Bool = false) -> Piece {
    .trouble(Trouble(offset: offset, text: text, isEnd: isEnd))
  }

  private func differ(_ leading: UInt32, _ trailing: UInt32, _ offset: Int64) -> Piece {
    damage(offset, "a block's leading length is \(leading) and its trailing length \(trailing); passed over")
  }

  /// Moves to the next section header, if it is at hand.
  private func search(_ window: inout Window) -> Bool {
    while window.available >= 12 {
      if window.word(at: 0, isBig: true) == BlockType.section {
        let mark = window.word(at: 8, isBig: true)
        let length = window.word(at: 4, isBig: mark == 0x1A2B_3C4D)
        let isMarked = mark == 0x1A2B_3C4D || mark == 0x4D3C_2B1A
        if isMarked, length >= 28, length % 4 == 0, length <= Self.largestHeld { return true }
      }
      window.consume(1)
    }
    return false
  }
}
