import Bytes

extension X509Drawer {
  /// Draws certificate policies: RFC 5280 section 4.2.1.4.
  mutating func policies(_ reader: inout Reader) throws(ReadError) {
    var list = try reader.element(DERTag.sequence)
    let group = try openList(.policies, list)
    while !list.isAtEnd {
      let node = try open(.policyInformation, list)
      var parts = try list.element(DERTag.sequence)
      _ = try objectID(.policyIdentifier, &parts)
      if !parts.isAtEnd { try qualifiers(&parts) }
      tree.close(node)
    }
    tree.close(group)
  }

  private mutating func qualifiers(_ reader: inout Reader) throws(ReadError) {
    var list = try reader.element(DERTag.sequence)
    let group = try openList(.policyQualifiers, list)
    while !list.isAtEnd {
      let node = try open(.policyQualifier, list)
      var parts = try list.element(DERTag.sequence)
      switch try objectID(.qualifierID, &parts) {
      case "1.3.6.1.5.5.7.2.1": try text(.cps, &parts)
      case "1.3.6.1.5.5.7.2.2": try notice(&parts)
      default: tree.add(X509Field.extensionValue, at: parts.position, parts.remaining)
      }
      tree.close(node)
    }
    tree.close(group)
  }

  private mutating func notice(_ reader: inout Reader) throws(ReadError) {
    let group = try open(.userNotice, reader)
    var parts = try reader.element(DERTag.sequence)
    if parts.nextTag == DERTag.sequence {
      let node = try open(.noticeReference, parts)
      var reference = try parts.element(DERTag.sequence)
      try display(.organization, &reference)
      var numbers = try reference.element(DERTag.sequence)
      let list = try openList(.noticeNumbers, numbers)
      while !numbers.isAtEnd { try integer(.noticeNumber, &numbers) }
      tree.close(list)
      tree.close(node)
    }
    if !parts.isAtEnd { try display(.explicitText, &parts) }
    tree.close(group)
  }

  /// A text for people, in one of four alphabets.
  private mutating func display(_ field: X509Field, _ reader: inout Reader) throws(ReadError) {
    let kinds: [(tag: UInt8, field: X509Field)] = [
      (DERTag.ia5String, .displayIA5), (DERTag.visibleString, .displayVisible),
      (DERTag.bmpString, .displayBMP), (DERTag.utf8String, .displayUTF8),
    ]
    let tag = try reader.peekHeader().tag
    guard let kind = kinds.firstIndex(where: { $0.tag == tag }) else {
      throw .malformed("no text for people", at: reader.position)
    }
    let group = try open(field, reader)
    tree.set(group, UInt64(kind))
    try text(kinds[kind].field, &reader)
    tree.close(group)
  }

  /// RFC 5280 section 4.2.1.11.
  mutating func policyConstraints(_ reader: inout Reader) throws(ReadError) {
    let group = try open(.policyConstraints, reader)
    var parts = try reader.element(DERTag.sequence)
    if parts.nextTag == DERTag.context(0) {
      try integer(.requireExplicitPolicy, &parts, DERTag.context(0))
    }
    if parts.nextTag == DERTag.context(1) {
      try integer(.inhibitPolicyMapping, &parts, DERTag.context(1))
    }
    tree.close(group)
  }
}

func x509Display(_ value: UInt64) -> String? {
  [0: "ia5String", 1: "visibleString", 2: "bmpString", 3: "utf8String"][value]
}
