public import Bytes

/// Writes a session: little-endian pcapng of one section (draft-ietf-opsawg-pcapng), nanosecond stamps.
///
/// Octets gather until `take()` hands them over; each call adds whole blocks, so a file that is cut off between two
/// writes can be read. Call `begin`, then `interface` for each host in the order of their numbers, then the rest.
public struct SessionEncoder: Sendable {
  private var bytes: [UInt8] = []
  private var writer = EventWriter()

  /// An encoder that has written nothing.
  public init() {}

  /// Hands over what was written since the last time.
  public mutating func take() -> [UInt8] {
    var out: [UInt8] = []
    swap(&out, &bytes)
    return out
  }

  /// Appends what was written since the last time to `out`.
  public mutating func take(into out: inout [UInt8]) {
    out += bytes
    bytes.removeAll(keepingCapacity: true)
  }

  /// Octets that wait to be taken.
  public var count: Int { bytes.count }

  /// Opens the section, its length not yet known; texts that are nil are left out.
  public mutating func begin(hardware: String? = nil, os: String? = nil, application: String) {
    block(BlockType.section) { out in
      out.little(0x1A2B_3C4D as UInt32)
      out.little(1 as UInt16)
      out.little(0 as UInt16)
      out.little(UInt64.max)
      if let hardware { out.option(2, hardware) }
      if let os { out.option(3, os) }
      out.option(4, application)
      out.little(0 as UInt32)
    }
  }

