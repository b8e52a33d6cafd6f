import Bytes
import Session
import Testing

@testable import Dissect

/// Streams of TLS that were cut, changed or made up.
@Suite struct TLSRobustnessTests {
  private func context(_ secrets: Secrets) -> RowContext {
    RowContext(row: 1, time: nil, stream: 0, clientPort: 1, serverPort: 443, secrets: secrets)
  }

  /// The records of one side's flights in a capture, and the session's secrets.
  private func records(_ name: String) throws -> ([(Side, [UInt8])], Secrets) {
    let analysis = Analysis()
    let secrets = Secrets()
    for record in try CaptureFile.records(name) {
      analysis.append(record)
      if case .secrets(let text) = record { secrets.add(text) }
    }
    var out: [(Side, [UInt8])] = []
    for row in 1...analysis.rows.count {
      guard let segment = analysis.store.segment(row) else { continue }
      let side = analysis.conversations.segments.side(segment)
      let streams = analysis.conversations.conversation(segment).streams
      for message in streams.half(side).cutter.messages where Int(message.unit) == row {
        out.append((side, streams.octets(side, from: message.start, count: Int(message.count))))
      }
    }
    return (out, secrets)
  }

  /// Gives records to a conversation and draws them all.
  private func feed(_ records: [(Side, [UInt8])], _ secrets: Secrets) {
    let tls = TLSConversation()
    for (side, bytes) in records {
      _ = tls.framing(bytes.raw, from: side)
      let token = tls.receive(bytes.raw, from: side, context: context(secrets))
      var tree = Dissection(frame: bytes)
      tls.draw(bytes.raw, base: 0, token: token, from: side, into: &tree)
      for node in tree.nodes {
        _ = tree.label(node)
        let size = tree.sources[Int(node.source)].bytes.count
        #expect(Int(node.offset) + Int(node.length) <= size)
      }
    }
    tls.finish(.client)
    tls.finish(.server)
  }

  @Test(arguments: ["s12mtlsrsa", "s12alert", "s12frag", "s13mtls", "s13early", "s13hrr"])
  func cutRecords(_ name: String) throws {
    let (records, secrets) = try records(name)
    #expect(records.count > 1)
    for (index, record) in records.enumerated() {
      let size = record.1.count
      for count in stride(from: 5, to: size, by: size > 200 ? 29 : 3) {
        // The record's own length says so too, so that its content is what is cut.
        var cut = Array(record.1.prefix(count))
        cut[3] = UInt8((count - 5) >> 8)
        cut[4] = UInt8((count - 5) & 255)
        feed(Array(records.prefix(min(index, 8))) + [(record.0, cut)], secrets)
      }
    }
  }

  @Test(arguments: [
    "s12gcm256", "s12mtlsrsa", "s12rsakx", "s12frag", "s13mtls", "s13early", "s13resume",
    "tls/tls12-cbc-sha1-etm", "tls/tls12-cbc-sha256-mte", "tls/tls12-ccm8", "tls/tls13-ocsp",
    "tls/tls12-rsapsk",
  ])
  func changedRecords(_ name: String) throws {
    let (records, secrets) = try records(name)
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15
    func random(_ bound: Int) -> Int {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return Int(state % UInt64(bound))
    }
    for _ in 0..<40 {
      var changed = Array(records.prefix(24))
      for _ in 0..<4 {
        let index = random(min(changed.count, 6))
        let at = random(changed[index].1.count)
        changed[index].1[at] = UInt8(random(256))
      }
      feed(changed, secrets)
    }
  }

