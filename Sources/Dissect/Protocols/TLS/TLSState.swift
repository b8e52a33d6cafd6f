import Bytes

/// What a connection has agreed on so far, and where its two directions stand.
struct TLSState {
  var directions = [TLSDirection(), TLSDirection()]
  /// The side that sent the ClientHello.
  var clientSide = Side.client
  /// The version agreed on.
  var version: UInt16?
  /// The server's version in the header of its records, for connections that never agree.
  var recordVersion: UInt16?
  var suite: UInt16?
  var clientRandom: [UInt8] = []
  var serverRandom: [UInt8] = []
  /// The session ID of the ClientHello.
  var sessionID: [UInt8] = []
  var isResumed = false
  var offersEarlyData = false
  /// Whether block ciphers put their HMAC behind what they seal: RFC 7366.
  var encryptsThenMACs = false
  /// Whether a side sends its public key without a certificate around it: RFC 7250.
  var sendsKeysAlone = [false, false]
  /// The application protocol that the server chose.
  var alpn: String?

  /// The random of a ServerHello that is a HelloRetryRequest: RFC 8446 section 4.1.3.
  static let helloRetry: [UInt8] = [
    0xCF, 0x21, 0xAD, 0x74, 0xE5, 0x9A, 0x61, 0x11, 0xBE, 0x1D, 0x8C, 0x02, 0x1E, 0x65, 0xB8, 0x91, 0xC2,
    0xA2,
    0x11, 0x16, 0x7A, 0xBB, 0x8C, 0x5E, 0x07, 0x9E, 0x09, 0xE2, 0xC8, 0xA8, 0x33, 0x9C,
  ]

  /// Whether TLS 1.3 was agreed on.
  var isTLS13: Bool { version == 0x0304 }

  /// Takes in a whole handshake message; one that can't be read teaches nothing.
  mutating func learn(_ message: [UInt8], from side: Side) {
    guard let type = message.first else { return }
    var reader = Reader(message.raw)
    do throws(ReadError) {
      try reader.skip(4)
      switch type {
      case 1: try clientHello(&reader, side)
      case 2: try serverHello(&reader)
      case 5 where isTLS13: directions[Int(side.rawValue)].enter(.handshake)
      case 8: try extensions(&reader) { [16, 19, 20].contains($0) }
      case 20 where directions[Int(side.rawValue)].phase == .handshake:
        directions[Int(side.rawValue)].enter(.application(0))
      case 24:
        if case .application(let n) = directions[Int(side.rawValue)].phase {
          update(Int(side.rawValue), to: n + 1)
        }
      default: break
      }
    } catch {}
  }

  /// The next generation of a traffic secret: RFC 8446 section 7.2.
  private mutating func update(_ half: Int, to number: Int) {
    let secret = directions[half].secret
    let hash = directions[half].key?.suite.hash
    directions[half].enter(.application(number))
    guard let secret, let hash else { return }
    directions[half].secret = hash.expandLabel(secret, "traffic upd", count: hash.length)
  }

  private mutating func clientHello(_ reader: inout Reader, _ side: Side) throws(ReadError) {
    try reader.skip(2)
    let random = try reader.bytes(32)
    sessionID = try reader.bytes(Int(try reader.read(UInt8.self)))
    clientSide = side
    clientRandom = random
    offersEarlyData = false
    try reader.skip(Int(try reader.read(UInt16.self)))
    try reader.skip(Int(try reader.read(UInt8.self)))
    try extensions(&reader) { $0 == 42 }
  }

  private mutating func serverHello(_ reader: inout Reader) throws(ReadError) {
    let legacy = try reader.read(UInt16.self)
    let random = try reader.bytes(32)
    let session = try reader.bytes(Int(try reader.read(UInt8.self)))
    suite = try reader.read(UInt16.self)
    try reader.skip(1)
    version = legacy
    serverRandom = random
    encryptsThenMACs = false
    sendsKeysAlone = [false, false]
    if !reader.isAtEnd { try extensions(&reader) { [16, 19, 20, 22, 43].contains($0) } }
    isResumed = !isTLS13 && !session.isEmpty && session == sessionID
    guard isTLS13, random != Self.helloRetry else { return }
    directions[Int(clientSide.rawValue ^ 1)].enter(.handshake)
    if !offersEarlyData { directions[Int(clientSide.rawValue)].enter(.handshake) }
  }

  /// Looks at the extensions that `wants` names: the version, the protocol inside, and whether there is early data.
  private mutating func extensions(_ reader: inout Reader, _ wants: (UInt16) -> Bool) throws(ReadError) {
    var list = try reader.take(Int(try reader.read(UInt16.self)))
    while !list.isAtEnd {
      let type = try list.read(UInt16.self)
      var body = try list.take(Int(try list.read(UInt16.self)))
      guard wants(type) else { continue }
      switch type {
      case 16:
        try body.skip(2)
        alpn = String(decoding: try body.bytes(Int(try body.read(UInt8.self))), as: UTF8.self)
      case 19: sendsKeysAlone[Int(clientSide.rawValue)] = try body.read(UInt8.self) == 2
      case 20: sendsKeysAlone[Int(clientSide.rawValue ^ 1)] = try body.read(UInt8.self) == 2
      case 22: encryptsThenMACs = true
      case 42: offersEarlyData = true
      case 43: version = try body.read(UInt16.self)
      default: break
      }
    }
  }
}
