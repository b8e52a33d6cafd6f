import Bytes
import Dissect
import Glibc
import Session

extension FuzzTarget {
  /// The readers of files.
  static let readers = [
    FuzzTarget("pcapng", seeds: { [$0.octets] }, file),
    FuzzTarget("pcap", seeds: { [$0.classic] }, file),
    FuzzTarget("events", seeds: \.events) { octets throws(Finding) in
      guard let event = EventCodec.decode(octets) else { return }
      var again: [UInt8] = []
      EventCodec.encode(event, into: &again)
      // What is cut when it is written is not the same any more.
      if octets.count < EventCodec.largest / 8, EventCodec.decode(again) != event {
        throw Finding("an event is another when it is written and read again: \(event)")
      }
      try WholeWay.take([.event(event)], octets)
    },
  ]

  /// A file, pushed whole, in pieces, and read from a disk.
  private static func file(_ octets: [UInt8]) throws(Finding) {
    let all = records(octets, piece: octets.count)
    let size = 1 + Int(octets.last ?? 0)
    let pieces = records(octets, piece: size)
    if all.count != pieces.count {
      throw Finding("\(all.count) records of a file, \(pieces.count) in pieces of \(size)")
    }
    let analysis = Analysis()
    for record in all { analysis.append(record) }
    try WholeWay.take(analysis, octets)
    // Windows of a megabyte for a file of a few octets: not every time.
    guard size % 4 == 0 else { return }
    let stored = try ScratchFile.shared.with(octets) { path throws(Finding) in
      do throws(SessionError) { return try Analysis(path: path) } catch {
        throw Finding("the scratch file can't be opened: \(error)")
      }
    }
    guard stored.rows.count == analysis.rows.count else {
      throw Finding("\(analysis.rows.count) rows pushed, \(stored.rows.count) of a file")
    }
    for row in stride(from: 1, through: stored.rows.count, by: 1)
    where stored.summary(row) != analysis.summary(row) {
      throw Finding("row \(row) is \(analysis.summary(row)) pushed, \(stored.summary(row)) of a file")
    }
  }

  private static func records(_ octets: [UInt8], piece size: Int) -> [Record] {
    var decoder = SessionDecoder()
    var records: [Record] = []
    var at = 0
    while at < octets.count {
      decoder.push(Array(octets[at..<min(octets.count, at + size)]))
      while let record = decoder.next() { records.append(record) }
      at += size
    }
    while let record = decoder.finish() { records.append(record) }
    return records
  }
}

/// A file without a name, written anew for each input.
private final class ScratchFile: Sendable {
  static let shared = ScratchFile()
  private let number: Int32

  private init() {
    guard let path = unsafe strdup("/tmp/backlab-fuzz-XXXXXX") else { fatalError("no memory") }
    number = unsafe mkstemp(path)
    unsafe unlink(path)
    unsafe free(path)
  }

  /// Gives `body` the path of a file that holds `octets`.
  func with<R>(_ octets: [UInt8], _ body: (String) throws(Finding) -> R) throws(Finding) -> R {
    guard ftruncate(number, 0) == 0,
      unsafe octets.withUnsafeBytes({ unsafe pwrite(number, $0.baseAddress, $0.count, 0) }) == octets.count
    else { throw Finding("the scratch file can't be written: error \(errno)") }
    return try body("/proc/self/fd/\(number)")
  }
}
