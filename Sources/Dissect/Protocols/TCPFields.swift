/// TCP, RFC 9293, with the analysis that Wireshark adds.
public enum TCPField: UInt8, Dissected {
  case tcp, sourcePort, destinationPort, stream, completeness, length, sequence, sequenceRaw, nextSequence
  case acknowledgment, acknowledgmentRaw, headerLength
  case flags, reserved, accurateECN, cwr, ece, urgent, ack, push, reset, syn, fin, flagText
  case windowValue, window, windowScale, checksum, checksumStatus, urgentPointer
  case options, optionKind, optionLength, mss, windowShift, windowMultiplier, tsval, tsecr
  case sackLeft, sackRight, sackCount, fastOpenRequest, fastOpenCookie, userTimeout, optionPayload
  case noOperation, mssOption, windowOption, sackPermitted, sack, timestampOption, fastOpen
  case endOfOptions, echoOption, countOption, signatureOption, quickStartOption, userTimeoutOption
  case authenticationOption, accurateECNOption, experimentalOption, otherOption
  case mssPresent, windowShiftInvalid, doubleLeft, doubleRight, doubleSack, echoValue, countValue, signature
  case quickStartRate, quickStartHops, userTimeoutUnit, authenticationKey, authenticationNext,
    authenticationCode
  case echoed0, echoedCE, echoed1, experiment, experimentData, badOptionLength, badSuboption, notZeroAtEnd
  case badHeaderLength, ackNotZero, urgentNotZero, counter, fastOpenSYN, fastOpenAck
  case fastOpenIgnored, undecoded, resetCause, pduSize
  case timestamps, timeRelative, timeDelta
  case analysis, acksFrame, ackRTT, initialRTT, bytesInFlight, pushBytes, rto, rtoFrame, analysisFlags
  case retransmission, fastRetransmission, spuriousRetransmission, outOfOrder, lostSegment, ackLostSegment
  case duplicateAck, duplicateAckNumber, duplicateAckFrame, zeroWindow, zeroWindowProbe, zeroWindowProbeAck
  case windowUpdate, windowFull, keepAlive, keepAliveAck, reusedPorts
  case closes, isClosed
  case payload, segmentData, reassembledIn, segments, segment, segmentCount, reassembledLength,
    reassembledData

  /// TCP.
  public static let layer = Layer.tcp

  /// What the field is.
  public var info: FieldInfo {
    if rawValue < TCPField.endOfOptions.rawValue { return header }
    if rawValue < TCPField.badOptionLength.rawValue { return rare }
    return rawValue < TCPField.timestamps.rawValue ? noted : derived
  }

