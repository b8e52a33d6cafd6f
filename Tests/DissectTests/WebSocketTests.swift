import Bytes
import Testing

@testable import Dissect

/// RFC 6455 section 5.7, RFC 7692 section 7.2.3, and what breaks the rules.
@Suite struct WebSocketTests {
  private func harness(_ extensions: String = "") -> StreamHarness {
    let text = Array(extensions.utf8)
    return StreamHarness(WebSocketConversation(extensions: text.raw))
  }

  private func octets(_ hex: String) -> [UInt8] {
    let digits = Array(hex.utf8).map { $0 < 58 ? $0 - 48 : $0 - 87 }
    return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
  }

  @Test func examplesOfTheStandard() {
    let wire = harness()
    wire.send(octets("810548656c6c6f"), .server)
    wire.send(octets("818537fa213d7f9f4d5158"), .client)
    wire.send(octets("010348656c"), .server)
    wire.send(octets("80026c6f"), .server)
    wire.send(octets("890548656c6c6f"), .server)
    wire.send(octets("8a8537fa213d7f9f4d5158"), .client)
    wire.send(octets("827e0100") + [UInt8](repeating: 7, count: 256), .server)
    wire.send(octets("827f0000000000010000") + [UInt8](repeating: 9, count: 65536), .server)
    #expect(wire.messages.count == 8)
    for index in [0, 1, 3] {
      #expect(wire.tree(index).firstText(WebSocketField.text) == (index == 3 ? "Hello" : "Hello"))
    }
    #expect(wire.tree(2).firstText(WebSocketField.text) == nil)
    #expect(wire.tree(3).all(WebSocketField.fragment).map(\.value) == [3, 4])
    #expect(wire.tree(4).info == "WebSocket Ping [FIN] ")
    #expect(wire.tree(5).info == "WebSocket Pong [FIN] [MASKED]")
    let pong = wire.tree(5)
    #expect(pong.all(WebSocketField.pong).map { Array(pong.octets(of: $0)) } == [Array("Hello".utf8)])
    #expect(wire.tree(6).first(WebSocketField.length16) == 256)
    #expect(wire.tree(7).first(WebSocketField.length64) == 65536)
    #expect(wire.tree(7).first(DataField.length) == 65536)
    for index in wire.messages.indices { #expect(wire.tree(index).all(WebSocketField.violation).isEmpty) }
  }

  @Test func compressedExamplesOfTheStandard() {
    // One message; the same in two frames; the same again, which refers to the first; and one whose block is stored.
    let wire = harness("permessage-deflate")
    wire.send(octets("c107f248cdc9c90700"), .server)
    wire.send(octets("c105f200110000"), .server)
    wire.send(octets("4103f248cd"), .server)
    wire.send(octets("8900"), .server)
    wire.send(octets("8004c9c90700"), .server)
    wire.send(octets("c10b000500faff48656c6c6f00"), .server)
    // In any order, whatever was drawn before.
    for index in [5, 1, 4, 0, 1, 5, 4] {
      #expect(wire.tree(index).firstText(WebSocketField.text) == "Hello", "\(index)")
    }
    #expect(wire.tree(2).firstText(WebSocketField.text) == nil)
    #expect(wire.tree(0).first(WebSocketField.inflatedLength) == 5)
  }

  @Test func messagesThatReferToLostOnesSayThatTheyDo() {
    let wire = harness("permessage-deflate")
    wire.send(octets("c107f248cdc9c90700"), .server)
    wire.send(octets("c105f200110000"), .server)
    let conversation = WebSocketConversation(extensions: Array("permessage-deflate".utf8).raw)
    let second = octets("c105f200110000")
    let context = RowContext(
      row: 1, time: nil, stream: 0, clientPort: 1, serverPort: 80, secrets: Secrets())
    _ = conversation.receive(octets("c107f248cdc9c90700").raw, from: .server, context: context)
    let token = conversation.receive(second.raw, from: .server, context: context)
    var tree = Dissection(frame: second)
    conversation.draw(second.raw, base: 0, token: token, from: .server, into: &tree)
    #expect(tree.firstText(WebSocketField.undecoded) != nil)
    #expect(tree.firstText(WebSocketField.text) == nil)
  }

  @Test func withoutTakeoverEachMessageStandsAlone() {
    let wire = harness("permessage-deflate; server_no_context_takeover")
    wire.send(octets("c107f248cdc9c90700"), .server)
    wire.send(octets("c107f248cdc9c90700"), .server)
    #expect(wire.tree(1).firstText(WebSocketField.text) == "Hello")
  }

  @Test func brokenCompressionIsSaid() {
    let wire = harness("permessage-deflate")
    wire.send(octets("c104ffffffff"), .server)
    #expect(wire.tree(0).all(WebSocketField.decompressionFailed).count == 1)
  }

  @Test func brokenRulesAreSaid() {
    let wire = harness()
    wire.send(octets("810548656c6c6f"), .client)
    wire.send(octets("818537fa213d7f9f4d5158"), .server)
    wire.send(octets("090161"), .server)
    wire.send(octets("c10161"), .server)
    wire.send(octets("880103"), .server)
    wire.send(octets("800161"), .server)
    for index in wire.messages.indices {
      #expect(wire.tree(index).all(WebSocketField.violation).count == 1, "\(index)")
    }
    wire.send(octets("827fffffffffffffffff"), .server)
    #expect(wire.isForeign == [false, true])
  }

  @Test func closeSaysWhy() {
    let wire = harness()
    wire.send(octets("880a") + [3, 233] + Array("good bye".utf8), .server)
    #expect(wire.tree(0).first(WebSocketField.closeCode) == 1001)
    #expect(wire.tree(0).firstText(WebSocketField.closeReason) == "good bye")
  }

  @Test func anyOctetsAreSurvived() {
    let conversation: [(Side, [UInt8])] = [
      (.client, octets("818537fa213d7f9f4d5158") + octets("018337fa213d7f9f4d") + octets("808237fa213d5b95")),
      (.server, octets("c107f248cdc9c90700c105f2001100004103f248cd8004c9c90700")),
      (.server, octets("890548656c6c6f8803") + [3, 232, 65]),
    ]
    survive({ WebSocketConversation(extensions: Array("permessage-deflate".utf8).raw) }, conversation)
    survive({ WebSocketConversation(extensions: Array("x".utf8).raw) }, conversation)
  }
}
