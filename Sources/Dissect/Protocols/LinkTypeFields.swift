/// Tags of virtual LANs, IEEE 802.1Q.
public enum VLANField: UInt8, Dissected {
  case vlan, priority, dropEligible, id, type, length, trailer
  case provider, providerPriority, providerDropEligible, providerID, providerType

  /// VLAN.
  public static let layer = Layer.vlan
  /// What the field is.
  public var info: FieldInfo {
    let standard = "IEEE 802.1Q clause 9.6"
    switch self {
    case .vlan:
      return FieldInfo(
        "vlan", "802.1Q Virtual LAN", .heading,
        "Says which of the networks that share a wire the frame belongs to.", standard)
    case .priority:
      return FieldInfo(
        "vlan.priority", "Priority", .decimal(bits: 16), mask: 0xE000,
        "The class by which switches queue the frame: 7 goes first.", standard,
        values: { linkPriorityName($0) })
    case .dropEligible:
      return FieldInfo(
        "vlan.dei", "DEI", .flag, mask: 0x1000, "A switch that must drop frames drops this one first.",
        standard, values: { $0 == 1 ? "Eligible" : "Ineligible" })
    case .id:
      return FieldInfo(
        "vlan.id", "ID", .decimal(bits: 16), mask: 0x0FFF, "The virtual network, 1 to 4094; 0 is none.",
        standard)
    case .type:
      return FieldInfo(
        "vlan.etype", "Type", .hex(bits: 16), "What follows the tag.", standard, values: etherTypeName)
    case .length:
      return FieldInfo(
        "vlan.len", "Length", .decimal(bits: 16), "Octets of an IEEE 802.3 payload behind the tag.", standard)
    case .trailer:
      return FieldInfo("vlan.trailer", "Trailer", .bytes, "Octets that no header accounts for.", standard)
    case .provider:
      return FieldInfo(
        "ieee8021ad", "IEEE 802.1ad", .heading,
        "A provider's tag around those of its customers (QinQ).", standard)
    case .providerPriority:
      return FieldInfo(
        "ieee8021ad.priority", "Priority", .decimal(bits: 16), mask: 0xE000,
        "The class by which the provider's switches queue the frame.", standard)
    case .providerDropEligible:
      return FieldInfo(
        "ieee8021ad.dei", "DEI", .decimal(bits: 16), mask: 0x1000,
        "A switch that must drop frames drops this one first.", standard)
    case .providerID:
      return FieldInfo(
        "ieee8021ad.id", "ID", .decimal(bits: 16), mask: 0x0FFF, "The customer's network.", standard)
    case .providerType:
      return FieldInfo(
        "ieee8021ah.etype", "Type", .hex(bits: 16), "What follows the tag.", standard, values: etherTypeName)
    }
  }
}

/// Linux's cooked captures.
public enum SLLField: UInt8, Dissected {
  case sll, packetType, hardware, addressLength, ether, ipv4, other, unused, linkProtocol, etherType,
    interface,
    trailer

  /// SLL.
  public static let layer = Layer.sll
  /// What the field is.
  public var info: FieldInfo {
    let source = "packet(7), LINKTYPE_LINUX_SLL"
    switch self {
    case .sll:
      return FieldInfo(
        "sll", "Linux cooked capture", .heading,
        "What a capture on all interfaces at once keeps of the link's header.", source)
    case .packetType:
      return FieldInfo(
        "sll.pkttype", "Packet type", .decimal(bits: 16),
        "Whether the frame came to this host, from it, or to others.", source, values: { cookedTypeName($0) })
    case .hardware:
      return FieldInfo(
        "sll.hatype", "Link-layer address type", .decimal(bits: 16), "The kind of the interface.", source,
        values: { $0 == 1 ? "Ethernet" : $0 == 772 ? "Loopback" : nil })
    case .addressLength:
      return FieldInfo(
        "sll.halen", "Link-layer address length", .decimal(bits: 16), "Octets of the sender's address.",
        source)
    case .ether: return FieldInfo("sll.src.eth", "Source", .ether, "The card that sent the frame.", source)
    case .ipv4: return FieldInfo("sll.src.ipv4", "Source", .ipv4, "The end of a tunnel that sent it.", source)
    case .other: return FieldInfo("sll.src.other", "Source", .bytes, "The sender's address.", source)
    case .unused:
      return FieldInfo("sll.unused", "Unused", .bytes, "What the address leaves of its room.", source)
    case .linkProtocol:
      return FieldInfo(
        "sll.ltype", "Protocol", .hex(bits: 16), "What follows, where that is no EtherType.", source)
    case .etherType:
      return FieldInfo(
        "sll.etype", "Protocol", .hex(bits: 16), "What follows.", source, values: etherTypeName)
    case .interface:
      return FieldInfo(
        "sll.ifindex", "Interface index", .decimal(bits: 32), "The interface's number on the host.", source)
    case .trailer:
      return FieldInfo("sll.trailer", "Trailer", .bytes, "Octets that no header accounts for.", source)
    }
  }
}

/// Loopback interfaces and packets without a link.
public enum LinkField: UInt8, Dissected {
  case loopback, family, type, raw

