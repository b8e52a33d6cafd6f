import Bytes

/// MQTT on a TCP connection: where packets end, and which version the client asked for.
final class MQTTConversation: StreamProtocol {
  /// The version of the connection; 4 until a CONNECT says another.
  private var version: UInt8 = 4

  func framing(_ bytes: RawSpan, from side: Side) -> Framing {
    guard let header = MQTTHeader(bytes) else {
      return bytes.byteCount < 5 ? .needs(bytes.byteCount + 1) : .foreign
    }
    guard header.type != 0 else { return .foreign }
    let size = header.size + header.length
    return bytes.byteCount >= size ? .complete(size) : .needs(size)
  }

  /// Gives the version, by which alone a packet can be read.
  func receive(_ pdu: RawSpan, from side: Side, context: RowContext) -> UInt32 {
    if let header = MQTTHeader(pdu), header.type == 1,
      let length = try? Reader(pdu).peek(UInt16.self, at: header.size),
      let version = try? Reader(pdu).peek(UInt8.self, at: header.size + 2 + Int(length))
    {
      self.version = version
    }
    return UInt32(version)
  }

  func finish(_ side: Side) {}

  func draw(_ pdu: RawSpan, base: Int, token: UInt32, from side: Side, into tree: inout Dissection) {
    var drawer = MQTTDrawer(tree: tree.taken(), base: base, isFive: token == 5)
    drawer.draw(pdu)
    tree = drawer.tree
  }
}

/// MQTT, for the table of stream protocols.
func makeMQTT() -> any StreamProtocol { MQTTConversation() }

/// The fixed header: MQTT 5.0 section 2.1.
struct MQTTHeader {
  var flags: UInt8
  /// Octets behind it.
  var length: Int
  /// Octets of it.
  var size: Int

  /// The kind of packet.
  var type: Int { Int(flags >> 4) }
  /// How surely a message arrives.
  var qos: UInt8 { flags >> 1 & 3 }

  /// Nil when it is not whole, or its length is none.
  init?(_ bytes: RawSpan) {
    var reader = Reader(bytes)
    guard let flags = try? reader.read(UInt8.self), let length = try? MQTTHeader.number(&reader) else {
      return nil
    }
    self.flags = flags
    self.length = length
    size = reader.position
  }

  /// A number in octets of seven bits, the lowest first: MQTT 5.0 section 1.5.5.
  static func number(_ reader: inout Reader) throws(ReadError) -> Int {
    var value = 0
    for shift in 0..<4 {
      let octet = try reader.read(UInt8.self)
      value |= Int(octet & 127) << (7 * shift)
      if octet & 128 == 0 { return value }
    }
    throw .malformed("a number longer than four octets", at: reader.position)
  }
}

/// Whether octets may begin an MQTT connection: a CONNECT with the protocol's name.
func looksLikeMQTT(_ bytes: RawSpan) -> Bool {
  guard let header = MQTTHeader(bytes), header.flags == 0x10, bytes.byteCount >= header.size + 6 else {
    return false
  }
  let name = bytes.extracting(header.size + 2..<header.size + 6)
  return name.equals("mqtt") || name.equals("mqis")
}
