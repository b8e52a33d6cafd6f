import Bytes
import TestSupport
import Testing

@testable import Dissect

/// The examples of RFC 7541 Appendix C, and blocks that break its rules.
@Suite struct HPACKTests {
  /// Frames, most of them header blocks of one direction.
  struct Direction {
    let side: Side
    var frames: [(Side, [UInt8])] = []

    init(_ side: Side) { self.side = side }

    mutating func block(_ digits: String) {
      frames.append((side, frame(1, 4, UInt32(2 * frames.count + 1), hex(digits))))
    }

    mutating func add(_ type: UInt8, _ flags: UInt8, _ stream: UInt32, _ payload: [UInt8]) {
      frames.append((side, frame(type, flags, stream, payload)))
    }
  }

  static func texts(_ tree: Dissection) -> [String] {
    zip(tree.all(HTTP2Field.name), tree.all(HTTP2Field.value)).map {
      "\(tree.text(of: $0.0)): \(tree.text(of: $0.1))"
    }
  }

  /// Draws blocks after each other; `tableSize` is what the other side's SETTINGS say first.
  private func check(
    _ side: Side, tableSize: UInt32? = nil,
    _ blocks: [(digits: String, fields: [String], entries: UInt64, octets: UInt64)]
  ) {
    var direction = Direction(side)
    let other: Side = side == .client ? .server : .client
    if let tableSize {
      let value = (0..<4).map { UInt8(tableSize >> (24 - 8 * $0) & 255) }
      direction.frames.append((other, frame(4, 0, 0, [0, 1] + value)))
      direction.frames.append((side, frame(4, 1, 0, [])))
    }
    let first = direction.frames.count + 1
    for block in blocks { direction.block(block.digits) }
    let replay = HTTP2Replay(direction.frames)
    // Backwards, so that nothing can depend on what was drawn before.
    for (index, block) in blocks.enumerated().reversed() {
      let tree = replay.tree(first + index)
      #expect(Self.texts(tree) == block.fields)
      #expect(tree.first(HTTP2Field.tableEntries) == block.entries)
      #expect(tree.first(HTTP2Field.tableOctets) == block.octets)
      #expect(tree.first(HTTP2Field.blockOctets) == UInt64(hex(block.digits).count))
    }
  }

  @Test func integersOfC1() {
    // C.1.1 to C.1.3 as table sizes (five bits) and as an index (seven bits).
    for (digits, value) in [("2a", 10), ("3f9a0a", 1337)] as [(String, UInt32)] {
      let bytes = hex(digits)
      guard case .field(let field) = hpackStep(bytes.raw, at: 0) else {
        Issue.record("\(digits) is no field")
        continue
      }
      #expect(field.form == .sizeUpdate && field.index == value && field.end == bytes.count)
    }
    guard case .field(let field) = hpackStep(hex("aa").raw, at: 0) else {
      Issue.record("aa is no field")
      return
    }
    #expect(field.form == .indexed && field.index == 42)
  }

  @Test func fieldsOfC2() {
    check(
      .client,
      [("400a637573746f6d2d6b65790d637573746f6d2d686561646572", ["custom-key: custom-header"], 1, 55)])
    check(.client, [("040c2f73616d706c652f70617468", [":path: /sample/path"], 0, 0)])
    check(.client, [("100870617373776f726406736563726574", ["password: secret"], 0, 0)])
    check(.client, [("82", [":method: GET"], 0, 0)])
  }

  static let requests: [[String]] = [
    [":method: GET", ":scheme: http", ":path: /", ":authority: www.example.com"],
    [":method: GET", ":scheme: http", ":path: /", ":authority: www.example.com", "cache-control: no-cache"],
    [
      ":method: GET", ":scheme: https", ":path: /index.html", ":authority: www.example.com",
      "custom-key: custom-value",
    ],
  ]

  @Test func requestsOfC3() {
    check(
      .client,
      [
        ("828684410f7777772e6578616d706c652e636f6d", Self.requests[0], 1, 57),
        ("828684be58086e6f2d6361636865", Self.requests[1], 2, 110),
        ("828785bf400a637573746f6d2d6b65790c637573746f6d2d76616c7565", Self.requests[2], 3, 164),
      ])
  }

  @Test func requestsWithHuffmanOfC4() {
    check(
      .client,
      [
        ("828684418cf1e3c2e5f23a6ba0ab90f4ff", Self.requests[0], 1, 57),
        ("828684be5886a8eb10649cbf", Self.requests[1], 2, 110),
        ("828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf", Self.requests[2], 3, 164),
      ])
  }

  static let responses: [[String]] = [
    [
      ":status: 302", "cache-control: private", "date: Mon, 21 Oct 2013 20:13:21 GMT",
      "location: https://www.example.com",
    ],
    [
      ":status: 307", "cache-control: private", "date: Mon, 21 Oct 2013 20:13:21 GMT",
      "location: https://www.example.com",
    ],
    [
      ":status: 200", "cache-control: private", "date: Mon, 21 Oct 2013 20:13:22 GMT",
      "location: https://www.example.com", "content-encoding: gzip",
      "set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1",
    ],
  ]

