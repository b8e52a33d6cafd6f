import Bytes

/// Draws one value of RESP, and what it holds, into a tree that it owns meanwhile.
struct RESPDrawer {
  var tree: Dissection
  /// Where the value begins in the current source.
  let base: Int
  let isRequest: Bool

  /// What `value` gives for a mark that ends the list around it.
  private static let ended = -3

  /// Values that are drawn in each other: a node's depth is an octet.
  private static let levels = 100
  /// Octets of the info column, behind which a long request is not written out.
  private static let columnLimit = 4096

  mutating func draw(_ bytes: RawSpan) {
    columns(bytes)
    guard tree.wants.contains(.nodes) else { return }
    let layer = layer(bytes.byteCount)
    tree.depth = 1
    if RESPKind(bytes[octet: 0]) == nil {
      let end = HTTPHead.line(bytes, 0)?.text.upperBound ?? bytes.byteCount
      tree.add(RESPField.inline, at: base, end)
    } else {
      var at = 0
      // Lists that are open: their nodes, and the values still to come.
      var open: [(node: Int, left: Int)] = []
      while at < bytes.byteCount {
        guard let (end, inner, node) = value(bytes, at, isDrawn: open.count < Self.levels) else { break }
        at = end
        if inner == Self.ended, !open.isEmpty { open[open.count - 1].left = 1 }
        if inner > 0 || inner == RESPScanner.untilMark || inner == RESPScanner.untilEmpty {
          open.append((node, inner))
          if open.count < Self.levels { tree.depth += 1 }
          if open.count == Self.levels { tree.add(RESPField.tooDeep, at: base + at, 0) }
          continue
        }
        while let last = open.last {
          if last.left > 0 { open[open.count - 1].left -= 1 }
          guard last.left == 1 else { break }
          if open.count < Self.levels {
            tree.depth -= 1
            if last.node < tree.nodes.count {
              tree.nodes[last.node].length = UInt32(clamping: base + at - Int(tree.nodes[last.node].offset))
            }
          }
          open.removeLast()
        }
      }
    }
    tree.depth = 0
    tree.nodes[layer].length = UInt32(clamping: base + bytes.byteCount - Int(tree.nodes[layer].offset))
  }

  /// All values of a row stand in one layer.
  private mutating func layer(_ count: Int) -> Int {
    if let last = tree.nodes.lastIndex(where: { $0.depth == 0 }),
      tree.nodes[last].field == FieldID(RESPField.resp), tree.nodes[last].source == tree.source,
      Int(tree.nodes[last].offset) + Int(tree.nodes[last].length) == base
    {
      return last
    }
    tree.depth = 0
    return tree.add(RESPField.resp, at: base, count)
  }

  /// Draws the value at `at` without what it holds. Returns where that begins, or where the value ends, how many values it
  /// holds, and its node; nil when it can't be read.
  private mutating func value(_ bytes: RawSpan, _ at: Int, isDrawn: Bool) -> (Int, Int, Int)? {
    guard let line = HTTPHead.line(bytes, at), let kind = RESPKind(bytes[octet: at]) else { return nil }
    let text = min(at + 1, line.text.upperBound)..<line.text.upperBound
    let place = base + at
    let size = line.end - at
    let isStreamed = RESPKind.isStreamed(bytes, line.text)
    switch kind {
    case .octets(.bulkString) where isStreamed:
      return (line.end, RESPScanner.untilEmpty, isDrawn ? parts(place, size) : 0)
    case .list(let field, _) where isStreamed:
      return (line.end, RESPScanner.untilMark, isDrawn ? list(field, 0, place, size, "?") : 0)
    case .part:
      guard let count = RESPKind.number(bytes, line.text) else { return nil }
      let end = count > 0 ? line.end + Int(count) + 2 : line.end
      guard end <= bytes.byteCount else { return nil }
      if isDrawn { tree.add(RESPField.part, at: base + line.end, max(0, Int(count))) }
      return (end, count == 0 ? Self.ended : 0, 0)
    case .mark:
      if isDrawn { tree.add(RESPField.mark, at: place, size) }
      return (line.end, Self.ended, 0)
    case .line(let field):
      guard isDrawn else { return (line.end, 0, 0) }
      switch field {
      case .integer:
        tree.add(field, UInt64(bitPattern: RESPKind.number(bytes, line.text) ?? 0), at: place, size)
      case .truth:
        tree.add(field, text.count == 1 && bytes[octet: text.lowerBound] == 116 ? 1 : 0, at: place, size)
      case .null: tree.add(field, at: place, size)
      default: tree.add(field, at: base + text.lowerBound, text.count)
      }
      return (line.end, 0, 0)
    case .octets(let field):
      guard let count = RESPKind.number(bytes, line.text) else { return nil }
      let end = count < 0 ? line.end : line.end + Int(count) + 2
      guard end <= bytes.byteCount else { return nil }
      if isDrawn { octets(field, bytes, line, at, end, count) }
      return (end, 0, 0)
    case .list(let field, let width):
      guard let count = RESPKind.number(bytes, line.text) else { return nil }
      let node = isDrawn ? list(field, count, place, size) : 0
      return (line.end, max(0, Int(clamping: count)) * width, node)
    case .attribute:
      guard let count = RESPKind.number(bytes, line.text) else { return nil }
      let node = isDrawn ? tree.add(RESPField.attribute, UInt64(max(0, count)), at: place, size) : 0
      return (line.end, max(0, Int(clamping: count)) * 2 + 1, node)
    }
  }

