extension X509Field {
  /// Extensions of certificates.
  var extensionInfo: FieldInfo? {
    switch self {
    case .authorityKeyIdentifier:
      FieldInfo(
        "x509ce.AuthorityKeyIdentifier_element", "AuthorityKeyIdentifier", .heading,
        "Which key of the authority signed.",
        "RFC 5280 section 4.2.1.1")
    case .keyIdentifier:
      FieldInfo(
        "x509ce.keyIdentifier", "keyIdentifier", .bytes,
        "The key's name: mostly a hash of it.",
        "RFC 5280 section 4.2.1.1")
    case .authorityCertIssuer:
      FieldInfo(
        "x509ce.authorityCertIssuer", "authorityCertIssuer", .decimal(bits: 32),
        "Who signed the authority's certificate.",
        "RFC 5280 section 4.2.1.1")
    case .authorityCertSerial:
      FieldInfo(
        "x509ce.authorityCertSerialNumber", "authorityCertSerialNumber", .bytes,
        "The number of the authority's certificate.",
        "RFC 5280 section 4.2.1.1")
    case .subjectKeyIdentifier:
      FieldInfo(
        "x509ce.SubjectKeyIdentifier", "SubjectKeyIdentifier", .bytes,
        "This key's name: certificates that it signed refer to it.",
        "RFC 5280 section 4.2.1.2")
    case .keyUsage:
      FieldInfo(
        "x509ce.KeyUsage", "KeyUsage", .bytes,
        "What the key may do.",
        "RFC 5280 section 4.2.1.3")
    case .digitalSignature:
      FieldInfo(
        "x509ce.KeyUsage.digitalSignature", "digitalSignature", .flag, mask: 0x80,
        "The key may sign handshakes.",
        "RFC 5280 section 4.2.1.3", values: { x509Truth($0) })
    case .contentCommitment:
      FieldInfo(
        "x509ce.KeyUsage.contentCommitment", "contentCommitment", .flag, mask: 0x40,
        "The key may sign documents that bind.",
        "RFC 5280 section 4.2.1.3", values: { x509Truth($0) })
    case .keyEncipherment:
      FieldInfo(
        "x509ce.KeyUsage.keyEncipherment", "keyEncipherment", .flag, mask: 0x20,
        "Keys may be sealed with the key: RSA key exchange.",
        "RFC 5280 section 4.2.1.3", values: { x509Truth($0) })
    case .dataEncipherment:
      FieldInfo(
        "x509ce.KeyUsage.dataEncipherment", "dataEncipherment", .flag, mask: 0x10,
        "Data may be sealed with the key itself.",
        "RFC 5280 section 4.2.1.3", values: { x509Truth($0) })
    case .keyAgreement:
      FieldInfo(
        "x509ce.KeyUsage.keyAgreement", "keyAgreement", .flag, mask: 0x08,
        "The key may take part in Diffie-Hellman.",
        "RFC 5280 section 4.2.1.3", values: { x509Truth($0) })
    case .keyCertSign:
      FieldInfo(
        "x509ce.KeyUsage.keyCertSign", "keyCertSign", .flag, mask: 0x04,
        "The key may sign certificates: it is an authority's.",
        "RFC 5280 section 4.2.1.3", values: { x509Truth($0) })
    case .crlSign:
      FieldInfo(
        "x509ce.KeyUsage.cRLSign", "cRLSign", .flag, mask: 0x02,
        "The key may sign lists of revoked certificates.",
        "RFC 5280 section 4.2.1.3", values: { x509Truth($0) })
    case .encipherOnly:
      FieldInfo(
        "x509ce.KeyUsage.encipherOnly", "encipherOnly", .flag, mask: 0x01,
        "What was agreed on only seals.",
        "RFC 5280 section 4.2.1.3", values: { x509Truth($0) })
    case .decipherOnly:
      FieldInfo(
        "x509ce.KeyUsage.decipherOnly", "decipherOnly", .flag, mask: 0x80,
        "What was agreed on only opens.",
        "RFC 5280 section 4.2.1.3", values: { x509Truth($0) })
    case .policies:
      FieldInfo(
        "x509ce.CertificatePoliciesSyntax", "CertificatePoliciesSyntax", .decimal(bits: 32),
        "Under which rules the authority signed.",
        "RFC 5280 section 4.2.1.4")
    case .policyInformation:
      FieldInfo(
        "x509ce.PolicyInformation_element", "PolicyInformation", .heading,
        "One set of rules.",
        "RFC 5280 section 4.2.1.4")
    case .policyIdentifier:
      FieldInfo(
        "x509ce.policyIdentifier", "policyIdentifier", .text,
        "The rules: domain validated, organization validated, an authority's own.",
        "RFC 5280 section 4.2.1.4")
    case .policyQualifiers:
      FieldInfo(
        "x509ce.policyQualifiers", "policyQualifiers", .decimal(bits: 32),
        "Where the rules are written down.",
        "RFC 5280 section 4.2.1.4")
    case .policyQualifier:
      FieldInfo(
        "x509ce.PolicyQualifierInfo_element", "PolicyQualifierInfo", .heading,
        "One remark on the rules.",
        "RFC 5280 section 4.2.1.4")
    case .qualifierID:
      FieldInfo(
        "x509ce.id", "Id", .text,
        "What kind of remark it is.",
        "RFC 5280 section 4.2.1.4")
    case .cps:
      FieldInfo(
        "pkix1explicit.DirectoryString", "DirectoryString", .text,
        "Where the rules can be read.",
        "RFC 5280 section 4.2.1.4")
    case .userNotice:
      FieldInfo(
        "pkix1implicit.UserNotice_element", "UserNotice", .heading,
        "A text for whoever relies on the certificate.",
        "RFC 5280 section 4.2.1.4")
    case .noticeReference:
      FieldInfo(
        "pkix1implicit.noticeRef_element", "noticeRef", .heading,
        "A numbered text of an organization.",
        "RFC 5280 section 4.2.1.4")
    case .organization:
      FieldInfo(
        "pkix1implicit.organization", "organization", .decimal(bits: 32),
        "The organization.",
        "RFC 5280 section 4.2.1.4", values: { x509Display($0) })
    case .noticeNumbers:
      FieldInfo(
        "pkix1implicit.noticeNumbers", "noticeNumbers", .decimal(bits: 32),
        "The numbers of its texts.",
        "RFC 5280 section 4.2.1.4")
    case .noticeNumber:
      FieldInfo(
        "pkix1implicit.noticeNumbers_item", "noticeNumbers item", .decimal(bits: 32),
        "The number of a text.",
        "RFC 5280 section 4.2.1.4")
    case .explicitText:
      FieldInfo(
        "pkix1implicit.explicitText", "explicitText", .decimal(bits: 32),
        "The text itself.",
        "RFC 5280 section 4.2.1.4", values: { x509Display($0) })
    case .displayIA5:
      FieldInfo(
        "pkix1implicit.ia5String", "ia5String", .text,
        "Text in ASCII.",
        "RFC 5280 section 4.2.1.4")
    case .displayVisible:
      FieldInfo(
        "pkix1implicit.visibleString", "visibleString", .text,
        "Printable ASCII.",
        "RFC 5280 section 4.2.1.4")
    case .displayBMP:
      FieldInfo(
        "pkix1implicit.bmpString", "bmpString", .text,
        "Text of two octets a character.",
        "RFC 5280 section 4.2.1.4")
    case .displayUTF8:
      FieldInfo(
        "pkix1implicit.utf8String", "utf8String", .text,
        "Text in UTF-8.",
        "RFC 5280 section 4.2.1.4")
    case .basicConstraints:
      FieldInfo(
        "x509ce.BasicConstraintsSyntax_element", "BasicConstraintsSyntax", .heading,
        "Whether the subject is an authority.",
        "RFC 5280 section 4.2.1.9")
    case .isAuthority:
      FieldInfo(
        "x509ce.cA", "cA", .flag,
        "The subject may sign certificates.",
        "RFC 5280 section 4.2.1.9")
    case .pathLength:
      FieldInfo(
        "x509ce.pathLenConstraint", "pathLenConstraint", .decimal(bits: 64),
        "How many authorities may follow below this one.",
        "RFC 5280 section 4.2.1.9")
    case .nameConstraints:
      FieldInfo(
        "x509ce.NameConstraintsSyntax_element", "NameConstraintsSyntax", .heading,
        "For which names the authority may sign.",
        "RFC 5280 section 4.2.1.10")
    case .permittedSubtrees:
      FieldInfo(
        "x509ce.permittedSubtrees", "permittedSubtrees", .decimal(bits: 32),
        "Names that are allowed.",
        "RFC 5280 section 4.2.1.10")
    case .excludedSubtrees:
      FieldInfo(
        "x509ce.excludedSubtrees", "excludedSubtrees", .decimal(bits: 32),
        "Names that are not.",
        "RFC 5280 section 4.2.1.10")
    case .generalSubtree:
      FieldInfo(
        "x509ce.GeneralSubtree_element", "GeneralSubtree", .heading,
        "A name and all below it.",
        "RFC 5280 section 4.2.1.10")
    case .subtreeBase:
      FieldInfo(
        "x509ce.base", "base", .decimal(bits: 32),
        "The name.",
        "RFC 5280 section 4.2.1.10", values: { x509General($0) })
    case .policyConstraints:
      FieldInfo(
        "x509ce.PolicyConstraintsSyntax_element", "PolicyConstraintsSyntax", .heading,
        "How strict rules are taken further down.",
        "RFC 5280 section 4.2.1.11")
    case .requireExplicitPolicy:
      FieldInfo(
        "x509ce.requireExplicitPolicy", "requireExplicitPolicy", .decimal(bits: 64),
        "After so many more certificates each must name its rules.",
        "RFC 5280 section 4.2.1.11")
    case .inhibitPolicyMapping:
      FieldInfo(
        "x509ce.inhibitPolicyMapping", "inhibitPolicyMapping", .decimal(bits: 64),
        "After so many more certificates rules can not be equated.",
        "RFC 5280 section 4.2.1.11")
    case .keyPurposes:
      FieldInfo(
        "x509ce.KeyPurposeIDs", "KeyPurposeIDs", .decimal(bits: 32),
        "Whose key it may be: a server's, a client's.",
        "RFC 5280 section 4.2.1.12")
    case .keyPurpose:
      FieldInfo(
        "x509ce.KeyPurposeId", "KeyPurposeId", .text,
        "One purpose.",
        "RFC 5280 section 4.2.1.12")
    case .distributionPoints:
      FieldInfo(
        "x509ce.CRLDistPointsSyntax", "CRLDistPointsSyntax", .decimal(bits: 32),
        "Where lists of revoked certificates are.",
        "RFC 5280 section 4.2.1.13")
    case .distributionPointEntry:
      FieldInfo(
        "x509ce.DistributionPoint_element", "DistributionPoint", .heading,
        "One such place.",
        "RFC 5280 section 4.2.1.13")
    case .distributionPoint:
      FieldInfo(
        "x509ce.distributionPoint", "distributionPoint", .decimal(bits: 32),
        "The place, as names or as a part of the issuer's name.",
        "RFC 5280 section 4.2.1.13", values: { x509Distribution($0) })
    case .fullName:
      FieldInfo(
        "x509ce.fullName", "fullName", .decimal(bits: 32),
        "Names of the place, all for the same list.",
        "RFC 5280 section 4.2.1.13")
    case .nameRelativeToIssuer:
      FieldInfo(
        "x509ce.nameRelativeToCRLIssuer", "nameRelativeToCRLIssuer", .decimal(bits: 32),
        "What to add to the issuer's name.",
        "RFC 5280 section 4.2.1.13")
    case .reasons:
      FieldInfo(
        "x509ce.reasons", "reasons", .bytes,
        "The list holds only those revoked for these reasons.",
        "RFC 5280 section 4.2.1.13")
    case .reasonUnused:
      FieldInfo(
        "x509ce.ReasonFlags.unused", "unused", .flag, mask: 0x80,
        "A reason to revoke a certificate.",
        "RFC 5280 section 4.2.1.13", values: { x509Truth($0) })
    case .keyCompromise:
      FieldInfo(
        "x509ce.ReasonFlags.keyCompromise", "keyCompromise", .flag, mask: 0x40,
        "A reason to revoke a certificate.",
        "RFC 5280 section 4.2.1.13", values: { x509Truth($0) })
    case .caCompromise:
      FieldInfo(
        "x509ce.ReasonFlags.cACompromise", "cACompromise", .flag, mask: 0x20,
        "A reason to revoke a certificate.",
        "RFC 5280 section 4.2.1.13", values: { x509Truth($0) })
    case .affiliationChanged:
      FieldInfo(
        "x509ce.ReasonFlags.affiliationChanged", "affiliationChanged", .flag, mask: 0x10,
        "A reason to revoke a certificate.",
        "RFC 5280 section 4.2.1.13", values: { x509Truth($0) })
    case .superseded:
      FieldInfo(
        "x509ce.ReasonFlags.superseded", "superseded", .flag, mask: 0x08,
        "A reason to revoke a certificate.",
        "RFC 5280 section 4.2.1.13", values: { x509Truth($0) })
    case .cessationOfOperation:
      FieldInfo(
        "x509ce.ReasonFlags.cessationOfOperation", "cessationOfOperation", .flag, mask: 0x04,
        "A reason to revoke a certificate.",
        "RFC 5280 section 4.2.1.13", values: { x509Truth($0) })
    case .certificateHold:
      FieldInfo(
        "x509ce.ReasonFlags.certificateHold", "certificateHold", .flag, mask: 0x02,
        "A reason to revoke a certificate.",
        "RFC 5280 section 4.2.1.13", values: { x509Truth($0) })
    case .privilegeWithdrawn:
      FieldInfo(
        "x509ce.ReasonFlags.privilegeWithdrawn", "privilegeWithdrawn", .flag, mask: 0x01,
        "A reason to revoke a certificate.",
        "RFC 5280 section 4.2.1.13", values: { x509Truth($0) })
    case .aaCompromise:
      FieldInfo(
        "x509ce.ReasonFlags.aACompromise", "aACompromise", .flag, mask: 0x80,
        "A reason to revoke a certificate.",
        "RFC 5280 section 4.2.1.13", values: { x509Truth($0) })
    case .crlIssuer:
      FieldInfo(
        "x509ce.cRLIssuer", "cRLIssuer", .decimal(bits: 32),
        "Who signs the list, where it is not the certificate's issuer.",
        "RFC 5280 section 4.2.1.13")
    case .skipCerts:
      FieldInfo(
        "x509ce.SkipCerts", "SkipCerts", .decimal(bits: 64),
        "After so many more certificates no rules count as any rules.",
        "RFC 5280 section 4.2.1.14")
    case .authorityAccess:
      FieldInfo(
        "pkix1implicit.AuthorityInfoAccessSyntax", "AuthorityInfoAccessSyntax", .decimal(bits: 32),
        "Where to ask the authority.",
        "RFC 5280 section 4.2.2.1")
    case .accessDescription:
      FieldInfo(
        "pkix1implicit.AccessDescription_element", "AccessDescription", .heading,
        "One place to ask.",
        "RFC 5280 section 4.2.2.1")
    case .accessMethod:
      FieldInfo(
        "pkix1implicit.accessMethod", "accessMethod", .text,
        "What can be had there: OCSP, or the authority's certificate.",
        "RFC 5280 section 4.2.2.1")
    case .accessLocation:
      FieldInfo(
        "pkix1implicit.accessLocation", "accessLocation", .decimal(bits: 32),
        "The place, and what kind of name it is.",
        "RFC 5280 section 4.2.2.1")
    case .features:
      FieldInfo(
        "pkix1explicit.Features", "Features", .decimal(bits: 32),
        "Extensions of TLS that a server with this certificate must answer with.",
        "RFC 7633 section 4.1")
    case .feature:
      FieldInfo(
        "pkix1explicit.Features_item", "Features item", .decimal(bits: 16),
        "An extension of TLS: 5 is the stapled answer of OCSP.",
        "RFC 7633 section 4.1", values: { x509Feature($0) })
    case .nsComment:
      FieldInfo(
        "ns_cert_exts.Comment", "Comment", .text,
        "A remark, from the days of Netscape.",
        "Netscape certificate extensions")
    case .nsCertType:
      FieldInfo(
        "ns_cert_exts.CertType", "CertType", .bytes,
        "What the key may be used for, from the days of Netscape.",
        "Netscape certificate extensions")
    case .nsClient:
      FieldInfo(
        "ns.cert.exts.CertType.ssl.client", "ssl-client", .flag, mask: 0x80,
        "A use of the key.",
        "Netscape certificate extensions", values: { x509Truth($0) })
    case .nsServer:
      FieldInfo(
        "ns.cert.exts.CertType.ssl.server", "ssl-server", .flag, mask: 0x40,
        "A use of the key.",
        "Netscape certificate extensions", values: { x509Truth($0) })
    case .nsMail:
      FieldInfo(
        "ns.cert.exts.CertType.smime", "smime", .flag, mask: 0x20,
        "A use of the key.",
        "Netscape certificate extensions", values: { x509Truth($0) })
    case .nsObject:
      FieldInfo(
        "ns.cert.exts.CertType.object.signing", "object-signing", .flag, mask: 0x10,
        "A use of the key.",
        "Netscape certificate extensions", values: { x509Truth($0) })
    case .nsReserved:
      FieldInfo(
        "ns.cert.exts.CertType.reserved.for.future.use", "reserved-for-future-use", .flag, mask: 0x08,
        "A use of the key.",
        "Netscape certificate extensions", values: { x509Truth($0) })
    case .nsServerCA:
      FieldInfo(
        "ns.cert.exts.CertType.ssl.ca", "ssl-ca", .flag, mask: 0x04,
        "A use of the key.",
        "Netscape certificate extensions", values: { x509Truth($0) })
    case .nsMailCA:
      FieldInfo(
        "ns.cert.exts.CertType.smime.ca", "smime-ca", .flag, mask: 0x02,
        "A use of the key.",
        "Netscape certificate extensions", values: { x509Truth($0) })
    case .nsObjectCA:
      FieldInfo(
        "ns.cert.exts.CertType.object.signing.ca", "object-signing-ca", .flag, mask: 0x01,
        "A use of the key.",
        "Netscape certificate extensions", values: { x509Truth($0) })
    case .extensionValue:
      FieldInfo(
        "backlab.x509.extension_value", "Value", .bytes,
        "The octets of an extension that is not drawn further.",
        "RFC 5280 section 4.2")
    case .malformed:
      FieldInfo(
        "backlab.x509.malformed", "Malformed", .text,
        "What does not follow the format, and where.",
        "Backlab")
    default: nil
    }
  }
}
