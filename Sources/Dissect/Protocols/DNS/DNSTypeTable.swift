/// A kind of record: the IANA registry "Resource Record (RR) TYPEs".
private let dnsTypes: [UInt64: (name: String, words: String)] = [
  1: ("A", "Host Address"), 2: ("NS", "authoritative Name Server"),
  5: ("CNAME", "Canonical NAME for an alias"),
  6: ("SOA", "Start Of a zone of Authority"), 12: ("PTR", "domain name PoinTeR"),
  13: ("HINFO", "host information"),
  15: ("MX", "Mail eXchange"), 16: ("TXT", "Text strings"), 17: ("RP", "Responsible Person"),
  18: ("AFSDB", "AFS Data Base location"), 24: ("SIG", "security signature"), 25: ("KEY", "security key"),
  28: ("AAAA", "IPv6 Address"), 29: ("LOC", "Location Information"), 33: ("SRV", "Server Selection"),
  35: ("NAPTR", "Naming Authority Pointer"), 36: ("KX", "Key Exchanger"), 37: ("CERT", "CERT"),
  39: ("DNAME", ""),
  41: ("OPT", ""), 42: ("APL", ""), 43: ("DS", "Delegation Signer"), 44: ("SSHFP", "SSH Key Fingerprint"),
  45: ("IPSECKEY", ""), 46: ("RRSIG", "Resource Record Signature"),
  47: ("NSEC", "Next Secure"), 48: ("DNSKEY", "DNS Public Key"), 49: ("DHCID", ""),
  50: ("NSEC3", ""),
  51: ("NSEC3PARAM", ""), 52: ("TLSA", ""), 55: ("HIP", "Host Identity Protocol"), 59: ("CDS", "Child DS"),
  60: ("CDNSKEY", "DNSKEY(s) the Child wants reflected in DS"), 61: ("OPENPGPKEY", "OpenPGP Key"),
  62: ("CSYNC", "Child-To-Parent Synchronization"), 63: ("ZONEMD", "Message Digest Over Zone Data"),
  64: ("SVCB", "General Purpose Service Endpoints"), 65: ("HTTPS", "HTTPS Specific Service Endpoints"),
  99: ("SPF", ""),
  108: ("EUI48", ""), 109: ("EUI64", ""), 249: ("TKEY", "Transaction Key"),
  250: ("TSIG", "Transaction Signature"),
  251: ("IXFR", "incremental zone transfer"), 252: ("AXFR", "transfer of an entire zone"), 255: ("ANY", ""),
  256: ("URI", "URI"), 257: ("CAA", "Certification Authority Restriction"),
]

/// A type's short name: `AAAA`.
func dnsTypeName(_ type: UInt16) -> String {
  dnsTypes[UInt64(type)]?.name ?? "Unknown (\(type))"
}

/// A type's name with its meaning: `AAAA (IPv6 Address)`.
func dnsTypeTitle(_ type: UInt64) -> String? {
  dnsTypes[type].map { $0.words.isEmpty ? $0.name : "\($0.name) (\($0.words))" }
}

/// Classes: RFC 1035 section 3.2.4.
func dnsClass(_ value: UInt64) -> String? {
  switch value {
  case 1: "IN"
  case 3: "CH"
  case 4: "HS"
  case 254: "NONE"
  case 255: "ANY"
  default: nil
  }
}

/// What is asked for: the IANA registry "DNS OpCodes".
func dnsOpcode(_ value: UInt64) -> String? {
  switch value {
  case 0: "Standard query"
  case 1: "Inverse query"
  case 2: "Server status request"
  case 4: "Zone change notification"
  case 5: "Dynamic update"
  case 6: "DNS Stateful operations (DSO)"
  default: nil
  }
}

/// How it went: the IANA registry "DNS RCODEs".
func dnsResponseCode(_ value: UInt64) -> String? {
  switch value {
  case 0: "No error"
  case 1: "Format error"
  case 2: "Server failure"
  case 3: "No such name"
  case 4: "Not implemented"
  case 5: "Refused"
  case 6: "Name exists"
  case 7: "RRset exists"
  case 8: "RRset does not exist"
  case 9: "Not authoritative"
  case 10: "Name out of zone"
  case 16: "Bad OPT version or TSIG signature failure"
  default: nil
  }
}

/// Algorithms of keys: the IANA registry "DNS Security Algorithm Numbers".
func dnsKeyAlgorithm(_ value: UInt64) -> String? {
  switch value {
  case 5: "RSA/SHA-1"
  case 7: "RSASHA1-NSEC3-SHA1"
  case 8: "RSA/SHA-256"
  case 10: "RSA/SHA-512"
  case 13: "ECDSA Curve P-256 with SHA-256"
  case 14: "ECDSA Curve P-384 with SHA-384"
  case 15: "Ed25519"
  case 16: "Ed448"
  default: nil
  }
}

/// Hashes of keys: the IANA registry "DS RR Type Digest Algorithms".
func dnsDigest(_ value: UInt64) -> String? {
  switch value {
  case 1: "SHA-1"
  case 2: "SHA-256"
  case 4: "SHA-384"
  default: nil
  }
}

/// Parameters of services: RFC 9460 section 14.3.2.
func dnsServiceKey(_ value: UInt64) -> String? {
  switch value {
  case 0: "mandatory"
  case 1: "alpn"
  case 2: "no-default-alpn"
  case 3: "port"
  case 4: "ipv4hint"
  case 5: "ech"
  case 6: "ipv6hint"
  default: nil
  }
}

/// Options of EDNS: the IANA registry "DNS EDNS0 Option Codes".
func dnsOption(_ value: UInt64) -> String? {
  switch value {
  case 3: "NSID - Name Server Identifier"
  case 8: "CSUBNET - Client subnet"
  case 9: "EXPIRE"
  case 10: "COOKIE"
  case 11: "EDNS TCP Keepalive"
  case 12: "PADDING"
  case 15: "Extended DNS Error"
  default: nil
  }
}

extension [String] {
  /// The word of a number; nil beyond the last one.
  func word(_ number: UInt64) -> String? { number < count ? self[Int(number)] : nil }
}
