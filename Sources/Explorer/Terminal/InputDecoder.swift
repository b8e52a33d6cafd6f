/// Bytes of a terminal into keys: a pure function with a memory of the bytes that are not whole yet.
///
/// Nothing that arrives can leak as text: a sequence that is not known is swallowed whole. ESC alone stays undecided
/// until more arrives or `flush` is called, some 25 ms later.
struct InputDecoder: Sendable {
  private var buffer: [UInt8] = []
  private var pasted: [UInt8]?
  /// Octets of a pasted text that are kept; more is dropped.
  static let pasteLimit = 1 << 20
  /// Octets of a control sequence before it is given up.
  private static let sequenceLimit = 64
  /// Octets of a control string (OSC, DCS) before it is given up.
  private static let stringLimit = 4096

  init() {}

  /// Whether bytes wait that `flush` would decide.
  var isWaiting: Bool { !buffer.isEmpty }

  /// Takes bytes and returns what is whole.
  mutating func push(_ bytes: some Sequence<UInt8>) -> [Input] {
    buffer += bytes
    return drain(final: false)
  }

  /// Decides what waited too long: ESC is the Escape key, half a sequence is dropped.
  mutating func flush() -> [Input] { drain(final: true) }

  private enum Step {
    case input(Input?, Int)
    case pasteBegins(Int)
    case incomplete
  }

  private mutating func drain(final: Bool) -> [Input] {
    var inputs: [Input] = []
    var position = 0
    while position < buffer.count {
      if pasted != nil {
        guard takePaste(&position, final: final, into: &inputs) else { break }
        continue
      }
      switch step(buffer[position...]) {
      case .input(let input, let count):
        if let input { inputs.append(input) }
        position += count
      case .pasteBegins(let count):
        position += count
        pasted = []
      case .incomplete:
        guard final else {
          buffer.removeFirst(position)
          return inputs
        }
        // A lone ESC was the key; the rest of a broken sequence means nothing.
        if buffer[position] == 0x1B, buffer.count - position == 1 {
          inputs.append(.key(KeyPress(.escape)))
        } else if buffer[position] == 0x1B, buffer.count - position == 2 {
          inputs.append(.key(KeyPress(.character(Unicode.Scalar(buffer[position + 1])), .alt)))
        } else if buffer[position] >= 0x80 {
          inputs.append(.key(KeyPress(.character("\u{FFFD}"))))
        }
        position = buffer.count
      }
    }
    buffer.removeFirst(min(position, buffer.count))
    return inputs
  }

  private static let pasteEnd: [UInt8] = Array("\u{1B}[201~".utf8)

  /// Moves pasted bytes over; false when more must come.
  private mutating func takePaste(_ position: inout Int, final: Bool, into inputs: inout [Input]) -> Bool {
    let end = Self.pasteEnd
    var text = pasted ?? []
    while position < buffer.count {
      let rest = buffer[position...]
      if rest.starts(with: end) {
        position += end.count
        inputs.append(.paste(String(decoding: text, as: UTF8.self)))
        pasted = nil
        return true
      }
      // What may be the beginning of the end waits for its other half.
      if !final, rest.count < end.count, end.starts(with: rest) { break }
      if text.count < Self.pasteLimit { text.append(buffer[position]) }
      position += 1
    }
    pasted = text
    return false
  }

  private func step(_ bytes: ArraySlice<UInt8>) -> Step {
    let first = bytes[bytes.startIndex]
    switch first {
    case 0x1B: return escape(bytes)
    case 0x0D, 0x0A: return .input(.key(KeyPress(.enter)), 1)
    case 0x09: return .input(.key(KeyPress(.tab)), 1)
    case 0x7F, 0x08: return .input(.key(KeyPress(.backspace)), 1)
    case 0: return .input(.key(KeyPress(.character(" "), .control)), 1)
    case 1...26: return .input(.key(KeyPress(.character(Unicode.Scalar(first + 0x60)), .control)), 1)
    case 27...31: return .input(.key(KeyPress(.character(Unicode.Scalar(first + 0x40)), .control)), 1)
    case 0x20..<0x7F: return .input(.key(KeyPress(.character(Unicode.Scalar(first)))), 1)
    default: return scalar(bytes)
    }
  }

