import Bytes

/// The systemd journal export format: `NAME=value` lines, or a name, a 64-bit little-endian size and that many octets.
enum Journal {
  /// The record of an entry: our event when it holds one that can be read.
  static func record(_ body: RawSpan, section: Int) -> Record {
    if let event = ours(body) { return .event(event) }
    var octets = body.copied()
    while octets.last == 0 { octets.removeLast() }
    let fields = fields(octets)
    var time: Timestamp?
    var message = ""
    var event: Event?
    for (name, value) in fields {
      switch name {
      case "__REALTIME_TIMESTAMP":
        if let n = Int64(String(decoding: value, as: UTF8.self)) {
          let (product, overflow) = n.multipliedReportingOverflow(by: 1000)
          time = Timestamp(nanoseconds: overflow ? (n < 0 ? .min : .max) : product)
        }
      case "MESSAGE": message = String(decoding: value, as: UTF8.self)
      case "BACKLAB_EVENT": event = EventCodec.decode(value)
      default: break
      }
    }
    if var event {
      if event.message.isEmpty { event.message = message }
      return .event(event)
    }
    return .journal(JournalEntry(fields: fields, time: time, bytes: octets, section: section))
  }

  /// The event of an entry that was written here, which has three lines and whose object has the words too.
  private static func ours(_ body: RawSpan) -> Event? {
    var at = 0
    for name: StaticString in ["__REALTIME_TIMESTAMP=", "MESSAGE=", "BACKLAB_EVENT="] {
      let size = name.utf8CodeUnitCount
      guard body.byteCount - at > size, body.extracting(at..<at + size).isEqual(to: name) else { return nil }
      at += size
      let start = at
      while at < body.byteCount, body[octet: at] != 10 { at += 1 }
      guard at < body.byteCount else { return nil }
      if size == 14 {
        // Behind it stands only the end.
        guard at + 1 < body.byteCount, body[octet: at + 1] == 10 else { return nil }
        for place in at + 2..<body.byteCount where body[octet: place] != 0 { return nil }
        guard let event = EventCodec.decode(body.extracting(start..<at)), !event.message.isEmpty else {
          return nil
        }
        return event
      }
      at += 1
    }
    return nil
  }

  private static func fields(_ octets: [UInt8]) -> [(name: String, value: [UInt8])] {
    var fields: [(name: String, value: [UInt8])] = []
    var at = 0
    while at < octets.count {
      let end = octets[at...].firstIndex(of: 10) ?? octets.count
      let line = octets[at..<end]
      at = end + 1
      if line.isEmpty { continue }
      if let equals = line.firstIndex(of: 61) {
        let name = String(decoding: line[..<equals], as: UTF8.self)
        fields.append((name, Array(line[line.index(after: equals)...])))
        continue
      }
      guard octets.count - at >= 8 else { break }
      var size: UInt64 = 0
      for i in (0..<8).reversed() { size = size << 8 | UInt64(octets[at + i]) }
      at += 8
      guard size <= UInt64(octets.count - at) else { break }
      fields.append((String(decoding: line, as: UTF8.self), Array(octets[at..<at + Int(size)])))
      at += Int(size) + 1
    }
    return fields
  }
}
