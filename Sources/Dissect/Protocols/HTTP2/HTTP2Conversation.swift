import Bytes

/// HTTP/2 on a connection, for the table of stream protocols.
func makeHTTP2() -> any StreamProtocol { HTTP2Conversation() }

/// Whether octets begin as HTTP/2 does: with a client's preface, or with a server's SETTINGS.
func looksLikeHTTP2(_ bytes: RawSpan) -> Bool {
  let preface = HTTP2FrameHeader.preface
  let count = min(bytes.byteCount, preface.count)
  if count >= 3, (0..<count).allSatisfy({ bytes[octet: $0] == preface[$0] }) { return true }
  guard let header = HTTP2FrameHeader(bytes) else { return false }
  return header.type == 4 && header.flags == 0 && header.stream == 0 && header.length % 6 == 0
    && header.length <= 120
}

/// HTTP/2 on one connection: its streams, windows and header tables.
///
/// Of each frame 32 octets are kept. Bodies and header blocks are not: they are read again where they are drawn.
final class HTTP2Conversation: StreamProtocol {
  /// By token.
  private(set) var records: [HTTP2Record] = []
  private(set) var blocks: [HTTP2Block] = []
  private(set) var streams: [HTTP2Stream] = []
  private(set) var texts = HTTP2Texts()
  /// The row in which the gRPC message ends that a DATA frame does not end.
  private(set) var messageEnds: [UInt32: UInt32] = [:]
  /// What is read of DATA as it comes, by the place of the stream.
  private(set) var carried: [UInt32: HTTP2Carried] = [:]
  private var client = HTTP2Half()
  private var server = HTTP2Half()
  private var places: [UInt32: UInt32] = [:]
  /// Where octets of the stream can be had again.
  private(set) unowned var octets: (any OctetSource)?

  subscript(_ side: Side) -> HTTP2Half {
    _read { if side == .client { yield client } else { yield server } }
    _modify { if side == .client { yield &client } else { yield &server } }
  }

  func framing(_ bytes: RawSpan, from side: Side) -> Framing {
    if side == .client, !client.isBegun {
      let preface = HTTP2FrameHeader.preface
      let count = min(bytes.byteCount, preface.count)
      if (0..<count).allSatisfy({ bytes[octet: $0] == preface[$0] }) {
        return count == preface.count ? .complete(count) : .needs(preface.count)
      }
    }
    guard let header = HTTP2FrameHeader(bytes) else { return .needs(HTTP2FrameHeader.size) }
    let size = HTTP2FrameHeader.size + header.length
    // Bodies teach nothing, but for how messages of gRPC divide them.
    if header.type == 0, !header.isPadded, self[side].block == nil,
      let place = places[header.stream], streams[Int(place)][side].kind != .grpc, carried[place] == nil
    {
      return .counted(size, first: HTTP2FrameHeader.size)
    }
    return bytes.byteCount >= size ? .complete(size) : .needs(size)
  }

  func finish(_ side: Side) {}

  func receive(_ pdu: RawSpan, from side: Side, context: RowContext) -> UInt32 {
    if octets == nil { octets = context.octets }
    let token = UInt32(clamping: records.count)
    records.append(HTTP2Record(offset: context.offset, row: context.row))
    let isFirst = !self[side].isBegun
    self[side].isBegun = true
    if isFirst, side == .client, isPreface(pdu) { return token }
    guard let header = HTTP2FrameHeader(pdu) else { return token }
    if let block = self[side].block, header.type != 9 || header.stream != block.stream {
      records[Int(token)].fault = .interrupted
      self[side].block = nil
      lose(.cut, side, token)
    }
    take(header, pdu, side, token)
    if header.type == 0, !carried.isEmpty { carry(header, pdu, side, token, context) }
    if let place = places[header.stream], records[Int(token)].stream == HTTP2Record.none {
      records[Int(token)].stream = place
    }
    let place = records[Int(token)].stream
    if place != HTTP2Record.none { records[Int(token)].state = streams[Int(place)].state }
    return token
  }

  func isPreface(_ pdu: RawSpan) -> Bool {
    pdu.byteCount == HTTP2FrameHeader.preface.count && pdu[octet: 0] == 80 && pdu[octet: 3] == 32
  }

  private func take(_ header: HTTP2FrameHeader, _ pdu: RawSpan, _ side: Side, _ token: UInt32) {
    switch header.type {
    case 0: data(header, pdu, side, token)
    case 1: headers(header, pdu, side, token)
    case 3:
      guard let place = places[header.stream] else { return fault(.idle, token) }
      streams[Int(place)].state = .closed
    case 4: settings(header, pdu, side, token)
    case 5: promise(header, pdu, side, token)
    case 6: ping(header, pdu, side, token)
    case 8: windowUpdate(header, pdu, side, token)
    case 9: continuation(header, pdu, side, token)
    default: break
    }
  }

