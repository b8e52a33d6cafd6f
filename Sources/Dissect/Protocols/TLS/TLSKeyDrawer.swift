import Bytes

extension TLSDrawer {
  /// How keys are exchanged under a suite before TLS 1.3.
  private enum Exchange { case ecdhe, dhe, rsa, psk, other }

  private var exchange: Exchange {
    guard let suite = conversation.state.suite, let name = tlsSuite(UInt64(suite)) else { return .other }
    if name.hasPrefix("TLS_ECDHE_PSK") || name.hasPrefix("TLS_DHE_PSK") || name.hasPrefix("TLS_RSA_PSK") {
      return .other
    }
    if name.hasPrefix("TLS_ECDHE_") || name.hasPrefix("TLS_ECDH_anon") { return .ecdhe }
    if name.hasPrefix("TLS_DHE_") || name.hasPrefix("TLS_DH_anon") { return .dhe }
    if name.hasPrefix("TLS_RSA_") { return .rsa }
    return name.hasPrefix("TLS_PSK_") ? .psk : .other
  }

  mutating func serverKeyExchange(_ reader: inout Reader) throws(ReadError) {
    let group = tree.open(TLSField.serverParameters, at: reader.position, reader.remaining)
    switch exchange {
    case .ecdhe:
      tree.retitle(group, "EC Diffie-Hellman Server Params")
      let type = try tree.read(TLSField.curveType, UInt8.self, from: &reader)
      guard type == 3 else {
        try octets(.otherKeys, reader.remaining, &reader)
        break
      }
      try tree.read(TLSField.namedCurve, UInt16.self, from: &reader)
      let count = try tree.read(TLSField.serverPointLength, UInt8.self, from: &reader)
      try octets(.serverPoint, Int(count), &reader)
      try signature(&reader)
    case .dhe:
      tree.retitle(group, "Diffie-Hellman Server Params")
      for (length, field) in [(TLSField.pLength, TLSField.p), (.gLength, .g), (.ysLength, .ys)] {
        let count = try tree.read(length, UInt16.self, from: &reader)
        try octets(field, Int(count), &reader)
      }
      try signature(&reader)
    case .psk:
      tree.retitle(group, "PSK Server Params")
      let count = try tree.read(TLSField.hintLength, UInt16.self, from: &reader)
      try octets(.hint, Int(count), &reader)
    case .rsa, .other: try octets(.otherKeys, reader.remaining, &reader)
    }
    tree.close(group)
  }

  private mutating func signature(_ reader: inout Reader) throws(ReadError) {
    // A suite with an anonymous server signs nothing.
    guard !reader.isAtEnd else { return }
    if conversation.state.version == 0x0303 { try scheme(&reader) }
    let count = try tree.read(TLSField.signatureLength, UInt16.self, from: &reader)
    try octets(.signature, Int(count), &reader)
  }

  mutating func clientKeyExchange(_ reader: inout Reader) throws(ReadError) {
    let group = tree.open(TLSField.clientParameters, at: reader.position, reader.remaining)
    switch exchange {
    case .ecdhe:
      tree.retitle(group, "EC Diffie-Hellman Client Params")
      let count = try tree.read(TLSField.clientPointLength, UInt8.self, from: &reader)
      try octets(.clientPoint, Int(count), &reader)
    case .dhe:
      tree.retitle(group, "Diffie-Hellman Client Params")
      let count = try tree.read(TLSField.ycLength, UInt16.self, from: &reader)
      try octets(.yc, Int(count), &reader)
    case .rsa:
      tree.retitle(group, "RSA Encrypted PreMaster Secret")
      let count = try tree.read(TLSField.premasterLength, UInt16.self, from: &reader)
      try octets(.premaster, Int(count), &reader)
    case .psk:
      tree.retitle(group, "PSK Client Params")
      let count = try tree.read(TLSField.identityLength, UInt16.self, from: &reader)
      try octets(.identity, Int(count), &reader)
    case .other: try octets(.otherKeys, reader.remaining, &reader)
    }
    tree.close(group)
  }

  mutating func certificates(_ reader: inout Reader) throws(ReadError) {
    if isTLS13 {
      let count = try tree.read(TLSField.contextLength, UInt8.self, from: &reader)
      try octets(.context, Int(count), &reader)
    }
    let count = try read24(.certificatesLength, &reader)
    guard count > 0 else { return }
    var list = try reader.take(count)
    let group = tree.open(
      TLSField.certificates, at: list.position, count, text: "Certificates (\(count) bytes)")
    while !list.isAtEnd {
      let size = try read24(.certificateLength, &list)
      let offset = list.position
      let der = try list.bytes(size)
      let node = tree.open(TLSField.certificate, at: offset, size)
      if let facts = CryptoCertificate(der) {
        for (field, text) in [
          (TLSField.certificateSubject, facts.subject), (.certificateIssuer, facts.issuer),
          (.certificateNames, facts.names), (.certificateNotBefore, facts.notBefore),
          (.certificateNotAfter, facts.notAfter),
        ] where !text.isEmpty {
          tree.add(field, text: text, at: offset, 0)
        }
      }
      tree.close(node)
      if isTLS13 { try extensions(&list, of: .certificate) }
    }
    tree.close(group)
  }

  /// A list of signature schemes with its length.
  mutating func schemes(_ reader: inout Reader) throws(ReadError) {
    let count = Int(try tree.read(TLSField.schemesLength, UInt16.self, from: &reader))
    var list = try reader.take(count)
    let group = tree.open(
      TLSField.schemes, at: list.position, count, text: "Signature Hash Algorithms (\(count / 2) algorithms)")
    while !list.isAtEnd { try scheme(&list) }
    tree.close(group)
  }

  /// One signature scheme, and how TLS 1.2 read its two octets.
  mutating func scheme(_ reader: inout Reader) throws(ReadError) {
    let offset = reader.position
    let value = try reader.read(UInt16.self)
    let group = tree.open(TLSField.scheme, at: offset, 2)
    tree.set(group, UInt64(value))
    tree.add(TLSField.schemeHash, UInt64(value >> 8), at: offset, 1)
    tree.add(TLSField.schemeSignature, UInt64(value & 255), at: offset + 1, 1)
    tree.close(group)
  }
}
