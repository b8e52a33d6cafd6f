import Bytes
import Testing

@testable import Dissect

/// Where messages end, and what is made of those that break the rules.
@Suite struct HTTPTests {
  private func framing(_ text: String, _ side: Side = .client, in http: HTTPConversation = HTTPConversation())
    -> Framing
  {
    http.framing(Array(text.utf8).raw, from: side)
  }

  /// The first octets; a `Character` may be two of them.
  private func prefix(_ text: String, _ count: Int) -> String {
    String(decoding: text.utf8.prefix(count), as: UTF8.self)
  }

  private func looksLike(_ text: String, isShortFine: Bool) -> Bool {
    looksLikeHTTP(Array(text.utf8).raw, isShortFine: isShortFine)
  }

  @discardableResult
  private func receive(_ text: String, _ side: Side, _ http: HTTPConversation, row: Int = 1) -> UInt32 {
    http.receive(
      Array(text.utf8).raw, from: side,
      context: RowContext(
        row: row, time: Timestamp(nanoseconds: Int64(row) * 1000), stream: 0, clientPort: 1, serverPort: 80,
        secrets: Secrets()))
  }

  private func draw(_ text: String, _ side: Side, _ http: HTTPConversation) -> Dissection {
    let bytes = Array(text.utf8)
    let token = receive(text, side, http)
    var tree = Dissection(frame: bytes)
    http.draw(bytes.raw, base: 0, token: token, from: side, into: &tree)
    return tree
  }

  @Test func requestsEndByTheirLength() {
    let head = "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n"
    #expect(framing(head + "hello") == .complete(head.utf8.count + 5))
    #expect(framing(head + "hel") == .needs(head.utf8.count + 5))
    #expect(framing(head + "helloGET / HTTP/1.1\r\n") == .complete(head.utf8.count + 5))
    #expect(framing("GET / HTTP/1.1\r\nHost: a\r\n") == .needs(26))
    #expect(framing("GET / HTTP/1.1\nHost: a\n\n") == .complete(24))
    #expect(framing("GE") == .needs(3))
  }

  @Test func responsesEndAsTheirRequestSays() {
    let head = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"
    let http = HTTPConversation()
    receive("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n", .client, http)
    receive("GET / HTTP/1.1\r\nHost: a\r\n\r\n", .client, http)
    #expect(framing(head, .server, in: http) == .complete(head.utf8.count))
    receive(head, .server, http)
    #expect(framing(head, .server, in: http) == .needs(head.utf8.count + 5))
    for line in ["HTTP/1.1 100 Continue", "HTTP/1.1 204 No Content", "HTTP/1.1 304 Not Modified"] {
      let text = line + "\r\nContent-Length: 5\r\n\r\n"
      #expect(framing(text, .server, in: http) == .complete(text.utf8.count))
    }
    #expect(framing("HTTP/1.0 200 OK\r\n\r\nbody", .server, in: http) == .untilEnd)
  }

  @Test func informationalResponsesDoNotAnswer() {
    let http = HTTPConversation()
    receive("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\r\n", .client, http, row: 1)
    receive("HTTP/1.1 100 Continue\r\n\r\n", .server, http, row: 2)
    receive("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", .server, http, row: 3)
    #expect(http.responses.map(\.request) == [0, 0])
    #expect(http.responses.map(\.isFinal) == [false, true])
  }

  @Test func chunksEndTheirBody() {
    let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"
    let body = "5;name=value\r\nhello\r\nA\r\n0123456789\r\n0\r\nX: y\r\n\r\n"
    let all = head + body
    for count in head.utf8.count..<all.utf8.count {
      guard case .needs(let size) = framing(prefix(all, count), .server) else {
        Issue.record("\(count) octets are taken for a whole message")
        return
      }
      #expect(size > count && size <= all.utf8.count)
    }
    #expect(framing(all + "HTTP/1.1", .server) == .complete(all.utf8.count))
    let tree = draw(all, .server, HTTPConversation())
    #expect(tree.firstText(HTTPField.fileData) == "hello0123456789")
    #expect(tree.all(HTTPField.chunkSize).map(\.value) == [5, 10, 0])
    #expect(tree.firstText(HTTPField.trailer) == "X: y\r\n")
  }

