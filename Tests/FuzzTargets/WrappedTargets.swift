extension FuzzTarget {
  /// What other protocols carry, with the carrier made around it.
  static let wrapped = [
    // Each part is a header block of its side.
    FuzzTarget("hpack", seeds: { $0.values(of: "http2.headers") }) { octets throws(Finding) in
      var stream: UInt32 = 1
      try conversation(octets, port: 80, after: [Script.Part(isServer: false, octets: preface)]) { part in
        var part = part
        let fits = part.octets.prefix(1 << 14)
        part.octets = frame(type: 1, flags: 4, stream: stream, Array(fits))
        stream += 2
        return part
      }
    },
    // Each part is DATA of a call: a message's prefix and octets, as they come.
    FuzzTarget("grpc", seeds: { $0.values(of: "http2.data.data") }) { octets throws(Finding) in
      try conversation(octets, port: 80, after: call) { part in
        var part = part
        part.octets = frame(type: 0, flags: 0, stream: 1, Array(part.octets.prefix(1 << 14)))
        return part
      }
    },
    // Each part is a whole message.
    FuzzTarget("protobuf", seeds: { $0.values(of: "grpc.message_data") }) { octets throws(Finding) in
      try conversation(octets, port: 80, after: call) { part in
        var part = part
        let message = Array(part.octets.prefix(1 << 13))
        part.octets = frame(
          type: 0, flags: 0, stream: 1,
          [0, 0, 0, UInt8(message.count >> 8), UInt8(message.count & 255)] + message)
        return part
      }
    },
    FuzzTarget("json", seeds: { $0.values(of: "http.file_data", where: "json") }) { octets throws(Finding) in
      try answer("application/json", octets)
    },
    FuzzTarget("form", seeds: { $0.values(of: "http.file_data", where: "urlencoded-form") }) {
      octets throws(Finding) in
      try answer("application/x-www-form-urlencoded", octets)
    },
    // Each part is a chunk.
    FuzzTarget("sse", seeds: { $0.eventStreams }) { octets throws(Finding) in
      try conversation(
        octets, port: 80,
        after: [
          text(false, "GET /events HTTP/1.1\r\nHost: lab.test\r\n\r\n"),
          text(
            true, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"),
        ]
      ) { part in
        var part = part
        part.isServer = true
        part.octets = Array("\(String(part.octets.count, radix: 16))\r\n".utf8) + part.octets + [13, 10]
        return part
      }
    },
    // The first octet says which coding, and what is packed.
    FuzzTarget("bodies", seeds: \.packedBodies) { octets throws(Finding) in
      let first = octets.first ?? 0
      let codings = ["gzip", "deflate", "br", "x-gzip"]
      let types = ["application/json", "text/plain", "text/event-stream", "application/octet-stream"]
      try answer(
        types[Int(first >> 2) % types.count], Array(octets.dropFirst()),
        "Content-Encoding: \(codings[Int(first) % codings.count])\r\n")
    },
  ]

  /// The head of a gRPC call on stream 1, fields without an index (RFC 7541 section 6.2.2), and of its answer.
  private static let call: [Script.Part] = {
    func literal(_ name: String, _ value: String) -> [UInt8] {
      [0, UInt8(name.utf8.count)] + Array(name.utf8) + [UInt8(value.utf8.count)] + Array(value.utf8)
    }
    let type = literal("content-type", "application/grpc") + literal("grpc-encoding", "gzip")
    let request = literal(":method", "POST") + literal(":path", "/lab.Echo/Say") + type
    return [
      Script.Part(isServer: false, octets: preface + frame(type: 1, flags: 4, stream: 1, request)),
      Script.Part(
        isServer: true, octets: frame(type: 1, flags: 4, stream: 1, literal(":status", "200") + type)),
    ]
  }()

  private static func frame(type: UInt8, flags: UInt8, stream: UInt32, _ payload: [UInt8]) -> [UInt8] {
    let count = payload.count
    return [UInt8(count >> 16), UInt8(count >> 8 & 255), UInt8(count & 255), type, flags]
      + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: stream >> $0) } + payload
  }

  /// An exchange of HTTP/1.1 whose response has a body of a type.
  private static func answer(_ type: String, _ body: [UInt8], _ fields: String = "") throws(Finding) {
    var packets = Packets(port: 80)
    packets.open()
    let head = "HTTP/1.1 200 OK\r\nContent-Type: \(type)\r\n\(fields)Content-Length: \(body.count)\r\n\r\n"
    packets.send([
      text(false, "GET / HTTP/1.1\r\nHost: lab.test\r\n\r\n"),
      Script.Part(isServer: true, octets: Array(head.utf8) + body),
    ])
    try WholeWay.take(packets.records, body)
  }
}
