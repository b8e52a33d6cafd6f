let protocolNumberName: @Sendable (UInt64) -> String? = {
  switch $0 {
  case 0: "IPv6 Hop-by-Hop Option"
  case 1: "ICMP"
  case 2: "IGMP"
  case 6: "TCP"
  case 17: "UDP"
  case 43: "Routing Header for IPv6"
  case 44: "Fragment Header for IPv6"
  case 58: "ICMPv6"
  case 59: "No Next Header for IPv6"
  case 60: "Destination Options for IPv6"
  case 132: "SCTP"
  default: nil
  }
}

func codepointName(_ value: UInt64) -> String? {
  switch value {
  case 0: "Default"
  case 8, 16, 24, 32, 40, 48, 56: "Class Selector \(value / 8)"
  case 46: "Expedited Forwarding"
  case 10, 12, 14, 18, 20, 22, 26, 28, 30, 34, 36, 38: "Assured Forwarding \(value / 8)\(value % 8 / 2)"
  default: nil
  }
}

func codepointShort(_ value: UInt64) -> String {
  switch value {
  case 0, 8, 16, 24, 32, 40, 48, 56: "CS\(value / 8)"
  case 46: "EF PHB"
  case 10, 12, 14, 18, 20, 22, 26, 28, 30, 34, 36, 38: "AF\(value / 8)\(value % 8 / 2)"
  default: "Unknown"
  }
}

func congestionName(_ value: UInt64) -> String? {
  [
    "Not ECN-Capable Transport", "ECN-Capable Transport codepoint '01'",
    "ECN-Capable Transport codepoint '10'", "Congestion Experienced",
  ][Int(value & 3)]
}

func congestionShort(_ value: UInt64) -> String { ["Not-ECT", "ECT(1)", "ECT(0)", "CE"][Int(value & 3)] }

let checksumStatusName: @Sendable (UInt64) -> String? = {
  switch $0 {
  case 0: "Bad"
  case 1: "Good"
  case 2: "Unverified"
  default: "Not present"
  }
}

/// IPv4, RFC 791.
public enum IPv4Field: UInt8, Dissected {
  case ip, version, headerLength, dsField, dscp, ecn, totalLength, identification, flags, reservedBit,
    dontFragment
  case moreFragments, fragmentOffset, timeToLive, proto, checksum, checksumStatus, source, destination,
    options