  /// One scalar of UTF-8 beyond ASCII; a bad octet is U+FFFD and counts one.
  private func scalar(_ bytes: ArraySlice<UInt8>) -> Step {
    let first = bytes[bytes.startIndex]
    let length: Int
    switch first {
    case 0xC2...0xDF: length = 2
    case 0xE0...0xEF: length = 3
    case 0xF0...0xF4: length = 4
    default: return .input(.key(KeyPress(.character("\u{FFFD}"))), 1)
    }
    let available = bytes.prefix(length)
    if let bad = available.dropFirst().firstIndex(where: { $0 & 0xC0 != 0x80 }) {
      return .input(.key(KeyPress(.character("\u{FFFD}"))), bad - bytes.startIndex)
    }
    guard available.count == length else { return .incomplete }
    let scalars = String(decoding: available, as: UTF8.self).unicodeScalars
    return .input(.key(KeyPress(.character(scalars.first ?? "\u{FFFD}"))), length)
  }

  private func escape(_ bytes: ArraySlice<UInt8>) -> Step {
    let start = bytes.startIndex
    guard bytes.count > 1 else { return .incomplete }
    switch bytes[start + 1] {
    case 0x1B: return .input(.key(KeyPress(.escape)), 1)
    case UInt8(ascii: "["): return control(bytes)
    case UInt8(ascii: "O"):
      guard bytes.count > 2 else { return .incomplete }
      let final = bytes[start + 2]
      guard (0x20..<0x7F).contains(final) else { return .input(nil, 2) }
      return .input(Self.named(final: final).map { .key(KeyPress($0)) }, 3)
    case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "_"), UInt8(ascii: "^"):
      for index in (start + 2)..<max(start + 2, bytes.endIndex) {
        if bytes[index] == 0x07 { return .input(nil, index + 1 - start) }
        if bytes[index] == 0x1B {
          guard index + 1 < bytes.endIndex else { return .incomplete }
          return .input(nil, index - start + (bytes[index + 1] == UInt8(ascii: "\\") ? 2 : 0))
        }
        if index - start > Self.stringLimit { return .input(nil, index - start) }
      }
      return .incomplete
    default:
      switch step(bytes.dropFirst()) {
      case .input(.key(var press)?, let count):
        press.modifiers.insert(.alt)
        return .input(.key(press), count + 1)
      case .input(let other, let count): return .input(other, count + 1)
      case .pasteBegins(let count): return .pasteBegins(count + 1)
      case .incomplete: return .incomplete
      }
    }
  }

  /// A control sequence: ESC [ parameters final.
  private func control(_ bytes: ArraySlice<UInt8>) -> Step {
    let start = bytes.startIndex
    var index = start + 2
    while index < bytes.endIndex, (0x20..<0x40).contains(bytes[index]) {
      index += 1
      if index - start > Self.sequenceLimit { return .input(nil, index - start) }
    }
    guard index < bytes.endIndex else { return .incomplete }
    let final = bytes[index]
    let count = index + 1 - start
    // The Linux console's function keys: ESC [ [ A.
    if final == UInt8(ascii: "["), count == 3 {
      guard index + 1 < bytes.endIndex else { return .incomplete }
      let letter = bytes[index + 1]
      let number = Int(letter) - 0x40
      return .input(1...5 ~= number ? .key(KeyPress(.function(number))) : nil, letter == 0x1B ? 3 : 4)
    }
    guard (0x40..<0x7F).contains(final) else { return .input(nil, index - start) }
    let parameters = bytes[(start + 2)..<index]
    if final == UInt8(ascii: "M"), parameters.isEmpty { return oldMouse(bytes) }
    if final == UInt8(ascii: "~"), parameters.elementsEqual("200".utf8) { return .pasteBegins(count) }
    return .input(sequence(parameters, final), count)
  }

  private func oldMouse(_ bytes: ArraySlice<UInt8>) -> Step {
    guard bytes.count >= 6 else { return .incomplete }
    let base = bytes.startIndex + 3
    let values = (0..<3).map { Int(bytes[base + $0]) - 32 }
    return .input(Self.mouse(code: values[0], x: values[1], y: values[2], release: values[0] & 3 == 3), 6)
  }

  private func sequence(_ parameters: ArraySlice<UInt8>, _ final: UInt8) -> Input? {
    let isMouse = parameters.first == UInt8(ascii: "<")
    let numbers = (isMouse ? parameters.dropFirst() : parameters)
      .split(separator: UInt8(ascii: ";"), maxSplits: 7, omittingEmptySubsequences: false)
      .map { part -> Int in
        // A subparameter after a colon says nothing that we use.
        part.prefix { $0 != UInt8(ascii: ":") }.reduce(0) { value, digit in
          (0x30...0x39).contains(digit) ? min(value * 10 + Int(digit - 0x30), 1 << 24) : value
        }
      }
    let second = numbers.count > 1 ? numbers[1] : 1
    if isMouse {
      guard numbers.count == 3, final == UInt8(ascii: "M") || final == UInt8(ascii: "m") else { return nil }
      return Self.mouse(
        code: numbers[0], x: numbers[1], y: numbers[2], release: final == UInt8(ascii: "m"))
    }
    let modifiers = Modifiers(rawValue: UInt8(clamping: max(0, second - 1)) & 7)
    switch final {
    case UInt8(ascii: "I"): return .focus(true)
    case UInt8(ascii: "O"): return .focus(false)
    case UInt8(ascii: "Z"): return .key(KeyPress(.tab, .shift))
    case UInt8(ascii: "t") where numbers.count >= 3 && numbers[0] == 48:
      return .resize(columns: numbers[2], lines: numbers[1])
    case UInt8(ascii: "~"): return Self.tilde(numbers.first ?? 0).map { .key(KeyPress($0, modifiers)) }
    case UInt8(ascii: "u"): return Self.unicode(numbers.first ?? 0, modifiers)
    default:
      guard parameters.allSatisfy({ (0x30...0x3B).contains($0) }) else { return nil }
      return Self.named(final: final).map { .key(KeyPress($0, modifiers)) }
    }
  }

  private static func named(final: UInt8) -> Key? {
    switch Character(Unicode.Scalar(final)) {
    case "A": .up
    case "B": .down
    case "C": .right
    case "D": .left
    case "H": .home
    case "F": .end
    case "M": .enter
    case "P": .function(1)
    case "Q": .function(2)
    case "R": .function(3)
    case "S": .function(4)
    default: nil
    }
  }

  private static func tilde(_ number: Int) -> Key? {
    switch number {
    case 1, 7: .home
    case 2: .insert
    case 3: .delete
    case 4, 8: .end
    case 5: .pageUp
    case 6: .pageDown
    case 11...15: .function(number - 10)
    case 17...21: .function(number - 11)
    case 23, 24: .function(number - 12)
    default: nil
    }
  }

  /// A key in the kitty protocol's form.
  private static func unicode(_ code: Int, _ modifiers: Modifiers) -> Input? {
    switch code {
    case 13: return .key(KeyPress(.enter, modifiers))
    case 9: return .key(KeyPress(.tab, modifiers))
    case 27: return .key(KeyPress(.escape, modifiers))
    case 127: return .key(KeyPress(.backspace, modifiers))
    case 32...:
      guard let scalar = Unicode.Scalar(UInt32(clamping: code)), !(0xE000...0xF8FF).contains(code),
        !(0x7F..<0xA0).contains(code)
      else { return nil }
      return .key(KeyPress(.character(scalar), modifiers))
    default: return nil
    }
  }

  private static func mouse(code: Int, x: Int, y: Int, release: Bool) -> Input? {
    guard x > 0, y > 0 else { return nil }
    var modifiers: Modifiers = []
    if code & 4 != 0 { modifiers.insert(.shift) }
    if code & 8 != 0 { modifiers.insert(.alt) }
    if code & 16 != 0 { modifiers.insert(.control) }
    let action: Mouse.Action
    var button = code & 3
    if code & 64 != 0 {
      action = [.wheelUp, .wheelDown, .wheelLeft, .wheelRight][button]
      button = 0
    } else if release {
      action = .release
    } else {
      action = code & 32 != 0 ? .drag : .press
    }
    return .mouse(Mouse(action: action, button: button, x: x - 1, y: y - 1, modifiers: modifiers))
  }
}
