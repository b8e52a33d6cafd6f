import Bytes

/// The options of neighbour discovery, RFC 4861 section 4.6.
extension FrameDissector {
  mutating func neighbourOptions(_ reader: inout Reader) throws(ReadError) {
    while !reader.isAtEnd {
      let start = reader.position
      let type = try reader.peek(UInt8.self)
      let size = Int(try reader.peek(UInt8.self, at: 1)) * 8
      guard size > 0 else { throw .malformed("option of no length", at: start) }
      var body = try reader.take(size)
      let group = tree.open(ICMPv6Field.option, at: start, size)
      defer { tree.close(group) }
      try tree.read(ICMPv6Field.optionType, UInt8.self, from: &body)
      try tree.read(ICMPv6Field.optionLength, UInt8.self, from: &body)
      let name = neighbourOptionName(UInt64(type)) ?? "Unknown \(type)"
      tree.retitle(group, "ICMPv6 Option (\(name))")
      try neighbourOption(type, size, &body, at: start)
    }
  }

  private mutating func neighbourOption(
    _ type: UInt8, _ size: Int, _ body: inout Reader, at start: Int
  ) throws(ReadError) {
    switch (type, size) {
    case (1, 8), (2, 8):
      let address = try card(body, 0)
      tree.add(ICMPv6Field.linkAddress, at: start + 2, 6)
      tree.add(type == 1 ? ICMPv6Field.sourceCard : .targetCard, address.value, at: start + 2, 6)
      guard tree.wants.contains(.columns), !context.isQuoted else { return }
      tree.column.append(type == 1 ? " from " : " is at ")
      tree.column.append(address.description)
    case (3, 32):
      try tree.read(ICMPv6Field.prefixLength, UInt8.self, from: &body)
      let flags = UInt64(try body.peek(UInt8.self))
      let group = tree.open(ICMPv6Field.prefixFlags, at: start + 3, 1)
      tree.set(group, flags)
      tree.add(ICMPv6Field.prefixOnLink, flags >> 7, at: start + 3, 1)
      tree.add(ICMPv6Field.prefixAutonomous, flags >> 6 & 1, at: start + 3, 1)
      tree.add(ICMPv6Field.prefixRouter, flags >> 5 & 1, at: start + 3, 1)
      tree.add(ICMPv6Field.prefixReserved, flags & 31, at: start + 3, 1)
      tree.close(group)
      try body.skip(1)
      try tree.read(ICMPv6Field.prefixValid, UInt32.self, from: &body)
      try tree.read(ICMPv6Field.prefixPreferred, UInt32.self, from: &body)
      try tree.bytes(ICMPv6Field.optionReserved, 4, from: &body)
      try tree.bytes(ICMPv6Field.prefix, 16, from: &body)
    case (4, _):
      try tree.bytes(ICMPv6Field.optionReserved, 6, from: &body)
      tree.add(ICMPv6Field.redirectedPacket, at: body.position, body.remaining)
      quote(&body) { dissector, reader in dissector.ipv6(&reader) }
    case (5, 8):
      try tree.bytes(ICMPv6Field.optionReserved, 2, from: &body)
      try tree.read(ICMPv6Field.optionMTU, UInt32.self, from: &body)
    case (14, _): try tree.bytes(ICMPv6Field.nonce, body.remaining, from: &body)
    case (24, _): try routeInformation(size, &body, at: start)
    case (25, _):
      try tree.bytes(ICMPv6Field.optionReserved, 2, from: &body)
      try tree.read(ICMPv6Field.serversLifetime, UInt32.self, from: &body)
      while body.remaining >= 16 { try tree.bytes(ICMPv6Field.server, 16, from: &body) }
    case (31, _): try searchList(&body)
    default: if body.remaining > 0 { try tree.bytes(ICMPv6Field.optionData, body.remaining, from: &body) }
    }
  }

  /// RFC 4191 section 2.3.
  private mutating func routeInformation(_ size: Int, _ body: inout Reader, at start: Int) throws(ReadError) {
    try tree.read(ICMPv6Field.prefixLength, UInt8.self, from: &body)
    let flags = UInt64(try body.peek(UInt8.self))
    let group = tree.open(ICMPv6Field.routeFlags, at: start + 3, 1)
    tree.set(group, flags)
    tree.add(ICMPv6Field.routePreference, flags >> 3 & 3, at: start + 3, 1)
    tree.add(ICMPv6Field.routeReserved, flags & 0xE7, at: start + 3, 1)
    tree.close(group)
    try body.skip(1)
    try tree.read(ICMPv6Field.routeLifetime, UInt32.self, from: &body)
    // A prefix as long as it needs to be: its other octets are zeros.
    if body.remaining > 0 { tree.add(ICMPv6Field.prefix, at: body.position, body.remaining) }
  }

  /// Names in the form of DNS (RFC 8106 section 5.2).
  private mutating func searchList(_ body: inout Reader) throws(ReadError) {
    try tree.bytes(ICMPv6Field.optionReserved, 2, from: &body)
    try tree.read(ICMPv6Field.searchLifetime, UInt32.self, from: &body)
    while !body.isAtEnd, try body.peek(UInt8.self) != 0 {
      let start = body.position
      var labels: [String] = []
      while let size = try? body.peek(UInt8.self), size > 0, size < 64 {
        try body.skip(1)
        labels.append(String(decoding: try body.bytes(Int(size)), as: UTF8.self))
      }
      try body.skip(1)
      tree.add(
        ICMPv6Field.searchName, text: labels.joined(separator: "."), at: start, body.position - start)
    }
    if !body.isAtEnd { try tree.bytes(ICMPv6Field.optionPadding, body.remaining, from: &body) }
  }
}

func neighbourOptionName(_ type: UInt64) -> String? {
  switch type {
  case 1: "Source link-layer address"
  case 2: "Target link-layer address"
  case 3: "Prefix information"
  case 4: "Redirected header"
  case 5: "MTU"
  case 13: "Timestamp"
  case 14: "Nonce"
  case 24: "Route Information"
  case 25: "Recursive DNS Server"
  case 26: "RA Flags Extension"
  case 31: "DNS Search List Option"
  case 37: "DHCP Captive-Portal"
  case 38: "PREF64 Option"
  default: nil
  }
}
