import Glibc
import Session

/// The TCP counters of one host's network namespace, since the lab began: TcpExt and Tcp of /proc/net (proc(5)).
///
/// The files stay those of the namespace in which they were opened, whichever the thread is in later.
struct Counters {
  /// The counters that are told, by the kernel's name, and their names in events.
  private static let names = [
    "ListenOverflows": "listen_overflows", "ListenDrops": "listen_drops", "TCPSynRetrans": "syn_retransmits",
    "TCPTimeouts": "timeouts", "TCPReqQFullDoCookies": "cookies_wanted", "TCPReqQFullDrop": "half_open_drops",
    "SyncookiesSent": "cookies_sent", "TCPAbortOnData": "aborts_on_data", "DelayedACKs": "delayed_acks",
    "RetransSegs": "retransmitted_segments", "OutRsts": "resets_sent", "InCsumErrors": "checksum_errors",
  ]
  private let files: [CInt]
  private var first: [String: Int64] = [:]
  private var told: [String: Int64] = [:]

  /// Opens the files of the namespace in which the calling thread is.
  init() {
    files = ["netstat", "snmp"].map { unsafe open("/proc/thread-self/net/\($0)", O_RDONLY | O_CLOEXEC) }
    first = read()
    told = first
  }

  /// Names and values of those that have moved since the lab began, when any differs from the last time. The two
  /// counters of listeners always stand among them.
  mutating func changed() -> [EventField]? {
    let now = read()
    guard now != told else { return nil }
    told = now
    var shown = Set(now.filter { $0.value != first[$0.key] ?? 0 }.keys)
    shown.formUnion(["listen_overflows", "listen_drops"])
    return shown.sorted().map { EventField($0, (now[$0] ?? 0) - (first[$0] ?? 0)) }
  }

  /// Reads pairs of lines: names, then values.
  private func read() -> [String: Int64] {
    var out: [String: Int64] = [:]
    for file in files where file >= 0 {
      lseek(file, 0, SEEK_SET)
      var text: [UInt8] = []
      while let part = Descriptor.read(file), !part.isEmpty { text += part }
      let lines = text.split(separator: 10)
      for (heading, row) in zip(lines, lines.dropFirst()) {
        let names = heading.split(separator: 32)
        let values = row.split(separator: 32)
        guard names.count == values.count, names.first == values.first else { continue }
        for (name, value) in zip(names.dropFirst(), values.dropFirst()) {
          guard let ours = Counters.names[String(decoding: name, as: UTF8.self)],
            let number = Int64(String(decoding: value, as: UTF8.self))
          else { continue }
          out[ours] = (out[ours] ?? 0) + number
        }
      }
    }
    return out
  }
}
