import Bytes
import Session

/// What a frame's dissector needs of the row.
struct FrameContext {
  var row: Int
  unowned let analysis: Analysis
  /// Where the frame's headers stand.
  let outline: Outline
  /// What the first pass found of the TCP segment; nil when the frame holds none.
  let known: KnownSegment?
  /// Names of the protocols met, for `frame.protocols`.
  var protocols: [StaticString] = []
  /// Whether the packet is quoted in an ICMP message: it belongs to no conversation.
  var isQuoted = false
}

/// Draws the layers of a frame, one after the other; what can't be read ends its layer and the octets left are data.
struct FrameDissector {
  var tree: Dissection
  var context: FrameContext

  /// Notes that a protocol was met.
  mutating func note(_ name: StaticString) {
    if tree.wants.contains(.octets) { context.protocols.append(name) }
  }

  mutating func ethernet(_ bytes: RawSpan) {
    var reader = Reader(bytes)
    let layer = tree.open(EthernetField.ethernet, at: 0)
    note("eth")
    tree.protocolName = "Ethernet"
    do throws(ReadError) {
      let destination = try address(.destination, .destinationLG, .destinationIG, &reader)
      let source = try address(.source, .sourceLG, .sourceIG, &reader)
      if !context.outline.hasAddresses {
        (tree.sender, tree.receiver) = (.ether(source), .ether(destination))
      }
      let type = try reader.peek(UInt16.self)
      tree.add(type < 0x600 ? EthernetField.length : .type, UInt64(type), at: reader.position, 2)
      try reader.skip(2)
      tree.retitle(layer, "Ethernet II, Src: \(source), Dst: \(destination)")
      tree.close(layer, end: reader.position)
      note("ethertype")
      network(type, &reader)
      trailer(layer, bytes)
    } catch {
      tree.close(layer, end: bytes.byteCount)
      malformed("Ethernet")
    }
  }

  private mutating func address(
    _ field: EthernetField, _ lg: EthernetField, _ ig: EthernetField, _ reader: inout Reader
  ) throws(ReadError) -> MACAddress {
    let offset = reader.position
    let high = try reader.peek(UInt16.self)
    let low = try reader.peek(UInt32.self, at: 2)
    try reader.skip(6)
    let value = UInt64(high) << 32 | UInt64(low)
    guard tree.wants.contains(.nodes) else { return MACAddress(value) }
    let node = tree.open(field, at: offset, 6)
    tree.set(node, value)
    tree.add(lg, value >> 41 & 1, at: offset, 3)
    tree.add(ig, value >> 40 & 1, at: offset, 3)
    tree.close(node)
    return MACAddress(value)
  }

  /// Octets behind the packet: padding, drawn in the Ethernet layer.
  private mutating func trailer(_ layer: Int, _ bytes: RawSpan) {
    guard tree.wants.contains(.nodes) else { return }
    let outline = context.outline
    let end =
      outline.proto != 0 || outline.etherType == 0x0800 || outline.etherType == 0x86DD
      ? outline.payload.upperBound : outline.etherType == 0x0806 ? 42 : bytes.byteCount
    guard end > 14, end < bytes.byteCount else { return }
    let padding = (end..<bytes.byteCount).allSatisfy { bytes[octet: $0] == 0 } && bytes.byteCount <= 60
    let node = Node(
      field: FieldID(padding ? EthernetField.padding : EthernetField.trailer),
      depth: tree.nodes[layer].depth + 1, source: 0,
      offset: UInt32(end), length: UInt32(bytes.byteCount - end), value: 0)
    var index = layer + 1
    while index < tree.nodes.count, tree.nodes[index].depth > tree.nodes[layer].depth { index += 1 }
    tree.nodes.insert(node, at: index)
  }

  mutating func network(_ type: UInt16, _ reader: inout Reader) {
    switch type {
    case 0x0800: ipv4(&reader)
    case 0x86DD: ipv6(&reader)
    case 0x0806: arp(&reader)
    default:
      tree.info = etherTypeName(UInt64(type)) ?? "Ethernet II"
      if type >= 0x600 { tree.protocolName = "0x\(hex(UInt64(type), 4))" }
      data(&reader)
    }
  }

  /// Shows what is left as data.
  mutating func data(_ reader: inout Reader) {
    guard !reader.isAtEnd else { return }
    note("data")
    let count = reader.remaining
    let layer = tree.open(
      DataField.data, at: reader.position, count, text: "Data (\(count) byte\(count == 1 ? "" : "s"))")
    tree.add(DataField.octets, at: reader.position, count)
    tree.add(DataField.length, UInt64(count), at: reader.position, 0)
    tree.close(layer)
  }

  /// Notes that a layer could not be read whole.
  mutating func malformed(_ name: String) {
    tree.column.append("[Malformed Packet: ")
    tree.column.append(name)
    tree.column.append(octet: 93)
  }

  private mutating func arp(_ reader: inout Reader) {
    let start = reader.position
    let layer = tree.open(ARPField.arp, at: start)
    note("arp")
    tree.protocolName = "ARP"
    do throws(ReadError) {
      let hardware = try tree.read(ARPField.hardwareType, UInt16.self, from: &reader)
      let proto = try tree.read(ARPField.protocolType, UInt16.self, from: &reader)
      try tree.read(ARPField.hardwareSize, UInt8.self, from: &reader)
      try tree.read(ARPField.protocolSize, UInt8.self, from: &reader)
      let opcode = try tree.read(ARPField.opcode, UInt16.self, from: &reader)
      guard hardware == 1, proto == 0x0800 else { throw .malformed("not Ethernet and IPv4", at: start) }
      try reader.require(20)
      let senderCard = try card(reader, 0)
      let sender = IPv4Address(try reader.peek(UInt32.self, at: 6))
      let target = IPv4Address(try reader.peek(UInt32.self, at: 16))
      if sender == target { tree.add(ARPField.isGratuitous, 1, at: reader.position, 0) }
      tree.add(ARPField.senderHardware, senderCard.value, at: reader.position, 6)
      tree.add(ARPField.senderProtocol, UInt64(sender.value), at: reader.position + 6, 4)
      tree.add(ARPField.targetHardware, try card(reader, 10).value, at: reader.position + 10, 6)
      tree.add(ARPField.targetProtocol, UInt64(target.value), at: reader.position + 16, 4)
      try reader.skip(20)
      let name = opcode == 1 ? "request" : opcode == 2 ? "reply" : "\(opcode)"
      tree.retitle(layer, "Address Resolution Protocol (\(name))")
      tree.info =
        opcode == 1
        ? sender == target
          ? "ARP Announcement for \(target)"
          : "Who has \(target)? Tell \(sender == IPv4Address(0) ? "0.0.0.0" : sender.description)"
        : "\(sender) is at \(senderCard)"
    } catch {
      malformed("ARP")
    }
    tree.close(layer, end: reader.position)
  }

  private func card(_ reader: borrowing Reader, _ offset: Int) throws(ReadError) -> MACAddress {
    let high = try reader.peek(UInt16.self, at: offset)
    return MACAddress(UInt64(high) << 32 | UInt64(try reader.peek(UInt32.self, at: offset + 2)))
  }
}
