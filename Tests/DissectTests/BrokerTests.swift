import Session
import Testing

@testable import Dissect

/// Redis and MQTT: where values and packets end, and octets that are broken.
@Suite struct BrokerTests {
  @Test func valuesEndWhereTheirLengthsSay() {
    let text = Array("*2\r\n$3\r\nGET\r\n$1\r\nk\r\n".utf8)
    for count in 1..<text.count {
      let wire = StreamHarness(makeRESP())
      wire.send(Array(text.prefix(count)), .client)
      #expect(wire.messages.isEmpty && !wire.isForeign[0], "\(count)")
      wire.send(Array(text.dropFirst(count)), .client)
      #expect(wire.messages.count == 1)
      #expect(wire.tree(0).info == "Request: GET k")
    }
  }

  @Test func versionThreeIsRead() {
    let wire = StreamHarness(makeRESP())
    wire.send("%2\r\n+a\r\n:1\r\n+b\r\n*2\r\n#t\r\n_\r\n,1.5\r\n(123\r\n=5\r\ntxt:x\r\n~1\r\n:1\r\n", .server)
    wire.send("|1\r\n+k\r\n+v\r\n*1\r\n:9\r\n>2\r\n+message\r\n+x\r\n!3\r\nERR\r\n", .server)
    #expect(wire.messages.map(\.row) == [1, 1, 1, 1, 1, 2, 2, 2])
    let map = wire.tree(0)
    #expect(map.first(RESPField.map) == 2)
    #expect(map.first(RESPField.truth) == 1)
    #expect(map.all(RESPField.null).count == 1)
    let attribute = wire.tree(5)
    #expect(attribute.first(RESPField.attribute) == 1)
    #expect(attribute.first(RESPField.integer) == 9)
    #expect(wire.tree(6).first(RESPField.push) == 2)
  }

  @Test func listsOfAnyDepthAreSurvived() {
    for depth in [1, 99, 100, 101, 128] {
      let wire = StreamHarness(makeRESP())
      wire.send(String(repeating: "*1\r\n", count: depth) + ":1\r\n", .server)
      #expect(wire.messages.count == 1)
      wire.drawAll()
    }
    for text in [
      String(repeating: "*1\r\n", count: 1000), "*99999999999\r\n", "$99999999999\r\n", "$x\r\n", "*\r\n",
      "@\r\n",
    ] {
      let wire = StreamHarness(makeRESP())
      wire.send(text, .server)
      #expect(wire.isForeign[1], "\(text.prefix(20))")
    }
  }

  @Test func anyValueIsSurvived() {
    survive(
      { makeRESP() },
      [
        (.client, Array("*2\r\n$3\r\nGET\r\n$1\r\nk\r\nPING\r\n*1\r\n:5\r\n".utf8)),
        (.server, Array("+OK\r\n-ERR x\r\n:-5\r\n$-1\r\n*-1\r\n*2\r\n*1\r\n:1\r\n$0\r\n\r\n".utf8)),
        (.server, Array("%1\r\n+a\r\n|1\r\n+k\r\n+v\r\n#f\r\n=5\r\ntxt:x\r\n".utf8)),
      ])
  }

  @Test func anyPacketIsSurvived() throws {
    var conversation: [(Side, [UInt8])] = []
    for case .frame(let frame) in try CaptureFile.records("mqtt") where frame.bytes.count > 66 {
      let isClient = frame.bytes[36] == 7 && frame.bytes[37] == 91
      conversation.append((isClient ? .client : .server, Array(frame.bytes[66...])))
    }
    #expect(conversation.count > 50)
    for index in conversation.indices { survive({ makeMQTT() }, [conversation[index]], rounds: 60) }
    let five = conversation.filter { $0.0 == .client }.first { $0.1.first == 0x10 && $0.1.contains(5) }
    let connect = try #require(five)
    for packet in conversation { survive({ makeMQTT() }, [connect, packet], rounds: 20) }
  }

  @Test func longLengthsAreForeign() {
    let wire = StreamHarness(makeMQTT())
    wire.send([0x30, 0xFF, 0xFF, 0xFF, 0xFF, 0x01], .client)
    #expect(wire.isForeign[0])
  }
}
