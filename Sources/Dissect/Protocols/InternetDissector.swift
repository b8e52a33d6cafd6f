import Bytes

extension FrameDissector {
  mutating func ipv4(_ reader: inout Reader) {
    let start = reader.position
    let layer = tree.open(IPv4Field.ip, at: start)
    note("ip")
    tree.protocolName = "IPv4"
    do throws(ReadError) {
      let first = try reader.peek(UInt8.self)
      let headerLength = Int(first & 15) * 4
      tree.add(IPv4Field.version, UInt64(first >> 4), at: start, 1)
      tree.add(IPv4Field.headerLength, UInt64(headerLength), at: start, 1)
      guard headerLength >= 20 else { throw .malformed("header shorter than 20 octets", at: start) }
      let service = UInt64(try reader.peek(UInt8.self, at: 1))
      let group = tree.open(IPv4Field.dsField, at: start + 1, 1)
      tree.set(group, service)
      tree.add(IPv4Field.dscp, service >> 2, at: start + 1, 1)
      tree.add(IPv4Field.ecn, service & 3, at: start + 1, 1)
      tree.close(group)
      try reader.skip(2)
      let total = Int(try tree.read(IPv4Field.totalLength, UInt16.self, from: &reader))
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
      try tree.read(IPv4Field.timeToLive, UInt8.self, from: &reader)
      let proto = try tree.read(IPv4Field.proto, UInt8.self, from: &reader)
      try tree.read(IPv4Field.checksum, UInt16.self, from: &reader)
      tree.add(IPv4Field.checksumStatus, 2, at: start + 10, 0)
      let source = IPv4Address(try tree.read(IPv4Field.source, UInt32.self, from: &reader))
      let destination = IPv4Address(try tree.read(IPv4Field.destination, UInt32.self, from: &reader))
      if headerLength > 20 { try tree.bytes(IPv4Field.options, headerLength - 20, from: &reader) }
      tree.retitle(layer, "Internet Protocol Version 4, Src: \(source), Dst: \(destination)")
      tree.close(layer, end: reader.position)
      let length = total == 0 ? reader.remaining : min(max(0, total - headerLength), reader.remaining)
      var payload = try reader.take(length)
      if offset != 0 || word & 0x2000 != 0 {
        let id = hex(UInt64(identification), 4)
        let name = protocolNumberName(UInt64(proto)).map { "\($0) " } ?? ""
        tree.info = "Fragmented IP protocol (proto=\(name)\(proto), off=\(offset), ID=\(id))"
        return data(&payload)
      }
      transport(proto, &payload, promised: max(0, total - headerLength))
    } catch {
      tree.close(layer, end: max(reader.position, start))
      malformed("IPv4")
    }
  }

  mutating func ipv6(_ reader: inout Reader) {
    let start = reader.position
    let layer = tree.open(IPv6Field.ipv6, at: start)
    note("ipv6")
    tree.protocolName = "IPv6"
    do throws(ReadError) {
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
      var next = try tree.read(IPv6Field.nextHeader, UInt8.self, from: &reader)
      try tree.read(IPv6Field.hopLimit, UInt8.self, from: &reader)
      let source = IPv6Address(high: try reader.peek(UInt64.self), low: try reader.peek(UInt64.self, at: 8))
      try tree.bytes(IPv6Field.source, 16, from: &reader)
      let destination = IPv6Address(
        high: try reader.peek(UInt64.self), low: try reader.peek(UInt64.self, at: 8))
      try tree.bytes(IPv6Field.destination, 16, from: &reader)
      tree.retitle(layer, "Internet Protocol Version 6, Src: \(source), Dst: \(destination)")
      var payload = try reader.take(min(length, reader.remaining))
      var isPiece = false
      let first = payload.position
      while next == 0 || next == 43 || next == 60 || next == 44 {
        let after = try payload.peek(UInt8.self)
        if next == 44 {
          isPiece = try fragmentHeader(&payload)
        } else {
          try tree.bytes(
            IPv6Field.extensionHeader, Int(try payload.peek(UInt8.self, at: 1)) * 8 + 8, from: &payload)
        }
        next = after
      }
      tree.close(layer, end: payload.position)
      if isPiece {
        tree.info = "IPv6 fragment"
        return data(&payload)
      }
      transport(next, &payload, promised: max(0, length - (payload.position - first)))
    } catch {
      tree.close(layer, end: max(reader.position, start))
      malformed("IPv6")
    }
  }

  private mutating func fragmentHeader(_ reader: inout Reader) throws(ReadError) -> Bool {
    let start = reader.position
    let group = tree.open(IPv6Field.fragment, at: start, 8)
    try tree.read(IPv6Field.fragmentNext, UInt8.self, from: &reader)
    try reader.skip(1)
    let word = try reader.peek(UInt16.self)
    tree.add(IPv6Field.fragmentOffset, UInt64(word >> 3), at: start + 2, 2)
    tree.add(IPv6Field.fragmentMore, UInt64(word & 1), at: start + 2, 2)
    try reader.skip(2)
    try tree.read(IPv6Field.fragmentID, UInt32.self, from: &reader)
    tree.close(group)
    return word & 0xFFF9 != 0
  }

