import Bytes

/// What a cipher suite that can be decrypted here is made of.
struct CryptoSuite: Sendable, Equatable {
  /// Seals the records.
  var aead: CryptoAEAD
  /// Derives the keys.
  var hash: CryptoHash

  /// The parts of the suite numbered `number`, nil for one that is not decrypted (CBC, CCM, RC4).
  init?(_ number: UInt16) {
    switch number {
    case 0x1301: self.init(.aes128GCM, .sha256)
    case 0x1302: self.init(.aes256GCM, .sha384)
    case 0x1303: self.init(.chaCha20Poly1305, .sha256)
    default:
      guard let name = tlsCipherSuites[number] else { return nil }
      if name.hasSuffix("_WITH_AES_128_GCM_SHA256") {
        self.init(.aes128GCM, .sha256)
      } else if name.hasSuffix("_WITH_AES_256_GCM_SHA384") {
        self.init(.aes256GCM, .sha384)
      } else if name.hasSuffix("_WITH_CHACHA20_POLY1305_SHA256") {
        self.init(.chaCha20Poly1305, .sha256)
      } else {
        return nil
      }
    }
  }

  init(_ aead: CryptoAEAD, _ hash: CryptoHash) {
    self.aead = aead
    self.hash = hash
  }

  /// Suites of TLS 1.3 whose secrets have `count` octets: for early data, before the server has chosen one.
  static func candidates(secretLength count: Int) -> [CryptoSuite] {
    count == 48
      ? [CryptoSuite(.aes256GCM, .sha384)]
      : count == 32 ? [CryptoSuite(.aes128GCM, .sha256), CryptoSuite(.chaCha20Poly1305, .sha256)] : []
  }
}

/// The key of one direction for one stretch of its records.
final class CryptoKey: Sendable {
  let suite: CryptoSuite
  let key: [UInt8]
  /// 12 octets, or 4 of salt where the rest of the nonce stands in each record (GCM in TLS 1.2).
  let iv: [UInt8]

  /// The key of a TLS 1.3 traffic secret: RFC 8446 section 7.3.
  init(trafficSecret secret: [UInt8], _ suite: CryptoSuite) {
    self.suite = suite
    key = suite.hash.expandLabel(secret, "key", count: suite.aead.keyLength)
    iv = suite.hash.expandLabel(secret, "iv", count: 12)
  }

  /// A direction's half of the key block of TLS 1.2: RFC 5246 section 6.3.
  init(
    master: [UInt8], clientRandom: [UInt8], serverRandom: [UInt8], isClient: Bool, _ suite: CryptoSuite
  ) {
    self.suite = suite
    let size = suite.aead.keyLength
    let salt = suite.aead == .chaCha20Poly1305 ? 12 : 4
    let block = suite.hash.prf(
      master, "key expansion", seed: serverRandom + clientRandom, count: 2 * (size + salt))
    let start = isClient ? 0 : size
    key = Array(block.dropFirst(start).prefix(size))
    iv = Array(block.dropFirst(2 * size + (isClient ? 0 : salt)).prefix(salt))
  }

  /// The IV with a record's number mixed in: RFC 8446 section 5.3, RFC 7905 section 2.
  private func nonce(_ sequence: UInt64) -> [UInt8] {
    var out = iv
    guard out.count == 12 else { return out }
    for i in 0..<8 {
      out[11 - i] ^= UInt8(truncatingIfNeeded: sequence >> UInt64(8 * i))
    }
    return out
  }

  /// Opens a TLS 1.3 record; the result still has its inner type and padding. `header` is the record's own.
  func open13(_ body: RawSpan, header: [UInt8], sequence: UInt64, _ openers: CryptoOpeners) -> [UInt8]? {
    openers.opener(self)?.open(body, nonce: nonce(sequence), additional: header)
  }

  /// Opens a TLS 1.2 record: RFC 5246 section 6.2.3.3, RFC 5288 section 3, RFC 7905 section 2.
  func open12(
    _ body: RawSpan, type: UInt8, version: UInt16, sequence: UInt64, _ openers: CryptoOpeners
  ) -> [UInt8]? {
    let explicit = suite.aead == .chaCha20Poly1305 ? 0 : 8
    let length = body.byteCount - explicit - CryptoAEAD.tagLength
    guard length >= 0 else { return nil }
    var additional = (0..<8).map { UInt8(truncatingIfNeeded: sequence >> UInt64(56 - 8 * $0)) }
    for octet in [UInt16(type), version >> 8, version & 255, UInt16(truncatingIfNeeded: length >> 8)] {
      additional.append(UInt8(truncatingIfNeeded: octet))
    }
    additional.append(UInt8(truncatingIfNeeded: length))
    let nonce = explicit == 0 ? nonce(sequence) : iv + body.extracting(0..<explicit).copied()
    return openers.opener(self)?.open(
      body.extracting(explicit..<body.byteCount), nonce: nonce, additional: additional)
  }
}
