import Bytes

extension Dissection {
  /// Draws a body as what its type says that it is: layers of its own, and what the columns say of it behind what they
  /// say of the message. The octets stand in the current source from `base`; `type` is without parameters.
  mutating func body(_ bytes: RawSpan, base: Int, type: RawSpan) {
    guard !bytes.isEmpty else { return }
    let kind = MediaKind(type)
    if wants.contains(.columns) { bodyColumns(kind, type) }
    // A list of rows looks at no more than its columns.
    guard wants.contains(.nodes) else { return }
    depth = 0
    bodyLayers(bytes, base: base, kind, type)
  }

  /// Draws the layers alone, as deep as the tree is.
  mutating func bodyLayers(_ bytes: RawSpan, base: Int, _ kind: MediaKind, _ type: RawSpan) {
    guard !bytes.isEmpty else { return }
    guard unpackedOctets == 0 || bytes.byteCount <= Self.mostDrawn else {
      return octets(
        bytes.byteCount, base: base,
        why: "what was packed is taken apart up to \(Self.mostDrawn >> 20) MiB")
    }
    switch kind {
    case .text, .xml: textLines(bytes, base: base, type: type)
    case .json: json(bytes, base: base, type: type)
    case .form: form(bytes, base: base, type: type)
    case .octets: octets(bytes.byteCount, base: base)
    case .named, .eventStream:
      let layer = open(MediaField.media, at: base, bytes.byteCount)
      add(MediaField.octets, at: base, bytes.byteCount)
      close(layer)
      guard kind == .eventStream else { return }
      eventStream(
        bytes, base: base, EventStream.Piece(before: 0, isChunk: false, carried: []), isBody: true)
    case .multipart: break
    }
  }

  private mutating func bodyColumns(_ kind: MediaKind, _ type: RawSpan) {
    switch kind {
    case .octets, .multipart: return
    case .xml: protocolName += "/XML"
    case .json:
      protocolName += "/JSON"
      column.append(", JavaScript Object Notation (")
      column.appendLower(type)
      column.append(octet: 41)
    default:
      column.append(" (")
      column.appendLower(type)
      column.append(octet: 41)
    }
  }

  /// The longest body that is taken apart once it was unpacked: a few octets of it can make many nodes.
  static var mostDrawn: Int { 4 << 20 }

  /// Draws octets of which nothing more is known.
  mutating func octets(
    _ count: Int, base: Int, why: @autoclosure () -> String = "their type says no more of them"
  ) {
    let layer = open(DataField.data, at: base, count)
    retitle(layer, "Data (\(count) byte\(count == 1 ? "" : "s"))")
    add(DataField.octets, at: base, count)
    add(DataField.length, UInt64(count), at: base, 0)
    if wants.contains(.derived) { add(DataField.undecoded, text: why(), at: base, count) }
    close(layer)
  }

  /// Draws text line by line; a line ends with a line feed, a carriage return or both.
  mutating func textLines(_ bytes: RawSpan, base: Int, type: RawSpan) {
    let layer = open(TextLinesField.lines, at: base, bytes.byteCount)
    var count = 0
    var low = 0
    while low < bytes.byteCount {
      let end = (bytes.first(10, from: low) ?? bytes.byteCount - 1) + 1
      add(TextLinesField.line, at: base + low, end - low)
      low = end
      count += 1
    }
    close(layer)
    guard wants.contains(.labels) else { return }
    let name = type.isEmpty ? "" : ": " + String(decoding: type.copied(), as: UTF8.self).lowercased()
    retitle(layer, "Line-based text data\(name) (\(count) lines)")
  }

  /// Draws the names and values of a form.
  private mutating func form(_ bytes: RawSpan, base: Int, type: RawSpan) {
    let layer = open(FormField.form, at: base, bytes.byteCount)
    var low = 0
    while low < bytes.byteCount {
      let end = bytes.first(38, from: low) ?? bytes.byteCount
      if end > low {
        let sign = bytes.extracting(low..<end).first(61, from: 0).map { low + $0 }
        let key = Self.unescaped(bytes, low..<(sign ?? end))
        let valueRange = (sign.map { $0 + 1 } ?? end)..<end
        let value = Self.unescaped(bytes, valueRange)
        let item = open(FormField.item, at: base + low, end - low)
        retitle(item, "Form item: \"\(key)\" = \"\(value)\"")
        add(FormField.key, text: key, at: base + low, (sign ?? end) - low)
        add(FormField.value, text: value, at: base + valueRange.lowerBound, valueRange.count)
        close(item)
      }
      low = end + 1
    }
    close(layer)
  }

  private static func unescaped(_ bytes: RawSpan, _ range: Range<Int>) -> String {
    func digit(_ octet: UInt8) -> UInt8? {
      switch octet {
      case 48...57: octet - 48
      case 65...70: octet - 55
      case 97...102: octet - 87
      default: nil
      }
    }
    var out: [UInt8] = []
    var at = range.lowerBound
    while at < range.upperBound {
      let octet = bytes[octet: at]
      if octet == 37, at + 2 < range.upperBound, let high = digit(bytes[octet: at + 1]),
        let low = digit(bytes[octet: at + 2])
      {
        out.append(high << 4 | low)
        at += 3
      } else {
        out.append(octet == 43 ? 32 : octet)
        at += 1
      }
    }
    return String(decoding: out, as: UTF8.self)
  }
}

extension TextBuffer {
  /// Appends octets of UTF-8, letters of ASCII in lower case.
  mutating func appendLower(_ octets: RawSpan) {
    for i in 0..<octets.byteCount {
      let octet = octets[octet: i]
      append(octet: octet &- 65 < 26 ? octet | 32 : octet)
    }
  }
}
