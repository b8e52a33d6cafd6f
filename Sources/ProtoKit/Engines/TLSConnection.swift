import COpenSSL
import Glibc

/// What octets from the peer came to.
enum TLSEvent: Equatable {
  /// The handshake is over.
  case established(TLSSummary)
  /// Octets for us.
  case data([UInt8])
  /// The peer will send no more (close_notify).
  case closed
  /// Nothing more can be sent or received; `takeOutput` may hold the alert that tells the peer.
  case failed(String)
}

/// What a handshake settled.
struct TLSSummary: Equatable {
  /// `TLSv1.3`.
  var version: String
  /// `TLS_AES_256_GCM_SHA384`.
  var cipher: String
  /// The protocol that ALPN chose; nil when none was offered.
  var alpn: String?
  /// Whether an earlier session went on.
  var isResumed: Bool
}

/// One TLS connection without input and output: octets go in, octets and events come out (RFC 8446, RFC 5246).
@safe final class TLSConnection {
  private let context: TLSContext
  private let ssl: OpaquePointer
  private let input: OpaquePointer
  private let output: OpaquePointer
  private let name: String
  /// Takes this connection's lines of a key log; nil where its context does.
  private let onSecret: ((String) -> Void)?
  private(set) var isEstablished = false
  private var hasFailed = false
  private var isClosed = false
  /// What was to be sent before the handshake was over.
  private var early: [[UInt8]] = []
  /// Alerts in order, but for close_notify: `sent` or `received`, and which.
  private(set) var alerts: [String] = []

  /// The most octets that a record holds (RFC 8446 section 5.1).
  private static let record = 1 << 14

