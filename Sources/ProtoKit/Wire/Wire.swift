import Bytes
import CLinux
import Glibc
import Session

/// The hub that carries frames between the hosts' links, as the plan and the learner's hand say.
struct Wire {
  private struct Waiting {
    var due: Int64
    var frame: [UInt8]
    var id: UInt64
    var target: Int
  }
  private let sockets: [CInt]
  private let hosts: [String]
  private var waiting: [Waiting] = []
  private var drops: [(host: String, kind: String, left: Int)] = []
  private var nextID: UInt64 = 0
  private var seed: UInt64
  private var busyUntil: [Int64]
  var link: LinkPlan
  private(set) var isPaused = false
  private(set) var lastActivity: Int64 = 0

  init(sockets: [CInt], hosts: [String], link: LinkPlan) {
    self.sockets = sockets
    self.hosts = hosts
    self.link = link
    seed = link.seed
    busyUntil = sockets.map { _ in 0 }
  }

  var isEmpty: Bool { waiting.isEmpty }
  /// When the next frame is due; nil when none is.
  var deadline: Int64? { isPaused ? nil : waiting.first?.due }

  /// An even share of 0..<1 (SplitMix64).
  private mutating func random() -> Double {
    seed &+= 0x9E37_79B9_7F4A_7C15
    var z = seed
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return Double((z ^ (z >> 31)) >> 11) / 9_007_199_254_740_992
  }

  /// Takes every frame that a host has sent.
  mutating func take(from host: Int, _ emit: (Record) -> Void) {
    for _ in 0..<64 {
      var stamp: Int64 = 0
      let frame = unsafe [UInt8](unsafeUninitializedCapacity: 65600) { buffer, used in
        used = max(0, unsafe clinux_packet_receive(sockets[host], buffer.baseAddress!, 65600, &stamp))
      }
      guard frame.count >= 14 else { return }
      nextID += 1
      lastActivity = stamp
      emit(
        .frame(Frame(interface: host, time: Timestamp(nanoseconds: stamp), packetID: nextID, bytes: frame)))
      accept(frame, id: nextID, from: host, at: stamp, emit)
    }
  }

  private mutating func accept(
    _ frame: [UInt8], id: UInt64, from host: Int, at stamp: Int64, _ emit: (Record) -> Void
  ) {
    func dropped(_ cause: String) {
      emit(.fate(WireFate(packetID: id, kind: .dropped, time: Timestamp(nanoseconds: stamp), cause: cause)))
    }
    for i in drops.indices where drops[i].host == hosts[host] && Wire.frame(frame, is: drops[i].kind) {
      drops[i].left -= 1
      if drops[i].left == 0 {
        drops.remove(at: i)
        return dropped("hand")
      }
    }
    if link.loss > 0, random() < link.loss { return dropped("loss") }
    var due = stamp + link.delay
    if link.jitter > 0 { due += Int64(Double(link.jitter) * (2 * random() - 1)) }
    if link.rate > 0 {
      let start = max(stamp, busyUntil[host])
      busyUntil[host] = start + Int64(Double(frame.count) * 8e9 / Double(link.rate))
      due += busyUntil[host] - stamp
    }
    if link.reorder > 0, random() < link.reorder {
      due += link.delay
      emit(.fate(WireFate(packetID: id, kind: .reordered, time: Timestamp(nanoseconds: stamp))))
    }
    var copies = 1
    if link.duplicate > 0, random() < link.duplicate {
      copies = 2
      emit(.fate(WireFate(packetID: id, kind: .duplicated, time: Timestamp(nanoseconds: stamp))))
    }
    // Host n has the address 02:00:00:00:00:n; anything else goes to everyone.
    let named = Int(frame[5]) - 1
    let isOwn = frame[0] == 2 && sockets.indices.contains(named)
    for target in sockets.indices where target != host && (!isOwn || target == named) {
      for _ in 0..<copies { insert(Waiting(due: due, frame: frame, id: id, target: target)) }
    }
    if isPaused {
      emit(.fate(WireFate(packetID: id, kind: .held, time: Timestamp(nanoseconds: stamp), cause: "hand")))
    }
  }

  private mutating func insert(_ one: Waiting) {
    var at = waiting.endIndex
    while at > 0, waiting[at - 1].due > one.due { at -= 1 }
    waiting.insert(one, at: at)
  }

  /// Delivers what is due at `now`.
  mutating func deliver(at now: Int64, _ emit: (Record) -> Void) {
    while !isPaused, let first = waiting.first, first.due <= now { deliverFirst(emit) }
  }

  private mutating func deliverFirst(_ emit: (Record) -> Void) {
    let one = waiting.removeFirst()
    let n = unsafe one.frame.withUnsafeBytes {
      unsafe Glibc.send(sockets[one.target], $0.baseAddress, $0.count, 0)
    }
    let now = Descriptor.now
    lastActivity = now.nanoseconds
    let kind: WireFate.Kind = n < 0 ? .dropped : .delivered
    emit(.fate(WireFate(packetID: one.id, kind: kind, time: now, cause: n < 0 ? "queue" : "")))
  }

  /// A command of the learner's hand; nil when it isn't understood.
  mutating func command(_ words: [String], _ emit: (Record) -> Void) -> String? {
    switch words.first {
    case "pause":
      isPaused = true
      return "paused"
    case "resume":
      isPaused = false
      return "resumed"
    case "next":
      guard !waiting.isEmpty else { return "no frame waits" }
      deliverFirst(emit)
      return "\(waiting.count) frames wait"
    case "drop" where words.count == 1:
      guard !waiting.isEmpty else { return "no frame waits" }
      let one = waiting.removeFirst()
      emit(.fate(WireFate(packetID: one.id, kind: .dropped, time: Descriptor.now, cause: "hand")))
      return "\(waiting.count) frames wait"
    case "drop":
      let kinds = ["syn", "synack", "ack", "data", "fin", "rst", "any"]
      guard words.count == 3 || words.count == 4, hosts.contains(words[1]), kinds.contains(words[2]),
        let n = words.count == 4 ? Int(words[3]) : 1, n > 0
      else { return nil }
      drops.append((words[1], words[2], n))
      return "frame \(n) of this kind will be dropped"
    default: return nil
    }
  }

  /// Whether an IPv4 TCP frame is of this kind.
  static func frame(_ f: [UInt8], is kind: String) -> Bool {
    if kind == "any" { return true }
    guard f.count >= 34, f[12] == 8, f[13] == 0, f[23] == 6 else { return false }
    let start = 14 + Int(f[14] & 15) * 4
    guard f.count >= start + 20 else { return false }
    let flags = f[start + 13]
    let payload = (Int(f[16]) << 8 | Int(f[17])) - (start - 14) - Int(f[start + 12] >> 4) * 4
    switch kind {
    case "syn": return flags & 0x12 == 2
    case "synack": return flags & 0x12 == 0x12
    case "fin": return flags & 1 != 0
    case "rst": return flags & 4 != 0
    case "data": return payload > 0
    default: return flags & 0x17 == 0x10 && payload <= 0
    }
  }
}
