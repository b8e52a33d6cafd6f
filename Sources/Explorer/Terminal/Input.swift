/// What comes from the terminal.
enum Input: Sendable, Equatable {
  /// A key with its modifiers.
  case key(KeyPress)
  /// Text that was pasted, as one piece, repaired UTF-8.
  case paste(String)
  /// A mouse button or wheel.
  case mouse(Mouse)
  /// The terminal's window got the focus, or lost it.
  case focus(Bool)
  /// The terminal told its size in band.
  case resize(columns: Int, lines: Int)
}

/// A key without its modifiers.
enum Key: Hashable, Sendable {
  case character(Unicode.Scalar)
  case enter, tab, backspace, escape, up, down, left, right, home, end, pageUp, pageDown, insert, delete
  case function(Int)
}

/// Keys held with another.
struct Modifiers: OptionSet, Hashable, Sendable {
  let rawValue: UInt8
  static let shift = Modifiers(rawValue: 1)
  static let alt = Modifiers(rawValue: 2)
  static let control = Modifiers(rawValue: 4)
}

/// A key as it was pressed. Written `q`, `Space`, `C-d`, `S-Tab`, `F9`, `Enter`.
struct KeyPress: Hashable, Sendable {
  var key: Key
  var modifiers: Modifiers = []

  init(_ key: Key, _ modifiers: Modifiers = []) {
    self.key = key
    self.modifiers = modifiers
  }

  private static let names: [(String, Key)] = [
    ("Enter", .enter), ("Tab", .tab), ("Backspace", .backspace), ("Esc", .escape), ("Up", .up),
    ("Down", .down),
    ("Left", .left), ("Right", .right), ("Home", .home), ("End", .end), ("PgUp", .pageUp),
    ("PgDn", .pageDown),
    ("Ins", .insert), ("Del", .delete), ("Space", .character(" ")),
  ]

  /// Reads the written form; nil when it is none.
  init?(name: String) {
    var rest = Substring(name)
    var modifiers: Modifiers = []
    while rest.count > 2, let second = rest.dropFirst().first, second == "-" {
      switch rest.first {
      case "C": modifiers.insert(.control)
      case "A": modifiers.insert(.alt)
      case "S": modifiers.insert(.shift)
      default: return nil
      }
      rest = rest.dropFirst(2)
    }
    if let found = Self.names.first(where: { $0.0 == rest }) {
      self.init(found.1, modifiers)
    } else if rest.unicodeScalars.count == 1, let scalar = rest.unicodeScalars.first {
      self.init(.character(scalar), modifiers)
    } else if rest.first == "F", let number = Int(rest.dropFirst()), 1...24 ~= number {
      self.init(.function(number), modifiers)
    } else {
      return nil
    }
  }

  /// The written form.
  var name: String {
    var text = ""
    if modifiers.contains(.control) { text += "C-" }
    if modifiers.contains(.alt) { text += "A-" }
    if modifiers.contains(.shift) { text += "S-" }
    switch key {
    case .character(" "): text += "Space"
    case .character(let scalar): text.unicodeScalars.append(scalar)
    case .function(let number): text += "F\(number)"
    default: text += Self.names.first { $0.1 == key }?.0 ?? ""
    }
    return text
  }
}

/// A mouse event, in cells from 0.
struct Mouse: Hashable, Sendable {
  enum Action: Hashable, Sendable { case press, release, drag, wheelUp, wheelDown, wheelLeft, wheelRight }
  var action: Action
  /// 0 left, 1 middle, 2 right.
  var button: Int
  var x: Int, y: Int
  var modifiers: Modifiers = []
}
