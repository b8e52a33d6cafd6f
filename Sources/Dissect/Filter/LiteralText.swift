import Bytes

/// Whole numbers as filters write them: `10`, `012` (octal), `0xa`, `0b1010`.
enum NumberLiteral {
  /// The number; nil for anything else, and for what 64 bits don't hold.
  static func parse(_ text: some StringProtocol) -> UInt64? {
    func digits(_ rest: some StringProtocol, _ radix: Int) -> UInt64? {
      rest.utf8.allSatisfy { OctetText.digit($0) != nil } ? UInt64(rest, radix: radix) : nil
    }
    guard text.utf8.first == 48, text.utf8.count > 1 else { return digits(text, 10) }
    if text.hasPrefix("0x") || text.hasPrefix("0X") { return digits(text.dropFirst(2), 16) }
    if text.hasPrefix("0b") || text.hasPrefix("0B") { return digits(text.dropFirst(2), 2) }
    return digits(text.dropFirst(1), 8)
  }
}

/// Octets as filters write them: `47:45:54`, `47.45.54`, `47-45-54`, `474554`, and `0x47` for one.
enum OctetText {
  /// The value of a hex digit.
  static func digit(_ unit: UInt8) -> UInt8? {
    switch unit {
    case 48...57: unit - 48
    case 65...70: unit - 55
    case 97...102: unit - 87
    default: nil
    }
  }

  /// The octets; nil for anything else. A digit alone is an octet.
  static func parse(_ text: String) -> [UInt8]? {
    var units = Array(text.utf8)[...]
    if text.hasPrefix("0x") || text.hasPrefix("0X") {
      guard units.count == 4 else { return nil }
      units = units.dropFirst(2)
    }
    var out: [UInt8] = []
    while let first = units.popFirst() {
      guard var octet = digit(first) else { return nil }
      if let second = units.first.flatMap(digit) {
        octet = octet << 4 | second
        units.removeFirst()
      }
      out.append(octet)
      guard let separator = units.first, [45, 46, 58].contains(separator) else { continue }
      units.removeFirst()
      guard !units.isEmpty else { return nil }
    }
    return out.isEmpty ? nil : out
  }
}

/// Addresses as filters write them.
enum AddressLiteral {
  /// The sixteen octets of an IPv6 address (RFC 4291 section 2.2), also with an IPv4 address at its end; nil for anything
  /// else.
  static func ipv6(_ text: some Collection<UInt8>) -> [UInt8]? {
    var head: [UInt8] = []
    var tail: [UInt8]?
    let parts = text.split(separator: 58, maxSplits: 9, omittingEmptySubsequences: false)
    guard parts.count >= 3, parts.count <= 9 else { return nil }
    for (index, part) in parts.enumerated() {
      var octets: [UInt8] = []
      if part.isEmpty {
        // An empty part at an edge is half of a `::` there.
        if index == 0 || index == parts.count - 1 {
          guard parts[index == 0 ? 1 : index - 1].isEmpty else { return nil }
          continue
        }
        guard tail == nil else { return nil }
        tail = []
        continue
      } else if index == parts.count - 1, part.contains(46) {
        guard let address = IPv4Address(String(decoding: part, as: UTF8.self)) else { return nil }
        octets = (0..<4).map { UInt8(truncatingIfNeeded: address.value >> UInt32(24 - 8 * $0)) }
      } else {
        guard part.count <= 4, part.allSatisfy({ OctetText.digit($0) != nil }) else { return nil }
        let group = part.reduce(UInt16(0)) { $0 << 4 | UInt16(OctetText.digit($1) ?? 0) }
        octets = [UInt8(group >> 8), UInt8(group & 255)]
      }
      if tail == nil { head += octets } else { tail? += octets }
    }
    guard let tail else { return head.count == 16 ? head : nil }
    let missing = 16 - head.count - tail.count
    return missing >= 2 ? head + [UInt8](repeating: 0, count: missing) + tail : nil
  }

  /// An address and how many of its leading bits count: `10.0.0.0/8`; nil for the count when none is written.
  static func network(_ text: String) -> (address: Substring, bits: Int?)? {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard let address = parts.first, parts.count <= 2 else { return nil }
    guard parts.count == 2 else { return (address, nil) }
    guard let bits = Int(parts[1]) else { return nil }
    return (address, bits)
  }
}
