/// ICMP, RFC 792.
public enum ICMPField: UInt8, Dissected {
  case icmp, type, code, checksum, checksumStatus, unused, mtu, identifier, identifierLittle, sequence,
    sequenceLittle
  case gateway, pointer, addressCount, addressSize, lifetime, routerAddress, preference
  case responseIn, responseTo, responseTime, noResponse, dataTime, dataTimeRelative, originated, received,
    transmitted, mask

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
    case .pointer:
      return FieldInfo(
        "icmp.pointer", "Pointer", .decimal(bits: 8), "The octet of the quoted packet that is wrong.", rfc)
    case .addressCount:
      return FieldInfo(
        "icmp.num_addrs", "Number of addresses", .decimal(bits: 8), "Routers that are told.",
        "RFC 1256 section 3")
    case .addressSize:
      return FieldInfo(
        "icmp.addr_entry_size", "Address entry size", .decimal(bits: 8), "Words of four octets a router.",
        "RFC 1256 section 3")
    case .lifetime:
      return FieldInfo(
        "icmp.lifetime", "Lifetime", .decimal(bits: 16), "Seconds for which this holds.", "RFC 1256 section 3"
      )
    case .routerAddress:
      return FieldInfo("icmp.router_address", "Router address", .ipv4, "A router.", "RFC 1256 section 3")
    case .preference:
      return FieldInfo(
        "icmp.pref_level", "Preference level", .signed(bits: 32), "The highest is the best router.",
        "RFC 1256 section 3")
    case .responseIn: return FieldInfo("icmp.resp_in", "Response frame", .row, "The answer.", rfc)
    case .responseTo: return FieldInfo("icmp.resp_to", "Request frame", .row, "What this answers.", rfc)
    case .responseTime:
      return FieldInfo(
        "icmp.resptime", "Response time", .text, "From the request to this answer.", "Wireshark")
    case .noResponse:
      return FieldInfo(
        "icmp.no_resp", "No response seen", .heading, "The capture holds no answer.", "Wireshark")
    case .dataTime:
      return FieldInfo(
        "icmp.data_time", "Timestamp from icmp data", .absoluteTime,
        "When the pinging program says it asked.",
        "ping(8)")
    case .dataTimeRelative:
      return FieldInfo(
        "icmp.data_time_relative", "Timestamp from icmp data (relative)", .relativeTime,
        "From that time to the frame's own.", "ping(8)")
    case .originated:
      return FieldInfo(
        "icmp.originate_timestamp", "Originate Timestamp", .decimal(bits: 32),
        "Milliseconds since midnight UTC when the question left.", rfc)
    case .received:
      return FieldInfo(
        "icmp.receive_timestamp", "Receive Timestamp", .decimal(bits: 32),
        "Milliseconds since midnight UTC when the question came.", rfc)
    case .transmitted:
      return FieldInfo(
        "icmp.transmit_timestamp", "Transmit Timestamp", .decimal(bits: 32),
        "Milliseconds since midnight UTC when the answer left.", rfc)
    case .mask:
      return FieldInfo("icmp.address_mask", "Address Mask", .ipv4, "The network's mask.", "RFC 950")
    }
  }
}
