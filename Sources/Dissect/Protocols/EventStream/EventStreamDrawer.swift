import Bytes

extension Dissection {
  /// Draws the events that a piece of an event stream completes. The piece's data stands in the current source from
  /// `base`; what earlier pieces brought of the first event is put before it in a source of its own.
  /// `isBody` says that the whole stream is there, as the body of a message that the columns tell of already.
  mutating func eventStream(_ data: RawSpan, base: Int, _ piece: EventStream.Piece, isBody: Bool = false) {
    let before = source
    defer {
      source = before
      depth = 0
    }
    if piece.carried.isEmpty {
      events(data, base: base, piece, isBody)
    } else {
      let joined = piece.carried + data.copied()
      addSource("Event", joined)
      events(joined.raw, base: 0, piece, isBody)
    }
  }

  private mutating func events(
    _ bytes: RawSpan, base: Int, _ piece: EventStream.Piece, _ isBody: Bool
  ) {
    depth = 0
    let events = EventStream.events(bytes)
    var layer: Int?
    if wants.contains(.nodes) { layer = open(EventStreamField.stream, at: base, bytes.byteCount) }
    var number = UInt64(piece.before)
    for range in events {
      number += 1
      event(bytes, range, base, number, isBody)
    }
    let end = events.last?.upperBound ?? 0
    guard let layer else { return }
    if end < bytes.byteCount { add(EventStreamField.part, at: base + end, bytes.byteCount - end) }
    close(layer)
  }

  private mutating func event(
    _ bytes: RawSpan, _ range: Range<Int>, _ base: Int, _ number: UInt64, _ isBody: Bool
  ) {
    let group: Int? =
      !wants.contains(.nodes) ? nil : open(EventStreamField.event, at: base + range.lowerBound, range.count)
    if group != nil { add(EventStreamField.number, number, at: base + range.lowerBound, 0) }
    var type = 0..<0
    var data: [Range<Int>] = []
    var at = range.lowerBound
    while at < range.upperBound, let line = EventStream.line(bytes, at) {
      at = line.end
      guard !line.text.isEmpty else { continue }
      let text = bytes.extracting(line.text)
      let colon = text.first(58, from: 0) ?? text.byteCount
      var value = min(line.text.lowerBound + colon + 1, line.text.upperBound)..<line.text.upperBound
      if !value.isEmpty, bytes[octet: value.lowerBound] == 32 {
        value = value.lowerBound + 1..<value.upperBound
      }
      let name = text.extracting(0..<colon)
      if name.equals("data") {
        data.append(value)
      } else if name.equals("event") {
        type = value
      }
      if group != nil { field(name, bytes, line.text, value, base) }
    }
    if !isBody { eventColumns(bytes, type, data.first ?? 0..<0, number) }
    guard let group else { return }
    let place = base + range.lowerBound
    if type.isEmpty { add(EventStreamField.type, text: "message", at: place, 0) }
    if data.isEmpty {
      add(EventStreamField.silent, at: place, 0)
    } else if data.count == 1 {
      add(EventStreamField.data, at: base + data[0].lowerBound, data[0].count)
    } else {
      let text = data.map { HTTPHead.text(bytes, $0) }.joined(separator: "\n")
      add(
        EventStreamField.data, text: text, at: base + data[0].lowerBound,
        (data.last ?? data[0]).upperBound - data[0].lowerBound)
    }
    close(group)
    retitle(group, "Event \(number): \(type.isEmpty ? "message" : HTTPHead.text(bytes, type))")
  }

  private mutating func field(
    _ name: RawSpan, _ bytes: RawSpan, _ line: Range<Int>, _ value: Range<Int>, _ base: Int
  ) {
    let at = base + value.lowerBound
    if name.equals("data") { return }
    if name.equals("event") {
      add(EventStreamField.type, at: at, value.count)
    } else if name.equals("id") {
      add(EventStreamField.id, at: at, value.count)
    } else if name.equals("retry"), let time = UInt64(HTTPHead.text(bytes, value)) {
      add(EventStreamField.retry, time, at: at, value.count)
    } else if name.isEmpty {
      add(EventStreamField.comment, at: at, value.count)
    } else {
      add(EventStreamField.unknown, at: base + line.lowerBound, line.count)
    }
  }

  /// What a row says of events goes on behind what it says of HTTP.
  mutating func beginEventColumn() {
    let isFirst = !protocolName.hasPrefix("HTTP")
    protocolName = "HTTP/SSE"
    guard wants.contains(.columns) else { return }
    if isFirst { column.removeAll() } else if column.last != 32 { column.append(octet: 32) }
  }

  private mutating func eventColumns(
    _ bytes: RawSpan, _ type: Range<Int>, _ data: Range<Int>, _ number: UInt64
  ) {
    beginEventColumn()
    guard wants.contains(.columns) else { return }
    column.append("Event ")
    column.append(number)
    column.append(" (")
    if type.isEmpty { column.append("message") } else { column.append(bytes.extracting(type)) }
    column.append(")")
    guard !data.isEmpty else { return }
    column.append(": ")
    column.append(bytes.extracting(data.lowerBound..<min(data.upperBound, data.lowerBound + 80)))
  }
}
