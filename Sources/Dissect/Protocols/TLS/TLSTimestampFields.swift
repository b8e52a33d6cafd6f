extension TLSField {
  /// Signed certificate timestamps.
  var timestampInfo: FieldInfo? {
    switch self {
    case .timestampsLength:
      FieldInfo(
        "tls.sct.scts_length", "Serialized SCT List Length", .decimal(bits: 16),
        "Octets of the list.",
        "RFC 6962 section 3.3")
    case .timestampEntry:
      FieldInfo(
        "backlab.tls.sct", "Signed Certificate Timestamp", .heading,
        "The promise of a public log to hold the certificate.",
        "RFC 6962 section 3.2")
    case .timestampLength:
      FieldInfo(
        "tls.sct.sct_length", "Serialized SCT Length", .decimal(bits: 16),
        "Octets of the entry.",
        "RFC 6962 section 3.3")
    case .timestampVersion:
      FieldInfo(
        "tls.sct.sct_version", "SCT Version", .decimal(bits: 8),
        "0 for version 1.",
        "RFC 6962 section 3.2")
    case .timestampLog:
      FieldInfo(
        "tls.sct.sct_logid", "Log ID", .bytes,
        "The hash of the log's key.",
        "RFC 6962 section 3.2")
    case .timestamp:
      FieldInfo(
        "tls.sct.sct_timestamp", "Timestamp", .absoluteTime,
        "When the log took the certificate.",
        "RFC 6962 section 3.2")
    case .timestampExtensionsLength:
      FieldInfo(
        "tls.sct.sct_extensions_length", "Extensions length", .decimal(bits: 16),
        "Octets of what else is said: none so far.",
        "RFC 6962 section 3.2")
    case .timestampExtensions:
      FieldInfo(
        "tls.sct.sct_extensions", "Extensions", .heading,
        "What else is said.",
        "RFC 6962 section 3.2")
    case .timestampSignatureLength:
      FieldInfo(
        "tls.sct.sct_signature_length", "Signature Length", .decimal(bits: 16),
        "Octets of the signature.",
        "RFC 6962 section 3.2")
    case .timestampSignature:
      FieldInfo(
        "tls.sct.sct_signature", "Signature", .bytes,
        "The log's signature over the certificate and the time.",
        "RFC 6962 section 3.2")
    default: nil
    }
  }
}
