import Bytes
import Session

/// Puts records in order of time and writes them as a session to a reader that may be slow.
///
/// Each record is encoded as it comes; what waits is its block and where it stands.
struct SessionStream {
  private struct Block {
    var time: Int64
    var range: Range<Int>
  }
  private var encoder = SessionEncoder()
  /// Encoded blocks in the order of their coming.
  private var octets: [UInt8] = []
  /// Blocks in order of time; those before `next` have gone.
  private var blocks: [Block] = []
  private var next = 0
  /// What is to be written, as far as `written` it has been.
  private var ready: [UInt8] = []
  private var written = 0

  /// Whether the reader has not yet taken what was given to it.
  var isHeldUp: Bool { written < ready.count }
  /// The moment of the oldest record that waits; nil when none does.
  var oldest: Int64? { next < blocks.count ? blocks[next].time : nil }

  /// A section, an interface with nanosecond stamps for each host, and the hosts' names.
  mutating func begin(_ hosts: [LabHost]) {
    encoder.begin(os: "Linux \(Machine.kernel)", application: "backlab \(Machine.version)")
    for (number, host) in hosts.enumerated() {
      encoder.interface(
        Interface(number: number, name: host.name), macAddress: host.mac, ipv4: host.ipv4, prefix: 24)
    }
    encoder.names(
      hosts.flatMap { host in
        host.addresses.map { NameRecord(address: $0.description, name: host.name) }
      })
    encoder.take(into: &ready)
  }

  /// Takes in a record; those without a moment go with what is oldest.
  mutating func add(_ record: Record) {
    switch record {
    case .event(let event):
      encoder.event(event)
      place(event.time.nanoseconds)
    case .secrets(let lines):
      encoder.secrets(lines)
      place(0)
    case .fate(let fate): self.fate(fate)
    case .frame(let frame):
      encoder.frame(frame)
      place(frame.time?.nanoseconds ?? 0)
    default: break
    }
  }

  /// Takes in what a role wrote.
  mutating func add(_ record: RingRecord) {
    switch record {
    case .event(let event):
      encoder.event(event)
      place(event.time.nanoseconds)
    case .secrets(let lines): add(Record.secrets(lines))
    }
  }

  /// Takes in what became of a frame.
  mutating func fate(_ fate: WireFate) {
    encoder.fate(fate)
    place(fate.time.nanoseconds)
  }

  /// Takes in a frame from where its octets stand.
  mutating func frame(_ octets: RawSpan, interface: Int, time: Timestamp, packetID: UInt64) {
    encoder.frame(octets, interface: interface, time: time, packetID: packetID)
    place(time.nanoseconds)
  }

  private mutating func place(_ time: Int64) {
    let start = octets.count
    encoder.take(into: &octets)
    var at = blocks.endIndex
    while at > next, blocks[at - 1].time > time { at -= 1 }
    blocks.insert(Block(time: time, range: start..<octets.count), at: at)
  }

  /// Writes what is not younger than `moment`; false when the reader is gone.
  mutating func flush(to fd: CInt, until moment: Int64) -> Bool {
    while next < blocks.count, blocks[next].time <= moment {
      ready += octets[blocks[next].range]
      next += 1
    }
    forget()
    while written < ready.count {
      let n = Descriptor.write(fd, ready[written...])
      if n < 0 { return false }
      if n == 0 { break }
      written += n
    }
    if written == ready.count {
      ready.removeAll(keepingCapacity: true)
      written = 0
    } else if written > ready.count / 2 {
      ready.removeSubrange(..<written)
      written = 0
    }
    return true
  }

  /// Gives the room of what has gone to what comes.
  private mutating func forget() {
    if next == blocks.count {
      blocks.removeAll(keepingCapacity: true)
      octets.removeAll(keepingCapacity: true)
      next = 0
    } else if next > 4096, next > blocks.count / 2 {
      blocks.removeSubrange(..<next)
      next = 0
      var kept: [UInt8] = []
      for i in blocks.indices {
        let start = kept.count
        kept += octets[blocks[i].range]
        blocks[i].range = start..<kept.count
      }
      octets = kept
    }
  }
}
