import Bytes

/// The names of a row's protocols, outermost first, as `frame.protocols` lists them: one name a call from the protocol
/// below. Those that hold several messages in a row name themselves once for all that stand in the same octets.
struct ProtocolList {
  private var names: [StaticString] = []
  /// The sources that the protocols on streams were last named for, by layer.
  private var sources: [(layer: Layer, source: UInt8)] = []

  /// The protocols of a tree, of which the frame's dissector met `met`.
  init(_ tree: borrowing Dissection, met: [StaticString]) {
    names = met
    var isFirst = true
    for index in tree.nodes.indices where tree.nodes[index].depth == 0 && tree.nodes[index].field.index == 0 {
      let node = tree.nodes[index]
      guard let name = Self.name(node.field.layer) else { continue }
      if isFirst {
        if node.field.layer == .data { continue }
        // What is left over is drawn behind, and then a node says so.
        if names.last?.description == "data" { names.removeLast() }
        isFirst = false
      }
      if Self.isOnStream(node.field.layer) {
        if sources.contains(where: { $0 == (node.field.layer, node.source) }) { continue }
        sources.removeAll { $0.layer == node.field.layer }
        sources.append((node.field.layer, node.source))
        // Wireshark comes to these through HTTP.
        let isInTLS = sources.contains { $0.layer == .tls }
        if node.field.layer == .webSocket || (node.field.layer == .http2 && !isInTLS) { names.append("http") }
      }
      names.append(name)
    }
  }

  /// With colons between the names.
  var words: Wording {
    var words = Wording()
    for (index, name) in names.enumerated() {
      if index > 0 { words.text.append(octet: 58) }
      words.text.append(name)
    }
    return words
  }

  private static func isOnStream(_ layer: Layer) -> Bool {
    switch layer {
    case .tls, .http, .http2, .webSocket, .resp, .mqtt, .dns: true
    default: false
    }
  }

  private static func name(_ layer: Layer) -> StaticString? {
    switch layer {
    case .tls: "tls"
    case .http: "http"
    case .http2: "http2"
    case .grpc: "grpc"
    case .protobuf: "protobuf"
    case .webSocket: "websocket"
    case .json: "json"
    case .resp: "resp"
    case .mqtt: "mqtt"
    case .dns: "dns"
    case .textLines: "data-text-lines"
    case .media: "media"
    case .form: "urlencoded-form"
    case .data: "data"
    default: nil
    }
  }
}
