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
    let content = content(index, pdu)
    let frameSource = tree.source
    let isFirst = tree.protocolName == "TCP" || tree.protocolName.hasPrefix("TLS")
    var drawer = TLSDrawer(tree: tree.taken(), conversation: self, version: versionName(record))
    drawer.record(index, content, pdu, base: base)
    tree = drawer.tree
    tree.depth = 0
    tree.source = drawer.contentSource
    // A body that ran up to the closing alert: the row says both.
    let words = content.type == 21 ? tree.info : ""
    let count = drawApplications(index, into: &tree) { content.bytes }
    if content.type == 21, count > 0 { tree.info += ", \(words)" }
    if content.type == 23, inner == nil, record.protection == .opened, !content.bytes.isEmpty {
      tree.octets(content.bytes.count, base: 0)
    }
    tree.source = frameSource
    nameSegments(index, count, isFirst: isFirst, into: &tree)
  }

  func list(token: UInt32, from side: Side, into tree: inout Dissection) -> Bool {
    refresh()
    let index = Int(token)
    guard index < records.count else { return false }
    let record = records[index]
    guard record.content == 23, record.hasInner, record.protection == .opened else { return false }
    let isFirst = tree.protocolName == "TCP" || tree.protocolName.hasPrefix("TLS")
    let frameSource = tree.source
    if tree.protocolName == "TCP" { tree.column.removeAll() }
    if isFirst { tree.protocolName = versionName(record) }
    tree.addSource("Decrypted TLS", [])
    tree.depth = 0
    let count = drawApplications(index, into: &tree) { plainOctets(index, nil) }
    tree.source = frameSource
    nameSegments(index, count, isFirst: isFirst, into: &tree)
    return true
  }

  /// Says in the info column that a record holds parts of messages that end elsewhere.
  private func nameSegments(_ index: Int, _ count: Int, isFirst: Bool, into tree: inout Dissection) {
    let record = records[index]
    guard record.hasInner, tree.wants.contains(.columns) else { return }
    if count == 0 {
      if tree.column.isEmpty { tree.column.append(TLSDrawer.segment) }
    } else if isFirst, count == 1,
      plain[Int(record.side.rawValue)].cutter.messages[Int(record.message)].start < record.plain,
      let ending = applicationEnding(index), ending != Int(record.row)
    {
      // As Wireshark has it: only behind a single message that began in an earlier record.
      tree.column.append(TLSDrawer.segment)
    }
  }

  /// Draws the application messages that end in a record; returns how many.
  private func drawApplications(
    _ index: Int, into tree: inout Dissection, _ content: () -> [UInt8]
  ) -> Int {
    let record = records[index]
    let messages = plain[Int(record.side.rawValue)].cutter.messages
    let source = tree.source
    var next = Int(record.message)
    while next < messages.count, Int(messages[next].unit) == index {
      let message = messages[next]
      // The protocol inside words the row; what TLS said of the row gives way, as in Wireshark.
      if message.start >= record.plain, record.content == 23 {
        if tree.wants.contains(.nodes)
          || inner?.list(token: message.token, from: record.side, into: &tree) != true
        {
          let first = message.start - record.plain
          let bytes = content()
          let octets = unsafe bytes.span.bytes.extracting(first..<first + Int(message.count))
          inner?.draw(octets, base: first, token: message.token, from: record.side, into: &tree)
        }
      } else {
        gathered(message, record.side, into: &tree)
      }
      tree.source = source
      tree.depth = 0
      next += 1
    }
    return next - Int(record.message)
  }

  /// Draws an application message that came in several records.
  private func gathered(_ message: StreamMessage, _ side: Side, into tree: inout Dissection) {
    if !tree.wants.contains(.nodes) {
      tree.addSource("Reassembled TLS", [])
      if inner?.list(token: message.token, from: side, into: &tree) == true { return }
      tree.sources.removeLast()
    }
    let octets = octets(side, from: message.start, count: Int(message.count))
    tree.addSource("Reassembled TLS", octets)
    let group = tree.open(TLSField.segments, at: 0, octets.count)
    var words: [String] = []
    var count: UInt64 = 0
    var at = message.start
    while at < message.end, let index = plain[Int(side.rawValue)].record(at: at) {
      let end = min(message.end, records[index].plain + Int(records[index].plainCount))
      guard end > at, end - message.start <= octets.count else { break }
      tree.add(TLSField.segment, UInt64(records[index].row), at: at - message.start, end - at)
      if tree.wants.contains(.labels) { words.append("#\(records[index].row)(\(end - at))") }
      count += 1
      at = end
    }
    tree.add(TLSField.segmentCount, count, at: 0, 0)
    tree.add(TLSField.reassembledLength, UInt64(octets.count), at: 0, 0)
    tree.close(group)
    tree.retitle(
      group, "\(count) Reassembled TLS segments (\(octets.count) bytes): " + words.joined(separator: ", "))
    inner?.draw(octets.raw, base: 0, token: message.token, from: side, into: &tree)
  }

  /// The row in which the application message ends that a record carries an earlier part of; nil when there is none.
  func applicationEnding(_ index: Int) -> Int? {
    let record = records[index]
    let messages = plain[Int(record.side.rawValue)].cutter.messages
    var next = Int(record.message)
    while next < messages.count, messages[next].start < record.plain + Int(record.plainCount) {
      if Int(messages[next].unit) != index { return Int(records[Int(messages[next].unit)].row) }
      next += 1
    }
    return nil
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
  /// Who sent the record that is being drawn.
  var side = Side.client
  /// Names of what the record holds, for its heading and the info column.
  var names: [String] = []
  /// What the extensions of the hello being drawn give for its fingerprint.
  var print = TLSFingerprint()

  /// The info column of a row that holds only a part of an application message.
  static let segment: StaticString = "[TLS segment of a reassembled PDU]"

  init(tree: Dissection, conversation: TLSConversation, version: String) {
    self.tree = tree
    self.conversation = conversation
    self.version = version
    contentSource = tree.source
  }

  /// Whether TLS 1.3 was agreed on.
  var isTLS13: Bool { conversation.state.isTLS13 }
  /// Whether signatures name their scheme: since TLS 1.2.
  var namesSchemes: Bool { conversation.state.version.map { $0 >= 0x0303 } ?? false }
  /// Whether the record holds a ServerHello that takes up an earlier session.
  var isResumption = false

  mutating func record(_ index: Int, _ content: TLSContent, _ pdu: RawSpan, base: Int) {
    let record = conversation.records[index]
    side = record.side
    isResumption = conversation.resumptions.contains(index)
    let layer = openLayer(base, pdu.byteCount)
    let heading = tree.open(TLSField.record, at: base, pdu.byteCount)
    let isOpaque = record.type == 23 && (isTLS13 || content.isEarly)
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
    case .opened(let key, let number):
      if isOpaque { tree.add(TLSField.contentType, UInt64(content.type), at: base, 0) }
      self.key(key, number, pdu, body)
      if content.type == 23 {
        title = draw(content, index, at: body)
        tree.addSource("Decrypted TLS", content.bytes)
        segments(index, content)
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
    tree.retitle(heading, words: "\(version) Record Layer: \(title)")
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
    let isFirst = tree.protocolName == "TCP"
    // A record before this one may have given the row to the protocol inside.
    if isFirst || tree.protocolName.hasPrefix("TLS") { tree.protocolName = version }
    guard tree.wants.contains(.columns) else { return }
    let isSegment = tree.column.raw.isEqual(to: Self.segment)
    if isFirst || isSegment && !names.isEmpty { tree.column.removeAll() }
    for name in names {
      if !tree.column.isEmpty { tree.column.append(", ") }
      tree.column.append(name)
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
    if conversation.inner != nil, let alpn = conversation.state.alpn {
      // As Wireshark writes both.
      title = alpn == "h2" ? "HyperText Transfer Protocol 2" : "Hypertext Transfer Protocol"
      tree.add(TLSField.appProtocol, text: title, at: body.0, 0)
    }
    if let row = conversation.applicationEnding(index), row != Int(conversation.records[index].row) {
      tree.add(TLSField.reassembledIn, UInt64(row), at: body.0, 0)
    }
    if !conversation.records[index].hasInner { names.append("Application Data") }
    return "Application Data Protocol: \(title)"
  }

  /// Draws what belongs to application messages that don't lie whole in this record.
  private mutating func segments(_ index: Int, _ content: TLSContent) {
    let record = conversation.records[index]
    guard record.hasInner else { return }
    let messages = conversation.plain[Int(record.side.rawValue)].cutter.messages
    var next = Int(record.message)
    var at = 0
    while next < messages.count, Int(messages[next].unit) == index {
      let first = messages[next].start - record.plain
      if first >= 0 {
        if first > at { tree.add(TLSField.segmentData, at: at, first - at) }
        at = messages[next].end - record.plain
      }
      next += 1
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