  private mutating func transport(_ proto: UInt8, _ reader: inout Reader, promised: Int) {
    switch proto {
    case 6: tcp(&reader, promised: promised)
    case 17: udp(&reader)
    case 1: icmp(&reader)
    case 58: icmpv6(&reader)
    default:
      tree.info = protocolNumberName(UInt64(proto)) ?? "IP protocol \(proto)"
      data(&reader)
    }
  }

  private mutating func udp(_ reader: inout Reader) {
    let start = reader.position
    let layer = tree.open(UDPField.udp, at: start)
    note("udp")
    if !context.isQuoted { tree.protocolName = "UDP" }
    do throws(ReadError) {
      let source = try tree.read(UDPField.sourcePort, UInt16.self, from: &reader)
      let destination = try tree.read(UDPField.destinationPort, UInt16.self, from: &reader)
      let length = Int(try tree.read(UDPField.length, UInt16.self, from: &reader))
      try tree.read(UDPField.checksum, UInt16.self, from: &reader)
      tree.add(UDPField.checksumStatus, 2, at: start + 6, 0)
      tree.retitle(layer, "User Datagram Protocol, Src Port: \(source), Dst Port: \(destination)")
      let index = context.analysis.store.datagram(context.row)
      let facts = index.map { context.analysis.conversations.datagramFacts[$0] }
      if let facts {
        tree.add(UDPField.stream, UInt64(facts.stream), at: start, 0)
        if !context.isQuoted {
          let times = tree.open(UDPField.timestamps, at: start, 0)
          tree.add(UDPField.timeRelative, UInt64(bitPattern: facts.timeRelative), at: start, 0)
          tree.add(UDPField.timeDelta, UInt64(bitPattern: facts.timeDelta), at: start, 0)
          tree.close(times)
        }
      }
      let count = min(max(0, length - 8), reader.remaining)
      if count > 0 { tree.add(UDPField.payload, at: reader.position, count) }
      tree.close(layer, end: start + 8)
      if !context.isQuoted { tree.info = "\(source) → \(destination) Len=\(max(0, length - 8))" }
      var payload = try reader.take(count)
      if let facts, let token = facts.token, !context.isQuoted,
        let proto = context.analysis.conversations.datagramProtocol(facts.stream)
      {
        tree.depth = 0
        return proto.draw(payload.rest, base: payload.position, token: token, from: facts.side, into: &tree)
      }
      data(&payload)
    } catch {
      tree.close(layer, end: reader.position)
      malformed("UDP")
    }
  }

  private mutating func icmp(_ reader: inout Reader) {
    let start = reader.position
    let layer = tree.open(ICMPField.icmp, at: start)
    note("icmp")
    tree.protocolName = "ICMP"
    var sum = Checksum()
    sum.add(reader.rest)
    do throws(ReadError) {
      let type = try tree.read(ICMPField.type, UInt8.self, from: &reader)
      let code = try tree.read(ICMPField.code, UInt8.self, from: &reader)
      try tree.read(ICMPField.checksum, UInt16.self, from: &reader)
      tree.add(ICMPField.checksumStatus, sum.value == 0 ? 1 : 0, at: start + 2, 0)
      let name = icmpTypeName(UInt64(type)) ?? "Unknown ICMP"
      let why = icmpCodeName(UInt64(type), UInt64(code))
      tree.info = why.map { "\(name) (\($0))" } ?? name
      if type == 0 || type == 8 {
        let identifier = try reader.peek(UInt16.self)
        let sequence = try reader.peek(UInt16.self, at: 2)
        tree.add(ICMPField.identifier, UInt64(identifier), at: start + 4, 2)
        tree.add(ICMPField.identifierLittle, UInt64(identifier.byteSwapped), at: start + 4, 2)
        tree.add(ICMPField.sequence, UInt64(sequence), at: start + 6, 2)
        tree.add(ICMPField.sequenceLittle, UInt64(sequence.byteSwapped), at: start + 6, 2)
        try reader.skip(4)
        tree.info = "\(name)  id=0x\(hex(UInt64(identifier), 4)), seq=\(sequence)/\(sequence.byteSwapped)"
        tree.close(layer, end: reader.position)
        return data(&reader)
      }
      if type == 3, code == 4 {
        try tree.bytes(ICMPField.unused, 2, from: &reader)
        try tree.read(ICMPField.mtu, UInt16.self, from: &reader)
      } else if type == 5 {
        try tree.read(ICMPField.gateway, UInt32.self, from: &reader)
      } else {
        try tree.bytes(ICMPField.unused, 4, from: &reader)
      }
      if [3, 5, 11, 12].contains(type), !context.isQuoted {
        quote(&reader) { dissector, reader in dissector.ipv4(&reader) }
        tree.close(layer, end: reader.position)
      } else {
        tree.close(layer, end: reader.position)
        data(&reader)
      }
    } catch {
      tree.close(layer, end: reader.position)
      malformed("ICMP")
    }
  }

