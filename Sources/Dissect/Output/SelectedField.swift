import Bytes

/// A field that `-e` names.
public struct SelectedField: Sendable {
  /// As it was written.
  public let name: String
  /// The name as the members of `-T ek` have it.
  let member: String
  /// The plates that it stands for.
  private let plates: [UInt16]
  /// For a value of an event that no table names: its name and a colon.
  private let key: String?
  /// A column, by its number in `columns`.
  private let column: Int?

  /// The names of columns that `-e` knows, as tshark does.
  static let columns = [
    "_ws.col.No.", "_ws.col.Time", "_ws.col.Source", "_ws.col.Destination", "_ws.col.Protocol",
    "_ws.col.Length", "_ws.col.Info",
  ]

  /// Looks a field up; nil when nothing has the name.
  public init?(_ name: String) {
    let table = FieldPlates.shared
    self.name = name
    member = String(name.map { $0 == "." ? "_" : $0 })
    column = Self.columns.firstIndex(of: name)
    let derived = DerivedField.allCases.first { $0.info.name == name }
    isDerived = name.hasPrefix("backlab")
    if column != nil {
      (plates, key) = ([], nil)
    } else if let derived {
      // A field of the tree may have the name too, but for names that stand for two of them.
      let ids = Catalogue.either[name] == nil ? Catalogue.shared.byName[name] ?? [] : []
      (plates, key) = ([UInt16(table.index(derived))] + ids.map { UInt16(table.index($0)) }, nil)
    } else if let field = FieldName(name) {
      plates = field.ids.map { UInt16(table.index($0)) }
      key = field.key.map { "\($0): " }
    } else {
      return nil
    }
  }

  /// Whether a value of the field is what its layer is called.
  var wantsLabels: Bool {
    plates.contains { FieldPlates.shared.plates[Int($0)].traits.contains(.proto) }
  }

  /// Whether it is something that Backlab derives of a row.
  let isDerived: Bool

  /// Whether it is a column.
  var isColumn: Bool { column != nil }

  /// Whether a value of the field is read from octets, or made as text.
  var wantsOctets: Bool {
    key != nil
      || plates.contains {
        let plate = FieldPlates.shared.plates[Int($0)]
        return [.bytes, .text, .ipv6].contains(plate.type) || plate.traits.contains(.proto)
      }
  }

  /// One value of a field: a line of the row, or a stretch of its columns' text.
  enum Value {
    case line(Listing.Line)
    case column(TextBuffer)
  }

  /// Gives `body` the values of the field, in their order.
  func forEach(
    in listing: Listing, _ tree: Dissection, _ columns: RowColumns, _ body: (Value) -> Void
  ) {
    if let column {
      var text = TextBuffer()
      columns.append(column, tree, to: &text)
      return body(.column(text))
    }
    for index in listing.lines.indices {
      let line = listing.lines[index]
      guard plates.contains(line.plate) else { continue }
      if let key, !tree.text(of: line.node).hasPrefix(key) { continue }
      body(.line(line))
    }
  }

  /// Appends one of its values as `-e` prints it in every format: octets have no colons between them.
  func append(
    _ value: Value, _ listing: Listing, _ tree: Dissection, as escape: TextEscape,
    to text: inout TextBuffer
  ) {
    switch value {
    case .column(let column): text.append(column.raw, as: escape)
    case .line(let line):
      if let key { return text.append(String(tree.text(of: line.node).dropFirst(key.count)), as: escape) }
      let plate = FieldPlates.shared.plates[Int(line.plate)]
      if line.isOwnText, plate.type != .heading { return listing.appendWords(line, as: escape, to: &text) }
      if plate.type == .bytes {
        let separator: UInt8? = plate.traits.contains(.colons) ? 58 : nil
        return tree.withOctets(line.node) { text.append(hex: $0, separator: separator) }
      }
      tree.appendValue(line.node, plate: Int(line.plate), as: escape, to: &text)
    }
  }
}

/// What stands around and between the values of a field that are an array in JSON.
struct MemberLayout {
  /// Before the name, behind it, between values and behind the last.
  var open: String, begin: String, next: String, end: String
  /// Whether names have underscores for dots.
  var isFlat = false
}

extension [SelectedField] {
  /// Appends the values of each field that the row has as a member of an object.
  func appendMembers(
    of listing: Listing, _ tree: Dissection, _ columns: RowColumns, _ layout: MemberLayout,
    to text: inout TextBuffer
  ) {
    var isFirst = true
    for field in self {
      var count = 0
      field.forEach(in: listing, tree, columns) { value in
        if count == 0 {
          if !isFirst { text.append(octet: 44) }
          isFirst = false
          text.append(layout.open)
          text.append(layout.isFlat ? field.member : field.name, as: .json)
          text.append(layout.begin)
        } else {
          text.append(layout.next)
        }
        field.append(value, listing, tree, as: .json, to: &text)
        count += 1
      }
      if count > 0 { text.append(layout.end) }
    }
  }
}
