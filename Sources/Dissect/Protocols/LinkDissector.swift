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
  /// Octets that the frame had on the wire, and whether the capture holds fewer.
  let wire: Int, isCut: Bool
  /// When the frame was taken, nanoseconds since the epoch.
  let time: Int64?
  /// Names of the protocols met, for `frame.protocols`.
  var protocols: [StaticString] = []
  /// Whether the packet is quoted in an ICMP message: it belongs to no conversation.
  var isQuoted = false
  /// Addresses of the innermost packet met, and its family: what checksums cover.
  var sender = AddressBits(), receiver = AddressBits(), isV6 = false
  /// Hops that the innermost packet could still make.
  var hopLimit: UInt8 = 0
  /// Whether the payload is a piece of a packet, of which the rest is not at hand.
  var isPiece = false
  /// Where the octets of an assembled packet count as standing: behind those of the frame.
  var behind = 0
  /// Packets within packets so far.
  var nesting = 0

  init(_ frame: FrameFacts, analysis: Analysis, outline: Outline, known: KnownSegment?) {
    row = frame.row
    self.analysis = analysis
    self.outline = outline
    self.known = known
    wire = frame.original
    isCut = frame.captured < frame.original
    time = frame.time
  }
}

/// Draws the layers of a frame, one after the other; what can't be read ends its layer and the octets left are data.
struct FrameDissector {
  var tree: Dissection
  var context: FrameContext

  /// Notes that a protocol was met.
  mutating func note(_ name: StaticString) {
    if tree.wants.contains(.octets) { context.protocols.append(name) }
  }

  /// Draws a frame of any link.
  mutating func frame(_ bytes: RawSpan, linkType: UInt16) {
    var reader = Reader(bytes)
    switch linkType {
    case 1: ethernet(&reader)
    case 12, 14, 101: raw(&reader)
    case 228: ipv4(&reader)
    case 229: ipv6(&reader)
    case 113: cooked(&reader)
    case 276: cooked2(&reader)
    case 0, 108: loopback(&reader, linkType)
    case 252: exported(&reader)
    default: data(&reader)
    }
  }

  mutating func ethernet(_ reader: inout Reader) {
    let start = reader.position
    let bytes = reader.rest
    let layer = tree.open(EthernetField.ethernet, at: start)
    note("eth")
    tree.protocolName = "Ethernet"
    do throws(ReadError) {
      let destination = try address(.destination, .destinationLG, .destinationIG, &reader)
      if !context.outline.hasAddresses { tree.receiver = .ether(destination) }
      let source = try address(.source, .sourceLG, .sourceIG, &reader)
      if !context.outline.hasAddresses { tree.sender = .ether(source) }
      let type = try reader.peek(UInt16.self)
      let isType = type >= 0x600
      let field: EthernetField = isType ? .type : type > 1500 ? .invalidType : .length
      tree.add(field, UInt64(type), at: reader.position, 2)
      try reader.skip(2)
      if isType {
        tree.retitle(layer, words: "Ethernet II, Src: \(source), Dst: \(destination)")
      } else {
        tree.retitle(
          layer,
          type > 1500 ? "Ethernet Unknown, Src: \(source), Dst: \(destination)" : "IEEE 802.3 Ethernet ")
      }
      tree.close(layer, end: reader.position)
      if isType {
        note("ethertype")
        network(type, &reader)
        if let end = context.outline.end { trailer(layer, bytes, start, end) }
      } else if type > 1500 {
        tree.info = "Ethernet Unknown: Invalid length/type: 0x\(hex(UInt64(type), 4)) (\(type))"
        data(&reader)
      } else {
        let end = min(reader.position + Int(type), start + bytes.byteCount)
        var inner = try reader.take(end - reader.position)
        logicalLink(&inner)
        trailer(layer, bytes, start, end)
      }
    } catch {
      tree.close(layer, end: start + bytes.byteCount)
      unreadable("Ethernet")
    }
  }

  private mutating func address(
    _ field: EthernetField, _ lg: EthernetField, _ ig: EthernetField, _ reader: inout Reader
  ) throws(ReadError) -> MACAddress {
    let offset = reader.position
    let value = try card(reader, 0).value
    try reader.skip(6)
    guard tree.wants.contains(.nodes) else { return MACAddress(value) }
    let node = tree.open(field, at: offset, 6)
    tree.set(node, value)
    tree.add(lg, value >> 41 & 1, at: offset, 3)
    tree.add(ig, value >> 40 & 1, at: offset, 3)
    tree.close(node)
    return MACAddress(value)
  }

