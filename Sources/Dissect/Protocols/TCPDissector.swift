import Bytes

extension FrameDissector {
  mutating func tcp(_ reader: inout Reader, promised: Int) {
    let start = reader.position
    let layer = tree.open(TCPField.tcp, at: start)
    context.protocols.append("tcp")
    if !context.isQuoted { tree.protocolName = "TCP" }
    do throws(ReadError) {
      let source = try tree.read(TCPField.sourcePort, UInt16.self, from: &reader)
      let destination = try tree.read(TCPField.destinationPort, UInt16.self, from: &reader)
      let facts = context.isQuoted ? nil : context.facts
      let word = try reader.peek(UInt16.self, at: 8)
      let headerLength = Int(word >> 12) * 4
      let length = max(0, promised - headerLength)
      if let facts, let conversation = context.conversation {
        tree.add(TCPField.stream, UInt64(facts.stream), at: start, 0)
        tree.add(TCPField.completeness, UInt64(conversation.completeness), at: start, 0)
      }
      if !context.isQuoted { tree.add(TCPField.length, UInt64(length), at: start, 0) }
      let sequence = try reader.read(UInt32.self)
      let acknowledgment = try reader.read(UInt32.self)
      if let facts { tree.add(TCPField.sequence, UInt64(facts.sequence), at: start + 4, 4) }
      tree.add(TCPField.sequenceRaw, UInt64(sequence), at: start + 4, 4)
      if let facts, let findings = context.findings {
        tree.add(
          TCPField.nextSequence, UInt64(facts.sequence &+ (findings.nextSequence &- sequence)), at: start, 0)
        tree.add(TCPField.acknowledgment, UInt64(facts.acknowledgment), at: start + 8, 4)
      }
      tree.add(TCPField.acknowledgmentRaw, UInt64(acknowledgment), at: start + 8, 4)
      tree.add(TCPField.headerLength, UInt64(headerLength), at: start + 12, 1)
      guard headerLength >= 20 else { throw .malformed("header shorter than 20 octets", at: start + 12) }
      flags(word & 0xFFF, at: start + 12)
      try reader.skip(2)
      let window = try tree.read(TCPField.windowValue, UInt16.self, from: &reader)
      if let facts, let findings = context.findings {
        tree.add(TCPField.window, UInt64(facts.window), at: start + 14, 0)
        if !facts.has(2) {
          let factor = findings.scale < 0 ? Int64(findings.scale) : Int64(1) << Int64(findings.scale)
          tree.add(TCPField.windowScale, UInt64(bitPattern: factor), at: start + 14, 0)
        }
      }
      try tree.read(TCPField.checksum, UInt16.self, from: &reader)
      tree.add(TCPField.checksumStatus, 2, at: start + 16, 0)
      try tree.read(TCPField.urgentPointer, UInt16.self, from: &reader)
      let ports = "Src Port: \(source), Dst Port: \(destination)"
      let numbers = facts.map { f in
        "Seq: \(f.sequence)" + (f.has(16) ? ", Ack: \(f.acknowledgment)" : "") + ", Len: \(length)"
      }
      tree.retitle(layer, "Transmission Control Protocol, \(ports)" + (numbers.map { ", \($0)" } ?? ""))
      var notes: [String] = []
      if headerLength > 20 {
        var body = try reader.take(headerLength - 20)
        notes = options(&body)
      }
      if let facts, let findings = context.findings { analysis(facts, findings, at: start) }
      let count = min(length, reader.remaining)
      if count > 0 { tree.add(TCPField.payload, at: reader.position, count) }
      if let facts { tcpInfo(facts, word & 0xFFF, length, window, notes) }
      tree.close(layer, end: start + headerLength)
      let payload = try reader.take(count)
      let isEnding = context.conversation?.streams.messages[context.row] != nil
      guard count > 0 || isEnding, !context.isQuoted else { return }
      messages(payload, layer: layer)
    } catch {
      tree.close(layer, end: max(start, reader.position))
      malformed("TCP")
    }
  }

