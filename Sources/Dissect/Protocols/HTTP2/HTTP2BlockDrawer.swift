import Bytes

/// What is read of a header block while it is drawn.
private struct HTTP2BlockReading {
  /// The fields as Wireshark keeps them: each text with four octets of length before it.
  var text: [UInt8] = []
  var table: HPACKTable.State
  var lines: UInt64 = 0
  /// Octets that `text` would have more if nodes were wanted.
  var skipped = 0
  var literal = 0
  var method: Range<Int>?
  var path: Range<Int>?
  var scheme: Range<Int>?
  var authority: Range<Int>?
  /// What the info column says, each with `: ` before it.
  var words = TextBuffer()
  var stop: (field: HTTP2Field, words: String)?
}

extension HTTP2Drawer {
  /// What is drawn of a block at most, as in Wireshark.
  private static var mostLines: UInt64 { 200 }
  private static var mostText: Int { 1 << 18 }
  /// And of all blocks of a row together.
  private static var mostRowText: Int { 1 << 23 }
  private static var textSource: String { "Decompressed Header" }

  /// Draws HEADERS, PUSH_PROMISE and CONTINUATION. Returns what the heading says more.
  func headerBlock(_ header: HTTP2FrameHeader, _ pdu: RawSpan, _ tree: inout Dissection) -> String {
    if endsBody(header), let half = stream?[side] {
      wholeBody(last: half.lastData, current: pdu, isTrailer: true, &tree)
    }
    guard let content = header.content(pdu) else {
      malformed("the frame is too short for its flags", &tree)
      return ""
    }
    let start = content.range.lowerBound
    padding(header, content.padding, &tree)
    if header.type == 1, header.has(0x20) {
      var reader = Reader(pdu.extracting(start - 5..<start), base: base + start - 5)
      try? priority(&reader, &tree)
    }
    if header.type == 5 {
      let promised = word(pdu, start - 4)
      tree.add(HTTP2Field.pushReserved, UInt64(promised >> 31), at: base + start - 4, 4)
      tree.add(HTTP2Field.promisedStream, UInt64(promised & 0x7FFF_FFFF), at: base + start - 4, 4)
    }
    let field: HTTP2Field = header.type == 1 ? .headers : header.type == 5 ? .pushHeaders : .continuation
    tree.add(field, at: base + start, content.range.count)
    let words = fragment(pdu.extracting(content.range), at: base + start, &tree)
    if content.padding > 0 {
      let field: HTTP2Field = header.type == 1 ? .headersPadding : .pushPadding
      tree.add(field, at: base + content.range.upperBound, content.padding)
    }
    return words
  }

  private func fragment(_ octets: RawSpan, at place: Int, _ tree: inout Dissection) -> String {
    guard record.link != HTTP2Record.none, Int(record.link) < conversation.blocks.count else {
      tree.add(
        HTTP2Field.unread, text: "no header block of this stream was under way", at: place, octets.byteCount)
      return ""
    }
    let block = conversation.blocks[Int(record.link)]
    if block.isLost, let loss = conversation[side].loss {
      tree.add(
        HTTP2Field.unread,
        text:
          "the header table of this direction is unknown since row \(loss.row), where \(loss.error.words)",
        at: place, octets.byteCount)
      return ""
    }
    if block.isInside {
      tree.add(
        HTTP2Field.unread, text: "a field that earlier frames began goes on in later ones", at: place,
        octets.byteCount)
      return ""
    }
    if block.carried == 0 { return fields(octets, carried: 0, block, at: place, &tree) }
    guard let before = carried(block) else {
      tree.add(
        HTTP2Field.unread, text: "a field that the frame before began can't be read again", at: place,
        octets.byteCount)
      return ""
    }
    let whole = before + octets.copied()
    return fields(whole.raw, carried: before.count, block, at: place, &tree)
  }

