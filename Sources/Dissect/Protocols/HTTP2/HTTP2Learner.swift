import Bytes

/// What a header block tells of its stream's body.
struct HTTP2Learner {
  private var status: UInt16 = 0
  private var isConnect = false
  private var asksWebSocket = false
  /// What the server agreed to (RFC 6455 section 9.1).
  private(set) var extensions: [UInt8] = []
  private var path: [UInt8] = []
  private var contentType: [UInt8] = []
  private var encoding: [UInt8] = []

  /// Takes in a field, and puts it into the table if it is one for it.
  mutating func take(
    _ field: HPACKField, _ block: RawSpan, _ table: inout HPACKTable, _ state: inout HPACKTable.State
  ) -> HPACKError {
    switch field.form {
    case .indexed:
      guard let entry = table.entry(field.index, state) else { return .index }
      if entry.header != .other { note(entry.header, table.text.raw.extracting(entry.value)) }
    case .incremental:
      let before = state.inserted
      let error = table.insert(field, of: block, &state)
      if error != .none { return error }
      // A field larger than the table has no place in it; what is learnt here is short.
      if state.inserted > before, let entry = table.entry(HPACKTable.statics + 1, state),
        entry.header != .other
      {
        note(entry.header, table.text.raw.extracting(entry.value))
      }
    default:
      var header = HTTP2Header.other
      var text: [UInt8] = []
      if field.index != 0 {
        guard let entry = table.entry(field.index, state) else { return .index }
        header = entry.header
      } else {
        guard hpackAppend(block, field.name, field.isNameHuffman, to: &text) else { return .huffman }
        header = HTTP2Header(text.raw)
        text.removeAll(keepingCapacity: true)
      }
      guard matters(header) || field.isValueHuffman else { return .none }
      guard hpackAppend(block, field.value, field.isValueHuffman, to: &text) else { return .huffman }
      note(header, text.raw)
    }
    return .none
  }

  private func matters(_ header: HTTP2Header) -> Bool {
    switch header {
    case .status, .method, .path, .contentType, .contentEncoding, .grpcEncoding, .protocolName,
      .webSocketExtensions:
      true
    default: false
    }
  }

  private mutating func note(_ header: HTTP2Header, _ value: RawSpan) {
    switch header {
    case .status:
      status = 0
      for i in 0..<min(value.byteCount, 3) { status = status * 10 + UInt16(value[octet: i] &- 48) }
    case .method: isConnect = value.byteCount == 7 && value[octet: 0] == 67 && value[octet: 1] == 79
    case .path: path = value.copied()
    case .contentType: contentType = value.copied()
    case .protocolName: asksWebSocket = value.equals("websocket")
    case .webSocketExtensions: extensions = value.copied()
    case .contentEncoding, .grpcEncoding: encoding = value.copied()
    default: break
    }
  }

  /// Tells the stream. `side` is the sender of the message that the block is the head of.
  func apply(to stream: inout HTTP2Stream, _ side: Side, _ texts: inout HTTP2Texts) {
    if side == .client, isConnect {
      stream.isConnect = true
      stream.asksWebSocket = asksWebSocket
    }
    if side == .server, status / 100 == 1 { stream.server.hasInterim = true }
    if !contentType.isEmpty {
      stream[side].contentType = texts.place(contentType)
      if GRPCCall.isCall(contentType) { stream[side].kind = .grpc }
    }
    if !encoding.isEmpty { stream[side].encoding = texts.place(encoding) }
    if side == .client, stream.client.kind == .grpc, !path.isEmpty { stream.path = texts.place(path) }
    if side == .server, status == 206 { stream.server.isPart = true }
    if side == .server, stream.isConnect, status / 100 == 2 {
      stream.client.kind = .tunnel
      stream.server.kind = .tunnel
    }
  }
}
