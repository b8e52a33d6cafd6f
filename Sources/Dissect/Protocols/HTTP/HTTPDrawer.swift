import Bytes

/// Draws one HTTP message into a tree that it owns meanwhile.
struct HTTPDrawer {
  var tree: Dissection
  let conversation: HTTPConversation
  /// Where the message begins in the current source.
  let base: Int

  /// Draws a message; `place` is its own among requests or responses.
  mutating func message(_ place: Int, _ pdu: RawSpan) {
    tree.depth = 0
    guard let head = HTTPHead(pdu) else {
      let layer = tree.open(HTTPField.http, at: base, pdu.byteCount)
      tree.add(HTTPField.malformed, text: "the headers do not end", at: base, pdu.byteCount)
      return tree.close(layer)
    }
    columns(head, pdu)
    var method = HTTPMethodKind.other
    if head.isResponse, let request = response(place)?.request {
      method = conversation.requests[request].method
    }
    let kind = HTTPBody(head, pdu, method: method)
    // A list of rows looks at no more than its columns, to which a body that isn't packed adds its type.
    if !tree.wants.contains(.nodes), head.value(pdu, "content-encoding") == nil {
      if kind == .chunked, !holdsChunk(pdu, head.end) { return }
      let rest = pdu.extracting(head.end..<pdu.byteCount)
      return tree.body(rest, base: base + head.end, type: pdu.extracting(head.type(pdu)))
    }
    let layer = tree.open(HTTPField.http, at: base, pdu.byteCount)
    startLine(head, pdu)
    for header in head.headers { self.header(header, pdu, head.isResponse) }
    tree.add(HTTPField.blankLine, at: base + head.blank, head.end - head.blank)
    if head.isResponse { links(response: place) } else { links(request: place) }
    if case .invalid(let why) = kind {
      tree.add(HTTPField.malformed, text: "\(why.words): no body is read", at: base, 0)
    }
    if head.value(pdu, "transfer-encoding") != nil, head.value(pdu, "content-length") != nil {
      tree.add(HTTPField.conflict, at: base, 0)
    }
    let source = tree.source
    if kind == .chunked, pdu.byteCount > head.end {
      let body = chunks(pdu, from: head.end)
      if !body.isEmpty {
        tree.addSource("De-chunked entity body", body)
        coded(head, pdu, body.raw, at: 0, layer)
      }
    } else {
      coded(head, pdu, pdu.extracting(head.end..<pdu.byteCount), at: base + head.end, layer)
    }
    tree.source = source
    tree.depth = 0
  }

  /// Whether the chunks from `at` on hold anything.
  private func holdsChunk(_ pdu: RawSpan, _ at: Int) -> Bool {
    guard let line = HTTPHead.line(pdu, at), let size = HTTPChunk.size(pdu, line.text) else { return false }
    return size > 0
  }

  private func response(_ place: Int) -> HTTPConversation.Response? {
    place < conversation.responses.count ? conversation.responses[place] : nil
  }

  /// Draws a piece of an event stream.
  mutating func event(_ piece: EventStream.Piece, _ pdu: RawSpan) {
    guard piece.isChunk else { return tree.eventStream(pdu, base: base, piece) }
    tree.depth = 0
    let layer = tree.open(HTTPField.http, at: base, pdu.byteCount)
    _ = chunks(pdu, from: 0)
    tree.close(layer)
    guard let line = HTTPHead.line(pdu, 0), let size = HTTPChunk.size(pdu, line.text), size > 0 else {
      tree.beginEventColumn()
      guard tree.wants.contains(.columns) else { return }
      return tree.column.append("End of the event stream")
    }
    let end = min(pdu.byteCount, line.end + size)
    tree.eventStream(pdu.extracting(line.end..<end), base: base + line.end, piece)
  }

