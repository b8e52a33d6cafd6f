import Bytes

extension Dissection {
  /// Appends a node's value as people read it in the tree: with the name of the value where it has one.
  func appendWords(_ node: Node, _ plate: FieldPlate, _ index: Int, to text: inout TextBuffer) {
    func value() { appendValue(node, plate: index, as: .none, to: &text) }
    switch plate.form {
    case .value: appendPlain(node, plate, index, to: &text)
    case .named: appendNamed(node, index, to: &text)
    case .valueNamed:
      value()
      appendParenthesis(FieldPlates.shared.names[index]?(node.value), to: &text)
    case .name: text.append(FieldPlates.shared.names[index]?(node.value) ?? "Unknown")
    case .bits:
      value()
      text.append(node.value == 1 ? " byte (" : " bytes (")
      text.append(node.value &* 8)
      text.append(" bits)" as StaticString)
    case .words:
      value()
      text.append(" bytes (" as StaticString)
      text.append(node.value / 4)
      text.append(octet: 41)
    case .eights: text.append(node.value &* 8)
    case .message:
      value()
      text.append(octet: 32)
      text.append(dnsFlagWords(UInt16(truncatingIfNeeded: node.value)))
    case .both:
      value()
      text.append(" (" as StaticString)
      if case .hex = plate.type {
        text.append(node.value)
      } else {
        text.append("0x" as StaticString)
        text.append(hex: node.value, digits: 4)
      }
      text.append(octet: 41)
    case .seconds:
      value()
      text.append(" seconds" as StaticString)
    case .duration:
      value()
      text.append(" (" as StaticString)
      text.append(duration: node.value)
      text.append(octet: 41)
    case .octets:
      value()
      text.append(" octets" as StaticString)
    case .lifetime:
      value()
      text.append(" seconds" as StaticString)
      guard node.value >= 60 else { return }
      text.append(" (" as StaticString)
      text.append(duration: node.value)
      text.append(octet: 41)
    case .size:
      text.append(node.length)
      text.append(" bytes" as StaticString)
    case .oui:
      text.append(hex: node.value >> 16, digits: 2)
      text.append(octet: 58)
      text.append(hex: node.value >> 8 & 255, digits: 2)
      text.append(octet: 58)
      text.append(hex: node.value & 255, digits: 2)
      // The maker's name as far as Wireshark has room for it: see `Listing.vendor`.
      if node.value == 0 { text.append(" (Officially Xerox, but" as StaticString) }
    case .flagNames:
      value()
      appendFlagNames(node, to: &text)
    case .line: appendOctets(node, as: .label, to: &text)
    case .objectID:
      appendOctets(node, as: .label, to: &text)
      appendParenthesis(DER.name(self.text(of: node)), to: &text)
    case .items, .names, .certificate, .bigNumber: appendCertificateWords(node, plate, index, to: &text)
    case .scale:
      value()
      let scale = Int64(bitPattern: node.value)
      if scale == -1 { text.append(" (unknown)" as StaticString) }
      if scale == -2 { text.append(" (no window scaling used)" as StaticString) }
    case .interface:
      value()
      let name = nodes.first { $0.field == FieldID(FrameField.interfaceName) }
      if let name {
        text.append(" (" as StaticString)
        appendOctets(name, as: .label, to: &text)
        text.append(octet: 41)
      }
    case .payload, .text, .frames, .ordinal: break
    default: appendNetworkWords(node, plate, index, to: &text)
    }
  }

  func appendPlain(_ node: Node, _ plate: FieldPlate, _ index: Int, to text: inout TextBuffer) {
    switch plate.type {
    case .flag:
      if let name = FieldPlates.shared.names[index]?(node.value) { return text.append(name) }
      switch node.field.layer {
      case .ipv4, .tcp, .icmpv6, .mqtt: text.append(node.value == 0 ? "Not set" : "Set")
      default: text.append(node.value == 0 ? "False" : "True")
      }
    case .text: appendOctets(node, as: .label, to: &text)
    case .bytes:
      var shown = node
      shown.length = min(node.length, 36)
      withOctets(shown) { text.append(hex: $0, separator: plate.traits.contains(.colons) ? 58 : nil) }
      if node.length > 36 { text.append("…") }
    case .hex where plate.mask != 0: appendMasked(node, plate, to: &text)
    default: appendValue(node, plate: index, as: .none, to: &text)
    }
  }

  /// As many digits as the field's bits fill.
  private func appendMasked(_ node: Node, _ plate: FieldPlate, to text: inout TextBuffer) {
    text.append("0x" as StaticString)
    let width = UInt64.bitWidth - plate.mask.leadingZeroBitCount - plate.mask.trailingZeroBitCount
    text.append(hex: node.value, digits: (width + 3) / 4)
  }

  private func appendNamed(_ node: Node, _ index: Int, to text: inout TextBuffer) {
    text.append(FieldPlates.shared.names[index]?(node.value) ?? "Unknown")
    text.append(" (" as StaticString)
    let plate = FieldPlates.shared.plates[index]
    if case .hex = plate.type, plate.mask != 0 {
      appendMasked(node, plate, to: &text)
    } else {
      appendValue(node, plate: index, as: .none, to: &text)
    }
    text.append(octet: 41)
  }

  private func appendParenthesis(_ name: String?, to text: inout TextBuffer) {
    guard let name else { return }
    text.append(" (" as StaticString)
    text.append(name)
    text.append(octet: 41)
  }