  /// Null.
  public static let layer = Layer.null
  /// What the field is.
  public var info: FieldInfo {
    let source = "LINKTYPE_NULL, LINKTYPE_LOOP"
    switch self {
    case .loopback:
      return FieldInfo(
        "null", "Null/Loopback", .heading, "What a loopback interface of a BSD has for a header.", source)
    case .family:
      return FieldInfo(
        "null.family", "Family", .decimal(bits: 32), "The address family: 2 is IPv4; 24, 28 or 30 IPv6.",
        source,
        values: { $0 == 2 ? "IP" : $0 == 24 || $0 == 28 || $0 == 30 ? "IPv6" : nil })
    case .type:
      return FieldInfo(
        "null.type", "Type", .hex(bits: 16), "An EtherType in place of a family.", source,
        values: etherTypeName)
    case .raw:
      return FieldInfo("raw", "Raw packet data", .heading, "A packet with nothing before it.", "LINKTYPE_RAW")
    }
  }
}

/// Packets exported by a program, with tags.
public enum ExportedField: UInt8, Dissected {
  case exported, tag, tagLength, name, heuristicName, tableName, columnName, ipv4Source, ipv4Destination,
    ipv6Source
  case ipv6Destination, portType, sourcePort, destinationPort, originalFrame, tableValue, unknown, packet

  /// Exported PDU.
  public static let layer = Layer.exportedPDU
  /// What the field is.
  public var info: FieldInfo {
    func field(_ name: String, _ title: String, _ type: FieldType, _ meaning: String) -> FieldInfo {
      FieldInfo("exported_pdu.\(name)", title, type, meaning, "LINKTYPE_WIRESHARK_UPPER_PDU")
    }
    switch self {
    case .exported:
      return FieldInfo(
        "exported_pdu", "EXPORTED_PDU", .heading,
        "A packet that a program wrote into the capture itself, with tags that say what it is.",
        "LINKTYPE_WIRESHARK_UPPER_PDU")
    case .tag:
      return field("tag", "Tag", .decimal(bits: 16), "What the tag tells.").named { Self.tagName($0) }
    case .tagLength: return field("tag_len", "Length", .decimal(bits: 16), "Octets of the tag's value.")
    case .name: return field("prot_name", "Protocol Name", .text, "Who can read the packet.")
    case .heuristicName:
      return field("heur_prot_name", "Heuristic Protocol Name", .text, "Who may be able to read the packet.")
    case .tableName:
      return field("dis_table_name", "Dissector Table Name", .text, "The table in which the reader stands.")
    case .columnName:
      return field("col_proto_str", "Column protocol string", .text, "What the protocol column should say.")
    case .ipv4Source: return field("ipv4_src", "IPv4 Src", .ipv4, "The sender.")
    case .ipv4Destination: return field("ipv4_dst", "IPv4 Dst", .ipv4, "The receiver.")
    case .ipv6Source: return field("ipv6_src", "IPv6 Src", .ipv6, "The sender.")
    case .ipv6Destination: return field("ipv6_dst", "IPv6 Dst", .ipv6, "The receiver.")
    case .portType:
      return field("port_type", "Port Type", .decimal(bits: 32), "What the ports are of.").named {
        $0 == 2 ? "TCP" : $0 == 3 ? "UDP" : $0 == 1 ? "SCTP" : nil
      }
    case .sourcePort: return field("src_port", "Src Port", .decimal(bits: 32), "The sender's port.")
    case .destinationPort: return field("dst_port", "Dst Port", .decimal(bits: 32), "The receiver's port.")
    case .originalFrame:
      return field("orig_fno", "Original Frame Number", .decimal(bits: 32), "The frame that held the packet.")
    case .tableValue:
      return field(
        "dis_table_val", "Value to use when calling dissector table", .decimal(bits: 32),
        "The place in the table of readers.")
    case .unknown:
      return field("unknown_tag.val", "Unknown tags value", .bytes, "A tag that is not known here.")
    case .packet: return field("exported_pdu", "Exported PDU", .bytes, "The packet.")
    }
  }

  private static func tagName(_ tag: UInt64) -> String? {
    switch tag {
    case 0: "End-of-options"
    case 12: "PDU content dissector name"
    case 13: "PDU content heuristic dissector name"
    case 14: "PDU content dissector table name"
    case 20: "IPv4 Source Address"
    case 21: "IPv4 Destination Address"
    case 22: "IPv6 Source Address"
    case 23: "IPv6 Destination Address"
    case 24: "Port Type"
    case 25: "Source Port"
    case 26: "Destination Port"
    case 30: "Original Frame number"
    case 32: "Dissector table value"
    case 33: "Column Protocol String"
    default: nil
    }
  }
}

/// The classes of IEEE 802.1Q, annex I.
func linkPriorityName(_ priority: UInt64) -> String? {
  let names = [
    "Best Effort (default)", "Background", "Excellent Effort", "Critical Applications",
    "Video, < 100ms latency and jitter", "Voice, < 10ms latency and jitter", "Internetwork Control",
    "Network Control",
  ]
  return priority < 8 ? names[Int(priority)] : nil
}

extension FieldInfo {
  /// The same field with names of its values.
  func named(_ names: @escaping @Sendable (UInt64) -> String?) -> FieldInfo {
    var copy = self
    copy.valueName = names
    return copy
  }
}
