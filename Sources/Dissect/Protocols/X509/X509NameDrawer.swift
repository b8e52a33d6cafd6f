import Bytes

extension X509Drawer {
  /// Draws a name of the directory's kind: RFC 5280 section 4.1.2.4. Returns its attributes, `id-at-commonName=lab.test`,
  /// the last first.
  @discardableResult
  mutating func name(
    _ field: X509Field, _ list: X509Field, _ reader: inout Reader
  ) throws(ReadError) -> String {
    let group = try open(field, reader)
    let words = try relativeNames(list, &reader)
    tree.close(group)
    return words
  }

  /// The same without what says that it is one.
  @discardableResult
  mutating func relativeNames(_ field: X509Field, _ reader: inout Reader) throws(ReadError) -> String {
    var parts = try reader.element(DERTag.sequence)
    let group = try openList(field, parts)
    let words = try nameParts(&parts)
    tree.close(group)
    return words
  }

  /// The parts of a name, without a heading.
  mutating func nameParts(_ parts: inout Reader) throws(ReadError) -> String {
    var words: [String] = []
    while !parts.isAtEnd {
      var set = try parts.element(DERTag.set)
      words.append(try relativeName(.rdnItem, &set))
    }
    return words.reversed().joined(separator: ",")
  }

  /// Draws the attributes of one part of a name.
  mutating func relativeName(_ field: X509Field, _ set: inout Reader) throws(ReadError) -> String {
    let group = try openList(field, set)
    var words: [String] = []
    while !set.isAtEnd {
      let node = try open(.rdnPart, set)
      var pair = try set.element(DERTag.sequence)
      let dotted = try objectID(.attributeID, &pair)
      let text = try attribute(dotted, &pair)
      words.append("\(DER.name(dotted))=\(text)")
      tree.retitle(node, "\(X509Field.rdnPart.info.title) (\(Clean.text(words.last ?? "")))")
      tree.close(node)
    }
    tree.close(group)
    return words.joined(separator: ",")
  }

  /// Draws an attribute's value; returns it as text.
  private mutating func attribute(_ dotted: String, _ reader: inout Reader) throws(ReadError) -> String {
    switch dotted {
    case "2.5.4.6": return try text(.countryName, &reader)
    case "2.5.4.5", "2.5.4.46": return try text(.printableString, &reader)
    case "1.2.840.113549.1.9.1", "0.9.2342.19200300.100.1.25": return try text(.ia5String, &reader)
    case "0.9.2342.19200300.100.1.1": return try text(.userID, &reader)
    default: break
    }
    let kinds: [(tag: UInt8, field: X509Field)] = [
      (DERTag.teletexString, .teletexString), (DERTag.printableString, .printableChoice),
      (DERTag.universalString, .universalString), (DERTag.bmpString, .bmpString),
      (DERTag.utf8String, .utf8Choice),
    ]
    let tag = try reader.peekHeader().tag
    guard let kind = kinds.firstIndex(where: { $0.tag == tag }) else { return try text(.ia5String, &reader) }
    let group = try open(.directoryString, reader)
    tree.set(group, UInt64(kind))
    let words = try text(kinds[kind].field, &reader)
    tree.close(group)
    return words
  }

  /// Draws a string of any alphabet; returns it.
  @discardableResult
  mutating func text(_ field: X509Field, _ reader: inout Reader) throws(ReadError) -> String {
    let tag = try reader.peekHeader().tag
    var part = try reader.element(tag)
    let (offset, count) = (part.position, part.remaining)
    let octets = try part.bytes(count)
    let words =
      switch tag {
      case DERTag.bmpString: Self.wide(octets, 2)
      case DERTag.universalString: Self.wide(octets, 4)
      case DERTag.teletexString: String(String.UnicodeScalarView(octets.map { Unicode.Scalar($0) }))
      default: String(decoding: octets, as: UTF8.self)
      }
    if tag == DERTag.bmpString || tag == DERTag.universalString || tag == DERTag.teletexString {
      tree.add(field, text: words, at: offset, count)
    } else {
      tree.add(field, at: offset, count)
    }
    return words
  }

