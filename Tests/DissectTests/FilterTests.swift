import Bytes
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
}
