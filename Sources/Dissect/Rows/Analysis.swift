public import Bytes
public import Session

/// An opened session, dissected: rows in, trees and summaries out.
///
/// `append` is the first pass: it takes records in the order of the session and keeps the state of conversations.
/// `tree` dissects one row again, with the state that it met. Live and replay use the same object. Not thread-safe.
public final class Analysis {
  let store = RowStore()
  /// The rows so far. Row numbers count from 1: `rows[n - 1]`.
  public var rows: Rows { Rows(store: store) }
  /// TLS secrets met so far.
  public let secrets = Secrets()
  /// What the wire did, by packet id.
  public private(set) var fates: [UInt64: [WireFate]] = [:]
  /// Packet ids of `fates`, one for each fate, in the order in which they were told.
  public private(set) var fateOrder: [UInt64] = []
  /// Interfaces by section and number.
  public private(set) var interfaces: [Interface] = []
  /// Where each stands, by section and number.
  private var interfacePlaces: [InterfaceKey: Int] = [:]
  private struct InterfaceKey: Hashable { var section: Int, number: Int }
  /// Names of addresses.
  public private(set) var names: [String: String] = [:]
  /// What was odd in the file.
  public private(set) var troubles: [Trouble] = []

  /// Conversations, and what was found of each row.
  let conversations: Conversations

  /// An analysis of nothing yet.
  public init() { conversations = Conversations(store: store) }

  /// First pass over one record. Returns the row number if the record is a row.
  @discardableResult
  public func append(_ record: Record) -> Int? {
    switch record {
    case .frame(let frame):
      store.append(record)
      conversations.append(
        frame.bytes.raw, linkType: frame.linkType, time: frame.time?.nanoseconds, secrets: secrets)
      return store.count
    case .event, .journal, .custom:
      store.append(record)
      return store.count
    case .secrets(let text): secrets.add(text)
    case .fate(let fate):
      fates[fate.packetID, default: []].append(fate)
      fateOrder.append(fate.packetID)
    case .interface(let interface):
      let key = InterfaceKey(section: interface.section, number: interface.number)
      if interfacePlaces[key] == nil { interfacePlaces[key] = interfaces.count }
      interfaces.append(interface)
    case .names(let records): for record in records { names[record.address] = record.name }
    case .trouble(let trouble): troubles.append(trouble)
    }
    return nil
  }

  /// The interface of a section with a number; nil when the capture describes none.
  public func interface(_ number: Int, section: Int) -> Interface? {
    // In a capture of one section it stands where its number says.
    if interfaces.indices.contains(number), interfaces[number].number == number,
      interfaces[number].section == section
    {
      return interfaces[number]
    }
    return interfacePlaces[InterfaceKey(section: section, number: number)].map { interfaces[$0] }
  }

  /// First pass over a file. Frames stay in it and are read again when they are looked at, so that a row costs less
  /// than 64 octets of memory; what can't be read twice, such as a pipe, is kept. Fails when the file can't be opened.
  public convenience init(path: String) throws(SessionError) {
    var file = try SessionFile(path: path)
    self.init(of: file)
    read(&file)
  }

  /// An analysis of nothing yet, for the records of a file, whose frames stay in it, or in the copy that it keeps of a
  /// pipe.
  public convenience init(of file: SessionFile) {
    self.init()
    store.windows = file.windows
    // About as many as small frames could be, and no more than is cheap to ask for.
    conversations.reserve(Int(min(file.size / 96, 1 << 22)))
  }

  /// First pass over what a file still has, until `goOn`, which is asked after each window, or each record of a pipe, says
  /// no, or until so many octets of it were read. `note` is told of the records that are no plain frames.
  public func read(
    _ file: inout SessionFile, upTo octets: Int64 = .max, noting note: (Record) -> Void = { _ in },
    while goOn: (Int) -> Bool = { _ in true }
  ) {
    if store.windows == nil, store.count == 0 { store.windows = file.windows }
    repeat {
      if store.windows != nil, !file.isCopied {
        file.frames { header, octets in
          store.append(header, captured: octets.byteCount)
          conversations.append(
            octets, linkType: header.linkType, time: header.time?.nanoseconds, secrets: secrets)
        }
      }
      guard let record = file.next() else { return }
      append(record)
      note(record)
    } while file.offset < octets && goOn(store.count)
  }