  private mutating func flags(_ value: UInt16, at offset: Int) {
    let group = tree.open(TCPField.flags, at: offset, 2)
    tree.nodes[group].value = UInt64(value)
    tree.add(TCPField.reserved, value & 0xE00 == 0 ? 0 : 1, at: offset, 1)
    let bits: [(TCPField, UInt16)] = [
      (.accurateECN, 8), (.cwr, 7), (.ece, 6), (.urgent, 5), (.ack, 4), (.push, 3), (.reset, 2), (.syn, 1),
      (.fin, 0),
    ]
    for (field, bit) in bits {
      tree.add(field, UInt64(value >> bit & 1), at: bit == 8 ? offset : offset + 1, 1)
    }
    tree.add(TCPField.flagText, text: tcpFlagLetters(value), at: offset, 0)
    tree.close(group)
  }

  /// Draws the options and returns what the info column says of them.
  private mutating func options(_ reader: inout Reader) -> [String] {
    var notes: [String] = []
    let group = tree.open(TCPField.options, at: reader.position, reader.remaining)
    let count = reader.remaining
    var titles: [String] = []
    do throws(ReadError) {
      while !reader.isAtEnd {
        let start = reader.position
        let kind = try reader.peek(UInt8.self)
        let size = kind < 2 ? 1 : Int(try reader.peek(UInt8.self, at: 1))
        guard size >= 1, kind < 2 || size >= 2 else {
          throw .malformed("option shorter than its header", at: start)
        }
        var body = try reader.take(size)
        if kind == 0 {
          let node = tree.open(
            TCPField.otherOption, at: start, 1, text: "TCP Option - End of Option List (EOL)")
          try tree.read(TCPField.optionKind, UInt8.self, from: &body)
          tree.close(node)
          break
        }
        let (title, note) = try option(kind, size, &body, at: start)
        titles.append(title)
        if let note { notes.append(note) }
      }
    } catch {
      malformed("TCP options")
    }
    tree.close(group)
    tree.retitle(group, "Options: (\(count) bytes)" + titles.map { ", \($0)" }.joined())
    return notes
  }

  private mutating func option(
    _ kind: UInt8, _ size: Int, _ body: inout Reader, at start: Int
  ) throws(ReadError) -> (String, String?) {
    let field: TCPField =
      switch kind {
      case 1: .noOperation
      case 2: .mssOption
      case 3: .windowOption
      case 4: .sackPermitted
      case 5: .sack
      case 8: .timestampOption
      case 34: .fastOpen
      default: .otherOption
      }
    let node = tree.open(field, at: start, size)
    defer { tree.close(node) }
    try tree.read(TCPField.optionKind, UInt8.self, from: &body)
    if kind != 1 { try tree.read(TCPField.optionLength, UInt8.self, from: &body) }
    switch (kind, size) {
    case (1, _):
      tree.retitle(node, "TCP Option - No-Operation (NOP)")
      return ("No-Operation (NOP)", nil)
    case (2, 4):
      let value = try tree.read(TCPField.mss, UInt16.self, from: &body)
      tree.retitle(node, "TCP Option - Maximum segment size: \(value) bytes")
      return ("Maximum segment size", "MSS=\(value)")
    case (3, 3):
      let shift = try tree.read(TCPField.windowShift, UInt8.self, from: &body)
      let factor = UInt64(1) << UInt64(min(shift, 14))
      tree.add(TCPField.windowMultiplier, factor, at: start + 2, 0)
      tree.retitle(node, "TCP Option - Window scale: \(shift) (multiply by \(factor))")
      return ("Window scale", "WS=\(factor)")
    case (4, 2):
      tree.retitle(node, "TCP Option - SACK permitted")
      return ("SACK permitted", "SACK_PERM")
    case (5, _):
      return try sack(&body, node, start)
    case (8, 10):
      let value = try tree.read(TCPField.tsval, UInt32.self, from: &body)
      let echo = try tree.read(TCPField.tsecr, UInt32.self, from: &body)
      tree.retitle(node, "TCP Option - Timestamps: TSval \(value), TSecr \(echo)")
      return ("Timestamps", "TSval=\(value) TSecr=\(echo)")
    case (34, 2):
      tree.add(TCPField.fastOpenRequest, at: start, 0)
      tree.retitle(node, "TCP Option - TCP Fast Open Cookie Request")
      return ("TCP Fast Open", "TFO=R")
    case (34, _):
      let cookie = body.rest.copied()
      tree.retitle(node, "TCP Option - TCP Fast Open Cookie: \(Hex.text(cookie))")
      try tree.bytes(TCPField.fastOpenCookie, body.remaining, from: &body)
      return ("TCP Fast Open", "TFO=C")
    case (28, 4):
      let value = try body.read(UInt16.self)
      tree.add(TCPField.userTimeout, UInt64(value & 0x7FFF), at: start + 2, 2)
      tree.retitle(node, "TCP Option - User Timeout")
      return ("User Timeout", nil)
    default:
      let name = optionKindName(UInt64(kind)) ?? "Unknown (\(kind))"
      tree.retitle(node, "TCP Option - \(name)")
      if body.remaining > 0 { try tree.bytes(TCPField.optionPayload, body.remaining, from: &body) }
      return (name, nil)
    }
  }

