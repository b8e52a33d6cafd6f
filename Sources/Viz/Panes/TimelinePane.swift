public import Bytes

/// A run along its time: what each host sent, what the kernel did, what the program took, how many waited, the steps.
public enum TimelinePane {
  /// A step of the lesson and the row that lit it.
  public struct Step: Sendable, Equatable {
    /// From 1.
    public var number: Int
    /// From 1.
    public var row: Int

    /// Makes a step.
    public init(number: Int, row: Int) {
      self.number = number
      self.row = row
    }
  }

  private static let first = 12

  /// Lines that the pane takes for a ladder: heading, hosts, kernel, program, queue, steps, cursor and legend.
  public static func height(_ ladder: Ladder) -> Int { min(ladder.lanes.count, 4) + 7 }

  /// Draws the lanes. What was not known at `cursor` (a row, nil for the end) is dim: one sees how far replay has come.
  /// `moment` is the time that replay has reached, which may be later than that of the row.
  public static func draw(
    on canvas: inout Canvas, in area: Rectangle, ladder: Ladder, steps: [Step] = [], cursor: Int? = nil,
    moment: Timestamp? = nil
  ) {
    guard area.height > 0, let scale = scale(area, ladder) else { return }
    let now = moment ?? cursor.flatMap { ladder.history.time(ofRow: $0) }
    var names = ladder.lanes.prefix(4).map { $0.uppercased() }
    names += ["kernel", "program", "queue", "steps"]
    let hosts = names.count - 4
    var grid = ladder.lanes.prefix(hosts).map { ladder.marks.hosts[$0] ?? TimeMarks() }
      .map { $0.columns(scale.count, scale.column) }
    grid.append(ladder.marks.kernel.columns(scale.count, scale.column))
    grid.append(ladder.marks.program.columns(scale.count, scale.column))
    grid.append(queue(ladder, scale))
    var lit = TimeMarks()
    for step in steps {
      lit.add(
        Character(String(step.number % 10)), weight: step.number, at: ladder.history.time(ofRow: step.row),
        key: step.number)
    }
    grid.append(lit.columns(scale.count, scale.column))
    let nowColumn = now.map { scale.column($0) }
    canvas.put("seconds", x: area.x + 1, y: area.y, .dim)
    canvas.put("0", x: area.x + first, y: area.y, .dim)
    let end = Seconds.text(scale.length, decimals: 1)
    canvas.put(end, x: area.x + area.width - 1 - end.count, y: area.y, .dim)
    for (lane, name) in names.enumerated() where lane + 1 < area.height {
      let y = area.y + 1 + lane
      canvas.put(name, x: area.x + 1, y: y, .strong, limit: first - 2)
      for column in 0..<scale.count {
        let sign = grid[lane][column]?.character ?? " "
        let style: Style = nowColumn.map { column > $0 } ?? false ? .dim : sign == "x" ? .bad : .plain
        canvas.put(String(sign), x: area.x + first + column, y: y, column == nowColumn ? .selected : style)
      }
    }
    let below = area.y + 1 + names.count
    if let now, let nowColumn, below < area.y + area.height {
      let text = "^ " + Seconds.text(now.since(scale.start), decimals: 3)
      let x = min(nowColumn, max(0, scale.count - text.count))
      canvas.put(text, x: area.x + first + x, y: below, .focus)
      if x < nowColumn { canvas.put("^", x: area.x + first + nowColumn, y: below, .focus) }
    }
    if below + 1 < area.y + area.height {
      canvas.put(
        "S SYN  Y SYN,ACK  A ACK  D data  F FIN  R RST  x dropped  w waits  a accept()", x: area.x + 1,
        y: below + 1,
        .dim, limit: area.width - 1)
    }
  }

  /// The moment at a column of the canvas; nil outside of the lanes.
  public static func moment(atColumn x: Int, in area: Rectangle, ladder: Ladder) -> Timestamp? {
    guard let scale = scale(area, ladder), (0..<scale.count).contains(x - area.x - first) else { return nil }
    return scale.start.advanced(
      by: Int64(Double(scale.length) / Double(scale.count) * Double(x - area.x - first)))
  }

  /// Times and columns.
  struct Scale {
    var start: Timestamp
    var length: Int64
    var count: Int

    func column(_ time: Timestamp) -> Int {
      let share = Double(max(0, time.since(start))) / Double(length) * Double(count)
      return max(0, min(count - 1, Int(min(share, 1e6))))
    }
  }

  private static func scale(_ area: Rectangle, _ ladder: Ladder) -> Scale? {
    let count = area.width - first - 1
    guard count > 4, let start = ladder.start ?? ladder.history.time(ofRow: 1),
      let end = ladder.history.time(ofRow: ladder.rows)
    else { return nil }
    return Scale(start: start, length: max(1, end.since(start)), count: count)
  }

  /// The sign of a frame that is labelled so, and its weight.
  static func sign(_ label: String) -> (Character, weight: Int) {
    let starts: [(String, Character, Int)] = [
      ("RST", "R", 8), ("SYN,ACK", "Y", 6), ("SYN", "S", 7), ("FIN", "F", 5), ("ACK", "A", 1),
      ("keep-alive", "A", 1), ("window probe", "A", 1),
    ]
    for (start, sign, weight) in starts where label.hasPrefix(start) { return (sign, weight) }
    return ("D", 3)
  }

  /// Digits: how many wait at the end of each column; `+` for more than nine.
  private static func queue(_ ladder: Ladder, _ scale: Scale) -> [TimeMarks.Sign?] {
    guard let listener = ladder.history.current.lastListener else {
      return Array(repeating: nil, count: scale.count)
    }
    return (0..<scale.count).map { column in
      let row = ladder.history.row { scale.column($0) <= column }
      let waiting = ladder.waiting(for: listener, atRow: row)
      let sign: Character = waiting == 0 ? "." : waiting > 9 ? "+" : Character(String(waiting))
      return TimeMarks.Sign(character: sign, weight: 1)
    }
  }
}
