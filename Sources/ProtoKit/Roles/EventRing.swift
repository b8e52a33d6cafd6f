import Bytes
import CLinux
import Glibc
public import Session

/// A ring of records in shared memory: the threads and processes of a role write, one reads, and what is written survives
/// its writer.
///
/// A page of counters (head at 0 and lost at 128 are the producers', tail at 64 and asleep at 192 are the consumer's), then
/// `capacity` octets. Producers take turns by a lock at 256, which outlives one that dies while it holds it. A record is its
/// payload's length (4 octets), its type (1) and the payload: of an event what the consumer has to know (`Label`) and the
/// event as a session holds it, so that nobody writes it twice; head moves only when the whole record stands, so a producer
/// killed halfway leaves nothing half written.
///
/// More than `most` calls a second are counted, and one of so many is told, evenly: `Producer.admits`.
///
/// The beginning of a call that may block is written before the call is made (`begin`). The consumer shows it only when
/// the call has blocked for `slow`, or never returned.
public enum EventRing {
  /// Octets that records may take at a time.
  public static let capacity = 1 << 22
  /// How many calls a second are told each.
  public static let most = 50_000
  /// Nanoseconds from which a call is told in two rows: less than the 10 ms for which a lab waits for rows that are late.
  public static let slow: Int64 = 8_000_000
  private static let header = 4096
  fileprivate static let head = 0, tail = 64, lost = 128, asleep = 192, lock = 256
  /// The window that is counted, calls in it, one of how many is told, and calls that were only counted.
  fileprivate static let window = 384, seen = 448, stride = 512, skipped = 576
  /// Nanoseconds for which calls are counted before the share that is told is chosen anew.
  private static let counting: Int64 = 100_000_000

  /// A new ring's descriptor (a memfd, closed on exec); -1 with errno when there is none left.
  public static func make() -> CInt {
    let fd = unsafe clinux_ring_memfd("backlab-ring", header + capacity)
    guard fd >= 0 else { return -1 }
    guard let memory = Memory(fd: fd), memory.makeLock() else {
      Glibc.close(fd)
      return -1
    }
    return fd
  }

  /// Memory that is unmapped when its last user goes. Offsets into the records count on and wrap by themselves.
  @safe fileprivate final class Memory {
    private let base: UnsafeMutableRawPointer

    init?(fd: CInt) {
      var status = stat()
      guard unsafe fstat(fd, &status) == 0, status.st_size == Int64(header + capacity),
        let base = unsafe clinux_map(fd, header + capacity)
      else { return nil }
      unsafe self.base = base
    }

    deinit { unsafe munmap(base, header + capacity) }

    subscript(counter: Int) -> UInt64 {
      get { unsafe clinux_load(base + counter) }
      set { unsafe clinux_store(base + counter, newValue) }
    }

    func makeLock() -> Bool { unsafe clinux_lock_make(base + EventRing.lock) == 0 }
    func lock() -> Bool { unsafe clinux_lock(base + EventRing.lock) == 0 }
    func unlock() { unsafe clinux_unlock(base + EventRing.lock) }
    func add(_ value: UInt64, to counter: Int) -> UInt64 { unsafe clinux_add(base + counter, value) }
    func replace(_ expected: UInt64, by value: UInt64, in counter: Int) -> Bool {
      unsafe clinux_replace(base + counter, expected, value) != 0
    }

    func write(_ octets: RawSpan, at position: UInt64) {
      let start = Int(position % UInt64(capacity))
      let first = min(octets.byteCount, capacity - start)
      unsafe octets.withUnsafeBytes { source in
        guard let from = source.baseAddress else { return }
        unsafe (base + header + start).copyMemory(from: from, byteCount: first)
        unsafe (base + header).copyMemory(from: from + first, byteCount: source.count - first)
      }
    }

    func octet(at position: UInt64) -> UInt8 {
      unsafe (base + header).load(fromByteOffset: Int(position % UInt64(capacity)), as: UInt8.self)
    }

    func read(_ count: Int, at position: UInt64) -> [UInt8] {
      let start = Int(position % UInt64(capacity))
      let first = min(count, capacity - start)
      return unsafe [UInt8](unsafeUninitializedCapacity: count) { room, used in
        used = count
        guard let to = UnsafeMutableRawPointer(room.baseAddress) else { return }
        unsafe to.copyMemory(from: base + header + start, byteCount: first)
        unsafe (to + first).copyMemory(from: base + header, byteCount: count - first)
      }
    }
  }

