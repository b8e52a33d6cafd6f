import Bytes

/// What is known of the TCP segment that is being drawn.
struct KnownSegment {
  var facts: TCPFacts
  var findings: TCPFindings
  var conversation: TCPConversation
  /// Its place among the segments of the capture.
  var index: Int
  /// The first message of its direction that was not whole before it.
  var message: Int
}

extension FrameDissector {
  mutating func tcp(_ reader: inout Reader, promised: Int) {
    let start = reader.position
    let layer = tree.open(TCPField.tcp, at: start)
    note("tcp")
    if !context.isQuoted { tree.protocolName = "TCP" }
    do throws(ReadError) {
      let source = try tree.read(TCPField.sourcePort, UInt16.self, from: &reader)
      let destination = try tree.read(TCPField.destinationPort, UInt16.self, from: &reader)
      let hasColumn = !context.isQuoted && tree.wants.contains(.columns)
      if hasColumn { ports(source, destination) }
      let known = context.isQuoted ? nil : context.known
      let isWhole = !context.isQuoted && !context.isPiece
      tree.retitle(layer, words: Self.heading(source, destination, nil, 0))
      if context.isQuoted, !context.isV6 {
        tree.add(TCPField.sequence, UInt64(try reader.peek(UInt32.self)), at: start + 4, 4)
      }
      try reader.require(12)
      let word = try reader.peek(UInt16.self, at: 8)
      let headerLength = Int(word >> 12) * 4
      let length = isWhole && promised >= headerLength ? promised - headerLength : nil
      try numbers(&reader, known, length, at: start)
      if hasColumn, let known { column(known) }
      tree.add(TCPField.headerLength, UInt64(headerLength), at: start + 12, 1)
      guard headerLength >= 20 else {
        tree.add(TCPField.badHeaderLength, at: start + 12, 0)
        tree.close(layer, end: start + 13)
        if hasColumn {
          tree.column.append(", bogus TCP header length (\(headerLength), must be at least 20)")
        }
        return
      }
      flags(word & 0xFFF, known, at: start + 12)
      try reader.skip(2)
      try tree.read(TCPField.windowValue, UInt16.self, from: &reader)
      if let known { window(known, at: start + 14) }
      try tree.read(TCPField.checksum, UInt16.self, from: &reader)
      tree.add(TCPField.checksumStatus, 2, at: start + 16, 0)
      let urgent = try tree.read(TCPField.urgentPointer, UInt16.self, from: &reader)
      if word & 0x20 == 0, urgent != 0 { tree.add(TCPField.urgentNotZero, at: start + 18, 0) }
      tree.retitle(layer, words: Self.heading(source, destination, known?.facts, length ?? 0))
      if hasColumn {
        if word & 0x20 != 0 {
          tree.column.append(" Urg=")
          tree.column.append(urgent)
        }
        if let length {
          tree.column.append(" Len=")
          tree.column.append(length)
        }
      }
      if headerLength > 20 {
        var body = try reader.take(headerLength - 20)
        options(&body, known?.facts, word & 0xFFF)
      }
      if let known { analysis(known, at: start) }
      let count = min(length ?? 0, reader.remaining)
      if count > 0, word & 4 != 0, !context.isQuoted {
        tree.add(TCPField.resetCause, at: reader.position, count)
        return tree.close(layer, end: start + headerLength)
      }
      if count > 0 { tree.add(TCPField.payload, at: reader.position, count) }
      tree.close(layer, end: start + headerLength)
      let payload = try reader.take(count)
      if let known { messages(payload, known, layer: layer) }
    } catch {
      tree.close(layer, end: max(start, reader.position))
      if !context.isQuoted { unreadable("TCP") }
    }
  }

  /// Sequence and acknowledgment numbers, as they stand and relative to the first ones.
  private mutating func numbers(
    _ reader: inout Reader, _ known: KnownSegment?, _ length: Int?, at start: Int
  ) throws(ReadError) {
    if let known {
      tree.add(TCPField.stream, UInt64(known.facts.stream), at: start, 0)
      tree.add(
        TCPField.completeness, UInt64(known.conversation.completeness.value(in: context.row)), at: start, 0)
    }
    if let length { tree.add(TCPField.length, UInt64(length), at: start, 0) }
    let sequence = try reader.read(UInt32.self)
    let acknowledgment = try reader.read(UInt32.self)
    if !context.isQuoted || context.isV6 {
      tree.add(TCPField.sequence, UInt64(known?.facts.sequence ?? sequence), at: start + 4, 4)
      tree.add(TCPField.sequenceRaw, UInt64(sequence), at: start + 4, 4)
    }
    if let known {
      if length != nil {
        let next = known.facts.sequence &+ (known.findings.nextSequence &- sequence)
        tree.add(TCPField.nextSequence, UInt64(next), at: start, 0)
      }
    }
    tree.add(
      TCPField.acknowledgment, UInt64(known?.facts.acknowledgment ?? acknowledgment), at: start + 8, 4)
    tree.add(TCPField.acknowledgmentRaw, UInt64(acknowledgment), at: start + 8, 4)
    guard let known, tree.wants.contains(.nodes) else { return }
    if !known.facts.has(16), acknowledgment != 0 { tree.add(TCPField.ackNotZero, at: start + 8, 0) }
    guard known.facts.has(2), known.facts.has(16) else { return }
    if known.facts.acknowledgment > 1 {
      tree.add(TCPField.fastOpenAck, at: start + 8, 0)
    } else if known.conversation.hasFastOpen {
      tree.add(TCPField.fastOpenIgnored, at: start + 8, 0)
    }
  }

