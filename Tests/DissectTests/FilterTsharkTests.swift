import Foundation
import Session
import TestSupport
import Testing

@testable import Dissect

/// The same rows as Wireshark 4.0 for the same filters, and the same refusals.
@Suite(.enabled(if: Tshark.mayJudge)) struct FilterTsharkTests {
  /// Filters that are answered otherwise, and why.
  static let exceptions: [String: String] = [
    "ipv6.dst > tcp.payload[0:2]":
      "tshark orders an address only against addresses, and says so for IPv4 alone",
    "frame.time_relative > 200ms": "units of time are ours",
    "tcp.len == '\\n'": "Wireshark's manual has it, its scanner refuses it",
    "tcp.port == 0b": "Wireshark takes no digits for 0",
    "frame.time_relative > 1.5.5": "Wireshark passes over what follows the second point",
    "frame.time_relative == 1.5.2": "the same",
    "frame.time_relative >= 99999999999999999999999": "Wireshark's seconds overflow",
    "ipv6.addr & fe80:: == fe80::": "Wireshark finds all addresses equal, 2001:db8::1 too",
    "ipv6.dst === tcp.payload[0:2]": "Wireshark finds sixteen octets equal to two",
    "tls.handshake.type in {\"Client Hello\"..\"Server Hello\"}": "Wireshark reads the names of SSL 2",
    "http.chat": "a heading that we don't draw",
    "frame.protocols == \"eth:ethertype:ip:tcp\"": "we list no data after TCP Fast Open",
    "frame.protocols > \"eth:ethertype:ip:tcp\"": "the same",
    "frame.protocols < \"eth:ethertype:ip:tcp\"": "the same",
    "icmpv6.opt.linkaddr == 1": "octets here, a MAC address to Wireshark",
    "icmpv6.opt.linkaddr & 3": "the same",
    "ipv6.fraghdr.more == \"Set\"": "Yes and No to Wireshark",
    "pkix1explicit.id[0] == 00": "several fields have the name in Wireshark, of several types",
    "pkix1explicit.id & 3": "the same",
  ]

  /// Fields that are of another kind here, so that other values may stand beside them, and why.
  private static let otherKinds: [String: String] = [
    "_ws.short": "a protocol of its own to tshark", "_ws.malformed": "the same",
    "ipv6.hopopts": "the same", "ipv6.dstopts": "the same", "ipv6.routing": "the same",
    "ipv6.fraghdr": "the same", "icmp.resptime": "a number with decimals to tshark, a text here",
    "icmpv6.resptime": "the same", "icmpv6.opt.src_linkaddr": "octets to tshark, an address here",
    "icmpv6.opt.target_linkaddr": "the same",
  ]

  private static let trees: [Dissection] = {
    let analysis = Analysis()
    for record in (try? CaptureFile.records("filters")) ?? [] { analysis.append(record) }
    return analysis.rows.map { analysis.tree($0.number) }
  }()

  /// The rows that our filter chooses; nil when it is refused.
  private static func rows(_ text: String) -> [Int]? {
    guard let filter = try? Filter(text) else { return nil }
    return trees.indices.filter { filter.matches(trees[$0]) }.map { $0 + 1 }
  }

  /// Asks both of all filters.
  private func compare(_ filters: [String], least: Int) throws {
    let sharkd = try Sharkd(CaptureFile.url("filters"))
    var wrong: [String] = []
    var chosen = 0
    var refused = 0
    for filter in filters where Self.exceptions[filter] == nil {
      // Wireshark reads 10.0.0.1 as 10 seconds: it passes over what follows the second point.
      if filter.hasPrefix("frame.time_relative"), filter.contains("10.0.0.") { continue }
      let theirs = try sharkd.rows(filter)
      let ours = Self.rows(filter)
      if theirs == nil { refused += 1 }
      if theirs?.isEmpty == false { chosen += 1 }
      guard ours != theirs else { continue }
      func words(_ rows: [Int]?) -> String { rows.map { "\($0.count): \($0.prefix(8))" } ?? "refused" }
      var why = ""
      do { _ = try Filter(filter) } catch { why = "\(error)" }
      wrong.append("\(filter)   Wireshark \(words(theirs)), we \(words(ours)) \(why)")
    }
    print("\(filters.count) filters: \(chosen) choose rows, \(refused) are refused, \(wrong.count) differ")
    #expect(chosen > least && refused > least / 4)
    #expect(wrong.isEmpty, "\(wrong.joined(separator: "\n"))")
  }

  @Test func writtenByHand() throws {
    let text = try String(contentsOf: CaptureFile.folder.appending(path: "filters.txt"), encoding: .utf8)
    try compare(text.split(separator: "\n").map(String.init), least: 400)
  }

  /// Operators with fields of every type and literals of every kind.
  @Test func everyTypeWithEveryOperator() throws {
    let fields = [
      "tcp.srcport", "ip.ttl", "tcp.seq_raw", "tcp.flags.syn", "ip.src", "ipv6.dst", "eth.src", "frame.time",
      "frame.time_relative", "http.request.method", "tcp.payload", "udp", "tcp.analysis",
      "tcp.analysis.acks_frame", "ip.addr", "tcp.payload[0:2]", "len(tcp)", "max(tcp.port)", "tcp.len + 1",
      "string(ip.src)", "ip.src#1",
    ]
    let signs = [
      "==", "!=", "===", "!==", "<", "<=", ">", ">=", "contains", "matches", "&", "+", "-", "*", "/", "%",
    ]
    let literals = [
      "1", "64", "0x50", "\"GET\"", "'G'", "47:45", "10.0.0.1", "10.0.0.0/8", "2001:db8::/32", "::1",
      "02:00:00:00:00:01", "1.5", "\"2026-11-01 00:00:00\"", "True", "tcp.dstport", "ip.dst", "eth.dst",
      "tcp.payload[0:2]", "http.host", "-1",
    ]
    // A quarter of all, in which each pair of field, sign and literal has its turn.
    var filters: [String] = []
    for (i, field) in fields.enumerated() {
      for (j, sign) in signs.enumerated() {
        for (k, literal) in literals.enumerated() where (i + j + k) % 4 == 0 {
          filters.append("\(field) \(sign) \(literal)")
        }
      }
    }
    try compare(filters, least: 200)
  }

  /// Every field that both know: with a number, with a text, in brackets and in functions.
  @Test func everyField() throws {
    let known = try Tshark.lines(["-G", "fields"]).compactMap { $0.split(separator: "\t").dropFirst(2).first }
    let sharkd = try Sharkd(CaptureFile.url("filters"))
    // Where rows have other fields than Wireshark's, that is the dissectors' matter, which have their own tests.
    let names = try Set(known.map(String.init)).intersection(Catalogue.shared.byName.keys).filter {
      try Self.otherKinds[$0] == nil && sharkd.rows($0) == Self.rows($0)
    }
    #expect(names.count > 340)
    let forms = ["FIELD == 1", "FIELD == \"Set\"", "FIELD[0] == 00", "len(FIELD) > 2", "FIELD & 3"]
    let filters = names.sorted().flatMap { name in forms.map { $0.replacing("FIELD", with: name) } }
    try compare(filters, least: 100)
  }

  /// sharkd's engine is tshark's: the same rows from `tshark -2 -n -Y`.
  @Test(arguments: [
    "tcp.port in {80, 4433} && !(tcp.len == 0)", "frame[12:2] == 86:dd || arp.opcode == request",
    "tcp matches \"^..\\x00\\x50\" and ip.src == 10.0.0.1",
  ]) func likeTshark(_ filter: String) throws {
    let lines = try Tshark.lines(
      ["-2", "-n", "-r", CaptureFile.url("filters").path, "-Y", filter, "-T", "fields", "-e", "frame.number"])
    #expect(lines.compactMap(Int.init) == Self.rows(filter))
    #expect(!lines.isEmpty)
  }
}
