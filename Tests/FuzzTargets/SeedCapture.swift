import Bytes
import Dissect
import Glibc
import Session

/// A capture from which seeds are cut.
final class SeedCapture {
  /// The file itself.
  let octets: [UInt8]
  /// Whether it is the first one: what needs no capture is made of it.
  var isFirst: Bool { analysis.rows.isEmpty }
  private let records: [Record]
  private let analysis: Analysis

  init(_ path: String) {
    octets = Self.read(path)
    var decoder = SessionDecoder()
    decoder.push(octets)
    var records: [Record] = []
    while let record = decoder.finish() { records.append(record) }
    self.records = records
    analysis = Analysis()
    for record in records { analysis.append(record) }
  }

  private static func read(_ path: String) -> [UInt8] {
    let file = unsafe open(path, O_RDONLY)
    defer { _ = close(file) }
    var octets: [UInt8] = []
    var room = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = unsafe room.withUnsafeMutableBytes { unsafe Glibc.read(file, $0.baseAddress, $0.count) }
      guard count > 0 else { return octets }
      octets += room[..<count]
    }
  }

  private var whole: [Frame] { records.compactMap { if case .frame(let frame) = $0 { frame } else { nil } } }

  /// The frames in a classic pcap file.
  var classic: [UInt8] {
    var out = Writer()
    out.writeLittle(UInt32(0xA1B2_3C4D))
    out.write([2, 0, 4, 0] + [UInt8](repeating: 0, count: 8))
    out.writeLittle(UInt32(262_144))
    out.writeLittle(UInt32(whole.first?.linkType ?? 1))
    for frame in whole {
      let time = frame.time?.nanoseconds ?? 0
      out.writeLittle(UInt32(truncatingIfNeeded: time / 1_000_000_000))
      out.writeLittle(UInt32(truncatingIfNeeded: time % 1_000_000_000))
      out.writeLittle(UInt32(frame.bytes.count))
      out.writeLittle(UInt32(frame.originalLength))
      out.write(frame.bytes)
    }
    return out.bytes
  }

  /// Events as they stand in the file.
  var events: [[UInt8]] {
    records.compactMap { record in
      guard case .event(let event) = record else { return nil }
      var out: [UInt8] = []
      EventCodec.encode(event, into: &out)
      return out
    }
  }

  /// Some frames at a time, each behind the octet that names its kind of link.
  var frames: [[UInt8]] {
    let kinds: [UInt16: UInt8] = [
      1: 0, 0: 1, 12: 2, 14: 3, 101: 4, 108: 5, 113: 6, 228: 7, 229: 8, 252: 9, 276: 10, 147: 11,
    ]
    return grouped(whole.compactMap { frame in kinds[frame.linkType].map { [$0] + frame.bytes } })
  }

  /// Some packets of IP at a time.
  var packets: [[UInt8]] { grouped(whole.compactMap(Self.packet)) }

  /// Packets that came in pieces, as the target "fragments" wants them.
  var pieces: [[UInt8]] {
    let parts = whole.compactMap(Self.packet).compactMap { packet -> Script.Part? in
      guard packet.count > 20, packet[0] == 0x45 else { return nil }
      let place = UInt16(packet[6]) << 8 | UInt16(packet[7])
      guard place & 0x3FFF != 0 else { return nil }
      return Script.Part(
        isServer: false, move: place & 0x2000 == 0 ? .last : .next,
        octets: [packet[5] & 3, UInt8(place >> 8 & 0x1F), UInt8(place & 255), packet[9]] + packet[20...])
    }
    return stride(from: 0, to: parts.count, by: 4).map {
      Script(Array(parts[$0..<min(parts.count, $0 + 4)])).octets
    }
  }

  private static func packet(_ frame: Frame) -> [UInt8]? {
    switch frame.linkType {
    case 1 where frame.bytes.count > 34 && (frame.bytes[12] == 8 || frame.bytes[12] == 0x86):
      Array(frame.bytes.dropFirst(14))
    case 101, 228, 229: frame.bytes
    default: nil
    }
  }

  private func grouped(_ parts: [[UInt8]]) -> [[UInt8]] {
    // Frames of one length mostly have one shape.
    var seen: Set<Int> = []
    let different = parts.filter { seen.insert($0.count).inserted }.map {
      Script.Part(isServer: false, octets: $0)
    }
    return stride(from: 0, to: different.count, by: 3).map {
      Script(Array(different[$0..<min(different.count, $0 + 3)])).octets
    }
  }

  /// Rows that hold a protocol.
  private func rows(of filter: String) -> [Int] {
    guard let filter = try? Filter(filter) else { fatalError("no filter: \(filter)") }
    return (1...max(1, analysis.rows.count)).filter {
      $0 <= analysis.rows.count && analysis.matches(filter, row: $0)
    }
  }

  private func number(_ field: String, _ row: Int) -> Int64? {
    if case .number(let number)? = analysis.values(named: field, row: row).first { number } else { nil }
  }

  private func payload(_ field: String, _ row: Int) -> [UInt8]? {
    if case .bytes(let octets)? = analysis.values(named: field, row: row).first { octets } else { nil }
  }

  /// What the sides of each connection with a protocol said, without the first octets of its first speaker, or the first
  /// segments.
  func scripts(of proto: String, from skipped: Int = 0, skipping count: Int = 0) -> [[UInt8]] {
    let streams = Set(rows(of: "tcp && \(proto)").compactMap { number("tcp.stream", $0) })
    return streams.sorted().prefix(8).map { stream in
      var parts: [Script.Part] = []
      var client: Int64?
      for row in rows(of: "tcp.stream == \(stream) && tcp.len > 0") {
        guard let octets = payload("tcp.payload", row), let port = number("tcp.srcport", row) else {
          continue
        }
        client = client ?? port
        parts.append(Script.Part(isServer: port != client, octets: octets))
      }
      if !parts.isEmpty { parts[0].octets.removeFirst(min(skipped, parts[0].octets.count)) }
      return Script(Array(parts.dropFirst(count))).octets
    }
  }

  /// Payloads of UDP with a protocol, two at a time.
  func datagrams(of proto: String) -> [[UInt8]] {
    let parts = rows(of: "udp && \(proto)").compactMap { row -> Script.Part? in
      guard let octets = payload("udp.payload", row) else { return nil }
      return Script.Part(isServer: number("udp.srcport", row) == 53, octets: octets)
    }
    return stride(from: 0, to: parts.count, by: 2).map {
      Script(Array(parts[$0..<min(parts.count, $0 + 2)])).octets
    }
  }

  /// The octets of a field in the rows that a filter takes.
  func values(of field: String, where filter: String? = nil) -> [[UInt8]] {
    rows(of: filter.map { "\(field) && \($0)" } ?? field).flatMap { row in
      analysis.values(named: field, row: row).compactMap { value in
        switch value {
        case .bytes(let octets): octets
        case .text(let text): Array(text.utf8)
        default: nil
        }
      }
    }
  }

  /// Answers about certificates.
  var answersOfOCSP: [[UInt8]] {
    rows(of: "ocsp").flatMap { row in
      let tree = analysis.tree(row)
      return tree.all(X509Field.ocsp).map { Array(tree.octets(of: $0)) }
    }
  }

  /// Names of authorities that a client's certificate may come from.
  var authorities: [[UInt8]] {
    rows(of: "tls.handshake.dname").flatMap { row in
      let tree = analysis.tree(row)
      return tree.all(TLSField.name).map { Array(tree.octets(of: $0)) }
    }
  }

  /// Bodies that are streams of events.
  var eventStreams: [[UInt8]] {
    values(of: "http.file_data", where: "http.content_type contains \"event-stream\"").map {
      Script([Script.Part(isServer: true, octets: $0)]).octets
    }
  }

  /// Packed bodies that came in one segment, behind an octet that says how.
  var packedBodies: [[UInt8]] {
    ["gzip", "deflate", "br"].enumerated().flatMap { index, coding in
      rows(of: "http.content_encoding == \"\(coding)\"").compactMap { row in
        guard let octets = payload("tcp.payload", row),
          let end = octets.indices.first(where: { octets[$0...].starts(with: [13, 10, 13, 10]) })
        else { return nil }
        return [UInt8(index)] + octets[(end + 4)...]
      }
    }
  }
}
