import Bytes

extension Analysis {
  /// Writes the columns of a row that is like nearly all others, without going through its layers: a plain packet with a
  /// TCP segment that no mark and no message of a protocol belongs to. Says whether it is such a row.
  func listSegment(
    _ frame: FrameFacts, _ octets: RawSpan, _ outline: Outline, into tree: inout Dissection
  ) -> Bool {
    guard frame.linkType == 1, outline.proto == 6, outline.isPlain, let index = store.segment(frame.row),
      conversations.segments.marks(index).isEmpty, let segment = Segment(octets, outline),
      segment.isOrdinary(octets)
    else { return false }
    let conversation = conversations.conversation(index)
    guard !conversation.accurateECN.isCounting else { return false }
    let side = conversations.segments.side(index)
    let isLow = (side == .client) == conversation.lowIsClient
    var isPart = false
    if segment.length > 0, conversation.streams.proto != nil {
      let message = conversations.segments.message(index)
      guard conversation.streams.isPartOnly(frame.row, side, message) else { return false }
      isPart = true
    }
    let scale = conversation.scale(ofLow: isLow)
    tree.protocolName = "TCP"
    guard tree.wants.contains(.columns) else { return true }
    tree.column.append(ports: segment.sourcePort, segment.destinationPort)
    tree.column.append(" [" as StaticString)
    tree.column.append(tcpFlags: segment.flags)
    tree.column.append(
      sequence: segment.sequence &- conversation.base(ofLow: isLow, in: frame.row),
      acknowledgment: segment.acknowledgment &- conversation.base(ofLow: !isLow, in: frame.row),
      window: Int(segment.window) << max(0, scale))
    tree.column.append(" Len=" as StaticString)
    tree.column.append(UInt64(segment.length))
    if segment.headerLength == 32 {
      let options = segment.payload.lowerBound - 12
      tree.column.append(" TSval=" as StaticString)
      tree.column.append(UInt64(word(octets, options + 4)))
      tree.column.append(" TSecr=" as StaticString)
      tree.column.append(UInt64(word(octets, options + 8)))
    }
    if isPart { tree.column.append(" [TCP segment of a reassembled PDU]" as StaticString) }
    return true
  }
}
