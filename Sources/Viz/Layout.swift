/// The parts of a run screen.
public enum PaneID: Sendable, Hashable, CaseIterable {
  /// Lesson, step, mode and time.
  case title
  /// What the step says.
  case text
  /// The exchange.
  case ladder
  /// Queue and WHY.
  case kernelLine
  /// Listeners, sockets and counters.
  case kernel
  /// The tree of a frame.
  case tree
  /// Its octets.
  case hex
  /// System calls.
  case syscalls
  /// Who does what.
  case work
  /// What can be turned.
  case knobs
  /// The run along its time.
  case timeline
  /// Keys.
  case footer
}

/// Where panes stand: a pure function of the size, of the open panes, and of how much there is to say. One line is left
/// free above each pane, for a rule.
public enum Layout {
  /// The smallest screen that can be used.
  public static let minimum = (width: 40, height: 10)
  /// From this width on panes stand beside the ladder, over each other.
  public static let wide = 100
  /// Below this height a pane that was opened takes the place of what was said before.
  private static let low = 30

  /// What a screen has to say, in lines.
  public struct Wanted: Sendable, Equatable {
    /// The step's words and the prediction.
    public var text: Int?
    /// Lines that are said even where an opened pane needs the room.
    public var urgent = 0
    /// The line about the kernel, and all of why; 0 for none.
    public var kernelLine: Int?
    /// The kernel pane.
    public var kernel = 8
    /// The octets, with their heading.
    public var hex = 7

    /// As much as the size is meant for.
    public init() {}
  }

  /// Rectangles by pane; nil when the screen is smaller than `minimum`.
  ///
  /// Panes that were opened stand right of the ladder from 100 columns on. Below that one has room: knobs before system
  /// calls before the kernel before the frame with its octets. It takes the lower part, or all but the title where little
  /// is left. From 120x36 on the kernel and the frame stand there unasked; a frame that was asked for takes the kernel's
  /// room too. The timeline stands below the ladder, in place of it on a low screen.
  public static func frames(
    width: Int, height: Int, open: Set<PaneID> = [], wanted: Wanted = Wanted()
  ) -> [PaneID: Rectangle]? {
    guard width >= minimum.width, height >= minimum.height else { return nil }
    var frames: [PaneID: Rectangle] = [:]
    func line(_ y: Int, _ count: Int) -> Rectangle { Rectangle(x: 0, y: y, width: width, height: count) }
    frames[.title] = line(0, 1)
    frames[.footer] = line(height - 1, 1)
    let isSmall = height < 20
    let isWide = width >= wide
    let isLow = height < low
    let isFrame = open.contains(.tree) || open.contains(.hex)
    let isAlone =
      !isWide && isLow && (isFrame || !open.isDisjoint(with: [.kernel, .syscalls, .work, .knobs]))
    // What is said is said whole: the ladder gives the room, down to a few lines of its own.
    let free = height - 4 - (isSmall ? 3 : 5)
    var textLines = max(1, min(wanted.text ?? (isSmall ? 1 : 2), free - 2))
    var kernelLines = min(wanted.kernelLine ?? 3, max(1, free - (textLines > 0 ? textLines + 1 : 0) - 1))
    if wanted.text == 0 { textLines = 0 }
    if isAlone {
      kernelLines = 0
      textLines = min(wanted.urgent, max(1, height / 3))
    } else if isLow, open.contains(.timeline) {
      kernelLines = min(1, kernelLines)
    }
    var top = 2
    if textLines > 0 {
      frames[.text] = line(top, textLines)
      top += textLines + 1
    }
    if kernelLines > 0 { frames[.kernelLine] = line(height - 2 - kernelLines, kernelLines) }
    var middle = line(top, height - 2 - top - (kernelLines > 0 ? kernelLines + 1 : 0))
    if open.contains(.timeline), !isAlone {
      let lines = 9
      if middle.height >= lines + 4 {
        let rest: Rectangle
        (middle, rest) = middle.top(middle.height - lines - 1)
        frames[.timeline] = rest.top(1).1
      } else {
        frames[.timeline] = middle
        return frames
      }
    }
    let isLarge = width >= 120 && height >= 36
    let side = stack(open, isLarge: isLarge, height: isWide ? middle.height : 0)
    guard !side.isEmpty else {
      frames[.ladder] = middle
      return frames
    }
    if isWide {
      let (left, right) = middle.left(max(62, min(width - 38, width * 2 / 3 - 2)))
      frames[.ladder] = left
      place(side, in: right.left(1).1, open, wanted, &frames)
    } else if middle.height < (side.contains([.tree, .hex]) ? 30 : 14) {
      place(side, in: middle, open, wanted, &frames)
    } else {
      let (strip, rest) = middle.top(max(6, middle.height / 3))
      frames[.ladder] = strip
      place(side, in: rest.top(1).1, open, wanted, &frames)
    }
    return frames
  }

  /// What to say on a screen that is too small.
  public static func tooSmall(width: Int, height: Int) -> String {
    "have \(width)x\(height), need \(minimum.width)x\(minimum.height)"
  }

  /// Groups of panes beside the ladder from top to bottom; the last is the most asked for. What has no room in `height`
  /// lines is left out, what was not asked for first; one always stays.
  private static func stack(_ open: Set<PaneID>, isLarge: Bool, height: Int) -> [[PaneID]] {
    var groups: [[PaneID]] = []
    let isFrame = open.contains(.tree) || open.contains(.hex)
    if isLarge || isFrame { groups.append([.tree, .hex]) }
    if isLarge && (!isFrame || height >= 36) || open.contains(.kernel) { groups.append([.kernel]) }
    if open.contains(.syscalls) { groups.append([.syscalls]) }
    if open.contains(.work) { groups.append([.work]) }
    if open.contains(.knobs) { groups.append([.knobs]) }
    while groups.count > 1, groups.reduce(-1, { $0 + ($1.count > 1 ? 11 : 6) + 1 }) > height {
      groups.remove(at: groups.firstIndex { open.isDisjoint(with: $0) } ?? 0)
    }
    return groups
  }

  private static func place(
    _ groups: [[PaneID]], in area: Rectangle, _ open: Set<PaneID>, _ wanted: Wanted,
    _ frames: inout [PaneID: Rectangle]
  ) {
    // The frame has two panes and needs most room: it counts double.
    let shares = groups.map(\.count)
    var rest = area
    for (number, group) in groups.enumerated() {
      let left = shares[number...].reduce(0, +)
      var count =
        number == groups.count - 1
        ? rest.height : (rest.height - (left - shares[number])) * shares[number] / left
      // A kernel that has little to tell leaves its room to the frame over it.
      if number + 2 == groups.count, groups[number + 1] == [.kernel] {
        count = max(count, rest.height - 1 - max(6, wanted.kernel))
      }
      let (own, below) = rest.top(count)
      rest = below.top(1).1
      if group.count == 1 {
        frames[group[0]] = own
      } else if own.height < 7 {
        frames[open.contains(.hex) && !open.contains(.tree) ? .hex : .tree] = own
      } else {
        let (tree, hex) = own.top(own.height - 1 - max(2, min(wanted.hex, (own.height - 1) / 3)))
        frames[.tree] = tree
        frames[.hex] = hex.top(1).1
      }
    }
  }
}
