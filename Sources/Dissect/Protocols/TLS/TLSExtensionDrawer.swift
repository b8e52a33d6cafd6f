import Bytes

extension TLSDrawer {
  /// The message that extensions stand in: some mean another thing in each.
  enum ExtensionPlace {
    case clientHello, serverHello, helloRetryRequest, encryptedExtensions, certificate, certificateRequest,
      newSessionTicket
  }

  /// Draws the length of the extensions and each of them.
  mutating func extensions(_ reader: inout Reader, of place: ExtensionPlace) throws(ReadError) {
    let count = Int(try tree.read(TLSField.extensionsLength, UInt16.self, from: &reader))
    var list = try reader.take(count)
    while !list.isAtEnd {
      let start = list.position
      let type = try list.peek(UInt16.self)
      let size = Int(try list.peek(UInt16.self, at: 2))
      print.extensions.append(type)
      let name = tlsExtensionType(UInt64(type)) ?? "Unknown type \(type)"
      let depth = tree.depth
      let group = tree.open(
        TLSField.extensionEntry, at: start, min(4 + size, list.remaining),
        text: "Extension: \(name) (len=\(size))")
      try tree.read(TLSField.extensionType, UInt16.self, from: &list)
      try tree.read(TLSField.extensionLength, UInt16.self, from: &list)
      var body = try list.take(size)
      do throws(ReadError) {
        if try content(type, &body, of: place) {
          if !body.isAtEnd { trailing(body) }
        } else {
          try unknown(&body)
        }
      } catch {
        tree.depth = depth + 1
        malformed(error)
      }
      tree.close(group)
    }
  }

  /// Says that octets are left behind what an extension is to hold.
  private mutating func trailing(_ body: borrowing Reader) {
    let count = body.remaining
    let node = tree.add(TLSField.trailingData, at: body.position, count)
    tree.retitle(node, "\(count) trailing byte\(count == 1 ? " was" : "s were") unprocessed")
  }

  /// Records what is not drawn further.
  private mutating func unknown(_ body: inout Reader) throws(ReadError) {
    let count = body.remaining
    let node = tree.add(TLSField.extensionData, at: body.position, count)
    let octets = try body.bytes(count)
    tree.retitle(
      node, "Data: \(count == 0 ? "<MISSING>" : Hex.text(octets.prefix(36)) + (count > 36 ? "…" : ""))")
  }

  /// Draws an extension's body; false for one whose body is not known here.
  private mutating func content(
    _ type: UInt16, _ body: inout Reader, of place: ExtensionPlace
  ) throws(ReadError) -> Bool {
    let isHello = place == .clientHello
    switch type {
    case 0: try serverName(&body)
    case 1: try tree.read(TLSField.maximumFragment, UInt8.self, from: &body)
    case 5: try status(&body, of: place)
    case 9, 19, 20: try certificateKinds(&body, isList: isHello)
    case 10: try groups(&body)
    case 11: try formats(&body)
    case 13, 50: try schemes(&body)
    case 34 where isHello: try schemes(&body)
    case 15: try tree.read(TLSField.heartbeatMode, UInt8.self, from: &body)
    case 16: try alpn(&body)
    case 17: try statuses(&body)
    case 18: if !body.isAtEnd { try tree.timestamps(&body) }
    case 21: try octets(.paddingData, body.remaining, &body)
    case 27: try certificateCompressions(&body)
    case 28: try tree.read(TLSField.recordSizeLimit, UInt16.self, from: &body)
    case 35:
      tree.add(TLSField.extensionData, at: body.position, body.remaining)
      try body.skip(body.remaining)
    case 41: try preSharedKey(&body, of: place)
    case 42:
      if place == .newSessionTicket { try tree.read(TLSField.maximumEarlyData, UInt32.self, from: &body) }
    case 43: try versions(&body, isList: isHello)
    case 44:
      let count = try tree.read(TLSField.cookieLength, UInt16.self, from: &body)
      try octets(.cookie, Int(count), &body)
    case 45:
      let count = Int(try tree.read(TLSField.modesLength, UInt8.self, from: &body))
      var list = try body.take(count)
      while !list.isAtEnd { try tree.read(TLSField.mode, UInt8.self, from: &list) }
    case 47: try distinguishedNames(&body)
    case 51: try keyShare(&body, of: place)
    case 53, 54:
      let count = try tree.read(TLSField.connectionIDLength, UInt8.self, from: &body)
      try octets(.connectionID, Int(count), &body)
    case 13172: try nextProtocols(&body)
    case 17513: try settings(&body, of: place)
    case 65281: try renegotiation(&body)
    // They say something by being there; the first belongs to DTLS.
    case 14, 22, 23, 49: break
    default: return false
    }
    return true
  }

