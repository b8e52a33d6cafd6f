internal import Dissect

/// A filter while it is being written: whether it can be read, and how its last word may go on.
enum FilterLine {
  /// What is to be said about a filter that stands like this.
  static func verdict(_ text: String) -> (text: String, isValid: Bool?) {
    guard text.contains(where: { $0 != " " }) else {
      return ("empty: Enter shows all rows; Esc leaves it as it was", nil)
    }
    do throws(FilterError) {
      _ = try Filter(text)
      return ("valid: Enter shows the rows that satisfy it", true)
    } catch {
      return ("not valid: column \(error.column): \(error.text)", false)
    }
  }

  /// The name that stands at the end of a text; empty when it ends in something else.
  static func word(_ text: String) -> Substring {
    let start = text.lastIndex { !($0.isLetter || $0.isNumber || "._-".contains($0)) }
    let word = start.map { text[text.index(after: $0)...] } ?? text[...]
    return word.first?.isLetter ?? false ? word : text[text.endIndex...]
  }

  /// Names of fields that begin like the last word, in order, without one that is the word itself.
  static func completions(_ text: String) -> [String] {
    let word = word(text)
    guard !word.isEmpty else { return [] }
    return Catalogue.shared.byName.keys.filter { $0.hasPrefix(word) && $0 != word }.sorted()
  }

  /// The text with its last word carried on as far as all names that begin like it agree.
  static func completed(_ text: String) -> String {
    let names = completions(text)
    guard let first = names.first, let last = names.last else { return text }
    let word = word(text)
    // The word itself may be a name, which no longer one can be told from.
    if Catalogue.shared.byName[String(word)] != nil, names.count > 1 { return text }
    let shared = zip(first, last).prefix { $0 == $1 }.map(\.0)
    return text.dropLast(word.count) + String(shared)
  }
}
