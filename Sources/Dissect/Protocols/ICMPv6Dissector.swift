import Bytes

extension FrameDissector {
  mutating func icmpv6(_ reader: inout Reader) {
    let start = reader.position
    let layer = tree.open(ICMPv6Field.icmpv6, at: start)
    note("icmpv6")
    tree.protocolName = "ICMPv6"
    if !context.isQuoted { tree.column.removeAll() }
    do throws(ReadError) {
      let sum = context.isCut || context.isQuoted ? nil : checksum(reader.rest, 58)
      let type = try tree.read(ICMPv6Field.type, UInt8.self, from: &reader)
      let code = try tree.read(ICMPv6Field.code, UInt8.self, from: &reader)
      icmpv6Column(type, code)
      try tree.read(ICMPv6Field.checksum, UInt16.self, from: &reader)
      tree.add(ICMPv6Field.checksumStatus, sum.map { $0 == 0 ? 1 : 0 } ?? 2, at: start + 2, 0)
      switch type {
      case 1, 3:
        try tree.bytes(ICMPv6Field.reserved, 4, from: &reader)
        quotedIPv6(&reader, layer)
      case 2:
        try tree.read(ICMPv6Field.mtu, UInt32.self, from: &reader)
        quotedIPv6(&reader, layer)
      case 4:
        try tree.read(ICMPv6Field.pointer, UInt32.self, from: &reader)
        quotedIPv6(&reader, layer)
      case 128, 129: return try ping(type, &reader, layer, at: start)
      case 130...132: try listener(type, &reader)
      case 133:
        try tree.bytes(ICMPv6Field.reserved, 4, from: &reader)
        try neighbourOptions(&reader)
      case 134: try routerAdvertisement(&reader)
      case 135:
        try tree.bytes(ICMPv6Field.reserved, 4, from: &reader)
        add(" for ", try address(reader))
        try tree.bytes(ICMPv6Field.neighbourSolicited, 16, from: &reader)
        try neighbourOptions(&reader)
      case 136: try neighbourAdvertisement(&reader)
      case 137:
        try tree.bytes(ICMPv6Field.reserved, 4, from: &reader)
        try tree.bytes(ICMPv6Field.redirectTarget, 16, from: &reader)
        try tree.bytes(ICMPv6Field.redirectDestination, 16, from: &reader)
        try neighbourOptions(&reader)
      case 143: try listenerReport(&reader)
      case 151:
        try tree.read(ICMPv6Field.queryInterval, UInt16.self, from: &reader)
        try tree.read(ICMPv6Field.robustness, UInt16.self, from: &reader)
      default:
        if reader.remaining > 0 { try tree.bytes(ICMPv6Field.data, reader.remaining, from: &reader) }
      }
      tree.close(layer, end: reader.position)
    } catch {
      tree.close(layer, end: reader.position)
      if !context.isQuoted { unreadable("ICMPv6") }
    }
  }

  private mutating func icmpv6Column(_ type: UInt8, _ code: UInt8) {
    guard tree.wants.contains(.columns), !context.isQuoted else { return }
    tree.column.append(icmpv6TypeName(UInt64(type)) ?? "Unknown (\(type))")
    guard [1, 3, 4].contains(type) else { return }
    tree.column.append(" (")
    tree.column.append(
      icmpv6CodeName(UInt64(type), UInt64(code)) ?? (type == 1 ? "Unknown" : "Unknown (\(code))"))
    tree.column.append(octet: 41)
  }

  /// Adds a word and an address to the info column.
  private mutating func add(_ word: StaticString, _ address: IPv6Address) {
    guard tree.wants.contains(.columns), !context.isQuoted else { return }
    tree.column.append(word)
    tree.column.append(address.description)
  }

  private func address(_ reader: borrowing Reader) throws(ReadError) -> IPv6Address {
    IPv6Address(high: try reader.peek(UInt64.self), low: try reader.peek(UInt64.self, at: 8))
  }

  private mutating func quotedIPv6(_ reader: inout Reader, _ layer: Int) {
    guard !reader.isAtEnd else {
      if !context.isQuoted { unreadable("ICMPv6") }
      return
    }
    let depth = tree.depth
    quote(&reader) { dissector, reader in dissector.ipv6(&reader) }
    tree.depth = depth
  }

  private mutating func ping(
    _ type: UInt8, _ reader: inout Reader, _ layer: Int, at start: Int
  ) throws(ReadError) {
    let identifier = try tree.read(ICMPv6Field.identifier, UInt16.self, from: &reader)
    let sequence = try tree.read(ICMPv6Field.sequence, UInt16.self, from: &reader)
    if tree.wants.contains(.columns), !context.isQuoted {
      tree.column.append(" id=0x")
      tree.column.append(hex: UInt64(identifier), digits: 4)
      tree.column.append(", seq=")
      tree.column.append(sequence)
      tree.column.append(", hop limit=")
      tree.column.append(context.hopLimit)
    }
    echo(type == 128, ICMPv6Field.responseIn, .responseTo, .responseTime, .noResponse, at: start)
    tree.close(layer, end: reader.position)
    data(&reader)
  }

