/// JSON: RFC 8259.
public enum JSONField: UInt8, Dissected {
  case json, object, array, member, pathWithValue, memberWithValue, string, number, truth, falsehood, null
  case key, path, tooDeep

  /// JSON.
  public static let layer = Layer.json
  /// What the field is.
  public var info: FieldInfo {
    switch self {
    case .json:
      FieldInfo(
        "json", "JavaScript Object Notation", .heading, "Values in text: objects, lists, strings, numbers.",
        "RFC 8259 section 2")
    case .object:
      FieldInfo("json.object", "Object", .heading, "Values with names.", "RFC 8259 section 4")
    case .array: FieldInfo("json.array", "Array", .heading, "Values in an order.", "RFC 8259 section 5")
    case .member:
      FieldInfo("json.member", "Member", .text, "A value with its name.", "RFC 8259 section 4")
    case .pathWithValue:
      FieldInfo(
        "json.path_with_value", "Path with value", .text,
        "The names on the way to a value, and the value: for filters.", "Wireshark")
    case .memberWithValue:
      FieldInfo(
        "json.member_with_value", "Member with value", .text, "A name and its value: for filters.",
        "Wireshark")
    case .string:
      FieldInfo(
        "json.value.string", "String value", .text, "Text, its escapes undone.", "RFC 8259 section 7")
    case .number:
      FieldInfo(
        "json.value.number", "Number value", .text,
        "A number as it is written: JSON bounds neither its size nor its precision, readers do.",
        "RFC 8259 section 6")
    case .truth: FieldInfo("json.value.true", "True value", .heading, "True.", "RFC 8259 section 3")
    case .falsehood: FieldInfo("json.value.false", "False value", .heading, "False.", "RFC 8259 section 3")
    case .null: FieldInfo("json.value.null", "Null value", .heading, "No value.", "RFC 8259 section 3")
    case .key:
      FieldInfo(
        "json.key", "Key", .text,
        "A name. Should be the only one of its object: readers differ in which of two they take.",
        "RFC 8259 section 4")
    case .path:
      FieldInfo("json.path", "Path", .text, "The names on the way to here; [] is a list.", "Wireshark")
    case .tooDeep:
      FieldInfo(
        "backlab.json.too_deep", "Nested too deep", .heading,
        "Values in values in values: from here on they are not drawn.", "RFC 8259 section 9")
    }
  }
}
