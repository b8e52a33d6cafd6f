import Bytes

/// A host of a lab: its name and the addresses that its place in the plan gives it.
struct LabHost {
  /// The name in the plan.
  var name: String
  /// Its place: 0 for the first.
  var index: Int
  /// The first host's address: 192.0.2.1 (RFC 5737's documentation network), or one of 127.0.0.0/8 on loopback.
  var first: UInt32 = 0xC000_0201
  /// Whether it has an address of 2001:db8::/64 too (RFC 3849's documentation prefix).
  var hasIPv6 = false
  /// Where it stands.
  var network = Network.only

  /// The networks of a lab with a router: 192.0.2.0/24 before it and 198.51.100.0/24 (RFC 5737's second) behind it.
  enum Network: Sendable {
    case only, second, both
    /// Whether a frame for everyone goes from here to there.
    func reaches(_ other: Network) -> Bool { self == other || self == .both || other == .both }
  }
  /// 198.51.100.0.
  static let second: UInt32 = 0xC633_6400

  /// `first` for the first host, and so on; in the second network 198.51.100 with the same last octet.
  var ipv4: IPv4Address { network == .second ? inSecond : IPv4Address(first + UInt32(index)) }
  private var inSecond: IPv4Address { IPv4Address(LabHost.second + UInt32(index + 1)) }
  /// 2001:db8::1 for the first host; nil for one without IPv6.
  var ipv6: IPv6Address? {
    hasIPv6 ? IPv6Address(high: 0x2001_0DB8_0000_0000, low: UInt64(index + 1)) : nil
  }
  /// The address by which roles know it: the one of IPv6 if it has one.
  var address: Address { ipv6.map { .v6($0) } ?? .v4(ipv4) }
  /// Every address, the one that roles use first; a router has one of each network.
  var addresses: [Address] {
    (hasIPv6 ? [address, .v4(ipv4)] : [address]) + (network == .both ? [.v4(inSecond)] : [])
  }
  /// The addresses by which a host of `other` reaches this one without a router.
  func addresses(from other: Network) -> [Address] {
    switch (network, other) {
    case (.both, .only): [address]
    case (.both, .second): [.v4(inSecond)]
    default: network.reaches(other) ? addresses : []
    }
  }
  /// 02:00:00:00:00:01 for the first host: locally administered.
  var mac: MACAddress { MACAddress(0x0200_0000_0001 + UInt64(index)) }
}
