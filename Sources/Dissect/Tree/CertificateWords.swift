import Bytes

extension Dissection {
  /// What certificates say in ways of their own.
  func appendCertificateWords(_ node: Node, _ plate: FieldPlate, _ index: Int, to text: inout TextBuffer) {
    switch plate.form {
    case .bigNumber:
      text.append("0x" as StaticString)
      appendPlain(node, plate, index, to: &text)
    case .certificate:
      appendPlain(node, plate, index, to: &text)
      appendNames(below(node, X509Field.subjectRDN), to: &text)
    default:
      text.append(node.value)
      text.append(node.value == 1 ? " item" : " items")
      if plate.form == .names { appendNames(place(of: node), to: &text) }
    }
  }

  /// Where a node stands; nil when it is none of these.
  private func place(of node: Node) -> Int? {
    nodes.firstIndex {
      $0.field == node.field && $0.source == node.source && $0.offset == node.offset && $0.depth == node.depth
    }
  }

  /// Where the first node of a field stands below a node.
  private func below(_ node: Node, _ field: X509Field) -> Int? {
    guard var next = place(of: node) else { return nil }
    next += 1
    while next < nodes.count, nodes[next].depth > node.depth {
      if nodes[next].field == FieldID(field) { return next }
      next += 1
    }
    return nil
  }

  /// Appends the attributes below a node, the last part first: ` (id-at-commonName=lab.test,id-at-countryName=DE)`.
  private func appendNames(_ start: Int?, to text: inout TextBuffer) {
    guard let start else { return }
    var parts: [[String]] = nodes[start].field == FieldID(X509Field.rdnItem) ? [[]] : []
    var next = start + 1
    while next < nodes.count, nodes[next].depth > nodes[start].depth {
      if nodes[next].field == FieldID(X509Field.rdnItem) { parts.append([]) }
      if nodes[next].field == FieldID(X509Field.attributeID), next + 1 < nodes.count, !parts.isEmpty {
        let isChoice = nodes[next + 1].field == FieldID(X509Field.directoryString)
        let value = min(next + (isChoice ? 2 : 1), nodes.count - 1)
        parts[parts.count - 1].append(
          DER.name(self.text(of: nodes[next])) + "=" + self.text(of: nodes[value]))
      }
      next += 1
    }
    guard parts.contains(where: { !$0.isEmpty }) else { return }
    let words = parts.reversed().map { $0.joined(separator: ",") }.joined(separator: ",")
    text.append(" (" as StaticString)
    text.append(words, as: .label)
    text.append(octet: 41)
  }
}
