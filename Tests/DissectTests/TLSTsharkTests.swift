import Foundation
import Session
import Testing

@testable import Dissect

/// Every value that we know of TLS and HTTP, and the columns of their rows, against `tshark -2 -n`.
@Suite struct TLSTsharkTests {
  static let captures = [
    "http1", "http2", "tls12", "tls13", "tls13res", "s12gcm128", "s12gcm256", "s12chacha", "s12mtlsrsa",
    "s12rsakx", "s12alert", "s12frag", "s13", "s13resume", "s13mtls", "s13gcm128", "s13chacha",
    "s13hrr", "s13ku",
    "s13early", "s13frag", "tls12rsa", "tls12sid", "tls12tkt", "tls13early", "tls13hrr", "tls13ku",
    "tls13mtls", "dsb_first", "ws", "wsz", "h2curl",
  ]

  /// Fields that are not compared, and why.
  static let exceptions: [String: String] = [
    "tls": "heading", "http": "heading", "tls.segments": "heading; tshark prints 1",
    "tls.handshake": "heading",
    "tls.reassembled.data": "the message is drawn; tshark repeats its octets",
    "http.te_and_length": "heading",
  ]

  /// Fields that lead from one row to another, or count.
  static let links: Set<String> = [
    "http.response_in", "http.request_in", "http.prev_request_in", "http.next_request_in",
    "http.prev_response_in", "http.next_response_in", "http.request_number", "http.response_number",
    "http.response_for.uri", "http.time", "tls.reassembled_in",
  ]

  /// Rows from which on links are not compared: tshark 4.0 takes the first response to pipelined requests for that to
  /// the last of them, and counts both as one.
  static let pipelined = ["http2": 22]

  @Test(arguments: captures)
  func agrees(_ name: String) throws {
    let analysis = Analysis()
    for record in try CaptureFile.records(name) { analysis.append(record) }
    var fields: [String] = []
    for layer in [Layer.tls, .http] {
      for field in layer.fields where Self.exceptions[field.name] == nil && !field.name.hasPrefix("backlab.")
      {
        if !fields.contains(field.name) { fields.append(field.name) }
      }
    }
    let lines = try Tshark.lines(
      ["-2", "-n", "-r", CaptureFile.url(name).path, "-T", "fields", "-E", "aggregator=|"]
        + fields.flatMap { ["-e", $0] } + ["-e", "_ws.col.Protocol", "-e", "_ws.col.Info"])
    #expect(lines.count == analysis.rows.count)
    var compared = 0
    var wrong: [String: String] = [:]
    // A body in TLS that runs up to the closing alert: we show it in the alert's row, tshark nowhere.
    let closing = Set(
      analysis.rows.map(\.number).filter { row in
        let tree = analysis.tree(row)
        return tree.info.hasSuffix("Description: Close Notify)") && tree.protocolName == "HTTP"
      })
    for (index, line) in lines.enumerated() where index < analysis.rows.count {
      if closing.contains(index + 1) { continue }
      let tree = analysis.tree(index + 1)
      let isCarried = tree.first(TLSField.reassembledIn).map { closing.contains(Int($0)) } ?? false
      let hasLinks = Self.pipelined[name].map { index + 1 < $0 } ?? true
      var ours: [String: [String]] = [:]
      for node in tree.nodes {
        ours[Catalogue.shared.info(node.field).name, default: []].append(Tshark.escaped(tree.valueText(node)))
      }
      let parts = line.split(separator: "\t", omittingEmptySubsequences: false)
      for (field, text) in zip(fields, parts) {
        // A field of no octets.
        let values =
          text.isEmpty
          ? []
          : text.split(separator: "|", omittingEmptySubsequences: false).map {
            $0 == "<MISSING>" ? "" : "\($0)"
          }
        var mine = ours[field] ?? []
        if Self.links.contains(field) {
          if !hasLinks { continue }
          mine.removeAll { Int($0).map { closing.contains($0) } ?? false }
        }
        // By the port alone; we name what was agreed on, once it was opened.
        if field == "tls.app_data_proto", mine.isEmpty, !tree.all(TLSField.undecrypted).isEmpty { continue }
        compared += max(values.count, mine.count)
        if values.sorted() != mine.sorted(), wrong[field] == nil {
          wrong[field] =
            "row \(index + 1): tshark \(values.map { $0.prefix(160) }), we \(mine.map { $0.prefix(160) })"
        }
      }
      let columns = parts.dropFirst(fields.count).map(String.init)
      guard columns.count == 2, columns[0] == "HTTP" || columns[0].hasPrefix("TLS"), !isCarried else {
        continue
      }
      compared += 1
      if [tree.protocolName, tree.info] != columns {
        wrong["columns", default: ""] +=
          "\n  row \(index + 1): tshark \(columns), we \([tree.protocolName, tree.info])"
      }
    }
    print("\(name): \(compared) values compared, \(wrong.count) fields differ")
    #expect(
      wrong.isEmpty,
      "\(wrong.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: "\n"))")
    #expect(compared > 20)
  }
}
