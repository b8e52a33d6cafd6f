import Bytes

extension FrameDissector {
  /// Draws the options, and adds what the info column says of them.
  mutating func options(_ reader: inout Reader, _ facts: TCPFacts?) {
    if !tree.wants.contains(.nodes), isTimestampAlone(&reader) { return }
    let group = tree.open(TCPField.options, at: reader.position, reader.remaining)
    let count = reader.remaining
    let octets = reader.rest
    do throws(ReadError) {
      while !reader.isAtEnd {
        let start = reader.position
        let kind = try reader.peek(UInt8.self)
        let size = kind < 2 ? 1 : Int(try reader.peek(UInt8.self, at: 1))
        guard size >= 1, kind < 2 || size >= 2 else {
          throw .malformed("option shorter than its header", at: start)
        }
        var body = try reader.take(size)
        if kind == 0 {
          let node = tree.open(
            TCPField.otherOption, at: start, 1, text: "TCP Option - End of Option List (EOL)")
          try tree.read(TCPField.optionKind, UInt8.self, from: &body)
          tree.close(node)
          break
        }
        try option(kind, size, &body, at: start, facts)
      }
    } catch {
      malformed("TCP options")
    }
    tree.close(group)
    if tree.wants.contains(.labels) {
      let titles = Self.titles(octets)
      tree.retitle(group, "Options: (\(count) bytes)" + titles.map { ", \($0)" }.joined())
    }
  }

  /// Whether the options are what nearly every segment has, padding and a timestamp; the info column then has it.
  private mutating func isTimestampAlone(_ reader: inout Reader) -> Bool {
    guard reader.remaining == 12, let word = try? reader.peek(UInt32.self), word == 0x0101_080A,
      let value = try? reader.peek(UInt32.self, at: 4), let echo = try? reader.peek(UInt32.self, at: 8)
    else { return false }
    note(" TSval=", UInt64(value))
    note(" TSecr=", UInt64(echo))
    return true
  }

  /// The names of the options in a list.
  private static func titles(_ octets: RawSpan) -> [String] {
    var reader = Reader(octets)
    var titles: [String] = []
    while let kind = try? reader.peek(UInt8.self), kind != 0 {
      let size = kind == 1 ? 1 : Int((try? reader.peek(UInt8.self, at: 1)) ?? 0)
      guard size > 0, (try? reader.skip(size)) != nil else { break }
      titles.append(title(kind, size))
    }
    return titles
  }

  private static func title(_ kind: UInt8, _ size: Int) -> String {
    switch (kind, size) {
    case (1, _): "No-Operation (NOP)"
    case (2, 4): "Maximum segment size"
    case (3, 3): "Window scale"
    case (4, 2): "SACK permitted"
    case (5, _): "SACK"
    case (8, 10): "Timestamps"
    case (34, _): "TCP Fast Open"
    case (28, 4): "User Timeout"
    default: optionKindName(UInt64(kind)) ?? "Unknown (\(kind))"
    }
  }

  /// Adds a word and a number to the info column.
  private mutating func note(_ word: StaticString, _ number: UInt64) {
    guard !context.isQuoted, tree.wants.contains(.columns) else { return }
    tree.column.append(word)
    tree.column.append(number)
  }

  private mutating func option(
    _ kind: UInt8, _ size: Int, _ body: inout Reader, at start: Int, _ facts: TCPFacts?
  ) throws(ReadError) {
    let field: TCPField =
      switch kind {
      case 1: .noOperation
      case 2: .mssOption
      case 3: .windowOption
      case 4: .sackPermitted
      case 5: .sack
      case 8: .timestampOption
      case 34: .fastOpen
      default: .otherOption
      }
    let node = tree.open(field, at: start, size)
    defer { tree.close(node) }
    try tree.read(TCPField.optionKind, UInt8.self, from: &body)
    if kind != 1 { try tree.read(TCPField.optionLength, UInt8.self, from: &body) }
    switch (kind, size) {
    case (1, _):
      tree.retitle(node, "TCP Option - No-Operation (NOP)")
    case (2, 4):
      let value = try tree.read(TCPField.mss, UInt16.self, from: &body)
      tree.retitle(node, "TCP Option - Maximum segment size: \(value) bytes")
      note(" MSS=", UInt64(value))
    case (3, 3):
      let shift = try tree.read(TCPField.windowShift, UInt8.self, from: &body)
      let factor = UInt64(1) << UInt64(min(shift, 14))
      tree.add(TCPField.windowMultiplier, factor, at: start + 2, 1)
      tree.retitle(node, "TCP Option - Window scale: \(shift) (multiply by \(factor))")
      note(" WS=", factor)
    case (4, 2):
      tree.retitle(node, "TCP Option - SACK permitted")
      if !context.isQuoted, tree.wants.contains(.columns) { tree.column.append(" SACK_PERM") }
    case (5, _):
      try sack(&body, node, start, facts)
    case (8, 10):
      let value = try tree.read(TCPField.tsval, UInt32.self, from: &body)
      let echo = try tree.read(TCPField.tsecr, UInt32.self, from: &body)
      tree.retitle(node, "TCP Option - Timestamps: TSval \(value), TSecr \(echo)")
      note(" TSval=", UInt64(value))
      note(" TSecr=", UInt64(echo))
    case (34, 2):
      tree.add(TCPField.fastOpenRequest, at: start, 2)
      tree.retitle(node, "TCP Option - TCP Fast Open")
      if !context.isQuoted { tree.column.append(" TFO=R") }
    case (34, _):
      tree.retitle(node, "TCP Option - TCP Fast Open")
      try tree.bytes(TCPField.fastOpenCookie, body.remaining, from: &body)
      if !context.isQuoted { tree.column.append(" TFO=C") }
    case (28, 4):
      let value = try body.read(UInt16.self)
      tree.add(TCPField.userTimeout, UInt64(value & 0x7FFF), at: start + 2, 2)
      tree.retitle(node, "TCP Option - User Timeout")
    default:
      tree.retitle(node, "TCP Option - \(optionKindName(UInt64(kind)) ?? "Unknown (\(kind))")")
      if body.remaining > 0 { try tree.bytes(TCPField.optionPayload, body.remaining, from: &body) }
    }
  }

  private mutating func sack(
    _ body: inout Reader, _ node: Int, _ start: Int, _ facts: TCPFacts?
  ) throws(ReadError) {
    // Edges count in the other side's numbers, relative as its sequence numbers are.
    let base = facts.map { $0.rawAcknowledgment &- $0.acknowledgment } ?? 0
    var words: [String] = []
    var count: UInt64 = 0
    while body.remaining >= 8 {
      let left = try body.read(UInt32.self) &- base
      let right = try body.read(UInt32.self) &- base
      tree.add(TCPField.sackLeft, UInt64(left), at: body.position - 8, 4)
      tree.add(TCPField.sackRight, UInt64(right), at: body.position - 4, 4)
      if count == 0 {
        note(" SLE=", UInt64(left))
        note(" SRE=", UInt64(right))
      }
      if tree.wants.contains(.labels) { words.append("\(left)-\(right)") }
      count += 1
    }
    tree.add(TCPField.sackCount, count, at: start, 0)
    tree.retitle(node, "TCP Option - SACK " + words.joined(separator: " "))
  }
}
