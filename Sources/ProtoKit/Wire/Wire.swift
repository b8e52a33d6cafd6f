import Bytes
import CLinux
import Glibc
import Session

/// The hub that carries frames between the hosts' links, as the plan and the learner's hand say.
struct Wire {
  private let sockets: [CInt]
  private let hosts: [String]
  private var links: [WireLink]
  /// The link from one host to another: `routes[from * hosts.count + to]`.
  private let routes: [Int]
  private var waiting = WaitingFrames()
  private var drops: [(host: String, kind: FrameKind, left: Int)] = []
  private var planned: PlannedLosses
  /// Hosts that a frame for everyone reaches: those of the sender's network.
  private let networks: [LabHost.Network]
  private var nextID: UInt64 = 0
  private(set) var isPaused = false
  /// When a frame was last taken or delivered, in nanoseconds since the epoch.
  private(set) var lastActivity: Int64 = 0

  private let room = ReceiveRoom()
  private var received = [clinux_frame](repeating: clinux_frame(), count: Int(CLINUX_BATCH))
  private var batch: [WaitingFrames.Entry] = []
  private var places: [clinux_frame] = []
  private var ids: [UInt64] = []

  /// A wire between the hosts, each with its packet socket, over the plan's links.
  init(sockets: [CInt], hosts all: [LabHost], links plans: [LinkPlan]) {
    let hosts = all.map(\.name)
    self.sockets = sockets
    self.hosts = hosts
    networks = all.map(\.network)
    planned = PlannedLosses(plans)
    let all = plans.filter { $0.isForAll(hosts) }.prefix(1) + plans.filter { !$0.isForAll(hosts) }
    let every = all.first.map { $0.isForAll(hosts) } == true ? all : [LinkPlan()] + all
    links = every.map { WireLink($0, hosts: hosts.count) }
    var routes = Array(repeating: 0, count: hosts.count * hosts.count)
    for (number, plan) in every.enumerated().dropFirst() {
      let ends = plan.hosts.compactMap { hosts.firstIndex(of: $0) }
      guard ends.count == 2 else { continue }
      routes[ends[0] * hosts.count + ends[1]] = number
      routes[ends[1] * hosts.count + ends[0]] = number
    }
    self.routes = routes
  }

  var isEmpty: Bool { waiting.isEmpty }
  /// When the next frame is due; nil when none is.
  var deadline: Int64? { isPaused ? nil : waiting.first?.due }
  /// The longest that a frame is under way, but for a link's rate.
  var longestDelay: Int64 { links.map { $0.plan.delay + $0.plan.jitter }.max() ?? 0 }

  /// Takes the frames that a host has sent; the stamp of the first of them.
  mutating func take(from host: Int, into stream: inout SessionStream) -> Int64? {
    var first: Int64?
    // So many at a time that those which are due meanwhile don't wait for long.
    for _ in 0..<4 {
      let count = Int(
        unsafe clinux_packet_receive(sockets[host], room.octets, &received, CInt(CLINUX_BATCH)))
      guard count > 0 else { break }
      first = first ?? received[0].stamp
      for one in received[..<count] where one.length >= 14 {
        unsafe accept(room[one], from: host, at: one.stamp, into: &stream)
      }
      if count < Int(CLINUX_BATCH) { break }
    }
    return first
  }

  private mutating func accept(
    _ frame: UnsafeRawBufferPointer, from host: Int, at stamp: Int64, into stream: inout SessionStream
  ) {
    nextID += 1
    let id = nextID
    let time = Timestamp(nanoseconds: stamp)
    lastActivity = max(lastActivity, stamp)
    unsafe stream.frame(frame.bytes, interface: host, time: time, packetID: id)
    func tell(_ kind: WireFate.Kind, _ cause: String = "", _ stream: inout SessionStream) {
      stream.fate(WireFate(packetID: id, kind: kind, time: time, cause: cause))
    }
    for i in drops.indices where unsafe drops[i].host == hosts[host] && drops[i].kind.matches(frame.bytes) {
      drops[i].left -= 1
      if drops[i].left == 0 {
        drops.remove(at: i)
        return tell(.dropped, "hand", &stream)
      }
    }
    if unsafe planned.takes(frame.bytes, from: hosts[host]) { return tell(.dropped, "plan", &stream) }
    // Host n has the address 02:00:00:00:00:n; anything else goes to everyone.
    let named = unsafe Int(frame[5]) - 1
    let isOwn = unsafe frame[0] == 2 && sockets.indices.contains(named)
    for target in sockets.indices
    where target != host && (isOwn ? target == named : networks[host].reaches(networks[target])) {
      let link = routes[host * hosts.count + target]
      guard let verdict = links[link].decide(size: frame.count, from: host, at: stamp) else {
        tell(.dropped, "loss", &stream)
        continue
      }
      if verdict.isReordered { tell(.reordered, "", &stream) }
      if verdict.isDuplicated { tell(.duplicated, "", &stream) }
      for _ in 0..<(verdict.isDuplicated ? 2 : 1) {
        unsafe waiting.add(frame, due: verdict.due, id: id, target: target)
      }
    }
    if isPaused { tell(.held, "hand", &stream) }
  }

