import Bytes

/// Draws one DNS message into a tree that it owns meanwhile.
struct DNSDrawer {
  var tree: Dissection
  /// Where the message begins in the current source.
  let base: Int
  let transaction: DNSConversation.Transaction?
  let part: DNSConversation.Part
  let isStream: Bool

  /// The most records that are drawn of a message; a record takes eleven octets, so no datagram reaches it.
  private static let recordLimit = 6000

  mutating func draw(_ message: RawSpan) {
    tree.depth = 0
    tree.protocolName = "DNS"
    let isBrief = !tree.wants.contains(.nodes)
    let layer = tree.open(DNSField.dns, at: base - (isStream ? 2 : 0), message.byteCount + (isStream ? 2 : 0))
    defer {
      tree.close(layer)
      tree.depth = 0
    }
    if tree.wants.contains(.columns) { tree.column.removeAll() }
    do throws(ReadError) {
      var reader = Reader(message, base: base)
      if isStream { tree.add(DNSField.length, UInt64(message.byteCount), at: base - 2, 2) }
      let id = try tree.read(DNSField.id, UInt16.self, from: &reader)
      let flags = try reader.read(UInt16.self)
      begin(id, flags)
      if !isBrief { self.flags(flags) }
      tree.retitle(layer, "Domain Name System (\(flags & 0x8000 == 0 ? "query" : "response"))")
      var counts: [Int] = []
      for field in [DNSField.questions, .answers, .authorities, .additionals] {
        counts.append(Int(try tree.read(field, UInt16.self, from: &reader)))
      }
      var at = 12
      try section("Queries", counts[0], message, &at) { (drawer, message, at) throws(ReadError) in
        try drawer.question(message, &at)
      }
      for (title, count) in zip(
        ["Answers", "Authoritative nameservers", "Additional records"], counts.dropFirst())
      {
        try section(title, count, message, &at) { (drawer, message, at) throws(ReadError) in
          try drawer.record(message, &at)
        }
      }
    } catch {
      tree.depth = 1
      tree.add(DNSField.malformed, text: "\(error)", at: base, message.byteCount)
      if tree.wants.contains(.columns) { tree.column.append("[Malformed Packet]") }
    }
    tree.depth = 1
    if !isBrief { links() }
  }

  private mutating func begin(_ id: UInt16, _ flags: UInt16) {
    guard tree.wants.contains(.columns) else { return }
    if let name = dnsOpcode(UInt64(flags >> 11 & 15)) {
      tree.column.append(name)
    } else {
      tree.column.append("Unknown operation (")
      tree.column.append(UInt64(flags >> 11 & 15))
      tree.column.append(")")
    }
    if flags & 0x8000 != 0 { tree.column.append(" response") }
    tree.column.append(" 0x")
    tree.column.append(hex: UInt64(id), digits: 4)
    guard flags & 0x8000 != 0, flags & 15 != 0 else { return }
    tree.column.append(octet: 32)
    if let name = dnsResponseCode(UInt64(flags & 15)) {
      tree.column.append(name)
    } else {
      tree.column.append("Unknown error (")
      tree.column.append(UInt64(flags & 15))
      tree.column.append(")")
    }
  }

  private mutating func flags(_ flags: UInt16) {
    let at = base + 2
    let group = tree.open(DNSField.flags, at: at, 2)
    tree.set(group, UInt64(flags))
    func add(_ field: DNSField, _ shift: UInt16, _ mask: UInt16 = 1) {
      tree.add(field, UInt64(flags >> shift & mask), at: at, 2)
    }
    let isResponse = flags & 0x8000 != 0
    add(.response, 15)
    add(.opcode, 11, 15)
    if isResponse { add(.authoritative, 10) }
    add(.truncated, 9)
    add(.recursionDesired, 8)
    if isResponse { add(.recursionAvailable, 7) }
    add(.z, 6)
    if isResponse || flags & 0x20 != 0 { add(.authenticated, 5) }
    add(.checkingDisabled, 4)
    if isResponse { add(.rcode, 0, 15) }
    tree.close(group)
  }

  private mutating func section(
    _ title: String, _ count: Int, _ message: RawSpan, _ at: inout Int,
    _ body: (inout DNSDrawer, RawSpan, inout Int) throws(ReadError) -> Void
  ) throws(ReadError) {
    guard count > 0 else { return }
    let group = tree.open(DNSField.section, at: base + at)
    tree.retitle(group, title)
    defer { tree.close(group, end: base + at) }
    for _ in 0..<min(count, Self.recordLimit) { try body(&self, message, &at) }
  }

