import Bytes
import Session
import TestSupport

/// TCP between two hosts with whatever can go wrong, made of a seed: loss before and behind the capture, reordering,
/// duplication, keep-alives, zero windows and probes, resets, reused ports, captures that begin in the middle, numbers
/// that wrap around.
struct TroubleScript {
  /// One side of the connection, as its kernel would see it.
  private struct Host {
    var place: (UInt8, UInt16)
    var next: UInt32
    var window: UInt16 = 500
    var acknowledged: UInt32
    var sent: [(sequence: UInt32, count: Int)] = []
  }

  private var state: UInt64
  private var time: Int64 = 1_700_000_000_000_000_000
  private(set) var frames: [Frame] = []
  private var hosts: [Host] = []
  private let ipv6: Bool

  /// Scripts about `count` frames.
  init(seed: UInt64, count: Int = 120) {
    state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    ipv6 = seed % 5 == 0
    open()
    while frames.count < count { step() }
    reorder()
  }

  /// The script as a capture of one Ethernet interface.
  var capture: [UInt8] {
    var encoder = SessionEncoder()
    encoder.begin(application: "trouble")
    encoder.interface(Interface(number: 0, linkType: 1, name: "wire"))
    for frame in frames { encoder.frame(frame) }
    return encoder.take()
  }

  private mutating func random(_ bound: Int) -> Int {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return Int(state % UInt64(bound))
  }

  private mutating func chance(_ percent: Int) -> Bool { random(100) < percent }

  private mutating func pick<T>(_ values: [T]) -> T { values[random(values.count)] }

  private mutating func wait() {
    time += pick([0, 900, 40_000, 700_000, 2_500_000, 6_000_000, 30_000_000, 260_000_000, 1_100_000_000])
  }

  private mutating func number() -> UInt32 {
    pick([1_000_000, 0xFFFF_FF00, 0xFFFF_FFFF, 0x7FFF_FF80, UInt32(truncatingIfNeeded: state)])
  }

  /// Begins a connection: with a handshake, or in the middle of one.
  private mutating func open() {
    let ports = hosts.isEmpty ? [UInt16(50_000 + random(9)), 40_007] : hosts.map(\.place.1)
    let (a, b) = (number(), number())
    hosts = [
      Host(place: (1, ports[0]), next: a, acknowledged: b),
      Host(place: (2, ports[1]), next: b, acknowledged: a),
    ]
    guard chance(75) else { return }
    let scales = chance(70)
    let options: [UInt8] = [2, 4, 5, 180, 4, 2, 1, 1]
    let scale: [UInt8] = scales ? [3, 3, UInt8(random(10)), 1] : []
    if chance(95) { send(0, .syn, seq: a, ack: 0, options: options + scale) }
    hosts[0].next = a &+ 1
    wait()
    if chance(95) {
      send(1, [.syn, .ack], seq: b, ack: a &+ 1, options: options + (chance(90) ? scale : []))
    }
    hosts[1].next = b &+ 1
    hosts[0].acknowledged = b &+ 1
    hosts[1].acknowledged = a &+ 1
    wait()
    if chance(90) { send(0, .ack, seq: a &+ 1, ack: b &+ 1) }
  }

  private mutating func send(
    _ side: Int, _ flags: FrameBuilder.Flags, seq: UInt32, ack: UInt32, count: Int = 0, window: UInt16? = nil,
    options: [UInt8] = []
  ) {
    let bytes = FrameBuilder.tcp(
      from: hosts[side].place, to: hosts[1 - side].place, flags, seq: seq, ack: ack,
      window: window ?? hosts[side].window, urgent: flags.contains(.urg) ? 1 : 0, options: options,
      payload: [UInt8](repeating: 0x7A, count: count), ipv6: ipv6)
    frames.append(Frame(time: Timestamp(nanoseconds: time), bytes: bytes))
  }

  private mutating func step() {
    wait()
    let side = random(2)
    switch random(34) {
    case 0..<9: data(side)
    case 9..<14: acknowledge(side)
    case 14..<16: for _ in 0..<(1 + random(4)) { repeatAcknowledgment(side) }
    case 16..<19: resend(side)
    case 19: keepAlive(side)
    case 20..<23: closeWindow(side)
    case 23: fill(side)
    case 24: frames.append(frames[random(frames.count)].at(time))
    case 25: wild(side)
    case 26: selective(side)
    case 27 where chance(30): finish(side)
    case 28 where chance(30): reset(side)
    case 29 where chance(25): open()
    case 30 where chance(30): synAgain(side)
    default: data(side)
    }
  }

  /// New octets, which the capture may miss and the other side may not get.
  private mutating func data(_ side: Int) {
    let count = pick([1, 1, 10, 100, 536, 1460])
    let sequence = hosts[side].next
    hosts[side].next = sequence &+ UInt32(count)
    hosts[side].sent.append((sequence, count))
    if chance(93) {
      send(
        side, chance(50) ? [.ack, .psh] : .ack, seq: sequence, ack: hosts[side].acknowledged, count: count)
    }
    if chance(80) { hosts[1 - side].acknowledged = sequence &+ UInt32(count) }
  }

  private mutating func acknowledge(_ side: Int) {
    if chance(15) { hosts[side].window = pick([0, 1, 17, 500, 501, 65535]) }
    if chance(70) { hosts[side].acknowledged = hosts[1 - side].next }
    send(side, .ack, seq: hosts[side].next, ack: hosts[side].acknowledged)
  }

