import Bytes

/// A frame's header: RFC 6455 section 5.2.
struct WebSocketFrame {
  var isFinal: Bool
  /// RSV1 to RSV3, the first one highest.
  var reserved: UInt8
  var opcode: UInt8
  /// The length as the second octet has it.
  var shortLength: UInt8
  var key: UInt32?
  /// Octets of the header.
  var headerLength: Int
  /// Octets of the payload.
  var length: Int

  /// The longest payload that is waited for; a longer one is taken for another protocol.
  static let limit = 1 << 31

  /// Control frames come between the frames of a message.
  var isControl: Bool { opcode >= 8 }
  /// Whether RSV1 is set.
  var isCompressed: Bool { reserved & 4 != 0 }

  /// Reads a header. Throws `truncated` when more octets are needed.
  init(_ bytes: RawSpan) throws(ReadError) {
    var reader = Reader(bytes)
    let first = try reader.read(UInt8.self)
    let second = try reader.read(UInt8.self)
    isFinal = first & 0x80 != 0
    reserved = first >> 4 & 7
    opcode = first & 15
    shortLength = second & 0x7F
    let long: UInt64 =
      switch shortLength {
      case 126: UInt64(try reader.read(UInt16.self))
      case 127: try reader.read(UInt64.self)
      default: UInt64(shortLength)
      }
    guard long <= UInt64(Self.limit) else { throw .malformed("a frame that nothing can hold", at: 2) }
    if second & 0x80 != 0 { key = try reader.read(UInt32.self) }
    headerLength = reader.position
    length = Int(long)
  }

  /// The payload of the frame that `bytes` are, unmasked.
  func payload(_ bytes: RawSpan) -> [UInt8] {
    let end = min(bytes.byteCount, headerLength + length)
    var payload = bytes.extracting(min(headerLength, end)..<end).copied()
    guard let key else { return payload }
    for i in payload.indices { payload[i] ^= UInt8(truncatingIfNeeded: key >> UInt32(24 - i % 4 * 8)) }
    return payload
  }
}
