import Bytes
import CLinux
import Glibc

/// An Internet address of either version; text as ss(8) has it.
enum Address: Hashable, CustomStringConvertible {
  case v4(IPv4Address)
  case v6(IPv6Address)

  /// Reads dotted decimal or RFC 4291's text form; nil for anything else.
  init?(_ text: some StringProtocol) {
    if let address = IPv4Address(text) {
      self = .v4(address)
      return
    }
    var raw = in6_addr()
    guard unsafe inet_pton(AF_INET6, String(text), &raw) == 1 else { return nil }
    self = unsafe withUnsafeBytes(of: &raw) { raw in
      let half = { (at: Int) in unsafe raw[at..<at + 8].reduce(UInt64(0)) { $0 << 8 | UInt64($1) } }
      return .v6(IPv6Address(high: half(0), low: half(8)))
    }
  }

  init(_ raw: clinux_address, isIPv6: Bool) {
    self =
      isIPv6
      ? .v6(IPv6Address(high: raw.high, low: raw.low))
      : .v4(IPv4Address(UInt32(truncatingIfNeeded: raw.low)))
  }

  /// As C has it.
  var raw: clinux_address {
    switch self {
    case .v4(let address): clinux_address(high: 0, low: UInt64(address.value))
    case .v6(let address): clinux_address(high: address.high, low: address.low)
    }
  }

  var isIPv6: Bool { if case .v6 = self { true } else { false } }
  /// Whether it is of 127.0.0.0/8, where all hosts share one network.
  var isLoopback: Bool { if case .v4(let address) = self { address.value >> 24 == 127 } else { false } }

  var description: String {
    switch self {
    case .v4(let address): address.description
    case .v6(let address): address.description
    }
  }
}

/// An address and a port: `192.0.2.1:8080`, `[2001:db8::1]:8080`.
struct Endpoint: Hashable, CustomStringConvertible {
  var address: Address
  var port: UInt16

  init(address: Address, port: UInt16) {
    self.address = address
    self.port = port
  }

  init(_ raw: clinux_endpoint) {
    address = Address(raw.address, isIPv6: raw.is_ipv6 != 0)
    port = raw.port
  }

  /// As C has it.
  var raw: clinux_endpoint {
    clinux_endpoint(address: address.raw, port: port, is_ipv6: address.isIPv6 ? 1 : 0)
  }

  var description: String { address.isIPv6 ? "[\(address)]:\(port)" : "\(address):\(port)" }

  /// Looks up `host:port` among the lab's hosts; the host may be an address too, one of IPv6 in brackets.
  static func parse(_ text: String, hosts: [String: Address]) throws(RoleError) -> Endpoint {
    guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]), port > 0
    else { throw RoleError("to=\(text): write it as host:port, with a port from 1 to 65535") }
    var name = text[..<colon]
    if name.hasPrefix("["), name.hasSuffix("]") { name = name.dropFirst().dropLast() }
    guard let address = hosts[String(name)] ?? Address(name) else {
      let known = hosts.keys.sorted().joined(separator: ", ")
      throw RoleError("to=\(text): the lab has no host \(name); it has \(known)")
    }
    return Endpoint(address: address, port: port)
  }
}