  private var header: FieldInfo {
    let rfc = "RFC 9293 section 3.1"
    let options = "RFC 9293 section 3.2"
    let scale = "RFC 7323 section 2.2"
    let stamps = "RFC 7323 section 3.2"
    let open = "RFC 7413 section 4.1.1"
    let sackRFC = "RFC 2018 section 3"
    func bit(_ name: String, _ title: String, _ mask: UInt64, _ meaning: String, _ source: String = rfc)
      -> FieldInfo
    {
      FieldInfo("tcp.flags.\(name)", title, .flag, mask: mask, meaning, source)
    }
    switch self {
    case .tcp:
      return FieldInfo(
        "tcp", "Transmission Control Protocol", .heading,
        "A reliable stream of octets each way between two sockets.", "RFC 9293")
    case .sourcePort:
      return FieldInfo(
        "tcp.srcport", "Source Port", .decimal(bits: 16),
        "The sender's socket; a client's is ephemeral, chosen by its kernel.", rfc)
    case .destinationPort:
      return FieldInfo(
        "tcp.dstport", "Destination Port", .decimal(bits: 16),
        "The receiver's socket; a server's is the one it listens on.", rfc)
    case .stream:
      return FieldInfo(
        "tcp.stream", "Stream index", .decimal(bits: 32), "Numbers the connections of the capture from 0.",
        "Wireshark")
    case .completeness:
      return FieldInfo(
        "tcp.completeness", "Conversation completeness", .decimal(bits: 8),
        "What the capture holds of the connection: SYN 1, SYN-ACK 2, ACK 4, data 8, FIN 16, RST 32, added up.",
        "Wireshark", values: { completenessName($0) })
    case .length:
      return FieldInfo(
        "tcp.len", "TCP Segment Len", .decimal(bits: 32),
        "Octets of the stream in this segment; SYN and FIN take a number too but are not counted.",
        "RFC 9293 section 3.4")
    case .sequence:
      return FieldInfo(
        "tcp.seq", "Sequence Number", .decimal(bits: 32),
        "Number of the first octet here, counted from the sender's first number.", "RFC 9293 section 3.4")
    case .sequenceRaw:
      return FieldInfo(
        "tcp.seq_raw", "Sequence Number (raw)", .decimal(bits: 32),
        "The number as it stands in the header: it starts at random so that nobody can guess it.",
        "RFC 9293 section 3.4.1")
    case .nextSequence:
      return FieldInfo(
        "tcp.nxtseq", "Next Sequence Number", .decimal(bits: 32),
        "The number that the sender's next new octet will have.", "RFC 9293 section 3.4")
    case .acknowledgment:
      return FieldInfo(
        "tcp.ack", "Acknowledgment Number", .decimal(bits: 32),
        "The next number that the sender expects: everything before it has arrived at its kernel, not at its application.",
        "RFC 9293 section 3.4")
    case .acknowledgmentRaw:
      return FieldInfo(
        "tcp.ack_raw", "Acknowledgment number (raw)", .decimal(bits: 32),
        "The number as it stands in the header.", rfc)
    case .headerLength:
      return FieldInfo(
        "tcp.hdr_len", "Header Length", .decimal(bits: 8), mask: 0xF0,
        "Octets of the header: 20 and the options.", rfc)
    case .flags:
      return FieldInfo("tcp.flags", "Flags", .hex(bits: 16), "What the segment does to the connection.", rfc)
    case .reserved: return bit("res", "Reserved", 0xE00, "Must be zero.")
    case .accurateECN: return bit("ae", "Accurate ECN", 0x100, "Part of a finer congestion echo.", "RFC 9768")
    case .cwr:
      return bit(
        "cwr", "Congestion Window Reduced", 0x80, "The sender slowed down after a congestion echo.",
        "RFC 3168 section 6.1")
    case .ece:
      return bit(
        "ece", "ECN-Echo", 0x40, "A router marked congestion on the way here.", "RFC 3168 section 6.1")
    case .urgent:
      return bit("urg", "Urgent", 0x20, "The urgent pointer counts; hardly used.", "RFC 9293 section 3.8.5")
    case .ack:
      return bit(
        "ack", "Acknowledgment", 0x10,
        "The acknowledgment number counts: set in every segment after the first SYN.")
    case .push:
      return bit(
        "push", "Push", 0x08,
        "The sender's buffer was emptied here: usually the end of a write(). It marks no message boundary.",
        "RFC 9293 section 3.9.1.2")
    case .reset:
      return bit(
        "reset", "Reset", 0x04,
        "The connection is over at once: nobody listens, or a side gave up; the application sees ECONNREFUSED or ECONNRESET.",
        "RFC 9293 section 3.5.2")
    case .syn:
      return bit(
        "syn", "Syn", 0x02, "Opens one direction and tells its first sequence number.", "RFC 9293 section 3.5"
      )
    case .fin:
      return bit(
        "fin", "Fin", 0x01,
        "The sender will send no more; it may still receive. The application reads end of file.",
        "RFC 9293 section 3.6")
    case .flagText: return FieldInfo("tcp.flags.str", "TCP Flags", .text, "The flags as letters.", rfc)
    case .windowValue:
      return FieldInfo(
        "tcp.window_size_value", "Window", .decimal(bits: 16),
        "The window as it stands in the header, before scaling.", rfc)
    case .window:
      return FieldInfo(
        "tcp.window_size", "Calculated window size", .decimal(bits: 32),
        "Octets that the sender of this segment can still take: its free receive buffer.", scale)
    case .windowScale:
      return FieldInfo(
        "tcp.window_size_scalefactor", "Window size scaling factor", .signed(bits: 32),
        "What the header's window is multiplied by; -1 when no SYN was captured, -2 without scaling.", scale)
    case .checksum:
      return FieldInfo(
        "tcp.checksum", "Checksum", .hex(bits: 16),
        "Guards addresses, header and payload; often filled in by the card after the capture.", rfc)
    case .checksumStatus:
      return FieldInfo(
        "tcp.checksum.status", "Checksum Status", .decimal(bits: 8),
        "Whether the checksum was verified; as in Wireshark it is not.", rfc, values: checksumStatusName)
    case .urgentPointer:
      return FieldInfo(
        "tcp.urgent_pointer", "Urgent Pointer", .decimal(bits: 16), "Where urgent data ends, if URG is set.",
        "RFC 9293 section 3.8.5")
    case .options:
      return FieldInfo(
        "tcp.options", "Options", .bytes, "What the sides agree on or tell beyond the fixed header.", options)
    case .optionKind:
      return FieldInfo(
        "tcp.option_kind", "Kind", .decimal(bits: 8), "Which option it is.", options,
        values: { optionKindName($0) })
    case .optionLength:
      return FieldInfo(
        "tcp.option_len", "Length", .decimal(bits: 8), "Octets of the option, kind and length included.",
        options)
    case .mss:
      return FieldInfo(
        "tcp.options.mss_val", "MSS Value", .decimal(bits: 16),
        "The largest segment that the sender of this SYN can take: 1460 for Ethernet's 1500.",
        "RFC 9293 section 3.7.1")
    case .windowShift:
      return FieldInfo(
        "tcp.options.wscale.shift", "Shift count", .decimal(bits: 8),
        "Windows of this side are shifted left by it in every later segment.", scale)
    case .windowMultiplier:
      return FieldInfo(
        "tcp.options.wscale.multiplier", "Multiplier", .decimal(bits: 16), "Two to the power of the shift.",
        scale)
    case .tsval:
      return FieldInfo(
        "tcp.options.timestamp.tsval", "Timestamp value", .decimal(bits: 32),
        "The sender's clock, in its own units.", stamps)
    case .tsecr:
      return FieldInfo(
        "tcp.options.timestamp.tsecr", "Timestamp echo reply", .decimal(bits: 32),
        "The other side's clock as last seen: gives a round-trip time with every acknowledgment.", stamps)
    case .sackLeft:
      return FieldInfo(
        "tcp.options.sack_le", "TCP SACK Left Edge", .decimal(bits: 32),
        "First octet of an island that arrived after a gap.", sackRFC)
    case .sackRight:
      return FieldInfo(
        "tcp.options.sack_re", "TCP SACK Right Edge", .decimal(bits: 32), "First octet after the island.",
        sackRFC)
    case .sackCount:
      return FieldInfo(
        "tcp.options.sack.count", "TCP SACK Count", .decimal(bits: 8), "How many islands are told.", sackRFC)
    case .fastOpenRequest:
      return FieldInfo(
        "tcp.options.tfo.request", "Fast Open Cookie Request", .heading,
        "The client would like a cookie for its next connection.", open)
    case .fastOpenCookie:
      return FieldInfo(
        "tcp.options.tfo.cookie", "Fast Open Cookie", .bytes,
        "Proves that the client was here before, so that data in the SYN may be delivered.", open)
    case .userTimeout:
      return FieldInfo(
        "tcp.options.user_to_val", "User Timeout", .decimal(bits: 16), mask: 0x7FFF,
        "How long unacknowledged data may wait before the connection is given up.", "RFC 5482 section 3")
    case .optionPayload:
      return FieldInfo(
        "tcp.options.unknown.payload", "Payload", .bytes, "Octets of an option that is not known here.",
        options)
    case .noOperation:
      return FieldInfo(
        "tcp.options.nop", "TCP Option - No-Operation (NOP)", .bytes,
        "Fills up to a boundary of four octets.", options)
    case .mssOption:
      return FieldInfo(
        "tcp.options.mss", "TCP Option - Maximum segment size", .bytes, "Sent in SYN only.",
        "RFC 9293 section 3.7.1")
    case .windowOption:
      return FieldInfo(
        "tcp.options.wscale", "TCP Option - Window scale", .bytes,
        "Sent in SYN only; counts when both sides send it.", scale)
    case .sackPermitted:
      return FieldInfo(
        "tcp.options.sack_perm", "TCP Option - SACK permitted", .bytes,
        "The sender understands selective acknowledgment.", "RFC 2018 section 2")
    case .sack:
      return FieldInfo(
        "tcp.options.sack", "TCP Option - SACK", .bytes,
        "Says what arrived after a gap, so that only the gap is sent again.", sackRFC)
    case .timestampOption:
      return FieldInfo(
        "tcp.options.timestamp", "TCP Option - Timestamps", .bytes,
        "Measures round trips and tells old segments from new ones.", stamps)
    case .fastOpen:
      return FieldInfo(
        "tcp.options.tfo", "TCP Option - TCP Fast Open", .bytes,
        "Lets a returning client send data with its SYN.", open)
    default:
      return FieldInfo(
        "tcp.options.unknown", "TCP Option", .bytes, "An option that is not known here.", options)
    }
  }

