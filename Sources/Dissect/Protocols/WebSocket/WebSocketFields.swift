/// WebSocket: RFC 6455, RFC 7692.
public enum WebSocketField: UInt8, Dissected {
  case webSocket, fin, reserved, compressed, opcode, mask, payloadLength, length16, length64, maskingKey
  case maskedPayload, payload, continuation, text, close, closeCode, closeReason, ping, pong, unknown
  case unknownNote, decompressionFailed, fragments, fragment, fragmentCount, reassembledLength
  case violation, undecoded, inflatedLength

  /// WebSocket.
  public static let layer = Layer.webSocket
  /// What the field is.
  public var info: FieldInfo {
    switch self {
    case .webSocket:
      FieldInfo(
        "websocket", "WebSocket", .heading,
        "A frame: messages in both directions over what was an HTTP connection.", "RFC 6455 section 5")
    case .fin:
      FieldInfo(
        "websocket.fin", "Fin", .flag, mask: 0x80, "Whether the message ends with this frame.",
        "RFC 6455 section 5.2", values: { $0 == 0 ? "False" : "True" })
    case .reserved:
      FieldInfo(
        "websocket.rsv", "Reserved", .hex(bits: 8), mask: 0x70,
        "Bits that extensions use; 4 marks a compressed message.", "RFC 6455 section 5.2")
    case .compressed:
      FieldInfo(
        "websocket.pmc", "Per-Message Compressed", .flag, mask: 0x40,
        "Whether the message is compressed; its first frame says it for all of them.", "RFC 7692 section 6",
        values: { $0 == 0 ? "False" : "True" })
    case .opcode:
      FieldInfo(
        "websocket.opcode", "Opcode", .decimal(bits: 8), mask: 0xF,
        "What the frame is: data, the continuation of data, or control.", "RFC 6455 section 5.2",
        values: { webSocketOpcode($0).text })
    case .mask:
      FieldInfo(
        "websocket.mask", "Mask", .flag, mask: 0x80,
        "Clients mask each frame with a new key, so that no page can make octets on the wire that a proxy takes "
          + "for a request; servers never do.", "RFC 6455 section 5.1, section 10.3",
        values: { $0 == 0 ? "False" : "True" })
    case .payloadLength:
      FieldInfo(
        "websocket.payload_length", "Payload length", .decimal(bits: 8), mask: 0x7F,
        "Octets of payload up to 125; 126 and 127 say that the length follows in 2 or 8 octets.",
        "RFC 6455 section 5.2")
    case .length16:
      FieldInfo(
        "websocket.payload_length_ext_16", "Extended Payload length (16 bits)", .decimal(bits: 16),
        "Octets of payload.", "RFC 6455 section 5.2")
    case .length64:
      FieldInfo(
        "websocket.payload_length_ext_64", "Extended Payload length (64 bits)", .decimal(bits: 64),
        "Octets of payload.", "RFC 6455 section 5.2")
    case .maskingKey:
      FieldInfo(
        "websocket.masking_key", "Masking-Key", .bytes,
        "Four octets that the payload is combined with by exclusive or, again and again.",
        "RFC 6455 section 5.3")
    case .maskedPayload:
      FieldInfo(
        "websocket.masked_payload", "Masked payload", .heading, "The payload as it is on the wire.",
        "RFC 6455 section 5.3")
    case .payload:
      FieldInfo("websocket.payload", "Payload", .heading, "The payload, unmasked.", "RFC 6455 section 5.2")
    case .continuation:
      FieldInfo(
        "websocket.payload.continue", "Continue", .bytes, "A middle part of a message.",
        "RFC 6455 section 5.4")
    case .text:
      FieldInfo(
        "websocket.payload.text", "Text", .text, "A message of text, in UTF-8.", "RFC 6455 section 5.6")
    case .close:
      FieldInfo(
        "websocket.payload.close", "Close", .heading,
        "The sender will send no more; the other side answers with Close.", "RFC 6455 section 5.5.1")
    case .closeCode:
      FieldInfo(
        "websocket.payload.close.status_code", "Status code", .decimal(bits: 16), "Why.",
        "RFC 6455 section 7.4", values: { webSocketCloseCode($0) })
    case .closeReason:
      FieldInfo(
        "websocket.payload.close.reason", "Reason", .text, "Why, in words for people.",
        "RFC 6455 section 7.1.6")
    case .ping:
      FieldInfo(
        "websocket.payload.ping", "Ping", .bytes, "What the other side must send back in a Pong.",
        "RFC 6455 section 5.5.2")
    case .pong:
      FieldInfo(
        "websocket.payload.pong", "Pong", .bytes, "What the Ping brought.", "RFC 6455 section 5.5.3")
    case .unknown:
      FieldInfo(
        "websocket.payload.unknown", "Unknown", .bytes, "Octets of an opcode that nobody has defined.",
        "RFC 6455 section 11.8")
    case .unknownNote:
      FieldInfo(
        "websocket.payload.unknown.expert", "Unknown opcode", .heading,
        "The opcode is reserved; a receiver must fail the connection.", "RFC 6455 section 5.2")
    case .decompressionFailed:
      FieldInfo(
        "websocket.decompression.failed.expert", "Decompression failed", .heading,
        "The payload is said to be compressed, but it can't be read so.", "RFC 7692 section 7.2.2")
    case .fragments:
      FieldInfo(
        "websocket.fragments", "Reassembled websocket Fragments", .heading,
        "The frames that make up the message.", "RFC 6455 section 5.4")
    case .fragment:
      FieldInfo(
        "websocket.fragment", "Websocket Fragment", .row, "The row with one of them.", "RFC 6455 section 5.4")
    case .fragmentCount:
      FieldInfo(
        "websocket.fragment.count", "Fragment count", .decimal(bits: 32), "How many.", "RFC 6455 section 5.4")
    case .reassembledLength:
      FieldInfo(
        "websocket.reassembled.length", "Reassembled websocket Payload length", .decimal(bits: 32),
        "Octets of the message as its frames carry it.", "RFC 6455 section 5.4")
    case .violation:
      FieldInfo(
        "backlab.websocket.violation", "Breaks a rule", .text,
        "What the sender must not do; a receiver fails the connection then.", "RFC 6455 section 5")
    case .undecoded:
      FieldInfo(
        "backlab.websocket.undecoded", "Not decoded", .text, "Why the payload is not shown.",
        "RFC 7692 section 7.2")
    case .inflatedLength:
      FieldInfo(
        "backlab.websocket.inflated_length", "Length before compression", .decimal(bits: 64),
        "Octets of the message, unpacked.", "RFC 7692 section 7.2.2")
    }
  }
}

