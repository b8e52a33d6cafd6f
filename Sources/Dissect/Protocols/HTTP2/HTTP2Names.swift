/// Types of frames: RFC 9113 section 6, RFC 7838, RFC 8336, RFC 9218.
func http2FrameType(_ type: UInt64) -> String? {
  switch type {
  case 0: "DATA"
  case 1: "HEADERS"
  case 2: "PRIORITY"
  case 3: "RST_STREAM"
  case 4: "SETTINGS"
  case 5: "PUSH_PROMISE"
  case 6: "PING"
  case 7: "GOAWAY"
  case 8: "WINDOW_UPDATE"
  case 9: "CONTINUATION"
  case 10: "ALTSVC"
  case 12: "ORIGIN"
  case 16: "PRIORITY_UPDATE"
  default: nil
  }
}

/// Error codes: RFC 9113 section 7.
func http2ErrorCode(_ code: UInt64) -> String? {
  let names = [
    "NO_ERROR", "PROTOCOL_ERROR", "INTERNAL_ERROR", "FLOW_CONTROL_ERROR", "SETTINGS_TIMEOUT",
    "STREAM_CLOSED", "FRAME_SIZE_ERROR", "REFUSED_STREAM", "CANCEL", "COMPRESSION_ERROR", "CONNECT_ERROR",
    "ENHANCE_YOUR_CALM", "INADEQUATE_SECURITY", "HTTP_1_1_REQUIRED",
  ]
  return code < UInt64(names.count) ? names[Int(code)] : nil
}

/// Settings as Wireshark names them: RFC 9113 section 6.5.2, RFC 8441 section 3.
func http2Setting(_ id: UInt64) -> String? {
  switch id {
  case 1: "Header table size"
  case 2: "Enable PUSH"
  case 3: "Max concurrent streams"
  case 4: "Initial Windows size"
  case 5: "Max frame size"
  case 6: "Max header list size"
  case 8: "Extended CONNECT"
  default: nil
  }
}

/// Settings that Wireshark 4.0 has no name for: RFC 9218 section 2.1, gRPC's own.
func http2NewSetting(_ id: UInt16) -> String? {
  switch id {
  case 9: "NO_RFC7540_PRIORITIES: dependencies and weights are not used"
  case 0xFE03: "GRPC_ALLOW_TRUE_BINARY_METADATA: binary metadata needs no base64"
  default: nil
  }
}

/// Where a stream is in its life: RFC 9113 section 5.1. Half-closed names the side that sends no more.
enum HTTP2StreamState: UInt8 {
  case idle, reservedServer, open, halfClosedClient, halfClosedServer, closed
}

/// The words for a stream's state.
func http2StateName(_ state: UInt64) -> String? {
  let names = [
    "idle", "reserved (server)", "open", "half-closed (client)", "half-closed (server)", "closed",
  ]
  return state < UInt64(names.count) ? names[Int(state)] : nil
}

/// The words for a side.
func http2SideName(_ side: UInt64) -> String? { side == 0 ? "client" : "server" }

/// Status codes of gRPC, of its statuscodes.md.
func grpcStatusName(_ code: UInt64) -> String? {
  let names = [
    "OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS",
    "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE",
    "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED",
  ]
  return code < UInt64(names.count) ? names[Int(code)] : nil
}
