/// The capture's own facts about a frame.
public enum FrameField: UInt8, Dissected {
  case frame, sectionNumber, interfaceID, interfaceName, encapsulation, time, timeEpoch, timeDelta,
    timeRelative
  case number, length, captureLength, protocols, comment, packetFlags, packetID, interfaceDescription
  case comments, direction, reception, checkLength, reservedFlags, badCheck, tooLong, tooShort, badGap,
    unaligned
  case badStart, badPreamble, badSymbol, sentOrReceived, enterprise, isCopied

  /// The capture.
  public static let layer = Layer.frame
  /// What the field is.
  public var info: FieldInfo {
    let block = "draft-ietf-opsawg-pcapng section 4.3"
    switch self {
    case .frame: return FieldInfo("frame", "Frame", .heading, "One frame as the wire carried it.", block)
    case .sectionNumber:
      return FieldInfo(
        "frame.section_number", "Section number", .decimal(bits: 32),
        "Which section of the capture file holds the frame; most files have one.",
        "draft-ietf-opsawg-pcapng section 4.1")
    case .interfaceID:
      return FieldInfo(
        "frame.interface_id", "Interface id", .decimal(bits: 32),
        "The interface that saw the frame. In a session each host has one.", block)
    case .interfaceName:
      return FieldInfo(
        "frame.interface_name", "Interface name", .text,
        "The interface's name; in a session, the host that sent the frame.",
        "draft-ietf-opsawg-pcapng section 4.2")
    case .interfaceDescription:
      return FieldInfo(
        "frame.interface_description", "Interface description", .text,
        "What the capture says of the interface: where it is, what it is for.",
        "draft-ietf-opsawg-pcapng section 4.2")
    case .encapsulation:
      return FieldInfo(
        "frame.encap_type", "Encapsulation type", .decimal(bits: 16),
        "What the first octets of the frame are: 1 is Ethernet.", "draft-ietf-opsawg-pcapng section 4.2",
        values: { encapsulationName($0) })
    case .time:
      return FieldInfo(
        "frame.time", "Arrival Time", .absoluteTime, "The wall clock when the frame was captured.", block)
    case .timeEpoch:
      return FieldInfo(
        "frame.time_epoch", "Epoch Time", .relativeTime, "Seconds since 1970 when the frame was captured.",
        block)
    case .timeDelta:
      return FieldInfo(
        "frame.time_delta", "Time delta from previous captured frame", .relativeTime,
        "How long the wire was silent before this frame.", block)
    case .timeRelative:
      return FieldInfo(
        "frame.time_relative", "Time since reference or first frame", .relativeTime,
        "Seconds since the first row of the capture.", block)
    case .number:
      return FieldInfo("frame.number", "Frame Number", .decimal(bits: 32), "The row's number, from 1.", block)
    case .length:
      return FieldInfo(
        "frame.len", "Frame Length", .decimal(bits: 32), "Octets that the frame had on the wire.", block)
    case .captureLength:
      return FieldInfo(
        "frame.cap_len", "Capture Length", .decimal(bits: 32),
        "Octets that the capture kept; fewer than the length when a snap length cut the frame.", block)
    case .protocols:
      return FieldInfo(
        "frame.protocols", "Protocols in frame", .text, "The protocols found in the frame, outermost first.",
        block)
    case .comment:
      return FieldInfo(
        "frame.comment", "Comment", .text, "What somebody, or the wire, noted about the frame.",
        "draft-ietf-opsawg-pcapng section 3.5")
    case .packetFlags:
      return FieldInfo(
        "frame.packet_flags", "Packet flags", .hex(bits: 32),
        "Link-layer facts: the low two bits say inbound or outbound.",
        "draft-ietf-opsawg-pcapng section 4.3.1")
    case .packetID:
      return FieldInfo(
        "frame.packet_id", "Packet id", .decimal(bits: 64),
        "Identifies the frame wherever it was seen; what the wire did with it is found by this number.", block
      )
    case .enterprise:
      return FieldInfo(
        "frame.cb_pen", "Private Enterprise Number", .decimal(bits: 32),
        "Who defined what a Custom Block holds.", "draft-ietf-opsawg-pcapng section 4.7",
        values: enterpriseName)
    case .isCopied:
      return FieldInfo(
        "frame.cb_copy", "Copying", .flag,
        "Whether programs that don't know the Custom Block should keep it.",
        "draft-ietf-opsawg-pcapng section 4.7", values: { $0 == 0 ? "Not Allowed" : "Allowed" })
    default: return flagInfo
    }
  }
}

