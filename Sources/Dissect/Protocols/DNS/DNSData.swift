import Bytes

/// The data of a record, in its message.
struct DNSData: ~Escapable {
  let message: RawSpan
  /// Where the message begins in the current source.
  let base: Int
  let range: Range<Int>
  /// Whose record it is.
  let name: DNSName
  let type: UInt16

  @_lifetime(copy message)
  init(message: RawSpan, base: Int, range: Range<Int>, name: DNSName, type: UInt16) {
    self.message = message
    self.base = base
    self.range = range
    self.name = name
    self.type = type
  }
}

/// A piece of a record's data.
private enum DNSPiece {
  case u8(DNSField)
  case u16(DNSField)
  case u32(DNSField)
  case name(DNSField)
  /// A length in an octet, and text.
  case string(DNSField, DNSField)
  /// Such texts up to the end.
  case strings(DNSField, DNSField)
  /// Octets or text up to the end.
  case rest(DNSField)
  /// Seconds since 1970.
  case time(DNSField)
}

/// Data that is a row of pieces.
private let dnsLayouts: [UInt16: [DNSPiece]] = [
  2: [.name(.ns)], 5: [.name(.cname)], 12: [.name(.ptr)], 39: [.name(.dname)],
  6: [
    .name(.soaMaster), .name(.soaMailbox), .u32(.soaSerial), .u32(.soaRefresh), .u32(.soaRetry),
    .u32(.soaExpire),
    .u32(.soaMinimum),
  ], 13: [.string(.hinfoCPULength, .hinfoCPU), .string(.hinfoOSLength, .hinfoOS)],
  15: [.u16(.mxPreference), .name(.mxExchange)], 16: [.strings(.txtLength, .txt)],
  17: [.name(.rpMailbox), .name(.rpText)], 18: [.u16(.afsType), .name(.afsHost)],
  29: [
    .u8(.locVersion), .u8(.locSize), .u8(.locHorizontal), .u8(.locVertical), .u32(.locLatitude),
    .u32(.locLongitude), .u32(.locAltitude),
  ], 33: [.u16(.srvPriority), .u16(.srvWeight), .u16(.srvPort), .name(.srvTarget)],
  37: [.u16(.certType), .u16(.certKeyTag), .u8(.certAlgorithm), .rest(.certificate)],
  43: [.u16(.dsKeyTag), .u8(.dsAlgorithm), .u8(.dsDigestType), .rest(.dsDigest)],
  59: [.u16(.dsKeyTag), .u8(.dsAlgorithm), .u8(.dsDigestType), .rest(.dsDigest)],
  44: [.u8(.sshAlgorithm), .u8(.sshHash), .rest(.sshFingerprint)],
  46: [
    .u16(.signatureType), .u8(.signatureAlgorithm), .u8(.signatureLabels), .u32(.signatureTTL),
    .time(.signatureExpiration), .time(.signatureInception), .u16(.signatureKeyTag), .name(.signatureSigner),
    .rest(.signature),
  ], 52: [.u8(.tlsaUsage), .u8(.tlsaSelector), .u8(.tlsaMatching), .rest(.tlsaData)],
  61: [.rest(.openPGPKey)],
  99: [.strings(.spfLength, .spf)],
]

extension DNSDrawer {
  /// Draws a record's data.
  mutating func data(_ data: DNSData) throws(ReadError) {
    let end = data.range.upperBound
    var reader = Reader(
      data.message.extracting(data.range), base: data.base + data.range.lowerBound)
    if let layout = dnsLayouts[data.type] {
      for piece in layout { try draw(piece, &reader, data) }
      return
    }
    switch data.type {
    case 1:
      let at = reader.position
      tree.add(DNSField.a, UInt64(try reader.read(UInt32.self)), at: at, 4)
    case 28:
      try reader.require(16)
      try tree.bytes(DNSField.aaaa, 16, from: &reader)
    case 35: try naptr(&reader, data)
    case 47:
      try draw(.name(.nsecNext), &reader, data)
      typeMap(&reader)
    case 48, 60: try key(&reader)
    case 50, 51: try hashed(&reader, hasNext: data.type == 50)
    case 64, 65: try service(&reader, data)
    case 108:
      let at = reader.position
      let high = UInt64(try reader.read(UInt16.self))
      tree.add(DNSField.eui48, high << 32 | UInt64(try reader.read(UInt32.self)), at: at, 6)
    case 257: try caa(&reader)
    default:
      tree.add(DNSField.undecoded, at: data.base + data.range.lowerBound, 0)
      if end > data.range.lowerBound { try tree.bytes(DNSField.data, reader.remaining, from: &reader) }
    }
  }

