import COpenSSL

/// A cipher without authentication of its own, which TLS joins with an HMAC until 1.2: RFC 5246 sections 6.2.3.1 and 6.2.3.2,
/// RFC 5932 (Camellia).
enum CryptoBlock: Sendable {
  case aes128, aes256, camellia128, camellia256, tripleDES
  /// Nothing is hidden, only authenticated.
  case null

  /// Octets of a key.
  var keyLength: Int {
    switch self {
    case .aes128, .camellia128: 16
    case .aes256, .camellia256: 32
    case .tripleDES: 24
    case .null: 0
    }
  }

  /// Octets of a block, which the initialization vector in front of each record fills; 0 where there is none.
  var blockLength: Int {
    switch self {
    case .null: 0
    case .tripleDES: 8
    default: 16
    }
  }

  /// The cipher in chaining mode; nil for none.
  fileprivate var function: OpaquePointer? {
    switch self {
    case .aes128: unsafe EVP_aes_128_cbc()
    case .aes256: unsafe EVP_aes_256_cbc()
    case .camellia128: unsafe EVP_camellia_128_cbc()
    case .camellia256: unsafe EVP_camellia_256_cbc()
    case .tripleDES: unsafe EVP_des_ede3_cbc()
    case .null: nil
    }
  }
}

/// A key of a block cipher and that of its HMAC, made ready in libcrypto.
@safe final class CryptoBlockOpener {
  private let cipher: CryptoBlock
  private let mac: CryptoHash
  private let macKey: [UInt8]
  private let context: OpaquePointer?

  /// Makes keys ready; nil for those of the wrong length.
  init?(_ cipher: CryptoBlock, _ key: [UInt8], _ mac: CryptoHash, _ macKey: [UInt8]) {
    guard key.count == cipher.keyLength, macKey.count == mac.length else { return nil }
    self.cipher = cipher
    self.mac = mac
    self.macKey = macKey
    guard let function = unsafe cipher.function else {
      unsafe context = nil
      return
    }
    guard let made = unsafe EVP_CIPHER_CTX_new() else { return nil }
    guard unsafe EVP_DecryptInit_ex(made, function, nil, key, nil) == 1 else {
      unsafe EVP_CIPHER_CTX_free(made)
      return nil
    }
    // The padding is that of TLS, which libcrypto's is not.
    unsafe EVP_CIPHER_CTX_set_padding(made, 0)
    unsafe context = made
  }

  deinit { unsafe EVP_CIPHER_CTX_free(context) }

  /// Opens a record's body; nil when its HMAC or its padding does not match.
  ///
  /// - Parameters:
  ///   - header: the record's number, type and version: what the HMAC begins with, before the content's length.
  ///   - chain: the block in front of the first one, where the body does not begin with it.
  ///   - isTagOutside: the HMAC stands behind the sealed octets and covers them: RFC 7366 section 3.
  func open(_ body: [UInt8], header: [UInt8], chain: [UInt8], isTagOutside: Bool) -> [UInt8]? {
    if isTagOutside {
      return checked(body, header: header).flatMap { decrypt(chain + $0) }.flatMap { unpadded($0) }
    }
    return decrypt(chain + body).flatMap { unpadded($0) }.flatMap { checked($0, header: header) }
  }

  /// Octets without the HMAC at their end; nil when it is not theirs.
  private func checked(_ bytes: [UInt8], header: [UInt8]) -> [UInt8]? {
    let size = bytes.count - mac.length
    guard size >= 0 else { return nil }
    let content = Array(bytes[..<size])
    let length = [UInt8(truncatingIfNeeded: size >> 8), UInt8(truncatingIfNeeded: size)]
    return mac.hmac(key: macKey, header + length + content).elementsEqual(bytes[size...]) ? content : nil
  }

  /// Decrypts the octets behind the initialization vector.
  private func decrypt(_ bytes: [UInt8]) -> [UInt8]? {
    let block = cipher.blockLength
    guard block > 0 else { return bytes }
    let size = bytes.count - block
    guard size > 0, size % block == 0, let context = unsafe context else { return nil }
    var plain = [UInt8](repeating: 0, count: size + block)
    var done = Int32(0)
    let sealed = Array(bytes[block...])
    guard unsafe EVP_DecryptInit_ex(context, nil, nil, nil, bytes) == 1,
      unsafe EVP_DecryptUpdate(context, &plain, &done, sealed, Int32(size)) == 1, Int(done) == size
    else { return nil }
    plain.removeLast(block)
    return plain
  }

  /// Plaintext without the padding: as many octets as the last one says, each of that value.
  private func unpadded(_ plain: [UInt8]) -> [UInt8]? {
    guard cipher.blockLength > 0 else { return plain }
    guard let last = plain.last, Int(last) < plain.count else { return nil }
    let size = plain.count - Int(last) - 1
    guard plain[size...].allSatisfy({ $0 == last }) else { return nil }
    return Array(plain[..<size])
  }
}