  /// Draws the packet that an error quotes, inside the error, without its columns.
  private mutating func quote(_ reader: inout Reader, _ draw: (inout FrameDissector, inout Reader) -> Void) {
    let (name, info, wasQuoted) = (tree.protocolName, tree.info, context.isQuoted)
    context.isQuoted = true
    draw(&self, &reader)
    context.isQuoted = wasQuoted
    (tree.protocolName, tree.info) = (name, info)
  }

  private mutating func icmpv6(_ reader: inout Reader) {
    let start = reader.position
    let layer = tree.open(ICMPv6Field.icmpv6, at: start)
    note("icmpv6")
    tree.protocolName = "ICMPv6"
    do throws(ReadError) {
      let type = try tree.read(ICMPv6Field.type, UInt8.self, from: &reader)
      try tree.read(ICMPv6Field.code, UInt8.self, from: &reader)
      try tree.read(ICMPv6Field.checksum, UInt16.self, from: &reader)
      tree.info = icmpv6TypeName(UInt64(type)) ?? "Unknown"
      switch type {
      case 1, 3:
        try tree.bytes(ICMPv6Field.reserved, 4, from: &reader)
        if !context.isQuoted { quote(&reader) { dissector, reader in dissector.ipv6(&reader) } }
      case 2:
        try tree.read(ICMPv6Field.mtu, UInt32.self, from: &reader)
        if !context.isQuoted { quote(&reader) { dissector, reader in dissector.ipv6(&reader) } }
      case 128, 129:
        let identifier = try tree.read(ICMPv6Field.identifier, UInt16.self, from: &reader)
        let sequence = try tree.read(ICMPv6Field.sequence, UInt16.self, from: &reader)
        tree.info += " id=0x\(hex(UInt64(identifier), 4)), seq=\(sequence)"
        tree.close(layer, end: reader.position)
        return data(&reader)
      case 135:
        try tree.bytes(ICMPv6Field.reserved, 4, from: &reader)
        let target = IPv6Address(high: try reader.peek(UInt64.self), low: try reader.peek(UInt64.self, at: 8))
        try tree.bytes(ICMPv6Field.neighbourSolicited, 16, from: &reader)
        tree.info += " for \(target)"
        try neighbourOptions(&reader, " from ")
      case 136:
        let flags = try reader.peek(UInt32.self)
        let group = tree.open(ICMPv6Field.naFlags, at: reader.position, 4)
        tree.set(group, UInt64(flags))
        tree.add(ICMPv6Field.naRouter, UInt64(flags >> 31), at: reader.position, 4)
        tree.add(ICMPv6Field.naSolicited, UInt64(flags >> 30 & 1), at: reader.position, 4)
        tree.add(ICMPv6Field.naOverride, UInt64(flags >> 29 & 1), at: reader.position, 4)
        tree.add(ICMPv6Field.naReserved, UInt64(flags & 0x1FFF_FFFF), at: reader.position, 4)
        tree.close(group)
        try reader.skip(4)
        let target = IPv6Address(high: try reader.peek(UInt64.self), low: try reader.peek(UInt64.self, at: 8))
        try tree.bytes(ICMPv6Field.neighbourAdvertised, 16, from: &reader)
        let words = [(31, "rtr"), (30, "sol"), (29, "ovr")].filter { flags >> UInt32($0.0) & 1 == 1 }.map(\.1)
        tree.info += " \(target)" + (words.isEmpty ? "" : " (\(words.joined(separator: ", ")))")
        try neighbourOptions(&reader, " is at ")
      default:
        if reader.remaining > 0 { try tree.bytes(ICMPv6Field.data, reader.remaining, from: &reader) }
      }
    } catch {
      malformed("ICMPv6")
    }
    tree.close(layer, end: reader.position)
  }

  private mutating func neighbourOptions(_ reader: inout Reader, _ word: String) throws(ReadError) {
    while !reader.isAtEnd {
      let start = reader.position
      let type = try reader.peek(UInt8.self)
      let size = Int(try reader.peek(UInt8.self, at: 1)) * 8
      guard size > 0 else { throw .malformed("option of no length", at: start) }
      var body = try reader.take(size)
      let group = tree.open(ICMPv6Field.option, at: start, size)
      try tree.read(ICMPv6Field.optionType, UInt8.self, from: &body)
      try tree.read(ICMPv6Field.optionLength, UInt8.self, from: &body)
      if type == 1 || type == 2, size == 8 {
        let octets = try body.bytes(6)
        tree.add(ICMPv6Field.linkAddress, at: start + 2, 6)
        tree.info += word + Hex.text(octets, separator: ":")
      }
      tree.close(group)
    }
  }
}
