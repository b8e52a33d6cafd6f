import Bytes
import Foundation
import Session
import Testing

@testable import ProtoKit

/// A pattern and a way of waiting that it may have.
struct BackendForm: CustomTestStringConvertible, Sendable {
  var pattern: String
  var wait: String
  var more: [String: String] = [:]
  var testDescription: String {
    ([pattern, wait] + more.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }).joined(separator: " ")
  }

  func parameters(_ port: String) -> [String: String] {
    ["port": port, "pattern": pattern, "wait": wait].merging(more) { $1 }
  }

  /// Each pattern with each way of waiting that makes sense.
  static let all: [BackendForm] = {
    let many = BackendPlan.Pattern.allCases.flatMap { pattern in
      pattern.waits.map { BackendForm(pattern: pattern.rawValue, wait: $0.rawValue) }
    }
    return many.map { form in
      var form = form
      if ["acceptor-readers", "message-balancing", "shared-socket", "sharded", "pre-fork"].contains(
        form.pattern)
      {
        form.more["workers"] = "3"
      }
      return form
    } + [
      BackendForm(pattern: "sharded", wait: "epoll", more: ["unit": "process", "workers": "2"]),
      BackendForm(pattern: "sharded", wait: "blocking", more: ["unit": "process", "workers": "2"]),
      BackendForm(pattern: "single-thread", wait: "io-uring", more: ["multishot": "off"]),
      BackendForm(pattern: "acceptor-readers", wait: "io-uring", more: ["multishot": "off", "workers": "2"]),
      BackendForm(pattern: "shared-socket", wait: "epoll", more: ["wakeup": "exclusive", "workers": "3"]),
      BackendForm(
        pattern: "shared-socket", wait: "epoll-edge", more: ["wakeup": "exclusive", "workers": "3"]),
      BackendForm(pattern: "shared-socket", wait: "epoll", more: ["wakeup": "mutex", "workers": "3"]),
      BackendForm(pattern: "shared-socket", wait: "poll", more: ["wakeup": "mutex", "workers": "3"]),
    ]
  }()

  /// Whether a connection of its is served while others are open.
  var servesMany: Bool { wait != "blocking" || pattern.hasSuffix("per-connection") }

  /// A backend that is ready; nil where the kernel has no rings for us, which it has to say itself.
  func start(_ more: [String: String] = [:], records: Bool = true, shared: String? = nil) throws -> (
    role: SpawnedRole, port: String
  )? {
    for _ in 0..<5 {
      let port = freePort()
      let role = try SpawnedRole(
        "backend", parameters(port).merging(more) { $1 }, records: records, shared: shared)
      if role.line() == "ready" { return (role, port) }
      let why = try #require(role.event { $0.text("what") == "trouble" }?.message)
      // Another test's connection may have got the port meanwhile.
      if why.contains("EADDRINUSE") { continue }
      try #require(wait == "io-uring" && why.contains("io_uring_setup: "), "\(why)")
      return nil
    }
    Issue.record("no port is free")
    return nil
  }
}

@Suite(.serialized) struct BackendTests {
  private static let get = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n"

