import Bytes

/// What a hand can choose a frame by.
enum FrameKind: String, CaseIterable {
  case syn, synack, ack, data, fin, rst, any

  /// Whether an Ethernet frame is of this kind: `any` is every frame, the others are TCP over IPv4, or over IPv6
  /// without extension headers.
  func matches(_ frame: RawSpan) -> Bool {
    self == .any || (try? FrameKind.segment(Reader(frame))).map(matches) ?? false
  }

  private func matches(_ segment: (flags: UInt8, payload: Int)) -> Bool {
    switch self {
    case .any: true
    case .syn: segment.flags & 0x12 == 0x02
    case .synack: segment.flags & 0x12 == 0x12
    case .ack: segment.flags & 0x17 == 0x10 && segment.payload <= 0
    case .data: segment.payload > 0
    case .fin: segment.flags & 0x01 != 0
    case .rst: segment.flags & 0x04 != 0
    }
  }

  /// Flags and octets of data of a TCP segment (RFC 9293 section 3.1) over IPv4 (RFC 791) or IPv6 (RFC 8200).
  private static func segment(_ frame: Reader) throws(ReadError) -> (flags: UInt8, payload: Int) {
    var reader = frame
    try reader.skip(12)
    let header: Int, total: Int, next: UInt8
    switch try reader.read(UInt16.self) {
    case 0x0800:
      header = Int(try reader.peek(UInt8.self) & 15) * 4
      total = Int(try reader.peek(UInt16.self, at: 2))
      next = try reader.peek(UInt8.self, at: 9)
    case 0x86DD:
      header = 40
      total = 40 + Int(try reader.peek(UInt16.self, at: 4))
      next = try reader.peek(UInt8.self, at: 6)
    default: throw .malformed("neither IPv4 nor IPv6", at: 12)
    }
    guard next == 6 else { throw .malformed("not TCP", at: reader.position) }
    try reader.skip(header)
    let offset = Int(try reader.peek(UInt8.self, at: 12) >> 4) * 4
    return (try reader.peek(UInt8.self, at: 13), total - header - offset)
  }
}
