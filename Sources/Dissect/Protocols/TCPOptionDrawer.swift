import Bytes

extension FrameDissector {
  /// Draws the options, and adds what the info column says of them.
  mutating func options(_ reader: inout Reader, _ facts: TCPFacts?, _ flags: UInt16) {
    if !tree.wants.contains(.nodes), isTimestampAlone(&reader) { return }
    let group = tree.open(TCPField.options, at: reader.position, reader.remaining)
    let octets = reader.rest
    var isEnded = false
    while !isEnded, !reader.isAtEnd {
      let start = reader.position
      do throws(ReadError) {
        let kind = try reader.peek(UInt8.self)
        let size = kind < 2 ? 1 : Int(try reader.peek(UInt8.self, at: 1))
        guard kind < 2 || size >= 2 else { throw .malformed("option shorter than its header", at: start) }
        var body = try reader.take(size)
        if kind == 0 {
          isEnded = try endOfOptions(&body, reader)
        } else {
          try option(kind, size, &body, at: start, facts, flags)
        }
      } catch {
        if reader.position == start {
          tree.add(TCPField.badOptionLength, at: start, 0)
          isEnded = true
        } else {
          tree.add(TCPField.badSuboption, at: start, 0)
        }
      }
    }
    tree.close(group)
    if tree.wants.contains(.labels) {
      tree.retitle(group, words: Self.titles(octets))
    }
  }