  private static func heading(
    _ source: UInt16, _ destination: UInt16, _ facts: TCPFacts?, _ length: Int
  ) -> Wording {
    var words: Wording =
      "Transmission Control Protocol, Src Port: \(source), Dst Port: \(destination)"
    guard let facts else { return words }
    words += ", Seq: \(facts.sequence)"
    if facts.has(16) { words += ", Ack: \(facts.acknowledgment)" }
    words += ", Len: \(length)"
    return words
  }

  private mutating func flags(_ value: UInt16, _ known: KnownSegment?, at offset: Int) {
    guard tree.wants.contains(.nodes) else { return }
    let group = tree.open(TCPField.flags, at: offset, 2)
    tree.set(group, UInt64(value))
    func bit(_ n: UInt16) -> UInt64 { UInt64(value >> n & 1) }
    tree.add(TCPField.reserved, value & 0xE00 == 0 ? 0 : 1, at: offset, 1)
    let counts = isCounting(known)
    if counts {
      tree.add(TCPField.counter, UInt64(value >> 6 & 7), at: offset, 2)
    } else {
      tree.add(TCPField.accurateECN, bit(8), at: offset, 1)
      tree.add(TCPField.cwr, bit(7), at: offset + 1, 1)
      tree.add(TCPField.ece, bit(6), at: offset + 1, 1)
    }
    tree.add(TCPField.urgent, bit(5), at: offset + 1, 1)
    tree.add(TCPField.ack, bit(4), at: offset + 1, 1)
    tree.add(TCPField.push, bit(3), at: offset + 1, 1)
    tree.add(TCPField.reset, bit(2), at: offset + 1, 1)
    tree.add(TCPField.syn, bit(1), at: offset + 1, 1)
    tree.add(TCPField.fin, bit(0), at: offset + 1, 1)
    let letters = tree.add(
      TCPField.flagText, words: tcpFlagLetters(value, isCounting: counts), at: offset)
    if let known, value & 1 != 0 {
      tree.depth += 1
      let isLow = (known.facts.side == .client) == known.conversation.lowIsClient
      tree.add(known.conversation.lowCloses == isLow ? TCPField.closes : .isClosed, at: offset, 0)
      tree.close(letters)
    }
    tree.close(group)
  }

  /// Whether three flags are the counter of accurate ECN.
  private func isCounting(_ known: KnownSegment?) -> Bool {
    known.map { !$0.facts.has(2) && $0.conversation.accurateECN.isCounting } ?? false
  }

  private mutating func window(_ known: KnownSegment, at offset: Int) {
    tree.add(TCPField.window, UInt64(known.facts.window), at: offset, 2)
    guard !known.facts.has(2) else { return }
    let scale = Int64(known.findings.scale)
    tree.add(TCPField.windowScale, UInt64(bitPattern: scale < 0 ? scale : 1 << scale), at: offset, 2)
  }