  private func fault(_ fault: HTTP2Fault, _ token: UInt32) {
    if records[Int(token)].fault == .none { records[Int(token)].fault = fault }
  }

  /// The place of a stream; it begins here unless it did before.
  private func stream(_ id: UInt32, state: HTTP2StreamState) -> Int {
    if let known = places[id] { return Int(known) }
    streams.append(HTTP2Stream(id: id, state: state))
    places[id] = UInt32(streams.count - 1)
    return streams.count - 1
  }

  /// A half of a stream ends.
  private func end(_ place: Int, _ side: Side, row: UInt32) {
    streams[place][side].endRow = row
    switch (streams[place].state, side) {
    case (.halfClosedServer, .client), (.halfClosedClient, .server), (.closed, _):
      streams[place].state = .closed
    case (_, .client): streams[place].state = .halfClosedClient
    case (_, .server): streams[place].state = .halfClosedServer
    }
  }

  // MARK: Bodies and windows

  private func data(_ header: HTTP2FrameHeader, _ pdu: RawSpan, _ side: Side, _ token: UInt32) {
    guard header.stream != 0 else { return fault(.idle, token) }
    if places[header.stream] == nil { fault(.idle, token) }
    let place = stream(header.stream, state: .open)
    records[Int(token)].stream = UInt32(place)
    records[Int(token)].isPlainData = !header.isPadded
    var half = streams[place][side]
    records[Int(token)].endsBody =
      header.endsStream && (header.length > 0 || half.lastData != HTTP2Record.none)
    if half.endRow != 0 { fault(.afterEnd, token) }
    self[side].window -= Int64(header.length)
    half.credit = Int32(clamping: Int64(half.credit) - Int64(header.length))
    if self[side].window < 0 { fault(.connectionWindow, token) }
    if self[side].initialWindow + Int64(half.credit) < 0 { fault(.streamWindow, token) }
    records[Int(token)].link = half.lastData
    records[Int(token)].pending = half.pending
    half.lastData = token
    if half.kind == .grpc, let content = header.content(pdu) {
      grpcMessages(pdu.extracting(content.range), &half, token)
    }
    streams[place][side] = half
    noteWindows(token, side, place)
    if header.endsStream { end(place, side, row: records[Int(token)].row) }
  }

  /// Counts how far the gRPC message under way has come.
  private func grpcMessages(_ body: RawSpan, _ half: inout HTTP2HalfStream, _ token: UInt32) {
    var at = 0
    var isFromBefore = half.pending > 0
    defer { records[Int(token)].beginsMessage = !isFromBefore }
    while at < body.byteCount {
      if half.pending < 5 {
        // `wanted` gathers the length of four octets, behind the octet of flags.
        if half.pending == 0 {
          half.wanted = 0
        } else {
          half.wanted = half.wanted << 8 | UInt64(body[octet: at])
        }
        half.pending += 1
        at += 1
        if half.pending == 5 { half.wanted = half.wanted & 0xFFFF_FFFF + 5 }
        if half.pending < 5 || half.wanted > 5 { continue }
      }
      let count = min(Int(half.wanted) - Int(half.pending), body.byteCount - at)
      half.pending = UInt32(clamping: Int(half.pending) + count)
      at += count
      if UInt64(half.pending) == half.wanted {
        half.pending = 0
        if isFromBefore { messageEnded(token) }
        isFromBefore = false
      }
    }
  }

  /// A message that began in earlier frames ends in this one: those are told.
  private func messageEnded(_ token: UInt32) {
    records[Int(token)].endsMessage = true
    var frame = records[Int(token)].link
    while frame != HTTP2Record.none {
      messageEnds[frame] = records[Int(token)].row
      if records[Int(frame)].beginsMessage { return }
      frame = records[Int(frame)].link
    }
  }

  private func noteWindows(_ token: UInt32, _ side: Side, _ place: Int?) {
    records[Int(token)].connectionWindow = Int32(clamping: self[side].window)
    guard let place else { return }
    records[Int(token)].streamWindow = Int32(
      clamping: self[side].initialWindow + Int64(streams[place][side].credit))
  }

  private func windowUpdate(_ header: HTTP2FrameHeader, _ pdu: RawSpan, _ side: Side, _ token: UInt32) {
    guard pdu.byteCount == 13 else { return }
    let increment = Int64(word(pdu, 9) & 0x7FFF_FFFF)
    if increment == 0 { fault(.zeroIncrement, token) }
    let other: Side = side == .client ? .server : .client
    if header.stream == 0 || places[header.stream] != nil { self[other].grants.append(token) }
    guard header.stream != 0 else {
      self[other].window = min(self[other].window + increment, 1 << 40)
      if self[other].window > 0x7FFF_FFFF { fault(.windowOverflow, token) }
      return noteWindows(token, other, nil)
    }
    guard let place = places[header.stream].map({ Int($0) }) else { return fault(.idle, token) }
    let sum = Int64(streams[place][other].credit) + increment
    streams[place][other].credit = Int32(clamping: sum)
    if self[other].initialWindow + sum > 0x7FFF_FFFF { fault(.windowOverflow, token) }
    noteWindows(token, other, place)
  }

