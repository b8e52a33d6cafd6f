import COpenSSL

/// Why TLS can't go on: what was tried, and OpenSSL's reasons.
struct TLSError: Error, CustomStringConvertible {
  var description: String
  init(_ text: String) { description = text }

  /// The error of a call that just failed: takes everything out of this thread's OpenSSL queue.
  static func failed(_ what: String, _ more: [String] = []) -> TLSError {
    var reasons: [String] = []
    while true {
      let code = ERR_get_error()
      if code == 0 { break }
      guard let text = unsafe ERR_reason_error_string(code) else {
        reasons.append("OpenSSL's error \(code)")
        continue
      }
      let reason = unsafe String(cString: text)
      if !reasons.contains(reason) { reasons.append(reason) }
    }
    reasons += more.filter { !reasons.contains($0) }
    return TLSError(reasons.isEmpty ? what : "\(what): \(reasons.joined(separator: ", "))")
  }
}

/// The versions that a role may be told to speak, and no other.
enum TLSVersion: String {
  case tls12 = "1.2", tls13 = "1.3"
  /// The number on the wire (RFC 8446 section 4.1.2).
  var number: CInt { self == .tls12 ? 0x0303 : 0x0304 }
}
