/// Wireshark's numbers of types of fields (`ftenum` of 4.0), which `-T json -x` prints.
enum FieldKind {
  /// The bits of TCP's header that Wireshark counts among its flags.
  static let wholeMask: UInt64 = 0xFFF

  /// The number of a field's type.
  static func number(_ info: FieldInfo, _ traits: FieldTraits) -> UInt8 {
    if let number = others[info.name] { return number }
    switch info.type {
    case .heading: return traits.contains(.proto) ? 1 : 0
    case .flag: return 2
    case .decimal(let bits), .hex(let bits): return unsigned(bits)
    case .signed(let bits): return unsigned(bits) + 8
    case .absoluteTime: return 24
    case .relativeTime: return 25
    case .text: return 26
    case .ether: return 29
    case .bytes: return 30
    case .ipv4: return 32
    case .ipv6: return 33
    case .row: return 35
    }
  }

  /// Numbers of 8, 16, 24 bits and so on to 64.
  private static func unsigned(_ bits: UInt8) -> UInt8 { 3 + max(1, (bits + 7) / 8) }

  /// Fields to which Wireshark gives a type that differs in nothing else from ours.
  private static let others: [String: UInt8] = {
    var numbers: [String: UInt8] = [:]
    for (number, names) in byNumber { for name in names { numbers[name] = number } }
    return numbers
  }()

  private static let byNumber: [UInt8: [String]] = [
    1: [
      "_ws.expert", "ipv6.dstopts", "ipv6.fraghdr", "ipv6.hopopts", "ipv6.routing",
    ],
    4: [
      "dns.naptr.replacement_length"
    ],
    7: [
      "icmp.pointer"
    ],
    13: [
      "frame.encap_type"
    ],
    15: [
      "data.len", "pkcs1.publicExponent", "pkcs1.saltLength", "pkcs1.trailerField",
      "pkix1implicit.noticeNumbers_item", "x509af.version",
    ],
    23: [
      "icmp.resptime", "icmpv6.resptime",
    ],
    26: [
      "eth.addr_resolved", "eth.dst_resolved", "eth.src_resolved", "ip.dst_host", "ip.host",
      "ip.src_host", "ipv6.dst_host", "ipv6.host", "ipv6.src_host",
    ],
    27: [
      "urlencoded-form.key", "urlencoded-form.value",
    ],
    28: [
      "mqtt.property.content_type"
    ],
    30: [
      "icmpv6.opt.src_linkaddr", "icmpv6.opt.target_linkaddr",
    ],
    37: [
      "pkcs1.namedCurve", "pkix1implicit.accessMethod", "x509af.algorithm.id", "x509af.extension.id",
      "x509ce.KeyPurposeId", "x509ce.id", "x509ce.policyIdentifier", "x509ce.registeredID",
      "x509ce.type_id", "x509if.oid",
    ],
    43: [
      "exported_pdu.col_proto_str", "exported_pdu.dis_table_name", "exported_pdu.heur_prot_name",
      "exported_pdu.prot_name",
    ],
  ]
}