  /// `, End Headers, End Stream`: the flags below a node that are set.
  private func appendFlagNames(_ node: Node, to text: inout TextBuffer) {
    let start = onlyIndex {
      $0.field == node.field && $0.source == node.source && $0.offset == node.offset && $0.depth == node.depth
    }
    guard let start else { return }
    let plates = FieldPlates.shared
    var next = start + 1
    while next < nodes.count, nodes[next].depth > node.depth {
      let plate = plates.plates[plates.index(nodes[next].field)]
      if plate.type == .flag, nodes[next].value != 0 {
        text.append(", " as StaticString)
        text.append(plate.title, of: plates)
      } else if plate.type != .flag,
        let name = plates.names[plates.index(nodes[next].field)]?(nodes[next].value)
      {
        text.append(", " as StaticString)
        text.append(plate.title, of: plates)
        text.append(": " as StaticString)
        text.append(name)
      }
      next += 1
    }
  }

  /// The line that a header's value stands in; nil when there is none.
  func headerLine(_ node: Node) -> Node? {
    onlyIndex {
      ($0.field == FieldID(HTTPField.requestLine) || $0.field == FieldID(HTTPField.responseLine))
        && $0.source == node.source && $0.offset <= node.offset
        && $0.offset &+ $0.length >= node.offset &+ node.length
    }.map { nodes[$0] }
  }

  /// What IP, TCP and ICMP say in ways of their own.
  private func appendNetworkWords(
    _ node: Node, _ plate: FieldPlate, _ index: Int, to text: inout TextBuffer
  ) {
    switch plate.form {
    case .sequence:
      text.append(node.value)
      text.append("    (relative sequence number)" as StaticString)
    case .acknowledgment:
      text.append(node.value)
      if node.value != 0 || first(TCPField.flags).map({ $0 & 16 != 0 }) ?? false {
        text.append("    (relative ack number)" as StaticString)
      }
    case .tcpFlags:
      text.append("0x" as StaticString)
      text.append(hex: node.value, digits: 3)
      text.append(" (" as StaticString)
      text.append(tcpFlags: UInt16(truncatingIfNeeded: node.value))
      text.append(octet: 41)
    case .ipFlags:
      text.append("0x" as StaticString)
      text.append(hex: node.value)
      if node.value & 4 != 0 { text.append(", Reserved bit" as StaticString) }
      if node.value & 2 != 0 { text.append(", Don't fragment" as StaticString) }
      if node.value & 1 != 0 { text.append(", More fragments" as StaticString) }
    case .service:
      text.append("0x" as StaticString)
      text.append(hex: node.value, digits: 2)
      text.append(" (DSCP: " as StaticString)
      text.append(codepointShort(node.value >> 2))
      text.append(", ECN: " as StaticString)
      text.append(congestionShort(node.value & 3))
      text.append(octet: 41)
    case .ipChecksum:
      appendValue(node, plate: index, as: .none, to: &text)
      text.append(" [validation disabled]" as StaticString)
    case .checksum:
      appendValue(node, plate: index, as: .none, to: &text)
      text.append(" [unverified]" as StaticString)
    case .checkedChecksum:
      appendValue(node, plate: index, as: .none, to: &text)
      let status = first(ICMPField.checksumStatus) ?? first(ICMPv6Field.checksumStatus)
      if status == 1 { text.append(" [correct]" as StaticString) }
    case .icmpCode:
      text.append(node.value)
      let type = nodes.first { $0.field == FieldID(ICMPField.type) && $0.source == node.source }?.value ?? 0
      appendParenthesis(icmpCodeName(type, node.value), to: &text)
    default: appendValue(node, plate: index, as: .none, to: &text)
    }
  }
}

/// Set flags as Wireshark words them: `SYN, ACK`; `<None>` without any. Where three of them are the counter of accurate
/// ECN, its value stands for them.
func tcpFlagWords(_ flags: UInt16, isCounting: Bool = false) -> String {
  let names: [(UInt16, String)] = [
    (1, "FIN"), (2, "SYN"), (4, "RST"), (8, "PSH"), (16, "ACK"), (32, "URG"), (64, "ECE"), (128, "CWR"),
    (256, "AE"), (0xE00, "Reserved"),
  ]
  let set = names.filter { flags & $0.0 != 0 && !(isCounting && $0.0 & 0x1C0 != 0) }
  guard isCounting else { return set.isEmpty ? "<None>" : set.map(\.1).joined(separator: ", ") }
  let low = set.filter { $0.0 < 0xE00 }.map(\.1).joined(separator: ", ")
  return "\(low), ACE=\(flags >> 6 & 7)" + (flags & 0xE00 == 0 ? "" : ", Reserved")
}

/// The twelve flags as letters and dots, highest first.
func tcpFlagLetters(_ flags: UInt16, isCounting: Bool = false) -> Wording {
  var out = Wording()
  for (index, letter) in "RRRACEUAPRSF".utf8.enumerated() {
    if isCounting, (3...5).contains(index) {
      if index == 4 { out.text.append(flags >> 6 & 7) } else { out.text.append(octet: 45) }
    } else if flags & (0x800 >> UInt16(index)) != 0 {
      out.text.append(octet: letter)
    } else {
      out.text.append("·" as StaticString)
    }
  }
  return out
}

extension TextBuffer {
  /// Appends seconds as Wireshark words them: `2 hours, 5 seconds`.
  mutating func append(duration seconds: UInt64) {
    let parts: [(UInt64, StaticString)] = [
      (seconds / 86400, "day"), (seconds / 3600 % 24, "hour"), (seconds / 60 % 60, "minute"),
      (seconds % 60, "second"),
    ]
    let start = count
    for (number, unit) in parts where number > 0 || (seconds == 0 && unit.description == "second") {
      if count > start { append(", " as StaticString) }
      append(number)
      append(octet: 32)
      append(unit)
      if number != 1 { append(octet: 115) }
    }
  }
}
