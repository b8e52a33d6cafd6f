import COpenSSL

/// What people want to know of an X.509 certificate, read by libcrypto: RFC 5280 section 4.
struct CryptoCertificate {
  var subject: String
  var issuer: String
  /// DNS names and addresses of the subjectAltName, joined by commas; empty when there are none.
  var names: String
  var notBefore: String
  var notAfter: String

  /// Reads DER; nil when it is no certificate.
  init?(_ der: [UInt8]) {
    let certificate: OpaquePointer? = unsafe der.withUnsafeBufferPointer { buffer in
      var start = buffer.baseAddress
      return unsafe d2i_X509(nil, &start, buffer.count)
    }
    guard let certificate = unsafe certificate else { return nil }
    defer { unsafe X509_free(certificate) }
    subject = unsafe Self.text { unsafe Self.print(X509_get_subject_name(certificate), $0) }
    issuer = unsafe Self.text { unsafe Self.print(X509_get_issuer_name(certificate), $0) }
    notBefore = unsafe Self.text { _ = unsafe ASN1_TIME_print($0, X509_get0_notBefore(certificate)) }
    notAfter = unsafe Self.text { _ = unsafe ASN1_TIME_print($0, X509_get0_notAfter(certificate)) }
    let place = unsafe X509_get_ext_by_NID(certificate, NID_subject_alt_name, -1)
    names = ""
    if place >= 0, let found = unsafe X509_get_ext(certificate, place) {
      names = unsafe Self.text { _ = unsafe X509V3_EXT_print($0, found, 0, 0) }
    }
  }

  /// A distinguished name of its DER, nil when it is none.
  static func name(_ der: [UInt8]) -> String? {
    let name: OpaquePointer? = unsafe der.withUnsafeBufferPointer { buffer in
      var start = buffer.baseAddress
      return unsafe d2i_X509_NAME(nil, &start, buffer.count)
    }
    guard let name = unsafe name else { return nil }
    defer { unsafe X509_NAME_free(name) }
    return unsafe text { unsafe Self.print(name, $0) }
  }

  private static func print(_ name: OpaquePointer?, _ out: OpaquePointer) {
    _ = unsafe backlab_name_print(out, name)
  }

  /// What `write` puts into a memory buffer, as text.
  private static func text(_ write: (OpaquePointer) -> Void) -> String {
    guard let out = unsafe BIO_new(BIO_s_mem()) else { return "" }
    defer { unsafe BIO_free(out) }
    unsafe write(out)
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = unsafe BIO_read(out, &bytes, Int32(bytes.count))
    return String(decoding: bytes.prefix(max(0, Int(count))), as: UTF8.self)
  }
}
