/// Bodies of text, line by line.
public enum TextLinesField: UInt8, Dissected {
  case lines, line

  /// Text.
  public static let layer = Layer.textLines
  /// What the field is.
  public var info: FieldInfo {
    switch self {
    case .lines:
      FieldInfo(
        "data-text-lines", "Line-based text data", .heading, "A body of text.", "RFC 2046 section 4.1")
    case .line: FieldInfo("backlab.text.line", "Line", .text, "One line of it.", "RFC 2046 section 4.1")
    }
  }
}

/// Bodies of a type that nothing more is known of here.
public enum MediaField: UInt8, Dissected {
  case media, octets

  /// Media.
  public static let layer = Layer.media
  /// What the field is.
  public var info: FieldInfo {
    switch self {
    case .media: FieldInfo("media", "Media Type", .heading, "A body of the type that is named.", "RFC 2046")
    case .octets: FieldInfo("media.type", "Media type", .bytes, "The octets.", "RFC 2046")
    }
  }
}

/// Forms as browsers send them.
public enum FormField: UInt8, Dissected {
  case form, item, key, value

  /// Forms.
  public static let layer = Layer.form
  /// What the field is.
  public var info: FieldInfo {
    switch self {
    case .form:
      FieldInfo(
        "urlencoded-form", "HTML Form URL Encoded", .heading, "Names and values of a form.",
        "WHATWG URL section 5")
    case .item:
      FieldInfo(
        "backlab.form.item", "Form item", .heading, "One name with its value.", "WHATWG URL section 5.1")
    case .key:
      FieldInfo("urlencoded-form.key", "Key", .text, "The name, unescaped.", "WHATWG URL section 5.1")
    case .value:
      FieldInfo("urlencoded-form.value", "Value", .text, "The value, unescaped.", "WHATWG URL section 5.1")
    }
  }
}
