import Bytes

/// The headers between that of IPv6 and what the packet carries, RFC 8200 section 4.
extension FrameDissector {
  /// Draws extension headers and what follows them. `layer` is the layer that they stand in; nil when they are those of
  /// an assembled packet.
  mutating func extensions(_ first: UInt8, _ reader: inout Reader, promised: Int, _ layer: Int?) {
    var next = first
    let start = reader.position
    var isPiece = false
    var open = layer
    do throws(ReadError) {
      while !isPiece, let size = try ExtensionHeader.size(next, reader) {
        if open == nil {
          open = tree.open(IPv6Field.ipv6, at: reader.position)
        }
        let after = try reader.peek(UInt8.self)
        noteExtension(next)
        switch next {
        case 44: isPiece = try fragmentHeader(&reader)
        case 51: try authenticationHeader(&reader)
        case 43: try routingHeader(&reader, size)
        case 0, 60:
          if tree.wants.contains(.columns), !context.isQuoted {
            tree.info = next == 0 ? "IPv6 hop-by-hop option" : "IPv6 destination options"
          }
          var header = try reader.take(size)
          try optionsHeader(&header, isHopByHop: next == 0)
        default: try tree.bytes(IPv6Field.otherHeader, size, from: &reader)
        }
        next = after
      }
      if let open { tree.close(open, end: reader.position) }
      let left = max(0, promised - (reader.position - start))
      guard isPiece, let layer else { return transport(next, &reader, promised: left) }
      try piece(next, &reader, left, layer)
    } catch {
      if let open { tree.close(open, end: reader.position) }
      if !context.isQuoted { unreadable("IPv6") }
    }
  }

  /// Wireshark has a protocol for each header.
  private mutating func noteExtension(_ number: UInt8) {
    switch number {
    case 0: note("ipv6.hopopts")
    case 43: note("ipv6.routing")
    case 44: note("ipv6.fraghdr")
    case 60: note("ipv6.dstopts")
    default: break
    }
  }

  private mutating func piece(
    _ next: UInt8, _ reader: inout Reader, _ promised: Int, _ layer: Int
  ) throws(ReadError) {
    if assembled(layer, next, isCut: reader.remaining < promised) { return }
    let piece = context.outline.piece ?? Outline.Piece()
    tree.info =
      "IPv6 fragment (off=\(piece.offset) more=\(piece.hasMore ? "y" : "n") ident=0x\(hex(UInt64(piece.identification), 8)) nxt=\(next))"
    awaited(layer, IPv6Field.reassembledIn)
    data(&reader)
  }

  private mutating func fragmentHeader(_ reader: inout Reader) throws(ReadError) -> Bool {
    let start = reader.position
    try reader.require(8)
    let group = tree.open(IPv6Field.fragment, at: start, 8)
    defer { tree.close(group) }
    try tree.read(IPv6Field.fragmentNext, UInt8.self, from: &reader)
    try tree.read(IPv6Field.fragmentReserved, UInt8.self, from: &reader)
    let word = try reader.peek(UInt16.self)
    tree.add(IPv6Field.fragmentOffset, UInt64(word >> 3), at: start + 2, 2)
    tree.add(IPv6Field.fragmentReservedBits, UInt64(word >> 1 & 3), at: start + 2, 2)
    tree.add(IPv6Field.fragmentMore, UInt64(word & 1), at: start + 2, 2)
    try reader.skip(2)
    try tree.read(IPv6Field.fragmentID, UInt32.self, from: &reader)
    return word & 0xFFF9 != 0
  }

  /// The authentication header, RFC 4302.
  mutating func authenticationHeader(_ reader: inout Reader) throws(ReadError) {
    let start = reader.position
    note("ah")
    let group = tree.open(IPv6Field.authentication, at: start)
    defer { tree.close(group, end: reader.position) }
    try tree.read(IPv6Field.authenticationNext, UInt8.self, from: &reader)
    let length = Int(try tree.read(IPv6Field.authenticationLength, UInt8.self, from: &reader))
    try tree.bytes(IPv6Field.authenticationReserved, 2, from: &reader)
    try tree.read(IPv6Field.authenticationSPI, UInt32.self, from: &reader)
    try tree.read(IPv6Field.authenticationSequence, UInt32.self, from: &reader)
    let check = length * 4 + 8 - 12
    if check > 0 { try tree.bytes(IPv6Field.authenticationCheck, check, from: &reader) }
  }

