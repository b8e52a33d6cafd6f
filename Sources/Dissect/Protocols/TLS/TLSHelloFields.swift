extension TLSField {
  /// The header of handshake messages, and the two hellos.
  var helloInfo: FieldInfo? {
    switch self {
    case .handshake:
      FieldInfo(
        "tls.handshake", "Handshake Protocol", .heading,
        "One message of the handshake. One record may hold several, and one message may need "
          + "several records.",
        "RFC 8446 section 4")
    case .handshakeType:
      FieldInfo(
        "tls.handshake.type", "Handshake Message Type", .decimal(bits: 8),
        "Which message this is.",
        "RFC 8446 section 4; RFC 5246 section 7.4", values: { tlsHandshakeType($0) })
    case .handshakeLength:
      FieldInfo(
        "tls.handshake.length", "Length", .decimal(bits: 24),
        "Octets of the message behind this field.",
        "RFC 8446 section 4")
    case .version:
      FieldInfo(
        "tls.handshake.version", "Version", .hex(bits: 16),
        "The highest version the client offers, up to TLS 1.2; TLS 1.3 is offered and chosen in "
          + "supported_versions.",
        "RFC 8446 section 4.1.2", values: { tlsVersion($0) })
    case .random:
      FieldInfo(
        "tls.handshake.random", "Random", .bytes,
        "32 fresh random octets. They go into all keys, and the client's name this connection in a "
          + "key log.",
        "RFC 8446 section 4.1.2")
    case .randomTime:
      FieldInfo(
        "tls.handshake.random_time", "GMT Unix Time", .absoluteTime,
        "Once the clock of the sender; today random.",
        "RFC 5246 section 7.4.1.2")
    case .randomBytes:
      FieldInfo(
        "tls.handshake.random_bytes", "Random Bytes", .bytes,
        "The rest of the random.",
        "RFC 5246 section 7.4.1.2")
    case .sessionIDLength:
      FieldInfo(
        "tls.handshake.session_id_length", "Session ID Length", .decimal(bits: 16),
        "Octets of the session ID.",
        "RFC 5246 section 7.4.1.2")
    case .sessionID:
      FieldInfo(
        "tls.handshake.session_id", "Session ID", .bytes,
        "In TLS 1.2, the session that the client would resume, or that the server names. In TLS "
          + "1.3 random octets that the server repeats for the sake of middleboxes.",
        "RFC 5246 section 7.4.1.2; RFC 8446 section 4.1.2")
    case .suitesLength:
      FieldInfo(
        "tls.handshake.cipher_suites_length", "Cipher Suites Length", .decimal(bits: 16),
        "Octets of the list, two a suite.",
        "RFC 8446 section 4.1.2")
    case .suites:
      FieldInfo(
        "tls.handshake.ciphersuites", "Cipher Suites", .heading,
        "What the client can do, best first.",
        "RFC 8446 section 4.1.2")
    case .suite:
      FieldInfo(
        "tls.handshake.ciphersuite", "Cipher Suite", .hex(bits: 16),
        "How records are sealed and keys derived; before TLS 1.3 also how keys are agreed on and "
          + "who signs.",
        "RFC 8446 section B.4; RFC 5246 section A.5", values: { tlsSuite($0) })
    case .compressionsLength:
      FieldInfo(
        "tls.handshake.comp_methods_length", "Compression Methods Length", .decimal(bits: 8),
        "Octets of the list.",
        "RFC 5246 section 7.4.1.2")
    case .compressions:
      FieldInfo(
        "tls.handshake.comp_methods", "Compression Methods", .heading,
        "Compression before sealing; only null since CRIME showed that it leaks.",
        "RFC 5246 section 7.4.1.2")
    case .compression:
      FieldInfo(
        "tls.handshake.comp_method", "Compression Method", .decimal(bits: 8),
        "A compression method: null.",
        "RFC 5246 section 7.4.1.2", values: { tlsCompression($0) })
    case .resumed:
      FieldInfo(
        "tls.resumed", "This session reuses previously negotiated keys (Session resumption)", .heading,
        "The server took up an earlier session: no certificate, no key exchange, one round trip less.",
        "RFC 5246 section F.1.4; RFC 5077 section 3.1")
    case .ja3Full:
      FieldInfo(
        "tls.handshake.ja3_full", "JA3 Fullstring", .text,
        "What tells client programs apart: version, suites, extensions, groups, point formats, in "
          + "their order.",
        "JA3")
    case .ja3:
      FieldInfo(
        "tls.handshake.ja3", "JA3", .text,
        "MD5 of the string above: a fingerprint of the client program.",
        "JA3")
    case .ja3sFull:
      FieldInfo(
        "tls.handshake.ja3s_full", "JA3S Fullstring", .text,
        "What tells server programs apart: version, suite, extensions.",
        "JA3")
    case .ja3s:
      FieldInfo(
        "tls.handshake.ja3s", "JA3S", .text,
        "MD5 of the string above: a fingerprint of the server program.",
        "JA3")
    case .helloRetry:
      FieldInfo(
        "backlab.tls.hello_retry", "Hello Retry Request", .text,
        "This random is the SHA-256 of \"HelloRetryRequest\": the server asks for another ClientHello.",
        "RFC 8446 section 4.1.3")
    default: nil
    }
  }
}
