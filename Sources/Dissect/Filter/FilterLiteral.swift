import Bytes

/// Reads a literal as the type asks that it is compared with.
struct FilterLiteral {
  /// The type of the other side.
  var type: FilterType
  /// The field of the other side, for the names of its values.
  var info: FieldInfo?
  /// Whether it is searched for, rather than compared with: a part of an address will do.
  var isSearch: Bool
  /// Where it stands.
  var column: Int

  private func fail(_ text: String, _ what: String) -> FilterError {
    FilterError(column: column, text: "“\(Clean.text(text))” is no \(what)")
  }

  /// Refuses what can't be equal to an object identifier: numbers with points between them.
  private func checkObjectID(_ text: String) throws(FilterError) {
    guard let info, !isSearch, FilterType.objectIDs.contains(info.name) else { return }
    let arcs = text.split(separator: ".", omittingEmptySubsequences: false)
    guard arcs.count > 1, arcs.allSatisfy({ UInt64($0) != nil }) else {
      throw fail(text, "object identifier such as 2.5.29.17")
    }
  }

  /// A value without quotation marks; `isValue` when a colon said that it is no field.
  func word(_ word: String, isValue: Bool = false) throws(FilterError) -> FilterValue {
    var text = word
    if isValue {
      switch type {
      case .octets, .ether: break
      default: text = ":" + word
      }
    }
    switch type {
    case .label: throw fail(text, "value: a heading has none")
    case .text:
      try checkObjectID(text)
      return .text(text)
    case .loose:
      let number = Int64(text).map { FilterNumber(raw: UInt64(bitPattern: $0), isSigned: true) }
      return number.map { .number($0) } ?? .text(text)
    case .unsigned, .signed: return .number(try number(text))
    case .truth:
      if text == "True" || text == "TRUE" { return .number(FilterNumber(raw: 1)) }
      if text == "False" || text == "FALSE" { return .number(FilterNumber(raw: 0)) }
      if let number = NumberLiteral.parse(text) { return .number(FilterNumber(raw: number == 0 ? 0 : 1)) }
      return try named(text) { fail(text, "truth value: write 0 or 1") }
    case .octets:
      if !isValue, FilterType.protocolsOfHexDigits.contains(text) {
        throw FilterError(
          column: column, text: "\(text) is a protocol to Wireshark: write :\(text) for the octets")
      }
      guard let octets = OctetText.parse(text) else { throw fail(text, "byte string such as aa:bb") }
      return .octets(octets[...])
    case .ether:
      guard let octets = OctetText.parse(text), octets.count == 6 || isSearch else {
        throw fail(text, "MAC address such as aa:bb:cc:dd:ee:ff")
      }
      return .octets(octets[...])
    case .ipv4: return try ipv4(text)
    case .ipv6: return try ipv6(text)
    case .moment: throw fail(text, "moment: write it in quotation marks, such as \"2026-07-04T12:34:56Z\"")
    case .duration:
      guard let time = MomentLiteral.seconds(text) ?? Seconds.parse(text) else {
        throw fail(text, "duration: write seconds such as 1.5, or a unit such as 200ms")
      }
      return .number(FilterNumber(raw: UInt64(bitPattern: time), isSigned: true))
    }
  }

  /// A text in quotation marks.
  func text(_ octets: [UInt8]) throws(FilterError) -> FilterValue {
    let text = String(decoding: octets, as: UTF8.self)
    if type == .text { try checkObjectID(text) }
    switch type {
    case .text, .octets, .loose: return .octets(octets[...])
    case .moment:
      guard let time = MomentLiteral.parse(text) else {
        throw fail(text, "moment such as 2026-07-04T12:34:56Z or Jul 4, 2026 12:34:56 UTC")
      }
      return .number(FilterNumber(raw: UInt64(bitPattern: time), isSigned: true))
    case .unsigned, .signed, .truth:
      return try named(text) {
        fail(text, "number, which \(info?.name ?? "this") is: write it without quotation marks")
      }
    case .label, .ether, .ipv4, .ipv6, .duration:
      throw FilterError(column: column, text: "\(type.words) is written without quotation marks")
    }
  }

