import Bytes
import Session

extension Analysis {
  /// Dissects a frame with what the first pass found of its conversation.
  func drawFrame(_ frame: FrameFacts, _ octets: RawSpan, into tree: inout Dissection) {
    tree.start(octets)
    tree.rowLength = frame.original
    let outline = Outline(octets, linkType: frame.linkType)
    if outline.hasAddresses {
      tree.sender = .host(isV6: outline.isV6, outline.sender)
      tree.receiver = .host(isV6: outline.isV6, outline.receiver)
    }
    if !tree.wants.contains(.nodes), listSegment(frame, octets, outline, into: &tree) { return }
    var listed = 0
    if tree.wants.contains(.nodes) {
      comments(frame, &tree)
      let heading = tree.open(FrameField.frame, at: 0, octets.byteCount)
      listed = frameFields(frame, &tree, heading)
      tree.close(heading)
    }
    if !fates.isEmpty { wire(frame, &tree) }
    var dissector = FrameDissector(
      tree: tree.taken(),
      context: FrameContext(frame, analysis: self, outline: outline, known: known(frame, octets, outline)))
    dissector.frame(octets, linkType: frame.linkType)
    tree = dissector.tree
    if tree.wants.contains(.derived) { drawDerived(frame, outline, dissector.context.known, into: &tree) }
    if tree.wants.contains(.octets) {
      tree.texts.append(ProtocolList(tree, met: dissector.context.protocols).words)
      tree.set(listed, UInt64(tree.texts.count))
    }
  }

  /// What the first pass found of the TCP segment in a frame.
  private func known(_ frame: FrameFacts, _ octets: RawSpan, _ outline: Outline) -> KnownSegment? {
    guard let index = store.segment(frame.row) else { return nil }
    let read = store.withPacket(frame.row, octets, outline) { packet, outline in
      Segment(packet, outline).flatMap { segment in
        tcpFacts(frame.row, index, outline, segment).map { (segment, $0) }
      }
    }
    guard let (segment, facts) = read else { return nil }
    let conversation = conversations.conversation(index)
    var findings = conversations.findings(index, of: segment)
    let time = frame.time ?? 0
    findings.timeRelative = time &- conversation.firstTime
    if findings.acksRow != 0 { findings.ackRTT = time &- (store.time(findings.acksRow) ?? 0) }
    return KnownSegment(
      facts: facts, findings: findings, conversation: conversation, index: index,
      message: conversations.segments.message(index))
  }

  /// Draws the capture's facts; returns the node of the list of protocols.
  private func frameFields(_ frame: FrameFacts, _ tree: inout Dissection, _ heading: Int) -> Int {
    let interface = self.interface(frame.interface, section: frame.section)
    let row = frame.row
    let size = frame.captured
    let wire = frame.original
    tree.retitle(
      heading,
      words:
        "Frame \(row): \(wire) byte\(wire == 1 ? "" : "s") on wire (\(wire &* 8) bits), \(size) byte\(size == 1 ? "" : "s") captured (\(size &* 8) bits)\(Self.words(interface))\(Self.direction(frame.flags))"
    )
    tree.add(FrameField.sectionNumber, UInt64(frame.section), at: 0, 0)
    if let interface {
      let group = tree.open(FrameField.interfaceID, UInt64(interface.number), at: 0, 0)
      tree.add(FrameField.interfaceName, text: interface.name ?? "unknown")
      if let words = interface.description { tree.add(FrameField.interfaceDescription, text: words) }
      tree.close(group)
    }
    if let flags = frame.flags { packetFlags(UInt64(flags), &tree) }
    if let id = frame.packetID { tree.add(FrameField.packetID, id, at: 0, 0) }
    let encapsulation = Self.encapsulation(frame.linkType)
    tree.add(FrameField.encapsulation, encapsulation, at: 0, 0)
    if let time = frame.time { times(time, row, &tree) }
    tree.add(FrameField.number, UInt64(row), at: 0, 0)
    tree.add(FrameField.length, UInt64(wire), at: 0, 0)
    tree.add(FrameField.captureLength, UInt64(size), at: 0, 0)
    if let flags = frame.flags, flags & 3 == 1 || flags & 3 == 2 {
      tree.add(FrameField.sentOrReceived, flags & 3 == 1 ? 1 : 0, at: 0, 0)
    }
    return tree.add(FrameField.protocols, 0, at: 0, 0)
  }

