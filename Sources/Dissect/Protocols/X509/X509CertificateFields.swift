extension X509Field {
  /// The certificate itself, and its keys.
  var certificateInfo: FieldInfo? {
    switch self {
    case .signedCertificate:
      FieldInfo(
        "x509af.signedCertificate_element", "signedCertificate", .heading,
        "What the authority signed: whose key it is, for how long, and for what.",
        "RFC 5280 section 4.1.1.1")
    case .version:
      FieldInfo(
        "x509af.version", "version", .decimal(bits: 32),
        "Version 3 is the one with extensions.",
        "RFC 5280 section 4.1.2.1", values: { x509Version($0) })
    case .serialNumber:
      FieldInfo(
        "x509af.serialNumber", "serialNumber", .bytes,
        "The number that the authority gave the certificate; it names it where it is revoked.",
        "RFC 5280 section 4.1.2.2")
    case .signature:
      FieldInfo(
        "x509af.signature_element", "signature", .heading,
        "How the authority signed; the same as behind the signed part.",
        "RFC 5280 section 4.1.2.3")
    case .issuer:
      FieldInfo(
        "x509af.issuer", "issuer", .decimal(bits: 32),
        "Who signed the certificate. The same name as the subject in a root.",
        "RFC 5280 section 4.1.2.4", values: { x509Name($0) })
    case .validity:
      FieldInfo(
        "x509af.validity_element", "validity", .heading,
        "When the certificate counts.",
        "RFC 5280 section 4.1.2.5")
    case .notBefore:
      FieldInfo(
        "x509af.notBefore", "notBefore", .decimal(bits: 32),
        "The certificate counts from this moment on.",
        "RFC 5280 section 4.1.2.5", values: { x509Time($0) })
    case .notAfter:
      FieldInfo(
        "x509af.notAfter", "notAfter", .decimal(bits: 32),
        "The certificate counts up to this moment.",
        "RFC 5280 section 4.1.2.5", values: { x509Time($0) })
    case .utcTime:
      FieldInfo(
        "x509af.utcTime", "utcTime", .text,
        "A moment with two digits of the year: those below 50 are of this century.",
        "RFC 5280 section 4.1.2.5.1")
    case .generalizedTime:
      FieldInfo(
        "x509af.generalizedTime", "generalizedTime", .absoluteTime,
        "A moment with all of its year; it has to be used from 2050 on.",
        "RFC 5280 section 4.1.2.5.2")
    case .farTime:
      FieldInfo(
        "backlab.x509.time", "generalizedTime", .text,
        "A moment beyond those that a field of time holds: in practice, never.",
        "RFC 5280 section 4.1.2.5.2")
    case .subject:
      FieldInfo(
        "x509af.subject", "subject", .decimal(bits: 32),
        "Whose key it is. Servers are known by their alternative names instead.",
        "RFC 5280 section 4.1.2.6", values: { x509Name($0) })
    case .subjectRDN:
      FieldInfo(
        "x509af.rdnSequence", "rdnSequence", .decimal(bits: 32),
        "The parts of the name, the widest first.",
        "RFC 5280 section 4.1.2.6")
    case .subjectPublicKeyInfo:
      FieldInfo(
        "x509af.subjectPublicKeyInfo_element", "subjectPublicKeyInfo", .heading,
        "The public key, and what kind it is of.",
        "RFC 5280 section 4.1.2.7")
    case .keyAlgorithm:
      FieldInfo(
        "x509af.algorithm_element", "algorithm", .heading,
        "The kind of key, with its parameters.",
        "RFC 5280 section 4.1.2.7")
    case .algorithmID:
      FieldInfo(
        "x509af.algorithm.id", "Algorithm Id", .text,
        "The algorithm.",
        "RFC 5280 section 4.1.1.2")
    case .subjectPublicKey:
      FieldInfo(
        "x509af.subjectPublicKey", "subjectPublicKey", .bytes,
        "The public key.",
        "RFC 5280 section 4.1.2.7")
    case .issuerUniqueID:
      FieldInfo(
        "x509af.issuerUniqueIdentifier", "issuerUniqueIdentifier", .bytes,
        "Tells issuers of the same name apart; not used any more.",
        "RFC 5280 section 4.1.2.8")
    case .subjectUniqueID:
      FieldInfo(
        "x509af.subjectUniqueIdentifier", "subjectUniqueIdentifier", .bytes,
        "Tells subjects of the same name apart; not used any more.",
        "RFC 5280 section 4.1.2.8")
    case .extensions:
      FieldInfo(
        "x509af.extensions", "extensions", .decimal(bits: 32),
        "What the key may be used for, other names of the subject, and where to ask about the certificate.",
        "RFC 5280 section 4.1.2.9")
    case .extensionEntry:
      FieldInfo(
        "x509af.Extension_element", "Extension", .heading,
        "One extension.",
        "RFC 5280 section 4.2")
    case .extensionID:
      FieldInfo(
        "x509af.extension.id", "Extension Id", .text,
        "Which extension it is.",
        "RFC 5280 section 4.2")
    case .critical:
      FieldInfo(
        "x509af.critical", "critical", .flag,
        "Whoever does not know this extension must reject the certificate.",
        "RFC 5280 section 4.2")
    case .algorithmIdentifier:
      FieldInfo(
        "x509af.algorithmIdentifier_element", "algorithmIdentifier", .heading,
        "How the authority signed.",
        "RFC 5280 section 4.1.1.2")
    case .encrypted:
      FieldInfo(
        "x509af.encrypted", "encrypted", .bytes,
        "The authority's signature over the signed part.",
        "RFC 5280 section 4.1.1.3")
    case .padding:
      FieldInfo(
        "ber.bitstring.padding", "Padding", .decimal(bits: 8),
        "Bits at the end of the last octet that do not count.",
        "X.690 section 8.6.2")
    case .dssParameters:
      FieldInfo(
        "x509af.DSS_Params_element", "DSS-Params", .heading,
        "The group that a DSA key belongs to.",
        "RFC 3279 section 2.3.2")
    case .dssP:
      FieldInfo(
        "x509af.p", "p", .bytes,
        "The prime.",
        "RFC 3279 section 2.3.2")
    case .dssQ:
      FieldInfo(
        "x509af.q", "q", .bytes,
        "The order of the generator.",
        "RFC 3279 section 2.3.2")
    case .dssG:
      FieldInfo(
        "x509af.g", "g", .bytes,
        "The generator.",
        "RFC 3279 section 2.3.2")
    case .modulus:
      FieldInfo(
        "pkcs1.modulus", "modulus", .bytes,
        "The product of the two primes of an RSA key.",
        "RFC 8017 appendix A.1.1")
    case .publicExponent:
      FieldInfo(
        "pkcs1.publicExponent", "publicExponent", .decimal(bits: 32),
        "The public exponent of an RSA key.",
        "RFC 8017 appendix A.1.1")
    case .ecParameters:
      FieldInfo(
        "pkcs1.ECParameters", "ECParameters", .decimal(bits: 32),
        "The curve of an EC key: it has to be given by name.",
        "RFC 5480 section 2.1.1", values: { x509Curve($0) })
    case .namedCurve:
      FieldInfo(
        "pkcs1.namedCurve", "namedCurve", .text,
        "The curve.",
        "RFC 5480 section 2.1.1.1")
    case .pssParameters:
      FieldInfo(
        "pkcs1.RSASSA_PSS_params_element", "RSASSA-PSS-params", .heading,
        "How RSA signs with a salt.",
        "RFC 8017 appendix A.2.3")
    case .pssHash:
      FieldInfo(
        "pkcs1.hashAlgorithm_element", "hashAlgorithm", .heading,
        "The hash of what is signed.",
        "RFC 8017 appendix A.2.3")
    case .pssMask:
      FieldInfo(
        "pkcs1.maskGenAlgorithm_element", "maskGenAlgorithm", .heading,
        "How a mask is made of a hash.",
        "RFC 8017 appendix A.2.3")
    case .maskHash:
      FieldInfo(
        "pkcs1.HashAlgorithm_element", "HashAlgorithm", .heading,
        "The hash that the mask is made with.",
        "RFC 8017 appendix A.2.3")
    case .saltLength:
      FieldInfo(
        "pkcs1.saltLength", "saltLength", .decimal(bits: 32),
        "Octets of the salt.",
        "RFC 8017 appendix A.2.3")
    case .trailerField:
      FieldInfo(
        "pkcs1.trailerField", "trailerField", .decimal(bits: 32),
        "Always 1.",
        "RFC 8017 appendix A.2.3")
    default: nil
    }
  }
}
