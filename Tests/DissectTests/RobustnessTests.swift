import Session
import Testing

@testable import Dissect

@Suite struct RobustnessTests {
  @Test(arguments: ["http1", "udp", "tfo", "tls12"]) func prefixes(_ name: String) throws {
    for case .frame(var frame) in try CaptureFile.records(name) {
      let whole = frame.bytes
      for count in 0...whole.count where count < 140 || count == whole.count {
        frame.bytes = Array(whole.prefix(count))
        let analysis = Analysis()
        analysis.append(.frame(frame))
        let tree = analysis.tree(1)
        #expect(tree.nodes.allSatisfy { Int($0.offset) + Int($0.length) <= max(count, 14) || $0.source != 0 })
        for node in tree.nodes { _ = tree.label(node) }
      }
    }
  }

  @Test func mutations() throws {
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15
    func random(_ bound: Int) -> Int {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return Int(state % UInt64(bound))
    }
    for name in ["http1", "tfo", "udp"] {
      let records = try CaptureFile.records(name)
      for _ in 0..<20 {
        let analysis = Analysis()
        for record in records {
          guard case .frame(var frame) = record else { continue }
          for _ in 0..<3 where !frame.bytes.isEmpty {
            frame.bytes[random(frame.bytes.count)] = UInt8(random(256))
          }
          analysis.append(.frame(frame))
        }
        for row in analysis.rows {
          let tree = analysis.tree(row.number)
          #expect(!tree.nodes.isEmpty)
          for node in tree.nodes { _ = tree.valueText(node) }
        }
      }
    }
  }
}
