import Bytes

extension HTTP2Drawer {
  /// Draws what of a DATA frame belongs to messages that other frames hold too.
  func messageSegments(
    _ header: HTTP2FrameHeader, _ body: RawSpan, at place: Int, _ half: HTTP2HalfStream,
    _ tree: inout Dissection
  ) {
    let reading = conversation.messages(token, body, side)
    if reading.isLost {
      tree.add(
        HTTP2Field.unread, text: "the beginning of the message can't be read again", at: place,
        body.byteCount)
      return
    }
    if reading.tail > 0 {
      let row = reading.endsMessage ? record.row : conversation.messageEnds[token]
      if let row { tree.add(HTTP2Field.reassembledIn, UInt64(row), at: base, 0) }
      tree.add(HTTP2Field.segment, at: place, reading.tail)
    }
    let rest = body.byteCount - max(reading.tail, reading.whole.upperBound)
    if rest > 0 {
      if let row = conversation.messageEnds[token] {
        tree.add(HTTP2Field.reassembledIn, UInt64(row), at: base, 0)
      }
      tree.add(HTTP2Field.segment, at: place + body.byteCount - rest, rest)
    }
    if header.endsStream, half.lastData == token, half.pending > 0 {
      let missing = (half.pending < 5 ? 5 : Int(half.wanted)) - Int(half.pending)
      tree.add(
        HTTP2Field.reassemblyError,
        text: "Reassembling HTTP2 body for subdissector failed, \(missing) bytes "
          + "are missing before END_STREAM.", at: base, 0)
    }
  }

  /// Draws the messages that end in a DATA frame, behind the frame.
  func messages(
    _ body: RawSpan, at place: Int, _ stream: HTTP2Stream, _ tree: inout Dissection
  ) {
    let reading = conversation.messages(token, body, side)
    if reading.isLost { return }
    let call = GRPCCall(conversation: conversation, stream: stream, side: side)
    let source = tree.source
    if reading.endsMessage {
      let length = reading.parts.reduce(0) { $0 + $1.count }
      tree.depth = 1
      let named = fragments(reading.parts, length, &tree)
      tree.depth = 0
      if length <= HTTP2Conversation.mostBody {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(length)
        for part in reading.parts {
          bytes +=
            part.frame == token
            ? body.extracting(part.start..<part.start + part.count).copied()
            : conversation.octets(of: part, side)
        }
        if bytes.count == length {
          tree.addSource("Reassembled body", bytes)
          locate(reading.parts, named, &tree)
          tree.depth = 2
          tree.add(HTTP2Field.reassembledData, at: 0, length)
          tree.depth = 0
          nameProtocol(call.name, from: source, &tree)
          guard call.draw(bytes.raw, at: 0, &tree) else { return malformedMessage(&tree) }
        }
      } else {
        tree.add(
          HTTP2Field.unread, text: "a message of \(length) octets is not put together", at: base, 0)
      }
      tree.source = source
    }
    if !reading.whole.isEmpty {
      nameProtocol(call.name, from: source, &tree)
      guard
        call.draw(body.extracting(reading.whole), at: place + reading.whole.lowerBound, &tree)
      else { return malformedMessage(&tree) }
    }
    if reading.pending > 0, tree.wants.contains(.columns) {
      tree.column.append(" [HTTP2 segment of a reassembled PDU]")
    }
  }

  private func malformedMessage(_ tree: inout Dissection) {
    if tree.wants.contains(.columns) { tree.column.append("[Malformed Packet]") }
  }
}

/// Draws messages of one call.
struct GRPCCall {
  let conversation: HTTP2Conversation
  let stream: HTTP2Stream
  let side: Side
  /// As the columns and headings name it.
  let name: String
  private let type: [UInt8]

  init(conversation: HTTP2Conversation, stream: HTTP2Stream, side: Side) {
    self.conversation = conversation
    self.stream = stream
    self.side = side
    type = HTTP2Media.plain(conversation.texts.all[Int(stream[side].contentType)])
    name = type.starts(with: "application/grpc-web".utf8) ? "GRPC-Web" : "GRPC"
  }

  /// Whether Wireshark takes a body of this type for gRPC.
  static func isCall(_ type: [UInt8]) -> Bool {
    let plain = HTTP2Media.plain(type)
    return ["", "+proto", "+json", "-web", "-web+proto"].contains {
      plain.elementsEqual("application/grpc\($0)".utf8)
    }
  }

  private static let jsonType = Array("application/grpc+json".utf8)

  private var path: String {
    Clean.text(String(decoding: conversation.texts.all[Int(stream.path)], as: UTF8.self))
  }

  /// Draws messages that are there whole. Returns false where Wireshark would give up the frame.
  func draw(_ bytes: RawSpan, at place: Int, _ tree: inout Dissection) -> Bool {
    if tree.wants.contains(.columns) {
      tree.column.append(name == "GRPC" ? " (GRPC)" : " (GRPC-Web)")
    }
    var at = 0
    while bytes.byteCount - at >= 5 {
      let count = Int(word(bytes, at + 1))
      guard bytes.byteCount - at - 5 >= count else { break }
      let data = bytes.extracting(at + 5..<at + 5 + count)
      guard message(bytes[octet: at], data, at: place + at, &tree) else { return false }
      at += 5 + count
    }
    return true
  }