  // MARK: The connection

  /// Begins behind the answer to an Upgrade of HTTP/1.1, whose request is the stream 1: RFC 7540 section 3.2. `settings` is its
  /// HTTP2-Settings, in the Base64 of URLs.
  func upgrade(settings: RawSpan, row: UInt32) {
    let place = stream(1, state: .open)
    end(place, .client, row: row)
    client.highest = 1
    let octets = base64(settings)
    for at in stride(from: 0, to: octets.count - 5, by: 6) {
      let value = word(octets.raw, at + 2)
      switch UInt16(octets[at]) << 8 | UInt16(octets[at + 1]) {
      case 1: server.tableAllowed = value
      case 2: server.allowsPush = value != 0
      case 4: server.initialWindow = Int64(value)
      default: break
      }
    }
  }

  private func settings(_ header: HTTP2FrameHeader, _ pdu: RawSpan, _ side: Side, _ token: UInt32) {
    let other: Side = side == .client ? .server : .client
    guard !header.has(1) else {
      guard !self[other].settings.isEmpty else { return }
      let (frame, tableSize) = self[other].settings.removeFirst()
      link(frame, token)
      if let tableSize {
        self[side].tableAllowed = tableSize
        if self[side].tableState.limit > tableSize {
          self[side].resizeTable(to: tableSize)
        }
      }
      return
    }
    var tableSize: UInt32?
    for at in stride(from: 9, to: pdu.byteCount - 5, by: 6) {
      let value = word(pdu, at + 2)
      switch UInt16(pdu[octet: at]) << 8 | UInt16(pdu[octet: at + 1]) {
      case 1: tableSize = value
      case 2: if side == .client { self[other].allowsPush = value != 0 }
      case 4:
        self[other].initialWindow = Int64(value)
        records[Int(token)].setsWindows = true
      default: break
      }
    }
    if records[Int(token)].setsWindows { self[other].grants.append(token) }
    if self[side].settings.count < 256 { self[side].settings.append((token, tableSize)) }
  }

  private func ping(_ header: HTTP2FrameHeader, _ pdu: RawSpan, _ side: Side, _ token: UInt32) {
    guard pdu.byteCount == 17 else { return }
    let octets = UInt64(word(pdu, 9)) << 32 | UInt64(word(pdu, 13))
    guard header.has(1) else {
      if self[side].pings.count < 256 { self[side].pings.append((token, octets)) }
      return
    }
    let other: Side = side == .client ? .server : .client
    guard let index = self[other].pings.firstIndex(where: { $0.octets == octets }) else { return }
    link(self[other].pings.remove(at: index).frame, token)
  }

  private func link(_ frame: UInt32, _ answer: UInt32) {
    records[Int(frame)].link = answer
    records[Int(answer)].link = frame
  }

  // MARK: What streams carry

  /// Makes what reads the DATA of a stream as they come, once the server's head said what they are.
  private func beginCarrying(_ place: UInt32, _ learner: HTTP2Learner) {
    guard carried[place] == nil else { return }
    let stream = streams[Int(place)]
    if stream.server.kind == .tunnel, stream.asksWebSocket {
      let extensions = learner.extensions
      carried[place] = HTTP2Carried(WebSocketConversation(extensions: extensions.raw), of: self)
    } else if stream.server.kind == .plain, stream.server.encoding == 0 {
      let type = texts.all[Int(stream.server.contentType)]
      guard type.raw.begins("text/event-stream") else { return }
      carried[place] = HTTP2Carried(EventStreamConversation(), of: self)
    }
  }

  private func carry(
    _ header: HTTP2FrameHeader, _ pdu: RawSpan, _ side: Side, _ token: UInt32, _ context: RowContext
  ) {
    guard let one = carried[records[Int(token)].stream], let content = header.content(pdu) else { return }
    one.append(pdu.extracting(content.range), frame: token, from: side, context)
  }

  // MARK: Header blocks

  private func headers(_ header: HTTP2FrameHeader, _ pdu: RawSpan, _ side: Side, _ token: UInt32) {
    if places[header.stream] == nil {
      if side == .server || header.stream & 1 == 0 || header.stream <= self[side].highest {
        fault(.oddEven, token)
      }
      self[side].highest = max(self[side].highest, header.stream)
    }
    let place = stream(header.stream, state: .open)
    records[Int(token)].stream = UInt32(place)
    if streams[place][side].endRow != 0 { fault(.afterEnd, token) }
    if streams[place].state == .reservedServer { streams[place].state = .halfClosedClient }
    begin(header, pdu, side, token, subject: header.stream, of: side)
    if header.endsStream { end(place, side, row: records[Int(token)].row) }
  }

