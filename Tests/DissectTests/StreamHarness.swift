import Bytes
import Testing

@testable import Dissect

/// Two byte streams and a protocol on them, without frames around.
final class StreamHarness: OctetSource {
  struct Message {
    var side: Side
    var range: Range<Int>
    var token: UInt32
    var row: Int
  }

  let proto: any StreamProtocol
  private(set) var messages: [Message] = []
  private(set) var isForeign = [false, false]
  private var streams: [[UInt8]] = [[], []]
  private let cutters = [StreamCutter(), StreamCutter()]
  private var row = 0

  init(_ proto: any StreamProtocol) { self.proto = proto }

  /// Sends octets in a row of their own.
  func send(_ bytes: [UInt8], _ side: Side) {
    row += 1
    let half = Int(side.rawValue)
    streams[half] += bytes
    cutters[half].push(bytes.raw, proto, from: side) { octets, offset, count in
      let token = proto.receive(
        octets, from: side,
        context: RowContext(
          row: row, time: Timestamp(nanoseconds: Int64(row) * 1000), stream: 0, clientPort: 50000,
          serverPort: 80, secrets: Secrets(), offset: offset, octets: self))
      messages.append(Message(side: side, range: offset..<offset + count, token: token, row: row))
      return (UInt32(row), token)
    }
    isForeign[half] = cutters[half].isForeign
  }

  func send(_ text: String, _ side: Side) { send(Array(text.utf8), side) }

  /// The tree of the message at `index`.
  func tree(_ index: Int) -> Dissection {
    let message = messages[index]
    let bytes = Array(streams[Int(message.side.rawValue)][message.range])
    var tree = Dissection(frame: bytes)
    proto.draw(bytes.raw, base: 0, token: message.token, from: message.side, into: &tree)
    return tree
  }

  /// Draws everything, in full and as a list does.
  func drawAll() {
    for index in messages.indices {
      let tree = tree(index)
      for node in tree.nodes {
        _ = tree.label(node)
        let room = Int(node.source) < tree.sources.count ? tree.sources[Int(node.source)].bytes.count : -1
        if Int(node.offset) + Int(node.length) > room {
          Issue.record("\(Catalogue.shared.info(node.field).name) stands outside its source")
        }
      }
      let message = messages[index]
      let bytes = Array(streams[Int(message.side.rawValue)][message.range])
      var list = Dissection(wants: .columns)
      list.start(bytes.raw)
      proto.draw(bytes.raw, base: 0, token: message.token, from: message.side, into: &list)
      if list.info != tree.info || list.protocolName != tree.protocolName {
        Issue.record("a list says \(list.info), the tree \(tree.info)")
      }
    }
  }

  func octets(_ side: Side, from start: Int, count: Int) -> [UInt8] {
    let stream = streams[Int(side.rawValue)]
    guard start >= 0, start < stream.count else { return [] }
    return Array(stream[start..<min(stream.count, start + count)])
  }

  func row(_ side: Side, of offset: Int) -> Int {
    messages.first { $0.side == side && $0.range.contains(offset) }?.row ?? 0
  }
}

/// Numbers that look random and are the same each time.
struct Shuffle {
  private var state: UInt64 = 0x9E37_79B9_7F4A_7C15

  mutating func next(_ bound: Int) -> Int {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return Int(state % UInt64(bound))
  }
}

/// Feeds each protocol what it must survive: every beginning of a conversation, each cut in two, and octets changed.
func survive(
  _ make: () -> any StreamProtocol, _ conversation: [(Side, [UInt8])], rounds: Int = 300
) {
  for index in conversation.indices {
    let whole = conversation[index].1
    for count in stride(from: 0, through: whole.count, by: max(1, whole.count / 200)) {
      let harness = StreamHarness(make())
      for part in conversation[..<index] { harness.send(part.1, part.0) }
      harness.send(Array(whole[..<count]), conversation[index].0)
      harness.drawAll()
      harness.send(Array(whole[count...]), conversation[index].0)
      harness.drawAll()
    }
  }
  var shuffle = Shuffle()
  for _ in 0..<rounds {
    let harness = StreamHarness(make())
    for (side, bytes) in conversation {
      var bytes = bytes
      for _ in 0..<2 where !bytes.isEmpty { bytes[shuffle.next(bytes.count)] ^= 1 << UInt8(shuffle.next(8)) }
      harness.send(bytes, side)
    }
    harness.drawAll()
  }
}
