import Bytes

extension Dissection {
  /// Moves the tree out of an `inout` place for as long as a drawer owns it, so that nothing is copied.
  mutating func taken() -> Dissection {
    let tree = self
    self = Dissection(wants: wants)
    return tree
  }
}

extension TLSConversation {
  /// The version as Wireshark's protocol column has it.
  private func versionName(_ record: TLSRecord) -> String {
    switch state.version ?? state.recordVersion ?? record.version {
    case 0x0300: "SSLv3"
    case 0x0301: "TLSv1"
    case 0x0302: "TLSv1.1"
    case 0x0303: "TLSv1.2"
    case 0x0304: "TLSv1.3"
    default: "TLS"
    }
  }

  /// Draws a record, what it holds and the application messages that end in it.
  func drawRecord(_ index: Int, _ pdu: RawSpan, base: Int, into tree: inout Dissection) {
    let record = records[index]
    let content = contents[index]
    let frameSource = tree.source
    var drawer = TLSDrawer(tree: tree.taken(), conversation: self, version: versionName(record))
    drawer.record(index, pdu, base: base)
    tree = drawer.tree
    tree.depth = 0
    tree.source = drawer.contentSource
    let words = tree.info
    for message in content.applications { drawApplication(message, index, into: &tree) }
    // A body that ran up to the closing alert: the row says both.
    if content.type == 21, !content.applications.isEmpty { tree.info += ", \(words)" }
    tree.source = frameSource
    if content.hasInner, content.applications.isEmpty, tree.info.isEmpty { tree.info = TLSDrawer.segment }
  }

  private func drawApplication(_ message: TLSApplicationMessage, _ index: Int, into tree: inout Dissection) {
    let content = contents[index]
    let source = tree.source
    // The protocol inside words the row; what TLS said of the row gives way, as in Wireshark.
    let side = records[index].side
    if message.bytes.isEmpty, let piece = message.pieces.first {
      let bytes = Array(content.bytes[piece.offset..<piece.offset + piece.count])
      inner?.draw(bytes.raw, base: piece.offset, token: message.token, from: side, into: &tree)
    } else {
      let words = message.pieces.map { "#\(records[$0.record].row)(\($0.count))" }.joined(separator: ", ")
      let group = tree.open(
        TLSField.segments, at: 0, 0,
        text: "\(message.pieces.count) Reassembled TLS segments (\(message.bytes.count) bytes): \(words)")
      for piece in message.pieces { tree.add(TLSField.segment, UInt64(records[piece.record].row), at: 0, 0) }
      tree.add(TLSField.segmentCount, UInt64(message.pieces.count), at: 0, 0)
      tree.add(TLSField.reassembledLength, UInt64(message.bytes.count), at: 0, 0)
      tree.close(group)
      tree.addSource("Reassembled TLS", message.bytes)
      inner?.draw(message.bytes.raw, base: 0, token: message.token, from: side, into: &tree)
    }
    tree.source = source
    tree.depth = 0
  }
}

/// Draws records into a tree that it owns meanwhile.
struct TLSDrawer {
  var tree: Dissection
  let conversation: TLSConversation
  /// `TLSv1.3`.
  let version: String
  /// The source that the content stands in.
  var contentSource: UInt8 = 0
  /// Names of what the record holds, for its heading and the info column.
  var names: [String] = []
  /// What the extensions of the hello being drawn give for its fingerprint.
  var print = TLSFingerprint()

  /// The info column of a row that holds only a part of an application message.
  static let segment = "[TLS segment of a reassembled PDU]"

  init(tree: Dissection, conversation: TLSConversation, version: String) {
    self.tree = tree
    self.conversation = conversation
    self.version = version
    contentSource = tree.source
  }

  /// Whether TLS 1.3 was agreed on.
  var isTLS13: Bool { conversation.state.isTLS13 }

