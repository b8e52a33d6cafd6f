/// The state of one end of a connection: RFC 9293 section 3.3.2.
public enum TCPState: UInt8, CaseIterable, Sendable {
  case closed, listen, synSent, synReceived, established, finWait1, finWait2, closeWait, closing, lastAck
  case timeWait

  /// As RFC 9293 writes it.
  public var name: String {
    switch self {
    case .closed: "CLOSED"
    case .listen: "LISTEN"
    case .synSent: "SYN-SENT"
    case .synReceived: "SYN-RECEIVED"
    case .established: "ESTABLISHED"
    case .finWait1: "FIN-WAIT-1"
    case .finWait2: "FIN-WAIT-2"
    case .closeWait: "CLOSE-WAIT"
    case .closing: "CLOSING"
    case .lastAck: "LAST-ACK"
    case .timeWait: "TIME-WAIT"
    }
  }
}

/// The states of both ends, as the segments of a capture tell them: RFC 9293 section 3.10.
///
/// Each segment counts as arrived, but for a SYN: until it is answered, nobody knows whether there is a listener that took it.
struct TCPStates {
  private(set) var client = TCPState.closed
  private(set) var server = TCPState.closed
  private var hasBegun = false
  /// The number behind the FIN of each side, once there was one.
  private var clientEnd: UInt32?, serverEnd: UInt32?

  /// Both states in an octet, the client's lowest.
  var packed: UInt8 { client.rawValue | server.rawValue << 4 }

  /// A side's state in an octet of `packed`.
  static func state(_ side: Side, in packed: UInt8) -> TCPState {
    TCPState(rawValue: side == .client ? packed & 15 : packed >> 4) ?? .closed
  }

  mutating func append(_ segment: Segment, from side: Side) {
    if side == .client {
      Self.take(segment, &client, &server, &clientEnd, peerEnd: serverEnd, isFirst: !hasBegun)
    } else {
      Self.take(segment, &server, &client, &serverEnd, peerEnd: clientEnd, isFirst: !hasBegun)
    }
    hasBegun = true
  }

  private static func take(
    _ segment: Segment, _ sender: inout TCPState, _ receiver: inout TCPState, _ end: inout UInt32?,
    peerEnd: UInt32?, isFirst: Bool
  ) {
    let flags = segment.flags
    guard flags & 4 == 0 else {
      (sender, receiver) = (.closed, .closed)
      return
    }
    guard flags & 2 == 0 else { return synchronize(flags & 16 != 0, &sender, &receiver) }
    if isFirst { (sender, receiver) = (.established, .established) }
    if flags & 16 != 0 { acknowledge(segment, &sender, &receiver, peerEnd) }
    guard flags & 1 != 0, end == nil else { return }
    end = segment.next
    finish(segment, &sender, &receiver, peerEnd)
  }

  private static func synchronize(_ hasAck: Bool, _ sender: inout TCPState, _ receiver: inout TCPState) {
    switch (sender, receiver) {
    // The second of two answers, where both began at once.
    case (.established, .synReceived) where hasAck: receiver = .established
    case (.closed, _), (.listen, _), (.synSent, _), (.synReceived, .synReceived):
      if hasAck {
        (sender, receiver) = (.synReceived, .established)
      } else if receiver == .synSent {
        (sender, receiver) = (.synReceived, .synReceived)
      } else if sender != .synReceived, receiver != .synReceived {
        (sender, receiver) = (.synSent, .listen)
      }
    default: break
    }
  }

  private static func acknowledge(
    _ segment: Segment, _ sender: inout TCPState, _ receiver: inout TCPState, _ peerEnd: UInt32?
  ) {
    // Answers that the capture does not hold.
    if sender == .synSent || sender == .listen { sender = .established }
    if receiver == .synReceived || receiver == .synSent || receiver == .listen, sender != .synReceived {
      receiver = .established
    }
    guard let peerEnd, !peerEnd.isAfter(segment.acknowledgment) else { return }
    switch receiver {
    case .finWait1: receiver = .finWait2
    case .closing: receiver = .timeWait
    case .lastAck: receiver = .closed
    default: break
    }
  }

  /// A first FIN, once what it acknowledges has counted.
  private static func finish(
    _ segment: Segment, _ sender: inout TCPState, _ receiver: inout TCPState, _ peerEnd: UInt32?
  ) {
    let hasMet = peerEnd.map { !$0.isAfter(segment.acknowledgment) } ?? true
    switch sender {
    case .closeWait: sender = hasMet ? .lastAck : .closing
    case .established, .synReceived, .synSent: sender = .finWait1
    default: break
    }
    switch receiver {
    case .finWait1: receiver = .closing
    case .finWait2: receiver = .timeWait
    case .established, .synReceived, .synSent: receiver = .closeWait
    default: break
    }
  }
}
