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
  /// What can be turned.
  case knobs
  /// The run along its time.
  case timeline
  /// Keys.
  case footer
}

/// Where panes stand: a pure function of the size and of the open panes. One line is left free above the text, the
/// ladder, the timeline, the kernel line and the footer, and above panes that stand over each other, for rules.
public enum Layout {
  /// The smallest screen that can be used.
  public static let minimum = (width: 40, height: 10)

  /// Rectangles by pane; nil when the screen is smaller than `minimum`.
  ///
  /// Panes that were opened stand right of the ladder from 100 columns on, over each other. Below that only one has room,
  /// in place of the ladder: knobs before system calls before the kernel before the frame with its octets. From 120x36 on
  /// the kernel and the frame stand there unasked. The timeline stands below the ladder, in place of it on a low screen.
  public static func frames(width: Int, height: Int, open: Set<PaneID> = []) -> [PaneID: Rectangle]? {
    guard width >= minimum.width, height >= minimum.height else { return nil }
    var frames: [PaneID: Rectangle] = [:]
    func line(_ y: Int, _ count: Int) -> Rectangle { Rectangle(x: 0, y: y, width: width, height: count) }
    frames[.title] = line(0, 1)
    frames[.footer] = line(height - 1, 1)
    let small = height < 20
    let textLines = small ? 1 : 2
    let kernelLines = small ? 1 : 3
    frames[.text] = line(2, textLines)
    frames[.kernelLine] = line(height - 2 - kernelLines, kernelLines)
    let top = 3 + textLines
    var middle = line(top, height - 3 - kernelLines - top)
    if open.contains(.timeline) {
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
    let large = width >= 120 && height >= 36
    let side = stack(open, large: large, height: width >= 100 ? middle.height : 0)
    guard !side.isEmpty else {
      frames[.ladder] = middle
      return frames
    }
    if width >= 100 {
      let (left, right) = middle.left(max(62, min(width - 38, width * 2 / 3 - 1)))
      frames[.ladder] = left
      place(side, in: right.left(1).1, open, &frames)
    } else {
      place(side, in: middle, open, &frames)
    }
    return frames
  }

  /// What to say on a screen that is too small.
  public static func tooSmall(width: Int, height: Int) -> String {
    "have \(width)x\(height), need \(minimum.width)x\(minimum.height)"
  }

  /// Groups of panes beside the ladder from top to bottom; the last is the most asked for. What has no room in `height`
  /// lines is left out, what was not asked for first; one always stays.
  private static func stack(_ open: Set<PaneID>, large: Bool, height: Int) -> [[PaneID]] {
    var groups: [[PaneID]] = []
    if large || open.contains(.tree) || open.contains(.hex) { groups.append([.tree, .hex]) }
    if large || open.contains(.kernel) { groups.append([.kernel]) }
    if open.contains(.syscalls) { groups.append([.syscalls]) }
    if open.contains(.knobs) { groups.append([.knobs]) }
    while groups.count > 1, groups.reduce(-1, { $0 + ($1.count > 1 ? 11 : 6) + 1 }) > height {
      groups.remove(at: groups.firstIndex { open.isDisjoint(with: $0) } ?? 0)
    }
    return groups
  }

  private static func place(
    _ groups: [[PaneID]], in area: Rectangle, _ open: Set<PaneID>, _ frames: inout [PaneID: Rectangle]
  ) {
    // The frame has two panes and needs most room: it counts double.
    let shares = groups.map(\.count)
    var rest = area
    for (number, group) in groups.enumerated() {
      let left = shares[number...].reduce(0, +)
      let count =
        number == groups.count - 1
        ? rest.height : (rest.height - (left - shares[number])) * shares[number] / left
      let (own, below) = rest.top(count)
      rest = below.top(1).1
      if group.count == 1 {
        frames[group[0]] = own
      } else if own.height < 7 {
        frames[open.contains(.hex) && !open.contains(.tree) ? .hex : .tree] = own
      } else {
        let (tree, hex) = own.top(own.height * 2 / 3)
        frames[.tree] = tree
        frames[.hex] = hex.top(1).1
      }
    }
  }
}
