import Bytes

/// Rows with all their fields as text: `tshark -V`, `-O` and `-x`.
struct TextWriter {
  private var listing = Listing()
  private var memo = LineMemo()

  /// Appends the lines of a row, four blanks a level. With `protocols` only those are shown whole, of others the first
  /// line. What no protocol explains is dumped, if so wished.
  mutating func append(
    _ tree: Dissection, displayed: Int64, protocols: Set<String>?, dumpsData: Bool,
    to text: inout TextBuffer
  ) {
    listing.fill(tree, displayed: displayed)
    let plates = FieldPlates.shared
    var isWhole = true
    for line in listing.lines {
      let plate = plates.plates[Int(line.plate)]
      if line.depth == 0, let protocols {
        isWhole = protocols.contains(
          String(
            decoding: plates.octets[Int(plate.name.start)..<Int(plate.name.start + plate.name.count)],
            as: UTF8.self))
      }
      if listing.isHidden(line) || (!isWhole && line.depth > 0) { continue }
      if listing.isSteady(line, .steadyLine) {
        let key = LineMemo.Key(line, depth: line.depth)
        if memo.append(key, to: &text) { continue }
        let start = text.count
        append(line, tree, &text)
        memo.keep(key, from: start, of: text)
        continue
      }
      append(line, tree, &text)
      if dumpsData, line.node.field == FieldID(DataField.data), !line.isOwnText {
        text.append(octet: 10)
        tree.withOctets(line.node) { HexDump.append($0, to: &text) }
      }
    }
  }

  private func append(_ line: Listing.Line, _ tree: Dissection, _ text: inout TextBuffer) {
    text.append(octet: 32, count: 4 * Int(line.depth))
    let isBracketed = listing.isGenerated(line, tree)
    if isBracketed { text.append(octet: 91) }
    listing.appendName(line, tree, as: .label, to: &text)
    if isBracketed { text.append(octet: 93) }
    text.append(octet: 10)
  }
}

/// Octets as `tshark -x` prints them.
enum HexDump {
  /// Appends the octets of a row; its sources have headings when there are several.
  static func append(_ tree: Dissection, to text: inout TextBuffer) {
    for source in tree.sources {
      if tree.sources.count > 1 {
        text.append(clean: source.name)
        text.append(" (" as StaticString)
        text.append(source.bytes.count)
        text.append(source.bytes.count == 1 ? " byte):\n" : " bytes):\n")
      }
      append(source.bytes.raw, to: &text)
    }
  }

  /// Appends octets, sixteen a line.
  static func append(_ octets: RawSpan, to text: inout TextBuffer) {
    var at = 0
    let digits = octets.byteCount > 0xFFFF ? octets.byteCount > 0xFF_FFFF ? 8 : 6 : 4
    while at < octets.byteCount {
      let end = min(at + 16, octets.byteCount)
      text.append(hex: UInt64(at), digits: digits)
      text.append(octet: 32)
      for place in at..<end {
        text.append(octet: 32)
        text.append(hex: UInt64(octets[octet: place]), digits: 2)
      }
      text.append(octet: 32, count: 3 * (16 - (end - at)) + 3)
      for place in at..<end {
        let octet = octets[octet: place]
        text.append(octet: octet &- 32 < 95 ? octet : 46)
      }
      text.append(octet: 10)
      at = end
    }
  }
}
