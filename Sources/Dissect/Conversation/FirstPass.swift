import Bytes
import Session

/// What the first pass knows of a UDP datagram.
struct DatagramFacts {
  var stream: Int
  var timeRelative: Int64
  var timeDelta: Int64
}

/// The state of all conversations, and what was found of each row.
final class Conversations {
  private var current: [Flow: TCPConversation] = [:]
  private(set) var all: [TCPConversation] = []
  private(set) var facts: [Int: TCPFacts] = [:]
  private(set) var findings: [Int: TCPFindings] = [:]
  private var datagrams: [Flow: (stream: Int, first: Int64, last: Int64)] = [:]
  private(set) var datagramFacts: [Int: DatagramFacts] = [:]

  /// The conversation of a row.
  func conversation(_ row: Int) -> TCPConversation? { facts[row].map { all[$0.stream] } }

  /// Takes in a frame.
  func append(_ frame: Frame, row: Int, secrets: Secrets) {
    let bytes = frame.bytes.raw
    let outline = Outline(bytes, linkType: frame.linkType)
    guard let source = outline.source, let destination = outline.destination else { return }
    let time = frame.time?.nanoseconds ?? 0
    if outline.proto == 17, !outline.isLaterFragment {
      return datagram(bytes, outline, source, destination, row, time)
    }
    if outline.proto == 1 { return quoted(bytes, outline, row) }
    guard let segment = Segment(bytes, outline) else { return }
    let flow = Flow(source, segment.sourcePort, destination, segment.destinationPort)
    let (conversation, isReused) = find(flow, segment, time)
    var (marks, found) = conversation.append(segment, isForward: flow.isForward, row: row, time: time)
    if isReused { marks.insert(.reusedPorts) }
    let sender = flow.isForward ? conversation.low : conversation.high
    let receiver = flow.isForward ? conversation.high : conversation.low
    let side: Side = flow.isForward == conversation.lowIsClient ? .client : .server
    let scale = segment.flags & 2 != 0 || found.scale < 0 ? 0 : found.scale
    let hasAck = segment.flags & 16 != 0
    facts[row] = TCPFacts(
      row: row, stream: conversation.index, side: side, flags: segment.flags,
      sequence: segment.sequence &- (sender.base ?? 0),
      acknowledgment: hasAck ? segment.acknowledgment &- (receiver.base ?? 0) : segment.acknowledgment,
      rawSequence: segment.sequence, rawAcknowledgment: segment.acknowledgment, length: segment.length,
      window: Int(segment.window) << scale, marks: marks, source: source, destination: destination,
      sourcePort: segment.sourcePort, destinationPort: segment.destinationPort)
    findings[row] = found
    // A cut payload would shift everything behind it, so such a segment counts as missing.
    let isWhole = segment.payload.count == segment.length
    if isWhole, !marks.contains(.keepAlive) {
      conversation.streams.append(
        segment, bytes.extracting(segment.payload), from: side, row: row, time: frame.time, secrets: secrets)
    }
  }

  private func find(_ flow: Flow, _ segment: Segment, _ time: Int64) -> (TCPConversation, Bool) {
    let isSYN = segment.flags & 0x12 == 2
    if let known = current[flow] {
      let base = flow.isForward ? known.low.base : known.high.base
      guard isSYN, let base, base != segment.sequence else { return (known, false) }
      return (make(flow, segment, time), true)
    }
    return (make(flow, segment, time), false)
  }

  private func make(_ flow: Flow, _ segment: Segment, _ time: Int64) -> TCPConversation {
    let isAnswer = segment.flags & 0x12 == 0x12
    let conversation = TCPConversation(
      index: all.count, flow: flow, lowIsClient: flow.isForward != isAnswer, time: time)
    all.append(conversation)
    current[flow] = conversation
    return conversation
  }

  private func datagram(
    _ bytes: RawSpan, _ outline: Outline, _ source: HostAddress, _ destination: HostAddress, _ row: Int,
    _ time: Int64
  ) {
    let reader = Reader(bytes.extracting(outline.payload), base: outline.payload.lowerBound)
    guard reader.remaining >= 8, let from = try? reader.peek(UInt16.self),
      let to = try? reader.peek(UInt16.self, at: 2)
    else { return }
    let flow = Flow(source, from, destination, to)
    var state = datagrams[flow] ?? (datagrams.count, time, time)
    datagramFacts[row] = DatagramFacts(
      stream: state.stream, timeRelative: time &- state.first, timeDelta: time &- state.last)
    state.last = time
    datagrams[flow] = state
  }

  /// An ICMP error belongs to the datagram that it quotes.
  private func quoted(_ bytes: RawSpan, _ outline: Outline, _ row: Int) {
    guard outline.payload.count > 36, [3, 5, 11, 12].contains(bytes[octet: outline.payload.lowerBound]) else {
      return
    }
    let inner = bytes.extracting(outline.payload.lowerBound + 8..<outline.payload.upperBound)
    let packet = Outline(inner, linkType: 101)
    guard packet.proto == 17, let source = packet.source, let destination = packet.destination else { return }
    let reader = Reader(inner.extracting(packet.payload), base: packet.payload.lowerBound)
    guard reader.remaining >= 8, let from = try? reader.peek(UInt16.self),
      let to = try? reader.peek(UInt16.self, at: 2),
      let state = datagrams[Flow(source, from, destination, to)]
    else { return }
    datagramFacts[row] = DatagramFacts(stream: state.stream, timeRelative: 0, timeDelta: 0)
  }
}