  /// Whole requests, several at once and cut ones are answered in order, over connections that go on.
  @Test(arguments: BackendForm.all) func requestsAreAnsweredHoweverTheyCome(_ form: BackendForm) throws {
    guard let (role, port) = try form.start() else { return }
    let connections = form.servesMany ? 5 : 1
    let clients = try (0..<connections).map { _ in try PlainClient(port) }
    for round in 0..<3 {
      for client in clients {
        client.send(Self.get)
        let answer = try #require(client.answer())
        #expect(answer.head.hasPrefix("HTTP/1.1 200 OK\r\n"), "round \(round)")
        #expect(answer.head.utf8.count + 4 + answer.content.utf8.count == 200)
      }
    }
    for client in clients {
      client.send(String(repeating: Self.get, count: 20))
      for _ in 0..<20 { #expect(client.answer()?.content.utf8.count == 98) }
      client.send("GET / HT")
      client.send("TP/1.1\r\nHo")
      client.send("st: x\r\n\r\nHEAD / HTTP/1.1\r\nHost: x\r\n\r\nGET")
      #expect(client.answer() != nil)
      #expect(client.answer(hasContent: false)?.head.contains("Content-Length: 98") == true)
      client.send(" / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n" + Self.get)
      #expect(client.answer()?.head.contains("Connection: close") == true)
      #expect(client.isEnded)
    }
    #expect(role.event { $0.kind == .request } != nil)
  }

  /// What can't be read is answered with its status, and the connection ends; the backend goes on.
  @Test(arguments: BackendForm.all) func hostileInputIsRefused(_ form: BackendForm) throws {
    guard let (role, port) = try form.start(records: false) else { return }
    defer { withExtendedLifetime(role) {} }
    for (bytes, status) in [
      ("hello\n", "400"), ("GET / HTTP/1.1\r\n\r\n", "400"), ("GET / HTTP/3.0\r\nHost: x\r\n\r\n", "505"),
      ("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", "400"),
      ("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", "400"),
      ("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "400"),
      ("GET /\0 HTTP/1.1\r\nHost: x\r\n\r\n", "400"),
      (String(repeating: "G", count: 70_000), "414"),
      ("GET / HTTP/1.1\r\nHost: x\r\nA: " + String(repeating: "b", count: 70_000) + "\r\n\r\n", "431"),
    ] {
      let client = try PlainClient(port)
      client.send(bytes)
      client.finish()
      let answer = try #require(client.answer(), "\(bytes.prefix(40))")
      #expect(answer.head.hasPrefix("HTTP/1.1 \(status) "), "\(bytes.prefix(40)): \(answer.head)")
      #expect(client.isEnded)
    }
    // Ends in the middle, and nothing at all.
    try PlainClient(port).send("GET / HTTP/1.1\r\nHo")
    _ = try PlainClient(port)
    let client = try PlainClient(port)
    client.send("BREW / HTTP/1.1\r\nHost: x\r\n\r\n" + Self.get)
    #expect(client.answer()?.head.hasPrefix("HTTP/1.1 501 ") == true)
    #expect(client.answer()?.head.hasPrefix("HTTP/1.1 200 ") == true)
  }

  /// Answers that the peer does not take wait, and come whole and in order.
  @Test(arguments: BackendForm.all) func aPeerThatTakesNothingLosesNothing(_ form: BackendForm) throws {
    guard let (role, port) = try form.start(["response": "300000"], records: false) else { return }
    defer { withExtendedLifetime(role) {} }
    let client = try PlainClient(port)
    client.send(String(repeating: Self.get, count: 40))
    client.finish()
    let content = String(decoding: HTTPContent.octets(0..<300_000), as: UTF8.self)
    for _ in 0..<40 { #expect(client.answer()?.content == content) }
    #expect(client.isEnded)
  }

  @Test func bodiesAreReadAndParsed() throws {
    let form = BackendForm(pattern: "single-thread", wait: "epoll")
    guard let (role, port) = try form.start(["work": "parse"]) else { return }
    let client = try PlainClient(port)
    func post(_ body: String, _ more: String = "") -> String {
      "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: \(body.utf8.count)\r\n\(more)\r\n\(body)"
    }
    let right = String(decoding: Load.json(5000), as: UTF8.self)
    for (body, status) in [(right, "200"), ("[1, {\"a\": null}]", "200"), ("{", "400"), ("[1] x", "400")] {
      client.send(post(body))
      #expect(client.answer()?.head.hasPrefix("HTTP/1.1 \(status) ") == true, "\(body.prefix(20))")
    }
    client.send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n[1]\r\n0\r\n\r\n")
    #expect(client.answer()?.head.hasPrefix("HTTP/1.1 200 ") == true)
    client.send(post("[2]", "Expect: 100-continue\r\n"))
    #expect(client.answer(hasContent: false)?.head == "HTTP/1.1 100 Continue")
    #expect(client.answer()?.head.hasPrefix("HTTP/1.1 200 ") == true)
    #expect(role.event { $0.kind == .request && ($0.number("decode") ?? 0) > 0 } != nil)
    client.send(post(String(repeating: " ", count: 1 << 20) + "1"))
    #expect(client.answer()?.head.hasPrefix("HTTP/1.1 413 ") == true)
  }

  /// Only the path that was named takes its time.
  @Test func onePathMayBeSlow() throws {
    let form = BackendForm(pattern: "single-thread", wait: "epoll")
    guard let (role, port) = try form.start(["work": "sleep", "cost": "30ms", "slow": "/slow"]) else {
      return
    }
    let client = try PlainClient(port)
    for path in ["/slow?x=1", "/slower", "/"] {
      client.send("GET \(path) HTTP/1.1\r\nHost: x\r\n\r\n")
      #expect(client.answer() != nil)
    }
    role.event { $0.kind == .request && $0.number("number") == 3 }
    let requests = role.events.filter { $0.kind == .request }
    #expect(requests.map { ($0.number("processing") ?? 0) >= 30_000_000 } == [true, false, false])
    #expect(role.calls("nanosleep").count == 2, "its beginning and its end")
    role.send("1 set work cpu")
    #expect(role.line() == "1 ok work is cpu, it was sleep")
    role.send("2 set cost 5ms")
    #expect(role.line() == "2 ok cost is 5ms, it was 30ms")
    client.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
    #expect(client.answer() != nil)
    let last = try #require(role.event { $0.kind == .request && $0.number("number") == 4 })
    #expect(try #require(last.number("processing")) >= 5_000_000)
    #expect(role.calls("nanosleep").count == 2)
  }

  @Test(arguments: [
    ("single-thread", ["keep-alive": "no"]), ("sharded", ["keep-alive": "no", "wait": "poll"]),
  ]) func aConnectionMayEndAfterEachAnswer(_ pattern: String, _ more: [String: String]) throws {
    let form = BackendForm(pattern: pattern, wait: "epoll")
    guard let (role, port) = try form.start(more) else { return }
    defer { withExtendedLifetime(role) {} }
    for _ in 0..<3 {
      let client = try PlainClient(port)
      client.send(Self.get + Self.get)
      #expect(client.answer()?.head.contains("Connection: close") == true)
      #expect(client.isEnded)
    }
  }

  @Test(arguments: [
    (
      ["pattern": "thread-per-connection", "wait": "epoll"],
      "`wait=epoll` is not allowed with pattern=thread-per-connection. Write blocking."
    ),
    (["pattern": "message-balancing", "wait": "blocking"], "Write select or poll or epoll or epoll-edge."),
    (
      ["pattern": "single-thread", "wakeup": "exclusive"],
      "`wakeup=exclusive` is not allowed with pattern=single-thread. Write all."
    ),
    (["pattern": "shared-socket", "wait": "poll", "wakeup": "exclusive"], "Write all or mutex."),
    (
      ["pattern": "single-thread", "workers": "2"],
      "`workers=2` is not allowed with pattern=single-thread. Write 1."
    ),
    (["pattern": "acceptor-readers", "unit": "process"], "Write thread."),
    (["workers": "65"], "Write a whole number from 1 to 64."),
    (["wait": "kqueue"], "Write blocking or select or"),
    (
      ["pattern": "message-balancing", "tls": "1.3"],
      "`tls=1.3` is not allowed with pattern=message-balancing. Write none."
    ),
    (["tls": "1.3"], "tls= needs a directory that the lab's hosts share"),
    (["slow": "x"], "Write all, or a path that begins with /."),
  ]) func whatMakesNoSenseIsRefused(_ parameters: [String: String], _ words: String) throws {
    let role = try SpawnedRole("backend", parameters.merging(["port": freePort()]) { $1 })
    #expect(role.line() == nil)
    let event = role.event { $0.text("what") == "trouble" }
    #expect(event?.message.contains(words) == true, "\(event?.message ?? "")")
  }

  @Test func aTakenPortIsTold() throws {
    let form = BackendForm(pattern: "sharded", wait: "epoll", more: ["workers": "2"])
    let (role, port) = try #require(try form.start())
    defer { withExtendedLifetime(role) {} }
    let other = try SpawnedRole("backend", ["port": port])
    #expect(other.line() == nil)
    #expect(other.event { $0.text("what") == "trouble" }?.message.contains("EADDRINUSE") == true)
  }
}

/// The common form of requests is read as the engine reads it, and nothing else is taken for it.
@Suite struct RequestScannerTests {
  @Test func itAgreesWithTheEngine() {
    var random = SplitMix64(state: 7)
    let seeds = [
      "GET / HTTP/1.1\r\nHost: x\r\n\r\n", "POST /a?b HTTP/1.1\r\nhost:x\r\nContent-Length: 3\r\n\r\nabc",
      "HEAD /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAccept: */*\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: x\r\nConnection:  Keep-Alive \r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n",
    ].map { Array($0.utf8) }
    let octets = Array("\r\n :/AGz09\0\u{7F}\t,-".utf8) + [0xFF]
    var taken = 0
    for round in 0..<20_000 {
      var bytes = seeds[round % seeds.count]
      for _ in 0..<Int.random(in: 0...3, using: &random) {
        let at = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: bytes[at] = octets.randomElement(using: &random) ?? 0
        case 1: bytes.remove(at: at)
        default: bytes.insert(octets.randomElement(using: &random) ?? 0, at: at)
        }
      }
      guard let request = RequestScanner.scan(bytes.span, from: 0) else { continue }
      taken += 1
      var engine = HTTPReader(.request)
      let events = engine.add(Array(bytes[..<request.content.upperBound]))
      guard case .head(let head) = events.first, events.last == .end, engine.isBetween else {
        Issue.record("the engine reads \(String(decoding: bytes, as: UTF8.self)) as \(events)")
        return
      }
      #expect(head.target == String(decoding: bytes[request.target], as: UTF8.self))
      #expect(head.keepsAlive == request.keepsAlive && (head.method == "HEAD") == request.isHead)
    }
    #expect(taken > 2000)
  }

  @Test func answersAreReadAsTheEngineReadsThem() {
    var random = SplitMix64(state: 9)
    let seeds = [
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
      "HTTP/1.1 404 Not Found\r\ncontent-length:0\r\nConnection: close\r\n\r\n",
      "HTTP/1.1 200 OK\r\nDate: x\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\na",
    ].map { Array($0.utf8) }
    let octets = Array("\r\n :/CH09\0\t".utf8)
    var taken = 0
    for round in 0..<20_000 {
      var bytes = seeds[round % seeds.count]
      for _ in 0..<Int.random(in: 0...2, using: &random) {
        bytes[Int.random(in: 0..<bytes.count, using: &random)] = octets.randomElement(using: &random) ?? 0
      }
      guard let head = AnswerScanner.scan(bytes.span, from: 0) else { continue }
      taken += 1
      var engine = HTTPReader(.response)
      engine.expect("GET")
      let events = engine.add(Array(bytes[..<head.content]))
      // What only a strict reader refuses may pass here: it measures, it does not judge.
      guard case .head(let known) = events.first else { continue }
      #expect(known.status == head.status && known.keepsAlive == !head.closes)
      #expect(known["content-length"].flatMap { Int($0) } == head.length)
    }
    #expect(taken > 2000)
  }
}