  private mutating func draw(
    _ piece: DNSPiece, _ reader: inout Reader, _ data: DNSData
  ) throws(ReadError) {
    switch piece {
    case .u8(let field): try tree.read(field, UInt8.self, from: &reader)
    case .u16(let field): try tree.read(field, UInt16.self, from: &reader)
    case .u32(let field): try tree.read(field, UInt32.self, from: &reader)
    case .time(let field):
      let at = reader.position
      let seconds = UInt64(try reader.read(UInt32.self))
      tree.add(field, seconds * 1_000_000_000, at: at, 4)
    case .name(let field):
      let at = reader.position - data.base
      let name = try DNSName(data.message, at: at)
      try reader.skip(name.end - at)
      tree.add(field, text: name.string, at: data.base + at, name.end - at)
    case .string(let length, let field):
      let count = Int(try tree.read(length, UInt8.self, from: &reader))
      try tree.bytes(field, count, from: &reader)
    case .strings(let length, let field):
      while !reader.isAtEnd { try draw(.string(length, field), &reader, data) }
    case .rest(let field):
      if !reader.isAtEnd { try tree.bytes(field, reader.remaining, from: &reader) }
    }
  }

  private mutating func naptr(_ reader: inout Reader, _ data: DNSData) throws(ReadError) {
    for piece in [
      DNSPiece.u16(.naptrOrder), .u16(.naptrPreference), .string(.naptrFlagsLength, .naptrFlags),
      .string(.naptrServiceLength, .naptrService), .string(.naptrRegexLength, .naptrRegex),
    ] { try draw(piece, &reader, data) }
    let name = try DNSName(data.message, at: reader.position - data.base)
    tree.add(DNSField.naptrReplacementLength, UInt64(name.length), at: reader.position, 0)
    try draw(.name(.naptrReplacement), &reader, data)
  }

  /// Types that a name has, a bit each: RFC 4034 section 4.1.2.
  private mutating func typeMap(_ reader: inout Reader) {
    while let block = try? reader.read(UInt8.self), let count = try? reader.read(UInt8.self),
      let bits = try? reader.take(Int(count))
    {
      for (index, octet) in bits.rest.copied().enumerated() {
        for bit in 0..<8 where octet & (0x80 >> UInt8(bit)) != 0 {
          let type = UInt64(block) << 8 | UInt64(index * 8 + bit)
          tree.add(DNSField.type, type, at: bits.position + index, 1)
        }
      }
    }
  }

  private mutating func key(_ reader: inout Reader) throws(ReadError) {
    let start = reader.position
    let octets = reader.rest.copied()
    let flags = try reader.read(UInt16.self)
    let group = tree.open(DNSField.keyFlags, at: start, 2)
    tree.set(group, UInt64(flags))
    tree.add(DNSField.keyZone, UInt64(flags >> 8 & 1), at: start, 2)
    tree.add(DNSField.keyRevoked, UInt64(flags >> 7 & 1), at: start, 2)
    tree.add(DNSField.keyEntry, UInt64(flags & 1), at: start, 2)
    tree.add(DNSField.keyReserved, UInt64(flags & 0xFE7E) >> 1, at: start, 2)
    tree.close(group)
    try tree.read(DNSField.keyProtocol, UInt8.self, from: &reader)
    try tree.read(DNSField.keyAlgorithm, UInt8.self, from: &reader)
    var sum: UInt32 = 0
    for (index, octet) in octets.enumerated() { sum &+= index & 1 == 0 ? UInt32(octet) << 8 : UInt32(octet) }
    sum = (sum &+ (sum >> 16 & 0xFFFF)) & 0xFFFF
    tree.add(DNSField.keyTag, UInt64(sum), at: reader.position, 0)
    try tree.bytes(DNSField.keyPublic, reader.remaining, from: &reader)
  }

  private mutating func hashed(_ reader: inout Reader, hasNext: Bool) throws(ReadError) {
    try tree.read(DNSField.nsec3Algorithm, UInt8.self, from: &reader)
    let at = reader.position
    let flags = try reader.read(UInt8.self)
    let group = tree.open(DNSField.nsec3Flags, at: at, 1)
    tree.set(group, UInt64(flags))
    if hasNext { tree.add(DNSField.nsec3OptOut, UInt64(flags & 1), at: at, 1) }
    tree.close(group)
    try tree.read(DNSField.nsec3Iterations, UInt16.self, from: &reader)
    let salt = Int(try tree.read(DNSField.nsec3SaltLength, UInt8.self, from: &reader))
    try tree.bytes(DNSField.nsec3Salt, salt, from: &reader)
    guard hasNext else { return }
    let count = Int(try tree.read(DNSField.nsec3HashLength, UInt8.self, from: &reader))
    let place = reader.position
    let hash = try reader.bytes(count)
    tree.add(DNSField.nsec3Hash, text: Self.base32(hash), at: place, count)
    typeMap(&reader)
  }

