import Bytes

/// Draws one HTTP message into a tree that it owns meanwhile.
struct HTTPDrawer {
  var tree: Dissection
  let conversation: HTTPConversation
  /// Where the message begins in the current source.
  let base: Int

  mutating func message(_ message: HTTPConversation.Message, _ pdu: RawSpan) {
    tree.depth = 0
    let layer = tree.open(HTTPField.http, at: base, pdu.byteCount)
    guard let head = HTTPHead(pdu) else {
      tree.add(HTTPField.malformed, text: "the headers do not end", at: base, pdu.byteCount)
      return tree.close(layer)
    }
    let isResponse = head.isResponse(pdu)
    let line = HTTPHead.text(pdu, head.start)
    startLine(head, pdu, line, isResponse)
    for header in head.headers { self.header(header, pdu, isResponse) }
    tree.add(HTTPField.blankLine, at: base + head.blank, head.end - head.blank)
    var method: String?
    switch message {
    case .request(let index): request(index)
    case .response(let index):
      method = conversation.responses[index].request.map { conversation.requests[$0].method }
      response(index)
    }
    let kind = HTTPBody(head, pdu, method: method)
    if case .invalid(let why) = kind {
      tree.add(HTTPField.malformed, text: "\(why): no body is read", at: base, 0)
    }
    if !head.values(pdu, "transfer-encoding").isEmpty, !head.values(pdu, "content-length").isEmpty {
      tree.add(HTTPField.conflict, at: base, 0)
    }
    let size = kind == .chunked ? chunks(pdu, from: head.end) : file(pdu, from: head.end)
    tree.close(layer)
    let type = head.values(pdu, "content-type").first ?? ""
    column(line, hasBody: size > 0, type)
  }

  /// The info column: the start line, and the type of the body if there is one.
  private mutating func column(_ line: String, hasBody: Bool, _ type: String) {
    let plain = type.split(separator: ";").first.map { $0.filter { $0 != " " }.lowercased() } ?? ""
    let words = "\(line) " + (hasBody && !plain.isEmpty ? " (\(plain))" : "")
    tree.info = tree.protocolName == "HTTP" ? tree.info + words : words
    tree.protocolName = "HTTP"
  }

  private mutating func startLine(_ head: HTTPHead, _ pdu: RawSpan, _ line: String, _ isResponse: Bool) {
    let start = head.start
    let group = tree.open(
      HTTPField.startLine, at: base + start.lowerBound, head.startEnd - start.lowerBound, text: line)
    func place(_ range: Range<Int>) -> (Int, Int) { (base + range.lowerBound, range.count) }
    let parts = head.parts(pdu)
    if isResponse {
      let (version, versionCount) = place(parts[0])
      tree.add(HTTPField.responseVersion, at: version, versionCount)
      let code = head.code(pdu)
      if parts.count > 1 {
        tree.add(HTTPField.code, UInt64(code), at: base + parts[1].lowerBound, parts[1].count)
        if let name = httpStatus(UInt64(code)) {
          tree.add(HTTPField.codeDescription, text: name, at: base + parts[1].lowerBound, parts[1].count)
        }
      }
      if parts.count > 2, !parts[2].isEmpty {
        tree.add(HTTPField.phrase, at: base + parts[2].lowerBound, parts[2].count)
      }
    } else {
      tree.add(HTTPField.method, at: base + parts[0].lowerBound, parts[0].count)
      if parts.count > 1 { uri(parts[1], pdu) }
      if parts.count > 2 {
        tree.add(HTTPField.requestVersion, at: base + parts[2].lowerBound, parts[2].count)
      }
    }
    tree.close(group)
  }

  private mutating func uri(_ range: Range<Int>, _ pdu: RawSpan) {
    let group = tree.open(HTTPField.uri, at: base + range.lowerBound, range.count)
    defer { tree.close(group) }
    guard let mark = range.first(where: { pdu[octet: $0] == 63 }) else { return }
    tree.add(HTTPField.path, at: base + range.lowerBound, mark - range.lowerBound)
    let query = mark + 1..<range.upperBound
    guard !query.isEmpty else { return }
    let node = tree.open(HTTPField.query, at: base + query.lowerBound, query.count)
    var low = query.lowerBound
    for i in query.lowerBound...query.upperBound where i == query.upperBound || pdu[octet: i] == 38 {
      if i > low { tree.add(HTTPField.parameter, at: base + low, i - low) }
      low = i + 1
    }
    tree.close(node)
  }

