import Bytes
import Session

/// What the kernels were read to hold: listeners and their queues, sockets, counters that moved. Each part names the
/// command that shows the same on its host.
public enum KernelPane {
  /// Draws the lines from `scroll`. `queues` are the names that wait, by listener (`Ladder.queues(atRow:)`).
  public static func draw(
    on canvas: inout Canvas, in area: Rectangle, state: SessionState, queues: [String: [String]] = [:],
    scroll: Int = 0, isFocused: Bool = true
  ) {
    let lines = lines(state, queues: queues, width: area.width - 2)
    let first = min(max(0, scroll), max(0, lines.count - area.height))
    ListPane.draw(on: &canvas, in: area, lines: lines, selection: nil, scroll: first, isFocused: isFocused)
  }

  /// The whole pane as lines of a width.
  public static func lines(_ state: SessionState, queues: [String: [String]] = [:], width: Int)
    -> [StyledLine]
  {
    var lines: [StyledLine] = []
    let listeners = state.listeners.sorted { $0.key < $1.key }
    if !listeners.isEmpty { lines.append(heading("LISTENERS", "ss -ltn", width)) }
    for (key, listener) in listeners { lines += words(listener, queues[key] ?? [], width) }
    if listeners.contains(where: { $0.value.halfOpen > 0 }) {
      lines.append(heading("HALF OPEN", "ss -tn state syn-recv", width))
      for (_, listener) in listeners where listener.halfOpen > 0 {
        let text = "\(listener.host) \(listener.address): \(listener.halfOpen) wait for the last ACK"
        lines += StyledLine(text).wrapped(width, hanging: StyledLine("  "))
      }
    }
    let sockets = state.sockets.sorted { $0.key < $1.key }
    if !sockets.isEmpty {
      lines.append(heading("SOCKETS", "ss -tnio", width))
      for (_, event) in sockets { lines += socket(event).wrapped(width, hanging: StyledLine("    ")) }
    }
    for (host, counters) in state.counters.sorted(by: { $0.key < $1.key }) {
      let moved = counters.filter { $0.value != 0 }.sorted { $0.key < $1.key }
      if moved.isEmpty { continue }
      lines.append(heading("COUNTERS of \(host)", "nstat -az", width))
      let widest = moved.map { String($0.value).count }.max() ?? 1
      for (name, value) in moved {
        let number = String(value)
        var line = StyledLine(String(repeating: " ", count: widest - number.count) + number, .strong)
        line.append("  " + (kernelNames[name] ?? name), .kernel)
        lines.append(line)
      }
    }
    return lines.isEmpty ? [StyledLine("Nothing has been read yet.", .dim)] : lines
  }

  private static func heading(_ text: String, _ command: String, _ width: Int) -> StyledLine {
    var line = StyledLine(text, .strong)
    line.append(String(repeating: " ", count: max(2, width - text.count - command.count)))
    line.append(command, .code)
    return line
  }

  private static func words(_ listener: SessionState.Listener, _ names: [String], _ width: Int)
    -> [StyledLine]
  {
    let style: Style = listener.isFull ? .bad : .kernel
    var bar = StyledLine(" ")
    if listener.backlog < 4 || listener.acceptQueue <= 4 {
      let free = max(0, min(4, listener.backlog &+ 1 &- listener.acceptQueue))
      let boxes = listener.acceptQueue > 0 ? KernelLine.boxes(listener.acceptQueue, names) : ""
      bar.append(boxes + String(repeating: "[ ]", count: Int(clamping: free)), style)
      if listener.backlog > 4 { bar.append(" ...", .dim) }
    } else {
      // As many signs as there is room for, each for an equal share of what the queue can hold.
      let room = max(8, min(40, width - 4))
      let full = min(
        Double(room), Double(listener.acceptQueue) / Double(max(1, listener.backlog &+ 1)) * Double(room))
      let filled = Int(full.rounded(.up))
      bar.append("[" + String(repeating: "#", count: filled), style)
      bar.append(String(repeating: ".", count: room - filled) + "]", .dim)
    }
    let sentence =
      "waiting \(listener.acceptQueue) (Recv-Q), backlog \(listener.backlog) (Send-Q)"
      + (listener.isFull ? ": FULL" : ", holds \(listener.backlog &+ 1)")
    return [StyledLine("\(listener.host) \(listener.address)"), bar]
      + StyledLine(" " + sentence, style).wrapped(width, hanging: StyledLine(" "))
  }

  private static func socket(_ event: Event) -> StyledLine {
    var line = StyledLine("\(event.text("host") ?? "") ", .dim)
    line.append("\(event.text("state") ?? "?") ", .strong)
    line.append("\(event.text("local") ?? "?") > \(event.text("remote") ?? "?")")
    for (field, title) in [("recv_queue", "Recv-Q"), ("send_queue", "Send-Q"), ("cwnd", "cwnd")] {
      if let value = event.number(field) { line.append(" \(title) \(value)", value > 0 ? .kernel : .plain) }
    }
    // Linux says 2147483647 as long as slow start has no end.
    if let value = event.number("ssthresh"), value < 2_147_483_647 { line.append(" ssthresh \(value)") }
    for field in ["rtt", "rto"] {
      if let value = event.number(field), value > 0 { line.append(" \(field) \(Seconds.words(value))") }
    }
    if let value = event.number("retransmits"), value > 0 { line.append(" retransmits \(value)", .warning) }
    return line
  }

  /// Names as nstat(8) prints them.
  private static let kernelNames = [
    "listen_overflows": "TcpExtListenOverflows", "listen_drops": "TcpExtListenDrops",
    "syn_retransmits": "TcpExtTCPSynRetrans", "timeouts": "TcpExtTCPTimeouts",
    "cookies_wanted": "TcpExtTCPReqQFullDoCookies", "half_open_drops": "TcpExtTCPReqQFullDrop",
    "cookies_sent": "TcpExtSyncookiesSent", "aborts_on_data": "TcpExtTCPAbortOnData",
    "delayed_acks": "TcpExtDelayedACKs", "retransmitted_segments": "TcpRetransSegs",
    "resets_sent": "TcpOutRsts", "checksum_errors": "TcpInCsumErrors",
  ]
}
