import Bytes

extension Dissection {
  /// Whether a node has children.
  public func hasChildren(_ index: Int) -> Bool {
    index + 1 < nodes.count && nodes[index + 1].depth > nodes[index].depth
  }

  /// A node as Wireshark words it in its tree: `Source Port: 80`, `.... ..1. = Syn: Set`; control characters are shown
  /// as their pictures.
  public func label(_ node: Node) -> String {
    let info = Catalogue.shared.info(node.field)
    var text: String
    switch info.type {
    case .heading:
      text = node.value != 0 && Int(node.value) <= texts.count ? texts[Int(node.value) - 1] : info.title
      if node.length == 0, node.depth > 1, info.name.hasPrefix("tcp.") { text = "[\(text)]" }
      return cleaned(text)
    case .bytes where node.value != 0:
      return cleaned(self.text(of: node))
    default:
      text = bits(node, info) + "\(info.title): \(display(node, info))"
    }
    let plain: [Layer] = [.frame, .journal, .session, .syscall, .kernel, .knob, .process, .note, .wire]
    if node.length == 0, !plain.contains(node.field.layer) { text = "[\(text)]" }
    return cleaned(text)
  }

  /// A node's value as people read it in the tree: with the name of the value where it has one.
  private func display(_ node: Node, _ info: FieldInfo) -> String {
    let raw = valueText(node)
    switch (info.type, node.field.layer) {
    case (.flag, _): return info.valueName?(node.value) ?? (node.value == 0 ? "Not set" : "Set")
    case (.relativeTime, _): return "\(raw) seconds"
    case (.row, _): return raw
    case (.text, .http) where info.name == "http.file_data": return "\(node.length) bytes"
    case (.text, _): return text(of: node)
    case (.bytes, _): return node.length > 36 ? Hex.text(octets(of: node).prefix(36)) + "…" : raw
    default: break
    }
    switch info.name {
    case "ip.hdr_len", "tcp.hdr_len": return "\(raw) bytes (\(node.value / 4))"
    case "frame.len", "frame.cap_len": return "\(raw) bytes (\(node.value &* 8) bits)"
    case "ip.frag_offset": return String(node.value * 8)
    case "ip.id": return "\(raw) (\(node.value))"
    case "icmp.code":
      let type = nodes.first { $0.field == FieldID(ICMPField.type) && $0.source == node.source }?.value ?? 0
      return icmpCodeName(type, node.value).map { "\(raw) (\($0))" } ?? raw
    case "icmp.type", "icmpv6.type": return info.valueName?(node.value).map { "\(raw) (\($0))" } ?? raw
    case "tcp.seq", "tcp.nxtseq": return "\(raw)    (relative sequence number)"
    case "tcp.ack": return "\(raw)    (relative ack number)"
    case "tcp.checksum.status", "udp.checksum.status", "ip.checksum.status", "icmp.checksum.status",
      "icmpv6.checksum.status":
      return info.valueName?(node.value) ?? raw
    case "tcp.flags":
      return "0x\(hex(node.value, 3)) (\(tcpFlagWords(UInt16(truncatingIfNeeded: node.value))))"
    default: return info.valueName?(node.value).map { "\($0) (\(raw))" } ?? raw
    }
  }

  /// `0100 .... = ` for a field that is part of an integer, empty for others.
  private func bits(_ node: Node, _ info: FieldInfo) -> String {
    guard info.mask != 0, node.length > 0 else { return "" }
    let isFlags = node.field.layer == .tcp && info.mask <= 0xFFF && info.name.hasPrefix("tcp.flags")
    let width = isFlags ? 12 : min(64, Int(node.length) * 8)
    var value = node.value << UInt64(info.mask.trailingZeroBitCount)
    if info.name == "ip.hdr_len" { value = node.value / 4 }
    if info.name == "tcp.hdr_len" { value = node.value / 4 << 4 }
    var out = ""
    for bit in (0..<width).reversed() {
      if bit % 4 == 3, bit != width - 1 { out += " " }
      let mask: UInt64 = 1 << UInt64(bit)
      out += info.mask & mask == 0 ? "." : value & mask == 0 ? "0" : "1"
    }
    return out + " = "
  }

  /// A node's value exactly as `tshark -T fields` prints it.
  public func valueText(_ node: Node) -> String {
    let info = Catalogue.shared.info(node.field)
    switch info.type {
    case .heading:
      guard node.depth == 0 else { return "1" }
      return label(node)
    case .decimal: return String(node.value)
    case .hex(let bits): return "0x" + hex(node.value, Int(bits) / 4)
    case .signed: return String(Int64(bitPattern: node.value))
    case .flag: return node.value == 0 ? "0" : "1"
    case .bytes:
      if info.name.hasPrefix("icmpv6.opt") { return Hex.text(octets(of: node), separator: ":") }
      return Hex.text(octets(of: node))
    case .text: return text(of: node)
    case .ipv4: return IPv4Address(UInt32(truncatingIfNeeded: node.value)).description
    case .ipv6: return IPv6Address(octets(of: node))?.description ?? ""
    case .ether: return MACAddress(node.value).description
    case .absoluteTime: return CalendarTime(nanoseconds: Int64(bitPattern: node.value)).text
    case .relativeTime: return Seconds.text(Int64(bitPattern: node.value), decimals: 9)
    case .row: return String(node.value)
    }
  }

  private func cleaned(_ text: String) -> String { Clean.text(text) }
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

/// A moment as a calendar date in UTC, as Wireshark prints it.
struct CalendarTime {
  /// Nanoseconds since the epoch.
  var nanoseconds: Int64

  /// `Nov 23, 2026 22:16:25.842288575 UTC`.
  var text: String {
    var seconds = nanoseconds / 1_000_000_000
    var fraction = nanoseconds % 1_000_000_000
    if fraction < 0 {
      fraction += 1_000_000_000
      seconds -= 1
    }
    var days = seconds / 86400
    var rest = seconds % 86400
    if rest < 0 {
      rest += 86400
      days -= 1
    }
    // Days since 0000-03-01 in eras of 400 years: leap days then come last in a year.
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthIndex = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * monthIndex + 2) / 5 + 1
    let month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    let names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    func two(_ n: Int64) -> String { n < 10 ? "0\(n)" : "\(n)" }
    let digits = String(fraction)
    let decimals = String(repeating: "0", count: 9 - digits.count) + digits
    let dayText = day < 10 ? " \(day)" : "\(day)"
    return
      "\(names[Int(month) - 1]) \(dayText), \(year) \(two(rest / 3600)):\(two(rest / 60 % 60)):\(two(rest % 60)).\(decimals) UTC"
  }
}

/// Set flags as Wireshark words them: `SYN, ACK`; `<None>` without any.
func tcpFlagWords(_ flags: UInt16) -> String {
  let names: [(UInt16, String)] = [
    (1, "FIN"), (2, "SYN"), (4, "RST"), (8, "PSH"), (16, "ACK"), (32, "URG"), (64, "ECE"), (128, "CWR"),
    (256, "AE"), (0xE00, "Reserved"),
  ]
  let set = names.filter { flags & $0.0 != 0 }.map(\.1)
  return set.isEmpty ? "<None>" : set.joined(separator: ", ")
}

/// The twelve flags as letters and dots, highest first.
func tcpFlagLetters(_ flags: UInt16) -> String {
  var out = ""
  for (index, letter) in "RRRACEUAPRSF".enumerated() {
    out += flags & (0x800 >> UInt16(index)) != 0 ? String(letter) : "·"
  }
  return out
}
