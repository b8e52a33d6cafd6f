extension HTTP2Field {
  /// The other types of frames, and what follows from them.
  var controlInfo: FieldInfo? {
    switch self {
    case .resetError:
      FieldInfo(
        "http2.rst_stream.error", "Error", .decimal(bits: 32),
        "Why the stream is given up; the connection goes on.",
        "RFC 9113 section 6.4", values: { http2ErrorCode($0) })
    case .setting:
      FieldInfo(
        "http2.settings", "Settings", .heading,
        "One of the sender's settings: what the other side may do.",
        "RFC 9113 section 6.5.1")
    case .settingID:
      FieldInfo(
        "http2.settings.id", "Settings Identifier", .decimal(bits: 16),
        "Which setting.",
        "RFC 9113 section 6.5.2", values: { http2Setting($0) })
    case .headerTableSize:
      FieldInfo(
        "http2.settings.header_table_size", "Header table size", .decimal(bits: 32),
        "How large a table the other side's encoder may use; 4096 unless said.",
        "RFC 9113 section 6.5.2")
    case .enablePush:
      FieldInfo(
        "http2.settings.enable_push", "Enable PUSH", .decimal(bits: 32),
        "Whether the server may push; 1 unless said.",
        "RFC 9113 section 6.5.2")
    case .maxStreams:
      FieldInfo(
        "http2.settings.max_concurrent_streams", "Max concurrent streams", .decimal(bits: 32),
        "How many streams the other side may have open at once.",
        "RFC 9113 section 6.5.2")
    case .initialWindow:
      FieldInfo(
        "http2.settings.initial_window_size", "Initial Windows Size", .decimal(bits: 32),
        "What each stream may send before the first WINDOW_UPDATE; 65535 unless said.",
        "RFC 9113 section 6.5.2")
    case .maxFrameSize:
      FieldInfo(
        "http2.settings.max_frame_size", "Max frame size", .decimal(bits: 32),
        "The largest payload that the sender takes; 16384 unless said.",
        "RFC 9113 section 6.5.2")
    case .maxHeaderListSize:
      FieldInfo(
        "http2.settings.max_header_list_size", "Max header list size", .decimal(bits: 32),
        "The most header octets that the sender takes, before compression.",
        "RFC 9113 section 6.5.2")
    case .extendedConnect:
      FieldInfo(
        "http2.settings.extended_connect", "Extended CONNECT", .decimal(bits: 32),
        "Whether CONNECT may name a protocol: WebSocket on a stream.",
        "RFC 8441 section 3")
    case .unknownSetting:
      FieldInfo(
        "http2.settings.unknown", "Unknown Settings", .decimal(bits: 32),
        "The value of a setting that Wireshark 4.0 does not know.",
        "RFC 9113 section 6.5.2")
    case .pushReserved:
      FieldInfo(
        "http2.push_promise.r", "Reserved", .hex(bits: 32), mask: 0x8000_0000,
        "One bit that must be 0 and is ignored.",
        "RFC 9113 section 6.6")
    case .promisedStream:
      FieldInfo(
        "http2.push_promise.promised_stream_id", "Promised-Stream-ID", .decimal(bits: 32), mask: 0x7FFF_FFFF,
        "The stream that the answer will come on, without having been asked for.",
        "RFC 9113 section 6.6")
    case .pushHeaders:
      FieldInfo(
        "http2.push_promise.header", "Header Block Fragment", .bytes,
        "The request that is answered, compressed by HPACK.",
        "RFC 9113 section 6.6")
    case .pushPadding:
      FieldInfo(
        "http2.push_promise.padding", "Padding", .bytes,
        "Octets that mean nothing.",
        "RFC 9113 section 6.6")
    case .ping:
      FieldInfo(
        "http2.ping", "Ping", .bytes,
        "Eight octets that come back in the answer.",
        "RFC 9113 section 6.7")
    case .pong:
      FieldInfo(
        "http2.pong", "Pong", .bytes,
        "The eight octets of the PING that this answers.",
        "RFC 9113 section 6.7")
    case .goawayReserved:
      FieldInfo(
        "http2.goway.r", "Reserved", .hex(bits: 32), mask: 0x8000_0000,
        "One bit that must be 0 and is ignored.",
        "RFC 9113 section 6.8")
    case .lastStream:
      FieldInfo(
        "http2.goaway.last_stream_id", "Last-Stream-ID", .decimal(bits: 32), mask: 0x7FFF_FFFF,
        "Streams above this were not worked on: their requests may be sent again elsewhere.",
        "RFC 9113 section 6.8")
    case .goawayError:
      FieldInfo(
        "http2.goaway.error", "Error", .decimal(bits: 32),
        "Why the connection ends; NO_ERROR when all is well.",
        "RFC 9113 section 6.8", values: { http2ErrorCode($0) })
    case .goawayData:
      FieldInfo(
        "http2.goaway.addata", "Additional Debug Data", .bytes,
        "Words for people who search the cause.",
        "RFC 9113 section 6.8")
    case .windowReserved:
      FieldInfo(
        "http2.window_update.r", "Reserved", .hex(bits: 32), mask: 0x8000_0000,
        "One bit that must be 0 and is ignored.",
        "RFC 9113 section 6.9")
    case .windowIncrement:
      FieldInfo(
        "http2.window_update.window_size_increment", "Window Size Increment", .decimal(bits: 32),
        mask: 0x7FFF_FFFF,
        "Octets of DATA that the other side may send on top.",
        "RFC 9113 section 6.9")
    case .continuation:
      FieldInfo(
        "http2.continuation.header", "Continuation Header", .text,
        "More of the header block, compressed by HPACK.",
        "RFC 9113 section 6.10")
    case .altsvcOriginLength:
      FieldInfo(
        "http2.altsvc.origin.len", "Origin Length", .decimal(bits: 16),
        "Octets of the origin; 0 on a stream means the stream's own.",
        "RFC 7838 section 4")
    case .altsvcOrigin:
      FieldInfo(
        "http2.altsvc.origin", "Origin", .text,
        "The origin that can be reached elsewhere.",
        "RFC 7838 section 4")
    case .altsvcValue:
      FieldInfo(
        "http2.altsvc.field_value", "Field/Value", .text,
        "Where, by which protocol, and how long.",
        "RFC 7838 section 3")
    case .origin:
      FieldInfo(
        "http2.origin", "Origin", .heading,
        "An origin that the server answers for on this connection.",
        "RFC 8336 section 2.1")
    case .originLength:
      FieldInfo(
        "http2.origin.origin_len", "Origin Length", .decimal(bits: 16),
        "Octets of the origin.",
        "RFC 8336 section 2.1")
    case .originText:
      FieldInfo(
        "http2.origin.origin", "Origin", .text,
        "The origin.",
        "RFC 8336 section 2.1")
    case .priorityStream:
      FieldInfo(
        "http2.priority_update_stream_id", "Priority Update Stream ID", .decimal(bits: 64),
        "The stream whose priority changes.",
        "RFC 9218 section 7.1")
    case .priorityValue:
      FieldInfo(
        "http2.priority_update_field_value", "Priority Update Field Value", .text,
        "How urgent (u, 0 to 7), and whether parts are of use (i).",
        "RFC 9218 section 4")
    case .malformed:
      FieldInfo(
        "backlab.http2.malformed", "Malformed", .text,
        "What does not follow the rules of the frame, and where reading stopped.",
        "RFC 9113 section 5.4")
    case .violation:
      FieldInfo(
        "backlab.http2.violation", "Violation", .text,
        "What the sender must not do, and the error that it earns.",
        "RFC 9113 section 5.4")
    case .unread:
      FieldInfo(
        "backlab.http2.undecoded", "Not decoded", .text,
        "Why something could not be read.",
        "RFC 9113 section 4.3")
    case .state:
      FieldInfo(
        "backlab.http2.stream_state", "Stream state", .decimal(bits: 8),
        "The stream's state once this frame is there.",
        "RFC 9113 section 5.1", values: { http2StateName($0) })
    case .connectionWindow:
      FieldInfo(
        "backlab.http2.window.connection", "Connection window", .signed(bits: 32),
        "Octets of DATA that may still be sent on the connection in the direction that this frame changed.",
        "RFC 9113 section 5.2")
    case .streamWindow:
      FieldInfo(
        "backlab.http2.window.stream", "Stream window", .signed(bits: 32),
        "Octets of DATA that may still be sent on the stream in the direction that this frame changed.",
        "RFC 9113 section 5.2")
    case .windowOwner:
      FieldInfo(
        "backlab.http2.window.of", "Window of", .decimal(bits: 8),
        "Who may send that much.",
        "RFC 9113 section 5.2", values: { http2SideName($0) })
    case .tableEntries:
      FieldInfo(
        "backlab.http2.hpack.entries", "Table entries", .decimal(bits: 32),
        "Fields in this direction's dynamic table after the block.",
        "RFC 7541 section 2.3.2")
    case .tableOctets:
      FieldInfo(
        "backlab.http2.hpack.octets", "Table octets", .decimal(bits: 32),
        "What they count for: their texts and 32 each.",
        "RFC 7541 section 4.1")
    case .tableLimit:
      FieldInfo(
        "backlab.http2.hpack.limit", "Table limit", .decimal(bits: 32),
        "What they may count for.",
        "RFC 7541 section 4.2")
    case .blockOctets:
      FieldInfo(
        "backlab.http2.hpack.block", "Block octets", .decimal(bits: 32),
        "Octets of the fields in the block.",
        "RFC 7541 section 6")
    case .literalOctets:
      FieldInfo(
        "backlab.http2.hpack.literal", "Literal octets", .decimal(bits: 32),
        "What the same fields take as plain literals, without table and Huffman code.",
        "RFC 7541 section 6.2.2")
    case .savedOctets:
      FieldInfo(
        "backlab.http2.hpack.saved", "Saved octets", .signed(bits: 32),
        "What compression saved.",
        "RFC 7541 section 1")
    case .answeredBy:
      FieldInfo(
        "backlab.http2.answer_in", "Answered in", .row,
        "The row with the acknowledgment of this.",
        "RFC 9113 section 6.7")
    case .answerTo:
      FieldInfo(
        "backlab.http2.answer_to", "Answer to", .row,
        "The row with the frame that this acknowledges.",
        "RFC 9113 section 6.7")
    case .settingName:
      FieldInfo(
        "backlab.http2.setting_name", "Setting", .text,
        "What the setting is, where Wireshark 4.0 does not know it.",
        "IANA HTTP/2 Settings")
    case .grpcStatus:
      FieldInfo(
        "backlab.grpc.status", "gRPC status", .decimal(bits: 8),
        "How the call went; it comes in the trailers, because it is known only at the end.",
        "gRPC over HTTP2", values: { grpcStatusName($0) })
    case .grpcTimeout:
      FieldInfo(
        "backlab.grpc.timeout", "gRPC timeout", .relativeTime,
        "How long the client waits; both sides count from here.",
        "gRPC over HTTP2")
    case .encoded:
      FieldInfo(
        "backlab.http2.encoded", "Content-encoded entity body", .heading,
        "The body as it was packed for the way, and as it comes out.", "RFC 9110 section 8.4")
    case .decompressionFailed:
      FieldInfo(
        "http2.body_decompression_failed", "Body decompression failed", .heading,
        "The body can't be unpacked as content-encoding says.", "RFC 9110 section 8.4")
    case .connectionFrom:
      FieldInfo(
        "backlab.http2.window.connection_from", "Connection window opened in", .row,
        "The last WINDOW_UPDATE before this frame that opened the connection's window; without one it is the 65535 "
          + "octets that every connection begins with.", "RFC 9113 section 6.9")
    case .streamFrom:
      FieldInfo(
        "backlab.http2.window.stream_from", "Stream window opened in", .row,
        "The last WINDOW_UPDATE of the stream, or SETTINGS_INITIAL_WINDOW_SIZE, before this frame.",
        "RFC 9113 section 6.9.2")
    case .tunnelProtocol:
      FieldInfo(
        "backlab.http2.tunnel", "Tunnel", .text,
        "The protocol that the stream carries from here on.",
        "RFC 8441 section 4")
    default: nil
    }
  }
}
