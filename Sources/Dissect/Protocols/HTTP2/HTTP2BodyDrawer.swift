import Bytes

extension HTTP2Drawer {
  /// Draws a DATA frame's own fields. Returns what the heading says more.
  func data(_ header: HTTP2FrameHeader, _ pdu: RawSpan, _ tree: inout Dissection) -> String {
    guard let content = header.content(pdu) else {
      if pdu.byteCount > 9 { padding(header, Int(pdu[octet: 9]), &tree) }
      malformed("the padding is longer than the frame", &tree)
      return ""
    }
    padding(header, content.padding, &tree)
    let half = stream?[side]
    let kind = half?.kind ?? .plain
    let place = base + content.range.lowerBound
    // Not again and again, when the stream is ended more than once.
    if kind == .plain, header.endsStream, record.link != HTTP2Record.none, record.fault != .afterEnd {
      wholeBody(last: token, current: pdu, isTrailer: false, &tree)
    } else {
      if kind == .plain, !header.endsStream, let half, half.endRow != 0 {
        tree.add(HTTP2Field.reassembledIn, UInt64(half.endRow), at: base, 0)
      }
      if kind == .plain, header.endsStream, let half, record.fault != .afterEnd {
        entity(pdu.extracting(content.range), at: place, half, &tree)
      } else {
        let count = content.range.count
        let node = tree.add(HTTP2Field.data, at: place, count)
        if kind == .grpc { tree.retitle(node, words: "DATA payload (\(count) byte\(count == 1 ? "" : "s"))") }
      }
      if kind == .grpc, let half {
        messageSegments(header, pdu.extracting(content.range), at: place, half, &tree)
      }
    }
    if content.padding > 0 {
      tree.add(HTTP2Field.dataPadding, at: base + content.range.upperBound, content.padding)
    }
    if record.stream != HTTP2Record.none {
      windows(of: side, hasStream: true, &tree)
      grants(&tree)
    }
    if tree.wants.contains(.nodes), let carried = conversation.carried[record.stream],
      let why = carried.rest(frame: token, count: content.range.count, from: side)
    {
      tree.add(HTTP2Field.unread, text: why, at: place, content.range.count)
    } else if kind == .tunnel, conversation.carried[record.stream] == nil, !content.range.isEmpty {
      tree.add(
        HTTP2Field.unread, text: "what goes through a tunnel of CONNECT is not looked into here", at: place,
        content.range.count)
    }
    if kind == .grpc { return "" }
    return (header.endsStream ? "" : " (partial entity body)") + (kind == .tunnel ? " (tunneled data)" : "")
  }

  /// Draws the DATA frames of a body that ends here, and the body that they make. `last` is the last DATA frame;
  /// `current` is that frame when it is the one being drawn.
  func wholeBody(last: UInt32, current: RawSpan, isTrailer: Bool, _ tree: inout Dissection) {
    guard tree.wants.contains(.nodes) else { return }
    var parts: [HTTP2Part] = []
    var frame = last
    var length = 0
    while frame != HTTP2Record.none {
      let part: HTTP2Part?
      if !isTrailer, frame == token {
        part = HTTP2FrameHeader(current)?.content(current).map {
          HTTP2Part(frame: frame, start: 0, count: $0.range.count)
        }
      } else {
        part = conversation.dataPart(frame, side)
      }
      guard let part else {
        tree.add(
          HTTP2Field.unread, text: "earlier octets of the body can't be read again", at: base, 0)
        return
      }
      // A last frame that only ends the stream is no part of the body.
      if part.count > 0 || isTrailer || frame != last { parts.append(part) }
      length += part.count
      frame = conversation.records[Int(frame)].link
    }
    parts.reverse()
    let named = fragments(parts, length, &tree)
    let source = tree.source
    guard length <= HTTP2Conversation.mostBody else {
      tree.add(
        HTTP2Field.unread, text: "a body of \(length) octets is not put together", at: base, 0)
      return
    }
    var body: [UInt8] = []
    body.reserveCapacity(length)
    for part in parts {
      if part.frame == token, !isTrailer, let content = HTTP2FrameHeader(current)?.content(current) {
        body.append(current.extracting(content.range))
      } else {
        body += conversation.octets(of: part, side)
      }
    }
    guard body.count == length, let half = stream?[side] else {
      tree.add(
        HTTP2Field.unread, text: "earlier octets of the body can't be read again", at: base, 0)
      return
    }
    tree.addSource("Reassembled body", body)
    locate(parts, named, &tree)
    tree.add(HTTP2Field.reassembledData, at: 0, length)
    entity(body.raw, at: 0, half, &tree)
    tree.source = source
  }