  /// A network card's address at an offset from the cursor.
  func card(_ reader: borrowing Reader, _ offset: Int) throws(ReadError) -> MACAddress {
    let high = try reader.peek(UInt16.self, at: offset)
    return MACAddress(UInt64(high) << 32 | UInt64(try reader.peek(UInt32.self, at: offset + 2)))
  }

  /// Octets behind the packet: padding up to the 60 octets of the shortest frame, others, and the check sequence that a
  /// frame of 64 octets may hold. A tag's layer takes what its frame has, and leaves its parent nothing.
  mutating func trailer(_ layer: Int, _ bytes: RawSpan, _ start: Int, _ end: Int) {
    let last = start + bytes.byteCount
    guard tree.wants.contains(.nodes), end >= start, end < last, !hasTrailer(layer) else { return }
    let isTag = tree.nodes[layer].field.layer == .vlan
    var at = end
    var nodes: [(FieldID, Int, Int)] = []
    if context.wire >= 60, end < 60 {
      let stop = min(60, last)
      if (at..<stop).allSatisfy({ bytes[octet: $0 - start] == 0 }) {
        nodes.append((FieldID(EthernetField.padding), at, stop))
        at = stop
      }
    }
    let hasCheck = !isTag && context.wire >= 64 && last - at >= 4
    let stop = hasCheck ? last - 4 : last
    if at < stop {
      nodes.append((isTag ? FieldID(VLANField.trailer) : FieldID(EthernetField.trailer), at, stop))
    }
    var index = layer + 1
    while index < tree.nodes.count, tree.nodes[index].depth > tree.nodes[layer].depth { index += 1 }
    let depth = tree.nodes[layer].depth + 1
    let source = tree.nodes[layer].source
    func node(_ field: FieldID, _ at: Int, _ stop: Int, _ value: UInt64 = 0) -> Node {
      Node(
        field: field, depth: depth, source: source, offset: UInt32(at),
        length: UInt32(stop - at), value: value)
    }
    for (field, at, stop) in nodes {
      tree.nodes.insert(node(field, at, stop), at: index)
      index += 1
    }
    guard hasCheck else { return }
    let check = (stop..<last).reduce(UInt64(0)) { $0 << 8 | UInt64(bytes[octet: $1 - start]) }
    tree.nodes.insert(node(FieldID(EthernetField.checkSequence), stop, last, check), at: index)
    tree.nodes.insert(node(FieldID(EthernetField.checkStatus), stop, stop, 2), at: index + 1)
  }

  /// Whether a tag's layer behind `layer` has taken the trailer.
  private func hasTrailer(_ layer: Int) -> Bool {
    tree.nodes[layer...].contains {
      $0.field == FieldID(EthernetField.padding) || $0.field == FieldID(VLANField.trailer)
    }
  }

  /// Draws what an EtherType names.
  mutating func network(_ type: UInt16, _ reader: inout Reader) {
    switch type {
    case 0x0800: ipv4(&reader)
    case 0x86DD: ipv6(&reader)
    case 0x0806, 0x8035: arp(&reader)
    case 0x8100, 0x9100: tag(&reader)
    case 0x88A8: providerTag(&reader)
    default:
      if tree.column.isEmpty { tree.info = etherTypeName(UInt64(type)) ?? "Ethernet II" }
      tree.protocolName = "0x\(hex(UInt64(type), 4))"
      data(&reader, why: "the EtherType 0x\(hex(UInt64(type), 4)) is not read here")
    }
  }

  /// Shows what is left as data.
  mutating func data(
    _ reader: inout Reader, why: @autoclosure () -> String = "no protocol that is read here is known for them"
  ) {
    guard !reader.isAtEnd else { return }
    note("data")
    tree.octets(reader.remaining, base: reader.position, why: why())
  }

  /// Notes that a layer could not be read whole, and why: the capture holds less of the frame than the wire did, or the
  /// octets don't fit what they say.
  mutating func unreadable(_ name: StaticString) {
    let isCut = context.isCut
    if tree.wants.contains(.columns) {
      tree.column.append(isCut ? "[Packet size limited during capture]" : "[Malformed Packet]")
    }
    tree.depth = 0
    let field: TroubleField = isCut ? .short : .malformed
    let node = tree.open(
      field, at: 0, 0,
      text: isCut ? "[Packet size limited during capture: \(name) truncated]" : "[Malformed Packet: \(name)]")
    tree.close(node)
  }
}
