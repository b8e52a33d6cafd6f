import Bytes
import Foundation

@testable import Session

/// All records of octets pushed in pieces of `piece`.
func records(_ bytes: [UInt8], piece: Int = .max) -> [Record] {
  var decoder = SessionDecoder()
  var out: [Record] = []
  var at = 0
  while at < bytes.count {
    let end = piece < bytes.count - at ? at + piece : bytes.count
    decoder.push(Array(bytes[at..<end]))
    at = end
    while let record = decoder.next() { out.append(record) }
  }
  while let record = decoder.finish() { out.append(record) }
  return out
}

extension [Record] {
  var frames: [Frame] { compactMap { if case .frame(let frame) = $0 { frame } else { nil } } }
  var events: [Event] { compactMap { if case .event(let event) = $0 { event } else { nil } } }
  var fates: [WireFate] { compactMap { if case .fate(let fate) = $0 { fate } else { nil } } }
  var troubles: [Trouble] { compactMap { if case .trouble(let trouble) = $0 { trouble } else { nil } } }
  var interfaces: [Interface] {
    compactMap { if case .interface(let interface) = $0 { interface } else { nil } }
  }
  var secrets: [String] { compactMap { if case .secrets(let text) = $0 { text } else { nil } } }
}

/// Blocks of either byte order, also broken ones.
struct Blocks {
  var isBig = false
  var bytes: [UInt8] = []

  func number<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
    let little = (0..<T.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> T($0 * 8)) }
    return isBig ? little.reversed() : little
  }

  func padded(_ octets: [UInt8]) -> [UInt8] { octets + [UInt8](repeating: 0, count: -octets.count & 3) }

  func option(_ code: UInt16, _ value: [UInt8]) -> [UInt8] {
    number(code) + number(UInt16(value.count)) + padded(value)
  }

  mutating func block(_ type: UInt32, _ body: [UInt8], length: UInt32? = nil, trailing: UInt32? = nil) {
    let size = UInt32(12 + padded(body).count)
    bytes += number(type) + number(length ?? size) + padded(body) + number(trailing ?? length ?? size)
  }

  mutating func section(major: UInt16 = 1, minor: UInt16 = 0) {
    block(0x0A0D_0D0A, number(0x1A2B_3C4D as UInt32) + number(major) + number(minor) + number(UInt64.max))
  }

  mutating func interface(linkType: UInt16 = 1, snapLength: UInt32 = 0, _ options: [UInt8] = []) {
    block(1, number(linkType) + number(0 as UInt16) + number(snapLength) + options)
  }

  mutating func packet(
    _ octets: [UInt8], interface: UInt32 = 0, ticks: UInt64 = 5_000_000, captured: UInt32? = nil,
    original: UInt32? = nil, _ options: [UInt8] = []
  ) {
    let size = UInt32(octets.count)
    block(
      6,
      number(interface) + number(UInt32(ticks >> 32)) + number(UInt32(truncatingIfNeeded: ticks))
        + number(captured ?? size) + number(original ?? size) + padded(octets) + options)
  }
}

/// A section with one interface and whatever `add` adds.
func capture(isBig: Bool = false, _ add: (inout Blocks) -> Void) -> [UInt8] {
  var blocks = Blocks(isBig: isBig)
  blocks.section()
  blocks.interface()
  add(&blocks)
  return blocks.bytes
}

/// A session as a lab writes it, its secrets in the middle.
func session() -> [UInt8] {
  var encoder = SessionEncoder()
  encoder.begin(hardware: nil, os: "Linux", application: "Backlab 1")
  encoder.interface(
    Interface(name: "client"), macAddress: MACAddress(0x0200_0000_0001), ipv4: IPv4Address("192.0.2.2"))
  encoder.interface(Interface(number: 1, name: "server"))
  encoder.names([
    NameRecord(address: "192.0.2.1", name: "server"), NameRecord(address: "2001:db8::1", name: "server"),
  ])
  let start = Timestamp(nanoseconds: 1_700_000_000_123_456_789)
  encoder.event(Event(.session, at: start, "The lab \u{201C}knock\u{201D} began", [EventField("version", 1)]))
  for i in 0..<6 {
    let time = start.advanced(by: Int64(i) * 1_000_003)
    encoder.frame(
      Frame(
        interface: i % 2, time: time, flags: 2, packetID: UInt64(i + 1),
        bytes: [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x88, 0xB5] + [UInt8](repeating: UInt8(i), count: 40 + i))
    )
    if i == 2 { encoder.secrets("CLIENT_RANDOM 00 11\n") }
    if i == 4 { encoder.secrets("CLIENT_RANDOM 00 11\nCLIENT_RANDOM 22 33\n") }
    let kind: WireFate.Kind = i == 3 ? .dropped : i == 5 ? .duplicated : .delivered
    encoder.fate(
      WireFate(packetID: UInt64(i + 1), kind: kind, time: time.advanced(by: 500), cause: i == 3 ? "loss" : "")
    )
  }
  encoder.event(
    Event(
      .syscall, at: start.advanced(by: 9_000_000), "accept4() = 7",
      [EventField("host", "server"), EventField("result", 7), EventField("blocked", is: true)]))
  return encoder.take()
}

func fixture(_ name: String) throws -> [UInt8] {
  let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures")
  return Array(try Data(contentsOf: folder.appendingPathComponent(name)))
}

let fixtures = [
  "blocks.pcapng", "dsb_last.pcapng", "exp.pcapng", "opts.pcapng", "sections.pcapng", "tls13.pcapng",
  "verdict.pcapng",
]

/// A folder of its own for one test, taken away afterwards.
func withFolder<T>(_ body: (String) throws -> T) throws -> T {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent("session-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder.path)
}
