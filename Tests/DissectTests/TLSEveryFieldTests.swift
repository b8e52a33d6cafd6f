import Foundation
import Session
import TestSupport
import Testing

@testable import Dissect

/// Captures of real programs, one for each way that TLS 1.2 and 1.3 can go: every field that `tshark -2 -n` has of TLS,
/// of certificates and of OCSP beside ours, value by value and label by label, and the columns of every row.
@Suite struct TLSEveryFieldTests {
  static let captures: [String] = {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return files.filter { $0.hasSuffix(".pcapng") }.map { String($0.dropLast(7)) }.sorted()
  }()

  static let folder = CaptureFile.folder.appending(path: "tls")

  /// What begins the names of the fields compared.
  private static let prefixes = [
    "tls", "x509", "pkcs1.", "pkix1", "ocsp", "ber.bitstring.", "ns.cert.", "ns_cert_exts.", "data.",
  ]

  /// Fields that are not compared, and why.
  static let exceptions: [String: String] = [
    "tls": "heading of the layer, one of ours for all records in the same octets",
    "tls.handshake": "heading; tshark repeats it for a part of a message",
    "tls.segments": "heading; tshark prints 1",
    "tls.handshake.status_request.undecoded": "tshark's remark that it does not read these",
    "tls.reassembled.data": "the message is drawn; tshark repeats its octets",
  ]

  /// Captures of which tshark reads less than we do, and why: what it does not have may be more with us.
  static let readsMore: [String: String] = [
    "tls12-aria": "it does not know how the suites with ARIA exchange keys",
    "tls12-ecdhepsk": "it does not read key exchanges with both a shared key and a fresh one",
    "tls12-dhepsk": "it does not read key exchanges with both a shared key and a fresh one",
    "tls13-compressed": "it does not uncompress certificates",
    "tls13-pha": "it opens nothing behind a client's certificate that comes after the handshake",
  ]