  /// Base32 with the extended hex alphabet, without padding: RFC 4648 section 7.
  private static func base32(_ octets: [UInt8]) -> String {
    let digits = Array("0123456789abcdefghijklmnopqrstuv".utf8)
    var out: [UInt8] = []
    var bits: UInt32 = 0
    var count: UInt32 = 0
    for octet in octets {
      bits = bits << 8 | UInt32(octet)
      count += 8
      while count >= 5 {
        count -= 5
        out.append(digits[Int(bits >> count & 31)])
      }
    }
    if count > 0 { out.append(digits[Int(bits << (5 - count) & 31)]) }
    return String(decoding: out, as: UTF8.self)
  }

  private mutating func caa(_ reader: inout Reader) throws(ReadError) {
    let at = reader.position
    let flags = try reader.read(UInt8.self)
    let group = tree.open(DNSField.caaFlags, at: at, 1)
    tree.set(group, UInt64(flags))
    tree.add(DNSField.caaCritical, UInt64(flags >> 7), at: at, 1)
    tree.close(group)
    let start = reader.position
    let count = Int(try reader.peek(UInt8.self))
    try reader.require(1 + count)
    let rest = reader.rest
    let tag = rest.extracting(1..<1 + count)
    let field: DNSField =
      tag.equals("issue")
      ? .caaIssue : tag.equals("issuewild") ? .caaIssueWild : tag.equals("iodef") ? .caaContact : .caaUnknown
    let value = HTTPHead.text(rest, 1 + count..<rest.byteCount)
    let item = tree.add(field, text: value, at: start, rest.byteCount)
    tree.depth += 1
    try tree.read(DNSField.caaTagLength, UInt8.self, from: &reader)
    try tree.bytes(DNSField.caaTag, count, from: &reader)
    try tree.bytes(DNSField.caaValue, reader.remaining, from: &reader)
    tree.close(item)
  }

  /// Parameters of a service: RFC 9460 section 2.2.
  private mutating func service(_ reader: inout Reader, _ data: DNSData) throws(ReadError) {
    try draw(.u16(.svcPriority), &reader, data)
    try draw(.name(.svcTarget), &reader, data)
    while !reader.isAtEnd {
      let start = reader.position
      let key = try reader.peek(UInt16.self)
      let count = Int(try reader.peek(UInt16.self, at: 2))
      try reader.require(4 + count)
      let group = tree.open(DNSField.svcParameter, at: start, 4 + count)
      tree.retitle(group, "SvcParam: \(dnsServiceKey(UInt64(key)) ?? "key\(key)")")
      try tree.read(DNSField.svcKey, UInt16.self, from: &reader)
      try tree.read(DNSField.svcLength, UInt16.self, from: &reader)
      var value = try reader.take(count)
      switch key {
      case 0: while !value.isAtEnd { try tree.read(DNSField.svcMandatory, UInt16.self, from: &value) }
      case 1: while !value.isAtEnd { try draw(.string(.svcALPNLength, .svcALPN), &value, data) }
      case 3: try tree.read(DNSField.svcPort, UInt16.self, from: &value)
      case 4: while !value.isAtEnd { try tree.read(DNSField.svcIPv4, UInt32.self, from: &value) }
      case 6: while !value.isAtEnd { try tree.bytes(DNSField.svcIPv6, 16, from: &value) }
      default: if count > 0 { try tree.bytes(DNSField.svcValue, count, from: &value) }
      }
      tree.close(group)
    }
  }

