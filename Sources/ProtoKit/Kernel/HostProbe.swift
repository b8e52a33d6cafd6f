import Bytes
import CLinux
import Session

/// Reads one host's listeners, sockets and counters, and tells a reading only when it changed.
///
/// Listeners and their half-open connections are read each millisecond, sockets each 20 ms and counters each 50 ms;
/// a socket's rtt and rto alone are told at most 20 times a second.
struct HostProbe {
  private let host: String
  private let diagnosis: CInt
  /// Where hosts share a namespace, the one address whose sockets are this host's.
  private let only: UInt32?
  private var counters: Counters?
  private var listeners: [String: [EventField]] = [:]
  private var sockets: [String: Told] = [:]
  private var table = [clinux_tcp](repeating: clinux_tcp(), count: 256)
  private var nextSockets: Int64 = 0, nextCounters: Int64 = 0

  private struct Told {
    var steady: [EventField]
    var timing: [EventField]
    var moment: Int64
    var isSeen = true
  }

  /// Probes the namespace in which the calling thread is. `diagnosis` is a NETLINK_SOCK_DIAG socket of it. With
  /// `only`, the sockets of that local address alone and no counters, which would count the whole machine.
  init(host: String, diagnosis: CInt, only: IPv4Address? = nil) {
    self.host = host
    self.diagnosis = diagnosis
    self.only = only?.value
    counters = only == nil ? Counters() : nil
  }

  /// Reads what is due at `now` (ns since the epoch).
  mutating func read(at now: Int64, _ emit: (Event) -> Void) {
    readListeners(emit)
    if now >= nextSockets {
      nextSockets = now + 20_000_000
      readSockets(at: now, emit)
    }
    if now >= nextCounters {
      nextCounters = now + 50_000_000
      readCounters(emit)
    }
  }

  /// The sockets in `states`, a bit for each of the kernel's numbers (tcp_states.h).
  private mutating func dump(_ states: UInt32) -> ArraySlice<clinux_tcp> {
    var n = unsafe clinux_tcp_dump(diagnosis, states, &table, CInt(table.count))
    if Int(n) > table.count {
      table += [clinux_tcp](repeating: clinux_tcp(), count: Int(n) * 2)
      n = unsafe clinux_tcp_dump(diagnosis, states, &table, CInt(table.count))
    }
    let found = table.prefix(Int(max(0, n)))
    guard let only else { return found }
    return found.filter { $0.local == only }[...]
  }

  /// A reading's moment is that of its end: what it shows had happened by then.
  private func tell(
    _ subject: String, _ text: String, _ fields: [EventField], _ emit: (Event) -> Void
  ) {
    let head = [EventField("host", host), EventField("subject", subject)]
    emit(Event(.kernel, at: Descriptor.now, text, head + fields))
  }

  private mutating func readListeners(_ emit: (Event) -> Void) {
    let sockets = dump(1 << TCPState.listen.rawValue | 1 << TCPState.synReceived.rawValue)
    for one in sockets where one.state == TCPState.listen.rawValue {
      let half = sockets.count {
        $0.state == TCPState.synReceived.rawValue && $0.local_port == one.local_port
      }
      let name = one.localName
      let fields = [
        EventField("listener", name), EventField("accept_queue", one.receive_queue),
        EventField("backlog", one.send_queue), EventField("half_open", half),
      ]
      guard listeners[name] != fields else { continue }
      listeners[name] = fields
      tell(
        "listener",
        "\(name): \(one.receive_queue) in the accept queue (backlog \(one.send_queue)), \(half) half open",
        fields, emit)
    }
  }

  private mutating func readSockets(at now: Int64, _ emit: (Event) -> Void) {
    for key in sockets.keys { sockets[key]?.isSeen = false }
    for one in dump(TCPState.connections) {
      let (local, remote) = (one.localName, one.remoteName)
      let state = TCPState(rawValue: one.state)?.description ?? "\(one.state)"
      let steady = [
        EventField("local", local), EventField("remote", remote), EventField("state", state),
        EventField("recv_queue", one.receive_queue), EventField("send_queue", one.send_queue),
        EventField("cwnd", one.cwnd), EventField("ssthresh", one.ssthresh),
        EventField("retransmits", one.retransmits),
      ]
      let timing = [
        EventField("rtt", Int64(one.rtt) * 1000), EventField("rto", Int64(one.rto) * 1000),
      ]
      let key = "\(local) \(remote)"
      if var told = sockets[key] {
        let isNew = told.steady != steady || told.timing != timing && now - told.moment >= 50_000_000
        told.isSeen = true
        if isNew { told = Told(steady: steady, timing: timing, moment: now) }
        sockets[key] = told
        if !isNew { continue }
      } else {
        sockets[key] = Told(steady: steady, timing: timing, moment: now)
      }
      tell(
        "socket",
        "\(local) to \(remote): \(state), receive queue \(one.receive_queue), send queue \(one.send_queue)",
        steady + timing, emit)
    }
    for (key, told) in sockets where !told.isSeen {
      sockets[key] = nil
      let names = told.steady.prefix(2)
      tell(
        "socket", "\(key.replacing(" ", with: " to ")): CLOSE, the kernel keeps it no longer",
        names + [EventField("state", "CLOSE")], emit)
    }
  }

  private mutating func readCounters(_ emit: (Event) -> Void) {
    guard let changed = counters?.changed() else { return }
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

extension clinux_tcp {
  fileprivate var localName: String { "\(IPv4Address(local)):\(local_port)" }
  fileprivate var remoteName: String { "\(IPv4Address(remote)):\(remote_port)" }
}
