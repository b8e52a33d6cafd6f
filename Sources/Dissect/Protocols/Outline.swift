import Bytes

/// Where the headers of a frame stand: what the first pass needs, without a tree.
struct Outline {
  /// Where a piece belongs in the packet that it was cut from.
  struct Piece {
    var identification: UInt32 = 0
    /// Octets before it.
    var offset = 0
    var hasMore = false
  }

  /// EtherType, 0 when the frame is none.
  var etherType: UInt16 = 0
  /// Offset of the innermost IP header.
  var ip = 0
  /// Addresses of the innermost IP header.
  var sender = AddressBits(), receiver = AddressBits()
  /// Whether there are addresses, and of which family.
  var hasAddresses = false, isV6 = false
  /// Protocol number of the payload.
  var proto: UInt8 = 0
  /// Set when the payload is a piece of a packet.
  var piece: Piece?
  /// Where the payload of IP begins and ends (by its own length field, no further than captured).
  var payload = 0..<0
  /// Octets of IP payload that the header promises.
  var promised = 0
  /// Offset behind the outermost packet of the network; nil when there is none.
  var end: Int?

  /// Whether the capture holds less of the payload than the header promises.
  var isCut: Bool { payload.count < promised }
  /// Whether the payload is a packet of the protocol, if perhaps only its beginning.
  var hasTransport: Bool {
    guard let piece else { return hasAddresses }
    return hasAddresses && piece.offset == 0 && isCut
  }

  /// Whether the frame is one packet of IP without options or extensions, whole, right behind a header of Ethernet.
  var isPlain: Bool {
    ip == 14 && payload.lowerBound == (isV6 ? 54 : 34) && etherType == (isV6 ? 0x86DD : 0x0800) && !isCut
      && piece == nil
  }

  /// Sender and receiver; nil without an IP header.
  var source: HostAddress? { address(sender) }
  var destination: HostAddress? { address(receiver) }

  private func address(_ bits: AddressBits) -> HostAddress? {
    guard hasAddresses else { return nil }
    return isV6
      ? .v6(IPv6Address(high: bits.high, low: bits.low))
      : .v4(IPv4Address(UInt32(truncatingIfNeeded: bits.low)))
  }

  /// Reads what it can; fields that could not be read keep their defaults.
  init(_ bytes: RawSpan, linkType: UInt16) {
    var reader = Reader(bytes)
    do throws(ReadError) {
      if linkType == 1 {
        try reader.skip(12)
        etherType = try reader.read(UInt16.self)
      } else if linkType == 252 {
        try readExported(&reader)
      } else {
        etherType = try LinkHeader.etherType(&reader, linkType)
      }
      try readNetwork(&reader)
    } catch {}
  }

  /// What the whole packet looks like whose last piece `piece` was: its octets are the payload.
  init(whole bytes: RawSpan, of piece: Outline) {
    self = piece
    self.piece = nil
    promised = bytes.byteCount
    payload = 0..<bytes.byteCount
    guard isV6 else { return }
    var reader = Reader(bytes)
    do throws(ReadError) { try readExtensions(&reader, end: bytes.byteCount, count: bytes.byteCount) } catch {
    }
  }

  private mutating func readNetwork(_ reader: inout Reader) throws(ReadError) {
    while LinkHeader.isTag(etherType) {
      try reader.skip(2)
      etherType = try reader.read(UInt16.self)
    }
    if etherType == 0x0806 { end = reader.position + 28 }
    if etherType == 0x0800 { try readIPv4(&reader, depth: 0) }
    if etherType == 0x86DD { try readIPv6(&reader, depth: 0) }
  }

