public import Bytes

/// What two sides said to each other on a connection, as `tshark -z follow` prints it.
public struct Follow: Sendable {
  /// Which layer's octets.
  public enum Layer: String, CaseIterable, Sendable {
    case tcp, tls, http, http2
  }

  /// How octets are printed.
  public enum Style: String, CaseIterable, Sendable {
    /// What can be printed; dots for the rest.
    case ascii
    /// Offsets, hex and characters.
    case hex
    /// Hex without anything else.
    case raw
  }

  /// Octets of one side, from one row or one message.
  struct Part: Sendable {
    var side: Side
    var octets: [UInt8]
  }

  let layer: Layer
  let stream: Int
  /// The stream of HTTP/2 within the connection.
  let substream: Int
  /// Who spoke first, its address and port, and those of the other.
  let opener: Side
  let nodes: (String, String)
  let parts: [Part]

  /// Follows a connection by its number, from 0, for HTTP/2 a stream in it; nil when the capture has no such
  /// connection.
  public init?(_ layer: Layer, stream: Int, substream: Int = 0, in analysis: Analysis) {
    guard let ends = analysis.ends(stream: stream) else { return nil }
    self.layer = layer
    self.stream = stream
    self.substream = substream
    parts =
      switch layer {
      case .tcp: analysis.segments(of: ends.conversation)
      case .tls: analysis.records(of: ends.conversation)
      case .http: analysis.messages(of: stream)
      case .http2: analysis.frames(of: stream, substream)
      }
    opener = layer == .tcp ? ends.side : parts.first?.side ?? ends.side
    nodes = opener == ends.side ? (ends.sender, ends.receiver) : (ends.receiver, ends.sender)
  }

  /// Whether neither side said anything on this layer.
  public var isEmpty: Bool { parts.isEmpty }

  /// Appends all of it.
  public func append(as style: Style, to text: inout TextBuffer) {
    let line = "===================================================================\n"
    text.append("\n" + line)
    text.append("Follow: \(layer.rawValue),\(style.rawValue)\nFilter: tcp.stream eq \(stream)")
    if layer == .http2 { text.append(" and http2.streamid eq \(substream)") }
    text.append("\nNode 0: \(nodes.0)\nNode 1: \(nodes.1)\n")
    var offsets = [0, 0]
    for part in parts {
      let isAnswer = part.side != opener
      switch style {
      case .ascii:
        if isAnswer { text.append(octet: 9) }
        text.append(part.octets.count)
        text.append(octet: 10)
        append(printable: part.octets, to: &text)
        text.append(octet: 10)
      case .raw:
        if isAnswer { text.append(octet: 9) }
        text.append(hex: part.octets.raw)
        text.append(octet: 10)
      case .hex:
        append(hex: part.octets, from: offsets[isAnswer ? 1 : 0], isAnswer: isAnswer, to: &text)
        offsets[isAnswer ? 1 : 0] += part.octets.count
      }
    }
    text.append(line)
  }

  /// Line ends stay, but for the carriage return before one, which would write over its line.
  private func append(printable octets: [UInt8], to text: inout TextBuffer) {
    for (place, octet) in octets.enumerated() {
      switch octet {
      case 32..<127, 10: text.append(octet: octet)
      case 13 where place + 1 == octets.count || octets[place + 1] == 10: break
      default: text.append(octet: 46)
      }
    }
  }

  private func append(hex octets: [UInt8], from offset: Int, isAnswer: Bool, to text: inout TextBuffer) {
    var at = 0
    while at < octets.count {
      let end = min(at + 16, octets.count)
      if isAnswer { text.append(octet: 9) }
      let digits = String(offset + at, radix: 16, uppercase: true)
      text.append(octet: 48, count: 8 - digits.utf8.count)
      text.append(digits)
      text.append(octet: 32)
      for place in at..<at + 16 {
        text.append(octet: 32, count: place - at == 8 ? 2 : 1)
        if place < end {
          text.append(hex: UInt64(octets[place]), digits: 2)
        } else {
          text.append("  " as StaticString)
        }
      }
      text.append("  " as StaticString)
      for place in at..<end {
        if place - at == 8 { text.append(octet: 32) }
        text.append(octet: octets[place] &- 32 < 95 ? octets[place] : 46)
      }
      while text.last == 32 { text.truncate(to: text.count - 1) }
      text.append(octet: 10)
      at = end
    }
  }
}

