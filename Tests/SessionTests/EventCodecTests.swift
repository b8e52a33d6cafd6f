import Bytes
import Testing

@testable import Session

@Suite struct EventCodecTests {
  private func encoded(_ event: Event) -> [UInt8] {
    var out: [UInt8] = []
    EventCodec.encode(event, into: &out)
    return out
  }
  private func decoded(_ json: String) -> Event? { EventCodec.decode(Array(json.utf8)) }

  @Test func roundTrip() {
    let event = Event(
      .note, at: Timestamp(nanoseconds: -5), "a \"quote\" \\ \n tab\t \u{7F} \u{1} é 🐟",
      [
        EventField("what", "drop"), EventField("n", Int64.min), EventField("m", Int64.max),
        EventField("yes", is: true), EventField("no", is: false), EventField("time", 7),
        EventField("kind", "x"), EventField("message", "y"), EventField("", ""),
      ])
    #expect(EventCodec.decode(encoded(event)) == event)
    #expect(encoded(event).allSatisfy { $0 >= 32 })
  }

  @Test func exactText() {
    let event = Event(.knob, at: Timestamp(nanoseconds: 12), "m", [EventField("name", "link.delay")])
    #expect(
      String(decoding: encoded(event), as: UTF8.self)
        == #"{"kind":"knob","time":12,"message":"m","name":"link.delay"}"#)
  }

  @Test func unknownKindAndMissingParts() {
    #expect(decoded(#"{"kind":"dance","time":1}"#) == nil)
    #expect(decoded(#"{"time":1}"#) == nil)
    #expect(decoded(#"{"kind":"note"}"#) == nil)
    #expect(decoded("") == nil)
    #expect(decoded(#"{"kind":"note","time":1"#) == nil)
    #expect(decoded(#"{"kind":"note","time":1} x"#) == nil)
    #expect(decoded(#"{"kind":"note","time":1} "#) != nil)
  }

  @Test func numbers() {
    let event = decoded(
      #"{"kind":"note","time":99999999999999999999,"a":-99999999999999999999,"b":1.75,"c":1e3,"d":1e99,"e":-0,"f":-1e99}"#
    )
    #expect(event?.time.nanoseconds == .max)
    #expect(event?.fields.compactMap { event?.number($0.name) } == [.min, 1, 1000, .max, 0, .min])
    #expect(decoded(#"{"kind":"note","time":1,"a":--1}"#) == nil)
    #expect(decoded(#"{"kind":"note","time":1,"a":1-1}"#) == nil)
    #expect(decoded(#"{"kind":"note","time":1,"a":.}"#) == nil)
  }

  @Test func escapes() {
    let event = decoded(
      #"{"kind":"note","time":1,"message":"\u00e9\ud83d\udc1f\ud83dx\udc1f\/\b\f\n\r\t","a":"\ud83d\u0041"}"#)
    #expect(event?.message == "é🐟\u{FFFD}x\u{FFFD}/\u{8}\u{c}\n\r\t")
    #expect(event?.text("a") == "\u{FFFD}A")
    #expect(decoded(#"{"kind":"note","time":1,"a":"\u12"}"#) == nil)
    #expect(decoded(#"{"kind":"note","time":1,"a":"\x"}"#) == nil)
  }

  @Test func nestedValuesAreLeftOut() {
    let event = decoded(#"{"kind":"note","time":1,"a":{"b":[1,{"c":null}],"d":{}},"e":null,"f":[],"g":2}"#)
    #expect(event?.fields == [EventField("g", 2)])
    func nest(_ depth: Int) -> String {
      let open = String(repeating: "[", count: depth), close = String(repeating: "]", count: depth)
      return #"{"kind":"note","time":1,"a":\#(open)\#(close)}"#
    }
    #expect(decoded(nest(8)) != nil)
    #expect(decoded(nest(9)) == nil)
    #expect(decoded(nest(20_000)) == nil)
  }

  @Test func sizeIsLimitedBothWays() {
    for text in [String(repeating: "x", count: 100_000), String(repeating: "\u{1}🐟", count: 30_000)] {
      let event = Event(
        .note, at: Timestamp(nanoseconds: 1), text, [EventField("a", text), EventField("b", 1)])
      let json = encoded(event)
      #expect(json.count <= EventCodec.largest)
      #expect(EventCodec.decode(json).map { text.hasPrefix($0.message) && $0.message.count > 1000 } == true)
    }
    let padding = String(repeating: " ", count: EventCodec.largest)
    #expect(decoded(#"{"kind":"note","time":1}"# + padding) == nil)
  }

  /// Field by field, with fields prepared, and as a whole: the same octets.
  @Test func theWriterWritesTheSameByParts() throws {
    let many: [EventField] = [
      EventField("host", "server"), EventField("n", Int64.min), EventField("b", is: false),
      EventField("t", "é\"\\\n\u{7f}"),
    ]
    for message in ["plain, and longer than eight octets", "", "a\tb", "\u{85}🐟", "12345678\""] {
      let event = Event(
        .syscall, at: Timestamp(nanoseconds: 1_234_567_890), message, many + [EventField("z", 1)])
      var whole = EventWriter(), parts = EventWriter()
      whole.entry(event)
      let octets = message.utf8
      unsafe parts.beginEntry(event.kind, at: event.time, octets.span.bytes)
      parts.fields(PreparedFields(many))
      parts.field("z", 1)
      parts.endEntry()
      #expect(parts.text.text == whole.text.text)
      var encoded = EncodedEvent(event)
      #expect(encoded.event == event)
      #expect(EncodedEvent(time: event.time, entry: encoded.entry)?.event == event)
      encoded.append(EventField("phase", "return"))
      #expect(encoded.event?.fields == event.fields + [EventField("phase", "return")])
      // What an encoder makes of both is the same block.
      var one = SessionEncoder(), other = SessionEncoder()
      one.event(event)
      other.event(EncodedEvent(event))
      #expect(one.take() == other.take())
    }
  }

  @Test func preparedFieldsThatHaveNoRoomAreLeftOut() {
    let long = String(repeating: "x", count: EventCodec.largest - 1000)
    var writer = EventWriter()
    let octets = long.utf8
    unsafe writer.begin(.note, at: Timestamp(nanoseconds: 1), octets.span.bytes)
    writer.fields(PreparedFields([EventField("a", String(repeating: "y", count: 2000))]))
    writer.field("b", 1)
    writer.end()
    #expect(EventCodec.decode(writer.text.bytes) == Event(.note, at: Timestamp(nanoseconds: 1), long))
  }
}
