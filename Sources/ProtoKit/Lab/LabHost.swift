import Bytes

/// A host of a lab: its name and the addresses that its place in the plan gives it.
struct LabHost {
  /// The name in the plan.
  var name: String
  /// Its place: 0 for the first.
  var index: Int
  /// The first host's address: 192.0.2.1 (RFC 5737's documentation network), or one of 127.0.0.0/8 on loopback.
  var first: UInt32 = 0xC000_0201

  /// `first` for the first host, and so on.
  var address: IPv4Address { IPv4Address(first + UInt32(index)) }
  /// 02:00:00:00:00:01 for the first host: locally administered.
  var mac: MACAddress { MACAddress(0x0200_0000_0001 + UInt64(index)) }
}