  private func promise(_ header: HTTP2FrameHeader, _ pdu: RawSpan, _ side: Side, _ token: UInt32) {
    if side == .client { fault(.pushByClient, token) }
    if !self[side].allowsPush { fault(.pushDisabled, token) }
    var promised: UInt32 = 0
    if let content = header.content(pdu) {
      promised = word(pdu, content.range.lowerBound - 4) & 0x7FFF_FFFF
      _ = stream(promised, state: .reservedServer)
    }
    // The request of the promised stream, told by the server.
    begin(header, pdu, side, token, subject: promised, of: .client)
  }

  private func begin(
    _ header: HTTP2FrameHeader, _ pdu: RawSpan, _ side: Side, _ token: UInt32, subject: UInt32,
    of teller: Side
  ) {
    self[side].carried = []
    self[side].block = (header.stream, subject, HTTP2Record.none, false)
    guard let content = header.content(pdu) else {
      self[side].block = nil
      return lose(.cut, side, token)
    }
    fragment(pdu.extracting(content.range), side, token, isEnd: header.endsHeaders, teller)
  }

  private func continuation(_ header: HTTP2FrameHeader, _ pdu: RawSpan, _ side: Side, _ token: UInt32) {
    guard let block = self[side].block else { return fault(.stray, token) }
    fragment(
      pdu.extracting(9..<pdu.byteCount), side, token, isEnd: header.endsHeaders,
      block.promised == block.stream ? side : .client)
  }

  /// The table can't be followed any more, since the octet `at` of a frame's fields.
  private func lose(_ error: HPACKError, _ side: Side, _ token: UInt32, at place: Int = 0) {
    if self[side].loss == nil { self[side].loss = (error, Int(records[Int(token)].row), token, place) }
    self[side].carried = []
  }

  /// Goes through a fragment: takes new fields into the table, and learns what the stream's body is.
  private func fragment(_ octets: RawSpan, _ side: Side, _ token: UInt32, isEnd: Bool, _ teller: Side) {
    guard let block = self[side].block else { return }
    let kept = HTTP2Block(
      table: self[side].tableState, previous: block.frame, carried: UInt32(self[side].carried.count),
      isLost: self[side].loss != nil)
    records[Int(token)].link = UInt32(blocks.count)
    blocks.append(kept)
    self[side].block = isEnd ? nil : (block.stream, block.promised, token, block.hasField)
    guard self[side].loss == nil else { return }
    if self[side].carried.isEmpty {
      fields(octets, side, token, block.promised, isEnd: isEnd, teller, hasField: block.hasField)
    } else {
      // A field in very many fragments is not gone through again with each of them.
      self[side].carried += octets.copied()
      if self[side].carried.count < self[side].carriedNeeds, !isEnd {
        blocks[blocks.count - 1].isInside = true
        return
      }
      var whole: [UInt8] = []
      swap(&whole, &self[side].carried)
      fields(whole.raw, side, token, block.promised, isEnd: isEnd, teller, hasField: block.hasField)
    }
  }

  private func fields(
    _ octets: RawSpan, _ side: Side, _ token: UInt32, _ subject: UInt32, isEnd: Bool, _ teller: Side,
    hasField: Bool
  ) {
    var hasField = hasField
    var learner = HTTP2Learner()
    var at = 0
    self[side].carried = []
    while at < octets.byteCount {
      switch hpackStep(octets, at: at) {
      case .invalid(let error): return lose(error, side, token, at: at)
      case .more(let count):
        if isEnd { return lose(.cut, side, token, at: at) }
        self[side].carried = octets.extracting(at..<octets.byteCount).copied()
        self[side].carriedNeeds = count
        at = octets.byteCount
      case .field(let field):
        let start = at
        at = field.end
        if field.form == .sizeUpdate {
          if hasField { return lose(.lateSizeUpdate, side, token, at: start) }
          let other: Side = side == .client ? .server : .client
          let allowed = self[other].settings.reduce(self[side].tableAllowed) { max($0, $1.tableSize ?? 0) }
          guard field.index <= allowed else { return lose(.largeSizeUpdate, side, token, at: start) }
          self[side].resizeTable(to: field.index)
          continue
        }
        hasField = true
        let error = self[side].take(field, octets, &learner)
        if error != .none { return lose(error, side, token, at: start) }
      }
    }
    if self[side].block != nil { self[side].block?.hasField = hasField }
    guard let place = places[subject] else { return }
    learner.apply(to: &streams[Int(place)], teller, &texts)
    if teller == .server { beginCarrying(place, learner) }
  }
}