  /// Delivers what is due at `now`.
  mutating func deliver(at now: Int64, into stream: inout SessionStream) {
    while !isPaused, let first = waiting.first, first.due <= now {
      while batch.count < Int(CLINUX_BATCH), let next = waiting.first, next.due <= now {
        if let entry = waiting.takeFirst() { batch.append(entry) }
      }
      send(into: &stream)
    }
  }

  /// Sends the batch, each host's frames together.
  private mutating func send(into stream: inout SessionStream) {
    for target in sockets.indices where batch.contains(where: { $0.target == target }) {
      places.removeAll(keepingCapacity: true)
      ids.removeAll(keepingCapacity: true)
      for entry in batch where entry.target == target {
        places.append(entry.place)
        ids.append(entry.id)
      }
      var start = 0
      while start < places.count {
        // What a delivery causes comes after its stamp, since some of it happens within the call.
        let now = Descriptor.now
        let sent = unsafe places.withUnsafeBufferPointer { places in
          unsafe waiting.withOctets { octets in
            unsafe clinux_packet_send(
              sockets[target], octets, places.baseAddress! + start, CInt(places.count - start))
          }
        }
        lastActivity = max(lastActivity, now.nanoseconds)
        let delivered = Int(max(0, sent ?? 0))
        for id in ids[start..<start + delivered] {
          stream.fate(WireFate(packetID: id, kind: .delivered, time: now))
        }
        start += delivered
        if delivered == 0 {
          stream.fate(WireFate(packetID: ids[start], kind: .dropped, time: now, cause: "queue"))
          start += 1
        }
      }
    }
    batch.removeAll(keepingCapacity: true)
  }

  /// Frames that came faster than they could be taken, since the last call; nobody will see them again.
  func lost() -> Int { sockets.reduce(0) { $0 + Int(clinux_packet_drops($1)) } }

  /// Sets a parameter of the link that plans call `name`: `link`, or two hosts as in `client-server`. False when there
  /// is no such link.
  mutating func set(_ name: Substring, _ parameter: String, _ value: String) throws(SettingError) -> Bool {
    guard
      let found = links.indices.first(where: { $0 == 0 && name == "link" || links[$0].plan.isNamed(name) })
    else { return false }
    try links[found].plan.set(parameter, value)
    return true
  }

  /// A command of the learner's hand; nil when it isn't understood.
  mutating func command(_ words: [String], into stream: inout SessionStream) -> String? {
    switch words.first {
    case "pause":
      isPaused = true
      return "paused"
    case "resume":
      isPaused = false
      return "resumed"
    case "next":
      guard let entry = waiting.takeFirst() else { return "no frame waits" }
      batch.append(entry)
      send(into: &stream)
      return "\(waiting.count) frames wait"
    case "drop" where words.count == 1:
      guard let one = waiting.takeFirst() else { return "no frame waits" }
      stream.fate(WireFate(packetID: one.id, kind: .dropped, time: Descriptor.now, cause: "hand"))
      return "\(waiting.count) frames wait"
    case "drop":
      guard words.count == 3 || words.count == 4, hosts.contains(words[1]),
        let kind = FrameKind(rawValue: words[2]),
        let n = words.count == 4 ? Int(words[3]) : 1, n > 0
      else { return nil }
      drops.append((words[1], kind, n))
      return "frame \(n) of this kind will be dropped"
    default: return nil
    }
  }
}

/// Room for the frames of one call; the system gives it memory only as far as frames fill it.
@safe private final class ReceiveRoom {
  let octets: UnsafeMutablePointer<UInt8>

  init() {
    unsafe octets = UnsafeMutablePointer<UInt8>.allocate(
      capacity: Int(CLINUX_BATCH) * Int(CLINUX_FRAME_ROOM))
  }

  deinit { unsafe octets.deallocate() }

  subscript(frame: clinux_frame) -> UnsafeRawBufferPointer {
    unsafe UnsafeRawBufferPointer(start: octets + frame.offset, count: Int(frame.length))
  }
}
