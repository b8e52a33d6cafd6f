/// Every protocol that can stand in a tree, and the table of its fields.
public enum Layer: UInt8, CaseIterable, Sendable {
  case frame, ethernet, arp, ipv4, ipv6, icmp, icmpv6, udp, tcp, tls, http, data
  case vlan, sll, sll2, null, exportedPDU, dns, http2, grpc, protobuf, webSocket, eventStream, json, resp,
    mqtt, textLines, media, form, backlab
  case journal, session, syscall, kernel, knob, process, request, load, note, wire, x509, analysis
  case trouble

  /// The fields of the protocol in the order of their raw values.
  public var fields: [FieldInfo] { Catalogue.shared.fields[Int(rawValue)] }
}
