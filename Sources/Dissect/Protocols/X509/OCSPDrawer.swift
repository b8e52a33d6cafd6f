import Bytes

extension X509Drawer {
  /// Draws an answer of OCSP: RFC 6960 section 4.2.1. What does not follow the format is said in its place.
  mutating func drawResponse(_ reader: inout Reader) {
    guard tree.wants.contains(.nodes) else { return }
    let group = tree.open(X509Field.ocsp, at: reader.position, reader.remaining, text: "OCSP Response")
    let depth = tree.depth
    do throws(ReadError) { try response(&reader) } catch { malformed(error, depth) }
    tree.close(group)
  }

  private mutating func response(_ reader: inout Reader) throws(ReadError) {
    var parts = try reader.element(DERTag.sequence)
    try integer(.responseStatus, &parts, DERTag.enumerated)
    guard parts.nextTag == DERTag.constructed(0) else { return }
    var wrapped = try parts.element(DERTag.constructed(0))
    let group = try open(.responseBytes, wrapped)
    var typed = try wrapped.element(DERTag.sequence)
    let kind = try objectID(.responseType, &typed)
    var octets = try typed.element(DERTag.octetString)
    if kind == "1.3.6.1.5.5.7.48.1.1" {
      try basic(&octets)
    } else {
      tree.add(X509Field.extensionValue, at: octets.position, octets.remaining)
    }
    tree.close(group)
  }

  private mutating func basic(_ reader: inout Reader) throws(ReadError) {
    let group = try open(.basicResponse, reader)
    var parts = try reader.element(DERTag.sequence)
    try data(&parts)
    _ = try algorithm(.ocspSignatureAlgorithm, &parts)
    try bitString(.ocspSignature, &parts)
    if parts.nextTag == DERTag.constructed(0) {
      var wrapped = try parts.element(DERTag.constructed(0))
      var list = try wrapped.element(DERTag.sequence)
      let certificates = try openList(.certs, list)
      while !list.isAtEnd {
        let node = try open(.ocspCertificate, list)
        let subject = try certificate(&list)
        tree.retitle(node, "\(X509Field.ocspCertificate.info.title) (\(Clean.text(subject)))")
        tree.close(node)
      }
      tree.close(certificates)
    }
    tree.close(group)
  }

  private mutating func data(_ reader: inout Reader) throws(ReadError) {
    let group = try open(.responseData, reader)
    var parts = try reader.element(DERTag.sequence)
    if parts.nextTag == DERTag.constructed(0) { _ = try parts.element(DERTag.constructed(0)) }
    try responder(&parts)
    try generalizedTime(.producedAt, &parts)
    var list = try parts.element(DERTag.sequence)
    let responses = try openList(.responses, list)
    while !list.isAtEnd { try single(&list) }
    tree.close(responses)
    if parts.nextTag == DERTag.constructed(1) {
      var wrapped = try parts.element(DERTag.constructed(1))
      try responseExtensions(.responseExtensions, &wrapped)
    }
    tree.close(group)
  }

  private mutating func responder(_ reader: inout Reader) throws(ReadError) {
    let tag = try reader.peekHeader().tag
    var who = try reader.element(tag)
    let group = tree.open(X509Field.responderID, UInt64(tag & 31), at: who.position, who.remaining)
    if tag == DERTag.constructed(1) {
      let name = tree.open(X509Field.responderName, at: who.position, who.remaining)
      try relativeNames(.rdnSequence, &who)
      tree.close(name)
    } else {
      try content(.responderKey, DERTag.octetString, &who)
    }
    tree.close(group)
  }

  private mutating func single(_ reader: inout Reader) throws(ReadError) {
    let group = try open(.singleResponse, reader)
    var parts = try reader.element(DERTag.sequence)
    let node = try open(.certID, parts)
    var id = try parts.element(DERTag.sequence)
    _ = try algorithm(.certHash, &id)
    try content(.issuerNameHash, DERTag.octetString, &id)
    try content(.issuerKeyHash, DERTag.octetString, &id)
    try content(.ocspSerial, DERTag.integer, &id)
    tree.close(node)
    try status(&parts)
    try generalizedTime(.thisUpdate, &parts)
    if parts.nextTag == DERTag.constructed(0) {
      var next = try parts.element(DERTag.constructed(0))
      try generalizedTime(.nextUpdate, &next)
    }
    if parts.nextTag == DERTag.constructed(1) {
      var wrapped = try parts.element(DERTag.constructed(1))
      try responseExtensions(.singleExtensions, &wrapped)
    }
    tree.close(group)
  }

  private mutating func status(_ reader: inout Reader) throws(ReadError) {
    let tag = try reader.peekHeader().tag
    var part = try reader.element(tag)
    let (offset, count) = (part.position, part.remaining)
    let group = tree.open(X509Field.certStatus, UInt64(tag & 31), at: offset, count)
    switch tag & 31 {
    case 0: tree.add(X509Field.statusGood, at: offset, count)
    case 1:
      let node = tree.open(X509Field.statusRevoked, at: offset, count)
      try generalizedTime(.revocationTime, &part)
      if part.nextTag == DERTag.constructed(0) {
        var reason = try part.element(DERTag.constructed(0))
        try integer(.revocationReason, &reason, DERTag.enumerated)
      }
      tree.close(node)
    default: tree.add(X509Field.statusUnknown, at: offset, count)
    }
    tree.close(group)
  }

  private mutating func responseExtensions(_ field: X509Field, _ reader: inout Reader) throws(ReadError) {
    var list = try reader.element(DERTag.sequence)
    let group = try openList(field, list)
    while !list.isAtEnd {
      let node = try open(.ocspExtension, list)
      var parts = try list.element(DERTag.sequence)
      let dotted = try objectID(.ocspExtensionID, &parts)
      if parts.nextTag == DERTag.boolean { _ = try parts.element(DERTag.boolean) }
      var value = try parts.element(DERTag.octetString)
      if dotted == "1.3.6.1.5.5.7.48.1.2" {
        try content(.nonce, DERTag.octetString, &value)
      } else {
        tree.add(X509Field.extensionValue, at: value.position, value.remaining)
      }
      tree.close(node)
    }
    tree.close(group)
  }
}

func ocspStatus(_ value: UInt64) -> String? {
  [
    0: "successful", 1: "malformedRequest", 2: "internalError", 3: "tryLater", 5: "sigRequired",
    6: "unauthorized",
  ][value]
}

func ocspResponder(_ value: UInt64) -> String? { [1: "byName", 2: "byKey"][value] }
func ocspCertStatus(_ value: UInt64) -> String? { [0: "good", 1: "revoked", 2: "unknown"][value] }

func crlReason(_ value: UInt64) -> String? {
  [
    0: "unspecified", 1: "keyCompromise", 2: "cACompromise", 3: "affiliationChanged", 4: "superseded",
    5: "cessationOfOperation", 6: "certificateHold", 8: "removeFromCRL", 9: "privilegeWithdrawn",
    10: "aACompromise",
  ][value]
}
