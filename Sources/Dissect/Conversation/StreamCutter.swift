import Bytes

/// A message of a byte stream: where it stands, and where it was whole.
struct StreamMessage {
  /// Offset of its first octet in the stream of its direction.
  var start: Int
  var count: UInt32
  /// What its last octets came in: a row (from 1), or a record of TLS (from 0).
  var unit: UInt32
  /// What `receive` gave.
  var token: UInt32

  /// Offset behind its last octet.
  var end: Int { start + Int(count) }
}

/// Cuts one direction of a byte stream into the messages of the protocol on it.
///
/// Octets are held only until their message is whole, and never when it lies whole in what comes.
final class StreamCutter {
  /// The messages so far, in stream order.
  private(set) var messages: [StreamMessage] = []
  /// Offset of the first octet that belongs to no message yet.
  private(set) var consumed = 0
  /// Whether the octets turned out to be no protocol of ours: nothing more is looked for.
  private(set) var isForeign = false
  /// Whether the message under way goes on to the end of the stream.
  private(set) var isUntilEnd = false
  /// The beginning of the message under way: all that came of it, or, of one that is only counted, what is needed.
  private var waiting: [UInt8] = []
  /// Octets that the message takes at least, and those of it that came where they are only counted.
  private var needed = 0
  private var counted: Int?

  /// Whether part of a message is held.
  var isHolding: Bool { !waiting.isEmpty }

  /// Gets a message that is whole (or as much of it as is needed), its offset and its octets in all; gives unit and
  /// token.
  typealias Receive = (RawSpan, Int, Int) -> (unit: UInt32, token: UInt32)

  /// Takes in the next octets.
  func push(_ octets: RawSpan, _ proto: any StreamProtocol, from side: Side, _ receive: Receive) {
    guard !isForeign else { return }
    if let have = counted {
      guard have + octets.byteCount >= needed else {
        counted = have + octets.byteCount
        return
      }
      let head = waiting
      waiting = []
      counted = nil
      take(head.raw, needed, receive)
      return push(octets.extracting(needed - have..<octets.byteCount), proto, from: side, receive)
    }
    if waiting.isEmpty, !isUntilEnd {
      let used = cut(octets, proto, side, receive)
      if used < octets.byteCount { waiting.append(octets.extracting(used..<octets.byteCount)) }
      return
    }
    waiting.append(octets)
    guard waiting.count >= needed, !isUntilEnd else { return }
    // Taken out, so that a protocol may look at this stream while its octets are borrowed.
    var whole = waiting
    waiting = []
    let used = cut(whole.raw, proto, side, receive)
    if counted != nil { return }
    if used > 0 { whole.removeFirst(used) }
    waiting = whole
  }

  private func cut(
    _ octets: RawSpan, _ proto: any StreamProtocol, _ side: Side, _ receive: Receive
  ) -> Int {
    var at = 0
    while at < octets.byteCount {
      let rest = octets.extracting(at..<octets.byteCount)
      switch proto.framing(rest, from: side) {
      case .complete(let size) where size > 0 && size <= rest.byteCount:
        take(rest.extracting(0..<size), size, receive)
        at += size
      case .counted(let size, let first) where size >= first && first > 0 && first <= rest.byteCount:
        guard size > rest.byteCount else {
          take(rest.extracting(0..<first), size, receive)
          at += size
          continue
        }
        waiting = rest.extracting(0..<first).copied()
        (needed, counted) = (size, rest.byteCount)
        return octets.byteCount
      case .needs(let size) where size > rest.byteCount:
        needed = size
        return at
      case .untilEnd:
        isUntilEnd = true
        return at
      default:
        giveUp()
        return octets.byteCount
      }
    }
    needed = 0
    return at
  }

  private func take(_ octets: RawSpan, _ count: Int, _ receive: Receive) {
    let (unit, token) = receive(octets, consumed, count)
    messages.append(
      StreamMessage(start: consumed, count: UInt32(clamping: count), unit: unit, token: token))
    consumed += count
  }

  /// Stops looking for messages.
  func giveUp() {
    isForeign = true
    waiting = []
    counted = nil
  }

  /// The stream is over: a message that goes on to its end is whole.
  func finish(_ receive: Receive) {
    guard isUntilEnd, !waiting.isEmpty else { return }
    let whole = waiting
    waiting = []
    isUntilEnd = false
    take(whole.raw, whole.count, receive)
  }

  /// The index of the message that holds the octet at `offset`, or of the next one behind it.
  func index(at offset: Int) -> Int {
    var low = 0
    var high = messages.count
    while low < high {
      let middle = (low + high) / 2
      if messages[middle].end <= offset { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

extension [UInt8] {
  /// Appends octets that stand elsewhere.
  mutating func append(_ octets: RawSpan) { unsafe octets.withUnsafeBytes { unsafe append(contentsOf: $0) } }
}