  private var derived: FieldInfo {
    let tool = "Wireshark"
    let loss = "RFC 9293 section 3.8.1"
    func mark(_ name: String, _ title: String, _ meaning: String, _ source: String) -> FieldInfo {
      FieldInfo("tcp.analysis.\(name)", title, .heading, meaning, source)
    }
    switch self {
    case .timestamps:
      return FieldInfo(
        "backlab.tcp.times", "Timestamps", .heading, "When the segment came, within its connection.", tool)
    case .timeRelative:
      return FieldInfo(
        "tcp.time_relative", "Time since first frame in this TCP stream", .relativeTime,
        "Since the connection's first segment.", tool)
    case .timeDelta:
      return FieldInfo(
        "tcp.time_delta", "Time since previous frame in this TCP stream", .relativeTime,
        "Since the segment before it in either direction.", tool)
    case .analysis:
      return FieldInfo(
        "tcp.analysis", "SEQ/ACK analysis", .heading,
        "What follows from the numbers of this segment and those before it.", tool)
    case .acksFrame:
      return mark(
        "acks_frame", "This is an ACK to the segment in frame",
        "The newest segment that this one acknowledges.", "RFC 9293 section 3.4"
      ).typed(.row)
    case .ackRTT:
      return mark(
        "ack_rtt", "The RTT to ACK the segment was",
        "From that segment to this acknowledgment, as seen where the capture was made.", "RFC 6298"
      ).typed(.relativeTime)
    case .initialRTT:
      return mark(
        "initial_rtt", "iRTT", "The round trip of the handshake, from SYN to the client's ACK.", tool
      ).typed(.relativeTime)
    case .bytesInFlight:
      return mark(
        "bytes_in_flight", "Bytes in flight",
        "Octets sent and not yet acknowledged, this segment included: what the congestion window limits.",
        "RFC 5681 section 2"
      ).typed(.decimal(bits: 32))
    case .pushBytes:
      return mark(
        "push_bytes_sent", "Bytes sent since last PSH flag", "Octets since the sender's last push.", tool
      ).typed(.decimal(bits: 32))
    case .rto:
      return mark(
        "rto", "The RTO for this segment was", "From the segment's first sending to this one.", "RFC 6298"
      ).typed(.relativeTime)
    case .rtoFrame:
      return mark("rto_frame", "RTO based on delta from frame", "The segment's first sending.", tool).typed(
        .row)
    case .analysisFlags:
      return mark("flags", "TCP Analysis Flags", "Something about this segment is worth a look.", tool)
    case .retransmission:
      return mark(
        "retransmission", "This frame is a (suspected) retransmission",
        "Octets sent again because no acknowledgment came in time.", loss)
    case .fastRetransmission:
      return mark(
        "fast_retransmission", "This frame is a (suspected) fast retransmission",
        "Octets sent again because repeated acknowledgments showed a gap, without waiting for the timer.",
        "RFC 5681 section 3.2")
    case .spuriousRetransmission:
      return mark(
        "spurious_retransmission", "This frame is a (suspected) spurious retransmission",
        "Octets sent again though the receiver had acknowledged them.", "RFC 5682")
    case .outOfOrder:
      return mark(
        "out_of_order", "This frame is a (suspected) out-of-order segment",
        "An older segment that came after a newer one: the network reordered them.", loss)
    case .lostSegment:
      return mark(
        "lost_segment", "Previous segment(s) not captured (common at capture start)",
        "Octets before this segment are missing: lost, or not captured.", tool)
    case .ackLostSegment:
      return mark(
        "ack_lost_segment", "ACKed segment that wasn't captured (common at capture start)",
        "Octets were acknowledged that the capture doesn't hold: the capture missed them, the network didn't.",
        tool)
    case .duplicateAck:
      return mark(
        "duplicate_ack", "Duplicate ACK", "Repeats the last acknowledgment: something arrived after a gap.",
        "RFC 5681 section 2")
    case .duplicateAckNumber:
      return mark(
        "duplicate_ack_num", "Duplicate ACK #",
        "How often it was repeated; at the third the sender retransmits.", "RFC 5681 section 3.2"
      ).typed(.decimal(bits: 32))
    case .duplicateAckFrame:
      return mark(
        "duplicate_ack_frame", "Duplicate to the ACK in frame", "The acknowledgment that is repeated.", tool
      ).typed(.row)
    case .zeroWindow:
      return mark(
        "zero_window", "TCP Zero Window segment",
        "The receive buffer is full: the application doesn't read, and the other side must stop.",
        "RFC 9293 section 3.8.6.1")
    case .zeroWindowProbe:
      return mark(
        "zero_window_probe", "TCP Zero Window Probe", "One octet to hear whether the window is open again.",
        "RFC 9293 section 3.8.6.1")
    case .zeroWindowProbeAck:
      return mark(
        "zero_window_probe_ack", "ACK to a TCP Zero Window Probe", "The window is still closed.",
        "RFC 9293 section 3.8.6.1")
    case .windowUpdate:
      return mark(
        "window_update", "TCP window update",
        "Tells only that the application has read and there is room again.", "RFC 9293 section 3.8.6.2")
    case .windowFull:
      return mark(
        "window_full", "TCP window specified by the receiver is now completely full",
        "The sender has used all the room it was given and must wait.", "RFC 9293 section 3.8.6")
    case .keepAlive:
      return mark(
        "keep_alive", "TCP keep-alive segment",
        "Asks whether the other side still lives, by repeating an old number.", "RFC 9293 section 3.8.4")
    case .keepAliveAck:
      return mark(
        "keep_alive_ack", "ACK to a TCP keep-alive segment", "The other side lives.", "RFC 9293 section 3.8.4"
      )
    case .reusedPorts:
      return mark(
        "reused_ports",
        "A new tcp session is started with the same ports as an earlier session in this trace",
        "The client took the same ephemeral port again.", tool)
    case .closes:
      return FieldInfo(
        "tcp.connection.fin_active", "This frame initiates the connection closing", .heading,
        "Its sender closed first, and keeps the connection in TIME-WAIT.", "RFC 9293 section 3.6")
    case .isClosed:
      return FieldInfo(
        "tcp.connection.fin_passive", "This frame undergoes the connection closing", .heading,
        "Its sender closes because the other side did.", "RFC 9293 section 3.6")
    case .payload:
      return FieldInfo("tcp.payload", "TCP payload", .bytes, "Octets of the stream.", "RFC 9293 section 3.1")
    case .segmentData:
      return FieldInfo(
        "tcp.segment_data", "TCP segment data", .bytes, "Octets of a message that other segments carry too.",
        tool)
    case .reassembledIn:
      return FieldInfo(
        "tcp.reassembled_in", "Reassembled PDU in frame", .row, "Where the message ends that begins here.",
        tool)
    case .segments:
      return FieldInfo(
        "tcp.segments", "Reassembled TCP Segments", .heading,
        "The pieces of the message that ends here: TCP keeps no message boundaries.", tool)
    case .segment: return FieldInfo("tcp.segment", "TCP Segment", .row, "A row that carries a piece.", tool)
    case .segmentCount:
      return FieldInfo(
        "tcp.segment.count", "Segment count", .decimal(bits: 32), "How many rows carry pieces.", tool)
    case .reassembledLength:
      return FieldInfo(
        "tcp.reassembled.length", "Reassembled TCP length", .decimal(bits: 32),
        "Octets of the whole message.", tool)
    default:
      return FieldInfo("tcp.reassembled.data", "Reassembled TCP Data", .bytes, "The whole message.", tool)
    }
  }
}

