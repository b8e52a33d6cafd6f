import Bytes
import Glibc

/// A lab without namespaces: the hosts are addresses of 127.0.0.0/8 in the machine's own network. System calls and
/// the sockets' readings are real; frames, delay, loss, kernel settings and counters of a host's own don't exist.
enum LoopbackLab {
  /// Nanoseconds between two readings: each walks the machine's whole table of connections, up to 3 ms long.
  static let interval: Int64 = 10_000_000
  static let noWire =
    "a lab on loopback has no wire: its frames stay in the kernel, nothing can hold or change them"

  /// The plan's hosts. On loopback each lab has 127.x.y.1 and on of its own, by its process, so that two labs at once
  /// don't take each other's ports.
  static func hosts(_ plan: LabPlan) -> [LabHost] {
    let first = 0x7F00_0001 | UInt32(truncatingIfNeeded: getpid() & 0xFFFF) << 8
    let router = plan.router
    return plan.hosts.enumerated().map { index, name in
      if plan.loopback { return LabHost(name: name, index: index, first: first) }
      let network: LabHost.Network =
        router.map { index == $0 ? .both : index < $0 ? .only : .second } ?? .only
      return LabHost(name: name, index: index, hasIPv6: plan.ipv6, network: network)
    }
  }

  /// Why a plan can't run on loopback, or nil.
  static func refusal(_ plan: LabPlan) -> String? {
    if let command = plan.processes.first(where: { $0.role == nil })?.command {
      return
        "host command \"\(command)\" needs a lab with namespaces: on loopback nothing would end what it starts"
    }
    if let role = plan.processes.first(where: { ["router", "syn-sender"].contains($0.role) })?.role {
      return "\(role) needs a lab with namespaces: it works with frames, and on loopback there are none"
    }
    return plan.hosts.count > 254
      ? "a lab on loopback has at most 254 hosts, this one \(plan.hosts.count)" : nil
  }

  /// What can't be seen or done, in words.
  static func limits(_ plan: LabPlan) -> String {
    let settings = plan.sysctls.map { "\($0.host) \($0.key)=\($0.value)" }
    let unset = settings.isEmpty ? "" : "; not set: \(settings.joined(separator: ", "))"
    return
      "On loopback: queues and system calls are live; no frames are seen, the link adds no delay and no loss,"
      + " and counters are not told, since they count the whole machine" + unset
  }
}
