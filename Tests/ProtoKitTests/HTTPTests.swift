import Bytes
import Foundation
import Session
import Testing

@testable import ProtoKit

/// A directory that the lab's hosts share.
private final class Shared {
  let path: String
  init() throws {
    path = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }
  deinit { try? FileManager.default.removeItem(atPath: path) }
  var authority: String { path + "/ca-server.pem" }
}

/// Runs a command; its output and status.
private func run(_ arguments: [String]) throws -> (output: String, status: Int32) {
  let process = Process(), pipe = Pipe()
  process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
  process.arguments = arguments
  process.standardOutput = pipe
  try process.run()
  let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
  process.waitUntilExit()
  return (String(decoding: output, as: UTF8.self), process.terminationStatus)
}

extension RunningRole {
  /// Methods, targets and answers of the requests that a server answered.
  fileprivate var requests: [String] {
    drain()
    return events.filter { $0.text("what") == "request" }
      .map { "\($0.text("method") ?? "") \($0.text("target") ?? "") \($0.number("status") ?? 0)" }
  }
  fileprivate var answers: [Int64] {
    drain()
    return events.filter { $0.text("what") == "answered" }.compactMap { $0.number("status") }
  }
}

@Suite(.serialized) struct HTTPTests {
  @Test(arguments: ["none", "1.2", "1.3"]) func curlIsAnswered(_ tls: String) throws {
    let shared = try Shared(), port = freePort()
    let server = try RunningRole("http-server", ["port": port, "tls": tls], shared: shared.path)
    #expect(server.line() == "ready")
    let scheme = tls == "none" ? "http" : "https"
    let base = ["curl", "-sS", "--noproxy", "*", "--resolve", "server:\(port):127.0.0.1"]
    let curl =
      tls == "none" ? base : base + ["--cacert", shared.authority]
    func ask(_ path: String, _ more: [String] = []) throws -> String {
      let (output, status) = try run(curl + more + ["\(scheme)://server:\(port)\(path)"])
      #expect(status == 0)
      return output
    }
    #expect(try ask("/") == "hello from server\n")
    #expect(try ask("/chunked") == "the first chunk\nthe second chunk\nthe third chunk\n")
    #expect(try ask("/chunked", ["--http1.0"]) == "the first chunk\nthe second chunk\nthe third chunk\n")
    #expect(try ask("/echo", ["-d", "x=1"]) == "x=1")
    #expect(try ask("/echo?a=b").hasPrefix("GET /echo?a=b HTTP/1.1\r\nHost: server:\(port)\r\n"))
    let large = try ask("/bytes/1000005")
    #expect(large.utf8.count == 1_000_005 && large.hasPrefix("000000000000000\n000000000000016\n"))
    #expect(large.hasSuffix("\n00000"))
    let headers = try ask("/bytes/1000", ["-I"])
    #expect(headers.hasPrefix("HTTP/1.1 200 OK\r\nDate: ") && headers.contains("Content-Length: 1000\r\n"))
    #expect(try ask("/nowhere", ["-w", "%{http_code}", "-o", "/dev/null"]) == "404")
    #expect(try ask("/", ["-X", "PUT", "-w", "%{http_code}", "-o", "/dev/null"]) == "405")
    #expect(try ask("/", ["-X", "DANCE", "-w", "%{http_code}", "-o", "/dev/null"]) == "501")

    // curl waits for 100 Continue before a large content.
    let file = shared.path + "/content"
    try HTTPContent.large(2_000_000).write(to: URL(fileURLWithPath: file))
    #expect(try ask("/upload/a", ["-T", file, "-w", "%{http_code}", "-H", "Expect: 100-continue"]) == "201")
    #expect(try ask("/upload/a").utf8.elementsEqual(HTTPContent.octets(0..<2_000_000)))
    #expect(try ask("/upload/a", ["-I"]).contains("Upload-Offset: 2000000\r\n"))

    server.drain()
    if tls == "none" {
      #expect(server.secrets.isEmpty)
    } else {
      #expect(server.event("is established")?.text("alpn") == "http/1.1")
      #expect(server.event("is established")?.text("version") == "TLSv\(tls)")
      let label = tls == "1.2" ? "CLIENT_RANDOM " : "CLIENT_TRAFFIC_SECRET_0 "
      #expect(server.secrets.components(separatedBy: label).count > 10)
      // Without the lab's authority, nobody trusts the server.
      #expect(try run(base + ["-o", "/dev/null", "-k", "\(scheme)://server:\(port)/"]).status == 0)
      #expect(try run(base + ["-s", "--stderr", "/dev/null", "\(scheme)://server:\(port)/"]).status == 60)
    }
  }

