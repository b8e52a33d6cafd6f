import Bytes

/// Draws one MQTT packet into a tree that it owns meanwhile.
struct MQTTDrawer {
  var tree: Dissection
  /// Where the packet begins in the current source.
  let base: Int
  /// Whether it is of version 5, and whether that is not known.
  let isFive: Bool
  private let isAssumed: Bool
  /// The topic that the packet's alias stands for; empty without one.
  private let aliased: [UInt8]
  /// Where the type of a message stands that a property gives.
  private var contentType = 0..<0

  /// `version` is 0 when the capture does not hold the CONNECT.
  init(tree: consuming Dissection, base: Int, version: UInt8, aliased: [UInt8]) {
    self.aliased = aliased
    self.tree = tree
    self.base = base
    isFive = version == 5
    isAssumed = version == 0
  }

  mutating func draw(_ bytes: RawSpan) {
    guard let header = MQTTHeader(bytes) else { return }
    tree.depth = 0
    column(header)
    let layer = tree.open(MQTTField.mqtt, at: base, bytes.byteCount)
    tree.retitle(layer, "MQ Telemetry Transport Protocol, \(mqttTypes[header.type])")
    var message = 0..<0
    do throws(ReadError) {
      flags(header)
      tree.add(MQTTField.length, UInt64(header.length), at: base + 1, header.size - 1)
      if isAssumed, tree.wants.contains(.derived) {
        tree.add(
          MQTTField.assumed, text: "read as version 3.1.1: the capture does not hold the CONNECT", at: base, 0
        )
      }
      var reader = Reader(bytes, base: base)
      try reader.skip(header.size)
      try body(header, &reader, bytes)
      if header.type == 3 {
        message = reader.position - base..<bytes.byteCount
        if !message.isEmpty { try tree.bytes(MQTTField.message, reader.remaining, from: &reader) }
      } else if !reader.isAtEnd {
        try tree.bytes(MQTTField.unread, reader.remaining, from: &reader)
      }
    } catch {
      tree.depth = 1
      tree.add(MQTTField.malformed, text: "\(error)", at: base, bytes.byteCount)
    }
    tree.close(layer)
    // What a message is only a property can tell.
    if !message.isEmpty, !contentType.isEmpty {
      tree.body(
        bytes.extracting(message), base: base + message.lowerBound, type: bytes.extracting(contentType))
    }
    tree.depth = 0
  }

  private mutating func column(_ header: MQTTHeader) {
    let isFirst = !tree.protocolName.hasPrefix("MQTT")
    tree.protocolName = "MQTT"
    guard tree.wants.contains(.columns) else { return }
    if isFirst { tree.column.removeAll() } else { tree.column.append(", ") }
    tree.column.append(mqttTypes[header.type])
  }

  private mutating func flags(_ header: MQTTHeader) {
    let group = tree.open(MQTTField.headerFlags, at: base, 1)
    tree.set(group, UInt64(header.flags))
    tree.add(MQTTField.messageType, UInt64(header.type), at: base, 1)
    if header.type == 3 {
      tree.add(MQTTField.duplicate, UInt64(header.flags >> 3 & 1), at: base, 1)
      tree.add(MQTTField.qos, UInt64(header.qos), at: base, 1)
      tree.add(MQTTField.retain, UInt64(header.flags & 1), at: base, 1)
    } else {
      tree.add(MQTTField.headerReserved, UInt64(header.flags & 15), at: base, 1)
    }
    tree.close(group)
  }