  /// The info column begins with the start line; that of the next message in a row goes on behind it.
  private mutating func columns(_ head: HTTPHead, _ pdu: RawSpan) {
    let isFirst = !tree.protocolName.hasPrefix("HTTP")
    tree.protocolName = "HTTP"
    guard tree.wants.contains(.columns) else { return }
    if isFirst { tree.column.removeAll() }
    tree.column.append(pdu.extracting(head.start))
    tree.column.append(octet: 32)
  }

  private mutating func startLine(_ head: HTTPHead, _ pdu: RawSpan) {
    let start = head.start
    let group = tree.open(HTTPField.startLine, at: base + start.lowerBound, head.startEnd - start.lowerBound)
    tree.retitle(group, HTTPHead.text(pdu, start))
    let parts = head.parts(pdu)
    tree.add(
      head.isResponse ? HTTPField.responseVersion : .method, at: base + parts.first.lowerBound,
      parts.first.count)
    if let second = parts.second {
      if head.isResponse {
        let code = UInt64(head.code(pdu))
        tree.add(HTTPField.code, code, at: base + second.lowerBound, second.count)
        if let name = httpStatus(code) {
          tree.add(HTTPField.codeDescription, text: name, at: base + second.lowerBound, second.count)
        }
      } else {
        uri(second, pdu)
      }
    }
    if let third = parts.third, !head.isResponse || !third.isEmpty {
      tree.add(head.isResponse ? HTTPField.phrase : .requestVersion, at: base + third.lowerBound, third.count)
    }
    tree.close(group)
  }

  private mutating func uri(_ range: Range<Int>, _ pdu: RawSpan) {
    let group = tree.open(HTTPField.uri, at: base + range.lowerBound, range.count)
    defer { tree.close(group) }
    guard let mark = pdu.extracting(0..<range.upperBound).first(63, from: range.lowerBound) else { return }
    tree.add(HTTPField.path, at: base + range.lowerBound, mark - range.lowerBound)
    let query = mark + 1..<range.upperBound
    guard !query.isEmpty else { return }
    let node = tree.open(HTTPField.query, at: base + query.lowerBound, query.count)
    pieces(query, pdu, by: 38, HTTPField.parameter)
    tree.close(node)
  }

  /// Adds a field for each piece between separators, without blanks before it.
  private mutating func pieces(_ range: Range<Int>, _ pdu: RawSpan, by separator: UInt8, _ field: HTTPField) {
    var low = range.lowerBound
    while low < range.upperBound {
      let end = pdu.extracting(0..<range.upperBound).first(separator, from: low) ?? range.upperBound
      while low < end, pdu[octet: low] == 32 { low += 1 }
      if end > low { tree.add(field, at: base + low, end - low) }
      low = end + 1
    }
  }

  private mutating func header(_ header: HTTPHead.Header, _ pdu: RawSpan, _ isResponse: Bool) {
    let known = header.name.isEmpty ? nil : httpHeaderField(pdu.extracting(header.name))
    let line = header.line
    let node: Int
    if let known {
      node = tree.open(known, at: base + header.value.lowerBound, header.value.count)
    } else {
      // Without its line end.
      let end = max(line.lowerBound, min(header.value.upperBound, line.upperBound))
      node = tree.open(HTTPField.otherHeader, at: base + line.lowerBound, end - line.lowerBound)
    }
    tree.add(isResponse ? HTTPField.responseLine : .requestLine, at: base + line.lowerBound, line.count)
    switch known {
    case .contentLength:
      if let length = UInt64(HTTPHead.text(pdu, header.value)) {
        tree.add(HTTPField.contentLengthValue, length, at: base + line.lowerBound, line.count)
      }
    case .cookie: pieces(header.value, pdu, by: 59, .cookiePair)
    case .authorization, .proxyAuthorization: credentials(header.value, pdu)
    case .http2Settings: settings(header.value, pdu)
    default: break
    }
    if header.name.isEmpty {
      tree.add(HTTPField.malformed, text: "a header without a colon", at: base + line.lowerBound, line.count)
    }
    tree.close(node)
  }