  /// Where the packet should go by, RFC 8200 section 4.4.
  private mutating func routingHeader(_ reader: inout Reader, _ size: Int) throws(ReadError) {
    let start = reader.position
    var header = try reader.take(size)
    let group = tree.open(IPv6Field.routing, at: start, size)
    defer { tree.close(group) }
    try tree.read(IPv6Field.routingNext, UInt8.self, from: &header)
    try tree.read(IPv6Field.routingLength, UInt8.self, from: &header)
    tree.add(IPv6Field.routingOctets, UInt64(size), at: start + 1, 1)
    let type = try tree.read(IPv6Field.routingType, UInt8.self, from: &header)
    if type == 0 { tree.add(IPv6Field.routingDeprecated, at: start + 2, 0) }
    tree.retitle(
      group, "Routing Header for IPv6 (\(routingTypeName(UInt64(type)) ?? "Unknown type \(type)"))")
    try tree.read(IPv6Field.segmentsLeft, UInt8.self, from: &header)
    switch type {
    case 0:
      try tree.bytes(IPv6Field.sourceReserved, 4, from: &header)
      while header.remaining >= 16 { try tree.bytes(IPv6Field.sourceAddress, 16, from: &header) }
    case 2:
      try tree.bytes(IPv6Field.mobileReserved, 4, from: &header)
      try tree.bytes(IPv6Field.mobileHome, 16, from: &header)
    case 4:
      try tree.read(IPv6Field.segmentLast, UInt8.self, from: &header)
      try tree.read(IPv6Field.segmentFlags, UInt8.self, from: &header)
      try tree.bytes(IPv6Field.segmentTag, 2, from: &header)
      while header.remaining >= 16 { try tree.bytes(IPv6Field.segmentAddress, 16, from: &header) }
    default:
      if header.remaining > 0 {
        let at = header.position
        try tree.bytes(IPv6Field.routingData, header.remaining, from: &header)
        tree.add(IPv6Field.routingUndecoded, at: at, 0)
      }
    }
  }

  /// Options for routers or for the receiver, RFC 8200 sections 4.2, 4.3 and 4.6.
  private mutating func optionsHeader(_ header: inout Reader, isHopByHop: Bool) throws(ReadError) {
    let start = header.position
    let size = header.remaining
    let group = tree.open(isHopByHop ? IPv6Field.hopByHop : .destinationOptions, at: start, size)
    defer { tree.close(group) }
    try tree.read(isHopByHop ? IPv6Field.hopByHopNext : .destinationNext, UInt8.self, from: &header)
    try tree.read(isHopByHop ? IPv6Field.hopByHopLength : .destinationLength, UInt8.self, from: &header)
    tree.add(isHopByHop ? IPv6Field.hopByHopOctets : .destinationOctets, UInt64(size), at: start + 1, 1)
    while !header.isAtEnd {
      let at = header.position
      let type = try header.peek(UInt8.self)
      let option = tree.open(
        IPv6Field.option, at: at, 0,
        text: ipv6OptionName(UInt64(type)) ?? "Unknown IPv6 Option (\(type))")
      defer { tree.close(option, end: header.position) }
      let kind = tree.open(IPv6Field.optionType, at: at, 1)
      tree.set(kind, UInt64(type))
      if type != 0 {
        tree.add(IPv6Field.optionAction, UInt64(type >> 6), at: at, 1)
        tree.add(IPv6Field.optionChange, UInt64(type >> 5 & 1), at: at, 1)
        tree.add(IPv6Field.optionRest, UInt64(type & 31), at: at, 1)
      }
      tree.close(kind)
      try header.skip(1)
      if type == 0 {
        tree.add(IPv6Field.pad1, at: at, 1)
        continue
      }
      let length = Int(try tree.read(IPv6Field.optionLength, UInt8.self, from: &header))
      var body = try header.take(length)
      try optionBody(type, &body)
    }
  }

  private mutating func optionBody(_ type: UInt8, _ body: inout Reader) throws(ReadError) {
    let count = body.remaining
    switch (type, count) {
    case (1, _): try tree.bytes(IPv6Field.padN, count, from: &body)
    case (4, 1): try tree.read(IPv6Field.tunnelLimit, UInt8.self, from: &body)
    case (5, 2): try tree.read(IPv6Field.routerAlert, UInt16.self, from: &body)
    case (0xC2, 4): try tree.read(IPv6Field.jumbo, UInt32.self, from: &body)
    case (0xC9, 16): try tree.bytes(IPv6Field.homeAddress, 16, from: &body)
    case (30, _), (62, _), (94, _), (126, _), (158, _), (190, _), (222, _), (254, _):
      try tree.bytes(IPv6Field.experimental, count, from: &body)
    default: if count > 0 { try tree.bytes(IPv6Field.unknownOption, count, from: &body) }
    }
  }
}

func routingTypeName(_ type: UInt64) -> String? {
  switch type {
  case 0: "Source Route"
  case 1: "Nimrod"
  case 2: "Type 2 Routing"
  case 3: "RPL Source Route"
  case 4: "Segment Routing"
  case 5: "Compact Routing Header 16"
  case 6: "Compact Routing Header 32"
  case 253: "Experiment 1"
  case 254: "Experiment 2"
  default: nil
  }
}

func ipv6OptionName(_ type: UInt64) -> String? {
  switch type {
  case 0: "Pad1"
  case 1: "PadN"
  case 4: "Tunnel Encapsulation Limit"
  case 5: "Router Alert"
  case 7: "CALIPSO"
  case 8: "SMF_DPD"
  case 15: "Performance and Diagnostic Metrics"
  case 30: "Experimental (0x1E)"
  case 38: "Quick-Start"
  case 48: "Path MTU Option"
  case 49: "IOAM Option"
  case 99: "RPL Option"
  case 109: "MPL Option"
  case 138: "Endpoint Identification"
  case 139: "ILNP Nonce"
  case 140: "Line-Identification Option"
  case 194: "Jumbo Payload"
  case 201: "Home Address"
  case 238: "IP_DFF"
  default: nil
  }
}
