import Bytes
import Session

@testable import Dissect

/// Gives frames to a conversation of HTTP/2, with a source of octets, and draws them in any order.
struct HTTP2Replay {
  /// Octets of both directions, and the rows that brought them.
  final class Octets: OctetSource {
    var bytes: [[UInt8]] = [[], []]
    var ends: [[(end: Int, row: Int)]] = [[], []]

    func octets(_ side: Side, from start: Int, count: Int) -> [UInt8] {
      let all = bytes[Int(side.rawValue)]
      guard start >= 0, start < all.count else { return [] }
      return Array(all[start..<min(all.count, start + count)])
    }

    func row(_ side: Side, of offset: Int) -> Int {
      ends[Int(side.rawValue)].first { offset < $0.end }?.row ?? 0
    }
  }

  let conversation = HTTP2Conversation()
  private let source = Octets()
  private let frames: [(Side, [UInt8])]
  private var tokens: [UInt32] = []

  /// Gives frames, each in a row of its own.
  init(_ frames: [(Side, [UInt8])]) {
    self.frames = frames
    for (index, (side, bytes)) in frames.enumerated() {
      let half = Int(side.rawValue)
      var context = RowContext(
        row: index + 1, time: nil, stream: 0, clientPort: 1, serverPort: 2, secrets: Secrets())
      context.offset = source.bytes[half].count
      context.octets = source
      source.bytes[half] += bytes
      source.ends[half].append((source.bytes[half].count, index + 1))
      tokens.append(conversation.receive(bytes.raw, from: side, context: context))
    }
  }

  /// The tree of a row, from 1.
  func tree(_ row: Int) -> Dissection {
    let (side, bytes) = frames[row - 1]
    var tree = Dissection(frame: bytes)
    conversation.draw(bytes.raw, base: 0, token: tokens[row - 1], from: side, into: &tree)
    return tree
  }

  /// The frames of the connections of a capture, in the order of the rows that they end in.
  static func frames(_ name: String) throws -> [(Side, [UInt8])] {
    let analysis = Analysis()
    for record in try CaptureFile.records(name) { analysis.append(record) }
    var out: [(Side, [UInt8])] = []
    for row in 1...analysis.rows.count {
      guard let segment = analysis.store.segment(row) else { continue }
      let side = analysis.conversations.segments.side(segment)
      let streams = analysis.conversations.conversation(segment).streams
      guard streams.proto is HTTP2Conversation else { continue }
      for message in streams.half(side).cutter.messages where Int(message.unit) == row {
        out.append((side, streams.octets(side, from: message.start, count: Int(message.count))))
      }
    }
    return out
  }
}
