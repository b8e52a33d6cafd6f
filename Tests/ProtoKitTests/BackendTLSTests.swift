import Foundation
import Session
import Testing

@testable import ProtoKit

/// A directory that a lab's hosts share, and programs that look for the server's authority there.
private final class SharedPlace {
  let path: String
  init() throws {
    path = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }
  deinit { try? FileManager.default.removeItem(atPath: path) }
  var authority: String { path + "/ca-server.pem" }
}

/// A program that talks to a backend; its output is read as it comes.
private final class Talk {
  private let process = Process()
  private let output = Pipe(), input = Pipe()
  private var rest = ""

  init(_ arguments: [String]) throws {
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["timeout", "60"] + arguments
    process.standardOutput = output
    process.standardError = output
    process.standardInput = input
    try process.run()
  }

  func say(_ text: String) { try? input.fileHandleForWriting.write(contentsOf: Data(text.utf8)) }

  /// The next line; what is left at the end.
  func line() -> String {
    while true {
      // "\r\n" is one Character.
      if let end = rest.unicodeScalars.firstIndex(of: "\n") {
        let line = String(rest.unicodeScalars[..<end])
        rest = String(rest.unicodeScalars[end...].dropFirst())
        return line
      }
      let more = output.fileHandleForReading.availableData
      if more.isEmpty { return rest }
      rest += String(decoding: more, as: UTF8.self)
    }
  }

  /// All that it still says, and its status.
  func end() -> (output: String, status: Int32) {
    try? input.fileHandleForWriting.close()
    let more = (try? output.fileHandleForReading.readToEnd()) ?? Data()
    process.waitUntilExit()
    return (rest + String(decoding: more, as: UTF8.self), process.terminationStatus)
  }
}

/// TLS between a backend and clients of other makes.
@Suite(.serialized) struct BackendTLSTests {
  static let forms = BackendForm.all.filter { $0.pattern != "message-balancing" }
  /// One of each way of reading and writing.
  static let few = forms.filter { form in
    form.more.isEmpty && ["single-thread", "thread-per-connection"].contains(form.pattern)
  }

  /// Python's ssl over a socket that this script reads and writes itself, so that it decides where records are cut. A
  /// truncated stream is an error; `end` wants close_notify.
  private static let client = """
    import socket, ssl, sys
    port, authority = int(sys.argv[1]), sys.argv[2]
    get = b"GET /a HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n"
    context = ssl.create_default_context(cafile=authority)
    class Client:
        def __init__(self, room=None):
            self.socket = socket.socket()
            if room: self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)
            self.socket.settimeout(30)
            self.socket.connect(("127.0.0.1", port))
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.come, self.go = ssl.MemoryBIO(), ssl.MemoryBIO()
            self.tls = context.wrap_bio(self.come, self.go, server_hostname="server")
            self.buffer = b""
            self.run(self.tls.do_handshake)
        def flush(self, piece=None):
            octets = self.go.read()
            if not piece: return self.socket.sendall(octets)
            for at in range(0, len(octets), piece): self.socket.sendall(octets[at:at + piece])
        def run(self, step):
            while True:
                try:
                    value = step()
                    self.flush()
                    return value
                except ssl.SSLWantReadError:
                    self.flush()
                    octets = self.socket.recv(65536)
                    if octets: self.come.write(octets)
                    else: self.come.write_eof()
        def send(self, octets, piece=None):
            self.tls.write(octets)
            self.flush(piece)
        def more(self):
            octets = self.run(lambda: self.tls.read(65536))
            self.buffer += octets
            return len(octets) > 0
        def answer(self):
            while b"\\r\\n\\r\\n" not in self.buffer: assert self.more(), "the end"
            head, self.buffer = self.buffer.split(b"\\r\\n\\r\\n", 1)
            length = int(head.lower().split(b"content-length:")[1].split(b"\\r")[0])
            while len(self.buffer) < length: assert self.more(), "cut"
            content, self.buffer = self.buffer[:length], self.buffer[length:]
            return head, content
        def end(self):
            try: assert not self.more() and not self.buffer, "more than was asked for"
            except ssl.SSLZeroReturnError: pass

    """

  private func script(_ text: String, _ port: String, _ place: SharedPlace) throws -> Talk {
    try Talk(["python3", "-c", Self.client + text, port, place.authority])
  }