  private mutating func readIPv4(_ reader: inout Reader, depth: Int) throws(ReadError) {
    ip = reader.position
    try reader.require(20)
    let headerLength = Int(try reader.peek(UInt8.self) & 15) * 4
    let total = Int(try reader.peek(UInt16.self, at: 2))
    let word = try reader.peek(UInt16.self, at: 6)
    let proto = try reader.peek(UInt8.self, at: 9)
    (sender, receiver) = (AddressBits(), AddressBits())
    sender.low = UInt64(try reader.peek(UInt32.self, at: 12))
    receiver.low = UInt64(try reader.peek(UInt32.self, at: 16))
    (hasAddresses, isV6) = (true, false)
    let count = reader.position + reader.remaining
    guard headerLength >= 20 else { throw .malformed("header shorter than 20 octets", at: ip) }
    let length = total == 0 ? count - ip : total
    guard length >= headerLength else { throw .malformed("total length shorter than the header", at: ip) }
    if end == nil { end = min(count, ip + length) }
    if word & 0x3FFF != 0 {
      piece = Piece(
        identification: UInt32(try reader.peek(UInt16.self, at: 4)), offset: Int(word & 0x1FFF) * 8,
        hasMore: word & 0x2000 != 0)
    }
    try reader.skip(headerLength)
    self.proto = proto
    promised = length - headerLength
    payload = reader.position..<max(reader.position, min(count, ip + length))
    if piece == nil { try readInner(&reader, depth: depth) }
  }

  /// A packet within the packet (RFC 2003, RFC 2473).
  private mutating func readInner(_ reader: inout Reader, depth: Int) throws(ReadError) {
    guard proto == 4 || proto == 41, depth < 8 else { return }
    var inner = try reader.take(min(reader.remaining, payload.upperBound - reader.position))
    if proto == 4 {
      try readIPv4(&inner, depth: depth + 1)
    } else {
      try readIPv6(&inner, depth: depth + 1)
    }
  }

  private mutating func readIPv6(_ reader: inout Reader, depth: Int) throws(ReadError) {
    ip = reader.position
    let length = Int(try reader.peek(UInt16.self, at: 4))
    proto = try reader.peek(UInt8.self, at: 6)
    sender = AddressBits(high: try reader.peek(at: 8), low: try reader.peek(at: 16))
    receiver = AddressBits(high: try reader.peek(at: 24), low: try reader.peek(at: 32))
    (hasAddresses, isV6) = (true, true)
    let count = reader.position + reader.remaining
    try reader.skip(40)
    let last = ip + 40 + length
    if end == nil { end = min(count, last) }
    promised = length
    payload = reader.position..<max(reader.position, min(count, last))
    try readExtensions(&reader, end: last, count: count)
    if piece == nil { try readInner(&reader, depth: depth) }
  }

  /// Moves past extension headers (RFC 8200 section 4); `end` is where the packet ends by its header.
  private mutating func readExtensions(
    _ reader: inout Reader, end: Int, count: Int
  ) throws(ReadError) {
    while piece == nil, let size = try ExtensionHeader.size(proto, reader) {
      if proto == 44 {
        let word = try reader.peek(UInt16.self, at: 2)
        if word & 0xFFF9 != 0 {
          piece = Piece(
            identification: try reader.peek(at: 4), offset: Int(word & 0xFFF8), hasMore: word & 1 != 0)
        }
      }
      let next = try reader.peek(UInt8.self)
      try reader.skip(size)
      proto = next
      promised = max(0, end - reader.position)
      payload = reader.position..<max(reader.position, min(count, end))
    }
  }

  /// The tags before an exported packet: its addresses, and what it is where that is a packet of the network.
  private mutating func readExported(_ reader: inout Reader) throws(ReadError) {
    let tags = try ExportedTags(&reader)
    switch tags.name {
    case "ip": etherType = 0x0800
    case "ipv6": etherType = 0x86DD
    case "eth_withoutfcs", "eth_maybefcs":
      try reader.skip(12)
      etherType = try reader.read(UInt16.self)
    default:
      guard let sender = tags.sender, let receiver = tags.receiver, tags.isV6 != nil else { return }
      (self.sender, self.receiver) = (sender, receiver)
      (hasAddresses, isV6) = (true, tags.isV6 == true)
      proto = tags.name == "tcp" ? 6 : tags.name == "udp" ? 17 : 255
      promised = reader.remaining
      payload = reader.position..<reader.position + reader.remaining
      end = payload.upperBound
    }
  }
}

/// The extension headers of IPv6, RFC 8200 section 4.
enum ExtensionHeader {
  /// Octets of the header at the cursor; nil when `proto` is no extension header.
  static func size(_ proto: UInt8, _ reader: borrowing Reader) throws(ReadError) -> Int? {
    switch proto {
    case 0, 43, 60, 135, 139, 140: return Int(try reader.peek(UInt8.self, at: 1)) * 8 + 8
    case 44: return 8
    case 51: return Int(try reader.peek(UInt8.self, at: 1)) * 4 + 8
    default: return nil
    }
  }
}
