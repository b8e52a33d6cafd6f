import Bytes
import Session

/// Events as the octets of a ring record: kind, time, message and fields, lengths before contents, network order.
enum EventCoding {
  private static let kinds = EventKind.allCases

  static func encode(_ event: Event, into writer: inout Writer) {
    writer.write(UInt8(kinds.firstIndex(of: event.kind) ?? 0))
    writer.write(UInt64(bitPattern: event.time.nanoseconds))
    write(event.message, into: &writer)
    writer.write(UInt16(truncatingIfNeeded: event.fields.count))
    for field in event.fields.prefix(Int(UInt16.max)) {
      write(field.name, into: &writer)
      switch field.value {
      case .text(let text):
        writer.write(UInt8(0))
        write(text, into: &writer)
      case .number(let number):
        writer.write(UInt8(1))
        writer.write(UInt64(bitPattern: number))
      case .truth(let truth):
        writer.write(UInt8(2))
        writer.write(UInt8(truth ? 1 : 0))
      }
    }
  }

  static func decode(_ octets: [UInt8]) throws(ReadError) -> Event {
    var reader = unsafe Reader(octets.span.bytes)
    let kind = Int(try reader.read(UInt8.self))
    guard kind < kinds.count else { throw .malformed("no such kind of event", at: 0) }
    let time = Timestamp(nanoseconds: Int64(bitPattern: try reader.read(UInt64.self)))
    var event = Event(kinds[kind], at: time, try text(&reader))
    for _ in 0..<(try reader.read(UInt16.self)) {
      let name = try text(&reader)
      switch try reader.read(UInt8.self) {
      case 0: event.fields.append(EventField(name, try text(&reader)))
      case 1: event.fields.append(EventField(name, Int64(bitPattern: try reader.read(UInt64.self))))
      case 2: event.fields.append(EventField(name, is: try reader.read(UInt8.self) != 0))
      default: throw .malformed("no such type of value", at: reader.position - 1)
      }
    }
    return event
  }

  private static func write(_ text: String, into writer: inout Writer) {
    writer.write(UInt32(truncatingIfNeeded: text.utf8.count))
    writer.write(text)
  }

  private static func text(_ reader: inout Reader) throws(ReadError) -> String {
    let size = Int(try reader.read(UInt32.self))
    return String(decoding: try reader.bytes(size), as: UTF8.self)
  }
}