  /// What an Upgrade says of HTTP/2: RFC 7540 section 3.2.1.
  private mutating func settings(_ range: Range<Int>, _ pdu: RawSpan) {
    guard tree.wants.contains(.nodes), tree.sources.count < 250 else { return }
    let octets = base64(pdu.extracting(range))
    let source = tree.source
    tree.addSource("HTTP2-Settings", octets)
    var reader = Reader(octets.raw)
    do throws(ReadError) { try tree.http2Settings(&reader) } catch {
      tree.add(HTTPField.malformed, text: "settings of HTTP/2 are six octets each", at: 0, octets.count)
    }
    tree.source = source
  }

  /// Name and password in Base64: RFC 7617 section 2.
  private mutating func credentials(_ range: Range<Int>, _ pdu: RawSpan) {
    let value = pdu.extracting(range)
    guard value.begins("basic ") else { return }
    let out = base64(value.extracting(6..<value.byteCount))
    tree.add(
      HTTPField.credentials, text: String(decoding: out, as: UTF8.self), at: base + range.lowerBound, 0)
  }

  private mutating func links(request index: Int) {
    let conversation = conversation
    let requests = conversation.requests
    if index < requests.count, requests[index].hasHost {
      tree.add(HTTPField.fullURI, text: conversation.address(requests[index]), at: base, 0)
    }
    tree.add(HTTPField.isRequest, 1, at: base, 0)
    guard index < requests.count else { return }
    tree.add(HTTPField.requestNumber, UInt64(index + 1), at: base, 0)
    tree.add(HTTPField.requestCount, UInt64(requests.count), at: base, 0)
    if index > 0 { tree.add(HTTPField.previousRequestIn, UInt64(requests[index - 1].row), at: base, 0) }
    if index < conversation.answers.count {
      let answer = conversation.responses[Int(conversation.answers[index])]
      tree.add(HTTPField.responseIn, UInt64(answer.row), at: base, 0)
    }
    if index + 1 < requests.count {
      tree.add(HTTPField.nextRequestIn, UInt64(requests[index + 1].row), at: base, 0)
    }
  }

  private mutating func links(response index: Int) {
    let conversation = conversation
    let requests = conversation.requests
    let responses = conversation.responses
    tree.add(HTTPField.isResponse, 1, at: base, 0)
    guard let response = response(index) else { return }
    tree.add(HTTPField.responseNumber, UInt64(index + 1), at: base, 0)
    tree.add(HTTPField.requestCount, UInt64(requests.count), at: base, 0)
    let number = response.request
    if let number, let from = requests[number].time, let to = response.time {
      tree.add(HTTPField.time, UInt64(bitPattern: to.since(from)), at: base, 0)
    }
    if let number, number > 0 {
      tree.add(HTTPField.previousRequestIn, UInt64(requests[number - 1].row), at: base, 0)
    }
    if index > 0 { tree.add(HTTPField.previousResponseIn, UInt64(responses[index - 1].row), at: base, 0) }
    if let number {
      tree.add(HTTPField.requestIn, UInt64(requests[number].row), at: base, 0)
      if number + 1 < requests.count {
        tree.add(HTTPField.nextRequestIn, UInt64(requests[number + 1].row), at: base, 0)
      }
    }
    if index + 1 < responses.count {
      tree.add(HTTPField.nextResponseIn, UInt64(responses[index + 1].row), at: base, 0)
    }
    if let number, !requests[number].address.isEmpty {
      tree.add(HTTPField.responseForURI, text: conversation.address(requests[number]), at: base, 0)
    }
  }

