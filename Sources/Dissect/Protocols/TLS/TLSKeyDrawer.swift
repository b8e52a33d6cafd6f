import Bytes

extension TLSDrawer {
  /// How keys are exchanged under a suite before TLS 1.3, beside a key that was shared before (PSK).
  private enum Exchange { case ecdhe, dhe, rsa, none }

  private var exchange: (kind: Exchange, hasSharedKey: Bool)? {
    guard let suite = conversation.state.suite, let name = tlsSuite(UInt64(suite)) else { return nil }
    let kinds: [(String, Exchange, Bool)] = [
      ("TLS_ECDHE_PSK_", .ecdhe, true), ("TLS_DHE_PSK_", .dhe, true), ("TLS_RSA_PSK_", .rsa, true),
      ("TLS_PSK_", .none, true), ("TLS_ECDHE_", .ecdhe, false), ("TLS_ECDH_anon_", .ecdhe, false),
      ("TLS_DHE_", .dhe, false), ("TLS_DH_anon_", .dhe, false), ("TLS_RSA_", .rsa, false),
    ]
    return kinds.first { name.hasPrefix($0.0) }.map { ($0.1, $0.2) }
  }

  /// `PSK Server Params`: the heading of either side's half.
  private static func heading(_ kind: Exchange, _ side: String) -> String {
    switch kind {
    case .ecdhe: "EC Diffie-Hellman \(side) Params"
    case .dhe: "Diffie-Hellman \(side) Params"
    case .rsa: side == "Client" ? "RSA Encrypted PreMaster Secret" : "RSA Server Params"
    case .none: "PSK \(side) Params"
    }
  }

  /// RFC 5246 section 7.4.3, RFC 8422 section 5.4, RFC 4279 sections 2 to 4, RFC 5489 section 2.
  mutating func serverKeyExchange(_ reader: inout Reader) throws(ReadError) {
    let group = tree.open(TLSField.serverParameters, at: reader.position, reader.remaining)
    if let exchange {
      let kind = exchange.kind
      tree.retitle(group, Self.heading(kind, "Server"))
      if exchange.hasSharedKey {
        let count = try tree.read(TLSField.hintLength, UInt16.self, from: &reader)
        try octets(.hint, Int(count), &reader)
      }
      switch exchange.kind {
      case .ecdhe: try curve(&reader)
      case .dhe:
        for (length, field) in [(TLSField.pLength, TLSField.p), (.gLength, .g), (.ysLength, .ys)] {
          let count = try tree.read(length, UInt16.self, from: &reader)
          try octets(field, Int(count), &reader)
        }
      case .rsa, .none: break
      }
      if !exchange.hasSharedKey, exchange.kind != .rsa { try signature(&reader) }
    }
    try octets(.otherKeys, reader.remaining, &reader)
    tree.close(group)
  }

  private mutating func curve(_ reader: inout Reader) throws(ReadError) {
    guard try tree.read(TLSField.curveType, UInt8.self, from: &reader) == 3 else {
      return try octets(.otherKeys, reader.remaining, &reader)
    }
    try tree.read(TLSField.namedCurve, UInt16.self, from: &reader)
    let count = try tree.read(TLSField.serverPointLength, UInt8.self, from: &reader)
    try octets(.serverPoint, Int(count), &reader)
  }

  private mutating func signature(_ reader: inout Reader) throws(ReadError) {
    // A suite with an anonymous server signs nothing.
    guard !reader.isAtEnd else { return }
    if namesSchemes { try tree.scheme(&reader) }
    let count = try tree.read(TLSField.signatureLength, UInt16.self, from: &reader)
    try octets(.signature, Int(count), &reader)
  }

  /// RFC 5246 section 7.4.7, RFC 8422 section 5.7, RFC 4279 sections 2 to 4, RFC 5489 section 2.
  mutating func clientKeyExchange(_ reader: inout Reader) throws(ReadError) {
    let group = tree.open(TLSField.clientParameters, at: reader.position, reader.remaining)
    if let exchange {
      let kind = exchange.kind
      tree.retitle(group, Self.heading(kind, "Client"))
      if exchange.hasSharedKey {
        let count = try tree.read(TLSField.identityLength, UInt16.self, from: &reader)
        try octets(.identity, Int(count), &reader)
      }
      switch exchange.kind {
      case .ecdhe:
        let count = try tree.read(TLSField.clientPointLength, UInt8.self, from: &reader)
        try octets(.clientPoint, Int(count), &reader)
      case .dhe:
        let count = try tree.read(TLSField.ycLength, UInt16.self, from: &reader)
        try octets(.yc, Int(count), &reader)
      case .rsa:
        let count = try tree.read(TLSField.premasterLength, UInt16.self, from: &reader)
        try octets(.premaster, Int(count), &reader)
      case .none: break
      }
    }
    try octets(.otherKeys, reader.remaining, &reader)
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
    if conversation.state.sendsKeysAlone[Int(side.rawValue)] {
      try certificate(&list, isKeyAlone: true)
      if isTLS13 { try extensions(&list, of: .certificate) }
      return
    }
    let group = tree.open(
      TLSField.certificates, at: list.position, count, text: "Certificates (\(count) bytes)")
    while !list.isAtEnd {
      try certificate(&list, isKeyAlone: false)
      if isTLS13 { try extensions(&list, of: .certificate) }
    }
    tree.close(group)
  }

  /// One certificate with its length, or instead of it the public key that is in it: RFC 7250 section 3.
  private mutating func certificate(_ list: inout Reader, isKeyAlone: Bool) throws(ReadError) {
    let size = try read24(.certificateLength, &list)
    var der = try list.take(size)
    let node = tree.open(TLSField.certificate, at: der.position, size)
    var drawer = X509Drawer(tree: tree.taken())
    if isKeyAlone { drawer.drawKey(&der) } else { drawer.draw(&der) }
    tree = drawer.tree
    tree.close(node)
  }

  /// A list of signature schemes with its length.
  mutating func schemes(_ reader: inout Reader) throws(ReadError) {
    let count = Int(try tree.read(TLSField.schemesLength, UInt16.self, from: &reader))
    var list = try reader.take(count)
    let group = tree.open(
      TLSField.schemes, at: list.position, count,
      text: "Signature Hash Algorithms (\(count / 2) algorithm\(count == 2 ? "" : "s"))")
    while !list.isAtEnd { try tree.scheme(&list) }
    tree.close(group)
  }
}