  /// Draws what was noted about a frame, as a layer before it.
  private func comments(_ frame: FrameFacts, _ tree: inout Dissection) {
    guard !frame.comments.isEmpty else { return }
    let heading = tree.open(FrameField.comments, at: 0, 0)
    for comment in frame.comments { tree.add(FrameField.comment, text: comment) }
    tree.close(heading)
  }

  private func packetFlags(_ flags: UInt64, _ tree: inout Dissection) {
    let group = tree.open(FrameField.packetFlags, flags, at: 0, 0)
    for field in FrameField.flags {
      let mask = field.info.mask
      tree.add(field, (flags & mask) >> UInt64(mask.trailingZeroBitCount), at: 0, 0)
    }
    tree.close(group)
  }

  private static func direction(_ flags: UInt32?) -> String {
    switch (flags ?? 0) & 3 {
    case 1: " (inbound)"
    case 2: " (outbound)"
    default: ""
    }
  }

  /// Wireshark's number of a kind of link.
  private static func encapsulation(_ linkType: UInt16) -> UInt64 {
    switch linkType {
    case 0: 15
    case 12, 14, 101: 7
    case 108: 174
    case 113: 25
    case 228: 129
    case 229: 130
    case 252: 155
    case 147...162: UInt64(linkType - 102)
    case 248: 149
    case 253: 158
    case 276: 210
    default: UInt64(linkType)
    }
  }

  private static func words(_ interface: Interface?) -> Wording {
    guard let interface else { return Wording() }
    return " on interface \(interface.name ?? "unknown"), id \(interface.number)"
  }

  private func times(_ time: Int64, _ row: Int, _ tree: inout Dissection) {
    func bits(_ n: Int64) -> UInt64 { UInt64(bitPattern: n) }
    tree.add(FrameField.time, bits(time), at: 0, 0)
    tree.add(FrameField.timeEpoch, bits(time), at: 0, 0)
    let previous = row > 1 ? store.lastTime(upTo: row - 1) : time
    tree.add(FrameField.timeDelta, bits(time &- previous), at: 0, 0)
    tree.add(FrameField.timeRelative, bits(time &- (store.time(1) ?? 0)), at: 0, 0)
  }

  private func wire(_ frame: FrameFacts, _ tree: inout Dissection) {
    guard let id = frame.packetID, let known = fates[id], !known.isEmpty else { return }
    let heading = tree.open(WireField.wire, at: 0, text: "Wire")
    for fate in known {
      tree.add(WireField.fate, text: "\(fate.kind)")
      if !fate.cause.isEmpty { tree.add(WireField.cause, text: fate.cause) }
      if fate.kind != .dropped, fate.kind != .held, let sent = frame.time {
        let start = store.time(1) ?? sent
        tree.add(WireField.delivered, UInt64(bitPattern: fate.time.nanoseconds &- start), at: 0, 0)
        tree.add(WireField.time, UInt64(bitPattern: fate.time.nanoseconds &- sent), at: 0, 0)
      }
    }
    tree.close(heading)
  }

  /// Draws an event: the capture's facts, the journal entry as Wireshark shows it, and the event's own values.
  func drawEvent(_ event: Event, row: Int, into tree: inout Dissection) {
    tree.start()
    let facts = openRow(event.time, row, &tree, "Row \(row)")
    tree.add(FrameField.protocols, text: "systemd_journal")
    tree.close(facts)
    let journal = tree.open(JournalField.journal, at: 0)
    tree.add(JournalField.realtime, UInt64(bitPattern: event.time.nanoseconds / 1000 &* 1000), at: 0, 0)
    tree.add(JournalField.message, text: event.message)
    tree.close(journal)
    let layer = EventTable.layer(event.kind)
    let fields = layer.fields
    let heading = FieldID(layer: layer, index: 0)
    tree.texts.append("\(fields[0].title): \(event.message)")
    tree.nodes.append(
      Node(field: heading, depth: 0, source: 0, offset: 0, length: 0, value: UInt64(tree.texts.count)))
    for field in event.fields { value(field, layer, fields, event.kind, &tree) }
    tree.protocolName = fields[0].title
    tree.info = Clean.text(event.message)
    if let host = event.text("host") { tree.sender = .name(Clean.text(host)) }
  }

