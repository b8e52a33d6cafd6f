import Bytes
import Foundation
import Testing

@testable import Dissect

/// The traces of RFC 8448, sections 3 to 7: its records in segments of their own, the secrets as its key schedules have
/// them.
@Suite struct TLSTraceTests {
  private func analysis(_ name: String) throws -> Analysis {
    try Analysis(path: CaptureFile.url("tls/rfc8448-\(name)").path)
  }

  /// The keys that records were opened with, one after the other.
  private func keys(_ analysis: Analysis) -> [String] {
    analysis.rows.flatMap { row in
      let tree = analysis.tree(row.number)
      return tree.all(TLSField.keyName).map { tree.text(of: $0) }
    }
  }

  /// What was inside the records of application data.
  private func plain(_ analysis: Analysis) -> [[UInt8]] {
    analysis.rows.flatMap { row in
      let tree = analysis.tree(row.number)
      return tree.all(TLSField.appData).isEmpty
        ? [] : tree.sources.filter { $0.name == "Decrypted TLS" }.map(\.bytes)
    }
  }

  @Test(arguments: ["simple", "resumed", "retry", "clientauth", "compat"])
  func everyRecordIsOpened(_ name: String) throws {
    let analysis = try analysis(name)
    for row in analysis.rows {
      let tree = analysis.tree(row.number)
      #expect(tree.all(TLSField.undecrypted).isEmpty && tree.all(TLSField.malformed).isEmpty)
      #expect(tree.all(X509Field.malformed).isEmpty)
    }
    #expect(keys(analysis).count >= 4)
  }

  @Test func simple() throws {
    let analysis = try analysis("simple")
    let octets = (0..<50).map { UInt8($0) }
    #expect(plain(analysis) == [octets, octets])
    #expect(
      keys(analysis) == [
        "SERVER_HANDSHAKE_TRAFFIC_SECRET, record 0", "CLIENT_HANDSHAKE_TRAFFIC_SECRET, record 0",
        "SERVER_TRAFFIC_SECRET_0, record 0", "CLIENT_TRAFFIC_SECRET_0, record 0",
        "SERVER_TRAFFIC_SECRET_0, record 1", "CLIENT_TRAFFIC_SECRET_0, record 1",
        "SERVER_TRAFFIC_SECRET_0, record 2",
      ])
    // Section 3: "iv expanded" of the server's handshake keys, whose first record has the number 0.
    let trees = analysis.rows.map { analysis.tree($0.number) }
    let nonces = trees.flatMap { tree in tree.all(TLSField.keyNonce).map { tree.text(of: $0) } }
    #expect(nonces.first == "5d313eb2671276ee13000b30")
    #expect(nonces.dropFirst().first == "5bd3c71b836e0b76bb73265f")
  }

  @Test func earlyDataBeforeTheServerSpoke() throws {
    let analysis = try analysis("resumed")
    #expect(plain(analysis).first == Array("ABCDEF".utf8))
    let keys = keys(analysis)
    #expect(keys.first == "CLIENT_EARLY_TRAFFIC_SECRET, record 0")
    #expect(keys.contains("CLIENT_EARLY_TRAFFIC_SECRET, record 1"))
    let ages = analysis.rows.compactMap { analysis.tree($0.number).first(TLSField.pskAge) }
    #expect(ages == [0xFAD6_AACB])
  }
}
