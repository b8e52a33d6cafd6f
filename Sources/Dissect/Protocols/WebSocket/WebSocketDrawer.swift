import Bytes

/// Draws one WebSocket frame, and the message that it completes, into a tree that it owns meanwhile.
struct WebSocketDrawer {
  var tree: Dissection
  let conversation: WebSocketConversation
  /// Where the frame begins in the current source.
  let base: Int
  let side: Side

  mutating func frame(_ pdu: RawSpan, note: Int?) {
    tree.depth = 0
    guard let frame = try? WebSocketFrame(pdu) else {
      tree.add(WebSocketField.webSocket, at: base, pdu.byteCount)
      return
    }
    columns(frame)
    guard tree.wants.contains(.nodes) else { return }
    let layer = tree.open(WebSocketField.webSocket, at: base, frame.headerLength)
    header(frame)
    violations(frame)
    let source = tree.source
    if frame.length > 0 || note != nil { payload(frame, pdu, note) }
    tree.close(layer)
    body(frame, pdu, note, of: source)
    tree.source = source
    tree.depth = 0
  }

  /// Each frame of a row replaces what the one before said, as in Wireshark.
  private mutating func columns(_ frame: WebSocketFrame) {
    tree.protocolName = "WebSocket"
    guard tree.wants.contains(.columns) else { return }
    tree.column.removeAll()
    tree.column.append("WebSocket ")
    tree.column.append(webSocketOpcode(UInt64(frame.opcode)).literal)
    tree.column.append(frame.isFinal ? " [FIN] " : "[FRAGMENT]  ")
    if frame.key != nil { tree.column.append("[MASKED]") }
  }

  private mutating func header(_ frame: WebSocketFrame) {
    tree.add(WebSocketField.fin, frame.isFinal ? 1 : 0, at: base, 1)
    tree.add(WebSocketField.reserved, UInt64(frame.reserved), at: base, 1)
    if conversation.isDeflated {
      tree.add(WebSocketField.compressed, frame.isCompressed ? 1 : 0, at: base, 1)
    }
    tree.add(WebSocketField.opcode, UInt64(frame.opcode), at: base, 1)
    tree.add(WebSocketField.mask, frame.key == nil ? 0 : 1, at: base + 1, 1)
    tree.add(WebSocketField.payloadLength, UInt64(frame.shortLength), at: base + 1, 1)
    if frame.shortLength == 126 { tree.add(WebSocketField.length16, UInt64(frame.length), at: base + 2, 2) }
    if frame.shortLength == 127 { tree.add(WebSocketField.length64, UInt64(frame.length), at: base + 2, 8) }
    if frame.key != nil { tree.add(WebSocketField.maskingKey, at: base + frame.headerLength - 4, 4) }
  }

  private mutating func violations(_ frame: WebSocketFrame) {
    var found: [String] = []
    if side == .client, frame.key == nil { found.append("a client must mask its frames") }
    if side == .server, frame.key != nil { found.append("a server must not mask its frames") }
    if frame.isControl, !frame.isFinal { found.append("a control frame must not be a part of a message") }
    if frame.isControl, frame.length > 125 { found.append("a control frame carries 125 octets at most") }
    let known: UInt8 = conversation.isDeflated && !frame.isControl && frame.opcode != 0 ? 4 : 0
    if frame.reserved & ~known != 0 { found.append("a reserved bit is set that no extension defines") }
    for words in found { tree.add(WebSocketField.violation, text: words, at: base, 2) }
  }

  /// Draws what the frame carries, without that of earlier frames.
  private mutating func payload(_ frame: WebSocketFrame, _ pdu: RawSpan, _ note: Int?) {
    let start = base + frame.headerLength
    guard frame.length > 0 else { return }
    if frame.key != nil {
      tree.add(WebSocketField.maskedPayload, at: start, frame.length)
      let plain = frame.payload(pdu)
      tree.addSource("Unmasked data", plain)
      carried(frame, plain.raw, base: 0, note)
    } else {
      carried(frame, pdu.extracting(frame.headerLength..<pdu.byteCount), base: start, note)
    }
  }

  private mutating func carried(_ frame: WebSocketFrame, _ bytes: RawSpan, base at: Int, _ note: Int?) {
    let count = bytes.byteCount
    let group = tree.open(WebSocketField.payload, at: at, count)
    defer { tree.close(group) }
    switch frame.opcode {
    case 0 where !frame.isFinal: tree.add(WebSocketField.continuation, at: at, count)
    case 1 where frame.isFinal && note == nil: tree.add(WebSocketField.text, at: at, count)
    case 0, 1, 2: break
    case 8: close(bytes, at)
    case 9: tree.add(WebSocketField.ping, at: at, count)
    case 10: tree.add(WebSocketField.pong, at: at, count)
    default:
      tree.add(WebSocketField.unknown, at: at, count)
      tree.add(WebSocketField.unknownNote, at: at, 0)
    }
  }

