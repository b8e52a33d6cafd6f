/// How Wireshark words the text behind a field's title.
enum LabelForm: UInt8 {
  /// `64`.
  case value
  /// `TCP (6)`.
  case named
  /// `8 (Echo (ping) request)`.
  case valueNamed
  /// `Unverified`.
  case name
  /// `60 bytes (480 bits)`.
  case bits
  /// `20 bytes (5)`.
  case words
  /// Units of eight octets.
  case eights
  /// `0x1f45 (8005)`.
  case both
  /// `0x8580 Standard query response, No error`.
  case message
  /// `0.000015102 seconds`.
  case seconds
  /// `300 (5 minutes)`.
  case duration
  /// `5 octets`.
  case octets
  /// The node's octets counted instead of shown: `File Data: 6 bytes`.
  case size
  /// The same in the place of a value: `TCP payload (6 bytes)`.
  case payload
  /// The line of text that its first child covers: `Host: 10.0.0.2\r\n`.
  case line
  /// The octets as text, the title left out: `GET / HTTP/1.1\r\n`.
  case text
  /// `Frame: 8, payload: 0-113 (114 bytes)`.
  case frames
  /// `HTTP request 1/3`.
  case ordinal
  /// `2.5.29.14 (id-ce-subjectKeyIdentifier)`.
  case objectID
  /// `3 items`.
  case items
  /// `1 item (id-at-commonName=lab.test)`: with the names below it.
  case names
  /// A certificate's octets, and whose it is.
  case certificate
  /// `7200 seconds (2 hours)`.
  case lifetime
  /// `0x07`: octets as one number.
  case bigNumber
  /// `4e:9d:fb`: the first half of a card's address.
  case oui
  /// `0x05, End Headers, End Stream`: with the flags below it that are set.
  case flagNames
  case tcpFlags, ipFlags, service, sequence, acknowledgment, scale, interface, icmpCode
  case ipChecksum, checksum, checkedChecksum

  /// The form of a field.
  static func of(_ info: FieldInfo) -> LabelForm {
    if let form = table[info.name] ?? certificateForms[info.name] { return form }
    if headers.contains(info.name) { return .line }
    switch info.type {
    case .relativeTime: return .seconds
    case .decimal, .hex, .signed:
      if info.name.hasSuffix(".checksum.status") { return .name }
      return info.valueName == nil ? .value : .named
    default: return .value
    }
  }

  /// The form of fields by what they are, where Wireshark words them all alike.
  private static let certificateForms: [String: LabelForm] = {
    var forms: [String: LabelForm] = ["tls.handshake.certificate": .certificate]
    for name in [
      "x509af.algorithm.id", "x509af.extension.id", "pkcs1.namedCurve", "x509if.oid", "x509ce.type_id",
      "x509ce.registeredID", "x509ce.policyIdentifier", "x509ce.id", "x509ce.KeyPurposeId",
      "pkix1implicit.accessMethod", "ocsp.responseType.id", "pkix1explicit.id",
    ] { forms[name] = .objectID }
    for name in [
      "x509af.extensions", "x509ce.GeneralNames", "x509ce.authorityCertIssuer", "x509ce.fullName",
      "x509ce.cRLIssuer", "x509ce.CertificatePoliciesSyntax", "x509ce.policyQualifiers",
      "pkix1implicit.noticeNumbers", "x509ce.permittedSubtrees", "x509ce.excludedSubtrees",
      "x509ce.KeyPurposeIDs", "x509ce.CRLDistPointsSyntax", "x509ce.nameRelativeToCRLIssuer",
      "pkix1implicit.AuthorityInfoAccessSyntax", "pkix1explicit.Features", "ocsp.responses", "ocsp.certs",
      "ocsp.responseExtensions", "ocsp.singleExtensions",
    ] { forms[name] = .items }
    for name in ["x509af.rdnSequence", "x509if.rdnSequence", "x509if.RDNSequence_item"] {
      forms[name] = .names
    }
    for name in [
      "x509af.serialNumber", "x509af.p", "x509af.q", "x509af.g", "pkcs1.modulus",
      "x509ce.authorityCertSerialNumber", "ocsp.serialNumber",
    ] { forms[name] = .bigNumber }
    return forms
  }()

