import Bytes

/// The lines of a row in the order in which every format of tshark has them: the nodes of its tree, and the fields that
/// follow from them. Filled again for each row, so that a row costs no allocation.
struct Listing {
  /// A line: what it shows, and how deep.
  struct Line {
    var node: Node
    var plate: UInt16
    var depth: UInt8
    /// Whether `node.value` is an index into `texts` instead of the tree's.
    var isOwnText = false
    /// Those of its plate.
    var traits: FieldTraits = []
    /// Whether the line is shown though its field is hidden.
    var isShown = false
    /// The octets that PDML shows; those of the node unless a header's whole line stands for it.
    var octets: Node?
  }

  /// The lines of the row.
  private(set) var lines: [Line] = []
  /// What remarks say.
  private var words = TextBuffer()
  private var places: [Range<Int>] = []
  /// Sibling lines that wait for their parent's end.
  private var waiting: [Line] = []
  private let plates = FieldPlates.shared

  /// Lists a row. `displayed` is the time since the row printed before, in nanoseconds.
  mutating func fill(_ tree: Dissection, displayed: Int64) {
    lines.removeAll(keepingCapacity: true)
    words.removeAll()
    places.removeAll(keepingCapacity: true)
    for index in tree.nodes.indices {
      let node = tree.nodes[index]
      while let last = waiting.last, node.depth <= last.depth { lines.append(waiting.removeLast()) }
      // A header that has no field of its own: its line alone is shown.
      if node.field == FieldID(HTTPField.otherHeader) { continue }
      let number = plates.index(node.field)
      let plate = plates.plates[number]
      if plate.traits.contains(.sibling), node.depth > 0 {
        var line = line(node, UInt16(number), node.depth - 1)
        line.node.depth = line.depth
        line.isShown = index > 0 && tree.nodes[index - 1].field == FieldID(HTTPField.otherHeader)
        waiting.append(line)
        continue
      }
      if plate.traits.contains(.expert) {
        let (severity, group) = expertKind(number)
        remark(UInt16(number), severity, group, of: node, depth: node.depth, tree)
        continue
      }
      var line = Line(
        node: node, plate: UInt16(number), depth: node.depth, traits: plate.traits)
      if plate.form == .line { line.octets = tree.headerLine(node) }
      lines.append(line)
      for rule in plate.derived { apply(plates.rules[Int(rule)], node, tree, displayed) }
    }
    while !waiting.isEmpty { lines.append(waiting.removeLast()) }
  }

  /// Whether a line has others below it.
  func hasChildren(_ index: Int) -> Bool {
    index + 1 < lines.count && lines[index + 1].depth > lines[index].depth
  }

  private func line(_ node: Node, _ plate: UInt16, _ depth: UInt8, isOwnText: Bool = false) -> Line {
    Line(
      node: node, plate: plate, depth: depth, isOwnText: isOwnText, traits: plates.plates[Int(plate)].traits)
  }

  private func expertKind(_ number: Int) -> (Severity, ExpertGroup) {
    let place = plates.plates[number].name
    let name = String(
      decoding: plates.octets[Int(place.start)..<Int(place.start + place.count)], as: UTF8.self)
    return expertFields[name] ?? (.note, .sequence)
  }

  private mutating func apply(
    _ rule: DerivedRule, _ node: Node, _ tree: Dissection, _ displayed: Int64
  ) {
    let number = UInt16(plates.index(rule.field))
    let depth = rule.position == .inside ? node.depth + 1 : node.depth
    var copy = node
    copy.depth = depth
    switch rule.value {
    case .same: break
    case .previous:
      guard lines.count > 1 else { return }
      // The line before the node that the rule follows, whose own line is the last.
      copy = lines[lines.count - 2].node
      copy.depth = depth
    case .oui:
      copy.value = node.value >> 24
      copy.length = 3
    case .zero: copy.value = 0
    case .displayed: copy.value = UInt64(bitPattern: displayed)
    case .vendor: return vendor(copy, number)
    case .remark(let severity, let group, let value):
      if let value, node.value != value { return }
      var plate = number
      if rule.field == .synRemark, tree.first(TCPField.ack) == 1 {
        plate = UInt16(plates.index(.synAckRemark))
      }
      return remark(plate, severity, group, of: node, depth: depth, tree)
    }
    lines.append(line(copy, number, depth))
  }

  /// Adds the maker of the card that sent or takes a frame: of those that Wireshark names, the one that loopback frames
  /// have.
  private mutating func vendor(_ node: Node, _ plate: UInt16) {
    guard node.value >> 24 == 0 else { return }
    let start = words.count
    words.append("Officially Xerox, but 0:0:0:0:0:0 is more common" as StaticString)
    places.append(start..<words.count)
    var copy = node
    copy.value = UInt64(places.count)
    lines.append(line(copy, plate, node.depth, isOwnText: true))
  }

