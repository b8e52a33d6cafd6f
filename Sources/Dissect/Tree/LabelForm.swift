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
  /// `0.000015102 seconds`.
  case seconds
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
  /// `4e:9d:fb`: the first half of a card's address.
  case oui
  /// `0x05, End Headers, End Stream`: with the flags below it that are set.
  case flagNames
  case tcpFlags, ipFlags, service, sequence, acknowledgment, scale, interface, icmpCode
  case ipChecksum, checksum, checkedChecksum

  /// The form of a field.
  static func of(_ info: FieldInfo) -> LabelForm {
    if let form = table[info.name] { return form }
    if headers.contains(info.name) { return .line }
    switch info.type {
    case .relativeTime: return .seconds
    case .decimal, .hex, .signed:
      if info.name.hasSuffix(".checksum.status") { return .name }
      return info.valueName == nil ? .value : .named
    default: return .value
    }
  }

  /// Titles that Wireshark has in its trees, where they are others than those of its table.
  static let titles = ["tls.handshake.type": "Handshake Type", "udp.payload": "UDP payload"]

  private static let headers = Set(httpHeaderFields.joined().map(\.field.info.name))

  private static let table: [String: LabelForm] = [
    "frame.len": .bits, "frame.cap_len": .bits, "frame.interface_id": .interface,
    "ip.hdr_len": .words, "ip.frag_offset": .eights, "ip.id": .both, "ip.flags": .ipFlags,
    "ip.dsfield": .service, "ip.checksum": .ipChecksum, "ipv6.tclass": .service,
    "tcp.hdr_len": .words, "tcp.seq": .sequence, "tcp.nxtseq": .sequence, "tcp.ack": .acknowledgment,
    "tcp.flags": .tcpFlags, "tcp.window_size_scalefactor": .scale, "tcp.checksum": .checksum,
    "tcp.payload": .payload, "tcp.segment_data": .payload, "udp.payload": .payload,
    "udp.checksum": .checksum, "icmp.checksum": .checkedChecksum, "icmpv6.checksum": .checkedChecksum,
    "http.response.code": .value, "icmp.type": .valueNamed,
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
    "http.request_number": .ordinal,
    "http.response_number": .ordinal, "tls.segment": .frames,
  ]
}

extension FieldTraits {
  /// The traits of a field of a layer; of one that output alone knows without.
  static func of(_ info: FieldInfo, _ layer: Layer?) -> FieldTraits {
    var traits: FieldTraits = table[info.name] ?? []
    if info.type == .heading, !info.name.contains(".") || ["_ws.short", "_ws.malformed"].contains(info.name) {
      traits.insert(.proto)
    }
    if info.type == .heading || info.name == "backlab.http.start_line", info.name.hasPrefix("backlab.") {
      traits.insert(.textOnly)
    }
    if ["ip.version", "ip.hdr_len", "tcp.hdr_len"].contains(info.name) { traits.insert(.wholeOctets) }
    if info.name == "tcp.flags" { traits.insert(.partOfOctets) }
    if info.name == "icmpv6.opt.linkaddr" { traits.insert(.colons) }
    if let layer,
      [.frame, .journal, .session, .syscall, .kernel, .knob, .process, .note, .wire].contains(layer),
      !traits.contains(.generated)
    {
      traits.insert(.plain)
    }
    if expertFields[info.name] != nil { traits.insert(.expert) }
    return traits
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
    "frame.time_delta": .generated, "frame.time_relative": .generated, "frame.protocols": .generated,
    "http.request": .hidden, "http.response": .hidden, "http.request.line": [.hidden, .sibling, .plain],
    "http.response.line": [.hidden, .sibling, .plain], "http.file_data": .plain,
    "backlab.http.request_count": .hidden,
    "http.response.code.desc": .generated, "tcp.payload": .plain, "tcp.flags.str": .generated,
    "tcp.window_size": .generated, "tcp.window_size_scalefactor": .generated,
    "tcp.options.wscale.multiplier": .generated, "http.content_length": .generated,
    "http2.header.unescaped": .generated, "tls.handshake.extension.data": .plain, "tcp.segments": .generated,
    "tcp.segment": .generated, "tcp.reassembled.data": .generated, "tls.segments": .generated,
    "tls.segment": .generated,
  ]
}
