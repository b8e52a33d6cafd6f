import Bytes
import Foundation
import Session
import Testing

@testable import Dissect

@Suite struct FilterTests {
  private func rows(_ text: String, _ analysis: Analysis) throws -> [Int] {
    let filter = try Filter(text)
    return analysis.rows.map(\.number).filter { analysis.matches(filter, row: $0) }
  }

  @Test func frames() throws {
    let analysis = Analysis()
    for record in try CaptureFile.records("http1") { analysis.append(record) }
    #expect(try rows("arp", analysis) == [1, 2])
    #expect(try rows("tcp.flags.syn == 1 && tcp.flags.ack == 0", analysis) == [3, 24])
    #expect(try rows("tcp.flags == 0x012", analysis) == [4, 25])
    #expect(try rows("arp and eth.dst eq ff:ff:ff:ff:ff:ff", analysis) == [1])
    #expect(try rows("frame.number in {1, 4..6}", analysis) == [1, 4, 5, 6])
    #expect(try rows("ip.addr == 10.0.0.0/8 && frame.number < 5", analysis) == [3, 4])
    #expect(try rows("ip.addr != 10.0.0.1", analysis) == [])
    #expect(try rows("!(ip.addr == 10.0.0.1) && !arp", analysis) == [])
    #expect(try rows("tcp.payload contains \"GET /plain\"", analysis) == [6])
    #expect(try rows("tcp.len > 70 && tcp.srcport == 80", analysis).first == 11)
  }

  @Test func events() throws {
    let analysis = Analysis()
    let now = Timestamp(nanoseconds: 1_700_000_000_000_000_000)
    analysis.append(
      .event(
        Event(
          .kernel, at: now, "two wait",
          [EventField("host", "server"), EventField("accept_queue", 2), EventField("novel", 7)])))
    analysis.append(
      .event(
        Event(
          .syscall, at: now, "connect failed",
          [
            EventField("name", "connect"), EventField("errno", "ECONNREFUSED"),
            EventField("duration", 250_000_000),
          ])))
    analysis.append(.frame(Frame(time: now, packetID: 9, bytes: [UInt8](repeating: 0, count: 20))))
    analysis.append(.fate(WireFate(packetID: 9, kind: .delivered, time: now.advanced(by: 100_000_000))))
    #expect(try rows("kernel.accept_queue == 2 && kernel.host == \"server\"", analysis) == [1])
    #expect(try rows("kernel.accept_queue", analysis) == [1])
    #expect(try rows("kernel.novel == 7", analysis) == [1])
    #expect(try rows("syscall.name == \"connect\"", analysis) == [2])
    #expect(try rows("syscall.errno == \"ECONNREFUSED\" and syscall.duration > 0.2", analysis) == [2])
    #expect(try rows("wire.fate == \"delivered\" && wire.delivered >= 0.1", analysis) == [3])
    #expect(try rows("systemd_journal.message contains \"wait\"", analysis) == [1])
    #expect(analysis.values(named: "kernel.accept_queue", row: 1) == [.number(2)])
  }

