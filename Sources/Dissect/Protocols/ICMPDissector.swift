import Bytes

extension FrameDissector {
  mutating func icmp(_ reader: inout Reader) {
    let start = reader.position
    let layer = tree.open(ICMPField.icmp, at: start)
    note("icmp")
    tree.protocolName = "ICMP"
    if !context.isQuoted { tree.column.removeAll() }
    do throws(ReadError) {
      var sum = Checksum()
      sum.add(reader.rest)
      let type = try tree.read(ICMPField.type, UInt8.self, from: &reader)
      let code = try tree.read(ICMPField.code, UInt8.self, from: &reader)
      try tree.read(ICMPField.checksum, UInt16.self, from: &reader)
      let status: UInt64 = context.isCut || context.isQuoted ? 2 : sum.value == 0 ? 1 : 0
      tree.add(ICMPField.checksumStatus, status, at: start + 2, 0)
      icmpColumn(type, code)
      let quotes = try icmpBody(type, code, &reader, at: start)
      tree.close(layer, end: reader.position)
      if quotes, !reader.isAtEnd {
        tree.depth = 1
        quote(&reader) { dissector, reader in dissector.ipv4(&reader) }
        tree.depth = 0
        tree.close(layer, end: reader.position)
      } else if type == 0 || type == 8 {
        data(&reader)
      }
    } catch {
      tree.close(layer, end: reader.position)
      if !context.isQuoted { unreadable("ICMP") }
    }
  }

  /// The info column: a name in a room of twenty characters, and the reason.
  private mutating func icmpColumn(_ type: UInt8, _ code: UInt8) {
    guard tree.wants.contains(.columns), !context.isQuoted else { return }
    let name = icmpTypeName(UInt64(type)) ?? "Unknown ICMP (obsolete or malformed?)"
    tree.column.append(name)
    tree.column.append(octet: 32, count: 20 - name.utf8.count)
    guard icmpHasCodes(type) else { return }
    tree.column.append(" (")
    tree.column.append(icmpCodeName(UInt64(type), UInt64(code)) ?? "Unknown code: \(code)")
    tree.column.append(octet: 41)
  }

  /// Draws what follows the checksum; says whether a packet is quoted behind it.
  private mutating func icmpBody(
    _ type: UInt8, _ code: UInt8, _ reader: inout Reader, at start: Int
  ) throws(ReadError) -> Bool {
    switch type {
    case 0, 8, 13...18:
      try icmpNumbers(type, &reader, at: start)
    case 3 where code == 4:
      try tree.bytes(ICMPField.unused, 2, from: &reader)
      try tree.read(ICMPField.mtu, UInt16.self, from: &reader)
      return true
    case 3, 11:
      try tree.bytes(ICMPField.unused, 4, from: &reader)
      return true
    case 4:
      try reader.skip(4)
      return true
    case 5:
      try tree.read(ICMPField.gateway, UInt32.self, from: &reader)
      return true
    case 12:
      try tree.read(ICMPField.pointer, UInt8.self, from: &reader)
      try tree.bytes(ICMPField.unused, 3, from: &reader)
      return true
    case 9:
      let count = try tree.read(ICMPField.addressCount, UInt8.self, from: &reader)
      let size = try tree.read(ICMPField.addressSize, UInt8.self, from: &reader)
      try tree.read(ICMPField.lifetime, UInt16.self, from: &reader)
      guard size == 2 else { break }
      for _ in 0..<count {
        try tree.read(ICMPField.routerAddress, UInt32.self, from: &reader)
        let preference = Int64(Int32(bitPattern: try reader.peek(UInt32.self)))
        tree.add(ICMPField.preference, UInt64(bitPattern: preference), at: reader.position, 4)
        try reader.skip(4)
      }
    default: break
    }
    return false
  }

