public import Bytes
public import Session

/// An opened session, dissected: rows in, trees and summaries out.
///
/// `append` is the first pass: it takes records in the order of the session and keeps the state of conversations.
/// `tree` dissects one row again, with the state that it met. Live and replay use the same object. Not thread-safe.
public final class Analysis {
  /// The rows so far. Row numbers count from 1: `rows[n - 1]`.
  public private(set) var rows: [Row] = []
  /// TLS secrets met so far.
  public let secrets = Secrets()
  /// What the wire did, by packet id.
  public private(set) var fates: [UInt64: [WireFate]] = [:]
  /// Packet ids of `fates`, one for each fate, in the order in which they were told.
  public private(set) var fateOrder: [UInt64] = []
  /// Interfaces by section and number.
  public private(set) var interfaces: [Interface] = []
  /// Names of addresses.
  public private(set) var names: [String: String] = [:]
  /// What was odd in the file.
  public private(set) var troubles: [Trouble] = []

  /// Conversations, and what was found of each row.
  let conversations = Conversations()

  /// An analysis of nothing yet.
  public init() {}

  /// First pass over one record. Returns the row number if the record is a row.
  @discardableResult
  public func append(_ record: Record) -> Int? {
    switch record {
    case .frame, .event, .journal:
      rows.append(Row(number: rows.count + 1, record: record))
      if case .frame(let frame) = record {
        conversations.append(frame, row: rows.count, secrets: secrets)
      }
      return rows.count
    case .secrets(let text): secrets.add(text)
    case .fate(let fate):
      fates[fate.packetID, default: []].append(fate)
      fateOrder.append(fate.packetID)
    case .interface(let interface): interfaces.append(interface)
    case .names(let records): for record in records { names[record.address] = record.name }
    case .trouble(let trouble): troubles.append(trouble)
    }
    return nil
  }

  /// The tree of a row (from 1).
  public func tree(_ row: Int) -> Dissection {
    switch rows[row - 1].record {
    case .frame(let frame): frameTree(frame, row: row)
    case .event(let event): eventTree(event, row: row)
    case .journal(let entry): journalTree(entry, row: row)
    default: Dissection(frame: [])
    }
  }

  /// Facts of the TCP segment in a row (from 1), nil when the row holds none.
  public func tcpFacts(_ row: Int) -> TCPFacts? { conversations.facts[row] }

  /// The columns of a row (from 1): number, time, source, destination, protocol, length, info.
  public func summary(_ row: Int) -> Summary {
    let tree = tree(row)
    var length = 0
    var source = ""
    var destination = ""
    switch rows[row - 1].record {
    case .frame(let frame):
      length = frame.originalLength
      let outline = Outline(frame.bytes.raw, linkType: frame.linkType)
      if let from = outline.source, let to = outline.destination {
        (source, destination) = (from.description, to.description)
      } else if let from = tree.first(EthernetField.source), let to = tree.first(EthernetField.destination) {
        (source, destination) = (MACAddress(from).description, MACAddress(to).description)
      }
    case .event(let event): source = Clean.text(event.text("host") ?? "")
    case .journal(let entry): length = entry.bytes.count
    default: break
    }
    return Summary(
      number: row, time: rows[row - 1].time, source: source, destination: destination,
      protocolName: tree.protocolName,
      length: length, info: tree.info)
  }
}

/// A row of a session: a frame or an event.
public struct Row: Sendable {
  /// From 1, as Wireshark numbers it.
  public var number: Int
  /// A frame, an event or a journal entry.
  public var record: Record

  /// When; nil when the capture has no stamp.
  public var time: Timestamp? {
    switch record {
    case .frame(let frame): frame.time
    case .event(let event): event.time
    case .journal(let entry): entry.time
    default: nil
    }
  }
}

/// The columns of a packet list.
public struct Summary: Sendable, Equatable {
  /// Row number, from 1.
  public var number: Int
  /// When.
  public var time: Timestamp?
  /// Address of the sender, or the host of an event.
  public var source: String
  /// Address of the receiver.
  public var destination: String
  /// Protocol column as in Wireshark.
  public var protocolName: String
  /// Octets on the wire.
  public var length: Int
  /// Info column as in Wireshark, without control characters.
  public var info: String
}
