import Bytes

/// Packets that a program exported without their frames: tags, then the packet of a named dissector.
extension FrameDissector {
  mutating func exported(_ reader: inout Reader) {
    let layer = tree.open(ExportedField.exported, at: 0)
    note("exported_pdu")
    tree.protocolName = "Exported PDU"
    do throws(ReadError) {
      var again = reader
      let tags = try ExportedTags(&again)
      while again.position > reader.position { try tagNode(&reader) }
      if !reader.isAtEnd { tree.add(ExportedField.packet, at: reader.position, reader.remaining) }
      tree.close(layer, end: reader.position)
      switch tags.name {
      case "ip": ipv4(&reader)
      case "ipv6": ipv6(&reader)
      case "eth_withoutfcs", "eth_maybefcs": ethernet(&reader)
      case "udp": transport(17, &reader, promised: reader.remaining)
      case "tcp": transport(6, &reader, promised: reader.remaining)
      case "data":
        tree.protocolName = ""
        data(&reader)
      default: named(tags, &reader)
      }
    } catch {
      tree.close(layer, end: reader.position)
      unreadable("EXPORTED_PDU")
    }
  }

  private mutating func tagNode(_ reader: inout Reader) throws(ReadError) {
    let start = reader.position
    let tag = try reader.read(UInt16.self)
    let length = Int(try reader.read(UInt16.self))
    // The last tag has no value, whatever its length says.
    let size = tag == 0 ? 0 : length
    try reader.require(size)
    let node = tree.open(ExportedField.tag, at: start, 4 + size)
    tree.set(node, UInt64(tag))
    tree.add(ExportedField.tagLength, UInt64(length), at: start + 2, 2)
    let value = try reader.take(size)
    let at = value.position
    let word = UInt64((try? value.peek(UInt32.self)) ?? 0)
    switch (tag, size) {
    case (0, _): break
    case (12, _): tree.add(ExportedField.name, text: ExportedTags.text(value), at: at, size)
    case (13, _): tree.add(ExportedField.heuristicName, text: ExportedTags.text(value), at: at, size)
    case (14, _): tree.add(ExportedField.tableName, text: ExportedTags.text(value), at: at, size)
    case (33, _): tree.add(ExportedField.columnName, text: ExportedTags.text(value), at: at, size)
    case (20, 4):
      tree.add(ExportedField.ipv4Source, word, at: at, 4)
      tree.add(IPv4Field.source, word, at: at, 4)
    case (21, 4):
      tree.add(ExportedField.ipv4Destination, word, at: at, 4)
      tree.add(IPv4Field.destination, word, at: at, 4)
    case (22, 16):
      tree.add(ExportedField.ipv6Source, at: at, 16)
      tree.add(IPv6Field.source, at: at, 16)
    case (23, 16):
      tree.add(ExportedField.ipv6Destination, at: at, 16)
      tree.add(IPv6Field.destination, at: at, 16)
    case (24, 4): tree.add(ExportedField.portType, word, at: at, 4)
    case (25, 4): tree.add(ExportedField.sourcePort, word, at: at, 4)
    case (26, 4): tree.add(ExportedField.destinationPort, word, at: at, 4)
    case (30, 4): tree.add(ExportedField.originalFrame, word, at: at, 4)
    case (32, 4): tree.add(ExportedField.tableValue, word, at: at, 4)
    default: tree.add(ExportedField.unknown, at: at, size)
    }
    tree.close(node)
  }

  /// A packet of a protocol on TCP or UDP, by its name; as data when none is known here.
  private mutating func named(_ tags: ExportedTags, _ reader: inout Reader) {
    let octets = reader.rest
    let around = RowContext(
      row: context.row, time: context.time.map { Timestamp(nanoseconds: $0) }, stream: 0,
      clientPort: tags.sourcePort, serverPort: tags.destinationPort, secrets: context.analysis.secrets)
    let port = Self.ports[tags.name] ?? (tags.name.isEmpty ? tags.destinationPort : nil)
    guard let port else { return data(&reader) }
    if tags.portType != 3,
      let proto = streamProtocol(clientPort: tags.sourcePort, serverPort: port, first: octets),
      case .complete(let size) = proto.framing(octets, from: .client), size <= octets.byteCount
    {
      let part = octets.extracting(0..<size)
      let token = proto.receive(part, from: .client, context: around)
      tree.depth = 0
      proto.draw(part, base: reader.position, token: token, from: .client, into: &tree)
    } else if let proto = datagramProtocol(clientPort: tags.sourcePort, serverPort: port, first: octets) {
      let token = proto.receive(octets, from: .client, context: around)
      tree.depth = 0
      proto.draw(octets, base: reader.position, token: token, from: .client, into: &tree)
    } else {
      data(&reader)
    }
  }

  /// The usual ports of dissectors, by Wireshark's name.
  private static let ports: [String: UInt16] = [
    "http": 80, "http2": 80, "tls": 443, "dns": 53, "mqtt": 1883, "resp": 6379, "websocket": 80, "quic": 443,
  ]
}
