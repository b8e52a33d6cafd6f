import Bytes

/// Makes Ethernet frames with right lengths and checksums, host `n` having 02:00:00:00:00:n and 192.0.2.n.
public enum FrameBuilder {
  /// Flags of TCP, RFC 9293 section 3.1.
  public struct Flags: OptionSet, Sendable {
    /// The low octet of the flags.
    public let rawValue: UInt8
    /// Makes flags of their octet.
    public init(rawValue: UInt8) { self.rawValue = rawValue }
    /// No more data, begin, abort.
    public static let fin = Flags(rawValue: 1), syn = Flags(rawValue: 2), rst = Flags(rawValue: 4)
    /// Hand it over, the acknowledgment counts.
    public static let psh = Flags(rawValue: 8), ack = Flags(rawValue: 16)
    /// The urgent pointer counts; the congestion window was reduced, congestion was seen (RFC 3168 section 6.1).
    public static let urg = Flags(rawValue: 32), cwr = Flags(rawValue: 128), ece = Flags(rawValue: 64)
  }

  static func mac(_ host: UInt8) -> [UInt8] { [2, 0, 0, 0, 0, host] }
  static func address(_ host: UInt8) -> [UInt8] { [192, 0, 2, host] }
  static func address6(_ host: UInt8) -> [UInt8] {
    [0x20, 1, 0x0D, 0xB8] + [UInt8](repeating: 0, count: 11) + [host]
  }

  static func checksum(_ bytes: [UInt8]) -> UInt16 {
    var sum = Checksum()
    for i in stride(from: 0, to: bytes.count, by: 2) {
      sum.add(UInt16(bytes[i]) << 8 | (i + 1 < bytes.count ? UInt16(bytes[i + 1]) : 0))
    }
    return sum.value
  }

  /// A TCP segment from `from` to `to`, each a host and a port, over IPv4 or IPv6. Options are filled up with zeros to
  /// words of four octets; `high` is the octet of the header's length and the reserved bits, right if nil.
  public static func tcp(
    from: (UInt8, UInt16), to: (UInt8, UInt16), _ flags: Flags, seq: UInt32, ack: UInt32 = 0,
    window: UInt16 = 64240, urgent: UInt16 = 0, high: UInt8? = nil, options: [UInt8] = [],
    payload: [UInt8] = [], ipv6: Bool = false
  ) -> [UInt8] {
    let words = options + [UInt8](repeating: 0, count: (4 - options.count % 4) % 4)
    var segment = Writer()
    segment.write(from.1)
    segment.write(to.1)
    segment.write(seq)
    segment.write(ack)
    segment.write(high ?? UInt8(0x50 + words.count / 4 * 16))
    segment.write(flags.rawValue)
    segment.write(window)
    segment.write(UInt16(0))
    segment.write(urgent)
    segment.write(words)
    segment.write(payload)
    return packet(6, segment.bytes, checksumAt: 16, from: from.0, to: to.0, ipv6: ipv6)
  }

  /// A UDP datagram.
  public static func udp(
    from: (UInt8, UInt16), to: (UInt8, UInt16), payload: [UInt8], ipv6: Bool = false
  ) -> [UInt8] {
    var datagram = Writer()
    datagram.write(from.1)
    datagram.write(to.1)
    datagram.write(UInt16(8 + payload.count))
    datagram.write(UInt16(0))
    datagram.write(payload)
    return packet(17, datagram.bytes, checksumAt: 6, from: from.0, to: to.0, ipv6: ipv6)
  }

  /// An ICMP message "port unreachable" about `quoted`, a frame over IPv4 (RFC 792).
  public static func portUnreachable(from: UInt8, to: UInt8, about quoted: [UInt8]) -> [UInt8] {
    let body: [UInt8] = [3, 3, 0, 0, 0, 0, 0, 0] + quoted.dropFirst(14).prefix(28)
    let sum = checksum(body)
    var message = body
    message[2] = UInt8(sum >> 8)
    message[3] = UInt8(sum & 255)
    return ethernet(0x0800, ipv4(1, message, from, to), from, to)
  }

  /// An ARP request for `target`, to everyone (RFC 826).
  public static func arp(from: UInt8, asks target: UInt8) -> [UInt8] {
    let body: [UInt8] =
      [0, 1, 8, 0, 6, 4, 0, 1] + mac(from) + address(from) + [0, 0, 0, 0, 0, 0] + address(target)
    return [UInt8](repeating: 255, count: 6) + mac(from) + [8, 6] + body
  }

  private static func packet(
    _ proto: UInt8, _ body: [UInt8], checksumAt place: Int, from: UInt8, to: UInt8, ipv6: Bool
  ) -> [UInt8] {
    let count = [UInt8(body.count >> 8), UInt8(body.count & 255)]
    let (a, b) = ipv6 ? (address6(from), address6(to)) : (address(from), address(to))
    let sum = checksum(a + b + [0, proto] + count + body)
    var whole = body
    whole[place] = UInt8(sum >> 8)
    whole[place + 1] = UInt8(sum & 255)
    if ipv6 { return ethernet(0x86DD, [0x60, 0, 0, 0] + count + [proto, 64] + a + b + whole, from, to) }
    return ethernet(0x0800, ipv4(proto, whole, from, to), from, to)
  }

  private static func ipv4(_ proto: UInt8, _ body: [UInt8], _ from: UInt8, _ to: UInt8) -> [UInt8] {
    let total = 20 + body.count
    var header: [UInt8] =
      [0x45, 0, UInt8(total >> 8), UInt8(total & 255), 0, 1, 0x40, 0, 64, proto, 0, 0]
      + address(from) + address(to)
    let sum = checksum(header)
    header[10] = UInt8(sum >> 8)
    header[11] = UInt8(sum & 255)
    return header + body
  }

  private static func ethernet(_ type: UInt16, _ body: [UInt8], _ from: UInt8, _ to: UInt8) -> [UInt8] {
    mac(to) + mac(from) + [UInt8(type >> 8), UInt8(type & 255)] + body
  }
}
