extension TLSField {
  /// Extensions, RFC 8446 section 4.2 and others.
  var extensionInfo: FieldInfo? {
    switch self {
    case .extensionsLength:
      FieldInfo(
        "tls.handshake.extensions_length", "Extensions Length", .decimal(bits: 16),
        "Octets of all extensions.",
        "RFC 8446 section 4.2")
    case .extensionEntry:
      FieldInfo(
        "backlab.tls.extension", "Extension", .heading,
        "Something that the side offers, asks for or answers beyond the fixed fields.",
        "RFC 8446 section 4.2")
    case .extensionType:
      FieldInfo(
        "tls.handshake.extension.type", "Type", .decimal(bits: 16),
        "Which extension this is. Types like 0x1a1a are GREASE: they mean nothing, and see to it "
          + "that servers skip what they do not know.",
        "RFC 8446 section 4.2; RFC 8701", values: { tlsExtensionType($0) })
    case .extensionLength:
      FieldInfo(
        "tls.handshake.extension.len", "Length", .decimal(bits: 16),
        "Octets of the extension.",
        "RFC 8446 section 4.2")
    case .extensionData:
      FieldInfo(
        "tls.handshake.extension.data", "Data", .bytes,
        "The content of the extension.",
        "RFC 8446 section 4.2")
    case .serverNameHeading:
      FieldInfo(
        "backlab.tls.server_name", "Server Name Indication extension", .heading,
        "Which server the client wants: the reason that one address can hold many certificates.",
        "RFC 6066 section 3")
    case .serverNamesLength:
      FieldInfo(
        "tls.handshake.extensions_server_name_list_len", "Server Name list length", .decimal(bits: 16),
        "Octets of the list.",
        "RFC 6066 section 3")
    case .serverNameType:
      FieldInfo(
        "tls.handshake.extensions_server_name_type", "Server Name Type", .decimal(bits: 8),
        "The kind of name: host_name is the only one.",
        "RFC 6066 section 3", values: { tlsNameType($0) })
    case .serverNameLength:
      FieldInfo(
        "tls.handshake.extensions_server_name_len", "Server Name length", .decimal(bits: 16),
        "Octets of the name.",
        "RFC 6066 section 3")
    case .serverName:
      FieldInfo(
        "tls.handshake.extensions_server_name", "Server Name", .text,
        "The host that the client wants, in clear text: everyone on the path can read it.",
        "RFC 6066 section 3")
    case .maximumFragment:
      FieldInfo(
        "tls.handshake.max_fragment_length", "Maximum Fragment Length", .decimal(bits: 8),
        "The most content that the client wants in a record.",
        "RFC 6066 section 4", values: { tlsFragmentLength($0) })
    case .responderIDsLength:
      FieldInfo(
        "tls.handshake.extensions_status_request_responder_ids_len", "Responder ID list Length",
        .decimal(bits: 16),
        "Octets of the responders that the client trusts.",
        "RFC 6066 section 8")
    case .requestExtensionsLength:
      FieldInfo(
        "tls.handshake.extensions_status_request_exts_len", "Request Extensions Length", .decimal(bits: 16),
        "Octets of extensions for the responder.",
        "RFC 6066 section 8")
    case .groupsLength:
      FieldInfo(
        "tls.handshake.extensions_supported_groups_length", "Supported Groups List Length",
        .decimal(bits: 16),
        "Octets of the list, two a group.",
        "RFC 8446 section 4.2.7")
    case .groups:
      FieldInfo(
        "tls.handshake.extensions_supported_groups", "Supported Groups List", .heading,
        "Groups for the key exchange, best first.",
        "RFC 8446 section 4.2.7")
    case .group:
      FieldInfo(
        "tls.handshake.extensions_supported_group", "Supported Group", .hex(bits: 16),
        "A group that the sender can exchange keys in.",
        "RFC 8446 section 4.2.7", values: { tlsGroup($0) })
    case .formatsLength:
      FieldInfo(
        "tls.handshake.extensions_ec_point_formats_length", "EC point formats Length", .decimal(bits: 8),
        "Octets of the list.",
        "RFC 8422 section 5.1.2")
    case .formats:
      FieldInfo(
        "tls.handshake.extensions_ec_point_formats", "EC point formats", .heading,
        "How points of a curve may be written.",
        "RFC 8422 section 5.1.2")
    case .format:
      FieldInfo(
        "tls.handshake.extensions_ec_point_format", "EC point format", .decimal(bits: 8),
        "A way to write a point; only uncompressed is left.",
        "RFC 8422 section 5.1.2", values: { tlsPointFormat($0) })
    case .schemesLength:
      FieldInfo(
        "tls.handshake.sig_hash_alg_len", "Signature Hash Algorithms Length", .decimal(bits: 16),
        "Octets of the list, two a scheme.",
        "RFC 8446 section 4.2.3")
    case .schemes:
      FieldInfo(
        "tls.handshake.sig_hash_algs", "Signature Algorithms", .heading,
        "Signatures that the sender can check.",
        "RFC 8446 section 4.2.3")
    case .scheme:
      FieldInfo(
        "tls.handshake.sig_hash_alg", "Signature Algorithm", .hex(bits: 16),
        "A signature scheme: the key, the hash and, with RSA, the padding.",
        "RFC 8446 section 4.2.3", values: { tlsScheme($0) })
    case .schemeHash:
      FieldInfo(
        "tls.handshake.sig_hash_hash", "Signature Hash Algorithm Hash", .decimal(bits: 8),
        "The first octet as TLS 1.2 read it: the hash.",
        "RFC 5246 section 7.4.1.4.1", values: { tlsHash($0) })
    case .schemeSignature:
      FieldInfo(
        "tls.handshake.sig_hash_sig", "Signature Hash Algorithm Signature", .decimal(bits: 8),
        "The second octet as TLS 1.2 read it: the kind of key.",
        "RFC 5246 section 7.4.1.4.1", values: { tlsSignature($0) })
    case .heartbeatMode:
      FieldInfo(
        "tls.handshake.extension.heartbeat.mode", "Mode", .decimal(bits: 8),
        "Whether the other side may ask for heartbeats.",
        "RFC 6520 section 2", values: { tlsHeartbeatMode($0) })
    case .alpnLength:
      FieldInfo(
        "tls.handshake.extensions_alpn_len", "ALPN Extension Length", .decimal(bits: 16),
        "Octets of the list.",
        "RFC 7301 section 3.1")
    case .alpn:
      FieldInfo(
        "tls.handshake.extensions_alpn_list", "ALPN Protocol", .heading,
        "Protocols that the client can speak inside, best first; the server answers with one.",
        "RFC 7301 section 3.1")
    case .alpnNameLength:
      FieldInfo(
        "tls.handshake.extensions_alpn_str_len", "ALPN string length", .decimal(bits: 8),
        "Octets of the name.",
        "RFC 7301 section 3.1")
    case .alpnName:
      FieldInfo(
        "tls.handshake.extensions_alpn_str", "ALPN Next Protocol", .text,
        "A protocol: http/1.1, h2.",
        "RFC 7301 section 6")
    case .certificateKindsLength:
      FieldInfo(
        "tls.handshake.cert_type.types_len", "Certificate Type List Length", .decimal(bits: 8),
        "Octets of the list.",
        "RFC 7250 section 3")
    case .certificateKinds:
      FieldInfo(
        "tls.handshake.cert_type.types", "Certificate Type List", .heading,
        "Kinds of certificate that may be sent.",
        "RFC 7250 section 3")
    case .certificateKind:
      FieldInfo(
        "tls.handshake.cert_type.type", "Certificate Type", .hex(bits: 8),
        "X.509, or a raw public key.",
        "RFC 7250 section 3", values: { tlsCertificateKind($0) })
    case .paddingData:
      FieldInfo(
        "tls.handshake.extensions_padding_data", "Padding Data", .bytes,
        "Zeros that make the ClientHello longer, around a bug of old servers.",
        "RFC 7685 section 3")
    case .compressionsOfCertificates:
      FieldInfo(
        "tls.compress_certificate.algorithms_length", "Algorithms Length", .decimal(bits: 8),
        "Octets of the list of ways to compress a certificate.",
        "RFC 8879 section 3")
    case .recordSizeLimit:
      FieldInfo(
        "tls.record_size_limit", "Record Size Limit", .decimal(bits: 16),
        "The most octets that the sender takes in a record.",
        "RFC 8449 section 4")
    case .pskHeading:
      FieldInfo(
        "backlab.tls.pre_shared_key", "Pre-Shared Key extension", .heading,
        "Keys of earlier sessions that the client would go on with.",
        "RFC 8446 section 4.2.11")
    case .identitiesLength:
      FieldInfo(
        "tls.handshake.extensions.psk.identities.length", "Identities Length", .decimal(bits: 16),
        "Octets of the list.",
        "RFC 8446 section 4.2.11")
    case .pskIdentity:
      FieldInfo(
        "backlab.tls.psk_identity", "PSK Identity", .heading,
        "A ticket, and how old it is.",
        "RFC 8446 section 4.2.11")
    case .pskIdentityLength:
      FieldInfo(
        "tls.handshake.extensions.psk.identity.identity_length", "Identity Length", .decimal(bits: 16),
        "Octets of the ticket.",
        "RFC 8446 section 4.2.11")
    case .pskTicket:
      FieldInfo(
        "tls.handshake.extensions.psk.identity.identity", "Identity", .bytes,
        "The ticket as the server gave it.",
        "RFC 8446 section 4.2.11")
    case .pskAge:
      FieldInfo(
        "tls.handshake.extensions.psk.identity.obfuscated_ticket_age", "Obfuscated Ticket Age",
        .decimal(bits: 32),
        "Milliseconds since the ticket came, plus its ticket_age_add.",
        "RFC 8446 section 4.2.11.1")
    case .bindersLength:
      FieldInfo(
        "tls.handshake.extensions.psk.binders_len", "PSK Binders length", .decimal(bits: 16),
        "Octets of the binders.",
        "RFC 8446 section 4.2.11.2")
    case .binders:
      FieldInfo(
        "tls.handshake.extensions.psk.binders", "PSK Binders", .heading,
        "One MAC a ticket over this ClientHello: proves that the client holds the key.",
        "RFC 8446 section 4.2.11.2")
    case .selectedIdentity:
      FieldInfo(
        "tls.handshake.extensions.psk.identity.selected", "Selected Identity", .decimal(bits: 16),
        "The server goes on with this ticket of the client's list, counted from 0.",
        "RFC 8446 section 4.2.11")
    case .maximumEarlyData:
      FieldInfo(
        "tls.early_data.max_early_data_size", "Maximum Early Data Size", .decimal(bits: 32),
        "Octets of 0-RTT data that the server takes with this ticket.",
        "RFC 8446 section 4.6.1")
    case .versionsLength:
      FieldInfo(
        "tls.handshake.extensions.supported_versions_len", "Supported Versions length", .decimal(bits: 8),
        "Octets of the list.",
        "RFC 8446 section 4.2.1")
    case .supportedVersion:
      FieldInfo(
        "tls.handshake.extensions.supported_version", "Supported Version", .hex(bits: 16),
        "A version that the client can speak, or the one that the server chose. The true version "
          + "of TLS 1.3 stands here.",
        "RFC 8446 section 4.2.1", values: { tlsVersion($0) })
    case .cookieLength:
      FieldInfo(
        "tls.handshake.extensions.cookie_len", "Cookie length", .decimal(bits: 16),
        "Octets of the cookie.",
        "RFC 8446 section 4.2.2")
    case .cookie:
      FieldInfo(
        "tls.handshake.extensions.cookie", "Cookie", .bytes,
        "What the server wants to see again in the second ClientHello.",
        "RFC 8446 section 4.2.2")
    case .modesLength:
      FieldInfo(
        "tls.extension.psk_ke_modes_length", "PSK Key Exchange Modes Length", .decimal(bits: 8),
        "Octets of the list.",
        "RFC 8446 section 4.2.9")
    case .mode:
      FieldInfo(
        "tls.extension.psk_ke_mode", "PSK Key Exchange Mode", .decimal(bits: 8),
        "How a resumed session makes its keys: from the old key alone, or with a fresh exchange, "
          + "which keeps forward secrecy.",
        "RFC 8446 section 4.2.9", values: { tlsPSKMode($0) })
    case .keyShareHeading:
      FieldInfo(
        "backlab.tls.key_share", "Key Share extension", .heading,
        "Public keys for the key exchange.",
        "RFC 8446 section 4.2.8")
    case .sharesLength:
      FieldInfo(
        "tls.handshake.extensions_key_share_client_length", "Client Key Share Length", .decimal(bits: 16),
        "Octets of the list.",
        "RFC 8446 section 4.2.8")
    case .keyShare:
      FieldInfo(
        "backlab.tls.key_share.entry", "Key Share Entry", .heading,
        "A group and a public key in it.",
        "RFC 8446 section 4.2.8")
    case .shareGroup:
      FieldInfo(
        "tls.handshake.extensions_key_share_group", "Group", .decimal(bits: 16),
        "The group. The client guesses which the server will take; a wrong guess costs a round "
          + "trip (HelloRetryRequest).",
        "RFC 8446 section 4.2.8", values: { tlsGroup($0) })
    case .shareLength:
      FieldInfo(
        "tls.handshake.extensions_key_share_key_exchange_length", "Key Exchange Length", .decimal(bits: 16),
        "Octets of the public key.",
        "RFC 8446 section 4.2.8")
    case .share:
      FieldInfo(
        "tls.handshake.extensions_key_share_key_exchange", "Key Exchange", .bytes,
        "A public key made for this connection alone. The two of them give the secret that all "
          + "keys come from.",
        "RFC 8446 section 4.2.8")
    case .selectedGroup:
      FieldInfo(
        "tls.handshake.extensions_key_share_selected_group", "Selected Group", .decimal(bits: 16),
        "The group that the server wants a key in: a HelloRetryRequest.",
        "RFC 8446 section 4.2.8", values: { tlsGroup($0) })
    case .renegotiationHeading:
      FieldInfo(
        "backlab.tls.renegotiation_info", "Renegotiation Info extension", .heading,
        "Ties a renegotiation to the handshake before it.",
        "RFC 5746 section 3.2")
    case .renegotiationLength:
      FieldInfo(
        "tls.handshake.extensions_reneg_info_len", "Renegotiation info extension length", .decimal(bits: 8),
        "Octets of the Finished messages before; 0 in a first handshake.",
        "RFC 5746 section 3.2")
    case .renegotiation:
      FieldInfo(
        "tls.handshake.extensions_reneg_info", "Renegotiation info", .bytes,
        "What the Finished messages of the handshake before held.",
        "RFC 5746 section 3.2")
    case .connectionIDLength:
      FieldInfo(
        "tls.connection_id_length", "Connection ID length", .decimal(bits: 8),
        "Octets of the connection ID.",
        "RFC 9146 section 3")
    case .connectionID:
      FieldInfo(
        "tls.connection_id", "Connection ID", .bytes,
        "What the other side is to put in its records.",
        "RFC 9146 section 3")
    case .statusRequestsLength:
      FieldInfo(
        "tls.handshake.extensions_status_request_list_len", "Certificate Status List Length",
        .decimal(bits: 16),
        "Octets of the kinds of answer that the client takes.",
        "RFC 6961 section 2.2")
    case .statusRequestLength:
      FieldInfo(
        "tls.handshake.extensions_status_request_len", "Certificate Status Length", .decimal(bits: 16),
        "Octets of one kind.",
        "RFC 6961 section 2.2")
    case .trailingData:
      FieldInfo(
        "tls.malformed.trailing_data", "Trailing bytes were unprocessed", .heading,
        "Octets behind what the extension is to hold.",
        "Wireshark")
    case .nextProtocols:
      FieldInfo(
        "backlab.tls.next_protocols", "Next Protocol Negotiation", .heading,
        "What the server speaks, in the draft that ALPN took the place of.",
        "draft-agl-tls-nextprotoneg section 3")
    case .nextProtocolLength:
      FieldInfo(
        "tls.handshake.extensions_npn_str_len", "Protocol string length", .decimal(bits: 8),
        "Octets of the name.",
        "draft-agl-tls-nextprotoneg section 3")
    case .nextProtocol:
      FieldInfo(
        "tls.handshake.extensions_npn", "Next Protocol", .text,
        "A protocol that the server speaks.",
        "draft-agl-tls-nextprotoneg section 3")
    case .alpsLength:
      FieldInfo(
        "tls.handshake.extensions_alps_len", "ALPS Extension Length", .decimal(bits: 16),
        "Octets of the list.",
        "draft-vvv-tls-alps section 4")
    case .alps:
      FieldInfo(
        "tls.handshake.extensions_alps_alpn_list", "Supported ALPN List", .heading,
        "Protocols whose settings the client takes within the handshake.",
        "draft-vvv-tls-alps section 4")
    case .alpsNameLength:
      FieldInfo(
        "tls.handshake.extensions_alps_alpn_str_len", "Supported ALPN Length", .decimal(bits: 8),
        "Octets of the name.",
        "draft-vvv-tls-alps section 4")
    case .alpsName:
      FieldInfo(
        "tls.handshake.extensions_alps_alpn_str", "Supported ALPN", .text,
        "A protocol.",
        "draft-vvv-tls-alps section 4")
    case .alpsSettings:
      FieldInfo(
        "tls.handshake.extensions_alps.settings", "ALPN Opaque Settings", .bytes,
        "The settings of the protocol inside: for HTTP/2, its SETTINGS.",
        "draft-vvv-tls-alps section 4")
    case .responderIDs:
      FieldInfo(
        "backlab.tls.responder_ids", "Responder IDs", .bytes,
        "Responders of OCSP that the client trusts.",
        "RFC 6066 section 8")
    case .requestExtensions:
      FieldInfo(
        "backlab.tls.request_extensions", "Request Extensions", .bytes,
        "Extensions of OCSP that the client asks with.",
        "RFC 6066 section 8")
    default: nil
    }
  }
}
