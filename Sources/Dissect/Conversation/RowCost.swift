/// What the octets of a frame are for. Each counts once, so the parts make the frame.
struct RowCost: Equatable {
  /// Ethernet or another link: its header, what fills a short frame, and all of a frame that is no packet of IP.
  var link = 0
  /// IP and its extensions; ARP.
  var network = 0
  /// TCP, UDP or ICMP.
  var transport = 0
  /// TLS: headers of records, nonces, tags, padding, and records that are not for the application.
  var tls = 0
  /// What the application's protocol adds around messages: headers of frames, sizes of chunks, frames of control.
  var framing = 0
  /// Heads of HTTP/1, and header blocks of HTTP/2 as they are compressed.
  var headers = 0
  /// What the application has to say, and sealed octets that nobody could open.
  var payload = 0
  /// Octets of a stream that an earlier row brought.
  var again = 0

  /// Octets of the frame on the wire.
  var total: Int { link + network + transport + tls + framing + headers + payload + again }
}

extension StreamProtocol {
  /// Where nothing is known of a protocol's parts, all is payload.
  func account(
    _ message: StreamMessage, _ part: Range<Int>, of side: Side, _ source: any OctetSource,
    into cost: inout RowCost
  ) {
    cost.payload += part.count
  }
}

extension StreamCutter {
  /// Says what the octets in `range` of the stream are for; those of a message that is not whole yet are payload.
  func account(
    _ range: Range<Int>, _ proto: any StreamProtocol, of side: Side, _ source: any OctetSource,
    into cost: inout RowCost
  ) {
    var at = range.lowerBound
    var next = index(at: at)
    while next < messages.count, messages[next].start < range.upperBound {
      let message = messages[next]
      let part = max(at, message.start)..<min(range.upperBound, message.end)
      cost.payload += part.lowerBound - at
      if !part.isEmpty {
        proto.account(
          message, part.lowerBound - message.start..<part.upperBound - message.start, of: side, source,
          into: &cost)
      }
      at = part.upperBound
      next += 1
    }
    cost.payload += range.upperBound - at
  }
}

extension Range<Int> {
  /// How many of these numbers are in `other`.
  func common(_ other: Range<Int>) -> Int { clamped(to: other).count }
}
