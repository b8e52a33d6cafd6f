internal import CNcurses
internal import Viz

/// What each style is on a terminal: attributes, and a colour on the terminal's own background.
struct StyleTable {
  /// Attributes and colour pair by `Style.rawValue`.
  private(set) var looks: [(attributes: attr_t, pair: Int16)] = []

  /// How many colours may be used.
  enum Colours: Sendable { case none, eight, many }

  /// A style's attributes and its colours, -1 for none.
  private static func look(_ style: Style) -> (attributes: attr_t, eight: Int16, many: Int16) {
    switch style {
    case .plain: (BACKLAB_A_NORMAL, -1, -1)
    case .title: (BACKLAB_A_BOLD, -1, -1)
    case .dim: (BACKLAB_A_DIM, -1, -1)
    case .strong: (BACKLAB_A_BOLD, -1, -1)
    case .focus: (BACKLAB_A_BOLD, 6, 37)
    case .selected: (BACKLAB_A_REVERSE, -1, -1)
    case .key: (BACKLAB_A_BOLD, 6, 37)
    case .good: (BACKLAB_A_NORMAL, 2, 71)
    case .warning: (BACKLAB_A_BOLD, 3, 172)
    case .bad: (BACKLAB_A_BOLD, 1, 160)
    case .client: (BACKLAB_A_NORMAL, 6, 37)
    case .server: (BACKLAB_A_NORMAL, 5, 133)
    case .kernel: (BACKLAB_A_NORMAL, 3, 136)
    case .wire: (BACKLAB_A_NORMAL, -1, 245)
    case .link: (BACKLAB_A_UNDERLINE, -1, -1)
    case .code: (BACKLAB_A_NORMAL, 2, 71)
    }
  }

  /// Makes the pairs; call once after `newterm`, with colours started.
  init(_ colours: Colours) {
    var pair: Int16 = 1
    for style in Style.allCases {
      let look = Self.look(style)
      let colour =
        switch colours {
        case .none: Int16(-1)
        case .eight: look.eight
        case .many: look.many
        }
      guard colour >= 0 else {
        looks.append((look.attributes, 0))
        continue
      }
      init_pair(pair, colour, -1)
      looks.append((look.attributes, pair))
      pair += 1
    }
  }

  /// The look of a style.
  subscript(style: Style) -> (attributes: attr_t, pair: Int16) { looks[Int(style.rawValue)] }
}

/// What stands for scalars that a terminal without UTF-8 can't show.
enum Ascii {
  /// An ASCII scalar for any.
  static func scalar(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    switch scalar.value {
    case 0x20..<0x7F: scalar
    case 0x2500, 0x2501, 0x2504, 0x2505, 0x2508, 0x254C, 0x2550, 0x2010...0x2015, 0x2212: "-"
    case 0x2502, 0x2503, 0x2506, 0x2507, 0x250A, 0x254E, 0x2551: "|"
    case 0x250C...0x254B, 0x2552...0x2570: "+"
    case 0x2190, 0x25C0, 0x25C2: "<"
    case 0x2192, 0x25B6, 0x25B8: ">"
    case 0x2191, 0x25B2, 0x25B4: "^"
    case 0x2193, 0x25BC, 0x25BE: "v"
    case 0x2588...0x2593, 0x25A0: "#"
    case 0x2018, 0x2019: "'"
    case 0x201C, 0x201D: "\""
    case 0x2022, 0xB7, 0x25CF, 0x2026: "."
    case 0xD7, 0x2715, 0x2717: "x"
    case 0x2713: "v"
    default: "?"
    }
  }
}
