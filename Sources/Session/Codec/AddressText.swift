import Bytes

/// The octets of an address in text: 4 for IPv4, 16 for IPv6 (RFC 4291 section 2.2); nil for anything else.
func addressOctets(_ text: String) -> [UInt8]? {
  func octets(_ value: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) }
  }
  if let address = IPv4Address(text) { return octets(address.value) }
  var halves: [[UInt8]] = [[]]
  var rest = Substring(text)
  if rest.hasPrefix("::") {
    halves.append([])
    rest = rest.dropFirst(2)
  }
  while !rest.isEmpty {
    let piece = rest.prefix { $0 != ":" }
    rest = rest.dropFirst(piece.count)
    if piece.contains(".") {
      guard rest.isEmpty, let address = IPv4Address(piece) else { return nil }
      halves[halves.count - 1] += octets(address.value)
      break
    }
    guard !piece.isEmpty, piece.utf8.count <= 4, piece.allSatisfy(\.isHexDigit),
      let group = UInt16(piece, radix: 16)
    else { return nil }
    halves[halves.count - 1] += [UInt8(group >> 8), UInt8(group & 255)]
    if rest.hasPrefix("::") {
      guard halves.count == 1 else { return nil }
      halves.append([])
      rest = rest.dropFirst(2)
    } else if rest.hasPrefix(":") {
      rest = rest.dropFirst()
      if rest.isEmpty { return nil }
    }
  }
  let count = halves.reduce(0) { $0 + $1.count }
  guard halves.count == 2 ? count <= 14 : count == 16 else { return nil }
  return halves.count == 2 ? halves[0] + [UInt8](repeating: 0, count: 16 - count) + halves[1] : halves[0]
}
