extension X509Field {
  /// Names: of subjects, of issuers, and those of extensions.
  var nameInfo: FieldInfo? {
    switch self {
    case .rdnSequence:
      FieldInfo(
        "x509if.rdnSequence", "rdnSequence", .decimal(bits: 32),
        "The parts of the name, the widest first.",
        "RFC 5280 section 4.1.2.4")
    case .rdnItem:
      FieldInfo(
        "x509if.RDNSequence_item", "RDNSequence item", .decimal(bits: 32),
        "A part of the name: mostly one attribute.",
        "RFC 5280 section 4.1.2.4")
    case .rdnPart:
      FieldInfo(
        "x509if.RelativeDistinguishedName_item_element", "RelativeDistinguishedName item", .heading,
        "An attribute and its value.",
        "RFC 5280 section 4.1.2.4")
    case .attributeID:
      FieldInfo(
        "x509if.oid", "Object Id", .text,
        "The attribute.",
        "RFC 5280 section appendix A.1")
    case .countryName:
      FieldInfo(
        "x509sat.CountryName", "CountryName", .text,
        "The country, in two letters of ISO 3166.",
        "RFC 4519 section 2.2")
    case .directoryString:
      FieldInfo(
        "x509sat.DirectoryString", "DirectoryString", .decimal(bits: 32),
        "A text in one of five alphabets.",
        "RFC 5280 section 4.1.2.4", values: { x509Directory($0) })
    case .teletexString:
      FieldInfo(
        "x509sat.teletexString", "teletexString", .text,
        "Text in T.61, in practice Latin 1.",
        "RFC 5280 section 4.1.2.4")
    case .printableChoice:
      FieldInfo(
        "x509sat.printableString", "printableString", .text,
        "Letters, digits and a few marks.",
        "RFC 5280 section 4.1.2.4")
    case .universalString:
      FieldInfo(
        "x509sat.universalString", "universalString", .text,
        "Text of four octets a character.",
        "RFC 5280 section 4.1.2.4")
    case .bmpString:
      FieldInfo(
        "x509sat.bmpString", "bmpString", .text,
        "Text of two octets a character.",
        "RFC 5280 section 4.1.2.4")
    case .utf8Choice:
      FieldInfo(
        "x509sat.uTF8String", "uTF8String", .text,
        "Text in UTF-8, as it is to be now.",
        "RFC 5280 section 4.1.2.4")
    case .ia5String:
      FieldInfo(
        "x509sat.IA5String", "IA5String", .text,
        "Text in ASCII: a domain, an address.",
        "RFC 4519 section 2.4; RFC 2985 section 5.2.1")
    case .printableString:
      FieldInfo(
        "x509sat.PrintableString", "PrintableString", .text,
        "Letters, digits and a few marks.",
        "RFC 4519 section 2.31")
    case .utf8String:
      FieldInfo(
        "x509sat.UTF8String", "UTF8String", .text,
        "Text in UTF-8.",
        "RFC 5280 section 4.2.1.6")
    case .userID:
      FieldInfo(
        "x509af.Userid", "Userid", .text,
        "The name that a user logs in with.",
        "RFC 4519 section 2.39")
    case .generalNames:
      FieldInfo(
        "x509ce.GeneralNames", "GeneralNames", .decimal(bits: 32),
        "Names that the certificate is good for; a client compares them with the host that it asked for.",
        "RFC 5280 section 4.2.1.6")
    case .generalName:
      FieldInfo(
        "x509ce.GeneralName", "GeneralName", .decimal(bits: 32),
        "One name, and what kind of name it is.",
        "RFC 5280 section 4.2.1.6", values: { x509General($0) })
    case .otherName:
      FieldInfo(
        "x509ce.otherName_element", "otherName", .heading,
        "A name of a kind that is given by its identifier.",
        "RFC 5280 section 4.2.1.6")
    case .otherNameType:
      FieldInfo(
        "x509ce.type_id", "type-id", .text,
        "The kind of name.",
        "RFC 5280 section 4.2.1.6")
    case .rfc822Name:
      FieldInfo(
        "x509ce.rfc822Name", "rfc822Name", .text,
        "An address of mail.",
        "RFC 5280 section 4.2.1.6")
    case .dnsName:
      FieldInfo(
        "x509ce.dNSName", "dNSName", .text,
        "A host; a star stands for one label.",
        "RFC 5280 section 4.2.1.6")
    case .directoryName:
      FieldInfo(
        "x509ce.directoryName", "directoryName", .decimal(bits: 32),
        "A name of the directory's kind.",
        "RFC 5280 section 4.2.1.6", values: { x509Name($0) })
    case .uri:
      FieldInfo(
        "x509ce.uniformResourceIdentifier", "uniformResourceIdentifier", .text,
        "A URI.",
        "RFC 5280 section 4.2.1.6")
    case .ipv4:
      FieldInfo(
        "x509ce.IPAddress.ipv4", "iPAddress", .ipv4,
        "An address of IPv4.",
        "RFC 5280 section 4.2.1.6")
    case .ipv6:
      FieldInfo(
        "x509ce.IPAddress.ipv6", "iPAddress", .ipv6,
        "An address of IPv6.",
        "RFC 5280 section 4.2.1.6")
    case .ipRange:
      FieldInfo(
        "backlab.x509.ip_range", "iPAddress", .text,
        "A range of addresses, and the bits that all of them share.",
        "RFC 5280 section 4.2.1.10")
    case .registeredID:
      FieldInfo(
        "x509ce.registeredID", "registeredID", .text,
        "An object identifier as a name.",
        "RFC 5280 section 4.2.1.6")
    default: nil
    }
  }
}
