import Bytes

extension X509Drawer {
  /// Draws the extensions of a certificate: RFC 5280 section 4.2.
  mutating func extensions(_ reader: inout Reader) throws(ReadError) {
    var list = try reader.element(DERTag.sequence)
    let group = try openList(.extensions, list)
    while !list.isAtEnd {
      let node = try open(.extensionEntry, list)
      var parts = try list.element(DERTag.sequence)
      let depth = tree.depth
      do throws(ReadError) { try entry(node, &parts) } catch { malformed(error, depth) }
      tree.close(node)
    }
    tree.close(group)
  }

  private mutating func entry(_ node: Int, _ parts: inout Reader) throws(ReadError) {
    let dotted = try objectID(.extensionID, &parts)
    tree.retitle(node, "\(X509Field.extensionEntry.info.title) (\(DER.name(dotted)))")
    if parts.nextTag == DERTag.boolean { try boolean(.critical, &parts) }
    var value = try parts.element(DERTag.octetString)
    try self.value(dotted, &value)
  }

  private mutating func boolean(
    _ field: X509Field, _ reader: inout Reader, _ tag: UInt8 = DERTag.boolean
  ) throws(ReadError) {
    var part = try reader.element(tag)
    let offset = part.position
    tree.add(field, try part.read(UInt8.self) == 0 ? 0 : 1, at: offset, 1)
  }

  private mutating func value(_ extensionID: String, _ reader: inout Reader) throws(ReadError) {
    switch extensionID {
    case "2.5.29.14": try content(.subjectKeyIdentifier, DERTag.octetString, &reader)
    case "2.5.29.15": try bits(.keyUsage, Self.keyUsages, &reader)
    case "2.5.29.17", "2.5.29.18":
      var names = try reader.element(DERTag.sequence)
      try generalNames(.generalNames, &names)
    case "2.5.29.19": try basicConstraints(&reader)
    case "2.5.29.30": try nameConstraints(&reader)
    case "2.5.29.31", "2.5.29.46": try distributionPoints(&reader)
    case "2.5.29.32": try policies(&reader)
    case "2.5.29.35": try authorityKey(&reader)
    case "2.5.29.36": try policyConstraints(&reader)
    case "2.5.29.37": try purposes(&reader)
    case "2.5.29.54": try integer(.skipCerts, &reader)
    case "1.3.6.1.5.5.7.1.1": try authorityAccess(&reader)
    case "1.3.6.1.5.5.7.1.24": try features(&reader)
    case "1.3.6.1.4.1.11129.2.4.2":
      var list = try reader.element(DERTag.octetString)
      try tree.timestamps(&list)
    case "2.16.840.1.113730.1.1": try bits(.nsCertType, Self.netscapeTypes, &reader)
    case "2.16.840.1.113730.1.13": try text(.nsComment, &reader)
    default: tree.add(X509Field.extensionValue, at: reader.position, reader.remaining)
    }
  }

  private static let keyUsages: [X509Field] = [
    .digitalSignature, .contentCommitment, .keyEncipherment, .dataEncipherment, .keyAgreement, .keyCertSign,
    .crlSign, .encipherOnly, .decipherOnly,
  ]

  private static let reasonFlags: [X509Field] = [
    .reasonUnused, .keyCompromise, .caCompromise, .affiliationChanged, .superseded, .cessationOfOperation,
    .certificateHold, .privilegeWithdrawn, .aaCompromise,
  ]

  private static let netscapeTypes: [X509Field] = [
    .nsClient, .nsServer, .nsMail, .nsObject, .nsReserved, .nsServerCA, .nsMailCA, .nsObjectCA,
  ]

  /// Draws a string of named bits. Those beyond its octets are 0, and shown at its last one.
  private mutating func bits(
    _ field: X509Field, _ names: [X509Field], _ reader: inout Reader, _ tag: UInt8 = DERTag.bitString
  ) throws(ReadError) {
    var part = try reader.element(tag)
    try tree.read(X509Field.padding, UInt8.self, from: &part)
    let (offset, count) = (part.position, part.remaining)
    let octets = try part.bytes(count)
    let group = tree.open(field, at: offset, count)
    if count > 0 {
      for (bit, name) in names.enumerated() {
        let value = bit / 8 < count ? octets[bit / 8] >> UInt8(7 - bit % 8) & 1 : 0
        tree.add(name, UInt64(value), at: offset + min(bit / 8, count - 1), 1)
      }
    }
    tree.close(group)
  }