  @Test func errors() {
    #expect(throws: FilterError(column: 1, text: "“tcp.prot” is no field; did you mean tcp.port?")) {
      try Filter("tcp.prot == 80")
    }
    #expect(throws: FilterError.self) { try Filter("tcp.port ==") }
    #expect(throws: FilterError.self) { try Filter("(tcp") }
    #expect(throws: FilterError.self) { try Filter("tcp.port == eighty") }
    #expect(throws: FilterError.self) { try Filter("tcp udp") }
  }

  @Test(arguments: [
    ("tcp.port == eighty", 13), ("tcp.len > 5 && tcp.prot", 16), ("ip.src == 10.0.0.300", 11),
    ("tcp.port = 80", 10),
    ("tcp.port in {80 443}", 17), ("frame contains \"a", 16), ("http.host matches \"(\"", 19), ("tcp[0:2", 4),
    ("tcp[2-1] == 00", 5), ("„tcp", 1), ("http.host == \"é\\q\"", 16), ("tcp.flags.syn == yes", 18),
    ("frame.time > \"yesterday\"", 14), ("lenn(tcp) > 5", 1), ("tcp.port == ip.src", 13),
  ]) func errorsNameTheColumn(_ text: String, _ column: Int) {
    let error = #expect(throws: FilterError.self) { try Filter(text) }
    #expect(error?.column == column, "\(error.map { "\($0)" } ?? "")")
  }

  @Test func errorsProposeNames() {
    for (text, name) in [
      ("tcp.prot == 80", "tcp.port"), ("tcp.port == tcp.scrport", "tcp.srcport"),
      ("arp.opcode == requst", "\"request\""), ("upper(http.host) == lowr(http.host)", "lower"),
    ] {
      let error = #expect(throws: FilterError.self) { try Filter(text) }
      #expect(error?.text.hasSuffix("did you mean \(name)?") == true, "\(error.map { "\($0)" } ?? "")")
    }
  }

  @Test func hostileFiltersAreRefused() {
    for text in [
      String(repeating: "(", count: 50_000) + "tcp", String(repeating: "!", count: 50_000) + "tcp",
      String(repeating: "{", count: 5000) + "tcp.len", "tcp.len" + String(repeating: " + 1", count: 10_000),
      "frame" + String(repeating: "[0:9]", count: 10_000), String(repeating: "len(", count: 10_000),
      String(repeating: "a", count: 100_000),
      "tcp contains \"" + String(repeating: "a", count: 70_000) + "\"",
      "http.host matches \"" + String(repeating: "(", count: 1000) + "\"", "tcp.port\u{0}", "\u{1B}[2J",
      "\u{202E}tcp",
    ] {
      let error = #expect(throws: FilterError.self) { try Filter(text) }
      #expect(error?.description.unicodeScalars.allSatisfy { $0.value >= 32 && $0.value != 0x202E } == true)
    }
  }

  @Test func longAndDeepFiltersAreAnswered() throws {
    let analysis = Analysis()
    for record in try CaptureFile.records("http1") { analysis.append(record) }
    #expect(try rows("arp" + String(repeating: " || arp", count: 5000), analysis) == [1, 2])
    #expect(
      try rows(String(repeating: "(", count: 150) + "arp" + String(repeating: ")", count: 150), analysis) == [
        1, 2,
      ])
    // A pattern that backtracks without end is given up.
    #expect(try rows("tcp.payload matches \"(?:.*.*)*(?:.*.*)*\\\\x01\\\\x02$\"", analysis) == [])
  }

  @Test func everyPrefixAndEveryMaimedFilterIsReadOrRefused() throws {
    let text = try String(contentsOf: CaptureFile.folder.appending(path: "filters.txt"), encoding: .utf8)
    var made = 0
    for (index, line) in text.split(separator: "\n").enumerated() where index % 40 == 0 {
      for count in 0...line.utf8.count {
        let prefix = String(decoding: line.utf8.prefix(count), as: UTF8.self)
        var maimed = Array(line.utf8)
        if count < maimed.count { maimed[count] ^= UInt8(truncatingIfNeeded: 1 << (index % 7)) }
        for text in [prefix, String(decoding: maimed, as: UTF8.self)] where (try? Filter(text)) != nil {
          made += 1
        }
      }
    }
    #expect(made > 30)
  }

  @Test func saysWhatItNeeds() throws {
    #expect(try !Filter("tcp.port == 80 && ip.src != 10.0.0.0/8 || eth.dst == ff:ff:ff:ff:ff:ff").wantsOctets)
    #expect(try !Filter("tcp && !tcp.payload && count(http.host) > 0").wantsOctets)
    for text in [
      "http.host == \"a\"", "eth.src[0] == 00", "ipv6.src == ::1", "tcp contains 00", "len(http.host) > 3",
    ] {
      #expect(try Filter(text).wantsOctets, "\(text)")
    }
    #expect(try Filter("tcp.port == 80 || arp || http.host").layers == [.tcp, .arp, .http])
  }
}
