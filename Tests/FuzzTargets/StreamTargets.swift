import Session

extension FuzzTarget {
  /// Protocols on TCP, as a script of what the two sides send.
  static let streams = [
    FuzzTarget("tls", seeds: { $0.scripts(of: "tls") }) { octets throws(Finding) in
      try conversation(octets, port: 443)
    },
    FuzzTarget("http1", seeds: { $0.scripts(of: "http") }) { octets throws(Finding) in
      try conversation(octets, port: 80)
    },
    FuzzTarget("http2", seeds: { $0.scripts(of: "http2", from: preface.count) }) { octets throws(Finding) in
      try conversation(octets, port: 80, after: [Script.Part(isServer: false, octets: preface)])
    },
    FuzzTarget("websocket", seeds: { $0.scripts(of: "websocket", skipping: 2) }) { octets throws(Finding) in
      try conversation(octets, port: 80, after: upgrade)
    },
    FuzzTarget("resp", seeds: { $0.scripts(of: "resp") }) { octets throws(Finding) in
      try conversation(octets, port: 6379)
    },
    FuzzTarget("mqtt", seeds: { $0.scripts(of: "mqtt") }) { octets throws(Finding) in
      try conversation(octets, port: 1883)
    },
  ]

  /// What a client of HTTP/2 sends first: RFC 9113 section 3.4.
  static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)

  /// The example of RFC 6455 section 1.3, with messages that may be packed.
  private static let upgrade = [
    text(
      false,
      "GET /chat HTTP/1.1\r\nHost: lab.test\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
        + "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n"),
    text(
      true,
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
        + "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n"),
  ]

  static func text(_ isServer: Bool, _ text: String) -> Script.Part {
    Script.Part(isServer: isServer, octets: Array(text.utf8))
  }
}
