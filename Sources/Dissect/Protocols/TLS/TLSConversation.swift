import Bytes

/// TLS on a TCP connection, for the table of stream protocols.
func makeTLS() -> any StreamProtocol { TLSConversation() }

/// TLS on one connection: keeps the records, opens those whose secrets are known, and takes sealed ones up again when
/// more secrets come.
final class TLSConversation: StreamProtocol {
  /// Records in the order that they ended in; a token is a place here.
  private(set) var records: [TLSRecord] = []
  /// What became of each record.
  private(set) var contents: [TLSContent] = []
  private(set) var state = TLSState()
  /// The protocol inside, once there is application data.
  private(set) var inner: (any StreamProtocol)?
  private var isInnerDecided = false
  /// The record in which the application message ends that a record carries an earlier part of.
  private(set) var applicationEndings: [Int: Int] = [:]
  /// The same for handshake messages.
  private(set) var messageEndings: [Int: Int] = [:]
  private var secrets = Secrets()
  private var sealedCount = 0
  /// Sides whose stream ended, for when everything is gone through again.
  private var finished: [Side] = []
  private var randoms: Set<[UInt8]> = []
  private var seen = (generation: -1, known: 0)
  private var place = (stream: 0, clientPort: UInt16(0), serverPort: UInt16(0))

  func framing(_ bytes: RawSpan, from side: Side) -> Framing {
    guard tlsHeaderFits(bytes) else { return .foreign }
    guard bytes.byteCount >= 5 else { return .needs(5) }
    let size = 5 + Int(bytes[octet: 3]) << 8 + Int(bytes[octet: 4])
    return bytes.byteCount >= size ? .complete(size) : .needs(size)
  }

  func receive(_ pdu: RawSpan, from side: Side, context: RowContext) -> UInt32 {
    secrets = context.secrets
    place = (context.stream, context.clientPort, context.serverPort)
    refresh()
    var reader = Reader(pdu)
    guard let type = try? reader.read(UInt8.self), let version = try? reader.read(UInt16.self),
      (try? reader.skip(2)) != nil
    else { return UInt32(clamping: records.count) }
    records.append(
      TLSRecord(
        side: side, row: context.row, time: context.time, type: type, version: version,
        body: reader.rest.copied()))
    take(records.count - 1)
    return UInt32(clamping: records.count - 1)
  }

  func finish(_ side: Side) {
    finished.append(side)
    end(side)
  }

  /// The stream of one direction is over; what it completes belongs to that side's last record.
  private func end(_ side: Side) {
    guard let last = records.lastIndex(where: { $0.side == side }) else { return }
    endInner(side, last)
  }

  /// Tries sealed records again when the session has met more secrets of this connection.
  func refresh() {
    guard sealedCount > 0, secrets.generation != seen.generation else { return }
    seen.generation = secrets.generation
    let known = countSecrets()
    guard known != seen.known else { return }
    let old = contents
    state = TLSState()
    contents = []
    inner = nil
    isInnerDecided = false
    applicationEndings = [:]
    messageEndings = [:]
    sealedCount = 0
    for index in records.indices { take(index, known: old[index].isSealed ? nil : old[index]) }
    for side in finished { end(side) }
  }

  private func countSecrets() -> Int {
    randoms.reduce(0) { sum, random in
      sum + TLSState.labels.count { secrets.secret($0, clientRandom: random) != nil }
    }
  }

  /// Opens a record and learns from it. `known` is what it came to before, when it was opened then.
  private func take(_ index: Int, known: TLSContent? = nil) {
    let record = records[index]
    let half = Int(record.side.rawValue)
    if record.side != state.clientSide { state.recordVersion = record.version }
    var content = TLSContent(protection: .clear, type: record.type, bytes: record.body)
    if isProtected(record) {
      if let known, case .opened = known.protection {
        content = TLSContent(
          protection: known.protection, type: known.type, bytes: known.bytes, padding: known.padding,
          phase: known.phase, sequence: known.sequence)
        if state.directions[half].phase != known.phase { state.directions[half].enter(known.phase) }
        state.directions[half].sequence = known.sequence
      } else {
        open(record, &content)
      }
    }
    if content.isSealed { sealedCount += 1 }
    contents.append(content)
    seen = (secrets.generation, seen.known)
    guard !content.isSealed else {
      if record.type == 20 { state.changeCipherSpec(record.side, secrets: secrets) }
      seen.known = countSecrets()
      return
    }
    switch content.type {
    case 20 where !state.isTLS13 && state.version != nil:
      state.changeCipherSpec(record.side, secrets: secrets)
    case 21:
      if content.bytes.count == 2, content.bytes[1] == 0 { endInner(record.side, index) }
    case 22: messages(index, half)
    case 23: application(index, half)
    default: break
    }
    if case .opened = contents[index].protection { records[index].body = [] }
  }

