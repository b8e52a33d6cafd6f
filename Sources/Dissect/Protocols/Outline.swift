import Bytes

/// Where the headers of a frame stand: what the first pass needs, without a tree.
struct Outline {
  /// EtherType, 0 when the frame is none.
  var etherType: UInt16 = 0
  /// Offset of the IP header.
  var ip = 0
  /// Addresses of the IP header.
  var sender = AddressBits(), receiver = AddressBits()
  /// Whether there are addresses, and of which family.
  var hasAddresses = false, isV6 = false
  /// Protocol number of the payload.
  var proto: UInt8 = 0
  /// Whether the payload begins in another fragment.
  var isLaterFragment = false
  /// Where the payload of IP begins and ends (by its own length field, no further than captured).
  var payload = 0..<0
  /// Octets of IP payload that the header promises.
  var promised = 0

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
        while etherType == 0x8100 || etherType == 0x88A8 {
          try reader.skip(2)
          etherType = try reader.read(UInt16.self)
        }
      } else if linkType == 101 || linkType == 228 || linkType == 229 {
        etherType = try reader.peek(UInt8.self) >> 4 == 6 ? 0x86DD : 0x0800
      }
      ip = reader.position
      if etherType == 0x0800 { try readIPv4(&reader, count: bytes.byteCount) }
      if etherType == 0x86DD { try readIPv6(&reader, count: bytes.byteCount) }
    } catch {}
  }

  private mutating func readIPv4(_ reader: inout Reader, count: Int) throws(ReadError) {
    try reader.require(20)
    let headerLength = Int(try reader.peek(UInt8.self) & 15) * 4
    let total = Int(try reader.peek(UInt16.self, at: 2))
    let fragment = try reader.peek(UInt16.self, at: 6)
    let proto = try reader.peek(UInt8.self, at: 9)
    sender.low = UInt64(try reader.peek(UInt32.self, at: 12))
    receiver.low = UInt64(try reader.peek(UInt32.self, at: 16))
    hasAddresses = true
    guard headerLength >= 20 else { throw .malformed("header shorter than 20 octets", at: ip) }
    try reader.skip(headerLength)
    let length = total == 0 ? count - ip : total
    guard length >= headerLength else { throw .malformed("total length shorter than the header", at: ip) }
    isLaterFragment = fragment & 0x3FFF != 0
    self.proto = proto
    promised = length - headerLength
    payload = reader.position..<max(reader.position, min(count, ip + length))
  }

  private mutating func readIPv6(_ reader: inout Reader, count: Int) throws(ReadError) {
    let length = Int(try reader.peek(UInt16.self, at: 4))
    var next = try reader.peek(UInt8.self, at: 6)
    func address(_ offset: Int) throws(ReadError) -> AddressBits {
      AddressBits(
        high: try reader.peek(UInt64.self, at: offset), low: try reader.peek(UInt64.self, at: offset + 8))
    }
    sender = try address(8)
    receiver = try address(24)
    (hasAddresses, isV6) = (true, true)
    try reader.skip(40)
    let end = min(count, ip + 40 + length)
    while next == 0 || next == 43 || next == 60 || next == 44 {
      let after = try reader.peek(UInt8.self)
      if next == 44 {
        if try reader.peek(UInt16.self, at: 2) & 0xFFF9 != 0 { isLaterFragment = true }
        try reader.skip(8)
      } else {
        try reader.skip(Int(try reader.peek(UInt8.self, at: 1)) * 8 + 8)
      }
      next = after
    }
    proto = next
    promised = max(0, ip + 40 + length - reader.position)
    payload = min(reader.position, end)..<end
  }
}

/// The fixed part of a TCP header and what the analysis needs of its options.
struct Segment {
  var sourcePort: UInt16 = 0
  var destinationPort: UInt16 = 0
  var sequence: UInt32 = 0
  var acknowledgment: UInt32 = 0
  var flags: UInt16 = 0
  var window: UInt16 = 0
  /// Octets of header.
  var headerLength = 0
  /// Octets of payload on the wire.
  var length = 0
  /// Captured payload, by its place in the frame.
  var payload = 0..<0
  /// Window shift offered in a SYN.
  var shift: UInt8?
  /// Octets that SACK blocks cover.
  var sacked: UInt32 = 0

  /// The number after the last one that the segment takes; SYN and FIN take one.
  var next: UInt32 { sequence &+ UInt32(truncatingIfNeeded: length) &+ (flags & 3 != 0 ? 1 : 0) }

  /// Reads the segment that `outline` found; nil when there is none or its header is cut.
  init?(_ bytes: RawSpan, _ outline: Outline) {
    guard outline.proto == 6, !outline.isLaterFragment else { return nil }
    var reader = Reader(bytes.extracting(outline.payload), base: outline.payload.lowerBound)
    let start = outline.payload.lowerBound
    do throws(ReadError) {
      sourcePort = try reader.read()
      destinationPort = try reader.read()
      sequence = try reader.read()
      acknowledgment = try reader.read()
      let word = try reader.read(UInt16.self)
      headerLength = Int(word >> 12) * 4
      flags = word & 0xFFF
      window = try reader.read()
      try reader.skip(4)
      guard headerLength >= 20 else { return nil }
      length = max(0, outline.promised - headerLength)
      payload = min(start + headerLength, outline.payload.upperBound)..<outline.payload.upperBound
      var options = try reader.take(min(headerLength - 20, reader.remaining))
      while !options.isAtEnd {
        let kind = try options.read(UInt8.self)
        if kind == 0 { break }
        if kind == 1 { continue }
        let size = Int(try options.read(UInt8.self))
        guard size >= 2 else { break }
        var body = try options.take(size - 2)
        if kind == 3, size == 3 { shift = min(14, try body.read(UInt8.self)) }
        if kind == 5 {
          while body.remaining >= 8 {
            let left = try body.read(UInt32.self)
            sacked &+= try body.read(UInt32.self) &- left
          }
        }
      }
    } catch {
      guard error.isInOptions(start) else { return nil }
    }
  }
}

extension ReadError {
  /// Whether the error lies behind the fixed 20 octets of a TCP header that starts at `start`.
  fileprivate func isInOptions(_ start: Int) -> Bool {
    switch self {
    case .truncated(_, _, let at), .malformed(_, let at): at >= start + 20
    }
  }
}