  private mutating func close(_ bytes: RawSpan, _ at: Int) {
    let group = tree.open(WebSocketField.close, at: at, bytes.byteCount)
    defer { tree.close(group) }
    var reader = Reader(bytes, base: at)
    guard let code = try? reader.read(UInt16.self) else {
      tree.add(WebSocketField.violation, text: "a close code takes two octets", at: at, bytes.byteCount)
      return
    }
    tree.add(WebSocketField.closeCode, UInt64(code), at: at, 2)
    if !reader.isAtEnd { tree.add(WebSocketField.closeReason, at: at + 2, reader.remaining) }
  }

  /// Draws the message that the frame completes; `source` holds the frame, the current one what it carries.
  private mutating func body(
    _ frame: WebSocketFrame, _ pdu: RawSpan, _ note: Int?, of source: UInt8
  ) {
    guard frame.isFinal, !frame.isControl else { return }
    guard let note else {
      guard frame.length > 0, frame.opcode < 3 else { return }
      let isMasked = frame.key != nil
      let plain = frame.payload(pdu)
      return content(frame.opcode, plain.raw, base: isMasked ? 0 : base + frame.headerLength)
    }
    let half = Int(side.rawValue)
    (tree.depth, tree.source) = (1, source)
    defer { tree.depth = 0 }
    let first = Int(conversation.notes[half][note].start)
    guard let message = conversation.message(note, half, last: pdu) else {
      tree.add(
        WebSocketField.undecoded, text: "earlier parts of the message can't be read again", at: base,
        pdu.byteCount)
      return
    }
    if frame.opcode == 0, first == note {
      tree.add(
        WebSocketField.violation, text: "a continuation without a message that it continues", at: base, 1)
    }
    if first < note { fragments(first...note, half, message.sizes) }
    guard conversation.notes[half][note].isCompressed else {
      if first < note { tree.addSource("Reassembled websocket Fragments", message.payload) }
      if message.opcode == 1, !message.payload.isEmpty {
        tree.add(WebSocketField.text, at: 0, message.payload.count)
      }
      return content(message.opcode, message.payload.raw, base: 0)
    }
    guard let inflated = conversation.inflate(message.payload, note: note, half) else {
      tree.add(
        WebSocketField.undecoded, text: "messages that this one refers to can't be read again", at: base,
        pdu.byteCount)
      return
    }
    // Without an end mark a message is always "short": zlib waits for the next one.
    if inflated.end == .broken { tree.add(WebSocketField.decompressionFailed, at: base, 0) }
    if inflated.end == .cut {
      tree.add(
        WebSocketField.undecoded, text: "more than \(Unpacking.limit >> 20) MiB come out of it", at: base, 0)
    }
    tree.add(WebSocketField.inflatedLength, UInt64(inflated.bytes.count), at: base, 0)
    guard !inflated.bytes.isEmpty else { return }
    tree.addSource("Decompressed payload", inflated.bytes)
    if message.opcode == 1 { tree.add(WebSocketField.text, at: 0, inflated.bytes.count) }
    content(message.opcode, inflated.bytes.raw, base: 0)
  }

  private mutating func fragments(_ range: ClosedRange<Int>, _ half: Int, _ sizes: [Int]) {
    let notes = conversation.notes[half][range]
    let total = sizes.reduce(0, +)
    let group = tree.open(WebSocketField.fragments, at: base, 0)
    let parts = zip(notes, sizes).map { "#\($0.row)(\($1))" }.joined(separator: ", ")
    tree.retitle(group, "\(sizes.count) Reassembled websocket Fragments (\(total) bytes): \(parts)")
    for note in notes { tree.add(WebSocketField.fragment, UInt64(note.row), at: base, 0) }
    tree.add(WebSocketField.fragmentCount, UInt64(sizes.count), at: base, 0)
    tree.add(WebSocketField.reassembledLength, UInt64(total), at: base, 0)
    tree.close(group)
  }

  /// Draws the message itself as layers of their own.
  private mutating func content(_ opcode: UInt8, _ bytes: RawSpan, base at: Int) {
    guard !bytes.isEmpty else { return }
    tree.depth = 0
    if opcode == 1 { tree.textLines(bytes, base: at, type: bytes.extracting(0..<0)) }
    if opcode == 2 { tree.octets(bytes.byteCount, base: at) }
  }
}
