import Bytes

/// MQTT on a TCP connection: where packets end, and which version the client asked for.
final class MQTTConversation: StreamProtocol {
  /// The version of the connection; 0 until a CONNECT says it.
  private var version: UInt8 = 0
  /// The topics that aliases stand for, as they were told, by side, and where each is among them: MQTT 5.0 section 3.3.2.3.4.
  private var topics: [[UInt8]] = [[]]
  private var topicOctets = 0
  private var aliases: [[UInt16: Int]] = [[:], [:]]

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
    return UInt32(version) | UInt32(topic(pdu, Int(side.rawValue))) << 8
  }

  /// The place of the topic that a PUBLISH's alias stands for, which it may tell itself; 0 without an alias.
  private func topic(_ pdu: RawSpan, _ half: Int) -> Int {
    guard version == 5, let header = MQTTHeader(pdu), header.type == 3,
      let found = try? MQTTAlias(pdu, header)
    else { return 0 }
    guard !found.topic.isEmpty else { return aliases[half][found.alias] ?? 0 }
    guard topics.count < 1 << 20, topicOctets < 1 << 24 else { return 0 }
    topicOctets += found.topic.count
    topics.append(found.topic)
    aliases[half][found.alias] = topics.count - 1
    return topics.count - 1
  }

  func finish(_ side: Side) {}

  func draw(_ pdu: RawSpan, base: Int, token: UInt32, from side: Side, into tree: inout Dissection) {
    var drawer = MQTTDrawer(
      tree: tree.taken(), base: base, version: UInt8(token & 255), aliased: topics[Int(token >> 8)])
    drawer.draw(pdu)
    tree = drawer.tree
  }
}

/// The alias of a PUBLISH, and the topic beside it.
private struct MQTTAlias {
  var topic: [UInt8]
  var alias: UInt16 = 0

  /// Throws when there is none.
  init(_ pdu: RawSpan, _ header: MQTTHeader) throws(ReadError) {
    var reader = Reader(pdu)
    try reader.skip(header.size)
    topic = try reader.bytes(Int(try reader.read(UInt16.self)))
    if header.qos > 0 { try reader.skip(2) }
    var body = try reader.take(try MQTTHeader.number(&reader))
    while !body.isAtEnd {
      let id = UInt64(try body.read(UInt8.self))
      switch mqttProperties[id]?.kind {
      case .octet, .level: try body.skip(1)
      case .short: try body.skip(2)
      case .long: try body.skip(4)
      case .number: _ = try MQTTHeader.number(&body)
      case .text, .type: try body.skip(Int(try body.read(UInt16.self)))
      case .pair:
        try body.skip(Int(try body.read(UInt16.self)))
        try body.skip(Int(try body.read(UInt16.self)))
      case .alias:
        alias = try body.read(UInt16.self)
        return
      case nil: throw .malformed("a property that is not known", at: body.position)
      }
    }
    throw .malformed("no alias", at: body.position)
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
