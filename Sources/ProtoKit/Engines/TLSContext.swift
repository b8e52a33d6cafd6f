import COpenSSL
import Glibc

/// What the connections of one role share, in all of its threads: one version of TLS, or both, the certificate or whom to trust, ALPN, and where the
/// secrets go.
@safe final class TLSContext {
  let handle: OpaquePointer
  private let isServer: Bool
  /// The protocols as ALPN has them on the wire (RFC 7301 section 3.1); OpenSSL points into it.
  private let protocols: UnsafeMutableBufferPointer<UInt8>
  /// Takes one line of a key log (SSLKEYLOGFILE), without its line end.
  private let onSecret: (String) -> Void

  /// A server's, which proves itself with `identity`.
  convenience init(
    server identity: TLSIdentity, version: TLSVersion, protocols: [String] = ["http/1.1"],
    onSecret: @escaping (String) -> Void
  ) throws(TLSError) {
    try self.init(isServer: true, version, protocols, onSecret)
    guard unsafe SSL_CTX_use_certificate(handle, identity.certificate) == 1,
      unsafe SSL_CTX_use_PrivateKey(handle, identity.key) == 1
    else { throw .failed("the certificate was not taken") }
    unsafe SSL_CTX_set_alpn_select_cb(handle, chooseProtocol, Unmanaged.passUnretained(self).toOpaque())
  }

  /// A client's, which trusts the authorities in `pem` and nobody else, and speaks either version if none is said.
  convenience init(
    trusting pem: String, version: TLSVersion?, protocols: [String] = ["http/1.1"],
    onSecret: @escaping (String) -> Void
  ) throws(TLSError) {
    try self.init(isServer: false, version, protocols, onSecret)
    guard let bio = unsafe BIO_new(BIO_s_mem()) else { throw .failed("no memory for the authority") }
    defer { unsafe BIO_free(bio) }
    let octets = Array(pem.utf8)
    _ = unsafe MemoryBIO.put(bio, octets, octets.count)
    var count = 0
    while let certificate = unsafe PEM_read_bio_X509(bio, nil, nil, nil) {
      defer { unsafe X509_free(certificate) }
      guard unsafe X509_STORE_add_cert(SSL_CTX_get_cert_store(handle), certificate) == 1 else {
        throw .failed("the authority was not taken")
      }
      count += 1
    }
    guard count > 0 else { throw .failed("there is no authority's certificate to trust") }
    ERR_clear_error()
    unsafe SSL_CTX_set_verify(handle, SSL_VERIFY_PEER, nil)
    // Unlike its kin, this one gives 0 for success.
    guard
      unsafe SSL_CTX_set_alpn_protos(handle, self.protocols.baseAddress, UInt32(self.protocols.count)) == 0
    else { throw .failed("ALPN was not set") }
  }

  private init(
    isServer: Bool, _ version: TLSVersion?, _ names: [String], _ onSecret: @escaping (String) -> Void
  ) throws(TLSError) {
    // The machine's openssl.cnf has no say: a lab shows the same everywhere.
    OPENSSL_init_ssl(UInt64(OPENSSL_INIT_NO_LOAD_CONFIG), nil)
    ERR_clear_error()
    guard let handle = unsafe SSL_CTX_new(isServer ? TLS_server_method() : TLS_client_method()) else {
      throw .failed("TLS can't be used")
    }
    let wire = names.flatMap { [UInt8(clamping: $0.utf8.count)] + $0.utf8 }
    unsafe protocols = .allocate(capacity: wire.count)
    _ = unsafe protocols.initialize(from: wire)
    unsafe self.handle = handle
    self.isServer = isServer
    self.onSecret = onSecret
    unsafe SSL_CTX_set_security_level(handle, 2)
    // Buffers for records are given back while there are none: most connections are silent.
    unsafe backlab_ssl_ctx_release_buffers(handle)
    let (least, most) = (version ?? .tls12, version ?? .tls13)
    guard unsafe backlab_ssl_ctx_set_min_version(handle, least.number) == 1,
      unsafe backlab_ssl_ctx_set_max_version(handle, most.number) == 1,
      unsafe SSL_CTX_set_ex_data(handle, 0, Unmanaged.passUnretained(self).toOpaque()) == 1
    else { throw .failed("TLS \(most.rawValue) can't be used") }
    unsafe SSL_CTX_set_keylog_callback(handle, takeSecret)
    unsafe SSL_CTX_set_info_callback(handle, takeInfo)
  }

  deinit {
    unsafe SSL_CTX_free(handle)
    unsafe protocols.deallocate()
  }

  /// A connection. A client says for which `name` the server's certificate must be; an address is one too. `onSecret` takes
  /// its lines of a key log in the place of the context's, for a thread of its own.
  func connection(name: String = "", onSecret: ((String) -> Void)? = nil) throws(TLSError) -> TLSConnection {
    try TLSConnection(self, isServer: isServer, name: name, onSecret: onSecret)
  }

  fileprivate func secret(_ line: String) { onSecret(line) }

  /// The first of our protocols that the client offers; nil when there is none.
  fileprivate func choose(_ offer: UnsafePointer<UInt8>, _ size: UInt32) -> (
    UnsafeMutablePointer<UInt8>, UInt8
  )? {
    var chosen: UnsafeMutablePointer<UInt8>? = nil
    var length: UInt8 = 0
    let found = unsafe SSL_select_next_proto(
      &chosen, &length, protocols.baseAddress, UInt32(protocols.count), offer, size)
    guard found == OPENSSL_NPN_NEGOTIATED, let chosen = unsafe chosen else { return nil }
    return unsafe (chosen, length)
  }
}

nonisolated private func takeSecret(_ ssl: OpaquePointer?, _ line: UnsafePointer<CChar>?) {
  guard let line = unsafe line, let context = unsafe SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), 0),
    let connection = unsafe SSL_get_ex_data(ssl, 0)
  else { return }
  let text = unsafe String(cString: line)
  if unsafe Unmanaged<TLSConnection>.fromOpaque(connection).takeUnretainedValue().secret(text) { return }
  unsafe Unmanaged<TLSContext>.fromOpaque(context).takeUnretainedValue().secret(text)
}

nonisolated private func takeInfo(_ ssl: OpaquePointer?, _ place: CInt, _ value: CInt) {
  guard place & SSL_CB_ALERT != 0, let connection = unsafe SSL_get_ex_data(ssl, 0),
    let text = unsafe SSL_alert_desc_string_long(value)
  else { return }
  unsafe Unmanaged<TLSConnection>.fromOpaque(connection).takeUnretainedValue().alert(
    String(cString: text), sent: place & SSL_CB_WRITE != 0)
}

nonisolated private func chooseProtocol(
  _ ssl: OpaquePointer?, _ out: UnsafeMutablePointer<UnsafePointer<UInt8>?>?,
  _ outSize: UnsafeMutablePointer<UInt8>?, _ offer: UnsafePointer<UInt8>?, _ size: UInt32,
  _ context: UnsafeMutableRawPointer?
) -> CInt {
  guard let out = unsafe out, let outSize = unsafe outSize, let offer = unsafe offer,
    let context = unsafe context
  else { return SSL_TLSEXT_ERR_ALERT_FATAL }
  let owner = unsafe Unmanaged<TLSContext>.fromOpaque(context).takeUnretainedValue()
  guard let (chosen, length) = unsafe owner.choose(offer, size) else { return SSL_TLSEXT_ERR_ALERT_FATAL }
  unsafe out.pointee = UnsafePointer(chosen)
  unsafe outSize.pointee = length
  return SSL_TLSEXT_ERR_OK
}
