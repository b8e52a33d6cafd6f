import Bytes
import Dissect
import Session
import TestSupport
import Testing

@testable import Viz

/// Random numbers that are the same in every run (SplitMix64).
struct Seeded: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

@Suite struct HostileTests {
  static let words = [
    "server", "client", "", "192.0.2.1:8080", "192.0.2.2:40001", ":", "[::1]:9", "\u{1B}[2J", "listener",
    "counters",
    "socket", "call", "return", "EAGAIN", "connected", "ready", "exited", "a=b c=d", "=", "accept4",
    "connect",
    "nanosleep", "ESTAB", "CLOSE", "link.delay", "\u{202E}\u{4E00}",
  ]
  static let names = [
    "host", "subject", "listener", "accept_queue", "backlog", "half_open", "listen_drops", "name", "errno",
    "result",
    "remote", "local", "what", "phase", "hosts", "knobs", "lab", "value", "duration", "rtt", "status",
  ]
  static let numbers: [Int64] = [0, 1, 2, -1, 128, .max, .min, 65536]

  static func record(_ random: inout Seeded) -> Record {
    let time = Timestamp(
      nanoseconds: Bool.random(using: &random)
        ? Int64(random.next() % 10_000_000_000) : Self.numbers.randomElement(using: &random)!)
    switch random.next() % 8 {
    case 0, 1:
      var bytes = FrameBuilder.tcp(
        from: (UInt8(random.next() % 4), UInt16(random.next() % 3)), to: (1, 8080),
        FrameBuilder.Flags(rawValue: UInt8(truncatingIfNeeded: random.next())),
        seq: UInt32(truncatingIfNeeded: random.next()), ack: UInt32(truncatingIfNeeded: random.next()),
        payload: [UInt8](repeating: 0x1B, count: Int(random.next() % 9)))
      for _ in 0..<(random.next() % 3) {
        bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next())
      }
      let kept = random.next() % 3 == 0 ? bytes.count : Int(random.next() % UInt64(bytes.count + 1))
      return .frame(
        Frame(
          time: random.next() % 5 == 0 ? nil : time, originalLength: bytes.count,
          packetID: random.next() % 16, bytes: Array(bytes.prefix(kept))))
    case 2:
      return .fate(
        WireFate(
          packetID: random.next() % 16, kind: WireFate.Kind.allCases.randomElement(using: &random)!,
          time: time,
          cause: Self.words.randomElement(using: &random)!))
    default:
      let fields = (0..<(random.next() % 9)).map { _ in
        let name = Self.names.randomElement(using: &random)!
        return Bool.random(using: &random)
          ? EventField(name, Self.words.randomElement(using: &random)!)
          : EventField(name, Self.numbers.randomElement(using: &random)!)
      }
      return .event(
        Event(
          EventKind.allCases.randomElement(using: &random)!, at: time,
          Self.words.randomElement(using: &random)!, fields))
    }
  }

  /// Whatever a file says, nothing traps, and nothing steers the terminal.
  @Test(arguments: UInt64(1)...40) func anySessionIsDrawn(_ seed: UInt64) {
    var random = Seeded(state: seed)
    let records = (0..<120).map { _ in Self.record(&random) }
    let analysis = Analysis()
    var live = Ladder()
    for record in records {
      analysis.append(record)
      live.update(from: analysis)
    }
    let area = Rectangle(x: 0, y: 0, width: 80, height: 24)
    for row in stride(from: 1, through: analysis.rows.count, by: 17) {
      for cursor in [nil, row] {
        let screen = KnockTests.screen(live, 80, 24, selected: row, at: cursor)
        for line in screen.lines { expectClean(line) }
      }
      let state = live.history.at(row: row)
      var canvas = Canvas(width: 80, height: 24)
      KernelPane.draw(on: &canvas, in: area, state: state, queues: live.queues(atRow: row))
      for line in canvas.lines { expectClean(line) }
      canvas = Canvas(width: 80, height: 24)
      TimelinePane.draw(on: &canvas, in: area, ladder: live, steps: [.init(number: 1, row: row)], cursor: row)
      for line in canvas.lines { expectClean(line) }
      for line in live.lines.indices {
        _ = Why.explain(live, line: line, atRow: row)
      }
    }
    #expect(live.rows == analysis.rows.count)
  }
}
