public import Bytes

/// Writes events field by field, as flat JSON objects of one line (RFC 8259): whoever tells very many of them makes no
/// `Event`, no array and no string for it.
///
/// `begin`, the fields in their order, `end`; or the same as a whole journal entry, with the words that other programs show:
/// `beginEntry`, fields, `endEntry`. An object takes `EventCodec.largest` octets at most: a text that would go beyond is cut
/// between two characters, and fields that have no room at all are left out.
public struct EventWriter: Sendable {
  /// What was written since `removeAll`.
  public private(set) var text = TextBuffer(capacity: 1024)
  /// Where the object has to end, with room for the closing brace and the last quote.
  private var limit = 0

  /// A writer that has written nothing.
  public init() {}

  /// Forgets what was written and keeps the room.
  public mutating func removeAll() { text.removeAll() }

  /// Appends what was written to `out`.
  func copy(to out: inout [UInt8]) {
    unsafe text.raw.withUnsafeBytes { unsafe out.append(contentsOf: $0) }
  }

  /// Begins an object: what it is about, when it happened, and its words.
  public mutating func begin(_ kind: EventKind, at time: Timestamp, _ message: RawSpan) {
    limit = text.count + EventCodec.largest - 2
    text.append("{\"kind\":\"" as StaticString)
    text.append(kind.rawValue)
    text.append("\",\"time\":" as StaticString)
    text.append(time.nanoseconds)
    text.append(",\"message\":" as StaticString)
    append(quoted: message)
  }

  /// Begins a systemd journal entry, which Wireshark lists as a row: its stamp, its words in one line, then the object.
  public mutating func beginEntry(_ kind: EventKind, at time: Timestamp, _ message: RawSpan) {
    text.append("__REALTIME_TIMESTAMP=" as StaticString)
    text.append(max(0, time.nanoseconds) / 1000)
    text.append("\nMESSAGE=" as StaticString)
    if Self.isPlain(message) {
      text.append(message)
    } else {
      text.append(String(decoding: message.copied(), as: UTF8.self).oneLine)
    }
    text.append("\nBACKLAB_EVENT=" as StaticString)
    begin(kind, at: time, message)
  }

  /// Adds a number.
  public mutating func field(_ name: String, _ number: Int64) {
    if open(name) { text.append(number) }
  }

  /// Adds a text.
  public mutating func field(_ name: String, _ value: String) {
    guard open(name) else { return }
    let octets = value.utf8
    unsafe append(quoted: octets.span.bytes)
  }

  /// Adds a field.
  public mutating func field(_ field: EventField) {
    switch field.value {
    case .text(let value): self.field(field.name, value)
    case .number(let number): self.field(field.name, number)
    case .truth(let truth): if open(field.name) { text.append(truth ? "true" : "false" as StaticString) }
    }
  }

  /// Adds fields that were prepared, or none of them where they have no room.
  public mutating func fields(_ prepared: PreparedFields) {
    guard limit - text.count > prepared.octets.count else { return limit = 0 }
    unsafe text.append(prepared.octets.span.bytes)
  }

  /// Ends an object.
  public mutating func end() { text.append(octet: 125) }

  /// Ends an entry.
  public mutating func endEntry() { text.append("}\n\n" as StaticString) }

  /// Writes a whole event as an object.
  public mutating func object(_ event: Event) {
    let message = event.message.utf8
    unsafe begin(event.kind, at: event.time, message.span.bytes)
    for one in event.fields { field(one) }
    end()
  }

  /// Writes a whole event as an entry.
  public mutating func entry(_ event: Event) {
    let message = event.message.utf8
    unsafe beginEntry(event.kind, at: event.time, message.span.bytes)
    for one in event.fields { field(one) }
    endEntry()
  }

  /// Begins a field; whether it has room. After one that had none no other is written.
  private mutating func open(_ name: String) -> Bool {
    let octets = name.utf8
    // A name of ours is a word; one octet of it takes six octets at most.
    guard limit - text.count > octets.count * 6 + 32 else {
      limit = 0
      return false
    }
    text.append(octet: 44)
    unsafe append(quoted: octets.span.bytes)
    text.append(octet: 58)
    return true
  }

  /// Appends a string, cut where it would go beyond the limit.
  private mutating func append(quoted octets: RawSpan) {
    text.append(octet: 34)
    if octets.byteCount + 7 <= limit - text.count, Self.isPlain(octets) {
      text.append(octets)
    } else {
      for scalar in String(decoding: octets.copied(), as: UTF8.self).unicodeScalars {
        // The longest character takes six octets, and the quote one.
        if text.count + 7 > limit { break }
        append(escaped: scalar)
      }
    }
    text.append(octet: 34)
  }

  private mutating func append(escaped scalar: Unicode.Scalar) {
    switch scalar {
    case "\"": text.append("\\\"" as StaticString)
    case "\\": text.append("\\\\" as StaticString)
    case "\n": text.append("\\n" as StaticString)
    case _ where scalar.value < 32 || scalar.value == 127:
      text.append("\\u" as StaticString)
      text.append(hex: UInt64(scalar.value), digits: 4)
    default: text.append(String(scalar))
    }
  }

  /// Whether octets are printable ASCII that means nothing in a string of JSON.
  private static func isPlain(_ octets: RawSpan) -> Bool {
    let ones: UInt64 = 0x0101_0101_0101_0101
    var at = 0
    while at + 8 <= octets.byteCount {
      let word = unsafe octets.unsafeLoadUnaligned(fromUncheckedByteOffset: at, as: UInt64.self)
      // The highest bit of an octet tells that it is not below 128, below 32, or a quote, a backslash or DEL.
      let quote = word ^ (ones &* 34), backslash = word ^ (ones &* 92), delete = word ^ (ones &* 127)
      let odd =
        word | (word &- ones &* 32) & ~word | (quote &- ones) & ~quote | (backslash &- ones) & ~backslash
        | (delete &- ones) & ~delete
      if odd & (ones &* 0x80) != 0 { return false }
      at += 8
    }
    while at < octets.byteCount {
      let octet = octets[octet: at]
      if octet < 32 || octet > 126 || octet == 34 || octet == 92 { return false }
      at += 1
    }
    return true
  }
}

/// Fields that many events have in common, written once.
public struct PreparedFields: Sendable {
  let octets: [UInt8]

  /// Writes them.
  public init(_ fields: [EventField]) {
    var writer = EventWriter()
    writer.begin(.note, at: Timestamp(nanoseconds: 0), RawSpan())
    let start = writer.text.count
    for field in fields { writer.field(field) }
    octets = writer.text.octets(from: start)
  }
}
