/// Fields that Wireshark shows beside others and that follow from them: names for either end, what a name would be
/// resolved to, remarks. Trees don't keep them; output makes them.
enum DerivedField: UInt8, CaseIterable {
  case versionOfIPv6, offsetShift, timeDeltaDisplayed, isMarked, isIgnored
  case etherDestinationResolved, etherDestinationOUI, etherSourceResolved, etherSourceOUI
  case etherAddress, etherAddressResolved, etherAddressOUI, etherLG, etherIG
  case ipAddress, ipSourceHost, ipDestinationHost, ipHost
  case ipv6Address, ipv6SourceHost, ipv6DestinationHost, ipv6Host
  case tcpPort, udpPort
  case expert, expertMessage, expertSeverity, expertGroup
  case etherDestinationVendor, etherSourceVendor, etherVendor, commentRemark
  case synRemark, synAckRemark, finRemark, resetRemark, httpRemark

  /// What it is: name, title and type; the words about its meaning are those of the field that it follows from.
  var info: FieldInfo {
    func field(
      _ name: String, _ title: String, _ type: FieldType, mask: UInt64 = 0, like field: EthernetField? = nil
    ) -> FieldInfo {
      FieldInfo(name, title, type, mask: mask, "", "Wireshark", values: field?.info.valueName)
    }
    let oui = FieldType.decimal(bits: 24)
    return switch self {
    case .versionOfIPv6: field("ip.version", "Version", .decimal(bits: 8), mask: 0xF0)
    case .etherDestinationVendor: field("eth.dst.oui_resolved", "Destination OUI (resolved)", .text)
    case .etherSourceVendor: field("eth.src.oui_resolved", "Source OUI (resolved)", .text)
    case .etherVendor: field("eth.addr.oui_resolved", "Address OUI (resolved)", .text)
    case .commentRemark: field("frame.comment.expert", "Formatted comment", .heading)
    case .offsetShift: field("frame.offset_shift", "Time shift for this packet", .relativeTime)
    case .timeDeltaDisplayed:
      field("frame.time_delta_displayed", "Time delta from previous displayed frame", .relativeTime)
    case .isMarked: field("frame.marked", "Frame is marked", .flag)
    case .isIgnored: field("frame.ignored", "Frame is ignored", .flag)
    case .etherDestinationResolved: field("eth.dst_resolved", "Destination (resolved)", .ether)
    case .etherDestinationOUI: field("eth.dst.oui", "Destination OUI", oui)
    case .etherSourceResolved: field("eth.src_resolved", "Source (resolved)", .ether)
    case .etherSourceOUI: field("eth.src.oui", "Source OUI", oui)
    case .etherAddress: field("eth.addr", "Address", .ether)
    case .etherAddressResolved: field("eth.addr_resolved", "Address (resolved)", .ether)
    case .etherAddressOUI: field("eth.addr.oui", "Address OUI", oui)
    case .etherLG: field("eth.lg", "LG bit", .flag, mask: 0x20000, like: .destinationLG)
    case .etherIG: field("eth.ig", "IG bit", .flag, mask: 0x10000, like: .destinationIG)
    case .ipAddress: field("ip.addr", "Source or Destination Address", .ipv4)
    case .ipSourceHost: field("ip.src_host", "Source Host", .ipv4)
    case .ipDestinationHost: field("ip.dst_host", "Destination Host", .ipv4)
    case .ipHost: field("ip.host", "Source or Destination Host", .ipv4)
    case .ipv6Address: field("ipv6.addr", "Source or Destination Address", .ipv6)
    case .ipv6SourceHost: field("ipv6.src_host", "Source Host", .ipv6)
    case .ipv6DestinationHost: field("ipv6.dst_host", "Destination Host", .ipv6)
    case .ipv6Host: field("ipv6.host", "Source or Destination Host", .ipv6)
    case .tcpPort: field("tcp.port", "Source or Destination Port", .decimal(bits: 16))
    case .udpPort: field("udp.port", "Source or Destination Port", .decimal(bits: 16))
    case .expert: field("_ws.expert", "Expert Info", .heading)
    case .expertMessage: field("_ws.expert.message", "Message", .text)
    case .expertSeverity:
      FieldInfo(
        "_ws.expert.severity", "Severity level", .decimal(bits: 32), "", "Wireshark",
        values: { Severity(rawValue: UInt32(clamping: $0))?.word })
    case .expertGroup:
      FieldInfo(
        "_ws.expert.group", "Group", .decimal(bits: 32), "", "Wireshark",
        values: { ExpertGroup(rawValue: UInt32(clamping: $0))?.word })
    case .synRemark: field("tcp.connection.syn", "Connection establish request (SYN)", .heading)
    case .synAckRemark: field("tcp.connection.synack", "Connection establish acknowledge (SYN+ACK)", .heading)
    case .finRemark: field("tcp.connection.fin", "Connection finish (FIN)", .heading)
    case .resetRemark: field("tcp.connection.rst", "Connection reset (RST)", .heading)
    case .httpRemark: field("http.chat", "Formatted text", .heading)
    }
  }

