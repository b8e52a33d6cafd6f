/// The fields that a name stands for, as nodes are asked for them.
struct FieldSet: Sendable {
  private let first: FieldID
  private let second: FieldID
  private let rest: [FieldID]

  /// A set of at least one.
  init(_ ids: [FieldID]) {
    first = ids[0]
    second = ids[ids.count > 1 ? 1 : 0]
    rest = Array(ids.dropFirst(2))
  }

  /// Whether there is only one field.
  var isSingle: Bool { first == second && rest.isEmpty }

  @inline(__always)
  func contains(_ id: FieldID) -> Bool {
    id == first || id == second || !rest.isEmpty && rest.contains(id)
  }
}

/// How a field is read off a tree.
struct FieldRead: Sendable {
  /// The fields that the name stands for.
  var fields: FieldSet
  /// The type of all of them.
  var type: FilterType
  /// For a value of an event that the tables don't name: its name.
  var key: String?
  /// Whether something is searched in it: then a protocol has all octets that follow, not its own alone.
  var isSearched = false
  /// The layers of its protocol where it counts; nil for all.
  var layers: [OctetRange]?

  /// Calls `body` with the indices of its nodes in a row until it returns true; returns whether it did.
  func visit(_ tree: Dissection, _ body: (Int) -> Bool) -> Bool {
    if layers != nil || key != nil { return slowVisit(tree, body) }
    let nodes = tree.nodes.span
    for index in nodes.indices where fields.contains(nodes[index].field) {
      if body(index) { return true }
    }
    return false
  }

  /// The same where layers are counted, or names read.
  private func slowVisit(_ tree: Dissection, _ body: (Int) -> Bool) -> Bool {
    for (index, node) in tree.nodes.enumerated() where fields.contains(node.field) {
      if let key, !tree.text(of: node).hasPrefix("\(key): ") { continue }
      if let layers {
        // Layers count from 1, and from the last one with -1.
        let heading = FieldID(layer: node.field.layer, index: 0)
        let number = tree.nodes[...index].count { $0.field == heading }
        let count = tree.nodes.count { $0.field == heading }
        guard layers.contains(where: { $0.holds(layer: number, of: count) }) else { continue }
      }
      if body(index) { return true }
    }
    return false
  }
}

extension OctetRange {
  /// Whether a layer of `count`, from 1, is in the range.
  fileprivate func holds(layer: Int, of count: Int) -> Bool {
    let first = start < 0 ? count + 1 + start : start
    switch end {
    case .open: return layer >= first
    case .count(let length): return layer >= first && layer - first < length
    case .last(let last): return layer >= first && layer <= (last < 0 ? count + 1 + last : last)
    }
  }
}

extension Dissection {
  /// The value of a node as a filter sees it; `isSliced` for only what the protocol's own node spans.
  func filterValue(_ index: Int, _ read: FieldRead, isSliced: Bool = false) -> FilterValue? {
    let node = nodes[index]
    switch read.type {
    case .label: return isSliced ? .octets([]) : nil
    case .unsigned: return .number(FilterNumber(raw: node.value))
    case .signed, .moment, .duration: return .number(FilterNumber(raw: node.value, isSigned: true))
    case .truth: return .number(FilterNumber(raw: node.value == 0 ? 0 : 1))
    case .ipv4: return isSliced ? .octets(bigEndian(node, 4)) : .number(FilterNumber(raw: node.value))
    case .ether: return .octets(bigEndian(node, 6))
    case .ipv6, .octets(false): return .octets(octets(of: node))
    case .octets(true): return .octets(span(index, isOwn: !read.isSearched))
    case .text: return textValue(node)
    case .loose:
      let text = String(text(of: node).dropFirst((read.key?.count ?? 0) + 2))
      return Int64(text).map { .number(FilterNumber(raw: UInt64(bitPattern: $0), isSigned: true)) }
        ?? .text(text)
    }
  }

  /// An address: its octets where they stand in the bytes, else made of the value.
  private func bigEndian(_ node: Node, _ count: Int) -> ArraySlice<UInt8> {
    let known = octets(of: node)
    if known.count == count { return known }
    return (0..<count).map { UInt8(truncatingIfNeeded: node.value >> UInt64(8 * (count - 1 - $0))) }[...]
  }

  /// The octets of a text that are UTF-8, else the repaired text.
  private func textValue(_ node: Node) -> FilterValue {
    if node.value != 0, Int(node.value) <= texts.count { return .text(texts[Int(node.value) - 1]) }
    let octets = octets(of: node)
    for octet in octets where octet >= 0x80 { return .text(String(decoding: octets, as: UTF8.self)) }
    return .octets(octets)
  }

  /// The octets of a protocol: from its node on to the end of what the protocol beneath carries. `isOwn` is for what
  /// its node spans; the protocols in IP span all that IP carries, as in Wireshark.
  private func span(_ index: Int, isOwn: Bool) -> ArraySlice<UInt8> {
    let node = nodes[index]
    let layer = node.field.layer
    if isOwn, ![.tcp, .icmp, .icmpv6].contains(layer) { return octets(of: node) }
    guard Int(node.source) < sources.count else { return [] }
    let bytes = sources[Int(node.source)].bytes
    let start = min(Int(node.offset), bytes.count)
    guard layer != .frame, layer != .ethernet else { return bytes[start...] }
    return bytes[start..<max(start, min(bytes.count, carriedEnd(index) ?? bytes.count))]
  }

  /// Where the IP packet ends that a node belongs to.
  private func carriedEnd(_ index: Int) -> Int? {
    var length: Int?
    for node in nodes[...index].reversed() where node.source == nodes[index].source {
      if node.field == FieldID(IPv4Field.ip) || node.field == FieldID(IPv6Field.ipv6) {
        return length.map { Int(node.offset) + $0 }
      }
      if node.field == FieldID(IPv4Field.totalLength) { length = Int(node.value) }
      if node.field == FieldID(IPv6Field.payloadLength) { length = 40 + Int(node.value) }
    }
    return nil
  }
}