  /// The octets of the field that earlier fragments began.
  private func carried(_ block: HTTP2Block) -> [UInt8]? {
    var parts: [[UInt8]] = []
    var missing = Int(block.carried)
    var frame = block.previous
    while missing > 0, frame != HTTP2Record.none {
      guard let bytes = conversation.frame(frame, side), let header = HTTP2FrameHeader(bytes.raw),
        let content = header.content(bytes.raw)
      else { return nil }
      let part = Array(bytes[content.range].suffix(missing))
      parts.append(part)
      missing -= part.count
      let link = conversation.records[Int(frame)].link
      guard link != HTTP2Record.none else { return nil }
      frame = conversation.blocks[Int(link)].previous
    }
    return missing == 0 ? Array(parts.reversed().joined()) : nil
  }

  private func fields(
    _ octets: RawSpan, carried: Int, _ block: HTTP2Block, at place: Int, _ tree: inout Dissection
  ) -> String {
    var reading = HTTP2BlockReading(table: block.table)
    reading.text.reserveCapacity(octets.byteCount * 4)
    let source = tree.source
    let frameDepth = tree.depth
    // A row of very many blocks has them in one source: there is no room for more sources than a node can name.
    let shared = tree.sources.count < 250 ? nil : tree.sources.lastIndex { $0.name == Self.textSource }
    let texts = (
      source: UInt8(clamping: shared ?? tree.sources.count),
      start: shared.map { tree.sources[$0].bytes.count } ?? 0
    )
    let kept = tree.sources.reduce(0) { $0 + ($1.name == Self.textSource ? $1.bytes.count : 0) }
    let most = min(Self.mostText, max(0, Self.mostRowText - kept))
    guard octets.byteCount > 0 else {
      summary(reading, 0, &tree)
      return ""
    }
    let lengthNode = tree.add(HTTP2Field.headerLength, at: 0, 0)
    let countNode = tree.add(HTTP2Field.headerCount, at: 0, 0)
    var at = 0
    let loss = conversation[side].loss
    loop: while at < octets.byteCount {
      if let loss, loss.frame == token, at >= loss.place, loss.error != .cut {
        // What follows was never taken into the table; a field that is cut off is none to stop at.
        reading.stop = (.unread, loss.error.words)
      } else if reading.lines >= Self.mostLines {
        reading.stop = (.linesExceeded, "Decompression stopped after \(Self.mostLines) header lines.")
      } else if reading.text.count + reading.skipped > most {
        reading.stop = (.sizeExceeded, "Decompression stopped after \(reading.text.count) octets.")
      }
      if reading.stop != nil { break }
      switch hpackStep(octets, at: at) {
      case .more: break loop
      case .invalid(let error):
        reading.stop = (.unread, error.words)
      case .field(let field):
        // Where the field stands in the frame: all of it, or what is not in the frames before.
        let from = max(at, carried)
        let span = (place + from - carried, max(0, field.end - from))
        at = field.end
        draw(field, octets, span, texts, &reading, &tree)
        tree.source = source
        tree.depth = frameDepth
      }
      if reading.stop != nil { break }
    }
    tree.set(lengthNode, UInt64(reading.text.count))
    tree.set(countNode, reading.lines)
    if !reading.text.isEmpty, tree.wants.contains(.nodes) {
      tree.nodes[lengthNode].source = texts.source
      tree.nodes[countNode].source = texts.source
    }
    if let uri = fullURI(reading) {
      tree.add(HTTP2Field.fullURI, text: uri(), at: base, 0)
    }
    if let stop = reading.stop {
      tree.add(stop.field, text: stop.words, at: place, octets.byteCount - carried)
    } else {
      summary(reading, at, &tree)
    }
    if let shared {
      if tree.wants.contains(.octets) { tree.sources[shared].bytes += reading.text }
    } else if !reading.text.isEmpty {
      tree.addSource(Self.textSource, reading.text)
    }
    tree.source = source
    return words(reading, &tree)
  }

