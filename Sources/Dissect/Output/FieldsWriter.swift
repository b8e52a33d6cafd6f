import Bytes

/// How `-T fields` prints the values of a row: tshark's `-E`.
public struct FieldsStyle: Sendable {
  /// Which values of a field that a row has more than once.
  public enum Occurrence: Sendable { case first, last, all }

  /// Between fields; a tab.
  public var separator: UInt8 = 9
  /// Between values of one field; a comma.
  public var aggregator: UInt8 = 44
  /// Around each field that has a value; nil for none.
  public var quote: UInt8?
  /// Which values; all.
  public var occurrence = Occurrence.all
  /// Whether a first line names the fields.
  public var hasHeader = false
  /// Whether the output begins with a byte order mark.
  public var hasMark = false

  /// tshark's own style.
  public init() {}

  /// Sets one option of `-E`; false when there is no such option or it has no such value.
  public mutating func set(_ option: String) -> Bool {
    let parts = option.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2 else { return false }
    let value = parts[1]
    func character() -> UInt8? {
      switch value {
      case "/t": 9
      case "/s": 32
      default:
        value.utf8.count == 1 && value.utf8.first.map { 32..<127 ~= $0 } == true ? value.utf8.first : nil
      }
    }
    switch (parts[0], value) {
    case ("header", "y"), ("header", "n"): hasHeader = value == "y"
    case ("bom", "y"), ("bom", "n"): hasMark = value == "y"
    // Control characters are always written by name: tshark's `escape=y`.
    case ("escape", "y"): break
    case ("quote", "d"): quote = 34
    case ("quote", "s"): quote = 39
    case ("quote", "n"): quote = nil
    case ("occurrence", "f"): occurrence = .first
    case ("occurrence", "l"): occurrence = .last
    case ("occurrence", "a"): occurrence = .all
    case ("separator", _):
      guard let octet = character() else { return false }
      separator = octet
    case ("aggregator", _):
      guard let octet = character() else { return false }
      aggregator = octet
    default: return false
    }
    return true
  }
}

/// Rows as `tshark -T fields` writes them.
struct FieldsWriter {
  private var listing = Listing()

  /// Appends what stands before the first row.
  func begin(_ fields: [SelectedField], _ style: FieldsStyle, _ text: inout TextBuffer) {
    if style.hasMark {
      text.append(octet: 0xEF)
      text.append(octet: 0xBB)
      text.append(octet: 0xBF)
    }
    guard style.hasHeader else { return }
    for (index, field) in fields.enumerated() {
      if index > 0 { text.append(octet: style.separator) }
      text.append(field.name, as: .field)
    }
    text.append(octet: 10)
  }

  /// Appends a row.
  mutating func append(
    _ tree: Dissection, displayed: Int64, fields: [SelectedField], columns: RowColumns,
    _ style: FieldsStyle, to text: inout TextBuffer
  ) {
    listing.fill(tree, displayed: displayed)
    for (index, field) in fields.enumerated() {
      if index > 0 { text.append(octet: style.separator) }
      let start = text.count
      var count = 0
      field.forEach(in: listing, tree, columns) { value in
        if count > 0 {
          switch style.occurrence {
          case .first: return
          case .last: text.truncate(to: start)
          case .all: text.append(octet: style.aggregator)
          }
        }
        if count == 0 || style.occurrence == .last, let quote = style.quote { text.append(octet: quote) }
        append(value, field, tree, style, &text)
        count += 1
      }
      if count > 0, let quote = style.quote { text.append(octet: quote) }
    }
    text.append(octet: 10)
  }

  /// Appends a value; a quotation mark in it is doubled.
  private func append(
    _ value: SelectedField.Value, _ field: SelectedField, _ tree: Dissection, _ style: FieldsStyle,
    _ text: inout TextBuffer
  ) {
    let start = text.count
    field.append(value, listing, tree, as: .field, to: &text)
    guard let quote = style.quote else { return }
    let octets = text.octets(from: start)
    guard octets.contains(quote) else { return }
    text.truncate(to: start)
    for octet in octets {
      if octet == quote { text.append(octet: quote) }
      text.append(octet: octet)
    }
  }
}
