import COpenSSL

/// A cipher with authentication that TLS records are sealed with: RFC 5288 (GCM), RFC 7905 (ChaCha20-Poly1305).
enum CryptoAEAD: Sendable {
  case aes128GCM, aes256GCM, chaCha20Poly1305

  /// Octets of a key.
  var keyLength: Int { self == .aes128GCM ? 16 : 32 }

  /// Octets of the tag at the end of a sealed record.
  static let tagLength = 16

  private var cipher: OpaquePointer? {
    switch self {
    case .aes128GCM: unsafe EVP_aes_128_gcm()
    case .aes256GCM: unsafe EVP_aes_256_gcm()
    case .chaCha20Poly1305: unsafe EVP_chacha20_poly1305()
    }
  }

  /// Opens `sealed`, whose last 16 octets are its tag; nil when the tag does not match.
  func open(_ sealed: ArraySlice<UInt8>, key: [UInt8], nonce: [UInt8], additional: [UInt8]) -> [UInt8]? {
    CryptoOpener(self, key)?.open(Array(sealed).raw, nonce: nonce, additional: additional)
  }

  /// A cipher context of libcrypto with the key in it; nil for a key of another length.
  fileprivate func context(_ key: [UInt8]) -> OpaquePointer? {
    guard key.count == keyLength, let context = unsafe EVP_CIPHER_CTX_new() else { return nil }
    guard unsafe EVP_DecryptInit_ex(context, cipher, nil, key, nil) == 1 else {
      unsafe EVP_CIPHER_CTX_free(context)
      return nil
    }
    return unsafe context
  }
}

/// A key made ready in libcrypto, which costs more than to open a record with it.
@safe final class CryptoOpener {
  private let context: OpaquePointer

  /// Makes a key ready; nil for one of the wrong length.
  init?(_ aead: CryptoAEAD, _ key: [UInt8]) {
    guard let context = unsafe aead.context(key) else { return nil }
    unsafe self.context = context
  }

  deinit { unsafe EVP_CIPHER_CTX_free(context) }

  /// Opens `sealed`, whose last 16 octets are its tag; nil when the tag does not match.
  func open(_ sealed: RawSpan, nonce: [UInt8], additional: [UInt8]) -> [UInt8]? {
    let size = sealed.byteCount - CryptoAEAD.tagLength
    guard nonce.count == 12, size >= 0 else { return nil }
    var isGenuine = false
    let plain = unsafe sealed.withUnsafeBytes { sealed in
      unsafe [UInt8](unsafeUninitializedCapacity: size + CryptoAEAD.tagLength) { plain, count in
        var (done, rest) = (Int32(0), Int32(0))
        let start = unsafe sealed.baseAddress?.assumingMemoryBound(to: UInt8.self)
        let tag = unsafe UnsafeMutableRawPointer(mutating: sealed.baseAddress?.advanced(by: size))
        isGenuine =
          unsafe EVP_DecryptInit_ex(context, nil, nil, nil, nonce) == 1
          && EVP_DecryptUpdate(context, nil, &done, additional, Int32(additional.count)) == 1
          && EVP_DecryptUpdate(context, plain.baseAddress, &done, start, Int32(size)) == 1
          && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, Int32(CryptoAEAD.tagLength), tag) == 1
          && EVP_DecryptFinal_ex(context, plain.baseAddress?.advanced(by: size), &rest) == 1
        count = isGenuine ? size : 0
      }
    }
    return isGenuine ? plain : nil
  }
}

/// The keys made ready that were used last: a capture may have more connections than memory for theirs.
final class CryptoOpeners {
  private static let limit = 256
  private var openers: [ObjectIdentifier: CryptoOpener] = [:]
  /// Keys in the order of their coming; they are kept alive, so that none of them can have another's identity.
  private var order: [CryptoKey] = []
  private var next = 0

  /// A key made ready; nil for one that libcrypto refuses.
  func opener(_ key: CryptoKey) -> CryptoOpener? {
    if let known = openers[ObjectIdentifier(key)] { return known }
    guard let opener = CryptoOpener(key.suite.aead, key.key) else { return nil }
    if order.count < Self.limit {
      order.append(key)
    } else {
      openers[ObjectIdentifier(order[next])] = nil
      order[next] = key
      next = (next + 1) % Self.limit
    }
    openers[ObjectIdentifier(key)] = opener
    return opener
  }
}
