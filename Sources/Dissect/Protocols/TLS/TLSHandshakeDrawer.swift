import Bytes

extension TLSDrawer {
  /// Draws the handshake messages of a record. Returns the record's title.
  mutating func handshake(_ content: TLSContent, _ index: Int, base: Int) -> String {
    var titles: [String] = []
    for message in content.messages {
      switch message {
      case .whole(let piece):
        let bytes = Array(content.bytes[piece.offset..<piece.offset + piece.count])
        titles.append(self.message(bytes, at: base + piece.offset))
      case .part(let piece, let type, let isFirst):
        let name = tlsHandshakeType(UInt64(type)) ?? "Unknown (\(type))"
        let node = tree.open(
          TLSField.handshake, at: base + piece.offset, piece.count,
          text: "Handshake Protocol: \(name) (fragment)")
        if let ending = conversation.messageEndings[index] {
          tree.add(
            TLSField.handshakeIn, UInt64(conversation.records[ending].row), at: base + piece.offset, 0)
        }
        tree.close(node)
        // As Wireshark has it: a part in the middle is not named again.
        if isFirst {
          titles.append("\(name) (fragment)")
          names.append("[\(name) Fragment]")
        }
      case .end(let piece, let bytes, let pieces):
        titles.append(end(piece, bytes, pieces, base: base))
      }
    }
    return titles.count == 1
      ? "Handshake Protocol: \(titles[0])" : "Handshake Protocol: Multiple Handshake Messages"
  }

  /// Draws a message that came in several records.
  private mutating func end(
    _ piece: TLSPiece, _ bytes: [UInt8], _ pieces: [TLSPiece], base: Int
  ) -> String {
    let name = tlsHandshakeType(UInt64(bytes.first ?? 0)) ?? "Unknown (\(bytes.first ?? 0))"
    tree.close(
      tree.open(
        TLSField.handshake, at: base + piece.offset, piece.count,
        text: "Handshake Protocol: \(name) (last fragment)"))
    let source = tree.source
    tree.addSource("Reassembled TLS Handshake", bytes)
    let group = tree.open(TLSField.fragments, at: 0, bytes.count)
    var at = 0
    for piece in pieces {
      tree.add(TLSField.fragment, UInt64(conversation.records[piece.record].row), at: at, piece.count)
      at += piece.count
    }
    tree.add(TLSField.fragmentCount, UInt64(pieces.count), at: 0, 0)
    tree.close(group)
    tree.retitle(
      group,
      "\(pieces.count) Reassembled Handshake Fragments (\(bytes.count) bytes): "
        + pieces.map { "#\(conversation.records[$0.record].row)(\($0.count))" }.joined(separator: ", "))
    let title = message(bytes, at: 0)
    tree.source = source
    return title
  }

  /// Draws a whole message. Returns its name.
  private mutating func message(_ bytes: [UInt8], at offset: Int) -> String {
    var reader = Reader(bytes.raw, base: offset)
    let type = bytes.first ?? 0
    let isRetry = type == 2 && bytes.count >= 38 && Array(bytes[6..<38]) == TLSState.helloRetry
    let name = isRetry ? "Hello Retry Request" : tlsHandshakeType(UInt64(type)) ?? "Unknown (\(type))"
    names.append(name)
    let depth = tree.depth
    let group = tree.open(TLSField.handshake, at: offset, bytes.count, text: "Handshake Protocol: \(name)")
    do throws(ReadError) {
      try tree.read(TLSField.handshakeType, UInt8.self, from: &reader)
      try read24(.handshakeLength, &reader)
      try body(type, &reader, isRetry: isRetry)
      if !reader.isAtEnd { try tree.bytes(TLSField.messageData, reader.remaining, from: &reader) }
    } catch {
      tree.depth = depth + 1
      malformed(error)
    }
    tree.close(group)
    return name
  }

  private mutating func body(_ type: UInt8, _ reader: inout Reader, isRetry: Bool) throws(ReadError) {
    switch type {
    case 1: try clientHello(&reader)
    case 2: try serverHello(&reader, isRetry: isRetry)
    case 4: try ticket(&reader)
    case 8: try extensions(&reader, of: .encryptedExtensions)
    case 11: try certificates(&reader)
    case 12: try serverKeyExchange(&reader)
    case 13: try certificateRequest(&reader)
    case 15: try certificateVerify(&reader)
    case 16: try clientKeyExchange(&reader)
    case 20:
      if !reader.isAtEnd { try tree.bytes(TLSField.verifyData, reader.remaining, from: &reader) }
    case 22: try certificateStatus(&reader)
    case 24: try tree.read(TLSField.requestUpdate, UInt8.self, from: &reader)
    case 25: try compressedCertificate(&reader)
    default: break
    }
  }

