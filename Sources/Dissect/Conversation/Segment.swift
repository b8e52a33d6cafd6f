import Bytes

/// The fixed part of a TCP header and what the analysis needs of its options.
struct Segment {
  var sourcePort: UInt16 = 0
  var destinationPort: UInt16 = 0
  var sequence: UInt32 = 0
  var acknowledgment: UInt32 = 0
  var flags: UInt16 = 0
  var window: UInt16 = 0
  /// Octets of header, as it says; fewer than 20 are wrong.
  var headerLength = 0
  /// Octets of payload on the wire.
  var length = 0
  /// Whether the packet is long enough for the header that it promises: else it has no length and is not analysed.
  var hasLength = true
  /// Captured payload, by its place in the frame.
  var payload = 0..<0
  /// Window shift, 14 at most (RFC 7323 section 2.3).
  var shift: UInt8?
  /// Octets that SACK blocks cover.
  var sacked: UInt32 = 0
  /// Whether there is a cookie of TCP Fast Open (RFC 7413), or a request for one, and an option of accurate ECN.
  var hasFastOpen = false, hasAccurateECN = false

  /// The number after the last one that the segment takes; SYN and FIN take one.
  var next: UInt32 { sequence &+ UInt32(truncatingIfNeeded: length) &+ (flags & 3 != 0 ? 1 : 0) }

  /// Whether ACK is its only flag but PSH, and nothing but a timestamp its options: like nearly every segment.
  func isOrdinary(_ bytes: RawSpan) -> Bool {
    guard flags & 0xFF7 == 0x10, hasLength, payload.count == length else { return false }
    if headerLength == 20 { return true }
    let options = payload.lowerBound - 12
    return headerLength == 32 && options >= 20 && word(bytes, options) == 0x0101_080A
  }

  /// Reads the segment that `outline` found; nil when there is none or the fixed part of its header is cut.
  init?(_ bytes: RawSpan, _ outline: Outline) {
    guard outline.proto == 6, outline.hasTransport else { return nil }
    var reader = Reader(bytes.extracting(outline.payload), base: outline.payload.lowerBound)
    let start = outline.payload.lowerBound
    // The checksum and the urgent pointer may be cut off.
    guard reader.remaining >= 16 else { return nil }
    do throws(ReadError) {
      sourcePort = try reader.read()
      destinationPort = try reader.read()
      sequence = try reader.read()
      acknowledgment = try reader.read()
      let word = try reader.read(UInt16.self)
      headerLength = Int(word >> 12) * 4
      flags = word & 0xFFF
      window = try reader.read()
      hasLength = outline.piece == nil && outline.promised >= headerLength
      length = max(0, outline.promised - headerLength)
      payload = min(start + headerLength, outline.payload.upperBound)..<outline.payload.upperBound
      try reader.skip(4)
      guard headerLength > 20 else { return }
      var options = try reader.take(min(headerLength - 20, reader.remaining))
      try readOptions(&options)
    } catch {
      // Options that end in the middle: those before count.
    }
  }

  private mutating func readOptions(_ options: inout Reader) throws(ReadError) {
    while !options.isAtEnd {
      let kind = try options.read(UInt8.self)
      if kind == 0 { return }
      if kind == 1 { continue }
      let size = Int(try options.read(UInt8.self))
      guard size >= 2 else { return }
      var body = try options.take(size - 2)
      switch (kind, size) {
      case (3, 3): shift = min(14, try body.read(UInt8.self))
      case (5, _):
        while body.remaining >= 8 {
          let left = try body.read(UInt32.self)
          sacked &+= try body.read(UInt32.self) &- left
        }
      case (34, _): hasFastOpen = true
      case (172, _), (174, _): hasAccurateECN = true
      default: break
      }
    }
  }
}

extension UInt32 {
  /// Whether this sequence number comes after `other` (RFC 9293 section 3.4).
  func isAfter(_ other: UInt32) -> Bool { SequenceNumber(other) < SequenceNumber(self) }
}
