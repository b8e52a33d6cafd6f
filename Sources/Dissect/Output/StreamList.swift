public import Bytes

/// A conversation of two sockets: who, how much, how long, in which protocols.
public struct StreamFigures: Sendable {
  /// `tcp` or `udp`.
  public var transport: String
  /// Its number among those of its transport, from 0: `tcp.stream`.
  public var number: Int
  /// Who spoke first and who was spoken to, as `address:port`.
  public var client = "", server = ""
  /// Rows and octets on the wire from the one that spoke first, and to it.
  public var sent = Traffic(), received = Traffic()
  /// When its first and last row were, in nanoseconds since the first row of the capture.
  public var start: Int64 = 0, end: Int64 = 0
  /// What the protocol column said, each name once.
  public var protocols: [String] = []

  /// All rows and octets.
  public var total: Traffic {
    Traffic(frames: sent.frames + received.frames, octets: sent.octets + received.octets)
  }
  /// From its first to its last row, in nanoseconds.
  public var duration: Int64 { end &- start }
}

/// Frames and their octets on the wire.
public struct Traffic: Sendable, Equatable {
  /// How many frames.
  public var frames = 0
  /// Their octets.
  public var octets = 0

  /// Counts a frame.
  mutating func add(_ size: Int) {
    frames += 1
    octets += size
  }
}

extension Analysis {
  /// The conversations of the capture in the order of their first rows.
  public func streams() -> [StreamFigures] {
    var list: [StreamFigures] = []
    var places: [UInt64: Int] = [:]
    var senders: [ColumnAddress] = []
    var ports: [UInt16] = []
    var tree = Dissection(wants: .columns)
    for row in stride(from: 1, through: rows.count, by: 1) {
      let segment = store.segment(row)
      let datagram = store.datagram(row)
      guard segment != nil || datagram != nil else { continue }
      draw(row, into: &tree)
      let number =
        segment.map { conversations.segments.stream($0) } ?? conversations.datagramFacts[datagram ?? 0].stream
      // An ICMP error belongs to the datagrams that it quotes, and is none of them.
      let facts = socketPorts(row)
      guard let facts else { continue }
      let key = UInt64(number) << 1 | (segment == nil ? 1 : 0)
      let place: Int
      if let known = places[key] {
        place = known
      } else {
        place = list.count
        places[key] = place
        var one = StreamFigures(transport: segment == nil ? "udp" : "tcp", number: number)
        one.client = Self.socket(tree.sender.text, facts.source)
        one.server = Self.socket(tree.receiver.text, facts.destination)
        one.start = (store.time(row) ?? 0) &- (store.time(1) ?? 0)
        list.append(one)
        senders.append(tree.sender)
        ports.append(facts.source)
      }
      if senders[place] == tree.sender, ports[place] == facts.source {
        list[place].sent.add(tree.rowLength)
      } else {
        list[place].received.add(tree.rowLength)
      }
      list[place].end = (store.time(row) ?? 0) &- (store.time(1) ?? 0)
      if list[place].protocols.last != tree.protocolName, !list[place].protocols.contains(tree.protocolName) {
        list[place].protocols.append(tree.protocolName)
      }
    }
    return list
  }

  /// An address with a port; one of IPv6 in brackets.
  static func socket(_ address: String, _ port: UInt16) -> String {
    address.contains(":") ? "[\(address)]:\(port)" : "\(address):\(port)"
  }

  /// The ports of a TCP or UDP row.
  private func socketPorts(_ row: Int) -> (source: UInt16, destination: UInt16)? {
    store.withFrame(row) { frame, octets in
      let outline = Outline(octets, linkType: frame.linkType)
      guard outline.proto == 6 || outline.proto == 17, outline.hasAddresses else { return nil }
      let reader = Reader(octets.extracting(outline.payload))
      guard let source = try? reader.peek(UInt16.self), let destination = try? reader.peek(UInt16.self, at: 2)
      else { return nil }
      return (source, destination)
    }
  }
}

extension [StreamFigures] {
  /// Appends a table of them.
  public func append(to text: inout TextBuffer) {
    let heads = [
      "stream", "client", "server", "frames", "octets", "sent", "received", "start", "duration", "protocols",
    ]
    var table = [heads]
    for one in self {
      table.append([
        "\(one.transport) \(one.number)", one.client, one.server, "\(one.total.frames)",
        "\(one.total.octets)",
        "\(one.sent.octets)", "\(one.received.octets)", Seconds.text(one.start, decimals: 6),
        Seconds.text(one.duration, decimals: 6), one.protocols.joined(separator: " "),
      ])
    }
    let widths = heads.indices.map { column in table.map { $0[column].utf8.count }.max() ?? 0 }
    for line in table {
      for (column, cell) in line.enumerated() {
        if column > 0 { text.append("  " as StaticString) }
        let room = widths[column] - cell.utf8.count
        if (3...8).contains(column) { text.append(octet: 32, count: room) }
        text.append(clean: cell)
        if !(3...9).contains(column) { text.append(octet: 32, count: room) }
      }
      text.append(octet: 10)
    }
  }
}
