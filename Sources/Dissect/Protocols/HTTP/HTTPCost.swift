import Bytes

/// Where the data of a chunked message stands: found once for all the rows that carry a part of it.
struct HTTPChunkMap {
  /// Where the message begins in its direction's stream, and the direction.
  var start: Int
  var side: Side
  /// Octets of the head, and the data of each chunk, both counted from the message's first octet.
  var head: Int
  var data: [Range<Int>] = []
  /// Whether the body is chunked: if not, all behind the head is data.
  var isChunked: Bool
}

extension HTTPConversation {
  func account(
    _ message: StreamMessage, _ part: Range<Int>, of side: Side, _ source: any OctetSource,
    into cost: inout RowCost
  ) {
    switch kind(of: message.token) {
    case .tunnel:
      var inner = message
      inner.token >>= 2
      guard let tunnel else { return cost.payload += part.count }
      tunnel.account(inner, part, of: side, source, into: &cost)
    case .event: chunk(message, part, side, source, &cost)
    case .request, .response:
      let map = chunkMap(message, side, source)
      let head = part.common(0..<map.head)
      cost.headers += head
      guard map.isChunked else { return cost.payload += part.count - head }
      var low = 0
      var high = map.data.count
      while low < high {
        let middle = (low + high) / 2
        if map.data[middle].upperBound <= part.lowerBound { low = middle + 1 } else { high = middle }
      }
      var data = 0
      while low < map.data.count, map.data[low].lowerBound < part.upperBound {
        data += part.common(map.data[low])
        low += 1
      }
      cost.payload += data
      cost.framing += part.count - head - data
    }
  }

  /// A piece of an event stream: a chunk, or events alone.
  private func chunk(
    _ message: StreamMessage, _ part: Range<Int>, _ side: Side, _ source: any OctetSource,
    _ cost: inout RowCost
  ) {
    guard events[Int(message.token >> 2)].isChunk else { return cost.payload += part.count }
    let data = Self.data(at: 0, of: message, side, source)
    let count = data.map { part.common($0.data) } ?? 0
    cost.payload += count
    cost.framing += part.count - count
  }

  /// The data of the chunk that begins at `at` in a message; nil for the last chunk and what is none.
  private static func data(
    at: Int, of message: StreamMessage, _ side: Side, _ source: any OctetSource
  ) -> (data: Range<Int>, end: Int)? {
    // Most size lines are short; extensions make long ones.
    for room in [24, 4096] where at < Int(message.count) {
      let octets = source.octets(side, from: message.start + at, count: min(room, Int(message.count) - at))
      guard let line = HTTPHead.line(octets.raw, 0) else { continue }
      guard let size = HTTPChunk.size(octets.raw, line.text), size > 0 else { return nil }
      let start = at + line.end
      return (start..<start + size, start + size + 2)
    }
    return nil
  }

  private func chunkMap(_ message: StreamMessage, _ side: Side, _ source: any OctetSource) -> HTTPChunkMap {
    if let known = lastChunkMap, known.start == message.start, known.side == side { return known }
    var map = HTTPChunkMap(start: message.start, side: side, head: Int(message.count), isChunked: false)
    for room in [4096, HTTPHead.limit] {
      let octets = source.octets(side, from: message.start, count: min(room, Int(message.count)))
      guard let head = HTTPHead(octets.raw) else { continue }
      map.head = head.end
      let place = Int(message.token >> 2)
      var method = HTTPMethodKind.other
      if head.isResponse, place < responses.count, let request = responses[place].request {
        method = requests[request].method
      }
      map.isChunked = HTTPBody(head, octets.raw, method: method) == .chunked
      break
    }
    var at = map.head
    while map.isChunked, let chunk = Self.data(at: at, of: message, side, source) {
      map.data.append(chunk.data)
      at = chunk.end
    }
    lastChunkMap = map
    return map
  }
}

extension WebSocketConversation {
  func account(
    _ message: StreamMessage, _ part: Range<Int>, of side: Side, _ source: any OctetSource,
    into cost: inout RowCost
  ) {
    let head = source.octets(side, from: message.start, count: 14)
    guard let frame = try? WebSocketFrame(head.raw), !frame.isControl else {
      return cost.framing += part.count
    }
    let header = part.common(0..<frame.headerLength)
    cost.framing += header
    cost.payload += part.count - header
  }
}
