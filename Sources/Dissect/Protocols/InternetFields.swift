let protocolNumberName: @Sendable (UInt64) -> String? = {
  switch $0 {
  case 0: "IPv6 Hop-by-Hop Option"
  case 1: "ICMP"
  case 2: "IGMP"
  case 4: "IPIP"
  case 6: "TCP"
  case 8: "EGP"
  case 9: "IGP"
  case 17: "UDP"
  case 33: "DCCP"
  case 41: "IPv6"
  case 43: "Routing Header for IPv6"
  case 44: "Fragment Header for IPv6"
  case 46: "RSVP"
  case 47: "GRE"
  case 50: "Encap Security Payload"
  case 51: "Authentication Header"
  case 58: "ICMPv6"
  case 59: "No Next Header for IPv6"
  case 60: "Destination Options for IPv6"
  case 88: "EIGRP"
  case 89: "OSPF IGP"
  case 103: "PIM"
  case 112: "VRRP"
  case 115: "Layer 2 Tunneling"
  case 132: "SCTP"
  case 135: "Mobility Header"
  case 136: "UDPlite"
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
  case moreFragments, fragmentOffset, timeToLive, proto, checksum, checksumStatus, source, destination
  case badLength, badHeaderLength
  case optionRecordRoute, optionTimestamp, optionLooseRoute, optionStrictRoute, optionRouterAlert,
    optionStream
  case optionMTUProbe, optionMTUReply, optionTraceroute, optionNoOperation, optionEnd, optionOther
  case optionType, optionCopy, optionClass, optionNumber, optionLength, optionPointer, recordedRoute,
    emptyRoute
  case sourceRoute, currentRoute, routerAlert, streamIdentifier, optionMTU, tracerouteID, outboundHops,
    returnHops,
    originator
  case overflow, stampFlag, stamp, stampAddress
  case fragments, fragmentRow, fragmentError, fragmentOverlap, fragmentConflict, fragmentTails,
    fragmentTooLong,
    fragmentCount
  case reassembledIn, reassembledLength, reassembledData

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
    default: return rawValue < IPv4Field.fragments.rawValue ? option : fragment
    }
  }
}
