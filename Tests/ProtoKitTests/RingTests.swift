import Bytes
import Foundation
import Session
import Testing

@testable import ProtoKit

@Suite struct RingTests {
  private func event(_ number: Int, size: Int = 3) -> Event {
    Event(
      .syscall, at: Timestamp(nanoseconds: -5), String(repeating: "é", count: size),
      [EventField("n", number), EventField("t", "x\u{1}"), EventField("b", is: true)])
  }

  private func drained(_ consumer: EventRing.Consumer) -> [Event] {
    var found: [Event] = []
    consumer.drain { if case .event(let event) = $0 { found.append(event) } }
    return found
  }

  @Test func recordsComeOutAsTheyWentInAcrossTheEnd() throws {
    let fd = EventRing.make()
    defer { close(fd) }
    let producer = try #require(EventRing.Producer(fd: fd))
    let consumer = try #require(EventRing.Consumer(fd: fd))
    // Three times the ring's size, so that records lie across its end.
    for number in 0..<(3 * EventRing.capacity / 2000) {
      producer.write(event(number, size: 1000))
      #expect(drained(consumer) == [event(number, size: 1000)])
    }
    producer.write(secrets: "CLIENT_RANDOM 00 11\n")
    var secrets = ""
    consumer.drain { if case .secrets(let text) = $0 { secrets += text } }
    #expect(secrets == "CLIENT_RANDOM 00 11\n")
  }

  @Test func aFullRingKeepsTheOldAndCountsTheLost() throws {
    let fd = EventRing.make()
    defer { close(fd) }
    let producer = try #require(EventRing.Producer(fd: fd))
    let consumer = try #require(EventRing.Consumer(fd: fd))
    let sent = EventRing.capacity / 1000
    for number in 0..<sent { producer.write(event(number, size: 1000)) }
    var found = drained(consumer)
    let last = found.popLast()
    let note = try #require(last)
    #expect(note.kind == .note && note.text("what") == "limit")
    #expect(found.compactMap { $0.number("n") } == (0..<Int64(found.count)).map { $0 })
    #expect(note.number("lost") == Int64(sent - found.count))
    producer.write(event(7))
    #expect(drained(consumer) == [event(7)])
  }

  @Test func garbageEndsInATroubleNote() throws {
    let fd = EventRing.make()
    defer { close(fd) }
    let consumer = try #require(EventRing.Consumer(fd: fd))
    var head: UInt64 = 100
    #expect(unsafe pwrite(fd, &head, 8, 0) == 8)
    var length: UInt32 = .max
    #expect(unsafe pwrite(fd, &length, 4, 4096) == 4)
    #expect(drained(consumer).map { $0.text("what") } == ["trouble"])
    #expect(drained(consumer).isEmpty)
    #expect(EventRing.Consumer(fd: -1) == nil)
  }
}
