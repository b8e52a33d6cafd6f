extension FuzzTarget {
  /// Everything below the streams. Parts of a script are frames or packets.
  static let network = [
    FuzzTarget("link", seeds: \.frames) { octets throws(Finding) in
      let kinds: [UInt16] = [1, 0, 12, 14, 101, 108, 113, 228, 229, 252, 276, 147]
      var packets = Packets(port: 80)
      for part in Script(octets: octets).parts {
        guard let first = part.octets.first else { continue }
        packets.frame(
          Array(part.octets.dropFirst()), linkType: kinds[Int(first) % kinds.count],
          cut: part.move == .cut ? part.octets.count / 2 : 0)
      }
      try WholeWay.take(packets.records, octets)
    },
    FuzzTarget("ip", seeds: \.packets) { octets throws(Finding) in
      var packets = Packets(port: 80)
      for part in Script(octets: octets).parts {
        packets.frame(part.octets, linkType: 101, cut: part.move == .cut ? part.octets.count / 2 : 0)
      }
      try WholeWay.take(packets.records, octets)
    },
    // Four octets before each piece: which packet, where in it, the protocol.
    FuzzTarget("fragments", seeds: \.pieces) { octets throws(Finding) in
      var packets = Packets(port: 80)
      for part in Script(octets: octets).parts where part.octets.count >= 4 {
        packets.piece(
          identification: part.octets[0] & 3, offset: UInt16(part.octets[1]) << 8 | UInt16(part.octets[2]),
          hasMore: part.move != .last, proto: part.octets[3], Array(part.octets.dropFirst(4)))
      }
      try WholeWay.take(packets.records, octets)
    },
    FuzzTarget("tcp", seeds: { $0.scripts(of: "tcp") }) { octets throws(Finding) in
      try conversation(octets, port: 80)
    },
    FuzzTarget("dns", seeds: { $0.datagrams(of: "dns") + $0.scripts(of: "dns") }) { octets throws(Finding) in
      var packets = Packets(port: 53)
      let parts = Script(octets: octets).parts
      for part in parts { packets.datagram(isServer: part.isServer, part.octets) }
      packets.open()
      packets.send(parts)
      try WholeWay.take(packets.records, octets)
    },
  ]

  /// A TCP connection to a port: what is sent first, then what octets mean.
  static func conversation(
    _ octets: [UInt8], port: UInt16, after first: [Script.Part] = [],
    _ change: (Script.Part) -> Script.Part = { $0 }
  ) throws(Finding) {
    var packets = Packets(port: port)
    packets.open()
    packets.send(first + Script(octets: octets).parts.map(change))
    try WholeWay.take(packets.records, octets)
  }
}