  private mutating func sack(_ body: inout Reader, _ node: Int, _ start: Int) throws(ReadError) -> (
    String, String?
  ) {
    // Edges count in the other side's numbers, relative as its sequence numbers are.
    let base = context.facts.map { $0.rawAcknowledgment &- $0.acknowledgment } ?? 0
    var words: [String] = []
    var count: UInt64 = 0
    while body.remaining >= 8 {
      let left = try body.read(UInt32.self) &- base
      let right = try body.read(UInt32.self) &- base
      tree.add(TCPField.sackLeft, UInt64(left), at: body.position - 8, 4)
      tree.add(TCPField.sackRight, UInt64(right), at: body.position - 4, 4)
      words.append("\(left)-\(right)")
      count += 1
    }
    tree.add(TCPField.sackCount, count, at: start, 0)
    tree.retitle(node, "TCP Option - SACK " + words.joined(separator: " "))
    let first = words.first?.split(separator: "-") ?? []
    return ("SACK", first.count == 2 ? "SLE=\(first[0]) SRE=\(first[1])" : nil)
  }

  private mutating func analysis(_ facts: TCPFacts, _ found: TCPFindings, at offset: Int) {
    let times = tree.open(TCPField.timestamps, at: offset, 0)
    tree.add(TCPField.timeRelative, UInt64(bitPattern: found.timeRelative), at: offset, 0)
    tree.add(TCPField.timeDelta, UInt64(bitPattern: found.timeDelta), at: offset, 0)
    tree.close(times)
    guard found.hasAnalysis || !facts.marks.isEmpty else { return }
    let group = tree.open(TCPField.analysis, at: offset, 0)
    if found.acksRow != 0 {
      tree.add(TCPField.acksFrame, UInt64(found.acksRow), at: offset, 0)
      tree.add(TCPField.ackRTT, UInt64(bitPattern: found.ackRTT), at: offset, 0)
    }
    if let rtt = context.conversation?.initialRTT {
      tree.add(TCPField.initialRTT, UInt64(bitPattern: rtt), at: offset, 0)
    }
    if found.bytesInFlight != 0 {
      tree.add(TCPField.bytesInFlight, UInt64(found.bytesInFlight), at: offset, 0)
    }
    if found.pushBytes != 0 { tree.add(TCPField.pushBytes, UInt64(found.pushBytes), at: offset, 0) }
    if !facts.marks.isEmpty {
      let flags = tree.open(TCPField.analysisFlags, at: offset, 0)
      for (mark, field, _) in tcpMarkTable where facts.marks.contains(mark) { tree.add(field, at: offset, 0) }
      tree.close(flags)
    }
    if found.rtoRow != 0 {
      tree.add(TCPField.rto, UInt64(bitPattern: found.rto), at: offset, 0)
      tree.add(TCPField.rtoFrame, UInt64(found.rtoRow), at: offset, 0)
    }
    if found.duplicateNumber != 0 {
      tree.add(TCPField.duplicateAckNumber, UInt64(found.duplicateNumber), at: offset, 0)
      tree.add(TCPField.duplicateAckFrame, UInt64(found.duplicateRow), at: offset, 0)
    }
    tree.close(group)
  }

