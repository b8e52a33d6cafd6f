import COpenSSL

/// A hash function of libcrypto, and what TLS builds on it.
enum CryptoHash: Sendable {
  case sha256, sha384, sha1, md5

  /// Octets of a digest.
  var length: Int {
    switch self {
    case .sha256: 32
    case .sha384: 48
    case .sha1: 20
    case .md5: 16
    }
  }

  /// `SHA-256`.
  var words: String {
    switch self {
    case .sha256: "SHA-256"
    case .sha384: "SHA-384"
    case .sha1: "SHA-1"
    case .md5: "MD5"
    }
  }

  private var function: OpaquePointer? {
    switch self {
    case .sha256: unsafe EVP_sha256()
    case .sha384: unsafe EVP_sha384()
    case .sha1: unsafe EVP_sha1()
    case .md5: unsafe EVP_md5()
    }
  }

  /// The digest of `bytes`; empty when this libcrypto lacks the function (MD5 under FIPS).
  func digest(_ bytes: [UInt8]) -> [UInt8] {
    var out = [UInt8](repeating: 0, count: length)
    return unsafe EVP_Digest(bytes, bytes.count, &out, nil, function, nil) == 1 ? out : []
  }

  /// HMAC, RFC 2104.
  func hmac(key: [UInt8], _ bytes: [UInt8]) -> [UInt8] {
    var out = [UInt8](repeating: 0, count: length)
    var size: UInt32 = 0
    let done = unsafe HMAC(function, key, Int32(key.count), bytes, bytes.count, &out, &size)
    return unsafe done == nil ? [] : out
  }

  /// HKDF-Extract, RFC 5869 section 2.2.
  func extract(salt: [UInt8], _ secret: [UInt8]) -> [UInt8] { hmac(key: salt, secret) }

  /// HKDF-Expand, RFC 5869 section 2.3: `count` octets, at most 255 digests.
  func expand(_ secret: [UInt8], info: [UInt8], count: Int) -> [UInt8] {
    var out: [UInt8] = []
    var block: [UInt8] = []
    var number: UInt8 = 1
    while out.count < count, number < 255 {
      block = hmac(key: secret, block + info + [number])
      if block.isEmpty { return [] }
      out += block
      number += 1
    }
    return Array(out.prefix(count))
  }

  /// HKDF-Expand-Label, RFC 8446 section 7.1.
  func expandLabel(_ secret: [UInt8], _ label: String, context: [UInt8] = [], count: Int) -> [UInt8] {
    let name = [UInt8](("tls13 " + label).utf8)
    let info =
      [UInt8(truncatingIfNeeded: count >> 8), UInt8(truncatingIfNeeded: count), UInt8(clamping: name.count)]
      + name + [UInt8(clamping: context.count)] + context
    return expand(secret, info: info, count: count)
  }

  /// The PRF before TLS 1.2, RFC 2246 section 5: P_MD5 of one half of the secret, mixed with P_SHA-1 of the other; empty
  /// where this libcrypto lacks MD5.
  static func earlyPRF(_ secret: [UInt8], _ label: String, seed: [UInt8], count: Int) -> [UInt8] {
    // Halves of an odd number of octets share the one in the middle.
    let half = (secret.count + 1) / 2
    let first = md5.prf(Array(secret.prefix(half)), label, seed: seed, count: count)
    let second = sha1.prf(Array(secret.suffix(half)), label, seed: seed, count: count)
    return first.count == second.count ? zip(first, second).map { $0 ^ $1 } : []
  }

  /// The PRF of TLS 1.2, RFC 5246 section 5: P_hash over the label and the seed.
  func prf(_ secret: [UInt8], _ label: String, seed: [UInt8], count: Int) -> [UInt8] {
    let seed = [UInt8](label.utf8) + seed
    var out: [UInt8] = []
    var a = seed
    while out.count < count {
      a = hmac(key: secret, a)
      let block = hmac(key: secret, a + seed)
      if block.isEmpty { return [] }
      out += block
    }
    return Array(out.prefix(count))
  }
}
