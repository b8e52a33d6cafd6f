import Bytes
import Foundation
import Session
import TestSupport
import Testing

@testable import Dissect

/// What Backlab derives of rows: states, round trips, what the octets are for.
@Suite struct DerivedTests {
  /// A segment of a script: who sends it, its flags, numbers and payload.
  private struct Part {
    var side: Side
    var flags: FrameBuilder.Flags
    var seq: UInt32
    var ack: UInt32 = 0
    var payload = ""
    var options: [UInt8] = []

    init(
      _ side: Side, _ flags: FrameBuilder.Flags, _ seq: UInt32, _ ack: UInt32 = 0, _ payload: String = "",
      options: [UInt8] = []
    ) {
      (self.side, self.flags, self.seq, self.ack) = (side, flags, seq, ack)
      (self.payload, self.options) = (payload, options)
    }
  }

  private func analysis(_ parts: [Part], port: UInt16 = 80) -> Analysis {
    let analysis = Analysis()
    for (index, part) in parts.enumerated() {
      let ends: ((UInt8, UInt16), (UInt8, UInt16)) =
        part.side == .client ? ((1, 40000), (2, port)) : ((2, port), (1, 40000))
      analysis.append(
        .frame(
          Frame(
            time: Timestamp(nanoseconds: Int64(index) * 1_000_000), linkType: 1,
            bytes: FrameBuilder.tcp(
              from: ends.0, to: ends.1, part.flags, seq: part.seq, ack: part.ack, options: part.options,
              payload: Array(part.payload.utf8)))))
    }
    return analysis
  }

  private func states(_ parts: [Part]) -> [String] {
    let analysis = analysis(parts)
    return parts.indices.map {
      let tree = analysis.tree($0 + 1)
      let names = [BacklabField.clientState, .serverState].map { field in
        tree.first(field).flatMap { TCPState(rawValue: UInt8($0))?.name } ?? "none"
      }
      return names.joined(separator: " ")
    }
  }

  private func trips(_ parts: [Part], port: UInt16 = 80) -> [Int] {
    let analysis = analysis(parts, port: port)
    return parts.indices.map { Int(analysis.tree($0 + 1).first(BacklabField.roundTrips) ?? 99) }
  }

  private let handshake = [
    Part(.client, .syn, 100), Part(.server, [.syn, .ack], 300, 101), Part(.client, .ack, 101, 301),
  ]