  /// How output shows it, but for what follows from `info`.
  var traits: FieldTraits {
    switch self {
    case .offsetShift, .timeDeltaDisplayed, .isMarked, .isIgnored: .generated
    case .etherAddress: .plain
    case .expert, .commentRemark, .synRemark, .synAckRemark, .finRemark, .resetRemark, .httpRemark: .generated
    case .expertSeverity, .expertGroup: .generated
    default: [.hidden, .plain]
    }
  }
}

/// How grave Wireshark finds what it remarks on (`_ws.expert.severity`).
enum Severity: UInt32 {
  case comment = 0x10_0000
  case chat = 0x20_0000
  case note = 0x40_0000
  case warning = 0x60_0000
  case error = 0x80_0000

  /// Its word.
  var word: String {
    switch self {
    case .comment: "Comment"
    case .chat: "Chat"
    case .note: "Note"
    case .warning: "Warning"
    case .error: "Error"
    }
  }
}

/// What a remark of Wireshark's is about (`_ws.expert.group`).
enum ExpertGroup: UInt32 {
  case sequence = 0x200_0000
  case comment = 0xB00_0000
  case undecoded = 0x500_0000
  case malformed = 0x700_0000
  case protocolUse = 0x900_0000

  /// Its word.
  var word: String {
    switch self {
    case .sequence: "Sequence"
    case .comment: "Comment"
    case .undecoded: "Undecoded"
    case .malformed: "Malformed"
    case .protocolUse: "Protocol"
    }
  }
}

/// Fields that are remarks, how grave each is, and what it is about.
let expertFields: [String: (Severity, ExpertGroup)] = [
  "tcp.connection.fin_active": (.note, .sequence), "tcp.connection.fin_passive": (.note, .sequence),
  "tcp.analysis.retransmission": (.note, .sequence), "tcp.analysis.fast_retransmission": (.note, .sequence),
  "tcp.analysis.spurious_retransmission": (.note, .sequence),
  "tcp.analysis.out_of_order": (.warning, .sequence), "tcp.analysis.reused_ports": (.note, .sequence),
  "tcp.analysis.lost_segment": (.warning, .sequence), "tcp.analysis.ack_lost_segment": (.warning, .sequence),
  "tcp.analysis.window_update": (.chat, .sequence), "tcp.analysis.window_full": (.warning, .sequence),
  "tcp.analysis.keep_alive": (.note, .sequence), "tcp.analysis.keep_alive_ack": (.note, .sequence),
  "tcp.analysis.duplicate_ack": (.note, .sequence), "tcp.analysis.zero_window_probe": (.note, .sequence),
  "tcp.analysis.zero_window": (.warning, .sequence),
  "tcp.analysis.zero_window_probe_ack": (.note, .sequence), "tcp.analysis.tfo_syn": (.note, .sequence),
  "tcp.analysis.tfo_ack": (.note, .sequence), "tcp.analysis.tfo_ignored": (.note, .sequence),
  "tcp.options.sack.dsack": (.warning, .sequence), "tcp.options.mss.present": (.warning, .protocolUse),
  "tcp.options.wscale.shift.invalid": (.warning, .protocolUse),
  "protobuf.field.wiretype.invalid": (.warning, .protocolUse),
  "protobuf.field.failed_parse_field": (.error, .malformed),
  "protobuf.failed_parse_tag": (.error, .malformed),
  "http.decompression_failed": (.warning, .undecoded), "dns.undecoded.type": (.note, .undecoded),
  "dns.retransmit_request": (.warning, .protocolUse), "dns.retransmit_response": (.warning, .protocolUse),
  "tls.resumed": (.note, .sequence),
  "websocket.payload.unknown.expert": (.note, .undecoded),
]
