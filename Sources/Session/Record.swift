public import Bytes

/// One thing that a session or any capture holds, in the order of the file.
///
/// `frame`, `event`, a journal entry that is not ours and a Custom Block are rows: people see them, and they are numbered
/// from 1 as Wireshark numbers them. The others are not rows.
public enum Record: Sendable {
  /// A captured frame: an Enhanced, Simple or obsolete Packet Block, or a classic pcap record. A row.
  case frame(Frame)
  /// A journal entry with `BACKLAB_EVENT=`. A row.
  case event(Event)
  /// Any other systemd journal entry. A row.
  case journal(JournalEntry)
  /// A Custom Block: octets that only who wrote them understands. A row.
  case custom(CustomBlock)
  /// TLS key log lines of a Decryption Secrets Block (NSS key log format, may be several lines).
  case secrets(String)
  /// What the wire did with a frame: our local-use block 0x80000B01.
  case fate(WireFate)
  /// An interface, numbered from 0 in its section.
  case interface(Interface)
  /// Names of addresses: a Name Resolution Block.
  case names([NameRecord])
  /// Something odd that the reader met and survived. Shown to the user, never fatal.
  case trouble(Trouble)
}

/// A captured frame.
public struct Frame: Sendable {
  /// Interface number within the section, from 0.
  public var interface: Int
  /// Section number, from 1; a capture may hold several.
  public var section: Int
  /// When the frame was taken from its sender; nil when the file has no stamp (Simple Packet Block).
  public var time: Timestamp?
  /// LINKTYPE of the interface: 1 is Ethernet.
  public var linkType: UInt16
  /// Octets that the frame had on the wire; more than `bytes.count` when the capture cut it.
  public var originalLength: Int
  /// `epb_flags`, if any: direction in bits 0 and 1 (1 inbound, 2 outbound).
  public var flags: UInt32?
  /// `epb_packetid`, if any: joins the frame to its `WireFate`.
  public var packetID: UInt64?
  /// Comments in file order, repaired UTF-8, not cleaned of control characters.
  public var comments: [String]
  /// The captured octets.
  public var bytes: [UInt8]
  /// Where the captured octets stand in the file that the frame was read from; nil for a frame that no file holds.
  public var offset: Int64?

  /// Makes a frame; everything but `bytes` has a default that a live Ethernet capture would use.
  public init(
    interface: Int = 0, section: Int = 1, time: Timestamp?, linkType: UInt16 = 1, originalLength: Int? = nil,
    flags: UInt32? = nil, packetID: UInt64? = nil, comments: [String] = [], bytes: [UInt8]
  ) {
    self.interface = interface
    self.section = section
    self.time = time
    self.linkType = linkType
    self.originalLength = originalLength ?? bytes.count
    self.flags = flags
    self.packetID = packetID
    self.comments = comments
    self.bytes = bytes
  }
}

/// An interface of a capture: an Interface Description Block. In our sessions, one host's link.
public struct Interface: Sendable, Equatable {
  /// Number within its section, from 0.
  public var number: Int
  /// Section number, from 1.
  public var section: Int
  /// LINKTYPE: 1 is Ethernet.
  public var linkType: UInt16
  /// `if_name`: in our sessions the host's name.
  public var name: String?
  /// `if_description`.
  public var description: String?
  /// Octets of each frame that were kept at most; 0 for no limit.
  public var snapLength: UInt32
  /// Decimals of a second that its stamps count, 0 to 9.
  public var timeDecimals: Int

  /// Makes an interface.
  public init(
    number: Int = 0, section: Int = 1, linkType: UInt16 = 1, name: String? = nil, description: String? = nil,
    snapLength: UInt32 = 0, timeDecimals: Int = 9
  ) {
    self.number = number
    self.section = section
    self.linkType = linkType
    self.name = name
    self.description = description
    self.snapLength = snapLength
    self.timeDecimals = timeDecimals
  }
}

/// An address and its name, of a Name Resolution Block.
public struct NameRecord: Sendable, Equatable {
  /// The address as text (`192.0.2.1`, `2001:db8::1`).
  public var address: String
  /// The first name given for it.
  public var name: String

  /// Makes a name record.
  public init(address: String, name: String) {
    self.address = address
    self.name = name
  }
}

/// What became of a frame on the wire, joined by `Frame.packetID`. One frame may have several (a duplicate).
public struct WireFate: Sendable, Equatable {
  /// What the wire did.
  public enum Kind: UInt8, Sendable, CaseIterable {
    case delivered = 1, dropped = 2, held = 3, duplicated = 4, reordered = 5
  }
  /// The frame.
  public var packetID: UInt64
  /// What happened.
  public var kind: Kind
  /// When: delivery to the receiver's link, or the moment of the drop.
  public var time: Timestamp
  /// Who decided: `loss`, `hand` (a command), `queue`; empty for plain delivery.
  public var cause: String

  /// Makes a fate.
  public init(packetID: UInt64, kind: Kind, time: Timestamp, cause: String = "") {
    self.packetID = packetID
    self.kind = kind
    self.time = time
    self.cause = cause
  }
}

/// A systemd journal entry that is not one of our events.
public struct JournalEntry: Sendable, Equatable {
  /// Field names and values in the entry's order, values as bytes.
  public var fields: [(name: String, value: [UInt8])]
  /// `__REALTIME_TIMESTAMP=`, microseconds turned into nanoseconds; nil when missing.
  public var time: Timestamp?
  /// Octets of the entry as it stands in the block.
  public var bytes: [UInt8]
  /// Section number, from 1.
  public var section: Int

  /// Makes an entry.
  public init(
    fields: [(name: String, value: [UInt8])], time: Timestamp?, bytes: [UInt8], section: Int = 1
  ) {
    self.section = section
    self.fields = fields
    self.time = time
    self.bytes = bytes
  }

  /// Equal when their bytes are.
  public static func == (a: JournalEntry, b: JournalEntry) -> Bool { a.bytes == b.bytes }
}

/// A Custom Block (draft-ietf-opsawg-pcapng section 4.7).
public struct CustomBlock: Sendable, Equatable {
  /// Section number, from 1.
  public var section: Int
  /// The Private Enterprise Number of who defined what the block holds.
  public var enterprise: UInt32
  /// Whether programs that don't know it should copy it into files that they make of this one.
  public var isCopied: Bool
  /// Its data and its options, which nobody else can tell apart, with what fills them up to a multiple of four.
  public var bytes: [UInt8]

  /// Makes a block.
  public init(section: Int = 1, enterprise: UInt32, isCopied: Bool, bytes: [UInt8]) {
    (self.section, self.enterprise, self.isCopied, self.bytes) = (section, enterprise, isCopied, bytes)
  }
}

/// Something wrong in a file that the reader survived.
public struct Trouble: Sendable, Equatable {
  /// Offset in the file of the block or record concerned.
  public var offset: Int64
  /// What was wrong and what the reader did about it, in one line.
  public var text: String
  /// Whether nothing after `offset` could be read.
  public var isEnd: Bool

  /// Makes a report.
  public init(offset: Int64, text: String, isEnd: Bool = false) {
    self.offset = offset
    self.text = text
    self.isEnd = isEnd
  }
}
