extension TCPField {
  /// Options that few segments have.
  var rare: FieldInfo {
    let experiment = "RFC 6994 section 3"
    let accurate = "RFC 9768 section 3.2.3"
    func option(_ name: String, _ title: String, _ meaning: String, _ source: String) -> FieldInfo {
      FieldInfo("tcp.options.\(name)", "TCP Option - \(title)", .bytes, meaning, source)
    }
    func field(
      _ name: String, _ title: String, _ type: FieldType, _ meaning: String, _ source: String,
      mask: UInt64 = 0
    ) -> FieldInfo { FieldInfo("tcp.options.\(name)", title, type, mask: mask, meaning, source) }
    switch self {
    case .endOfOptions:
      return option("eol", "End of Option List (EOL)", "Nothing but zeros follows.", "RFC 9293 section 3.2")
    case .echoOption: return option("echo", "Echo", "Replaced by timestamps.", "RFC 1072")
    case .countOption:
      return option("cc", "CC", "Counted connections of T/TCP; of no use any more.", "RFC 1644")
    case .signatureOption:
      return option("md5", "TCP MD5 signature", "Proves who sent the segment: used by routers.", "RFC 2385")
    case .quickStartOption:
      return option("qs", "Quick-Start", "Answers a request for a faster start.", "RFC 4782 section 4")
    case .userTimeoutOption:
      return option(
        "user_to", "User Timeout", "Tells how long the sender waits for acknowledgments.", "RFC 5482")
    case .authenticationOption:
      return option(
        "ao", "TCP AO", "Proves who sent the segment, with keys that change.", "RFC 5925 section 2.2")
    case .accurateECNOption:
      return option("acc_ecn", "Accurate ECN", "Counts octets by the marks that they came with.", accurate)
    case .experimentalOption:
      return option("experimental", "Experimental", "An experiment with a registered number.", experiment)
    case .otherOption:
      return option("unknown", "Unknown", "An option that is not known here.", "RFC 9293 section 3.2")
    case .mssPresent:
      return field(
        "mss.present", "The non-SYN packet does contain a MSS option", .heading, "Only SYNs should have it.",
        "RFC 9293 section 3.7.1")
    case .windowShiftInvalid:
      return field(
        "wscale.shift.invalid", "Window scale shift exceeds 14", .heading, "It counts as 14.",
        "RFC 7323 section 2.3")
    case .doubleLeft:
      return field(
        "sack.dsack_le", "TCP D-SACK Left Edge", .decimal(bits: 32), "First octet that arrived twice.",
        "RFC 2883")
    case .doubleRight:
      return field(
        "sack.dsack_re", "TCP D-SACK Right Edge", .decimal(bits: 32), "First octet behind it.", "RFC 2883")
    case .doubleSack:
      return field(
        "sack.dsack", "D-SACK Sequence", .heading, "The first block tells what arrived twice.",
        "RFC 2883 section 4")
    case .echoValue: return field("echo_value", "TCP Echo Option", .decimal(bits: 32), "A stamp.", "RFC 1072")
    case .countValue: return field("cc_value", "TCP CC Option", .decimal(bits: 32), "A count.", "RFC 1644")
    case .signature:
      return field("md5.digest", "MD5 digest", .bytes, "The signature.", "RFC 2385 section 2.0")
    case .quickStartRate:
      return field(
        "qs.rate", "QS Rate", .decimal(bits: 8), "The rate that was granted.", "RFC 4782 section 4",
        mask: 0x0F
      ).named { quickStartName($0) }
    case .quickStartHops:
      return field(
        "qs.ttl_diff", "QS Rate", .decimal(bits: 8), "Shows whether all routers agreed.", "RFC 4782 section 4"
      )
    case .userTimeoutUnit:
      return field(
        "user_to_granularity", "Granularity", .flag, "Whether the timeout counts minutes.",
        "RFC 5482 section 3",
        mask: 0x8000
      ).named { $0 == 1 ? "Minutes" : "Seconds" }
    case .authenticationKey:
      return field("ao.keyid", "AO KeyID", .decimal(bits: 8), "Which key was used.", "RFC 5925 section 2.2")
    case .authenticationNext:
      return field(
        "ao.rnextkeyid", "AO RNextKeyID", .decimal(bits: 8), "Which key the receiver should use.",
        "RFC 5925 section 2.2")
    case .authenticationCode:
      return field("ao.mac", "AO MAC", .bytes, "The proof.", "RFC 5925 section 2.2")
    case .echoed0:
      return field(
        "acc_ecn.ee0b", "Accurate ECN Echo ECT(0) Byte Counter", .decimal(bits: 24), "Octets marked ECT(0).",
        accurate)
    case .echoedCE:
      return field(
        "acc_ecn.eceb", "Accurate ECN Echo CE Byte Counter", .decimal(bits: 24),
        "Octets that met congestion.",
        accurate)
    case .echoed1:
      return field(
        "acc_ecn.ee1b", "Accurate ECN Echo ECT(1) Byte Counter", .decimal(bits: 24), "Octets marked ECT(1).",
        accurate)
    case .experiment:
      return field(
        "experimental.exid", "Experiment Identifier", .hex(bits: 16),
        "Which experiment: 0xf989 is Fast Open.",
        experiment)
    default:
      return field("experimental.data", "Data", .bytes, "The experiment's data.", experiment)
    }
  }

