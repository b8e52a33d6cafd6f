import Bytes

/// What stands before the packet of the network in frames of other links than Ethernet.
enum LinkHeader {
  /// Whether a type stands for a tag that another type follows (IEEE 802.1Q clause 9).
  static func isTag(_ type: UInt16) -> Bool { type == 0x8100 || type == 0x88A8 || type == 0x9100 }

  /// Moves past the header of a link; returns the EtherType of what follows, 0 when it is none.
  static func etherType(_ reader: inout Reader, _ linkType: UInt16) throws(ReadError) -> UInt16 {
    switch linkType {
    case 12, 14, 101:
      let version = try reader.peek(UInt8.self) >> 4
      return switch version {
      case 4: 0x0800
      case 6: 0x86DD
      default: 0
      }
    case 228: return 0x0800
    case 229: return 0x86DD
    case 113:
      let type = try reader.peek(UInt16.self, at: 14)
      try reader.skip(16)
      return type
    case 276:
      let type = try reader.peek(UInt16.self)
      try reader.skip(20)
      return type
    case 0, 108:
      let family = try Self.family(reader, linkType)
      try reader.skip(4)
      return switch family {
      case 2: 0x0800
      case 24, 28, 30: 0x86DD
      case 0x600...0xFFFF: UInt16(family)
      default: 0
      }
    default: return 0
    }
  }

  /// The address family before a packet of a loopback interface: in the order of the machine that captured it, or in
  /// that of the network (LINKTYPE_LOOP).
  static func family(_ reader: borrowing Reader, _ linkType: UInt16) throws(ReadError) -> UInt32 {
    let value = try reader.peek(UInt32.self)
    return linkType == 0 && value & 0xFFFF_0000 != 0 ? value.byteSwapped : value
  }
}

/// What the tags before an exported packet say (Wireshark's LINKTYPE_WIRESHARK_UPPER_PDU).
struct ExportedTags {
  /// The dissector's name; empty without one.
  var name = ""
  var sender: AddressBits?, receiver: AddressBits?
  var isV6: Bool?
  /// 2 is TCP, 3 UDP.
  var portType: UInt32 = 0
  var sourcePort: UInt16 = 0, destinationPort: UInt16 = 0

  /// Reads the tags, and moves to the packet.
  init(_ reader: inout Reader) throws(ReadError) {
    while true {
      let tag = try reader.read(UInt16.self)
      let size = Int(try reader.read(UInt16.self))
      guard tag != 0 else { return }
      var value = try reader.take(size)
      switch (tag, size) {
      case (12, _): name = Self.text(value)
      case (20, 4), (21, 4): set(tag == 20, AddressBits(low: UInt64(try value.read(UInt32.self))), false)
      case (22, 16), (23, 16):
        set(tag == 22, AddressBits(high: try value.read(), low: try value.read()), true)
      case (24, 4): portType = try value.read()
      case (25, 4): sourcePort = UInt16(truncatingIfNeeded: try value.read(UInt32.self))
      case (26, 4): destinationPort = UInt16(truncatingIfNeeded: try value.read(UInt32.self))
      default: break
      }
    }
  }

  private mutating func set(_ isSender: Bool, _ address: AddressBits, _ isV6: Bool) {
    if isSender { sender = address } else { receiver = address }
    self.isV6 = isV6
  }

  /// A name without the zeros that fill it up.
  static func text(_ value: borrowing Reader) -> String {
    String(decoding: value.rest.copied().prefix { $0 != 0 }, as: UTF8.self)
  }
}
