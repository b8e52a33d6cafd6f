/// When and where a field of output's own follows from a node.
struct DerivedRule: Sendable {
  /// Where its line stands.
  enum Position { case inside, after }

  /// What its value is.
  enum Value {
    /// That of the node.
    case same
    /// That of the line before the node: the source port beside the destination port.
    case previous
    /// The first three of six octets.
    case oui
    /// Whose cards have addresses that begin so, as far as we know.
    case vendor
    /// Zero, in no octets.
    case zero
    /// The time since the row printed before.
    case displayed
    /// A remark, on a node of this value.
    case remark(Severity, ExpertGroup, when: UInt64?)
  }

  var field: DerivedField
  var position: Position
  var value: Value

  init(_ field: DerivedField, _ position: Position, _ value: Value = .same) {
    (self.field, self.position, self.value) = (field, position, value)
  }

  /// The rules by the name of the field that they follow.
  static let table: [String: [DerivedRule]] = [
    "frame.time": [DerivedRule(.offsetShift, .after, .zero)],
    "frame.time_delta": [DerivedRule(.timeDeltaDisplayed, .after, .displayed)],
    "frame.cap_len": [DerivedRule(.isMarked, .after, .zero), DerivedRule(.isIgnored, .after, .zero)],
    "frame.comment": [DerivedRule(.commentRemark, .inside, .remark(.comment, .comment, when: nil))],
    "eth.dst": address(.etherDestinationResolved, .etherDestinationOUI, .etherDestinationVendor),
    "eth.src": address(.etherSourceResolved, .etherSourceOUI, .etherSourceVendor),
    "ipv6.version": [DerivedRule(.versionOfIPv6, .after)],
    "eth.dst.lg": [DerivedRule(.etherLG, .after)], "eth.src.lg": [DerivedRule(.etherLG, .after)],
    "eth.dst.ig": [DerivedRule(.etherIG, .after)], "eth.src.ig": [DerivedRule(.etherIG, .after)],
    "ip.src": hosts(.ipAddress, .ipSourceHost, .ipHost),
    "ip.dst": hosts(.ipAddress, .ipDestinationHost, .ipHost),
    "ipv6.src": hosts(.ipv6Address, .ipv6SourceHost, .ipv6Host),
    "ipv6.dst": hosts(.ipv6Address, .ipv6DestinationHost, .ipv6Host),
    "tcp.dstport": [DerivedRule(.tcpPort, .after, .previous), DerivedRule(.tcpPort, .after)],
    "udp.dstport": [DerivedRule(.udpPort, .after, .previous), DerivedRule(.udpPort, .after)],
    "tcp.flags.syn": [DerivedRule(.synRemark, .inside, .remark(.chat, .sequence, when: 1))],
    "tcp.flags.fin": [DerivedRule(.finRemark, .inside, .remark(.chat, .sequence, when: 1))],
    "tcp.flags.reset": [DerivedRule(.resetRemark, .inside, .remark(.warning, .sequence, when: 1))],
    "backlab.http.start_line": [DerivedRule(.httpRemark, .inside, .remark(.chat, .sequence, when: nil))],
  ]

  private static func address(
    _ resolved: DerivedField, _ oui: DerivedField, _ vendor: DerivedField
  ) -> [DerivedRule] {
    [
      DerivedRule(resolved, .inside), DerivedRule(oui, .inside, .oui), DerivedRule(vendor, .inside, .vendor),
      DerivedRule(.etherAddress, .inside), DerivedRule(.etherAddressResolved, .inside),
      DerivedRule(.etherAddressOUI, .inside, .oui), DerivedRule(.etherVendor, .inside, .vendor),
    ]
  }

  private static func hosts(_ either: DerivedField, _ own: DerivedField, _ host: DerivedField)
    -> [DerivedRule]
  {
    [DerivedRule(either, .after), DerivedRule(own, .after), DerivedRule(host, .after)]
  }
}
