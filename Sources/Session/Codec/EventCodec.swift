import Bytes

/// Events as flat JSON objects: `{"kind":...,"time":ns,"message":...,"name":value,...}` (RFC 8259).
///
/// `kind`, `time` and `message` are taken from their first sight, so fields of the same names keep their place.
public enum EventCodec {
  /// Octets of one event at most; a longer one is not read, and longer texts are cut when written.
  public static let largest = 64 << 10

  /// Appends `event` as one line without a line end, as `EventWriter` writes it.
  public static func encode(_ event: Event, into out: inout [UInt8]) {
    var writer = EventWriter()
    writer.object(event)
    writer.copy(to: &out)
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
    fields.reserveCapacity(16)
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
}