  /// Draws a body, unpacked if it is packed, and closes the layer.
  private mutating func coded(_ head: HTTPHead, _ pdu: RawSpan, _ body: RawSpan, at offset: Int, _ layer: Int)
  {
    let type = pdu.extracting(head.type(pdu))
    let content = head.value(pdu, "content-encoding")
    // Codings of the transfer are told elsewhere, and mean the same: RFC 9112 section 7.
    let name = pdu.extracting(content ?? head.value(pdu, "transfer-encoding") ?? 0..<0)
    guard !body.isEmpty, case .known(let codings) = ContentCodings(name), let coding = codings.last else {
      if !body.isEmpty, content != nil, ContentCodings(name) == .unknown {
        let words = Clean.text(String(decoding: name.copied(), as: UTF8.self))
        tree.add(
          HTTPField.unread, text: "it is packed by \(words), which is not known here", at: offset,
          body.byteCount)
      }
      return file(body, at: offset, type: type, layer)
    }
    let group = tree.open(HTTPField.encoded, at: offset, body.byteCount)
    guard let plain = tree.unpack(body, codings), !plain.bytes.isEmpty else {
      tree.add(HTTPField.unread, text: "it can't be unpacked as \(coding.name)", at: offset, body.byteCount)
      tree.retitle(group, "Content-encoded entity body (\(coding.name)): \(body.byteCount) bytes")
      tree.add(HTTPField.decompressionFailed, at: offset, 0)
      tree.close(group)
      // A body whose transfer was not packed as it is told to be is shown as it came.
      guard content != nil else { return file(body, at: offset, type: type, layer) }
      tree.close(layer)
      if tree.wants.contains(.nodes) { tree.octets(body.byteCount, base: offset) }
      return
    }
    tree.retitle(
      group,
      "Content-encoded entity body (\(coding.name)): \(body.byteCount) bytes -> \(plain.bytes.count) bytes")
    if let why = plain.end.words { tree.add(HTTPField.unread, text: why, at: offset, 0) }
    tree.close(group)
    tree.addSource("Uncompressed entity body", plain.bytes)
    file(plain.bytes.raw, at: 0, type: type, layer)
  }

  /// Draws the body as a file, closes the layer and draws what the file's type makes of it.
  private mutating func file(_ body: RawSpan, at offset: Int, type: RawSpan, _ layer: Int) {
    if !body.isEmpty {
      // Wireshark's value ends before the first zero octet.
      if let zero = body.first(0, from: 0) {
        let text = String(decoding: body.extracting(0..<zero).copied(), as: UTF8.self)
        tree.add(HTTPField.fileData, text: text, at: offset, body.byteCount)
      } else {
        tree.add(HTTPField.fileData, at: offset, body.byteCount)
      }
    }
    tree.close(layer)
    tree.body(body, base: offset, type: type)
  }

  /// Draws the chunks of a body. Returns what they make.
  private mutating func chunks(_ pdu: RawSpan, from start: Int) -> [UInt8] {
    var body: [UInt8] = []
    var at = start
    let group = tree.open(HTTPField.chunks, at: base + start, pdu.byteCount - start)
    while let line = HTTPHead.line(pdu, at), let size = HTTPChunk.size(pdu, line.text) {
      let dataEnd = line.end + size
      guard dataEnd <= pdu.byteCount else { break }
      let end = size == 0 ? line.end : HTTPHead.line(pdu, dataEnd)?.end ?? pdu.byteCount
      let node = tree.open(HTTPField.chunk, at: base + at, end - at)
      tree.retitle(node, size == 0 ? "End of chunked encoding" : "Data chunk (\(size) octets)")
      tree.add(HTTPField.chunkSize, UInt64(size), at: base + at, line.text.count)
      if size > 0 {
        tree.add(HTTPField.chunkData, at: base + line.end, size)
        tree.add(HTTPField.chunkBoundary, at: base + dataEnd, end - dataEnd)
        let data = pdu.extracting(line.end..<dataEnd)
        unsafe data.withUnsafeBytes { unsafe body.append(contentsOf: $0) }
      }
      tree.close(node)
      at = end
      if size == 0 { break }
    }
    let trailer = at
    while let line = HTTPHead.line(pdu, at), !line.text.isEmpty { at = line.end }
    if at > trailer { tree.add(HTTPField.trailer, at: base + trailer, at - trailer) }
    if let line = HTTPHead.line(pdu, at), line.text.isEmpty {
      tree.add(HTTPField.blankLine, at: base + at, line.end - at)
    }
    tree.close(group)
    return body
  }
}
