import Bytes
import Session

/// Packets of IPv4 without a link below, as the records of a capture: LINKTYPE_RAW.
struct Packets {
  /// The records so far.
  private(set) var records: [Record] = []
  private let ports: (client: UInt16, server: UInt16)
  private var sequence: (client: UInt32, server: UInt32) = (1, 1)
  private var time: Int64 = 1_700_000_000_000_000_000

  /// Packets between a client and `port` of a server.
  init(port: UInt16) { ports = (40000, port) }

  /// Opens a TCP connection.
  mutating func open() { segment(isServer: false, flags: 2, at: 0, []) }

  /// Sends the parts of a conversation over TCP.
  mutating func send(_ parts: [Script.Part]) {
    var held: Script.Part?
    for part in parts {
      if part.move == .late, held == nil {
        held = part
        continue
      }
      send(part, skipping: held.map { $0.isServer == part.isServer ? $0.octets.count : 0 } ?? 0)
      if let late = held {
        // What it overtook had its place already.
        let start =
          next(late.isServer)
          &- UInt32(late.isServer == part.isServer ? late.octets.count + part.octets.count : 0)
        segment(isServer: late.isServer, flags: 0x18, at: start, late.octets)
        if late.isServer != part.isServer { advance(late.isServer, late.octets.count) }
        held = nil
      }
    }
    if let held { send(held, skipping: 0) }
  }

  private mutating func send(_ part: Script.Part, skipping missing: Int) {
    let isServer = part.isServer
    advance(isServer, missing)
    var start = next(isServer)
    switch part.move {
    case .gap: start = start &+ 700
    case .overlap: start = start &- UInt32(min(part.octets.count / 2, 30))
    case .anew: segment(isServer: isServer, flags: isServer ? 0x12 : 2, at: start &+ 100_000, [])
    default: break
    }
    if part.move == .anew { start = start &+ 100_001 }
    let captured = part.move == .cut ? part.octets.count / 2 : part.octets.count
    segment(
      isServer: isServer, flags: part.move == .last ? 0x19 : 0x18, at: start, part.octets, captured: captured)
    if part.move == .twice { segment(isServer: isServer, flags: 0x18, at: start, part.octets) }
    set(isServer, start &+ UInt32(part.octets.count))
  }

  /// Adds a datagram of UDP.
  mutating func datagram(isServer: Bool, _ payload: [UInt8]) {
    let payload = payload.prefix(65_507)
    var udp = Writer()
    udp.write(isServer ? ports.server : ports.client)
    udp.write(isServer ? ports.client : ports.server)
    udp.write(UInt16(8 + payload.count))
    udp.write(UInt16(0))
    packet(isServer: isServer, proto: 17, udp.bytes, payload, captured: payload.count)
  }

  /// Adds a piece of a packet: its place in words of eight octets, and whether others follow.
  mutating func piece(identification: UInt8, offset: UInt16, hasMore: Bool, proto: UInt8, _ octets: [UInt8]) {
    packet(
      isServer: false, proto: proto, [], octets.prefix(65_507), captured: octets.count,
      identification: identification,
      fragment: (hasMore ? 0x2000 : 0) | offset & 0x1FFF)
  }

  /// Adds a frame as it is.
  mutating func frame(_ octets: [UInt8], linkType: UInt16, cut: Int = 0) {
    time += 1_000_000
    records.append(
      .frame(
        Frame(
          time: Timestamp(nanoseconds: time), linkType: linkType, originalLength: octets.count,
          bytes: Array(octets.dropLast(cut)))))
  }

  private mutating func segment(
    isServer: Bool, flags: UInt8, at start: UInt32, _ payload: [UInt8], captured: Int? = nil
  ) {
    // A segment holds as much as a packet can.
    var at = 0
    repeat {
      let part = payload[at..<min(payload.count, at + 65_000)]
      var tcp = Writer()
      tcp.write(isServer ? ports.server : ports.client)
      tcp.write(isServer ? ports.client : ports.server)
      tcp.write(start &+ UInt32(at))
      tcp.write(next(!isServer))
      tcp.write([0x50, flags, 0xFA, 0xF0, 0, 0, 0, 0])
      packet(isServer: isServer, proto: 6, tcp.bytes, part, captured: min(part.count, captured ?? part.count))
      at += part.count
    } while at < payload.count
  }

  private mutating func packet(
    isServer: Bool, proto: UInt8, _ header: [UInt8], _ payload: ArraySlice<UInt8>, captured: Int,
    identification: UInt8 = 1, fragment: UInt16 = 0
  ) {
    var ip = Writer()
    ip.write([0x45, 0])
    ip.write(UInt16(clamping: 20 + header.count + payload.count))
    ip.write([0, identification])
    ip.write(fragment)
    ip.write([64, proto, 0, 0, 10, 0, 0, isServer ? 2 : 1, 10, 0, 0, isServer ? 1 : 2])
    ip.write(header)
    ip.write(Array(payload))
    frame(ip.bytes, linkType: 101, cut: payload.count - captured)
  }

  private func next(_ isServer: Bool) -> UInt32 { isServer ? sequence.server : sequence.client }

  private mutating func set(_ isServer: Bool, _ value: UInt32) {
    if isServer { sequence.server = value } else { sequence.client = value }
  }

  private mutating func advance(_ isServer: Bool, _ count: Int) {
    set(isServer, next(isServer) &+ UInt32(truncatingIfNeeded: count))
  }
}
