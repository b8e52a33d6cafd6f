extension TLSField {
  /// Records, alerts and what records are put together to.
  var recordInfo: FieldInfo? {
    switch self {
    case .tls:
      FieldInfo(
        "tls", "Transport Layer Security", .heading,
        "Privacy and proof of who the server is, over TCP: a handshake agrees on keys, then "
          + "records are sealed with them.",
        "RFC 8446; RFC 5246")
    case .record:
      FieldInfo(
        "tls.record", "Record Layer", .heading,
        "The unit that TLS cuts its stream into: five octets of header and up to 16384 of content, "
          + "sealed as a whole.",
        "RFC 8446 section 5.1")
    case .contentType:
      FieldInfo(
        "tls.record.content_type", "Content Type", .decimal(bits: 8),
        "What the record carries. In TLS 1.3 a sealed record keeps its true type inside, and it "
          + "shows here once the record was opened.",
        "RFC 8446 section 5.1", values: { tlsContentType($0) })
    case .opaqueType:
      FieldInfo(
        "tls.record.opaque_type", "Opaque Type", .decimal(bits: 8),
        "The type on the outside of a sealed TLS 1.3 record: always 23, so that nobody on the path "
          + "learns the true one.",
        "RFC 8446 section 5.2", values: { tlsContentType($0) })
    case .recordVersion:
      FieldInfo(
        "tls.record.version", "Version", .hex(bits: 16),
        "A version that old middleboxes accept; TLS 1.3 always writes 1.2 here, and 1.0 in the "
          + "first ClientHello.",
        "RFC 8446 section 5.1", values: { tlsVersion($0) })
    case .recordLength:
      FieldInfo(
        "tls.record.length", "Length", .decimal(bits: 16),
        "Octets that follow in this record: content, and when sealed its tag and what else the "
          + "cipher adds.",
        "RFC 8446 section 5.1")
    case .padding:
      FieldInfo(
        "tls.record.padding_length", "Padding Length", .decimal(bits: 8),
        "Zero octets behind the content of a TLS 1.3 record, which hide how long the content is.",
        "RFC 8446 section 5.4")
    case .undecrypted:
      FieldInfo(
        "backlab.tls.undecrypted", "Not decrypted", .text,
        "Why this record could not be opened here.",
        "Backlab")
    case .keyName:
      FieldInfo(
        "backlab.tls.key", "Opened with", .text,
        "The secret that opened this record, and its number under the key, from 0.",
        "Backlab")
    case .keySecret:
      FieldInfo(
        "backlab.tls.key.secret", "Secret", .text,
        "The line of the key log that the key was made of.",
        "RFC 9850 section 2")
    case .keyCipher:
      FieldInfo(
        "backlab.tls.key.cipher", "Cipher", .text,
        "What sealed the record, and proves that nobody changed it.",
        "RFC 8446 appendix B.4; RFC 5246 appendix C")
    case .keyEpoch:
      FieldInfo(
        "backlab.tls.key.generation", "Generation", .decimal(bits: 32),
        "How often this side changed its key before: by updates in TLS 1.3, by new handshakes in TLS 1.2.",
        "RFC 8446 section 7.2; RFC 5246 section 7.1")
    case .keySequence:
      FieldInfo(
        "backlab.tls.key.sequence", "Records before under this key", .decimal(bits: 64),
        "The record's number: it is never sent, both sides count. Its nonce is made of it.",
        "RFC 8446 section 5.3")
    case .keyNonce:
      FieldInfo(
        "backlab.tls.key.nonce", "Nonce", .text,
        "The number mixed into the key's IV: no two records of a key have the same.",
        "RFC 8446 section 5.3; RFC 5288 section 3")
    case .explicitNonce:
      FieldInfo(
        "backlab.tls.explicit_nonce", "Explicit nonce", .bytes,
        "The part of the nonce that stands in front of the sealed octets; for a block cipher all of it, "
          + "the initialization vector.",
        "RFC 5246 section 6.2.3; RFC 5288 section 3")
    case .tag:
      FieldInfo(
        "backlab.tls.tag", "Tag", .bytes,
        "What proves that nobody changed the record.",
        "RFC 8446 section 5.2; RFC 7366 section 3")
    case .malformed:
      FieldInfo(
        "backlab.tls.malformed", "Malformed", .text,
        "What does not follow the format, and where.",
        "Backlab")
    case .ccs:
      FieldInfo(
        "tls.change_cipher_spec", "Change Cipher Spec Message", .heading,
        "In TLS 1.2, the sender seals everything after this. In TLS 1.3 an empty gesture that "
          + "keeps middleboxes content.",
        "RFC 5246 section 7.1; RFC 8446 section 5")
    case .alert:
      FieldInfo(
        "tls.alert_message", "Alert Message", .heading,
        "A word about the connection: close_notify ends it in order, anything fatal ends it at once.",
        "RFC 8446 section 6")
    case .alertLevel:
      FieldInfo(
        "tls.alert_message.level", "Level", .decimal(bits: 8),
        "Warning or fatal. TLS 1.3 ignores it: all but the closing alerts are fatal.",
        "RFC 8446 section 6", values: { tlsAlertLevel($0) })
    case .alertDescription:
      FieldInfo(
        "tls.alert_message.desc", "Description", .decimal(bits: 8),
        "What is the matter.",
        "RFC 8446 section 6", values: { tlsAlert($0) })
    case .appData:
      FieldInfo(
        "tls.app_data", "Encrypted Application Data", .bytes,
        "The sealed octets of the application: content, and its tag.",
        "RFC 8446 section 5.2")
    case .appProtocol:
      FieldInfo(
        "tls.app_data_proto", "Application Data Protocol", .text,
        "What the two sides speak inside, by ALPN.",
        "RFC 7301 section 3.1")
    case .heartbeat:
      FieldInfo(
        "tls.heartbeat_message", "Heartbeat Message", .heading,
        "A question whether the other side still lives.",
        "RFC 6520 section 3")
    case .heartbeatType:
      FieldInfo(
        "tls.heartbeat_message.type", "Type", .decimal(bits: 8),
        "Question or answer.",
        "RFC 6520 section 3", values: { tlsHeartbeatType($0) })
    case .heartbeatLength:
      FieldInfo(
        "tls.heartbeat_message.payload_length", "Payload Length", .decimal(bits: 16),
        "Octets to send back. An answer longer than the message was Heartbleed.",
        "RFC 6520 section 4")
    case .heartbeatPayload:
      FieldInfo(
        "tls.heartbeat_message.payload", "Payload", .bytes,
        "Octets that the answer repeats.",
        "RFC 6520 section 4")
    case .heartbeatPadding:
      FieldInfo(
        "tls.heartbeat_message.padding", "Padding", .bytes,
        "Random octets, at least 16.",
        "RFC 6520 section 4")
    case .segmentData:
      FieldInfo(
        "tls.segment.data", "TLS segment data", .bytes,
        "Plaintext that is part of a message which ends in a later record.",
        "RFC 8446 section 5.1")
    case .reassembledIn:
      FieldInfo(
        "tls.reassembled_in", "Reassembled PDU in frame", .row,
        "The row in which the application message ends that this record carries a part of.",
        "Wireshark")
    case .segments:
      FieldInfo(
        "tls.segments", "Reassembled TLS segments", .heading,
        "Records that the application message below came in.",
        "Wireshark")
    case .segment:
      FieldInfo(
        "tls.segment", "TLS segment", .row,
        "A row that carries a part of the message.",
        "Wireshark")
    case .segmentCount:
      FieldInfo(
        "tls.segment.count", "Segment count", .decimal(bits: 32),
        "How many records the message came in.",
        "Wireshark")
    case .reassembledLength:
      FieldInfo(
        "tls.reassembled.length", "Reassembled PDU length", .decimal(bits: 32),
        "Octets of the message.",
        "Wireshark")
    case .fragments:
      FieldInfo(
        "tls.handshake.fragments", "Reassembled Handshake Fragments", .heading,
        "Records that the handshake message below came in.",
        "RFC 8446 section 5.1")
    case .fragment:
      FieldInfo(
        "tls.handshake.fragment", "Handshake Fragment", .row,
        "A row that carries a part of the handshake message.",
        "RFC 8446 section 5.1")
    case .fragmentCount:
      FieldInfo(
        "tls.handshake.fragment.count", "Handshake Fragment count", .decimal(bits: 32),
        "How many records the handshake message came in.",
        "RFC 8446 section 5.1")
    case .handshakeIn:
      FieldInfo(
        "tls.handshake.reassembled_in", "Reassembled Handshake Message in frame", .row,
        "The row in which the handshake message ends that begins or goes on here.",
        "Wireshark")
    default: nil
    }
  }
}
