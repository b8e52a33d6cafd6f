import Bytes
import Session

/// Who does what: the calls of each thread, what each waits in, what epoll and io_uring hold, where the time of each
/// request went, and how long requests took as their clients saw it.
public enum WorkPane {
  /// Draws the lines from `scroll`.
  public static func draw(
    on canvas: inout Canvas, in area: Rectangle, state: WorkState, scroll: Int = 0, isFocused: Bool = true
  ) {
    let lines = lines(state, width: area.width - 2)
    let first = min(max(0, scroll), max(0, lines.count - area.height))
    ListPane.draw(on: &canvas, in: area, lines: lines, selection: nil, scroll: first, isFocused: isFocused)
  }

  /// The whole pane as lines of a width.
  public static func lines(_ state: WorkState, width: Int) -> [StyledLine] {
    let lines =
      roles(state, width) + ParseLines.lines(state.requests, width: width) + readings(state, width)
      + descriptors(state, width) + JourneyBars.lines(state.requests, width: width)
      + LatencyLines.lines(state.loads, width: width)
    return lines.isEmpty ? [StyledLine("No system call has been told yet.", .dim)] : lines
  }

  // MARK: Roles

  /// A line a thread: how often it called what.
  private static func roles(_ state: WorkState, _ width: Int) -> [StyledLine] {
    let workers = state.workers.sorted { $0.key < $1.key }.filter { $0.value.calls.contains { $0 > 0 } }
    guard !workers.isEmpty else { return [] }
    let names = workers.map { "\($0.key.host) \($0.value.name)" }
    let room = max(8, names.map { TextWidth.columns(of: $0) }.max() ?? 0)
    // A name is not cut: where the table has no room beside it, what was called stands below it.
    guard room + 1 + columns <= width else { return listed(workers, names, width) }
    var head = StyledLine("WHO CALLS" + String(repeating: " ", count: max(1, room + 1 - 9)), .strong)
    for work in Worker.Work.allCases { head.append(right("\(work)", 7), .dim) }
    let hasNumber = width >= room + 1 + columns + 12
    if hasNumber { head.append("  strace -fc", .code) }
    return [head]
      + zip(workers, names).map { worker, name in
        var line = StyledLine(left(name, room + 1), .server)
        for work in Worker.Work.allCases {
          let count = worker.value[work]
          line.append(right(count == 0 ? "." : "\(count)", 7), count == 0 ? .dim : .strong)
        }
        if hasNumber, worker.value.inVain > 0 { line.append("  \(worker.value.inVain) in vain", .warning) }
        return line
      }
  }

  /// Columns of the table's numbers.
  private static let columns = 7 * Worker.Work.allCases.count

  private static func listed(_ workers: [(key: Worker.ID, value: Worker)], _ names: [String], _ width: Int)
    -> [StyledLine]
  {
    [heading("WHO CALLS", "strace -fc", width)]
      + zip(workers, names).flatMap { worker, name in
        var line = StyledLine("  ")
        for work in Worker.Work.allCases where worker.value[work] > 0 {
          line.append("\(work) ", .dim)
          line.append("\(worker.value[work])", .strong)
          line.append("  ")
        }
        if worker.value.inVain > 0 { line.append("\(worker.value.inVain) in vain", .warning) }
        return StyledLine(name, .server).wrapped(width, hanging: StyledLine("  "))
          + line.wrapped(width, hanging: StyledLine("  "))
      }
  }

  // MARK: Threads

  private static func readings(_ state: WorkState, _ width: Int) -> [StyledLine] {
    let workers = state.workers.sorted { $0.key < $1.key }.filter {
      $0.value.reading != nil || $0.value.waiting != nil
    }
    guard !workers.isEmpty else { return [] }
    return [heading("THREADS", "/proc/PID/task/TID", width)]
      + workers.flatMap { id, worker -> [StyledLine] in
        var line = StyledLine("\(id.host) \(worker.name) ", .server)
        line.append("\(id.tid) ", .dim)
        if let reading = worker.reading {
          line += words(reading)
        } else if let call = worker.waiting {
          line.append("waits in \(call)", .focus)
        }
        return line.wrapped(width, hanging: StyledLine("    "))
      }
  }

  private static func words(_ reading: Event) -> StyledLine {
    var line = StyledLine()
    let state = reading.text("state") ?? ""
    if let call = reading.text("call") {
      line.append("waits in \(call)\(reading.number("fd").map { "(\($0))" } ?? "")", .focus)
    } else {
      line.append(state, state == "running" ? .good : .plain)
    }
    line.append("  CPU \(Seconds.words(reading.number("cpu") ?? 0))", .kernel)
    if let delay = reading.number("cpu_delay"), delay > 1_000_000 {
      line.append(" waited for one \(Seconds.words(delay))", .dim)
    }
    let (own, taken) = (
      reading.number("voluntary_switches") ?? 0, reading.number("involuntary_switches") ?? 0
    )
    line.append("  switches \(own) own, \(taken) forced", .dim)
    return line
  }

  // MARK: Descriptors

  private static func descriptors(_ state: WorkState, _ width: Int) -> [StyledLine] {
    let found = state.descriptors.sorted { $0.key < $1.key }
    guard !found.isEmpty else { return [] }
    return [heading("EPOLL AND IO_URING", "/proc/PID/fdinfo/FD", width)]
      + found.flatMap { id, event in
        var line = StyledLine("\(id.host) \(event.text("process") ?? "") ", .server)
        if event.text("subject") == "rings" {
          func waiting(_ ring: String) -> Int64 {
            (event.number("\(ring)_tail") ?? 0) &- (event.number("\(ring)_head") ?? 0)
          }
          line.append("ring \(id.tid): ")
          line.append("\(waiting("sq")) of \(event.number("sq_entries") ?? 0) submissions wait", .kernel)
          line.append(", ")
          line.append("\(waiting("cq")) of \(event.number("cq_entries") ?? 0) completions wait", .kernel)
          line.append("; \(event.number("sq_tail") ?? 0) in, \(event.number("cq_head") ?? 0) out", .dim)
        } else {
          line.append("epoll \(id.tid) watches ")
          let isCut = event.fields.contains { $0.name == "is_cut" && $0.value == .truth(true) }
          line.append("\(event.number("interest") ?? 0)\(isCut ? " or more" : "")", .kernel)
          line.append("  \(event.text("list") ?? "")", .dim)
        }
        return line.wrapped(width, hanging: StyledLine("    "))
      }
  }

  // MARK: Words

  static func heading(_ text: String, _ command: String, _ width: Int) -> StyledLine {
    var line = StyledLine(text, .strong)
    line.append(String(repeating: " ", count: max(2, width - text.count - command.count)))
    line.append(command, .code)
    return line
  }

  static func right(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }

  static func left(_ text: String, _ width: Int) -> String {
    let text = String(text.prefix(width - 1))
    return text + String(repeating: " ", count: max(0, width - TextWidth.columns(of: text)))
  }
}

extension StyledLine {
  /// Appends the pieces of another line.
  static func += (one: inout StyledLine, other: StyledLine) {
    for span in other.spans { one.append(span.text, span.style) }
  }
}
