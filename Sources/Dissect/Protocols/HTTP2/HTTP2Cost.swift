import Bytes

extension HTTP2Conversation {
  func account(
    _ message: StreamMessage, _ part: Range<Int>, of side: Side, _ source: any OctetSource,
    into cost: inout RowCost
  ) {
    // The header, and what may stand between it and the content: lengths of padding, priorities, promised streams.
    let head = source.octets(side, from: message.start, count: HTTP2FrameHeader.size + 1)
    guard let header = HTTP2FrameHeader(head.raw), head.count > HTTP2FrameHeader.size || header.length == 0,
      message.start > 0 || side == .server || head[0] != HTTP2FrameHeader.preface[0]
    else { return cost.framing += part.count }
    // A frame of no octets has none that says how much it is padded.
    let padding = header.isPadded && header.length > 0 ? Int(head[HTTP2FrameHeader.size]) : 0
    let start =
      HTTP2FrameHeader.size + (header.isPadded ? 1 : 0) + (header.type == 1 && header.has(0x20) ? 5 : 0)
      + (header.type == 5 ? 4 : 0)
    let end = max(start, HTTP2FrameHeader.size + header.length - padding)
    let content = part.common(start..<end)
    switch header.type {
    case 0: cost.payload += content
    case 1, 5, 9: cost.headers += content
    default: return cost.framing += part.count
    }
    cost.framing += part.count - content
  }
}
