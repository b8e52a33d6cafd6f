/// Server-Sent Events: WHATWG HTML section 9.2. Wireshark 4.0 does not know them.
public enum EventStreamField: UInt8, Dissected {
  case stream, event, number, type, data, id, retry, comment, unknown, silent, part

  /// Server-Sent Events.
  public static let layer = Layer.eventStream
  /// What the field is.
  public var info: FieldInfo {
    switch self {
    case .stream:
      FieldInfo(
        "backlab.sse", "Server-Sent Events", .heading,
        "Events that the server sends when they happen, in a response that does not end.",
        "WHATWG HTML section 9.2")
    case .event:
      FieldInfo(
        "backlab.sse.event", "Event", .heading, "Lines up to an empty one.", "WHATWG HTML section 9.2.5")
    case .number:
      FieldInfo(
        "backlab.sse.number", "Number", .decimal(bits: 32), "Counts the events of the response from 1.",
        "WHATWG HTML section 9.2")
    case .type:
      FieldInfo(
        "backlab.sse.type", "Type", .text,
        "Which listener of the client hears it: message, unless a line says another name.",
        "WHATWG HTML section 9.2.6")
    case .data:
      FieldInfo(
        "backlab.sse.data", "Data", .text, "What it brings: all its data lines, joined by line feeds.",
        "WHATWG HTML section 9.2.6")
    case .id:
      FieldInfo(
        "backlab.sse.id", "Last event ID", .text,
        "What the client says in Last-Event-ID when it comes back, so that the server can go on from here.",
        "WHATWG HTML section 9.2.4")
    case .retry:
      FieldInfo(
        "backlab.sse.retry", "Reconnection time", .decimal(bits: 64),
        "Milliseconds that the client waits before it comes back.", "WHATWG HTML section 9.2.6")
    case .comment:
      FieldInfo(
        "backlab.sse.comment", "Comment", .text,
        "A line that means nothing; servers send one now and then to keep the connection open.",
        "WHATWG HTML section 9.2.7")
    case .unknown:
      FieldInfo(
        "backlab.sse.unknown", "Unknown line", .text, "A field that clients skip.",
        "WHATWG HTML section 9.2.6")
    case .silent:
      FieldInfo(
        "backlab.sse.silent", "Not dispatched", .heading,
        "It has no data, so no listener hears of it; its ID and time hold all the same.",
        "WHATWG HTML section 9.2.6")
    case .part:
      FieldInfo(
        "backlab.sse.part", "Part of an event", .bytes, "The rest of the event is in a later chunk.",
        "WHATWG HTML section 9.2.5")
    }
  }
}
