import CLinux
import Glibc

/// Datagrams, raw sockets, and the options that lessons turn.
extension Syscalls {
  /// socket(2) of UDP over the version of IP that `address` is of, non-blocking.
  func datagramSocket(_ address: Address) -> Outcome {
    let family = address.isIPv6 ? AF_INET6 : AF_INET
    return open(family, CInt(SOCK_DGRAM.rawValue), 0, "\(Self.name(family)), SOCK_DGRAM|SOCK_NONBLOCK, 0")
  }

  /// socket(2) for ICMP echo, which icmp(7) allows to the groups of `ping_group_range`.
  func pingSocket() -> Outcome {
    open(
      AF_INET, CInt(SOCK_DGRAM.rawValue), CInt(IPPROTO_ICMP),
      "AF_INET, SOCK_DGRAM|SOCK_NONBLOCK, IPPROTO_ICMP")
  }

  /// socket(2) for whole packets of IPv4 with headers of our own making, raw(7).
  func rawSocket() -> Outcome {
    open(AF_INET, CInt(SOCK_RAW.rawValue), CInt(IPPROTO_RAW), "AF_INET, SOCK_RAW|SOCK_NONBLOCK, IPPROTO_RAW")
  }

  private static func name(_ family: CInt) -> String { family == AF_INET6 ? "AF_INET6" : "AF_INET" }

  private func open(_ family: CInt, _ type: CInt, _ proto: CInt, _ words: String) -> Outcome {
    let flags = type | CInt(SOCK_NONBLOCK.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
    return call("socket", nil, words) { Int(Glibc.socket(family, flags, proto)) }
  }

  /// setsockopt(2) of an option that is a number.
  @discardableResult
  func set(_ fd: CInt, level: CInt, option: CInt, name: String, to value: Int) -> Outcome {
    var value = CInt(clamping: value)
    return call("setsockopt", fd, "\(fd), \(name), \(value)") {
      Int(unsafe setsockopt(fd, level, option, &value, socklen_t(MemoryLayout<CInt>.size)))
    }
  }

  /// SO_RCVBUF; the kernel doubles it for its own use (socket(7)). 0 leaves what the kernel gives.
  func receiveBuffer(_ fd: CInt, _ octets: Int) {
    if octets > 0 { set(fd, level: SOL_SOCKET, option: SO_RCVBUF, name: "SO_RCVBUF", to: octets) }
  }

  /// SO_SNDBUF, likewise.
  func sendBuffer(_ fd: CInt, _ octets: Int) {
    if octets > 0 { set(fd, level: SOL_SOCKET, option: SO_SNDBUF, name: "SO_SNDBUF", to: octets) }
  }

  /// TCP_MAXSEG before connect(2): the largest segment that is offered and sent, tcp(7). 0 leaves what fits the link.
  func largestSegment(_ fd: CInt, _ octets: Int) {
    if octets > 0 {
      set(fd, level: CInt(IPPROTO_TCP), option: TCP_MAXSEG, name: "TCP_MAXSEG", to: octets)
    }
  }

  /// TCP_CORK: while it is on only full segments leave, for 200 ms at most (tcp(7)).
  func cork(_ fd: CInt, _ isOn: Bool) {
    set(fd, level: CInt(IPPROTO_TCP), option: TCP_CORK, name: "TCP_CORK", to: isOn ? 1 : 0)
  }

  /// TCP_QUICKACK: acknowledge at once, until the kernel thinks otherwise (tcp(7)).
  func quickAcknowledge(_ fd: CInt) {
    set(fd, level: CInt(IPPROTO_TCP), option: TCP_QUICKACK, name: "TCP_QUICKACK", to: 1)
  }

  /// IP_MTU_DISCOVER (ip(7)): DF is set, and what the path can't carry is refused instead of cut.
  func neverFragment(_ fd: CInt) {
    set(
      fd, level: CInt(IPPROTO_IP), option: IP_MTU_DISCOVER, name: "IP_MTU_DISCOVER", to: Int(IP_PMTUDISC_DO))
  }

  /// IP_MTU_DISCOVER so that packets are cut to what the first link carries, and DF is not set.
  func letFragment(_ fd: CInt) {
    set(
      fd, level: CInt(IPPROTO_IP), option: IP_MTU_DISCOVER, name: "IP_MTU_DISCOVER", to: Int(IP_PMTUDISC_DONT)
    )
  }

  /// IP_TTL: how many routers the packets may pass.
  func timeToLive(_ fd: CInt, _ hops: Int) {
    set(fd, level: CInt(IPPROTO_IP), option: IP_TTL, name: "IP_TTL", to: hops)
  }

  /// IP_RECVERR: what ICMP says of our packets waits in the error queue.
  func tellErrors(_ fd: CInt) {
    _ = call("setsockopt", fd, "\(fd), IP_RECVERR, 1") { Int(clinux_tell_errors(fd, 0)) }
  }

  /// sendto(2).
  func send(_ fd: CInt, _ bytes: [UInt8], to: Endpoint) -> Outcome {
    call("sendto", fd, "\(fd), \(bytes.count), MSG_NOSIGNAL, \(to)") {
      unsafe bytes.withUnsafeBufferPointer {
        unsafe clinux_send_to(fd, $0.baseAddress, $0.count, to.raw)
      }
    }
  }

  /// recvfrom(2) of one datagram with MSG_TRUNC: the outcome is its whole length, of which `atMost` octets come.
  func receiveDatagram(_ fd: CInt, atMost count: Int) -> (Outcome, [UInt8], Endpoint?) {
    var bytes: [UInt8] = []
    var from = clinux_endpoint()
    let outcome = call("recvfrom", fd, "\(fd), \(count), MSG_TRUNC") {
      var got = 0
      bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, used in
        unsafe got = clinux_receive_from(fd, buffer.baseAddress, count, &from)
        used = max(0, min(got, count))
      }
      return got
    } after: { outcome in
      outcome.value > count ? ", of which \(count) are kept" : ""
    }
    return (outcome, bytes, outcome.value >= 0 ? Endpoint(from) : nil)
  }

  /// recvmsg(2) of the error queue: what ICMP said of a packet; nil when nothing waits.
  func complaint(_ fd: CInt) -> clinux_complaint? {
    var found = clinux_complaint()
    let outcome = call("recvmsg", fd, "\(fd), MSG_ERRQUEUE") {
      Int(unsafe clinux_complaint(fd, &found))
    }
    return outcome.value < 0 ? nil : found
  }
}