  /// IPv4.
  public static let layer = Layer.ipv4
  /// What the field is.
  public var info: FieldInfo {
    let rfc = "RFC 791 section 3.1"
    switch self {
    case .ip:
      return FieldInfo(
        "ip", "Internet Protocol Version 4", .heading,
        "Carries a packet from host to host, with no promise that it arrives.", rfc)
    case .version: return FieldInfo("ip.version", "Version", .decimal(bits: 8), mask: 0xF0, "Always 4.", rfc)
    case .headerLength:
      return FieldInfo(
        "ip.hdr_len", "Header Length", .decimal(bits: 8), mask: 0x0F,
        "Octets of the header: 20, and more only with options.", rfc)
    case .dsField:
      return FieldInfo(
        "ip.dsfield", "Differentiated Services Field", .hex(bits: 8),
        "How routers should queue the packet, and whether they marked congestion.", "RFC 2474 section 3")
    case .dscp:
      return FieldInfo(
        "ip.dsfield.dscp", "Differentiated Services Codepoint", .decimal(bits: 8), mask: 0xFC,
        "The queueing class that the sender asks for.", "RFC 2474 section 3", values: { codepointName($0) })
    case .ecn:
      return FieldInfo(
        "ip.dsfield.ecn", "Explicit Congestion Notification", .decimal(bits: 8), mask: 0x03,
        "3 says that a router was congested and marked the packet rather than drop it.", "RFC 3168 section 5",
        values: { congestionName($0) })
    case .totalLength:
      return FieldInfo(
        "ip.len", "Total Length", .decimal(bits: 16),
        "Octets of header and payload; Ethernet padding lies beyond.", rfc)
    case .identification:
      return FieldInfo(
        "ip.id", "Identification", .hex(bits: 16), "Tells which fragments belong together.",
        "RFC 6864 section 4")
    case .flags:
      return FieldInfo(
        "ip.flags", "Flags", .hex(bits: 8), mask: 0xE0,
        "Whether the packet may be cut, and whether more pieces follow.", rfc)
    case .reservedBit:
      return FieldInfo("ip.flags.rb", "Reserved bit", .flag, mask: 0x80, "Must be zero.", rfc)
    case .dontFragment:
      return FieldInfo(
        "ip.flags.df", "Don't fragment", .flag, mask: 0x40,
        "A router that can't forward the packet whole must drop it and say so: path MTU discovery rests on it.",
        "RFC 1191 section 2")
    case .moreFragments:
      return FieldInfo(
        "ip.flags.mf", "More fragments", .flag, mask: 0x20, "Set on every fragment but the last.", rfc)
    case .fragmentOffset:
      return FieldInfo(
        "ip.frag_offset", "Fragment Offset", .decimal(bits: 16), mask: 0x1FFF,
        "Where this fragment's payload stands in the whole, in units of eight octets.", rfc)
    case .timeToLive:
      return FieldInfo(
        "ip.ttl", "Time to Live", .decimal(bits: 8),
        "Routers that the packet may still pass; each takes one off.", rfc)
    case .proto:
      return FieldInfo(
        "ip.proto", "Protocol", .decimal(bits: 8), "What the packet carries: 6 is TCP, 17 UDP, 1 ICMP.",
        "RFC 5237", values: protocolNumberName)
    case .checksum:
      return FieldInfo(
        "ip.checksum", "Header Checksum", .hex(bits: 16),
        "Guards the header only; every router computes it anew.", "RFC 1071")
    case .checksumStatus:
      return FieldInfo(
        "ip.checksum.status", "Header checksum status", .decimal(bits: 8),
        "Whether the checksum was verified; as in Wireshark it is not.", "RFC 1071",
        values: checksumStatusName)
    case .source:
      return FieldInfo(
        "ip.src", "Source Address", .ipv4, "The host that sent the packet, unless somebody rewrote it.", rfc)
    case .destination:
      return FieldInfo(
        "ip.dst", "Destination Address", .ipv4, "The host that should receive the packet.", rfc)
    case .options:
      return FieldInfo(
        "backlab.ip.options", "Options", .bytes, "Rarely used; many networks drop packets that have any.",
        "RFC 7126")
    }
  }
}

/// IPv6, RFC 8200.
public enum IPv6Field: UInt8, Dissected {
  case ipv6, version, trafficClass, dscp, ecn, flowLabel, payloadLength, nextHeader, hopLimit, source,
    destination
  case fragment, fragmentNext, fragmentOffset, fragmentMore, fragmentID, extensionHeader

