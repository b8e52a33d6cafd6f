public import Bytes

extension Dissection {
  /// Whether a node has children.
  public func hasChildren(_ index: Int) -> Bool {
    index + 1 < nodes.count && nodes[index + 1].depth > nodes[index].depth
  }

  /// A node as Wireshark words it in its tree: `Source Port: 80`, `.... ..1. = Syn: Set`; control characters are
  /// spelled as Wireshark spells them.
  public func label(_ node: Node) -> String {
    var text = TextBuffer()
    appendLabel(node, to: &text)
    return text.text
  }

  /// A node's value exactly as `tshark -T fields` prints it, control characters as they are.
  public func valueText(_ node: Node) -> String {
    var text = TextBuffer()
    appendValue(node, to: &text)
    return text.text
  }

  /// Appends what `label` gives.
  public func appendLabel(_ node: Node, to text: inout TextBuffer) {
    appendLabel(node, plate: FieldPlates.shared.index(node.field), to: &text)
  }

  /// Appends what `valueText` gives.
  public func appendValue(_ node: Node, to text: inout TextBuffer) {
    appendValue(node, plate: FieldPlates.shared.index(node.field), as: .none, to: &text)
  }

  /// Appends a node as a line of the tree, in brackets if Wireshark made it up.
  func appendLabel(_ node: Node, plate index: Int, to text: inout TextBuffer) {
    let plate = FieldPlates.shared.plates[index]
    let isBracketed = isGenerated(node, plate)
    if isBracketed { text.append(octet: 91) }
    appendName(node, plate, index, to: &text)
    if isBracketed { text.append(octet: 93) }
  }

  /// Whether Wireshark shows a node in brackets: no octet stands for it.
  func isGenerated(_ node: Node, _ plate: FieldPlate) -> Bool {
    if plate.traits.contains(.generated) { return true }
    if plate.traits.contains(.plain) || node.length > 0 { return false }
    return plate.type != .heading || node.depth > 0
  }

  /// Appends a node as a line without its brackets.
  func appendName(_ node: Node, _ plate: FieldPlate, _ index: Int, to text: inout TextBuffer) {
    let plates = FieldPlates.shared
    if plate.form == .text {
      if node.length == 0 { return appendOctets(node, as: .label, to: &text) }
      return withOctets(node) { text.append($0, as: .label) }
    }
    switch plate.type {
    case .heading, .bytes:
      // A text that its dissector gave instead of title and value.
      if node.value != 0, node.value <= UInt64(texts.count) {
        return text.append(texts.octets(Int(node.value) - 1), as: .label)
      }
      if plate.type == .heading { return text.append(plate.title, of: plates) }
    default: break
    }
    if plate.form == .line, let line = headerLine(node) {
      return withOctets(line) { text.append($0, as: .label) }
    }
    if plate.form == .ordinal { return appendOrdinal(node, to: &text) }
    if plate.form == .frames { return appendFrames(node, to: &text) }
    if plate.mask != 0, node.length > 0 || node.field.layer == .frame { appendBits(node, plate, to: &text) }
    text.append(plate.title, of: plates)
    if plate.form == .payload {
      text.append(" (" as StaticString)
      text.append(node.length)
      text.append(node.length == 1 ? " byte)" : " bytes)")
      return
    }
    text.append(": " as StaticString)
    appendWords(node, plate, index, to: &text)
  }

  /// `HTTP request 1/3`: which of how many.
  private func appendOrdinal(_ node: Node, to text: inout TextBuffer) {
    let isRequest = node.field == FieldID(HTTPField.requestNumber)
    text.append(isRequest ? "HTTP request " : "HTTP response ")
    text.append(node.value)
    guard let count = first(HTTPField.requestCount) else { return }
    text.append(octet: 47)
    text.append(count)
  }

  /// `Frame: 8, payload: 0-113 (114 bytes)`: a piece of what was put together.
  private func appendFrames(_ node: Node, to text: inout TextBuffer) {
    text.append("Frame: " as StaticString)
    text.append(node.value)
    text.append(", payload: " as StaticString)
    text.append(node.offset)
    text.append(octet: 45)
    text.append(max(node.offset, node.offset &+ node.length &- 1))
    text.append(" (" as StaticString)
    text.append(node.length)
    text.append(node.length == 1 ? " byte)" : " bytes)")
  }

