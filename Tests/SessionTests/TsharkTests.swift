import Bytes
import Foundation
import TestSupport
import Testing

@testable import Session

/// Agreement with tshark, which `make test` installs.
@Suite(.enabled(if: Tshark.mayJudge)) struct TsharkTests {
  /// The frames among the rows.
  private func rows(_ bytes: [UInt8]) -> [String] {
    records(bytes).compactMap { record in
      switch record {
      case .frame(let f): "\(f.time?.description ?? "")\t\(f.originalLength)\t\(f.bytes.count)\t\(f.section)"
      default: nil
      }
    }
  }

  private func theirs(_ path: String) throws -> [String] {
    let fields = ["frame.time_epoch", "frame.len", "frame.cap_len", "frame.section_number"]
    let lines = try Tshark.lines(
      ["-n", "-r", path, "-Y", "!systemd_journal && !frame.cb_pen", "-T", "fields"]
        + fields.flatMap { ["-e", $0] })
    return lines
  }

  @Test(arguments: fixtures) func framesOfFixtures(_ name: String) throws {
    try withFolder { folder in
      let path = "\(folder)/\(name)"
      try Data(fixture(name)).write(to: URL(fileURLWithPath: path))
      let theirs = try theirs(path)
      #expect(!theirs.isEmpty)
      #expect(try rows(fixture(name)) == theirs)
    }
  }

  @Test func framesOfASession() throws {
    try withFolder { folder in
      let path = "\(folder)/run.pcapng"
      try Data(session()).write(to: URL(fileURLWithPath: path))
      #expect(try theirs(path) == rows(session()))
    }
  }

  /// A finished session: events are systemd Journal rows, drops are comments, and late secrets decrypt.
  @Test func finishedSessionInTshark() throws {
    try withFolder { folder in
      let path = "\(folder)/run.pcapng"
      try Data(session()).write(to: URL(fileURLWithPath: path))
      try SessionFinisher.finish(path: path)
      let rows = try Tshark.lines([
        "-n", "-r", path, "-T", "fields", "-e", "_ws.col.Protocol", "-e", "systemd_journal.message", "-e",
        "frame.comment",
      ])
      #expect(rows.count == 8)
      #expect(rows.first == "systemd Journal\tThe lab “knock” began\t")
      #expect(rows.last == "systemd Journal\taccept4() = 7\t")
      #expect(rows[4].hasSuffix("\tdropped by the wire (loss)"))
    }
  }

  @Test func lateSecretsDecryptOnceFinished() throws {
    try withFolder { folder in
      let source = records(try fixture("dsb_last.pcapng"))
      var encoder = SessionEncoder()
      encoder.begin(application: "Backlab")
      for interface in source.interfaces { encoder.interface(interface) }
      for frame in source.frames { encoder.frame(frame) }
      for secret in source.secrets { encoder.secrets(secret) }
      #expect(!source.secrets.isEmpty)
      let path = "\(folder)/tls.pcapng"
      try Data(encoder.take()).write(to: URL(fileURLWithPath: path))
      let query = ["-n", "-r", path, "-Y", "tls.handshake.type == 20", "-T", "fields", "-e", "frame.number"]
      #expect(try Tshark.lines(query).isEmpty)
      try SessionFinisher.finish(path: path)
      #expect(try !Tshark.lines(query).isEmpty)
    }
  }

  /// tshark is the judge of all five classic headers and of a section of each byte order.
  @Test func oddFilesAgree() throws {
    var files = [
      capture { $0.packet([UInt8](repeating: 1, count: 60)) }
        + capture(isBig: true) { $0.packet([UInt8](repeating: 2, count: 64)) }
    ]
    let magics: [(UInt32, Bool, Int)] = [
      (0xA1B2_C3D4, false, 0), (0xA1B2_3C4D, false, 0), (0xA1B2_C3D4, true, 0), (0xA1B2_3C4D, true, 0),
      (0xA1B2_CD34, false, 8),
    ]
    for (magic, isBig, extra) in magics {
      let b = Blocks(isBig: isBig)
      var bytes = b.number(magic) + b.number(2 as UInt16) + b.number(4 as UInt16) + b.number(0 as UInt64)
      bytes += b.number(65535 as UInt32) + b.number(1 as UInt32)
      for n in [60, 77] as [UInt32] {
        bytes += b.number(1000 as UInt32) + b.number(42 as UInt32) + b.number(n) + b.number(99 as UInt32)
        bytes += [UInt8](repeating: 0, count: extra) + [UInt8](repeating: UInt8(n), count: Int(n))
      }
      files.append(bytes)
    }
    var binary = Blocks()
    binary.section()
    binary.interface(binary.option(9, [0x94]) + binary.option(14, binary.number(1000 as Int64)))
    binary.packet([UInt8](repeating: 3, count: 60), ticks: 5 << 20)
    files.append(binary.bytes)
    try withFolder { folder in
      for (i, bytes) in files.enumerated() {
        let path = "\(folder)/\(i)"
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        // tshark has no section number for classic pcap; ours is 1.
        let columns = i == 0 || i == files.count - 1 ? 4 : 3
        func cut(_ rows: [String]) -> [[Substring]] {
          rows.map { Array($0.split(separator: "\t").prefix(columns)) }
        }
        let theirs = try cut(theirs(path))
        #expect(!theirs.isEmpty)
        #expect(cut(rows(bytes)) == theirs, "file \(i)")
      }
    }
  }
}