  private mutating func octets(
    _ field: RESPField, _ bytes: RawSpan, _ line: (text: Range<Int>, end: Int), _ at: Int, _ end: Int,
    _ count: Int64
  ) {
    guard field == .bulkString else {
      tree.add(field, at: base + line.end, max(0, Int(count)))
      return
    }
    let group = tree.open(field, at: base + at, end - at)
    tree.add(RESPField.bulkLength, UInt64(bitPattern: count), at: base + at, line.end - at)
    if count >= 0 { tree.add(RESPField.bulkValue, at: base + line.end, Int(count)) }
    tree.close(group)
    tree.retitle(
      group,
      "Bulk String: "
        + (count < 0 ? "[NULL]" : HTTPHead.text(bytes, line.end..<line.end + min(Int(count), 100))))
  }

  /// A string whose parts follow; Wireshark takes its length for 0.
  private mutating func parts(_ place: Int, _ size: Int) -> Int {
    let node = tree.open(RESPField.bulkString, at: place, size, text: "Bulk String: in parts")
    tree.add(RESPField.bulkLength, 0, at: place, size)
    tree.close(node)
    return node
  }

  private mutating func list(
    _ field: RESPField, _ count: Int64, _ place: Int, _ size: Int, _ words: String? = nil
  ) -> Int {
    guard field == .array else { return tree.add(field, UInt64(max(0, count)), at: place, size) }
    let node = tree.open(field, at: place, size)
    tree.add(RESPField.arrayLength, UInt64(bitPattern: count), at: place, size)
    tree.close(node)
    tree.retitle(node, "Array: Length \(words ?? "\(count)")")
    return node
  }

  /// The values of a row one after the other: of a request's list its strings, of an answer's list its length.
  private mutating func columns(_ bytes: RawSpan) {
    let isFirst = tree.protocolName != "RESP"
    tree.protocolName = "RESP"
    guard tree.wants.contains(.columns) else { return }
    if isFirst {
      tree.column.removeAll()
      tree.column.append(isRequest ? "Request:" : "Response:")
    }
    guard let line = HTTPHead.line(bytes, 0) else { return }
    let text = min(1, line.text.upperBound)..<line.text.upperBound
    switch RESPKind(bytes[octet: 0]) {
    case .line(.error):
      tree.column.append(" Error: ")
      tree.column.append(bytes.extracting(text))
    case .line(_):
      tree.column.append(octet: 32)
      tree.column.append(bytes.extracting(text))
    case .octets(_): _ = stringColumn(bytes, 0)
    case .part, .mark: return
    case .list(_, _):
      guard let count = RESPKind.number(bytes, line.text), count > 0 else { return }
      guard isRequest else {
        tree.column.append(" Array(")
        tree.column.append(count)
        return tree.column.append(")")
      }
      var at = line.end
      for _ in 0..<count where tree.column.count < Self.columnLimit {
        guard let end = stringColumn(bytes, at) else { return }
        at = end
      }
    case .attribute: return
    case nil:
      tree.column.append(octet: 32)
      tree.column.append(bytes.extracting(line.text))
    }
  }

  /// Appends the string at `at` if it is ASCII; where the next value begins, nil when this is no string.
  private mutating func stringColumn(_ bytes: RawSpan, _ at: Int) -> Int? {
    guard let line = HTTPHead.line(bytes, at), case .octets(_)? = RESPKind(bytes[octet: at]),
      let count = RESPKind.number(bytes, line.text)
    else { return nil }
    guard count >= 0 else { return line.end }
    let end = line.end + Int(count)
    guard end + 2 <= bytes.byteCount else { return nil }
    if count >= 100 {
      tree.column.append(" BulkString(")
      tree.column.append(count)
      tree.column.append(")")
      return end + 2
    }
    let text = bytes.extracting(line.end..<end)
    for i in 0..<text.byteCount where text[octet: i] >= 128 { return end + 2 }
    tree.column.append(octet: 32)
    tree.column.append(text.extracting(0..<(text.first(0, from: 0) ?? text.byteCount)))
    return end + 2
  }
}
