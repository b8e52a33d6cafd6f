import CLinux
import Session

/// Reads one host's listeners, sockets and counters, and tells a reading only when it changed.
///
/// Listeners and their half-open connections are read each time, those of a host that had none only with the sockets,
/// which are read each 20 ms, and counters each 50 ms. A socket's rtt and rto alone, and that its timer was set anew, are
/// told at most 20 times a second.
/// Sockets of UDP are read with those of TCP, once a role uses any.
struct HostProbe {
  private let host: String
  private let diagnosis: CInt
  private let families: [Bool]
  /// Where hosts share a namespace, the one address whose sockets are this host's.
  private let only: Address?
  private var counters: Counters?
  /// By the kernel's cookie: several may share an address (SO_REUSEPORT), each with a queue of its own.
  private var listeners: [UInt64: Listener] = [:]
  private var sockets: [SocketName: Told] = [:]
  private var datagrams: [SocketName: Datagrams] = [:]
  private let usesUDP: Bool
  private var table = [clinux_tcp](repeating: clinux_tcp(), count: 256)
  private var nextSockets: Int64 = 0, nextCounters: Int64 = 0

  private struct SocketName: Hashable {
    var local: Endpoint
    var remote: Endpoint
  }
  private struct Listener: Equatable {
    var name: String
    var queue: UInt32
    var backlog: UInt32
    var halfOpen: Int
  }
  private struct Datagrams: Equatable {
    var received: UInt32, sent: UInt32, drops: UInt32
  }
  /// What was told of a socket.
  private struct Told {
    var reading: clinux_tcp
    var moment: Int64
    /// When its timer ends, in ns since the epoch; 0 without one.
    var timerEnd: Int64
    var isSeen = true
  }
  /// A timer told is taken to run on as told while it is so near, in nanoseconds: the kernel tells ticks of up to 10 ms, and
  /// this process may be late.
  private static let timerSlack: Int64 = 50_000_000

  /// Probes the namespace in which the calling thread is, of which `diagnosis` is a NETLINK_SOCK_DIAG socket, for IPv4
  /// and on demand IPv6 and UDP. With `only`, the sockets of that local address alone and no counters, which would
  /// count the whole machine.
  init(host: String, diagnosis: CInt, ipv6: Bool = false, udp: Bool = false, only: Address? = nil) {
    usesUDP = udp
    self.host = host
    self.diagnosis = diagnosis
    self.only = only
    families = ipv6 ? [false, true] : [false]
    counters = only == nil ? Counters() : nil
  }

  /// What is read at a time: a lab carries frames between.
  enum Part: CaseIterable {
    case listeners, sockets, counters
  }

  /// Reads a part if it is due at `now` (ns since the epoch); false when it isn't.
  mutating func read(_ part: Part, at now: Int64, _ emit: (Event) -> Void) -> Bool {
    switch part {
    case .listeners:
      guard now >= nextSockets || !listeners.isEmpty else { return false }
      readListeners(emit)
    case .sockets:
      guard now >= nextSockets else { return false }
      nextSockets = now + 20_000_000
      readSockets(at: now, emit)
      if usesUDP { readDatagrams(emit) }
    case .counters:
      guard now >= nextCounters else { return false }
      nextCounters = now + 50_000_000
      readCounters(emit)
    }
    return true
  }

  /// Calls `body` with each socket in `states`, a bit for each of the kernel's numbers (tcp_states.h).
  private mutating func dump(
    _ states: UInt32, udp: Bool = false, _ body: (inout HostProbe, ArraySlice<clinux_tcp>) -> Void
  ) {
    for isIPv6 in families {
      let (udp, ipv6): (CInt, CInt) = (udp ? 1 : 0, isIPv6 ? 1 : 0)
      var n = unsafe clinux_dump(diagnosis, udp, ipv6, states, &table, CInt(table.count))
      if Int(n) > table.count {
        table += [clinux_tcp](repeating: clinux_tcp(), count: Int(n) * 2)
        n = unsafe clinux_dump(diagnosis, udp, ipv6, states, &table, CInt(table.count))
      }
      let found = table.prefix(Int(max(0, n)))
      body(&self, only.map { only in found.filter { $0.localEnd.address == only }[...] } ?? found)
    }
  }