  /// IPv6.
  public static let layer = Layer.ipv6
  /// What the field is.
  public var info: FieldInfo {
    let rfc = "RFC 8200 section 3"
    let part = "RFC 8200 section 4.5"
    switch self {
    case .ipv6:
      return FieldInfo(
        "ipv6", "Internet Protocol Version 6", .heading,
        "Carries a packet from host to host, with no promise that it arrives.", rfc)
    case .version:
      return FieldInfo("ipv6.version", "Version", .decimal(bits: 8), mask: 0xF0, "Always 6.", rfc)
    case .trafficClass:
      return FieldInfo(
        "ipv6.tclass", "Traffic Class", .hex(bits: 32), mask: 0x0FF0_0000,
        "How routers should queue the packet, and whether they marked congestion.", "RFC 8200 section 7")
    case .dscp:
      return FieldInfo(
        "ipv6.tclass.dscp", "Differentiated Services Codepoint", .decimal(bits: 32), mask: 0x0FC0_0000,
        "The queueing class that the sender asks for.", "RFC 2474 section 3", values: { codepointName($0) })
    case .ecn:
      return FieldInfo(
        "ipv6.tclass.ecn", "Explicit Congestion Notification", .decimal(bits: 32), mask: 0x0030_0000,
        "3 says that a router was congested and marked the packet rather than drop it.", "RFC 3168 section 5",
        values: { congestionName($0) })
    case .flowLabel:
      return FieldInfo(
        "ipv6.flow", "Flow Label", .hex(bits: 32), mask: 0x000F_FFFF,
        "The same for all packets of a connection, so that load balancers keep them on one path.",
        "RFC 6437 section 2")
    case .payloadLength:
      return FieldInfo(
        "ipv6.plen", "Payload Length", .decimal(bits: 16),
        "Octets after this header, extension headers included.", rfc)
    case .nextHeader:
      return FieldInfo(
        "ipv6.nxt", "Next Header", .decimal(bits: 8),
        "What follows: 6 is TCP, 17 UDP, 58 ICMPv6, or an extension header.", rfc, values: protocolNumberName)
    case .hopLimit:
      return FieldInfo(
        "ipv6.hlim", "Hop Limit", .decimal(bits: 8),
        "Routers that the packet may still pass; each takes one off.", rfc)
    case .source: return FieldInfo("ipv6.src", "Source Address", .ipv6, "The host that sent the packet.", rfc)
    case .destination:
      return FieldInfo(
        "ipv6.dst", "Destination Address", .ipv6, "The host that should receive the packet.", rfc)
    case .fragment:
      return FieldInfo(
        "ipv6.fraghdr", "Fragment Header for IPv6", .heading,
        "The packet is a piece of a larger one, cut by its sender.", part)
    case .fragmentNext:
      return FieldInfo(
        "ipv6.fraghdr.nxt", "Next header", .decimal(bits: 8), "What the whole packet carries.", part,
        values: protocolNumberName)
    case .fragmentOffset:
      return FieldInfo(
        "ipv6.fraghdr.offset", "Offset", .decimal(bits: 16), mask: 0xFFF8,
        "Where the piece stands in the whole, in units of eight octets.", part)
    case .fragmentMore:
      return FieldInfo(
        "ipv6.fraghdr.more", "More Fragments", .flag, mask: 0x0001, "Set on every fragment but the last.",
        part)
    case .fragmentID:
      return FieldInfo(
        "ipv6.fraghdr.ident", "Identification", .hex(bits: 32), "Tells which fragments belong together.", part
      )
    case .extensionHeader:
      return FieldInfo(
        "backlab.ipv6.extension", "Extension header", .bytes, "Options for routers or for the receiver.",
        "RFC 8200 section 4")
    }
  }
}

/// UDP, RFC 768.
public enum UDPField: UInt8, Dissected {
  case udp, sourcePort, destinationPort, length, checksum, checksumStatus, stream, timestamps, timeRelative,
    timeDelta, payload

  /// UDP.
  public static let layer = Layer.udp
  /// What the field is.
  public var info: FieldInfo {
    let rfc = "RFC 768"
    switch self {
    case .udp:
      return FieldInfo(
        "udp", "User Datagram Protocol", .heading,
        "Carries one message to a port: no connection, no order, no promise.", rfc)
    case .sourcePort:
      return FieldInfo(
        "udp.srcport", "Source Port", .decimal(bits: 16), "The socket that sent the datagram.", rfc)
    case .destinationPort:
      return FieldInfo(
        "udp.dstport", "Destination Port", .decimal(bits: 16), "The socket that should receive it.", rfc)
    case .length:
      return FieldInfo("udp.length", "Length", .decimal(bits: 16), "Octets of header and payload.", rfc)
    case .checksum:
      return FieldInfo(
        "udp.checksum", "Checksum", .hex(bits: 16),
        "Guards addresses, header and payload; zero means none, which only IPv4 allows.", rfc)
    case .checksumStatus:
      return FieldInfo(
        "udp.checksum.status", "Checksum Status", .decimal(bits: 8),
        "Whether the checksum was verified; as in Wireshark it is not, for cards often fill it in later.",
        rfc, values: checksumStatusName)
    case .stream:
      return FieldInfo(
        "udp.stream", "Stream index", .decimal(bits: 32),
        "Numbers the pairs of sockets of the capture from 0.", "Wireshark")
    case .timestamps:
      return FieldInfo(
        "backlab.udp.times", "Timestamps", .heading, "When the datagram came, within its conversation.",
        "Wireshark")
    case .timeRelative:
      return FieldInfo(
        "udp.time_relative", "Time since first frame", .relativeTime,
        "Since the first datagram between these two sockets.", "Wireshark")
    case .timeDelta:
      return FieldInfo(
        "udp.time_delta", "Time since previous frame", .relativeTime,
        "Since the datagram before it between these two sockets.", "Wireshark")
    case .payload: return FieldInfo("udp.payload", "Payload", .bytes, "The message.", rfc)
    }
  }
}

