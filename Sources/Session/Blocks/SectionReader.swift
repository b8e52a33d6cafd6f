import Bytes

/// What one block said.
struct Decoded {
  var record: Record?
  var trouble: String?
  var ticks: Ticks?
}

/// A section's interfaces, and what its blocks mean (draft-ietf-opsawg-pcapng section 4).
struct SectionReader: Sendable {
  /// Octets in front of a frame's, in an Enhanced Packet Block and in an obsolete Packet Block.
  static let packetHeader: Int64 = 28
  var number = 0
  /// A section of a version that nobody defined is passed over.
  var isSupported = true
  var interfaces: [(interface: Interface, ticks: Ticks)] = []

  /// Opens the section whose header is `block`; says what is wrong with it.
  mutating func open(_ block: RawSpan, isBig: Bool) -> String? {
    number += 1
    interfaces = []
    isSupported = false
    var reader = Reader(block)
    do throws(ReadError) {
      try reader.skip(12)
      let major = try reader.number(UInt16.self, isBig: isBig)
      let minor = try reader.number(UInt16.self, isBig: isBig)
      try reader.require(12)
      isSupported = major == 1 && (minor == 0 || minor == 2)
      return isSupported ? nil : "a section of unknown version \(major).\(minor); passed over"
    } catch {
      return "a section header of \(block.byteCount) octets is too short; the section was passed over"
    }
  }

  /// Reads one block that is no section header.
  func decode(_ type: UInt32, _ block: RawSpan, isBig: Bool) -> Decoded {
    var out = Decoded()
    do throws(ReadError) {
      var outer = Reader(block)
      try outer.skip(8)
      var body = try outer.take(block.byteCount - 12)
      switch type {
      case BlockType.interface: try describe(&body, isBig, &out)
      case BlockType.enhancedPacket: try packet(&body, isBig, isOld: false, &out)
      case BlockType.packet: try packet(&body, isBig, isOld: true, &out)
      case BlockType.simplePacket: try simple(&body, isBig, &out)
      case BlockType.names: try names(&body, isBig, &out)
      case BlockType.secrets: try secrets(&body, isBig, &out)
      case BlockType.journal: out.record = Journal.record(body.rest, section: number)
      case BlockType.custom, BlockType.uncopiedCustom:
        let enterprise = try body.number(UInt32.self, isBig: isBig)
        out.record = .custom(
          CustomBlock(
            section: number, enterprise: enterprise, isCopied: type == BlockType.custom,
            bytes: body.rest.copied()))
      case BlockType.fate: try fate(&body, &out)
      default: break
      }
    } catch {
      out.trouble =
        out.trouble ?? "a block of type \(type) is too short (\(block.byteCount) octets); passed over"
    }
    return out
  }

  private func describe(_ body: inout Reader, _ isBig: Bool, _ out: inout Decoded) throws(ReadError) {
    var interface = Interface(number: interfaces.count, section: number)
    var ticks = Ticks()
    interface.linkType = try body.number(UInt16.self, isBig: isBig)
    try body.skip(2)
    interface.snapLength = try body.number(UInt32.self, isBig: isBig)
    out.trouble = options(&body, isBig) { code, value in
      switch code {
      case 2: interface.name = value.rest.text
      case 3: interface.description = value.rest.text
      case 9: if let octet = try? value.peek(UInt8.self) { ticks.resolution = octet }
      case 14:
        if let seconds = try? value.number(UInt64.self, isBig: isBig) {
          ticks.offset = Int64(bitPattern: seconds)
        }
      default: break
      }
    }
    interface.timeDecimals = ticks.decimals
    out.record = .interface(interface)
    out.ticks = ticks
  }

  private func packet(
    _ body: inout Reader, _ isBig: Bool, isOld: Bool, _ out: inout Decoded
  ) throws(ReadError) {
    let index: Int
    if isOld {
      index = Int(try body.number(UInt16.self, isBig: isBig))
      try body.skip(2)
    } else {
      index = Int(try body.number(UInt32.self, isBig: isBig))
    }
    let high = UInt64(try body.number(UInt32.self, isBig: isBig))
    let low = UInt64(try body.number(UInt32.self, isBig: isBig))
    let captured = Int(try body.number(UInt32.self, isBig: isBig))
    let original = Int(try body.number(UInt32.self, isBig: isBig))
    guard index < interfaces.count else {
      out.trouble = "a frame of interface \(index), which the section does not describe; passed over"
      return
    }
    guard captured <= body.remaining else {
      out.trouble = "a frame claims \(captured) octets and its block has \(body.remaining); passed over"
      return
    }
    let (interface, ticks) = interfaces[index]
    var frame = Frame(
      interface: index, section: number, time: ticks.moment(high << 32 | low), linkType: interface.linkType,
      originalLength: original, bytes: try body.bytes(captured))
    if (try? body.skip(-captured & 3)) != nil {
      out.trouble = options(&body, isBig) { code, value in
        switch code {
        case 1: frame.comments.append(value.rest.text)
        case 2: frame.flags = try? value.number(UInt32.self, isBig: isBig)
        case 5 where !isOld: frame.packetID = try? value.number(UInt64.self, isBig: isBig)
        default: break
        }
      }
    }
    out.record = .frame(frame)
  }

