extension IPv4Field {
  /// Options of the header, and what is wrong with its lengths.
  var option: FieldInfo {
    let rfc = "RFC 791 section 3.1"
    func heading(_ name: String, _ title: String, _ meaning: String, _ source: String = rfc) -> FieldInfo {
      FieldInfo("ip.options.\(name)", "IP Option - \(title)", .bytes, meaning, source)
    }
    func field(
      _ name: String, _ title: String, _ type: FieldType, _ meaning: String, _ source: String = rfc,
      mask: UInt64 = 0
    ) -> FieldInfo { FieldInfo("ip.\(name)", title, type, mask: mask, meaning, source) }
    switch self {
    case .badLength:
      return field(
        "bogus_ip_length", "IPv4 total length exceeds packet length", .heading,
        "The header promises more octets than the frame has.")
    case .badHeaderLength:
      return field(
        "bogus_header_length", "Bogus IP header length", .heading,
        "The header says that it is shorter than its fixed part.")
    case .optionRecordRoute:
      return heading("record_route", "Record Route", "Routers write their addresses here.")
    case .optionTimestamp:
      return heading("timestamp", "Time Stamp", "Routers write the times of their clocks here.")
    case .optionLooseRoute:
      return heading(
        "route", "Loose Source Route", "Routers that the packet must pass; networks drop it.", "RFC 7126")
    case .optionStrictRoute:
      return heading(
        "source_route", "Strict Source Route", "All routers that the packet may pass; networks drop it.",
        "RFC 7126")
    case .optionRouterAlert:
      return heading("routeralert", "Router Alert", "Asks routers to look into the packet.", "RFC 2113")
    case .optionStream: return heading("sid", "Stream ID", "Of no use any more.", "RFC 6814")
    case .optionMTUProbe: return heading("mtu_probe", "MTU Probe", "Of no use any more.", "RFC 1063")
    case .optionMTUReply: return heading("mtu_reply", "MTU Reply", "Of no use any more.", "RFC 1063")
    case .optionTraceroute: return heading("traceroute", "Traceroute", "Of no use any more.", "RFC 6814")
    case .optionNoOperation: return heading("nop", "No-Operation (NOP)", "Fills up to a boundary.")
    case .optionEnd: return heading("eol", "End of Options List (EOL)", "Nothing follows.")
    case .optionOther:
      return FieldInfo(
        "backlab.ip.option", "IP Option", .bytes, "An option that is not known here.", "RFC 7126")
    case .optionType: return field("opt.type", "Type", .decimal(bits: 8), "Which option it is.")
    case .optionCopy:
      return field(
        "opt.type.copy", "Copy on fragmentation", .flag, "Whether each piece of the packet has the option.",
        mask: 0x80
      ).named { $0 == 0 ? "No" : "Yes" }
    case .optionClass:
      return field("opt.type.class", "Class", .decimal(bits: 8), "What the option is for.", mask: 0x60).named
      {
        $0 == 0 ? "Control" : $0 == 2 ? "Debugging and measurement" : "Reserved for future use"
      }
    case .optionNumber:
      return field("opt.type.number", "Number", .decimal(bits: 8), "Which of its class it is.", mask: 0x1F)
    case .optionLength:
      return field("opt.len", "Length", .decimal(bits: 8), "Octets of the option, all included.")
    case .optionPointer:
      return field("opt.ptr", "Pointer", .decimal(bits: 8), "Where the next entry goes, counted from 1.")
    case .recordedRoute: return field("rec_rt", "Recorded Route", .ipv4, "A router that the packet passed.")
    case .emptyRoute: return field("empty_rt", "Empty Route", .ipv4, "Room for a router.")
    case .sourceRoute: return field("src_rt", "Source Route", .ipv4, "A router to pass.")
    case .currentRoute: return field("cur_rt", "Current Route", .ipv4, "The router to pass next.")
    case .routerAlert:
      return field(
        "opt.ra", "Router Alert", .decimal(bits: 16), "0 asks each router to look.", "RFC 2113 section 2.1")
    case .streamIdentifier: return field("opt.sid", "Stream Identifier", .decimal(bits: 16), "A stream.")
    case .optionMTU: return field("opt.mtu", "MTU", .decimal(bits: 16), "The smallest MTU met.", "RFC 1063")
    case .tracerouteID:
      return field("opt.id_number", "ID Number", .decimal(bits: 16), "Which trace.", "RFC 1393")
    case .outboundHops:
      return field("opt.ohc", "Outbound Hop Count", .decimal(bits: 16), "Routers on the way out.", "RFC 1393")
    case .returnHops:
      return field("opt.rhc", "Return Hop Count", .decimal(bits: 16), "Routers on the way back.", "RFC 1393")
    case .originator:
      return field("opt.originator", "Originator IP Address", .ipv4, "Who traces.", "RFC 1393")
    case .overflow:
      return field(
        "opt.overflow", "Overflow", .decimal(bits: 8), "Routers that found no room.", mask: 0xF0)
    case .stampFlag:
      return field(
        "opt.flag", "Flag", .hex(bits: 8), "Whether addresses stand beside the times.", mask: 0x0F)
    case .stamp:
      return field("opt.time_stamp", "Time stamp", .decimal(bits: 32), "Milliseconds since midnight UTC.")
    default: return field("opt.time_stamp_addr", "Address", .ipv4, "Whose clock it is.")
    }
  }

  /// Packets that came in pieces.
  var fragment: FieldInfo {
    func field(_ name: String, _ title: String, _ type: FieldType, _ meaning: String) -> FieldInfo {
      FieldInfo("ip.\(name)", title, type, meaning, "RFC 791 section 3.2")
    }
    switch self {
    case .fragments:
      return field(
        "fragments", "IPv4 Fragments", .bytes, "The pieces of the packet that is whole with this row.")
    case .fragmentRow: return field("fragment", "IPv4 Fragment", .row, "A row that brought a piece.")
    case .fragmentError:
      return field(
        "fragment.error", "Defragmentation error", .row, "A row whose piece does not fit the others.")
    case .fragmentOverlap:
      return field(
        "fragment.overlap", "Fragment overlap", .flag,
        "Has octets that another piece has too: a mark of attacks.")
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
        "reassembled_in", "Reassembled IPv4 in frame", .row, "The row with which the packet is whole.")
    case .reassembledLength:
      return field(
        "reassembled.length", "Reassembled IPv4 length", .decimal(bits: 32), "Octets of the whole.")
    default: return field("reassembled.data", "Reassembled IPv4 data", .bytes, "The whole.")
    }
  }
}
