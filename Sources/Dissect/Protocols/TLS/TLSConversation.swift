import Bytes

/// TLS on a TCP connection, for the table of stream protocols.
func makeTLS() -> any StreamProtocol { TLSConversation() }

/// TLS on one connection: keeps where the records are, opens those whose secrets are known, and takes sealed ones up
/// again when more secrets come.
final class TLSConversation: StreamProtocol {
  /// Records in the order that they ended in; a token is a place here.
  private(set) var records: [TLSRecord] = []
  private(set) var state = TLSState()
  /// The protocol inside, once there is application data.
  private(set) var inner: (any StreamProtocol)?
  private var isInnerDecided = false
  /// The application's streams.
  private(set) var plain = [TLSPlainStream(), TLSPlainStream()]
  /// Handshake messages by the record that holds them or a part of them.
  private(set) var messages: [Int: [TLSMessagePiece]] = [:]
  /// The record in which the handshake message ends that a record carries an earlier part of.
  private(set) var messageEndings: [Int: Int] = [:]
  /// Records whose ServerHello takes up an earlier session.
  private(set) var resumptions: Set<Int> = []
  /// The ServerHello of `resumptions` of which it is not sure yet.
  private var lastHello: Int?
  private var keys: [TLSKey] = []
  private var reasons: [String] = []
  private var secrets = Secrets()
  private var sealedCount = 0
  /// Sides whose stream ended, for when everything is gone through again.
  private var finished: [Side] = []
  private var randoms: Set<[UInt8]> = []
  private var seen = (generation: -1, known: 0)
  private var place = (stream: 0, clientPort: UInt16(0), serverPort: UInt16(0))
  /// The stream below. It owns this conversation.
  private unowned var below: (any OctetSource)?
  private var opened = TLSOpenedRecords()

  func framing(_ bytes: RawSpan, from side: Side) -> Framing {
    guard tlsHeaderFits(bytes) else { return .foreign }
    guard bytes.byteCount >= 5 else { return .needs(5) }
    let size = 5 + Int(bytes[octet: 3]) << 8 + Int(bytes[octet: 4])
    return bytes.byteCount >= size ? .complete(size) : .needs(size)
  }

  func receive(_ pdu: RawSpan, from side: Side, context: RowContext) -> UInt32 {
    secrets = context.secrets
    if below == nil { below = context.octets }
    place = (context.stream, context.clientPort, context.serverPort)
    refresh()
    guard pdu.byteCount >= 5 else { return UInt32(clamping: records.count) }
    records.append(
      TLSRecord(
        side: side, type: pdu[octet: 0], version: UInt16(pdu[octet: 1]) << 8 | UInt16(pdu[octet: 2]),
        row: UInt32(clamping: context.row), time: context.time?.nanoseconds ?? .min, start: context.offset,
        count: UInt32(clamping: pdu.byteCount - 5), content: pdu[octet: 0]))
    take(records.count - 1, pdu.extracting(5..<pdu.byteCount))
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
    state = TLSState()
    (inner, isInnerDecided) = (nil, false)
    plain = [TLSPlainStream(), TLSPlainStream()]
    messages = [:]
    messageEndings = [:]
    resumptions = []
    lastHello = nil
    keys = []
    reasons = []
    opened = TLSOpenedRecords()
    sealedCount = 0
    for index in records.indices { take(index, body(index).raw) }
    for side in finished { end(side) }
  }

  private func countSecrets() -> Int {
    randoms.reduce(0) { sum, random in
      sum + TLSState.labels.count { secrets.secret($0, clientRandom: random) != nil }
    }
  }

  /// A record's octets behind its header.
  private func body(_ index: Int) -> [UInt8] {
    below?.octets(records[index].side, from: records[index].start + 5, count: Int(records[index].count)) ?? []
  }

  /// What a record goes on from: in TLS 1.0 the last sealed octets before it.
  private func chain(_ record: TLSRecord, _ key: CryptoKey, _ sequence: UInt64) -> [UInt8] {
    guard key.chainedCount > 0 else { return [] }
    guard sequence > 0 else { return key.iv }
    let end = record.start - (key.isTagOutside ? key.macKey.count : 0)
    guard end >= key.chainedCount else { return [] }
    return below?.octets(record.side, from: end - key.chainedCount, count: key.chainedCount) ?? []
  }

  /// Opens a record and learns from it.
  private func take(_ index: Int, _ body: RawSpan) {
    let side = records[index].side
    if side != state.clientSide { state.recordVersion = records[index].version }
    records[index].protection = .clear
    records[index].content = records[index].type
    records[index].hasInner = false
    seen = (secrets.generation, seen.known)
    guard isProtected(records[index]) else { return learn(index, body) }
    switch open(records[index], body) {
    case .opened(let plain, let place, let sequence):
      records[index].protection = .opened
      records[index].key = place
      records[index].sequence = sequence
      guard case .block = keys[Int(place)].phase else {
        // The true type is the last octet that isn't zero: RFC 8446 section 5.4.
        guard let last = plain.lastIndex(where: { $0 != 0 }) else {
          return seal(index, "it has no content type inside")
        }
        records[index].content = plain[last]
        records[index].padding = UInt16(clamping: plain.count - last - 1)
        return learn(index, unsafe plain.span.bytes.extracting(0..<last))
      }
      learn(index, plain.raw)
    case .sealed(let why): seal(index, why)
    }
  }

