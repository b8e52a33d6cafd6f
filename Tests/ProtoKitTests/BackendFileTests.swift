import Bytes
import Session
import Testing

@testable import ProtoKit

/// What reading a file does to an event loop, by who reads.
@Suite(.serialized) struct BackendFileTests {
  private static let slow = "GET /slow HTTP/1.1\r\nHost: x\r\n\r\n", get = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"

  /// A loop, and who reads for it.
  struct Reader: CustomTestStringConvertible, Sendable {
    var file: String
    var wait: String
    var testDescription: String { "file=\(file) wait=\(wait)" }

    func start(_ more: [String: String]) throws -> (role: SpawnedRole, port: String)? {
      try BackendForm(pattern: "single-thread", wait: wait).start(
        ["work": "file", "file": file, "file-size": "1", "slow": "/slow"].merging(more) { $1 })
    }
  }
  static let blocking = ["blocking", "select", "poll", "epoll", "epoll-edge", "io-uring"].map {
    Reader(file: "blocking", wait: $0)
  }
  static let others =
    ["select", "poll", "epoll", "epoll-edge"].map { Reader(file: "threads", wait: $0) }
    + [Reader(file: "io-uring", wait: "io-uring")]

  private func requests(_ role: SpawnedRole) -> [Event] { role.events.filter { $0.kind == .request } }

  @Test func epollRefusesAFile() throws {
    for wait in ["epoll", "epoll-edge"] {
      let (role, _) = try #require(try Reader(file: "blocking", wait: wait).start([:]))
      let file = try #require(role.event { $0.text("what") == "file" })
      #expect(file.number("octets") == 1 << 20)
      let opened = try #require(role.calls("open").last?.number("result"))
      let refused = role.calls("epoll_ctl").filter { $0.text("errno") != nil }
      #expect(refused.map { $0.text("errno") } == ["EPERM"])
      #expect(refused.first?.message.contains("EPOLL_CTL_ADD, \(opened), EPOLLIN") == true)
    }
    // The older calls say that it is ready, whatever a read of it will wait for.
    for wait in ["poll", "select"] {
      let (role, _) = try #require(try Reader(file: "blocking", wait: wait).start([:]))
      let opened = try #require(role.calls("open").last?.number("result"))
      #expect(role.calls(wait).first?.number("result") == 1)
      #expect(role.calls(wait).first?.message.contains("[\(opened)]") == true)
    }
  }

  /// While the thread reads, a request that has come lies there until it has read for as long as it was told.
  @Test(arguments: blocking) func aReadHoldsItsThread(_ reader: Reader) throws {
    guard let (role, port) = try reader.start(["cost": "300ms", "keep-alive": "no"]) else { return }
    let first = try PlainClient(port)
    first.send(Self.slow)
    #expect(role.event { $0.text("name") == "pread" } != nil)
    let second = try PlainClient(port)
    second.send(Self.get)
    #expect(first.answer() != nil && second.answer() != nil)
    #expect(role.event { _ in requests(role).count == 2 } != nil)
    #expect(role.callers("pread") == ["worker"])
    let reads = role.calls("pread")
    let start = try #require(reads.first?.time), end = try #require(reads.last?.time)
    #expect(end.since(start) <= requests(role)[0].number("processing") ?? 0)
    #expect(try #require(requests(role).last).time >= end, "nothing was read from the other meanwhile")
    #expect(requests(role).map { ($0.number("processing") ?? 0) >= 300_000_000 } == [true, false])
    let told = requests(role)[0]
    #expect(told.number("file_reads").map { Int($0) } == reads.count { $0.text("phase") != "call" })
    #expect(told.number("file_octets") == (told.number("file_reads") ?? 0) << 20)
  }

  /// While others read for it, the loop answers whoever else asks.
  @Test(arguments: others) func theLoopGoesOn(_ reader: Reader) throws {
    // It is stopped before it is over.
    guard let (role, port) = try reader.start(["cost": "60s"]) else { return }
    let first = try PlainClient(port)
    first.send(Self.slow)
    // Its request is taken in: what it waits for goes on.
    let isReading = { (event: Event) in
      reader.file == "threads"
        ? event.text("name") == "pread"
        : event.text("name") == "io_uring_enter" && event.number("submitted") == 1
    }
    #expect(role.event(isReading) != nil)
    let second = try PlainClient(port)
    for _ in 0..<3 {
      second.send(Self.get)
      #expect(second.answer() != nil)
    }
    #expect(role.event { _ in requests(role).count == 3 } != nil)
    #expect(requests(role).allSatisfy { $0.number("file_reads") == nil })
    if reader.file == "threads" {
      #expect(role.callers("pread").allSatisfy { $0.hasPrefix("file-") })
    } else {
      #expect(role.calls("pread").isEmpty)
    }
  }