  /// Identifier and sequence number, in both orders of octets, and what goes with them.
  private mutating func icmpNumbers(_ type: UInt8, _ reader: inout Reader, at start: Int) throws(ReadError) {
    let identifier = try reader.peek(UInt16.self)
    tree.add(ICMPField.identifier, UInt64(identifier), at: start + 4, 2)
    tree.add(ICMPField.identifierLittle, UInt64(identifier.byteSwapped), at: start + 4, 2)
    let sequence = try reader.peek(UInt16.self, at: 2)
    tree.add(ICMPField.sequence, UInt64(sequence), at: start + 6, 2)
    tree.add(ICMPField.sequenceLittle, UInt64(sequence.byteSwapped), at: start + 6, 2)
    try reader.skip(4)
    if tree.wants.contains(.columns), !context.isQuoted {
      tree.column.append(" id=0x")
      tree.column.append(hex: UInt64(identifier), digits: 4)
      tree.column.append(", seq=")
      tree.column.append(sequence)
      tree.column.append(octet: 47)
      tree.column.append(sequence.byteSwapped)
      tree.column.append(", ttl=")
      tree.column.append(context.hopLimit)
    }
    switch type {
    case 0, 8:
      echo(type == 8, ICMPField.responseIn, .responseTo, .responseTime, .noResponse, at: start)
      icmpStamp(&reader)
    case 13, 14:
      try tree.read(ICMPField.originated, UInt32.self, from: &reader)
      try tree.read(ICMPField.received, UInt32.self, from: &reader)
      try tree.read(ICMPField.transmitted, UInt32.self, from: &reader)
    case 17, 18: try tree.read(ICMPField.mask, UInt32.self, from: &reader)
    default: break
    }
  }

  /// Which row answers a ping, or which ping it answers.
  mutating func echo<F: Dissected>(
    _ isRequest: Bool, _ responseIn: F, _ responseTo: F, _ time: F, _ none: F, at start: Int
  ) {
    guard !context.isQuoted else { return }
    let partner = context.analysis.conversations.echoes.partner(of: context.row)
    if tree.wants.contains(.columns) {
      if let partner {
        tree.column.append(isRequest ? " (reply in " : " (request in ")
        tree.column.append(partner)
        tree.column.append(octet: 41)
      } else if isRequest {
        tree.column.append(" (no response found!)")
      }
    }
    guard let partner else {
      if isRequest { tree.add(none, at: start, 0) }
      return
    }
    tree.add(isRequest ? responseIn : responseTo, UInt64(partner), at: start, 0)
    guard !isRequest, let now = context.time, let then = context.analysis.store.time(partner) else { return }
    tree.add(time, text: Self.milliseconds(now &- then), at: start, 0)
  }

  /// Nanoseconds as milliseconds, with as many decimals as there are.
  private static func milliseconds(_ nanoseconds: Int64) -> String {
    var text = Array(Seconds.text(nanoseconds, decimals: 9).utf8)
    // The point moves by three places: `0.001234000` is 1.234.
    guard let point = text.firstIndex(of: 46) else { return "" }
    text.remove(at: point)
    text.insert(46, at: point + 3)
    while text.last == 48 { text.removeLast() }
    if text.last == 46 { text.removeLast() }
    while text.count > 1, text[0] == 48, text[1] != 46 { text.removeFirst() }
    return String(decoding: text, as: UTF8.self)
  }

  /// The time that most pings carry: seconds and microseconds, in either order of octets, near the frame's own.
  private mutating func icmpStamp(_ reader: inout Reader) {
    guard let now = context.time, let first = try? reader.peek(UInt32.self),
      let second = try? reader.peek(UInt32.self, at: 4)
    else { return }
    for (seconds, micros) in [(first, second), (first.byteSwapped, second.byteSwapped)]
    where micros < 1_000_000 {
      let stamp = Int64(seconds) * 1_000_000_000 + Int64(micros) * 1000
      guard (now &- stamp).magnitude < 86_400_000_000_000 else { continue }
      tree.add(ICMPField.dataTime, UInt64(bitPattern: stamp), at: reader.position, 8)
      tree.add(ICMPField.dataTimeRelative, UInt64(bitPattern: now &- stamp), at: reader.position, 8)
      _ = try? reader.skip(8)
      return
    }
  }
}