  private func simple(_ body: inout Reader, _ isBig: Bool, _ out: inout Decoded) throws(ReadError) {
    let original = Int(try body.number(UInt32.self, isBig: isBig))
    guard let interface = interfaces.first?.interface else {
      out.trouble = "a simple packet block before any interface; passed over"
      return
    }
    let captured = interface.snapLength == 0 ? original : min(original, Int(interface.snapLength))
    guard captured <= body.remaining else {
      out.trouble = "a frame claims \(captured) octets and its block has \(body.remaining); passed over"
      return
    }
    out.record = .frame(
      Frame(
        section: number, time: nil, linkType: interface.linkType, originalLength: original,
        bytes: try body.bytes(captured)))
  }

  private func names(_ body: inout Reader, _ isBig: Bool, _ out: inout Decoded) throws(ReadError) {
    var names: [NameRecord] = []
    while body.remaining >= 4 {
      let type = try body.number(UInt16.self, isBig: isBig)
      let size = Int(try body.number(UInt16.self, isBig: isBig))
      if type == 0 { break }
      guard size <= body.remaining else {
        out.trouble = "a name record overruns its block; the names before it are kept"
        break
      }
      var value = try body.take(size)
      try? body.skip(min(-size & 3, body.remaining))
      switch type {
      case 1:
        guard let address = try? value.read(UInt32.self) else { continue }
        names.append(NameRecord(address: IPv4Address(address).description, name: value.rest.text))
      case 2:
        guard let high = try? value.read(UInt64.self), let low = try? value.read(UInt64.self) else {
          continue
        }
        names.append(
          NameRecord(address: IPv6Address(high: high, low: low).description, name: value.rest.text))
      default: continue
      }
    }
    out.record = .names(names)
  }

  private func secrets(_ body: inout Reader, _ isBig: Bool, _ out: inout Decoded) throws(ReadError) {
    let type = try body.number(UInt32.self, isBig: isBig)
    let size = Int(try body.number(UInt32.self, isBig: isBig))
    guard size <= body.remaining else {
      out.trouble = "secrets claim \(size) octets and their block has \(body.remaining); passed over"
      return
    }
    guard type == SecretsType.tls else { return }
    out.record = .secrets(try body.take(size).rest.text)
  }

  /// Our own block is little-endian whatever its section's order, since nobody else could swap it.
  private func fate(_ body: inout Reader, _ out: inout Decoded) throws(ReadError) {
    let packetID = try body.readLittle(UInt64.self)
    let time = Int64(bitPattern: try body.readLittle(UInt64.self))
    let kind = try body.read(UInt8.self)
    let size = Int(try body.read(UInt8.self))
    try body.skip(2)
    // A kind of a later version is no trouble.
    guard let kind = WireFate.Kind(rawValue: kind) else { return }
    let cause = try body.take(size).rest.text
    out.record = .fate(
      WireFate(packetID: packetID, kind: kind, time: Timestamp(nanoseconds: time), cause: cause))
  }

  /// Hands over each option; says which one overran the block, if one did.
  private func options(
    _ body: inout Reader, _ isBig: Bool, _ take: (UInt16, inout Reader) -> Void
  ) -> String? {
    while body.remaining >= 4 {
      guard let code = try? body.number(UInt16.self, isBig: isBig),
        let size = try? body.number(UInt16.self, isBig: isBig), code != 0
      else { return nil }
      guard body.remaining >= Int(size) else {
        return
          "option \(code) claims \(size) octets and its block has \(body.remaining); the rest of the options were passed over"
      }
      do throws(ReadError) {
        var value = try body.take(Int(size))
        take(code, &value)
        try body.skip(min(-Int(size) & 3, body.remaining))
      } catch { return nil }
    }
    return nil
  }
}

/// Kinds of secrets in a Decryption Secrets Block.
enum SecretsType {
  /// NSS key log lines, for TLS, DTLS and QUIC.
  static let tls: UInt32 = 0x544C_534B
}