  /// Requests behind one that waits for its file keep their order, and a peer that has sent all is answered all.
  @Test(arguments: blocking + others) func answersKeepTheirOrder(_ reader: Reader) throws {
    let more = reader.file == "threads" ? ["file-threads": "1"] : [:]
    guard let (role, port) = try reader.start(["cost": "20ms"].merging(more) { $1 }) else { return }
    let count = reader.wait == "blocking" ? 1 : 3
    let clients = try (0..<count).map { _ in try PlainClient(port) }
    for client in clients {
      client.send(Self.get + Self.slow + "HEAD / HTTP/1.1\r\nHost: x\r\n\r\n" + Self.slow + Self.get)
      client.send("GET /slow HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n" + Self.get)
      client.finish()
    }
    for client in clients {
      for number in 1...6 {
        let answer = try #require(client.answer(hasContent: number != 3), "\(number)")
        #expect(answer.head.hasPrefix("HTTP/1.1 200 "))
        #expect(answer.content.isEmpty == (number == 3) && answer.head.contains("close") == (number == 6))
      }
      #expect(client.isEnded)
    }
    #expect(role.event { _ in requests(role).count == 6 * count } != nil)
    for request in requests(role) {
      let isSlow = [2, 4, 6].contains(request.number("number") ?? 0)
      #expect(((request.number("file_reads") ?? 0) > 0) == isSlow)
      if isSlow { #expect((request.number("processing") ?? 0) >= 20_000_000) }
    }
    if reader.file == "threads" { #expect(role.callers("pread") == ["file"]) }
  }

  /// A peer that leaves while its file is read takes nobody with it.
  @Test(arguments: others) func aPeerMayLeave(_ reader: Reader) throws {
    guard let (role, port) = try reader.start(["cost": "20ms"]) else { return }
    for _ in 0..<5 {
      try PlainClient(port).send(Self.slow)
      let client = try PlainClient(port)
      client.send(Self.slow)
      #expect(client.answer() != nil)
    }
    #expect(role.event { _ in requests(role).count >= 5 } != nil)
  }

  @Test func theFileIsMadeAtTheStart() throws {
    let form = BackendForm(pattern: "single-thread", wait: "epoll")
    let (role, port) = try #require(try form.start(["work": "none"]))
    role.send("1 set work file")
    #expect(
      role.line()
        == "1 error work=file needs its file from the start; set it for the next run")
    let client = try PlainClient(port)
    client.send(Self.get)
    #expect(client.answer() != nil)
    #expect(role.calls("open").isEmpty)
    // With it, it may be turned off and on.
    let (other, _) = try #require(try form.start(["work": "file", "file-size": "1"]))
    other.send("1 set work none")
    #expect(other.line() == "1 ok work is none, it was file")
    other.send("2 set work file")
    #expect(other.line() == "2 ok work is file, it was none")
  }

  @Test(arguments: [
    (
      ["pattern": "sharded", "file": "threads"],
      "`file=threads` is not allowed with pattern=sharded. Write blocking."
    ),
    (
      ["wait": "blocking", "file": "threads"],
      "`file=threads` is not allowed with wait=blocking. Write blocking."
    ),
    (["wait": "io-uring", "file": "threads"], "with wait=io-uring. Write blocking or io-uring."),
    (["wait": "epoll", "file": "io-uring"], "with wait=epoll. Write blocking or threads."),
  ]) func whoReadsMustGoWithTheWait(_ parameters: [String: String], _ words: String) throws {
    let role = try SpawnedRole("backend", parameters.merging(["port": freePort()]) { $1 })
    #expect(role.line() == nil)
    let event = role.event { $0.text("what") == "trouble" }
    #expect(event?.message.contains(words) == true, "\(event?.message ?? "")")
  }
}