  private func message(_ flags: UInt8, _ data: RawSpan, at place: Int, _ tree: inout Dissection) -> Bool {
    tree.depth = 0
    let layer = tree.open(GRPCField.grpc, at: place, 5 + data.byteCount)
    let direction = side == .client ? "Request" : "Response"
    tree.retitle(
      layer, "\(name) Message: \(path), \(direction)\(flags & 128 == 0 ? "" : " (Trailer)")")
    tree.add(GRPCField.frameType, UInt64(flags >> 7), at: place, 1)
    tree.add(GRPCField.compressed, UInt64(flags & 1), at: place, 1)
    tree.add(GRPCField.messageLength, UInt64(data.byteCount), at: place + 1, 4)
    guard flags & 1 != 0, data.byteCount > 0 else {
      if data.byteCount > 0 { tree.add(GRPCField.messageData, at: place + 5, data.byteCount) }
      tree.close(layer)
      return data.byteCount == 0 || content(flags, data, at: place + 5, &tree)
    }
    let source = tree.source
    let plain = unpacked(data, at: place + 5, &tree)
    tree.close(layer)
    guard let plain else { return true }
    guard plain.bytes.count <= Dissection.mostDrawn / 4 else {
      tree.depth = 0
      if tree.wants.contains(.nodes) {
        tree.octets(
          plain.bytes.count, base: 0,
          why: "what was packed is taken apart up to \(Dissection.mostDrawn >> 12) KiB")
      }
      tree.source = source
      return true
    }
    let columns = (tree.column, tree.protocolName)
    let isFine = content(flags, plain.bytes.raw, at: 0, &tree)
    tree.source = source
    if plain.isTold { return isFine }
    // Wireshark does not unpack it and says nothing of it.
    (tree.column, tree.protocolName) = columns
    return true
  }

  /// Unpacks a message and makes what comes out the current source; nil, and why, if nothing does.
  private func unpacked(_ data: RawSpan, at place: Int, _ tree: inout Dissection)
    -> (bytes: [UInt8], isTold: Bool)?
  {
    let value = conversation.texts.all[Int(stream[side].encoding)]
    let name = Clean.text(String(decoding: value, as: UTF8.self))
    // Wireshark knows two of the names, and only in lower case.
    let isTold = value.elementsEqual("gzip".utf8) || value.elementsEqual("deflate".utf8)
    let group = tree.open(
      GRPCField.encoded, at: place, data.byteCount,
      text: "Message-encoded entity body (\(name)): \(data.byteCount) bytes")
    guard case .known(let codings) = ContentCodings(value.raw), tree.sources.count < 250,
      let plain = tree.unpack(data, codings), !plain.bytes.isEmpty || plain.end == .whole
    else {
      let why =
        switch ContentCodings(value.raw) {
        case .none: "it is compressed, and no grpc-encoding says how"
        case .unknown: "it is compressed by \(name), which is not known here"
        case .known: "it can't be unpacked as \(name)"
        }
      if isTold { tree.add(GRPCField.decompressionFailed, at: place, 0) }
      tree.add(GRPCField.unread, text: why, at: place, data.byteCount)
      tree.close(group)
      tree.add(GRPCField.messageData, at: place, data.byteCount)
      return nil
    }
    tree.retitle(
      group,
      "Message-encoded entity body (\(name)): \(data.byteCount) bytes -> \(plain.bytes.count) bytes")
    if let why = plain.end.words { tree.add(GRPCField.unread, text: why, at: place, data.byteCount) }
    tree.close(group)
    if !isTold { tree.add(GRPCField.messageData, at: place, data.byteCount) }
    tree.addSource("Uncompressed entity body", plain.bytes)
    if isTold { tree.add(GRPCField.messageData, at: 0, plain.bytes.count) }
    return isTold || tree.wants.contains(.nodes) ? (plain.bytes, isTold) : nil
  }

  /// Draws what a message says, as layers behind its own. Returns false where Wireshark would give up the frame.
  private func content(_ flags: UInt8, _ data: RawSpan, at place: Int, _ tree: inout Dissection) -> Bool {
    if flags & 128 != 0 {
      if tree.wants.contains(.columns) {
        tree.column.append(" (")
        tree.column.append(type)
        tree.column.append(octet: 41)
      }
      return true
    }
    let first = data.isEmpty ? 0 : data[octet: 0]
    if type.suffix(5).elementsEqual("+json".utf8) || first == 123 || first == 91 {
      if tree.wants.contains(.columns) {
        tree.column.append(", JavaScript Object Notation (application/grpc+json)")
        if tree.protocolName.hasSuffix(name) { tree.protocolName += "/JSON" }
      }
      if tree.wants.contains(.nodes) {
        tree.depth = 0
        let name = Self.jsonType
        tree.bodyLayers(data, base: place, .json, name.raw)
      }
      return true
    }
    if tree.wants.contains(.columns) { tree.column.append(" (PROTOBUF)") }
    var drawer = ProtobufDrawer(base: place)
    return drawer.draw(data, title: "\(path),\(side == .client ? "request" : "response")", &tree)
  }
}
