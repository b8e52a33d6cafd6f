extension X509Field {
  /// Answers of OCSP, which a server staples to its certificate.
  var ocspInfo: FieldInfo? {
    switch self {
    case .ocsp:
      FieldInfo(
        "ocsp", "OCSP Response", .heading,
        "The authority's fresh word that the certificate still counts.",
        "RFC 6960 section 4.2.1")
    case .responseStatus:
      FieldInfo(
        "ocsp.responseStatus", "responseStatus", .decimal(bits: 32),
        "Whether there is an answer.",
        "RFC 6960 section 4.2.1", values: { ocspStatus($0) })
    case .responseBytes:
      FieldInfo(
        "ocsp.responseBytes_element", "responseBytes", .heading,
        "The answer.",
        "RFC 6960 section 4.2.1")
    case .responseType:
      FieldInfo(
        "ocsp.responseType.id", "ResponseType Id", .text,
        "The kind of answer: there is one.",
        "RFC 6960 section 4.2.1")
    case .basicResponse:
      FieldInfo(
        "ocsp.BasicOCSPResponse_element", "BasicOCSPResponse", .heading,
        "The answer that every client understands.",
        "RFC 6960 section 4.2.1")
    case .responseData:
      FieldInfo(
        "ocsp.tbsResponseData_element", "tbsResponseData", .heading,
        "What the responder signed.",
        "RFC 6960 section 4.2.1")
    case .responderID:
      FieldInfo(
        "ocsp.responderID", "responderID", .decimal(bits: 32),
        "Who answers: by name or by the hash of the key.",
        "RFC 6960 section 4.2.1", values: { ocspResponder($0) })
    case .responderName:
      FieldInfo(
        "ocsp.byName", "byName", .decimal(bits: 32),
        "The responder's name.",
        "RFC 6960 section 4.2.1")
    case .responderKey:
      FieldInfo(
        "ocsp.byKey", "byKey", .bytes,
        "The hash of the responder's key.",
        "RFC 6960 section 4.2.1")
    case .producedAt:
      FieldInfo(
        "ocsp.producedAt", "producedAt", .absoluteTime,
        "When the answer was signed.",
        "RFC 6960 section 4.2.1")
    case .responses:
      FieldInfo(
        "ocsp.responses", "responses", .decimal(bits: 32),
        "An answer a certificate.",
        "RFC 6960 section 4.2.1")
    case .singleResponse:
      FieldInfo(
        "ocsp.SingleResponse_element", "SingleResponse", .heading,
        "The answer on one certificate.",
        "RFC 6960 section 4.2.1")
    case .certID:
      FieldInfo(
        "ocsp.certID_element", "certID", .heading,
        "The certificate that was asked about.",
        "RFC 6960 section 4.1.1")
    case .certHash:
      FieldInfo(
        "ocsp.hashAlgorithm_element", "hashAlgorithm", .heading,
        "How the two hashes were made.",
        "RFC 6960 section 4.1.1")
    case .issuerNameHash:
      FieldInfo(
        "ocsp.issuerNameHash", "issuerNameHash", .bytes,
        "The hash of the issuer's name.",
        "RFC 6960 section 4.1.1")
    case .issuerKeyHash:
      FieldInfo(
        "ocsp.issuerKeyHash", "issuerKeyHash", .bytes,
        "The hash of the issuer's key.",
        "RFC 6960 section 4.1.1")
    case .ocspSerial:
      FieldInfo(
        "ocsp.serialNumber", "serialNumber", .bytes,
        "The certificate's number.",
        "RFC 6960 section 4.1.1")
    case .certStatus:
      FieldInfo(
        "ocsp.certStatus", "certStatus", .decimal(bits: 32),
        "Whether the certificate counts.",
        "RFC 6960 section 4.2.1", values: { ocspCertStatus($0) })
    case .statusGood:
      FieldInfo(
        "ocsp.good_element", "good", .heading,
        "It was not revoked.",
        "RFC 6960 section 2.2")
    case .statusRevoked:
      FieldInfo(
        "ocsp.revoked_element", "revoked", .heading,
        "It was revoked.",
        "RFC 6960 section 2.2")
    case .statusUnknown:
      FieldInfo(
        "ocsp.unknown_element", "unknown", .heading,
        "The responder does not know it.",
        "RFC 6960 section 2.2")
    case .revocationTime:
      FieldInfo(
        "ocsp.revocationTime", "revocationTime", .absoluteTime,
        "When it was revoked.",
        "RFC 6960 section 4.2.1")
    case .revocationReason:
      FieldInfo(
        "ocsp.revocationReason", "revocationReason", .decimal(bits: 32),
        "Why it was revoked.",
        "RFC 5280 section 5.3.1", values: { crlReason($0) })
    case .thisUpdate:
      FieldInfo(
        "ocsp.thisUpdate", "thisUpdate", .absoluteTime,
        "The moment that the answer is about.",
        "RFC 6960 section 4.2.2.1")
    case .nextUpdate:
      FieldInfo(
        "ocsp.nextUpdate", "nextUpdate", .absoluteTime,
        "When there will be a newer answer: this one is stale then.",
        "RFC 6960 section 4.2.2.1")
    case .responseExtensions:
      FieldInfo(
        "ocsp.responseExtensions", "responseExtensions", .decimal(bits: 32),
        "What else the answer says.",
        "RFC 6960 section 4.4")
    case .singleExtensions:
      FieldInfo(
        "ocsp.singleExtensions", "singleExtensions", .decimal(bits: 32),
        "What else is said on the certificate.",
        "RFC 6960 section 4.4")
    case .ocspExtension:
      FieldInfo(
        "pkix1explicit.Extension_element", "Extension", .heading,
        "One extension.",
        "RFC 6960 section 4.4")
    case .ocspExtensionID:
      FieldInfo(
        "pkix1explicit.id", "Id", .text,
        "Which extension it is.",
        "RFC 6960 section 4.4")
    case .nonce:
      FieldInfo(
        "ocsp.ReOcspNonce", "ReOcspNonce", .bytes,
        "The question's random octets: the answer is no old one.",
        "RFC 6960 section 4.4.1")
    case .ocspSignatureAlgorithm:
      FieldInfo(
        "ocsp.signatureAlgorithm_element", "signatureAlgorithm", .heading,
        "How the responder signed.",
        "RFC 6960 section 4.2.1")
    case .ocspSignature:
      FieldInfo(
        "ocsp.signature", "signature", .bytes,
        "The responder's signature.",
        "RFC 6960 section 4.2.1")
    case .certs:
      FieldInfo(
        "ocsp.certs", "certs", .decimal(bits: 32),
        "Certificates that lead from the responder to the authority.",
        "RFC 6960 section 4.2.1")
    case .ocspCertificate:
      FieldInfo(
        "ocsp.Certificate_element", "Certificate", .heading,
        "One of them.",
        "RFC 6960 section 4.2.1")
    default: nil
    }
  }
}
