/// UDP, RFC 768.
public enum UDPField: UInt8, Dissected {
  case udp, sourcePort, destinationPort, length, checksum, checksumStatus, stream, timestamps, timeRelative,
    timeDelta, payload, badLength, checksumZero

  /// UDP.
  public static let layer = Layer.udp
  /// What the field is.
  public var info: FieldInfo {
    let rfc = "RFC 768"
    switch self {
    case .udp:
      return FieldInfo(
        "udp", "User Datagram Protocol", .heading,
        "Carries one message to a port: no connection, no order, no promise.", rfc)
    case .sourcePort:
      return FieldInfo(
        "udp.srcport", "Source Port", .decimal(bits: 16), "The socket that sent the datagram.", rfc)
    case .destinationPort:
      return FieldInfo(
        "udp.dstport", "Destination Port", .decimal(bits: 16), "The socket that should receive it.", rfc)
    case .length:
      return FieldInfo("udp.length", "Length", .decimal(bits: 16), "Octets of header and payload.", rfc)
    case .checksum:
      return FieldInfo(
        "udp.checksum", "Checksum", .hex(bits: 16),
        "Guards addresses, header and payload; zero means none, which only IPv4 allows.", rfc)
    case .checksumStatus:
      return FieldInfo(
        "udp.checksum.status", "Checksum Status", .decimal(bits: 8),
        "Whether the checksum was verified; as in Wireshark it is not, for cards often fill it in later.",
        rfc, values: checksumStatusName)
    case .stream:
      return FieldInfo(
        "udp.stream", "Stream index", .decimal(bits: 32),
        "Numbers the pairs of sockets of the capture from 0.", "Wireshark")
    case .timestamps:
      return FieldInfo(
        "backlab.udp.times", "Timestamps", .heading, "When the datagram came, within its conversation.",
        "Wireshark")
    case .timeRelative:
      return FieldInfo(
        "udp.time_relative", "Time since first frame", .relativeTime,
        "Since the first datagram between these two sockets.", "Wireshark")
    case .timeDelta:
      return FieldInfo(
        "udp.time_delta", "Time since previous frame", .relativeTime,
        "Since the datagram before it between these two sockets.", "Wireshark")
    case .payload: return FieldInfo("udp.payload", "Payload", .bytes, "The message.", rfc)
    case .badLength:
      return FieldInfo(
        "udp.length.bad", "Bad length value", .heading,
        "Shorter than the header, or longer than the packet that carries the datagram.", rfc)
    case .checksumZero:
      return FieldInfo(
        "udp.checksum.zero", "Illegal checksum value (0)", .heading,
        "Over IPv6 each datagram must have a checksum.", "RFC 8200 section 8.1")
    }
  }
}
