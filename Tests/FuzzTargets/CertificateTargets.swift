import Session

extension FuzzTarget {
  /// What is written in DER. The first octet says what: a certificate, an answer of OCSP, a name, a key alone.
  static let certificates = [
    FuzzTarget(
      "x509",
      seeds: { capture in
        capture.values(of: "tls.handshake.certificate").map { [0] + $0 }
          + capture.answersOfOCSP.map { [1] + $0 }
          + capture.authorities.map { [2] + $0 }
      }
    ) { octets throws(Finding) in
      let kind = (octets.first ?? 0) & 3
      let der = Array(octets.dropFirst().prefix(1 << 14 - 64))
      let message =
        switch kind {
        case 1: handshake(22, [1] + long(der))
        case 2: handshake(13, [1, 1, 0, 2, 4, 3] + short(short(der)))
        default: handshake(11, long(long(der)))
        }
      var packets = Packets(port: 443)
      packets.open()
      packets.send([
        Script.Part(isServer: false, octets: record(22, clientHello)),
        Script.Part(
          isServer: true, octets: record(22, serverHello(sendsKeyAlone: kind == 3)) + record(22, message)),
      ])
      try WholeWay.take(packets.records, octets)
    }
  ]

  /// A ServerHello of TLS 1.2, behind which nothing is sealed until the handshake ends; keys alone are agreed on in an
  /// extension: RFC 7250 section 4.1.
  private static func serverHello(sendsKeyAlone: Bool) -> [UInt8] {
    handshake(
      2,
      [3, 3] + [UInt8](repeating: 0x22, count: 32) + [0, 0xC0, 0x2F, 0]
        + (sendsKeyAlone ? [0, 5, 0, 20, 0, 1, 2] : []))
  }

  private static func short(_ octets: [UInt8]) -> [UInt8] {
    [UInt8(octets.count >> 8), UInt8(octets.count & 255)] + octets
  }

  private static func long(_ octets: [UInt8]) -> [UInt8] { [0] + short(octets) }
}