  /// Adds a remark: its heading, the field that stands for it, its words, how grave it is and what about.
  private mutating func remark(
    _ plate: UInt16, _ severity: Severity, _ group: ExpertGroup, of node: Node, depth: UInt8,
    _ tree: Dissection
  ) {
    func line(_ field: DerivedField, _ value: UInt64, _ depth: UInt8, isText: Bool = false) -> Line {
      var copy = node
      (copy.length, copy.depth, copy.value) = (0, depth, value)
      if field != .expert { copy.offset = 0 }
      return self.line(copy, UInt16(plates.index(field)), depth, isOwnText: isText)
    }
    let start = words.count
    words.append("Expert Info (" as StaticString)
    words.append(severity.word)
    words.append(octet: 47)
    words.append(group.word)
    words.append("): " as StaticString)
    let message = words.count
    appendMessage(plate, node, tree)
    places.append(start..<words.count)
    lines.append(line(.expert, UInt64(places.count), depth, isText: true))
    places.append(message..<words.count)
    var own = line(.expertMessage, UInt64(places.count), depth + 1, isText: true)
    own.plate = plate
    own.traits = plates.plates[Int(plate)].traits
    lines.append(own)
    lines.append(line(.expertMessage, UInt64(places.count), depth + 1, isText: true))
    lines.append(line(.expertSeverity, UInt64(severity.rawValue), depth + 1))
    lines.append(line(.expertGroup, UInt64(group.rawValue), depth + 1))
  }

  private mutating func appendMessage(_ number: UInt16, _ node: Node, _ tree: Dissection) {
    func place(_ field: DerivedField) -> UInt16 { UInt16(plates.index(field)) }
    if number == place(.commentRemark) { return tree.appendOctets(node, as: .label, to: &words) }
    if number == place(.httpRemark) {
      return tree.appendName(node, plates.plates[plates.index(node.field)], 0, to: &words)
    }
    words.append(plates.plates[Int(number)].title, of: plates)
    if number == place(.synRemark) || number == place(.synAckRemark) {
      words.append(": server port " as StaticString)
      words.append(
        tree.first(number == place(.synRemark) ? TCPField.destinationPort : .sourcePort) ?? 0)
    } else if node.field == FieldID(TCPField.duplicateAck) {
      words.append(" (#" as StaticString)
      words.append(tree.first(TCPField.duplicateAckNumber) ?? 0)
      words.append(octet: 41)
    }
  }

  /// Appends a line's text as people read it, without brackets.
  func appendName(
    _ line: Line, _ tree: Dissection, as escape: TextEscape, to text: inout TextBuffer
  ) {
    let plate = plates.plates[Int(line.plate)]
    let start = text.count
    if line.isOwnText {
      if plate.type == .text {
        text.append(plate.title, of: plates)
        text.append(": " as StaticString)
      }
      appendWords(line, as: .label, to: &text)
    } else {
      tree.appendName(line.node, plate, Int(line.plate), to: &text)
    }
    cut(from: start, plate, &text)
    if escape != .label { text.escape(from: start, as: escape) }
  }

  /// Cuts a text as Wireshark does, whose lines have room for 239 octets, and says so behind its title.
  private func cut(from start: Int, _ plate: FieldPlate, _ text: inout TextBuffer) {
    guard text.count - start > 239 else { return }
    let octets = text.octets(from: start)
    var end = 226
    while octets[end] & 0xC0 == 0x80 { end -= 1 }
    let title = Int(plate.title.count)
    let hasTitle =
      title < end && octets[title] == 58
      && octets.starts(with: plates.octets[Int(plate.title.start)...].prefix(title))
    text.truncate(to: start)
    if hasTitle { text.append(octets[..<title]) }
    text.append(hasTitle ? " [truncated]" : "[truncated]")
    text.append(octets[(hasTitle ? title : 0)..<end])
  }

  /// Appends what a remark says.
  func appendWords(_ line: Line, as escape: TextEscape, to text: inout TextBuffer) {
    let range = places[Int(line.node.value) - 1]
    text.append(words.raw.extracting(range), as: escape == .label ? .none : escape)
  }

  /// Whether a line, or its value, follows from its field, value, length and depth alone.
  @inline(__always)
  func isSteady(_ line: Line, _ trait: FieldTraits) -> Bool {
    guard line.traits.contains(trait), !line.isOwnText else { return false }
    // Octets and headings have a text of their own where they have a value.
    return line.node.value == 0 || !line.traits.contains(.worded)
  }

  /// Whether a line has octets of its own that `-x` shows beside it.
  func hasOctets(_ line: Line) -> Bool {
    (line.octets ?? line.node).length > 0 && !plates.plates[Int(line.plate)].traits.contains(.textOnly)
  }

  /// Appends what `-x` shows of a line in hex: its octets, or its value where that is a part of them.
  func appendOctets(_ line: Line, _ tree: Dissection, to text: inout TextBuffer) {
    guard plates.plates[Int(line.plate)].isPart else {
      return tree.withOctets(line.octets ?? line.node) { text.append(hex: $0) }
    }
    text.append(String(line.node.value, radix: 16, uppercase: true))
  }

  /// Whether a line is in no text.
  func isHidden(_ line: Line) -> Bool {
    line.traits.contains(.hidden) && !line.isShown
  }

  /// Whether a line stands in brackets.
  func isGenerated(_ line: Line, _ tree: Dissection) -> Bool {
    line.isOwnText || tree.isGenerated(line.node, plates.plates[Int(line.plate)])
  }
}
