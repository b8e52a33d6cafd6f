import Bytes

/// How the octets of a DATA frame divide into messages of gRPC.
struct GRPCReading {
  /// The octets of the frame that belong to a message begun in earlier frames, and whether they end it.
  var tail = 0
  var endsMessage = false
  /// Where that message stands: in earlier frames, then in this one.
  var parts: [HTTP2Part] = []
  /// Messages that stand in this frame whole.
  var whole = 0..<0
  /// Octets of a message that begins in the frame and does not end there.
  var pending = 0
  /// Whether the beginning of the message could not be read again.
  var isLost = false
}

extension HTTP2Conversation {
  /// Divides the body of a DATA frame. `token` is the frame, `body` what it carries.
  func messages(_ token: UInt32, _ body: RawSpan, _ side: Side) -> GRPCReading {
    var reading = GRPCReading()
    let before = Int(records[Int(token)].pending)
    var at = 0
    if before > 0, !records[Int(token)].endsMessage {
      // A message in very many frames is not gone through again with each of them.
      reading.tail = body.byteCount
      return reading
    }
    if before > 0 {
      guard let parts = pendingParts(token, before, side), let prefix = prefix(parts, side) else {
        reading.isLost = true
        return reading
      }
      var octets = prefix
      for i in 0..<min(body.byteCount, max(0, 5 - octets.count)) { octets.append(body[octet: i]) }
      let size = octets.count < 5 ? Int.max : 5 + Int(word(octets.raw, 1))
      reading.tail = min(size - before, body.byteCount)
      reading.endsMessage = before + reading.tail == size
      at = reading.tail
      reading.parts = parts
      split(&reading.parts, token: token, tail: reading.tail)
      guard reading.endsMessage else { return reading }
    }
    let start = at
    while body.byteCount - at >= 5 {
      let size = 5 + Int(word(body, at + 1))
      if body.byteCount - at < size { break }
      at += size
    }
    reading.whole = start..<at
    reading.pending = body.byteCount - at
    return reading
  }

  /// Adds this frame's octets. Where the prefix of five octets ends inside a frame, Wireshark counts two parts.
  private func split(_ parts: inout [HTTP2Part], token: UInt32, tail: Int) {
    parts.append(HTTP2Part(frame: token, start: 0, count: tail))
    guard let first = parts.first, first.count < 5 else { return }
    var sum = 0
    for (index, part) in parts.enumerated() {
      if sum < 5, sum + part.count > 5, index > 0 {
        let head = 5 - sum
        parts[index].count = head
        parts.insert(
          HTTP2Part(frame: part.frame, start: part.start + head, count: part.count - head), at: index + 1)
        return
      }
      sum += part.count
    }
  }

  /// The parts of earlier frames that hold the last `count` octets before a frame.
  private func pendingParts(_ token: UInt32, _ count: Int, _ side: Side) -> [HTTP2Part]? {
    var parts: [HTTP2Part] = []
    var missing = count
    var frame = records[Int(token)].link
    while missing > 0 {
      guard frame != HTTP2Record.none, let part = dataPart(frame, side) else { return nil }
      let taken = min(missing, part.count)
      if taken > 0 { parts.append(HTTP2Part(frame: frame, start: part.count - taken, count: taken)) }
      missing -= taken
      frame = records[Int(frame)].link
    }
    return parts.reversed()
  }

  /// The first five octets of parts, or all when they are fewer.
  private func prefix(_ parts: [HTTP2Part], _ side: Side) -> [UInt8]? {
    var out: [UInt8] = []
    for part in parts where out.count < 5 {
      let wanted = min(part.count, 5 - out.count)
      let octets = octets(of: HTTP2Part(frame: part.frame, start: part.start, count: wanted), side)
      guard octets.count == wanted else { return nil }
      out += octets
    }
    return out
  }
}