  /// Titles that Wireshark has in its trees, where they are others than those of its table.
  static let titles = [
    "tls.handshake.type": "Handshake Type", "udp.payload": "UDP payload",
    "tls.segment.data": "TLS segment data",
    "tls.handshake.cert_type": "Certificate type",
  ]

  private static let headers = Set(httpHeaderFields.joined().map(\.field.info.name))

  private static let table: [String: LabelForm] = [
    "frame.len": .bits, "frame.cap_len": .bits, "frame.interface_id": .interface,
    "ip.hdr_len": .words, "ip.frag_offset": .eights, "ip.id": .both, "ip.flags": .ipFlags,
    "ip.dsfield": .service, "ip.checksum": .ipChecksum, "ipv6.tclass": .service,
    "tcp.hdr_len": .words, "tcp.seq": .sequence, "tcp.nxtseq": .sequence, "tcp.ack": .acknowledgment,
    "tcp.flags": .tcpFlags, "tcp.window_size_scalefactor": .scale, "tcp.checksum": .checksum,
    "tcp.payload": .payload, "tcp.segment_data": .payload, "udp.payload": .payload,
    "udp.checksum": .checksum, "icmp.checksum": .checkedChecksum, "icmpv6.checksum": .checkedChecksum,
    "http.response.code": .value, "frame.comment": .text, "backlab.text.line": .text,
    "grpc.message_data": .size, "mqtt.hdrflags": .flagNames, "mqtt.conflags": .flagNames,
    "icmpv6.nd.ra.flag": .flagNames, "icmpv6.nd.na.flag": .flagNames, "icmpv6.opt.prefix.flag": .flagNames,
    "dns.resp.ttl": .duration, "dns.rrsig.original_ttl": .duration, "dns.flags": .message,
    "dns.soa.refresh_interval": .duration, "dns.soa.retry_interval": .duration,
    "dns.soa.expire_limit": .duration, "dns.soa.minimum_ttl": .duration, "tls.segment.data": .payload,
    "icmp.type": .valueNamed,
    "icmp.code": .icmpCode,
    "icmp.ident": .both, "icmp.ident_le": .both, "icmp.seq": .both, "icmp.seq_le": .both,
    "http2.flags": .flagNames, "http.file_data": .size, "http.chunk_size": .octets,
    "backlab.http.start_line": .text, "backlab.tcp.state.client": .name, "backlab.tcp.state.server": .name,
    "backlab.http.end_of_headers": .text, "http.request.line": .text, "http.response.line": .text,
    "icmpv6.opt.length": .value, "http2.headers.status": .value,
    "tls.handshake.extension.data": .payload, "eth.dst.oui": .oui, "eth.src.oui": .oui, "eth.addr.oui": .oui,
    "_ws.expert.severity": .name, "_ws.expert.group": .name, "tcp.segment": .frames,
    "ip.fragment": .frames, "ip.fragment.error": .frames, "ipv6.fragment": .frames,
    "ipv6.fragment.error": .frames,
    "http2.body.fragment": .frames, "http.request_number": .ordinal,
    "http.response_number": .ordinal, "tls.segment": .frames, "tls.handshake.fragment": .frames,
    "tls.handshake.session_ticket_lifetime_hint": .lifetime,
  ]
}

extension FieldTraits {
  /// The traits of a field of a layer; of one that output alone knows without.
  static func of(_ info: FieldInfo, _ layer: Layer?) -> FieldTraits {
    var traits: FieldTraits = table[info.name] ?? []
    if info.type == .heading, !info.name.contains(".") || ["_ws.short", "_ws.malformed"].contains(info.name) {
      traits.insert(.proto)
    }
    if info.type == .heading || ["backlab.http.start_line", "backlab.text.line"].contains(info.name),
      info.name.hasPrefix("backlab.")
    {
      traits.insert(.textOnly)
    }
    let whole = ["ip.version", "ip.hdr_len", "ipv6.version", "tcp.hdr_len"]
    if whole.contains(info.name) { traits.insert(.wholeOctets) }
    if info.name == "tcp.flags" { traits.insert(.partOfOctets) }
    if info.name == "icmpv6.opt.linkaddr" { traits.insert(.colons) }
    if let layer,
      [
        .frame, .journal, .session, .syscall, .kernel, .knob, .process, .request, .load, .note, .wire,
      ].contains(layer),
      !traits.contains(.generated)
    {
      traits.insert(.plain)
    }
    if expertFields[info.name] != nil { traits.insert(.expert) }
    return traits
  }

