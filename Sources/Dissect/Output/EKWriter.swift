import Bytes

/// Rows as `tshark -T ek` writes them for Elasticsearch's bulk interface: two lines of JSON a row, fields of a level that
/// repeat as one array.
struct EKWriter {
  private var listing = Listing()
  /// For each line the next one of its group; 0 ends it.
  private var next: [Int32] = []
  /// Groups of the levels that are being written, the innermost last.
  private var groups: [Group] = []
  private let plates = FieldPlates.shared

  /// Lines of a level with the same field.
  private struct Group {
    var key: UInt16
    var first: Int32, last: Int32
    var hasChildren: Bool
  }

  /// Lines of text without a field are one group.
  private static let textKey = UInt16.max

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
      var index = 0
      while index < listing.lines.count {
        if listing.lines[index].depth == 0 { add(index, above: 0) }
        index += 1
      }
      write(from: 0, tree, &text)
    } else {
      fields.appendMembers(
        of: listing, tree, columns,
        MemberLayout(open: "\"", begin: "\":[\"", next: "\",\"", end: "\"]", isFlat: true), to: &text)
    }
    text.append("}}\n" as StaticString)
  }

  /// Adds a line to its group among those from `start` on.
  private mutating func add(_ index: Int, above start: Int) {
    let line = listing.lines[index]
    let isText = plates.plates[Int(line.plate)].traits.contains(.textOnly)
    let key = isText ? Self.textKey : line.plate
    let hasChildren = listing.hasChildren(index)
    var place = start
    while place < groups.count {
      if groups[place].key == key {
        next[Int(groups[place].last)] = Int32(index)
        groups[place].last = Int32(index)
        if hasChildren { groups[place].hasChildren = true }
        return
      }
      place += 1
    }
    groups.append(Group(key: key, first: Int32(index), last: Int32(index), hasChildren: hasChildren))
  }

  /// Writes the groups from `start` on as members, and takes them away.
  private mutating func write(from start: Int, _ tree: Dissection, _ text: inout TextBuffer) {
    var place = start
    let end = groups.count
    while place < end {
      let group = groups[place]
      if place > start { text.append(octet: 44) }
      let plate = plates.plates[Int(listing.lines[Int(group.first)].plate)]
      text.append(octet: 34)
      text.append(plate.member, of: plates)
      text.append("\":" as StaticString)
      let isArray = group.first != group.last
      if isArray { text.append(octet: 91) }
      var index = group.first
      repeat {
        if index != group.first { text.append(octet: 44) }
        if plate.traits.contains(.proto) || Int(group.key) == plates.index(.expert) {
          text.append(octet: 123)
          addChildren(Int(index), above: end)
          write(from: end, tree, &text)
          text.append(octet: 125)
        } else {
          value(listing.lines[Int(index)], plate, tree, &text)
        }
        index = next[Int(index)]
      } while index != 0
      if isArray { text.append(octet: 93) }
      if group.hasChildren, !plate.traits.contains(.proto), Int(group.key) != plates.index(.expert) {
        index = group.first
        repeat {
          addChildren(Int(index), above: end)
          index = next[Int(index)]
        } while index != 0
        if groups.count > end { text.append(octet: 44) }
        write(from: end, tree, &text)
      }
      place += 1
    }
    groups.removeSubrange(start...)
  }

  private mutating func addChildren(_ index: Int, above start: Int) {
    let depth = listing.lines[index].depth
    var child = index + 1
    while child < listing.lines.count, listing.lines[child].depth > depth {
      if listing.lines[child].depth == depth + 1 { add(child, above: start) }
      child += 1
    }
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
