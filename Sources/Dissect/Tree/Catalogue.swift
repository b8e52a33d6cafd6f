import Session

/// Every field of every protocol, by layer and by name.
public final class Catalogue: Sendable {
  /// The one catalogue, made at first use.
  public static let shared = Catalogue()
  /// Field descriptions by layer and field index.
  let fields: [[FieldInfo]]
  /// Fields by Wireshark's name; several protocols may share a name, and a name such as `tcp.port` stands for two fields.
  public let byName: [String: [FieldID]]

  private init() {
    fields = Layer.allCases.map { Catalogue.describe($0) }
    var names: [String: [FieldID]] = [:]
    for layer in Layer.allCases {
      for (index, field) in fields[Int(layer.rawValue)].enumerated() {
        names[field.name, default: []].append(FieldID(layer: layer, index: UInt8(clamping: index)))
      }
    }
    for (name, parts) in Catalogue.either { names[name] = parts.flatMap { names[$0] ?? [] } }
    byName = names
  }

  /// Names that stand for either of two fields.
  static let either: [String: [String]] = [
    "tcp.port": ["tcp.srcport", "tcp.dstport"], "udp.port": ["udp.srcport", "udp.dstport"],
    "ip.addr": ["ip.src", "ip.dst"], "ipv6.addr": ["ipv6.src", "ipv6.dst"],
    "eth.addr": ["eth.src", "eth.dst"],
    "backlab.tcp.state": ["backlab.tcp.state.client", "backlab.tcp.state.server"],
    "backlab.http2.window": ["backlab.http2.window.connection", "backlab.http2.window.stream"],
    "backlab.undecoded": [
      "backlab.data.undecoded", "backlab.tcp.undecoded", "backlab.tls.undecrypted", "backlab.http.undecoded",
      "backlab.http2.undecoded", "backlab.grpc.undecoded", "backlab.websocket.undecoded",
      "backlab.mqtt.undecoded",
    ],
    "eth.lg": ["eth.src.lg", "eth.dst.lg"], "eth.ig": ["eth.src.ig", "eth.dst.ig"],
  ]

  /// The fields of one layer; the table that a new protocol adds its line to.
  private static func describe(_ layer: Layer) -> [FieldInfo] {
    switch layer {
    case .frame: all(FrameField.self)
    case .ethernet: all(EthernetField.self)
    case .arp: all(ARPField.self)
    case .ipv4: all(IPv4Field.self)
    case .ipv6: all(IPv6Field.self)
    case .icmp: all(ICMPField.self)
    case .icmpv6: all(ICMPv6Field.self)
    case .udp: all(UDPField.self)
    case .tcp: all(TCPField.self)
    case .data: all(DataField.self)
    case .vlan: all(VLANField.self)
    case .sll: all(SLLField.self)
    case .null: all(LinkField.self)
    case .exportedPDU: all(ExportedField.self)
    case .trouble: all(TroubleField.self)
    case .journal: all(JournalField.self)
    case .wire: all(WireField.self)
    case .session: EventTable.fields(.session)
    case .syscall: EventTable.fields(.syscall)
    case .kernel: EventTable.fields(.kernel)
    case .knob: EventTable.fields(.knob)
    case .process: EventTable.fields(.process)
    case .request: EventTable.fields(.request)
    case .load: EventTable.fields(.load)
    case .note: EventTable.fields(.note)
    case .tls: all(TLSField.self)
    case .x509: all(X509Field.self)
    case .http: all(HTTPField.self)
    case .http2: all(HTTP2Field.self)
    case .grpc: all(GRPCField.self)
    case .protobuf: all(ProtobufField.self)
    case .textLines: all(TextLinesField.self)
    case .media: all(MediaField.self)
    case .form: all(FormField.self)
    case .json: all(JSONField.self)
    case .resp: all(RESPField.self)
    case .mqtt: all(MQTTField.self)
    case .dns: all(DNSField.self)
    case .webSocket: all(WebSocketField.self)
    case .eventStream: all(EventStreamField.self)
    case .backlab: all(BacklabField.self)
    // Protocols that are read but have no field of their own yet.
    case .analysis, .sll2:
      []
    }
  }

  private static func all<F: Dissected>(_ type: F.Type) -> [FieldInfo] { F.allCases.map(\.info) }

  /// The description of a field.
  public func info(_ id: FieldID) -> FieldInfo {
    let layer = fields[Int(id.layer.rawValue)]
    return Int(id.index) < layer.count
      ? layer[Int(id.index)] : FieldInfo("", "Field", .heading, "Unknown here.", "none")
  }
}