  /// A character constant.
  func character(_ octet: UInt8) throws(FilterError) -> FilterValue {
    switch type {
    case .text, .octets, .loose: .octets([octet])
    case .unsigned, .signed: .number(FilterNumber(raw: UInt64(octet)))
    case .truth: .number(FilterNumber(raw: octet == 0 ? 0 : 1))
    case .label, .ether, .ipv4, .ipv6, .moment, .duration:
      throw FilterError(column: column, text: "a character constant is no \(type.words.dropFirst(2))")
    }
  }

  private func number(_ text: String) throws(FilterError) -> FilterNumber {
    guard let number = NumberLiteral.parse(text) else {
      let near = text.contains(".") ? FieldName.nearest(text).map { "; did you mean \($0)?" } : nil
      let name = info?.name ?? "this"
      guard case .number(let named) = try named(text, { fail(text, "number, which \(name) is\(near ?? "")") })
      else {
        throw fail(text, "number")
      }
      return named
    }
    switch type {
    case .signed(let bits):
      guard number <= UInt64.max >> (65 - UInt64(bits)) else {
        throw FilterError(column: column, text: "\(text) is too large for a signed number of \(bits) bits")
      }
      return FilterNumber(raw: number, isSigned: true)
    case .unsigned(let bits):
      // Wireshark keeps bits of a larger integer in the whole octets that hold them.
      let room = UInt64((bits + 7) / 8 * 8)
      guard room >= 64 || number >> room == 0 else {
        throw FilterError(column: column, text: "\(text) is too large for a number of \(bits) bits")
      }
      return FilterNumber(raw: number)
    default: return FilterNumber(raw: number)
    }
  }

  /// The number that a name of the field's values stands for; `otherwise` when the field's values have no names.
  private func named(_ text: String, _ otherwise: () -> FilterError) throws(FilterError) -> FilterValue {
    guard let info, !FilterType.unnamed.contains(info.name) else { throw otherwise() }
    let wanted = text.lowercased()
    if type == .truth {
      let usual = info.mask == 0 ? ("True", "False") : ("Set", "Not set")
      let yes = info.valueName?(1) ?? usual.0
      let no = info.valueName?(0) ?? usual.1
      if wanted == yes.lowercased() { return .number(FilterNumber(raw: 1)) }
      if wanted == no.lowercased() { return .number(FilterNumber(raw: 0)) }
      throw FilterError(
        column: column,
        text: "“\(Clean.text(text))” is no value of \(info.name): write 0, 1, \"\(yes)\" or \"\(no)\"")
    }
    guard let valueName = info.valueName else { throw otherwise() }
    var names: [String] = []
    for value in UInt64(0)...(type.size == 1 ? 0xFF : 0xFFFF) {
      guard let name = valueName(value) else { continue }
      if name.lowercased() == wanted { return .number(FilterNumber(raw: value)) }
      names.append(name)
    }
    let near = NearName.nearest(to: text, among: names).map { "; did you mean \"\($0)\"?" } ?? ""
    throw FilterError(column: column, text: "“\(Clean.text(text))” is no value of \(info.name)\(near)")
  }

  private func ipv4(_ text: String) throws(FilterError) -> FilterValue {
    guard let (part, bits) = AddressLiteral.network(text), let address = IPv4Address(part),
      // Octets with leading zeros are octal to some and decimal to others: refused.
      !part.split(separator: ".").contains(where: { $0.count > 1 && $0.first == "0" })
    else { throw fail(text, "IPv4 address such as 192.0.2.1 or 192.0.2.0/24") }
    guard (0...32).contains(bits ?? 32) else {
      throw fail(text, "network: a prefix length from 0 to 32 comes after /")
    }
    let mask = UInt64(0xFFFF_FFFF) << UInt64(32 - (bits ?? 32)) & 0xFFFF_FFFF
    return .number(FilterNumber(raw: UInt64(address.value), mask: bits == nil ? .max : mask))
  }

  private func ipv6(_ text: String) throws(FilterError) -> FilterValue {
    guard let (part, bits) = AddressLiteral.network(text), let octets = AddressLiteral.ipv6(Array(part.utf8))
    else {
      throw fail(text, "IPv6 address such as 2001:db8::1 or 2001:db8::/32")
    }
    guard (0...128).contains(bits ?? 128) else {
      throw fail(text, "network: a prefix length from 0 to 128 comes after /")
    }
    return bits.map { .network(octets, bits: $0) } ?? .octets(octets[...])
  }
}