extension Analysis {
  /// A TCP connection by its number and its two ends as `address:port`.
  fileprivate func ends(stream: Int) -> (
    conversation: TCPConversation, side: Side, sender: String, receiver: String
  )? {
    var tree = Dissection(wants: .columns)
    for row in 1...max(1, rows.count) where row <= rows.count {
      guard let index = store.segment(row), conversations.segments.stream(index) == stream,
        let facts = tcpFacts(row)
      else { continue }
      draw(row, into: &tree)
      return (
        conversations.conversation(index), facts.side, Self.socket(tree.sender.text, facts.sourcePort),
        Self.socket(tree.receiver.text, facts.destinationPort)
      )
    }
    return nil
  }

  /// The octets that each row added to a stream, in the order in which they became readable.
  fileprivate func segments(of conversation: TCPConversation) -> [Follow.Part] {
    let streams = conversation.streams
    var places: [(row: UInt32, side: Side, piece: Int)] = []
    for side in [Side.client, .server] {
      let half = streams.half(side)
      var latest: UInt32 = 0
      for (index, piece) in half.pieces.enumerated() {
        // What came before what it follows waited for it.
        latest = max(latest, piece.row)
        places.append((latest, side, index))
      }
    }
    places.sort { ($0.row, $0.piece) < ($1.row, $1.piece) }
    return places.map { place in
      let half = streams.half(place.side)
      let start = half.pieces[place.piece].start
      return Follow.Part(
        side: place.side,
        octets: streams.octets(place.side, from: start, count: half.end(place.piece) - start))
    }
  }

  /// The application data of TLS records that were opened.
  fileprivate func records(of conversation: TCPConversation) -> [Follow.Part] {
    guard let tls = conversation.streams.proto as? TLSConversation else { return [] }
    return tls.records.indices.compactMap { index in
      let content = tls.content(index)
      guard content.type == 23, case .opened = content.protection else { return nil }
      return content.bytes.isEmpty ? nil : Follow.Part(side: tls.records[index].side, octets: content.bytes)
    }
  }

  /// Heads and bodies of HTTP messages.
  fileprivate func messages(of stream: Int) -> [Follow.Part] {
    var parts: [Follow.Part] = []
    forEachRow(of: stream) { side, tree in
      var head: Node?
      for node in tree.nodes {
        switch node.field {
        case FieldID(HTTPField.http): head = node
        case FieldID(HTTPField.blankLine):
          guard var whole = head else { continue }
          head = nil
          whole.length = node.offset &+ node.length &- whole.offset
          parts.append(Follow.Part(side: side, octets: Array(tree.octets(of: whole))))
        case FieldID(HTTPField.fileData):
          parts.append(Follow.Part(side: side, octets: Array(tree.octets(of: node))))
        default: break
        }
      }
    }
    return parts
  }

  /// Frames of a stream of HTTP/2; of those with headers what the block says, each name and value behind its length.
  fileprivate func frames(of stream: Int, _ substream: Int) -> [Follow.Part] {
    var parts: [Follow.Part] = []
    forEachRow(of: stream) { side, tree in
      var frame: Node?
      var isWanted = false
      var block: [UInt8] = []
      func end() {
        guard let frame, isWanted else { return }
        parts.append(Follow.Part(side: side, octets: block.isEmpty ? Array(tree.octets(of: frame)) : block))
      }
      for node in tree.nodes {
        switch node.field {
        case FieldID(HTTP2Field.http2):
          end()
          (frame, isWanted, block) = (node, false, [])
        case FieldID(HTTP2Field.streamID): isWanted = node.value == UInt64(substream)
        case FieldID(HTTP2Field.name), FieldID(HTTP2Field.value):
          let octets = node.value == 0 ? Array(tree.octets(of: node)) : Array(tree.text(of: node).utf8)
          let count = UInt32(clamping: octets.count)
          block += [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: count >> $0) } + octets
        default: break
        }
      }
      end()
    }
    return parts
  }

  /// Gives `body` the rows of a connection, drawn.
  private func forEachRow(of stream: Int, _ body: (Side, Dissection) -> Void) {
    var tree = Dissection(wants: [.octets, .nodes])
    for row in stride(from: 1, through: rows.count, by: 1) {
      guard let index = store.segment(row), conversations.segments.stream(index) == stream else { continue }
      draw(row, into: &tree)
      body(conversations.segments.side(index), tree)
    }
  }
}
