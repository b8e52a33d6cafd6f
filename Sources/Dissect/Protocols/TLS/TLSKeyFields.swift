extension TLSField {
  /// Handshake messages about keys, certificates and tickets.
  var keyInfo: FieldInfo? {
    switch self {
    case .serverParameters:
      FieldInfo(
        "backlab.tls.server_params", "Server Params", .heading,
        "The server's half of the key exchange, signed.",
        "RFC 5246 section 7.4.3; RFC 8422 section 5.4")
    case .clientParameters:
      FieldInfo(
        "backlab.tls.client_params", "Client Params", .heading,
        "The client's half of the key exchange.",
        "RFC 5246 section 7.4.7; RFC 8422 section 5.7")
    case .curveType:
      FieldInfo(
        "tls.handshake.server_curve_type", "Curve Type", .hex(bits: 8),
        "How the curve is given: by name; explicit curves are forbidden now.",
        "RFC 8422 section 5.4", values: { tlsCurveType($0) })
    case .namedCurve:
      FieldInfo(
        "tls.handshake.server_named_curve", "Named Curve", .hex(bits: 16),
        "The group that the server chose of the client's.",
        "RFC 8422 section 5.4", values: { tlsGroup($0) })
    case .serverPointLength:
      FieldInfo(
        "tls.handshake.server_point_len", "Pubkey Length", .decimal(bits: 8),
        "Octets of the public key.",
        "RFC 8422 section 5.4")
    case .serverPoint:
      FieldInfo(
        "tls.handshake.server_point", "Pubkey", .bytes,
        "The server's public key, made for this connection alone: it gives forward secrecy.",
        "RFC 8422 section 5.4")
    case .pLength:
      FieldInfo(
        "tls.handshake.p_len", "p Length", .decimal(bits: 16),
        "Octets of the prime.",
        "RFC 5246 section 7.4.3")
    case .p:
      FieldInfo(
        "tls.handshake.p", "p", .bytes,
        "The prime of the Diffie-Hellman group.",
        "RFC 5246 section 7.4.3")
    case .gLength:
      FieldInfo(
        "tls.handshake.g_len", "g Length", .decimal(bits: 16),
        "Octets of the generator.",
        "RFC 5246 section 7.4.3")
    case .g:
      FieldInfo(
        "tls.handshake.g", "g", .bytes,
        "The generator of the Diffie-Hellman group.",
        "RFC 5246 section 7.4.3")
    case .ysLength:
      FieldInfo(
        "tls.handshake.ys_len", "Pubkey Length", .decimal(bits: 16),
        "Octets of the server's public value.",
        "RFC 5246 section 7.4.3")
    case .ys:
      FieldInfo(
        "tls.handshake.ys", "Pubkey", .bytes,
        "The server's public value.",
        "RFC 5246 section 7.4.3")
    case .hintLength:
      FieldInfo(
        "tls.handshake.hint_len", "Hint Length", .decimal(bits: 16),
        "Octets of the hint.",
        "RFC 4279 section 2")
    case .hint:
      FieldInfo(
        "tls.handshake.hint", "Hint", .bytes,
        "Helps the client to choose a pre-shared key.",
        "RFC 4279 section 2")
    case .identityLength:
      FieldInfo(
        "tls.handshake.identity_len", "Identity Length", .decimal(bits: 16),
        "Octets of the identity.",
        "RFC 4279 section 2")
    case .identity:
      FieldInfo(
        "tls.handshake.identity", "Identity", .bytes,
        "Which pre-shared key the client uses.",
        "RFC 4279 section 2")
    case .signatureLength:
      FieldInfo(
        "tls.handshake.sig_len", "Signature Length", .decimal(bits: 16),
        "Octets of the signature.",
        "RFC 5246 section 7.4.3")
    case .signature:
      FieldInfo(
        "tls.handshake.sig", "Signature", .bytes,
        "Over both randoms and the parameters: binds this key exchange to the certificate.",
        "RFC 5246 section 7.4.3")
    case .clientPointLength:
      FieldInfo(
        "tls.handshake.client_point_len", "Pubkey Length", .decimal(bits: 8),
        "Octets of the public key.",
        "RFC 8422 section 5.7")
    case .clientPoint:
      FieldInfo(
        "tls.handshake.client_point", "Pubkey", .bytes,
        "The client's public key. With it both sides hold the premaster secret.",
        "RFC 8422 section 5.7")
    case .ycLength:
      FieldInfo(
        "tls.handshake.yc_len", "Pubkey Length", .decimal(bits: 16),
        "Octets of the client's public value.",
        "RFC 5246 section 7.4.7.2")
    case .yc:
      FieldInfo(
        "tls.handshake.yc", "Pubkey", .bytes,
        "The client's public value.",
        "RFC 5246 section 7.4.7.2")
    case .premasterLength:
      FieldInfo(
        "tls.handshake.epms_len", "Encrypted PreMaster length", .decimal(bits: 16),
        "Octets of the encrypted premaster secret.",
        "RFC 5246 section 7.4.7.1")
    case .premaster:
      FieldInfo(
        "tls.handshake.epms", "Encrypted PreMaster", .bytes,
        "The premaster secret under the server's RSA key: whoever has that key later can read "
          + "everything, there is no forward secrecy.",
        "RFC 5246 section 7.4.7.1")
    case .otherKeys:
      FieldInfo(
        "backlab.tls.key_exchange", "Key exchange data", .bytes,
        "Octets of a key exchange that is not drawn here.",
        "RFC 5246 section 7.4.3")
    case .contextLength:
      FieldInfo(
        "tls.handshake.certificate_request_context_length", "Certificate Request Context Length",
        .decimal(bits: 8),
        "Octets of the context.",
        "RFC 8446 section 4.3.2")
    case .context:
      FieldInfo(
        "tls.handshake.certificate_request_context", "Certificate Request Context", .bytes,
        "Ties an answer to its request after the handshake; empty in the handshake.",
        "RFC 8446 section 4.3.2")
    case .certificatesLength:
      FieldInfo(
        "tls.handshake.certificates_length", "Certificates Length", .decimal(bits: 24),
        "Octets of the chain.",
        "RFC 8446 section 4.4.2")
    case .certificates:
      FieldInfo(
        "tls.handshake.certificates", "Certificates", .heading,
        "The sender's chain, its own certificate first.",
        "RFC 8446 section 4.4.2; RFC 5246 section 7.4.2")
    case .certificateLength:
      FieldInfo(
        "tls.handshake.certificate_length", "Certificate Length", .decimal(bits: 24),
        "Octets of this certificate.",
        "RFC 8446 section 4.4.2")
    case .certificate:
      FieldInfo(
        "tls.handshake.certificate", "Certificate", .bytes,
        "A certificate in DER: a public key, the names it is for, and who signed that.",
        "RFC 8446 section 4.4.2; RFC 5280 section 4")
    case .certificateTypesCount:
      FieldInfo(
        "tls.handshake.cert_types_count", "Certificate types count", .decimal(bits: 8),
        "How many kinds of certificate follow.",
        "RFC 5246 section 7.4.4")
    case .certificateTypes:
      FieldInfo(
        "tls.handshake.cert_types", "Certificate types", .heading,
        "Kinds of certificate that the server takes from a client.",
        "RFC 5246 section 7.4.4")
    case .certificateType:
      FieldInfo(
        "tls.handshake.cert_type", "Certificate Type", .decimal(bits: 8),
        "A kind of certificate.",
        "RFC 5246 section 7.4.4", values: { tlsCertificateType($0) })
    case .namesLength:
      FieldInfo(
        "tls.handshake.dnames_len", "Distinguished Names Length", .decimal(bits: 16),
        "Octets of the list.",
        "RFC 5246 section 7.4.4")
    case .names:
      FieldInfo(
        "tls.handshake.dnames", "Distinguished Names", .heading,
        "Authorities whose certificates the server takes; none for any.",
        "RFC 5246 section 7.4.4")
    case .nameLength:
      FieldInfo(
        "tls.handshake.dname_len", "Distinguished Name Length", .decimal(bits: 16),
        "Octets of the name.",
        "RFC 5246 section 7.4.4")
    case .name:
      FieldInfo(
        "tls.handshake.dname", "Distinguished Name", .heading,
        "An authority's name in DER.",
        "RFC 5246 section 7.4.4")
    case .verifyLength:
      FieldInfo(
        "tls.handshake.client_cert_vrfy.sig_len", "Signature length", .decimal(bits: 16),
        "Octets of the signature.",
        "RFC 8446 section 4.4.3")
    case .verify:
      FieldInfo(
        "tls.handshake.client_cert_vrfy.sig", "Signature", .bytes,
        "A signature over all messages so far: proves that the sender holds the private key of its "
          + "certificate.",
        "RFC 8446 section 4.4.3; RFC 5246 section 7.4.8")
    case .verifyData:
      FieldInfo(
        "tls.handshake.verify_data", "Verify Data", .heading,
        "A MAC over all messages so far: if anyone changed one on the way, it does not match.",
        "RFC 8446 section 4.4.4; RFC 5246 section 7.4.9")
    case .ticket:
      FieldInfo(
        "backlab.tls.session_ticket", "TLS Session Ticket", .heading,
        "What lets the client resume this session later.",
        "RFC 8446 section 4.6.1; RFC 5077 section 3.3")
    case .ticketLifetime:
      FieldInfo(
        "tls.handshake.session_ticket_lifetime_hint", "Session Ticket Lifetime Hint", .decimal(bits: 32),
        "Seconds that the ticket is good for; at most 7 days in TLS 1.3.",
        "RFC 8446 section 4.6.1")
    case .ticketAgeAdd:
      FieldInfo(
        "tls.handshake.session_ticket_age_add", "Session Ticket Age Add", .decimal(bits: 32),
        "Added to the age of the ticket when it is used, so that nobody links the two connections by it.",
        "RFC 8446 section 4.6.1")
    case .ticketNonceLength:
      FieldInfo(
        "tls.handshake.session_ticket_nonce_length", "Session Ticket Nonce Length", .decimal(bits: 8),
        "Octets of the nonce.",
        "RFC 8446 section 4.6.1")
    case .ticketNonce:
      FieldInfo(
        "tls.handshake.session_ticket_nonce", "Session Ticket Nonce", .bytes,
        "Makes the pre-shared key of each ticket another one.",
        "RFC 8446 section 4.6.1")
    case .ticketLength:
      FieldInfo(
        "tls.handshake.session_ticket_length", "Session Ticket Length", .decimal(bits: 16),
        "Octets of the ticket.",
        "RFC 8446 section 4.6.1")
    case .ticketData:
      FieldInfo(
        "tls.handshake.session_ticket", "Session Ticket", .bytes,
        "The ticket: the session's state sealed under a key of the server, or a number of it there.",
        "RFC 8446 section 4.6.1")
    case .requestUpdate:
      FieldInfo(
        "tls.handshake.key_update.request_update", "Key Update Request", .decimal(bits: 8),
        "Whether the other side is to change its key too. The sender uses its next key from the "
          + "next record on.",
        "RFC 8446 section 4.6.3", values: { tlsKeyUpdate($0) })
    case .statusType:
      FieldInfo(
        "tls.handshake.extensions_status_request_type", "Certificate Status Type", .decimal(bits: 8),
        "The kind of proof that a certificate was not revoked.",
        "RFC 6066 section 8", values: { tlsStatusType($0) })
    case .ocspLength:
      FieldInfo(
        "tls.handshake.ocsp_response_len", "OCSP Response Length", .decimal(bits: 24),
        "Octets of the answer.",
        "RFC 6066 section 8")
    case .statusListLength:
      FieldInfo(
        "tls.handshake.ocsp_response_list_len", "OCSP Response List Length", .decimal(bits: 24),
        "Octets of the list of answers.",
        "RFC 6961 section 2.2")
    case .compressedAlgorithm:
      FieldInfo(
        "tls.compress_certificate.algorithm", "Algorithm", .decimal(bits: 16),
        "How the certificate was, or may be, compressed.",
        "RFC 8879 section 3", values: { tlsCertificateCompression($0) })
    case .uncompressedLength:
      FieldInfo(
        "tls.compress_certificate.uncompressed_length", "Uncompressed Length", .decimal(bits: 24),
        "Octets that the message has when it is unpacked.",
        "RFC 8879 section 4")
    case .compressedLength:
      FieldInfo(
        "tls.compress_certificate.compressed_certificate_message.length", "Length", .decimal(bits: 24),
        "Octets of the compressed message.",
        "RFC 8879 section 4")
    case .compressedMessage:
      FieldInfo(
        "tls.compress_certificate.compressed_certificate_message", "Compressed Certificate Message", .bytes,
        "The Certificate message, compressed.",
        "RFC 8879 section 4")
    case .uncompressedCertificate:
      FieldInfo(
        "backlab.tls.uncompressed_certificate", "Uncompressed Certificate", .heading,
        "The Certificate message as it was before it was compressed.",
        "RFC 8879 section 4")
    case .messageData:
      FieldInfo(
        "backlab.tls.message_data", "Message data", .bytes,
        "Octets of a message that is not drawn further.",
        "RFC 8446 section 4")
    default: nil
    }
  }
}
