extension Dissection {
  /// The values of the field called `name`, each exactly as `tshark -T fields` prints it; none when the row, or the
  /// catalogue, doesn't have it. A value of an event that no table names is as it was written.
  public func valueTexts(named name: String) -> [String] {
    guard let field = FieldName(name) else { return [] }
    return nodes(named: field).map { node in
      field.key.map { String(text(of: node).dropFirst($0.count + 2)) } ?? valueText(node)
    }
  }
}
