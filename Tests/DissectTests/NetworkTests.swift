import Foundation
import Session
import TestSupport
import Testing

@testable import Dissect

/// Links, IP with its options and pieces, ICMP and UDP: captures that hold one frame of a kind.
@Suite struct NetworkTests {
  static let folder = CaptureFile.folder.appending(path: "network")
  static let names = try! FileManager.default.contentsOfDirectory(atPath: folder.path)
    .filter { $0.hasSuffix(".pcapng") }.map { String($0.dropLast(7)) }.sorted()

  /// Every prefix of every frame, as a capture would cut it and as a frame of its own.
  @Test(arguments: names) func prefixes(_ name: String) throws {
    let analysis = try Analysis(path: Self.folder.appending(path: "\(name).pcapng").path)
    for row in analysis.rows {
      guard case .frame(var frame) = row.record else { continue }
      let whole = frame.bytes
      frame.offset = nil
      for count in 0..<whole.count {
        frame.bytes = Array(whole.prefix(count))
        for original in [count, whole.count] {
          frame.originalLength = original
          let short = Analysis()
          short.append(.frame(frame))
          let tree = short.tree(1)
          #expect(
            tree.nodes.allSatisfy { Int($0.offset) + Int($0.length) <= max(count, 14) || $0.source != 0 })
          for node in tree.nodes { _ = tree.label(node) }
          #expect(short.summary(1).info == tree.info)
        }
      }
    }
  }

  @Test func neverMorePiecesThanThereIsRoomFor() {
    var table = FragmentTable()
    func piece(_ number: Int, isLast: Bool) -> AssembledPacket? {
      let key = FragmentTable.Key(
        sender: AddressBits(low: UInt64(number)), receiver: AddressBits(), identification: 1, isV6: false)
      return table.append(
        PacketPiece(
          row: UInt32(number), at: 34, offset: isLast ? 8 : 0, count: 8, hasMore: !isLast), key)
    }
    for number in 0..<300_000 { #expect(piece(number, isLast: false) == nil) }
    #expect(piece(299_999, isLast: true)?.count == 16)
    #expect(piece(0, isLast: true) == nil, "the oldest was given up")
  }
}
