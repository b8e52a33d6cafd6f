/// RESP, the protocol of Redis: its specification, versions 2 and 3.
public enum RESPField: UInt8, Dissected {
  case resp, string, error, bulkString, bulkValue, bulkLength, integer, array, arrayLength
  case inline, null, truth, double, bigNumber, bulkError, verbatim, map, set, attribute, push, tooDeep
  case part, mark

  /// RESP.
  public static let layer = Layer.resp
  private static let specification = "Redis serialization protocol specification"

  /// What the field is.
  public var info: FieldInfo {
    let source = Self.specification
    switch self {
    case .resp:
      return FieldInfo(
        "resp", "REdis Serialization Protocol", .heading,
        "A command, which is a list of strings, or what the server answers; answers come in the commands' order.",
        source)
    case .string: return FieldInfo("resp.string", "String", .text, "A short answer, such as OK.", source)
    case .error:
      return FieldInfo(
        "resp.error", "Error", .text, "Why the command failed; its kind is the first word.", source)
    case .bulkString:
      return FieldInfo(
        "resp.bulk_string", "Bulk String", .heading, "Octets with their length in front.", source)
    case .bulkValue: return FieldInfo("resp.bulk_string.value", "Value", .bytes, "The octets.", source)
    case .bulkLength:
      return FieldInfo(
        "resp.bulk_string.length", "Length", .signed(bits: 32), "How many; -1 says that there is no value.",
        source)
    case .integer: return FieldInfo("resp.integer", "Integer", .signed(bits: 64), "A whole number.", source)
    case .array: return FieldInfo("resp.array", "Array", .heading, "Values in an order.", source)
    case .arrayLength:
      return FieldInfo(
        "resp.array.length", "Length", .signed(bits: 64), "How many; -1 says that there is no list.", source)
    case .inline:
      return FieldInfo(
        "backlab.resp.inline", "Inline command", .text, "A command as people type it.", source)
    case .part:
      return FieldInfo(
        "backlab.resp.part", "Part", .text,
        "A part of a string whose length its sender did not know when it began; an empty one ends it (version 3).",
        source)
    case .mark:
      return FieldInfo(
        "backlab.resp.end", "End", .heading, "The end of a list without a length (version 3).", source)
    case .null: return FieldInfo("backlab.resp.null", "Null", .heading, "No value (version 3).", source)
    case .truth:
      return FieldInfo("backlab.resp.boolean", "Boolean", .flag, "True or false (version 3).", source)
    case .double: return FieldInfo("backlab.resp.double", "Double", .text, "A number (version 3).", source)
    case .bigNumber:
      return FieldInfo(
        "backlab.resp.big_number", "Big number", .text, "A number of any size (version 3).", source)
    case .bulkError:
      return FieldInfo("backlab.resp.bulk_error", "Bulk error", .text, "A long error (version 3).", source)
    case .verbatim:
      return FieldInfo(
        "backlab.resp.verbatim_string", "Verbatim string", .text,
        "Text with its format in front (version 3).", source)
    case .map:
      return FieldInfo(
        "backlab.resp.map", "Map", .decimal(bits: 32), "Keys and values, how many pairs (version 3).", source)
    case .set:
      return FieldInfo(
        "backlab.resp.set", "Set", .decimal(bits: 32), "Values without an order, how many (version 3).",
        source)
    case .attribute:
      return FieldInfo(
        "backlab.resp.attribute", "Attribute", .decimal(bits: 32),
        "Pairs that tell something of the value behind them (version 3).", source)
    case .push:
      return FieldInfo(
        "backlab.resp.push", "Push", .decimal(bits: 32),
        "What the server sends unasked, how many values (version 3).", source)
    case .tooDeep:
      return FieldInfo(
        "backlab.resp.too_deep", "Nested too deep", .heading,
        "Lists in lists in lists: from here on they are not drawn.", source)
    }
  }
}
