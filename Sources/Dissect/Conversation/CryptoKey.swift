import Bytes

/// The key of one direction for one stretch of its records.
final class CryptoKey: Sendable {
  let suite: CryptoSuite
  let key: [UInt8]
  /// 12 octets, or 4 of salt where the rest of the nonce stands in each record (GCM and CCM in TLS 1.2), or the block
  /// that the first record goes on from (TLS 1.0).
  let iv: [UInt8]
  /// The key of the HMAC beside a block cipher.
  let macKey: [UInt8]
  /// The HMAC covers the sealed octets instead of the content: RFC 7366.
  let isTagOutside: Bool
  /// Octets at the end of what was sealed before, which the next record goes on from: TLS 1.0, RFC 2246 section 6.2.3.2.
  /// 0 where each record begins with a block of its own.
  let chainedCount: Int

  /// The key of a TLS 1.3 traffic secret: RFC 8446 section 7.3.
  init(trafficSecret secret: [UInt8], _ suite: CryptoSuite) {
    self.suite = suite
    key = suite.hash.expandLabel(secret, "key", count: suite.cipher.keyLength)
    iv = suite.hash.expandLabel(secret, "iv", count: 12)
    macKey = []
    isTagOutside = false
    chainedCount = 0
  }

  /// A direction's half of the key block before TLS 1.3: RFC 5246 section 6.3, RFC 4346 and RFC 2246 section 6.3.
  init(
    master: [UInt8], clientRandom: [UInt8], serverRandom: [UInt8], isClient: Bool, _ suite: CryptoSuite,
    version: UInt16 = 0x0303, isTagOutside: Bool = false
  ) {
    self.suite = suite
    let size = suite.cipher.keyLength
    // The client's HMAC key, the server's, the client's key, the server's, and so on.
    let (mac, salt) =
      switch suite.cipher {
      case .aead(let aead): (0, aead == .chaCha20Poly1305 ? 12 : 4)
      case .block(let cipher, let hash): (hash.length, version == 0x0301 ? cipher.blockLength : 0)
      }
    let (seed, count) = (serverRandom + clientRandom, 2 * (mac + size + salt))
    let block =
      version < 0x0303
      ? CryptoHash.earlyPRF(master, "key expansion", seed: seed, count: count)
      : suite.hash.prf(master, "key expansion", seed: seed, count: count)
    macKey = Array(block.dropFirst(isClient ? 0 : mac).prefix(mac))
    key = Array(block.dropFirst(2 * mac + (isClient ? 0 : size)).prefix(size))
    iv = Array(block.dropFirst(2 * (mac + size) + (isClient ? 0 : salt)).prefix(salt))
    self.isTagOutside = isTagOutside
    chainedCount = if case .block = suite.cipher { salt } else { 0 }
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

  /// Opens a record before TLS 1.3, which goes on from `chain` in TLS 1.0: RFC 5246 sections 6.2.3.1 to 6.2.3.3, RFC 5288 section 3, RFC 6655 section 3, RFC 7905
  /// section 2.
  func open12(
    _ body: RawSpan, type: UInt8, version: UInt16, sequence: UInt64, chain: [UInt8] = [],
    _ openers: CryptoOpeners
  ) -> [UInt8]? {
    var header = (0..<8).map { UInt8(truncatingIfNeeded: sequence >> UInt64(56 - 8 * $0)) }
    for octet in [UInt16(type), version >> 8, version & 255] {
      header.append(UInt8(truncatingIfNeeded: octet))
    }
    guard case .aead(let aead) = suite.cipher else {
      return openers.blockOpener(self)?.open(
        body.copied(), header: header, chain: chain, isTagOutside: isTagOutside)
    }
    let explicit = aead == .chaCha20Poly1305 ? 0 : 8
    let length = body.byteCount - explicit - aead.tagLength
    guard length >= 0 else { return nil }
    header.append(UInt8(truncatingIfNeeded: length >> 8))
    header.append(UInt8(truncatingIfNeeded: length))
    let nonce = explicit == 0 ? nonce(sequence) : iv + body.extracting(0..<explicit).copied()
    return openers.opener(self)?.open(
      body.extracting(explicit..<body.byteCount), nonce: nonce, additional: header)
  }

  /// The nonce of a record in hex; nil for a block cipher, which has none beside what stands in the record.
  func nonceWords(_ sequence: UInt64, explicit: [UInt8]) -> String? {
    guard case .aead = suite.cipher else { return nil }
    return Hex.text(iv.count == 12 ? nonce(sequence) : iv + explicit)
  }

  /// Octets at the end of a sealed record that prove it; 0 where they are sealed with the content.
  var tagCount: Int {
    switch suite.cipher {
    case .aead(let aead): aead.tagLength
    case .block(let cipher, let mac): isTagOutside || cipher == .null ? mac.length : 0
    }
  }

  /// `AES-128-GCM`.
  var words: String {
    switch suite.cipher {
    case .aead(let aead):
      switch aead {
      case .aes128GCM: return "AES-128-GCM"
      case .aes256GCM: return "AES-256-GCM"
      case .chaCha20Poly1305: return "ChaCha20-Poly1305"
      case .aes128CCM: return "AES-128-CCM"
      case .aes256CCM: return "AES-256-CCM"
      case .aes128CCM8: return "AES-128-CCM with a tag of 8 octets"
      case .aes256CCM8: return "AES-256-CCM with a tag of 8 octets"
      }
    case .block(let cipher, let mac):
      let names: [CryptoBlock: String] = [
        .aes128: "AES-128-CBC", .aes256: "AES-256-CBC", .camellia128: "Camellia-128-CBC",
        .camellia256: "Camellia-256-CBC", .tripleDES: "3DES-EDE-CBC", .null: "no cipher",
      ]
      let order = isTagOutside ? ", sealed first" : ""
      return "\(names[cipher] ?? "") with HMAC-\(mac.words)\(order)"
    }
  }
}
