import Bytes
import Foundation
import Session
import Testing

@testable import ProtoKit

/// Lines of a key log.
private final class Log { var lines: [String] = [] }

/// Carries octets between two ends, `piece` at a time, until both are silent.
private func talk(
  _ client: TLSConnection, _ server: TLSConnection, first: [TLSEvent] = [], piece: Int = .max
) -> (client: [TLSEvent], server: [TLSEvent]) {
  var events = (client: first, server: [TLSEvent]())
  func carry(_ from: TLSConnection, _ take: ([UInt8]) -> [TLSEvent]) -> [TLSEvent] {
    var rest = from.takeOutput()[...]
    var events: [TLSEvent] = []
    while !rest.isEmpty {
      events += take(Array(rest.prefix(piece)))
      rest = rest.dropFirst(piece)
    }
    return events
  }
  for _ in 0..<10 {
    events.server += carry(client, server.receive)
    events.client += carry(server, client.receive)
  }
  return events
}

@Suite struct TLSTests {
  private func contexts(
    _ version: TLSVersion, server: [String] = ["http/1.1"], client: [String] = ["http/1.1"], log: Log = Log()
  ) throws -> (server: TLSContext, client: TLSContext) {
    let authority = try TLSIdentity.authority()
    let identity = try authority.server("server")
    return (
      try TLSContext(server: identity, version: version, protocols: server) { log.lines.append($0) },
      try TLSContext(trusting: authority.pem, version: version, protocols: client) { log.lines.append($0) }
    )
  }

  @Test(arguments: [TLSVersion.tls12, .tls13], [1, 100, Int.max])
  func octetsGoThroughSealed(_ version: TLSVersion, _ piece: Int) throws {
    let log = Log()
    let contexts = try contexts(version, log: log)
    let server = try contexts.server.connection()
    let client = try contexts.client.connection(name: "server")
    // What is sent before the handshake is over waits for it.
    var first = client.start()
    first += client.send(Array("early".utf8))
    let events = talk(client, server, first: first, piece: piece)
    guard case .established(let summary)? = events.client.first else {
      Issue.record("\(events)")
      return
    }
    #expect(summary.version == "TLSv\(version.rawValue)")
    #expect(summary.alpn == "http/1.1" && !summary.isResumed)
    #expect(events.server == [.established(summary), .data(Array("early".utf8))])

    let large = (0..<100_000).map { UInt8(truncatingIfNeeded: $0) }
    #expect(server.send(large).isEmpty)
    server.close()
    let answer = talk(client, server).client
    let data = answer.flatMap { if case .data(let bytes) = $0 { bytes } else { [UInt8]() } }
    #expect(data == large)
    #expect(answer.last == .closed)
    #expect(client.receiveEnd().isEmpty)
    #expect(client.alerts.isEmpty)

    let labels = Set(log.lines.map { String($0.prefix { $0 != " " }) })
    let expected: Set =
      version == .tls12
      ? ["CLIENT_RANDOM"]
      : [
        "CLIENT_HANDSHAKE_TRAFFIC_SECRET", "SERVER_HANDSHAKE_TRAFFIC_SECRET", "CLIENT_TRAFFIC_SECRET_0",
        "SERVER_TRAFFIC_SECRET_0", "EXPORTER_SECRET",
      ]
    #expect(labels == expected)
    // Both ends know the same secrets.
    #expect(Set(log.lines).count == expected.count)
  }