/// Those who define Custom Blocks that are met in captures: registry of Private Enterprise Numbers.
func enterpriseName(_ number: UInt64) -> String? {
  switch number {
  case 0: "Reserved"
  case 9: "ciscoSystems"
  case 32473: "Example Enterprise Number for Documentation Use"
  default: nil
  }
}

/// Ethernet II, IEEE 802.3.
public enum EthernetField: UInt8, Dissected {
  case ethernet, destination, destinationLG, destinationIG, source, sourceLG, sourceIG, type, length, padding,
    trailer, invalidType, checkSequence, checkStatus

  /// Ethernet.
  public static let layer = Layer.ethernet
  /// What the field is.
  public var info: FieldInfo {
    let standard = "IEEE 802.3 clause 3.2"
    switch self {
    case .ethernet:
      return FieldInfo(
        "eth", "Ethernet II", .heading, "Carries a packet to the next device on the same link.", standard)
    case .destination:
      return FieldInfo(
        "eth.dst", "Destination", .ether,
        "The network card that should take the frame; all ones is everybody.", standard)
    case .destinationLG:
      return FieldInfo(
        "eth.dst.lg", "LG bit", .flag, mask: 0x20000,
        "Set when software chose the address, as for virtual interfaces.", standard, values: Self.lg)
    case .destinationIG:
      return FieldInfo(
        "eth.dst.ig", "IG bit", .flag, mask: 0x10000,
        "Set when the frame is for a group of cards or for all.", standard, values: Self.ig)
    case .source:
      return FieldInfo("eth.src", "Source", .ether, "The network card that sent the frame.", standard)
    case .sourceLG:
      return FieldInfo(
        "eth.src.lg", "LG bit", .flag, mask: 0x20000,
        "Set when software chose the address, as for virtual interfaces.", standard, values: Self.lg)
    case .sourceIG:
      return FieldInfo(
        "eth.src.ig", "IG bit", .flag, mask: 0x10000, "Never set: a frame comes from one card.", standard,
        values: Self.ig)
    case .type:
      return FieldInfo(
        "eth.type", "Type", .hex(bits: 16),
        "Which protocol the frame carries: 0x0800 is IPv4, 0x86dd IPv6, 0x0806 ARP.", "RFC 9542 section 3",
        values: etherTypeName)
    case .length:
      return FieldInfo(
        "eth.len", "Length", .decimal(bits: 16),
        "Octets of an IEEE 802.3 frame's payload; values under 1536 are lengths, not types.", standard)
    case .padding:
      return FieldInfo(
        "eth.padding", "Padding", .bytes,
        "Zeros that bring a short frame to the 60 octets that Ethernet demands.", standard)
    case .trailer:
      return FieldInfo(
        "eth.trailer", "Trailer", .bytes, "Octets after the packet that no header accounts for.", standard)
    case .invalidType:
      return FieldInfo(
        "eth.invalid_lentype", "Invalid length/type", .hex(bits: 16),
        "Too large for a length and too small for a type.", standard)
    case .checkSequence:
      return FieldInfo(
        "eth.fcs", "Frame check sequence", .hex(bits: 32),
        "A checksum of the whole frame; most captures don't have it, and four octets at the end may be others.",
        standard)
    case .checkStatus:
      return FieldInfo(
        "eth.fcs.status", "FCS Status", .decimal(bits: 8),
        "Whether the checksum was verified; as in Wireshark it is not.", standard, values: checksumStatusName)
    }
  }

  private static let lg: @Sendable (UInt64) -> String? = {
    $0 == 1
      ? "Locally administered address (this is NOT the factory default)"
      : "Globally unique address (factory default)"
  }
  private static let ig: @Sendable (UInt64) -> String? = {
    $0 == 1 ? "Group address (multicast/broadcast)" : "Individual address (unicast)"
  }
}

let etherTypeName: @Sendable (UInt64) -> String? = {
  switch $0 {
  case 0x0800: "IPv4"
  case 0x0806: "ARP"
  case 0x8035: "Reverse ARP"
  case 0x8100: "802.1Q Virtual LAN"
  case 0x86DD: "IPv6"
  case 0x88A8: "802.1ad Provider Bridge (Q-in-Q)"
  case 0x9100: "QinQ: old non-standard 802.1ad"
  default: nil
  }
}

