import Bytes

extension DNSDrawer {
  /// A record in a line: whose it is, its type and class, and the most telling of its data.
  func recordWords(_ data: borrowing DNSData, _ classValue: UInt16) -> String {
    var words = "\(data.name.string): type \(dnsTypeName(data.type))"
    // The class of an option record is a size.
    guard data.type != 41 else { return words }
    words += ", class \(dnsClass(UInt64(classValue & 0x7FFF)) ?? "Unknown")"
    if let more = try? dataWords(data) { words += ", \(more)" }
    return words
  }

  /// What a record says; nil for types of which the line tells no more.
  private func dataWords(_ data: borrowing DNSData) throws(ReadError) -> String? {
    var reader = Reader(data.message.extracting(data.range))
    switch data.type {
    case 1: return "addr \(IPv4Address(try reader.read(UInt32.self)))"
    case 2: return "ns \(try data.name(0))"
    case 5: return "cname \(try data.name(0))"
    case 6: return "mname \(try data.name(0))"
    case 12: return try data.name(0)
    case 15: return "preference \(try reader.read(UInt16.self)), mx \(try data.name(2))"
    case 28:
      let high = try reader.read(UInt64.self)
      return "addr \(IPv6Address(high: high, low: try reader.read(UInt64.self)))"
    case 33:
      let (priority, weight) = (try reader.read(UInt16.self), try reader.read(UInt16.self))
      return
        "priority \(priority), weight \(weight), port \(try reader.read(UInt16.self)), target \(try data.name(6))"
    case 35:
      let (order, preference) = (try reader.read(UInt16.self), try reader.read(UInt16.self))
      let flags = String(decoding: try reader.bytes(Int(try reader.read(UInt8.self))), as: UTF8.self)
      return "order \(order), preference \(preference), flags \(flags)"
    case 47: return "next domain name \(try data.name(0))"
    default: return nil
    }
  }
}

extension DNSData {
  /// The name that begins behind some octets of the data.
  fileprivate func name(_ offset: Int) throws(ReadError) -> String {
    try DNSName(message, at: range.lowerBound + offset).string
  }
}

/// What the flags of a message say: `Standard query response, No error`.
func dnsFlagWords(_ flags: UInt16) -> String {
  let operation = dnsOpcode(UInt64(flags >> 11 & 15)) ?? "Unknown operation"
  guard flags & 0x8000 != 0 else { return operation }
  return "\(operation) response, \(dnsResponseCode(UInt64(flags & 15)) ?? "Unknown error")"
}