  private mutating func repeatAcknowledgment(_ side: Int) {
    send(side, .ack, seq: hosts[side].next, ack: hosts[side].acknowledged)
    wait()
  }

  /// Octets again: the same segment, a part of it, or more than it.
  private mutating func resend(_ side: Int) {
    guard !hosts[side].sent.isEmpty else { return data(side) }
    let old =
      chance(40)
      ? (hosts[1 - side].acknowledged, 1 + random(1460)) : hosts[side].sent[random(hosts[side].sent.count)]
    let count = chance(70) ? old.1 : max(1, old.1 + pick([-1, 1, -5, 300]))
    send(side, .ack, seq: old.0, ack: hosts[side].acknowledged, count: count)
  }

  private mutating func keepAlive(_ side: Int) {
    send(side, .ack, seq: hosts[side].next &- 1, ack: hosts[side].acknowledged, count: random(2))
    wait()
    if chance(70) { repeatAcknowledgment(1 - side) }
  }

  /// A closed window, probes into it, their answers, and its opening.
  private mutating func closeWindow(_ side: Int) {
    hosts[side].window = 0
    send(side, .ack, seq: hosts[side].next, ack: hosts[side].acknowledged)
    for _ in 0..<random(3) {
      wait()
      send(
        1 - side, .ack, seq: hosts[1 - side].next, ack: hosts[1 - side].acknowledged,
        count: chance(80) ? 1 : 2)
      wait()
      let takes: UInt32 = chance(20) ? 1 : 0
      send(side, .ack, seq: hosts[side].next, ack: hosts[side].acknowledged &+ takes)
    }
    if chance(60) { hosts[1 - side].next &+= UInt32(random(2)) }
    wait()
    if chance(80) {
      hosts[side].window = pick([1, 300, 500])
      send(side, .ack, seq: hosts[side].next, ack: hosts[side].acknowledged)
    }
  }

  /// All that the window takes.
  private mutating func fill(_ side: Int) {
    let count = Int(hosts[1 - side].window)
    guard count > 0, count < 1400 else { return data(side) }
    send(side, .ack, seq: hosts[1 - side].acknowledged, ack: hosts[side].acknowledged, count: count)
    hosts[side].next = hosts[1 - side].acknowledged &+ UInt32(count)
  }

  /// Numbers near those that are right.
  private mutating func wild(_ side: Int) {
    let near: [UInt32] = [0, 1, .max, 2, 1460, .max - 1459, 70_000, 0x8000_0000]
    let flags: [FrameBuilder.Flags] = [
      .ack, [.ack, .psh], [], [.ack, .fin], [.ack, .urg], .psh, [.ack, .ece], [.ack, .cwr],
    ]
    send(
      side, pick(flags), seq: hosts[side].next &+ pick(near), ack: hosts[side].acknowledged &+ pick(near),
      count: pick([0, 1, 33]), window: pick([0, 500, 9]))
  }

  private mutating func selective(_ side: Int) {
    var blocks: [UInt8] = []
    let start = hosts[side].acknowledged
    for index in 0..<(1 + random(3)) {
      let left = start &+ UInt32(100 + 3000 * index)
      for number in [left, left &+ UInt32(1 + random(2000))] {
        blocks += (0..<4).map { UInt8(truncatingIfNeeded: number >> UInt32(24 - 8 * $0)) }
      }
    }
    send(
      side, .ack, seq: hosts[side].next, ack: start,
      options: [1, 1, 5, UInt8(2 + blocks.count)] + blocks)
    wait()
    if chance(60) { data(1 - side) }
  }

  private mutating func finish(_ side: Int) {
    let sequence = hosts[side].next
    for _ in 0..<(chance(30) ? 2 : 1) {
      send(side, [.fin, .ack], seq: sequence, ack: hosts[side].acknowledged, count: chance(20) ? 7 : 0)
      wait()
    }
    hosts[side].next = sequence &+ 1
    if chance(60) { send(1 - side, .ack, seq: hosts[1 - side].next, ack: sequence &+ 1) }
  }

  private mutating func reset(_ side: Int) {
    let isAcknowledging = chance(50)
    send(
      side, isAcknowledging ? [.rst, .ack] : .rst, seq: hosts[side].next,
      ack: isAcknowledging ? hosts[side].acknowledged : 0, count: chance(20) ? 9 : 0, window: 0)
  }

  /// A SYN of the same connection again, or one with another number.
  private mutating func synAgain(_ side: Int) {
    let base = hosts[side].next &- UInt32(1 + random(3))
    send(
      side, chance(50) ? .syn : [.syn, .ack], seq: base, ack: hosts[side].acknowledged,
      count: chance(20) ? 5 : 0, options: [2, 4, 5, 180])
  }

  /// Exchanges neighbours, with their times left in place.
  private mutating func reorder() {
    for index in 1..<frames.count where chance(5) {
      let (a, b) = (frames[index - 1], frames[index])
      frames[index - 1] = b.at(a.time?.nanoseconds ?? 0)
      frames[index] = a.at(b.time?.nanoseconds ?? 0)
    }
  }
}

extension Frame {
  /// The same octets at another time.
  fileprivate func at(_ time: Int64) -> Frame {
    var copy = self
    copy.time = Timestamp(nanoseconds: time)
    return copy
  }
}