/// ICMP, RFC 792.
public enum ICMPField: UInt8, Dissected {
  case icmp, type, code, checksum, checksumStatus, unused, mtu, identifier, identifierLittle, sequence,
    sequenceLittle
  case gateway

  /// ICMP.
  public static let layer = Layer.icmp
  /// What the field is.
  public var info: FieldInfo {
    let rfc = "RFC 792"
    switch self {
    case .icmp:
      return FieldInfo(
        "icmp", "Internet Control Message Protocol", .heading,
        "How hosts and routers report trouble with a packet.", rfc)
    case .type:
      return FieldInfo(
        "icmp.type", "Type", .decimal(bits: 8),
        "What is reported: 3 could not deliver, 8 and 0 ping and its answer, 11 too many hops.", rfc,
        values: { icmpTypeName($0) })
    case .code:
      return FieldInfo(
        "icmp.code", "Code", .decimal(bits: 8),
        "The reason in detail: for type 3, 3 says that no socket listens on the port, 4 that the packet is too big.",
        rfc)
    case .checksum: return FieldInfo("icmp.checksum", "Checksum", .hex(bits: 16), "Guards the message.", rfc)
    case .checksumStatus:
      return FieldInfo(
        "icmp.checksum.status", "Checksum Status", .decimal(bits: 8),
        "Whether the checksum fits the message.", rfc, values: checksumStatusName)
    case .unused: return FieldInfo("icmp.unused", "Unused", .bytes, "Must be zero.", rfc)
    case .mtu:
      return FieldInfo(
        "icmp.mtu", "MTU of next hop", .decimal(bits: 16),
        "The largest packet that would have passed: path MTU discovery lives on it.", "RFC 1191 section 4")
    case .identifier:
      return FieldInfo("icmp.ident", "Identifier (BE)", .decimal(bits: 16), "Which ping process asks.", rfc)
    case .identifierLittle:
      return FieldInfo(
        "icmp.ident_le", "Identifier (LE)", .decimal(bits: 16),
        "The identifier read with its octets swapped, as some systems write it.", rfc)
    case .sequence:
      return FieldInfo("icmp.seq", "Sequence Number (BE)", .decimal(bits: 16), "Counts the pings.", rfc)
    case .sequenceLittle:
      return FieldInfo(
        "icmp.seq_le", "Sequence Number (LE)", .decimal(bits: 16),
        "The sequence number read with its octets swapped.", rfc)
    case .gateway:
      return FieldInfo(
        "icmp.redir_gw", "Gateway Address", .ipv4, "The better router that a redirect points to.", rfc)
    }
  }
}

func icmpTypeName(_ type: UInt64) -> String? {
  switch type {
  case 0: "Echo (ping) reply"
  case 3: "Destination unreachable"
  case 5: "Redirect"
  case 8: "Echo (ping) request"
  case 11: "Time-to-live exceeded"
  case 12: "Parameter problem"
  default: nil
  }
}

func icmpCodeName(_ type: UInt64, _ code: UInt64) -> String? {
  switch (type, code) {
  case (3, 0): "Network unreachable"
  case (3, 1): "Host unreachable"
  case (3, 2): "Protocol unreachable"
  case (3, 3): "Port unreachable"
  case (3, 4): "Fragmentation needed"
  case (3, 13): "Communication administratively filtered"
  case (5, 0): "Redirect for network"
  case (5, 1): "Redirect for host"
  case (11, 0): "Time to live exceeded in transit"
  case (11, 1): "Fragment reassembly time exceeded"
  default: nil
  }
}

/// ICMPv6, RFC 4443, and neighbour discovery, RFC 4861.
public enum ICMPv6Field: UInt8, Dissected {
  case icmpv6, type, code, checksum, checksumStatus, reserved, mtu, identifier, sequence, neighbourSolicited
  case naFlags, naRouter, naSolicited, naOverride, naReserved, neighbourAdvertised, option, optionType,
    optionLength, linkAddress
  case data

