import Foundation
import Session
import TestSupport
import Testing

@testable import Dissect

/// Every capture of the fixtures, every value of the layers from the frame to TCP, against `tshark -2 -n`.
@Suite struct AllCapturesTests {
  static let layers: [Layer] = [.frame, .ethernet, .arp, .ipv4, .ipv6, .icmp, .icmpv6, .udp, .tcp, .journal]
  /// Captures that are not compared, and why.
  static let exceptions = [
    "blocks": "tshark 4.0 gives a Custom Block a row, without a time",
    "sections": "tshark 4.0 names an interface of the second section as that of the first",
    "exp": "tshark reads JSON in it by its name", "sctpx": "tshark reads SCTP in it by its name",
    "filters": "ICMPv6's checksum is not verified, and ip.version and ipv6.flow are worded otherwise",
    "lt": "has cooked and tagged frames, which the tests of the network compare",
  ]
  static let allNames = try! FileManager.default.contentsOfDirectory(atPath: CaptureFile.folder.path)
    .filter { $0.hasSuffix(".pcapng") }.map { String($0.dropLast(7)) }.sorted()
  static let names = allNames.filter { exceptions[$0] == nil }

  @Test func eachFieldIsOneOfTsharks() throws {
    let known = Set(
      try Tshark.lines(["-G", "fields"]).compactMap { line -> String? in
        let parts = line.split(separator: "\t", omittingEmptySubsequences: false)
        guard parts.count > 2, parts[0] == "F" || parts[0] == "P" else { return nil }
        return String(parts[2])
      })
    #expect(known.count > 100_000)
    let own: [Layer] = [.session, .syscall, .kernel, .knob, .process, .note, .wire, .backlab, .eventStream]
    for layer in Layer.allCases where !own.contains(layer) {
      for field in layer.fields where !field.name.hasPrefix("backlab.") {
        #expect(known.contains(field.name), "\(field.name) is no field of tshark's")
      }
    }
  }

  @Test(arguments: names) func agrees(_ name: String) throws {
    let analysis = try Analysis(path: CaptureFile.url(name).path)
    var fields: [String] = []
    for layer in Self.layers {
      for field in layer.fields
      where TsharkTests.exceptions[field.name] == nil && !field.name.hasPrefix("backlab.") {
        if !fields.contains(field.name) { fields.append(field.name) }
      }
    }
    let lines = try Tshark.lines(
      ["-2", "-n", "-r", CaptureFile.url(name).path, "-T", "fields", "-E", "aggregator=|"]
        + fields.flatMap { ["-e", $0] })
    #expect(lines.count == analysis.rows.count)
    var compared = 0
    var wrong: [String: String] = [:]
    for (index, line) in lines.enumerated() where index < analysis.rows.count {
      let tree = analysis.tree(index + 1)
      var ours: [String: [String]] = [:]
      for node in tree.nodes {
        ours[Catalogue.shared.info(node.field).name, default: []].append(tree.valueText(node))
      }
      for (field, text) in zip(fields, line.split(separator: "\t", omittingEmptySubsequences: false)) {
        let values =
          text.isEmpty ? [] : text.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
        let mine = ours[field] ?? []
        compared += max(values.count, mine.count)
        if values.sorted() != mine.sorted(), wrong[field] == nil {
          wrong[field] = "row \(index + 1): tshark \(values), we \(mine)"
        }
      }
    }
    print("\(name): \(compared) values compared")
    #expect(compared > 0)
    #expect(
      wrong.isEmpty,
      "\(wrong.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: "\n"))")
  }
}

/// Runs tshark.
enum Tshark {
  /// What it prints, by lines.
  static func lines(_ arguments: [String]) throws -> [String] {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["TZ=UTC", "tshark"] + arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return String(decoding: data, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
      .dropLast().map(String.init)
  }
}
