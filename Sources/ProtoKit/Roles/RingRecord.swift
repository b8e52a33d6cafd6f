import Bytes
import Session

/// What an `EventRing` hands over.
enum RingRecord {
  case event(EncodedEvent)
  /// Lines of a TLS key log.
  case secrets(String)
}

extension EventRing {
  /// What of an event a ring's consumer has to know: when and in which thread, and of a call its name and whether its row
  /// tells the beginning or the end of it.
  struct Label {
    enum Phase: UInt8 { case none, call, `return` }

    var time: Timestamp
    var thread: Int32
    var name: String
    var phase: Phase

    init(time: Timestamp, thread: Int32, name: String, phase: Phase) {
      self.time = time
      self.thread = thread
      self.name = name
      self.phase = phase
    }

    /// That of an event.
    init(_ event: Event) {
      time = event.time
      thread = Int32(truncatingIfNeeded: event.number("tid") ?? 0)
      name = event.text("name") ?? ""
      phase =
        switch event.text("phase") {
        case "call": .call
        case "return": .return
        default: .none
        }
    }

    /// Time (8 octets), thread (4), phase (1), length of the name (1) and the name.
    func encode(into writer: inout Writer) {
      writer.write(UInt64(bitPattern: time.nanoseconds))
      writer.write(UInt32(bitPattern: thread))
      writer.write(phase.rawValue)
      let octets = name.utf8.prefix(255)
      writer.write(UInt8(octets.count))
      writer.write(octets)
    }

    /// A label and the event behind it; nil when they are none.
    static func decode(_ payload: [UInt8]) -> (Label, EncodedEvent)? {
      guard payload.count >= 14, let phase = Phase(rawValue: payload[12]) else { return nil }
      let start = 14 + Int(payload[13])
      var reader = unsafe Reader(payload.span.bytes)
      guard let time = try? reader.read(UInt64.self), let thread = try? reader.read(UInt32.self),
        start <= payload.count
      else { return nil }
      let label = Label(
        time: Timestamp(nanoseconds: Int64(bitPattern: time)), thread: Int32(bitPattern: thread),
        name: String(decoding: payload[14..<start], as: UTF8.self), phase: phase)
      guard let event = EncodedEvent(time: label.time, entry: Array(payload[start...])) else { return nil }
      return (label, event)
    }
  }
}