  @Test func aCertificateMustBeForTheNameByTheAuthorityAndInTime() throws {
    let authority = try TLSIdentity.authority(), other = try TLSIdentity.authority()
    for (trusted, identity, name, words) in [
      (authority.pem, try authority.server("server"), "client", "hostname mismatch"),
      (authority.pem, try authority.server("server"), "192.0.2.1", "IP address mismatch"),
      (other.pem, try authority.server("server"), "server", "certificate"),
      (authority.pem, try authority.server("server", validity: .over), "server", "has expired"),
    ] {
      let server = try TLSContext(server: identity, version: .tls13) { _ in }.connection()
      let client = try TLSContext(trusting: trusted, version: .tls13) { _ in }.connection(name: name)
      let events = talk(client, server, first: client.start())
      guard case .failed(let text)? = events.client.last, case .failed(let told)? = events.server.last else {
        Issue.record("\(events)")
        continue
      }
      #expect(
        text.contains("certificate verify failed") && text.contains(words) && text.contains("sent alert"))
      #expect(told.contains("received alert"))
    }
  }

  @Test func endsWithoutACommonVersionOrProtocolFailInWords() throws {
    let old = try contexts(.tls12), new = try contexts(.tls13)
    let client = try new.client.connection(name: "server")
    let events = talk(client, try old.server.connection(), first: client.start())
    guard case .failed(let text)? = events.client.last else { return #expect(Bool(false), "\(events)") }
    #expect(text.contains("alert protocol version"))

    let others = try contexts(.tls13, client: ["h2"])
    let second = try others.client.connection(name: "server")
    guard
      case .failed(let words)? = talk(second, try others.server.connection(), first: second.start()).client
        .last
    else { return #expect(Bool(false)) }
    #expect(words.contains("no application protocol"))
  }

  @Test func brokenInputFailsAndStaysFailed() throws {
    let contexts = try contexts(.tls13)
    let server = try contexts.server.connection()
    guard case .failed(let text)? = server.receive(Array("GET / HTTP/1.1\r\n\r\n".utf8)).last else {
      return #expect(Bool(false))
    }
    #expect(text.contains("http request"))
    #expect(server.receive([22, 3, 1]).isEmpty && server.send([1]).isEmpty && server.receiveEnd().isEmpty)

    let cut = try contexts.client.connection(name: "server")
    _ = cut.start()
    #expect(cut.receiveEnd() == [.failed("the peer closed during the TLS handshake")])

    let client = try contexts.client.connection(name: "server"), peer = try contexts.server.connection()
    #expect(talk(client, peer, first: client.start()).client.count == 1)
    _ = peer.send([1, 2, 3])
    var sealed = peer.takeOutput()
    sealed[sealed.count - 1] ^= 1
    guard case .failed(let broken)? = client.receive(sealed).last else { return #expect(Bool(false)) }
    #expect(broken.contains("bad record mac") || broken.contains("decryption failed"))
    #expect(throws: TLSError.self) { try TLSIdentity.authority().server("a,DNS:b") }
    #expect(throws: TLSError.self) { try TLSContext(trusting: "nothing", version: .tls13) { _ in } }
  }

  @Test func certificatesAreForAWeekAndTheirKeysStayInMemory() throws {
    let authority = try TLSIdentity.authority()
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let shared = try LabCertificates(directory: folder.path)
    try shared.add("server", authority.pem)
    try shared.add("server", try TLSIdentity.authority().pem)
    let text = try shared.read("server")
    #expect(text.components(separatedBy: "BEGIN CERTIFICATE").count == 3)
    #expect(!text.contains("KEY"))
    #expect(throws: RoleError.self) { try shared.read("client") }

    let file = folder.appendingPathComponent("leaf.pem")
    try authority.server("server").pem.write(to: file, atomically: true, encoding: .utf8)
    for (arguments, status) in [
      (["x509", "-checkend", "\(6 * 86400)"], 0), (["x509", "-checkend", "\(8 * 86400)"], 1),
      (
        ["verify", "-CAfile", shared.path("server"), "-verify_hostname", "server", "-purpose", "sslserver"], 0
      ),
    ] as [([String], Int32)] {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      process.arguments =
        ["openssl"] + arguments + (arguments[0] == "x509" ? ["-noout", "-in"] : []) + [file.path]
      process.standardOutput = FileHandle.nullDevice
      try process.run()
      process.waitUntilExit()
      #expect(process.terminationStatus == status, "openssl \(arguments)")
    }
  }
}