  @Test func chunksInOneConversationGoOnWhereTheyWere() {
    let http = HTTPConversation()
    let all = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n"
    for count in 1..<all.utf8.count {
      guard case .needs = framing(prefix(all, count), .server, in: http) else {
        Issue.record("\(count) octets are taken for a whole message")
        return
      }
    }
    #expect(framing(all, .server, in: http) == .complete(all.utf8.count))
    receive(all, .server, http)
    #expect(framing(all, .server, in: http) == .complete(all.utf8.count))
  }

  @Test(arguments: [
    "zz\r\nabc\r\n", "5\r\nabcdeXX0\r\n\r\n", "ffffffffffffffff\r\n", "1000000000000000000000\r\n", ";\r\n",
    "-1\r\n",
  ])
  func brokenChunksAreForeign(_ body: String) {
    #expect(framing("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + body, .server) == .foreign)
  }

  @Test func twoLengthsAreNoted() {
    let both =
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 50\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
    #expect(framing(both) == .complete(both.utf8.count))
    #expect(draw(both, .client, HTTPConversation()).all(HTTPField.conflict).count == 1)
    for bad in [
      "Content-Length: 5\r\nContent-Length: 6", "Content-Length: -5", "Content-Length: 99999999999999999999",
    ] {
      let text = "POST / HTTP/1.1\r\nHost: a\r\n\(bad)\r\n\r\n"
      #expect(framing(text + "hello") == .complete(text.utf8.count))
      #expect(draw(text, .client, HTTPConversation()).all(HTTPField.malformed).count == 1)
    }
    let same = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5, 5\r\n\r\n"
    #expect(framing(same + "hello") == .complete(same.utf8.count + 5))
    let gzip = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n"
    #expect(
      draw(gzip, .client, HTTPConversation()).firstText(HTTPField.malformed)?.contains("chunked") == true)
  }

  @Test func tunnelsAreLeftAlone() {
    let http = HTTPConversation()
    receive("GET /chat HTTP/1.1\r\nHost: a\r\nUpgrade: chat\r\n\r\n", .client, http)
    let answer = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: chat\r\n\r\n"
    #expect(framing(answer + "\u{1}\u{2}", .server, in: http) == .complete(answer.utf8.count))
    receive(answer, .server, http)
    #expect(framing("GET / HTTP/1.1\r\n\r\n", .client, in: http) == .foreign)
    #expect(framing("HTTP/1.1 200 OK\r\n\r\n", .server, in: http) == .foreign)
  }

  @Test func webSocketGoesOnBehindItsHandshake() {
    let wire = StreamHarness(HTTPConversation())
    wire.send("GET /chat HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\n", .client)
    wire.send("HTTP/1.1 101 Switching Protocols\r\nUpgrade: WebSocket\r\n\r\n\u{1}\u{2}He", .server)
    wire.send([0x80, 3, 108, 108, 111], .server)
    wire.send([0x88, 0x80, 1, 2, 3, 4], .client)
    #expect(wire.messages.map(\.row) == [1, 2, 2, 3, 4])
    #expect(wire.tree(3).firstText(WebSocketField.text) == "Hello")
    #expect(wire.tree(4).info == "WebSocket Connection Close [FIN] [MASKED]")
    wire.drawAll()
  }

  @Test func bodiesAreUnpacked() {
    let packed: [UInt8] = [
      0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 0xCB, 0x48, 0xCD, 0xC9, 0xC9, 7, 0, 0x86, 0xA6, 0x10, 0x36, 5, 0, 0,
      0,
    ]
    for (size, note) in [(25, nil), (17, "the packed octets stop early")] as [(Int, String?)] {
      let wire = StreamHarness(HTTPConversation())
      wire.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n", .client)
      wire.send(
        Array(
          "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Encoding: gzip\r\nContent-Length: \(size)\r\n\r\n"
            .utf8)
          + packed.prefix(size), .server)
      let tree = wire.tree(1)
      #expect(tree.firstText(HTTPField.fileData) == "hello")
      #expect(tree.firstText(TextLinesField.line) == "hello")
      #expect(tree.firstText(HTTPField.unread) == note)
      #expect(tree.info == "HTTP/1.1 200 OK  (text/plain)")
      wire.drawAll()
    }
  }

  @Test func otherProtocolsAreForeign() {
    for text in [
      "SSH-2.0-OpenSSH\r\n", "hello\n", "\u{16}\u{3}\u{1}", "GET /\r\n\r\n", "GET / FTP/1.0\r\n\r\n",
    ] {
      #expect(framing(text) == .foreign, "\(text)")
    }
    #expect(framing("GET /" + String(repeating: "a", count: HTTPHead.limit)) == .foreign)
    #expect(looksLike("GET / HTTP/1.1\r\n", isShortFine: false))
    #expect(!looksLike("GET the ball\r\n", isShortFine: false))
    #expect(!looksLike("G", isShortFine: false))
    #expect(looksLike("G", isShortFine: true))
  }

  @Test func oddHeadersAreShown() {
    let text =
      "\r\nGET /a?x=1&&y HTTP/1.1\r\nhOST : a\r\nX-Long: one\r\n two\r\nno colon here\r\nCookie: a=1;  b=2;\r\n: empty\r\n\r\n"
    let tree = draw(text, .client, HTTPConversation())
    #expect(tree.firstText(HTTPField.host) == "a")
    #expect(tree.firstText(HTTPField.method) == "GET")
    #expect(tree.all(HTTPField.parameter).map { tree.text(of: $0) } == ["x=1", "y"])
    #expect(tree.all(HTTPField.cookiePair).map { tree.text(of: $0) } == ["a=1", "b=2"])
    #expect(tree.all(HTTPField.malformed).count == 2)
    #expect(tree.all(HTTPField.otherHeader).map { tree.text(of: $0) }.contains("X-Long: one\r\n two"))
    #expect(tree.nodes.allSatisfy { Int($0.offset) + Int($0.length) <= text.utf8.count })
  }

  @Test func anyOctetsAreSurvived() {
    let texts = [
      "POST /a?b=c HTTP/1.1\r\nHost: a\r\nCookie: x=1; y=2\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nT: u\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\nSet-Cookie: a=b\r\n\r\nhello",
    ]
    var state: UInt64 = 0x2545_F491_4F6C_DD1D
    func random(_ bound: Int) -> Int {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return Int(state % UInt64(bound))
    }
    let octets: [UInt8] = [0, 9, 10, 13, 32, 48, 58, 59, 61, 63, 38, 255]
    for text in texts {
      let whole = Array(text.utf8)
      for round in 0..<whole.count + 500 {
        var bytes = round < whole.count ? Array(whole.prefix(round)) : whole
        if round >= whole.count {
          for _ in 0..<3 { bytes[random(bytes.count)] = octets[random(octets.count)] }
        }
        let http = HTTPConversation()
        if case .complete(let count) = http.framing(bytes.raw, from: .client) {
          #expect(count > 0 && count <= bytes.count)
        }
        let token = http.receive(
          bytes.raw, from: .client,
          context: RowContext(row: 1, time: nil, stream: 0, clientPort: 1, serverPort: 80, secrets: Secrets())
        )
        var tree = Dissection(frame: bytes)
        http.draw(bytes.raw, base: 0, token: token, from: .client, into: &tree)
        #expect(
          tree.nodes.allSatisfy {
            $0.source != 0 || Int($0.offset) + Int($0.length) <= bytes.count
          })
        for node in tree.nodes { _ = tree.label(node) }
      }
    }
  }
}