extension FieldInfo {
  /// The same field with another type.
  fileprivate func typed(_ type: FieldType) -> FieldInfo {
    var copy = self
    copy.type = type
    return copy
  }
}

func completenessName(_ bits: UInt64) -> String? {
  if bits & 0x20 == 0, bits & 0x10 != 0, bits & 7 == 7 {
    return bits & 8 != 0 ? "Complete, WITH_DATA" : "Complete, NO_DATA"
  }
  if bits & 0x20 != 0, bits & 7 == 7 { return bits & 8 != 0 ? "Complete, WITH_DATA" : "Complete, NO_DATA" }
  if bits & 7 == 7 { return bits & 8 != 0 ? "Incomplete, DATA" : "Incomplete, ESTABLISHED" }
  if bits == 1 { return "Incomplete, SYN_SENT" }
  if bits == 3 { return "Incomplete, CLIENT_ESTABLISHED" }
  return "Incomplete"
}

func optionKindName(_ kind: UInt64) -> String? {
  switch kind {
  case 0: "End of Option List"
  case 1: "No-Operation"
  case 2: "Maximum Segment Size"
  case 3: "Window Scale"
  case 4: "SACK Permitted"
  case 5: "SACK"
  case 8: "Time Stamp Option"
  case 28: "User Timeout Option"
  case 34: "TCP Fast Open Cookie"
  default: nil
  }
}
