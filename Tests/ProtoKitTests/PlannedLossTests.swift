import Bytes
import TestSupport
import Testing

@testable import ProtoKit

/// Frames that a lab's plan drops.
@Suite struct PlannedLossTests {
  @Test func lossesAreNamed() throws {
    #expect(try PlannedLoss.all("none").isEmpty)
    let two = try PlannedLoss.all("client.data.4.2+server-a.ack.1")
    #expect(two.map(\.host) == ["client", "server-a"])
    #expect(two.map(\.kind) == ["data", "ack"])
    #expect(two.map(\.number) == [4, 1])
    #expect(two.map(\.connection) == [2, nil])
    for wrong in [
      "", "client", "client.data", "client.dta.1", "client.data.0", "client.data.1.0", "client.data.1+",
    ] {
      let error = #expect(throws: SettingError.self) { _ = try PlannedLoss.all(wrong) }
      #expect(error?.what.contains("names no frame") == true)
    }
  }

  /// A segment of TCP over IPv4 from a port to port 80.
  private func segment(_ port: UInt8, flags: UInt8, data: Int = 0) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 54 + data)
    bytes.replaceSubrange(12..<14, with: [8, 0])
    bytes[14] = 0x45
    bytes[17] = UInt8(40 + data)
    bytes[23] = 6
    bytes.replaceSubrange(26..<34, with: [192, 0, 2, 1, 192, 0, 2, 2])
    bytes.replaceSubrange(34..<38, with: [0, port, 0, 80])
    bytes[46] = 0x50
    bytes[47] = flags
    return bytes
  }

  @Test func framesAreCountedWithinTheirConnection() throws {
    var link = LinkPlan()
    link.lose = try PlannedLoss.all("client.data.2.2+client.syn.3")
    var losses = PlannedLosses([link])
    func takes(_ bytes: [UInt8], from host: String = "client") -> Bool {
      unsafe losses.takes(bytes.span.bytes, from: host)
    }
    #expect(!takes(segment(1, flags: 2)))
    #expect(!takes(segment(2, flags: 2)))
    #expect(!takes(segment(1, flags: 0x18, data: 5)))
    #expect(!takes(segment(1, flags: 0x18, data: 5)))
    #expect(!takes(segment(2, flags: 0x18, data: 5)))
    #expect(!takes(segment(2, flags: 0x18, data: 5), from: "server"))
    #expect(takes(segment(2, flags: 0x18, data: 5)))
    #expect(!takes(segment(2, flags: 0x18, data: 5)))
    #expect(takes(segment(3, flags: 2)))
    #expect(!takes(segment(3, flags: 2)))
    #expect(!takes([1, 2, 3]))
  }
}