  @Test(arguments: forms) func eachPatternAnswersUnderTLS(_ form: BackendForm) throws {
    let place = try SharedPlace()
    for version in ["1.2", "1.3"] {
      guard let (role, port) = try form.start(["tls": version], shared: place.path) else { return }
      let talk = try script(
        """
        for _ in range(2):
            client = Client()
            for _ in range(60):
                client.send(get)
                head, content = client.answer()
                assert head.startswith(b"HTTP/1.1 200 OK") and len(content) == 98, head
            # Several requests in one record, one over several records, and a record octet by octet.
            client.send(get * 30)
            for _ in range(30): assert len(client.answer()[1]) == 98
            for part in (b"GET / HT", b"TP/1.1\\r\\nHo", b"st: x\\r\\n", b"\\r\\n"): client.send(part)
            client.answer()
            client.send(get + get, 1)
            client.answer(), client.answer()
            client.send(get.replace(b"Host", b"Connection: close\\r\\nHost") + get)
            assert b"Connection: close" in client.answer()[0]
            client.end()
            client.socket.close()
            client = Client()
            client.send(get + get)
            # Its end right behind what it asked.
            try: client.tls.unwrap()
            except ssl.SSLWantReadError: client.flush()
            client = None
        print(context and "fine")
        """, port, place)
      let (output, status) = talk.end()
      #expect(status == 0 && output == "fine\n", "\(output)")
      // 188 requests; those whose asker left at once may be answered or not.
      var requests: [Event] = []
      role.event { _ in
        requests = role.events.filter { $0.kind == .request }
        return requests.count >= 188
      }
      #expect(requests.count >= 188)
      for request in requests {
        #expect((request.number("decrypt") ?? 0) > 0 || (request.number("batch") ?? 1) > 1)
        #expect((request.number("encrypt") ?? 0) > 0)
        #expect(((request.number("handshake") ?? 0) > 0) == (request.number("number") == 1))
      }
      #expect(role.secrets.contains(version == "1.2" ? "CLIENT_RANDOM " : "CLIENT_TRAFFIC_SECRET_0 "))
      #expect(role.events.contains { $0.text("version") == "TLSv\(version)" && $0.text("alpn") == nil })
      #expect(!role.events.contains { $0.text("what") == "trouble" }, "\(form)")
    }
  }

  /// Sealed answers that the peer does not take wait, and come whole and in order.
  @Test(arguments: forms) func aSlowReaderLosesNothing(_ form: BackendForm) throws {
    let place = try SharedPlace()
    let started = try form.start(["tls": "1.3", "response": "300000"], records: false, shared: place.path)
    guard let (role, port) = started else { return }
    defer { withExtendedLifetime(role) {} }
    let talk = try script(
      """
      client = Client(room=4096)
      client.send(get * 39 + get.replace(b"Host", b"Connection: close\\r\\nHost"))
      first = client.answer()[1]
      assert len(first) == 300000
      for _ in range(39): assert client.answer()[1] == first
      client.end()
      print("fine")
      """, port, place)
    let (output, status) = talk.end()
    #expect(status == 0 && output == "fine\n", "\(output)")
  }

  /// What is no TLS, and what is another version, gets an alert and the end; that is told, and others are served.
  @Test(arguments: few) func failedHandshakesEndCleanly(_ form: BackendForm) throws {
    let place = try SharedPlace()
    guard let (role, port) = try form.start(["tls": "1.3"], shared: place.path) else { return }
    // OpenSSL has no alert for what is no record; an alert is a record of 5 octets and 2.
    for (octets, words, count) in [
      ("GET / HTTP/1.1\r\nHost: x\r\n\r\n", "http request", 0),
      (String(repeating: "\u{7F}", count: 100), "wrong version number", 0),
      ("\u{16}\u{3}\u{1}\u{0}\u{5}\u{1}\u{0}\u{0}\u{1}\u{0}", "sent alert", 7),
    ] {
      let plain = try PlainClient(port)
      plain.send(octets)
      let before = role.events.count { $0.text("what") == "trouble" }
      #expect(plain.octetsUntilEnd() == count, "\(octets.prefix(10).debugDescription)")
      plain.leave()
      role.event { _ in role.events.count { $0.text("what") == "trouble" } > before }
      let told = role.events.last { $0.text("what") == "trouble" }
      #expect(told?.message.contains(words) == true && told?.text("remote") != nil, "\(told?.message ?? "")")
    }
    let cut = try PlainClient(port)
    cut.send("\u{16}\u{3}")
    cut.leave()
    #expect(role.event { $0.message == "the peer closed during the TLS handshake" } != nil)
    let old = try Talk([
      "openssl", "s_client", "-connect", "127.0.0.1:\(port)", "-tls1_2", "-servername", "server",
    ]).end()
    #expect(old.output.contains("alert protocol version"), "\(old.output)")
    let talk = try script("c = Client()\nc.send(get)\nc.answer()\nprint('fine')", port, place)
    #expect(talk.end().output == "fine\n")
  }