  /// Draws EDNS: the class is a size, the time to live is flags, the data are options (RFC 6891 section 6.1).
  mutating func options(_ reader: inout Reader, _ data: DNSData) throws(ReadError) {
    try tree.read(DNSField.payloadSize, UInt16.self, from: &reader)
    try tree.read(DNSField.extendedRcode, UInt8.self, from: &reader)
    try tree.read(DNSField.ednsVersion, UInt8.self, from: &reader)
    let at = reader.position
    let flags = try reader.read(UInt16.self)
    let group = tree.open(DNSField.ednsFlags, at: at, 2)
    tree.set(group, UInt64(flags))
    tree.add(DNSField.dnssecOK, UInt64(flags >> 15), at: at, 2)
    tree.add(DNSField.ednsReserved, UInt64(flags & 0x7FFF), at: at, 2)
    tree.close(group)
    try tree.read(DNSField.dataLength, UInt16.self, from: &reader)
    var body = Reader(data.message.extracting(data.range), base: data.base + data.range.lowerBound)
    while !body.isAtEnd {
      let start = body.position
      let code = try body.peek(UInt16.self)
      let count = Int(try body.peek(UInt16.self, at: 2))
      try body.require(4 + count)
      let option = tree.open(DNSField.option, at: start, 4 + count)
      tree.retitle(option, "Option: \(dnsOption(UInt64(code)) ?? "Unknown (\(code))")")
      try tree.read(DNSField.optionCode, UInt16.self, from: &body)
      try tree.read(DNSField.optionLength, UInt16.self, from: &body)
      var value = try body.take(count)
      tree.add(DNSField.optionData, at: value.position, count)
      try self.option(code, &value)
      tree.close(option)
    }
  }

  private mutating func option(_ code: UInt16, _ value: inout Reader) throws(ReadError) {
    switch code {
    case 8:
      let family = try tree.read(DNSField.subnetFamily, UInt16.self, from: &value)
      try tree.read(DNSField.subnetSource, UInt8.self, from: &value)
      try tree.read(DNSField.subnetScope, UInt8.self, from: &value)
      let at = value.position
      let octets = value.rest.copied()
      if family == 1, octets.count <= 4 {
        var address: UInt64 = 0
        for index in 0..<4 { address = address << 8 | UInt64(index < octets.count ? octets[index] : 0) }
        tree.add(DNSField.subnetIPv4, address, at: at, octets.count)
      } else {
        // Only the octets that the netmask reaches into are sent.
        let source = tree.source
        tree.addSource(
          "Client subnet", Array(octets.prefix(16)) + Array(repeating: 0, count: max(0, 16 - octets.count)))
        tree.add(DNSField.subnetIPv6, at: 0, 16)
        tree.source = source
      }
    case 10:
      try tree.bytes(DNSField.clientCookie, min(8, value.remaining), from: &value)
      try tree.bytes(DNSField.serverCookie, value.remaining, from: &value)
    case 12: try tree.bytes(DNSField.padding, value.remaining, from: &value)
    case 15:
      try tree.read(DNSField.extendedError, UInt16.self, from: &value)
      if !value.isAtEnd { try tree.bytes(DNSField.extendedErrorText, value.remaining, from: &value) }
    default: break
    }
  }

  /// What the info column says of a record behind its type.
  mutating func column(_ data: DNSData) throws(ReadError) {
    var reader = Reader(data.message.extracting(data.range), base: data.range.lowerBound)
    switch data.type {
    case 1:
      tree.column.append(octet: 32)
      tree.column.append(IPv4Address(try reader.read(UInt32.self)))
    case 28:
      guard let address = IPv6Address(reader.rest.copied()[...]) else { return }
      tree.column.append(octet: 32)
      tree.column.append(address.description)
    case 2, 5, 6, 12, 39, 47: try nameColumn(data.message, reader.position)
    case 15:
      numberColumn(try reader.read(UInt16.self))
      try nameColumn(data.message, reader.position)
    case 33:
      for _ in 0..<3 { numberColumn(try reader.read(UInt16.self)) }
      try nameColumn(data.message, reader.position)
    case 35:
      for _ in 0..<2 { numberColumn(try reader.read(UInt16.self)) }
      try stringColumn(&reader)
    case 13: for _ in 0..<2 { try stringColumn(&reader) }
    case 17, 18, 51, 52:
      tree.column.append(octet: 32)
      tree.column.append(data.name.text)
    default: break
    }
  }

  private mutating func numberColumn(_ number: UInt16) {
    tree.column.append(octet: 32)
    tree.column.append(UInt64(number))
  }

  private mutating func nameColumn(_ message: RawSpan, _ at: Int) throws(ReadError) {
    tree.column.append(octet: 32)
    tree.column.append(try DNSName(message, at: at).text)
  }

  private mutating func stringColumn(_ reader: inout Reader) throws(ReadError) {
    tree.column.append(octet: 32)
    let count = Int(try reader.read(UInt8.self))
    tree.column.append(try reader.bytes(count))
  }
}
