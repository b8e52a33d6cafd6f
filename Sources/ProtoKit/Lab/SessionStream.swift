import Bytes
import Session

/// Puts records in order of time and writes them as pcapng (draft-ietf-opsawg-pcapng) to a reader that may be slow.
struct SessionStream {
  private var waiting: [(time: Int64, record: Record)] = []
  private var bytes: [UInt8] = []

  private func number<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
    (0..<T.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> T($0 * 8)) }
  }
  private func padded(_ octets: [UInt8]) -> [UInt8] {
    octets + [UInt8](repeating: 0, count: -octets.count & 3)
  }
  private func option(_ code: UInt16, _ value: [UInt8]) -> [UInt8] {
    number(code) + number(UInt16(value.count)) + padded(value)
  }
  private mutating func block(_ type: UInt32, _ body: [UInt8]) {
    let length = number(UInt32(12 + padded(body).count))
    bytes += number(type) + length + padded(body) + length
  }

  /// A section, and an interface with nanosecond stamps for each host.
  mutating func begin(_ hosts: [String]) {
    block(0x0A0D_0D0A, number(0x1A2B_3C4D as UInt32) + number(1 as UInt32) + number(UInt64.max))
    for host in hosts {
      let options = option(2, Array(host.utf8)) + option(9, [9]) + number(0 as UInt32)
      block(1, number(1 as UInt32) + number(0 as UInt32) + options)
    }
  }

  mutating func add(_ record: Record) {
    let time: Int64 =
      switch record {
      case .frame(let f): f.time?.nanoseconds ?? 0
      case .event(let e): e.time.nanoseconds
      case .fate(let f): f.time.nanoseconds
      default: 0
      }
    var at = waiting.endIndex
    while at > 0, waiting[at - 1].time > time { at -= 1 }
    waiting.insert((time, record), at: at)
  }

  /// Writes what is older than `moment`; false when the reader is gone.
  mutating func flush(to fd: CInt, until moment: Int64) -> Bool {
    let end = waiting.firstIndex { $0.time > moment } ?? waiting.endIndex
    for one in waiting[..<end] { encode(one.record) }
    waiting.removeSubrange(..<end)
    var start = 0
    while start < bytes.count {
      let n = Descriptor.write(fd, bytes[start...])
      if n < 0 { return false }
      if n == 0 { break }
      start += n
    }
    bytes.removeSubrange(..<start)
    return true
  }

  private mutating func encode(_ record: Record) {
    switch record {
    case .frame(let f):
      let t = UInt64(bitPattern: f.time?.nanoseconds ?? 0)
      let options = option(5, number(f.packetID ?? 0)) + number(0 as UInt32)
      let head = number(UInt32(f.interface)) + number(UInt32(t >> 32)) + number(UInt32(truncatingIfNeeded: t))
      block(
        6, head + number(UInt32(f.bytes.count)) + number(UInt32(f.originalLength)) + padded(f.bytes) + options
      )
    case .fate(let f):
      let cause = Array(f.cause.utf8.prefix(255))
      block(
        0x8000_0B01,
        number(f.packetID) + number(f.time.nanoseconds) + [f.kind.rawValue, UInt8(cause.count), 0, 0] + cause)
    case .event(let e):
      var json = "{\"kind\":\(quoted(e.kind.rawValue)),\"time\":\(e.time.nanoseconds)"
      for field in e.fields {
        let value =
          switch field.value {
          case .text(let t): quoted(t)
          case .number(let n): String(n)
          case .truth(let t): String(t)
          }
        json += ",\(quoted(field.name)):\(value)"
      }
      let message = String(e.message.map { $0.isNewline ? " " : $0 })
      let text =
        "__REALTIME_TIMESTAMP=\(e.time.nanoseconds / 1000)\nMESSAGE=\(message)\nBACKLAB_EVENT=\(json)}\n\n"
      block(9, Array(text.utf8))
    default: break
    }
  }

  /// A JSON string (RFC 8259, section 7).
  private func quoted(_ text: String) -> String {
    var out = "\""
    for c in text.unicodeScalars {
      switch c {
      case "\"": out += "\\\""
      case "\\": out += "\\\\"
      case "\n": out += "\\n"
      case _ where c.value < 32:
        let digits = String(c.value, radix: 16)
        out += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: out.unicodeScalars.append(c)
      }
    }
    return out + "\""
  }
}
