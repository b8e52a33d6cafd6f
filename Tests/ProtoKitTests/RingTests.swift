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
    consumer.drain { if let event = $0.event { found.append(event) } }
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

  /// A process may write what it likes: only whole entries of three lines go on.
  @Test func anEventOfOtherFormIsTroubleAlone() throws {
    let fd = EventRing.make()
    defer { close(fd) }
    let consumer = try #require(EventRing.Consumer(fd: fd))
    let producer = try #require(EventRing.Producer(fd: fd))
    producer.write(event(1))
    var head: UInt64 = 0
    #expect(unsafe pread(fd, &head, 8, 0) == 8)
    let size = Int(head) - 5
    // Each octet of the payload in turn: the event stays one that can be read, or is told as trouble.
    var troubles = 0
    for place in 0..<size {
      producer.write(event(1))
      let start = 4096 + off_t((Int(head) * (place + 1)) % EventRing.capacity)
      var octet: UInt8 = 10
      #expect(unsafe pwrite(fd, &octet, 1, start + 5 + off_t(place)) == 1)
      let before = drained(consumer, unread: true)
      troubles += before.count { $0?.text("what") == "trouble" }
    }
    #expect(troubles > size / 2)
    #expect(drained(consumer).isEmpty)
  }

  private func drained(_ consumer: EventRing.Consumer, unread: Bool) -> [Event?] {
    var found: [Event?] = []
    consumer.drain { if case .event(let event) = $0 { found.append(event.event) } }
    return found
  }

  private func call(_ name: String, ago: Int64, phase: String? = nil) -> Event {
    let fields = [EventField("name", name)] + (phase.map { [EventField("phase", $0)] } ?? [])
    return Event(.syscall, at: Timestamp(nanoseconds: Descriptor.now.nanoseconds - ago), "\(name)()", fields)
  }

  @Test func aCallIsToldInTwoRowsOnlyWhenItBlocks() throws {
    let fd = EventRing.make()
    defer { close(fd) }
    let producer = try #require(EventRing.Producer(fd: fd))
    let consumer = try #require(EventRing.Consumer(fd: fd))
    func phases() -> [String] { drained(consumer).map { $0.text("phase") ?? "-" } }
    let hour: Int64 = 3_600_000_000_000

    // Fast: its beginning is not told, whether it was drained before the end or not.
    producer.begin(call("a", ago: -hour, phase: "call"))
    #expect(phases().isEmpty)
    producer.write(call("a", ago: 0))
    #expect(phases() == ["-"])
    producer.begin(call("a", ago: -hour, phase: "call"))
    producer.write(call("a", ago: 0))
    #expect(phases() == ["-"])
    // Slow: both, at once or while it still blocks.
    producer.begin(call("a", ago: -hour, phase: "call"))
    producer.write(call("a", ago: 0, phase: "return"))
    #expect(phases() == ["call", "return"])
    producer.begin(call("a", ago: EventRing.slow, phase: "call"))
    #expect(phases() == ["call"])
    #expect(phases().isEmpty)
    producer.write(call("a", ago: 0))
    #expect(phases() == ["return"])
    // A call that its process did not survive.
    producer.begin(call("a", ago: -hour, phase: "call"))
    var last: [String?] = []
    consumer.drain(hasEnded: true) { if let event = $0.event { last.append(event.text("phase")) } }
    #expect(last == ["call"])
  }

  /// Opens the ring of the process that started this one.
  private static func inherited(_ fd: CInt) -> EventRing.Producer? {
    let own = unsafe open("/proc/\(getppid())/fd/\(fd)", O_RDWR)
    defer { close(own) }
    return EventRing.Producer(fd: own)
  }

  @Test func whatAKilledProcessWroteStands() async throws {
    let fd = EventRing.make()
    defer { close(fd) }
    let consumer = try #require(EventRing.Consumer(fd: fd))
    await #expect(processExitsWith: .signal(SIGKILL)) { [fd = fd as CInt] in
      let producer = try #require(RingTests.inherited(fd))
      for number in 0..<500 {
        producer.write(Event(.note, at: Descriptor.now, "n", [EventField("n", number)]))
      }
      producer.begin(Event(.syscall, at: Descriptor.now, "pause()", [EventField("phase", "call")]))
      kill(getpid(), SIGKILL)
    }
    var found: [Event] = []
    consumer.drain(hasEnded: true) { if let event = $0.event { found.append(event) } }
    #expect(found.popLast()?.message == "pause()")
    #expect(found.compactMap { $0.number("n") } == (0..<500).map { $0 })
  }

  @Test func aProcessKilledWhileItWritesLeavesOnlyWholeRecords() async throws {
    let fd = EventRing.make()
    defer { close(fd) }
    await #expect(processExitsWith: .signal(SIGKILL)) { [fd = fd as CInt] in
      let producer = try #require(RingTests.inherited(fd))
      let own = try #require(EventRing.Consumer(fd: unsafe open("/proc/\(getppid())/fd/\(fd)", O_RDWR)))
      // The ring is emptied until the last round, so that its end was passed several times.
      let killer = Thread {
        usleep(50_000)
        kill(getpid(), SIGKILL)
      }
      for number in 0... {
        if number == 20_000 { killer.start() }
        producer.write(Event(.note, at: Descriptor.now, "n", [EventField("n", number)]))
        if number < 20_000 || number % 5000 == 0 { own.drain { _ in } }
      }
    }
    let consumer = try #require(EventRing.Consumer(fd: fd))
    var numbers: [Int64] = []
    consumer.drain(hasEnded: true) {
      guard let event = $0.event else { return }
      if let number = event.number("n") { numbers.append(number) }
      #expect(event.text("what") != "trouble")
    }
    if let first = numbers.first { #expect(numbers == (first..<first + Int64(numbers.count)).map { $0 }) }
  }
}

extension RingRecord {
  /// The event, which must be one that can be read.
  var event: Event? {
    guard case .event(let encoded) = self else { return nil }
    let event = encoded.event
    #expect(event != nil)
    return event
  }
}
