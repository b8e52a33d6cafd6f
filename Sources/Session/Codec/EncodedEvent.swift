public import Bytes

/// An event as a session holds it, a journal entry: what only passes on is not read.
public struct EncodedEvent: Sendable {
  /// When it happened.
  public let time: Timestamp
  /// The entry: the stamp, the words, the object of `EventWriter`, and an empty line.
  public private(set) var entry: [UInt8]

  /// Takes an entry that another process wrote; nil when it is no entry of three lines.
  public init?(time: Timestamp, entry: [UInt8]) {
    var lines = 0
    for octet in entry where octet < 32 {
      guard octet == 10 else { return nil }
      lines += 1
    }
    guard lines == 4, entry.suffix(3) == [125, 10, 10] else { return nil }
    self.time = time
    self.entry = entry
  }

  /// Writes an event.
  public init(_ event: Event) {
    var writer = EventWriter()
    writer.entry(event)
    time = event.time
    entry = writer.text.bytes
  }

  /// Adds a field behind the others.
  public mutating func append(_ field: EventField) {
    entry.insert(contentsOf: PreparedFields([field]).octets, at: entry.count - 3)
  }

  /// The event; nil when what was written can't be read.
  public var event: Event? {
    guard case .event(let event) = unsafe Journal.record(entry.span.bytes, section: 0) else { return nil }
    return event
  }
}