  private func seal(_ index: Int, _ why: String) {
    records[index].protection = .sealed
    records[index].content = records[index].type
    sealedCount += 1
    if reasons.last != why { reasons.append(why) }
    records[index].key = UInt16(clamping: reasons.count - 1)
    if records[index].type == 20 { state.changeCipherSpec(records[index].side, secrets: secrets) }
    seen.known = countSecrets()
  }

  private func learn(_ index: Int, _ content: RawSpan) {
    let side = records[index].side
    switch records[index].content {
    case 20 where !state.isTLS13 && state.version != nil: state.changeCipherSpec(side, secrets: secrets)
    case 21: if content.byteCount == 2, content[octet: 1] == 0 { endInner(side, index) }
    case 22: handshake(index, content.copied())
    case 23: application(index, content)
    default: break
    }
  }

  private func isProtected(_ record: TLSRecord) -> Bool {
    if case .block = state.directions[Int(record.side.rawValue)].phase { return true }
    return record.type == 23
  }

  /// What opening a record came to.
  private enum Opening {
    case opened([UInt8], key: UInt16, sequence: UInt64)
    case sealed(String)
  }

  private func open(_ record: TLSRecord, _ body: RawSpan) -> Opening {
    let half = Int(record.side.rawValue)
    let isBlock = if case .block = state.directions[half].phase { true } else { false }
    let mayBeEarly = state.version == nil && state.offersEarlyData
    guard isBlock || state.isTLS13 || mayBeEarly else {
      return .sealed("the capture does not hold the hellos of this connection")
    }
    var chain: [UInt8] = []
    if isBlock, let key = state.directions[half].key {
      chain = self.chain(record, key, state.directions[half].sequence)
    }
    switch isBlock
      ? state.open12(record, body, chain: chain, secrets.ciphers)
      : state.open13(record, body, secrets: secrets)
    {
    case .sealed(let why): return .sealed(why)
    case .opened(let plain, let sequence):
      if state.directions[half].place == nil, let key = state.directions[half].key {
        keys.append(TLSKey(key: key, name: state.keyName(half), phase: state.directions[half].phase))
        state.directions[half].place = UInt16(clamping: keys.count - 1)
      }
      return .opened(plain, key: state.directions[half].place ?? 0, sequence: sequence)
    }
  }

