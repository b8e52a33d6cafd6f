import Bytes

/// Rows as `tshark -T json` writes them: an array of objects in the shape of Elasticsearch's documents.
struct JSONWriter {
  /// Whether the octets of each field stand before it: `-x`.
  let hasOctets: Bool
  private var listing = Listing()
  /// Whether a row was written.
  private var hasRows = false
  private let plates = FieldPlates.shared
  private var memo = LineMemo()

  init(hasOctets: Bool = false) { self.hasOctets = hasOctets }

  /// Rows are appended behind others.
  mutating func resume() { hasRows = true }

  /// Appends what stands before the first row.
  func begin(_ text: inout TextBuffer) { text.append(octet: 91) }

  /// Appends what stands behind the last row.
  func end(_ text: inout TextBuffer, hasRows: Bool?) {
    if hasRows ?? self.hasRows { text.append(octet: 10) }
    text.append("]\n" as StaticString)
  }

  /// Appends a row: all of it, or of each field in `fields` the values.
  mutating func append(
    _ tree: Dissection, time: Int64?, displayed: Int64, fields: [SelectedField], columns: RowColumns,
    to text: inout TextBuffer
  ) {
    if hasRows { text.append(octet: 44) }
    text.append("\n  {\n" as StaticString)
    hasRows = true
    text.append("    \"_index\": \"packets-" as StaticString)
    CalendarTime(nanoseconds: time ?? 0).appendDay(to: &text)
    text.append(
      "\",\n    \"_type\": \"doc\",\n    \"_score\": null,\n    \"_source\": {\n      \"layers\": {"
        as StaticString)
    listing.fill(tree, displayed: displayed)
    if fields.isEmpty {
      var index = 0
      while index < listing.lines.count {
        index = member(index, level: 4, isFirst: index == 0, tree, &text)
      }
    } else {
      fields.appendMembers(
        of: listing, tree, columns,
        MemberLayout(
          open: "\n        \"", begin: "\": [\n          \"", next: "\",\n          \"", end: "\"\n        ]"),
        to: &text)
    }
    text.append("\n      }\n    }\n  }" as StaticString)
  }

  /// Appends a line and those below it as members of an object. Returns the index of the next line of its depth.
  private mutating func member(
    _ index: Int, level: Int, isFirst: Bool, _ tree: Dissection, _ text: inout TextBuffer
  ) -> Int {
    let line = listing.lines[index]
    let plate = plates.plates[Int(line.plate)]
    let hasChildren = listing.hasChildren(index)
    let hasValue = plate.type != .heading && !plate.traits.contains(.textOnly)
    if !isFirst { text.append(octet: 44) }
    if hasOctets, listing.hasOctets(line) {
      octets(line, plate, level, tree, &text)
      text.append(octet: 44)
    }
    if hasValue {
      pair(line, plate, level, tree, &text)
      guard hasChildren else { return index + 1 }
      text.append(octet: 44)
      name(line, plate, level, tree, &text)
      text.append("_tree\": {" as StaticString)
    } else if hasChildren {
      name(line, plate, level, tree, &text)
      text.append("\": {" as StaticString)
    } else {
      name(line, plate, level, tree, &text)
      text.append("\": \"" as StaticString)
      if plate.traits.contains(.proto) { listing.appendName(line, tree, as: .json, to: &text) }
      text.append(octet: 34)
      return index + 1
    }
    var next = index + 1
    while next < listing.lines.count, listing.lines[next].depth > line.depth {
      next = member(next, level: level + 1, isFirst: next == index + 1, tree, &text)
    }
    newLine(level, &text)
    text.append(octet: 125)
    return next
  }

  /// Appends `"name": "value"`.
  private mutating func pair(
    _ line: Listing.Line, _ plate: FieldPlate, _ level: Int, _ tree: Dissection, _ text: inout TextBuffer
  ) {
    let key = LineMemo.Key(line, depth: UInt8(clamping: level))
    let isSteady = level < 255 && listing.isSteady(line, .steadyValue)
    if isSteady, memo.append(key, to: &text) { return }
    let start = text.count
    name(line, plate, level, tree, &text)
    text.append("\": \"" as StaticString)
    value(line, tree, &text)
    text.append(octet: 34)
    if isSteady { memo.keep(key, from: start, of: text) }
  }

  private func newLine(_ level: Int, _ text: inout TextBuffer) {
    text.append(octet: 10)
    text.append(octet: 32, count: 2 * level)
  }

  private func name(
    _ line: Listing.Line, _ plate: FieldPlate, _ level: Int, _ tree: Dissection, _ text: inout TextBuffer
  ) {
    newLine(level, &text)
    text.append(octet: 34)
    if plate.traits.contains(.textOnly) {
      listing.appendName(line, tree, as: .json, to: &text)
    } else {
      text.append(plate.name, of: plates)
    }
  }

  /// Appends a line's octets, where they stand, how many they are, and Wireshark's mask and type of the field.
  private func octets(
    _ line: Listing.Line, _ plate: FieldPlate, _ level: Int, _ tree: Dissection, _ text: inout TextBuffer
  ) {
    name(line, plate, level, tree, &text)
    text.append("_raw\": [" as StaticString)
    newLine(level + 1, &text)
    text.append(octet: 34)
    listing.appendOctets(line, tree, to: &text)
    text.append(octet: 34)
    let place = line.octets ?? line.node
    let mask = plate.isPart ? plate.mask == 0 ? FieldKind.wholeMask : plate.mask : 0
    for number in [UInt64(place.offset), UInt64(place.length), mask, UInt64(plate.kind)] {
      text.append(octet: 44)
      newLine(level + 1, &text)
      text.append(number)
    }
    newLine(level, &text)
    text.append(octet: 93)
  }

  private func value(_ line: Listing.Line, _ tree: Dissection, _ text: inout TextBuffer) {
    if line.isOwnText { return listing.appendWords(line, as: .json, to: &text) }
    tree.appendValue(line.node, plate: Int(line.plate), as: .json, to: &text)
  }
}