  init(
    _ context: TLSContext, isServer: Bool, name: String, onSecret: ((String) -> Void)? = nil
  ) throws(TLSError) {
    ERR_clear_error()
    guard let ssl = unsafe SSL_new(context.handle), let input = unsafe BIO_new(BIO_s_mem()),
      let output = unsafe BIO_new(BIO_s_mem())
    else { throw .failed("no memory for a TLS connection") }
    unsafe SSL_set_bio(ssl, input, output)
    self.context = context
    unsafe self.ssl = ssl
    unsafe self.input = input
    unsafe self.output = output
    self.name = name
    self.onSecret = onSecret
    unsafe SSL_set_ex_data(ssl, 0, Unmanaged.passUnretained(self).toOpaque())
    if isServer {
      unsafe SSL_set_accept_state(ssl)
    } else {
      unsafe SSL_set_connect_state(ssl)
      // An address is compared with the certificate's addresses, and is no server name (RFC 6066 section 3).
      if unsafe X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), name) != 1 {
        ERR_clear_error()
        guard unsafe SSL_set1_host(ssl, name) == 1, unsafe backlab_ssl_set_server_name(ssl, name) == 1 else {
          throw .failed("\(name) can't be the server's name")
        }
      }
    }
  }

  deinit { unsafe SSL_free(ssl) }

  /// Begins; a client's first flight is then to be sent.
  func start() -> [TLSEvent] { advance() }

  /// Takes in octets from the peer.
  func receive(_ bytes: [UInt8]) -> [TLSEvent] {
    guard !hasFailed else { return [] }
    if let failure = put(bytes, bytes.count) { return [failure] }
    return advance()
  }

  /// The peer closed its sending way: without close_notify, that cut the data short (RFC 8446 section 6.1).
  func receiveEnd() -> [TLSEvent] {
    guard !hasFailed, !isClosed else { return [] }
    return [
      fail(
        isEstablished
          ? "the peer closed without close_notify, so its data may be cut short"
          : "the peer closed during the TLS handshake")
    ]
  }

  /// Seals octets; before the handshake is over they wait.
  func send(_ bytes: [UInt8]) -> [TLSEvent] {
    guard !hasFailed, !bytes.isEmpty else { return [] }
    guard isEstablished else {
      early.append(bytes)
      return []
    }
    ERR_clear_error()
    var written = 0
    let result = unsafe SSL_write_ex(ssl, bytes, bytes.count, &written)
    return result == 1 && written == bytes.count ? [] : [fail("sealing failed")]
  }

  /// Tells the peer that no more will be sent (close_notify).
  func close() {
    guard isEstablished, !hasFailed else { return }
    ERR_clear_error()
    _ = unsafe SSL_shutdown(ssl)
    ERR_clear_error()
  }

  /// Octets for the peer, at most once.
  func takeOutput() -> [UInt8] { unsafe MemoryBIO.take(output) }

  func alert(_ text: String, sent: Bool) {
    if text != "close notify" { alerts.append("\(sent ? "sent" : "received") alert \(text)") }
  }

  func secret(_ line: String) -> Bool {
    onSecret?(line)
    return onSecret != nil
  }

  // MARK: in buffers of the caller's

  /// Takes in the first octets of a buffer, which `shake` and `open` then look at: nil, or why that failed.
  func put(_ octets: [UInt8], _ count: Int) -> TLSEvent? {
    unsafe MemoryBIO.put(input, octets, count) ? nil : fail("no memory for received octets")
  }

  /// Goes on with the handshake: how it ended, nil while more must come for that.
  func shake() -> TLSEvent? {
    guard !isEstablished, !hasFailed else { return nil }
    ERR_clear_error()
    let result = unsafe SSL_do_handshake(ssl)
    guard result == 1 else {
      let why = unsafe SSL_get_error(ssl, result)
      return why == SSL_ERROR_WANT_READ ? nil : fail("the TLS handshake failed")
    }
    isEstablished = true
    return .established(summary)
  }

  /// Opens the records that are whole, into `room` from `count` on, which grows as needed: what ended by that, if anything.
  func open(into room: inout [UInt8], _ count: inout Int) -> TLSEvent? {
    while isEstablished, !hasFailed, !isClosed {
      if room.count - count < TLSConnection.record {
        room.append(contentsOf: repeatElement(0, count: TLSConnection.record))
      }
      let start = count
      var opened = 0
      ERR_clear_error()
      let result = unsafe room.withUnsafeMutableBytes { room in
        unsafe SSL_read_ex(ssl, room.baseAddress.map { unsafe $0 + start }, room.count - start, &opened)
      }
      if result == 1 {
        count += opened
        continue
      }
      switch unsafe SSL_get_error(ssl, result) {
      case SSL_ERROR_WANT_READ: return nil
      case SSL_ERROR_ZERO_RETURN:
        isClosed = true
        return .closed
      default: return fail("TLS failed")
      }
    }
    return nil
  }

  /// Puts what stands in `out` into records, and in its place all that is to be sent: what TLS itself has to say, these, and
  /// with `isLast` the end (close_notify). Once TLS has failed nothing of `out` is sent.
  func seal(_ out: inout [UInt8], isLast: Bool) {
    _ = send(out)
    if isLast { close() }
    out.removeAll(keepingCapacity: true)
    unsafe MemoryBIO.move(output, to: &out)
  }

  /// Whether nothing was taken in that `open` could not open yet, such as a part of a record.
  var isBetween: Bool { unsafe BIO_ctrl_pending(input) == 0 && SSL_has_pending(ssl) == 0 }

  private func advance() -> [TLSEvent] {
    var events: [TLSEvent] = []
    if let event = shake() {
      events.append(event)
      if isEstablished {
        for bytes in early { events += send(bytes) }
        early = []
      }
    }
    var octets: [UInt8] = []
    var count = 0
    let end = open(into: &octets, &count)
    if count > 0 {
      octets.removeLast(octets.count - count)
      events.append(.data(octets))
    }
    if let end { events.append(end) }
    return events
  }

  private var summary: TLSSummary {
    var size: UInt32 = 0
    var chosen: UnsafePointer<UInt8>? = nil
    unsafe SSL_get0_alpn_selected(ssl, &chosen, &size)
    let alpn = unsafe chosen.map {
      unsafe String(decoding: UnsafeBufferPointer(start: $0, count: Int(size)), as: UTF8.self)
    }
    let cipher = unsafe SSL_CIPHER_get_name(SSL_get_current_cipher(ssl))
    return unsafe TLSSummary(
      version: String(cString: SSL_get_version(ssl)), cipher: cipher.map { unsafe String(cString: $0) } ?? "",
      alpn: alpn, isResumed: SSL_session_reused(ssl) == 1)
  }

  private func fail(_ what: String) -> TLSEvent {
    hasFailed = true
    var more: [String] = []
    let result = unsafe SSL_get_verify_result(ssl)
    if result != X509_V_OK, let text = unsafe X509_verify_cert_error_string(result) {
      more.append("\(name)'s certificate: \(unsafe String(cString: text))")
    }
    return .failed(TLSError.failed(what, more + alerts).description)
  }
}