  mutating func record(_ index: Int, _ pdu: RawSpan, base: Int) {
    let record = conversation.records[index]
    let content = conversation.contents[index]
    let layer = openLayer(base, pdu.byteCount)
    let heading = tree.open(TLSField.record, at: base, pdu.byteCount)
    let isOpaque = record.type == 23 && (isTLS13 || content.phase == .early)
    tree.add(isOpaque ? TLSField.opaqueType : .contentType, UInt64(record.type), at: base, 1)
    tree.add(TLSField.recordVersion, UInt64(record.version), at: base + 1, 2)
    tree.add(TLSField.recordLength, UInt64(pdu.byteCount - 5), at: base + 3, 2)
    let body = (base + 5, pdu.byteCount - 5)
    var title: String
    switch content.protection {
    case .sealed(let why):
      title = sealed(content.type, body)
      tree.add(TLSField.undecrypted, text: why, at: body.0, body.1)
    case .clear:
      title = draw(content, index, at: body)
    case .opened(let key):
      if isOpaque { tree.add(TLSField.contentType, UInt64(content.type), at: base, 0) }
      tree.add(TLSField.keyName, text: key, at: body.0, 0)
      if content.type == 23 {
        title = draw(content, index, at: body)
        tree.addSource("Decrypted TLS", content.bytes)
        segments(content)
      } else {
        tree.addSource("Decrypted TLS", content.bytes)
        title = draw(content, index, at: (0, content.bytes.count))
      }
      if content.padding > 0 {
        tree.add(TLSField.padding, UInt64(content.padding), at: content.bytes.count, 0)
      }
    }
    contentSource = tree.source
    tree.close(heading)
    tree.retitle(heading, "\(version) Record Layer: \(title)")
    tree.close(layer)
    column()
  }

  /// Opens the layer, or goes on with the one that the record before this one opened in the same bytes.
  private mutating func openLayer(_ base: Int, _ count: Int) -> Int {
    if let last = tree.nodes.lastIndex(where: { $0.depth == 0 }),
      tree.nodes[last].field == FieldID(TLSField.tls),
      tree.nodes[last].source == tree.source
    {
      tree.depth = 1
      tree.nodes[last].length = UInt32(clamping: base + count - Int(tree.nodes[last].offset))
      return last
    }
    tree.depth = 0
    return tree.open(TLSField.tls, at: base, count)
  }

  /// Writes the row's columns.
  private mutating func column() {
    let isOngoing = tree.protocolName.hasPrefix("TLS") || tree.protocolName == "HTTP"
    let words = names.joined(separator: ", ")
    if tree.protocolName != "HTTP" { tree.protocolName = version }
    if !isOngoing || tree.info.isEmpty || tree.info == Self.segment && !words.isEmpty {
      tree.info = words
    } else if !words.isEmpty {
      tree.info += ", \(words)"
    }
  }

  private mutating func sealed(_ type: UInt8, _ body: (Int, Int)) -> String {
    switch type {
    case 20:
      names.append("Change Cipher Spec")
      return "Change Cipher Spec Protocol: Change Cipher Spec"
    case 21:
      names.append("Encrypted Alert")
      tree.add(TLSField.alert, text: "Alert Message: Encrypted Alert", at: body.0, body.1)
      return "Encrypted Alert"
    case 22:
      names.append("Encrypted Handshake Message")
      tree.add(
        TLSField.handshake, text: "Handshake Protocol: Encrypted Handshake Message", at: body.0, body.1)
      return "Handshake Protocol: Encrypted Handshake Message"
    case 24:
      names.append("Encrypted Heartbeat")
      tree.add(TLSField.heartbeat, text: "Encrypted Heartbeat Message", at: body.0, body.1)
      return "Encrypted Heartbeat"
    default:
      names.append("Application Data")
      tree.add(TLSField.appData, at: body.0, body.1)
      return "Application Data Protocol: Application Data"
    }
  }

