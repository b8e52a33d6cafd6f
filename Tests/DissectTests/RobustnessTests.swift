import Bytes
import Session
import TestSupport
import Testing

@testable import Dissect

/// Captures that were cut, changed or filled with what must not reach a terminal.
@Suite struct RobustnessTests {
  private struct Random {
    var state: UInt64
    mutating func callAsFunction(_ bound: Int) -> Int {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return Int(state % UInt64(bound))
    }
  }

  /// Draws every row in every way, in an order that no reader would use, and looks at all of it.
  private func drawAll(_ records: [Record], _ what: String) {
    let analysis = Analysis()
    for record in records { analysis.append(record) }
    var list = Dissection(wants: .columns)
    var line = TextBuffer()
    for number in (0..<analysis.rows.count).reversed().map({ $0 + 1 }) {
      let tree = analysis.tree(number)
      #expect(!tree.nodes.isEmpty)
      for node in tree.nodes {
        let source = tree.sources[Int(node.source)].bytes.count
        let end = Int(node.offset) + Int(node.length)
        #expect(
          end <= max(source, 14) || node.source != 0,
          "\(what), row \(number): \(tree.label(node)) ends at \(end) of \(source)")
        #expect(isClean(tree.label(node)), "\(what), row \(number): \(tree.label(node).debugDescription)")
        _ = tree.valueText(node)
      }
      analysis.draw(number, into: &list)
      #expect(list.info == tree.info && list.protocolName == tree.protocolName, "\(what), row \(number)")
      line.removeAll()
      analysis.appendLine(number, list, to: &line)
      #expect(isClean(line.text), "\(what), row \(number): \(line.text.debugDescription)")
    }
  }

  private func isClean(_ text: String) -> Bool {
    text.unicodeScalars.allSatisfy {
      switch $0.value {
      case 0..<32, 127..<160, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: false
      default: true
      }
    }
  }

  /// Each frame alone, cut at each length.
  @Test(arguments: CaptureFile.ownNames) func everyPrefixOfEachFrame(_ name: String) throws {
    var lengths: Set<Int> = []
    for case .frame(var frame) in try CaptureFile.records(name) {
      let whole = frame.bytes
      // Frames of one length mostly have one shape.
      guard lengths.insert(whole.count).inserted, lengths.count < 16 else { continue }
      for count in 0...whole.count where count < 160 || count % 31 == 0 {
        frame.bytes = Array(whole.prefix(count))
        let analysis = Analysis()
        analysis.append(.frame(frame))
        let tree = analysis.tree(1)
        #expect(tree.nodes.allSatisfy { Int($0.offset) + Int($0.length) <= max(count, 14) || $0.source != 0 })
        for node in tree.nodes { _ = tree.label(node) }
      }
    }
  }

  /// All frames of a capture cut at the same length, as a snapshot length does it.
  @Test(arguments: CaptureFile.ownNames) func snapshotLengths(_ name: String) throws {
    let records = Array(try CaptureFile.records(name).prefix(120))
    for length in [0, 13, 14, 33, 40, 54, 66, 67, 70, 75, 80, 90, 100, 117, 140, 200, 300] {
      drawAll(
        records.map { record in
          guard case .frame(var frame) = record else { return record }
          frame.bytes = Array(frame.bytes.prefix(length))
          return .frame(frame)
        }, "\(name) cut at \(length)")
    }
  }

  /// Octets changed anywhere, frames lost, doubled and exchanged.
  @Test(arguments: CaptureFile.ownNames) func damage(_ name: String) throws {
    var random = Random(state: 0x9E37_79B9_7F4A_7C15)
    let records = Array(try CaptureFile.records(name).prefix(120))
    for round in 0..<6 {
      var changed: [Record] = []
      for record in records {
        guard case .frame(var frame) = record else {
          changed.append(record)
          continue
        }
        for _ in 0..<random(4) where !frame.bytes.isEmpty {
          frame.bytes[random(frame.bytes.count)] = UInt8(random(256))
        }
        switch random(12) {
        case 0: break
        case 1: changed += [.frame(frame), .frame(frame)]
        case 2 where !changed.isEmpty: changed.insert(.frame(frame), at: changed.count - 1)
        default: changed.append(.frame(frame))
        }
      }
      drawAll(changed, "\(name) damaged, round \(round)")
    }
  }

  /// Payloads whose letters became control characters, marks of direction and broken UTF-8.
  @Test(arguments: ["http1", "tls12", "dtls12", "ws", "h2c", "grpc", "udp", "exp"])
  func hostileText(_ name: String) throws {
    var random = Random(state: 0xD1B5_4A32_D192_ED03)
    let bad: [[UInt8]] = [
      [27], [0x9B], [7], [0xC2, 0x9B], [0xE2, 0x80, 0xAE], [0xFF], [0xC3], [0], [13, 10],
    ]
    for round in 0..<6 {
      let changed = try CaptureFile.records(name).map { record -> Record in
        guard case .frame(var frame) = record, frame.bytes.count > 70 else { return record }
        for _ in 0..<8 {
          let place = 60 + random(frame.bytes.count - 64)
          for (index, octet) in bad[random(bad.count)].enumerated() { frame.bytes[place + index] = octet }
        }
        frame.comments = ["\u{1B}]0;title\u{7}\u{202E}"]
        return .frame(frame)
      }
      drawAll(changed, "\(name) hostile, round \(round)")
    }
  }
}