  /// RFC 9293 figures 6 and 12.
  @Test func aConnectionIsMadeAndClosed() {
    let parts =
      handshake + [
        Part(.client, [.fin, .ack], 101, 301), Part(.server, .ack, 301, 102),
        Part(.server, [.fin, .ack], 301, 102), Part(.client, .ack, 102, 302),
      ]
    #expect(
      states(parts) == [
        "SYN-SENT LISTEN", "ESTABLISHED SYN-RECEIVED", "ESTABLISHED ESTABLISHED", "FIN-WAIT-1 CLOSE-WAIT",
        "FIN-WAIT-2 CLOSE-WAIT", "TIME-WAIT LAST-ACK", "TIME-WAIT CLOSED",
      ])
  }

  /// RFC 9293 figure 13.
  @Test func bothCloseAtOnce() {
    let parts =
      handshake + [
        Part(.client, [.fin, .ack], 101, 301), Part(.server, [.fin, .ack], 301, 101),
        Part(.client, .ack, 102, 302), Part(.server, .ack, 302, 102),
      ]
    #expect(
      states(parts).dropFirst(3) == [
        "FIN-WAIT-1 CLOSE-WAIT", "CLOSING CLOSING", "CLOSING TIME-WAIT", "TIME-WAIT TIME-WAIT",
      ])
  }

  /// RFC 9293 figure 7.
  @Test func bothBeginAtOnce() {
    let parts = [
      Part(.client, .syn, 100), Part(.server, .syn, 300), Part(.client, [.syn, .ack], 100, 301),
      Part(.server, [.syn, .ack], 300, 101),
    ]
    #expect(
      states(parts) == [
        "SYN-SENT LISTEN", "SYN-RECEIVED SYN-RECEIVED", "SYN-RECEIVED ESTABLISHED", "ESTABLISHED ESTABLISHED",
      ])
  }

  @Test func aResetAndARefusalCloseBothEnds() {
    #expect(
      states(handshake + [Part(.server, .rst, 301)]).last == "CLOSED CLOSED")
    #expect(
      states([Part(.client, .syn, 100), Part(.server, [.rst, .ack], 0, 101)]) == [
        "SYN-SENT LISTEN", "CLOSED CLOSED",
      ])
  }

  @Test func aSYNWithoutAnAnswerLeavesTheListenerWhereItIs() {
    let parts = [Part(.client, .syn, 100), Part(.client, .syn, 100), Part(.client, .syn, 100)]
    #expect(states(parts) == [String](repeating: "SYN-SENT LISTEN", count: 3))
    #expect(trips(parts) == [0, 0, 0])
  }

  @Test func aCaptureMayBeginLate() {
    #expect(
      states([Part(.client, [.psh, .ack], 101, 301, "x"), Part(.server, .ack, 301, 102)]) == [
        "ESTABLISHED ESTABLISHED", "ESTABLISHED ESTABLISHED",
      ])
    #expect(states([Part(.server, [.syn, .ack], 300, 101)]) == ["ESTABLISHED SYN-RECEIVED"])
    #expect(
      states([Part(.client, .syn, 100), Part(.client, .ack, 101, 301)]) == [
        "SYN-SENT LISTEN", "ESTABLISHED ESTABLISHED",
      ])
  }

  @Test func aRequestTakesASecondRoundTrip() {
    #expect(
      trips(
        handshake + [
          Part(.client, [.psh, .ack], 101, 301, "GET"), Part(.server, .ack, 301, 104),
          Part(.server, [.psh, .ack], 301, 104, "200"), Part(.client, .ack, 104, 304),
          Part(.server, [.psh, .ack], 304, 104, "more"),
          Part(.client, [.psh, .ack], 104, 308, "GET"), Part(.server, [.psh, .ack], 308, 107, "200"),
        ]) == [0, 1, 1, 1, 1, 2, 2, 2, 2, 3])
  }

  /// Two requests in a row are waited for once, whoever sees them in which order.
  @Test func pipeliningSavesARoundTrip() {
    #expect(
      trips(
        handshake + [
          Part(.client, [.psh, .ack], 101, 301, "GET"), Part(.client, [.psh, .ack], 104, 301, "GET"),
          Part(.server, [.psh, .ack], 301, 104, "200"), Part(.server, [.psh, .ack], 304, 107, "200"),
        ]
      ).last == 2)
  }

  @Test func whoSpeaksFirstHasHeardTheHandshake() {
    #expect(
      trips(handshake + [Part(.server, [.psh, .ack], 301, 101, "220 ready")], port: 25) == [0, 1, 1, 2])
  }

  /// A cookie and octets in the SYN: the answer comes with the first round trip.
  @Test func fastOpenSavesARoundTrip() {
    let cookie: [UInt8] = [34, 10, 1, 2, 3, 4, 5, 6, 7, 8]
    #expect(
      trips([
        Part(.client, .syn, 100, 0, "GET", options: cookie), Part(.server, [.syn, .ack], 300, 104),
        Part(.server, [.psh, .ack], 301, 104, "200"), Part(.client, .ack, 104, 304),
      ]) == [0, 1, 1, 1])
  }

  /// Octets in a SYN belong to the stream: whole, in part, sent again because they were ignored.
  @Test func octetsOfASYNAreRead() throws {
    let analysis = Analysis()
    for record in try CaptureFile.records("tfohttp") { analysis.append(record) }
    let filter = try Filter("http.response")
    let answers = (1...analysis.rows.count).filter { analysis.matches(filter, row: $0) }
    #expect(answers == [5, 11, 18, 20, 25])
    #expect(answers.map { analysis.tree($0).first(BacklabField.roundTrips) } == [2, 1, 2, 1, 2])
    #expect(analysis.tree(9).first(BacklabField.headers) == 31)
    #expect(analysis.tree(17).first(BacklabField.again) == 31)
  }

  @Test func numbersMayWrapAround() {
    #expect(
      trips([
        Part(.client, .syn, .max), Part(.server, [.syn, .ack], .max - 1, 0),
        Part(.client, [.psh, .ack], 0, .max, "GET"), Part(.server, [.psh, .ack], .max, 3, "200"),
        Part(.client, [.psh, .ack], 3, 2, "GET"), Part(.server, [.psh, .ack], 2, 6, "200"),
      ]) == [0, 1, 1, 2, 2, 3])
  }

  /// The first octet of a response: TCP, then TLS, then the request.
  @Test(arguments: [("s12gcm256", 4), ("s13chacha", 3), ("s13hrr", 5)])
  func versionsOfTLSDifferByARoundTrip(_ name: String, _ expected: Int) throws {
    let analysis = Analysis()
    for record in try CaptureFile.records(name) { analysis.append(record) }
    let filter = try Filter("http.response || http2.headers.status || tls.record.content_type == 23")
    let row = try #require(
      (1...analysis.rows.count).first {
        analysis.tcpFacts($0)?.side == .server && analysis.matches(filter, row: $0)
          && analysis.tree($0).nodes.contains { $0.field.layer == .http || $0.field.layer == .http2 }
      } ?? nil)
    #expect(analysis.tree(row).first(BacklabField.roundTrips) == UInt64(expected))
  }

  static let fixtures = [
    "http1", "bodies", "pipeline", "h2c", "h2frames", "h2grpc", "h2secure", "s12gcm128", "s12chacha",
    "s12frag",
    "s13", "s13early", "s13frag", "tls12rsa", "wsframes", "wsz", "ssec", "mqtt", "redis", "dns", "dnstcp",
    "udp",
    "opts", "tfo", "lt", "quic", "sections", "exp", "network/frag", "network/mld", "network/sll",
    "network/nd",
  ]

  /// Every octet of a frame counts once, in whatever order rows are drawn.
  @Test(arguments: fixtures) func theOctetsMakeTheFrame(_ name: String) throws {
    let analysis = try Analysis(path: CaptureFile.url(name).path)
    var seen: [[UInt64]] = []
    let parts: [BacklabField] = [
      .link, .network, .transport, .tls, .framing, .headers, .payload, .again,
    ]
    for row in 1...analysis.rows.count {
      let tree = analysis.tree(row)
      seen.append(parts.map { tree.first($0) ?? 0 })
      guard let length = tree.first(FrameField.length) else { continue }
      #expect(seen[row - 1].reduce(0, +) == length, "row \(row)")
    }
    for row in (1...analysis.rows.count).reversed() {
      let tree = analysis.tree(row)
      #expect(parts.map { tree.first($0) ?? 0 } == seen[row - 1])
    }
  }

  @Test func aFullSegmentIsMostlyPayload() {
    let stamps: [UInt8] = [1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 1]
    let analysis = analysis(
      handshake + [
        Part(
          .client, [.psh, .ack], 101, 301, String(repeating: "x", count: 1448), options: stamps)
      ], port: 9)
    let tree = analysis.tree(4)
    #expect(tree.first(BacklabField.payload) == 1448)
    #expect(tree.first(BacklabField.transport) == 32)
    #expect(tree.first(BacklabField.network) == 20)
    #expect(tree.first(BacklabField.link) == 14)
    #expect(tree.first(BacklabField.share) == 95)
    let text = tree.nodes.first { $0.field == FieldID(BacklabField.cost) }.map { tree.label($0) }
    #expect(text == "[Octets: 1448 of 1514 are payload (95 %)]")
  }

  @Test func chunksAndHeadsAreNoPayload() {
    let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    let analysis = analysis(
      handshake + [
        Part(.client, [.psh, .ack], 101, 301, "GET / HTTP/1.1\r\n\r\n"),
        Part(.server, [.psh, .ack], 301, 119, head + "5\r\nhel"),
        Part(.server, [.psh, .ack], 301 + UInt32(head.utf8.count) + 6, 119, "lo\r\n3\r\nyou\r\n0\r\n\r\n"),
        Part(.server, [.psh, .ack], 301 + UInt32(head.utf8.count) + 6, 119, "lo\r\n3\r\nyou\r\n0\r\n\r\n"),
      ])
    func value(_ row: Int, _ field: BacklabField) -> UInt64 { analysis.tree(row).first(field) ?? 0 }
    #expect(value(4, .headers) == 18)
    #expect(value(5, .headers) == UInt64(head.utf8.count))
    #expect(value(5, .framing) == 3)
    #expect(value(5, .payload) == 3)
    #expect(value(6, .payload) == 5)
    #expect(value(6, .framing) == 12)
    #expect(value(7, .again) == 17)
    #expect(value(7, .payload) == 0)
  }

  @Test func filtersAskForWhatIsDerived() throws {
    let analysis = try Analysis(path: CaptureFile.url("h2frames").path)
    func rows(_ text: String) throws -> [Int] {
      let filter = try Filter(text)
      let all = Array(1...analysis.rows.count)
      let whole = all.filter { filter.matches(analysis.tree($0)) }
      // A list draws no more than the filter asks for.
      var tree = Dissection(for: .list, filter: filter)
      let listed = all.filter {
        analysis.draw($0, into: &tree)
        return filter.matches(tree)
      }
      #expect(listed == whole)
      #expect(all.filter { analysis.matches(filter, row: $0) } == whole)
      return whole
    }
    #expect(try rows("backlab.tcp.state == \"SYN-SENT\"") == [1])
    #expect(try rows("backlab.tcp.state == \"ESTABLISHED\"").count > 20)
    #expect(try rows("backlab.tcp.round_trips >= 2").isEmpty == false)
    #expect(try rows("backlab.http2.window > 0 && backlab.http2.window.stream_from").isEmpty == false)
    #expect(try rows("backlab.cost.headers > 0 && backlab.cost.share < 50").isEmpty == false)
    #expect(try rows("backlab").count == analysis.rows.count)
  }

  @Test func aListDrawsNothingThatIsDerived() throws {
    let analysis = try Analysis(path: CaptureFile.url("h2frames").path)
    for text in ["", "tcp.port > 0", "http2.data.data"] {
      var tree = Dissection(for: .list, filter: try Filter(text))
      for row in 1...analysis.rows.count {
        analysis.draw(row, into: &tree)
        #expect(tree.all(BacklabField.backlab).isEmpty)
      }
    }
  }
}
