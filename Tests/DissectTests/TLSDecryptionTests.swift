import Bytes
import Session
import Testing

@testable import Dissect

@Suite struct TLSDecryptionTests {
  static let captures = [
    "s12cbc", "s12gcm128", "s12gcm256", "s12chacha", "s12mtlsrsa", "s12rsakx", "s12frag", "s13", "s13resume",
    "s13mtls",
    "s13gcm128", "s13chacha", "s13hrr", "s13ku", "s13early", "s13frag",
  ]

  /// Everything that a reader sees of a capture.
  private func picture(_ analysis: Analysis) -> [String] {
    analysis.rows.map { row in
      let tree = analysis.tree(row.number)
      return tree.info + "\n" + tree.nodes.map { tree.label($0) }.joined(separator: "\n")
    }
  }

  private func analysis(_ records: [Record]) -> Analysis {
    let analysis = Analysis()
    for record in records { analysis.append(record) }
    return analysis
  }

  @Test(arguments: captures) func everyRecordIsOpened(_ name: String) throws {
    let analysis = analysis(try CaptureFile.records(name))
    var opened = 0
    for row in analysis.rows {
      let tree = analysis.tree(row.number)
      #expect(
        tree.all(TLSField.undecrypted).isEmpty,
        "row \(row.number): \(tree.firstText(TLSField.undecrypted) ?? "")")
      #expect(
        tree.all(TLSField.malformed).isEmpty, "row \(row.number): \(tree.firstText(TLSField.malformed) ?? "")"
      )
      opened += tree.all(TLSField.keyName).count
    }
    #expect(opened > 4)
  }

  @Test(arguments: captures) func lateSecretsGiveTheSamePicture(_ name: String) throws {
    let records = try CaptureFile.records(name)
    let expected = picture(analysis(records))
    var secrets: [String] = []
    var others: [Record] = []
    for record in records {
      if case .secrets(let text) = record {
        secrets += text.split(whereSeparator: \.isNewline).map(String.init)
      } else {
        others.append(record)
      }
    }
    // All of them behind the last frame.
    let late = analysis(others)
    let sealed = picture(late)
    #expect(sealed != expected)
    late.append(.secrets(secrets.joined(separator: "\n")))
    #expect(picture(late) == expected)
    // One by one, a row looked at after each, in an order of their own.
    let slow = Analysis()
    let lines = secrets.reversed() as [String]
    for (index, record) in others.enumerated() {
      slow.append(record)
      if index % 3 == 0, index / 3 < lines.count { slow.append(.secrets(lines[index / 3])) }
      if !slow.rows.isEmpty { _ = slow.tree(slow.rows.count) }
    }
    slow.append(.secrets(lines.joined(separator: "\n")))
    #expect(picture(slow) == expected)
  }

  @Test func secretsAtTheEndOfTheFileAreAsGood() throws {
    let first = picture(analysis(try CaptureFile.records("dsb_first")))
    #expect(picture(analysis(try CaptureFile.records("dsb_last"))) == first)
    #expect(first.contains { $0.hasPrefix("GET / HTTP/1.0") })
  }

  @Test func saysWhyARecordStaysSealed() throws {
    let records = try CaptureFile.records("s13")
    let without = analysis(records.filter { if case .secrets = $0 { false } else { true } })
    let reasons = Set(without.rows.compactMap { without.tree($0.number).firstText(TLSField.undecrypted) })
    #expect(reasons.contains { $0.hasPrefix("no SERVER_HANDSHAKE_TRAFFIC_SECRET of this connection") })
    let aria = analysis(try CaptureFile.records("tls/tls12-aria"))
    let why = aria.rows.compactMap { aria.tree($0.number).firstText(TLSField.undecrypted) }.first ?? ""
    #expect(why.hasPrefix("TLS_ECDHE_RSA_WITH_ARIA_128_GCM_SHA256 can't be decrypted here"))
  }

  @Test func aChangedRecordStaysSealedAndTheRestOpens() throws {
    var records = try CaptureFile.records("s12gcm128")
    // The last octet of the first request's record: its tag.
    let row = 10
    var number = 0
    for index in records.indices {
      guard case .frame(var frame) = records[index] else { continue }
      number += 1
      guard number == row else { continue }
      frame.bytes[frame.bytes.count - 1] ^= 1
      records[index] = .frame(frame)
    }
    let changed = analysis(records)
    let why = changed.tree(row).firstText(TLSField.undecrypted) ?? ""
    #expect(why.hasPrefix("its tag does not match"))
    #expect(changed.tree(row + 1).all(TLSField.keyName).count == 1)
  }

  @Test func applicationSecretsAloneOpenTheApplication() throws {
    var records: [Record] = []
    for record in try CaptureFile.records("s13") {
      guard case .secrets(let text) = record else {
        records.append(record)
        continue
      }
      let kept = text.split(whereSeparator: \.isNewline).filter { $0.contains("TRAFFIC_SECRET_0") }
      records.append(.secrets(kept.joined(separator: "\n")))
    }
    let analysis = analysis(records)
    let infos = analysis.rows.map { analysis.tree($0.number).info }
    #expect(infos.contains("GET /a HTTP/1.1 "))
    #expect(infos.contains("HTTP/1.1 200 OK  (text/plain)"))
  }

  @Test func earlyDataIsOpenedBeforeTheServerSpoke() throws {
    let analysis = analysis(try CaptureFile.records("s13early"))
    let row = analysis.rows.first { analysis.tree($0.number).info.hasPrefix("GET /early") }
    let tree = analysis.tree(try #require(row).number)
    #expect(tree.firstText(TLSField.keyName)?.hasPrefix("CLIENT_EARLY_TRAFFIC_SECRET, record 0") == true)
  }

  @Test func updatedKeysAreNamed() throws {
    let analysis = analysis(try CaptureFile.records("s13ku"))
    let keys = analysis.rows.flatMap { row in
      let tree = analysis.tree(row.number)
      return tree.all(TLSField.keyName).map { tree.text(of: $0) }
    }
    #expect(keys.contains { $0.contains("CLIENT_TRAFFIC_SECRET_0, updated 2 times") })
    #expect(keys.contains { $0.contains("SERVER_TRAFFIC_SECRET_0, updated 1 time,") })
  }

  @Test func certificatesTellWhoseTheyAre() throws {
    let analysis = analysis(try CaptureFile.records("s13mtls"))
    let certificates = analysis.rows.flatMap { row in
      let tree = analysis.tree(row.number)
      return tree.all(TLSField.certificate).map { tree.label($0) }
    }
    #expect(certificates.count == 2)
    #expect(certificates.allSatisfy { $0.hasSuffix("(id-at-commonName=lab.test)") })
  }
}
