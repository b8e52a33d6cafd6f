import Foundation
import Session
import Testing

@testable import Dissect

/// Every value that we know of the protocols of applications, and the columns of their rows, against `tshark -2 -n`.
@Suite struct ApplicationTsharkTests {
  /// A capture, and the layers that are compared in it.
  struct Capture: CustomTestStringConvertible {
    var name: String
    var layers: [Layer]
    /// The row from which on fields that lead to other rows are not compared: tshark 4.0 takes the first response to
    /// pipelined requests for that to the last of them.
    var pipelined = Int.max
    /// What differs, and why: a field in a row, a field in all rows (row 0), or all of a row (field "").
    var exceptions: [Difference: String] = [:]
    var testDescription: String { name }
  }
  struct Difference: Hashable {
    var row: Int
    var field: String
    init(_ row: Int, _ field: String = "") { (self.row, self.field) = (row, field) }
  }

  static let bodies: [Layer] = [.http, .json, .textLines, .media, .form, .data]

  static let captures: [Capture] = [
    Capture(name: "bodies", layers: bodies),
    Capture(
      name: "requests", layers: bodies,
      exceptions: [
        Difference(14, "data.data"): "parts of multipart bodies are not drawn",
        Difference(14, "data.len"): "the same",
      ]),
    Capture(name: "pipeline", layers: bodies, pipelined: 1),
    Capture(
      name: "json", layers: bodies, pipelined: 52,
      exceptions: [
        Difference(11): "tshark 4.0 drops an escape of four digits at the end of a string",
        Difference(27): "tshark cuts a text at octets that are no UTF-8",
        Difference(51): "tshark's texts end at a zero character",
      ]),
    Capture(
      name: "types", layers: [.http, .json, .media, .form],
      exceptions: [
        Difference(31): "tshark 4.0 knows no events",
        Difference(89): "bodies of gRPC over HTTP/1.1 are not drawn",
        Difference(109): "nor those of message/http",
        Difference(111): "nor SDP", Difference(125): "nor CBOR",
      ]),
    Capture(
      name: "ws", layers: [.webSocket, .textLines, .data],
      exceptions: [Difference(18): "tshark 4.0 puts no message together whose last frame is empty"]),
    Capture(
      name: "wsz", layers: [.webSocket, .textLines, .data],
      exceptions: [Difference(19): "tshark 4.0 unpacks no message in fragments"]),
    Capture(name: "wsframes", layers: [.webSocket, .textLines, .data]),
    Capture(
      name: "wstakeover", layers: [.webSocket, .textLines, .data],
      exceptions: [Difference(20): "tshark 4.0 unpacks no message in fragments"]),
    Capture(
      name: "wsfresh", layers: [.webSocket, .textLines, .data],
      exceptions: [Difference(19): "tshark 4.0 unpacks no message in fragments"]),
    Capture(name: "dns", layers: [.dns]),
    Capture(name: "dnstcp", layers: [.dns]),
    Capture(
      name: "resp", layers: [.resp],
      exceptions: [Difference(61): "tshark takes a simple string for ASCII"]),
    Capture(name: "redis", layers: [.resp]),
    Capture(name: "mqtt", layers: [.mqtt, .textLines]),
    Capture(
      name: "mqttall", layers: [.mqtt, .textLines],
      exceptions: [
        Difference(24): "tshark 4.0 does not read the flags of an answer in version 3.1",
        Difference(28, "mqtt.prop_string"): "tshark cuts a text at control characters",
      ]),
    Capture(name: "tfohttp", layers: bodies),
    Capture(name: "respall", layers: [.resp], exceptions: [:]),
    Capture(
      name: "h1edge", layers: bodies, pipelined: 1,
      exceptions: [
        Difference(19): "tshark 4.0 gives up a transfer that is packed and chunked",
        Difference(35): "tshark does not look into a tunnel to port 80", Difference(36): "nor here",
      ]),
    Capture(
      name: "connect", layers: bodies + [.tls],
      exceptions: [
        Difference(0, "tls.app_data_proto"): "tshark names the protocol by the port that CONNECT names"
      ]),
  ]