  /// Cuts a record's content into handshake messages.
  private func handshake(_ index: Int, _ bytes: [UInt8]) {
    let side = records[index].side
    let half = Int(side.rawValue)
    if state.clientRandom.isEmpty, state.directions[half].message.isEmpty, !tlsMessageFits(bytes) {
      return seal(index, "the capture does not hold the hellos of this connection")
    }
    var start = 0
    var at = 0
    var found: [TLSMessagePiece] = []
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
      found.append(
        before.isEmpty ? .whole(piece) : .end(piece, message: message, pieces: before + [piece]))
      state.directions[half].message = []
      state.directions[half].messagePieces = []
      start = at
      state.learn(message, from: side)
      noteResumption(message[0], index)
      if !state.clientRandom.isEmpty { randoms.insert(state.clientRandom) }
    }
    if start < at {
      let piece = TLSPiece(record: index, offset: start, count: at - start)
      let isFirst = state.directions[half].messagePieces.isEmpty
      found.append(.part(piece, type: state.directions[half].message[0], isFirst: isFirst))
      state.directions[half].messagePieces.append(piece)
    }
    messages[index] = found
  }

  /// Keeps which ServerHello takes up an earlier session: one behind which the server proves itself afresh does not,
  /// though it may repeat the session's name.
  private func noteResumption(_ type: UInt8, _ index: Int) {
    switch type {
    case 2 where state.isResumed:
      resumptions.insert(index)
      lastHello = index
    case 11, 12, 14: if let hello = lastHello { resumptions.remove(hello) }
    case 2, 20: lastHello = nil
    default: break
    }
  }

  /// Hands a record's content to the protocol inside.
  private func application(_ index: Int, _ content: RawSpan) {
    let side = records[index].side
    let stream = plain[Int(side.rawValue)]
    records[index].plain = stream.count
    records[index].plainCount = UInt32(clamping: content.byteCount)
    records[index].message = UInt32(clamping: stream.cutter.messages.count)
    guard content.byteCount > 0 else { return }
    if !isInnerDecided {
      isInnerDecided = true
      inner = securedProtocol(alpn: state.alpn, first: content)
    }
    guard let inner, !stream.cutter.isForeign else { return }
    records[index].hasInner = true
    stream.add(content.byteCount, record: index)
    stream.cutter.push(content, inner, from: side) { octets, offset, _ in receive(octets, offset, index) }
    if stream.cutter.isForeign {
      records[index].hasInner = stream.cutter.messages.count > Int(records[index].message)
    }
  }

  private func receive(_ octets: RawSpan, _ offset: Int, _ index: Int) -> (unit: UInt32, token: UInt32) {
    let record = records[index]
    let token =
      inner?.receive(
        octets, from: record.side,
        context: RowContext(
          row: Int(record.row), time: record.time == .min ? nil : Timestamp(nanoseconds: record.time),
          stream: place.stream, clientPort: place.clientPort, serverPort: place.serverPort, secrets: secrets,
          offset: offset, octets: self)) ?? 0
    return (UInt32(clamping: index), token)
  }

  /// One direction of the application's stream is over: what runs up to the end is whole now.
  private func endInner(_ side: Side, _ index: Int) {
    guard let inner, !state.directions[Int(side.rawValue)].isEnded else { return }
    state.directions[Int(side.rawValue)].isEnded = true
    let stream = plain[Int(side.rawValue)]
    if records[index].content != 23 {
      records[index].message = UInt32(clamping: stream.cutter.messages.count)
    }
    stream.cutter.finish { octets, offset, _ in receive(octets, offset, index) }
    inner.finish(side)
  }

  var firstOpenRow: Int? {
    // Lists name the version agreed on from the first record on.
    var row = state.version == nil ? records.lazy.map { Int($0.row) }.min() : inner?.firstOpenRow
    for direction in state.directions {
      row = earliest(row, direction.messagePieces.first.map { Int(records[$0.record].row) })
    }
    for stream in plain where !stream.cutter.isForeign {
      row = earliest(row, stream.record(at: stream.cutter.consumed).map { Int(records[$0].row) })
    }
    return row
  }

  func draw(_ pdu: RawSpan, base: Int, token: UInt32, from side: Side, into tree: inout Dissection) {
    refresh()
    guard Int(token) < records.count else { return }
    drawRecord(Int(token), pdu, base: base, into: &tree)
  }

  /// A record's content; `pdu` is the record's octets, nil when they are to be read again.
  func content(_ index: Int, _ pdu: RawSpan? = nil) -> TLSContent {
    let record = records[index]
    switch record.protection {
    case .sealed:
      return TLSContent(protection: .sealed(reasons[Int(record.key)]), type: record.content, bytes: [])
    case .clear:
      let bytes =
        if let pdu, pdu.byteCount > 5 { pdu.extracting(5..<pdu.byteCount).copied() } else { body(index) }
      return TLSContent(
        protection: .clear, type: record.content, bytes: bytes, messages: messages[index] ?? [])
    case .opened:
      let key = keys[Int(record.key)]
      return TLSContent(
        protection: .opened(key, record.sequence), type: record.content, bytes: plainOctets(index, pdu),
        padding: Int(record.padding), messages: record.content == 22 ? messages[index] ?? [] : [])
    }
  }

  /// The key that a record was opened with.
  func key(of record: TLSRecord) -> TLSKey { keys[Int(record.key)] }

  /// Opens an opened record again.
  func plainOctets(_ index: Int, _ pdu: RawSpan?) -> [UInt8] {
    if let known = opened.find(index) { return known }
    let record = records[index]
    let key = keys[Int(record.key)]
    let chain = chain(record, key.key, record.sequence)
    let plain: [UInt8]?
    if let pdu, pdu.byteCount >= 5 {
      plain = key.open(record, pdu.extracting(5..<pdu.byteCount), chain: chain, secrets.ciphers)
    } else {
      plain = key.open(record, body(index).raw, chain: chain, secrets.ciphers)
    }
    guard var plain else { return [] }
    if case .block = key.phase {} else { plain.removeLast(min(plain.count, Int(record.padding) + 1)) }
    opened.add(index, plain)
    return plain
  }
}

extension TLSConversation: OctetSource {
  func octets(_ side: Side, from start: Int, count: Int) -> [UInt8] {
    let stream = plain[Int(side.rawValue)]
    var out: [UInt8] = []
    let end = min(start + count, stream.count)
    var at = start
    while at >= 0, at < end, let index = stream.record(at: at) {
      let record = records[index]
      let bytes = record.protection == .clear ? content(index).bytes : plainOctets(index, nil)
      let first = at - record.plain
      let size = min(end - at, bytes.count - first)
      guard size > 0 else { break }
      out += bytes[first..<first + size]
      at += size
    }
    return out
  }

  func row(_ side: Side, of offset: Int) -> Int {
    plain[Int(side.rawValue)].record(at: offset).map { Int(records[$0].row) } ?? 0
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