  /// Reads a three-octet number and records it.
  @discardableResult
  mutating func read24(_ field: TLSField, _ reader: inout Reader) throws(ReadError) -> Int {
    let offset = reader.position
    let value = try reader.read24()
    tree.add(field, UInt64(value), at: offset, 3)
    return Int(value)
  }

  /// Records octets if there are any.
  mutating func octets(_ field: TLSField, _ count: Int, _ reader: inout Reader) throws(ReadError) {
    if count > 0 { try tree.bytes(field, count, from: &reader) }
  }

  private mutating func hello(_ reader: inout Reader, isRetry: Bool = false) throws(ReadError) {
    let version = try tree.read(TLSField.version, UInt16.self, from: &reader)
    print.version = version
    let offset = reader.position
    let time = try reader.peek(UInt32.self)
    try reader.skip(32)
    let group = tree.open(TLSField.random, at: offset, 32)
    if isRetry {
      tree.retitle(group, "Random: \(Hex.text(TLSState.helloRetry)) (HelloRetryRequest magic)")
    }
    if !isTLS13 {
      tree.add(TLSField.randomTime, UInt64(time) * 1_000_000_000, at: offset, 4)
      tree.add(TLSField.randomBytes, at: offset + 4, 28)
    }
    tree.close(group)
    let count = try tree.read(TLSField.sessionIDLength, UInt8.self, from: &reader)
    try octets(.sessionID, Int(count), &reader)
  }

  private mutating func clientHello(_ reader: inout Reader) throws(ReadError) {
    print = TLSFingerprint()
    let start = reader.position
    try hello(&reader)
    let count = Int(try tree.read(TLSField.suitesLength, UInt16.self, from: &reader))
    var suites = try reader.take(count)
    var group = tree.open(
      TLSField.suites, at: suites.position, count,
      text: "Cipher Suites (\(count / 2) suite\(count == 2 ? "" : "s"))")
    while !suites.isAtEnd { print.suites.append(try tree.read(TLSField.suite, UInt16.self, from: &suites)) }
    tree.close(group)
    let methods = Int(try tree.read(TLSField.compressionsLength, UInt8.self, from: &reader))
    var list = try reader.take(methods)
    group = tree.open(
      TLSField.compressions, at: list.position, methods,
      text: "Compression Methods (\(methods) method\(methods == 1 ? "" : "s"))")
    while !list.isAtEnd { try tree.read(TLSField.compression, UInt8.self, from: &list) }
    tree.close(group)
    if !reader.isAtEnd { try extensions(&reader, of: .clientHello) }
    fingerprint(print.client, .ja3Full, .ja3, at: start)
  }

  private mutating func serverHello(_ reader: inout Reader, isRetry: Bool) throws(ReadError) {
    print = TLSFingerprint()
    let start = reader.position
    try hello(&reader, isRetry: isRetry)
    if isRetry {
      tree.add(TLSField.helloRetry, text: "the server asks for another ClientHello", at: start + 2, 0)
    }
    print.suites = [try tree.read(TLSField.suite, UInt16.self, from: &reader)]
    if isResumption { tree.add(TLSField.resumed, at: start, 0) }
    try tree.read(TLSField.compression, UInt8.self, from: &reader)
    if !reader.isAtEnd { try extensions(&reader, of: isRetry ? .helloRetryRequest : .serverHello) }
    fingerprint(print.server, .ja3sFull, .ja3s, at: start)
  }

  private mutating func fingerprint(_ text: String, _ full: TLSField, _ short: TLSField, at offset: Int) {
    tree.add(full, text: text, at: offset, 0)
    let digest = CryptoHash.md5.digest([UInt8](text.utf8))
    if !digest.isEmpty { tree.add(short, text: Hex.text(digest), at: offset, 0) }
  }

  private mutating func ticket(_ reader: inout Reader) throws(ReadError) {
    let group = tree.open(TLSField.ticket, at: reader.position, reader.remaining)
    try tree.read(TLSField.ticketLifetime, UInt32.self, from: &reader)
    if isTLS13 {
      try tree.read(TLSField.ticketAgeAdd, UInt32.self, from: &reader)
      let count = try tree.read(TLSField.ticketNonceLength, UInt8.self, from: &reader)
      try octets(.ticketNonce, Int(count), &reader)
    }
    let count = try tree.read(TLSField.ticketLength, UInt16.self, from: &reader)
    try octets(.ticketData, Int(count), &reader)
    if isTLS13 { try extensions(&reader, of: .newSessionTicket) }
    tree.close(group)
  }