  @Test(arguments: captures) func values(_ name: String) throws {
    let path = Self.folder.appending(path: "\(name).pcapng").path
    let analysis = try Analysis(path: path)
    var names: Set<String> = []
    for line in try Tshark.lines(["-2", "-n", "-r", path, "-T", "pdml"]) {
      if let name = Self.attribute("name", of: line) { names.insert(name) }
    }
    for field in [Layer.tls, .x509, .data].flatMap(\.fields) { names.insert(field.name) }
    let fields = names.filter { name in
      Self.prefixes.contains { name.hasPrefix($0) } && Self.exceptions[name] == nil
    }.sorted()
    let columns = ["_ws.col.Protocol", "_ws.col.Info"]
    let lines = try Tshark.lines(
      ["-2", "-n", "-r", path, "-T", "fields", "-E", "aggregator=|"]
        + (fields + columns).flatMap { ["-e", $0] })
    #expect(lines.count == analysis.rows.count)
    var (compared, wrong) = (0, [String: String]())
    for (index, line) in lines.enumerated() where index < analysis.rows.count {
      let tree = analysis.tree(index + 1)
      var ours: [String: [String]] = [:]
      for node in tree.nodes {
        ours[Catalogue.shared.info(node.field).name, default: []].append(
          Tshark.escaped(tree.valueText(node)))
      }
      ours["_ws.col.Protocol"] = [tree.protocolName]
      ours["_ws.col.Info"] = [tree.info]
      for (field, text) in zip(
        fields + columns, line.split(separator: "\t", omittingEmptySubsequences: false))
      {
        let isColumn = field.hasPrefix("_ws")
        let values =
          isColumn
          ? [String(text)]
          : text.isEmpty
            ? []
            : text.split(separator: "|", omittingEmptySubsequences: false).map {
              $0 == "<MISSING>" ? "" : String($0)
            }
        let mine = ours[field] ?? []
        compared += max(values.count, mine.count)
        if Self.readsMore[name] != nil, Self.holds(mine, values) || Self.isSealed(line) { continue }
        if values.sorted() != mine.sorted(), wrong[field] == nil {
          wrong[field] =
            "row \(index + 1): tshark \(values.map { $0.prefix(160) }), we \(mine.map { $0.prefix(160) })"
        }
      }
    }
    print("\(name): \(compared) values compared, \(wrong.count) fields differ")
    #expect(
      wrong.isEmpty,
      "\(wrong.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: "\n"))")
    #expect(compared > 20)
  }

  @Test(arguments: captures) func labels(_ name: String) throws {
    let path = Self.folder.appending(path: "\(name).pcapng").path
    let analysis = try Analysis(path: path)
    var rows: [[String]] = []
    for line in try Tshark.lines(["-2", "-n", "-r", path, "-T", "pdml"]) {
      if line.hasPrefix("<packet>") { rows.append([]) }
      guard let field = Self.attribute("name", of: line), Self.isLabelled(field), !rows.isEmpty,
        let label = Self.attribute("showname", of: line)
      else { continue }
      rows[rows.count - 1].append("\(field) | \(Self.shortened(label))")
    }
    #expect(rows.count == analysis.rows.count)
    var (compared, wrong) = (0, [String]())
    for (index, theirs) in rows.enumerated() where index < analysis.rows.count {
      let tree = analysis.tree(index + 1)
      var mine: [String] = []
      for node in tree.nodes {
        let field = Catalogue.shared.info(node.field).name
        if Self.isLabelled(field) {
          var label = tree.label(node)
          // PDML leaves the brackets of what was made up away.
          if label.hasPrefix("["), label.hasSuffix("]") { label = String(label.dropFirst().dropLast()) }
          mine.append("\(field) | \(Self.shortened(label))")
        }
      }
      compared += max(theirs.count, mine.count)
      guard theirs.sorted() != mine.sorted() else { continue }
      let (a, b) = (Set(theirs), Set(mine))
      if Self.readsMore[name] != nil, a.isSubset(of: b) || Self.isSealed(a.joined()) { continue }
      wrong += a.subtracting(b).sorted().prefix(6).map { "row \(index + 1) tshark \($0)" }
      wrong += b.subtracting(a).sorted().prefix(6).map { "row \(index + 1) we     \($0)" }
      if a == b { wrong.append("row \(index + 1): another number of the same labels") }
    }
    print("\(name): \(compared) labels compared, \(wrong.count) differ")
    #expect(wrong.isEmpty, "\(wrong.prefix(24).joined(separator: "\n"))")
    #expect(compared > 20)
  }

  /// Whether all of some values are among others.
  private static func holds(_ all: [String], _ some: [String]) -> Bool {
    var rest = all
    return some.allSatisfy { value in
      rest.firstIndex(of: value).map { rest.remove(at: $0) } != nil
    }
  }

  /// Whether something in a row stayed sealed.
  private static func isSealed(_ row: String) -> Bool { row.contains("Application Data") }

  private static func isLabelled(_ field: String) -> Bool {
    prefixes.contains { field.hasPrefix($0) } && exceptions[field] == nil
  }

  /// tshark cuts long labels.
  private static func shortened(_ label: String) -> String {
    String(label.replacingOccurrences(of: " [truncated]", with: "").prefix(120))
  }

  /// An attribute of an element of XML that stands on a line.
  private static func attribute(_ name: String, of line: String) -> String? {
    guard let start = line.range(of: " \(name)=\"") else { return nil }
    return line[start.upperBound...].firstIndex(of: "\"").map { end in
      String(line[start.upperBound..<end]).replacingOccurrences(of: "&lt;", with: "<")
        .replacingOccurrences(of: "&gt;", with: ">").replacingOccurrences(of: "&quot;", with: "\"")
        .replacingOccurrences(of: "&#x27;", with: "'").replacingOccurrences(of: "&apos;", with: "'")
        .replacingOccurrences(of: "&amp;", with: "&")
    }
  }
}
