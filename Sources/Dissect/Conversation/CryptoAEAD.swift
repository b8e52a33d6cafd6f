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
    guard key.count == keyLength, nonce.count == 12, sealed.count >= Self.tagLength,
      let context = unsafe EVP_CIPHER_CTX_new()
    else { return nil }
    defer { unsafe EVP_CIPHER_CTX_free(context) }
    let text = Array(sealed.dropLast(Self.tagLength))
    var tag = Array(sealed.suffix(Self.tagLength))
    var plain = [UInt8](repeating: 0, count: text.count + Self.tagLength)
    var count: Int32 = 0
    var rest: Int32 = 0
    guard unsafe EVP_DecryptInit_ex(context, cipher, nil, key, nonce) == 1,
      unsafe EVP_DecryptUpdate(context, nil, &count, additional, Int32(additional.count)) == 1,
      unsafe EVP_DecryptUpdate(context, &plain, &count, text, Int32(text.count)) == 1,
      unsafe EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, Int32(tag.count), &tag) == 1
    else { return nil }
    var tail = [UInt8](repeating: 0, count: Self.tagLength)
    guard unsafe EVP_DecryptFinal_ex(context, &tail, &rest) == 1 else { return nil }
    return Array(plain.prefix(Int(count)))
  }
}
