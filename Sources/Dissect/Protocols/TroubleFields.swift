/// Why a layer could not be read whole.
public enum TroubleField: UInt8, Dissected {
  case malformed, short

  /// Trouble.
  public static let layer = Layer.trouble
  /// What the field is.
  public var info: FieldInfo {
    switch self {
    case .malformed:
      FieldInfo(
        "_ws.malformed", "Malformed Packet", .heading,
        "The octets don't fit what they say of themselves: a length points past the end, or a value can't be.",
        "Wireshark")
    case .short:
      FieldInfo(
        "_ws.short", "Packet size limited during capture", .heading,
        "The capture kept only the beginning of the frame (its snap length); the rest can't be shown.",
        "draft-ietf-opsawg-pcapng section 4.3")
    }
  }
}