  /// Text of `size` octets a character.
  private static func wide(_ octets: [UInt8], _ size: Int) -> String {
    var text = String.UnicodeScalarView()
    var at = 0
    while at + size <= octets.count {
      let value = octets[at..<at + size].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
      text.append(Unicode.Scalar(value) ?? "\u{FFFD}")
      at += size
    }
    return String(text)
  }

  /// Draws a list of names: RFC 5280 section 4.2.1.6. `list` is the content.
  mutating func generalNames(_ field: X509Field, _ list: inout Reader) throws(ReadError) {
    let group = try openList(field, list)
    while !list.isAtEnd { try generalName(.generalName, &list) }
    tree.close(group)
  }

  /// Draws one name, and in front of it what kind it is of.
  mutating func generalName(_ field: X509Field, _ reader: inout Reader) throws(ReadError) {
    try enter(reader)
    let tag = try reader.peekHeader().tag
    var part = try reader.element(tag)
    guard tag & 0xC0 == 0x80 else { throw .malformed("no kind of name", at: part.position) }
    let group = tree.open(field, UInt64(tag & 31), at: part.position, part.remaining)
    switch tag & 31 {
    case 0: try otherName(&part)
    case 1: tree.add(X509Field.rfc822Name, at: part.position, part.remaining)
    case 2: tree.add(X509Field.dnsName, at: part.position, part.remaining)
    case 4:
      let node = tree.open(X509Field.directoryName, at: part.position, part.remaining)
      try relativeNames(.rdnSequence, &part)
      tree.close(node)
    case 6: tree.add(X509Field.uri, at: part.position, part.remaining)
    case 7: try address(&part)
    case 8:
      let (offset, count) = (part.position, part.remaining)
      let octets = try part.bytes(count)
      tree.add(X509Field.registeredID, text: DER.objectID(octets), at: offset, count)
    default: tree.add(X509Field.extensionValue, at: part.position, part.remaining)
    }
    tree.close(group)
    leave()
  }

  private mutating func otherName(_ reader: inout Reader) throws(ReadError) {
    let group = tree.open(X509Field.otherName, at: reader.position, reader.remaining)
    _ = try objectID(.otherNameType, &reader)
    if reader.nextTag == DERTag.constructed(0) {
      var value = try reader.element(DERTag.constructed(0))
      if value.nextTag == DERTag.utf8String {
        try text(.utf8String, &value)
      } else {
        tree.add(X509Field.extensionValue, at: value.position, value.remaining)
      }
    }
    tree.close(group)
  }

  /// An address, or with its mask a range of them: RFC 5280 section 4.2.1.10.
  private mutating func address(_ reader: inout Reader) throws(ReadError) {
    let (offset, count) = (reader.position, reader.remaining)
    let octets = try reader.bytes(count)
    switch count {
    case 4: tree.add(X509Field.ipv4, DER.integer(octets), at: offset, 4)
    case 16: tree.add(X509Field.ipv6, at: offset, 16)
    case 8, 32:
      tree.add(X509Field.ipRange, text: Self.range(octets[...]), at: offset, count)
    default: tree.add(X509Field.extensionValue, at: offset, count)
    }
  }

  /// `10.9.0.0/255.255.0.0`.
  private static func range(_ octets: ArraySlice<UInt8>) -> String {
    let half = octets.count / 2
    func text(_ part: ArraySlice<UInt8>) -> String {
      half == 4
        ? IPv4Address(UInt32(truncatingIfNeeded: DER.integer(Array(part)))).description
        : IPv6Address(part)?.description ?? ""
    }
    return "\(text(octets.prefix(half)))/\(text(octets.suffix(half)))"
  }
}

func x509Directory(_ value: UInt64) -> String? {
  [0: "teletexString", 1: "printableString", 2: "universalString", 3: "bmpString", 4: "uTF8String"][value]
}

func x509General(_ value: UInt64) -> String? {
  [
    0: "otherName", 1: "rfc822Name", 2: "dNSName", 3: "x400Address", 4: "directoryName", 5: "ediPartyName",
    6: "uniformResourceIdentifier", 7: "iPAddress", 8: "registeredID",
  ][value]
}
