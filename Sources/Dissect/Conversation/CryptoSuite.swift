/// How a cipher suite seals records.
enum CryptoCipher: Sendable, Equatable {
  case aead(CryptoAEAD)
  /// A block cipher, and the hash of the HMAC beside it.
  case block(CryptoBlock, CryptoHash)

  /// Octets of a key.
  var keyLength: Int {
    switch self {
    case .aead(let aead): aead.keyLength
    case .block(let cipher, _): cipher.keyLength
    }
  }
}

/// What a cipher suite that can be decrypted here is made of.
struct CryptoSuite: Sendable, Equatable {
  /// Seals the records.
  var cipher: CryptoCipher
  /// Derives the keys.
  var hash: CryptoHash

  /// The parts of the suite numbered `number`, nil for one that is not decrypted (RC4, ARIA, GOST).
  init?(_ number: UInt16) {
    switch number {
    case 0x1301: self.init(.aes128GCM, .sha256)
    case 0x1302: self.init(.aes256GCM, .sha384)
    case 0x1303: self.init(.chaCha20Poly1305, .sha256)
    case 0x1304: self.init(.aes128CCM, .sha256)
    case 0x1305: self.init(.aes128CCM8, .sha256)
    default:
      guard let name = tlsCipherSuites[number], let found = Self.parts.first(where: { name.hasSuffix($0.0) })
      else { return nil }
      self.init(cipher: found.1, hash: found.2)
    }
  }

  /// A suite with authenticated encryption.
  init(_ aead: CryptoAEAD, _ hash: CryptoHash) {
    self.init(cipher: .aead(aead), hash: hash)
  }

  private init(cipher: CryptoCipher, hash: CryptoHash) {
    self.cipher = cipher
    self.hash = hash
  }

  /// What the names of the suites of TLS 1.2 end in. A name that gives no hash for the keys means SHA-256: RFC 5246
  /// section 5.
  private static let parts: [(String, CryptoCipher, CryptoHash)] = [
    ("_WITH_AES_128_GCM_SHA256", .aead(.aes128GCM), .sha256),
    ("_WITH_AES_256_GCM_SHA384", .aead(.aes256GCM), .sha384),
    ("_WITH_CHACHA20_POLY1305_SHA256", .aead(.chaCha20Poly1305), .sha256),
    ("_WITH_AES_128_CCM", .aead(.aes128CCM), .sha256), ("_WITH_AES_256_CCM", .aead(.aes256CCM), .sha256),
    ("_WITH_AES_128_CCM_SHA256", .aead(.aes128CCM), .sha256),
    ("_WITH_AES_128_CCM_8", .aead(.aes128CCM8), .sha256),
    ("_WITH_AES_256_CCM_8", .aead(.aes256CCM8), .sha256),
    ("_WITH_AES_128_CCM_8_SHA256", .aead(.aes128CCM8), .sha256),
    ("_WITH_AES_128_CBC_SHA", .block(.aes128, .sha1), .sha256),
    ("_WITH_AES_256_CBC_SHA", .block(.aes256, .sha1), .sha256),
    ("_WITH_AES_128_CBC_SHA256", .block(.aes128, .sha256), .sha256),
    ("_WITH_AES_256_CBC_SHA256", .block(.aes256, .sha256), .sha256),
    ("_WITH_AES_256_CBC_SHA384", .block(.aes256, .sha384), .sha384),
    ("_WITH_CAMELLIA_128_CBC_SHA", .block(.camellia128, .sha1), .sha256),
    ("_WITH_CAMELLIA_256_CBC_SHA", .block(.camellia256, .sha1), .sha256),
    ("_WITH_CAMELLIA_128_CBC_SHA256", .block(.camellia128, .sha256), .sha256),
    ("_WITH_CAMELLIA_256_CBC_SHA256", .block(.camellia256, .sha256), .sha256),
    ("_WITH_CAMELLIA_256_CBC_SHA384", .block(.camellia256, .sha384), .sha384),
    ("_WITH_3DES_EDE_CBC_SHA", .block(.tripleDES, .sha1), .sha256),
    ("_WITH_NULL_SHA", .block(.null, .sha1), .sha256),
    ("_WITH_NULL_SHA256", .block(.null, .sha256), .sha256),
    ("_WITH_NULL_SHA384", .block(.null, .sha384), .sha384),
  ]

  /// Suites of TLS 1.3 whose secrets have `count` octets: for early data, before the server has chosen one.
  static func candidates(secretLength count: Int) -> [CryptoSuite] {
    switch count {
    case 48: [CryptoSuite(.aes256GCM, .sha384)]
    case 32:
      [CryptoAEAD.aes128GCM, .chaCha20Poly1305, .aes128CCM, .aes128CCM8].map { CryptoSuite($0, .sha256) }
    default: []
    }
  }
}