  private mutating func basicConstraints(_ reader: inout Reader) throws(ReadError) {
    let group = try open(.basicConstraints, reader)
    var parts = try reader.element(DERTag.sequence)
    if parts.isAtEnd { tree.retitle(group, "\(X509Field.basicConstraints.info.title) [0 length]") }
    if parts.nextTag == DERTag.boolean { try boolean(.isAuthority, &parts) }
    if parts.nextTag == DERTag.integer { try integer(.pathLength, &parts) }
    tree.close(group)
  }

  private mutating func nameConstraints(_ reader: inout Reader) throws(ReadError) {
    let group = try open(.nameConstraints, reader)
    var parts = try reader.element(DERTag.sequence)
    while !parts.isAtEnd {
      let tag = try parts.peekHeader().tag
      var trees = try parts.element(tag)
      let list = try openList(
        tag == DERTag.constructed(0) ? .permittedSubtrees : .excludedSubtrees, trees)
      while !trees.isAtEnd {
        let node = try open(.generalSubtree, trees)
        var subtree = try trees.element(DERTag.sequence)
        try generalName(.subtreeBase, &subtree)
        tree.close(node)
      }
      tree.close(list)
    }
    tree.close(group)
  }

  private mutating func distributionPoints(_ reader: inout Reader) throws(ReadError) {
    var list = try reader.element(DERTag.sequence)
    let group = try openList(.distributionPoints, list)
    while !list.isAtEnd {
      let node = try open(.distributionPointEntry, list)
      var parts = try list.element(DERTag.sequence)
      while !parts.isAtEnd {
        switch try parts.peekHeader().tag {
        case DERTag.constructed(0):
          var point = try parts.element(DERTag.constructed(0))
          try distributionPoint(&point)
        case DERTag.context(1): try bits(.reasons, Self.reasonFlags, &parts, DERTag.context(1))
        case DERTag.constructed(2):
          var names = try parts.element(DERTag.constructed(2))
          try generalNames(.crlIssuer, &names)
        default: _ = try parts.anyElement()
        }
      }
      tree.close(node)
    }
    tree.close(group)
  }

  private mutating func distributionPoint(_ reader: inout Reader) throws(ReadError) {
    let tag = try reader.peekHeader().tag
    var names = try reader.element(tag)
    let group = tree.open(X509Field.distributionPoint, UInt64(tag & 31), at: names.position, names.remaining)
    if tag == DERTag.constructed(0) {
      try generalNames(.fullName, &names)
    } else {
      _ = try relativeName(.nameRelativeToIssuer, &names)
    }
    tree.close(group)
  }

  private mutating func authorityKey(_ reader: inout Reader) throws(ReadError) {
    let group = try open(.authorityKeyIdentifier, reader)
    var parts = try reader.element(DERTag.sequence)
    while !parts.isAtEnd {
      switch try parts.peekHeader().tag {
      case DERTag.context(0): try content(.keyIdentifier, DERTag.context(0), &parts)
      case DERTag.constructed(1):
        var names = try parts.element(DERTag.constructed(1))
        try generalNames(.authorityCertIssuer, &names)
      case DERTag.context(2): try content(.authorityCertSerial, DERTag.context(2), &parts)
      default: _ = try parts.anyElement()
      }
    }
    tree.close(group)
  }

  private mutating func purposes(_ reader: inout Reader) throws(ReadError) {
    var list = try reader.element(DERTag.sequence)
    let group = try openList(.keyPurposes, list)
    while !list.isAtEnd { _ = try objectID(.keyPurpose, &list) }
    tree.close(group)
  }

  private mutating func authorityAccess(_ reader: inout Reader) throws(ReadError) {
    var list = try reader.element(DERTag.sequence)
    let group = try openList(.authorityAccess, list)
    while !list.isAtEnd {
      let node = try open(.accessDescription, list)
      var parts = try list.element(DERTag.sequence)
      _ = try objectID(.accessMethod, &parts)
      try generalName(.accessLocation, &parts)
      tree.close(node)
    }
    tree.close(group)
  }

  private mutating func features(_ reader: inout Reader) throws(ReadError) {
    var list = try reader.element(DERTag.sequence)
    let group = try openList(.features, list)
    while !list.isAtEnd { try integer(.feature, &list) }
    tree.close(group)
  }
}

func x509Truth(_ value: UInt64) -> String? { value == 0 ? "False" : "True" }

func x509Distribution(_ value: UInt64) -> String? {
  [0: "fullName", 1: "nameRelativeToCRLIssuer"][value]
}

func x509Feature(_ value: UInt64) -> String? { tlsExtensionType(value) }
