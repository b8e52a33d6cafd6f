import Bytes

extension HTTP2Drawer {
  /// Draws one field of a header block. Its texts stand in `text`, which is kept in a source from some offset on; the
  /// field itself in the frame at `span`.
  func nodes(
    _ field: HPACKField, _ header: HTTP2Header, _ name: Range<Int>, _ value: Range<Int>, _ span: (Int, Int),
    _ texts: (source: UInt8, start: Int), _ text: RawSpan, _ tree: inout Dissection
  ) {
    let group = tree.open(HTTP2Field.header, at: span.0, span.1)
    let own = tree.source
    tree.source = texts.source
    let nameAt = texts.start + name.lowerBound
    let valueAt = texts.start + value.lowerBound
    tree.add(HTTP2Field.nameLength, UInt64(name.count), at: nameAt - 4, 4)
    tree.add(HTTP2Field.name, at: nameAt, name.count)
    tree.add(HTTP2Field.valueLength, UInt64(value.count), at: valueAt - 4, 4)
    tree.add(HTTP2Field.value, at: valueAt, value.count)
    let octets = text.extracting(value)
    if let known = header.field {
      switch header {
      case .status, .age, .contentLength, .maxForwards:
        if let number = decimal(octets) { tree.add(known, number, at: valueAt, value.count) }
      case .path:
        let path = tree.open(known, at: valueAt, value.count)
        segments(octets, at: valueAt, &tree)
        tree.close(path)
      default: tree.add(known, at: valueAt, value.count)
      }
    }
    if let plain = unescaped(octets) {
      tree.add(HTTP2Field.unescaped, text: plain, at: valueAt, 0)
    } else {
      tree.add(HTTP2Field.unescaped, at: valueAt, value.count)
    }
    call(header, octets, at: valueAt, &tree)
    tree.source = own
    tree.add(HTTP2Field.representation, text: representation(field), at: span.0, min(1, span.1))
    if field.index != 0 { tree.add(HTTP2Field.index, UInt64(field.index), at: span.0, min(1, span.1)) }
    tree.retitle(group, words: title(header, text.extracting(name), octets))
    tree.close(group)
  }

  /// Draws the parts of a path that something is asked of.
  private func segments(_ path: RawSpan, at place: Int, _ tree: inout Dissection) {
    guard tree.wants.contains(.nodes),
      let mark = (0..<path.byteCount).first(where: { path[octet: $0] == 63 })
    else { return }
    tree.add(HTTP2Field.pathSegment, at: place, mark)
    var start = mark + 1
    while start <= path.byteCount {
      let end = (start..<path.byteCount).first { [38, 43, 59].contains(path[octet: $0]) } ?? path.byteCount
      tree.add(HTTP2Field.pathSubSegment, at: place + start, end - start)
      start = end + 1
    }
  }

  private func title(_ header: HTTP2Header, _ name: RawSpan, _ value: RawSpan) -> Wording {
    guard header == .status else { return "Header: \(name): \(value)" }
    return "Header: \(name): \(value) \(httpStatus(statusCode(value)) ?? "Unknown")"
  }

  private func representation(_ field: HPACKField) -> String {
    let isNew = field.index == 0
    return switch field.form {
    case .indexed: "Indexed Header Field"
    case .incremental:
      isNew
        ? "Literal Header Field with Incremental Indexing - New Name"
        : "Literal Header Field with Incremental Indexing - Indexed Name"
    case .never:
      isNew
        ? "Literal Header Field never Indexed - New Name"
        : "Literal Header Field never Indexed - Indexed Name"
    default:
      isNew
        ? "Literal Header Field without Indexing - New Name"
        : "Literal Header Field without Indexing - Indexed Name"
    }
  }

  /// The value with its percent signs undone; nil if it has none.
  private func unescaped(_ octets: RawSpan) -> String? {
    guard (0..<octets.byteCount).contains(where: { octets[octet: $0] == 37 }) else { return nil }
    var out: [UInt8] = []
    var at = 0
    while at < octets.byteCount {
      if octets[octet: at] == 37, at + 2 < octets.byteCount, let high = digit(octets[octet: at + 1]),
        let low = digit(octets[octet: at + 2])
      {
        out.append(high << 4 | low)
        at += 3
      } else {
        out.append(octets[octet: at])
        at += 1
      }
    }
    return String(decoding: out, as: UTF8.self)
  }

  private func digit(_ octet: UInt8) -> UInt8? {
    switch octet {
    case 48...57: octet - 48
    case 65...70: octet - 55
    case 97...102: octet - 87
    default: nil
    }
  }

  /// What headers say of a call or a tunnel.
  private func call(_ header: HTTP2Header, _ value: RawSpan, at place: Int, _ tree: inout Dissection) {
    switch header {
    case .grpcStatus:
      if let code = decimal(value) {
        tree.add(HTTP2Field.grpcStatus, code, at: place, value.byteCount)
      }
    case .grpcTimeout:
      if let time = grpcTimeout(value) {
        tree.add(HTTP2Field.grpcTimeout, time, at: place, value.byteCount)
      }
    case .protocolName: tree.add(HTTP2Field.tunnelProtocol, at: place, value.byteCount)
    default: break
    }
  }

  /// The nanoseconds that a grpc-timeout means: at most eight digits and a unit.
  private func grpcTimeout(_ value: RawSpan) -> UInt64? {
    guard (2...9).contains(value.byteCount),
      let number = decimal(value.extracting(0..<value.byteCount - 1))
    else { return nil }
    let unit: UInt64? =
      switch value[octet: value.byteCount - 1] {
      case 72: 3_600_000_000_000
      case 77: 60_000_000_000
      case 83: 1_000_000_000
      case 109: 1_000_000
      case 117: 1000
      case 110: 1
      default: nil
      }
    guard let unit else { return nil }
    let product = number.multipliedReportingOverflow(by: unit)
    return product.overflow || product.partialValue > UInt64(Int64.max) ? nil : product.partialValue
  }
}
