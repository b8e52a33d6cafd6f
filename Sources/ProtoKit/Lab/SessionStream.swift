import Bytes
import Session

/// Puts records in order of time and writes them as a session to a reader that may be slow.
struct SessionStream {
  private var waiting: [(time: Int64, record: Record)] = []
  private var encoder = SessionEncoder()
  private var bytes: [UInt8] = []

  /// A section, an interface with nanosecond stamps for each host, and the hosts' names.
  mutating func begin(_ hosts: [LabHost]) {
    encoder.begin(os: "Linux \(Machine.kernel)", application: "backlab \(Machine.version)")
    for (number, host) in hosts.enumerated() {
      encoder.interface(
        Interface(number: number, name: host.name), macAddress: host.mac, ipv4: host.address, prefix: 24)
    }
    encoder.names(hosts.map { NameRecord(address: $0.address.description, name: $0.name) })
  }

  /// Takes in a record; those without a moment go with what is oldest.
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
    for one in waiting[..<end] {
      switch one.record {
      case .frame(let frame): encoder.frame(frame)
      case .event(let event): encoder.event(event)
      case .fate(let fate): encoder.fate(fate)
      case .secrets(let lines): encoder.secrets(lines)
      default: break
      }
    }
    waiting.removeSubrange(..<end)
    bytes += encoder.take()
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
}