  /// When a row (from 1) was, without a look at its octets; nil without a stamp.
  public func time(ofRow row: Int) -> Timestamp? { store.time(row).map { Timestamp(nanoseconds: $0) } }

  /// Whether a row (from 1) is a frame, without a look at its octets.
  public func isFrame(_ row: Int) -> Bool { store.isFrame(row) }

  /// The tree of a row (from 1).
  public func tree(_ row: Int) -> Dissection {
    var tree = Dissection(wants: .all)
    draw(row, into: &tree)
    return tree
  }

  /// Draws a row (from 1) into a tree that is used again; what it wants is set when it is made.
  public func draw(_ row: Int, into tree: inout Dissection) {
    guard !store.isFrame(row) else {
      return store.withFrame(row) { facts, octets in drawFrame(facts, octets, into: &tree) }
    }
    switch store.record(row) {
    case .event(let event): drawEvent(event, row: row, into: &tree)
    case .journal(let entry): drawJournal(entry, row: row, into: &tree)
    case .custom(let block): drawCustom(block, row: row, into: &tree)
    default: tree.start()
    }
  }

  /// Facts of the TCP segment in a row (from 1), nil when the row holds none.
  public func tcpFacts(_ row: Int) -> TCPFacts? {
    guard let index = store.segment(row) else { return nil }
    return store.withFrame(row) { frame, octets in
      let outline = Outline(octets, linkType: frame.linkType)
      return store.withPacket(row, octets, outline) { packet, outline in
        Segment(packet, outline).flatMap { tcpFacts(row, index, outline, $0) }
      }
    }
  }

  /// The facts of a segment that was read already.
  func tcpFacts(_ row: Int, _ index: Int, _ outline: borrowing Outline, _ segment: Segment) -> TCPFacts? {
    guard let source = outline.source, let destination = outline.destination else { return nil }
    let conversation = conversations.conversation(index)
    let side = conversations.segments.side(index)
    let isForward = (side == .client) == conversation.lowIsClient
    let found = conversations.findings(index, of: segment)
    let hasAck = segment.flags & 16 != 0
    var marks = conversations.segments.marks(index)
    if conversation.isReused(byLow: isForward, in: row) { marks.insert(.reusedPorts) }
    let scale = segment.flags & 2 != 0 || found.scale < 0 ? 0 : found.scale
    return TCPFacts(
      row: row, stream: conversation.index, side: side, flags: segment.flags,
      sequence: segment.hasLength
        ? segment.sequence &- conversation.base(ofLow: isForward, in: row) : segment.sequence,
      acknowledgment: hasAck && segment.hasLength
        ? segment.acknowledgment &- conversation.base(ofLow: !isForward, in: row) : segment.acknowledgment,
      rawSequence: segment.sequence, rawAcknowledgment: segment.acknowledgment, length: segment.length,
      window: Int(segment.window) << scale, marks: marks, source: source,
      destination: destination, sourcePort: segment.sourcePort, destinationPort: segment.destinationPort)
  }

  /// The columns of a row (from 1): number, time, source, destination, protocol, length, info.
  public func summary(_ row: Int) -> Summary {
    var tree = Dissection(wants: .columns)
    draw(row, into: &tree)
    return Summary(
      number: row, time: store.time(row).map { Timestamp(nanoseconds: $0) },
      source: tree.sender.text, destination: tree.receiver.text, protocolName: tree.protocolName,
      length: tree.rowLength, info: tree.info)
  }
}

/// A row of a session: a frame or an event.
public struct Row: Sendable {
  /// From 1, as Wireshark numbers it.
  public var number: Int
  /// A frame, an event, a journal entry or a Custom Block.
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
