import Bytes

extension Analysis {
  /// Draws what is derived of a frame whose layers are in the tree: before those, beside what else is known of the row.
  func drawDerived(
    _ frame: FrameFacts, _ outline: Outline, _ known: KnownSegment?, into tree: inout Dissection
  ) {
    tree.depth = 0
    tree.source = 0
    let first = tree.nodes.count
    let place = tree.nodes.firstIndex { $0.depth == 0 && ![.frame, .wire].contains($0.field.layer) } ?? first
    let layer = tree.open(BacklabField.backlab, at: 0, 0)
    if let known {
      let states = conversations.segments.states(known.index)
      tree.add(
        BacklabField.clientState, UInt64(TCPStates.state(.client, in: states).rawValue), at: 0, 0)
      tree.add(
        BacklabField.serverState, UInt64(TCPStates.state(.server, in: states).rawValue), at: 0, 0)
      tree.add(BacklabField.roundTrips, UInt64(known.conversation.trips.count(in: frame.row)), at: 0, 0)
    }
    let cost = cost(frame, outline, known, tree)
    let share = cost.total > 0 ? cost.payload * 100 / cost.total : 0
    let group = tree.open(BacklabField.cost, at: 0, 0)
    tree.retitle(group, words: "Octets: \(cost.payload) of \(cost.total) are payload (\(share) %)")
    let parts: [(BacklabField, Int)] = [
      (.link, cost.link), (.network, cost.network), (.transport, cost.transport), (.tls, cost.tls),
      (.framing, cost.framing), (.headers, cost.headers), (.again, cost.again),
    ]
    for (field, count) in parts where count > 0 { tree.add(field, UInt64(count), at: 0, 0) }
    tree.add(BacklabField.payload, UInt64(cost.payload), at: 0, 0)
    tree.add(BacklabField.share, UInt64(share), at: 0, 0)
    tree.close(group)
    tree.close(layer)
    let own = Array(tree.nodes[first...])
    tree.nodes.removeSubrange(first...)
    tree.nodes.insert(contentsOf: own, at: place)
  }

  /// What the octets of a frame are for.
  func cost(
    _ frame: FrameFacts, _ outline: Outline, _ known: KnownSegment?, _ tree: borrowing Dissection
  ) -> RowCost {
    var cost = RowCost()
    let network = tree.nodes.first {
      $0.depth == 0 && [.ipv4, .ipv6, .arp].contains($0.field.layer)
    }
    guard let network, outline.hasAddresses || network.field.layer == .arp else {
      cost.link = frame.original
      return cost
    }
    guard network.field.layer != .arp else {
      cost.network = min(frame.original, Int(network.length))
      cost.link = frame.original - cost.network
      return cost
    }
    cost.network = min(frame.original, max(0, outline.payload.lowerBound - Int(network.offset)))
    let carried = min(outline.promised, frame.original - cost.network)
    cost.link = frame.original - cost.network - carried
    transport(carried, outline, known, frame.row, &cost)
    return cost
  }

  private func transport(
    _ carried: Int, _ outline: Outline, _ known: KnownSegment?, _ row: Int, _ cost: inout RowCost
  ) {
    // A piece of a packet is not looked into: the packet may come out of many rows.
    guard outline.piece == nil else { return cost.payload = carried }
    switch outline.proto {
    case 6:
      guard let known, known.facts.length <= carried else { return cost.transport = carried }
      cost.transport = carried - known.facts.length
      stream(known, row, &cost)
    case 17, 1, 58:
      cost.transport = min(8, carried)
      cost.payload = carried - cost.transport
    default: cost.payload = carried
    }
  }

  /// What the octets are for that a segment brought its stream.
  private func stream(_ known: KnownSegment, _ row: Int, _ cost: inout RowCost) {
    let streams = known.conversation.streams
    let half = streams.half(known.facts.side)
    let length = known.facts.length
    guard length > 0 else { return }
    guard let proto = streams.proto, let piece = half.piece(of: row) else {
      let repeated: TCPMarks = [.retransmission, .fastRetransmission, .spuriousRetransmission, .keepAlive]
      if known.facts.marks.isDisjoint(with: repeated) { cost.payload = length } else { cost.again = length }
      return
    }
    let range = half.pieces[piece].start..<min(half.end(piece), half.pieces[piece].start + length)
    half.cutter.account(range, proto, of: known.facts.side, streams, into: &cost)
    cost.again = length - range.count
  }
}