  private mutating func routerAdvertisement(_ reader: inout Reader) throws(ReadError) {
    try tree.read(ICMPv6Field.raHopLimit, UInt8.self, from: &reader)
    let flags = UInt64(try reader.peek(UInt8.self))
    let at = reader.position
    let group = tree.open(ICMPv6Field.raFlags, at: at, 1)
    tree.set(group, flags)
    tree.add(ICMPv6Field.raManaged, flags >> 7, at: at, 1)
    tree.add(ICMPv6Field.raOther, flags >> 6 & 1, at: at, 1)
    tree.add(ICMPv6Field.raHomeAgent, flags >> 5 & 1, at: at, 1)
    tree.add(ICMPv6Field.raPreference, flags >> 3 & 3, at: at, 1)
    tree.add(ICMPv6Field.raProxy, flags >> 2 & 1, at: at, 1)
    tree.add(ICMPv6Field.raReserved, flags & 3, at: at, 1)
    tree.close(group)
    try reader.skip(1)
    try tree.read(ICMPv6Field.raLifetime, UInt16.self, from: &reader)
    try tree.read(ICMPv6Field.raReachable, UInt32.self, from: &reader)
    try tree.read(ICMPv6Field.raRetransmit, UInt32.self, from: &reader)
    try neighbourOptions(&reader)
  }

  private mutating func neighbourAdvertisement(_ reader: inout Reader) throws(ReadError) {
    let flags = try reader.peek(UInt32.self)
    let group = tree.open(ICMPv6Field.naFlags, at: reader.position, 4)
    tree.set(group, UInt64(flags))
    tree.add(ICMPv6Field.naRouter, UInt64(flags >> 31), at: reader.position, 4)
    tree.add(ICMPv6Field.naSolicited, UInt64(flags >> 30 & 1), at: reader.position, 4)
    tree.add(ICMPv6Field.naOverride, UInt64(flags >> 29 & 1), at: reader.position, 4)
    tree.add(ICMPv6Field.naReserved, UInt64(flags & 0x1FFF_FFFF), at: reader.position, 4)
    tree.close(group)
    try reader.skip(4)
    add(" ", try address(reader))
    try tree.bytes(ICMPv6Field.neighbourAdvertised, 16, from: &reader)
    if tree.wants.contains(.columns), !context.isQuoted {
      let words = [(31, "rtr"), (30, "sol"), (29, "ovr")].filter { flags >> UInt32($0.0) & 1 == 1 }.map(\.1)
      tree.column.append(" (\(words.isEmpty ? "none" : words.joined(separator: ", ")))")
    }
    try neighbourOptions(&reader)
  }

  /// Questions about and reports of membership in groups, RFC 2710 and RFC 3810 section 5.1.
  private mutating func listener(_ type: UInt8, _ reader: inout Reader) throws(ReadError) {
    let isSecond = type == 130 && reader.remaining > 20
    try tree.read(isSecond ? ICMPv6Field.responseCode : .responseDelay, UInt16.self, from: &reader)
    try tree.bytes(ICMPv6Field.reserved, 2, from: &reader)
    try tree.bytes(ICMPv6Field.multicastAddress, 16, from: &reader)
    guard isSecond else { return }
    let flags = UInt64(try reader.peek(UInt8.self))
    let at = reader.position
    let group = tree.open(ICMPv6Field.mldFlags, at: at, 1)
    tree.set(group, flags)
    tree.add(ICMPv6Field.mldSuppress, flags >> 3 & 1, at: at, 1)
    tree.add(ICMPv6Field.mldRobustness, flags & 7, at: at, 1)
    tree.add(ICMPv6Field.mldReserved, flags >> 4, at: at, 1)
    tree.close(group)
    try reader.skip(1)
    try tree.read(ICMPv6Field.mldInterval, UInt8.self, from: &reader)
    let count = try tree.read(ICMPv6Field.mldSources, UInt16.self, from: &reader)
    for _ in 0..<count { try tree.bytes(ICMPv6Field.mldSource, 16, from: &reader) }
  }

  /// RFC 3810 section 5.2.
  private mutating func listenerReport(_ reader: inout Reader) throws(ReadError) {
    try tree.bytes(ICMPv6Field.reserved, 2, from: &reader)
    let records = try tree.read(ICMPv6Field.recordCount, UInt16.self, from: &reader)
    for _ in 0..<records {
      let record = tree.open(ICMPv6Field.record, at: reader.position)
      defer { tree.close(record, end: reader.position) }
      let type = try tree.read(ICMPv6Field.recordType, UInt8.self, from: &reader)
      let extra = Int(try tree.read(ICMPv6Field.recordExtra, UInt8.self, from: &reader)) * 4
      let count = try tree.read(ICMPv6Field.recordSources, UInt16.self, from: &reader)
      let group = try address(reader)
      tree.retitle(
        record,
        "Multicast Address Record \(recordTypeName(UInt64(type)) ?? "Unknown"): \(group)")
      try tree.bytes(ICMPv6Field.recordAddress, 16, from: &reader)
      for _ in 0..<count { try tree.bytes(ICMPv6Field.recordSource, 16, from: &reader) }
      if extra > 0 { try tree.bytes(ICMPv6Field.recordData, extra, from: &reader) }
    }
  }
}
