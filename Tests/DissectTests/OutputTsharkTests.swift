import Bytes
import Foundation
import TestSupport
import Testing

@testable import Dissect

/// Every format of `dissect`, line by line, against `tshark -2 -n`.
@Suite(.enabled(if: Tshark.mayJudge)) struct OutputTsharkTests {
  /// Captures whose full text is compared, line by line; of the others the values are, in `DifferentialTests`.
  static let whole = [
    "http1", "tls13", "tls13mtls", "tls13res", "udp", "s12alert", "tls13early", "tls13ku", "network/loop",
    "network/null", "network/raw101", "network/raw12", "network/raw14", "network/raw228", "network/raw229",
    "network/sll", "network/sll2",
  ]
  /// Those whose JSON is.
  static let objects = [
    "http1", "tls13", "tls13mtls", "tls13res", "udp", "s12alert", "tls13early", "tls13hrr", "tls13ku",
    "h2tls", "network/loop", "network/null", "network/raw101", "network/raw12",
    "network/raw14", "network/raw228", "network/raw229", "network/sll", "network/sll2", "network/vlan",
  ]
  /// Those whose documents for Elasticsearch are.
  static let documents = [
    "http1", "tls13", "tls13early", "tls13ku", "tls13hrr", "udp", "s12alert",
    "network/loop", "network/null", "network/raw101", "network/raw12",
    "network/raw14", "network/raw228", "network/raw229", "network/sll", "network/sll2",
  ]
  /// Those whose PDML is.
  static let elements = [
    "http1", "tls13", "tls13mtls", "tls13res", "udp", "tls13early", "tls13ku", "network/raw228",
  ]
  /// Those whose octets are.
  static let dumps = [
    "bodies", "dns", "dnstcp", "dtls12", "filters", "grpc2", "h2curl", "h2tls", "http1", "http2",
    "json", "lt", "mqtt", "network/exp", "network/ext", "network/ipoptions",
    "network/loop", "network/mld", "network/nd", "network/null", "network/raw229", "network/sll",
    "network/sll2", "network/topt", "network/vlan", "opts", "pipeline", "redis", "requests", "resp",
    "s12alert", "s13early", "s13ku", "sctpx", "sections", "tfo", "tls12", "tls12rsa", "tls12sid", "tls12tkt",
    "tls13", "tls13early", "tls13hrr", "tls13ku", "tls13mtls", "tls13res", "udp", "verdict",
  ]
  /// Those whose lines of a row are.
  static let lists = [
    "bodies", "dns", "dnstcp", "grpc2", "h2curl", "h2frames", "h2secure", "h2securegrpc", "h2split", "h2tls",
    "http1", "http2", "json", "mqtt", "network/exp", "network/ext", "network/ipoptions", "network/loop",
    "network/mld", "network/nd", "network/null", "network/raw101",
    "network/raw12", "network/raw14", "network/raw228", "network/raw229", "network/sll", "network/sll2",
    "network/topt", "network/vlan", "opts", "pipeline", "requests", "s12alert", "s13early", "s13ku",
    "sections", "tls12", "tls12rsa", "tls12sid", "tls12tkt", "tls13", "tls13early", "tls13hrr", "tls13ku",
    "tls13mtls", "tls13res", "udp", "verdict", "ws", "wsframes", "wsfresh", "wstakeover", "wsz",
  ]

  @Test(arguments: whole) func wholeText(_ name: String) throws {
    try compare(name, ["-V"]) { $0.isWhole = true }
  }

  @Test(arguments: dumps) func dumped(_ name: String) throws {
    try compare(name, ["-x"]) { $0.hasOctets = true }
  }

  @Test(arguments: lists) func summary(_ name: String) throws {
    try compare(name, []) { _ in }
  }

  @Test(arguments: objects) func json(_ name: String) throws {
    try compare(name, ["-T", "json"]) { $0.format = .json }
  }

  @Test(arguments: ["http1", "udp"]) func jsonWithOctets(_ name: String) throws {
    try compare(name, ["-T", "json", "-x"]) {
      $0.format = .json
      $0.hasOctets = true
    }
  }

  @Test(arguments: documents) func elasticsearch(_ name: String) throws {
    try compare(name, ["-T", "ek"]) { $0.format = .ek }
  }

  @Test(arguments: ["http1", "udp", "s12alert", "tls13", "tls13early", "tls13ku"])
  func elasticsearchWithOctets(_ name: String) throws {
    try compare(name, ["-T", "ek", "-x"]) {
      $0.format = .ek
      $0.hasOctets = true
    }
  }

  @Test(arguments: ["http1", "dns", "network/nd", "tls13"]) func tabs(_ name: String) throws {
    try compare(name, ["-T", "tabs"]) { $0.format = .tabs }
  }

  @Test(arguments: ["http1", "dns", "network/nd", "tls13"]) func psml(_ name: String) throws {
    try compare(name, ["-T", "psml"]) { $0.format = .psml }
  }

  @Test(arguments: elements) func pdml(_ name: String) throws {
    try compare(name, ["-T", "pdml"]) { $0.format = .pdml }
  }

  static let names = [
    "frame.number", "ip.addr", "tcp.port", "tcp.flags", "tcp.flags.syn", "tcp.options", "frame.time", "http",
    "http.request.line", "eth.addr", "_ws.col.Protocol", "tcp.analysis", "tcp", "udp.port", "ip.host",
  ]

  @Test(arguments: [OutputFormat.fields, .json, .ek, .pdml]) func selected(_ format: OutputFormat) throws {
    let fields = Self.names.compactMap { SelectedField($0) }
    #expect(fields.count == Self.names.count)
    try compare("http1", ["-T", format.rawValue] + Self.names.flatMap { ["-e", $0] }) {
      $0.format = format
      $0.fields = fields
    }
  }

  @Test(arguments: [
    ["header=y", "separator=|", "quote=d"], ["occurrence=f"], ["occurrence=l", "quote=s"],
    ["aggregator=/s", "separator=;"], ["bom=y", "separator=/s"],
  ]) func fieldStyles(_ style: [String]) throws {
    try compare(
      "http1",
      ["-T", "fields"] + Self.names.flatMap { ["-e", $0] } + style.flatMap { ["-E", $0] }
    ) { options in
      options.format = .fields
      options.fields = Self.names.compactMap { SelectedField($0) }
      for one in style {
        let isKnown = options.style.set(one)
        #expect(isKnown)
      }
    }
  }

  @Test func wholeProtocols() throws {
    try compare("http1", ["-O", "tcp,arp"]) {
      $0.isWhole = true
      $0.protocols = ["tcp", "arp"]
    }
  }

  @Test(arguments: ["http1", "http2", "tls13"]) func countsProtocols(_ name: String) throws {
    let figures = CaptureFigures(try analysis(name))
    let theirs = try Tshark.lines(["-2", "-n", "-q", "-r", CaptureFile.url(name).path, "-z", "io,phs"])
    var counted: [String: Int] = [:]
    for line in theirs where line.contains("frames:") {
      let parts = line.split(whereSeparator: { $0 == " " || $0 == ":" })
      // What was put together from segments is no protocol.
      if parts[0] == "tcp.segments" { continue }
      counted[String(parts[0]), default: 0] += Int(parts[2]) ?? 0
    }
    for proto in ["eth", "arp", "ip", "tcp", "udp", "icmp", "tls"] {
      let ours = figures.hierarchy.filter { $0.name == proto }.reduce(0) { $0 + $1.traffic.frames }
      #expect(ours == counted[proto] ?? 0, "\(proto)")
    }
    #expect(figures.frames.frames == (try analysis(name)).rows.count)
  }

  @Test(arguments: ["http1", "http2", "tls13"]) func listsConversations(_ name: String) throws {
    let streams = try analysis(name).streams().filter { $0.transport == "tcp" }
    let theirs = try Tshark.lines(["-2", "-n", "-q", "-r", CaptureFile.url(name).path, "-z", "conv,tcp"])
      .filter { $0.contains("<->") }
    #expect(streams.count == theirs.count && !streams.isEmpty)
    for line in theirs {
      let parts = line.split(separator: " ").map(String.init)
      let one = try #require(streams.first { $0.client == parts[0] && $0.server == parts[2] })
      // Their columns: back, forth, both; each frames, octets and the word `bytes`.
      #expect([one.received.frames, one.received.octets].map(String.init) == [parts[3], parts[4]])
      #expect([one.sent.frames, one.sent.octets].map(String.init) == [parts[6], parts[7]])
      #expect([one.total.frames, one.total.octets].map(String.init) == [parts[9], parts[10]])
      #expect(Seconds.text(one.start, decimals: 9) == parts[12])
    }
  }

  private func analysis(_ name: String) throws -> Analysis {
    try Analysis(path: CaptureFile.url(name).path)
  }

  private func compare(
    _ name: String, _ arguments: [String], _ set: (inout OutputOptions) -> Void
  ) throws {
    var options = OutputOptions()
    set(&options)
    options.file = "\(name.split(separator: "/").last ?? "").pcapng"
    let analysis = try analysis(name)
    var printer = RowPrinter(options, filter: try Filter(FormatLines.filter))
    var text = TextBuffer()
    printer.begin(&text)
    for row in 1...analysis.rows.count { _ = printer.append(row, of: analysis, to: &text) }
    printer.end(&text)
    let theirs = try Tshark.lines(
      ["-2", "-n", "-r", CaptureFile.url(name).path, "-Y", FormatLines.filter] + arguments)
    #expect(!theirs.isEmpty)
    // tshark breaks attributes of XML where their value has a line's end.
    expectEqual(text.text, theirs, lineEnd: arguments.contains("pdml") ? "&#xd;&#xa;" : "\n")
  }

  private func expectEqual(
    _ ours: String, _ theirs: [String], lineEnd: String, _ location: SourceLocation = #_sourceLocation
  ) {
    let mine = FormatLines.told(ours, lineEnd: lineEnd)
    let other = FormatLines.told(theirs.joined(separator: "\n") + "\n", lineEnd: lineEnd)
    guard mine != other else { return }
    let difference = FormatLines.difference(mine, other)
    Issue.record(
      "\(difference.count) lines differ:\n\(difference.prefix(30).joined(separator: "\n"))",
      sourceLocation: location)
  }
}