/// The Address Resolution Protocol, RFC 826.
public enum ARPField: UInt8, Dissected {
  case arp, hardwareType, protocolType, hardwareSize, protocolSize, opcode, isGratuitous, isProbe,
    isAnnouncement
  case senderHardware, senderProtocol, targetHardware, targetProtocol

  /// ARP.
  public static let layer = Layer.arp
  /// What the field is.
  public var info: FieldInfo {
    let rfc = "RFC 826"
    switch self {
    case .arp:
      return FieldInfo(
        "arp", "Address Resolution Protocol", .heading,
        "Finds which network card answers for an IPv4 address on the link.", rfc)
    case .hardwareType:
      return FieldInfo(
        "arp.hw.type", "Hardware type", .decimal(bits: 16), "The kind of link: 1 is Ethernet.", rfc,
        values: { $0 == 1 ? "Ethernet" : nil })
    case .protocolType:
      return FieldInfo(
        "arp.proto.type", "Protocol type", .hex(bits: 16), "The protocol whose address is asked for.", rfc,
        values: etherTypeName)
    case .hardwareSize:
      return FieldInfo(
        "arp.hw.size", "Hardware size", .decimal(bits: 8), "Octets of a hardware address.", rfc)
    case .protocolSize:
      return FieldInfo(
        "arp.proto.size", "Protocol size", .decimal(bits: 8), "Octets of a protocol address.", rfc)
    case .opcode:
      return FieldInfo(
        "arp.opcode", "Opcode", .decimal(bits: 16), "1 asks who has an address, 2 answers.", rfc,
        values: { arpOpcodeName($0) })
    case .isGratuitous:
      return FieldInfo(
        "arp.isgratuitous", "Is gratuitous", .flag,
        "Set when a host announces its own address unasked, as after a failover.", "RFC 5227 section 3")
    case .isProbe:
      return FieldInfo(
        "arp.isprobe", "Is probe", .flag,
        "Set when a host asks whether an address is taken before it uses it.",
        "RFC 5227 section 2.1")
    case .isAnnouncement:
      return FieldInfo(
        "arp.isannouncement", "Is announcement", .flag, "Set when a host says that it uses the address now.",
        "RFC 5227 section 2.3")
    case .senderHardware:
      return FieldInfo(
        "arp.src.hw_mac", "Sender MAC address", .ether, "The card of the host that speaks.", rfc)
    case .senderProtocol:
      return FieldInfo(
        "arp.src.proto_ipv4", "Sender IP address", .ipv4, "The address of the host that speaks.", rfc)
    case .targetHardware:
      return FieldInfo(
        "arp.dst.hw_mac", "Target MAC address", .ether, "The card asked for: zeros in a request.", rfc)
    case .targetProtocol:
      return FieldInfo("arp.dst.proto_ipv4", "Target IP address", .ipv4, "The address asked for.", rfc)
    }
  }
}

/// Octets that no protocol here explains.
public enum DataField: UInt8, Dissected {
  case data, octets, length, undecoded

  /// Data.
  public static let layer = Layer.data
  /// What the field is.
  public var info: FieldInfo {
    switch self {
    case .data:
      FieldInfo("data", "Data", .heading, "Octets of the application that no protocol here explains.", "none")
    case .octets: FieldInfo("data.data", "Data", .bytes, "The octets.", "none")
    case .length: FieldInfo("data.len", "Length", .decimal(bits: 32), "How many octets.", "none")
    case .undecoded:
      FieldInfo(
        "backlab.data.undecoded", "Not decoded", .text, "Why nothing more is known of the octets.", "Backlab")
    }
  }
}

/// Wireshark's name of a kind of link, by its own number.
func encapsulationName(_ number: UInt64) -> String? {
  switch number {
  case 1: "Ethernet"
  case 7: "Raw IP"
  case 15: "NULL/Loopback"
  case 25: "Linux cooked-mode capture v1"
  case 129: "Raw IPv4"
  case 130: "Raw IPv6"
  case 149: "SCTP"
  case 158: "Linux Netlink"
  case 155: "Wireshark Upper PDU export"
  case 174: "OpenBSD loopback"
  case 210: "Linux cooked-mode capture v2"
  default: nil
  }
}