  @Test func responsesOfC5() {
    check(
      .server, tableSize: 256,
      [
        (
          "4803333032580770726976617465611d4d6f6e2c203231204f637420323031332032303a31333a323120474d54"
            + "6e1768747470733a2f2f7777772e6578616d706c652e636f6d", Self.responses[0], 4, 222
        ), ("4803333037c1c0bf", Self.responses[1], 4, 222),
        (
          "88c1611d4d6f6e2c203231204f637420323031332032303a31333a323220474d54c05a04677a69707738666f6f3d"
            + "4153444a4b48514b425a584f5157454f50495541585157454f49553b206d61782d6167653d333630303b20766572"
            + "73696f6e3d31", Self.responses[2], 3, 215
        ),
      ])
  }

  @Test func responsesWithHuffmanOfC6() {
    check(
      .server, tableSize: 256,
      [
        (
          "488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff6e919d29ad171863c78f0b97c8"
            + "e9ae82ae43d3", Self.responses[0], 4, 222
        ), ("4883640effc1c0bf", Self.responses[1], 4, 222),
        (
          "88c16196d07abe941054d444a8200595040b8166e084a62d1bffc05a839bd9ab77ad94e7821dd7f2e6c7b335dfdfcd5b"
            + "3960d5af27087f3672c1ab270fb5291f9587316065c003ed4ee5b1063d5007", Self.responses[2], 3, 215
        ),
      ])
  }

  @Test func everyOctetComesBackFromItsCode() {
    // Each octet's code is looked for by the decoder itself: among all beginnings of up to 30 bits it is the one that
    // gives this octet alone.
    var code = 0
    for bits in 1...30 {
      code <<= 1
      for (symbol, length) in HPACKHuffmanTable.lengths.enumerated() where Int(length) == bits {
        let padding = (8 - bits % 8) % 8
        let padded = code << padding | (1 << padding - 1)
        let bytes = (0..<(bits + padding) / 8).reversed().map {
          UInt8(truncatingIfNeeded: padded >> (8 * $0))
        }
        var out: [UInt8] = []
        let isFine = HPACKHuffman.shared.decode(bytes.raw, into: &out)
        // The end of string may not stand in a string.
        #expect(symbol == 256 ? !isFine : isFine && out == [UInt8(symbol)])
        code += 1
      }
    }
    #expect(code == 1 << 30)
  }

  @Test(arguments: [
    ("ff80808080808080", "integer"), ("80", "index"), ("be", "index"), ("7f0000", "index"),
    ("0084ffffffff00", "Huffman"),
    ("00810000", "Huffman"), ("008161", "ends inside"), ("8220", "table size update"),
    ("3fe2ffff07", "larger"),
    ("82400a61", "ends inside"), ("00ffffffff7f", "field"),
  ])
  func aBrokenBlockSaysWhyAndSoDoLaterOnes(_ digits: String, _ why: String) {
    var direction = Direction(.client)
    direction.block(digits)
    direction.block("82")
    let replay = HTTP2Replay(direction.frames)
    let first = replay.tree(1)
    let later = replay.tree(2)
    #expect(later.firstText(HTTP2Field.unread)?.contains("since row 1") == true)
    #expect(
      later.firstText(HTTP2Field.unread)?.contains(why) == true
        || first.firstText(HTTP2Field.unread)?.contains(why) == true)
    #expect(later.all(HTTP2Field.name).isEmpty)
  }

  @Test func aBombIsDrawnUpToABound() {
    var direction = Direction(.client)
    // A field of 4000 octets in the table, then 16000 times by its index.
    direction.add(1, 4, 1, [0x40, 1, 97, 0x7F, 0xA1, 0x1E] + [UInt8](repeating: 98, count: 4000))
    direction.add(1, 4, 3, [UInt8](repeating: 0xBE, count: 16000))
    // And one that puts in again and again a field whose long name is in the table.
    direction.add(
      1, 4, 5, [0x40, 0x7F, 0xA1, 0x1E] + [UInt8](repeating: 99, count: 4000) + [0])
    direction.add(1, 4, 7, [UInt8]((0..<8000).map { $0 % 2 == 0 ? 0x7E : 0 }))
    let replay = HTTP2Replay(direction.frames)
    let tree = replay.tree(2)
    #expect(tree.first(HTTP2Field.headerLength).map { $0 < 1 << 19 } == true)
    #expect(tree.all(HTTP2Field.sizeExceeded).count == 1)
    #expect(tree.nodes.count < 3000)
    #expect(replay.conversation[.client].table.text.count < 20_000)
    #expect(replay.tree(4).all(HTTP2Field.header).count <= 200)
  }
}

/// An HTTP/2 frame.
func frame(_ type: UInt8, _ flags: UInt8, _ stream: UInt32, _ payload: [UInt8]) -> [UInt8] {
  let count = payload.count
  return [UInt8(count >> 16 & 255), UInt8(count >> 8 & 255), UInt8(count & 255), type, flags]
    + (0..<4).map { UInt8(stream >> (24 - 8 * $0) & 255) } + payload
}
