import Bytes

extension FrameDissector {
  /// Draws the messages that end in this row; otherwise names the row that completes what this one carries.
  mutating func messages(_ payload: consuming Reader, _ known: KnownSegment, layer: Int) {
    let streams = known.conversation.streams
    let half = streams.half(known.facts.side)
    guard let proto = streams.proto else { return plain(&payload, known, layer) }
    guard let piece = half.piece(of: context.row) else {
      // What was sent before belongs to the row that brought it first; the end of a stream may complete a message.
      if payload.isAtEnd { return finish(proto, streams, known, layer) }
      return plain(&payload, known, layer)
    }
    let range = half.pieces[piece].start..<half.end(piece)
    let at = Int(half.pieces[piece].at) - context.behind
    let all = half.cutter.messages
    var next = known.message
    var drawn = 0
    let start = tree.nodes.count
    while next < all.count, all[next].start < range.upperBound || all[next].unit == context.row {
      let message = all[next]
      if message.unit == context.row {
        if drawn == 0, let ending = laterEnding(all, from: next, range) {
          reassembledIn(ending, range, at, layer)
        }
        if message.start >= range.lowerBound {
          let first = message.start - range.lowerBound + at - payload.position
          let before = tree.source
          if !tree.wants.contains(.nodes),
            proto.list(token: message.token, from: known.facts.side, into: &tree)
          {
            // Its octets are not needed.
          } else if let octets = part(payload.rest, first, Int(message.count)) {
            proto.draw(
              octets, base: payload.position + first, token: message.token, from: known.facts.side,
              into: &tree)
          }
          tree.source = before
        } else {
          segmentData(message, range, at, layer)
          gathered(message, proto, streams, known.facts.side, layer)
        }
        drawn += 1
      } else if !half.isMixed {
        break
      }
      next += 1
    }
    if drawn > 0 { return sizes(from: start, layer) }
    if let ending = laterEnding(all, from: known.message, range) {
      reassembledIn(ending, range, at, layer)
      if tree.wants.contains(.columns) { tree.column.append(" [TCP segment of a reassembled PDU]") }
    } else if !half.cutter.isForeign, range.upperBound > half.cutter.consumed {
      unfinished(range, at, half.cutter.consumed, layer)
    } else {
      data(&payload, why: "the capture does not hold the end of the message that they begin or go on with")
    }
  }

  /// Says how long the messages are whose nodes begin at `start`, as Wireshark does of protocols whose messages say it
  /// first: as the last that TCP says of itself.
  private mutating func sizes(from start: Int, _ layer: Int) {
    guard tree.wants.contains(.nodes) else { return }
    var sizes: [Node] = []
    for node in tree.nodes[start...] {
      switch node.field {
      case FieldID(HTTP2Field.http2), FieldID(DNSField.dns), FieldID(MQTTField.mqtt),
        FieldID(WebSocketField.webSocket):
        var size = node
        size.field = FieldID(TCPField.pduSize)
        size.depth = tree.nodes[layer].depth + 1
        size.value = UInt64(node.length)
        sizes.append(size)
      case FieldID(WebSocketField.payloadLength) where node.value < 126,
        FieldID(WebSocketField.length16), FieldID(WebSocketField.length64):
        // Its heading is that of the frame alone.
        guard !sizes.isEmpty else { continue }
        sizes[sizes.count - 1].value &+= node.value
        sizes[sizes.count - 1].length = UInt32(clamping: sizes[sizes.count - 1].value)
      default: break
      }
    }
    tree.nodes.insert(contentsOf: sizes, at: start)
  }

  /// Shows octets that are no message's: as data, unless an earlier row brought them, or should have.
  private mutating func plain(_ payload: inout Reader, _ known: KnownSegment, _ layer: Int) {
    let marks = known.facts.marks
    let repeated: TCPMarks = [.retransmission, .spuriousRetransmission, .outOfOrder]
    guard !marks.isDisjoint(with: repeated) else {
      let context = self.context
      if known.conversation.streams.proto != nil {
        explain(whyPlain(known, context), payload.position, payload.remaining, layer)
      }
      return data(&payload, why: whyPlain(known, context))
    }
    guard marks.contains(.retransmission), !context.isCut, !payload.isAtEnd, tree.wants.contains(.nodes)
    else {
      return
    }
    tree.depth = tree.nodes[layer].depth + 1
    tree.add(TCPField.segmentData, at: payload.position, payload.remaining)
    tree.depth = tree.nodes[layer].depth
  }

  /// Says that octets of a protocol that is read here are shown as data, and why.
  private mutating func explain(_ why: @autoclosure () -> String, _ offset: Int, _ count: Int, _ layer: Int) {
    guard count > 0, tree.wants.contains(.nodes) else { return }
    tree.depth = tree.nodes[layer].depth + 1
    tree.add(TCPField.undecoded, text: why(), at: offset, count)
    tree.depth = tree.nodes[layer].depth
  }

  @_lifetime(copy octets)
  private func part(_ octets: RawSpan, _ first: Int, _ count: Int) -> RawSpan? {
    guard first >= 0, count >= 0, first + count <= octets.byteCount else { return nil }
    return octets.extracting(first..<first + count)
  }

  /// The message that ends in a later row and has octets in `range`; nil when there is none.
  private func laterEnding(_ all: [StreamMessage], from first: Int, _ range: Range<Int>) -> StreamMessage? {
    var index = first
    while index < all.count, all[index].start < range.upperBound {
      if all[index].end > range.lowerBound, Int(all[index].unit) != context.row {
        return all[index]
      }
      index += 1
    }
    return nil
  }

