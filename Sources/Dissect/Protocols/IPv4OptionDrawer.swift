import Bytes

/// Options of the header of IPv4, RFC 791 section 3.1.
extension FrameDissector {
  mutating func ipOptions(_ reader: inout Reader) {
    do throws(ReadError) {
      while !reader.isAtEnd {
        let start = reader.position
        let type = try reader.peek(UInt8.self)
        let size = type < 2 ? 1 : Int(try reader.peek(UInt8.self, at: 1))
        guard size >= (type < 2 ? 1 : 2) else {
          throw .malformed("option shorter than its header", at: start)
        }
        var body = try reader.take(size)
        let group = tree.open(Self.ipOptionField(type), at: start, size)
        ipOptionType(type, at: start)
        try body.skip(1)
        if type > 1 {
          try tree.read(IPv4Field.optionLength, UInt8.self, from: &body)
          // What is too short for its kind is left as it is.
          _ = try? ipOption(type, &body)
        }
        tree.close(group)
        if type == 0 { return }
      }
    } catch {
      tree.add(IPv4Field.optionOther, at: reader.position, reader.remaining)
    }
  }

  private static func ipOptionField(_ type: UInt8) -> IPv4Field {
    switch type {
    case 0: .optionEnd
    case 1: .optionNoOperation
    case 7: .optionRecordRoute
    case 11: .optionMTUProbe
    case 12: .optionMTUReply
    case 68: .optionTimestamp
    case 82: .optionTraceroute
    case 131: .optionLooseRoute
    case 136: .optionStream
    case 137: .optionStrictRoute
    case 148: .optionRouterAlert
    default: .optionOther
    }
  }

  private mutating func ipOptionType(_ type: UInt8, at start: Int) {
    let group = tree.open(IPv4Field.optionType, at: start, 1)
    tree.set(group, UInt64(type))
    tree.add(IPv4Field.optionCopy, UInt64(type >> 7), at: start, 1)
    tree.add(IPv4Field.optionClass, UInt64(type >> 5 & 3), at: start, 1)
    tree.add(IPv4Field.optionNumber, UInt64(type & 31), at: start, 1)
    tree.close(group)
  }

  private mutating func ipOption(_ type: UInt8, _ body: inout Reader) throws(ReadError) {
    switch type {
    case 7, 131, 137:
      let start = body.position - 2
      let pointer = Int(try tree.read(IPv4Field.optionPointer, UInt8.self, from: &body))
      while body.remaining >= 4 {
        let isPassed = body.position - start + 1 < pointer
        let field: IPv4Field = isPassed ? .recordedRoute : type == 7 ? .emptyRoute : .sourceRoute
        try tree.read(field, UInt32.self, from: &body)
      }
    case 11, 12: try tree.read(IPv4Field.optionMTU, UInt16.self, from: &body)
    case 68:
      try tree.read(IPv4Field.optionPointer, UInt8.self, from: &body)
      let word = UInt64(try body.peek(UInt8.self))
      tree.add(IPv4Field.overflow, word >> 4, at: body.position, 1)
      tree.add(IPv4Field.stampFlag, word & 15, at: body.position, 1)
      try body.skip(1)
      while body.remaining >= (word & 15 == 0 ? 4 : 8) {
        if word & 15 != 0 { try tree.read(IPv4Field.stampAddress, UInt32.self, from: &body) }
        try tree.read(IPv4Field.stamp, UInt32.self, from: &body)
      }
    case 82:
      try tree.read(IPv4Field.tracerouteID, UInt16.self, from: &body)
      try tree.read(IPv4Field.outboundHops, UInt16.self, from: &body)
      try tree.read(IPv4Field.returnHops, UInt16.self, from: &body)
      try tree.read(IPv4Field.originator, UInt32.self, from: &body)
    case 136: try tree.read(IPv4Field.streamIdentifier, UInt16.self, from: &body)
    case 148: try tree.read(IPv4Field.routerAlert, UInt16.self, from: &body)
    default: break
    }
  }
}
