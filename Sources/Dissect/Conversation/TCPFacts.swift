public import Bytes

/// The address of a host, of either family.
public enum HostAddress: Hashable, Sendable, CustomStringConvertible {
  /// RFC 791.
  case v4(IPv4Address)
  /// RFC 8200.
  case v6(IPv6Address)

  /// As Wireshark prints it.
  public var description: String {
    switch self {
    case .v4(let address): address.description
    case .v6(let address): address.description
    }
  }
}

/// What the analysis of sequence numbers says of a segment: Wireshark's `tcp.analysis.*` marks.
public struct TCPMarks: OptionSet, Hashable, Sendable {
  /// One bit a mark.
  public var rawValue: UInt32
  /// Makes a set of its bits.
  public init(rawValue: UInt32) { self.rawValue = rawValue }
  /// Data that was sent before, after a timeout.
  public static let retransmission = TCPMarks(rawValue: 1)
  /// Data that was sent before, after two duplicate acknowledgments.
  public static let fastRetransmission = TCPMarks(rawValue: 2)
  /// Data that the other side had acknowledged already.
  public static let spuriousRetransmission = TCPMarks(rawValue: 4)
  /// Older than the newest segment, and too early for a retransmission.
  public static let outOfOrder = TCPMarks(rawValue: 8)
  /// Octets are missing before this segment.
  public static let lostSegment = TCPMarks(rawValue: 16)
  /// Acknowledges octets that the capture doesn't hold.
  public static let ackLostSegment = TCPMarks(rawValue: 32)
  /// Repeats the last acknowledgment.
  public static let duplicateAck = TCPMarks(rawValue: 64)
  /// Advertises no room.
  public static let zeroWindow = TCPMarks(rawValue: 128)
  /// One octet into a closed window.
  public static let zeroWindowProbe = TCPMarks(rawValue: 256)
  /// Answers a probe: the window is still closed.
  public static let zeroWindowProbeAck = TCPMarks(rawValue: 512)
  /// Changes nothing but the window.
  public static let windowUpdate = TCPMarks(rawValue: 1024)
  /// Fills the window that the other side advertised.
  public static let windowFull = TCPMarks(rawValue: 2048)
  /// Repeats the last octet, or none, to hear whether the other side lives.
  public static let keepAlive = TCPMarks(rawValue: 4096)
  /// Answers a keep-alive.
  public static let keepAliveAck = TCPMarks(rawValue: 8192)
  /// A new connection on the ports of an older one.
  public static let reusedPorts = TCPMarks(rawValue: 16384)
}

/// What the first pass knows of a TCP segment; numbers are relative to the initial sequence numbers, as tshark shows them.
public struct TCPFacts: Sendable {
  /// Row number, from 1.
  public var row: Int
  /// `tcp.stream`, from 0.
  public var stream: Int
  /// Who sent it.
  public var side: Side
  /// The twelve flag bits, FIN lowest (`0x02` SYN, `0x10` ACK).
  public var flags: UInt16
  /// Relative sequence and acknowledgment numbers.
  public var sequence: UInt32, acknowledgment: UInt32
  /// The same numbers as they stand in the header.
  public var rawSequence: UInt32, rawAcknowledgment: UInt32
  /// Octets of payload on the wire.
  public var length: Int
  /// Window in octets, scaled when the scale is known.
  public var window: Int
  /// What the analysis says.
  public var marks: TCPMarks
  /// Sender and receiver.
  public var source: HostAddress, destination: HostAddress
  /// Ports of sender and receiver.
  public var sourcePort: UInt16, destinationPort: UInt16

  /// Whether the flag with `bit` (`0x01` FIN, `0x02` SYN, `0x04` RST, `0x08` PSH, `0x10` ACK) is set.
  public func has(_ bit: UInt16) -> Bool { flags & bit != 0 }
}