  private mutating func header(_ header: HTTPHead.Header, _ pdu: RawSpan, _ isResponse: Bool) {
    let name = HTTPHead.text(pdu, header.name).lowercased()
    let known = header.name.isEmpty ? nil : httpHeaderFields[name]
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
    switch name {
    case "content-length":
      if let length = UInt64(HTTPHead.text(pdu, header.value)) {
        tree.add(HTTPField.contentLengthValue, length, at: base + line.lowerBound, line.count)
      }
    case "cookie": cookies(header.value, pdu)
    default: break
    }
    if header.name.isEmpty {
      tree.add(HTTPField.malformed, text: "a header without a colon", at: base + line.lowerBound, line.count)
    }
    tree.close(node)
  }

  private mutating func cookies(_ range: Range<Int>, _ pdu: RawSpan) {
    var low = range.lowerBound
    for i in range.lowerBound...range.upperBound where i == range.upperBound || pdu[octet: i] == 59 {
      while low < i, pdu[octet: low] == 32 { low += 1 }
      if i > low { tree.add(HTTPField.cookiePair, at: base + low, i - low) }
      low = i + 1
    }
  }

  private mutating func request(_ index: Int) {
    let requests = conversation.requests
    if index < requests.count, !requests[index].fullURI.isEmpty {
      tree.add(HTTPField.fullURI, text: requests[index].fullURI, at: base, 0)
    }
    tree.add(HTTPField.isRequest, 1, at: base, 0)
    guard index < requests.count else { return }
    tree.add(HTTPField.requestNumber, UInt64(index + 1), at: base, 0)
    tree.add(HTTPField.requestCount, UInt64(requests.count), at: base, 0)
    if index > 0 { tree.add(HTTPField.previousRequestIn, UInt64(requests[index - 1].row), at: base, 0) }
    if let answer = conversation.responses.first(where: { $0.request == index && $0.isFinal }) {
      tree.add(HTTPField.responseIn, UInt64(answer.row), at: base, 0)
    }
    if index + 1 < requests.count {
      tree.add(HTTPField.nextRequestIn, UInt64(requests[index + 1].row), at: base, 0)
    }
  }

  private mutating func response(_ index: Int) {
    let requests = conversation.requests
    let responses = conversation.responses
    let response = responses[index]
    tree.add(HTTPField.isResponse, 1, at: base, 0)
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
    if let number, !requests[number].fullURI.isEmpty {
      tree.add(HTTPField.responseForURI, text: requests[number].fullURI, at: base, 0)
    }
  }

  /// Draws a body that stands in one piece. Returns its size.
  private mutating func file(_ pdu: RawSpan, from start: Int) -> Int {
    let count = pdu.byteCount - start
    if count > 0 { tree.add(HTTPField.fileData, at: base + start, count) }
    return count
  }

  /// Draws the chunks of a body, and the body that they make. Returns its size.
  private mutating func chunks(_ pdu: RawSpan, from start: Int) -> Int {
    var body: [UInt8] = []
    var at = start
    let group = tree.open(HTTPField.chunks, at: base + start, pdu.byteCount - start)
    while let line = HTTPHead.line(pdu, at), let size = HTTPChunk.size(pdu, line.text) {
      let dataEnd = line.end + size
      guard dataEnd <= pdu.byteCount else { break }
      let end = size == 0 ? line.end : HTTPHead.line(pdu, dataEnd)?.end ?? pdu.byteCount
      let words = size == 0 ? "End of chunked encoding" : "Data chunk (\(size) octets)"
      let node = tree.open(HTTPField.chunk, at: base + at, end - at, text: words)
      tree.add(HTTPField.chunkSize, UInt64(size), at: base + at, line.text.count)
      if size > 0 {
        tree.add(HTTPField.chunkData, at: base + line.end, size)
        tree.add(HTTPField.chunkBoundary, at: base + dataEnd, end - dataEnd)
        body += pdu.extracting(line.end..<dataEnd).copied()
      }
      tree.close(node)
      at = end
      if size == 0 { break }
    }
    while let line = HTTPHead.line(pdu, at), !line.text.isEmpty {
      tree.add(HTTPField.trailer, at: base + at, line.end - at)
      at = line.end
    }
    if let line = HTTPHead.line(pdu, at) { tree.add(HTTPField.blankLine, at: base + at, line.end - at) }
    tree.close(group)
    guard !body.isEmpty else { return 0 }
    let source = tree.source
    tree.addSource("De-chunked entity body", body)
    tree.add(HTTPField.fileData, at: 0, body.count)
    tree.source = source
    return body.count
  }
}
