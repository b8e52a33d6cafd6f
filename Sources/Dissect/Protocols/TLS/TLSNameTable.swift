/// Whether a number is GREASE, RFC 8701: two equal octets that end in `a`.
func isGREASE(_ number: UInt16) -> Bool { number & 0x0F0F == 0x0A0A && number >> 8 == number & 255 }

private func named(_ table: [UInt16: String], _ value: UInt64) -> String? {
  let number = UInt16(truncatingIfNeeded: value)
  return table[number] ?? (isGREASE(number) ? "Reserved (GREASE)" : nil)
}

func tlsSuite(_ value: UInt64) -> String? { named(tlsCipherSuites, value) }
func tlsGroup(_ value: UInt64) -> String? { named(tlsGroups, value) }
/// The name of a signature scheme; of a pair that has none of its own, those of hash and key.
func tlsScheme(_ value: UInt64) -> String? {
  if let name = tlsSignatureSchemes[UInt16(truncatingIfNeeded: value)] { return name }
  return tlsHash(value >> 8).flatMap { hash in tlsSignature(value & 255).map { "\(hash) \($0)" } }
}
func tlsExtensionType(_ value: UInt64) -> String? { named(tlsExtensionTypes, value) }
func tlsAlert(_ value: UInt64) -> String? { tlsAlerts[UInt16(truncatingIfNeeded: value)] }

/// Names of versions, RFC 8446 section 4.2.1.
func tlsVersion(_ value: UInt64) -> String? {
  switch value {
  case 0x0002: "SSL 2.0"
  case 0x0300: "SSL 3.0"
  case 0x0301: "TLS 1.0"
  case 0x0302: "TLS 1.1"
  case 0x0303: "TLS 1.2"
  case 0x0304: "TLS 1.3"
  case 0xFEFF: "DTLS 1.0"
  case 0xFEFD: "DTLS 1.2"
  case 0x7F0E...0x7F1C: "TLS 1.3 (draft \(value & 255))"
  default: isGREASE(UInt16(truncatingIfNeeded: value)) ? "Reserved (GREASE)" : nil
  }
}

/// Names of the types of records, RFC 8446 section 5.1 and RFC 6520 section 6.
func tlsContentType(_ value: UInt64) -> String? {
  switch value {
  case 20: "Change Cipher Spec"
  case 21: "Alert"
  case 22: "Handshake"
  case 23: "Application Data"
  case 24: "Heartbeat"
  case 25: "Connection ID"
  default: nil
  }
}

/// Names of handshake messages, RFC 8446 section 4 and RFC 5246 section 7.4.
func tlsHandshakeType(_ value: UInt64) -> String? {
  let names: [UInt64: String] = [
    0: "Hello Request", 1: "Client Hello", 2: "Server Hello", 3: "Hello Verify Request",
    4: "New Session Ticket", 5: "End of Early Data", 6: "Hello Retry Request", 7: "Request Certificate",
    8: "Encrypted Extensions", 11: "Certificate", 12: "Server Key Exchange", 13: "Certificate Request",
    14: "Server Hello Done", 15: "Certificate Verify", 16: "Client Key Exchange", 20: "Finished",
    21: "Client Certificate URL", 22: "Certificate Status", 23: "Supplemental Data", 24: "Key Update",
    25: "Compressed Certificate",
  ]
  return names[value]
}

func tlsAlertLevel(_ value: UInt64) -> String? { value == 1 ? "Warning" : value == 2 ? "Fatal" : nil }
func tlsHeartbeatType(_ value: UInt64) -> String? { value == 1 ? "Request" : value == 2 ? "Response" : nil }
func tlsCompression(_ value: UInt64) -> String? { [0: "null", 1: "DEFLATE", 64: "LZS"][value] }
func tlsNameType(_ value: UInt64) -> String? { value == 0 ? "host_name" : nil }
func tlsStatusType(_ value: UInt64) -> String? { [1: "OCSP", 2: "OCSP Multi"][value] }
func tlsCertificateKind(_ value: UInt64) -> String? {
  [0: "X.509", 1: "OpenPGP", 2: "Raw Public Key"][value]
}
func tlsCertificateCompression(_ value: UInt64) -> String? { [1: "zlib", 2: "brotli", 3: "zstd"][value] }
func tlsFragmentLength(_ value: UInt64) -> String? { [1: "512", 2: "1024", 3: "2048", 4: "4096"][value] }
func tlsKeyUpdate(_ value: UInt64) -> String? { [0: "update_not_requested", 1: "update_requested"][value] }

func tlsCurveType(_ value: UInt64) -> String? {
  [1: "explicit_prime", 2: "explicit_char2", 3: "named_curve"][value]
}

func tlsPointFormat(_ value: UInt64) -> String? {
  [0: "uncompressed", 1: "ansiX962_compressed_prime", 2: "ansiX962_compressed_char2"][value]
}

func tlsHeartbeatMode(_ value: UInt64) -> String? {
  [1: "Peer allowed to send requests", 2: "Peer not allowed to send requests"][value]
}

func tlsPSKMode(_ value: UInt64) -> String? {
  [
    0: "PSK-only key establishment (psk_ke)", 1: "PSK with (EC)DHE key establishment (psk_dhe_ke)",
  ][value]
}

/// Names of hashes in the signature schemes of TLS 1.2, RFC 5246 section 7.4.1.4.1.
func tlsHash(_ value: UInt64) -> String? {
  [
    0: "None", 1: "MD5", 2: "SHA1", 3: "SHA224", 4: "SHA256", 5: "SHA384", 6: "SHA512", 7: "SM3",
  ][value] ?? "Unknown"
}

/// Names of kinds of key in the signature schemes of TLS 1.2, RFC 5246 section 7.4.1.4.1.
func tlsSignature(_ value: UInt64) -> String? {
  [0: "Anonymous", 1: "RSA", 2: "DSA", 3: "ECDSA", 4: "SM2"][value] ?? "Unknown"
}

/// Names of the kinds of certificate that a server asks a client for, RFC 5246 section 7.4.4.
func tlsCertificateType(_ value: UInt64) -> String? {
  [
    1: "RSA Sign", 2: "DSS Sign", 3: "RSA Fixed DH", 4: "DSS Fixed DH", 64: "ECDSA Sign",
    65: "RSA Fixed ECDH", 66: "ECDSA Fixed ECDH",
  ][value]
}
