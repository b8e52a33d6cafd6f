import Bytes

/// One field of a message.
struct ProtobufItem {
  var number: UInt64
  var wireType: UInt8
  /// Where the tag, the length and the value stand.
  var tag: Range<Int>
  var length: Range<Int>
  var value: Range<Int>
  /// The value of a number.
  var integer: UInt64 = 0
}

/// What stands at a place of a message.
enum ProtobufStep {
  case item(ProtobufItem)
  /// No tag, or one of a kind that can't be read; the tag if it was one.
  case badTag
  case badWireType(ProtobufItem)
  case badVarint(ProtobufItem)
  /// The value goes on behind the end.
  case cut(ProtobufItem)
}

/// A number in groups of seven bits, the low ones first, of ten octets at most; nil when it doesn't end.
func protobufVarint(_ bytes: RawSpan, _ at: inout Int) -> UInt64? {
  var value: UInt64 = 0
  var shift: UInt64 = 0
  var next = at
  while next < bytes.byteCount, shift < 70 {
    let octet = bytes[octet: next]
    next += 1
    value |= UInt64(octet & 127) << shift
    if octet & 128 == 0 {
      at = next
      return value
    }
    shift += 7
  }
  return nil
}

/// The field that begins at `start`.
func protobufStep(_ bytes: RawSpan, at start: Int) -> ProtobufStep {
  var at = start
  guard let tag = protobufVarint(bytes, &at) else { return .badTag }
  var item = ProtobufItem(
    number: tag >> 3, wireType: UInt8(tag & 7), tag: start..<at, length: at..<at, value: at..<at)
  switch item.wireType {
  case 0:
    guard let value = protobufVarint(bytes, &at) else { return .badVarint(item) }
    item.integer = value
    item.value = item.tag.upperBound..<at
  case 1, 5:
    let size = item.wireType == 1 ? 8 : 4
    guard bytes.byteCount - at >= size else { return .cut(item) }
    for i in (0..<size).reversed() { item.integer = item.integer << 8 | UInt64(bytes[octet: at + i]) }
    item.value = at..<at + size
  case 2:
    guard let count = protobufVarint(bytes, &at) else { return .badVarint(item) }
    item.length = item.tag.upperBound..<at
    item.integer = count
    item.value = at..<at
    guard UInt64(bytes.byteCount - at) >= count else { return .cut(item) }
    item.value = at..<at + Int(count)
  default: return .badWireType(item)
  }
  return .item(item)
}

/// Whether octets are a message to their last one, of fields that a schema could have.
func isProtobuf(_ bytes: RawSpan) -> Bool {
  guard bytes.byteCount > 0 else { return false }
  var at = 0
  while at < bytes.byteCount {
    guard case .item(let item) = protobufStep(bytes, at: at), (1..<1 << 29).contains(item.number) else {
      return false
    }
    at = item.value.upperBound
  }
  return true
}

/// Octets as text, if they are UTF-8 without control characters; nil otherwise, and for none.
func printableText(_ bytes: RawSpan) -> String? {
  guard bytes.byteCount > 0 else { return nil }
  for i in 0..<bytes.byteCount where bytes[octet: i] < 32 || bytes[octet: i] == 127 {
    if bytes[octet: i] != 9, bytes[octet: i] != 10, bytes[octet: i] != 13 { return nil }
  }
  return String(validating: bytes.copied(), as: UTF8.self)
}