  @Test(arguments: ["none", "1.2", "1.3"]) func requestsAreTheSameHoweverTheyAreSent(_ tls: String) throws {
    let shared = try Shared(), port = freePort()
    let server = try RunningRole("http-server", ["port": port, "tls": tls], shared: shared.path)
    #expect(server.line() == "ready")
    let expected = Array(repeating: "GET /bytes/70000?x 200", count: 4)
    for (more, connections) in [
      ([:], 1), (["split": "7"], 1), (["split": "5", "between": "pause", "pause": "2ms"], 1),
      (["glue": "4"], 1),
      (["glue": "4", "split": "9"], 1), (["glue": "2", "every": "5ms"], 1), (["keep-alive": "no"], 4),
    ] {
      let before = server.requests.count
      let plan = ["to": "server:\(port)", "tls": tls, "requests": "4", "path": "/bytes/70000?x"]
      let client = try RunningRole("http-client", plan.merging(more) { $1 }, shared: shared.path)
      #expect(client.line() == "ready")
      #expect(client.line() == "done")
      #expect(client.answers == [200, 200, 200, 200])
      #expect(Array(server.requests.dropFirst(before)) == expected, "\(more)")
      #expect(client.calls("connect").count == connections)
      #expect(client.secrets.isEmpty == (tls == "none"))
      // Nobody closes on what the other still sends.
      server.drain()
      #expect(
        !(client.events + server.events).contains { ["ECONNRESET", "EPIPE"].contains($0.text("errno")) })
      let parts = Int(more["split"] ?? "1")! * 4 / Int(more["glue"] ?? "1")!
      if tls == "none" { #expect(client.calls("send").count == parts, "\(more)") }
      if more["split"] != nil, more["between"] == nil {
        // Each part but the last of a text was acknowledged before the next one was sent.
        let told = client.calls("recvmsg").count { $0.number("result") == 0 }
        #expect(told >= parts - (more["glue"] == nil ? 4 : 1))
      }
    }
  }

  @Test(arguments: ["none", "1.3"], ["0", "30000"])
  func aBrokenUploadSendsOnlyWhatIsMissing(_ tls: String, _ chunk: String) throws {
    let shared = try Shared(), port = freePort()
    let server = try RunningRole("http-server", ["port": port, "tls": tls], shared: shared.path)
    #expect(server.line() == "ready")
    let client = try RunningRole(
      "http-client",
      [
        "to": "server:\(port)", "tls": tls, "upload": "1000000", "chunk": chunk, "cut": "45%",
        "path": "/upload/x",
      ], shared: shared.path)
    #expect(client.line() == "ready")
    #expect(client.line() == "done")
    #expect(client.event("is broken off after 450000") != nil)
    let done = try #require(client.event("is complete"))
    // What had been sent when the connection broke had arrived: the cut closes after the last send().
    #expect(done.number("sent") == 1_000_000)
    #expect(client.calls("connect").count == 2)
    #expect(server.requests.contains("HEAD /upload/x 200"))
    let reader = try RunningRole(
      "http-client", ["to": "server:\(port)", "tls": tls, "path": "/upload/x"], shared: shared.path)
    #expect(reader.line() == "ready")
    #expect(reader.line() == "done")
    #expect(reader.event("was answered 200")?.number("octets") == 1_000_000)
  }

  @Test func keysAndCommandsStartRequests() throws {
    let port = freePort()
    let server = try RunningRole("http-server", ["port": port, "work": "15ms"])
    #expect(server.line() == "ready")
    let client = try RunningRole(
      "http-client", ["to": "server:\(port)", "requests": "2", "by": "key"])
    #expect(client.line() == "ready")
    client.send("1 request /echo")
    #expect(client.line()?.hasPrefix("1 ok ") == true)
    let answered = try #require(client.event("GET /echo was answered 200 OK"))
    #expect(try #require(answered.number("duration")) >= 15_000_000)
    #expect(client.calls("connect").count == 1)
    client.send("2 press")
    #expect(client.line() == "2 ok a request was started, 1 left")
    #expect(client.event("GET / was answered 200 OK") != nil)
    client.send("3 request nowhere")
    #expect(client.line()?.hasPrefix("3 error request nowhere: not understood") == true)
    client.send("4 close rst")
    #expect(client.line() == "4 ok closed by rst")
    #expect(server.event("ECONNRESET") != nil)
    client.send("5 press")
    #expect(client.line() == "5 ok a request was started, 0 left")
    #expect(client.line() == "done")
    #expect(client.calls("connect").count == 2)
    server.drain()
    #expect(server.calls("nanosleep").count == 6)
  }

