import Bytes

/// A message of a byte stream that ended in some row.
struct StreamMessage {
  /// Its octets.
  var bytes: [UInt8]
  /// The rows that carry it and where its octets stand in their frames: `count` octets from `offset` of row `row`.
  var pieces: [Piece]
  /// What `receive` gave.
  var token: UInt32
  /// Who sent it.
  var side: Side

  struct Piece {
    var row: Int
    var offset: Int
    var count: Int
  }
}

/// The two byte streams of a connection, put in order and cut into messages by the protocol on top.
final class TCPStreams {
  private struct Half {
    /// Sequence number of the next octet wanted.
    var next: UInt32?
    /// Octets not yet consumed, and whence they came.
    var waiting: [UInt8] = []
    var pieces: [StreamMessage.Piece] = []
    /// Segments after a gap, in order of arrival.
    var later: [(sequence: UInt32, bytes: [UInt8], row: Int, offset: Int)] = []
    var needed = 0
    var isForeign = false
    var isUntilEnd = false
    var isEnded = false
  }

  let stream: Int
  let clientPort: UInt16, serverPort: UInt16
  private(set) var proto: (any StreamProtocol)?
  private var isDecided = false
  private var halves = [Half(), Half()]
  /// Messages by the row that they end in.
  private(set) var messages: [Int: [StreamMessage]] = [:]
  /// The row in which the message ends that a row carries a first or middle piece of.
  private(set) var endings: [Int: Int] = [:]

  init(stream: Int, clientPort: UInt16, serverPort: UInt16) {
    self.stream = stream
    self.clientPort = clientPort
    self.serverPort = serverPort
  }

  /// Takes in a segment's payload.
  func append(
    _ segment: Segment, _ payload: RawSpan, from side: Side, row: Int, time: Timestamp?, secrets: Secrets
  ) {
    let half = Int(side.rawValue)
    let context = RowContext(
      row: row, time: time, stream: stream, clientPort: clientPort, serverPort: serverPort, secrets: secrets)
    let start = segment.flags & 2 != 0 ? segment.sequence &+ 1 : segment.sequence
    if halves[half].next == nil { halves[half].next = start }
    if payload.byteCount > 0, !halves[half].isForeign {
      halves[half].later.append((start, payload.copied(), row, segment.payload.lowerBound))
      drain(half)
      cut(half, side, context)
    }
    if segment.flags & 1 != 0, !halves[half].isEnded, halves[half].next == start &+ UInt32(payload.byteCount)
    {
      halves[half].isEnded = true
      if halves[half].isUntilEnd, !halves[half].waiting.isEmpty {
        deliver(half, side, halves[half].waiting.count, context)
      }
      proto?.finish(side)
    }
  }

  /// Moves what is in order behind the octets that wait.
  private func drain(_ half: Int) {
    var moved = true
    while moved {
      moved = false
      for index in halves[half].later.indices {
        guard let next = halves[half].next else { return }
        let part = halves[half].later[index]
        let known = Int(SequenceNumber(next).distance(from: SequenceNumber(part.sequence)))
        if known < 0 { continue }
        halves[half].later.remove(at: index)
        if known < part.bytes.count {
          let fresh = part.bytes.count - known
          halves[half].waiting += part.bytes[known...]
          halves[half].pieces.append(
            StreamMessage.Piece(row: part.row, offset: part.offset + known, count: fresh))
          halves[half].next = next &+ UInt32(fresh)
        }
        moved = true
        break
      }
    }
    // A capture that missed a segment never fills its gap: keep a bounded amount, then go on behind it.
    if halves[half].later.count > 512 { halves[half].isForeign = true }
  }

  private func cut(_ half: Int, _ side: Side, _ context: RowContext) {
    while !halves[half].waiting.isEmpty, !halves[half].isForeign {
      let waiting = halves[half].waiting
      if !isDecided {
        isDecided = true
        proto = streamProtocol(clientPort: clientPort, serverPort: serverPort, first: waiting.raw)
      }
      guard let proto else { return give(half) }
      let count = halves[half].waiting.count
      if halves[half].needed > count { return }
      switch proto.framing(waiting.raw, from: side) {
      case .complete(let size) where size > 0 && size <= count: deliver(half, side, size, context)
      case .needs(let size) where size > count:
        halves[half].needed = size
        return
      case .untilEnd:
        halves[half].isUntilEnd = true
        return
      default: return give(half)
      }
    }
  }

  /// Stops looking for messages in this direction.
  private func give(_ half: Int) {
    halves[half].isForeign = true
    halves[half].waiting = []
    halves[half].pieces = []
    halves[half].later = []
  }

  private func deliver(_ half: Int, _ side: Side, _ size: Int, _ context: RowContext) {
    let bytes = Array(halves[half].waiting.prefix(size))
    halves[half].waiting.removeFirst(size)
    halves[half].needed = 0
    var pieces: [StreamMessage.Piece] = []
    var left = size
    while left > 0, var piece = halves[half].pieces.first {
      let count = min(left, piece.count)
      pieces.append(StreamMessage.Piece(row: piece.row, offset: piece.offset, count: count))
      left -= count
      if count == piece.count {
        halves[half].pieces.removeFirst()
      } else {
        piece.offset += count
        piece.count -= count
        halves[half].pieces[0] = piece
      }
    }
    // A message shows in the row that completed it: the last to arrive, which after a gap isn't the last piece.
    // What the end of the stream completes shows where that end is.
    let row = halves[half].isEnded ? context.row : pieces.map(\.row).max() ?? context.row
    for piece in pieces where piece.row != row { endings[piece.row] = row }
    let token = proto?.receive(bytes.raw, from: side, context: context) ?? 0
    messages[row, default: []].append(StreamMessage(bytes: bytes, pieces: pieces, token: token, side: side))
  }
}
