import Bytes
import Foundation
import Testing

@testable import Dissect

/// Certificates that were cut, changed or made up, and the values of DER.
@Suite struct X509Tests {
  /// The octets of a field in all rows of a capture.
  private func octets<F: Dissected>(_ field: F, _ capture: String) throws -> [[UInt8]] {
    let analysis = try Analysis(path: CaptureFile.url(capture).path)
    return analysis.rows.flatMap { row in
      let tree = analysis.tree(row.number)
      return tree.all(field).map { Array(tree.octets(of: $0)) }
    }
  }

  private func draw(_ bytes: [UInt8], isResponse: Bool = false, hasLabels: Bool = true) -> Dissection {
    var reader = Reader(bytes.raw)
    var drawer = X509Drawer(tree: Dissection(frame: bytes))
    if isResponse { drawer.drawResponse(&reader) } else { drawer.draw(&reader) }
    for node in drawer.tree.nodes {
      if hasLabels { _ = drawer.tree.label(node) }
      if Int(node.offset) + Int(node.length) > bytes.count {
        Issue.record("\(Catalogue.shared.info(node.field).name) stands outside its octets")
      }
    }
    return drawer.tree
  }

  private func survive(_ bytes: [UInt8], isResponse: Bool = false) {
    #expect(draw(bytes, isResponse: isResponse).all(X509Field.malformed).isEmpty)
    for count in bytes.indices {
      let tree = draw(Array(bytes[..<count]), isResponse: isResponse, hasLabels: count % 32 == 0)
      #expect(!tree.all(X509Field.malformed).isEmpty, "\(count) of \(bytes.count)")
    }
    var shuffle = Shuffle()
    for round in 0..<1500 {
      var changed = bytes
      for _ in 0...shuffle.next(3) { changed[shuffle.next(changed.count)] ^= 1 << UInt8(shuffle.next(8)) }
      _ = draw(changed, isResponse: isResponse, hasLabels: round % 32 == 0)
    }
  }

  @Test(arguments: ["tls/tls13-mtls", "tls/tls13-pssself", "tls/tls12-dsa", "tls/tls12-null"])
  func cutAndChangedCertificates(_ capture: String) throws {
    let certificates = try octets(TLSField.certificate, capture)
    #expect(!certificates.isEmpty)
    for certificate in certificates.prefix(2) { survive(certificate) }
  }

  @Test func cutAndChangedAnswers() throws {
    let answers = try octets(X509Field.ocsp, "tls/tls12-ocsp")
    #expect(answers.count == 1)
    for answer in answers { survive(answer, isResponse: true) }
  }

  @Test func namesInNames() {
    // A name that is a name of another kind, again and again.
    var name: [UInt8] = [0x82, 1, 65]
    for _ in 0..<4000 {
      let size = name.count
      name = [0xA4, 0x83, UInt8(size >> 16), UInt8(size >> 8 & 255), UInt8(size & 255)] + name
    }
    var tree = Dissection(frame: name)
    var reader = Reader(name.raw)
    var drawer = X509Drawer(tree: tree)
    var failure: ReadError?
    do throws(ReadError) { try drawer.generalName(.generalName, &reader) } catch { failure = error }
    tree = drawer.tree
    #expect(failure != nil)
    #expect(tree.nodes.count < 100)
  }

  @Test func objectIdentifiers() {
    #expect(DER.objectID([0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 11]) == "1.2.840.113549.1.1.11")
    #expect(DER.objectID([0x88, 0x37, 3]) == "2.999.3")
    #expect(DER.objectID([]) == "")
    #expect(DER.objectID([UInt8](repeating: 0xFF, count: 40) + [1]) == "")
    #expect(DER.name("1.2.840.113549.1.1.11") == "sha256WithRSAEncryption")
    #expect(DER.name("1.3.6.1.5.5.7.3.99") == "id-pkix.3.99")
    #expect(DER.name("1.3.101.112") == "iso.3.101.112")
    #expect(DER.name("2.999") == "joint-iso-itu-t.999")
    #expect(DER.name("7") == "7")
  }

  @Test func moments() {
    func time(_ text: String, _ digits: Int) -> Int64? { DER.time(Array(text.utf8), yearDigits: digits) }
    func words(_ text: String, _ digits: Int) -> String {
      DER.timeWords(Array(text.utf8), yearDigits: digits)
    }
    #expect(time("20000229120000Z", 4) == 951_825_600_000_000_000)
    #expect(time("19700101000000Z", 4) == 0)
    #expect(time("19691231235959Z", 4) == -1_000_000_000)
    #expect(time("20811126194923Z", 4) == 3_531_412_163_000_000_000)
    #expect(time("99991231235959Z", 4) == nil)
    #expect(time("20001301000000Z", 4) == nil)
    #expect(time("2000010100000", 4) == nil)
    #expect(words("261126194923Z", 2) == "2026-11-26 19:49:23 (UTC)")
    #expect(words("500101000000Z", 2) == "1950-01-01 00:00:00 (UTC)")
    #expect(words("99991231235959Z", 4) == "9999-12-31 23:59:59 (UTC)")
    #expect(words("tomorrow", 2) == "tomorrow")
  }

  @Test func namesInOtherAlphabets() {
    func name(_ tag: UInt8, _ octets: [UInt8]) -> String {
      let value = [tag, UInt8(octets.count)] + octets
      let pair: [UInt8] = [0x30, UInt8(5 + value.count), 6, 3, 0x55, 4, 3] + value
      let set = [0x31, UInt8(pair.count)] + pair
      let bytes = [0x30, UInt8(set.count)] + set
      var drawer = X509Drawer(tree: Dissection(frame: bytes))
      var reader = Reader(bytes.raw)
      return drawer.drawName(&reader)
    }
    #expect(name(0x0C, Array("a\u{E9}".utf8)) == "id-at-commonName=a\u{E9}")
    #expect(name(0x14, [97, 0xE9]) == "id-at-commonName=a\u{E9}")
    #expect(name(0x1E, [0x30, 0x42]) == "id-at-commonName=\u{3042}")
    #expect(name(0x1C, [0, 1, 0xF6, 0]) == "id-at-commonName=\u{1F600}")
    #expect(name(0x1E, [0xD8, 0]) == "id-at-commonName=\u{FFFD}")
    #expect(name(0x13, Array("x".utf8)) == "id-at-commonName=x")
  }
}
