import Bytes

extension HTTP2Drawer {
  /// Draws frames that carry neither bodies nor header blocks.
  func control(
    _ header: HTTP2FrameHeader, _ reader: inout Reader, _ tree: inout Dissection
  ) throws(ReadError) {
    switch header.type {
    case 2: try priority(&reader, &tree)
    case 3:
      try tree.read(HTTP2Field.resetError, UInt32.self, from: &reader)
    case 4: try settings(header, &reader, &tree)
    case 6:
      try tree.bytes(header.has(1) ? HTTP2Field.pong : .ping, 8, from: &reader)
      answer(header, &tree)
    case 7:
      try bitAndNumber(.goawayReserved, .lastStream, &reader, &tree)
      try tree.read(HTTP2Field.goawayError, UInt32.self, from: &reader)
      if !reader.isAtEnd { try tree.bytes(HTTP2Field.goawayData, reader.remaining, from: &reader) }
    case 8:
      try bitAndNumber(.windowReserved, .windowIncrement, &reader, &tree)
      windows(of: side == .client ? .server : .client, hasStream: header.stream != 0, &tree)
    case 10:
      let count = try tree.read(HTTP2Field.altsvcOriginLength, UInt16.self, from: &reader)
      try tree.bytes(HTTP2Field.altsvcOrigin, Int(count), from: &reader)
      if !reader.isAtEnd { try tree.bytes(HTTP2Field.altsvcValue, reader.remaining, from: &reader) }
    case 12: try origins(&reader, &tree)
    case 16:
      let at = reader.position
      let stream = try reader.read(UInt32.self)
      tree.add(HTTP2Field.priorityStream, UInt64(stream), at: at, 4)
      try tree.bytes(HTTP2Field.priorityValue, reader.remaining, from: &reader)
    default:
      guard !reader.isAtEnd else { throw .truncated(needed: 1, available: 0, at: reader.position) }
      try tree.bytes(HTTP2Field.unknown, reader.remaining, from: &reader)
    }
    if !reader.isAtEnd {
      let text = "\(reader.remaining) octets more than the type has: FRAME_SIZE_ERROR"
      tree.add(HTTP2Field.violation, text: text, at: reader.position, reader.remaining)
    }
  }

  private func bitAndNumber(
    _ bit: HTTP2Field, _ number: HTTP2Field, _ reader: inout Reader, _ tree: inout Dissection
  ) throws(ReadError) {
    let at = reader.position
    let value = try reader.read(UInt32.self)
    tree.add(bit, UInt64(value >> 31), at: at, 4)
    tree.add(number, UInt64(value & 0x7FFF_FFFF), at: at, 4)
  }

  /// Draws a dependency and a weight: RFC 9113 section 5.3.2.
  func priority(_ reader: inout Reader, _ tree: inout Dissection) throws(ReadError) {
    try bitAndNumber(.exclusive, .dependency, &reader, &tree)
    let weight = try tree.read(HTTP2Field.weight, UInt8.self, from: &reader)
    // In eight bits, as Wireshark has it: the heaviest stream of 256 shows as 0.
    tree.add(HTTP2Field.weightReal, UInt64(weight &+ 1), at: reader.position - 1, 0)
  }

  private func settings(
    _ header: HTTP2FrameHeader, _ reader: inout Reader, _ tree: inout Dissection
  ) throws(ReadError) {
    try tree.http2Settings(&reader)
    answer(header, &tree)
  }

  /// Names the frame that this one acknowledges, or the one that acknowledges this.
  private func answer(_ header: HTTP2FrameHeader, _ tree: inout Dissection) {
    guard record.link != HTTP2Record.none, Int(record.link) < conversation.records.count else { return }
    let row = conversation.records[Int(record.link)].row
    tree.add(header.has(1) ? HTTP2Field.answerTo : .answeredBy, UInt64(row), at: base, 0)
  }

  private func origins(_ reader: inout Reader, _ tree: inout Dissection) throws(ReadError) {
    while !reader.isAtEnd {
      let group = tree.open(HTTP2Field.origin, at: reader.position)
      defer { tree.close(group, end: reader.position) }
      let count = try tree.read(HTTP2Field.originLength, UInt16.self, from: &reader)
      try tree.bytes(HTTP2Field.originText, Int(count), from: &reader)
    }
  }
}

extension Dissection {
  /// Draws the settings that are left in `reader`.
  mutating func http2Settings(_ reader: inout Reader) throws(ReadError) {
    while !reader.isAtEnd {
      let at = reader.position
      let id = try reader.peek(UInt16.self)
      let value = try reader.peek(UInt32.self, at: 2)
      try reader.skip(6)
      let group = open(HTTP2Field.setting, at: at, 6)
      add(HTTP2Field.settingID, UInt64(id), at: at, 2)
      let field: HTTP2Field =
        switch id {
        case 1: .headerTableSize
        case 2: .enablePush
        case 3: .maxStreams
        case 4: .initialWindow
        case 5: .maxFrameSize
        case 6: .maxHeaderListSize
        case 8: .extendedConnect
        default: .unknownSetting
        }
      add(field, UInt64(value), at: at + 2, 4)
      if let name = http2NewSetting(id) { add(HTTP2Field.settingName, text: name, at: at, 2) }
      if let fault = Self.settingFault(id, value) {
        add(HTTP2Field.violation, text: fault, at: at + 2, 4)
      }
      retitle(group, "Settings - \(http2Setting(UInt64(id)) ?? "Unknown (\(id))") : \(value)")
      close(group)
    }
  }

  /// Values that no setting may have: RFC 9113 section 6.5.2.
  private static func settingFault(_ id: UInt16, _ value: UInt32) -> String? {
    switch id {
    case 2 where value > 1, 8 where value > 1, 9 where value > 1: "neither 0 nor 1: PROTOCOL_ERROR"
    case 4 where value > 0x7FFF_FFFF: "more than 2147483647: FLOW_CONTROL_ERROR"
    case 5 where !(16_384...16_777_215).contains(value): "not from 16384 to 16777215: PROTOCOL_ERROR"
    default: nil
    }
  }
}