  private func value(
    _ field: EventField, _ layer: Layer, _ fields: [FieldInfo], _ kind: EventKind, _ tree: inout Dissection
  ) {
    let name = "\(kind.rawValue).\(field.name)"
    var index = fields.firstIndex { $0.name == name } ?? Int(EventTable.other)
    var number: UInt64 = 0
    var text: String?
    switch field.value {
    case .number(let n): number = UInt64(bitPattern: n)
    case .truth(let truth): number = truth ? 1 : 0
    case .text(let words): text = words
    }
    if index == Int(EventTable.other) {
      text = "\(field.name): \(text ?? String(Int64(bitPattern: number)))"
    } else if fields[index].type == .text {
      text = text ?? String(Int64(bitPattern: number))
    } else if let words = text {
      index = Int(EventTable.other)
      text = "\(field.name): \(words)"
    }
    if let text {
      tree.texts.append(text)
      number = UInt64(tree.texts.count)
    }
    tree.nodes.append(
      Node(
        field: FieldID(layer: layer, index: UInt8(clamping: index)), depth: 1, source: 0, offset: 0,
        length: 0, value: number))
  }

  /// Draws a journal entry that is not one of our events.
  func drawJournal(_ entry: JournalEntry, row: Int, into tree: inout Dissection) {
    tree.start(entry.bytes.raw)
    tree.rowLength = entry.bytes.count
    let facts = openRow(
      entry.time, row, &tree, "Systemd Journal Entry \(row): \(Self.octets(entry.bytes.count))",
      section: entry.section, count: entry.bytes.count)
    tree.add(FrameField.protocols, text: "systemd_journal")
    tree.close(facts)
    let journal = tree.open(JournalField.journal, at: 0, entry.bytes.count)
    if let time = entry.time {
      tree.add(JournalField.realtime, UInt64(bitPattern: time.nanoseconds), at: 0, 0)
    }
    for (name, value) in entry.fields where name != "__REALTIME_TIMESTAMP" {
      let text = String(decoding: value, as: UTF8.self)
      if name == "MESSAGE" {
        tree.add(JournalField.message, text: text)
        tree.info = Clean.text(text)
      } else {
        let group = tree.open(JournalField.field, at: 0, 0, text: "\(name)=\(text)")
        tree.add(JournalField.fieldName, text: name)
        tree.add(JournalField.fieldValue, text: text)
        tree.close(group)
      }
    }
    tree.close(journal)
    tree.protocolName = "systemd Journal"
  }

  /// Draws a Custom Block: who defined it, and what it holds as it stands.
  func drawCustom(_ block: CustomBlock, row: Int, into tree: inout Dissection) {
    let count = block.bytes.count
    tree.start(block.bytes.raw)
    tree.rowLength = count
    tree.protocolName = "PCAPNG"
    let number = UInt64(block.enterprise)
    let words = enterpriseName(number).map { "\($0) (\(number))" } ?? "\(number)"
    if tree.wants.contains(.columns) {
      tree.info = "Custom Block: PEN = \(words), will \(block.isCopied ? "" : "not ")be copied"
    }
    guard tree.wants.contains(.nodes) else { return }
    let heading = openRow(
      nil, row, &tree,
      "PCAPNG Custom Block \(row): \(Self.octets(count)) (\(count * 8) bits) of custom data and options, "
        + "PEN \(words), copying \(block.isCopied ? "" : "not ")allowed",
      section: block.section, count: count)
    tree.add(FrameField.enterprise, number, at: 0, 0)
    tree.add(FrameField.isCopied, block.isCopied ? 1 : 0, at: 0, 0)
    tree.add(FrameField.protocols, text: count > 0 ? "data" : "")
    tree.close(heading)
    guard count > 0 else { return }
    tree.octets(count, base: 0, why: "only who defined the block knows what it holds")
  }

  private static func octets(_ n: Int) -> String { "\(n) byte\(n == 1 ? "" : "s")" }

  /// Opens the heading of a row that is no frame: its facts but for the list of its protocols.
  private func openRow(
    _ time: Timestamp?, _ row: Int, _ tree: inout Dissection, _ text: @autoclosure () -> String,
    section: Int? = nil, count: Int? = nil
  ) -> Int {
    let heading = tree.open(FrameField.frame, at: 0, count ?? 0, text: text())
    if let section { tree.add(FrameField.sectionNumber, UInt64(section), at: 0, 0) }
    if let time { times(time.nanoseconds, row, &tree) }
    tree.add(FrameField.number, UInt64(row), at: 0, 0)
    if let count {
      tree.add(FrameField.length, UInt64(count), at: 0, 0)
      tree.add(FrameField.captureLength, UInt64(count), at: 0, 0)
    }
    return heading
  }
}