  /// What is odd, or marks a step of the connection.
  var noted: FieldInfo {
    func field(_ name: String, _ title: String, _ meaning: String, _ source: String) -> FieldInfo {
      FieldInfo("tcp.\(name)", title, .heading, meaning, source)
    }
    let open = "RFC 7413 section 4.2.2"
    switch self {
    case .badOptionLength:
      return field(
        "option.len.invalid", "Invalid length for option", "The option is shorter or longer than it can be.",
        "RFC 9293 section 3.2")
    case .badSuboption:
      return field(
        "suboption_malformed", "Suboption would go past end of option",
        "The option ends in the middle of a value.",
        "RFC 9293 section 3.2")
    case .notZeroAtEnd:
      return field(
        "non_zero_bytes_after_eol", "Non zero bytes after EOL",
        "Behind the end of the options only zeros may stand.",
        "RFC 9293 section 3.2")
    case .badHeaderLength:
      return field(
        "bogus_header_length", "Bogus TCP Header length",
        "The header says that it is shorter than its fixed part.",
        "RFC 9293 section 3.1")
    case .ackNotZero:
      return field(
        "ack.nonzero", "The acknowledgment number field is nonzero while the ACK flag is not set",
        "The number means nothing without the flag.", "RFC 9293 section 3.1")
    case .urgentNotZero:
      return field(
        "urgent_pointer.non_zero", "The urgent pointer field is nonzero while the URG flag is not set",
        "The pointer means nothing without the flag.", "RFC 9293 section 3.8.5")
    case .counter:
      return FieldInfo(
        "tcp.flags.ace", "ACE", .decimal(bits: 8), "Counts packets that met congestion, modulo 8.",
        "RFC 9768 section 3.2.2")
    case .fastOpenSYN:
      return field(
        "analysis.tfo_syn", "TCP SYN with TFO Cookie", "The SYN may carry octets of the stream.", open)
    case .fastOpenAck:
      return field(
        "analysis.tfo_ack", "TCP SYN-ACK accepting TFO data", "The octets of the SYN were taken.", open)
    case .fastOpenIgnored:
      return field(
        "analysis.tfo_ignored", "TCP SYN-ACK ignoring TFO data", "The octets of the SYN must be sent again.",
        open)
    case .pduSize:
      return FieldInfo(
        "tcp.pdu.size", "PDU Size", .decimal(bits: 32),
        "Octets of a message that begins here: TCP itself knows no messages.", "RFC 9293 section 3.7")
    case .undecoded:
      return FieldInfo(
        "backlab.tcp.undecoded", "Not decoded", .text,
        "Why octets of a protocol that is read here are shown as data.",
        "RFC 9293 section 3.4")
    default:
      return FieldInfo(
        "tcp.reset_cause", "Reset cause", .text, "Some senders of a reset say why.",
        "RFC 1122 section 4.2.2.12")
    }
  }
}
