public import Bytes
import Session

/// What the kernels were read to hold: listeners and their queues, sockets, counters that moved. Each part names the
/// command that shows the same on its host.
public enum KernelPane {
  /// Draws the lines from `scroll`. `queues` are the names that wait, by listener (`Ladder.queues(atRow:)`); timers are told as
  /// they stand at `moment`, or as they were read.
  public static func draw(
    on canvas: inout Canvas, in area: Rectangle, state: SessionState, queues: [String: [String]] = [:],
    moment: Timestamp? = nil, scroll: Int = 0, isFocused: Bool = true
  ) {
    let lines = lines(state, queues: queues, moment: moment, width: area.width - 2)
    let first = min(max(0, scroll), max(0, lines.count - area.height))
    ListPane.draw(on: &canvas, in: area, lines: lines, selection: nil, scroll: first, isFocused: isFocused)
  }

  /// The whole pane as lines of a width.
  public static func lines(
    _ state: SessionState, queues: [String: [String]] = [:], moment: Timestamp? = nil, width: Int
  ) -> [StyledLine] {
    var lines: [StyledLine] = []
    let listeners = state.listeners.sorted { a, b in
      (a.value.host, a.value.address, a.value.cookie ?? 0) < (
        b.value.host, b.value.address, b.value.cookie ?? 0
      )
    }
    let shares = Dictionary(grouping: listeners) { "\($0.value.host) \($0.value.address)" }
    if !listeners.isEmpty {
      lines.append(
        WorkPane.heading("LISTENERS", shares.count < listeners.count ? "ss -ltne" : "ss -ltn", width))
    }
    for (key, listener) in listeners {
      let others = shares["\(listener.host) \(listener.address)"] ?? []
      lines += words(listener, place(of: key, among: others.map(\.key)), queues[key] ?? [], width)
    }
    let (halfOpen, sockets, count) = SocketLines.parted(state)
    lines += SocketLines.halfOpen(halfOpen, shares.mapValues { $0.map(\.value) }, moment, width)
    lines += SocketLines.lines(sockets, of: count, moment, width)
    for (host, counters) in state.counters.sorted(by: { $0.key < $1.key }) {
      let moved = counters.filter { $0.value != 0 }.sorted { $0.key < $1.key }
      if moved.isEmpty { continue }
      lines.append(WorkPane.heading("COUNTERS of \(host)", "nstat -az", width))
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

  /// Which of those that share its address a listener is: ` 2 of 4`; nothing of one alone.
  private static func place(of key: String, among keys: [String]) -> String {
    guard keys.count > 1, let place = keys.firstIndex(of: key) else { return "" }
    return "  \(place + 1) of \(keys.count)"
  }

  private static func words(
    _ listener: SessionState.Listener, _ place: String, _ names: [String], _ width: Int
  ) -> [StyledLine] {
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
    var name = StyledLine("\(listener.host) \(listener.address)\(place)")
    if !place.isEmpty, let cookie = listener.cookie {
      name.append("  sk:\(String(UInt64(bitPattern: cookie), radix: 16))", .dim)
    }
    return [name, bar]
      + StyledLine(" " + sentence, style).wrapped(width, hanging: StyledLine(" "))
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
