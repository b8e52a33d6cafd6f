/// IPv6, RFC 8200.
public enum IPv6Field: UInt8, Dissected {
  case ipv6, version, trafficClass, dscp, ecn, flowLabel, payloadLength, nextHeader, hopLimit, source,
    destination
  case badLength, fragment, fragmentNext, fragmentReserved, fragmentOffset, fragmentReservedBits,
    fragmentMore,
    fragmentID
  case otherHeader, hopByHop, hopByHopNext, hopByHopLength, hopByHopOctets
  case destinationOptions, destinationNext, destinationLength, destinationOctets
  case option, optionType, optionAction, optionChange, optionRest, optionLength, pad1, padN, tunnelLimit,
    routerAlert
  case jumbo, homeAddress, experimental, unknownOption
  case routing, routingNext, routingLength, routingOctets, routingType, routingDeprecated, segmentsLeft,
    sourceReserved
  case sourceAddress, mobileReserved, mobileHome, segmentLast, segmentFlags, segmentTag, segmentAddress,
    routingData, routingUndecoded
  case authentication, authenticationNext, authenticationLength, authenticationReserved, authenticationSPI
  case authenticationSequence, authenticationCheck
  case fragments, fragmentRow, fragmentError, fragmentOverlap, fragmentConflict, fragmentTails,
    fragmentTooLong,
    fragmentCount
  case reassembledIn, reassembledLength, reassembledData

  /// IPv6.
  public static let layer = Layer.ipv6
  /// What the field is.
  public var info: FieldInfo {
    let rfc = "RFC 8200 section 3"
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
        "ipv6.flow", "Flow Label", .hex(bits: 24), mask: 0x000F_FFFF,
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
    case .badLength:
      return FieldInfo(
        "ipv6.plen_exceeds_framing", "IPv6 payload length exceeds framing length", .heading,
        "The header promises more octets than the frame has.", rfc)
    default: return rawValue < IPv6Field.fragments.rawValue ? extensionField : assembly
    }
  }
}
