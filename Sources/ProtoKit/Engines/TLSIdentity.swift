import COpenSSL
import Glibc

/// A certificate and its P-256 key, which lives in this process's memory only.
@safe final class TLSIdentity {
  let certificate: OpaquePointer
  let key: OpaquePointer

  /// Takes over both.
  private init(certificate: OpaquePointer, key: OpaquePointer) {
    unsafe self.certificate = certificate
    unsafe self.key = key
  }

  deinit {
    unsafe X509_free(certificate)
    unsafe EVP_PKEY_free(key)
  }

  /// The certificate as text (RFC 7468); the key is not in it.
  var pem: String {
    guard let bio = unsafe BIO_new(BIO_s_mem()) else { return "" }
    defer { unsafe BIO_free(bio) }
    guard unsafe PEM_write_bio_X509(bio, certificate) == 1 else { return "" }
    return unsafe String(decoding: MemoryBIO.take(bio), as: UTF8.self)
  }

  /// A new authority: its certificate signs itself and may sign others for a week.
  static func authority() throws(TLSError) -> TLSIdentity {
    try make(
      name: "Backlab lab authority", issuer: nil, validity: .week,
      extensions: [
        (NID_basic_constraints, "critical,CA:TRUE,pathlen:0"),
        (NID_key_usage, "critical,keyCertSign,cRLSign"), (NID_subject_key_identifier, "hash"),
      ])
  }

  /// When a certificate is valid, in seconds from now.
  struct Validity {
    var from: Int
    var to: Int
    /// From a little before now, since clocks differ, to a week later.
    static let week = Validity(from: -300, to: 7 * 86400)
    /// Ended an hour ago.
    static let over = Validity(from: -7 * 86400, to: -3600)
  }

  /// A certificate for `host` (its subjectAltName, RFC 6125), signed by this authority, with a key of its own.
  func server(_ host: String, validity: Validity = .week) throws(TLSError) -> TLSIdentity {
    let isName = host.utf8.allSatisfy { byte in
      (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte == 45
        || byte == 46
        || byte == 95
    }
    guard isName, !host.isEmpty, host.utf8.count <= 64 else {
      throw TLSError(
        "the host name \(host) can't be in a certificate: letters, digits, -, _ and dots, at most 64")
    }
    return try TLSIdentity.make(
      name: host, issuer: self, validity: validity,
      extensions: [
        (NID_basic_constraints, "critical,CA:FALSE"), (NID_key_usage, "critical,digitalSignature"),
        (NID_ext_key_usage, "serverAuth"), (NID_subject_alt_name, "DNS:\(host)"),
        (NID_subject_key_identifier, "hash"), (NID_authority_key_identifier, "keyid"),
      ])
  }

  private static func make(
    name: String, issuer: TLSIdentity?, validity: Validity, extensions: [(CInt, String)]
  ) throws(TLSError) -> TLSIdentity {
    ERR_clear_error()
    guard let key = unsafe backlab_ec_key("P-256") else { throw .failed("no P-256 key was made") }
    guard let certificate = unsafe X509_new() else {
      unsafe EVP_PKEY_free(key)
      throw .failed("no certificate was made")
    }
    let made = unsafe TLSIdentity(certificate: certificate, key: key)
    let subject = unsafe X509_get_subject_name(certificate)
    let authority = issuer ?? made
    // Version 3 is written as 2 (RFC 5280 section 4.1.2.1); a serial number is positive and not guessable.
    let serial = UInt64.random(in: 1...(.max >> 1))
    guard unsafe X509_set_version(certificate, 2) == 1,
      unsafe ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), serial) == 1,
      unsafe X509_gmtime_adj(X509_getm_notBefore(certificate), validity.from) != nil,
      unsafe X509_gmtime_adj(X509_getm_notAfter(certificate), validity.to) != nil,
      unsafe X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, name, -1, -1, 0) == 1,
      unsafe X509_set_issuer_name(certificate, X509_get_subject_name(authority.certificate)) == 1,
      unsafe X509_set_pubkey(certificate, key) == 1
    else { throw .failed("the certificate for \(name) was not made") }
    var context = unsafe X509V3_CTX()
    unsafe X509V3_set_ctx(&context, authority.certificate, certificate, nil, nil, 0)
    for (number, value) in extensions {
      guard let made = unsafe X509V3_EXT_conf_nid(nil, &context, number, value) else {
        throw .failed("the certificate for \(name) can't say \(value)")
      }
      defer { unsafe X509_EXTENSION_free(made) }
      guard unsafe X509_add_ext(certificate, made, -1) == 1 else {
        throw .failed("the certificate for \(name) took no \(value)")
      }
    }
    guard unsafe X509_sign(certificate, authority.key, EVP_sha256()) > 0 else {
      throw .failed("the certificate for \(name) was not signed")
    }
    return made
  }
}

/// Octets in and out of OpenSSL's memory BIOs.
enum MemoryBIO {
  /// Everything that the BIO holds.
  static func take(_ bio: OpaquePointer) -> [UInt8] {
    let count = unsafe BIO_ctrl_pending(bio)
    guard count > 0 else { return [] }
    return unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, used in
      used = max(0, Int(unsafe BIO_read(bio, buffer.baseAddress, CInt(clamping: count))))
    }
  }

  /// Appends everything that the BIO holds.
  static func move(_ bio: OpaquePointer, to bytes: inout [UInt8]) {
    let count = unsafe BIO_ctrl_pending(bio), start = bytes.count
    guard count > 0 else { return }
    bytes.append(contentsOf: repeatElement(0, count: count))
    let taken = unsafe bytes.withUnsafeMutableBytes { bytes in
      unsafe BIO_read(bio, bytes.baseAddress.map { unsafe $0 + start }, CInt(clamping: count))
    }
    bytes.removeLast(count - max(0, Int(taken)))
  }

  /// Appends the first octets; false when there was no memory.
  static func put(_ bio: OpaquePointer, _ bytes: [UInt8], _ count: Int) -> Bool {
    precondition(count <= bytes.count)
    return unsafe count == 0 || BIO_write(bio, bytes, CInt(clamping: count)) == CInt(clamping: count)
  }
}