  /// Names the DATA frames that hold something whole; returns the node of the first.
  func fragments(_ parts: [HTTP2Part], _ length: Int, _ tree: inout Dissection) -> Int {
    let first = tree.nodes.count + 1
    let group = tree.open(HTTP2Field.fragments, at: base, 0)
    for part in parts {
      tree.add(HTTP2Field.fragment, UInt64(conversation.records[Int(part.frame)].row), at: base, 0)
    }
    tree.add(HTTP2Field.fragmentCount, UInt64(parts.count), at: base, 0)
    tree.add(HTTP2Field.reassembledLength, UInt64(length), at: base, 0)
    tree.close(group)
    tree.retitle(
      group,
      "\(parts.count) Body fragments (\(length) bytes): "
        + parts.map { "#\(conversation.records[Int($0.frame)].row)(\($0.count))" }.joined(separator: ", "))
    return first
  }

  /// Gives the nodes from `first` on, one a frame, their places in what the frames make, which is the current source.
  func locate(_ parts: [HTTP2Part], _ first: Int, _ tree: inout Dissection) {
    guard tree.wants.contains(.nodes) else { return }
    var at = 0
    for (index, part) in parts.enumerated() {
      tree.nodes[first + index].source = tree.source
      tree.nodes[first + index].offset = UInt32(clamping: at)
      tree.nodes[first + index].length = UInt32(clamping: part.count)
      at += part.count
    }
  }

  /// What the info column says of a body that ends here, by its type, as far as Wireshark reads that.
  func bodyWords(_ stream: HTTP2Stream, _ tree: inout Dissection) {
    let type = conversation.texts.all[Int(stream[side].contentType)]
    let plain = HTTP2Media.plain(type)
    switch HTTP2Media(plain) {
    case .text:
      guard tree.wants.contains(.columns) else { return }
      tree.column.append(" (")
      tree.column.append(plain)
      tree.column.append(octet: 41)
    case .json:
      guard tree.wants.contains(.columns) else { return }
      tree.column.append(", JavaScript Object Notation (")
      tree.column.append(plain)
      tree.column.append(octet: 41)
      nameProtocol("HTTP2/JSON", &tree)
    case .xml: nameProtocol("HTTP2/XML", &tree)
    case .other: break
    }
  }
}

/// What Wireshark makes of a body of some type inside HTTP/2.
enum HTTP2Media {
  /// Lines of text, whose type the info column names.
  case text
  case json, xml, other

  /// `plain` is a type as `plain(_:)` gives it.
  init(_ plain: [UInt8]) {
    let isXML = plain.suffix(4).elementsEqual("+xml".utf8) && !plain.starts(with: "application/xhtml".utf8)
    self = Self.table[plain] ?? (isXML ? .xml : .other)
  }

  /// A content-type without parameters, in lower case.
  static func plain(_ type: [UInt8]) -> [UInt8] {
    type.prefix { $0 != 59 && $0 != 32 && $0 != 9 }.map { (65...90).contains($0) ? $0 + 32 : $0 }
  }

  private static let table: [[UInt8]: HTTP2Media] = {
    var table: [[UInt8]: HTTP2Media] = [:]
    for name in [
      "text/html", "text/plain", "text/css", "text/javascript", "text/richtext", "text/enriched",
      "text/parameters", "application/x-javascript", "application/x-www-form-urlencoded",
      "application/x-ns-proxy-autoconfig", "message/http",
    ] {
      table[Array(name.utf8)] = .text
    }
    for name in [
      "json", "json-rpc", "jsonrequest", "senml+json", "sensml+json", "merge-patch+json", "json-patch+json",
      "vnd.oma.lwm2m+json", "dds-web+json", "problem+json", "x-ndjson",
    ] {
      table[Array("application/\(name)".utf8)] = .json
    }
    for name in ["text/xml", "application/xml", "text/vnd.wap.wml"] { table[Array(name.utf8)] = .xml }
    return table
  }()
}

/// Octets of a DATA frame's body.
struct HTTP2Part {
  var frame: UInt32
  /// Where in the frame's body, and how many.
  var start: Int
  var count: Int
}

extension HTTP2Conversation {
  /// The most that is put together of frames.
  static var mostBody: Int { 1 << 26 }

  /// The whole body of a DATA frame that came before; nil if its header can't be had again.
  func dataPart(_ frame: UInt32, _ side: Side) -> HTTP2Part? {
    guard let octets, Int(frame) < records.count else { return nil }
    let head = octets.octets(side, from: records[Int(frame)].offset, count: HTTP2FrameHeader.size + 1)
    guard let header = HTTP2FrameHeader(head.raw) else { return nil }
    var count = header.length
    if header.isPadded {
      guard head.count > HTTP2FrameHeader.size else { return nil }
      count -= 1 + Int(head[HTTP2FrameHeader.size])
    }
    return HTTP2Part(frame: frame, start: 0, count: max(0, count))
  }

  /// The octets of a part; fewer when they can't be had.
  func octets(of part: HTTP2Part, _ side: Side) -> [UInt8] {
    guard let octets, Int(part.frame) < records.count else { return [] }
    let start = records[Int(part.frame)].offset
    let head = octets.octets(side, from: start, count: HTTP2FrameHeader.size)
    guard let header = HTTP2FrameHeader(head.raw) else { return [] }
    let from = start + HTTP2FrameHeader.size + (header.isPadded ? 1 : 0) + part.start
    return octets.octets(side, from: from, count: part.count)
  }
}
