extension FrameField {
  /// What a capture says of a frame besides its octets: comments, and the bits of its flags.
  var flagInfo: FieldInfo {
    let block = "draft-ietf-opsawg-pcapng section 4.3.1"
    func field(
      _ name: String, _ title: String, _ type: FieldType, _ mask: UInt64, _ meaning: String,
      _ values: (@Sendable (UInt64) -> String?)? = nil
    ) -> FieldInfo {
      FieldInfo("frame.packet_flags_\(name)", title, type, mask: mask, meaning, block, values: values)
    }
    func mark(_ name: String, _ title: String, _ bit: Int) -> FieldInfo {
      field(
        "\(name)_error", "\(title) error", .flag, 1 << UInt64(bit),
        "Set when the card found the frame damaged.",
        { $0 == 0 ? "Not set" : "Set" })
    }
    return switch self {
    case .comments:
      FieldInfo(
        "pkt_comment", "Packet comments", .heading, "What somebody, or the wire, noted about the frame.",
        "draft-ietf-opsawg-pcapng section 3.5")
    case .direction:
      field(
        "direction", "Direction", .hex(bits: 32), 3,
        "Whether the interface took the frame in or sent it out.",
        { ["Unknown", "Inbound", "Outbound", "Undefined"][Int($0 & 3)] })
    case .reception:
      field(
        "reception_type", "Reception type", .decimal(bits: 32), 0x1C, "To whom the frame was sent.",
        {
          $0 < 6
            ? ["Not specified", "Unicast", "Multicast", "Broadcast", "Promiscuous", "Undefined"][Int($0)]
            : nil
        })
    case .checkLength:
      field(
        "fcs_length", "FCS length", .decimal(bits: 32), 0x1E0,
        "Octets of the check sequence behind the frame; 0 when nobody said.")
    case .reservedFlags: field("reserved", "Reserved", .decimal(bits: 32), 0xFE00, "Not in use.")
    case .badCheck: mark("crc", "CRC", 24)
    case .tooLong: mark("packet_too", "Packet too long", 25)
    case .tooShort: mark("packet_too_short", "Packet too short", 26)
    case .badGap: mark("wrong_inter_frame_gap", "Wrong interframe gap", 27)
    case .unaligned: mark("unaligned_frame", "Unaligned frame", 28)
    case .badStart: mark("start_frame_delimiter", "Start frame delimiter", 29)
    case .badPreamble: mark("preamble", "Preamble", 30)
    case .badSymbol: mark("symbol", "Symbol", 31)
    default:
      FieldInfo(
        "frame.p2p_dir", "Point-to-Point Direction", .signed(bits: 8),
        "Whether the interface sent the frame or took it in, where the capture says so.", block,
        values: { ["Sent", "Received"][Int($0 & 1)] })
    }
  }

  /// The bits of the flags, in the order in which Wireshark shows them.
  static let flags: [FrameField] = [
    .direction, .reception, .checkLength, .reservedFlags, .badCheck, .tooLong, .tooShort, .badGap, .unaligned,
    .badStart, .badPreamble, .badSymbol,
  ]
}