  /// ICMPv6.
  public static let layer = Layer.icmpv6
  /// What the field is.
  public var info: FieldInfo {
    let rfc = "RFC 4443 section 2.1"
    let neighbour = "RFC 4861 section 4.3"
    let advertisement = "RFC 4861 section 4.4"
    let options = "RFC 4861 section 4.6"
    switch self {
    case .icmpv6:
      return FieldInfo(
        "icmpv6", "Internet Control Message Protocol v6", .heading,
        "Reports trouble with a packet, and finds neighbours as ARP does for IPv4.", rfc)
    case .type:
      return FieldInfo(
        "icmpv6.type", "Type", .decimal(bits: 8),
        "Below 128 an error, else information: 1 could not deliver, 128 ping, 135 who has an address.", rfc,
        values: { icmpv6TypeName($0) })
    case .code: return FieldInfo("icmpv6.code", "Code", .decimal(bits: 8), "The reason in detail.", rfc)
    case .checksum:
      return FieldInfo(
        "icmpv6.checksum", "Checksum", .hex(bits: 16), "Guards addresses and message.", "RFC 4443 section 2.3"
      )
    case .checksumStatus:
      return FieldInfo(
        "icmpv6.checksum.status", "Checksum Status", .decimal(bits: 8),
        "Whether the checksum fits the message.", "RFC 4443 section 2.3", values: checksumStatusName)
    case .reserved: return FieldInfo("icmpv6.reserved", "Reserved", .bytes, "Must be zero.", rfc)
    case .mtu:
      return FieldInfo(
        "icmpv6.mtu", "MTU", .decimal(bits: 32), "The largest packet that would have passed.",
        "RFC 4443 section 3.2")
    case .identifier:
      return FieldInfo(
        "icmpv6.echo.identifier", "Identifier", .hex(bits: 16), "Which ping process asks.",
        "RFC 4443 section 4.1")
    case .sequence:
      return FieldInfo(
        "icmpv6.echo.sequence_number", "Sequence", .decimal(bits: 16), "Counts the pings.",
        "RFC 4443 section 4.1")
    case .neighbourSolicited:
      return FieldInfo(
        "icmpv6.nd.ns.target_address", "Target Address", .ipv6, "The address whose card is asked for.",
        neighbour)
    case .naFlags:
      return FieldInfo(
        "icmpv6.nd.na.flag", "Flags", .hex(bits: 32), "How far the answer may be trusted.", advertisement)
    case .naRouter:
      return FieldInfo(
        "icmpv6.nd.na.flag.r", "Router", .flag, mask: 0x8000_0000, "The sender is a router.", advertisement)
    case .naSolicited:
      return FieldInfo(
        "icmpv6.nd.na.flag.s", "Solicited", .flag, mask: 0x4000_0000, "It answers a question.", advertisement)
    case .naOverride:
      return FieldInfo(
        "icmpv6.nd.na.flag.o", "Override", .flag, mask: 0x2000_0000, "Replaces what the receiver knew.",
        advertisement)
    case .naReserved:
      return FieldInfo(
        "icmpv6.nd.na.flag.rsv", "Reserved", .decimal(bits: 32), mask: 0x1FFF_FFFF, "Must be zero.",
        advertisement)
    case .neighbourAdvertised:
      return FieldInfo(
        "icmpv6.nd.na.target_address", "Target Address", .ipv6, "The address that was asked for.",
        advertisement)
    case .option: return FieldInfo("icmpv6.opt", "ICMPv6 Option", .heading, "More facts, by type.", options)
    case .optionType:
      return FieldInfo(
        "icmpv6.opt.type", "Type", .decimal(bits: 8), "1 and 2 hold the card of source and target.", options,
        values: { $0 == 1 ? "Source link-layer address" : $0 == 2 ? "Target link-layer address" : nil })
    case .optionLength:
      return FieldInfo("icmpv6.opt.length", "Length", .decimal(bits: 8), "Units of eight octets.", options)
    case .linkAddress:
      return FieldInfo(
        "icmpv6.opt.linkaddr", "Link-layer address", .bytes, "A network card.", "RFC 4861 section 4.6.1")
    case .data: return FieldInfo("icmpv6.data", "Data", .bytes, "The message's other octets.", rfc)
    }
  }
}

func icmpv6TypeName(_ type: UInt64) -> String? {
  switch type {
  case 1: "Destination Unreachable"
  case 2: "Packet Too Big"
  case 3: "Time Exceeded"
  case 4: "Parameter Problem"
  case 128: "Echo (ping) request"
  case 129: "Echo (ping) reply"
  case 133: "Router Solicitation"
  case 134: "Router Advertisement"
  case 135: "Neighbor Solicitation"
  case 136: "Neighbor Advertisement"
  case 143: "Multicast Listener Report Message v2"
  default: nil
  }
}
