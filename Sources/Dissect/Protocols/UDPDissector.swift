import Bytes

extension FrameDissector {
  mutating func udp(_ reader: inout Reader, promised: Int) {
    let start = reader.position
    let layer = tree.open(UDPField.udp, at: start)
    note("udp")
    if !context.isQuoted { tree.protocolName = "UDP" }
    do throws(ReadError) {
      let source = try tree.read(UDPField.sourcePort, UInt16.self, from: &reader)
      let destination = try tree.read(UDPField.destinationPort, UInt16.self, from: &reader)
      if !context.isQuoted, tree.wants.contains(.columns) {
        tree.column.removeAll()
        tree.column.append(source)
        tree.column.append(" → ")
        tree.column.append(destination)
      }
      tree.retitle(layer, words: "User Datagram Protocol, Src Port: \(source), Dst Port: \(destination)")
      let length = Int(try tree.read(UDPField.length, UInt16.self, from: &reader))
      // The octets of the packet that a quotation holds are fewer than it had.
      let isTooLong = length > promised && !context.isQuoted && !context.isPiece
      if length < 8 || isTooLong {
        tree.add(UDPField.badLength, at: start + 4, 0)
        if !context.isQuoted, tree.wants.contains(.columns) {
          tree.column.append(" [BAD UDP LENGTH ")
          tree.column.append(length)
          tree.column.append(length < 8 ? " < 8]" : " > IP PAYLOAD LENGTH]")
        }
      }
      guard length >= 8 else { return tree.close(layer, end: start + 6) }
      if !context.isQuoted, tree.wants.contains(.columns) {
        tree.column.append(" Len=")
        tree.column.append(length - 8)
      }
      let checksum = try tree.read(UDPField.checksum, UInt16.self, from: &reader)
      if checksum == 0, context.isV6, !context.isQuoted {
        tree.add(UDPField.checksumStatus, 4, at: start + 6, 0)
        tree.add(UDPField.checksumZero, at: start + 6, 0)
        if tree.wants.contains(.columns) { tree.column.append(" [ILLEGAL CHECKSUM (0)]") }
      } else {
        tree.add(UDPField.checksumStatus, checksum == 0 ? 3 : 2, at: start + 6, 0)
      }
      let facts = context.analysis.store.datagram(context.row).map {
        context.analysis.conversations.datagramFacts[$0]
      }
      if let facts {
        tree.add(UDPField.stream, UInt64(facts.stream), at: start, 0)
        // Wireshark times no datagram without content.
        if !context.isQuoted, length > 8 {
          let times = tree.open(UDPField.timestamps, at: start, 0)
          tree.add(UDPField.timeRelative, UInt64(bitPattern: facts.timeRelative), at: start, 0)
          tree.add(UDPField.timeDelta, UInt64(bitPattern: facts.timeDelta), at: start, 0)
          tree.close(times)
        }
      }
      let count = min(length - 8, reader.remaining)
      if count > 0 { tree.add(UDPField.payload, at: reader.position, count) }
      tree.close(layer, end: start + 8)
      if count == 0, length > 8, context.isCut, !context.isQuoted { return unreadable("UDP") }
      var payload = try reader.take(count)
      if let facts, let token = facts.token, !context.isQuoted,
        let proto = context.analysis.conversations.datagramProtocol(facts.stream)
      {
        tree.depth = 0
        return proto.draw(payload.rest, base: payload.position, token: token, from: facts.side, into: &tree)
      }
      data(&payload, why: "no protocol that is read here uses these ports of UDP")
    } catch {
      tree.close(layer, end: reader.position)
      if !context.isQuoted { unreadable("UDP") }
    }
  }
}
