import Bytes
import Foundation
import Session
import TestSupport
import Testing

@testable import Dissect

/// Where octets are not decoded, a field says why: in captures that begin late, are cut, lack segments or keys.
@Suite struct UndecodedTests {
  private static let fields = Set(Catalogue.shared.byName["backlab.undecoded"] ?? [])

  private func reasons(_ tree: Dissection) -> [String] {
    tree.nodes.filter { Self.fields.contains($0.field) }.map { tree.text(of: $0) }
  }

  /// A capture without some of its rows (from 1), its secrets, or all but the first octets of its frames.
  private func analysis(
    _ name: String, without rows: Set<Int> = [], hasSecrets: Bool = true, snaplen: Int = .max
  ) throws -> Analysis {
    let analysis = Analysis()
    var row = 0
    for record in try CaptureFile.records(name) {
      if case .secrets = record, !hasSecrets { continue }
      guard case .frame(var frame) = record else {
        analysis.append(record)
        continue
      }
      row += 1
      if rows.contains(row) { continue }
      frame.bytes = Array(frame.bytes.prefix(snaplen))
      analysis.append(.frame(frame))
    }
    return analysis
  }

  static let captures = [
    "http1", "pipeline", "bodies", "h2frames", "h2secure", "h2grpc", "grpccoded", "h2websocket", "wstakeover",
    "wsframes", "ssec", "mqttall", "respall", "redis", "s12gcm128", "s13", "tls12rsa", "connect", "dnstcp",
    "dns", "udp", "tfo",
  ]

  /// Data without a protocol, and segments whose octets nothing shows, tell why.
  @Test(arguments: captures) func nothingIsLeftUndecodedSilently(_ name: String) throws {
    let all = try analysis(name).rows.count
    var cuts: [Analysis] = []
    for skip in [0, 3, 7, 12, 21] where skip < all {
      cuts.append(try analysis(name, without: Set(1..<skip + 1)))
    }
    for missing in [5, 8, 11, 16] where missing < all { cuts.append(try analysis(name, without: [missing])) }
    cuts.append(try analysis(name, hasSecrets: false))
    for snaplen in [60, 70, 90] { cuts.append(try analysis(name, snaplen: snaplen)) }
    let above: Set<Layer> = [.frame, .ethernet, .ipv4, .ipv6, .tcp, .data, .backlab, .vlan]
    for analysis in cuts where !analysis.rows.isEmpty {
      for row in 1...analysis.rows.count {
        let tree = analysis.tree(row)
        let reasons = reasons(tree)
        #expect(reasons.allSatisfy { !$0.isEmpty })
        if tree.nodes.contains(where: { $0.field == FieldID(DataField.data) && $0.source == 0 }) {
          #expect(!reasons.isEmpty, "row \(row): data")
        }
        guard let facts = analysis.tcpFacts(row), facts.length > 0, facts.marks.isEmpty, !facts.has(4),
          !tree.nodes.contains(where: { !above.contains($0.field.layer) })
        else { continue }
        #expect(
          tree.first(TCPField.reassembledIn) != nil || !reasons.isEmpty, "row \(row): nothing is shown")
      }
    }
  }

  @Test func eachReasonIsToldApart() throws {
    /// The first reason of a capture that holds `words`.
    func has(_ words: String, _ analysis: Analysis) -> Bool {
      (1...analysis.rows.count).contains { reasons(analysis.tree($0)).contains { $0.contains(words) } }
    }
    #expect(has("does not hold the hellos", try analysis("s13", without: Set(1...8))))
    #expect(has("among the secrets", try analysis("s13", hasSecrets: false)))
    #expect(has("are missing in the capture", try analysis("h2frames", without: [12])))
    #expect(has("only the beginning of the segment", try analysis("h2frames", snaplen: 90)))
    #expect(
      has("does not hold the beginning of the connection", try analysis("h2frames", without: Set(1...9))))
    #expect(has("uses these ports of UDP", try analysis("udp")))
    #expect(has("compressed by snappy, which is not known here", try analysis("grpccoded")))
    #expect(has("no grpc-encoding says how", try analysis("grpccoded")))
    #expect(has("packed by zstd, which is not known here", try analysis("h2coded")))
    #expect(has("a part can't be unpacked alone", try analysis("h2coded")))
    #expect(has("can't be unpacked as gzip", try analysis("h2coded")))
    #expect(has("does not hold the CONNECT", try analysis("mqttall", without: Set(1...4))))
    #expect(has("tunnel of CONNECT", try analysis("h2websocket")))
  }

  /// A list without the columns of a reason costs nothing, and a filter finds every one.
  @Test func aFilterFindsThem() throws {
    let analysis = try analysis("h2coded")
    let filter = try Filter("backlab.undecoded contains \"zstd\"")
    let rows = (1...analysis.rows.count).filter { analysis.matches(filter, row: $0) }
    #expect(rows == [57, 61])
    let any = try Filter("backlab.undecoded")
    #expect(
      (1...analysis.rows.count).filter { analysis.matches(any, row: $0) }
        == (1...analysis.rows.count).filter { !reasons(analysis.tree($0)).isEmpty })
  }
}

