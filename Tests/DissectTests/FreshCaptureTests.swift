import Foundation
import TestSupport
import Testing

@testable import Dissect

/// The proof on what nobody has seen before: real servers and clients talk in a network of their own, dumpcap writes it
/// down, and every value is that of `tshark -2 -n`.
@Suite(.enabled(if: Tshark.mayJudge)) struct FreshCaptureTests {
  /// What talks, and the least number of values that it makes.
  static let scenarios = [
    ("http", 5000), ("https", 4000), ("http2", 5000), ("tls", 5000), ("grpc", 2000), ("websocket", 1500),
    ("redis", 3000), ("dns", 1500),
  ]

  /// What differs in these alone, and why.
  static let exceptions: [Comparison.Exception] = [
    .init(
      "a text of nothing, for which tshark has a protocol", captures: ["websocket"],
      fields: ["frame.protocols"]),
    .init(
      "commands in pieces: tshark reads each segment alone, and how TCP cuts them is another each time",
      captures: ["redis"],
      fields: [
        "_ws.col.*", "resp.*", "tcp.reassembled*", "tcp.segment*", "frame.protocols", "_ws.expert.*",
      ]),
  ]

  @Test(arguments: scenarios) func agrees(_ name: String, _ least: Int) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "fresh-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Programs/capture")
    let process = Process()
    process.executableURL = script
    process.arguments = [name, folder.path]
    process.standardInput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "\(name) ended with \(process.terminationStatus)")
    let path = folder.appending(path: "\(name).pcapng").path
    let comparison = try Comparison(
      path, Analysis(path: path), exceptions: DifferentialTests.exceptions + Self.exceptions)
    print("\(name), just made: \(comparison.figures)")
    #expect(comparison.compared > least)
    #expect(comparison.differences.isEmpty, "\(name):\n\(comparison.report)")
  }
}
