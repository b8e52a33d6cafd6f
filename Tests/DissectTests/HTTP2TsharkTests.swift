import Foundation
import Session
import Testing

@testable import Dissect

/// Every value of HTTP/2, gRPC and Protocol Buffers, and the columns of their rows, against `tshark -2 -n`.
@Suite struct HTTP2TsharkTests {
  static let captures = [
    "h2c", "grpc2", "grpc", "h2frames", "h2types", "h2odd", "h2grpc", "h2split", "h2secure", "h2securegrpc",
    "h2coded",
    "h2trailers", "h2websocket", "grpccoded", "h2programs",
  ]

  /// Fields that are not compared, and why.
  static let exceptions: [String: String] = [
    "http2": "heading", "http2.stream": "heading", "http2.header": "heading", "http2.settings": "heading",
    "http2.origin": "heading", "http2.header_table_size_update": "heading", "grpc": "heading",
    "protobuf": "heading", "http2.body.fragments": "heading",
    "http2.header_size_exceeded": "a mark; ours says how much", "protobuf.failed_parse_tag": "a mark",
    "http2.header_lines_exceeded": "a mark; ours says how many", "protobuf.field.wiretype.invalid": "a mark",
    "protobuf.field.failed_parse_field": "a mark", "http2.reassembly_error": "a mark; ours says how much",
    "http2.continuation.header": "tshark reads compressed octets as text",
    "http2.body_decompression_failed": "a mark; ours says why", "grpc.body_decompression_failed": "the same",
  ]

  /// Rows that are not compared, and why: messages of codings that tshark does not unpack, or that are broken, for which
  /// it tries others or shows nothing; trailers behind an answer of 100, for which it looks up another type;
  /// what its own readers say of other media types; a type in capitals, for which it finds gRPC but no Protocol Buffers;
  /// an address with "(null)" for its scheme; header blocks behind one that can't be read, which
  /// tshark reads with what is left of the table.
  static let rows: [String: Set<Int>] = [
    "h2programs": [150], "grpccoded": [28, 32, 60, 77, 81, 84, 88, 105, 109],
    "h2odd": [59, 67, 69, 124, 125, 129, 144, 145],
  ]

  @Test(arguments: captures)
  func agrees(_ name: String) throws {
    let analysis = Analysis()
    for record in try CaptureFile.records(name) { analysis.append(record) }
    var fields: [String] = []
    for layer in [Layer.http2, .grpc, .protobuf] {
      for field in layer.fields where Self.exceptions[field.name] == nil && !field.name.hasPrefix("backlab.")
      {
        if !fields.contains(field.name) { fields.append(field.name) }
      }
    }
    let columns = ["_ws.col.Protocol", "_ws.col.Info"]
    let mode = name == "grpc" ? ["-d", "tcp.port==50051,http2"] : []
    let lines = try Tshark.lines(
      ["-2", "-n", "-r", CaptureFile.url(name).path] + mode
        + ["-T", "fields", "-E", "aggregator=|"] + (fields + columns).flatMap { ["-e", $0] })
    #expect(lines.count == analysis.rows.count)
    var compared = 0
    var wrong: [String: String] = [:]
    for (index, line) in lines.enumerated() {
      let row = index + 1
      let parts = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      guard parts.count == fields.count + 2, Self.rows[name]?.contains(row) != true else { continue }
      let tree = analysis.tree(row)
      var ours: [String: [String]] = [:]
      for node in tree.nodes {
        ours[Catalogue.shared.info(node.field).name, default: []].append(escaped(tree.valueText(node)))
      }
      for (field, text) in zip(fields, parts) {
        let values =
          text.isEmpty ? [] : text.split(separator: "|", omittingEmptySubsequences: false).map(plain)
        let mine = ours[field] ?? []
        compared += max(values.count, mine.count)
        // Octets that are not ASCII are lost in tshark's value.
        if values.contains(where: { $0.contains("\u{FFFD}") }) { continue }
        // A field of no octets alone can't be told from none.
        if values.isEmpty, mine == [""] { continue }
        if values.sorted() != mine.map(plain).sorted() {
          wrong[field, default: ""] +=
            "\n  row \(row): tshark \(values.map { $0.prefix(80) }), we \(mine.map { $0.prefix(80) })"
        }
      }
      let theirs = Array(parts.suffix(2))
      guard theirs[0].hasPrefix("HTTP2") || theirs[0].hasPrefix("GRPC"), !theirs[1].contains("\u{FFFD}")
      else { continue }
      compared += 2
      if [tree.protocolName, tree.info] != theirs {
        wrong["columns", default: ""] +=
          "\n  row \(row): tshark \(theirs), we \([tree.protocolName, tree.info])"
      }
    }
    print("\(name): \(compared) values compared, \(wrong.count) fields differ")
    #expect(
      wrong.isEmpty,
      "\(wrong.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.prefix(900))" }.joined(separator: "\n"))"
    )
    #expect(compared > 300)
  }

  /// `<MISSING>` stands for a field of no octets; texts end at a zero.
  private func plain(_ text: some StringProtocol) -> String {
    text == "<MISSING>" ? "" : "\(text.prefix { $0 != "\0" })"
  }

  /// As tshark writes a value into its table.
  private func escaped(_ text: String) -> String {
    text.replacingOccurrences(of: "\\", with: "\\\\").replacingOccurrences(of: "\r", with: "\\r")
      .replacingOccurrences(of: "\n", with: "\\n").replacingOccurrences(of: "\t", with: "\\t")
  }
}
