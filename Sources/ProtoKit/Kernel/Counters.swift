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
  /// Where a counter stands in its file: the row, and the word in it. Neither changes while the kernel runs.
  private struct Place {
    var name: String
    var file: Int
    var row: Int
    var word: Int
  }
  private let files: [CInt]
  private var places: [Place] = []
  private var text: [UInt8] = []
  private var first: [Int64] = []
  private var told: [Int64] = []
  private var now: [Int64] = []

  /// Opens the files of the namespace in which the calling thread is.
  init() {
    files = ["netstat", "snmp"].map { unsafe open("/proc/thread-self/net/\($0)", O_RDONLY | O_CLOEXEC) }
    for file in files.indices {
      load(file)
      let rows = text.split(separator: 10).map { $0.split(separator: 32) }
      // Pairs of rows: names, then values.
      for row in stride(from: 1, to: rows.count, by: 2) where rows[row - 1].count == rows[row].count {
        let names = rows[row - 1].map { String(decoding: $0, as: UTF8.self) }
        // Rows of other protocols have an InCsumErrors too.
        guard names.first == "Tcp:" || names.first == "TcpExt:" else { continue }
        for (word, name) in names.enumerated() {
          guard let ours = Counters.names[name] else { continue }
          places.append(Place(name: ours, file: file, row: row, word: word))
        }
      }
    }
    now = places.map { _ in 0 }
    read()
    first = now
    told = now
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