  /// Draws content in clear; `body` is where it stands in the current source, or its sealed octets for application
  /// data. Returns the title.
  private mutating func draw(_ content: TLSContent, _ index: Int, at body: (Int, Int)) -> String {
    switch content.type {
    case 20:
      names.append("Change Cipher Spec")
      tree.add(TLSField.ccs, at: body.0, body.1)
      return "Change Cipher Spec Protocol: Change Cipher Spec"
    case 21: return alert(content.bytes, body)
    case 22: return handshake(content, index, base: body.0)
    case 23: return application(content, index, body)
    case 24: return heartbeat(content.bytes, body)
    default:
      names.append("Ignored Unknown Record")
      tree.add(TLSField.malformed, text: "no record has the type \(content.type)", at: body.0, body.1)
      return "Unknown type \(content.type)"
    }
  }

  private mutating func alert(_ bytes: [UInt8], _ body: (Int, Int)) -> String {
    guard bytes.count == 2 else {
      names.append("Alert")
      tree.add(TLSField.malformed, text: "an alert has 2 octets, not \(bytes.count)", at: body.0, body.1)
      return "Alert"
    }
    let level = tlsAlertLevel(UInt64(bytes[0])) ?? "Unknown"
    let words = tlsAlert(UInt64(bytes[1])) ?? "Unknown (\(bytes[1]))"
    let group = tree.open(TLSField.alert, at: body.0, 2)
    tree.add(TLSField.alertLevel, UInt64(bytes[0]), at: body.0, 1)
    tree.add(TLSField.alertDescription, UInt64(bytes[1]), at: body.0 + 1, 1)
    tree.close(group)
    names.append("Alert (Level: \(level), Description: \(words))")
    return "Alert (Level: \(level), Description: \(words))"
  }

  private mutating func application(_ content: TLSContent, _ index: Int, _ body: (Int, Int)) -> String {
    tree.add(TLSField.appData, at: body.0, body.1)
    var title = "Application Data"
    if conversation.inner != nil, conversation.state.alpn != nil {
      title = "Hypertext Transfer Protocol"
      tree.add(TLSField.appProtocol, text: title, at: body.0, 0)
    }
    if let ending = conversation.applicationEndings[index],
      conversation.records[ending].row != conversation.records[index].row
    {
      tree.add(TLSField.reassembledIn, UInt64(conversation.records[ending].row), at: body.0, 0)
    }
    if !content.hasInner { names.append("Application Data") }
    return "Application Data Protocol: \(title)"
  }

  /// Draws what belongs to application messages that don't lie whole in this record.
  private mutating func segments(_ content: TLSContent) {
    guard content.hasInner else { return }
    var at = 0
    for message in content.applications where message.bytes.isEmpty {
      guard let piece = message.pieces.first else { continue }
      if piece.offset > at { tree.add(TLSField.segmentData, at: at, piece.offset - at) }
      at = piece.offset + piece.count
    }
    if at < content.bytes.count { tree.add(TLSField.segmentData, at: at, content.bytes.count - at) }
  }

  private mutating func heartbeat(_ bytes: [UInt8], _ body: (Int, Int)) -> String {
    var reader = Reader(bytes.raw, base: body.0)
    let group = tree.open(TLSField.heartbeat, at: body.0, body.1)
    var title = "Heartbeat"
    do throws(ReadError) {
      let type = try tree.read(TLSField.heartbeatType, UInt8.self, from: &reader)
      title = "Heartbeat \(tlsHeartbeatType(UInt64(type)) ?? "Unknown")"
      let length = try tree.read(TLSField.heartbeatLength, UInt16.self, from: &reader)
      try tree.bytes(TLSField.heartbeatPayload, Int(length), from: &reader)
      if !reader.isAtEnd { try tree.bytes(TLSField.heartbeatPadding, reader.remaining, from: &reader) }
    } catch { malformed(error) }
    tree.close(group)
    names.append(title)
    return title
  }

  /// Says what does not follow the format.
  mutating func malformed(_ error: ReadError) {
    let at =
      switch error {
      case .truncated(_, _, let at), .malformed(_, let at): at
      }
    tree.add(TLSField.malformed, text: error.description, at: at, 0)
  }
}