  private mutating func body(_ header: MQTTHeader, _ reader: inout Reader, _ bytes: RawSpan) throws(ReadError)
  {
    switch header.type {
    case 1: try connect(&reader, bytes)
    case 2:
      let at = reader.position
      let flags = try reader.read(UInt8.self)
      let group = tree.open(MQTTField.acknowledgeFlags, at: at, 1)
      tree.set(group, UInt64(flags))
      tree.add(MQTTField.acknowledgeReserved, flags > 1 ? 1 : 0, at: at, 1)
      tree.add(MQTTField.sessionPresent, UInt64(flags & 1), at: at, 1)
      tree.close(group)
      try tree.read(isFive ? MQTTField.connectReason : .returnCode, UInt8.self, from: &reader)
      if isFive { try properties(&reader, bytes) }
    case 3:
      try topic(&reader, bytes, delaysColumn: header.qos > 0)
      if isFive { try properties(&reader, bytes) }
    case 4: try acknowledge(.publishReason, &reader, bytes)
    case 5: try acknowledge(.receivedReason, &reader, bytes)
    case 6: try acknowledge(.releaseReason, &reader, bytes)
    case 7: try acknowledge(.completeReason, &reader, bytes)
    case 8, 10:
      try messageID(&reader)
      if isFive { try properties(&reader, bytes) }
      while !reader.isAtEnd {
        if header.type == 10 {
          try text(.topicLength, .topic, &reader)
          continue
        }
        try topic(&reader, bytes, delaysColumn: false)
        try subscription(&reader)
      }
    case 9, 11:
      try messageID(&reader)
      if isFive { try properties(&reader, bytes) }
      let field: MQTTField =
        header.type == 11 ? .unsubscribeReason : isFive ? .subscribeReason : .grantedQoS
      while !reader.isAtEnd { try tree.read(field, UInt8.self, from: &reader) }
    case 14, 15:
      guard isFive, !reader.isAtEnd else { return }
      try tree.read(header.type == 14 ? MQTTField.disconnectReason : .authReason, UInt8.self, from: &reader)
      if !reader.isAtEnd { try properties(&reader, bytes) }
    default: break
    }
  }

  private mutating func acknowledge(
    _ field: MQTTField, _ reader: inout Reader, _ bytes: RawSpan
  ) throws(ReadError) {
    try messageID(&reader)
    guard isFive, !reader.isAtEnd else { return }
    try tree.read(field, UInt8.self, from: &reader)
    if !reader.isAtEnd { try properties(&reader, bytes) }
  }

  private mutating func messageID(_ reader: inout Reader) throws(ReadError) {
    let id = try tree.read(MQTTField.messageID, UInt16.self, from: &reader)
    guard tree.wants.contains(.columns) else { return }
    tree.column.append(" (id=")
    tree.column.append(UInt64(id))
    tree.column.append(")")
  }

  /// A topic, which the column names in brackets; that of a message with an identifier behind it.
  private mutating func topic(
    _ reader: inout Reader, _ bytes: RawSpan, delaysColumn: Bool
  ) throws(ReadError) {
    let start = reader.position - base + 2
    let count = try text(.topicLength, .topic, &reader)
    if delaysColumn { try messageID(&reader) }
    guard tree.wants.contains(.columns) else { return }
    tree.column.append(" [")
    if count == 0, !aliased.isEmpty {
      tree.column.append(aliased)
    } else {
      tree.column.append(bytes.extracting(start..<start + count))
    }
    tree.column.append("]")
  }

  /// Two octets of length, and text. Returns the length.
  @discardableResult
  private mutating func text(
    _ length: MQTTField, _ field: MQTTField, _ reader: inout Reader
  ) throws(ReadError) -> Int {
    let count = Int(try tree.read(length, UInt16.self, from: &reader))
    try tree.bytes(field, count, from: &reader)
    return count
  }

  private mutating func subscription(_ reader: inout Reader) throws(ReadError) {
    guard isFive else {
      try tree.read(MQTTField.requestedQoS, UInt8.self, from: &reader)
      return
    }
    let at = reader.position
    let options = try reader.read(UInt8.self)
    let group = tree.open(MQTTField.options, at: at, 1)
    tree.set(group, UInt64(options))
    tree.add(MQTTField.optionsReserved, UInt64(options >> 6), at: at, 1)
    tree.add(MQTTField.optionsRetain, UInt64(options >> 4 & 3), at: at, 1)
    tree.add(MQTTField.optionsAsPublished, UInt64(options >> 3 & 1), at: at, 1)
    tree.add(MQTTField.optionsNoLocal, UInt64(options >> 2 & 1), at: at, 1)
    tree.add(MQTTField.optionsQoS, UInt64(options & 3), at: at, 1)
    tree.close(group)
  }