  @Test func curlAndOpenSSLAreAnswered() throws {
    let place = try SharedPlace()
    let form = BackendForm(pattern: "single-thread", wait: "epoll")
    let (role, port) = try #require(
      try form.start(["tls": "1.3", "work": "parse", "response": "200000"], shared: place.path))
    let base = ["curl", "-sS", "--noproxy", "*", "--resolve", "server:\(port):127.0.0.1"]
    let sure = try Talk(
      base + ["--cacert", place.authority, "-d", "[1, 2]", "-w", "%{http_code}", "https://server:\(port)/"]
    ).end()
    #expect(sure.status == 0 && sure.output.utf8.count == 200_003 && sure.output.hasSuffix("200"))
    #expect(role.event { $0.text("alpn") == "http/1.1" } != nil)
    #expect(try Talk(base + ["https://server:\(port)/"]).end().status == 60)
    #expect(try Talk(base + ["http://server:\(port)/"]).end().status != 0)
    let openssl = try Talk([
      "openssl", "s_client", "-quiet", "-verify_return_error", "-CAfile", place.authority, "-verify_hostname",
      "server", "-servername", "server", "-connect", "127.0.0.1:\(port)",
    ])
    openssl.say("HEAD / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    var lines: [String] = []
    while lines.last != "\r", lines.count < 20 { lines.append(openssl.line()) }
    #expect(lines.contains("HTTP/1.1 200 OK\r"), "\(lines)")
    #expect(openssl.end().status == 0)
  }

  /// Whoever is open when the backend goes is told by close_notify, and then its process ends.
  @Test(arguments: DrainTests.forms.filter { $0.pattern != "message-balancing" })
  func aBackendThatGoesSaysSo(_ form: BackendForm) throws {
    let place = try SharedPlace()
    guard let (role, port) = try form.start(["tls": "1.3"], shared: place.path) else { return }
    let talk = try script(
      """
      client = Client()
      client.send(get)
      client.answer()
      print("idle", flush=True)
      client.end()
      client.socket.close()
      print("closed")
      """, port, place)
    #expect(talk.line() == "idle")
    role.send("1 drain")
    #expect(role.line() == "1 ok it drains, for 10 s at most")
    let (output, status) = talk.end()
    #expect(status == 0 && output == "closed\n", "\(output)")
    #expect(role.status() == 0)
    #expect(role.events.contains { $0.text("what") == "drained" && $0.message.hasPrefix("Every connection") })
  }

  @Test(arguments: [
    ["connections": "1"], ["connections": "7", "pipeline": "5"], ["connections": "3", "rate": "2000"],
    ["connections": "4", "skew": "zipf"], ["connections": "2", "body": "50000"],
  ]) func aLoadAsksUnderTLS(_ parameters: [String: String]) throws {
    let place = try SharedPlace()
    let form = BackendForm(pattern: "single-thread", wait: "epoll")
    for (server, client) in [("1.2", "1.2"), ("1.3", "1.3"), ("1.3", "auto"), ("none", "auto")] {
      try? FileManager.default.removeItem(atPath: place.authority)
      let (role, port) = try #require(try form.start(["tls": server], records: false, shared: place.path))
      defer { withExtendedLifetime(role) {} }
      let plan = ["to": "server:\(port)", "requests": "300", "tls": client]
      let load = try SpawnedRole("load", plan.merging(parameters) { $1 }, shared: place.path)
      #expect(load.line() == "ready")
      #expect(load.line() == "done")
      let end = try #require(load.event { $0.kind == .load && $0.text("phase") == "end" })
      #expect(end.number("requests") == 300 && end.number("errors") == 0 && end.number("sent") == 300)
      #expect(
        end.text("connections") == nil && end.number("connections") == Int64(parameters["connections"]!))
      if server == "none" {
        #expect(end.number("handshakes") == nil)
      } else {
        #expect(end.number("handshakes") == end.number("connections"))
        let (time, processor) = (end.number("handshake") ?? 0, end.number("handshake_cpu") ?? 0)
        #expect(processor > 0 && time > 0)
      }
    }
  }

  /// Connections that the server closes are opened again; a server without TLS gives errors, not a storm of connections.
  @Test func aLoadSurvivesItsServersEnds() throws {
    let place = try SharedPlace()
    let form = BackendForm(pattern: "single-thread", wait: "epoll")
    let (server, port) = try #require(
      try form.start(["tls": "1.3", "keep-alive": "no"], records: false, shared: place.path))
    let load = try SpawnedRole(
      "load", ["to": "server:\(port)", "requests": "50", "connections": "3", "tls": "1.3"], shared: place.path
    )
    #expect(load.line() == "ready")
    #expect(load.line() == "done")
    let end = try #require(load.event { $0.kind == .load && $0.text("phase") == "end" })
    #expect(end.number("requests") == 50 && end.number("errors") == 0)
    #expect((end.number("handshakes") ?? 0) >= 50)
    withExtendedLifetime(server) {}

    let (plain, other) = try #require(try form.start(records: false))
    let lost = try SpawnedRole(
      "load", ["to": "server:\(other)", "duration": "500ms", "tls": "1.3"], shared: place.path)
    #expect(lost.line() == "ready")
    #expect(lost.line() == "done")
    let told = try #require(lost.event { $0.kind == .load && $0.text("phase") == "end" })
    #expect(told.number("requests") == 0 && (1...40).contains(told.number("errors") ?? 0))
    #expect(lost.events.contains { $0.message.contains("wrong version number") })
    withExtendedLifetime(plain) {}
  }
}