  /// A reading's moment is that of its end: what it shows had happened by then.
  private func tell(
    _ subject: String, _ text: String, _ fields: [EventField], _ emit: (Event) -> Void
  ) {
    let head = [EventField("host", host), EventField("subject", subject)]
    emit(Event(.kernel, at: Descriptor.now, text, head + fields))
  }

  private mutating func readListeners(_ emit: (Event) -> Void) {
    var gone = Set(listeners.keys)
    dump(1 << TCPState.listen.rawValue | 1 << TCPState.synReceived.rawValue) { probe, sockets in
      for one in sockets where one.state == TCPState.listen.rawValue {
        let half = sockets.count {
          $0.state == TCPState.synReceived.rawValue && $0.local_port == one.local_port
        }
        gone.remove(one.cookie)
        let name = "\(one.localEnd)"
        let reading = Listener(
          name: name, queue: one.receive_queue, backlog: one.send_queue, halfOpen: half)
        guard probe.listeners.updateValue(reading, forKey: one.cookie) != reading else { continue }
        probe.tell(
          "listener",
          "\(name): \(reading.queue) in the accept queue (backlog \(reading.backlog)), \(half) half open",
          [
            EventField("listener", name), EventField("accept_queue", reading.queue),
            EventField("backlog", reading.backlog), EventField("half_open", half),
            EventField("cookie", Int64(bitPattern: one.cookie)),
          ], emit)
      }
    }
    for cookie in gone {
      guard let listener = listeners.removeValue(forKey: cookie) else { continue }
      tell(
        "listener", "\(listener.name): CLOSE, nobody listens there any more",
        [
          EventField("listener", listener.name), EventField("state", "CLOSE"),
          EventField("cookie", Int64(bitPattern: cookie)),
        ], emit)
    }
  }

  private mutating func readSockets(at now: Int64, _ emit: (Event) -> Void) {
    for key in sockets.keys { sockets[key]?.isSeen = false }
    dump(TCPState.connections) { probe, found in
      for one in found { probe.compare(one, at: now, emit) }
    }
    for (name, told) in sockets where !told.isSeen {
      sockets[name] = nil
      tell(
        "socket", "\(name.local) to \(name.remote): CLOSE, the kernel keeps it no longer",
        [
          EventField("local", "\(name.local)"), EventField("remote", "\(name.remote)"),
          EventField("state", "CLOSE"),
        ], emit)
    }
  }

  /// Tells of a socket when it differs from what was told.
  private mutating func compare(_ one: clinux_tcp, at now: Int64, _ emit: (Event) -> Void) {
    let name = SocketName(local: one.localEnd, remote: one.remoteEnd)
    let left = Int64(one.timer_left) * 1_000_000
    let timerEnd = one.timer == 0 ? 0 : now + left
    if let told = sockets[name] {
      sockets[name]?.isSeen = true
      let isTiming =
        told.reading.rtt != one.rtt || told.reading.rto != one.rto
        || abs(told.timerEnd - timerEnd) > HostProbe.timerSlack
      guard !told.reading.isSteady(one) || isTiming && now - told.moment >= 50_000_000 else { return }
    }
    sockets[name] = Told(reading: one, moment: now, timerEnd: timerEnd)
    let state = TCPState(rawValue: one.state)?.description ?? "\(one.state)"
    let (local, remote) = ("\(one.localEnd)", "\(one.remoteEnd)")
    tell(
      "socket",
      "\(local) to \(remote): \(state), receive queue \(one.receive_queue), send queue \(one.send_queue)",
      [
        EventField("local", local), EventField("remote", remote), EventField("state", state),
        EventField("recv_queue", one.receive_queue), EventField("send_queue", one.send_queue),
        EventField("cwnd", one.cwnd), EventField("ssthresh", one.ssthresh),
        EventField("retransmits", one.retransmits), EventField("total_retrans", one.total_retrans),
        EventField("rtt", Int64(one.rtt) * 1000),
        EventField("rto", Int64(one.rto) * 1000), EventField("recv_limit", one.receive_limit),
        EventField("send_limit", one.send_limit), EventField("send_window", one.send_window),
      ]
        + (SocketTimer(rawValue: one.timer).map {
          [EventField("timer", "\($0)"), EventField("timer_left", left)]
        } ?? []),
      emit)
  }

