import Bytes

/// The wire format of protocol buffers (protobuf.dev, Encoding): fields of a number, a type and a value, in any order.
enum Protobuf {
  /// What a field's value is written as.
  enum Form: UInt8 {
    case varint, fixed64, octets
    case fixed32 = 5
  }

  /// Reads seven bits an octet, the lowest first, while the eighth says that more follow.
  static func varint(_ reader: inout Reader) throws(ReadError) -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), through: 63, by: 7) {
      let octet = try reader.read(UInt8.self)
      value |= UInt64(octet & 0x7F) << shift
      if octet < 0x80 { return value }
    }
    throw .malformed("a varint has ten octets at most", at: reader.position)
  }

  /// Reads what stands before a value: the field's number, and its form.
  static func key(_ reader: inout Reader) throws(ReadError) -> (number: UInt64, form: Form) {
    let start = reader.position
    let key = try varint(&reader)
    guard let form = Form(rawValue: UInt8(key & 7)), key >> 3 > 0 else {
      throw .malformed("no field begins so", at: start)
    }
    return (key >> 3, form)
  }

  /// Reads a text: its length, then its octets, which are copied once.
  static func text(_ reader: inout Reader) throws(ReadError) -> String {
    try reader.take(length(&reader)).rest.text
  }

  private static func length(_ reader: inout Reader) throws(ReadError) -> Int {
    let size = try varint(&reader)
    guard size <= UInt64(reader.remaining) else {
      throw .truncated(needed: Int(clamping: size), available: reader.remaining, at: reader.position)
    }
    return Int(size)
  }

  /// Passes over a value that nobody asked for.
  static func skip(_ form: Form, _ reader: inout Reader) throws(ReadError) {
    switch form {
    case .varint: _ = try varint(&reader)
    case .fixed64: try reader.skip(8)
    case .octets: try reader.skip(length(&reader))
    case .fixed32: try reader.skip(4)
    }
  }

  /// Writes a varint.
  static func write(_ value: UInt64, to writer: inout Writer) {
    var rest = value
    while rest >= 0x80 {
      writer.write(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    writer.write(UInt8(rest))
  }

  /// Writes a field that is a number.
  static func write(_ field: UInt64, _ value: UInt64, to writer: inout Writer) {
    write(field << 3 | UInt64(Form.varint.rawValue), to: &writer)
    write(value, to: &writer)
  }

  /// Writes a field that is a text.
  static func write(_ field: UInt64, _ text: String, to writer: inout Writer) {
    write(field << 3 | UInt64(Form.octets.rawValue), to: &writer)
    write(UInt64(text.utf8.count), to: &writer)
    writer.write(text)
  }
}

extension RawSpan {
  /// The octets as text of its own; what is no UTF-8 becomes U+FFFD.
  var text: String { unsafe withUnsafeBytes { unsafe String(decoding: $0, as: UTF8.self) } }
}
