import Bytes

/// What a stream of HTTP/2 carries in its DATA that is read as it comes: WebSocket (RFC 8441), events.
final class HTTP2Carried: OctetSource {
  /// Octets of a DATA frame in the stream of one direction.
  private struct Place {
    var start: Int
    var frame: UInt32
  }

  let proto: any StreamProtocol
  private unowned let conversation: HTTP2Conversation
  private var places: [[Place]] = [[], []]
  private var counts = [0, 0]
  private let cutters = [StreamCutter(), StreamCutter()]

  init(_ proto: any StreamProtocol, of conversation: HTTP2Conversation) {
    self.proto = proto
    self.conversation = conversation
  }

  /// Takes in the content of a DATA frame.
  func append(_ content: RawSpan, frame: UInt32, from side: Side, _ context: RowContext) {
    let half = Int(side.rawValue)
    guard content.byteCount > 0 else { return }
    places[half].append(Place(start: counts[half], frame: frame))
    counts[half] += content.byteCount
    cutters[half].push(content, proto, from: side) { octets, offset, _ in
      var context = context
      (context.offset, context.octets) = (offset, self)
      return (frame, proto.receive(octets, from: side, context: context))
    }
  }

  /// Draws the messages that end in a DATA frame, as layers behind it. The columns stay as Wireshark has them, which does not
  /// look into such streams.
  func draw(
    _ content: RawSpan, at place: Int, frame: UInt32, from side: Side, into tree: inout Dissection
  ) {
    let half = Int(side.rawValue)
    let index = firstPlace(from: frame, half)
    guard index < places[half].count, places[half][index].frame == frame else { return }
    let range = places[half][index].start..<places[half][index].start + content.byteCount
    let (columns, source) = ((tree.column, tree.protocolName), tree.source)
    let messages = cutters[half].messages
    var next = cutters[half].index(at: range.lowerBound)
    while next < messages.count, messages[next].unit == frame, tree.sources.count < 250 {
      let message = messages[next]
      if message.start >= range.lowerBound {
        let first = message.start - range.lowerBound
        proto.draw(
          content.extracting(first..<first + Int(message.count)), base: place + first, token: message.token,
          from: side, into: &tree)
      } else {
        let octets = octets(side, from: message.start, count: Int(message.count))
        tree.addSource("Reassembled body", octets)
        proto.draw(octets.raw, base: 0, token: message.token, from: side, into: &tree)
      }
      (tree.source, tree.depth) = (source, 0)
      next += 1
    }
    (tree.column, tree.protocolName) = columns
  }

  /// Why octets of a DATA frame are in no message that ends there; nil when all are.
  func rest(frame: UInt32, count: Int, from side: Side) -> String? {
    let half = Int(side.rawValue)
    let index = firstPlace(from: frame, half)
    guard index < places[half].count, places[half][index].frame == frame, count > 0 else { return nil }
    let end = places[half][index].start + count
    let next = cutters[half].index(at: end - 1)
    if next < cutters[half].messages.count {
      let unit = cutters[half].messages[next].unit
      return unit == frame
        ? nil : "the message that goes on here ends in row \(conversation.records[Int(unit)].row)"
    }
    return cutters[half].isForeign
      ? "what the stream carries breaks the rules of its protocol"
      : "the capture does not hold the end of the message that goes on here"
  }

  /// The place of the first frame that is not before `frame`.
  private func firstPlace(from frame: UInt32, _ half: Int) -> Int {
    var low = 0
    var high = places[half].count
    while low < high {
      let middle = (low + high) / 2
      if places[half][middle].frame < frame { low = middle + 1 } else { high = middle }
    }
    return low
  }

  func octets(_ side: Side, from start: Int, count: Int) -> [UInt8] {
    let half = Int(side.rawValue)
    var out: [UInt8] = []
    let end = min(start + count, counts[half])
    var index = containing(start, half)
    var at = start
    while at >= 0, at < end, index < places[half].count {
      let limit = index + 1 < places[half].count ? places[half][index + 1].start : counts[half]
      let size = min(end, limit) - at
      let part = HTTP2Part(
        frame: places[half][index].frame, start: at - places[half][index].start, count: size)
      let octets = conversation.octets(of: part, side)
      guard octets.count == size else { break }
      out += octets
      at += size
      index += 1
    }
    return out
  }

  func row(_ side: Side, of offset: Int) -> Int {
    let half = Int(side.rawValue)
    guard offset >= 0, offset < counts[half] else { return 0 }
    return Int(conversation.records[Int(places[half][containing(offset, half)].frame)].row)
  }

  /// The place that holds the octet at `offset`, which is not beyond the end.
  private func containing(_ offset: Int, _ half: Int) -> Int {
    var low = 0
    var high = places[half].count
    while low < high {
      let middle = (low + high) / 2
      if places[half][middle].start <= offset { low = middle + 1 } else { high = middle }
    }
    return max(0, low - 1)
  }
}

/// Events of a body that HTTP/2 brings, without chunks around them.
final class EventStreamConversation: StreamProtocol {
  private var stream = EventStream(.length(.max))
  private var pieces: [EventStream.Piece] = []

  func framing(_ bytes: RawSpan, from side: Side) -> Framing { stream.framing(bytes) }

  func receive(_ pdu: RawSpan, from side: Side, context: RowContext) -> UInt32 {
    pieces.append(stream.receive(pdu).piece)
    return UInt32(clamping: pieces.count - 1)
  }

  func draw(_ pdu: RawSpan, base: Int, token: UInt32, from side: Side, into tree: inout Dissection) {
    guard Int(token) < pieces.count else { return }
    tree.eventStream(pdu, base: base, pieces[Int(token)])
  }

  func finish(_ side: Side) {}
}
