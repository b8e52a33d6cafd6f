import Session
import Testing

@testable import Dissect

/// Server-Sent Events: each row shows the events that it completes.
@Suite struct EventStreamTests {
  private static let request = "GET /events HTTP/1.1\r\nHost: a\r\n\r\n"
  private static let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"

  private func chunk(_ text: String) -> String { "\(String(text.utf8.count, radix: 16))\r\n\(text)\r\n" }

  private func numbers(_ wire: StreamHarness) -> [[UInt64]] {
    wire.messages.indices.map { wire.tree($0).all(EventStreamField.number).map(\.value) }
  }

  @Test func eventsShowInTheRowThatCompletesThem() {
    let wire = StreamHarness(HTTPConversation())
    wire.send(Self.request, .client)
    wire.send(Self.head + "Transfer-Encoding: chunked\r\n\r\n", .server)
    wire.send(chunk("data: one\n\n"), .server)
    wire.send(chunk("id: 7\nevent: tick\ndata: t"), .server)
    wire.send(chunk("wo\ndata: lines\n"), .server)
    wire.send(chunk("\n: still here\n\nretry: 1500\ndata\n\n"), .server)
    wire.send("0\r\n\r\n", .server)
    wire.send(Self.request, .client)
    wire.send("HTTP/1.1 204 No Content\r\n\r\n", .server)
    #expect(wire.messages.map(\.row) == [1, 2, 3, 4, 5, 6, 7, 8, 9])
    #expect(numbers(wire) == [[], [], [1], [], [], [2, 3, 4], [], [], []])
    #expect(wire.tree(1).info == "HTTP/1.1 200 OK ")
    #expect(wire.tree(2).firstText(EventStreamField.data) == "one")
    #expect(wire.tree(2).firstText(EventStreamField.type) == "message")
    let last = wire.tree(5)
    #expect(last.all(EventStreamField.data).map { last.text(of: $0) } == ["two\nlines", ""])
    #expect(last.firstText(EventStreamField.type) == "tick")
    #expect(last.firstText(EventStreamField.id) == "7")
    #expect(last.firstText(EventStreamField.comment) == "still here")
    #expect(last.first(EventStreamField.retry) == 1500)
    #expect(last.all(EventStreamField.silent).count == 1)
    #expect(last.info == "Event 2 (tick): two Event 3 (message) Event 4 (message)")
    #expect(wire.tree(8).first(HTTPField.code) == 204)
  }

  @Test func streamsOfKnownLengthShowTheirEventsToo() {
    let body = "data: one\r\n\r\ndata: two\r\rdata: three\n\n"
    let wire = StreamHarness(HTTPConversation())
    wire.send(Self.request, .client)
    wire.send(Self.head + "Content-Length: \(body.utf8.count)\r\n\r\ndata: one\r\n\r\ndata: tw", .server)
    wire.send("o\r\r", .server)
    wire.send("data: three\n", .server)
    wire.send("\n", .server)
    #expect(numbers(wire) == [[], [], [1], [2], [3]])
    #expect(wire.messages.map(\.row) == [1, 2, 2, 3, 5])
  }

  /// One that goes on to the end of the connection stands where tshark shows it: in the row that ends it.
  @Test func streamsWithoutLengthAreBodies() throws {
    let analysis = Analysis()
    for record in try CaptureFile.records("http1") { analysis.append(record) }
    let rows = (1...analysis.rows.count).filter { !analysis.tree($0).all(EventStreamField.event).isEmpty }
    #expect(rows == [37])
    let tree = analysis.tree(37)
    #expect(tree.all(EventStreamField.id).map { tree.text(of: $0) } == ["0", "1", "2"])
    #expect(tree.info == "HTTP/1.1 200 OK  (text/event-stream)")
  }

  /// tshark 4.0 shows nothing of these events but, in row 16, octets.
  @Test func eventsOfARealServerShowAsTheyCome() throws {
    let analysis = Analysis()
    for record in try CaptureFile.records("ssec") { analysis.append(record) }
    let rows = (1...analysis.rows.count).filter { !analysis.tree($0).all(EventStreamField.event).isEmpty }
    #expect(rows == [10, 12, 14])
    #expect(analysis.tree(8).first(HTTPField.code) == 200)
    #expect(analysis.summary(12).protocolName == "HTTP/SSE")
    #expect(analysis.tree(14).firstText(EventStreamField.id) == "2")
    #expect(analysis.summary(16).info == "End of the event stream")
  }

  @Test func packedStreamsAreBodies() {
    let wire = StreamHarness(HTTPConversation())
    wire.send(Self.request, .client)
    wire.send(Self.head + "Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc", .server)
    #expect(wire.messages.count == 2)
    #expect(wire.tree(1).all(EventStreamField.event).isEmpty)
  }

  @Test func longEventsAreBounded() {
    let wire = StreamHarness(HTTPConversation())
    wire.send(Self.request, .client)
    wire.send(Self.head + "Transfer-Encoding: chunked\r\n\r\n", .server)
    for _ in 0..<100 { wire.send(chunk("data: " + String(repeating: "x", count: 3000)), .server) }
    wire.send(chunk("\n\n"), .server)
    #expect(numbers(wire).last == [1])
    let size = wire.tree(wire.messages.count - 1).first(EventStreamField.data).map { _ in
      wire.tree(wire.messages.count - 1).sources.map(\.bytes.count).max() ?? 0
    }
    #expect(size.map { $0 < 100_000 } == true)
  }

  @Test func anyOctetsAreSurvived() {
    survive(
      { HTTPConversation() },
      [
        (.client, Array(Self.request.utf8)),
        (
          .server,
          Array(
            (Self.head + "Transfer-Encoding: chunked\r\n\r\n" + chunk("data: one\n\nid")
              + chunk(": 1\r\n\r\n")
              + "0\r\nT: u\r\n\r\n").utf8)
        ),
        (.server, Array((Self.head + "\r\ndata: x\n\nevent: y\ndata: z\n\n").utf8)),
      ])
  }
}