  /// Fields that are not compared, and why.
  static let exceptions: [String: String] = [
    "http": "heading", "json": "heading", "data-text-lines": "heading", "media": "heading",
    "urlencoded-form": "heading", "data": "heading", "websocket": "heading", "dns": "heading",
    "resp": "heading",
    "mqtt": "heading",
    "dns.retransmit_request": "a note of tshark's experts, which prints no value",
    "dns.retransmit_response": "a note of tshark's experts, which prints no value",
    "dns.undecoded.type": "a note of tshark's experts, which prints no value",
    "websocket.payload.unknown.expert": "a note of tshark's experts",
    "http.decompression_failed": "a note of tshark's experts",
  ]

  @Test(arguments: captures)
  func agrees(_ capture: Capture) throws {
    let analysis = Analysis()
    for record in try CaptureFile.records(capture.name) { analysis.append(record) }
    var fields: [String] = []
    for layer in capture.layers {
      for field in layer.fields where Self.exceptions[field.name] == nil && !field.name.hasPrefix("backlab.")
      {
        if !fields.contains(field.name) { fields.append(field.name) }
      }
    }
    let lines = try Tshark.lines(
      ["-2", "-n", "-r", CaptureFile.url(capture.name).path, "-T", "fields", "-E", "aggregator=|"]
        + fields.flatMap { ["-e", $0] } + ["-e", "_ws.col.Protocol", "-e", "_ws.col.Info"])
    #expect(lines.count == analysis.rows.count)
    var compared = 0
    var wrong: [String: String] = [:]
    for (index, line) in lines.enumerated() where index < analysis.rows.count {
      let row = index + 1
      if capture.exceptions[Difference(row)] != nil { continue }
      let tree = analysis.tree(row)
      var ours: [String: [String]] = [:]
      for node in tree.nodes {
        ours[Catalogue.shared.info(node.field).name, default: []].append(Tshark.escaped(tree.valueText(node)))
      }
      let parts = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      for (field, text) in zip(fields, parts) {
        if row >= capture.pipelined, TLSTsharkTests.links.contains(field) { continue }
        if capture.exceptions[Difference(row, field)] != nil
          || capture.exceptions[Difference(0, field)] != nil
        {
          continue
        }
        // Values without characters are left out: tshark prints some of them, and some not.
        let values = text.components(separatedBy: "|").filter { !$0.isEmpty && $0 != "<MISSING>" }
        var mine = (ours[field] ?? []).filter { !$0.isEmpty }
        // It doubles no backslash in this one.
        if field == "http.file_data" { mine = mine.map { $0.replacingOccurrences(of: "\\\\", with: "\\") } }
        compared += max(values.count, mine.count)
        if values.sorted() != mine.sorted(), wrong[field] == nil {
          wrong[field] =
            "row \(row): tshark \(values.map { $0.prefix(160) }), we \(mine.map { $0.prefix(160) })"
        }
      }
      let columns = Array(parts.dropFirst(fields.count))
      let known = ["HTTP", "WebSocket", "DNS", "RESP", "MQTT"]
      guard columns.count == 2, known.contains(where: { columns[0].hasPrefix($0) }),
        !columns[1].contains("[fragment]"), capture.exceptions[Difference(row, "columns")] == nil
      else { continue }
      compared += 1
      let summary = analysis.summary(row)
      for info in [tree.info, summary.info]
      where columns[0] != tree.protocolName || Tshark.escaped(info).trimmed != columns[1].trimmed {
        wrong["columns", default: ""] += "\n  row \(row): tshark \(columns), we \([tree.protocolName, info])"
      }
    }
    print("\(capture.name): \(compared) values compared, \(wrong.count) fields differ")
    #expect(
      wrong.isEmpty,
      "\(wrong.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: "\n"))")
    #expect(compared > 20)
  }
}

extension String {
  /// Without blanks at the end, which tshark's table does not keep.
  fileprivate var trimmed: String {
    var text = self[...]
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}
