import Bytes
import Foundation
import Session
import TestSupport
import Testing

/// Rows that several processes print are those that one prints alone.
@Suite struct CrewTests {
  private static let connections = 1300

  /// Connections that come one after the other, each with a request: more than five thousand rows.
  private static func capture() throws -> URL {
    var encoder = SessionEncoder()
    encoder.begin(application: "test")
    encoder.interface(Interface(number: 0, linkType: 1))
    var time: Int64 = 1_700_000_000_000_000_000
    for number in 0..<connections {
      let (client, server) = ((UInt8(1), UInt16(20_000 + number)), (UInt8(2), UInt16(80)))
      let request = Array("GET /\(number) HTTP/1.1\r\nHost: example\r\n\r\n".utf8)
      let frames = [
        FrameBuilder.tcp(from: client, to: server, .syn, seq: 99),
        FrameBuilder.tcp(from: server, to: client, [.syn, .ack], seq: 999, ack: 100),
        FrameBuilder.tcp(from: client, to: server, .ack, seq: 100, ack: 1000),
        FrameBuilder.tcp(from: client, to: server, [.psh, .ack], seq: 100, ack: 1000, payload: request),
      ]
      for frame in frames {
        time += 1_000_003
        encoder.frame(
          Frame(
            interface: 0, section: 1, time: Timestamp(nanoseconds: time), linkType: 1,
            originalLength: frame.count, bytes: frame))
      }
    }
    let url = FileManager.default.temporaryDirectory.appending(path: "backlab-crew-\(UUID()).pcapng")
    try Data(encoder.take()).write(to: url)
    return url
  }

  @Test(arguments: [
    [], ["-V"], ["-T", "json"], ["-T", "ek"], ["-T", "pdml"], ["-c", "4999"],
    ["-T", "json", "-Y", "http.request"], ["-T", "json", "-Y", "frame.number > 4500"],
    ["-T", "json", "-Y", "udp"], ["-V", "-Y", "frame.number in {1, 2000, 5000}"],
    [
      "-T", "fields", "-e", "frame.number", "-e", "frame.time_delta_displayed", "-Y", "http", "-E",
      "header=y",
    ],
  ]) func severalPrintWhatOneDoes(_ options: [String]) throws {
    let url = try Self.capture()
    defer { try? FileManager.default.removeItem(at: url) }
    let several = try CommandProgram.run(["dissect", url.path] + options)
    let one = try CommandProgram.run(
      ["-c", "0", CommandProgram.binary, "dissect", url.path] + options, command: "/usr/bin/taskset")
    #expect(one.status == 0 && several.status == 0)
    #expect(one.errors.isEmpty && several.errors.isEmpty)
    #expect(several.output == one.output)
    #expect(options.contains("udp") || one.lines.count >= 3)
  }

  @Test func aReaderThatStopsEndsThemAll() throws {
    let url = try Self.capture()
    defer { try? FileManager.default.removeItem(at: url) }
    // The words are read to the end of the last process that could say some.
    let result = try CommandProgram.run(
      [
        "-c",
        "words=$('\(CommandProgram.binary)' dissect -V '\(url.path)' 2>&1 > >(head -n 1 >/dev/null)); echo \"$? $words\"",
      ], command: "/bin/bash")
    #expect(["141 \n", "1 \n"].contains(result.output))
  }
}