  private mutating func serverName(_ body: inout Reader) throws(ReadError) {
    guard !body.isAtEnd else { return }
    let group = tree.open(TLSField.serverNameHeading, at: body.position, body.remaining)
    let count = Int(try tree.read(TLSField.serverNamesLength, UInt16.self, from: &body))
    var list = try body.take(count)
    while !list.isAtEnd {
      try tree.read(TLSField.serverNameType, UInt8.self, from: &list)
      let length = try tree.read(TLSField.serverNameLength, UInt16.self, from: &list)
      try octets(.serverName, Int(length), &list)
    }
    tree.close(group)
  }

  private mutating func status(_ body: inout Reader, of place: ExtensionPlace) throws(ReadError) {
    guard !body.isAtEnd else { return }
    try tree.read(TLSField.statusType, UInt8.self, from: &body)
    if place == .certificate { return try ocsp(&body) }
    try responders(&body)
  }

  /// RFC 6961 section 2.2.
  private mutating func statuses(_ body: inout Reader) throws(ReadError) {
    let count = Int(try tree.read(TLSField.statusRequestsLength, UInt16.self, from: &body))
    var list = try body.take(count)
    while !list.isAtEnd {
      try tree.read(TLSField.statusType, UInt8.self, from: &list)
      let size = Int(try tree.read(TLSField.statusRequestLength, UInt16.self, from: &list))
      var request = try list.take(size)
      try responders(&request)
    }
  }

  private mutating func responders(_ body: inout Reader) throws(ReadError) {
    let ids = try tree.read(TLSField.responderIDsLength, UInt16.self, from: &body)
    try octets(.responderIDs, Int(ids), &body)
    let more = try tree.read(TLSField.requestExtensionsLength, UInt16.self, from: &body)
    try octets(.requestExtensions, Int(more), &body)
  }

  private mutating func groups(_ body: inout Reader) throws(ReadError) {
    let count = Int(try tree.read(TLSField.groupsLength, UInt16.self, from: &body))
    var list = try body.take(count)
    let group = tree.open(
      TLSField.groups, at: list.position, count,
      text: "Supported Groups (\(count / 2) group\(count == 2 ? "" : "s"))")
    while !list.isAtEnd { print.groups.append(try tree.read(TLSField.group, UInt16.self, from: &list)) }
    tree.close(group)
  }

  private mutating func formats(_ body: inout Reader) throws(ReadError) {
    let count = Int(try tree.read(TLSField.formatsLength, UInt8.self, from: &body))
    var list = try body.take(count)
    let group = tree.open(
      TLSField.formats, at: list.position, count, text: "Elliptic curves point formats (\(count))")
    while !list.isAtEnd { print.formats.append(try tree.read(TLSField.format, UInt8.self, from: &list)) }
    tree.close(group)
  }

  private mutating func alpn(_ body: inout Reader) throws(ReadError) {
    let count = Int(try tree.read(TLSField.alpnLength, UInt16.self, from: &body))
    var list = try body.take(count)
    let group = tree.open(TLSField.alpn, at: list.position, count)
    while !list.isAtEnd {
      let length = try tree.read(TLSField.alpnNameLength, UInt8.self, from: &list)
      try octets(.alpnName, Int(length), &list)
    }
    tree.close(group)
  }

  private mutating func certificateKinds(_ body: inout Reader, isList: Bool) throws(ReadError) {
    guard isList else {
      try tree.read(TLSField.certificateKind, UInt8.self, from: &body)
      return
    }
    let count = Int(try tree.read(TLSField.certificateKindsLength, UInt8.self, from: &body))
    var list = try body.take(count)
    let group = tree.open(
      TLSField.certificateKinds, at: list.position, count, text: "Certificate Type List (\(count))")
    while !list.isAtEnd { try tree.read(TLSField.certificateKind, UInt8.self, from: &list) }
    tree.close(group)
  }

  private mutating func certificateCompressions(_ body: inout Reader) throws(ReadError) {
    let count = Int(try tree.read(TLSField.compressionsOfCertificates, UInt8.self, from: &body))
    var list = try body.take(count)
    while !list.isAtEnd { try tree.read(TLSField.compressedAlgorithm, UInt16.self, from: &list) }
  }

