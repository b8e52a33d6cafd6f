import Bytes

/// A piece of a packet of IP: where its octets stand.
struct PacketPiece {
  /// The row that it came in, and where in that row's octets it begins.
  var row: UInt32, at: UInt32
  /// Octets before it in the packet, and its own.
  var offset: UInt32, count: UInt32
  var hasMore: Bool
}

/// A packet put together of pieces, in the order of their offsets.
struct AssembledPacket {
  var pieces: [PacketPiece]
  /// Octets of the whole.
  var count: Int
}

/// Pieces of packets of IP that are not whole yet (RFC 791 section 3.2, RFC 8200 section 4.5).
///
/// Only places are kept. There are never more than `limit` pieces: then the packets that wait longest are given up.
struct FragmentTable {
  /// What the pieces of a packet have in common.
  struct Key: Hashable {
    var sender: AddressBits, receiver: AddressBits
    var identification: UInt32
    var isV6: Bool
  }

  fileprivate struct Waiting {
    var pieces: [PacketPiece] = []
    /// Octets of all pieces, and of the whole when the last piece is there.
    var sum = 0
    var count: Int?
    /// Which of the packets that ever waited.
    var number = 0
  }

  private static let limit = 1 << 17
  /// A packet of 65,535 octets has no more pieces than that.
  private static let most = 8192

  private var waiting: [Key: Waiting] = [:]
  /// The keys in the order in which packets began to wait, of those from `first` on.
  private var order: [Key] = []
  private var first = 0
  private var held = 0

  /// Takes in a piece; returns the packet if it is whole now.
  mutating func append(_ piece: PacketPiece, _ key: Key) -> AssembledPacket? {
    if waiting[key] == nil {
      waiting[key] = Waiting(number: order.count)
      order.append(key)
    }
    held += 1
    let packet = waiting[key]?.add(piece)
    if packet != nil || waiting[key]?.pieces.count ?? 0 > Self.most { forget(key) }
    while held > Self.limit, first < order.count {
      if waiting[order[first]]?.number == first { forget(order[first]) }
      first += 1
    }
    return packet
  }

  /// The first row that holds a piece of a packet that is not whole.
  var firstRow: Int? { waiting.values.lazy.flatMap(\.pieces).map { Int($0.row) }.min() }

  private mutating func forget(_ key: Key) {
    held -= waiting.removeValue(forKey: key)?.pieces.count ?? 0
    if waiting.isEmpty {
      order.removeAll(keepingCapacity: true)
      first = 0
    }
  }
}

extension FragmentTable.Waiting {
  /// Puts a piece in its place; returns the packet when nothing is missing.
  fileprivate mutating func add(_ piece: PacketPiece) -> AssembledPacket? {
    var place = pieces.count
    while place > 0, pieces[place - 1].offset > piece.offset { place -= 1 }
    pieces.insert(piece, at: place)
    sum += Int(piece.count)
    if !piece.hasMore, count == nil { count = Int(piece.offset + piece.count) }
    guard let count, sum >= count else { return nil }
    var end = 0
    for piece in pieces {
      if piece.offset > end { break }
      end = max(end, Int(piece.offset + piece.count))
    }
    return end >= count ? AssembledPacket(pieces: pieces, count: count) : nil
  }
}