  /// `0100 .... = ` of a field that is part of an integer.
  private func appendBits(_ node: Node, _ plate: FieldPlate, to text: inout TextBuffer) {
    let width: Int
    var value = node.value << UInt64(plate.mask.trailingZeroBitCount)
    switch plate.form {
    case .words:
      value = plate.mask == 0xF0 ? (node.value / 4) << 4 : node.value / 4
      width = 8
    default:
      let isFlags = node.field.layer == .tcp && node.length <= 2 && plate.type == .flag
      width = isFlags ? 12 : node.field.layer == .frame ? 32 : min(64, Int(node.length) * 8)
    }
    for bit in (0..<width).reversed() {
      if bit & 3 == 3, bit != width - 1 { text.append(octet: 32) }
      let mask: UInt64 = 1 << UInt64(bit)
      text.append(octet: plate.mask & mask == 0 ? 46 : value & mask == 0 ? 48 : 49)
    }
    text.append(" = " as StaticString)
  }

  /// Appends a node's value as `-T fields` (or JSON and the others, by `escape`) prints it.
  func appendValue(_ node: Node, plate index: Int, as escape: TextEscape, to text: inout TextBuffer) {
    let plates = FieldPlates.shared
    let plate = plates.plates[index]
    switch plate.type {
    case .heading:
      guard plate.traits.contains(.proto) else { return text.append(octet: 49) }
      if node.value != 0, node.value <= UInt64(texts.count) {
        text.append(texts.octets(Int(node.value) - 1), as: escape)
      } else {
        text.append(plate.name, of: plates)
      }
    case .decimal, .row: text.append(node.value)
    case .hex(let bits):
      text.append("0x" as StaticString)
      text.append(hex: node.value, digits: Int(bits) / 4)
    case .signed: text.append(Int64(bitPattern: node.value))
    case .flag: text.append(octet: node.value == 0 ? 48 : 49)
    case .bytes:
      let hasColons = plate.traits.contains(.colons) || escape == .json || escape == .xml
      withOctets(node) { text.append(hex: $0, separator: hasColons ? 58 : nil) }
    case .text: appendOctets(node, as: escape, to: &text)
    case .ipv4: text.append(IPv4Address(UInt32(truncatingIfNeeded: node.value)))
    case .ipv6:
      if let address = IPv6Address(octets(of: node)) { text.append(address) }
    case .ether: text.append(MACAddress(node.value))
    case .absoluteTime: CalendarTime(nanoseconds: Int64(bitPattern: node.value)).append(to: &text)
    case .relativeTime: text.append(seconds: Int64(bitPattern: node.value))
    }
  }

  /// Appends the text of a text node: one that stands in no octets, or its octets.
  func appendOctets(_ node: Node, as escape: TextEscape, to text: inout TextBuffer) {
    if node.value != 0, node.value <= UInt64(texts.count) {
      return text.append(texts.octets(Int(node.value) - 1), as: escape)
    }
    withOctets(node) { text.append($0, as: escape) }
  }

  /// Gives `body` the octets that a node stands for.
  func withOctets(_ node: Node, _ body: (RawSpan) -> Void) {
    guard Int(node.source) < sources.count else { return }
    let octets = sources[Int(node.source)].bytes
    let start = min(Int(node.offset), octets.count)
    body(octets.raw.extracting(start..<min(start + Int(node.length), octets.count)))
  }
}

extension TextBuffer {
  /// Escapes what stands from `start` on; it was made safe before, so that only the format's own marks are in question.
  mutating func escape(from start: Int, as escape: TextEscape) {
    var place = start
    while place < count, Self.isPlain(self[place], escape) || self[place] > 127 { place += 1 }
    guard place < count else { return }
    // What a slash follows counts too.
    if place > start, self[place - 1] == 60 { place -= 1 }
    let octets = octets(from: place)
    truncate(to: place)
    append(octets.raw, as: escape)
  }
}

/// `value` in lower-case hex, zero-filled to `digits`.
func hex(_ value: UInt64, _ digits: Int) -> String {
  let text = String(value, radix: 16)
  return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
}

/// Text for a screen.
enum Clean {
  /// Replaces control characters, so that bytes off the wire can't steer a terminal.
  static func text(_ text: String) -> String {
    if text.utf8.allSatisfy({ $0 >= 32 && $0 < 127 }) { return text }
    var out = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0..<32: out.append(Unicode.Scalar(0x2400 + scalar.value) ?? " ")
      case 127: out.append("\u{2421}")
      case 128..<160, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: out.append("\u{FFFD}")
      default: out.append(scalar)
      }
    }
    return String(out)
  }
}

extension IPv6Address {
  /// An address of sixteen octets; nil for another count.
  init?(_ octets: ArraySlice<UInt8>) {
    guard octets.count == 16 else { return nil }
    var high: UInt64 = 0
    var low: UInt64 = 0
    for (index, octet) in octets.enumerated() {
      if index < 8 { high = high << 8 | UInt64(octet) } else { low = low << 8 | UInt64(octet) }
    }
    self.init(high: high, low: low)
  }
}
