/// The Domain Name System: RFC 1035 and what came after it.
public enum DNSField: UInt8, Dissected {
  case dns, length, id, flags, response, opcode, authoritative, truncated, recursionDesired
  case recursionAvailable, z, authenticated, checkingDisabled, rcode, questions, answers
  case authorities, additionals, section, record, queryName, queryNameLength, labelCount
  case queryType, queryClass, name, type, `class`, ttl, dataLength, a, aaaa, ns, cname, dname, ptr
  case soaMaster, soaMailbox, soaSerial, soaRefresh, soaRetry, soaExpire, soaMinimum, mxPreference
  case mxExchange, txtLength, txt, spfLength, spf, srvService, srvProtocol, srvName, srvPriority
  case srvWeight, srvPort, srvTarget, caaFlags, caaCritical, caaIssue, caaIssueWild, caaContact
  case caaUnknown, caaTagLength, caaTag, caaValue, naptrOrder, naptrPreference, naptrFlagsLength
  case naptrFlags, naptrServiceLength, naptrService, naptrRegexLength, naptrRegex
  case naptrReplacementLength, naptrReplacement, dsKeyTag, dsAlgorithm, dsDigestType, dsDigest
  case keyFlags, keyZone, keyRevoked, keyEntry, keyReserved, keyProtocol, keyAlgorithm, keyTag
  case keyPublic, signatureType, signatureAlgorithm, signatureLabels, signatureTTL
  case signatureExpiration, signatureInception, signatureKeyTag, signatureSigner, signature
  case nsecNext, nsec3Algorithm, nsec3Flags, nsec3OptOut, nsec3Iterations
  case nsec3SaltLength, nsec3Salt, nsec3HashLength, nsec3Hash, tlsaUsage, tlsaSelector
  case tlsaMatching, tlsaData, sshAlgorithm, sshHash, sshFingerprint, svcPriority, svcTarget
  case svcParameter, svcKey, svcLength, svcValue, svcMandatory, svcALPNLength, svcALPN, svcPort
  case svcIPv4, svcIPv6, hinfoCPULength, hinfoCPU, hinfoOSLength, hinfoOS, locVersion, locSize
  case locHorizontal, locVertical, locLatitude, locLongitude, locAltitude, rpMailbox, rpText
  case afsType, afsHost, openPGPKey, certType, certKeyTag, certAlgorithm, certificate, eui48
  case undecoded, data, payloadSize, extendedRcode, ednsVersion, ednsFlags, dnssecOK, ednsReserved
  case option, optionCode, optionLength, optionData, clientCookie, serverCookie, subnetFamily
  case subnetSource, subnetScope, subnetIPv4, subnetIPv6, padding, extendedError
  case extendedErrorText, responseIn, responseTo, time, retransmittedRequest
  case retransmittedResponse, retransmission, retransmitRequestNote, retransmitResponseNote
  case malformed

