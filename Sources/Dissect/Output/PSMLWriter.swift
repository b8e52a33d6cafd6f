import Bytes

/// Rows as `tshark -T psml` writes them: the columns of the list, in XML.
enum PSMLWriter {
  private static let titles: [StaticString] = [
    "No.", "Time", "Source", "Destination", "Protocol", "Length", "Info",
  ]

  /// Appends what stands before the first row.
  static func begin(_ text: inout TextBuffer) {
    text.append(
      "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<psml version=\"0\" creator=\"backlab\">\n<structure>\n"
        as StaticString)
    for title in titles { section(&text) { $0.append(title) } }
    text.append("</structure>\n\n" as StaticString)
  }

  /// Appends what stands behind the last row.
  static func end(_ text: inout TextBuffer) { text.append("</psml>\n" as StaticString) }

  /// Appends a row.
  static func append(_ tree: Dissection, _ columns: RowColumns, to text: inout TextBuffer) {
    text.append("<packet>\n" as StaticString)
    for column in titles.indices {
      section(&text) { text in
        let start = text.count
        columns.append(column, tree, to: &text)
        text.escape(from: start, as: .xml)
      }
    }
    text.append("</packet>\n\n" as StaticString)
  }

  private static func section(_ text: inout TextBuffer, _ content: (inout TextBuffer) -> Void) {
    text.append("<section>" as StaticString)
    content(&text)
    text.append("</section>\n" as StaticString)
  }
}
