import Bytes
import Session

@testable import Dissect

/// Gives the HTTP/2 of a capture to conversations again, with a source of octets, and draws it row by row.
final class HTTP2Replay {
  /// Octets of both directions, and the rows that brought them.
  final class Octets: OctetSource {
    var bytes: [[UInt8]] = [[], []]
    var ends: [[(end: Int, row: Int)]] = [[], []]

    func octets(_ side: Side, from start: Int, count: Int) -> [UInt8] {
      let all = bytes[Int(side.rawValue)]
      guard start >= 0, start < all.count else { return [] }
      return Array(all[start..<min(all.count, start + count)])
    }

    func row(_ side: Side, of offset: Int) -> Int {
      ends[Int(side.rawValue)].first { offset < $0.end }?.row ?? 0
    }
  }

  struct PDU {
    var row: Int
    var side: Side
    var bytes: [UInt8]
    /// Whether earlier rows hold its beginning, so that it stands in octets that were put together.
    var isReassembled: Bool
    /// Where it begins in the frame, or in the record.
    var base = 0
    var token: UInt32 = 0
  }

  let analysis = Analysis()
  private(set) var pdus: [Int: [(pdu: PDU, conversation: HTTP2Conversation)]] = [:]
  private var sources: [Octets] = []

  init(_ records: [Record]) {
    for record in records { analysis.append(record) }
    var seen: Set<Int> = []
    for row in analysis.rows.map(\.number) {
      guard let segment = analysis.store.segment(row) else { continue }
      let conversation = analysis.conversations.conversation(segment)
      if seen.insert(conversation.index).inserted { add(found(conversation.streams)) }
    }
  }

  /// The frames of one connection, in order.
  private func found(_ streams: TCPStreams) -> [PDU] {
    var out: [PDU] = []
    if streams.proto is HTTP2Conversation {
      for side in [Side.client, .server] {
        let half = streams.half(side)
        for message in half.cutter.messages {
          let piece = half.piece(at: message.start)
          let isWhole = message.end <= half.end(piece)
          out.append(
            PDU(
              row: Int(message.unit), side: side,
              bytes: streams.octets(side, from: message.start, count: Int(message.count)),
              isReassembled: !isWhole,
              base: isWhole ? Int(half.pieces[piece].at) + message.start - half.pieces[piece].start : 0))
        }
      }
    } else if let tls = streams.proto as? TLSConversation, tls.inner is HTTP2Conversation {
      for side in [Side.client, .server] {
        for message in tls.plain[Int(side.rawValue)].cutter.messages {
          let record = tls.records[Int(message.unit)]
          out.append(
            PDU(
              row: Int(record.row), side: side,
              bytes: tls.octets(side, from: message.start, count: Int(message.count)),
              isReassembled: message.start < record.plain))
        }
      }
    }
    // One side sends in a row, so the order of its messages stays.
    return out.enumerated().sorted { ($0.element.row, $0.offset) < ($1.element.row, $1.offset) }.map(
      \.element)
  }

  /// Gives frames to a new conversation.
  func add(_ frames: [PDU]) {
    let conversation = HTTP2Conversation()
    let octets = Octets()
    sources.append(octets)
    for var pdu in frames {
      let half = Int(pdu.side.rawValue)
      var context = RowContext(
        row: pdu.row, time: nil, stream: 0, clientPort: 1, serverPort: 2, secrets: Secrets())
      context.offset = octets.bytes[half].count
      context.octets = octets
      octets.bytes[half] += pdu.bytes
      octets.ends[half].append((octets.bytes[half].count, pdu.row))
      pdu.token = conversation.receive(pdu.bytes.raw, from: pdu.side, context: context)
      pdus[pdu.row, default: []].append((pdu, conversation))
    }
  }

  /// The tree of a row: of its HTTP/2 alone. The frame's octets come from the capture where there is one.
  func tree(_ row: Int) -> Dissection {
    var frame: [UInt8] = []
    if row <= analysis.rows.count, case .frame(let record) = analysis.rows[row - 1].record {
      frame = record.bytes
    }
    var tree = Dissection(frame: frame)
    for (pdu, conversation) in pdus[row] ?? [] {
      if pdu.isReassembled {
        tree.addSource("Reassembled TCP", pdu.bytes)
      } else if pdu.base == 0 {
        tree.addSource("Decrypted TLS", pdu.bytes)
      }
      conversation.draw(pdu.bytes.raw, base: pdu.base, token: pdu.token, from: pdu.side, into: &tree)
      tree.source = 0
    }
    return tree
  }
}