/// What an opcode is called: RFC 6455 section 11.8.
func webSocketOpcode(_ code: UInt64) -> WebSocketName {
  switch code {
  case 0: WebSocketName(text: "Continuation", literal: "Continuation")
  case 1: WebSocketName(text: "Text", literal: "Text")
  case 2: WebSocketName(text: "Binary", literal: "Binary")
  case 8: WebSocketName(text: "Connection Close", literal: "Connection Close")
  case 9: WebSocketName(text: "Ping", literal: "Ping")
  case 10: WebSocketName(text: "Pong", literal: "Pong")
  default: WebSocketName(text: nil, literal: "Unknown Opcode")
  }
}

/// A name for a tree, which has none for what is unknown, and one for the info column.
struct WebSocketName {
  var text: String?
  var literal: StaticString
}

/// Why a connection closes: RFC 6455 section 7.4.1 and the IANA registry.
func webSocketCloseCode(_ code: UInt64) -> String? {
  switch code {
  case 1000: "Normal Closure"
  case 1001: "Going Away"
  case 1002: "Protocol error"
  case 1003: "Unsupported Data"
  case 1004: "---Reserved----"
  case 1005: "No Status Rcvd"
  case 1006: "Abnormal Closure"
  case 1007: "Invalid frame payload data"
  case 1008: "Policy Violation"
  case 1009: "Message Too Big"
  case 1010: "Mandatory Ext."
  case 1011: "Internal Server Error"
  case 1012: "Service Restart"
  case 1013: "Try Again Later"
  case 1014: "Bad Gateway"
  case 1015: "TLS handshake"
  default: nil
  }
}
