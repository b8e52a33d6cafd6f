import Bytes

/// Rows as `tshark -T pdml` writes them: XML in the Packet Details Markup Language.
struct PDMLWriter {
  private var listing = Listing()
  private let plates = FieldPlates.shared

  /// Appends what stands before the first row.
  func begin(_ file: String, _ text: inout TextBuffer) {
    text.append(
      "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<pdml version=\"0\" creator=\"backlab\" capture_file=\""
        as StaticString)
    text.append(file, as: .xml)
    text.append("\">\n" as StaticString)
  }

  /// Appends what stands behind the last row.
  func end(_ text: inout TextBuffer) { text.append("</pdml>\n" as StaticString) }

  /// Appends a row: all of it, or of each field in `fields` the values.
  mutating func append(
    _ tree: Dissection, time: Int64?, row: Int, displayed: Int64, fields: [SelectedField],
    columns: RowColumns, to text: inout TextBuffer
  ) {
    listing.fill(tree, displayed: displayed)
    text.append("<packet>\n" as StaticString)
    general(tree, time, row, &text)
    if fields.isEmpty {
      var index = 0
      while index < listing.lines.count {
        let line = listing.lines[index]
        let isLayer =
          plates.plates[Int(line.plate)].traits.contains(.proto) && line.node.field != FieldID(DataField.data)
        if !isLayer { text.append("  <proto name=\"fake-field-wrapper\">\n" as StaticString) }
        index = element(index, level: isLayer ? 1 : 2, tree, &text)
        if !isLayer { text.append("  </proto>\n" as StaticString) }
      }
    } else {
      for field in fields {
        field.forEach(in: listing, tree, columns) { value in
          text.append("  <field name=\"" as StaticString)
          text.append(field.name, as: .xml)
          text.append("\" value=\"" as StaticString)
          field.append(value, listing, tree, as: .xml, to: &text)
          text.append("\"/>\n" as StaticString)
        }
      }
    }
    text.append("</packet>\n\n\n" as StaticString)
  }

  /// What PDML says of every row first.
  private func general(
    _ tree: Dissection, _ time: Int64?, _ row: Int, _ text: inout TextBuffer
  ) {
    let size = tree.sources.first?.bytes.count ?? 0
    func tail() {
      text.append("\" size=\"" as StaticString)
      text.append(size)
      text.append("\"/>\n" as StaticString)
    }
    func number(_ name: StaticString, _ title: StaticString, _ value: Int) {
      text.append("    <field name=\"" as StaticString)
      text.append(name)
      text.append("\" pos=\"0\" show=\"" as StaticString)
      text.append(value)
      text.append("\" showname=\"" as StaticString)
      text.append(title)
      text.append("\" value=\"" as StaticString)
      text.append(hex: UInt64(value))
      tail()
    }
    text.append(
      "  <proto name=\"geninfo\" pos=\"0\" showname=\"General information\" size=\"" as StaticString)
    text.append(size)
    text.append("\">\n" as StaticString)
    number("num", "Number", row)
    number("len", "Frame Length", tree.rowLength)
    number("caplen", "Captured Length", size)
    text.append("    <field name=\"timestamp\" pos=\"0\" show=\"" as StaticString)
    CalendarTime(nanoseconds: time ?? 0).append(to: &text)
    text.append("\" showname=\"Captured Time\" value=\"" as StaticString)
    text.append(seconds: time ?? 0)
    tail()
    text.append("  </proto>\n" as StaticString)
  }

  /// Appends a line and those below it. Returns the index of the next line of its depth.
  private func element(
    _ index: Int, level: Int, _ tree: Dissection, _ text: inout TextBuffer
  ) -> Int {
    let line = listing.lines[index]
    let plate = plates.plates[Int(line.plate)]
    let isProto = plate.traits.contains(.proto)
    text.append(octet: 32, count: 2 * level)
    // What no protocol explains is a field to Wireshark, in a wrapper as whatever belongs to no layer.
    if line.depth == 0, line.node.field == FieldID(DataField.data) {
      text.append("<field name=\"data\" value=\"" as StaticString)
      tree.withOctets(line.node) { text.append(hex: $0) }
      text.append(octet: 34)
      return children(index, level: level, isProto: false, tree, &text)
    }
    text.append(isProto ? "<proto name=\"" : "<field name=\"")
    if plate.traits.contains(.textOnly) {
      text.append("\" show=\"" as StaticString)
    } else {
      text.append(plate.name, of: plates)
      text.append("\" showname=\"" as StaticString)
    }
    listing.appendName(line, tree, as: .xml, to: &text)
    text.append(octet: 34)
    if listing.isHidden(line) { text.append(" hide=\"yes\"" as StaticString) }
    text.append(" size=\"" as StaticString)
    text.append((line.octets ?? line.node).length)
    text.append("\" pos=\"" as StaticString)
    text.append((line.octets ?? line.node).offset)
    text.append(octet: 34)
    if !isProto, Int(line.plate) != plates.index(.expert) { values(line, plate, tree, &text) }
    return children(index, level: level, isProto: isProto, tree, &text)
  }

  /// Appends what stands below a line, and its end. Returns the index of the next line of its depth.
  private func children(
    _ index: Int, level: Int, isProto: Bool, _ tree: Dissection, _ text: inout TextBuffer
  ) -> Int {
    guard listing.hasChildren(index) else {
      text.append("/>\n" as StaticString)
      return index + 1
    }
    text.append(">\n" as StaticString)
    var next = index + 1
    while next < listing.lines.count, listing.lines[next].depth > listing.lines[index].depth {
      next = element(next, level: level + 1, tree, &text)
    }
    let isWrapped = !isProto && listing.lines[index].depth == 0
    text.append(octet: 32, count: isWrapped ? 2 : 2 * level)
    text.append(isProto ? "</proto>\n" : "</field>\n")
    return next
  }

  /// What is shown, and the octets that it comes from.
  private func values(
    _ line: Listing.Line, _ plate: FieldPlate, _ tree: Dissection, _ text: inout TextBuffer
  ) {
    if !plate.traits.contains(.textOnly) {
      text.append(" show=\"" as StaticString)
      if plate.type != .heading {
        if line.isOwnText {
          listing.appendWords(line, as: .xml, to: &text)
        } else {
          tree.appendValue(line.node, plate: Int(line.plate), as: .xml, to: &text)
        }
      }
      text.append(octet: 34)
    }
    if plate.type == .heading, !plate.traits.contains(.textOnly) {
      return text.append(" value=\"\"" as StaticString)
    }
    guard line.node.length > 0 else { return }
    text.append(" value=\"" as StaticString)
    listing.appendOctets(line, tree, to: &text)
    guard plate.isPart else { return text.append(octet: 34) }
    text.append("\" unmaskedvalue=\"" as StaticString)
    tree.withOctets(line.node) { text.append(hex: $0) }
    text.append(octet: 34)
  }
}
