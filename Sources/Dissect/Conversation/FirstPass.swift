import Bytes
import Session

/// What the first pass knows of a UDP datagram.
struct DatagramFacts {
  var stream: Int
  var timeRelative: Int64
  var timeDelta: Int64
  var side = Side.client
  /// What the protocol on top gave for it; nil when there is none.
  var token: UInt32?
}

/// The state of all conversations, and what was found of each row.
final class Conversations {
  private let store: RowStore
  private var flows = FlowTable()
  private var conversations: [TCPConversation] = []
  private(set) var segments = SegmentTable()
  private var datagramFlows = FlowTable()
  private var datagrams: [UDPConversation] = []
  private(set) var datagramFacts: [DatagramFacts] = []

  init(store: RowStore) { self.store = store }

  /// The conversation of a segment, and the segment's side.
  func conversation(_ segment: Int) -> TCPConversation { conversations[segments.stream(segment)] }

  /// The protocol of a UDP conversation.
  func datagramProtocol(_ stream: Int) -> (any DatagramProtocol)? { datagrams[stream].proto }

  /// Takes in the frame of the store's last row.
  func append(_ bytes: RawSpan, linkType: UInt16, time: Int64?, secrets: Secrets) {
    let outline = Outline(bytes, linkType: linkType)
    guard outline.hasAddresses else { return }
    let row = store.count
    if outline.proto == 17, !outline.isLaterFragment {
      return datagram(bytes, outline, row, time, secrets)
    }
    if outline.proto == 1 { return quoted(bytes, outline) }
    guard let segment = Segment(bytes, outline) else { return }
    let (flow, isForward) = Flow.of(outline, segment.sourcePort, segment.destinationPort)
    let (conversation, isReused) = find(flow, isForward, segment, time ?? 0)
    var (marks, found) = conversation.append(segment, isForward: isForward, row: row, time: time ?? 0)
    if isReused { marks.insert(.reusedPorts) }
    let side: Side = isForward == conversation.lowIsClient ? .client : .server
    let streams = conversation.streams
    segments.append(
      stream: conversation.index, side: side, marks: marks, found: found,
      message: streams.half(side).cutter.messages.count)
    store.setSegment(segments.count - 1)
    // A cut payload would shift everything behind it, so such a segment counts as missing.
    guard segment.payload.count == segment.length, !marks.contains(.keepAlive) else { return }
    streams.append(
      segment, bytes.extracting(segment.payload), from: side, row: row, time: time, secrets: secrets)
  }

  private func find(
    _ flow: Flow, _ isForward: Bool, _ segment: Segment, _ time: Int64
  ) -> (TCPConversation, isReused: Bool) {
    let isSYN = segment.flags & 0x12 == 2
    if let place = flows.find(flow) {
      let known = conversations[place]
      let base = isForward ? known.low.base : known.high.base
      guard isSYN, let base, base != segment.sequence else { return (known, false) }
      return (make(flow, isForward, segment, time), true)
    }
    return (make(flow, isForward, segment, time), false)
  }

  private func make(_ flow: Flow, _ isForward: Bool, _ segment: Segment, _ time: Int64) -> TCPConversation {
    let isAnswer = segment.flags & 0x12 == 0x12
    let conversation = TCPConversation(
      index: conversations.count, flow: flow, lowIsClient: isForward != isAnswer, time: time, store: store)
    conversations.append(conversation)
    flows.set(flow, conversation.index)
    return conversation
  }

  private func datagram(
    _ bytes: RawSpan, _ outline: Outline, _ row: Int, _ time: Int64?, _ secrets: Secrets
  ) {
    var reader = Reader(bytes.extracting(outline.payload), base: outline.payload.lowerBound)
    guard reader.remaining >= 8, let from = try? reader.read(UInt16.self),
      let to = try? reader.read(UInt16.self),
      let length = try? reader.read(UInt16.self), (try? reader.skip(2)) != nil
    else { return }
    let (flow, isForward) = Flow.of(outline, from, to)
    let place: Int
    if let known = datagramFlows.find(flow) {
      place = known
    } else {
      place = datagrams.count
      datagrams.append(
        UDPConversation(
          isLowClient: isForward, clientPort: from, serverPort: to, first: time ?? 0, last: time ?? 0))
      datagramFlows.set(flow, place)
    }
    let one = datagrams[place]
    var facts = DatagramFacts(
      stream: place, timeRelative: (time ?? 0) &- one.first, timeDelta: (time ?? 0) &- one.last,
      side: isForward == one.isLowClient ? .client : .server)
    datagrams[place].last = time ?? 0
    let count = min(Int(length) - 8, reader.remaining)
    if count > 0, let payload = try? reader.take(count) {
      facts.token = datagrams[place].receive(
        payload.rest, from: facts.side,
        RowContext(
          row: row, time: time.map { Timestamp(nanoseconds: $0) }, stream: place, clientPort: one.clientPort,
          serverPort: one.serverPort, secrets: secrets))
    }
    add(facts)
  }

  /// An ICMP error belongs to the datagram that it quotes.
  private func quoted(_ bytes: RawSpan, _ outline: Outline) {
    guard outline.payload.count > 36, [3, 5, 11, 12].contains(bytes[octet: outline.payload.lowerBound]) else {
      return
    }
    let inner = bytes.extracting(outline.payload.lowerBound + 8..<outline.payload.upperBound)
    let packet = Outline(inner, linkType: 101)
    guard packet.proto == 17, packet.hasAddresses else { return }
    let reader = Reader(inner.extracting(packet.payload), base: packet.payload.lowerBound)
    guard reader.remaining >= 8, let from = try? reader.peek(UInt16.self),
      let to = try? reader.peek(UInt16.self, at: 2),
      let place = datagramFlows.find(Flow.of(packet, from, to).0)
    else { return }
    add(DatagramFacts(stream: place, timeRelative: 0, timeDelta: 0))
  }

  private func add(_ facts: DatagramFacts) {
    datagramFacts.append(facts)
    store.setDatagram(datagramFacts.count - 1)
  }
}

/// A UDP conversation.
struct UDPConversation {
  var isLowClient: Bool
  var clientPort: UInt16, serverPort: UInt16
  /// Times of its first datagram and of the last one so far.
  var first: Int64, last: Int64
  private(set) var proto: (any DatagramProtocol)?
  private var isDecided = false

  init(isLowClient: Bool, clientPort: UInt16, serverPort: UInt16, first: Int64, last: Int64) {
    self.isLowClient = isLowClient
    (self.clientPort, self.serverPort) = (clientPort, serverPort)
    (self.first, self.last) = (first, last)
  }

  /// Hands a payload to the protocol; nil when there is none.
  mutating func receive(_ payload: RawSpan, from side: Side, _ context: RowContext) -> UInt32? {
    if !isDecided {
      isDecided = true
      proto = datagramProtocolOf(clientPort, serverPort, payload)
    }
    return proto?.receive(payload, from: side, context: context)
  }

  private func datagramProtocolOf(
    _ client: UInt16, _ server: UInt16, _ first: RawSpan
  ) -> (any DatagramProtocol)? {
    datagramProtocol(clientPort: client, serverPort: server, first: first)
  }
}
