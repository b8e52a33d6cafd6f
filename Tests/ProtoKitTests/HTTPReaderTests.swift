import Foundation
import Testing

@testable import ProtoKit

@Suite struct HTTPReaderTests {
  /// What came of a stream, contents joined: what must not depend on how it was cut.
  private func events(_ kind: HTTPReader.Kind, _ text: String, by size: Int, methods: [String] = [])
    -> [HTTPEvent]
  {
    var reader = HTTPReader(kind)
    for method in methods { reader.expect(method) }
    var found: [HTTPEvent] = []
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      for event in reader.add(Array(rest.prefix(size))) {
        if case .content(let more) = event, case .content(let bytes)? = found.last {
          found[found.count - 1] = .content(bytes + more)
        } else {
          found.append(event)
        }
      }
      rest = rest.dropFirst(size)
    }
    return found + reader.finish()
  }

  private static let host = HTTPField("Host", "a")

  @Test(arguments: [1, 2, 3, 7, 50, 1000]) func requestsAreTheSameHoweverTheyAreCut(_ size: Int) {
    let text =
      "GET /x?y HTTP/1.1\r\nHost: a\r\n\r\n\r\nPUT /u HTTP/1.1\r\nHOST:\ta \r\ncontent-length: 5\r\n\r\nGET /"
      + "POST http://a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n"
      + "3;x=y\r\nabc\r\n00A\r\n0123456789\r\n0\r\nTrailer: t\r\n\r\nHEAD / HTTP/1.0\r\n\r\n"
    var last = HTTPHead("HEAD", "/")
    last.minor = 0
    let found = events(.request, text, by: size)
    #expect(
      found == [
        .head(HTTPHead("GET", "/x?y", [Self.host])), .end,
        .head(HTTPHead("PUT", "/u", [HTTPField("HOST", "a"), HTTPField("content-length", "5")])),
        .content(Array("GET /".utf8)), .end,
        .head(HTTPHead("POST", "http://a", [Self.host, HTTPField("Transfer-Encoding", "Chunked")])),
        .content(Array("abc0123456789".utf8)), .end, .head(last), .end,
      ])
  }

  @Test(arguments: [1, 5, 1000]) func responsesEndWhereTheyEnd(_ size: Int) {
    let text =
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"
      + "HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n"
      + "HTTP/1.0 200 \r\n\r\nuntil the end"
    let found = events(.response, text, by: size, methods: ["HEAD", "PUT", "GET", "GET"])
    let contents = found.compactMap {
      if case .content(let bytes) = $0 { String(decoding: bytes, as: UTF8.self) } else { nil }
    }
    #expect(contents == ["a", "until the end"])
    #expect(
      found.compactMap { if case .head(let head) = $0 { head.status } else { nil } } == [
        100, 200, 204, 200, 200,
      ])
    #expect(found.count { $0 == .end } == 5 && found.last == .end)
  }

  @Test(arguments: [
    ("GET /\r\n\r\n", 400), ("GET  / HTTP/1.1\r\n\r\n", 400), ("GET / HTTP/2.0\r\n\r\n", 505),
    ("G(T / HTTP/1.1\r\n\r\n", 400), ("GET x HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ("GET /\u{7f} HTTP/1.1\r\n\r\n", 400), ("GET / HTTP/1.1\nHost: a\n\n", 400),
    ("GET / HTTP/1.1\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400), ("GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n", 400), ("GET / HTTP/1.1\r\nHost: a\rb\r\n\r\n", 400),
    ("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400),
    ("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\n", 400),
    ("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n", 400),
    ("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
    ("PUT / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
    ("PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, gzip\r\n\r\n", 400),
    ("PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501),
    ("PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", 400),
    ("PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n", 400),
    ("PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFF\r\n", 400),
    ("PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n", 400),
    ("GET /" + String(repeating: "x", count: 9000), 414),
    ("GET / HTTP/1.1\r\nA: " + String(repeating: "x", count: 40000), 431),
    ("GET / HTTP/1.1\r\n" + String(repeating: "A: b\r\n", count: 101), 431),
    ("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nx", 400),
  ]) func badRequestsAreRefused(_ text: String, _ status: Int) {
    for size in [1, 100_000] {
      let failures = events(.request, text, by: size).compactMap {
        if case .failed(let f) = $0 { f.status } else { nil }
      }
      #expect(failures == [status], "cut by \(size)")
    }
  }

  @Test func randomOctetsNeverCrash() {
    var random = SystemRandomNumberGenerator()
    let seed = Array(
      "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n".utf8)
    for _ in 0..<3000 {
      var bytes = seed
      for _ in 0..<3 {
        bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      for kind in [HTTPReader.Kind.request, .response] {
        var reader = HTTPReader(kind)
        let events = reader.add(bytes) + reader.finish()
        let ends = events.count { if case .failed = $0 { true } else { $0 == .end } }
        #expect(ends >= events.count { if case .head = $0 { true } else { false } })
      }
    }
  }

  @Test func rangesAndPathsAreRead() {
    #expect(ContentRange("bytes 0-9/100") == ContentRange(0, 10, of: 100))
    #expect(ContentRange(3, 5, of: 5).text == "bytes 3-4/5")
    for wrong in [
      "bytes 9-0/100", "bytes 0-100/100", "bytes */100", "0-9/100", "bytes 0-9/*", "bytes 0--9/10",
    ] {
      #expect(ContentRange(wrong) == nil)
    }
    #expect(
      ["/a?b", "http://h/a?b", "HTTPS://h", "*"].map { HTTPHead("GET", $0).path } == ["/a", "/a", "/", "*"])
    var head = HTTPHead(status: 200, [HTTPField("Connection", "Foo, CLOSE")])
    #expect(!head.keepsAlive)
    head = HTTPHead(status: 200)
    #expect(head.keepsAlive && String(decoding: head.bytes, as: UTF8.self) == "HTTP/1.1 200 OK\r\n\r\n")
    head.minor = 0
    #expect(!head.keepsAlive)
  }
}
