import Bytes

/// Packets of IP that came in pieces, as Wireshark shows them: in the row that completed them.
extension FrameDissector {
  /// Draws the whole packet where this row completed it; says whether it did. `layer` is that of the piece's header.
  mutating func assembled(_ layer: Int, _ proto: UInt8, isCut: Bool) -> Bool {
    let store = context.analysis.store
    guard !isCut, !context.isQuoted, let packet = store.assembled.packet(context.row) else { return false }
    let octets = store.octets(of: packet)
    let before = tree.source
    let isV6 = context.isV6
    tree.addSource(isV6 ? "Reassembled IPv6" : "Reassembled IPv4", octets)
    if tree.wants.contains(.nodes) { pieces(packet, octets, layer) }
    tree.depth = tree.wants.contains(.nodes) ? tree.nodes[layer].depth : 0
    context.behind = store.withFrame(context.row) { _, frame in frame.byteCount }
    var reader = Reader(octets.raw)
    if isV6 {
      extensions(proto, &reader, promised: octets.count, nil)
    } else {
      transport(proto, &reader, promised: octets.count)
    }
    tree.source = before
    return true
  }

  private mutating func pieces(_ packet: AssembledPacket, _ octets: [UInt8], _ layer: Int) {
    let store = context.analysis.store
    let isV6 = context.isV6
    tree.depth = tree.nodes[layer].depth + 1
    let names = packet.pieces.map { "#\($0.row)(\($0.count))" }.joined(separator: ", ")
    let title = "\(packet.pieces.count) IPv\(isV6 ? 6 : 4) Fragments (\(octets.count) bytes): \(names)"
    let group =
      isV6
      ? tree.open(IPv6Field.fragments, at: 0, octets.count)
      : tree.open(IPv4Field.fragments, at: 0, octets.count)
    tree.retitle(group, title)
    var end = 0
    // The tail that came first says how long the packet is.
    let tail = packet.pieces.filter { !$0.hasMore }.min { $0.row < $1.row }.map { $0.offset + $0.count }
    for piece in packet.pieces {
      let stop = Int(piece.offset + piece.count)
      let isOverlap = Int(piece.offset) < end
      let isSecondTail = !piece.hasMore && piece.offset + piece.count != tail
      let isTooLong = stop > packet.count && stop > end
      let isConflict =
        isOverlap
        && differs(store.octets(of: piece), octets, Int(piece.offset)..<min(end, stop, packet.count))
      let isWrong = isSecondTail || isTooLong || isConflict
      // Of a piece that reaches beyond the packet's end only the beginning is in the packet.
      let start = min(Int(piece.offset), octets.count)
      let count = min(Int(piece.count), octets.count - start)
      let node =
        isV6
        ? tree.open(isWrong ? IPv6Field.fragmentError : .fragmentRow, at: start, count)
        : tree.open(isWrong ? IPv4Field.fragmentError : .fragmentRow, at: start, count)
      tree.set(node, UInt64(piece.row))
      if isOverlap { mark(.fragmentOverlap, .fragmentOverlap) }
      if isConflict { mark(.fragmentConflict, .fragmentConflict) }
      if isSecondTail { mark(.fragmentTails, .fragmentTails) }
      if isTooLong { mark(.fragmentTooLong, .fragmentTooLong) }
      tree.close(node)
      end = max(end, min(stop, packet.count))
    }
    if isV6 {
      tree.add(IPv6Field.fragmentCount, UInt64(packet.pieces.count), at: 0, 0)
      tree.add(IPv6Field.reassembledLength, UInt64(octets.count), at: 0, 0)
      tree.add(IPv6Field.reassembledData, at: 0, octets.count)
    } else {
      tree.add(IPv4Field.fragmentCount, UInt64(packet.pieces.count), at: 0, 0)
      tree.add(IPv4Field.reassembledLength, UInt64(octets.count), at: 0, 0)
      tree.add(IPv4Field.reassembledData, at: 0, octets.count)
    }
    tree.close(group)
  }

  private mutating func mark(_ v6: IPv6Field, _ v4: IPv4Field) {
    if context.isV6 { tree.add(v6, 1, at: 0, 0) } else { tree.add(v4, 1, at: 0, 0) }
  }

  private func differs(_ piece: [UInt8], _ whole: [UInt8], _ range: Range<Int>) -> Bool {
    range.contains { $0 - range.lowerBound < piece.count && piece[$0 - range.lowerBound] != whole[$0] }
  }

  /// Names the row that completes the packet that this one has a piece of.
  mutating func awaited<F: Dissected>(_ layer: Int, _ field: F) {
    guard !context.isQuoted, let row = context.analysis.store.assembled.completion(of: context.row) else {
      return
    }
    if tree.wants.contains(.columns), !context.isV6 {
      tree.column.append(" [Reassembled in #")
      tree.column.append(row)
      tree.column.append(octet: 93)
    }
    guard tree.wants.contains(.nodes) else { return }
    tree.depth = tree.nodes[layer].depth + 1
    tree.add(field, UInt64(row), at: Int(tree.nodes[layer].offset), 0)
    tree.depth = tree.nodes[layer].depth
  }
}