  private mutating func tcpInfo(
    _ facts: TCPFacts, _ flags: UInt16, _ length: Int, _ window: UInt16, _ notes: [String]
  ) {
    tree.info = ""
    for (mark, _, words) in tcpMarkTable where facts.marks.contains(mark) {
      if mark == .duplicateAck, let found = context.findings {
        tree.info += "[TCP Dup ACK \(found.duplicateRow)#\(found.duplicateNumber)] "
      } else {
        tree.info += "[\(words)] "
      }
    }
    tree.info +=
      "\(facts.sourcePort) → \(facts.destinationPort) [\(tcpFlagWords(flags))] Seq=\(facts.sequence)"
    if facts.has(16) { tree.info += " Ack=\(facts.acknowledgment)" }
    tree.info += " Win=\(facts.window) Len=\(length)" + notes.map { " \($0)" }.joined()
  }

  /// Draws the messages that end in this row; otherwise names the segment and the row that completes it.
  private mutating func messages(_ payload: consuming Reader, layer: Int) {
    guard let streams = context.conversation?.streams, streams.proto != nil else {
      if context.conversation?.streams.proto == nil { data(&payload) }
      return
    }
    let whole = streams.messages[context.row] ?? []
    let ending = streams.endings[context.row]
    if let ending, ending != context.row {
      let node = tree.nodes.count
      tree.depth = tree.nodes[layer].depth + 1
      tree.add(TCPField.reassembledIn, UInt64(ending), at: payload.position, 0)
      tree.depth = tree.nodes[layer].depth
      if whole.isEmpty {
        tree.nodes[node].depth = tree.nodes[layer].depth + 1
        tree.info += " [TCP segment of a reassembled PDU]"
      }
    }
    for message in whole {
      let local = message.pieces.allSatisfy { $0.row == context.row } && message.pieces.count == 1
      let before = tree.source
      if local {
        streams.proto?.draw(
          message.bytes.raw, base: message.pieces[0].offset, token: message.token, from: message.side,
          into: &tree)
      } else {
        reassembled(message, layer)
        tree.addSource("Reassembled TCP", message.bytes)
        streams.proto?.draw(message.bytes.raw, base: 0, token: message.token, from: message.side, into: &tree)
      }
      tree.source = before
    }
    if whole.isEmpty, ending == nil { data(&payload) }
  }

  private mutating func reassembled(_ message: StreamMessage, _ layer: Int) {
    let text =
      "\(message.pieces.count) Reassembled TCP Segments (\(message.bytes.count) bytes): "
      + message.pieces.map { "#\($0.row)(\($0.count))" }.joined(separator: ", ")
    let group = tree.open(TCPField.segments, at: 0, 0, text: text)
    for piece in message.pieces { tree.add(TCPField.segment, UInt64(piece.row), at: 0, 0) }
    tree.add(TCPField.segmentCount, UInt64(message.pieces.count), at: 0, 0)
    tree.add(TCPField.reassembledLength, UInt64(message.bytes.count), at: 0, 0)
    tree.close(group)
  }
}

/// Marks in Wireshark's order, their fields and how the info column words them.
let tcpMarkTable: [(TCPMarks, TCPField, String)] = [
  (.retransmission, .retransmission, "TCP Retransmission"),
  (.fastRetransmission, .fastRetransmission, "TCP Fast Retransmission"),
  (.spuriousRetransmission, .spuriousRetransmission, "TCP Spurious Retransmission"),
  (.outOfOrder, .outOfOrder, "TCP Out-Of-Order"),
  (.reusedPorts, .reusedPorts, "TCP Port numbers reused"),
  (.lostSegment, .lostSegment, "TCP Previous segment not captured"),
  (.ackLostSegment, .ackLostSegment, "TCP ACKed unseen segment"),
  (.windowUpdate, .windowUpdate, "TCP Window Update"),
  (.windowFull, .windowFull, "TCP Window Full"),
  (.keepAlive, .keepAlive, "TCP Keep-Alive"),
  (.keepAliveAck, .keepAliveAck, "TCP Keep-Alive ACK"),
  (.duplicateAck, .duplicateAck, "TCP Dup ACK"),
  (.zeroWindowProbe, .zeroWindowProbe, "TCP ZeroWindowProbe"),
  (.zeroWindow, .zeroWindow, "TCP ZeroWindow"),
  (.zeroWindowProbeAck, .zeroWindowProbeAck, "TCP ZeroWindowProbeAck"),
]
