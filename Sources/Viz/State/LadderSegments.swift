import Bytes
import Dissect
import Session

extension Ladder {
  /// Adds a TCP segment.
  mutating func add(_ facts: TCPFacts, _ frame: Frame, _ analysis: Analysis) {
    let source = Endpoint(facts.source, facts.sourcePort)
    let destination = Endpoint(facts.destination, facts.destinationPort)
    let (from, to) = hosts.ends(of: frame, from: source.address, to: destination.address, analysis)
    let isClient = facts.side == .client
    // Taken out while it is changed, so that what it holds is not copied with each segment.
    var connection =
      connections.removeValue(forKey: facts.stream)
      ?? Connection(
        name: name(ofClient: isClient ? from : to ?? destination.address),
        clientHost: isClient ? from : to ?? destination.address,
        serverHost: isClient ? to ?? destination.address : from,
        client: isClient ? source : destination, server: isClient ? destination : source)
    hosts.appear(connection.clientHost, connection.serverHost)
    let label = SegmentLabel.text(facts, facts.length > 0 ? analysis.summary(facts.row) : nil)
    var line = LadderLine(
      row: facts.row, time: frame.time, connection: connection.name,
      .arrow(from: from, to: to, label: label))
    let isSYN = facts.flags & 0x12 == 0x02
    repeated(facts, frame, label, &line, &connection)
    if isSYN {
      connection.syns += 1
      let before = tracker.settle(connection.name)
      if let before, lines[before].reading == nil {
        lines[before].reading = .init(kind: .unanswered, row: facts.row, isInferred: false)
      }
      tracker.sent(syn: arrival(connection, frame))
    } else if !isClient, facts.has(0x02) || facts.has(0x04) {
      explain(facts, &line, &connection)
      _ = tracker.settle(connection.name)
      connection.isAnswered = connection.isAnswered || facts.has(0x02)
    } else if isClient, connection.isAnswered, facts.flags & 0x17 == 0x10, facts.length == 0,
      !connection.isComplete
    {
      connection.isComplete = true
      connection.lastACK = lines.count
      if connection.syns > 1 {
        line.causes.append(
          "\(connection.name) got in when its timer sent SYN number \(connection.syns), not when the place became free."
        )
      }
      tracker.sent(lastACK: arrival(connection, frame))
    }
    if facts.marks.contains(.zeroWindow) {
      line.causes.append(
        "Window 0: the sender of this has no room left, because its program does not read (RFC 9293 section 3.8.6)."
      )
    }
    if connection.syns > 0, !connection.isAnswered {
      knocking.insert(facts.stream)
    } else {
      knocking.remove(facts.stream)
    }
    connections[facts.stream] = connection
    streams[connection.client] = facts.stream
    append(line)
  }

  private func arrival(_ connection: Connection, _ frame: Frame) -> AcceptTracker.Arrival {
    AcceptTracker.Arrival(
      line: lines.count, connection: connection.name, host: connection.serverHost,
      server: connection.server,
      client: connection.client, packetID: frame.packetID, sent: frame.time)
  }

  /// Marks what was sent before, and tells why it is sent again.
  private func repeated(
    _ facts: TCPFacts, _ frame: Frame, _ label: String, _ line: inout LadderLine,
    _ connection: inout Connection
  ) {
    if facts.marks.contains(.duplicateAck) {
      connection.duplicates.append(facts.row)
    } else if facts.length == 0 {
      connection.duplicates = []
    }
    guard facts.length > 0 || facts.has(0x03) else { return }
    let identity =
      UInt64(facts.rawSequence) << 8 | UInt64(facts.flags & 0x03) << 1 | (facts.side == .client ? 1 : 0)
    let before = connection.sent[identity]
    connection.sent[identity] = .some(frame.time)
    let again: TCPMarks = [.retransmission, .fastRetransmission, .spuriousRetransmission]
    guard !facts.marks.isDisjoint(with: again) || (facts.has(0x03) && before != nil) else { return }
    line.isRepeat = true
    var later = ""
    if case .some(.some(let before)) = before, let time = frame.time {
      let passed = time.since(before)
      later =
        (passed < 100_000_000 ? Seconds.words(passed) : Seconds.text(passed, decimals: 1) + " s") + " later"
    }
    guard case .arrow(let from, let to, _) = line.content else { return }
    line.content = .arrow(from: from, to: to, label: label + " again" + (later.isEmpty ? "" : ", \(later)"))
    line.causes.append(cause(facts, connection))
  }

  private func cause(_ facts: TCPFacts, _ connection: Connection) -> String {
    if facts.flags & 0x12 == 0x02 {
      return connection.isAnswered
        ? "\(connection.name) sends its SYN again although a SYN,ACK was sent: it had not arrived in time (RFC 6298)."
        : "No SYN,ACK was seen for \(connection.name), so the client's timer sent its SYN again (RFC 6298)."
    }
    if facts.has(0x02) {
      return connection.isComplete
        ? "The server's timer sent SYN,ACK again: it has taken no ACK of \(connection.name), though one was sent."
        : "The server's timer sent SYN,ACK again: no ACK of \(connection.name) was seen (RFC 6298)."
    }
    if facts.marks.contains(.fastRetransmission) {
      let rows = connection.duplicates.map { String($0) }.joined(separator: ", ")
      return "Sent again before the timer ran out: duplicate ACKs"
        + (rows.isEmpty ? "" : " (rows \(rows))") + " asked for it (RFC 5681 section 3.2)."
    }
    if facts.marks.contains(.spuriousRetransmission) {
      return "Sent again although it was acknowledged already: that ACK had not arrived in time."
    }
    return "No ACK for it was seen in time, so the sender's timer sent it again (RFC 6298)."
  }

  /// Why a server answers as it does.
  private func explain(_ facts: TCPFacts, _ line: inout LadderLine, _ connection: inout Connection) {
    let program = programs[connection.serverHost]
    if facts.has(0x04) {
      line.causes.append(
        connection.isAnswered
          ? "RST ends the connection at once; what was under way is lost (RFC 9293 section 3.10.7)."
          : "RST as the answer to a SYN: nobody listens on port \(connection.server.port), so connect() fails with "
            + "ECONNREFUSED (RFC 9293 section 3.10.7.1).")
    } else if !line.isRepeat, connection.syns > 1 {
      line.causes.append(
        "SYN number \(connection.syns) of \(connection.name) found room; the client only knows that it took longer."
      )
    } else if !line.isRepeat, let program, program.listens, !program.accepts {
      line.causes.append(
        "The kernel answers by itself: the program has called listen() and never accept().")
    }
  }

  /// `c1`: the first host that connects has the letter c, others their first letter that is free.
  mutating func name(ofClient host: String) -> String {
    let owner = hosts.known.isEmpty ? "" : host
    let prefix: String
    if let known = prefixes[owner] {
      prefix = known
    } else {
      let letters =
        (prefixes.isEmpty ? "c" : "") + owner.lowercased().filter { $0.isASCII && $0.isLetter }
        + "abcdefghijklmnopqrstuvwxyz"
      prefix = letters.map { String($0) }.first { !prefixes.values.contains($0) } ?? "\(owner)-"
      prefixes[owner] = prefix
    }
    counts[prefix, default: 0] += 1
    return "\(prefix)\(counts[prefix] ?? 1)"
  }
}