  @Test func aServerThatDoesNotKeepConnectionsClosesFirst() throws {
    let port = freePort()
    let server = try RunningRole("http-server", ["port": port, "keep-alive": "no"])
    #expect(server.line() == "ready")
    let client = try RunningRole("http-client", ["to": "server:\(port)", "requests": "3", "glue": "3"])
    #expect(client.line() == "ready")
    #expect(client.line() == "done")
    // Only the first of three glued requests is answered on each connection; the others are asked again.
    #expect(client.answers == [200, 200, 200])
    #expect(client.calls("connect").count == 3)
  }

  @Test func badRequestsAreAnsweredAndTheServerGoesOn() throws {
    let port = freePort()
    let server = try RunningRole("http-server", ["port": port])
    #expect(server.line() == "ready")
    for (text, status) in [
      ("nonsense\r\n\r\n", "400"), ("GET / HTTP/1.1\r\n\r\n", "400"),
      ("GET / HTTP/3\r\nHost: a\r\n\r\n", "505"),
      (
        "PUT /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\n\r\n"
          + String(repeating: "x", count: 300_000), "413"
      ),
      ("PUT /upload HTTP/1.1\r\nHost: a\r\nContent-Range: bytes 5-6/9\r\nContent-Length: 2\r\n\r\nab", "409"),
      ("GET /bytes/3 HTTP/1.1\r\nHost: a\r\nExpect: wonders\r\nConnection: close\r\n\r\n", "417"),
      ("GET / HTTP/1.0\r\n\r\n", "200"),
    ] {
      let system = Syscalls(Recorder(host: "", process: "", ring: nil))
      let fd = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      defer { close(fd) }
      let to = Endpoint(address: .v4(IPv4Address(0x7F00_0001)), port: UInt16(port)!)
      #expect(system.connect(fd, to).value == 0)
      var rest = Array(text.utf8)[...]
      while !rest.isEmpty, case let sent = system.send(fd, rest), sent.value > 0 {
        rest = rest.dropFirst(sent.value)
      }
      // The answer arrives whole and then the end, however much the server left unread.
      var answer: [UInt8] = []
      while case let (outcome, bytes) = system.receive(fd), outcome.value > 0 { answer += bytes }
      #expect(String(decoding: answer, as: UTF8.self).hasPrefix("HTTP/1.1 \(status) "), "\(text.prefix(50))")
    }
    #expect(server.requests.count == 7)
  }

  @Test func whatIsWrongWithTLSIsTold() throws {
    let shared = try Shared()
    for (certificate, words) in [
      ("expired", "has expired"), ("wrong-name", "hostname mismatch"),
      ("unknown-ca", "certificate verify failed"),
    ] {
      let port = freePort()
      try? FileManager.default.removeItem(atPath: shared.authority)
      let server = try RunningRole(
        "http-server", ["port": port, "tls": "1.3", "certificate": certificate], shared: shared.path)
      #expect(server.line() == "ready")
      let client = try RunningRole(
        "http-client", ["to": "server:\(port)", "tls": "1.3"], shared: shared.path)
      #expect(client.line() == "ready")
      #expect(client.line() == "done")
      #expect(client.event("TLS handshake failed")?.message.contains(words) == true)
      #expect(server.event("received alert") != nil)
    }
    let port = freePort()
    let old = try RunningRole("http-server", ["port": port, "tls": "1.2"], shared: shared.path)
    #expect(old.line() == "ready")
    let new = try RunningRole("http-client", ["to": "server:\(port)", "tls": "1.3"], shared: shared.path)
    #expect(new.line() == "ready")
    #expect(new.line() == "done")
    #expect(new.event("alert protocol version") != nil)

    let alone = try RunningRole("http-server", ["port": port, "tls": "1.3"])
    #expect(alone.line() == nil)
    #expect(alone.event("BACKLAB_SHARED")?.text("what") == "trouble")
  }
}

extension HTTPContent {
  fileprivate static func large(_ count: Int) -> Data { Data(octets(0..<count)) }
}