/// What streams of HTTP/2 and tunnels of HTTP/1 carry.
@Suite struct CarriedTests {
  private func analysis(_ name: String) throws -> Analysis {
    try Analysis(path: CaptureFile.url(name).path)
  }

  private func texts<F: Dissected>(_ tree: Dissection, _ field: F) -> [String] {
    tree.all(field).map { tree.text(of: $0) }
  }

  @Test func webSocketRunsOverHTTP2() throws {
    let analysis = try analysis("h2websocket")
    let told = (1...analysis.rows.count).flatMap { texts(analysis.tree($0), WebSocketField.text) }
    #expect(
      told == [
        "Hello", "Hello back", "split over two frames", "one", "parts", "{\"tick\":1}", "{\"tick\":2}",
      ])
    // In any order, and again.
    #expect(texts(analysis.tree(24), WebSocketField.text) == ["{\"tick\":2}"])
    #expect(texts(analysis.tree(13), WebSocketField.text) == ["split over two frames"])
    #expect(analysis.tree(12).firstText(HTTP2Field.unread)?.contains("ends in row 13") == true)
    #expect(analysis.tree(18).first(WebSocketField.closeCode) == 1000)
    #expect(analysis.tree(13).info == "DATA[1]")
  }

  @Test func eventsComeOverHTTP2() throws {
    let analysis = try analysis("h2frames")
    let types = (1...analysis.rows.count).flatMap { row in
      texts(analysis.tree(row), EventStreamField.data).map { "\(row) \($0)" }
    }
    #expect(types.count >= 2)
  }

  @Test func anUpgradeGoesOnInHTTP2() throws {
    let analysis = try analysis("h1edge")
    #expect(analysis.summary(50).info == "SETTINGS[0], HEADERS[1]: 200 OK, DATA[1] (text/plain)")
    #expect(analysis.tree(50).all(HTTP2Field.state).last?.value == UInt64(HTTP2StreamState.closed.rawValue))
    #expect(analysis.tree(47).first(HTTP2Field.maxStreams) == 100)
    #expect(analysis.tree(50).all(HTTP2Field.violation).isEmpty)
    #expect(analysis.summary(53).info == "HEADERS[3]: 204 No Content")
  }

  @Test func aTunnelOfConnectIsLookedInto() throws {
    let tls = try analysis("connect")
    #expect(tls.summary(6).protocolName == "TLSv1.3")
    let http = try analysis("h1edge")
    #expect(http.tree(35).firstText(HTTPField.uri) == "/inner")
    // A refused CONNECT changes nothing.
    #expect(http.tree(42).firstText(HTTPField.uri) == "/after")
  }

  /// What goes on behind an Upgrade and a CONNECT, cut and changed anywhere.
  @Test func tunnelsAreSurvived() {
    let settings = frame(4, 0, 0, [0, 3, 0, 0, 0, 100])
    let answer = Array("HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n".utf8)
    survive(
      { HTTPConversation() },
      [
        (
          .client,
          Array(
            "GET /x HTTP/1.1\r\nHost: a\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n".utf8)
        ),
        (.server, answer + settings + frame(1, 4, 1, [0x88]) + frame(0, 1, 1, [1, 2, 3])),
        (.client, HTTP2FrameHeader.preface + settings),
      ], rounds: 100)
    survive(
      { HTTPConversation() },
      [
        (.client, Array("CONNECT a:80 HTTP/1.1\r\n\r\n".utf8)),
        (.server, Array("HTTP/1.1 200 OK\r\n\r\n".utf8)),
        (.client, Array("CONNECT b:80 HTTP/1.1\r\n\r\n".utf8)),
        (.server, Array("HTTP/1.1 200 OK\r\n\r\n".utf8)),
        (.client, Array("GET / HTTP/1.1\r\nHost: b\r\n\r\n".utf8)),
        (.server, Array("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".utf8)),
      ], rounds: 100)
  }

  @Test func bombsAreBoundedForTheWholeRow() throws {
    // Sixteen megabytes in a hundred kilobytes, many times.
    let bomb = UnpackingTests().bomb(Unpacking.limit)
    var message: [UInt8] = []
    for _ in 0..<40 { message += [1] + (0..<4).map { UInt8(bomb.count >> (24 - 8 * $0) & 255) } + bomb }
    func text(_ value: String) -> [UInt8] { [UInt8(value.utf8.count)] + Array(value.utf8) }
    let head =
      [0x83, 0x84, 0x86, 0x40] + text("content-type") + text("application/grpc+json") + [0x40]
      + text("grpc-encoding") + text("deflate")
    let replay = HTTP2Replay([
      (.client, frame(1, 4, 1, head)), (.client, frame(0, 1, 1, message)),
    ])
    let tree = replay.tree(2)
    #expect(tree.sources.reduce(0) { $0 + $1.bytes.count } < 6 * Unpacking.limit)
    #expect(tree.all(GRPCField.unread).count == 35)
  }
}
