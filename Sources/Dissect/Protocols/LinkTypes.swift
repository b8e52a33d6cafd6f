import Bytes

/// Links other than plain Ethernet.
extension FrameDissector {
  /// A tag of IEEE 802.1Q: a virtual LAN and a priority.
  mutating func tag(_ reader: inout Reader) {
    let start = reader.position
    let bytes = reader.rest
    let layer = tree.open(VLANField.vlan, at: start)
    note("vlan")
    tree.protocolName = "VLAN"
    do throws(ReadError) {
      let word = UInt64(try reader.read(UInt16.self))
      let (priority, isEligible, id) = (word >> 13, word >> 12 & 1, word & 0xFFF)
      tree.add(VLANField.priority, priority, at: start, 2)
      tree.add(VLANField.dropEligible, isEligible, at: start, 2)
      tree.add(VLANField.id, id, at: start, 2)
      tree.retitle(layer, "802.1Q Virtual LAN, PRI: \(priority), DEI: \(isEligible), ID: \(id)")
      tree.info = "PRI: \(priority)  DEI: \(isEligible)  ID: \(id)"
      let type = try reader.peek(UInt16.self)
      tree.add(type >= 0x600 ? VLANField.type : .length, UInt64(type), at: reader.position, 2)
      try reader.skip(2)
      tree.close(layer, end: reader.position)
      if type < 0x600 {
        var inner = try reader.take(min(Int(type), reader.remaining))
        return logicalLink(&inner)
      }
      note("ethertype")
      network(type, &reader)
      if let end = context.outline.end { trailer(layer, bytes, start, end) }
    } catch {
      tree.close(layer, end: reader.position)
      unreadable("VLAN")
    }
  }

  /// A service tag of IEEE 802.1ad: the network of a provider around those of its customers.
  mutating func providerTag(_ reader: inout Reader) {
    let start = reader.position
    let layer = tree.open(VLANField.provider, at: start)
    note("ieee8021ad")
    tree.protocolName = "802.1ad"
    do throws(ReadError) {
      let word = UInt64(try reader.read(UInt16.self))
      tree.add(VLANField.providerPriority, word >> 13, at: start, 2)
      tree.add(VLANField.providerDropEligible, word >> 12 & 1, at: start, 2)
      tree.add(VLANField.providerID, word & 0xFFF, at: start, 2)
      tree.retitle(layer, "IEEE 802.1ad, ID: \(word & 0xFFF)")
      let type = try tree.read(VLANField.providerType, UInt16.self, from: &reader)
      tree.close(layer, end: reader.position)
      note("ethertype")
      network(type, &reader)
    } catch {
      tree.close(layer, end: reader.position)
      unreadable("IEEE 802.1ad")
    }
  }

  /// What an IEEE 802.3 frame with a length carries: shown as data.
  mutating func logicalLink(_ reader: inout Reader) {
    tree.protocolName = "LLC"
    tree.info = "IEEE 802.2 logical link control"
    data(&reader)
  }

  /// A packet of IP with nothing before it.
  mutating func raw(_ reader: inout Reader) {
    note("raw")
    let layer = tree.open(LinkField.raw, at: reader.position, 0)
    tree.close(layer)
    switch (try? reader.peek(UInt8.self) >> 4) ?? 0 {
    case 4: ipv4(&reader)
    case 6: ipv6(&reader)
    default:
      tree.info = "Raw packet data"
      data(&reader)
    }
  }

  /// Linux's cooked capture, as of its interface "any".
  mutating func cooked(_ reader: inout Reader) {
    let bytes = reader.rest
    let layer = tree.open(SLLField.sll, at: 0, text: "Linux cooked capture v1")
    note("sll")
    tree.protocolName = "SLL"
    do throws(ReadError) {
      let kind = try tree.read(SLLField.packetType, UInt16.self, from: &reader)
      tree.info = cookedTypeName(UInt64(kind)) ?? "Unknown (\(kind))"
      try tree.read(SLLField.hardware, UInt16.self, from: &reader)
      let size = try tree.read(SLLField.addressLength, UInt16.self, from: &reader)
      try cookedAddress(Int(size), &reader)
      let type = try cookedProtocol(&reader)
      tree.close(layer, end: reader.position)
      cookedPayload(type, &reader, layer, bytes)
    } catch {
      tree.close(layer, end: reader.position)
      unreadable("SLL")
    }
  }

