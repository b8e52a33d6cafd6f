import Synchronization

/// Where a search among a tree's nodes ended. Labels are asked for one node after the other, and those that tell of other nodes
/// would look from the first one on each time: a row may have a hundred thousand. It is a hint, which copies may share.
final class SearchHint: Sendable {
  private let place = Atomic<Int>(0)

  /// The first node that fits from where the last one was found, or else from the beginning.
  func firstIndex(in nodes: [Node], where fits: (Node) -> Bool) -> Int? {
    let start = min(place.load(ordering: .relaxed), nodes.count)
    let found = nodes[start...].firstIndex(where: fits) ?? nodes[..<start].firstIndex(where: fits)
    if let found { place.store(found, ordering: .relaxed) }
    return found
  }
}

extension Dissection {
  /// The index of a node that fits, of which there is one at most.
  func onlyIndex(where fits: (Node) -> Bool) -> Int? {
    guard let hint else { return nodes.firstIndex(where: fits) }
    return hint.firstIndex(in: nodes, where: fits)
  }
}