  /// The state of the table after the block, and what compression was good for.
  private func summary(_ reading: HTTP2BlockReading, _ count: Int, _ tree: inout Dissection) {
    let table = conversation[side].table
    tree.add(HTTP2Field.tableEntries, UInt64(reading.table.count), at: base, 0)
    tree.add(HTTP2Field.tableOctets, UInt64(table.octets(reading.table)), at: base, 0)
    tree.add(HTTP2Field.tableLimit, UInt64(reading.table.limit), at: base, 0)
    tree.add(HTTP2Field.blockOctets, UInt64(count), at: base, 0)
    tree.add(HTTP2Field.literalOctets, UInt64(reading.literal), at: base, 0)
    tree.add(
      HTTP2Field.savedOctets, UInt64(bitPattern: Int64(reading.literal - count)), at: base, 0)
  }

  private func draw(
    _ field: HPACKField, _ octets: RawSpan, _ span: (Int, Int),
    _ texts: (source: UInt8, start: Int), _ reading: inout HTTP2BlockReading, _ tree: inout Dissection
  ) {
    reading.lines += 1
    if field.form == .sizeUpdate {
      conversation[side].table.resize(&reading.table, to: field.index)
      let group = tree.open(HTTP2Field.sizeUpdate, at: span.0, span.1)
      tree.add(HTTP2Field.tableSize, UInt64(field.index), at: span.0, span.1)
      return tree.close(group)
    }
    let start = reading.text.count
    var header = HTTP2Header.other
    reading.text.append(contentsOf: [0, 0, 0, 0])
    var isValueKnown = false
    if field.index != 0 {
      guard let entry = conversation[side].table.entry(field.index, reading.table) else {
        reading.stop = (.unread, HPACKError.index.words)
        return reading.text.removeSubrange(start...)
      }
      header = entry.header
      if field.form == .indexed, !tree.wants.contains(.nodes), !header.isListed {
        reading.text.removeSubrange(start...)
        reading.skipped += 8 + Int(entry.nameCount + entry.valueCount)
        return
      }
      reading.text.append(contentsOf: conversation[side].table.text[entry.name])
      if field.form == .indexed {
        isValueKnown = true
        reading.text.append(contentsOf: [0, 0, 0, 0])
        reading.text.append(contentsOf: conversation[side].table.text[entry.value])
        setCount(&reading.text, start, Int(entry.nameCount))
        setCount(&reading.text, start + 4 + Int(entry.nameCount), Int(entry.valueCount))
      }
    } else if !hpackAppend(octets, field.name, field.isNameHuffman, to: &reading.text) {
      reading.stop = (.unread, HPACKError.huffman.words)
      return reading.text.removeSubrange(start...)
    }
    var name = start + 4..<reading.text.count
    var value = name.upperBound..<name.upperBound
    if isValueKnown {
      let count = Int(word(reading.text.raw, start))
      name = start + 4..<start + 4 + count
      value = name.upperBound + 4..<reading.text.count
    } else {
      setCount(&reading.text, start, name.count)
      if field.index == 0 { header = HTTP2Header(reading.text.raw.extracting(name)) }
      reading.text.append(contentsOf: [0, 0, 0, 0])
      guard hpackAppend(octets, field.value, field.isValueHuffman, to: &reading.text) else {
        reading.stop = (.unread, HPACKError.huffman.words)
        return reading.text.removeSubrange(start...)
      }
      value = name.upperBound + 4..<reading.text.count
      setCount(&reading.text, name.upperBound, value.count)
    }
    if field.form == .incremental {
      conversation[side].table.advance(&reading.table, by: name.count + value.count)
    }
    reading.literal += 1 + hpackLength(name.count) + name.count + hpackLength(value.count) + value.count
    switch header {
    case .method:
      reading.method = value
      requestWords(&reading)
    case .path:
      reading.path = value
      requestWords(&reading)
    case .scheme: reading.scheme = value
    case .authority: reading.authority = value
    case .status: statusWords(value, &reading)
    default: break
    }
    if tree.wants.contains(.nodes) {
      nodes(field, header, name, value, span, texts, reading.text.raw, &tree)
    }
  }

