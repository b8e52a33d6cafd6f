import Bytes

/// WebSocket on a connection that HTTP handed over: RFC 6455, with the compression of RFC 7692.
final class WebSocketConversation: StreamProtocol {
  /// A frame that can't be drawn from its own octets alone: a part of a message, or a compressed one.
  struct Note {
    /// Where the frame begins in its direction's stream.
    var offset: Int
    /// Octets of the frame.
    var size: UInt32
    var row: UInt32
    /// The note of the message's first frame.
    var start: UInt32
    var isFinal: Bool
    var isCompressed: Bool
  }

  /// The state that messages up to one leave the decompressor in: its window is all of it.
  private struct Checkpoint {
    /// The first note behind them.
    var note: Int
    var window: [UInt8]
  }

  /// Whether compression was agreed on.
  let isDeflated: Bool
  /// Whether a message may refer to those before it, by the side that sends it.
  let takesOver: [Bool]
  private(set) var notes: [[Note]] = [[], []]
  /// The first note of the message under way.
  private var underWay: [Int?] = [nil, nil]
  private weak var octets: (any OctetSource)?

  /// Decompressors that stand before the message of a note, for when rows are drawn in order; and windows on the way,
  /// for when they are not. Both only save work.
  private var live: [(note: Int, inflater: Inflater)?] = [nil, nil]
  private var checkpoints: [[Checkpoint]] = [[], []]
  /// Compressed octets from one checkpoint to the next; sixteen that come out count as one, since of a bomb a thousand do.
  private static let stride = 1 << 18

  /// A token of a frame that has no note.
  private static let plain = UInt32.max >> 2

  /// `extensions` are those that the server agreed to.
  init(extensions: RawSpan) {
    let text = String(decoding: extensions.copied(), as: UTF8.self).lowercased()
    isDeflated = text.contains("permessage-deflate")
    takesOver = [!text.contains("client_no_context_takeover"), !text.contains("server_no_context_takeover")]
  }

  func framing(_ bytes: RawSpan, from side: Side) -> Framing {
    do throws(ReadError) {
      let frame = try WebSocketFrame(bytes)
      let size = frame.headerLength + frame.length
      return bytes.byteCount >= size ? .complete(size) : .needs(size)
    } catch {
      guard case .truncated = error else { return .foreign }
      return .needs(bytes.byteCount + 1)
    }
  }

  func receive(_ pdu: RawSpan, from side: Side, context: RowContext) -> UInt32 {
    octets = context.octets
    let half = Int(side.rawValue)
    guard let frame = try? WebSocketFrame(pdu), !frame.isControl else { return Self.plain }
    let isFirst = frame.opcode != 0
    if isFirst, frame.isFinal, !(isDeflated && frame.isCompressed) {
      underWay[half] = nil
      return Self.plain
    }
    let index = notes[half].count
    let start = isFirst ? index : underWay[half] ?? index
    let isCompressed =
      isFirst ? isDeflated && frame.isCompressed : start < index && notes[half][start].isCompressed
    underWay[half] = frame.isFinal ? nil : start
    notes[half].append(
      Note(
        offset: context.offset, size: UInt32(clamping: pdu.byteCount), row: UInt32(clamping: context.row),
        start: UInt32(clamping: start), isFinal: frame.isFinal, isCompressed: isCompressed))
    return UInt32(clamping: index)
  }

  func finish(_ side: Side) {}

  func draw(_ pdu: RawSpan, base: Int, token: UInt32, from side: Side, into tree: inout Dissection) {
    var drawer = WebSocketDrawer(tree: tree.taken(), conversation: self, base: base, side: side)
    let count = notes[Int(side.rawValue)].count
    drawer.frame(pdu, note: token == Self.plain || Int(token) >= count ? nil : Int(token))
    tree = drawer.tree
  }

  /// The payloads of a message, one after the other, and the opcode of its first frame; `last` are the octets of its last
  /// one. Nil when earlier ones can't be had.
  func message(_ note: Int, _ half: Int, last: RawSpan) -> (payload: [UInt8], opcode: UInt8, sizes: [Int])? {
    var payload: [UInt8] = []
    var opcode: UInt8 = 0
    var sizes: [Int] = []
    let start = Int(notes[half][note].start)
    for index in start...note {
      let bytes = index == note ? last.copied() : read(index, half)
      guard let frame = try? WebSocketFrame(bytes.raw), bytes.count >= frame.headerLength + frame.length
      else {
        return nil
      }
      if index == start { opcode = frame.opcode }
      sizes.append(frame.length)
      payload += frame.payload(bytes.raw)
    }
    return (payload, opcode, sizes)
  }

  private func read(_ note: Int, _ half: Int) -> [UInt8] {
    let frame = notes[half][note]
    return octets?.octets(half == 0 ? .client : .server, from: frame.offset, count: Int(frame.size)) ?? []
  }

  /// Unpacks the message whose last frame has `note` and whose payload is `payload`. Nil when messages that it refers
  /// to can't be had.
  func inflate(_ payload: [UInt8], note: Int, _ half: Int) -> Unpacked? {
    let start = Int(notes[half][note].start)
    guard let inflater = inflater(before: start, half) else { return nil }
    let result = Self.feed(inflater, payload)
    if takesOver[half], result.end == .short { live[half] = (note + 1, inflater) }
    return result
  }

  /// A message is a stream of blocks without the empty one at its end: RFC 7692 section 7.2.2.
  private static func feed(_ inflater: Inflater, _ payload: [UInt8]) -> Unpacked {
    inflater.inflate((payload + [0, 0, 0xFF, 0xFF]).raw)
  }

  /// A decompressor as it stands before the message that begins with `note`.
  private func inflater(before note: Int, _ half: Int) -> Inflater? {
    guard takesOver[half] else { return Inflater(.raw) }
    // Taken away first: one that could not be brought all the way stands nowhere.
    let known = live[half]
    live[half] = nil
    if let known, known.note <= note, let inflater = advance(known.inflater, from: known.note, to: note, half)
    {
      return inflater
    }
    guard let fresh = Inflater(.raw) else { return nil }
    let checkpoint = checkpoints[half].last { $0.note <= note }
    if let checkpoint { fresh.set(window: checkpoint.window) }
    return advance(fresh, from: checkpoint?.note ?? 0, to: note, half)
  }

  /// Runs a decompressor over the messages of the notes up to `end`.
  private func advance(_ inflater: Inflater, from start: Int, to end: Int, _ half: Int) -> Inflater? {
    var payload: [UInt8] = []
    var passed = 0
    for index in start..<max(start, end) where notes[half][index].isCompressed {
      let bytes = read(index, half)
      guard let frame = try? WebSocketFrame(bytes.raw), bytes.count >= frame.headerLength + frame.length
      else {
        return nil
      }
      // A message may begin while another is under way, which then never ends.
      if Int(notes[half][index].start) == index { payload = [] }
      payload += frame.payload(bytes.raw)
      guard notes[half][index].isFinal else { continue }
      let result = Self.feed(inflater, payload)
      guard result.end == .short else { return nil }
      passed += payload.count + result.bytes.count / 16
      payload = []
      if passed >= Self.stride, checkpoints[half].last.map({ $0.note <= index }) ?? true {
        checkpoints[half].append(Checkpoint(note: index + 1, window: inflater.window()))
        passed = 0
      }
    }
    return inflater
  }
}