  private func isProtected(_ record: TLSRecord) -> Bool {
    if case .block = state.directions[Int(record.side.rawValue)].phase { return true }
    return record.type == 23
  }

  private func open(_ record: TLSRecord, _ content: inout TLSContent) {
    let half = Int(record.side.rawValue)
    let isBlock = if case .block = state.directions[half].phase { true } else { false }
    let mayBeEarly = state.version == nil && state.offersEarlyData
    guard isBlock || state.isTLS13 || mayBeEarly else {
      content = TLSContent(
        protection: .sealed("the capture does not hold the hellos of this connection"), type: record.type,
        bytes: [])
      return
    }
    switch isBlock ? state.open12(record) : state.open13(record, secrets: secrets) {
    case .sealed(let why):
      content = TLSContent(protection: .sealed(why), type: record.type, bytes: [])
    case .opened(let plain, let key):
      content = TLSContent(protection: .opened(key), type: record.type, bytes: plain)
      guard !isBlock else { break }
      // The true type is the last octet that isn't zero: RFC 8446 section 5.4.
      guard let last = plain.lastIndex(where: { $0 != 0 }) else {
        content = TLSContent(protection: .sealed("it has no content type inside"), type: 23, bytes: [])
        return
      }
      content.type = plain[last]
      content.padding = plain.count - last - 1
      content.bytes = Array(plain[..<last])
    }
    content.phase = state.directions[half].phase
    content.sequence = state.directions[half].sequence
  }

  /// Cuts a record's content into handshake messages.
  private func messages(_ index: Int, _ half: Int) {
    let bytes = contents[index].bytes
    let side = records[index].side
    if state.clientRandom.isEmpty, state.directions[half].message.isEmpty, !tlsMessageFits(bytes) {
      contents[index].protection = .sealed("the capture does not hold the hellos of this connection")
      contents[index].bytes = []
      return
    }
    var start = 0
    var at = 0
    while at < bytes.count {
      let have = state.directions[half].message
      let size = have.count < 4 ? 4 : 4 + tlsMessageLength(have)
      let count = min(size - have.count, bytes.count - at)
      state.directions[half].message += bytes[at..<at + count]
      at += count
      let message = state.directions[half].message
      guard message.count >= 4, message.count == 4 + tlsMessageLength(message) else { continue }
      let piece = TLSPiece(record: index, offset: start, count: at - start)
      let before = state.directions[half].messagePieces
      for earlier in before { messageEndings[earlier.record] = index }
      contents[index].messages.append(
        before.isEmpty ? .whole(piece) : .end(piece, message: message, pieces: before + [piece]))
      state.directions[half].message = []
      state.directions[half].messagePieces = []
      start = at
      state.learn(message, from: side)
      if !state.clientRandom.isEmpty { randoms.insert(state.clientRandom) }
    }
    if start < at {
      let piece = TLSPiece(record: index, offset: start, count: at - start)
      contents[index].messages.append(.part(piece, type: state.directions[half].message[0]))
      state.directions[half].messagePieces.append(piece)
    }
  }