  private mutating func certificateRequest(_ reader: inout Reader) throws(ReadError) {
    if isTLS13 {
      let count = try tree.read(TLSField.contextLength, UInt8.self, from: &reader)
      try octets(.context, Int(count), &reader)
      return try extensions(&reader, of: .certificateRequest)
    }
    let count = Int(try tree.read(TLSField.certificateTypesCount, UInt8.self, from: &reader))
    var types = try reader.take(count)
    let group = tree.open(
      TLSField.certificateTypes, at: types.position, count,
      text: "Certificate types (\(count) type\(count == 1 ? "" : "s"))")
    while !types.isAtEnd { try tree.read(TLSField.certificateType, UInt8.self, from: &types) }
    tree.close(group)
    if namesSchemes { try schemes(&reader) }
    try distinguishedNames(&reader)
  }

  /// The authorities that a client's certificate may come from.
  mutating func distinguishedNames(_ reader: inout Reader) throws(ReadError) {
    let size = Int(try tree.read(TLSField.namesLength, UInt16.self, from: &reader))
    guard size > 0 else { return }
    var names = try reader.take(size)
    let group = tree.open(
      TLSField.names, at: names.position, size,
      text: "Distinguished Names (\(size) byte\(size == 1 ? "" : "s"))")
    while !names.isAtEnd {
      let length = Int(try tree.read(TLSField.nameLength, UInt16.self, from: &names))
      let node = tree.open(TLSField.name, at: names.position, min(length, names.remaining))
      var der = try names.take(length)
      var drawer = X509Drawer(tree: tree.taken())
      let text = drawer.drawName(&der)
      tree = drawer.tree
      tree.retitle(node, "Distinguished Name: (\(Clean.text(text)))")
      tree.close(node)
    }
    tree.close(group)
  }

  private mutating func certificateVerify(_ reader: inout Reader) throws(ReadError) {
    if namesSchemes { try tree.scheme(&reader) }
    let count = try tree.read(TLSField.verifyLength, UInt16.self, from: &reader)
    try octets(.verify, Int(count), &reader)
  }

  private mutating func certificateStatus(_ reader: inout Reader) throws(ReadError) {
    let type = try tree.read(TLSField.statusType, UInt8.self, from: &reader)
    if type == 1 { return try ocsp(&reader) }
    guard type == 2 else { return }
    let count = try read24(.statusListLength, &reader)
    var list = try reader.take(count)
    while !list.isAtEnd { try ocsp(&list) }
  }

  mutating func ocsp(_ reader: inout Reader) throws(ReadError) {
    let count = try read24(.ocspLength, &reader)
    guard count > 0 else { return }
    var response = try reader.take(count)
    var drawer = X509Drawer(tree: tree.taken())
    drawer.drawResponse(&response)
    tree = drawer.tree
  }

  private mutating func compressedCertificate(_ reader: inout Reader) throws(ReadError) {
    let algorithm = try tree.read(TLSField.compressedAlgorithm, UInt16.self, from: &reader)
    let size = try read24(.uncompressedLength, &reader)
    let count = try read24(.compressedLength, &reader)
    guard count > 0 else { return }
    let packed = try reader.take(count)
    tree.add(TLSField.compressedMessage, at: packed.position, count)
    guard tree.wants.contains(.nodes) else { return }
    let coding: ContentCoding? = algorithm == 1 ? .deflate : algorithm == 2 ? .brotli : nil
    guard let coding, size < 1 << 20 else { return }
    let unpacked = Unpacking.body(packed.rest, coding)
    guard unpacked.end == .whole, unpacked.bytes.count == size else { return }
    let (source, depth) = (tree.source, tree.depth)
    tree.addSource("Uncompressed Certificate", unpacked.bytes)
    let group = tree.open(TLSField.uncompressedCertificate, at: 0, size)
    var message = Reader(unpacked.bytes.raw)
    do throws(ReadError) { try certificates(&message) } catch {
      tree.depth = depth + 1
      malformed(error)
    }
    tree.close(group)
    tree.source = source
  }
}

/// What JA3 makes of a hello: numbers without GREASE, in the hello's order.
struct TLSFingerprint {
  var version: UInt16 = 0
  var suites: [UInt16] = []
  var extensions: [UInt16] = []
  var groups: [UInt16] = []
  var formats: [UInt8] = []

  private func joined(_ numbers: [UInt16]) -> String {
    numbers.filter { !isGREASE($0) }.map(String.init).joined(separator: "-")
  }

  /// The string of a ClientHello.
  var client: String {
    let points = formats.map(String.init).joined(separator: "-")
    return "\(version),\(joined(suites)),\(joined(extensions)),\(joined(groups)),\(points)"
  }

  /// The string of a ServerHello.
  var server: String { "\(version),\(joined(suites)),\(joined(extensions))" }
}
