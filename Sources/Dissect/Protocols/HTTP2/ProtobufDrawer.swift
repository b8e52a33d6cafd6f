import Bytes

/// Draws a message of Protocol Buffers without its schema.
struct ProtobufDrawer {
  /// Where the message begins in the tree's current source.
  let base: Int
  /// How many fields of guessed messages are still drawn: nesting can't make a tree without end.
  private var budget = 2000

  init(base: Int) { self.base = base }

  /// Draws a message as a layer of its own. Returns false where Wireshark would give up the frame.
  mutating func draw(_ bytes: RawSpan, title: @autoclosure () -> String, _ tree: inout Dissection) -> Bool {
    tree.depth = 0
    let layer = tree.open(ProtobufField.protobuf, at: base, bytes.byteCount)
    tree.retitle(layer, "Protocol Buffers: \(title())")
    let message = tree.open(ProtobufField.message, at: base, bytes.byteCount)
    tree.retitle(message, "Message: <UNKNOWN> Message Type")
    tree.add(ProtobufField.messageName, text: "<UNKNOWN> Message Type", at: base, 0)
    defer {
      tree.close(message)
      tree.close(layer)
    }
    var at = 0
    while at < bytes.byteCount {
      switch protobufStep(bytes, at: at) {
      case .item(let item):
        let group = begin(item, &tree)
        value(item, bytes, group, &tree)
        tree.close(group)
        at = item.value.upperBound
      case .badTag:
        let group = tree.open(ProtobufField.field, at: base + at, 0)
        tree.add(ProtobufField.failedTag, at: base + at, bytes.byteCount - at)
        tree.close(group)
        return true
      case .badWireType(let item):
        let group = begin(item, &tree)
        tree.add(ProtobufField.invalidWireType, at: base + at, 0)
        tree.close(group)
        return true
      case .badVarint(let item):
        let group = begin(item, &tree)
        tree.add(ProtobufField.failedValue, at: base + item.tag.upperBound, 0)
        tree.close(group)
        return true
      case .cut(let item):
        let group = begin(item, &tree)
        if item.wireType == 2 {
          tree.add(
            ProtobufField.valueLength, item.integer, at: base + item.length.lowerBound, item.length.count)
        }
        tree.add(
          ProtobufField.cut, text: "the message ends inside the field",
          at: base + item.tag.upperBound, bytes.byteCount - item.tag.upperBound)
        tree.close(group)
        return false
      }
    }
    return true
  }

  private func begin(_ item: ProtobufItem, _ tree: inout Dissection) -> Int {
    let start = base + item.tag.lowerBound
    let size = item.value.upperBound - item.tag.lowerBound
    let group = tree.open(ProtobufField.field, at: start, size)
    tree.retitle(group, "Field(\(item.number)):")
    tree.add(ProtobufField.fieldName, text: "<UNKNOWN>", at: start, 0)
    tree.add(ProtobufField.fieldNumber, item.number, at: start, item.tag.count)
    tree.add(ProtobufField.wireType, UInt64(item.wireType), at: start, 1)
    return group
  }

  private mutating func value(
    _ item: ProtobufItem, _ bytes: RawSpan, _ group: Int, _ tree: inout Dissection
  ) {
    let place = base + item.value.lowerBound
    if item.wireType == 2 {
      tree.add(
        ProtobufField.valueLength, item.integer, at: base + item.length.lowerBound, item.length.count)
    }
    let node = tree.open(ProtobufField.value, at: place, item.value.count)
    defer { tree.close(node) }
    switch item.wireType {
    case 2:
      if tree.wants.contains(.labels) { guess(bytes.extracting(item.value), at: place, depth: 0, &tree) }
    case 0 where item.integer <= UInt64(UInt32.max), 5:
      tree.add(ProtobufField.uint32, item.integer, at: place, item.value.count)
      tree.retitle(group, "Field(\(item.number)): \(item.integer) (uint32)")
    default:
      tree.add(ProtobufField.uint64, item.integer, at: place, item.value.count)
      tree.retitle(group, "Field(\(item.number)): \(item.integer) (uint64)")
    }
    if item.wireType & 3 == 1, tree.wants.contains(.labels) {
      tree.add(ProtobufField.number, text: floating(item), at: place, item.value.count)
    }
  }

  private func floating(_ item: ProtobufItem) -> String {
    item.wireType == 1
      ? "\(Double(bitPattern: item.integer))"
      : "\(Float(bitPattern: UInt32(truncatingIfNeeded: item.integer)))"
  }

  /// What octets may be: text if they read as such, else a message if they are one to the end.
  private mutating func guess(_ bytes: RawSpan, at place: Int, depth: Int, _ tree: inout Dissection) {
    if let text = printableText(bytes) {
      tree.add(ProtobufField.string, text: text, at: place, bytes.byteCount)
      return
    }
    guard depth < 16, budget > 0, isProtobuf(bytes) else { return }
    let group = tree.open(ProtobufField.nested, at: place, bytes.byteCount)
    var at = 0
    while at < bytes.byteCount, budget > 0, case .item(let item) = protobufStep(bytes, at: at) {
      budget -= 1
      let start = place + at
      let words =
        switch item.wireType {
        case 2: "\(item.value.count) octets"
        case 0: "\(item.integer)"
        default: "\(item.integer), or \(floating(item))"
        }
      let node = tree.open(
        ProtobufField.guess, at: start, item.value.upperBound - at,
        text: "\(item.number) (\(protobufWireType(UInt64(item.wireType)) ?? "")): \(words)")
      if item.wireType == 2 {
        guess(
          bytes.extracting(item.value), at: place + item.value.lowerBound, depth: depth + 1, &tree)
      }
      tree.close(node)
      at = item.value.upperBound
    }
    tree.close(group)
  }
}