  /// Describes an interface; its number is the count of those described before.
  /// `prefix` is the length of the IPv4 network's prefix, 0 to 32.
  public mutating func interface(
    _ interface: Interface, macAddress: MACAddress? = nil, ipv4: IPv4Address? = nil, prefix: Int = 24
  ) {
    block(BlockType.interface) { out in
      out.little(interface.linkType)
      out.little(0 as UInt16)
      out.little(interface.snapLength)
      if let name = interface.name { out.option(2, name) }
      if let description = interface.description { out.option(3, description) }
      if let ipv4 {
        let mask = prefix <= 0 ? 0 : UInt32.max << UInt32(32 - min(prefix, 32))
        out.option(
          4,
          [ipv4.value.bigEndian, mask.bigEndian].flatMap { word in
            (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) }
          })
      }
      if let macAddress { out.option(6, macAddress.octets) }
      out.option(9, [9])
      out.little(0 as UInt32)
    }
  }

  /// Names of addresses; an address that is neither IPv4 nor IPv6 text is left out.
  public mutating func names(_ names: [NameRecord]) {
    block(BlockType.names) { out in
      for record in names {
        guard let address = addressOctets(record.address) else { continue }
        let name = Array(record.name.utf8.filter { $0 != 0 }.prefix(1024))
        out.option(address.count == 4 ? 1 : 2, address + name + [0])
      }
      out.little(0 as UInt32)
      out.little(0 as UInt32)
    }
  }

  /// Writes a frame; one without a stamp becomes a Simple Packet Block if it is of interface 0, else it gets stamp 0.
  public mutating func frame(_ frame: Frame) {
    if frame.time == nil, frame.interface == 0 {
      block(BlockType.simplePacket) { out in
        out.little(UInt32(clamping: frame.originalLength))
        out.append(contentsOf: frame.bytes)
      }
      return
    }
    unsafe self.frame(
      frame.bytes.span.bytes, interface: frame.interface, time: frame.time ?? Timestamp(nanoseconds: 0),
      originalLength: frame.originalLength, flags: frame.flags, packetID: frame.packetID,
      comments: frame.comments)
  }

  /// Writes a frame from where its octets stand, without a copy of its own. `originalLength` is what the wire
  /// carried, when that is more than `octets`; stamps before 1970 become 1970.
  public mutating func frame(
    _ octets: RawSpan, interface: Int, time: Timestamp, originalLength: Int? = nil, flags: UInt32? = nil,
    packetID: UInt64? = nil, comments: [String] = []
  ) {
    let start = open(BlockType.enhancedPacket)
    let stamp = UInt64(max(0, time.nanoseconds))
    bytes.little(UInt32(clamping: interface))
    bytes.little(UInt32(stamp >> 32))
    bytes.little(UInt32(truncatingIfNeeded: stamp))
    bytes.little(UInt32(clamping: octets.byteCount))
    bytes.little(UInt32(clamping: originalLength ?? octets.byteCount))
    unsafe octets.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
    pad(start)
    for comment in comments { bytes.option(1, comment) }
    if let flags {
      bytes.little(2 as UInt16)
      bytes.little(4 as UInt16)
      bytes.little(flags)
    }
    if let packetID {
      bytes.little(5 as UInt16)
      bytes.little(8 as UInt16)
      bytes.little(packetID)
    }
    if flags != nil || packetID != nil || !comments.isEmpty { bytes.little(0 as UInt32) }
    close(start)
  }

  /// Writes an event as a systemd journal entry, which Wireshark lists as a row.
  public mutating func event(_ event: Event) {
    writer.removeAll()
    writer.entry(event)
    let start = open(BlockType.journal)
    writer.copy(to: &bytes)
    pad(start)
    close(start)
  }

  /// Writes an event that stands as an entry already.
  public mutating func event(_ event: EncodedEvent) { block(BlockType.journal) { $0 += event.entry } }

  /// Writes TLS key log lines (NSS key log format) in a Decryption Secrets Block; nothing when `keyLog` is empty.
  public mutating func secrets(_ keyLog: String) {
    guard !keyLog.isEmpty else { return }
    block(BlockType.secrets) { out in
      out.little(SecretsType.tls)
      out.little(UInt32(clamping: keyLog.utf8.count))
      out.append(contentsOf: keyLog.utf8)
    }
  }

  /// Writes what became of a frame in our local-use block, which other programs pass over.
  public mutating func fate(_ fate: WireFate) {
    block(BlockType.fate) { out in
      let cause = fate.cause.cut(to: 255)
      out.little(fate.packetID)
      out.little(UInt64(bitPattern: fate.time.nanoseconds))
      out.append(fate.kind.rawValue)
      out.append(UInt8(cause.utf8.count))
      out.little(0 as UInt16)
      out.append(contentsOf: cause.utf8)
    }
  }

  private mutating func block(_ type: UInt32, _ body: (inout [UInt8]) -> Void) {
    let start = open(type)
    body(&bytes)
    pad(start)
    close(start)
  }

  private mutating func open(_ type: UInt32) -> Int {
    let start = bytes.count
    bytes.little(type)
    bytes.little(0 as UInt32)
    return start
  }

  private mutating func pad(_ start: Int) {
    for _ in 0..<(-(bytes.count - start) & 3) { bytes.append(0) }
  }

  private mutating func close(_ start: Int) {
    let length = UInt32(bytes.count - start + 4)
    bytes.little(length)
    for i in 0..<4 { bytes[start + 4 + i] = UInt8(truncatingIfNeeded: length >> UInt32(8 * i)) }
  }
}

extension [UInt8] {
  /// Appends a number in little-endian order.
  mutating func little<T: FixedWidthInteger & UnsignedInteger>(_ value: T) {
    unsafe Swift.withUnsafeBytes(of: value.littleEndian) { unsafe append(contentsOf: $0) }
  }

  /// Appends an option, or a name record, padded to four octets.
  mutating func option(_ code: UInt16, _ value: [UInt8]) {
    little(code)
    little(UInt16(clamping: value.count))
    append(contentsOf: value.prefix(65535))
    for _ in 0..<(-Swift.min(value.count, 65535) & 3) { append(0) }
  }

  /// Appends an option of text, cut between two characters where it is too long for one.
  mutating func option(_ code: UInt16, _ text: String) { option(code, Array(text.cut(to: 65535).utf8)) }
}

extension String {
  /// As much of the text as fits in `count` octets, cut between two characters.
  func cut(to count: Int) -> String {
    guard utf8.count > count else { return self }
    var out = String.UnicodeScalarView()
    var size = 0
    for scalar in unicodeScalars {
      size += UTF8.width(scalar)
      if size > count { break }
      out.append(scalar)
    }
    return String(out)
  }
}
