import Dissect
import Session

extension Ladder {
  /// Takes an event: readings are joined to lines, others may be lines.
  mutating func add(_ event: Event, _ row: Int, _ analysis: Analysis) {
    switch event.kind {
    case .session: hosts.take(event)
    case .kernel:
      switch event.text("subject") {
      case "listener":
        programs[event.text("host") ?? "", default: Program()].listens = !SessionState.isClosed(event)
        join(tracker.listener(event, row, analysis))
        keepQueues(row)
      case "counters": join(tracker.counters(event, row, analysis))
      default: break
      }
    case .syscall: call(event, row)
    case .note: note(event, row)
    case .knob: append(LadderLine(row: row, time: event.time, .note("knob: \(event.message)")))
    case .process: process(event, row)
    case .request, .load: break
    }
  }

  private static let sleeping: Set<String> = ["nanosleep", "clock_nanosleep", "pause", "sleep"]

  private mutating func call(_ event: Event, _ row: Int) {
    let host = event.text("host") ?? ""
    let begins = event.text("phase") == "call"
    let errno = event.text("errno")
    switch event.text("name") ?? "" {
    case let name where Ladder.sleeping.contains(name):
      if programs[host]?.listens ?? false { programs[host]?.change(begins ? "asleep" : "awake") }
    case "listen": programs[host, default: Program()].listens = errno == nil
    case "accept", "accept4":
      programs[host, default: Program()].accepts = true
      if begins {
        programs[host]?.change("in accept()")
      } else if errno == nil {
        accepted(event, row, host)
      } else if errno != "EAGAIN" {
        var line = LadderLine(row: row, time: event.time, .note(""))
        line.program = "accept() failed: \(errno ?? "")"
        append(line)
      }
    case "connect":
      // One that is in progress has no result yet; how it ended is told by a note or by its return.
      guard !begins, errno != "EINPROGRESS", event.text("phase") == "return" || errno != nil else { return }
      result("connect() " + (errno.map { "failed: \($0)" } ?? "returned 0"), event, row)
    default: break
    }
  }

  private mutating func accepted(_ event: Event, _ row: Int, _ host: String) {
    let seen = tracker.accepted(event)
    let client = event.text("remote").flatMap { Endpoint($0) }
    let name = seen ?? connection(client: client)?.name
    if let name { tracker.leave(name, host: host) }
    keepQueues(row)
    var line = LadderLine(row: row, time: event.time, connection: name ?? "", .note(""))
    line.program = "accept() took \(name ?? event.text("remote") ?? "one")"
    line.causes.append("The program called accept() and took \(name ?? "one") out of the queue.")
    // A first SYN may still be under way: only one that was repeated found no place.
    let outside = knocking.compactMap { connections[$0] }.filter { $0.serverHost == host && $0.syns > 1 }
      .map(\.name).sorted { ($0.count, $0) < ($1.count, $1) }
    if !outside.isEmpty {
      let names = outside.prefix(3).joined(separator: ", ")
      line.causes.append(
        "Nobody tells \(names) that a place is free: \(outside.count == 1 ? "it" : "each") gets in at its next retry, "
          + "when its timer sends the SYN again."
      )
    }
    append(line)
    programs[host]?.change("awake")
    _ = programs[host]?.show()
  }

  private mutating func note(_ event: Event, _ row: Int) {
    switch event.text("what") {
    case "connected", "failed":
      let words = event.message.split(separator: " (", maxSplits: 1).first.map(String.init)
      result(words ?? event.message, event, row)
    // What the learner did is seen by what follows.
    case "key": break
    default:
      var line = LadderLine(row: row, time: event.time, .note(event.message))
      // Beside a ladder there may be no room for a whole sentence.
      if TextWidth.columns(of: event.message) > 60 { line.causes.append(event.message) }
      append(line)
    }
  }

  /// What a call of a client gave, with the name of its connection.
  private mutating func result(_ words: String, _ event: Event, _ row: Int) {
    let isOpen = words.hasSuffix("returned 0")
    let known =
      connection(client: event.text("local").flatMap { Endpoint($0) }) ?? meet(event, row, isOpen: isOpen)
    var line = LadderLine(row: row, time: event.time, connection: known?.name ?? "", .note("= \(words)"))
    if let known, isOpen, let program = programs[known.serverHost], program.listens,
      !program.accepts
    {
      line.causes.append(
        "connect() returns when SYN,ACK arrives. The kernel sent it; the program has not called accept().")
    }
    append(line)
  }

  /// A connection that no frame tells of, since there are none: labs on the loopback (queues and system calls only).
  private mutating func meet(_ event: Event, _ row: Int, isOpen: Bool) -> Connection? {
    guard start == nil, let client = event.text("local").flatMap({ Endpoint($0) }),
      let server = event.text("remote").flatMap({ Endpoint($0) })
    else { return nil }
    let clientHost = event.text("host") ?? client.address
    let serverHost = hosts.host(ofAddress: server.address) ?? server.address
    hosts.appear(clientHost, serverHost)
    let connection = Connection(
      name: name(ofClient: clientHost), clientHost: clientHost, serverHost: serverHost, client: client,
      server: server)
    // Streams of frames count from 0; these never meet them.
    let stream = -1 - connections.count
    connections[stream] = connection
    streams[client] = stream
    if isOpen {
      tracker.opened(
        AcceptTracker.Arrival(
          line: lines.count, connection: connection.name, host: serverHost, server: server, client: client,
          packetID: nil, sent: event.time))
      keepQueues(row)
    }
    return connection
  }

  private mutating func process(_ event: Event, _ row: Int) {
    let host = event.text("host") ?? ""
    switch event.text("what") {
    case "ready":
      // Ready, and no call is told: it waits in the kernel until something wakes it.
      if let program = programs[host], program.listens, program.state.isEmpty {
        programs[host]?.change("asleep")
      }
    case "exited" where event.number("status") ?? 0 != 0:
      append(LadderLine(row: row, time: event.time, .note(event.message)))
    default: break
    }
  }

  /// The newest connection that has this client.
  private func connection(client: Endpoint?) -> Connection? {
    client.flatMap { streams[$0] }.flatMap { connections[$0] }
  }
}
