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
  private(set) var conversations: [TCPConversation] = []
  private(set) var segments = SegmentTable()
  private var datagramFlows = FlowTable()
  private var datagrams: [UDPConversation] = []
  private(set) var datagramFacts: [DatagramFacts] = []
  private(set) var fragments = FragmentTable()
  /// Pings and their answers.
  private(set) var echoes = EchoTable()

  init(store: RowStore) { self.store = store }

  /// Makes room for rows, here and in the store.
  func reserve(_ rows: Int) {
    store.reserve(rows)
    segments.reserve(rows)
  }

  /// The conversation of a segment, and the segment's side.
  func conversation(_ segment: Int) -> TCPConversation { conversations[segments.stream(segment)] }

  /// The protocol of a UDP conversation.
  func datagramProtocol(_ stream: Int) -> (any DatagramProtocol)? { datagrams[stream].proto }

  /// Takes in the frame of the store's last row.
  func append(_ bytes: RawSpan, linkType: UInt16, time: Int64?, secrets: Secrets) {
    let outline = Outline(bytes, linkType: linkType)
    guard outline.hasAddresses else { return }
    if outline.piece != nil, !outline.isCut {
      assemble(outline, time, secrets, frame: bytes.byteCount)
    } else {
      packet(bytes, outline, time, secrets)
    }
  }

  /// Takes in a piece of a packet, and the packet if the piece completed it.
  private func assemble(_ outline: Outline, _ time: Int64?, _ secrets: Secrets, frame: Int) {
    guard let part = outline.piece, outline.promised > 0 else { return }
    let row = store.count
    let piece = PacketPiece(
      row: UInt32(clamping: row), at: UInt32(clamping: outline.payload.lowerBound),
      offset: UInt32(part.offset), count: UInt32(clamping: outline.payload.count), hasMore: part.hasMore)
    // Other protocols count their packets anew, but not in IPv6, where only the first header names the protocol.
    let identification =
      outline.isV6 ? part.identification : part.identification | UInt32(outline.proto) << 16
    let key = FragmentTable.Key(
      sender: outline.sender, receiver: outline.receiver, identification: identification, isV6: outline.isV6)
    guard let whole = fragments.append(piece, key) else { return }
    store.assembled.add(whole, row: row)
    let octets = store.octets(of: whole)
    packet(octets.raw, Outline(whole: octets.raw, of: outline), time, secrets, behind: frame)
  }

  /// Takes in what a packet of IP carries. `bytes` are the frame's octets, or those of a packet that came in pieces: these
  /// count as standing behind the `behind` octets of the frame that completed it.
  private func packet(
    _ bytes: RawSpan, _ outline: Outline, _ time: Int64?, _ secrets: Secrets, behind: Int = 0
  ) {
    guard outline.hasTransport else { return }
    switch outline.proto {
    case 6: segment(bytes, outline, time, secrets, behind)
    case 17: datagram(bytes, outline, store.count, time, secrets)
    case 1, 58:
      quoted(bytes, outline)
      echoes.append(bytes, outline, row: store.count)
    default: break
    }
  }

  private func segment(
    _ bytes: RawSpan, _ outline: Outline, _ time: Int64?, _ secrets: Secrets, _ behind: Int
  ) {
    guard var segment = Segment(bytes, outline) else { return }
    let row = store.count
    let (flow, isForward) = Flow.of(outline, segment.sourcePort, segment.destinationPort)
    let (conversation, isReused) = find(flow, isForward, segment, row, time ?? 0)
    var (marks, found) = conversation.append(segment, isForward: isForward, row: row, time: time ?? 0)
    if isReused {
      marks.insert(.reusedPorts)
      found.hasAnalysis = true
    }
    let side: Side = isForward == conversation.lowIsClient ? .client : .server
    let streams = conversation.streams
    segments.append(
      stream: conversation.index, side: side, marks: marks, found: found,
      states: conversation.states.packed, message: streams.half(side).cutter.messages.count)
    store.setSegment(segments.count - 1)
    // A cut payload would shift everything behind it, so such a segment counts as missing.
    guard segment.payload.count == segment.length, segment.headerLength >= 20, segment.hasLength,
      !marks.contains(.keepAlive), segment.flags & 4 == 0
    else { return }
    let payload = bytes.extracting(segment.payload)
    if behind > 0 {
      segment.payload = segment.payload.lowerBound + behind..<segment.payload.upperBound + behind
    }
    streams.append(segment, payload, from: side, row: row, time: time, secrets: secrets)
  }

  private func find(
    _ flow: Flow, _ isForward: Bool, _ segment: Segment, _ row: Int, _ time: Int64
  ) -> (TCPConversation, isReused: Bool) {
    var isReused = false
    if let place = flows.find(flow) {
      let known = conversations[place]
      isReused = segment.flags & 0x12 == 2 && known.isReused(by: segment.sequence, isForward: isForward)
      guard isReused else { return (known, false) }
    }
    let isAnswer = segment.flags & 0x12 == 0x12
    let conversation = TCPConversation(
      index: conversations.count, flow: flow, lowIsClient: isForward != isAnswer, isReused: isReused,
      time: time, row: row, store: store)
    conversations.append(conversation)
    flows.set(flow, conversation.index)
    return (conversation, isReused)
  }

  /// What was found of a segment that was read again, but for the times that need the store.
  func findings(_ index: Int, of segment: Segment) -> TCPFindings {
    var found = segments.findings(index, of: segment)
    guard segment.flags & 2 == 0 else { return found }
    let conversation = conversation(index)
    let isLow = (segments.side(index) == .client) == conversation.lowIsClient
    found.scale = conversation.scale(ofLow: isLow)
    return found
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
    let place = conversation(flow, isForward, from, to, time)
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

  /// An ICMP error belongs to the datagram that it quotes, and where that was not captured it stands for it.
  private func quoted(_ bytes: RawSpan, _ outline: Outline) {
    let errors: [UInt8] = outline.isV6 ? [1, 2, 3, 4] : [3, 4, 5, 11, 12]
    guard outline.payload.count >= 36, errors.contains(bytes[octet: outline.payload.lowerBound]) else {
      return
    }
    let inner = bytes.extracting(outline.payload.lowerBound + 8..<outline.payload.upperBound)
    let packet = Outline(inner, linkType: 101)
    guard packet.proto == 17, packet.hasAddresses, packet.piece?.offset ?? 0 == 0 else { return }
    let reader = Reader(inner.extracting(packet.payload), base: packet.payload.lowerBound)
    guard reader.remaining >= 8, let from = try? reader.peek(UInt16.self),
      let to = try? reader.peek(UInt16.self, at: 2)
    else { return }
    let (flow, isForward) = Flow.of(packet, from, to)
    add(
      DatagramFacts(
        stream: conversation(flow, isForward, from, to, store.time(store.count)), timeRelative: 0,
        timeDelta: 0))
  }

  /// The index of a UDP conversation, which begins now if it was not known.
  private func conversation(
    _ flow: Flow, _ isForward: Bool, _ from: UInt16, _ to: UInt16, _ time: Int64?
  ) -> Int {
    if let known = datagramFlows.find(flow) { return known }
    datagrams.append(
      UDPConversation(
        isLowClient: isForward, clientPort: from, serverPort: to, first: time ?? 0, last: time ?? 0))
    datagramFlows.set(flow, datagrams.count - 1)
    return datagrams.count - 1
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