  private mutating func connect(_ reader: inout Reader, _ bytes: RawSpan) throws(ReadError) {
    try text(.protocolLength, .protocolName, &reader)
    try tree.read(MQTTField.version, UInt8.self, from: &reader)
    let at = reader.position
    let flags = try reader.read(UInt8.self)
    let group = tree.open(MQTTField.connectFlags, at: at, 1)
    tree.set(group, UInt64(flags))
    tree.add(MQTTField.hasUser, UInt64(flags >> 7), at: at, 1)
    tree.add(MQTTField.hasPassword, UInt64(flags >> 6 & 1), at: at, 1)
    tree.add(MQTTField.willRetain, UInt64(flags >> 5 & 1), at: at, 1)
    tree.add(MQTTField.willQoS, UInt64(flags >> 3 & 3), at: at, 1)
    tree.add(MQTTField.hasWill, UInt64(flags >> 2 & 1), at: at, 1)
    tree.add(MQTTField.cleanSession, UInt64(flags >> 1 & 1), at: at, 1)
    tree.add(MQTTField.connectReserved, UInt64(flags & 1), at: at, 1)
    tree.close(group)
    try tree.read(MQTTField.keepAlive, UInt16.self, from: &reader)
    if isFive { try properties(&reader, bytes) }
    try text(.clientLength, .client, &reader)
    if flags & 4 != 0 {
      if isFive { try properties(&reader, bytes, .willProperties) }
      try text(.willTopicLength, .willTopic, &reader)
      try text(.willLength, .willMessage, &reader)
    }
    if flags & 0x80 != 0 { try text(.userLength, .user, &reader) }
    if flags & 0x40 != 0 { try text(.passwordLength, .password, &reader) }
  }

  private mutating func properties(
    _ reader: inout Reader, _ bytes: RawSpan, _ field: MQTTField = .properties
  ) throws(ReadError) {
    let start = reader.position
    let count = try MQTTHeader.number(&reader)
    try reader.require(count)
    let group = tree.open(field, at: start, reader.position - start + count)
    defer { tree.close(group) }
    tree.add(MQTTField.propertyLength, UInt64(count), at: start, reader.position - start)
    var body = try reader.take(count)
    while !body.isAtEnd {
      let id = try tree.read(MQTTField.propertyID, UInt8.self, from: &body)
      let at = body.position
      switch mqttProperties[UInt64(id)]?.kind {
      case .octet: tree.add(MQTTField.propertyNumber, UInt64(try body.read(UInt8.self)), at: at, 1)
      case .short: tree.add(MQTTField.propertyNumber, UInt64(try body.read(UInt16.self)), at: at, 2)
      case .long: try tree.read(MQTTField.propertyNumber, UInt32.self, from: &body)
      case .number:
        let number = UInt64(try MQTTHeader.number(&body))
        tree.add(MQTTField.propertyNumber, number, at: at, body.position - at)
      case .level: try tree.read(MQTTField.maximumQoS, UInt8.self, from: &body)
      case .alias:
        try tree.read(MQTTField.topicAlias, UInt16.self, from: &body)
        if !aliased.isEmpty {
          tree.add(MQTTField.topic, text: String(decoding: aliased, as: UTF8.self), at: at, 0)
        }
      case .text: try text(.propertyTextLength, .propertyText, &body)
      case .pair:
        try text(.propertyKeyLength, .propertyKey, &body)
        try text(.propertyValueLength, .propertyValue, &body)
      case .type:
        let length = Int(try body.read(UInt16.self))
        contentType = body.position - base..<body.position - base + length
        try tree.bytes(MQTTField.contentType, length, from: &body)
      case nil:
        tree.add(MQTTField.propertyUnknown, at: at, body.remaining)
        try body.skip(body.remaining)
      }
    }
  }
}