  /// The second version of it, which names the interface.
  mutating func cooked2(_ reader: inout Reader) {
    let bytes = reader.rest
    let layer = tree.open(SLLField.sll, at: 0, text: "Linux cooked capture v2")
    note("sll")
    tree.protocolName = "SLL"
    do throws(ReadError) {
      let type = try cookedProtocol(&reader)
      try reader.skip(2)
      try tree.read(SLLField.interface, UInt32.self, from: &reader)
      try tree.read(SLLField.hardware, UInt16.self, from: &reader)
      // Wireshark 4.0 names the two octets from here on.
      let kind = try reader.peek(UInt16.self)
      tree.info = cookedTypeName(UInt64(kind)) ?? "Unknown (\(kind))"
      try tree.read(SLLField.packetType, UInt8.self, from: &reader)
      let size = try tree.read(SLLField.addressLength, UInt8.self, from: &reader)
      try cookedAddress(Int(size), &reader)
      tree.close(layer, end: reader.position)
      cookedPayload(type, &reader, layer, bytes)
    } catch {
      tree.close(layer, end: reader.position)
      unreadable("SLL")
    }
  }

  private mutating func cookedAddress(_ size: Int, _ reader: inout Reader) throws(ReadError) {
    let start = reader.position
    try reader.require(8)
    switch size {
    case 0: break
    case 4:
      let address = try reader.peek(UInt32.self)
      tree.add(SLLField.ipv4, UInt64(address), at: start, 4)
      if !context.outline.hasAddresses {
        tree.sender = .host(isV6: false, AddressBits(low: UInt64(address)))
      }
    case 6:
      let address = try card(reader, 0)
      tree.add(SLLField.ether, address.value, at: start, 6)
      if !context.outline.hasAddresses { tree.sender = .ether(address) }
    default: tree.add(SLLField.other, at: start, min(size, 8))
    }
    if size < 8 { tree.add(SLLField.unused, at: start + size, 8 - size) }
    try reader.skip(8)
  }

  private mutating func cookedProtocol(_ reader: inout Reader) throws(ReadError) -> UInt16 {
    let type = try reader.peek(UInt16.self)
    tree.add(type < 0x600 ? SLLField.linkProtocol : .etherType, UInt64(type), at: reader.position, 2)
    try reader.skip(2)
    return type
  }

  private mutating func cookedPayload(
    _ type: UInt16, _ reader: inout Reader, _ layer: Int, _ bytes: RawSpan
  ) {
    guard type >= 0x600 else { return type == 4 ? logicalLink(&reader) : data(&reader) }
    note("ethertype")
    network(type, &reader)
    guard tree.wants.contains(.nodes), let end = context.outline.end, end < bytes.byteCount else { return }
    var index = layer + 1
    while index < tree.nodes.count, tree.nodes[index].depth > 0 { index += 1 }
    tree.nodes.insert(
      Node(
        field: FieldID(SLLField.trailer), depth: 1, source: 0, offset: UInt32(end),
        length: UInt32(bytes.byteCount - end), value: 0), at: index)
  }

  /// The loopback interface of a BSD: an address family, then a packet.
  mutating func loopback(_ reader: inout Reader, _ linkType: UInt16) {
    let layer = tree.open(LinkField.loopback, at: 0, 4)
    note("null")
    tree.info = "Null/Loopback"
    do throws(ReadError) {
      let family = try LinkHeader.family(reader, linkType)
      let isType = (0x600...0xFFFF).contains(family)
      tree.add(isType ? LinkField.type : .family, UInt64(family), at: 0, 4)
      try reader.skip(4)
      tree.close(layer)
      switch family {
      case 2: ipv4(&reader)
      case 24, 28, 30: ipv6(&reader)
      case _ where isType: network(UInt16(family), &reader)
      default: data(&reader)
      }
    } catch {
      tree.close(layer, end: reader.position)
      unreadable("Null/Loopback")
    }
  }
}

func cookedTypeName(_ type: UInt64) -> String? {
  switch type {
  case 0: "Unicast to us"
  case 1: "Broadcast"
  case 2: "Multicast"
  case 3: "Unicast to another host"
  case 4: "Sent by us"
  default: nil
  }
}
