import Bytes

extension FrameDissector {
  mutating func ipv4(_ reader: inout Reader) {
    let start = reader.position
    let layer = tree.open(IPv4Field.ip, at: start)
    note("ip")
    tree.protocolName = "IPv4"
    if !context.isQuoted { tree.column.removeAll() }
    do throws(ReadError) {
      let first = try reader.peek(UInt8.self)
      let headerLength = Int(first & 15) * 4
      tree.add(IPv4Field.version, UInt64(first >> 4), at: start, 1)
      tree.add(IPv4Field.headerLength, UInt64(headerLength), at: start, 1)
      guard headerLength >= 20 else {
        tree.add(IPv4Field.badHeaderLength, at: start, 0)
        tree.close(layer, end: start + 1)
        tree.info = "Bogus IP header length (\(headerLength), must be at least 20)"
        return
      }
      let service = UInt64(try reader.peek(UInt8.self, at: 1))
      let group = tree.open(IPv4Field.dsField, at: start + 1, 1)
      tree.set(group, service)
      tree.add(IPv4Field.dscp, service >> 2, at: start + 1, 1)
      tree.add(IPv4Field.ecn, service & 3, at: start + 1, 1)
      tree.close(group)
      try reader.skip(2)
      let total = Int(try tree.read(IPv4Field.totalLength, UInt16.self, from: &reader))
      let count = reader.remaining + 4
      if total > count, !context.isCut, !context.isQuoted { tree.add(IPv4Field.badLength, at: start + 2, 0) }
      let identification = try tree.read(IPv4Field.identification, UInt16.self, from: &reader)
      let word = try reader.peek(UInt16.self)
      let flags = tree.open(IPv4Field.flags, at: start + 6, 1)
      tree.set(flags, UInt64(word >> 13))
      tree.add(IPv4Field.reservedBit, UInt64(word >> 15), at: start + 6, 1)
      tree.add(IPv4Field.dontFragment, UInt64(word >> 14 & 1), at: start + 6, 1)
      tree.add(IPv4Field.moreFragments, UInt64(word >> 13 & 1), at: start + 6, 1)
      tree.close(flags)
      let offset = Int(word & 0x1FFF) * 8
      tree.add(IPv4Field.fragmentOffset, UInt64(offset / 8), at: start + 6, 2)
      try reader.skip(2)
      context.hopLimit = try tree.read(IPv4Field.timeToLive, UInt8.self, from: &reader)
      let proto = try tree.read(IPv4Field.proto, UInt8.self, from: &reader)
      try tree.read(IPv4Field.checksum, UInt16.self, from: &reader)
      tree.add(IPv4Field.checksumStatus, 2, at: start + 10, 0)
      let source = IPv4Address(try tree.read(IPv4Field.source, UInt32.self, from: &reader))
      context.sender = AddressBits(low: UInt64(source.value))
      if !context.isQuoted { tree.sender = .host(isV6: false, context.sender) }
      let destination = IPv4Address(try tree.read(IPv4Field.destination, UInt32.self, from: &reader))
      context.receiver = AddressBits(low: UInt64(destination.value))
      if !context.isQuoted { tree.receiver = .host(isV6: false, context.receiver) }
      context.isV6 = false
      tree.retitle(layer, words: "Internet Protocol Version 4, Src: \(source), Dst: \(destination)")
      if headerLength > 20 {
        var options = try reader.take(headerLength - 20)
        ipOptions(&options)
      }
      tree.close(layer, end: reader.position)
      let promised = total == 0 ? reader.remaining : max(0, total - headerLength)
      var payload = try reader.take(min(promised, reader.remaining))
      guard offset != 0 || word & 0x2000 != 0 else {
        return transport(proto, &payload, promised: promised)
      }
      let isCut = payload.remaining < promised
      if assembled(layer, proto, isCut: isCut) { return }
      if offset == 0, isCut || context.isQuoted {
        context.isPiece = true
        transport(proto, &payload, promised: promised)
        context.isPiece = false
        return
      }
      let name = protocolNumberName(UInt64(proto)).map { "\($0) " } ?? ""
      tree.info =
        "Fragmented IP protocol (proto=\(name)\(proto), off=\(offset), ID=\(hex(UInt64(identification), 4)))"
      awaited(layer, IPv4Field.reassembledIn)
      data(
        &payload, why: "they are a piece of a packet, of which the capture does not hold the rest up to here")
    } catch {
      tree.close(layer, end: max(reader.position, start))
      if !context.isQuoted { unreadable("IPv4") }
    }
  }

