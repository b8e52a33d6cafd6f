/// ICMPv6, RFC 4443, and neighbour discovery, RFC 4861.
public enum ICMPv6Field: UInt8, Dissected {
  case icmpv6, type, code, checksum, checksumStatus, reserved, mtu, identifier, sequence, neighbourSolicited
  case naFlags, naRouter, naSolicited, naOverride, naReserved, neighbourAdvertised, option, optionType,
    optionLength, linkAddress
  case pointer, responseIn, responseTo, responseTime, noResponse, data
  case raHopLimit, raFlags, raManaged, raOther, raHomeAgent, raPreference, raProxy, raReserved, raLifetime
  case raReachable, raRetransmit, redirectTarget, redirectDestination
  case responseDelay, responseCode, multicastAddress, mldFlags, mldSuppress, mldRobustness, mldReserved,
    mldInterval
  case mldSources, mldSource, recordCount, record, recordType, recordExtra, recordSources, recordAddress,
    recordSource, recordData
  case queryInterval, robustness
  case sourceCard, targetCard, optionReserved, optionMTU, optionPadding, optionData, prefixLength, prefixFlags
  case prefixOnLink, prefixAutonomous, prefixRouter, prefixReserved, prefixValid, prefixPreferred, prefix
  case routeFlags, routePreference, routeReserved, routeLifetime, serversLifetime, server, searchLifetime,
    searchName
  case nonce, redirectedPacket

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
        values: { neighbourOptionName($0) })
    case .optionLength:
      return FieldInfo("icmpv6.opt.length", "Length", .decimal(bits: 8), "Units of eight octets.", options)
    case .linkAddress:
      return FieldInfo(
        "icmpv6.opt.linkaddr", "Link-layer address", .bytes, "A network card.", "RFC 4861 section 4.6.1")
    case .data: return FieldInfo("icmpv6.data", "Data", .bytes, "The message's other octets.", rfc)
    case .pointer:
      return FieldInfo(
        "icmpv6.pointer", "Pointer", .decimal(bits: 32), "The octet of the quoted packet that is wrong.",
        "RFC 4443 section 3.4")
    case .responseIn: return FieldInfo("icmpv6.resp_in", "Response In", .row, "The answer.", rfc)
    case .responseTo: return FieldInfo("icmpv6.resp_to", "Response To", .row, "What this answers.", rfc)
    case .responseTime:
      return FieldInfo(
        "icmpv6.resptime", "Response Time", .text, "From the request to this answer.", "Wireshark")
    case .noResponse:
      return FieldInfo(
        "icmpv6.no_resp", "No response seen", .heading, "The capture holds no answer.", "Wireshark")
    default: return rawValue < ICMPv6Field.sourceCard.rawValue ? discovery : discoveryOption
    }
  }
}