  private mutating func question(_ message: RawSpan, _ at: inout Int) throws(ReadError) {
    let name = try DNSName(message, at: at)
    var reader = Reader(message.extracting(name.end..<message.byteCount), base: base + name.end)
    let place = (base + at, name.end - at)
    let type = try reader.read(UInt16.self)
    try reader.require(2)
    if tree.wants.contains(.columns) {
      typeColumn(type)
      tree.column.append(octet: 32)
      tree.column.append(name.text)
    }
    at = name.end + 4
    guard tree.wants.contains(.nodes) else { return }
    let group = tree.open(DNSField.record, at: place.0, place.1 + 4)
    tree.add(DNSField.queryName, text: name.string, at: place.0, place.1)
    tree.add(DNSField.queryNameLength, UInt64(name.length), at: place.0, place.1)
    tree.add(DNSField.labelCount, UInt64(name.labelCount), at: place.0, place.1)
    tree.add(DNSField.queryType, UInt64(type), at: base + name.end, 2)
    let classValue = try tree.read(DNSField.queryClass, UInt16.self, from: &reader)
    tree.close(group)
    tree.retitle(
      group,
      "\(name.string): type \(dnsTypeName(type)), class \(dnsClass(UInt64(classValue)) ?? String(classValue))"
    )
  }

  private mutating func typeColumn(_ type: UInt16) {
    tree.column.append(octet: 32)
    tree.column.append(dnsTypeName(type))
  }

  private mutating func record(_ message: RawSpan, _ at: inout Int) throws(ReadError) {
    let start = at
    let name = try DNSName(message, at: start)
    var reader = Reader(message.extracting(name.end..<message.byteCount), base: base + name.end)
    let type = try reader.peek(UInt16.self)
    let classValue = try reader.peek(UInt16.self, at: 2)
    let length = Int(try reader.peek(UInt16.self, at: 8))
    let dataStart = name.end + 10
    guard dataStart + length <= message.byteCount else {
      throw .truncated(needed: length, available: message.byteCount - dataStart, at: base + dataStart)
    }
    at = dataStart + length
    if tree.wants.contains(.columns) { typeColumn(type) }
    let data = DNSData(
      message: message, base: base, range: dataStart..<dataStart + length, name: name, type: type)
    let group = tree.open(DNSField.record, at: base + start, at - start)
    defer { tree.close(group) }
    let nameLength = name.end - start
    if type == 33 {
      service(name, at: base + start, nameLength)
    } else {
      tree.add(DNSField.name, text: name.string, at: base + start, nameLength)
    }
    if tree.wants.contains(.labels) {
      let words = recordWords(data, classValue)
      tree.retitle(group, words)
    }
    try reader.skip(2)
    tree.add(DNSField.type, UInt64(type), at: base + name.end, 2)
    if type == 41 {
      try options(&reader, data)
    } else {
      try tree.read(DNSField.`class`, UInt16.self, from: &reader)
      try tree.read(DNSField.ttl, UInt32.self, from: &reader)
      try tree.read(DNSField.dataLength, UInt16.self, from: &reader)
      if classValue & 0x7FFF == 1 || classValue == 3 || classValue == 4 {
        try self.data(data)
      } else if length > 0 {
        tree.add(DNSField.data, at: base + dataStart, length)
      }
    }
    if tree.wants.contains(.columns) { try column(data) }
  }

  /// `_service._protocol.domain`, or what stands in their places.
  private mutating func service(_ name: DNSName, at place: Int, _ length: Int) {
    guard tree.wants.contains(.nodes) else { return }
    let parts = name.string.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
    for (field, part) in zip([DNSField.srvService, .srvProtocol, .srvName], parts) {
      tree.add(field, text: String(part), at: place, length)
    }
  }

  private mutating func links() {
    guard let transaction else { return }
    switch part {
    case .query:
      if transaction.response != 0 {
        tree.add(DNSField.responseIn, UInt64(transaction.response), at: base, 0)
      }
    case .response:
      guard transaction.query != 0 else { return }
      tree.add(DNSField.responseTo, UInt64(transaction.query), at: base, 0)
      if let from = transaction.asked, let to = transaction.answered {
        tree.add(DNSField.time, UInt64(bitPattern: to.since(from)), at: base, 0)
      }
    case .repeatedQuery:
      tree.add(DNSField.retransmitRequestNote, at: base, 0)
      tree.add(DNSField.retransmittedRequest, UInt64(transaction.query), at: base, 0)
      tree.add(DNSField.retransmission, 1, at: base, 0)
    case .repeatedResponse:
      tree.add(DNSField.retransmitResponseNote, at: base, 0)
      tree.add(DNSField.retransmittedResponse, UInt64(transaction.response), at: base, 0)
      tree.add(DNSField.retransmission, 1, at: base, 0)
    }
  }
}
