import Foundation
import Session
import Testing

@testable import Dissect

/// Every value that we know of the network layers and of TCP, against `tshark -2 -n`.
@Suite struct TsharkTests {
  static let layers: [Layer] = [.frame, .ethernet, .arp, .ipv4, .ipv6, .icmp, .icmpv6, .udp, .tcp]

  /// Fields that are not compared, and why.
  static let exceptions: [String: String] = [
    "frame.protocols": "we list the layers that we draw; TLS and HTTP have their own test",
    "tcp.payload": "tshark leaves it out on rows that it hands to a protocol",
    "tcp.segment_data": "not drawn where tcp.payload is",
    "tcp.segments": "heading", "tcp.segment": "belongs to the protocol on top",
    "tcp.segment.count": "belongs to the protocol on top",
    "tcp.reassembled.length": "belongs to the protocol on top",
    "tcp.reassembled.data": "belongs to the protocol on top",
    "tcp.reassembled_in": "tshark's heuristics wait for more on unknown ports",
    "icmp.resptime": "a number with decimals to tshark, a text here",
    "icmpv6.resptime": "a number with decimals to tshark, a text here",
    "icmpv6.opt.src_linkaddr": "hidden copy of icmpv6.opt.linkaddr",
    "icmpv6.opt.target_linkaddr": "hidden copy of icmpv6.opt.linkaddr",
    "ipv6.hopopts": "a protocol of its own to tshark", "ipv6.dstopts": "a protocol of its own to tshark",
    "_ws.short": "a protocol of its own to tshark", "_ws.malformed": "a protocol of its own to tshark",
    "ipv6.routing": "a protocol of its own to tshark", "ipv6.fraghdr": "a protocol of its own to tshark",
    "tcp.analysis": "heading",
    "tcp.options.nop": "tshark leaves it out of -T fields in places",
    "frame": "heading", "eth": "heading", "arp": "heading", "ip": "heading", "ipv6": "heading",
    "icmp": "heading",
    "icmpv6": "heading", "udp": "heading", "tcp": "heading",
  ]

  @Test(arguments: ["http1", "udp", "tfo", "tls12", "tls13", "tls13res"])
  func agrees(_ name: String) throws {
    let analysis = Analysis()
    for record in try CaptureFile.records(name) { analysis.append(record) }
    var fields: [String] = []
    for layer in Self.layers {
      for field in layer.fields where Self.exceptions[field.name] == nil && !field.name.hasPrefix("backlab.")
      {
        if !fields.contains(field.name) { fields.append(field.name) }
      }
    }
    let lines = try Tshark.lines(
      ["-2", "-n", "-r", CaptureFile.url(name).path, "-T", "fields", "-E", "aggregator=|"]
        + fields.flatMap { ["-e", $0] })
    #expect(lines.count == analysis.rows.count)
    var compared = 0
    var wrong: [String: String] = [:]
    var wrongCount = 0
    for (index, line) in lines.enumerated() where index < analysis.rows.count {
      let tree = analysis.tree(index + 1)
      var ours: [String: [String]] = [:]
      for node in tree.nodes {
        ours[Catalogue.shared.info(node.field).name, default: []].append(tree.valueText(node))
      }
      let theirs = line.split(separator: "\t", omittingEmptySubsequences: false)
      for (field, text) in zip(fields, theirs) {
        let values =
          text.isEmpty ? [] : text.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
        let mine = ours[field] ?? []
        compared += max(values.count, mine.count)
        if values.sorted() != mine.sorted() {
          wrongCount += 1
          if wrong[field] == nil { wrong[field] = "row \(index + 1): tshark \(values), we \(mine)" }
        }
      }
    }
    print("\(name): \(compared) values compared, \(wrongCount) differ")
    #expect(
      wrong.isEmpty,
      "\(wrong.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: "\n"))")
    #expect(compared > 200)
  }

  @Test(arguments: ["tfo", "http1"]) func listsTheSameTCPRows(_ name: String) throws {
    let analysis = Analysis()
    for record in try CaptureFile.records(name) { analysis.append(record) }
    let lines = try Tshark.lines(
      [
        "-2", "-n", "-r", CaptureFile.url(name).path, "-T", "fields", "-e", "_ws.col.Protocol", "-e",
        "_ws.col.Info",
      ])
    var compared = 0
    for (index, line) in lines.enumerated() {
      let parts = line.split(separator: "\t").map(String.init)
      guard parts.count == 2, ["TCP", "ARP"].contains(parts[0]), !parts[1].contains("reassembled PDU") else {
        continue
      }
      let summary = analysis.summary(index + 1)
      #expect(summary.info == parts[1])
      compared += 1
    }
    #expect(compared > 5)
  }
}
