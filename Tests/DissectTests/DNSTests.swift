import Bytes
import Session
import Testing

@testable import Dissect

/// Names that loop, answers that belong to questions, and messages that are broken.
@Suite struct DNSTests {
  private func octets(_ hex: String) -> [UInt8] {
    let digits = Array(hex.utf8).filter { $0 != 32 }.map { $0 < 58 ? $0 - 48 : $0 - 87 }
    return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
  }

  private func draw(_ bytes: [UInt8]) -> Dissection {
    let dns = DNSConversation(isStream: false)
    let token = dns.receive(
      bytes.raw, from: .client,
      context: RowContext(row: 1, time: nil, stream: 0, clientPort: 5000, serverPort: 53, secrets: Secrets()))
    var tree = Dissection(frame: bytes)
    dns.draw(bytes.raw, base: 0, token: token, from: .client, into: &tree)
    return tree
  }

  private static let query = "1234 0100 0001 0000 0000 0000 0161 0762 65697370 6965 00 0001 0001"

  @Test(arguments: [
    "c00c", "c00e c00c", "0161 c00c", "c0ff", "80", "40", "3f61", "c0",
  ])
  func namesThatLeadNowhereAreSaid(_ name: String) {
    let tree = draw(octets("1234 0100 0001 0000 0000 0000 \(name)"))
    #expect(tree.firstText(DNSField.malformed) != nil)
    #expect(tree.info.hasSuffix("[Malformed Packet]"))
  }

  @Test func longNamesAreBounded() {
    // Labels of 63 octets, each of which leads back to the one before: the fifth makes the name too long.
    var bytes = octets("1234 8180 0000 0005 0000 0000")
    var last = 0
    for index in 0..<5 {
      let start = bytes.count
      bytes += [63] + [UInt8](repeating: 97, count: 63)
      bytes += index == 0 ? [0] : [0xC0 | UInt8(last >> 8), UInt8(last & 255)]
      bytes += octets("0001 0001 0000 0000 0004 c0000201")
      last = start
    }
    let tree = draw(bytes)
    #expect(tree.all(DNSField.a).count == 3)
    #expect(tree.firstText(DNSField.malformed)?.contains("255") == true)
  }

  @Test func answersFindTheirQuestions() {
    let dns = DNSConversation(isStream: false)
    let question = octets(Self.query)
    var answer = question
    answer[2] = 0x81
    func receive(_ bytes: [UInt8], _ row: Int) -> UInt32 {
      dns.receive(
        bytes.raw, from: .client,
        context: RowContext(
          row: row, time: Timestamp(nanoseconds: Int64(row) * 1000), stream: 0, clientPort: 5000,
          serverPort: 53,
          secrets: Secrets()))
    }
    let tokens = [
      receive(question, 1), receive(question, 2), receive(answer, 3), receive(answer, 4),
      receive(question, 5),
    ]
    func tree(_ index: Int) -> Dissection {
      let bytes = index == 2 || index == 3 ? answer : question
      var tree = Dissection(frame: bytes)
      dns.draw(bytes.raw, base: 0, token: tokens[index], from: .client, into: &tree)
      return tree
    }
    #expect(tree(0).first(DNSField.responseIn) == 3)
    #expect(tree(1).first(DNSField.retransmittedRequest) == 1)
    #expect(tree(2).first(DNSField.responseTo) == 1)
    #expect(tree(2).first(DNSField.time) == 2000)
    #expect(tree(3).first(DNSField.retransmittedResponse) == 3)
    #expect(tree(4).first(DNSField.responseIn) == nil)
    #expect(tree(4).first(DNSField.retransmission) == nil)
  }

  @Test func messagesOverTCPHaveTheirLength() {
    let question = octets(Self.query)
    let message = [0, UInt8(question.count)] + question
    let wire = StreamHarness(makeStreamDNS())
    wire.send(message + message.prefix(9), .client)
    wire.send(Array(message.dropFirst(9)), .client)
    #expect(wire.messages.map(\.row) == [1, 2])
    #expect(wire.tree(1).first(DNSField.length) == UInt64(question.count))
    #expect(wire.tree(0).info == "Standard query 0x1234 A a.beispie")
  }

  @Test func anyOctetsAreSurvived() throws {
    for name in ["dns", "dnstcp"] {
      var messages: [[UInt8]] = []
      for case .frame(let frame) in try CaptureFile.records(name) where frame.bytes.count > 42 {
        let start = frame.bytes[23] == 17 ? 42 : 68
        if frame.bytes.count > start { messages.append(Array(frame.bytes[start...])) }
      }
      #expect(messages.count > 8)
      var shuffle = Shuffle()
      for whole in messages {
        for round in 0..<whole.count + 100 {
          var bytes = round < whole.count ? Array(whole[..<round]) : whole
          if round >= whole.count {
            for _ in 0..<2 { bytes[shuffle.next(bytes.count)] ^= 1 << UInt8(shuffle.next(8)) }
          }
          let tree = draw(bytes)
          #expect(tree.nodes.allSatisfy { Int($0.offset) + Int($0.length) <= bytes.count })
          for node in tree.nodes { _ = tree.label(node) }
        }
      }
    }
  }
}