  /// What can be kept of a field's lines (`LineMemo`). Numbers that are another in each row are not worth it.
  static func steady(_ type: FieldType, _ form: LabelForm) -> FieldTraits {
    switch form {
    case .sequence, .acknowledgment, .checksum, .ipChecksum, .checkedChecksum, .both: return []
    default: break
    }
    switch type {
    case .decimal, .hex, .signed, .flag, .ipv4, .ether:
      switch form {
      case .flagNames, .interface, .icmpCode, .ordinal, .frames, .line, .text: return .steadyValue
      default: return [.steadyValue, .steadyLine]
      }
    case .heading where form == .value: return [.steadyLine, .worded]
    case .bytes where form == .payload: return [.steadyLine, .worded]
    default: return []
    }
  }

  /// A field's name in `-T ek`: behind that of its protocol, unless it is one.
  static func member(_ info: FieldInfo, _ traits: FieldTraits) -> String {
    func flat(_ text: some StringProtocol) -> String { String(text.map { $0 == "." ? "_" : $0 }) }
    if traits.contains(.textOnly) { return "text" }
    let isOwn = traits.contains(.proto) || info.name == "_ws.expert" || ownNames.contains(info.name)
    if isOwn { return flat(info.name) }
    let parent =
      info.name.hasPrefix("_ws.expert") ? "_ws.expert" : info.name.split(separator: ".").first ?? ""
    return flat(parent) + "_" + flat(info.name)
  }

  /// Options of TCP, each a protocol of its own to Wireshark.
  private static let ownNames: Set<String> = [
    "tcp.options.nop", "tcp.options.mss", "tcp.options.wscale", "tcp.options.sack_perm", "tcp.options.sack",
    "tcp.options.timestamp", "tcp.options.tfo", "tcp.options.unknown",
  ]

  private static let table: [String: FieldTraits] = [
    "dns.nsec3.hash_value": .generated, "dns.naptr.regex": .plain,
    "frame.time_delta": .generated, "frame.time_relative": .generated, "frame.protocols": .generated,
    "http.request": .hidden, "http.response": .hidden, "http.request.line": [.hidden, .sibling, .plain],
    "http.response.line": [.hidden, .sibling, .plain], "http.file_data": .plain,
    "backlab.http.request_count": .hidden,
    "http.response.code.desc": .generated, "tcp.payload": .plain, "tcp.flags.str": .generated,
    "tcp.window_size": .generated, "tcp.window_size_scalefactor": .generated,
    "tcp.options.wscale.multiplier": .generated, "http.content_length": .generated,
    "http2.header.unescaped": .generated, "http2.body.fragment": .generated,
    "http2.body.reassembled.data": .generated, "tls.handshake.extension.data": .plain,
    "tcp.segments": .generated,
    "tcp.segment": .generated, "tcp.reassembled.data": .generated, "tls.segments": .generated,
    "tls.segment": .generated, "tcp.pdu.size": .generated, "dns.qry.name.len": .generated,
    "dns.count.labels": .generated, "json.path": .generated, "json.path_with_value": .generated,
    "json.member_with_value": .generated, "ip.fragments": .generated, "ip.fragment": .generated,
    "ipv6.fragments": .generated, "ipv6.fragment": .generated, "data.len": .generated,
    "websocket.fragment": .generated, "ipv6.hopopts.len_oct": .generated, "ipv6.dstopts.len_oct": .generated,
    "ipv6.routing.len_oct": .generated,
    "ocsp.certStatus": .plain, "ocsp.good_element": .plain,
    "tls.handshake.fragments": .generated, "tls.handshake.fragment": .generated,
  ]
}
