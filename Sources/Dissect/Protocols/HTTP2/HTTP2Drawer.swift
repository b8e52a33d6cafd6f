import Bytes

extension HTTP2Conversation {
  func draw(_ pdu: RawSpan, base: Int, token: UInt32, from side: Side, into tree: inout Dissection) {
    guard Int(token) < records.count else { return }
    let drawer = HTTP2Drawer(
      conversation: self, record: records[Int(token)], token: token, side: side, base: base)
    drawer.draw(pdu, into: &tree)
  }

  func list(token: UInt32, from side: Side, into tree: inout Dissection) -> Bool {
    let place = Int(token)
    guard place < records.count, records[place].isPlainData, records[place].stream != HTTP2Record.none,
      streams[Int(records[place].stream)][side].kind != .grpc, carried[records[place].stream] == nil
    else { return false }
    let drawer = HTTP2Drawer(conversation: self, record: records[place], token: token, side: side, base: 0)
    drawer.listData(streams[Int(records[place].stream)], &tree)
    return true
  }

  /// A frame that was received earlier, read again; nil if its octets can't be had.
  func frame(_ token: UInt32, _ side: Side) -> [UInt8]? {
    guard let octets, Int(token) < records.count else { return nil }
    let start = records[Int(token)].offset
    let head = octets.octets(side, from: start, count: HTTP2FrameHeader.size)
    guard let header = HTTP2FrameHeader(head.raw) else { return nil }
    let size = HTTP2FrameHeader.size + header.length
    let bytes = octets.octets(side, from: start, count: size)
    return bytes.count == size ? bytes : nil
  }
}

/// Draws one frame.
struct HTTP2Drawer {
  let conversation: HTTP2Conversation
  let record: HTTP2Record
  let token: UInt32
  let side: Side
  /// Where the frame begins in the tree's current source.
  let base: Int

  /// The stream; nil for frames of the connection, and of streams that nobody began.
  var stream: HTTP2Stream? {
    record.stream == HTTP2Record.none ? nil : conversation.streams[Int(record.stream)]
  }

  func draw(_ pdu: RawSpan, into tree: inout Dissection) {
    tree.depth = 0
    let source = tree.source
    let layer = tree.open(HTTP2Field.http2, at: base, pdu.byteCount)
    let node = tree.open(HTTP2Field.stream, at: base, pdu.byteCount)
    beginColumn(&tree)
    guard let header = HTTP2FrameHeader(pdu), !(side == .client && conversation.isPreface(pdu)) else {
      tree.add(HTTP2Field.magic, at: base, pdu.byteCount)
      if tree.wants.contains(.columns) { tree.column.append("Magic") }
      tree.retitle(node, "Stream: Magic")
      tree.close(node)
      return tree.close(layer)
    }
    let name = http2FrameType(UInt64(header.type))
    tree.add(HTTP2Field.length, UInt64(header.length), at: base, 3)
    tree.add(HTTP2Field.type, UInt64(header.type), at: base + 3, 1)
    flags(header, &tree)
    tree.add(HTTP2Field.reserved, UInt64(word(pdu, 5) >> 31), at: base + 5, 4)
    tree.add(HTTP2Field.streamID, UInt64(header.stream), at: base + 5, 4)
    column(header.type, header.stream, &tree)
    let words = payload(header, pdu, &tree)
    if record.fault != .none { tree.add(HTTP2Field.violation, text: record.fault.words, at: base, 0) }
    if stream != nil, header.type < 10, 0b10_0010_1011 & (1 << header.type) != 0 {
      tree.add(HTTP2Field.state, UInt64(record.state.rawValue), at: base, 0)
    }
    tree.retitle(
      node,
      words:
        "Stream: \(name ?? "Unknown type (\(header.type))"), Stream ID: \(header.stream), Length \(header.length)\(words)"
    )
    tree.close(node)
    tree.close(layer)
    tree.source = source
    if header.type == 0, let stream, let content = header.content(pdu) {
      switch stream[side].kind {
      case .grpc:
        messages(
          pdu.extracting(content.range), at: base + content.range.lowerBound, stream, &tree)
      case .plain:
        if header.endsStream, !content.range.isEmpty || record.link != HTTP2Record.none {
          bodyWords(stream, &tree)
        }
      case .tunnel: break
      }
      if tree.wants.contains(.nodes), let carried = conversation.carried[record.stream] {
        carried.draw(
          pdu.extracting(content.range), at: base + content.range.lowerBound, frame: token, from: side,
          into: &tree)
      }
    } else if endsBody(header), let stream, !stream[side].hasInterim {
      bodyWords(stream, &tree)
    }
    tree.source = source
  }

  /// The columns of a DATA frame.
  fileprivate func listData(_ stream: HTTP2Stream, _ tree: inout Dissection) {
    beginColumn(&tree)
    column(0, stream.id, &tree)
    if stream[side].kind == .plain, record.endsBody { bodyWords(stream, &tree) }
  }

  /// `DATA[1]` in the info column.
  private func column(_ type: UInt8, _ stream: UInt32, _ tree: inout Dissection) {
    guard tree.wants.contains(.columns) else { return }
    if let name = http2FrameType(UInt64(type)) {
      tree.column.append(name)
    } else {
      tree.column.append("Unknown type (")
      tree.column.append(UInt64(type))
      tree.column.append(octet: 41)
    }
    tree.column.append(octet: 91)
    tree.column.append(UInt64(stream))
    tree.column.append(octet: 93)
  }

