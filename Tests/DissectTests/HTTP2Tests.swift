import Bytes
import TestSupport
import Testing

@testable import Dissect

/// Streams, windows and tables of HTTP/2, and what is made of those that break the rules.
@Suite struct HTTP2Tests {
  private static let preface = HTTP2FrameHeader.preface
  private static let get: [UInt8] = [0x82, 0x84, 0x86]

  private func number(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(value >> (24 - 8 * $0) & 255) } }

  /// Gives frames to a conversation, each in a row of its own, and draws the rows.
  private func draw(_ frames: [(Side, [UInt8])]) -> [Dissection] {
    let replay = HTTP2Replay(frames)
    return (1...max(1, frames.count)).map { replay.tree($0) }
  }

  private func state(_ tree: Dissection) -> String? {
    tree.first(HTTP2Field.state).flatMap { http2StateName($0) }
  }

  private func window(_ tree: Dissection, _ field: HTTP2Field) -> Int64? {
    tree.first(field).map { Int64(bitPattern: $0) }
  }

  @Test func streamsGoThroughTheirStates() {
    let trees = draw([
      (.client, frame(1, 4, 1, Self.get)), (.server, frame(5, 4, 1, number(2) + Self.get)),
      (.client, frame(0, 1, 1, [1])), (.server, frame(1, 4, 1, [0x88])), (.server, frame(0, 1, 1, [1])),
      (.server, frame(1, 4, 2, [0x88])), (.server, frame(0, 1, 2, [])), (.client, frame(1, 5, 3, Self.get)),
      (.client, frame(3, 0, 3, number(8))),
    ])
    #expect(
      trees.map(state) == [
        "open", "open", "half-closed (client)", "half-closed (client)", "closed", "half-closed (client)",
        "closed", "half-closed (client)", "closed",
      ])
    #expect(state(trees[4]) == "closed")
    #expect(state(trees[5]) == "half-closed (client)")
    #expect(trees.allSatisfy { $0.all(HTTP2Field.violation).isEmpty })
  }

  @Test func windowsAreCounted() {
    let trees = draw([
      (.server, frame(4, 0, 0, [0, 4] + number(100))), (.client, frame(1, 4, 1, Self.get)),
      (.client, frame(0, 8, 1, [9] + [UInt8](repeating: 0, count: 59))),
      (.server, frame(8, 0, 1, number(50))), (.server, frame(8, 0, 0, number(1000))),
      (.client, frame(0, 0, 1, [UInt8](repeating: 0, count: 90))),
      (.server, frame(4, 0, 0, [0, 4] + number(20))),
      (.client, frame(0, 0, 1, [1])),
      (.server, frame(8, 0, 0, number(0x7FFF_FFFF))), (.client, frame(8, 0, 0, number(0))),
    ])
    // Padding counts too.
    #expect(window(trees[2], .streamWindow) == 40)
    #expect(window(trees[2], .connectionWindow) == 65_475)
    #expect(window(trees[3], .streamWindow) == 90)
    #expect(window(trees[4], .connectionWindow) == 66_475)
    #expect(window(trees[5], .streamWindow) == 0)
    // The smaller initial window takes from streams that are open: they may come below zero.
    #expect(window(trees[7], .streamWindow) == -81)
    #expect(trees[7].firstText(HTTP2Field.violation)?.contains("FLOW_CONTROL_ERROR") == true)
    #expect(trees[8].firstText(HTTP2Field.violation)?.contains("2147483647") == true)
    #expect(trees[9].firstText(HTTP2Field.violation)?.contains("increment of 0") == true)
    #expect(trees[5].all(HTTP2Field.violation).isEmpty)
  }

  @Test func framesThatAreNotAllowedAreNamed() {
    let trees = draw([
      (.client, frame(0, 0, 7, [1])), (.client, frame(9, 4, 1, Self.get)),
      (.client, frame(1, 0, 9, Self.get)), (.client, frame(6, 0, 0, [UInt8](repeating: 0, count: 8))),
      (.client, frame(1, 4, 11, Self.get)),
      (.server, frame(4, 0, 0, [0, 5] + number(1))), (.client, frame(5, 4, 9, number(2) + Self.get)),
      (.server, frame(1, 5, 11, [0x88])), (.server, frame(0, 0, 11, [1])),
    ])
    let words = trees.map { $0.firstText(HTTP2Field.violation) ?? "" }
    #expect(words[0].contains("begun") && words[1].contains("under way"))
    #expect(words[3].contains("CONTINUATION"))
    // The block that was broken off took the table with it.
    #expect(trees[4].firstText(HTTP2Field.unread)?.contains("row 4") == true)
    #expect(words[5].contains("16384") && words[6].contains("servers push"))
    #expect(words[8].contains("STREAM_CLOSED"))
  }

  @Test func acknowledgmentsFindTheirFrames() {
    let trees = draw([
      (.client, frame(4, 0, 0, [])), (.client, frame(6, 0, 0, [1, 2, 3, 4, 5, 6, 7, 8])),
      (.server, frame(6, 1, 0, [1, 2, 3, 4, 5, 6, 7, 8])), (.server, frame(4, 1, 0, [])),
    ])
    #expect(trees[0].first(HTTP2Field.answeredBy) == 4)
    #expect(trees[1].first(HTTP2Field.answeredBy) == 3)
    #expect(trees[2].first(HTTP2Field.answerTo) == 2)
    #expect(trees[3].first(HTTP2Field.answerTo) == 1)
  }

  @Test func theBeginningTellsTheProtocol() {
    func looksRight(_ bytes: [UInt8]) -> Bool { looksLikeHTTP2(bytes.raw) }
    #expect(looksRight(Self.preface))
    #expect(looksRight(Array(Self.preface.prefix(3))))
    #expect(looksRight(frame(4, 0, 0, [0, 3, 0, 0, 0, 100])))
    #expect(!looksRight(Array("PR".utf8)))
    #expect(!looksRight(Array("PRI / HTTP/1.1\r\n".utf8)))
    #expect(!looksRight(frame(4, 1, 0, [])))
    let http2 = HTTP2Conversation()
    func framing(_ bytes: [UInt8], _ side: Side) -> Framing { http2.framing(bytes.raw, from: side) }
    #expect(framing(Array(Self.preface.prefix(10)), .client) == .needs(24))
    #expect(framing(Self.preface, .client) == .complete(24))
    #expect(framing(frame(0, 0, 1, [1, 2]), .server) == .complete(11))
    #expect(framing([0, 0, 2, 0], .server) == .needs(9))
    #expect(framing([255, 255, 255, 0, 0, 0, 0, 0, 1], .server) == .needs(9 + 0xFFFFFF))
  }

  /// A header block cut at every octet into HEADERS and CONTINUATION, and once into pieces of one octet.
  @Test func aBlockReadsTheSameHoweverItIsCut() {
    let block = hex(
      "828684418cf1e3c2e5f23a6ba0ab90f4ff408825a849e95ba97d7f8925a849e95bb8e8b4bf5886a8eb10649cbf")
    let whole = draw([(.client, frame(1, 5, 1, block))])
    let expected = HPACKTests.texts(whole[0])
    #expect(expected.count == 6)
    var cuts = (0...block.count).map { [block[..<$0], block[$0...]] }
    cuts.append(block.indices.map { block[$0...$0] })
    for parts in cuts {
      let trees = draw(
        parts.enumerated().map { index, part in
          let isLast = index == parts.count - 1
          return (.client, frame(index == 0 ? 1 : 9, isLast ? 4 : 0, 1, Array(part)))
        })
      #expect(trees.flatMap { HPACKTests.texts($0) } == expected)
      #expect(trees.last?.first(HTTP2Field.tableEntries) == 3)
      #expect(trees.last?.first(HTTP2Field.tableOctets) == whole[0].first(HTTP2Field.tableOctets))
    }
  }

  /// Messages of gRPC in DATA frames that end wherever they like.
  @Test func aMessageReadsTheSameHoweverItIsCut() {
    let head =
      hex("838684") + [0x40, 12] + Array("content-type".utf8) + [16] + Array("application/grpc".utf8)
    let stream = hex("00000000020801" + "0000000007120568656c6c6f" + "0000000000" + "0000000002080a")
    for first in 0...stream.count {
      for second in stride(from: first, through: stream.count, by: 3) {
        let parts = [stream[..<first], stream[first..<second], stream[second...]]
        let trees = draw(
          [(.client, frame(1, 4, 1, head))]
            + parts.enumerated().map {
              (.client, frame(0, $0 == 2 ? 1 : 0, 1, Array($1)))
            })
        #expect(trees.flatMap { $0.all(GRPCField.messageLength).map(\.value) } == [2, 7, 0, 2])
        #expect(trees.flatMap { $0.all(ProtobufField.fieldNumber).map(\.value) } == [1, 2, 1])
        #expect(
          trees.flatMap { tree in tree.all(ProtobufField.string).map { tree.text(of: $0) } } == ["hello"])
        #expect(trees.allSatisfy { $0.all(HTTP2Field.unread).isEmpty })
      }
    }
  }

  @Test func whatCannotBeReadAgainSaysSo() {
    let http2 = HTTP2Conversation()
    var tokens: [UInt32] = []
    let frames = [frame(1, 4, 1, Self.get), frame(0, 0, 1, [1]), frame(0, 1, 1, [2])]
    for (index, bytes) in frames.enumerated() {
      tokens.append(
        http2.receive(
          bytes.raw, from: .client,
          context: RowContext(
            row: index + 1, time: nil, stream: 0, clientPort: 1, serverPort: 2, secrets: Secrets())))
    }
    let last = frames[2]
    var tree = Dissection(frame: last)
    http2.draw(last.raw, base: 0, token: tokens[2], from: .client, into: &tree)
    #expect(tree.firstText(HTTP2Field.unread)?.contains("can't be read again") == true)
  }

  /// Frames of a capture, cut anywhere and with bits changed: nothing crashes, and no node points outside of its octets.
  @Test(arguments: ["h2frames", "h2split", "h2odd", "h2websocket", "grpccoded", "h2coded"])
  func cutAndChangedFrames(_ name: String) throws {
    let frames = try HTTP2Replay.frames(name)
    #expect(frames.count > 20)
    func feed(_ changed: [(Side, [UInt8])]) {
      let replay = HTTP2Replay(changed)
      for row in 1...changed.count {
        let tree = replay.tree(row)
        for node in tree.nodes {
          _ = tree.label(node)
          #expect(Int(node.offset) + Int(node.length) <= tree.sources[Int(node.source)].bytes.count)
        }
      }
    }
    for index in frames.indices.prefix(40) {
      for count in stride(from: 9, to: frames[index].1.count, by: max(1, frames[index].1.count / 12)) {
        var cut = Array(frames[index].1.prefix(count))
        // The frame's own length says so too, so that its content is what is cut.
        if cut[0] != 80 { (cut[1], cut[2]) = (UInt8((count - 9) >> 8), UInt8((count - 9) & 255)) }
        feed(Array(frames[max(0, index - 8)..<index]) + [(frames[index].0, cut)])
      }
    }
    var seed: UInt64 = 0x2545_F491_4F6C_DD1D
    func random(_ bound: Int) -> Int {
      seed ^= seed << 13
      seed ^= seed >> 7
      seed ^= seed << 17
      return Int(seed % UInt64(bound))
    }
    for _ in 0..<60 {
      var changed = Array(frames.prefix(60))
      for _ in 0..<12 {
        let index = random(changed.count)
        let place = 3 + random(changed[index].1.count - 3)
        changed[index].1[place] ^= 1 << UInt8(random(8))
      }
      feed(changed)
    }
  }

  @Test func aFloodOfContinuationsIsKeptInBounds() {
    var http2 = HTTP2Conversation()
    func receive(_ bytes: [UInt8]) {
      _ = http2.receive(
        bytes.raw, from: .client,
        context: RowContext(row: 1, time: nil, stream: 0, clientPort: 1, serverPort: 2, secrets: Secrets()))
    }
    // A name of almost a million octets.
    receive(frame(1, 0, 1, [0x40, 0x7F, 0xFF, 0xFF, 0x3E]))
    for _ in 0..<60 { receive(frame(9, 0, 1, [UInt8](repeating: 97, count: 16_000))) }
    #expect(http2[.client].carried.count == 960_005)
    #expect(http2[.client].loss == nil)
    // A longer one is not waited for.
    http2 = HTTP2Conversation()
    receive(frame(1, 0, 1, [0x40, 0x7F, 0xFF, 0xFF, 0x3F]))
    #expect(http2[.client].loss?.error == .long)
    for _ in 0..<60 { receive(frame(9, 0, 1, [UInt8](repeating: 97, count: 16_000))) }
    #expect(http2[.client].carried.isEmpty)
    // Empty ones for ever.
    receive(frame(1, 0, 3, []))
    for _ in 0..<10_000 { receive(frame(9, 0, 3, [])) }
    #expect(http2[.client].carried.isEmpty)
    // Settings and pings that nobody answers.
    for _ in 0..<2000 {
      receive(frame(4, 0, 0, []))
      receive(frame(6, 0, 0, [0, 0, 0, 0, 0, 0, 0, 1]))
    }
    #expect(http2[.client].settings.count <= 256 && http2[.client].pings.count <= 256)
  }
}
