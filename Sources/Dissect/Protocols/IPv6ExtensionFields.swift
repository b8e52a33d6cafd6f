extension IPv6Field {
  /// The headers between that of IPv6 and what the packet carries.
  var extensionField: FieldInfo {
    func field(
      _ name: String, _ title: String, _ type: FieldType, _ meaning: String, _ section: String,
      mask: UInt64 = 0
    ) -> FieldInfo {
      FieldInfo("ipv6.\(name)", title, type, mask: mask, meaning, section)
    }
    let part = "RFC 8200 section 4.5"
    let options = "RFC 8200 section 4.2"
    let routing = "RFC 8200 section 4.4"
    let segments = "RFC 8754 section 2"
    switch self {
    case .fragment:
      return field(
        "fraghdr", "Fragment Header for IPv6", .heading,
        "The packet is a piece of a larger one, cut by its sender.", part)
    case .fragmentNext:
      return field("fraghdr.nxt", "Next header", .decimal(bits: 8), "What the whole packet carries.", part)
        .named(protocolNumberName)
    case .fragmentReserved:
      return field("fraghdr.reserved_octet", "Reserved octet", .hex(bits: 8), "Must be zero.", part)
    case .fragmentOffset:
      return field(
        "fraghdr.offset", "Offset", .decimal(bits: 16),
        "Where the piece stands in the whole, in units of eight octets.", part, mask: 0xFFF8)
    case .fragmentReservedBits:
      return field(
        "fraghdr.reserved_bits", "Reserved bits", .decimal(bits: 16), "Must be zero.", part, mask: 6)
    case .fragmentMore:
      return field(
        "fraghdr.more", "More Fragments", .flag, "Set on every fragment but the last.", part, mask: 1)
    case .fragmentID:
      return field(
        "fraghdr.ident", "Identification", .hex(bits: 32), "Tells which fragments belong together.", part)
    case .otherHeader:
      return FieldInfo(
        "backlab.ipv6.extension", "Extension header", .bytes, "A header that is not read here.",
        "RFC 8200 section 4")
    case .hopByHop:
      return field(
        "hopopts", "IPv6 Hop-by-Hop Option", .heading, "Options for each router on the way.", options)
    case .hopByHopNext, .destinationNext, .routingNext:
      let name = self == .hopByHopNext ? "hopopts" : self == .destinationNext ? "dstopts" : "routing"
      return field("\(name).nxt", "Next Header", .decimal(bits: 8), "What follows this header.", options)
        .named(protocolNumberName)
    case .hopByHopLength, .destinationLength, .routingLength:
      let name = self == .hopByHopLength ? "hopopts" : self == .destinationLength ? "dstopts" : "routing"
      return field(
        "\(name).len", "Length", .decimal(bits: 8), "Units of eight octets behind the first eight.", options)
    case .hopByHopOctets, .destinationOctets, .routingOctets:
      let name = self == .hopByHopOctets ? "hopopts" : self == .destinationOctets ? "dstopts" : "routing"
      return field("\(name).len_oct", "Length", .decimal(bits: 16), "Octets of the header.", options)
    case .destinationOptions:
      return field(
        "dstopts", "Destination Options for IPv6", .heading, "Options for the receiver.",
        "RFC 8200 section 4.6")
    case .option: return field("opt", "IPv6 Option", .heading, "An option.", options)
    case .optionType:
      return field("opt.type", "Type", .hex(bits: 8), "Which option it is.", options).named {
        ipv6OptionName($0)
      }
    case .optionAction:
      return field(
        "opt.type.action", "Action", .decimal(bits: 8), "What to do by whoever does not know the option.",
        options,
        mask: 0xC0)
    case .optionChange:
      return field(
        "opt.type.change", "May Change", .flag, "Whether the option may change on the way.", options,
        mask: 0x20
      ).named { $0 == 0 ? "No" : "Yes" }
    case .optionRest:
      return field(
        "opt.type.rest", "Low-Order Bits", .hex(bits: 8), "The rest of the type.", options, mask: 0x1F)
    case .optionLength:
      return field("opt.length", "Length", .decimal(bits: 8), "Octets of the value.", options)
    case .pad1: return field("opt.pad1", "Pad1", .heading, "Fills up by one octet.", options)
    case .padN: return field("opt.padn", "PadN", .bytes, "Fills up by several octets.", options)
    case .tunnelLimit:
      return field(
        "opt.tel", "Tunnel Encapsulation Limit", .decimal(bits: 8),
        "Tunnels that the packet may still enter.",
        "RFC 2473 section 4.1.1")
    case .routerAlert:
      return field(
        "opt.router_alert", "Router Alert", .decimal(bits: 16),
        "Asks routers to look into the packet: 0 for MLD.",
        "RFC 2711 section 2.1"
      ).named { $0 == 0 ? "MLD" : $0 == 1 ? "RSVP" : $0 == 2 ? "Active Network" : nil }
    case .jumbo:
      return field(
        "opt.jumbo", "Payload Length", .decimal(bits: 32),
        "The length of a payload of more than 65,535 octets.",
        "RFC 2675 section 2")
    case .homeAddress:
      return field(
        "opt.mipv6.home_address", "Home Address", .ipv6, "The address of a mobile node at home.",
        "RFC 6275 section 6.3")
    case .experimental:
      return field(
        "opt.experimental", "Experimental Option", .bytes, "For experiments.", "RFC 4727 section 3.4")
    case .unknownOption:
      return field(
        "opt.unknown", "Unknown Option Payload", .bytes, "An option that is not known here.", options)
    case .routing:
      return field(
        "routing", "Routing Header for IPv6", .heading, "Nodes that the packet is to pass.", routing)
    case .routingType:
      return field("routing.type", "Type", .decimal(bits: 8), "How the rest is read.", routing).named {
        routingTypeName($0)
      }
    case .routingDeprecated:
      return field(
        "routing.deprecated", "Routing header type is deprecated", .heading,
        "Such headers let a packet go to and fro; nobody should heed them.", "RFC 5095")
    case .segmentsLeft:
      return field("routing.segleft", "Segments Left", .decimal(bits: 8), "Nodes still to pass.", routing)
    case .sourceReserved:
      return field("routing.src.reserved", "Reserved", .bytes, "Must be zero.", routing)
    case .sourceAddress: return field("routing.src.addr", "Address", .ipv6, "A node to pass.", routing)
    case .mobileReserved:
      return field("routing.mipv6.reserved", "Reserved", .bytes, "Must be zero.", "RFC 6275 section 6.4")
    case .mobileHome:
      return field(
        "routing.mipv6.home_address", "Home Address", .ipv6, "The mobile node's address at home.",
        "RFC 6275 section 6.4")
    case .segmentLast:
      return field(
        "routing.srh.last_entry", "Last Entry", .decimal(bits: 8), "Index of the last segment.", segments)
    case .segmentFlags: return field("routing.srh.flags", "Flags", .hex(bits: 8), "Must be zero.", segments)
    case .segmentTag:
      return field("routing.srh.tag", "Tag", .bytes, "Marks packets of one class.", segments)
    case .segmentAddress: return field("routing.srh.addr", "Address", .ipv6, "A segment.", segments)
    case .routingData:
      return field(
        "routing.unknown_data", "Type-Specific Data", .bytes, "What a type has that is not known here.",
        routing)
    case .routingUndecoded:
      return field(
        "routing.undecoded", "Undecoded IPv6 routing header field", .heading, "The type is not known here.",
        routing)
    default: return authenticationField
    }
  }

  /// The authentication header.
  private var authenticationField: FieldInfo {
    func field(_ name: String, _ title: String, _ type: FieldType, _ meaning: String) -> FieldInfo {
      FieldInfo(name, title, type, meaning, "RFC 4302 section 2")
    }
    switch self {
    case .authentication:
      return field(
        "ah", "Authentication Header", .heading, "Proves who sent the packet, and that nobody changed it.")
    case .authenticationNext:
      return field("ah.next_header", "Next header", .decimal(bits: 8), "What the packet carries.").named(
        protocolNumberName)
    case .authenticationLength:
      return field("ah.length", "Length", .decimal(bits: 8), "Units of four octets, less two.")
    case .authenticationReserved: return field("ah.reserved", "Reserved", .bytes, "Must be zero.")
    case .authenticationSPI:
      return field("ah.spi", "AH SPI", .hex(bits: 32), "Which keys and algorithms the two sides agreed on.")
    case .authenticationSequence:
      return field("ah.sequence", "AH Sequence", .decimal(bits: 32), "Counts packets, against repetition.")
    default: return field("ah.icv", "AH ICV", .bytes, "The proof.")
    }
  }

  /// Packets that came in pieces.
  var assembly: FieldInfo {
    func field(_ name: String, _ title: String, _ type: FieldType, _ meaning: String) -> FieldInfo {
      FieldInfo("ipv6.\(name)", title, type, meaning, "RFC 8200 section 4.5")
    }
    switch self {
    case .fragments:
      return field(
        "fragments", "IPv6 Fragments", .heading, "The pieces of the packet that is whole with this row.")
    case .fragmentRow: return field("fragment", "IPv6 Fragment", .row, "A row that brought a piece.")
    case .fragmentError:
      return field(
        "fragment.error", "Defragmentation error", .row, "A row whose piece does not fit the others.")
    case .fragmentOverlap:
      return field(
        "fragment.overlap", "Fragment overlap", .flag,
        "Has octets that another piece has too, which IPv6 forbids.")
    case .fragmentConflict:
      return field(
        "fragment.overlap.conflict", "Conflicting data in fragment overlap", .flag,
        "The octets that both pieces have are not the same.")
    case .fragmentTails:
      return field(
        "fragment.multipletails", "Multiple tail fragments found", .flag,
        "Another last piece than the one that says how long the packet is.")
    case .fragmentTooLong:
      return field("fragment.toolongfragment", "Fragment too long", .flag, "Goes on behind the packet's end.")
    case .fragmentCount:
      return field("fragment.count", "Fragment count", .decimal(bits: 32), "How many pieces.")
    case .reassembledIn:
      return field(
        "reassembled.in", "Reassembled IPv6 in frame", .row, "The row with which the packet is whole.")
    case .reassembledLength:
      return field(
        "reassembled.length", "Reassembled IPv6 length", .decimal(bits: 32), "Octets of the whole.")
    default: return field("reassembled.data", "Reassembled IPv6 data", .bytes, "The whole.")
    }
  }
}
