/// gRPC's messages: a prefix of five octets and as many octets as that says.
public enum GRPCField: UInt8, Dissected {
  case grpc, frameType, compressed, messageLength, messageData, encoded, decompressionFailed, unread

  /// gRPC.
  public static let layer = Layer.grpc

  /// What the field is.
  public var info: FieldInfo {
    switch self {
    case .grpc:
      FieldInfo(
        "grpc", "GRPC Message", .heading,
        "One message of a call. Calls are streams; a message may stand in several DATA frames.",
        "gRPC over HTTP2")
    case .frameType:
      FieldInfo(
        "grpc.frame_type", "Frame Type", .decimal(bits: 8), mask: 0x80,
        "Whether the message is the trailers, as gRPC-Web has them.",
        "gRPC-Web", values: { $0 == 0 ? "Data" : "Trailer" })
    case .compressed:
      FieldInfo(
        "grpc.compressed_flag", "Compressed Flag", .decimal(bits: 8), mask: 1,
        "Whether the message is compressed, as grpc-encoding says.",
        "gRPC over HTTP2", values: { $0 == 0 ? "Not Compressed" : "Compressed" })
    case .messageLength:
      FieldInfo(
        "grpc.message_length", "Message Length", .decimal(bits: 32),
        "Octets of the message behind the prefix.",
        "gRPC over HTTP2")
    case .messageData:
      FieldInfo(
        "grpc.message_data", "Message Data", .bytes,
        "The message.",
        "gRPC over HTTP2")
    case .encoded:
      FieldInfo(
        "backlab.grpc.encoded", "Message-encoded entity body", .heading,
        "The message as it was packed for the way, and as it comes out.", "gRPC over HTTP2")
    case .decompressionFailed:
      FieldInfo(
        "grpc.body_decompression_failed", "Body decompression failed", .heading,
        "The message can't be unpacked as grpc-encoding says.", "gRPC over HTTP2")
    case .unread:
      FieldInfo(
        "backlab.grpc.undecoded", "Not decoded", .text,
        "Why the message is not read.",
        "gRPC over HTTP2")
    }
  }
}
