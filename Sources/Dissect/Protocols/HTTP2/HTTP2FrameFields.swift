extension HTTP2Field {
  /// Frames, bodies and header blocks.
  var frameInfo: FieldInfo? {
    switch self {
    case .http2:
      FieldInfo(
        "http2", "HyperText Transfer Protocol 2", .heading,
        "Requests and responses of many streams at once, in binary frames on one connection.",
        "RFC 9113")
    case .stream:
      FieldInfo(
        "http2.stream", "Stream", .heading,
        "One frame: its header and its payload.",
        "RFC 9113 section 4.1")
    case .magic:
      FieldInfo(
        "http2.magic", "Magic", .text,
        "The client's preface, which no HTTP/1.1 server takes for a request.",
        "RFC 9113 section 3.4")
    case .length:
      FieldInfo(
        "http2.length", "Length", .decimal(bits: 24),
        "Octets of the payload; the header's nine are not counted.",
        "RFC 9113 section 4.1")
    case .type:
      FieldInfo(
        "http2.type", "Type", .decimal(bits: 8),
        "What the payload is. Unknown types are ignored.",
        "RFC 9113 section 4.1", values: { http2FrameType($0) })
    case .flags:
      FieldInfo(
        "http2.flags", "Flags", .hex(bits: 8),
        "Bits whose meaning depends on the type.",
        "RFC 9113 section 4.1")
    case .unused:
      FieldInfo(
        "http2.flags.unused", "Unused", .hex(bits: 8), mask: 0xFF,
        "Bits that mean nothing here.",
        "RFC 9113 section 4.1")
    case .unusedSettings:
      FieldInfo(
        "http2.flags.unused_settings", "Unused", .hex(bits: 8), mask: 0xFE,
        "Bits that mean nothing here.",
        "RFC 9113 section 6.5")
    case .unusedPing:
      FieldInfo(
        "http2.flags.unused_ping", "Unused", .hex(bits: 8), mask: 0xFE,
        "Bits that mean nothing here.",
        "RFC 9113 section 6.7")
    case .unusedContinuation:
      FieldInfo(
        "http2.flags.unused_continuation", "Unused", .hex(bits: 8), mask: 0xFB,
        "Bits that mean nothing here.",
        "RFC 9113 section 6.10")
    case .unusedPushPromise:
      FieldInfo(
        "http2.flags.unused_push_promise", "Unused", .hex(bits: 8), mask: 0xF3,
        "Bits that mean nothing here.",
        "RFC 9113 section 6.6")
    case .unusedData:
      FieldInfo(
        "http2.flags.unused_data", "Unused", .hex(bits: 8), mask: 0xF6,
        "Bits that mean nothing here.",
        "RFC 9113 section 6.1")
    case .unusedHeaders:
      FieldInfo(
        "http2.flags.unused_headers", "Unused", .hex(bits: 8), mask: 0xD2,
        "Bits that mean nothing here.",
        "RFC 9113 section 6.2")
    case .endStream:
      FieldInfo(
        "http2.flags.end_stream", "End Stream", .flag, mask: 1,
        "The sender's last frame of this stream: its half is closed.",
        "RFC 9113 section 5.1", values: http2Truth)
    case .endHeaders:
      FieldInfo(
        "http2.flags.eh", "End Headers", .flag, mask: 4,
        "The header block is whole; without it only CONTINUATION may follow.",
        "RFC 9113 section 6.2", values: http2Truth)
    case .padded:
      FieldInfo(
        "http2.flags.padded", "Padded", .flag, mask: 8,
        "Padding follows, whose length stands first.",
        "RFC 9113 section 6.1", values: http2Truth)
    case .priority:
      FieldInfo(
        "http2.flags.priority", "Priority", .flag, mask: 0x20,
        "Dependency and weight are given. Deprecated.",
        "RFC 9113 section 6.2", values: http2Truth)
    case .ackPing:
      FieldInfo(
        "http2.flags.ack.ping", "ACK", .flag, mask: 1,
        "This answers a PING.",
        "RFC 9113 section 6.7", values: http2Truth)
    case .ackSettings:
      FieldInfo(
        "http2.flags.ack.settings", "ACK", .flag, mask: 1,
        "The other side's settings are in force now.",
        "RFC 9113 section 6.5.3", values: http2Truth)
    case .reserved:
      FieldInfo(
        "http2.r", "Reserved", .hex(bits: 32), mask: 0x8000_0000,
        "One bit that must be 0 and is ignored.",
        "RFC 9113 section 4.1")
    case .streamID:
      FieldInfo(
        "http2.streamid", "Stream Identifier", .decimal(bits: 32), mask: 0x7FFF_FFFF,
        "The stream; odd ones the client began, even ones the server. 0 is the connection itself.",
        "RFC 9113 section 5.1.1")
    case .unknown:
      FieldInfo(
        "http2.unknown", "Unknown", .bytes,
        "The payload of a type that is not known.",
        "RFC 9113 section 5.5")
    case .padding:
      FieldInfo(
        "http2.padding", "Pad Length", .hex(bits: 8),
        "Octets of padding, which hide the true length.",
        "RFC 9113 section 6.1")
    case .padLength:
      FieldInfo(
        "http2.pad_length", "Pad Length", .decimal(bits: 16),
        "Octets of padding.",
        "RFC 9113 section 6.1")
    case .exclusive:
      FieldInfo(
        "http2.exclusive", "Exclusive", .flag, mask: 0x8000_0000,
        "The stream takes over all others that depend on the same one. Deprecated.",
        "RFC 9113 section 5.3.2", values: http2Truth)
    case .dependency:
      FieldInfo(
        "http2.stream_dependency", "Stream Dependency", .decimal(bits: 32), mask: 0x7FFF_FFFF,
        "The stream that should be served first. Deprecated.",
        "RFC 9113 section 5.3.2")
    case .weight:
      FieldInfo(
        "http2.headers.weight", "Weight", .decimal(bits: 8),
        "The stream's share among those that depend on the same one, less 1. Deprecated.",
        "RFC 9113 section 5.3.2")
    case .weightReal:
      FieldInfo(
        "http2.headers.weight_real", "Weight real", .decimal(bits: 8),
        "The share, 1 to 256.",
        "RFC 9113 section 5.3.2")
    case .data:
      FieldInfo(
        "http2.data.data", "Data", .bytes,
        "Octets of the body. They count against both windows, padding too.",
        "RFC 9113 section 6.1")
    case .dataPadding:
      FieldInfo(
        "http2.data.padding", "Padding", .bytes,
        "Octets that mean nothing.",
        "RFC 9113 section 6.1")
    case .segment:
      FieldInfo(
        "http2.data.segment", "DATA segment", .bytes,
        "Octets of a message that other frames hold too.",
        "Wireshark")
    case .reassemblyError:
      FieldInfo(
        "http2.reassembly_error", "Reassembly failed", .heading,
        "The stream ended inside a message.",
        "Wireshark")
    case .fragments:
      FieldInfo(
        "http2.body.fragments", "Body fragments", .heading,
        "The DATA frames that the body stands in.",
        "Wireshark")
    case .fragment:
      FieldInfo(
        "http2.body.fragment", "Body fragment", .row,
        "The row of one DATA frame of the body.",
        "Wireshark")
    case .fragmentCount:
      FieldInfo(
        "http2.body.fragment.count", "Body fragment count", .decimal(bits: 32),
        "How many DATA frames the body stands in.",
        "Wireshark")
    case .reassembledIn:
      FieldInfo(
        "http2.body.reassembled.in", "Reassembled body in frame", .row,
        "The row in which the body ends.",
        "Wireshark")
    case .reassembledLength:
      FieldInfo(
        "http2.body.reassembled.length", "Reassembled body length", .decimal(bits: 32),
        "Octets of the whole body.",
        "Wireshark")
    case .reassembledData:
      FieldInfo(
        "http2.body.reassembled.data", "Reassembled body data", .bytes,
        "The body, put together.",
        "Wireshark")
    case .headers:
      FieldInfo(
        "http2.headers", "Header Block Fragment", .bytes,
        "Header fields, compressed by HPACK.",
        "RFC 9113 section 4.3")
    case .headersPadding:
      FieldInfo(
        "http2.headers.padding", "Padding", .bytes,
        "Octets that mean nothing.",
        "RFC 9113 section 6.2")
    case .headerLength:
      FieldInfo(
        "http2.header.length", "Header Length", .decimal(bits: 32),
        "Octets of the fields as Wireshark keeps them: each text with four octets of length.",
        "Wireshark")
    case .headerCount:
      FieldInfo(
        "http2.header.count", "Header Count", .decimal(bits: 32),
        "Fields in this block, table size updates too.",
        "Wireshark")
    case .header:
      FieldInfo(
        "http2.header", "Header", .heading,
        "One field of the block.",
        "RFC 7541 section 6")
    case .nameLength:
      FieldInfo(
        "http2.header.name.length", "Name Length", .decimal(bits: 32),
        "Octets of the name.",
        "RFC 7541 section 5.2")
    case .name:
      FieldInfo(
        "http2.header.name", "Name", .text,
        "The name, in lower case; those with a colon take the place of HTTP/1.1's start line.",
        "RFC 9113 section 8.2")
    case .valueLength:
      FieldInfo(
        "http2.header.value.length", "Value Length", .decimal(bits: 32),
        "Octets of the value.",
        "RFC 7541 section 5.2")
    case .value:
      FieldInfo(
        "http2.header.value", "Value", .text,
        "The value.",
        "RFC 9113 section 8.2")
    case .unescaped:
      FieldInfo(
        "http2.header.unescaped", "Unescaped", .text,
        "The value without percent signs.",
        "RFC 3986 section 2.1")
    case .pathSegment:
      FieldInfo(
        "http.path_segment", "Path segment", .text, "The path without what is asked of it.",
        "RFC 3986 section 3.3")
    case .pathSubSegment:
      FieldInfo(
        "http.path_sub_segment", "Path sub segment", .text, "A name and a value behind the question mark.",
        "RFC 3986 section 3.4")
    case .representation:
      FieldInfo(
        "http2.header.repr", "Representation", .text,
        "How the field stands in the block, and whether it went into the table.",
        "RFC 7541 section 6")
    case .index:
      FieldInfo(
        "http2.header.index", "Index", .decimal(bits: 32),
        "Place of the field, or of its name, in the table: up to 61 static, then dynamic from the newest.",
        "RFC 7541 section 2.3.3")
    case .sizeUpdate:
      FieldInfo(
        "http2.header_table_size_update", "Header table size update", .heading,
        "The encoder says how much of the table it uses.",
        "RFC 7541 section 6.3")
    case .tableSize:
      FieldInfo(
        "http2.header_table_size_update.header_table_size", "Header table size", .decimal(bits: 32),
        "Octets that the table's entries may count for from here on.",
        "RFC 7541 section 6.3")
    case .fullURI:
      FieldInfo(
        "http2.request.full_uri", "Full request URI", .text,
        "The whole address, put together of scheme, authority and path.",
        "RFC 9113 section 8.3.1")
    case .sizeExceeded:
      FieldInfo(
        "http2.header_size_exceeded", "Decompression stopped.", .heading,
        "The block is larger than what is drawn: a few octets can stand for very many.",
        "RFC 7541 section 7.3")
    case .linesExceeded:
      FieldInfo(
        "http2.header_lines_exceeded", "Decompression stopped after 200 header lines.", .heading,
        "The block has more fields than are drawn.",
        "RFC 7541 section 7.3")
    default: nil
    }
  }
}

/// How Wireshark words flags that it has no words for.
private func http2Truth(_ value: UInt64) -> String? { value == 0 ? "False" : "True" }