  /// DNS.
  public static let layer = Layer.dns
  /// What the field is.
  public var info: FieldInfo {
    switch self {
    case .dns:
      FieldInfo(
        "dns", "Domain Name System", .heading, "Asks for what stands under a name, and answers.",
        "RFC 1035 section 4")
    case .length:
      FieldInfo(
        "dns.length", "Length", .decimal(bits: 16), "Octets of the message: over TCP they are counted.",
        "RFC 7766 section 8")
    case .id:
      FieldInfo(
        "dns.id", "Transaction ID", .hex(bits: 16),
        "A number that the answer repeats; guessing it is what spoofers try.", "RFC 1035 section 4.1.1")
    case .flags:
      FieldInfo(
        "dns.flags", "Flags", .hex(bits: 16), "What kind of message it is and how it went.",
        "RFC 1035 section 4.1.1")
    case .response:
      FieldInfo(
        "dns.flags.response", "Response", .flag, mask: 0x8000, "Whether it is a response.",
        "RFC 1035 section 4.1.1", values: { $0 == 0 ? "Message is a query" : "Message is a response" })
    case .opcode:
      FieldInfo(
        "dns.flags.opcode", "Opcode", .decimal(bits: 16), mask: 0x7800, "What is asked for.",
        "RFC 1035 section 4.1.1", values: { dnsOpcode($0) })
    case .authoritative:
      FieldInfo(
        "dns.flags.authoritative", "Authoritative", .flag, mask: 0x0400,
        "Whether the server answers for the zone itself, not from a cache.", "RFC 1035 section 4.1.1",
        values: { $0 == 0 ? "Server is not an authority for domain" : "Server is an authority for domain" })
    case .truncated:
      FieldInfo(
        "dns.flags.truncated", "Truncated", .flag, mask: 0x0200,
        "Whether the rest did not fit: the client asks again over TCP.", "RFC 1035 section 4.1.1",
        values: { $0 == 0 ? "Message is not truncated" : "Message is truncated" })
    case .recursionDesired:
      FieldInfo(
        "dns.flags.recdesired", "Recursion desired", .flag, mask: 0x0100,
        "Whether the server shall ask others.", "RFC 1035 section 4.1.1",
        values: { $0 == 0 ? "Don't do query recursively" : "Do query recursively" })
    case .recursionAvailable:
      FieldInfo(
        "dns.flags.recavail", "Recursion available", .flag, mask: 0x0080, "Whether the server does that.",
        "RFC 1035 section 4.1.1",
        values: { $0 == 0 ? "Server can't do recursive queries" : "Server can do recursive queries" })
    case .z:
      FieldInfo(
        "dns.flags.z", "Z", .flag, mask: 0x0040, "Zero.", "RFC 1035 section 4.1.1",
        values: { $0 == 0 ? "reserved (0)" : "reserved - incorrect!" })
    case .authenticated:
      FieldInfo(
        "dns.flags.authenticated", "Answer authenticated", .flag, mask: 0x0020,
        "Whether the server checked the signatures.", "RFC 4035 section 3.2.3",
        values: {
          $0 == 0
            ? "Answer/authority portion was not authenticated by the server"
            : "Answer/authority portion was authenticated by the server"
        })
    case .checkingDisabled:
      FieldInfo(
        "dns.flags.checkdisable", "Non-authenticated data", .flag, mask: 0x0010,
        "Whether the client takes data whose signatures were not checked.", "RFC 4035 section 3.2.2",
        values: { $0 == 0 ? "Unacceptable" : "Acceptable" })
    case .rcode:
      FieldInfo(
        "dns.flags.rcode", "Reply code", .decimal(bits: 16), mask: 0x000F,
        "How it went: 3 says that the name does not exist.", "RFC 1035 section 4.1.1",
        values: { dnsResponseCode($0) })
    case .questions:
      FieldInfo(
        "dns.count.queries", "Questions", .decimal(bits: 16), "Questions; more than one is not used.",
        "RFC 1035 section 4.1.1")
    case .answers:
      FieldInfo(
        "dns.count.answers", "Answer RRs", .decimal(bits: 16), "Records that answer.",
        "RFC 1035 section 4.1.1")
    case .authorities:
      FieldInfo(
        "dns.count.auth_rr", "Authority RRs", .decimal(bits: 16), "Records that name the servers in charge.",
        "RFC 1035 section 4.1.1")
    case .additionals:
      FieldInfo(
        "dns.count.add_rr", "Additional RRs", .decimal(bits: 16), "Records that may help.",
        "RFC 1035 section 4.1.1")
    case .section:
      FieldInfo("backlab.dns.section", "Section", .heading, "Records of one kind.", "RFC 1035 section 4.1")
    case .record:
      FieldInfo("backlab.dns.record", "Record", .heading, "A question or a record.", "RFC 1035 section 4.1.3")
    case .queryName: FieldInfo("dns.qry.name", "Name", .text, "The name asked for.", "RFC 1035 section 4.1.2")
    case .queryNameLength:
      FieldInfo("dns.qry.name.len", "Name Length", .decimal(bits: 16), "Characters of it.", "Wireshark")
    case .labelCount:
      FieldInfo(
        "dns.count.labels", "Label Count", .decimal(bits: 16), "Labels of it, without the root.", "Wireshark")
    case .queryType:
      FieldInfo(
        "dns.qry.type", "Type", .decimal(bits: 16), "What kind of record is asked for.",
        "RFC 1035 section 3.2.3", values: { dnsTypeTitle($0) })
    case .queryClass:
      FieldInfo(
        "dns.qry.class", "Class", .hex(bits: 16), "IN for the Internet.", "RFC 1035 section 3.2.5",
        values: { dnsClass($0) })
    case .name: FieldInfo("dns.resp.name", "Name", .text, "Whose record it is.", "RFC 1035 section 4.1.3")
    case .type:
      FieldInfo(
        "dns.resp.type", "Type", .decimal(bits: 16), "What kind of record it is.", "RFC 1035 section 3.2.2",
        values: { dnsTypeTitle($0) })
    case .class:
      FieldInfo(
        "dns.resp.class", "Class", .hex(bits: 16), "IN for the Internet.", "RFC 1035 section 3.2.4",
        values: { dnsClass($0 & 0x7FFF) })
    case .ttl:
      FieldInfo(
        "dns.resp.ttl", "Time to live", .decimal(bits: 32), "Seconds that a cache may keep it.",
        "RFC 1035 section 4.1.3")
    case .dataLength:
      FieldInfo(
        "dns.resp.len", "Data length", .decimal(bits: 16), "Octets of its data.", "RFC 1035 section 4.1.3")
    case .a: FieldInfo("dns.a", "Address", .ipv4, "An IPv4 address.", "RFC 1035 section 3.4.1")
    case .aaaa: FieldInfo("dns.aaaa", "AAAA Address", .ipv6, "An IPv6 address.", "RFC 3596 section 2.2")
    case .ns: FieldInfo("dns.ns", "Name Server", .text, "A server in charge.", "RFC 1035 section 3.3.11")
    case .cname:
      FieldInfo("dns.cname", "CNAME", .text, "The name that this one stands for.", "RFC 1035 section 3.3.1")
    case .dname:
      FieldInfo(
        "dns.dname", "Dname", .text, "What stands for this name at the end of longer ones.",
        "RFC 6672 section 2.1")
    case .ptr:
      FieldInfo(
        "dns.ptr.domain_name", "Domain Name", .text, "The name of an address.", "RFC 1035 section 3.3.12")
    case .soaMaster:
      FieldInfo(
        "dns.soa.mname", "Primary name server", .text, "The server where the zone is written.",
        "RFC 1035 section 3.3.13")
    case .soaMailbox:
      FieldInfo(
        "dns.soa.rname", "Responsible authority's mailbox", .text, "Who is in charge; the first dot is an @.",
        "RFC 1035 section 3.3.13")
    case .soaSerial:
      FieldInfo(
        "dns.soa.serial_number", "Serial Number", .decimal(bits: 32), "Grows with each change of the zone.",
        "RFC 1035 section 3.3.13")
    case .soaRefresh:
      FieldInfo(
        "dns.soa.refresh_interval", "Refresh Interval", .decimal(bits: 32),
        "Seconds after which copies look for a change.", "RFC 1035 section 3.3.13")
    case .soaRetry:
      FieldInfo(
        "dns.soa.retry_interval", "Retry Interval", .decimal(bits: 32), "Seconds until the next try.",
        "RFC 1035 section 3.3.13")
    case .soaExpire:
      FieldInfo(
        "dns.soa.expire_limit", "Expire limit", .decimal(bits: 32),
        "Seconds after which a copy is worth nothing.", "RFC 1035 section 3.3.13")
    case .soaMinimum:
      FieldInfo(
        "dns.soa.minimum_ttl", "Minimum TTL", .decimal(bits: 32),
        "Seconds that \"no such name\" may be kept.", "RFC 2308 section 4")
    case .mxPreference:
      FieldInfo(
        "dns.mx.preference", "Preference", .decimal(bits: 16), "The lowest is tried first.",
        "RFC 1035 section 3.3.9")
    case .mxExchange:
      FieldInfo(
        "dns.mx.mail_exchange", "Mail Exchange", .text, "A server that takes mail.", "RFC 1035 section 3.3.9")
    case .txtLength:
      FieldInfo(
        "dns.txt.length", "TXT Length", .decimal(bits: 8), "Octets of a text.", "RFC 1035 section 3.3.14")
    case .txt: FieldInfo("dns.txt", "TXT", .text, "Text, for programs to read.", "RFC 1035 section 3.3.14")
    case .spfLength:
      FieldInfo(
        "dns.spf.length", "SPF Length", .decimal(bits: 8), "Octets of a text.", "RFC 7208 section 3.1")
    case .spf: FieldInfo("dns.spf", "SPF", .text, "Who may send mail; now in TXT.", "RFC 7208 section 3.1")
    case .srvService:
      FieldInfo("dns.srv.service", "Service", .text, "The service that the name begins with.", "RFC 2782")
    case .srvProtocol: FieldInfo("dns.srv.proto", "Protocol", .text, "The protocol under it.", "RFC 2782")
    case .srvName:
      FieldInfo("dns.srv.name", "Name", .text, "The domain that the service belongs to.", "RFC 2782")
    case .srvPriority:
      FieldInfo("dns.srv.priority", "Priority", .decimal(bits: 16), "The lowest is tried first.", "RFC 2782")
    case .srvWeight:
      FieldInfo(
        "dns.srv.weight", "Weight", .decimal(bits: 16), "The share among those of one priority.", "RFC 2782")
    case .srvPort:
      FieldInfo("dns.srv.port", "Port", .decimal(bits: 16), "The port of the service.", "RFC 2782")
    case .srvTarget: FieldInfo("dns.srv.target", "Target", .text, "The host of the service.", "RFC 2782")
    case .caaFlags: FieldInfo("dns.caa.flags", "CAA Flags", .hex(bits: 8), "Flags.", "RFC 8659 section 4.1")
    case .caaCritical:
      FieldInfo(
        "dns.caa.flags.issuer_critical", "Issuer Critical", .flag, mask: 0x80,
        "Whether an authority that does not know the tag must refuse.", "RFC 8659 section 4.1",
        values: { $0 == 0 ? "Not critical" : "Critical" })
    case .caaIssue:
      FieldInfo("dns.caa.issue", "Issue", .text, "Who may issue certificates.", "RFC 8659 section 4.2")
    case .caaIssueWild:
      FieldInfo(
        "dns.caa.issuewild", "Issue Wildcard", .text, "Who may issue certificates for all names below.",
        "RFC 8659 section 4.3")
    case .caaContact:
      FieldInfo("dns.caa.iodef", "Report URL", .text, "Where refusals are told.", "RFC 8659 section 4.4")
    case .caaUnknown:
      FieldInfo(
        "dns.caa.unknown", "Unknown tag", .text, "A tag that is not known here.", "RFC 8659 section 4.1")
    case .caaTagLength:
      FieldInfo(
        "dns.caa.tag_length", "Tag length", .decimal(bits: 8), "Octets of the tag.", "RFC 8659 section 4.1")
    case .caaTag: FieldInfo("dns.caa.tag", "Tag", .text, "What the value is.", "RFC 8659 section 4.1")
    case .caaValue: FieldInfo("dns.caa.value", "Value", .text, "The value.", "RFC 8659 section 4.1")
    case .naptrOrder:
      FieldInfo(
        "dns.naptr.order", "Order", .decimal(bits: 16), "The lowest is used first.", "RFC 3403 section 4.1")
    case .naptrPreference:
      FieldInfo(
        "dns.naptr.preference", "Preference", .decimal(bits: 16), "The lowest is tried first.",
        "RFC 3403 section 4.1")
    case .naptrFlagsLength:
      FieldInfo(
        "dns.naptr.flags_length", "Flags Length", .decimal(bits: 8), "Octets.", "RFC 3403 section 4.1")
    case .naptrFlags:
      FieldInfo("dns.naptr.flags", "Flags", .text, "What comes out of the rule.", "RFC 3403 section 4.1")
    case .naptrServiceLength:
      FieldInfo(
        "dns.naptr.service_length", "Service Length", .decimal(bits: 8), "Octets.", "RFC 3403 section 4.1")
    case .naptrService:
      FieldInfo(
        "dns.naptr.service", "Service", .text, "Services that the rule leads to.", "RFC 3403 section 4.1")
    case .naptrRegexLength:
      FieldInfo(
        "dns.naptr.regex_length", "Regex Length", .decimal(bits: 8), "Octets.", "RFC 3403 section 4.1")
    case .naptrRegex:
      FieldInfo("dns.naptr.regex", "Regex", .text, "How the name is rewritten.", "RFC 3403 section 4.1")
    case .naptrReplacementLength:
      FieldInfo(
        "dns.naptr.replacement_length", "Replacement Length", .decimal(bits: 16), "Characters.", "Wireshark")
    case .naptrReplacement:
      FieldInfo(
        "dns.naptr.replacement", "Replacement", .text, "The next name to look up.", "RFC 3403 section 4.1")
    case .dsKeyTag:
      FieldInfo(
        "dns.ds.key_id", "Key id", .hex(bits: 16), "The key that is vouched for.", "RFC 4034 section 5.1.1")
    case .dsAlgorithm:
      FieldInfo(
        "dns.ds.algorithm", "Algorithm", .decimal(bits: 8), "Its algorithm.", "RFC 4034 section 5.1.2",
        values: { dnsKeyAlgorithm($0) })
    case .dsDigestType:
      FieldInfo(
        "dns.ds.digest_type", "Digest Type", .decimal(bits: 8), "The hash.", "RFC 4034 section 5.1.3",
        values: { dnsDigest($0) })
    case .dsDigest:
      FieldInfo(
        "dns.ds.digest", "Digest", .bytes, "The hash of the key: the parent zone vouches for it.",
        "RFC 4034 section 5.1.4")
    case .keyFlags:
      FieldInfo("dns.dnskey.flags", "Flags", .hex(bits: 16), "What the key may do.", "RFC 4034 section 2.1.1")
    case .keyZone:
      FieldInfo(
        "dns.dnskey.flags.zone_key", "Zone Key", .flag, mask: 0x0100, "Whether it signs the zone.",
        "RFC 4034 section 2.1.1",
        values: { $0 == 0 ? "This is not a zone key" : "This is the zone key for specified zone" })
    case .keyRevoked:
      FieldInfo(
        "dns.dnskey.flags.key_revoked", "Key Revoked", .flag, mask: 0x0080, "Whether it is taken back.",
        "RFC 5011 section 3", values: { $0 == 0 ? "No" : "Yes" })
    case .keyEntry:
      FieldInfo(
        "dns.dnskey.flags.secure_entry_point", "Key Signing Key", .flag, mask: 0x0001,
        "Whether it signs keys alone.", "RFC 4034 section 2.1.1", values: { $0 == 0 ? "No" : "Yes" })
    case .keyReserved:
      FieldInfo(
        "dns.dnskey.flags.reserved", "Key Signing Key", .hex(bits: 16), mask: 0xFE7E, "Zero.",
        "RFC 4034 section 2.1.1")
    case .keyProtocol:
      FieldInfo("dns.dnskey.protocol", "Protocol", .decimal(bits: 8), "3.", "RFC 4034 section 2.1.2")
    case .keyAlgorithm:
      FieldInfo(
        "dns.dnskey.algorithm", "Algorithm", .decimal(bits: 8), "Its algorithm.", "RFC 4034 section 2.1.3",
        values: { dnsKeyAlgorithm($0) })
    case .keyTag:
      FieldInfo(
        "dns.dnskey.key_id", "Key id", .decimal(bits: 16), "A checksum by which signatures name the key.",
        "RFC 4034 appendix B")
    case .keyPublic:
      FieldInfo("dns.dnskey.public_key", "Public Key", .bytes, "The key.", "RFC 4034 section 2.1.4")
    case .signatureType:
      FieldInfo(
        "dns.rrsig.type_covered", "Type Covered", .decimal(bits: 16), "The records that are signed.",
        "RFC 4034 section 3.1.1", values: { dnsTypeTitle($0) })
    case .signatureAlgorithm:
      FieldInfo(
        "dns.rrsig.algorithm", "Algorithm", .decimal(bits: 8), "The algorithm.", "RFC 4034 section 3.1.2",
        values: { dnsKeyAlgorithm($0) })
    case .signatureLabels:
      FieldInfo(
        "dns.rrsig.labels", "Labels", .decimal(bits: 8),
        "Labels of the name; fewer than it has for a wildcard.", "RFC 4034 section 3.1.3")
    case .signatureTTL:
      FieldInfo(
        "dns.rrsig.original_ttl", "Original TTL", .decimal(bits: 32), "The time to live that is signed.",
        "RFC 4034 section 3.1.4")
    case .signatureExpiration:
      FieldInfo(
        "dns.rrsig.signature_expiration", "Signature Expiration", .absoluteTime, "Until when it holds.",
        "RFC 4034 section 3.1.5")
    case .signatureInception:
      FieldInfo(
        "dns.rrsig.signature_inception", "Signature Inception", .absoluteTime, "From when it holds.",
        "RFC 4034 section 3.1.5")
    case .signatureKeyTag:
      FieldInfo(
        "dns.rrsig.key_tag", "Key Tag", .decimal(bits: 16), "The key that signed.", "RFC 4034 section 3.1.6")
    case .signatureSigner:
      FieldInfo(
        "dns.rrsig.signers_name", "Signer's name", .text, "The zone that signed.", "RFC 4034 section 3.1.7")
    case .signature:
      FieldInfo("dns.rrsig.signature", "Signature", .bytes, "The signature.", "RFC 4034 section 3.1.8")
    case .nsecNext:
      FieldInfo(
        "dns.nsec.next_domain_name", "Next Domain Name", .text,
        "The next name that exists: none stands between.", "RFC 4034 section 4.1.1")
    case .nsec3Algorithm:
      FieldInfo(
        "dns.nsec3.algo", "Hash algorithm", .decimal(bits: 8), "The hash of names.", "RFC 5155 section 3.1.1",
        values: { $0 == 1 ? "SHA-1" : nil })
    case .nsec3Flags:
      FieldInfo("dns.nsec3.flags", "NSEC3 flags", .decimal(bits: 8), "Flags.", "RFC 5155 section 3.1.2")
    case .nsec3OptOut:
      FieldInfo(
        "dns.nsec3.flags.opt_out", "NSEC3 Opt-out flag", .flag, mask: 0x01,
        "Whether unsigned zones may stand between.", "RFC 5155 section 3.1.2.1",
        values: {
          $0 == 0 ? "Additional insecure delegations forbidden" : "Additional insecure delegations allowed"
        })
    case .nsec3Iterations:
      FieldInfo(
        "dns.nsec3.iterations", "NSEC3 iterations", .decimal(bits: 16), "How often it is hashed again.",
        "RFC 5155 section 3.1.3")
    case .nsec3SaltLength:
      FieldInfo(
        "dns.nsec3.salt_length", "Salt length", .decimal(bits: 8), "Octets.", "RFC 5155 section 3.1.4")
    case .nsec3Salt:
      FieldInfo(
        "dns.nsec3.salt_value", "Salt value", .bytes, "What is hashed along.", "RFC 5155 section 3.1.5")
    case .nsec3HashLength:
      FieldInfo(
        "dns.nsec3.hash_length", "Hash length", .decimal(bits: 8), "Octets.", "RFC 5155 section 3.1.6")
    case .nsec3Hash:
      FieldInfo(
        "dns.nsec3.hash_value", "Next hashed owner", .text, "The next hash that exists.",
        "RFC 5155 section 3.1.7")
    case .tlsaUsage:
      FieldInfo(
        "dns.tlsa.certificate_usage", "Certificate Usage", .decimal(bits: 8),
        "What the certificate is to the service.", "RFC 6698 section 2.1.1",
        values: {
          [
            "CA constraint (PKIX-TA)", "Service certificate constraint (PKIX-EE)",
            "Trust anchor assertion (DANE-TA)", "Domain-issued certificate (DANE-EE)",
          ].word($0)
        })
    case .tlsaSelector:
      FieldInfo(
        "dns.tlsa.selector", "Selector", .decimal(bits: 8), "Which part of it is compared.",
        "RFC 6698 section 2.1.2",
        values: { ["Full certificate (Cert)", "SubjectPublicKeyInfo (SPKI)"].word($0) })
    case .tlsaMatching:
      FieldInfo(
        "dns.tlsa.matching_type", "Matching Type", .decimal(bits: 8), "How it is compared.",
        "RFC 6698 section 2.1.3",
        values: {
          [
            "No Hash Used (Full)", "256 bit hash by SHA2 (SHA2-256)", "512 bit hash by SHA2 (SHA2-512)",
          ].word($0)
        })
    case .tlsaData:
      FieldInfo(
        "dns.tlsa.certificate_association_data", "Certificate Association Data", .bytes,
        "What it is compared with.", "RFC 6698 section 2.1.4")
    case .sshAlgorithm:
      FieldInfo(
        "dns.sshfp.algorithm", "Algorithm", .decimal(bits: 8), "The algorithm of the host's key.",
        "RFC 4255 section 3.1.1",
        values: { ["Reserved", "RSA", "DSA", "ECDSA", "Ed25519", "XMSS"].word($0) })
    case .sshHash:
      FieldInfo(
        "dns.sshfp.fingerprint.type", "Fingerprint type", .decimal(bits: 8), "The hash.",
        "RFC 4255 section 3.1.2", values: { ["Reserved", "SHA1", "SHA256"].word($0) })
    case .sshFingerprint:
      FieldInfo(
        "dns.sshfp.fingerprint", "Fingerprint", .bytes, "The hash of the host's key.",
        "RFC 4255 section 3.1.3")
    case .svcPriority:
      FieldInfo(
        "dns.svcb.svcpriority", "SvcPriority", .decimal(bits: 16),
        "0 for an alias, else the lowest is tried first.", "RFC 9460 section 2.4.1")
    case .svcTarget:
      FieldInfo(
        "dns.svcb.targetname", "TargetName", .text, "The host that serves; the root for the owner itself.",
        "RFC 9460 section 2.5")
    case .svcParameter:
      FieldInfo(
        "dns.svcb.svcparam", "SvcParam", .heading, "What a client knows before it connects.",
        "RFC 9460 section 2.1")
    case .svcKey:
      FieldInfo(
        "dns.svcb.svcparam.key", "SvcParamKey", .decimal(bits: 16), "Which.", "RFC 9460 section 14.3.2",
        values: { dnsServiceKey($0) })
    case .svcLength:
      FieldInfo(
        "dns.svcb.svcparam.value.length", "SvcParamValue length", .decimal(bits: 16), "Octets.",
        "RFC 9460 section 2.2")
    case .svcValue:
      FieldInfo("dns.svcb.svcparam.value", "SvcParamValue", .bytes, "The value.", "RFC 9460 section 2.2")
    case .svcMandatory:
      FieldInfo(
        "dns.svcb.svcparam.mandatory.key", "Mandatory key", .decimal(bits: 16),
        "A parameter that a client must know.", "RFC 9460 section 8", values: { dnsServiceKey($0) })
    case .svcALPNLength:
      FieldInfo(
        "dns.svcb.svcparam.alpn.length", "ALPN length", .decimal(bits: 8), "Octets.", "RFC 9460 section 7.1")
    case .svcALPN:
      FieldInfo(
        "dns.svcb.svcparam.alpn", "ALPN", .text,
        "A protocol that the service speaks: h3 spares a client the try over TCP.", "RFC 9460 section 7.1")
    case .svcPort:
      FieldInfo("dns.svcb.svcparam.port", "Port", .decimal(bits: 16), "Its port.", "RFC 9460 section 7.2")
    case .svcIPv4:
      FieldInfo(
        "dns.svcb.svcparam.ipv4hint.ip", "IP", .ipv4, "An address, to begin with.", "RFC 9460 section 7.3")
    case .svcIPv6:
      FieldInfo(
        "dns.svcb.svcparam.ipv6hint.ip", "IP", .ipv6, "An address, to begin with.", "RFC 9460 section 7.3")
    case .hinfoCPULength:
      FieldInfo("dns.hinfo.cpu_length", "CPU Length", .decimal(bits: 8), "Octets.", "RFC 1035 section 3.3.2")
    case .hinfoCPU: FieldInfo("dns.hinfo.cpu", "CPU", .text, "The machine.", "RFC 1035 section 3.3.2")
    case .hinfoOSLength:
      FieldInfo("dns.hinfo.os_length", "OS Length", .decimal(bits: 8), "Octets.", "RFC 1035 section 3.3.2")
    case .hinfoOS: FieldInfo("dns.hinfo.os", "OS", .text, "Its system.", "RFC 1035 section 3.3.2")
    case .locVersion: FieldInfo("dns.loc.version", "Version", .decimal(bits: 8), "0.", "RFC 1876 section 2")
    case .locSize: FieldInfo("dns.loc.size", "Size", .decimal(bits: 8), "Diameter.", "RFC 1876 section 2")
    case .locHorizontal:
      FieldInfo(
        "dns.loc.horizontal_precision", "Horizontal Precision", .decimal(bits: 8), "How exact.",
        "RFC 1876 section 2")
    case .locVertical:
      FieldInfo(
        "dns.loc.vertical_precision", "Vertical Precision", .decimal(bits: 8), "How exact.",
        "RFC 1876 section 2")
    case .locLatitude:
      FieldInfo(
        "dns.loc.latitude", "Latitude", .decimal(bits: 32),
        "Thousandths of a second of arc, the equator at 2^31.", "RFC 1876 section 2")
    case .locLongitude:
      FieldInfo(
        "dns.loc.longitude", "Longitude", .decimal(bits: 32),
        "Thousandths of a second of arc, Greenwich at 2^31.", "RFC 1876 section 2")
    case .locAltitude:
      FieldInfo(
        "dns.loc.altitude", "Altitude", .decimal(bits: 32), "Centimetres above 100 km below the sea.",
        "RFC 1876 section 2")
    case .rpMailbox:
      FieldInfo("dns.rp.mailbox", "Mailbox", .text, "Who is in charge.", "RFC 1183 section 2.2")
    case .rpText: FieldInfo("dns.rp.txt_rr", "TXT RR", .text, "Where more is told.", "RFC 1183 section 2.2")
    case .afsType:
      FieldInfo(
        "dns.afsdb.subtype", "Subtype", .decimal(bits: 16), "The kind of server.", "RFC 1183 section 1")
    case .afsHost: FieldInfo("dns.afsdb.hostname", "Hostname", .text, "The server.", "RFC 1183 section 1")
    case .openPGPKey: FieldInfo("dns.openpgpkey", "OpenPGP Key", .text, "A key.", "RFC 7929 section 2.3")
    case .certType:
      FieldInfo(
        "dns.cert.type", "Type", .decimal(bits: 16), "The kind of certificate.", "RFC 4398 section 2.1")
    case .certKeyTag:
      FieldInfo("dns.cert.key_tag", "Key Tag", .hex(bits: 16), "Its key.", "RFC 4398 section 2")
    case .certAlgorithm:
      FieldInfo("dns.cert.algorithm", "Algorithm", .decimal(bits: 8), "Its algorithm.", "RFC 4398 section 2")
    case .certificate:
      FieldInfo(
        "dns.cert.certificate", "Certificate (or CRL)", .bytes, "The certificate.", "RFC 4398 section 2")
    case .eui48:
      FieldInfo("dns.eui48", "EUI48 Address", .ether, "A hardware address.", "RFC 7043 section 3.1")
    case .undecoded:
      FieldInfo(
        "dns.undecoded.type", "Type not decoded", .heading, "Records of this type are not taken apart.",
        "Wireshark")
    case .data: FieldInfo("dns.data", "Data", .bytes, "The data.", "RFC 3597 section 3")
    case .payloadSize:
      FieldInfo(
        "dns.rr.udp_payload_size", "UDP payload size", .decimal(bits: 16),
        "Octets that the sender can take in one datagram.", "RFC 6891 section 6.2.3")
    case .extendedRcode:
      FieldInfo(
        "dns.resp.ext_rcode", "Higher bits in extended RCODE", .hex(bits: 8), "More of how it went.",
        "RFC 6891 section 6.1.3")
    case .ednsVersion:
      FieldInfo("dns.resp.edns0_version", "EDNS0 version", .decimal(bits: 8), "0.", "RFC 6891 section 6.1.3")
    case .ednsFlags: FieldInfo("dns.resp.z", "Z", .hex(bits: 16), "Flags.", "RFC 6891 section 6.1.4")
    case .dnssecOK:
      FieldInfo(
        "dns.resp.z.do", "DO bit", .flag, mask: 0x8000, "Whether signatures are wanted.",
        "RFC 3225 section 3",
        values: { $0 == 0 ? "Cannot handle DNSSEC security RRs" : "Accepts DNSSEC security RRs" })
    case .ednsReserved:
      FieldInfo(
        "dns.resp.z.reserved", "Reserved", .hex(bits: 16), mask: 0x7FFF, "Zero.", "RFC 6891 section 6.1.4")
    case .option:
      FieldInfo("dns.opt", "Option", .heading, "Something that the two agree on.", "RFC 6891 section 6.1.2")
    case .optionCode:
      FieldInfo(
        "dns.opt.code", "Option Code", .decimal(bits: 16), "What.", "RFC 6891 section 6.1.2",
        values: { dnsOption($0) })
    case .optionLength:
      FieldInfo("dns.opt.len", "Option Length", .decimal(bits: 16), "Octets.", "RFC 6891 section 6.1.2")
    case .optionData:
      FieldInfo("dns.opt.data", "Option Data", .bytes, "The octets.", "RFC 6891 section 6.1.2")
    case .clientCookie:
      FieldInfo(
        "dns.opt.cookie.client", "Client Cookie", .bytes, "What the server repeats: a spoofer can't.",
        "RFC 7873 section 4")
    case .serverCookie:
      FieldInfo(
        "dns.opt.cookie.server", "Server Cookie", .bytes, "What the client brings back.", "RFC 7873 section 4"
      )
    case .subnetFamily:
      FieldInfo(
        "dns.opt.client.family", "Family", .decimal(bits: 16), "1 for IPv4, 2 for IPv6.",
        "RFC 7871 section 6", values: { $0 == 1 ? "IPv4" : $0 == 2 ? "IPv6" : nil })
    case .subnetSource:
      FieldInfo(
        "dns.opt.client.netmask", "Source Netmask", .decimal(bits: 8),
        "Bits of the client's address that are told.", "RFC 7871 section 6")
    case .subnetScope:
      FieldInfo(
        "dns.opt.client.scope", "Scope Netmask", .decimal(bits: 8), "Bits that the answer holds for.",
        "RFC 7871 section 6")
    case .subnetIPv4:
      FieldInfo("dns.opt.client.addr4", "Client Subnet", .ipv4, "The client's network.", "RFC 7871 section 6")
    case .subnetIPv6:
      FieldInfo(
        "dns.opt.client.addr6", "Client Subnet", .ipv6, "The client's network.", "RFC 7871 section 6")
    case .padding:
      FieldInfo("dns.opt.padding", "Padding", .bytes, "Hides how long the message is.", "RFC 7830 section 3")
    case .extendedError:
      FieldInfo(
        "dns.opt.ext_error.info_code", "Info Code", .decimal(bits: 16), "Why it went wrong.",
        "RFC 8914 section 2")
    case .extendedErrorText:
      FieldInfo("dns.opt.ext_error.extra_text", "Extra Text", .text, "Why, in words.", "RFC 8914 section 2")
    case .responseIn:
      FieldInfo("dns.response_in", "Response In", .row, "The row with the answer.", "Wireshark")
    case .responseTo:
      FieldInfo("dns.response_to", "Request In", .row, "The row with the question.", "Wireshark")
    case .time: FieldInfo("dns.time", "Time", .relativeTime, "From the question to the answer.", "Wireshark")
    case .retransmittedRequest:
      FieldInfo(
        "dns.retransmit_request_in", "Retransmitted request. Original request in", .row,
        "The row in which it was asked first.", "Wireshark")
    case .retransmittedResponse:
      FieldInfo(
        "dns.retransmit_response_in", "Retransmitted response. Original response in", .row,
        "The row in which it was answered first.", "Wireshark")
    case .retransmission:
      FieldInfo(
        "dns.retransmission", "Retransmission", .flag, "Whether the same was sent before.", "Wireshark")
    case .retransmitRequestNote:
      FieldInfo(
        "dns.retransmit_request", "DNS query retransmission", .heading,
        "The client asks again: no answer came in time.", "Wireshark")
    case .retransmitResponseNote:
      FieldInfo(
        "dns.retransmit_response", "DNS response retransmission", .heading, "The server answers again.",
        "Wireshark")
    case .malformed:
      FieldInfo(
        "backlab.dns.malformed", "Malformed", .text, "What can't be read, and why.", "RFC 1035 section 4.1")
    }
  }
}