  private mutating func versions(_ body: inout Reader, isList: Bool) throws(ReadError) {
    guard isList else {
      try tree.read(TLSField.supportedVersion, UInt16.self, from: &body)
      return
    }
    let count = Int(try tree.read(TLSField.versionsLength, UInt8.self, from: &body))
    var list = try body.take(count)
    while !list.isAtEnd { try tree.read(TLSField.supportedVersion, UInt16.self, from: &list) }
  }

  private mutating func preSharedKey(_ body: inout Reader, of place: ExtensionPlace) throws(ReadError) {
    let heading = tree.open(TLSField.pskHeading, at: body.position, body.remaining)
    guard place == .clientHello else {
      try tree.read(TLSField.selectedIdentity, UInt16.self, from: &body)
      return tree.close(heading)
    }
    let count = Int(try tree.read(TLSField.identitiesLength, UInt16.self, from: &body))
    var list = try body.take(count)
    while !list.isAtEnd {
      let length = Int(try list.peek(UInt16.self))
      let group = tree.open(
        TLSField.pskIdentity, at: list.position, min(length + 6, list.remaining),
        text: "PSK Identity (length: \(length))")
      try tree.read(TLSField.pskIdentityLength, UInt16.self, from: &list)
      try octets(.pskTicket, length, &list)
      try tree.read(TLSField.pskAge, UInt32.self, from: &list)
      tree.close(group)
    }
    let size = try tree.read(TLSField.bindersLength, UInt16.self, from: &body)
    try octets(.binders, Int(size), &body)
    tree.close(heading)
  }

  private mutating func keyShare(_ body: inout Reader, of place: ExtensionPlace) throws(ReadError) {
    let heading = tree.open(TLSField.keyShareHeading, at: body.position, body.remaining)
    switch place {
    case .clientHello:
      let count = Int(try tree.read(TLSField.sharesLength, UInt16.self, from: &body))
      var list = try body.take(count)
      while !list.isAtEnd { try keyShareEntry(&list) }
    case .helloRetryRequest: try tree.read(TLSField.selectedGroup, UInt16.self, from: &body)
    default: try keyShareEntry(&body)
    }
    tree.close(heading)
  }

  private mutating func keyShareEntry(_ reader: inout Reader) throws(ReadError) {
    let group = try reader.peek(UInt16.self)
    let size = Int(try reader.peek(UInt16.self, at: 2))
    let name = tlsGroup(UInt64(group)) ?? "Unknown (\(group))"
    let node = tree.open(
      TLSField.keyShare, at: reader.position, min(4 + size, reader.remaining),
      text: "Key Share Entry: Group: \(name), Key Exchange length: \(size)")
    try tree.read(TLSField.shareGroup, UInt16.self, from: &reader)
    try tree.read(TLSField.shareLength, UInt16.self, from: &reader)
    try octets(.share, size, &reader)
    tree.close(node)
  }

  private mutating func renegotiation(_ body: inout Reader) throws(ReadError) {
    let group = tree.open(TLSField.renegotiationHeading, at: body.position, body.remaining)
    let count = try tree.read(TLSField.renegotiationLength, UInt8.self, from: &body)
    try octets(.renegotiation, Int(count), &body)
    tree.close(group)
  }

  /// The draft that ALPN took the place of: names without a list's length.
  private mutating func nextProtocols(_ body: inout Reader) throws(ReadError) {
    guard !body.isAtEnd else { return }
    let group = tree.open(TLSField.nextProtocols, at: body.position, body.remaining)
    while !body.isAtEnd {
      let length = try tree.read(TLSField.nextProtocolLength, UInt8.self, from: &body)
      try octets(.nextProtocol, Int(length), &body)
    }
    tree.close(group)
  }

  /// draft-vvv-tls-alps.
  private mutating func settings(_ body: inout Reader, of place: ExtensionPlace) throws(ReadError) {
    switch place {
    case .clientHello:
      let count = Int(try tree.read(TLSField.alpsLength, UInt16.self, from: &body))
      var list = try body.take(count)
      let group = tree.open(TLSField.alps, at: list.position, count)
      while !list.isAtEnd {
        let length = try tree.read(TLSField.alpsNameLength, UInt8.self, from: &list)
        try octets(.alpsName, Int(length), &list)
      }
      tree.close(group)
    case .encryptedExtensions: try octets(.alpsSettings, body.remaining, &body)
    default: try body.skip(body.remaining)
    }
  }
}