  /// Hands a record's content to the protocol inside.
  private func application(_ index: Int, _ half: Int) {
    let bytes = contents[index].bytes
    guard !bytes.isEmpty else { return }
    if !isInnerDecided {
      isInnerDecided = true
      inner = securedProtocol(alpn: state.alpn, first: bytes.raw)
    }
    guard let inner, !state.directions[half].isForeign else { return }
    contents[index].hasInner = true
    state.directions[half].waiting += bytes
    state.directions[half].waitingPieces.append(TLSPiece(record: index, offset: 0, count: bytes.count))
    while !state.directions[half].waiting.isEmpty {
      let waiting = state.directions[half].waiting
      if state.directions[half].needed > waiting.count { return }
      switch inner.framing(waiting.raw, from: records[index].side) {
      case .complete(let size) where size > 0 && size <= waiting.count: deliver(inner, size, index, half)
      case .needs(let size) where size > waiting.count:
        state.directions[half].needed = size
        return
      case .untilEnd:
        state.directions[half].isUntilEnd = true
        return
      default:
        state.directions[half].isForeign = true
        state.directions[half].waiting = []
        contents[index].hasInner = !contents[index].applications.isEmpty
        return
      }
    }
  }

  private func deliver(_ inner: any StreamProtocol, _ size: Int, _ index: Int, _ half: Int) {
    let bytes = Array(state.directions[half].waiting.prefix(size))
    state.directions[half].waiting.removeFirst(size)
    state.directions[half].needed = 0
    var pieces: [TLSPiece] = []
    var left = size
    while left > 0, var piece = state.directions[half].waitingPieces.first {
      let count = min(left, piece.count)
      pieces.append(TLSPiece(record: piece.record, offset: piece.offset, count: count))
      left -= count
      piece.offset += count
      piece.count -= count
      if piece.count == 0 {
        state.directions[half].waitingPieces.removeFirst()
      } else {
        state.directions[half].waitingPieces[0] = piece
      }
    }
    for piece in pieces where piece.record != index { applicationEndings[piece.record] = index }
    let record = records[index]
    let token = inner.receive(
      bytes.raw, from: record.side,
      context: RowContext(
        row: record.row, time: record.time, stream: place.stream, clientPort: place.clientPort,
        serverPort: place.serverPort, secrets: secrets))
    let isLocal = pieces.count == 1 && pieces[0].record == index
    contents[index].applications.append(
      TLSApplicationMessage(pieces: pieces, bytes: isLocal ? [] : bytes, token: token))
  }

  /// One direction of the application's stream is over: what runs up to the end is whole now.
  private func endInner(_ side: Side, _ index: Int) {
    let half = Int(side.rawValue)
    guard let inner, !state.directions[half].isEnded else { return }
    state.directions[half].isEnded = true
    if state.directions[half].isUntilEnd, !state.directions[half].waiting.isEmpty {
      deliver(inner, state.directions[half].waiting.count, index, half)
    }
    inner.finish(side)
  }

  func draw(_ pdu: RawSpan, base: Int, token: UInt32, from side: Side, into tree: inout Dissection) {
    refresh()
    guard Int(token) < contents.count else { return }
    drawRecord(Int(token), pdu, base: base, into: &tree)
  }
}

/// Whether octets can be the header of a record: RFC 8446 section 5.1, RFC 5246 section 6.2.3.
func tlsHeaderFits(_ bytes: RawSpan) -> Bool {
  guard bytes.byteCount > 0, (20...24).contains(bytes[octet: 0]) else { return false }
  if bytes.byteCount > 1, bytes[octet: 1] != 3 { return false }
  if bytes.byteCount > 2, bytes[octet: 2] > 4 { return false }
  guard bytes.byteCount > 4 else { return true }
  let length = Int(bytes[octet: 3]) << 8 + Int(bytes[octet: 4])
  return length <= 16384 + 2048 && (length > 0 || bytes[octet: 0] == 23)
}

/// The length that a handshake message's header gives, of at least four octets.
func tlsMessageLength(_ message: [UInt8]) -> Int {
  Int(message[1]) << 16 | Int(message[2]) << 8 | Int(message[3])
}

/// Whether a record's content can be the beginning of a handshake message in clear.
private func tlsMessageFits(_ bytes: [UInt8]) -> Bool {
  guard let type = bytes.first, tlsHandshakeType(UInt64(type)) != nil else { return false }
  guard bytes.count >= 4 else { return type == 1 }
  return tlsMessageLength(bytes) <= bytes.count - 4 || type == 11 || type == 1
}
