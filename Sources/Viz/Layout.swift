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
  /// Keys.
  case footer
}

/// Where panes stand: a pure function of the size and of the open panes. One line is left free above the text, the
/// ladder, the kernel line and the footer for rules.
public enum Layout {
  /// The smallest screen that can be used.
  public static let minimum = (width: 40, height: 10)

  /// Rectangles by pane; nil when the screen is smaller than `minimum`. With the tree open, it takes the right half from
  /// 100 columns on, and the place of the ladder below that. The kernel pane stands right from 120x36 on.
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
    let middle = line(top, height - 3 - kernelLines - top)
    let large = width >= 120 && height >= 36
    var (left, right) = middle.left(
      large || (open.contains(.tree) && width >= 100) ? max(76, width * 2 / 3 - 1) : width)
    if right.width > 1 { (_, right) = right.left(1) }
    if large { (frames[.kernel], right) = split(right, 9) }
    if large || open.contains(.tree) || open.contains(.hex) {
      if right.width == 0 { right = left; left.height = 0 }
      (frames[.tree], frames[.hex]) = split(right, right.height * 3 / 5)
    }
    frames[.ladder] = left
    return frames
  }

  /// What to say on a screen that is too small.
  public static func tooSmall(width: Int, height: Int) -> String {
    "have \(width)x\(height), need \(minimum.width)x\(minimum.height)"
  }

  private static func split(_ area: Rectangle, _ count: Int) -> (Rectangle, Rectangle) { area.top(count) }
}
