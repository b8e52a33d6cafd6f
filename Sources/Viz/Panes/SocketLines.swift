import Bytes
import Session

/// Half-open connections and sockets, as lines of the kernel pane: queues as bars against what they may hold, the congestion
/// window against the end of slow start, timers with the time that is left.
enum SocketLines {
  /// So many are told in full; of more there is a count.
  static let most = 200

  /// Readings of half-open connections, and the first of all other sockets with the number of these, each in order.
  static func parted(_ state: SessionState) -> (halfOpen: [Event], others: [Event], count: Int) {
    var halfOpen: [(key: String, event: Event)] = [], first = halfOpen
    var count = 0
    for (key, event) in state.sockets {
      if event.text("state") == "SYN-RECV" {
        halfOpen.append((key, event))
        continue
      }
      count += 1
      // Of ten thousand only those are put in order that are shown.
      if first.count == most, key > first[most - 1].key { continue }
      var (low, high) = (0, first.count)
      while low < high {
        let middle = (low + high) / 2
        if first[middle].key < key { low = middle + 1 } else { high = middle }
      }
      first.insert((key, event), at: low)
      if first.count > most { first.removeLast() }
    }
    return (halfOpen.sorted { $0.key < $1.key }.map(\.event), first.map(\.event), count)
  }

  // MARK: Half open

  /// The half-open connections of each address that somebody listens at, one by one. Listeners are read more often than
  /// sockets: where they count more, the count is told first.
  static func halfOpen(
    _ events: [Event], _ listeners: [String: [SessionState.Listener]], _ moment: Timestamp?, _ width: Int
  ) -> [StyledLine] {
    var lines: [StyledLine] = []
    for (name, shared) in listeners.sorted(by: { $0.key < $1.key }) {
      guard let one = shared.first, one.halfOpen > 0 else { continue }
      lines += StyledLine("\(name): \(one.halfOpen) wait for the last ACK").wrapped(
        width, hanging: StyledLine("  "))
      if shared.count > 1 {
        lines += StyledLine("  of its \(shared.count) listeners; the kernel doesn't tell which", .dim)
          .wrapped(width, hanging: StyledLine("  "))
      }
      let found = events.filter { event in
        event.text("host") == one.host && isBound(one.address, event.text("local") ?? "")
      }
      for event in found.prefix(most) {
        var line = StyledLine("  from \(event.text("remote") ?? "?")", .kernel)
        if let left = left(event, moment) { line.append("  SYN,ACK again in \(left)") }
        if let count = event.number("retransmits"), count > 0 {
          line.append("  sent again \(count)", .warning)
        }
        lines += line.wrapped(width, hanging: StyledLine("    "))
      }
      lines += more(found.count, width)
    }
    return lines.isEmpty ? [] : [WorkPane.heading("HALF OPEN", "ss -tno state syn-recv", width)] + lines
  }

  /// Whether a listener's address takes what comes to `local`: 0.0.0.0 and :: take all.
  private static func isBound(_ address: String, _ local: String) -> Bool {
    if address == local { return true }
    guard let bound = address.lastIndex(of: ":"), let port = local.lastIndex(of: ":") else { return false }
    return address[bound...] == local[port...] && ["0.0.0.0", "[::]", "*"].contains(address[..<bound])
  }

  private static func more(_ count: Int, _ width: Int) -> [StyledLine] {
    count > most ? StyledLine("  and \(count - most) more", .dim).wrapped(width) : []
  }

  // MARK: Sockets

  /// The first sockets of so many.
  static func lines(_ first: [Event], of count: Int, _ moment: Timestamp?, _ width: Int) -> [StyledLine] {
    guard !first.isEmpty else { return [] }
    return [WorkPane.heading("SOCKETS", "ss -tniom", width)]
      + first.flatMap { socket($0, moment, width) } + more(count, width)
  }

  private static func socket(_ event: Event, _ moment: Timestamp?, _ width: Int) -> [StyledLine] {
    var line = StyledLine("\(event.text("host") ?? "") ", .dim)
    line.append("\(event.text("state") ?? "?") ", .strong)
    line.append("\(event.text("local") ?? "?") > \(event.text("remote") ?? "?")")
    var pieces: [StyledLine] = []
    for (field, limit, title) in [
      ("recv_queue", "recv_limit", "Recv-Q"), ("send_queue", "send_limit", "Send-Q"),
    ] {
      // A socket in TIME-WAIT has no buffers any more.
      guard let value = event.number(field), value > 0 || event.number(limit) ?? 0 > 0 else { continue }
      pieces.append(queue(title, value, event.number(limit) ?? 0))
    }
    if let window = event.number("cwnd"), window > 0 {
      pieces.append(congestion(window, event.number("ssthresh") ?? unlimited))
    }
    let rest = numbers(event, moment)
    return line.wrapped(width, hanging: StyledLine("    ")) + beside(pieces, width)
      + (rest.columns > 0 ? (StyledLine("  ") + rest).wrapped(width, hanging: StyledLine("    ")) : [])
  }