  @Test func madeUpRecords() {
    let secrets = Secrets()
    var state: UInt64 = 0xD1B5_4A32_D192_ED03
    func random(_ bound: Int) -> Int {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return Int(state % UInt64(bound))
    }
    for _ in 0..<400 {
      var records: [(Side, [UInt8])] = []
      for _ in 0..<6 {
        let body = (0..<random(80)).map { _ in UInt8(random(random(2) == 0 ? 256 : 4)) }
        let type = UInt8(20 + random(5))
        let length = [UInt8(body.count >> 8), UInt8(body.count & 255)]
        // Mostly handshake messages that claim to be whole.
        let message = [UInt8(random(26)), 0, 0, UInt8(max(0, body.count - 4))]
        let content = type == 22 && body.count >= 4 ? message + body.dropFirst(4) : body
        records.append((random(2) == 0 ? .client : .server, [type, 3, 3] + length + content))
      }
      feed(records, secrets)
    }
  }

  @Test func headersThatAreNone() {
    let tls = TLSConversation()
    let cases: [([UInt8], Framing)] = [
      ([0x16], .needs(5)), ([0x16, 3, 1], .needs(5)), ([0x16, 3, 1, 0, 4], .needs(9)),
      ([0x16, 3, 1, 0, 1, 0], .complete(6)), ([0x17, 3, 3, 0, 0], .complete(5)), ([0x47], .foreign),
      ([0x16, 2], .foreign), ([0x16, 3, 9], .foreign), ([0x16, 3, 3, 0x48, 1], .foreign),
      ([0x16, 3, 3, 0, 0], .foreign),
    ]
    for (bytes, expected) in cases {
      let framing = tls.framing(bytes.raw, from: .client)
      #expect(framing == expected, "\(bytes)")
    }
  }

  @Test func aHandshakeMessageInPiecesIsPutTogether() throws {
    // A ClientHello with one octet a record.
    let (records, secrets) = try records("s13")
    let hello = Array(records[0].1.dropFirst(5))
    let pieces = hello.map { (Side.client, [UInt8]([22, 3, 1, 0, 1, $0])) }
    let tls = TLSConversation()
    var tree = Dissection(frame: [])
    for (side, bytes) in pieces {
      let token = tls.receive(bytes.raw, from: side, context: context(secrets))
      tree = Dissection(frame: bytes)
      tls.draw(bytes.raw, base: 0, token: token, from: side, into: &tree)
    }
    #expect(tree.firstText(TLSField.serverName) == "lab.test")
    #expect(tree.first(TLSField.fragmentCount) == UInt64(hello.count))
    #expect(tree.info == "Client Hello")
  }

  @Test func aBodyThatTheStreamsEndCompletesIsFoundWithLateSecretsToo() throws {
    let (all, known) = try records("s13gcm128")
    // Without the closing alerts: the stream just ends.
    let records = Array(all.dropLast(2))
    let late = Secrets()
    for secrets in [known, late] {
      let tls = TLSConversation()
      let stream = KeptStream()
      var tokens: [UInt32] = []
      for (side, bytes) in records {
        var context = context(secrets)
        context.octets = stream
        context.offset = stream.add(side, bytes)
        tokens.append(tls.receive(bytes.raw, from: side, context: context))
      }
      tls.finish(.server)
      if secrets === late {
        for record in try CaptureFile.records("s13gcm128") {
          if case .secrets(let text) = record { late.add(text) }
        }
      }
      let last = try #require(records.last)
      var tree = Dissection(frame: last.1)
      tls.draw(last.1.raw, base: 0, token: try #require(tokens.last), from: last.0, into: &tree)
      #expect(tree.info == "HTTP/1.0 200 ok  (text/html)")
      #expect(tree.all(HTTPField.fileData).count == 1)
    }
  }
}

/// A stream that keeps its octets.
private final class KeptStream: OctetSource {
  private var kept: [Side: [UInt8]] = [:]

  /// Adds octets to a direction; returns where they begin.
  func add(_ side: Side, _ bytes: [UInt8]) -> Int {
    kept[side, default: []] += bytes
    return kept[side, default: []].count - bytes.count
  }

  func octets(_ side: Side, from start: Int, count: Int) -> [UInt8] {
    Array(kept[side, default: []].dropFirst(start).prefix(count))
  }

  func row(_ side: Side, of offset: Int) -> Int { 1 }
}