  private func setCount(_ text: inout [UInt8], _ at: Int, _ count: Int) {
    text[at] = UInt8(truncatingIfNeeded: count >> 24)
    text[at + 1] = UInt8(truncatingIfNeeded: count >> 16)
    text[at + 2] = UInt8(truncatingIfNeeded: count >> 8)
    text[at + 3] = UInt8(truncatingIfNeeded: count)
  }

  /// Octets that a length takes in a literal: RFC 7541 section 5.1 with a prefix of seven bits.
  private func hpackLength(_ count: Int) -> Int {
    var rest = count - 127
    if rest < 0 { return 1 }
    var octets = 2
    while rest >= 128 {
      rest >>= 7
      octets += 1
    }
    return octets
  }

  /// The address of a request; nil for other blocks. It is made only if it is looked at.
  private func fullURI(_ reading: HTTP2BlockReading) -> (() -> String)? {
    guard let authority = reading.authority else { return nil }
    func text(_ range: Range<Int>) -> String { String(decoding: reading.text[range], as: UTF8.self) }
    if let method = reading.method, reading.text[method].elementsEqual("CONNECT".utf8) {
      return { text(authority) }
    }
    guard let scheme = reading.scheme, let path = reading.path else { return nil }
    return { "\(text(scheme))://\(text(authority))\(text(path))" }
  }

  private func requestWords(_ reading: inout HTTP2BlockReading) {
    guard let method = reading.method, let path = reading.path else { return }
    var words = TextBuffer()
    swap(&words, &reading.words)
    words.append(": ")
    clean(reading.text.raw.extracting(method), &words)
    words.append(octet: 32)
    clean(reading.text.raw.extracting(path), &words)
    reading.words = words
  }

  private func statusWords(_ status: Range<Int>, _ reading: inout HTTP2BlockReading) {
    var words = TextBuffer()
    swap(&words, &reading.words)
    words.append(": ")
    clean(reading.text.raw.extracting(status), &words)
    words.append(octet: 32)
    words.append(httpStatus(statusCode(reading.text.raw.extracting(status))) ?? "Unknown")
    reading.words = words
  }

  /// Says in the info column what the block is about. Returns the same for the heading.
  private func words(_ reading: HTTP2BlockReading, _ tree: inout Dissection) -> String {
    if tree.wants.contains(.columns) { tree.column.append(reading.words.raw) }
    guard tree.wants.contains(.labels), !reading.words.isEmpty else { return "" }
    return ", " + reading.words.text.dropFirst(2)
  }

  /// Appends octets; white space as a space, other control characters as their pictures.
  private func clean(_ octets: RawSpan, _ text: inout TextBuffer) {
    for i in 0..<octets.byteCount where octets[octet: i] < 32 || octets[octet: i] > 126 {
      let plain = octets.copied().map { (9...13).contains($0) ? 32 : $0 }
      return text.append(Clean.text(String(decoding: plain, as: UTF8.self)))
    }
    text.append(octets)
  }
}

/// The number that a status is; 0 for none.
func statusCode(_ octets: RawSpan) -> UInt64 { decimal(octets) ?? 0 }

/// The number that octets of ASCII write in decimal; nil if they are none that fits 64 bits.
func decimal(_ octets: RawSpan) -> UInt64? {
  guard (1...19).contains(octets.byteCount) else { return nil }
  var value: UInt64 = 0
  for i in 0..<octets.byteCount {
    guard (48...57).contains(octets[octet: i]) else { return nil }
    value = value * 10 + UInt64(octets[octet: i] - 48)
  }
  return value
}
