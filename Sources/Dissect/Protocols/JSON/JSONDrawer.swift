import Bytes

extension Dissection {
  /// Draws JSON: one object or list after the other; what is none is shown as text.
  mutating func json(_ bytes: RawSpan, base: Int, type: RawSpan) {
    let layer = open(JSONField.json, at: base)
    if wants.contains(.labels), !type.isEmpty {
      let name = String(decoding: type.copied(), as: UTF8.self).lowercased()
      retitle(layer, "JavaScript Object Notation: \(name)")
    }
    let scanner = JSONScanner(bytes)
    var at = scanner.next(0)
    var room = (1 << 16) + bytes.byteCount * 32
    while let end = scanner.container(at) {
      var drawer = JSONDrawer(tree: taken(), base: base, pathRoom: room)
      drawer.value(scanner, at..<end)
      room = drawer.pathRoom
      self = drawer.tree
      at = scanner.next(end)
    }
    close(layer, end: base + at)
    if at < bytes.byteCount {
      textLines(bytes.extracting(at..<bytes.byteCount), base: base + at, type: type)
    }
  }
}

/// Draws values of which it is known that they follow the rules.
struct JSONDrawer {
  var tree: Dissection
  let base: Int
  /// The names on the way here.
  private var path: [UInt8] = []
  private var level = 0

  /// Values that are drawn in each other; a node's depth is an octet, and each level takes two.
  private static let levels = 100
  /// Octets of a path, above which it is left out.
  private static let pathLimit = 4096
  /// Octets that may still be spent on paths: each value repeats the one to it, so that a long name in front of many
  /// values would make gigabytes of a megabyte.
  private(set) var pathRoom: Int

  init(tree: consuming Dissection, base: Int, pathRoom: Int) {
    self.tree = tree
    self.base = base
    self.pathRoom = pathRoom
  }

  /// Draws the value at `range`; `name` is its member's name, "[]" in a list.
  mutating func value(_ scanner: JSONScanner, _ range: Range<Int>, name: String = "") {
    let at = base + range.lowerBound
    switch scanner.bytes[octet: range.lowerBound] {
    case 123: container(scanner, range, .object)
    case 91: container(scanner, range, .array)
    case 34:
      let text = scanner.text(range)
      withValue(name, text, at, range.count)
      tree.add(JSONField.string, text: text, at: at, range.count)
    case 116:
      withValue(name, "true", at, 4)
      tree.add(JSONField.truth, at: at, 4)
    case 102:
      withValue(name, "false", at, 5)
      tree.add(JSONField.falsehood, at: at, 5)
    case 110:
      withValue(name, "null", at, 4)
      tree.add(JSONField.null, at: at, 4)
    default:
      let text = String(decoding: scanner.bytes.extracting(range).copied(), as: UTF8.self)
      withValue(name, text, at, range.count)
      tree.add(JSONField.number, text: text, at: at, range.count)
    }
  }

  private mutating func withValue(_ name: String, _ value: String, _ at: Int, _ count: Int) {
    if takePath() {
      let text = String(decoding: path, as: UTF8.self)
      tree.add(JSONField.pathWithValue, text: "\(text):\(value)", at: at, count)
    }
    tree.add(JSONField.memberWithValue, text: "\(name):\(value)", at: at, count)
  }

  /// Whether there is room for the path once more.
  private mutating func takePath() -> Bool {
    guard path.count <= min(Self.pathLimit, pathRoom) else { return false }
    pathRoom -= path.count
    return true
  }

  private mutating func container(
    _ scanner: JSONScanner, _ range: Range<Int>, _ field: JSONField
  ) {
    guard level < Self.levels else {
      tree.add(JSONField.tooDeep, at: base + range.lowerBound, range.count)
      return
    }
    level += 1
    defer { level -= 1 }
    let group = tree.open(field, at: base + range.lowerBound, range.count)
    defer { tree.close(group) }
    var at = scanner.next(range.lowerBound + 1)
    while at < range.upperBound - 1 {
      let start = at
      let known = path.count
      var name = "[]"
      var nameEnd = at
      if field == .object {
        nameEnd = scanner.string(at) ?? at
        name = scanner.text(at..<max(at + 2, nameEnd))
        at = scanner.name(at) ?? range.upperBound
      }
      // The whole was found to follow the rules, so each part does.
      guard let end = scanner.container(at) ?? scanner.scalar(at), end > at else { return }
      path.append(47)
      path.append(contentsOf: name.utf8.prefix(Self.pathLimit + 1))
      if field == .object {
        let member = tree.add(JSONField.member, text: name, at: base + start, end - start)
        tree.depth += 1
        value(scanner, at..<end, name: name)
        tree.add(JSONField.key, text: name, at: base + start, nameEnd - start)
        if takePath() {
          let text = String(decoding: path, as: UTF8.self)
          tree.add(JSONField.path, text: text, at: base + start, end - start)
        }
        tree.close(member)
      } else {
        value(scanner, at..<end, name: name)
      }
      path.removeLast(path.count - known)
      at = scanner.next(end)
      if at < range.upperBound, scanner.bytes[octet: at] == 44 { at = scanner.next(at + 1) }
    }
  }
}