  private mutating func analysis(_ known: KnownSegment, at offset: Int) {
    guard tree.wants.contains(.nodes) else { return }
    let found = known.findings
    let marks = known.facts.marks
    let times = tree.open(TCPField.timestamps, at: offset, 0)
    tree.add(TCPField.timeRelative, UInt64(bitPattern: found.timeRelative), at: offset, 0)
    tree.add(TCPField.timeDelta, UInt64(bitPattern: found.timeDelta), at: offset, 0)
    tree.close(times)
    guard found.hasAnalysis || !marks.isEmpty else { return }
    let group = tree.open(TCPField.analysis, at: offset, 0)
    if found.acksRow != 0 {
      tree.add(TCPField.acksFrame, UInt64(found.acksRow), at: offset, 0)
      if found.ackRTT != 0 { tree.add(TCPField.ackRTT, UInt64(bitPattern: found.ackRTT), at: offset, 0) }
    }
    if let rtt = known.conversation.initialRTT {
      tree.add(TCPField.initialRTT, UInt64(bitPattern: rtt), at: offset, 0)
    }
    if found.bytesInFlight != 0 {
      tree.add(TCPField.bytesInFlight, UInt64(found.bytesInFlight), at: offset, 0)
      tree.add(TCPField.pushBytes, UInt64(found.pushBytes), at: offset, 0)
    }
    if !marks.isEmpty {
      let flags = tree.open(TCPField.analysisFlags, at: offset, 0)
      for (mark, field, _) in tcpMarkTable where marks.contains(mark) { tree.add(field, at: offset, 0) }
      if !marks.isDisjoint(with: [.fastRetransmission, .spuriousRetransmission]) {
        tree.add(TCPField.retransmission, at: offset, 0)
      }
      tree.close(flags)
    }
    if found.rtoRow != 0, found.rto != 0 {
      tree.add(TCPField.rto, UInt64(bitPattern: found.rto), at: offset, 0)
      tree.add(TCPField.rtoFrame, UInt64(found.rtoRow), at: offset, 0)
    }
    if found.duplicateNumber != 0 {
      tree.add(TCPField.duplicateAckNumber, UInt64(found.duplicateNumber), at: offset, 0)
      let frame = tree.open(TCPField.duplicateAckFrame, UInt64(found.duplicateRow), at: offset, 0)
      tree.add(TCPField.duplicateAck, at: offset, 0)
      tree.close(frame)
    }
    tree.close(group)
  }

  private mutating func ports(_ source: UInt16, _ destination: UInt16) {
    tree.column.removeAll()
    if let known = context.known, !known.facts.marks.isEmpty { marks(known) }
    tree.column.append(ports: source, destination)
  }

  private mutating func marks(_ known: KnownSegment) {
    for (mark, _, words) in tcpMarkTable where known.facts.marks.contains(mark) {
      tree.column.append(octet: 91)
      if mark == .duplicateAck {
        tree.column.append("TCP Dup ACK ")
        tree.column.append(known.findings.duplicateRow)
        tree.column.append(octet: 35)
        tree.column.append(known.findings.duplicateNumber)
      } else {
        tree.column.append(words)
      }
      tree.column.append("] ")
    }
  }

  /// The info column from the flags to the window.
  private mutating func column(_ known: KnownSegment) {
    let facts = known.facts
    tree.column.append(" [")
    if isCounting(known) {
      tree.column.append(tcpFlagWords(facts.flags, isCounting: true))
    } else {
      tree.column.append(tcpFlags: facts.flags)
    }
    tree.column.append(
      sequence: facts.sequence, acknowledgment: facts.has(16) ? facts.acknowledgment : nil,
      window: facts.window)
  }
}

extension TextBuffer {
  /// Appends ports as the info column begins.
  mutating func append(ports source: UInt16, _ destination: UInt16) {
    append(UInt64(source))
    append(" → " as StaticString)
    append(UInt64(destination))
  }

  /// Appends what the info column says behind the flags.
  mutating func append(sequence: UInt32, acknowledgment: UInt32?, window: Int) {
    append("] Seq=" as StaticString)
    append(UInt64(sequence))
    if let acknowledgment {
      append(" Ack=" as StaticString)
      append(UInt64(acknowledgment))
    }
    append(" Win=" as StaticString)
    append(UInt64(window))
  }

  /// Appends set flags as Wireshark words them: `SYN, ACK`.
  mutating func append(tcpFlags flags: UInt16) {
    switch flags {
    case 0x10: append("ACK")
    case 0x18: append("PSH, ACK")
    default: append(tcpFlagWords(flags))
    }
  }
}

/// Marks in the order of Wireshark's info column, their fields and how the info column words them.
let tcpMarkTable: [(TCPMarks, TCPField, StaticString)] = [
  (.zeroWindowProbeAck, .zeroWindowProbeAck, "TCP ZeroWindowProbeAck"),
  (.zeroWindow, .zeroWindow, "TCP ZeroWindow"),
  (.zeroWindowProbe, .zeroWindowProbe, "TCP ZeroWindowProbe"),
  (.duplicateAck, .duplicateAck, "TCP Dup ACK"),
  (.keepAliveAck, .keepAliveAck, "TCP Keep-Alive ACK"),
  (.keepAlive, .keepAlive, "TCP Keep-Alive"),
  (.windowFull, .windowFull, "TCP Window Full"),
  (.windowUpdate, .windowUpdate, "TCP Window Update"),
  (.ackLostSegment, .ackLostSegment, "TCP ACKed unseen segment"),
  (.lostSegment, .lostSegment, "TCP Previous segment not captured"),
  (.outOfOrder, .outOfOrder, "TCP Out-Of-Order"),
  (.spuriousRetransmission, .spuriousRetransmission, "TCP Spurious Retransmission"),
  (.fastRetransmission, .fastRetransmission, "TCP Fast Retransmission"),
  (.retransmission, .retransmission, "TCP Retransmission"),
  (.reusedPorts, .reusedPorts, "TCP Port numbers reused"),
]
