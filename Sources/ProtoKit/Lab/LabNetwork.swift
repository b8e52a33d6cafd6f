import Bytes
import CLinux
import Glibc

/// A lab's hosts in the kernel: a network namespace each, joined to the hub by a veth pair, with a probe.
struct LabNetwork {
  /// A descriptor of each host's network namespace; -1 on loopback.
  private(set) var namespaces: [CInt] = []
  private(set) var probes: [HostProbe] = []
  /// The hub's packet socket for each host's link; none on loopback.
  private(set) var sockets: [CInt] = []
  /// What the lab has to do without, in words.
  private(set) var lack: String?

  private static func must(_ result: CInt, _ what: String) throws(LabError) {
    if result < 0 {
      throw LabError("\(what): \(Descriptor.errorText()); `backlab doctor` tells what labs need")
    }
  }

  /// Builds the network of a plan's hosts.
  init(_ plan: LabPlan, _ hosts: [LabHost]) throws(LabError) {
    if plan.loopback { try share(plan, hosts) } else { try build(plan, hosts) }
  }

  /// Hosts that are addresses of the machine's own loopback.
  private mutating func share(_ plan: LabPlan, _ hosts: [LabHost]) throws(LabError) {
    if let refusal = LoopbackLab.refusal(plan) { throw LabError(refusal) }
    for host in hosts {
      let diagnosis = clinux_diag_socket(-1)
      try Self.must(diagnosis, "the sockets of \(host.name) can't be read")
      namespaces.append(-1)
      probes.append(HostProbe(host: host.name, diagnosis: diagnosis, only: host.address))
    }
  }

  private mutating func build(_ plan: LabPlan, _ hosts: [LabHost]) throws(LabError) {
    var step: CInt = 0
    try Self.must(unsafe clinux_lab_enter(&step), "the namespaces can't be made (step \(step))")
    lack = SharedFolder.make(hosts)
    guard let (reading, _) = Descriptor.pipe() else { throw LabError("no pipe: \(Descriptor.errorText())") }
    try Self.must(clinux_init(reading), "the first process of the lab can't be started")
    let hub = clinux_own_netns()
    // Tables of the hosts' own: a reading walks them, and the machine's are large.
    _ = Descriptor.put("/proc/sys/net/ipv4/tcp_child_ehash_entries", "1024")
    _ = Descriptor.put("/proc/sys/net/ipv6/conf/default/disable_ipv6", "1")
    for host in hosts {
      let space = clinux_netns()
      try Self.must(space, "host \(host.name) can't be made")
      try Self.must(
        dup2(space, LabShell.firstDescriptor + CInt(host.index)), "host \(host.name) can't be kept")
      namespaces.append(space)
      try Self.must(
        unsafe clinux_veth("h\(host.index)", space), "the link of \(host.name) can't be made")
      try Self.must(clinux_setns(space), "host \(host.name) can't be entered")
      try furnish(host, plan, hosts)
      try Self.must(clinux_setns(hub), "the hub can't be entered")
      try Self.must(unsafe clinux_link_up("h\(host.index)", nil), "the hub's link of \(host.name)")
      let socket = unsafe clinux_packet_socket("h\(host.index)")
      try Self.must(socket, "the wire of \(host.name)")
      sockets.append(socket)
    }
    // A link that is not yet up swallows frames in silence for up to a second.
    for host in hosts {
      try Self.must(unsafe clinux_wait_up("h\(host.index)"), "the hub's link of \(host.name) stays down")
      try Self.must(clinux_setns(namespaces[host.index]), "host \(host.name) can't be entered")
      try Self.must(unsafe clinux_wait_up("eth0"), "the link of \(host.name) stays down")
      try Self.must(clinux_setns(hub), "the hub can't be entered")
    }
  }

  /// Sets up a host, from within its namespace.
  private mutating func furnish(_ host: LabHost, _ plan: LabPlan, _ hosts: [LabHost]) throws(LabError) {
    // The counters count from here.
    let diagnosis = clinux_diag_socket(namespaces[host.index])
    probes.append(HostProbe(host: host.name, diagnosis: diagnosis, ipv6: host.hasIPv6))
    try Self.must(unsafe clinux_no_checksum_offload("eth0"), "checksum offload of \(host.name)")
    try Self.must(unsafe clinux_link_up("lo", nil), "the loopback of \(host.name)")
    let quiet = host.hasIPv6 ? Self.quietIPv6 : [("disable_ipv6", "1")]
    for part in ["all", "default", "eth0"] {
      for (key, value) in quiet { _ = Descriptor.put("/proc/sys/net/ipv6/conf/\(part)/\(key)", value) }
    }
    // Where nobody looks for neighbours, an address of IPv6 joins no group, and no MLD report tells of it.
    if host.hasIPv6, !plan.arp {
      try Self.must(unsafe clinux_link_no_arp("eth0"), "the link of \(host.name)")
    }
    try Self.must(unsafe clinux_link_up("eth0", host.mac.octets), "the link of \(host.name)")
    for address in host.addresses {
      try Self.must(
        unsafe clinux_address("eth0", address.raw, address.isIPv6 ? 1 : 0, address.isIPv6 ? 64 : 24),
        "the address of \(host.name)")
    }
    for other in hosts where other.index != host.index && !plan.arp {
      for address in other.addresses {
        try Self.must(
          unsafe clinux_neighbour("eth0", address.raw, address.isIPv6 ? 1 : 0, other.mac.octets),
          "a neighbour of \(host.name)")
      }
    }
    let standard = [
      ("net.ipv4.ip_unprivileged_port_start", "0"), ("net.ipv4.tcp_max_syn_backlog", "2048"),
      ("net.ipv4.tcp_max_tw_buckets", "131072"), ("net.ipv4.tcp_congestion_control", "reno"),
    ]
    for (key, value) in standard + plan.sysctls.filter({ $0.host == host.name }).map({ ($0.key, $0.value) }) {
      let path = "/proc/sys/" + String(key.map { $0 == "." ? "/" : $0 })
      if !Descriptor.put(path, value) {
        throw LabError("\(host.name): \(key)=\(value): \(Descriptor.errorText())")
      }
    }
  }

  /// IPv6 without what it says by itself: no link-local address (addr_gen_mode 1), no test for a second owner of an
  /// address, nobody asked for a router.
  private static let quietIPv6 = [
    ("disable_ipv6", "0"), ("addr_gen_mode", "1"), ("accept_dad", "0"), ("dad_transmits", "0"),
    ("router_solicitations", "0"), ("accept_ra", "0"),
  ]
}