  /// The writing end of one thread.
  public final class Producer {
    private let memory: Memory
    private let bell: CInt
    /// What of a record stands before its body, and events that come as such.
    private var head = Writer(), writer = EventWriter()

    /// Maps the ring of a descriptor, which may be closed afterwards; nil when it is no ring. `bell` is an eventfd that
    /// wakes the consumer, which stays open.
    public init?(fd: CInt, bell: CInt = -1) {
      guard let memory = Memory(fd: fd) else { return nil }
      self.memory = memory
      self.bell = bell
    }

    private init(of other: Producer) {
      memory = other.memory
      bell = other.bell
    }

    /// Another writing end of the same ring, for another thread or process.
    public func sibling() -> Producer { Producer(of: self) }

    /// Counts a call at a moment of the monotonic clock, and says whether it is to be told: each one up to `most` a second,
    /// evenly one of so many when more came in the tenth of a second before.
    public func admits(at now: Int64) -> Bool {
      let window = UInt64(bitPattern: now / EventRing.counting)
      let last = memory[EventRing.window]
      let share = UInt64(most) * UInt64(EventRing.counting) / 1_000_000_000
      if last != window, memory.replace(last, by: window, in: EventRing.window) {
        memory[EventRing.stride] = last &+ 1 == window ? (memory[EventRing.seen] + share - 1) / share : 1
        memory[EventRing.seen] = 0
      }
      let number = memory.add(1, to: EventRing.seen)
      // A burst within the tenth thins out by itself.
      if number % max(memory[EventRing.stride], number / share + 1) == 0 { return true }
      _ = memory.add(1, to: EventRing.skipped)
      return false
    }

    /// Writes an event; counts it as lost when the ring is full.
    public func write(_ event: Event) { write(event, type: 1) }

    /// Writes the beginning of a call that may block. What is written next is the call's end: an event whose `phase`
    /// is `return` when it took `slow` or more.
    public func begin(_ event: Event) { write(event, type: 3) }

    private func write(_ event: Event, type: UInt8) {
      writer.removeAll()
      writer.entry(event)
      let label = Label(event)
      write(label, writer, type: type)
    }

    /// Writes an event that stands as a session's entry.
    func write(_ label: Label, _ entry: borrowing EventWriter) { write(label, entry, type: 1) }

    /// Writes the beginning of a call that stands as a session's entry.
    func begin(_ label: Label, _ entry: borrowing EventWriter) { write(label, entry, type: 3) }

    private func write(_ label: Label, _ entry: borrowing EventWriter, type: UInt8) {
      start(type)
      label.encode(into: &head)
      publish(entry.text.raw)
    }

    /// Writes lines of a TLS key log; counts them as lost when the ring is full.
    public func write(secrets: String) {
      start(2)
      let octets = secrets.utf8
      unsafe publish(octets.span.bytes)
    }

    private func start(_ type: UInt8) {
      head.removeAll()
      head.write(UInt32(0))
      head.write(type)
    }

    private func publish(_ body: RawSpan) {
      let size = head.count + body.byteCount
      head.patch(UInt32(truncatingIfNeeded: size - 5), at: 0)
      // A lock that nobody made guards memory that is no ring of ours.
      guard memory.lock() else { return }
      defer { memory.unlock() }
      let place = memory[EventRing.head]
      guard UInt64(size) <= UInt64(capacity) &- (place &- memory[EventRing.tail]) else {
        memory[EventRing.lost] &+= 1
        return
      }
      unsafe memory.write(head.bytes.span.bytes, at: place)
      memory.write(body, at: place &+ UInt64(head.count))
      memory[EventRing.head] = place &+ UInt64(size)
      // Either the consumer sees the record before it sleeps, or it is seen here to be asleep.
      clinux_fence()
      if bell >= 0, memory[EventRing.asleep] != 0 {
        memory[EventRing.asleep] = 0
        _ = Descriptor.write(bell, [1, 0, 0, 0, 0, 0, 0, 0])
      }
    }
  }

  /// The reading end. It trusts nothing that the producer wrote.
  public final class Consumer {
    private let memory: Memory
    private var tail: UInt64
    private var toldLost: UInt64 = 0
    private var toldSkipped: UInt64 = 0
    /// When calls that were only counted were last told.
    private var skippedAt = Timestamp(nanoseconds: 0)
    /// By thread the beginning of a call whose end is that thread's next event; those that were handed over already.
    private var begun: [Int32: (label: Label, event: EncodedEvent)] = [:], toldBegun: Set<Int32> = []

