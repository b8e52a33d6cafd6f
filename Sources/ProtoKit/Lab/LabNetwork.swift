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
    let usesUDP = plan.processes.contains { $0.role?.hasPrefix("udp-") == true }
    probes.append(HostProbe(host: host.name, diagnosis: diagnosis, ipv6: host.hasIPv6, udp: usesUDP))
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
      for address in other.addresses(from: host.network) {
        try Self.must(
          unsafe clinux_neighbour("eth0", address.raw, address.isIPv6 ? 1 : 0, other.mac.octets),
          "a neighbour of \(host.name)")
      }
    }
    try route(host, plan, hosts)
    for (key, value) in Self.settings
      + plan.sysctls.filter({ $0.host == host.name }).map({ ($0.key, $0.value) })
    {
      if !Descriptor.put(Sysctl.path(key), value) {
        throw LabError("\(host.name): \(key)=\(value): \(Descriptor.errorText())")
      }
    }
  }

  /// What each host has set.
  static var settings: [(key: String, value: String)] {
    let group = getegid()
    return [
      // Whose group may ping: the lab's own, which is all that its user namespace knows.
      ("net.ipv4.ping_group_range", "\(group) \(group)"),
      ("net.ipv4.ip_unprivileged_port_start", "0"), ("net.ipv4.tcp_max_syn_backlog", "2048"),
      ("net.ipv4.tcp_max_tw_buckets", "131072"), ("net.ipv4.tcp_congestion_control", "reno"),
    ]
  }

  /// Ways to what is not of the host's own network: the router's, and those of addresses that nobody has.
  private func route(_ host: LabHost, _ plan: LabPlan, _ hosts: [LabHost]) throws(LabError) {
    if let place = plan.router {
      let way = "a route of \(host.name)"
      let mtu = plan.processes.first { $0.role == "router" }?.parameters["mtu"].flatMap { CInt($0) }
      if host.index == place {
        for (key, value) in [
          ("ip_forward", "1"), ("conf/all/send_redirects", "0"), ("conf/eth0/send_redirects", "0"),
        ] {
          try Self.must(Descriptor.put("/proc/sys/net/ipv4/\(key)", value) ? 0 : -1, way)
        }
        guard let mtu, let own = host.addresses.last else { return }
        let second = Address.v4(IPv4Address(LabHost.second)).raw
        try Self.must(unsafe clinux_route_mtu("eth0", second, 24, own.raw, mtu), way)
      } else if let gateway = hosts[place].addresses(from: host.network).first {
        if host.network == .second, let mtu { try Self.must(unsafe clinux_link_mtu("eth0", mtu), way) }
        let anywhere = clinux_address(high: 0, low: 0)
        try Self.must(unsafe clinux_route("eth0", anywhere, 0, gateway.raw), way)
      }
    }
    // What is sent to a forged address goes to the host that forged it, which does not answer.
    if let place = plan.stranger, place != host.index, !host.hasIPv6 {
      let forged = Address.v4(IPv4Address(SYNSender.network)).raw
      try Self.must(
        unsafe clinux_route("eth0", forged, 24, hosts[place].address.raw), "a route of \(host.name)")
    }
  }

  /// IPv6 without what it says by itself: no link-local address (addr_gen_mode 1), no test for a second owner of an
  /// address, nobody asked for a router.
  private static let quietIPv6 = [
    ("disable_ipv6", "0"), ("addr_gen_mode", "1"), ("accept_dad", "0"), ("dad_transmits", "0"),
    ("router_solicitations", "0"), ("accept_ra", "0"),
  ]
}