  /// Shows octets of a message whose end the capture does not hold.
  private mutating func unfinished(_ range: Range<Int>, _ offset: Int, _ start: Int, _ layer: Int) {
    if tree.wants.contains(.columns) { tree.column.append(" [TCP segment of a reassembled PDU]") }
    guard tree.wants.contains(.nodes) else { return }
    let part = max(start, range.lowerBound)..<range.upperBound
    let at = offset + part.lowerBound - range.lowerBound
    tree.depth = tree.nodes[layer].depth + 1
    tree.add(TCPField.segmentData, at: at, part.count)
    if tree.wants.contains(.derived) {
      tree.add(
        TCPField.undecoded,
        text: "The capture does not hold the end of the message that these octets belong to",
        at: at, part.count)
    }
    tree.depth = tree.nodes[layer].depth
  }

  /// Says in which row a message ends that has octets in `range` of its stream, which stands at `offset`.
  private mutating func reassembledIn(
    _ message: StreamMessage, _ range: Range<Int>, _ offset: Int, _ layer: Int
  ) {
    guard tree.wants.contains(.nodes) else { return }
    tree.depth = tree.nodes[layer].depth + 1
    tree.add(TCPField.reassembledIn, UInt64(message.unit), at: Int(tree.nodes[layer].offset), 0)
    tree.depth = tree.nodes[layer].depth
    segmentData(message, range, offset, layer)
  }

  /// Shows the row's part of a message that other rows carry too.
  private mutating func segmentData(
    _ message: StreamMessage, _ range: Range<Int>, _ offset: Int, _ layer: Int
  ) {
    guard tree.wants.contains(.nodes) else { return }
    let part = range.clamped(to: message.start..<message.end)
    tree.depth = tree.nodes[layer].depth + 1
    tree.add(TCPField.segmentData, at: offset + part.lowerBound - range.lowerBound, part.count)
    tree.depth = tree.nodes[layer].depth
  }

  /// Draws a message that the end of the stream, in this row without octets, completes.
  private mutating func finish(
    _ proto: any StreamProtocol, _ streams: TCPStreams, _ known: KnownSegment, _ layer: Int
  ) {
    guard known.facts.has(1), let last = streams.half(known.facts.side).cutter.messages.last,
      last.unit == context.row
    else { return }
    gathered(last, proto, streams, known.facts.side, layer, ending: context.row)
  }

  /// Draws a message that came in several rows.
  private mutating func gathered(
    _ message: StreamMessage, _ proto: any StreamProtocol, _ streams: TCPStreams, _ side: Side, _ layer: Int,
    ending: Int? = nil
  ) {
    if !tree.wants.contains(.nodes) {
      let before = tree.source
      tree.addSource("Reassembled TCP", [])
      let isListed = proto.list(token: message.token, from: side, into: &tree)
      tree.source = before
      if isListed { return }
      tree.sources.removeLast()
    }
    let half = streams.half(side)
    let octets = streams.octets(side, from: message.start, count: Int(message.count))
    var place = half.piece(at: message.start)
    let before = tree.source
    tree.addSource("Reassembled TCP", octets)
    let group = tree.open(TCPField.segments, at: 0, octets.count)
    var words: [String] = []
    var count: UInt64 = 0
    while place >= 0, place < half.pieces.count, half.pieces[place].start < message.end {
      let row = half.pieces[place].row
      let first = max(half.pieces[place].start, message.start)
      let size = min(half.end(place), message.end) - first
      tree.add(TCPField.segment, UInt64(row), at: first - message.start, size)
      if tree.wants.contains(.labels) { words.append("#\(row)(\(size))") }
      count += 1
      place += 1
    }
    if let ending {
      // The FIN that ends the message counts, as in Wireshark, though it brings no octet.
      tree.add(TCPField.segment, UInt64(ending), at: octets.count, 0)
      if tree.wants.contains(.labels) { words.append("#\(ending)(0)") }
      count += 1
    }
    tree.add(TCPField.segmentCount, count, at: 0, 0)
    tree.add(TCPField.reassembledLength, UInt64(octets.count), at: 0, 0)
    tree.add(TCPField.reassembledData, at: 0, octets.count)
    tree.close(group)
    tree.retitle(
      group, "\(count) Reassembled TCP Segments (\(octets.count) bytes): " + words.joined(separator: ", "))
    proto.draw(octets.raw, base: 0, token: message.token, from: side, into: &tree)
    tree.source = before
  }
}

/// Why octets of a segment are not drawn as a part of a message.
private func whyPlain(_ known: KnownSegment, _ context: FrameContext) -> String {
  let streams = known.conversation.streams
  let half = streams.half(known.facts.side)
  if streams.proto == nil {
    return known.conversation.completeness.value(in: context.row) & 3 == 0
      ? "The capture does not hold the beginning of the connection, and neither the ports nor the first octets "
        + "in it tell a protocol that is read here"
      : "Neither the ports nor the first octets of the connection tell a protocol that is read here"
  }
  if context.isCut { return "The capture holds only the beginning of the segment" }
  if half.cutter.isForeign, !half.hasGap {
    return
      "Octets before these did not follow the protocol that the connection began with, so it is not known "
      + "where its messages begin"
  }
  return "Octets before these are missing in the capture"
}