  /// Draws the end of the options: zeros may follow, each of them the end once more. Says whether something else does.
  private mutating func endOfOptions(_ body: inout Reader, _ rest: borrowing Reader) throws(ReadError) -> Bool
  {
    let node = tree.open(
      TCPField.endOfOptions, at: body.position, 1, text: "TCP Option - End of Option List (EOL)")
    try tree.read(TCPField.optionKind, UInt8.self, from: &body)
    tree.close(node)
    for offset in 0..<rest.remaining where try rest.peek(UInt8.self, at: offset) != 0 {
      tree.add(TCPField.notZeroAtEnd, at: rest.position, 0)
      return true
    }
    return false
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
  private static func titles(_ octets: RawSpan) -> Wording {
    var reader = Reader(octets)
    var titles: Wording = "Options: (\(octets.byteCount) bytes)"
    while let kind = try? reader.peek(UInt8.self) {
      let size = kind < 2 ? 1 : Int((try? reader.peek(UInt8.self, at: 1)) ?? 0)
      guard size > 0, (try? reader.skip(size)) != nil else { break }
      titles += ", \(title(kind, size))"
    }
    return titles
  }

  private static func title(_ kind: UInt8, _ size: Int) -> String {
    switch kind {
    case 0: "End of Option List (EOL)"
    case 1: "No-Operation (NOP)"
    case 2: "Maximum segment size"
    case 3: "Window scale"
    case 4: "SACK permitted"
    case 5: "SACK"
    case 6: "Echo"
    case 7: "Echo reply"
    case 8: "Timestamps"
    case 11: "CC"
    case 12: "CC.NEW"
    case 13: "CC.ECHO"
    case 19: "TCP MD5 signature"
    case 27: "Quick-Start"
    case 28: "User Timeout"
    case 29: "TCP AO"
    case 30: "MPTCP"
    case 34: "TCP Fast Open"
    case 172, 174: "Accurate ECN"
    case 253, 254: "Experimental"
    default: "Unknown (0x\(hex(UInt64(kind), 2)))"
    }
  }

  /// Adds a word and a number to the info column.
  private mutating func note(_ word: StaticString, _ number: UInt64) {
    guard !context.isQuoted, tree.wants.contains(.columns) else { return }
    tree.column.append(word)
    tree.column.append(number)
  }

  private static func field(_ kind: UInt8) -> TCPField {
    switch kind {
    case 1: .noOperation
    case 2: .mssOption
    case 3: .windowOption
    case 4: .sackPermitted
    case 5: .sack
    case 6, 7: .echoOption
    case 8: .timestampOption
    case 11, 12, 13: .countOption
    case 19: .signatureOption
    case 27: .quickStartOption
    case 28: .userTimeoutOption
    case 29: .authenticationOption
    case 34: .fastOpen
    case 172, 174: .accurateECNOption
    case 253, 254: .experimentalOption
    default: .otherOption
    }
  }

  private mutating func option(
    _ kind: UInt8, _ size: Int, _ body: inout Reader, at start: Int, _ facts: TCPFacts?, _ flags: UInt16
  ) throws(ReadError) {
    let node = tree.open(Self.field(kind), at: start, size)
    defer { tree.close(node) }
    tree.retitle(node, words: "TCP Option - \(Self.title(kind, size))")
    try tree.read(TCPField.optionKind, UInt8.self, from: &body)
    if kind != 1 { try tree.read(TCPField.optionLength, UInt8.self, from: &body) }
    if kind == 2, flags & 2 == 0, !context.isQuoted { tree.add(TCPField.mssPresent, at: start, 0) }
    if let right = Self.length(of: kind), right != size {
      tree.add(TCPField.badOptionLength, at: start + 1, 0)
      return
    }
    switch (kind, size) {
    case (1, _): break
    case (2, 4):
      let value = try tree.read(TCPField.mss, UInt16.self, from: &body)
      tree.retitle(node, "TCP Option - Maximum segment size: \(value) bytes")
      note(" MSS=", UInt64(value))
    case (3, 3):
      let shift = try tree.read(TCPField.windowShift, UInt8.self, from: &body)
      if shift > 14 { tree.add(TCPField.windowShiftInvalid, at: start + 2, 0) }
      let factor = UInt64(1) << UInt64(min(shift, 14))
      tree.add(TCPField.windowMultiplier, factor, at: start + 2, 1)
      tree.retitle(node, "TCP Option - Window scale: \(shift) (multiply by \(factor))")
      note(" WS=", factor)
    case (4, 2): append(" SACK_PERM")
    case (5, _): try sack(&body, node, start, facts)
    case (8, 10):
      let value = try tree.read(TCPField.tsval, UInt32.self, from: &body)
      let echo = try tree.read(TCPField.tsecr, UInt32.self, from: &body)
      tree.retitle(node, words: "TCP Option - Timestamps: TSval \(value), TSecr \(echo)")
      note(" TSval=", UInt64(value))
      note(" TSecr=", UInt64(echo))
    case (34, _): try fastOpen(&body, node, facts, flags, at: start)
    case (253, _), (254, _): try experiment(&body, node, facts, flags, at: start)
    default: try rareOption(kind, &body, node)
    }
  }

  /// Octets of an option that has always as many.
  private static func length(of kind: UInt8) -> Int? {
    switch kind {
    case 2, 28: 4
    case 3: 3
    case 4: 2
    case 6, 7, 11, 12, 13: 6
    case 8: 10
    case 19: 18
    case 27: 8
    default: nil
    }
  }

  /// A cookie, or a request for one (RFC 7413 section 4.1.1).
  private mutating func fastOpen(
    _ body: inout Reader, _ node: Int, _ facts: TCPFacts?, _ flags: UInt16, at start: Int
  ) throws(ReadError) {
    guard body.remaining > 0 else {
      tree.add(TCPField.fastOpenRequest, at: start, 2)
      return append(" TFO=R")
    }
    let at = body.position
    try tree.bytes(TCPField.fastOpenCookie, body.remaining, from: &body)
    if flags & 0x12 == 2, !context.isQuoted { tree.add(TCPField.fastOpenSYN, at: at, 0) }
    append(" TFO=C")
  }

  /// An experiment, by the identifier that it registered (RFC 6994 section 3).
  private mutating func experiment(
    _ body: inout Reader, _ node: Int, _ facts: TCPFacts?, _ flags: UInt16, at start: Int
  ) throws(ReadError) {
    let identifier = try tree.read(TCPField.experiment, UInt16.self, from: &body)
    if identifier == 0xF989 { return try fastOpen(&body, node, facts, flags, at: start) }
    if body.remaining > 0 { try tree.bytes(TCPField.experimentData, body.remaining, from: &body) }
    guard !context.isQuoted, tree.wants.contains(.columns) else { return }
    tree.column.append(" ExID=")
    tree.column.append(hex: UInt64(identifier), digits: 4)
  }

  private mutating func rareOption(_ kind: UInt8, _ body: inout Reader, _ node: Int) throws(ReadError) {
    switch kind {
    case 6, 7: note(" ECHO=", UInt64(try tree.read(TCPField.echoValue, UInt32.self, from: &body)))
    case 11, 12, 13: note(" CC=", UInt64(try tree.read(TCPField.countValue, UInt32.self, from: &body)))
    case 19:
      append(" MD5")
      try tree.bytes(TCPField.signature, body.remaining, from: &body)
    case 27:
      let rate = UInt64(try body.peek(UInt8.self)) & 15
      tree.add(TCPField.quickStartRate, rate, at: body.position, 1)
      try body.skip(1)
      try tree.read(TCPField.quickStartHops, UInt8.self, from: &body)
      append(" QSresp=")
      if !context.isQuoted, tree.wants.contains(.columns) {
        tree.column.append(quickStartName(rate) ?? "Unknown")
      }
    case 28:
      let value = UInt64(try body.read(UInt16.self))
      tree.add(TCPField.userTimeoutUnit, value >> 15, at: body.position - 2, 2)
      tree.add(TCPField.userTimeout, value & 0x7FFF, at: body.position - 2, 2)
      note(" USER_TO=", value & 0x7FFF)
    case 29:
      append("TCP AO")
      guard body.remaining >= 2 else { return }
      try tree.read(TCPField.authenticationKey, UInt8.self, from: &body)
      try tree.read(TCPField.authenticationNext, UInt8.self, from: &body)
      if body.remaining > 0 { try tree.bytes(TCPField.authenticationCode, body.remaining, from: &body) }
    case 172, 174: try accurateECN(kind, &body, node)
    default:
      if body.remaining > 0 { try tree.bytes(TCPField.optionPayload, body.remaining, from: &body) }
    }
  }

  /// Counters of octets by their marks (RFC 9768 section 3.2.3), in one order or in the other.
  private mutating func accurateECN(_ kind: UInt8, _ body: inout Reader, _ node: Int) throws(ReadError) {
    if body.isAtEnd { append(" AccECN") }
    let order: [(TCPField, StaticString)] = [
      (.echoed0, " EE0B="), (.echoedCE, " ECEB="), (.echoed1, " EE1B="),
    ]
    for (field, word) in kind == 172 ? order : order.reversed() where body.remaining >= 3 {
      let value = UInt64(try body.read24())
      tree.add(field, value, at: body.position - 3, 3)
      note(word, value)
    }
  }

  private mutating func append(_ word: StaticString) {
    if !context.isQuoted, tree.wants.contains(.columns) { tree.column.append(word) }
  }

  private mutating func sack(
    _ body: inout Reader, _ node: Int, _ start: Int, _ facts: TCPFacts?
  ) throws(ReadError) {
    // Edges count in the other side's numbers, relative as its sequence numbers are.
    let base = facts.map { $0.rawAcknowledgment &- $0.acknowledgment } ?? 0
    var words: [String] = []
    var count: UInt64 = 0
    var first: (UInt32, UInt32)?
    var isDouble = false
    while body.remaining >= 8 {
      let left = try body.read(UInt32.self) &- base
      let right = try body.read(UInt32.self) &- base
      tree.add(TCPField.sackLeft, UInt64(left), at: body.position - 8, 4)
      tree.add(TCPField.sackRight, UInt64(right), at: body.position - 4, 4)
      note(" SLE=", UInt64(left))
      note(" SRE=", UInt64(right))
      if tree.wants.contains(.labels) { words.append("\(left)-\(right)") }
      if count == 0 { first = (left, right) }
      if count == 1, let first, !left.isAfter(first.0), !first.1.isAfter(right) { isDouble = true }
      count += 1
    }
    tree.add(TCPField.sackCount, count, at: start, 0)
    tree.retitle(node, "TCP Option - SACK " + words.joined(separator: " "))
    // What arrived twice stands first: below the acknowledgment, or within the second block (RFC 2883 section 4).
    guard let facts, let first, isDouble || !first.1.isAfter(facts.acknowledgment) else {
      if body.remaining > 0 { tree.add(TCPField.badSuboption, at: body.position, 0) }
      return
    }
    tree.add(TCPField.doubleLeft, UInt64(first.0), at: start + 2, 4)
    tree.add(TCPField.doubleRight, UInt64(first.1), at: start + 6, 4)
    tree.add(TCPField.doubleSack, at: start + 2, 0)
  }
}

func quickStartName(_ rate: UInt64) -> String? {
  let names = [
    "0 bit/s", "80 Kbit/s", "160 Kbit/s", "320 Kbit/s", "640 Kbit/s", "1.28 Mbit/s", "2.56 Mbit/s",
    "5.12 Mbit/s",
    "10.24 Mbit/s", "20.48 Mbit/s", "40.96 Mbit/s", "81.92 Mbit/s", "163.84 Mbit/s", "327.68 Mbit/s",
    "655.36 Mbit/s", "1.31072 Gbit/s",
  ]
  return rate < 16 ? names[Int(rate)] : nil
}
