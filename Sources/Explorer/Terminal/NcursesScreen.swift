internal import CLinux
internal import CNcurses
internal import Glibc
internal import Viz

/// The terminal as a surface for canvases: ncurses for output only, one window, rows that changed.
///
/// Keys are read from the descriptor by the loop itself. Modes that ncurses does not know (mouse, paste, focus) are
/// switched here.
final class NcursesScreen {
  /// What undoes everything, as one text for a dying program: mouse, focus and paste reporting off, cursor shown,
  /// attributes off, the normal screen.
  static let restoreText =
    "\u{1B}[?2026l\u{1B}[?1006l\u{1B}[?1002l\u{1B}[?1000l\u{1B}[?1004l\u{1B}[?2004l\u{1B}[?25h\u{1B}[0m\u{1B}[?1049l\r\n"
  private static let modesOn = "\u{1B}[?2004h\u{1B}[?1004h"
  private static let modesOff = "\u{1B}[?1006l\u{1B}[?1000l\u{1B}[?1004l\u{1B}[?2004l"

  private let input: CInt
  private let output: CInt
  private let isUTF8: Bool
  private let styles: StyleTable
  private var shown: Canvas?
  private var isUp = false
  private var row: [cchar_t] = []
  /// Said once in the status line: that `TERM` was unknown and another was taken.
  private(set) var notice: String?
  /// Whether mouse reports are on.
  private(set) var mouse = false

  /// Why there is no screen.
  struct Failure: Error, Equatable {
    var text: String
  }

  /// Brings the screen up on two descriptors of one terminal.
  init(input: CInt, output: CInt) throws(Failure) {
    self.input = input
    self.output = output
    isUTF8 = backlab_locale_is_utf8() != 0
    let name = unsafe getenv("TERM").map { unsafe String(cString: $0) } ?? ""
    guard name != "dumb" else {
      throw Failure(text: "TERM is dumb: this terminal can't be drawn on. Use `backlab run LESSON --plain`.")
    }
    guard clinux_tty_raw(input) == 0 else {
      throw Failure(text: "This is no terminal. Use `backlab run LESSON --plain`.")
    }
    var isKnown = false
    for type in [name, "xterm-256color", "xterm", "vt100"] where !type.isEmpty {
      isKnown = unsafe backlab_newterm(type, output, input) != 0
      if isKnown {
        if type != name {
          notice = "The terminal \(name.isEmpty ? "(no TERM)" : name) is unknown here; \(type) is used."
        }
        break
      }
    }
    guard isKnown, backlab_can_move() != 0 else {
      clinux_tty_restore(input)
      throw Failure(
        text:
          "No terminal description for TERM=\(name). Install ncurses-base or use `backlab run LESSON --plain`."
      )
    }
    typeahead(-1)
    let noColour = unsafe getenv("NO_COLOR").map { unsafe $0.pointee != 0 } ?? false
    var colours = StyleTable.Colours.none
    if !noColour, has_colors() {
      start_color()
      use_default_colors()
      colours = backlab_colors() >= 256 ? .many : .eight
    }
    styles = StyleTable(colours)
    isUp = true
    unsafe clinux_guard_arm(output, Self.restoreText)
    write(Self.modesOn)
  }

  /// Columns and lines now.
  var size: (columns: Int, lines: Int) {
    var columns: CInt = 0
    var lines: CInt = 0
    guard unsafe clinux_tty_size(output, &columns, &lines) == 0, columns > 0, lines > 0 else {
      return (80, 24)
    }
    return (Int(columns), Int(lines))
  }

  /// Takes the terminal's new size over; everything is painted again.
  func resize() {
    let size = size
    resizeterm(CInt(size.lines), CInt(size.columns))
    repaint()
  }

  /// Everything is painted again at the next `show`.
  func repaint() {
    shown = nil
    backlab_clear()
  }

  /// Paints a canvas: only what differs goes to the terminal, as one frame.
  func show(_ canvas: Canvas) {
    guard isUp, shown != canvas else { return }
    for y in 0..<canvas.height where differs(canvas, y) { draw(canvas, y) }
    if let cursor = canvas.cursor {
      backlab_move(CInt(cursor.y), CInt(cursor.x))
      curs_set(1)
    } else {
      curs_set(0)
    }
    backlab_refresh()
    write("\u{1B}[?2026h")
    doupdate()
    write("\u{1B}[?2026l")
    shown = canvas
  }

  private func differs(_ canvas: Canvas, _ y: Int) -> Bool {
    guard let shown, shown.width == canvas.width, y < shown.height else { return true }
    for x in 0..<canvas.width where shown[x, y] != canvas[x, y] { return true }
    return false
  }

  private func draw(_ canvas: Canvas, _ y: Int) {
    row.removeAll(keepingCapacity: true)
    for x in 0..<canvas.width {
      let cell = canvas[x, y]
      guard cell.width > 0 else { continue }
      let look = styles[cell.style]
      var made = cchar_t()
      let scalar = isUTF8 ? cell.scalar : Ascii.scalar(cell.scalar)
      unsafe backlab_cell(&made, scalar.value, look.attributes, look.pair)
      row.append(made)
      // Without UTF-8 a wide scalar became one narrow sign; a blank keeps its columns.
      if !isUTF8, cell.width == 2 {
        unsafe backlab_cell(&made, 0x20, look.attributes, look.pair)
        row.append(made)
      }
    }
    unsafe row.withUnsafeBufferPointer { cells in
      unsafe backlab_row(CInt(y), cells.baseAddress, CInt(cells.count))
    }
  }

  /// Switches mouse reports.
  func setMouse(_ on: Bool) {
    mouse = on
    write(on ? "\u{1B}[?1000h\u{1B}[?1006h" : "\u{1B}[?1006l\u{1B}[?1000l")
  }

  /// Gives the terminal back, for a while or for good.
  func leave() {
    guard isUp else { return }
    isUp = false
    write(Self.modesOff)
    curs_set(1)
    endwin()
    clinux_guard_disarm()
    clinux_tty_restore(input)
  }

  /// Takes the terminal again after `leave`.
  func enter() {
    guard !isUp else { return }
    _ = clinux_tty_raw(input)
    isUp = true
    unsafe clinux_guard_arm(output, Self.restoreText)
    resize()
    write(Self.modesOn + (mouse ? "\u{1B}[?1000h\u{1B}[?1006h" : ""))
  }

  /// Writes straight to the terminal, between frames.
  func write(_ text: String) {
    Descriptor.write(Array(text.utf8), to: output)
  }
}
