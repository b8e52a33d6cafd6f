import Session

/// What a ladder needs of a TCP segment over IPv4 or IPv6 on Ethernet (RFC 791, RFC 8200, RFC 9293 section 3.1).
struct FrameFacts: Sendable {
  var source: String, destination: String
  var sequence: UInt32, acknowledgment: UInt32
  var flags: UInt8
  var length: Int
  var payload: ArraySlice<UInt8>

  /// Reads the headers; nil when the frame is no whole TCP header, or a later fragment.
  init?(_ frame: Frame) {
    let b = frame.bytes
    guard frame.linkType == 1, b.count >= 34 else { return nil }
    func u16(_ i: Int) -> Int { Int(b[i]) << 8 | Int(b[i + 1]) }
    func u32(_ i: Int) -> UInt32 { UInt32(u16(i)) << 16 | UInt32(u16(i + 2)) }
    let tcp: Int
    let end: Int
    let from: String
    let to: String
    switch u16(12) {
    case 0x0800:
      guard b[14] >> 4 == 4, b[23] == 6, u16(20) & 0x1FFF == 0 else { return nil }
      tcp = 14 + Int(b[14] & 15) * 4
      end = 14 + u16(16)
      from = b[26..<30].map { String($0) }.joined(separator: ".")
      to = b[30..<34].map { String($0) }.joined(separator: ".")
    case 0x86DD:
      guard b.count >= 74, b[20] == 6 else { return nil }
      tcp = 54
      end = 54 + u16(18)
      from =
        "[" + stride(from: 22, to: 38, by: 2).map { String(u16($0), radix: 16) }.joined(separator: ":") + "]"
      to =
        "[" + stride(from: 38, to: 54, by: 2).map { String(u16($0), radix: 16) }.joined(separator: ":") + "]"
    default: return nil
    }
    guard tcp >= 34, b.count >= tcp + 20 else { return nil }
    source = "\(from):\(u16(tcp))"
    destination = "\(to):\(u16(tcp + 2))"
    sequence = u32(tcp + 4)
    acknowledgment = u32(tcp + 8)
    flags = b[tcp + 13]
    let data = tcp + Int(b[tcp + 12] >> 4) * 4
    length = max(0, end - data)
    payload = data >= tcp + 20 && data < min(end, b.count) ? b[data..<min(end, b.count)] : []
  }

  var isSyn: Bool { flags & 0x12 == 0x02 }
  var isSynAck: Bool { flags & 0x12 == 0x12 }

  /// The arrow's words: flags as people say them, with the start of a message where it tells what it is.
  var label: String {
    var names: [String] = []
    if flags & 0x02 != 0 { names.append("SYN") }
    if flags & 0x04 != 0 { names.append("RST") }
    if flags & 0x01 != 0 { names.append("FIN") }
    if flags & 0x08 != 0 { names.append("PSH") }
    if flags & 0x10 != 0 { names.append("ACK") }
    let text = names.isEmpty ? "no flags" : names.joined(separator: ",")
    if length == 0 { return text }
    return (message ?? text) + " \(length) bytes"
  }

  /// The first line of an HTTP message (RFC 9112 section 3), or the kind of a TLS handshake record (RFC 8446 section 4).
  private var message: String? {
    let first = payload.prefix(48)
    for start in ["GET ", "POST ", "PUT ", "DELETE ", "HEAD ", "PATCH ", "OPTIONS ", "HTTP/1."]
    where first.starts(with: start.utf8) {
      let line = String(decoding: first.prefix { $0 != 13 && $0 != 10 }, as: UTF8.self)
      return line.hasPrefix("HTTP/") ? line : line.split(separator: " ").prefix(2).joined(separator: " ")
    }
    let head = Array(payload.prefix(6))
    if head.count == 6, head[0] == 22, head[1] == 3 {
      if head[5] == 1 { return "ClientHello" }
      if head[5] == 2 { return "ServerHello" }
    }
    return nil
  }
}
