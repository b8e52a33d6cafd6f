/// Protocol Buffers without a schema: numbers and kinds of fields are on the wire, names and types are not.
public enum ProtobufField: UInt8, Dissected {
  case protobuf, message, messageName, field, fieldName, fieldNumber, wireType, valueLength, value, uint32
  case uint64, failedTag, invalidWireType, failedValue, cut, number, string, nested, guess

  /// Protocol Buffers.
  public static let layer = Layer.protobuf

  /// What the field is.
  public var info: FieldInfo {
    let encoding = "Protocol Buffers Encoding"
    return switch self {
    case .protobuf:
      FieldInfo(
        "protobuf", "Protocol Buffers", .heading,
        "Fields one behind the other, each with its number and how its value stands there.", encoding)
    case .message:
      FieldInfo(
        "backlab.protobuf.message", "Message", .heading, "A message: any number of fields in any order.",
        encoding)
    case .messageName:
      FieldInfo(
        "protobuf.message.name", "Message Name", .text, "The message's type; only a schema tells it.",
        encoding)
    case .field:
      FieldInfo("backlab.protobuf.field", "Field", .heading, "A field: its tag and its value.", encoding)
    case .fieldName:
      FieldInfo(
        "protobuf.field.name", "Field Name", .text, "The field's name; only a schema tells it.", encoding)
    case .fieldNumber:
      FieldInfo(
        "protobuf.field.number", "Field Number", .decimal(bits: 64), mask: ~7,
        "The number that the schema gives the field. It never changes; names may.", encoding)
    case .wireType:
      FieldInfo(
        "protobuf.field.wiretype", "Wire Type", .decimal(bits: 8), mask: 7,
        "How the value ends: enough to skip a field that one doesn't know.", encoding,
        values: { protobufWireType($0) })
    case .valueLength:
      FieldInfo(
        "protobuf.field.value.length", "Value Length", .decimal(bits: 64), "Octets of the value.", encoding)
    case .value:
      FieldInfo(
        "protobuf.field.value", "Value", .bytes,
        "The value. Octets may be text, a message or many numbers: the wire doesn't say.", encoding)
    case .uint32:
      FieldInfo(
        "protobuf.field.value.uint32", "Uint32", .decimal(bits: 32),
        "The value as a number without sign.", encoding)
    case .uint64:
      FieldInfo(
        "protobuf.field.value.uint64", "Uint64", .decimal(bits: 64),
        "The value as a number without sign.", encoding)
    case .failedTag:
      FieldInfo(
        "protobuf.failed_parse_tag", "Failed to parse tag field", .heading,
        "A number of more octets than it can have, or cut off.", encoding)
    case .invalidWireType:
      FieldInfo(
        "protobuf.field.wiretype.invalid", "Unknown or unsupported wiretype", .heading,
        "A group, which proto3 no longer has, or no kind of value at all.", encoding)
    case .failedValue:
      FieldInfo(
        "protobuf.field.failed_parse_field", "Failed to parse value field", .heading,
        "A number of more octets than it can have, or cut off.", encoding)
    case .cut:
      FieldInfo(
        "backlab.protobuf.malformed", "Malformed", .text, "Where the message ends too early.", encoding)
    case .number:
      FieldInfo(
        "backlab.protobuf.number", "As a floating point number", .text,
        "The value if the field is a float or a double.", encoding)
    case .string:
      FieldInfo(
        "backlab.protobuf.string", "As text", .text, "The value if the field is a string: it reads as one.",
        encoding)
    case .nested:
      FieldInfo(
        "backlab.protobuf.nested", "As a message", .heading,
        "The value if the field is a message: it reads as one to its last octet.", encoding)
    case .guess:
      FieldInfo(
        "backlab.protobuf.nested.field", "Field", .text, "A field of the message that the value may be.",
        encoding)
    }
  }
}

/// Names of wire types.
func protobufWireType(_ type: UInt64) -> String? {
  let names = [
    "varint", "64-bit", "Length-delimited", "Start group (deprecated)", "End group (deprecated)", "32-bit",
  ]
  return type < UInt64(names.count) ? names[Int(type)] : "Unknown"
}
