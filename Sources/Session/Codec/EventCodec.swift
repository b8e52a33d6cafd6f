import Bytes

/// Events as flat JSON objects: `{"kind":...,"time":ns,"message":...,"name":value,...}` (RFC 8259).
///
/// `kind`, `time` and `message` are taken from their first sight, so fields of the same names keep their place.
public enum EventCodec {
  /// Octets of one event at most; a longer one is not read, and longer texts are cut when written.
  public static let largest = 64 << 10

  /// Appends `event` as one line without a line end, at most `largest` octets long: a text that would go beyond is
  /// cut between two characters, and fields that have no room at all are left out.
  public static func encode(_ event: Event, into out: inout [UInt8]) {
    // Room for the closing brace and the last quote.
    let end = out.count + largest - 2
    out.append(
      contentsOf: "{\"kind\":\"\(event.kind.rawValue)\",\"time\":\(event.time.nanoseconds),\"message\":".utf8)
    append(event.message, to: &out, until: end)
    for field in event.fields {
      // A name of ours is a word; one octet of it takes six octets at most.
      guard end - out.count > field.name.utf8.count * 6 + 32 else { break }
      out.append(44)
      append(field.name, to: &out, until: end)
      out.append(58)
      switch field.value {
      case .text(let text): append(text, to: &out, until: end)
      case .number(let number): out.append(contentsOf: String(number).utf8)
      case .truth(let truth): out.append(contentsOf: (truth ? "true" : "false").utf8)
      }
    }
    out.append(125)
  }

  /// The event that `json` holds; nil when it is no object, too long, deeper than 8, or of no kind that is known.
  /// Values inside values and nulls are left out, names that nobody knows are kept.
  public static func decode(_ json: [UInt8]) -> Event? { unsafe decode(json.span.bytes) }

  /// The event that `json` holds; nil as for an array of octets.
  public static func decode(_ json: RawSpan) -> Event? {
    guard json.byteCount <= largest else { return nil }
    var cursor = JSONCursor(json)
    var kind: EventKind?
    var time: Int64?
    var message: String?
    var fields: [EventField] = []
    guard cursor.take("{") else { return nil }
    if !cursor.take("}") {
      repeat {
        guard let name = cursor.string(), cursor.take(":"), let value = cursor.value() else { return nil }
        switch (name, value) {
        case ("kind", .text(let text)?) where kind == nil:
          guard let known = EventKind(rawValue: text) else { return nil }
          kind = known
        case ("time", .number(let number)?) where time == nil: time = number
        case ("message", .text(let text)?) where message == nil: message = text
        case (_, .text(let text)?): fields.append(EventField(name, text))
        case (_, .number(let number)?): fields.append(EventField(name, number))
        case (_, .truth(let truth)?): fields.append(EventField(name, is: truth))
        case (_, nil): break
        }
      } while cursor.take(",")
      guard cursor.take("}") else { return nil }
    }
    guard cursor.isAtEnd(), let kind, let time else { return nil }
    return Event(kind, at: Timestamp(nanoseconds: time), message ?? "", fields)
  }

  private static func append(_ text: String, to out: inout [UInt8], until end: Int) {
    out.append(34)
    for scalar in text.unicodeScalars {
      // The longest character takes six octets, and the quote one.
      if out.count + 7 > end { break }
      switch scalar {
      case "\"": out.append(contentsOf: [92, 34])
      case "\\": out.append(contentsOf: [92, 92])
      case "\n": out.append(contentsOf: [92, 110])
      case _ where scalar.value < 32 || scalar.value == 127:
        out.append(contentsOf: "\\u00".utf8)
        out.append(UInt8(ascii: Hex.digit(UInt8(scalar.value) >> 4)))
        out.append(UInt8(ascii: Hex.digit(UInt8(scalar.value))))
      default: out.append(contentsOf: UTF8.encode(scalar)!)
      }
    }
    out.append(34)
  }
}
