import Bytes

/// The two byte streams of a connection, put in order and cut into messages by the protocol on top.
///
/// The octets stay in their rows: of each stretch the row is kept in which it came first.
final class TCPStreams: OctetSource {
  /// Octets of the stream, up to where the next piece begins, that came in one row.
  struct Piece {
    /// Offset in the stream.
    var start: Int
    var row: UInt32
    /// Where its first octet stands in the frame.
    var at: UInt32
  }

  /// What brought octets.
  private struct Origin {
    var row: Int
    var time: Int64?
    unowned(unsafe) let secrets: Secrets
  }

  final class Half {
    /// Sequence number of the next octet wanted.
    fileprivate var next: UInt32?
    /// Octets put in order so far.
    fileprivate(set) var count = 0
    fileprivate(set) var pieces: [Piece] = []
    let cutter = StreamCutter()
    /// Segments after a gap, in order of arrival.
    fileprivate var later: [(sequence: UInt32, bytes: [UInt8], row: Int, offset: Int)] = []
    fileprivate var isEnded = false
    /// Whether octets are missing that are not waited for any more.
    fileprivate(set) var hasGap = false
    /// Whether pieces stand in another order than their rows.
    fileprivate(set) var isMixed = false

    /// Offset behind the last octet of a piece.
    func end(_ piece: Int) -> Int { piece + 1 < pieces.count ? pieces[piece + 1].start : count }

    /// The first row of those that brought what is in no message yet.
    fileprivate var firstOpenRow: Int? {
      var row = later.lazy.map(\.row).min()
      guard !cutter.isForeign, cutter.consumed < count else { return row }
      for piece in piece(at: cutter.consumed)..<pieces.count { row = earliest(row, Int(pieces[piece].row)) }
      return row
    }

    /// The piece that holds the octet at `offset`.
    func piece(at offset: Int) -> Int {
      var low = 0
      var high = pieces.count
      while low < high {
        let middle = (low + high) / 2
        if pieces[middle].start <= offset { low = middle + 1 } else { high = middle }
      }
      return low - 1
    }

    /// The piece that a row brought; nil when it brought nothing new.
    func piece(of row: Int) -> Int? {
      if isMixed { return pieces.firstIndex { $0.row == row } }
      var low = 0
      var high = pieces.count
      while low < high {
        let middle = (low + high) / 2
        if pieces[middle].row < row { low = middle + 1 } else { high = middle }
      }
      return low < pieces.count && pieces[low].row == row ? low : nil
    }
  }

  let stream: Int
  let clientPort: UInt16, serverPort: UInt16
  private(set) var proto: (any StreamProtocol)?
  private var isDecided = false
  let client = Half(), server = Half()
  private unowned let store: RowStore

  init(stream: Int, clientPort: UInt16, serverPort: UInt16, store: RowStore) {
    self.stream = stream
    self.clientPort = clientPort
    self.serverPort = serverPort
    self.store = store
  }

  /// The direction that `side` sends in.
  func half(_ side: Side) -> Half { side == .client ? client : server }

  /// Takes in a segment's payload.
  func append(
    _ segment: Segment, _ payload: RawSpan, from side: Side, row: Int, time: Int64?, secrets: Secrets
  ) {
    let half = half(side)
    let start = segment.flags & 2 != 0 ? segment.sequence &+ 1 : segment.sequence
    if half.next == nil { half.next = start }
    let isFinal = segment.flags & 1 != 0
    guard payload.byteCount > 0 || isFinal else { return }
    let origin = Origin(row: row, time: time, secrets: secrets)
    if payload.byteCount > 0, !half.cutter.isForeign {
      if half.later.isEmpty, half.next == start {
        add(half, payload, row: row, at: segment.payload.lowerBound, side, origin)
      } else {
        half.later.append((start, payload.copied(), row, segment.payload.lowerBound))
        drain(half, side, origin)
      }
    }
    if isFinal, !half.isEnded, half.next == start &+ UInt32(truncatingIfNeeded: payload.byteCount) {
      half.isEnded = true
      half.cutter.finish { receive($0, $1, $2, side, origin, inRow: row) }
      proto?.finish(side)
    }
  }