  /// Whether the frame is the trailers of a body, which then is whole.
  func endsBody(_ header: HTTP2FrameHeader) -> Bool {
    // Not again and again, when the stream is ended more than once.
    guard header.type == 1, header.endsStream, record.fault != .afterEnd, let half = stream?[side] else {
      return false
    }
    return half.kind == .plain && half.lastData != HTTP2Record.none
  }

  /// Clears what other protocols said of the row, or goes on behind what stands there of this one.
  private func beginColumn(_ tree: inout Dissection) {
    // The answer to an Upgrade may stand in the same row.
    if isOurs(tree.protocolName) || tree.protocolName == "HTTP" {
      if tree.wants.contains(.columns) { tree.column.append(", ") }
      if tree.protocolName != "HTTP2" { nameProtocol("HTTP2", &tree) }
    } else {
      tree.column.removeAll()
      tree.protocolName = "HTTP2"
    }
  }

  private func isOurs(_ name: String) -> Bool {
    name == "HTTP2" || name == "GRPC" || name.hasPrefix("HTTP2") || name.hasPrefix("GRPC")
  }

  /// Writes the protocol column as Wireshark does: gRPC's name stays, whatever comes behind it; and once a message
  /// that other rows began is drawn, the rest of the row changes the column no more.
  func nameProtocol(_ name: String, from source: UInt8? = nil, _ tree: inout Dissection) {
    if tree.sources.count > 1, !isReassembled(tree.sources[Int(source ?? tree.source)]),
      tree.sources.contains(where: isReassembled)
    {
      return
    }
    var kept = ""
    var rest = tree.protocolName[...]
    while rest.hasPrefix("GRPC") {
      let word = rest.hasPrefix("GRPC-Web") ? "GRPC-Web" : "GRPC"
      kept += word
      rest = rest.dropFirst(word.utf8.count)
    }
    tree.protocolName = kept + name
  }

  private func isReassembled(_ source: DataSource) -> Bool {
    source.name == "Reassembled TCP" || source.name == "Reassembled TLS"
  }

  private func flags(_ header: HTTP2FrameHeader, _ tree: inout Dissection) {
    let group = tree.open(HTTP2Field.flags, at: base + 4, 1)
    tree.set(group, UInt64(header.flags))
    let (unused, mask): (HTTP2Field, UInt8) =
      switch header.type {
      case 0: (.unusedData, 0xF6)
      case 1: (.unusedHeaders, 0xD2)
      case 4: (.unusedSettings, 0xFE)
      case 5: (.unusedPushPromise, 0xF3)
      case 6: (.unusedPing, 0xFE)
      case 9: (.unusedContinuation, 0xFB)
      default: (.unused, 0xFF)
      }
    tree.add(
      unused, UInt64((header.flags & mask) >> UInt8(mask.trailingZeroBitCount)), at: base + 4, 1)
    func bit(_ field: HTTP2Field, _ flag: UInt8) {
      tree.add(field, header.has(flag) ? 1 : 0, at: base + 4, 1)
    }
    switch header.type {
    case 0:
      bit(.padded, 8)
      bit(.endStream, 1)
    case 1:
      bit(.priority, 0x20)
      bit(.padded, 8)
      bit(.endHeaders, 4)
      bit(.endStream, 1)
    case 4: bit(.ackSettings, 1)
    case 5:
      bit(.padded, 8)
      bit(.endHeaders, 4)
    case 6: bit(.ackPing, 1)
    case 9:
      bit(.padded, 8)
      bit(.endHeaders, 4)
    default: break
    }
    tree.close(group)
  }

  /// Draws the payload. Returns what the heading says more.
  private func payload(_ header: HTTP2FrameHeader, _ pdu: RawSpan, _ tree: inout Dissection) -> String {
    switch header.type {
    case 0: return data(header, pdu, &tree)
    case 1, 5, 9: return headerBlock(header, pdu, &tree)
    default:
      var reader = Reader(pdu, base: base)
      do throws(ReadError) {
        try reader.skip(HTTP2FrameHeader.size)
        try control(header, &reader, &tree)
      } catch {
        malformed("the frame is too short for its type", &tree)
      }
      return ""
    }
  }

  func malformed(_ why: String, _ tree: inout Dissection) {
    tree.add(HTTP2Field.malformed, text: why, at: base, 0)
    if tree.wants.contains(.columns) { tree.column.append("[Malformed Packet]") }
  }

  /// The field of padding's length, and the same as a number without octets.
  func padding(_ header: HTTP2FrameHeader, _ count: Int, _ tree: inout Dissection) {
    if header.isPadded { tree.add(HTTP2Field.padding, UInt64(count), at: base + 9, 1) }
    tree.add(HTTP2Field.padLength, UInt64(count), at: base + (header.isPadded ? 10 : 9), 0)
  }

  /// What may still be sent in the direction that the frame changed.
  func windows(of sender: Side, hasStream: Bool, _ tree: inout Dissection) {
    tree.add(HTTP2Field.windowOwner, UInt64(sender.rawValue), at: base, 0)
    tree.add(
      HTTP2Field.connectionWindow, UInt64(bitPattern: Int64(record.connectionWindow)), at: base, 0)
    if hasStream {
      tree.add(HTTP2Field.streamWindow, UInt64(bitPattern: Int64(record.streamWindow)), at: base, 0)
    }
  }
}
