import Bytes

/// Rows as `tshark -T ek` writes them for Elasticsearch's bulk interface: two lines of JSON a row. What stands below a
/// layer is flat; lines of one field whose parents are of one field too are one array, where the first of them stands.
struct EKWriter {
  /// Whether the octets of each field stand before it: `-x`.
  let hasOctets: Bool
  private var listing = Listing()
  /// For each line the next one of its group; 0 ends it.
  private var next: [Int32] = []
  /// Groups of the objects that are being written, the innermost last.
  private var groups: [Group] = []
  /// Keys of the lines above the one that is looked at, by depth.
  private var above: [UInt16] = []
  private let plates = FieldPlates.shared

  init(hasOctets: Bool = false) { self.hasOctets = hasOctets }

  /// Lines of the same field below the same.
  private struct Group {
    var key: UInt16, parent: UInt16
    var first: Int32, last: Int32
  }

  /// Lines of text without a field are one field.
  private static let textKey = UInt16.max
  /// What is above a layer.
  private static let noKey = UInt16.max - 1

  /// Appends a row: all of it, or of each field in `fields` the values.
  mutating func append(
    _ tree: Dissection, time: Int64?, displayed: Int64, fields: [SelectedField], columns: RowColumns,
    to text: inout TextBuffer
  ) {
    text.append("{\"index\":{\"_index\":\"packets-" as StaticString)
    CalendarTime(nanoseconds: time ?? 0).appendDay(to: &text)
    text.append("\",\"_type\":\"doc\"}}\n{\"timestamp\":\"" as StaticString)
    text.append((time ?? 0) / 1_000_000)
    text.append("\",\"layers\":{" as StaticString)
    listing.fill(tree, displayed: displayed)
    if fields.isEmpty {
      next.removeAll(keepingCapacity: true)
      next.append(contentsOf: repeatElement(0, count: listing.lines.count))
      groups.removeAll(keepingCapacity: true)
      gather(from: 0, depth: 0, parent: Self.noKey, above: 0)
      write(from: 0, tree, &text)
    } else {
      fields.appendMembers(
        of: listing, tree, columns,
        MemberLayout(open: "\"", begin: "\":[\"", next: "\",\"", end: "\"]", isFlat: true), to: &text)
    }
    text.append("}}\n" as StaticString)
  }

  /// Whether a field's lines are objects, in which what stands below them is by itself.
  private func isObject(_ number: Int, _ plate: FieldPlate) -> Bool {
    plate.traits.contains(.proto) || number == plates.index(.expert)
  }

  /// Groups the lines from an index on as long as they are at least so deep, but for those in objects.
  private mutating func gather(from first: Int, depth base: UInt8, parent: UInt16, above start: Int) {
    var index = first
    while index < listing.lines.count {
      let line = listing.lines[index]
      guard line.depth >= base else { return }
      let plate = plates.plates[Int(line.plate)]
      let key = plate.traits.contains(.textOnly) ? Self.textKey : line.plate
      let place = Int(line.depth - base)
      while above.count <= place { above.append(Self.noKey) }
      add(index, key, place == 0 ? parent : above[place - 1], start)
      above[place] = key
      index += 1
      guard isObject(Int(line.plate), plate) else { continue }
      while index < listing.lines.count, listing.lines[index].depth > line.depth { index += 1 }
    }
  }

  /// Adds a line to its group among those from `start` on.
  private mutating func add(_ index: Int, _ key: UInt16, _ parent: UInt16, _ start: Int) {
    var place = start
    while place < groups.count {
      if groups[place].key == key, groups[place].parent == parent {
        next[Int(groups[place].last)] = Int32(index)
        groups[place].last = Int32(index)
        return
      }
      place += 1
    }
    groups.append(Group(key: key, parent: parent, first: Int32(index), last: Int32(index)))
  }

  /// Writes the groups from `start` on as members, and takes them away.
  private mutating func write(from start: Int, _ tree: Dissection, _ text: inout TextBuffer) {
    let end = groups.count
    for place in start..<end {
      let group = groups[place]
      if place > start { text.append(octet: 44) }
      let number = Int(listing.lines[Int(group.first)].plate)
      let plate = plates.plates[number]
      if hasOctets { octets(group, plate, tree, &text) }
      text.append(octet: 34)
      text.append(plate.member, of: plates)
      text.append("\":" as StaticString)
      let isArray = group.first != group.last
      if isArray { text.append(octet: 91) }
      var index = group.first
      repeat {
        if index != group.first { text.append(octet: 44) }
        let line = listing.lines[Int(index)]
        if isObject(number, plate) {
          text.append(octet: 123)
          gather(from: Int(index) + 1, depth: line.depth + 1, parent: group.key, above: end)
          write(from: end, tree, &text)
          text.append(octet: 125)
        } else {
          value(line, plate, tree, &text)
        }
        index = next[Int(index)]
      } while index != 0
      if isArray { text.append(octet: 93) }
    }
    groups.removeSubrange(start...)
  }

  /// Writes the octets of a group's lines as a member before theirs.
  private func octets(_ group: Group, _ plate: FieldPlate, _ tree: Dissection, _ text: inout TextBuffer) {
    guard listing.hasOctets(listing.lines[Int(group.first)]) else { return }
    text.append(octet: 34)
    text.append(plate.member, of: plates)
    text.append("_raw\":" as StaticString)
    let isArray = group.first != group.last
    if isArray { text.append(octet: 91) }
    var index = group.first
    repeat {
      if index != group.first { text.append(octet: 44) }
      text.append(octet: 34)
      listing.appendOctets(listing.lines[Int(index)], tree, to: &text)
      text.append(octet: 34)
      index = next[Int(index)]
    } while index != 0
    if isArray { text.append(octet: 93) }
    text.append(octet: 44)
  }

  private func value(
    _ line: Listing.Line, _ plate: FieldPlate, _ tree: Dissection, _ text: inout TextBuffer
  ) {
    switch plate.type {
    case _ where plate.traits.contains(.textOnly):
      text.append(octet: 34)
      listing.appendName(line, tree, as: .json, to: &text)
      text.append(octet: 34)
    case .heading: text.append("null" as StaticString)
    case .flag: text.append(line.node.value == 0 ? "false" : "true")
    default:
      text.append(octet: 34)
      if line.isOwnText {
        listing.appendWords(line, as: .json, to: &text)
      } else if case .absoluteTime = plate.type {
        CalendarTime(nanoseconds: Int64(bitPattern: line.node.value)).appendISO(to: &text)
      } else {
        tree.appendValue(line.node, plate: Int(line.plate), as: .json, to: &text)
      }
      text.append(octet: 34)
    }
  }
}