  /// Sockets of UDP: what waits in them, and how many datagrams found no room.
  private mutating func readDatagrams(_ emit: (Event) -> Void) {
    dump(.max, udp: true) { probe, found in
      for one in found {
        let name = SocketName(local: one.localEnd, remote: one.remoteEnd)
        let reading = Datagrams(received: one.receive_queue, sent: one.send_queue, drops: one.drops)
        guard probe.datagrams.updateValue(reading, forKey: name) != reading else { continue }
        let remote = one.remote_port > 0 ? [EventField("remote", "\(one.remoteEnd)")] : []
        probe.tell(
          "udp",
          "\(name.local) of UDP: receive queue \(one.receive_queue), send queue \(one.send_queue), \(one.drops) dropped",
          [EventField("local", "\(name.local)")] + remote + [
            EventField("recv_queue", one.receive_queue), EventField("recv_limit", one.receive_limit),
            EventField("send_queue", one.send_queue), EventField("send_limit", one.send_limit),
            EventField("drops", one.drops),
          ], emit)
      }
    }
  }

  private mutating func readCounters(_ emit: (Event) -> Void) {
    guard let changed = counters?.changed() else { return }
    // What made a counter move is seen at the listener or at the socket, and frames were carried since those were read:
    // the cause is told before its count.
    readListeners(emit)
    if usesUDP { readDatagrams(emit) }
    let words = changed.compactMap { field -> String? in
      guard case .number(let n) = field.value, n != 0 else { return nil }
      return "\(field.name) \(n)"
    }
    tell("counters", "\(host): \(words.joined(separator: ", "))", changed, emit)
  }
}

/// The states of a TCP socket as the kernel numbers them (include/net/tcp_states.h) and ss(8) names them.
enum TCPState: UInt8, CaseIterable, CustomStringConvertible {
  case established = 1, synSent, synReceived, finWait1, finWait2, timeWait, close, closeWait, lastACK, listen,
    closing

  /// A bit for every state but LISTEN and CLOSE.
  static var connections: UInt32 {
    allCases.filter { $0 != .listen && $0 != .close }.reduce(0) { $0 | 1 << UInt32($1.rawValue) }
  }

  var description: String {
    switch self {
    case .established: "ESTAB"
    case .synSent: "SYN-SENT"
    case .synReceived: "SYN-RECV"
    case .finWait1: "FIN-WAIT-1"
    case .finWait2: "FIN-WAIT-2"
    case .timeWait: "TIME-WAIT"
    case .close: "CLOSE"
    case .closeWait: "CLOSE-WAIT"
    case .lastACK: "LAST-ACK"
    case .listen: "LISTEN"
    case .closing: "CLOSING"
    }
  }
}

/// The timer that runs in a socket, as inet_diag numbers it (sock_diag(7), idiag_timer).
enum SocketTimer: UInt8, CaseIterable, CustomStringConvertible {
  /// To send again what has no answer; the kernel tells its loss probes (RFC 8985) by this number too.
  case retransmission = 1
  case keepalive, timeWait
  /// To ask whether a closed window is open again.
  case persist

  var description: String {
    switch self {
    case .retransmission: "retransmission"
    case .keepalive: "keepalive"
    case .timeWait: "time-wait"
    case .persist: "persist"
    }
  }
}

extension clinux_tcp {
  fileprivate var localEnd: Endpoint {
    Endpoint(address: Address(local, isIPv6: is_ipv6 != 0), port: local_port)
  }
  fileprivate var remoteEnd: Endpoint {
    Endpoint(address: Address(remote, isIPv6: is_ipv6 != 0), port: remote_port)
  }

  /// Whether nothing differs but what a moment's timing changes.
  fileprivate func isSteady(_ other: clinux_tcp) -> Bool {
    state == other.state && receive_queue == other.receive_queue && send_queue == other.send_queue
      && cwnd == other.cwnd && ssthresh == other.ssthresh && retransmits == other.retransmits
      && total_retrans == other.total_retrans
      && timer == other.timer
  }
}
