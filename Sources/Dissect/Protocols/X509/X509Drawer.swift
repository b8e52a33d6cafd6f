import Bytes

/// Draws certificates, and what else is built of their parts, into a tree that it owns meanwhile.
struct X509Drawer {
  var tree: Dissection
  /// How deep names stand in names: hostile ones would go on for ever.
  private var level = 0
  private static let limit = 16

  init(tree: Dissection) { self.tree = tree }

  /// Draws the certificate that `reader` holds; what does not follow the format is said in its place.
  mutating func draw(_ reader: inout Reader) {
    guard tree.wants.contains(.nodes) else { return }
    let depth = tree.depth
    do throws(ReadError) { _ = try certificate(&reader) } catch { malformed(error, depth) }
  }

  /// Draws a public key that stands alone; what does not follow the format is said in its place.
  mutating func drawKey(_ reader: inout Reader) {
    guard tree.wants.contains(.nodes) else { return }
    let depth = tree.depth
    do throws(ReadError) {
      var parts = try reader.element(DERTag.sequence)
      try key(&parts)
    } catch { malformed(error, depth) }
  }

  /// Draws a name; returns its attributes, the last first.
  mutating func drawName(_ reader: inout Reader) -> String {
    guard tree.wants.contains(.nodes) else { return "" }
    let depth = tree.depth
    do throws(ReadError) {
      var parts = try reader.element(DERTag.sequence)
      return try nameParts(&parts)
    } catch { malformed(error, depth) }
    return ""
  }

  /// Says what does not follow the format, at `depth`.
  mutating func malformed(_ error: ReadError, _ depth: UInt8) {
    tree.depth = depth
    let at =
      switch error {
      case .truncated(_, _, let at), .malformed(_, let at): at
      }
    tree.add(X509Field.malformed, text: error.description, at: at, 0)
  }

  /// Guards what may contain itself.
  mutating func enter(_ reader: borrowing Reader) throws(ReadError) {
    level += 1
    guard level <= Self.limit else { throw .malformed("names too deep in names", at: reader.position) }
  }

  mutating func leave() { level -= 1 }

  /// Opens a group over the next element, its header included.
  mutating func open(_ field: X509Field, _ reader: borrowing Reader) throws(ReadError) -> Int {
    let header = try reader.peekHeader()
    return tree.open(field, at: reader.position, header.size + header.count)
  }

  /// Opens a group over the content of a list, with the number of its entries.
  mutating func openList(_ field: X509Field, _ list: borrowing Reader) throws(ReadError) -> Int {
    tree.open(field, UInt64(try list.countElements()), at: list.position, list.remaining)
  }

  /// The three parts of a certificate: RFC 5280 section 4.1. Returns its subject.
  mutating func certificate(_ reader: inout Reader) throws(ReadError) -> String {
    var parts = try reader.element(DERTag.sequence)
    let subject = try signed(&parts)
    _ = try algorithm(.algorithmIdentifier, &parts)
    try bitString(.encrypted, &parts)
    return subject
  }

  private mutating func signed(_ reader: inout Reader) throws(ReadError) -> String {
    let group = try open(.signedCertificate, reader)
    var parts = try reader.element(DERTag.sequence)
    if parts.nextTag == DERTag.constructed(0) {
      var version = try parts.element(DERTag.constructed(0))
      try integer(.version, &version)
    }
    try content(.serialNumber, DERTag.integer, &parts)
    _ = try algorithm(.signature, &parts)
    try name(.issuer, .rdnSequence, &parts)
    try validity(&parts)
    let subject = try name(.subject, .subjectRDN, &parts)
    try publicKey(&parts)
    if parts.nextTag == DERTag.context(1) { try implicitBits(.issuerUniqueID, 1, &parts) }
    if parts.nextTag == DERTag.context(2) { try implicitBits(.subjectUniqueID, 2, &parts) }
    if parts.nextTag == DERTag.constructed(3) {
      var wrapped = try parts.element(DERTag.constructed(3))
      try extensions(&wrapped)
    }
    tree.close(group)
    return subject
  }

  private mutating func validity(_ reader: inout Reader) throws(ReadError) {
    let group = try open(.validity, reader)
    var times = try reader.element(DERTag.sequence)
    try time(.notBefore, &times)
    try time(.notAfter, &times)
    tree.close(group)
  }

  private mutating func time(_ field: X509Field, _ reader: inout Reader) throws(ReadError) {
    let header = try reader.peekHeader()
    let group = try open(field, reader)
    let isLong = header.tag == DERTag.generalizedTime
    tree.set(group, isLong ? 1 : 0)
    if isLong {
      try generalizedTime(.generalizedTime, &reader)
    } else {
      var digits = try reader.element(DERTag.utcTime)
      let offset = digits.position
      let text = try digits.bytes(digits.remaining)
      tree.add(X509Field.utcTime, text: DER.timeWords(text, yearDigits: 2), at: offset, text.count)
    }
    tree.close(group)
  }

  mutating func generalizedTime(
    _ field: X509Field, _ reader: inout Reader, _ tag: UInt8 = DERTag.generalizedTime
  ) throws(ReadError) {
    var digits = try reader.element(tag)
    let offset = digits.position
    let count = digits.remaining
    let text = try digits.bytes(count)
    if let time = DER.time(text, yearDigits: 4) {
      tree.add(field, UInt64(bitPattern: time), at: offset, count)
    } else {
      tree.add(X509Field.farTime, text: DER.timeWords(text, yearDigits: 4), at: offset, count)
    }
  }

  /// Records an element's content as it is.
  mutating func content(_ field: X509Field, _ tag: UInt8, _ reader: inout Reader) throws(ReadError) {
    let part = try reader.element(tag)
    tree.add(field, at: part.position, part.remaining)
  }

  mutating func integer(
    _ field: X509Field, _ reader: inout Reader, _ tag: UInt8 = DERTag.integer
  ) throws(ReadError) {
    var part = try reader.element(tag)
    let (offset, count) = (part.position, part.remaining)
    tree.add(field, DER.integer(try part.bytes(count)), at: offset, count)
  }

  /// Records an object identifier; returns it in dotted notation.
  mutating func objectID(
    _ field: X509Field, _ reader: inout Reader, _ tag: UInt8 = DERTag.objectID
  ) throws(ReadError) -> String {
    var part = try reader.element(tag)
    let (offset, count) = (part.position, part.remaining)
    let dotted = DER.objectID(try part.bytes(count))
    tree.add(field, text: dotted, at: offset, count)
    return dotted
  }

  /// Records a string of bits: how many do not count, then its octets.
  mutating func bitString(_ field: X509Field, _ reader: inout Reader) throws(ReadError) {
    var part = try reader.element(DERTag.bitString)
    try tree.read(X509Field.padding, UInt8.self, from: &part)
    tree.add(field, at: part.position, part.remaining)
  }

  private mutating func implicitBits(
    _ field: X509Field, _ number: UInt8, _ reader: inout Reader
  ) throws(ReadError) {
    var part = try reader.element(DERTag.context(number))
    try tree.read(X509Field.padding, UInt8.self, from: &part)
    tree.add(field, at: part.position, part.remaining)
  }
}
