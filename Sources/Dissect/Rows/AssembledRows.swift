import Bytes

/// Packets of IP that came in pieces, by the row that completed them.
struct AssembledRows {
  private var packets: [Int: AssembledPacket] = [:]
  private var completing: [UInt32: UInt32] = [:]

  var isEmpty: Bool { packets.isEmpty }

  /// The packet that a row completed; nil when it completed none.
  func packet(_ row: Int) -> AssembledPacket? { packets.isEmpty ? nil : packets[row] }

  /// The row that completed the packet of a row's piece; nil when none did.
  func completion(of row: Int) -> Int? { completing[UInt32(clamping: row)].map { Int($0) } }

  mutating func add(_ packet: AssembledPacket, row: Int) {
    packets[row] = packet
    for piece in packet.pieces { completing[piece.row] = UInt32(clamping: row) }
  }
}

extension RowStore {
  /// The octets of an assembled packet: where pieces overlap, those of the lower offset.
  func octets(of packet: AssembledPacket) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(packet.count)
    for piece in packet.pieces {
      let end = min(Int(piece.offset + piece.count), packet.count)
      guard end > out.count else { continue }
      let first = Int(piece.at) + out.count - Int(piece.offset)
      let count = end - out.count
      withFrame(Int(piece.row)) { _, frame in
        guard first >= 0, first + count <= frame.byteCount else { return }
        out.append(frame.extracting(first..<first + count))
      }
    }
    return out
  }

  /// The octets of one piece.
  func octets(of piece: PacketPiece) -> [UInt8] {
    withFrame(Int(piece.row)) { _, frame in
      let end = min(Int(piece.at + piece.count), frame.byteCount)
      return Int(piece.at) < end ? frame.extracting(Int(piece.at)..<end).copied() : []
    }
  }

  /// Gives `body` the octets that hold a row's packet, and its outline: those of the frame, or of the packet that the
  /// frame's piece completed.
  func withPacket<R>(
    _ row: Int, _ frame: RawSpan, _ outline: Outline, _ body: (RawSpan, Outline) -> R
  ) -> R {
    guard let packet = assembled.packet(row) else { return body(frame, outline) }
    let octets = octets(of: packet)
    return body(octets.raw, Outline(whole: octets.raw, of: outline))
  }

  /// Gives `body` a row's octets, with those of the packet that it completed behind them.
  func withStreamOctets<R>(_ row: Int, _ body: (RawSpan) -> R) -> R {
    guard let packet = assembled.packet(row) else { return withFrame(row) { _, frame in body(frame) } }
    let all = withFrame(row) { _, frame in frame.copied() } + octets(of: packet)
    return body(all.raw)
  }
}