  /// Linux says so as long as slow start has no end.
  private static let unlimited: Int64 = 2_147_483_647
  private static let bar = 12

  /// `Recv-Q [###.........] 5 of 131072`: the part that is taken of what the buffer may hold, the kernel's own included.
  private static func queue(_ title: String, _ value: Int64, _ limit: Int64) -> StyledLine {
    var line = StyledLine("\(title) ")
    let full = limit > 0 && value >= limit
    if limit > 0 {
      let filled = value <= 0 ? 0 : max(1, min(bar, Int(Double(value) / Double(limit) * Double(bar))))
      line.append("[" + String(repeating: "#", count: filled), full ? .bad : .kernel)
      line.append(String(repeating: ".", count: bar - filled) + "] ", .dim)
    }
    line.append("\(value)", value > 0 ? .kernel : .plain)
    if limit > 0 { line.append(" of \(limit)", .dim) }
    return line
  }

  /// `cwnd   [#####......|] 10, ssthresh 20`: the window against the one at which slow start ends, which stands at `|`.
  private static func congestion(_ window: Int64, _ end: Int64) -> StyledLine {
    var line = StyledLine("cwnd   ")
    guard end < unlimited else {
      line.append("\(window)", .kernel)
      line.append(", slow start has no end yet", .dim)
      return line
    }
    let whole = Double(max(1, window, end))
    func place(_ value: Int64) -> Int {
      max(1, min(bar, Int((Double(max(0, value)) / whole * Double(bar)).rounded())))
    }
    var signs = Array(repeating: Character("."), count: bar)
    for index in 0..<place(window) { signs[index] = "#" }
    signs[place(end) - 1] = "|"
    line.append("[" + String(signs) + "] \(window)", .kernel)
    line.append(", ssthresh \(end)", .dim)
    return line
  }

  /// Two pieces a line where there is room for both.
  private static func beside(_ pieces: [StyledLine], _ width: Int) -> [StyledLine] {
    var lines: [StyledLine] = []
    let column = max(36, (width - 2) / 2)
    var index = 0
    while index < pieces.count {
      var line = StyledLine("  ") + pieces[index]
      index += 1
      if index < pieces.count, line.columns < column + 1, column + 2 + pieces[index].columns <= width {
        line.append(String(repeating: " ", count: column + 2 - line.columns))
        line += pieces[index]
        index += 1
      }
      lines += line.wrapped(width, hanging: StyledLine("    "))
    }
    return lines
  }

  private static func numbers(_ event: Event, _ moment: Timestamp?) -> StyledLine {
    var words: [(String, Style)] = []
    if let window = event.number("send_window"), window > 0 { words.append(("window \(window)", .plain)) }
    for field in ["rtt", "rto"] {
      if let value = event.number(field), value > 0 {
        words.append(("\(field) \(Seconds.words(value))", .plain))
      }
    }
    // Sessions of before have one number, which is the sum.
    let inRow = event.number("retransmits") ?? 0
    let total = event.number("total_retrans")
    if let count = total ?? event.number("retransmits"), count > 0 {
      words.append(
        ("retransmits \(count)" + (total != nil && inRow > 0 ? ", \(inRow) in a row" : ""), .warning))
    }
    if let timer = event.text("timer"), let left = left(event, moment) {
      words.append(("\(timer) in \(left)", .focus))
    }
    var line = StyledLine()
    for (index, word) in words.enumerated() { line.append((index > 0 ? "  " : "") + word.0, word.1) }
    return line
  }

  /// What is left of a socket's timer at a moment; nil when none runs.
  private static func left(_ event: Event, _ moment: Timestamp?) -> String? {
    guard event.text("timer") != nil, let left = event.number("timer_left") else { return nil }
    let elapsed = moment.map { max(0, $0.nanoseconds &- event.time.nanoseconds) } ?? 0
    // The kernel tells ticks: less than a millisecond is none of its own.
    return Seconds.words(max(0, (left &- elapsed) / 1_000_000 * 1_000_000))
  }
}

extension StyledLine {
  /// Two lines, one behind the other.
  static func + (one: StyledLine, other: StyledLine) -> StyledLine {
    var line = one
    line += other
    return line
  }
}