  /// Adds octets that continue the stream.
  private func add(_ half: Half, _ octets: RawSpan, row: Int, at: Int, _ side: Side, _ origin: Origin) {
    if let last = half.pieces.last, last.row > row { half.isMixed = true }
    half.pieces.append(Piece(start: half.count, row: UInt32(clamping: row), at: UInt32(clamping: at)))
    half.count += octets.byteCount
    half.next = half.next.map { $0 &+ UInt32(truncatingIfNeeded: octets.byteCount) }
    if !isDecided {
      isDecided = true
      proto = streamProtocol(clientPort: clientPort, serverPort: serverPort, first: octets)
    }
    guard let proto else { return half.cutter.giveUp() }
    half.cutter.push(octets, proto, from: side) { receive($0, $1, $2, side, origin, inRow: nil) }
  }

  /// Hands a message to the protocol. It shows in the row that completed it: the last to arrive, which after a gap
  /// isn't the last piece; what the end of the stream completes shows where that end is.
  private func receive(
    _ octets: RawSpan, _ offset: Int, _ count: Int, _ side: Side, _ origin: Origin, inRow row: Int?
  ) -> (unit: UInt32, token: UInt32) {
    var context = RowContext(
      row: origin.row, time: origin.time.map { Timestamp(nanoseconds: $0) }, stream: stream,
      clientPort: clientPort, serverPort: serverPort, secrets: unsafe origin.secrets, offset: offset,
      octets: self)
    let half = half(side)
    if let row {
      context.row = row
    } else if half.isMixed || !half.later.isEmpty {
      context.row = 0
      var piece = half.piece(at: offset)
      while piece < half.pieces.count, half.pieces[piece].start < offset + count {
        context.row = max(context.row, Int(half.pieces[piece].row))
        piece += 1
      }
    }
    let token = proto?.receive(octets, from: side, context: context) ?? 0
    return (UInt32(clamping: context.row), token)
  }

  /// Moves what has come into order behind the octets that are.
  private func drain(_ half: Half, _ side: Side, _ origin: Origin) {
    var place = 0
    while place < half.later.count, let next = half.next, !half.cutter.isForeign {
      let part = half.later[place]
      let known = Int(SequenceNumber(next).distance(from: SequenceNumber(part.sequence)))
      if known < 0 {
        place += 1
        continue
      }
      half.later.remove(at: place)
      place = 0
      guard known < part.bytes.count else { continue }
      let fresh = unsafe part.bytes.span.bytes.extracting(known..<part.bytes.count)
      add(half, fresh, row: part.row, at: part.offset + known, side, origin)
    }
    // A capture that missed a segment never fills its gap: a bounded amount is kept, then nothing more is looked for.
    if half.later.count > 512 {
      half.hasGap = true
      half.cutter.giveUp()
    }
    if half.cutter.isForeign { half.later = [] }
  }

  /// The first row (from 1) whose line in a list may depend on what comes; nil when there is none.
  var firstOpenRow: Int? {
    earliest(earliest(client.firstOpenRow, server.firstOpenRow), proto?.firstOpenRow)
  }

  /// Whether all that a row brought belongs to a message that a later row completes. `message` is the first one of the
  /// direction that was not whole before the row.
  func isPartOnly(_ row: Int, _ side: Side, _ message: Int) -> Bool {
    let half = half(side)
    guard !half.isMixed, message < half.cutter.messages.count, let piece = half.piece(of: row) else {
      return false
    }
    let first = half.cutter.messages[message]
    return first.unit > row && first.start < half.end(piece) && first.end > half.pieces[piece].start
  }

  func octets(_ side: Side, from start: Int, count: Int) -> [UInt8] {
    let half = half(side)
    var out: [UInt8] = []
    out.reserveCapacity(min(count, half.count))
    var at = start
    let end = min(start + count, half.count)
    var place = start >= 0 && start < half.count ? half.piece(at: start) : half.pieces.count
    while at < end, place < half.pieces.count {
      let piece = half.pieces[place]
      let size = min(half.end(place), end) - at
      store.withStreamOctets(Int(piece.row)) { frame in
        let first = min(Int(piece.at) + at - piece.start, frame.byteCount)
        out.append(frame.extracting(first..<min(first + size, frame.byteCount)))
      }
      at += size
      place += 1
    }
    return out
  }

  func row(_ side: Side, of offset: Int) -> Int {
    let half = half(side)
    guard offset >= 0, offset < half.count else { return 0 }
    return Int(half.pieces[half.piece(at: offset)].row)
  }
}
