import Glibc
import Session

/// The TCP counters of one host's network namespace, since the lab began: of TCP, UDP and IP in /proc/net (proc(5)).
///
/// The files stay those of the namespace in which they were opened, whichever the thread is in later.
struct Counters {
  /// The counters that are told, by protocol and the kernel's name, and their names in events.
  private static let names = [
    "TcpExt:ListenOverflows": "listen_overflows", "TcpExt:ListenDrops": "listen_drops",
    "TcpExt:TCPSynRetrans": "syn_retransmits", "TcpExt:TCPTimeouts": "timeouts",
    "TcpExt:TCPLossProbes": "loss_probes", "TcpExt:TCPFastRetrans": "fast_retransmits",
    "TcpExt:TCPSackRecovery": "sack_recoveries", "TcpExt:TCPReqQFullDoCookies": "cookies_wanted",
    "TcpExt:TCPReqQFullDrop": "half_open_drops", "TcpExt:SyncookiesSent": "cookies_sent",
    "TcpExt:SyncookiesRecv": "cookies_received", "TcpExt:SyncookiesFailed": "cookies_failed",
    "TcpExt:TCPAbortOnData": "aborts_on_data", "TcpExt:TCPAbortOnClose": "aborts_on_close",
    "TcpExt:DelayedACKs": "delayed_acks",
    "TcpExt:TCPToZeroWindowAdv": "zero_windows", "TcpExt:TW": "time_waits_over",
    "TcpExt:TWRecycled": "time_waits_reused",
    "Tcp:RetransSegs": "retransmitted_segments", "Tcp:OutRsts": "resets_sent",
    "Tcp:InCsumErrors": "checksum_errors", "Udp:InDatagrams": "udp_received", "Udp:OutDatagrams": "udp_sent",
    "Udp:NoPorts": "udp_no_port", "Udp:RcvbufErrors": "udp_no_room", "Ip:ForwDatagrams": "ip_forwarded",
    "Ip:InHdrErrors": "ip_header_errors", "Ip:FragCreates": "fragments_made",
    "Ip:FragFails": "fragments_refused",
    "Ip:ReasmOKs": "packets_reassembled", "Ip:ReasmFails": "reassemblies_failed",
  ]
  /// Where a counter stands in its file: the row, and the word in it. They stay but for rows of ICMP, which come when
  /// there is something to count.
  private struct Place {
    var name: String
    var file: Int
    var row: Int
    var word: Int
  }
  private let files: [CInt]
  private var places: [Place] = []
  /// Lines of each file when the places in it were found.
  private var lines: [Int]
  private var text: [UInt8] = []
  private var first: [Int64] = []
  private var told: [Int64] = []
  private var now: [Int64] = []

  /// Opens the files of the namespace in which the calling thread is.
  init() {
    files = ["netstat", "snmp"].map { unsafe open("/proc/thread-self/net/\($0)", O_RDONLY | O_CLOEXEC) }
    lines = files.map { _ in 0 }
    for file in files.indices {
      load(file)
      places += find(file)
    }
    now = places.map { _ in 0 }
    read()
    first = now
    told = now
  }

  /// Finds the counters in the text of a file: pairs of rows, names and then values.
  private mutating func find(_ file: Int) -> [Place] {
    lines[file] = text.count { $0 == 10 }
    let rows = text.split(separator: 10).map { $0.split(separator: 32) }
    var found: [Place] = []
    for row in stride(from: 1, to: rows.count, by: 2) where rows[row - 1].count == rows[row].count {
      let names = rows[row - 1].map { String(decoding: $0, as: UTF8.self) }
      for (word, name) in names.enumerated() {
        guard let ours = Counters.names[(names.first ?? "") + name] else { continue }
        found.append(Place(name: ours, file: file, row: row, word: word))
      }
    }
    return found
  }

  /// Names and values of those that have moved since the lab began, when any differs from the last time. The two
  /// counters of listeners always stand among them.
  mutating func changed() -> [EventField]? {
    read()
    guard now != told else { return nil }
    told = now
    return places.indices.filter {
      now[$0] != first[$0] || places[$0].name == "listen_overflows" || places[$0].name == "listen_drops"
    }.map { EventField(places[$0].name, now[$0] - first[$0]) }.sorted { $0.name < $1.name }
  }

  /// Reads a file from its beginning to its end.
  private mutating func load(_ file: Int) {
    text.removeAll(keepingCapacity: true)
    guard files[file] >= 0 else { return }
    lseek(files[file], 0, SEEK_SET)
    while let part = Descriptor.read(files[file], atMost: 16384), !part.isEmpty { text += part }
  }

  private mutating func read() {
    var next = 0
    for file in files.indices where places.contains(where: { $0.file == file }) {
      load(file)
      if text.count(where: { $0 == 10 }) != lines[file], case let found = find(file),
        found.count == places.count(where: { $0.file == file })
      {
        for (i, place) in zip(places.indices.filter { places[$0].file == file }, found) { places[i] = place }
      }
      var (row, word, value) = (0, 0, Int64(0))
      for octet in text {
        switch octet {
        case 10, 32:
          if next < places.count, places[next].file == file, places[next].row == row,
            places[next].word == word
          {
            now[next] = value
            next += 1
          }
          (row, word, value) = octet == 10 ? (row + 1, 0, 0) : (row, word + 1, 0)
        case 48...57: value = value &* 10 &+ Int64(octet - 48)
        default: break
        }
      }
      while next < places.count, places[next].file == file { next += 1 }
    }
  }
}
