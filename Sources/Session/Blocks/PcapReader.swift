import Bytes

/// Classic pcap (draft-ietf-opsawg-pcap): a header, then records without padding.
struct PcapReader: Sendable {
  /// tshark's limit for one frame; a larger claim is damage.
  static let largestFrame: UInt32 = 262_144

  let isBig: Bool
  private let unit: Int64
  let recordHeader: Int
  private(set) var linkType: UInt16 = 0
  private(set) var isEnded = false

  /// A reader for the magic number as it stands in the file; nil for anything else.
  init?(magic: UInt32) {
    switch magic {
    case 0xD4C3_B2A1: (isBig, unit, recordHeader) = (false, 1000, 16)
    case 0x4D3C_B2A1: (isBig, unit, recordHeader) = (false, 1, 16)
    case 0xA1B2_C3D4: (isBig, unit, recordHeader) = (true, 1000, 16)
    case 0xA1B2_3C4D: (isBig, unit, recordHeader) = (true, 1, 16)
    // Kuznetsov's variant has interface, protocol and direction in each record header.
    case 0x34CD_B2A1: (isBig, unit, recordHeader) = (false, 1000, 24)
    case 0xA1B2_CD34: (isBig, unit, recordHeader) = (true, 1000, 24)
    default: return nil
    }
  }

  /// Reads the 24 octets of the file's header, which must be at hand.
  mutating func open(_ window: inout Window) -> [Record] {
    let version = window.word(at: 4, isBig: isBig)
    let (major, minor) = isBig ? (version >> 16, version & 0xFFFF) : (version & 0xFFFF, version >> 16)
    let interface = Interface(
      linkType: UInt16(truncatingIfNeeded: window.word(at: 20, isBig: isBig)),
      snapLength: window.word(at: 16, isBig: isBig), timeDecimals: unit == 1 ? 9 : 6)
    linkType = interface.linkType
    window.consume(24)
    guard major == 2 else {
      isEnded = true
      return [
        .trouble(
          Trouble(offset: 0, text: "pcap version \(major).\(minor), and only 2.x is known", isEnd: true))
      ]
    }
    return [.interface(interface)]
  }

  /// The next record; nil when more octets are needed.
  mutating func next(_ window: inout Window) -> Record? {
    guard !isEnded, window.available >= recordHeader else { return nil }
    let captured = window.word(at: 8, isBig: isBig)
    guard captured <= Self.largestFrame else {
      isEnded = true
      let text =
        "a frame of \(captured) octets, more than \(Self.largestFrame); the rest of the file was not read"
      return .trouble(Trouble(offset: window.offset, text: text, isEnd: true))
    }
    guard window.available >= recordHeader + Int(captured) else { return nil }
    let time = time(window)
    let original = Int(window.word(at: 12, isBig: isBig))
    let first = window.start + recordHeader
    let bytes = Array(window.bytes[first..<first + Int(captured)])
    window.consume(recordHeader + Int(captured))
    return .frame(
      Frame(
        time: time, linkType: linkType, originalLength: original, bytes: bytes))
  }

  /// The stamp of the record at hand.
  func time(_ window: borrowing Window) -> Timestamp {
    let seconds = Int64(window.word(at: 0, isBig: isBig))
    return Timestamp(nanoseconds: seconds * 1_000_000_000 + Int64(window.word(at: 4, isBig: isBig)) * unit)
  }
}