  mutating func ipv6(_ reader: inout Reader) {
    let start = reader.position
    let layer = tree.open(IPv6Field.ipv6, at: start)
    note("ipv6")
    tree.protocolName = "IPv6"
    if !context.isQuoted { tree.column.removeAll() }
    do throws(ReadError) {
      if reader.remaining < 40, !context.isCut {
        tree.info = "Invalid IPv6 header (\(reader.remaining) bytes, need exactly 40)"
      }
      let word = UInt64(try reader.peek(UInt32.self))
      tree.add(IPv6Field.version, word >> 28, at: start, 1)
      let group = tree.open(IPv6Field.trafficClass, at: start, 4)
      tree.set(group, word >> 20 & 0xFF)
      tree.add(IPv6Field.dscp, word >> 22 & 0x3F, at: start, 4)
      tree.add(IPv6Field.ecn, word >> 20 & 3, at: start, 4)
      tree.close(group)
      tree.add(IPv6Field.flowLabel, word & 0xFFFFF, at: start + 1, 3)
      try reader.skip(4)
      let length = Int(try tree.read(IPv6Field.payloadLength, UInt16.self, from: &reader))
      let next = try tree.read(IPv6Field.nextHeader, UInt8.self, from: &reader)
      context.hopLimit = try tree.read(IPv6Field.hopLimit, UInt8.self, from: &reader)
      context.sender = AddressBits(high: try reader.peek(), low: try reader.peek(at: 8))
      try tree.bytes(IPv6Field.source, 16, from: &reader)
      if !context.isQuoted { tree.sender = .host(isV6: true, context.sender) }
      context.receiver = AddressBits(high: try reader.peek(), low: try reader.peek(at: 8))
      try tree.bytes(IPv6Field.destination, 16, from: &reader)
      if !context.isQuoted { tree.receiver = .host(isV6: true, context.receiver) }
      context.isV6 = true
      tree.retitle(
        layer,
        "Internet Protocol Version 6, Src: \(ColumnAddress.host(isV6: true, context.sender).text), Dst: \(ColumnAddress.host(isV6: true, context.receiver).text)"
      )
      if length > reader.remaining, !context.isCut, !context.isQuoted {
        tree.add(IPv6Field.badLength, at: start + 4, 0)
      }
      var payload = try reader.take(min(length, reader.remaining))
      extensions(next, &payload, promised: length, layer)
    } catch {
      tree.close(layer, end: max(reader.position, start))
      if !context.isQuoted { unreadable("IPv6") }
    }
  }

  /// Draws what a packet of IP carries; `promised` octets by its header.
  mutating func transport(_ proto: UInt8, _ reader: inout Reader, promised: Int) {
    switch proto {
    case 6: tcp(&reader, promised: promised)
    case 17: udp(&reader, promised: promised)
    case 1: icmp(&reader)
    case 58: icmpv6(&reader)
    case 4 where context.nesting < 8:
      context.nesting += 1
      ipv4(&reader)
    case 41 where context.nesting < 8:
      context.nesting += 1
      ipv6(&reader)
    case 51 where !context.isV6: authentication(&reader, promised: promised)
    case 59 where context.isV6:
      tree.info = "IPv6 no next header"
      data(&reader)
    default:
      guard !reader.isAtEnd else { return }
      let name = protocolNumberName(UInt64(proto))
      tree.info =
        context.isV6
        ? "Unknown IP Protocol: \(name ?? "Unknown") (\(proto))" : "\(name ?? "Unknown") (\(proto))"
      data(&reader, why: "the protocol \(proto) of IP is not read here")
    }
  }

  /// An authentication header between a packet of IPv4 and what it carries (RFC 4302).
  private mutating func authentication(_ reader: inout Reader, promised: Int) {
    do throws(ReadError) {
      let size = try ExtensionHeader.size(51, reader) ?? 0
      let next = try reader.peek(UInt8.self)
      tree.depth = 0
      try authenticationHeader(&reader)
      tree.depth = 0
      transport(next, &reader, promised: max(0, promised - size))
    } catch {
      tree.depth = 0
      unreadable("AH")
    }
  }

  /// Draws the packet that an error quotes, inside the error, without its columns.
  mutating func quote(_ reader: inout Reader, _ draw: (inout FrameDissector, inout Reader) -> Void) {
    let (name, column, outer) = (tree.protocolName, tree.column, context)
    let depth = tree.depth
    context.isQuoted = true
    draw(&self, &reader)
    let protocols = context.protocols
    context = outer
    context.protocols = protocols
    tree.depth = depth
    (tree.protocolName, tree.column) = (name, column)
  }

  /// The checksum of a message with the addresses of the packet that it came in (RFC 8200 section 8.1).
  func checksum(_ octets: RawSpan, _ proto: UInt8) -> UInt16 {
    var sum = Checksum()
    sum.add(octets)
    for address in [context.sender, context.receiver] {
      for half in context.isV6 ? [address.high, address.low] : [address.low] {
        for shift in [0, 16, 32, 48] { sum.add(UInt16(truncatingIfNeeded: half >> UInt64(shift))) }
      }
    }
    sum.add(UInt16(proto))
    sum.add(UInt16(truncatingIfNeeded: octets.byteCount))
    return sum.value
  }
}
