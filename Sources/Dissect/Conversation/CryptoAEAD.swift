import COpenSSL

/// A cipher with authentication that TLS records are sealed with: RFC 5288 (GCM), RFC 6655 and RFC 7251 (CCM), RFC 7905
/// (ChaCha20-Poly1305).
enum CryptoAEAD: Sendable {
  case aes128GCM, aes256GCM, chaCha20Poly1305, aes128CCM, aes256CCM, aes128CCM8, aes256CCM8

  /// Octets of a key.
  var keyLength: Int {
    switch self {
    case .aes128GCM, .aes128CCM, .aes128CCM8: 16
    case .aes256GCM, .aes256CCM, .aes256CCM8, .chaCha20Poly1305: 32
    }
  }

  /// Octets of the tag at the end of a sealed record.
  var tagLength: Int { self == .aes128CCM8 || self == .aes256CCM8 ? 8 : 16 }

  /// Whether the mode is CCM, which is told length and tag before the octets.
  fileprivate var isCCM: Bool {
    switch self {
    case .aes128CCM, .aes256CCM, .aes128CCM8, .aes256CCM8: true
    case .aes128GCM, .aes256GCM, .chaCha20Poly1305: false
    }
  }

  private var cipher: OpaquePointer? {
    switch self {
    case .aes128GCM: unsafe EVP_aes_128_gcm()
    case .aes256GCM: unsafe EVP_aes_256_gcm()
    case .chaCha20Poly1305: unsafe EVP_chacha20_poly1305()
    case .aes128CCM, .aes128CCM8: unsafe EVP_aes_128_ccm()
    case .aes256CCM, .aes256CCM8: unsafe EVP_aes_256_ccm()
    }
  }

  /// Opens `sealed`, whose last octets are its tag; nil when the tag does not match.
  func open(_ sealed: ArraySlice<UInt8>, key: [UInt8], nonce: [UInt8], additional: [UInt8]) -> [UInt8]? {
    CryptoOpener(self, key)?.open(Array(sealed).raw, nonce: nonce, additional: additional)
  }

  /// A cipher context of libcrypto with the key in it; nil for a key of another length.
  fileprivate func context(_ key: [UInt8]) -> OpaquePointer? {
    guard key.count == keyLength, let context = unsafe EVP_CIPHER_CTX_new() else { return nil }
    var isReady = unsafe EVP_DecryptInit_ex(context, cipher, nil, nil, nil) == 1
    if isCCM {
      // Both lengths go into how the key is prepared.
      let hasLengths =
        unsafe EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_IVLEN, 12, nil) == 1
        && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, Int32(tagLength), nil) == 1
      isReady = isReady && hasLengths
    }
    guard isReady, unsafe EVP_DecryptInit_ex(context, nil, nil, key, nil) == 1 else {
      unsafe EVP_CIPHER_CTX_free(context)
      return nil
    }
    return unsafe context
  }
}

/// A key made ready in libcrypto, which costs more than to open a record with it.
@safe final class CryptoOpener {
  private let context: OpaquePointer
  private let aead: CryptoAEAD

  /// Makes a key ready; nil for one of the wrong length.
  init?(_ aead: CryptoAEAD, _ key: [UInt8]) {
    guard let context = unsafe aead.context(key) else { return nil }
    unsafe self.context = context
    self.aead = aead
  }

  deinit { unsafe EVP_CIPHER_CTX_free(context) }

  /// Opens `sealed`, whose last octets are its tag; nil when the tag does not match.
  func open(_ sealed: RawSpan, nonce: [UInt8], additional: [UInt8]) -> [UInt8]? {
    let size = sealed.byteCount - aead.tagLength
    guard nonce.count == 12, size >= 0 else { return nil }
    var isGenuine = false
    let plain = unsafe sealed.withUnsafeBytes { sealed in
      unsafe [UInt8](unsafeUninitializedCapacity: size + 16) { plain, count in
        guard let start = unsafe sealed.baseAddress?.assumingMemoryBound(to: UInt8.self),
          let out = plain.baseAddress
        else { return }
        isGenuine =
          aead.isCCM
          ? unsafe openCCM(start, size, into: out, nonce, additional)
          : unsafe openOther(start, size, into: out, nonce, additional)
        count = isGenuine ? size : 0
      }
    }
    return isGenuine ? plain : nil
  }

  /// The tag stands behind `size` octets from `start`; so in both of these.
  private func openOther(
    _ start: UnsafePointer<UInt8>, _ size: Int, into plain: UnsafeMutablePointer<UInt8>, _ nonce: [UInt8],
    _ additional: [UInt8]
  ) -> Bool {
    var (done, rest) = (Int32(0), Int32(0))
    let tag = unsafe UnsafeMutableRawPointer(mutating: start.advanced(by: size))
    return unsafe EVP_DecryptInit_ex(context, nil, nil, nil, nonce) == 1
      && EVP_DecryptUpdate(context, nil, &done, additional, Int32(additional.count)) == 1
      && EVP_DecryptUpdate(context, plain, &done, start, Int32(size)) == 1
      && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, Int32(aead.tagLength), tag) == 1
      && EVP_DecryptFinal_ex(context, plain.advanced(by: size), &rest) == 1
  }

  private func openCCM(
    _ start: UnsafePointer<UInt8>, _ size: Int, into plain: UnsafeMutablePointer<UInt8>, _ nonce: [UInt8],
    _ additional: [UInt8]
  ) -> Bool {
    var done = Int32(0)
    let tag = unsafe UnsafeMutableRawPointer(mutating: start.advanced(by: size))
    return unsafe EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, Int32(aead.tagLength), tag) == 1
      && EVP_DecryptInit_ex(context, nil, nil, nil, nonce) == 1
      && EVP_DecryptUpdate(context, nil, &done, nil, Int32(size)) == 1
      && EVP_DecryptUpdate(context, nil, &done, additional, Int32(additional.count)) == 1
      && EVP_DecryptUpdate(context, plain, &done, start, Int32(size)) == 1
  }
}

/// The keys made ready that were used last: a capture may have more connections than memory for theirs.
final class CryptoOpeners {
  private static let limit = 256
  private var openers: [ObjectIdentifier: Opener] = [:]
  /// Keys in the order of their coming; they are kept alive, so that none of them can have another's identity.
  private var order: [CryptoKey] = []
  private var next = 0

  private enum Opener {
    case sealed(CryptoOpener)
    case block(CryptoBlockOpener)
  }

  /// A key made ready; nil for one that libcrypto refuses, and for one of a block cipher.
  func opener(_ key: CryptoKey) -> CryptoOpener? {
    if case .sealed(let opener) = ready(key) { opener } else { nil }
  }

  /// A block cipher's key made ready; nil for one that libcrypto refuses, and for one of a cipher with authentication.
  func blockOpener(_ key: CryptoKey) -> CryptoBlockOpener? {
    if case .block(let opener) = ready(key) { opener } else { nil }
  }

  private func ready(_ key: CryptoKey) -> Opener? {
    if let known = openers[ObjectIdentifier(key)] { return known }
    let made: Opener? =
      switch key.suite.cipher {
      case .aead(let aead): CryptoOpener(aead, key.key).map { .sealed($0) }
      case .block(let cipher, let mac): CryptoBlockOpener(cipher, key.key, mac, key.macKey).map { .block($0) }
      }
    guard let made else { return nil }
    if order.count < Self.limit {
      order.append(key)
    } else {
      openers[ObjectIdentifier(order[next])] = nil
      order[next] = key
      next = (next + 1) % Self.limit
    }
    openers[ObjectIdentifier(key)] = made
    return made
  }
}