    /// Maps the ring of a descriptor, which may be closed afterwards; nil when it is no ring.
    public init?(fd: CInt) {
      guard let memory = Memory(fd: fd) else { return nil }
      self.memory = memory
      tail = memory[EventRing.tail]
    }

    /// Asks the producer to ring its bell at the next record; false when one stands there already.
    public func sleep() -> Bool {
      memory[EventRing.asleep] = 1
      clinux_fence()
      return memory[EventRing.head] == tail
    }

    /// Asks for no bell any more.
    public func wake() { memory[EventRing.asleep] = 0 }

    /// Hands over every record that stands in the ring, in order: events and secrets. Records that found no room are
    /// told by a note whose `what` is `limit` and whose `lost` is their number.
    ///
    /// A call that has begun and blocks for less than `slow` so far is left for later, unless the producer `hasEnded`.
    func drain(hasEnded: Bool = false, _ body: (RingRecord) -> Void) {
      let head = memory[EventRing.head]
      while tail != head {
        let available = head &- tail
        guard available <= UInt64(capacity), available >= 5, let size = size(available) else {
          tail = head
          body(note("trouble", "A process wrote records that can't be read; they are left out", []))
          break
        }
        let type = memory.octet(at: tail &+ 4)
        let payload = memory.read(size, at: tail &+ 5)
        tail &+= UInt64(size + 5)
        switch type {
        case 1:
          if let (label, event) = Label.decode(payload) {
            end(label, event, body)
          } else {
            body(note("trouble", "A process wrote an event that can't be read", []))
          }
        case 3:
          if let (label, event) = Label.decode(payload) {
            begun[label.thread] = (label, event)
            toldBegun.remove(label.thread)
          }
        case 2: body(.secrets(String(decoding: payload, as: UTF8.self)))
        default: body(note("trouble", "A process wrote a record of an unknown type", []))
        }
      }
      memory[EventRing.tail] = tail
      if begun.count > toldBegun.count {
        let now = Descriptor.now
        let late = begun.filter { thread, call in
          !toldBegun.contains(thread) && (hasEnded || now.since(call.event.time) >= slow)
        }
        for (thread, call) in late.sorted(by: {
          ($0.value.event.time, $0.key) < ($1.value.event.time, $1.key)
        }) {
          body(.event(call.event))
          toldBegun.insert(thread)
        }
      }
      tellSkipped(hasEnded, body)
      let lost = memory[EventRing.lost]
      if lost != toldLost {
        let count = lost &- toldLost
        toldLost = lost
        body(note("limit", "\(count) events found no room and are missing", [EventField("lost", count)]))
      }
    }

    /// Tells ten times a second at most that calls were only counted.
    private func tellSkipped(_ hasEnded: Bool, _ body: (RingRecord) -> Void) {
      let skipped = memory[EventRing.skipped]
      let now = Descriptor.now
      guard skipped != toldSkipped, hasEnded || now.since(skippedAt) >= counting else { return }
      let count = skipped &- toldSkipped
      toldSkipped = skipped
      skippedAt = now
      body(
        note(
          "sampled", "\(count) calls came faster than \(most) a second: counted, and not told each",
          [EventField("skipped", count), EventField("of", memory[EventRing.stride])]))
    }

    /// Hands over an event, after the beginning of its call when that took long.
    private func end(_ label: Label, _ event: EncodedEvent, _ body: (RingRecord) -> Void) {
      var event = event
      if let entry = begun.removeValue(forKey: label.thread) {
        let wasTold = toldBegun.remove(label.thread) != nil
        if entry.label.name == label.name {
          if wasTold {
            // It returned between being fast enough and being told as slow.
            if label.phase == .none { event.append(EventField("phase", "return")) }
          } else if label.phase == .return {
            body(.event(entry.event))
          }
        }
      }
      body(.event(event))
    }

    private func size(_ available: UInt64) -> Int? {
      let size = (0..<4).reduce(UInt64(0)) { $0 << 8 | UInt64(memory.octet(at: tail &+ UInt64($1))) }
      return size + 5 <= available ? Int(size) : nil
    }

    private func note(_ what: String, _ text: String, _ more: [EventField]) -> RingRecord {
      .event(EncodedEvent(Event(.note, at: Descriptor.now, text, [EventField("what", what)] + more)))
    }
  }
}
