/// What a terminal of the xterm kind shows, as text: enough of ECMA-48 to follow what ncurses writes for it. Styles and
/// replies are left out; a sequence that is not known changes nothing.
public struct TextScreen {
  private let width: Int
  private let height: Int
  private var cells: [[Character]]
  private var x = 0
  private var y = 0
  private var top = 0
  private var bottom: Int
  private var last: Character = " "
  private var state = State.text
  private var parameters = ""
  private var scalarBytes: [UInt8] = []
  /// How many frames were finished: ends of a synchronized update (mode 2026).
  public private(set) var frames = 0
  /// Whether a frame has begun and not ended.
  public private(set) var isPainting = false

  private enum State { case text, escape, sequence, string, charset }

  /// An empty screen.
  public init(columns: Int = 80, lines: Int = 24) {
    width = columns
    height = lines
    bottom = lines - 1
    cells = Array(repeating: Array(repeating: " ", count: columns), count: lines)
  }

  /// The lines, without the blanks at their ends.
  public var lines: [String] {
    cells.map { row in
      String(row[...(row.lastIndex { $0 != " " } ?? -1)])
    }
  }

  /// Whether a line has this text.
  public func shows(_ text: String) -> Bool { lines.contains { $0.contains(text) } }

  /// Takes what the program wrote.
  public mutating func take(_ bytes: some Sequence<UInt8>) { for byte in bytes { take(byte) } }

  private mutating func take(_ byte: UInt8) {
    switch state {
    case .charset: state = .text
    case .string:
      if byte == 7 { state = .text } else if byte == 0x1B { state = .escape }
    case .escape: escape(byte)
    case .sequence:
      if byte >= 0x40 {
        state = .text
        control(byte)
      } else {
        parameters.unicodeScalars.append(Unicode.Scalar(byte))
      }
    case .text: text(byte)
    }
  }

  private mutating func escape(_ byte: UInt8) {
    state = .text
    switch byte {
    case 0x5B:
      parameters = ""
      state = .sequence
    case 0x5D, 0x50, 0x5F, 0x5E: state = .string
    case 0x28, 0x29: state = .charset
    case 0x4D: if y == top { scroll(-1, from: top) } else { y = max(0, y - 1) }
    default: break
    }
  }

  private mutating func text(_ byte: UInt8) {
    switch byte {
    case 0x1B: state = .escape
    case 8: x = max(0, x - 1)
    case 9: x = min(width - 1, (x / 8 + 1) * 8)
    case 10: if y == bottom { scroll(1, from: top) } else { y = min(height - 1, y + 1) }
    case 13: x = 0
    case 0..<32: break
    default:
      scalarBytes.append(byte)
      let length = byte < 0x80 ? 1 : scalarBytes[0] >= 0xF0 ? 4 : scalarBytes[0] >= 0xE0 ? 3 : 2
      guard scalarBytes.count >= length || byte < 0x80 else { return }
      put(String(decoding: scalarBytes, as: UTF8.self).first ?? " ")
      scalarBytes = []
    }
  }

  private mutating func put(_ character: Character) {
    // At the edge the next line waits until something is to be put there.
    if x >= width {
      x = 0
      if y == bottom { scroll(1, from: top) } else { y = min(height - 1, y + 1) }
    }
    cells[y][x] = character
    last = character
    x += 1
  }

  /// Moves the lines from `first` to the region's end up by `count`, or down by as many less than 0.
  private mutating func scroll(_ count: Int, from first: Int) {
    guard first <= bottom else { return }
    let blank = Array(repeating: Character(" "), count: width)
    for _ in 0..<min(abs(count), height) {
      if count > 0 {
        cells.remove(at: first)
        cells.insert(blank, at: bottom)
      } else {
        cells.remove(at: bottom)
        cells.insert(blank, at: first)
      }
    }
  }

  private mutating func erase(_ row: Int, _ from: Int, _ end: Int) {
    for column in max(0, from)..<max(max(0, from), min(end, width)) { cells[row][column] = " " }
  }

  private mutating func control(_ final: UInt8) {
    if parameters.hasPrefix("?") {
      if parameters == "?2026" {
        isPainting = final == 0x68
        if !isPainting { frames += 1 }
      }
      if parameters == "?1049" { for row in 0..<height { erase(row, 0, width) } }
      return
    }
    let numbers = parameters.split(separator: ";", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
    let first = numbers.first ?? 0
    let count = min(max(1, first), 1000)
    x = min(x, width - 1)
    switch final {
    case 0x41: y = max(0, y - count)
    case 0x42: y = min(height - 1, y + count)
    case 0x43: x = min(width - 1, x + count)
    case 0x44: x = max(0, x - count)
    case 0x47: x = min(width, count) - 1
    case 0x64: y = min(height, count) - 1
    case 0x48, 0x66:
      y = min(height, count) - 1
      x = min(width, max(1, numbers.count > 1 ? numbers[1] : 1)) - 1
    case 0x4A:
      for row in 0..<height where first == 2 || first == 0 && row > y || first == 1 && row < y {
        erase(row, 0, width)
      }
      if first < 2 { erase(y, first == 0 ? x : 0, first == 0 ? width : x + 1) }
    case 0x4B: erase(y, first == 0 ? x : 0, first == 1 ? x + 1 : width)
    case 0x58: erase(y, x, x + count)
    case 0x40:
      cells[y].insert(contentsOf: repeatElement(" ", count: min(count, width - x)), at: x)
      cells[y].removeLast(cells[y].count - width)
    case 0x50:
      cells[y].removeSubrange(x..<min(width, x + count))
      cells[y] += repeatElement(" ", count: width - cells[y].count)
    case 0x4C: scroll(-count, from: y)
    case 0x4D: scroll(count, from: y)
    case 0x62: for _ in 0..<count { put(last) }
    case 0x72:
      let end = numbers.count > 1 && numbers[1] > 0 ? numbers[1] : height
      (top, bottom) = (min(height, count) - 1, min(height, end) - 1)
      if top > bottom { (top, bottom) = (0, height - 1) }
      (x, y) = (0, 0)
    default: break
    }
  }
}
