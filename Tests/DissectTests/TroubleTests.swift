import Foundation
import TestSupport
import Testing

@testable import Dissect

/// TCP in trouble: each value, and the info column, of random scripts against `tshark -2 -n`.
@Suite(.enabled(if: Tshark.mayJudge)) struct TroubleTests {
  @Test(arguments: 1...40) func agrees(_ seed: Int) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "trouble-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appending(path: "trouble.pcapng")
    try Data(TroubleScript(seed: UInt64(seed)).capture).write(to: file)
    let comparison = try Comparison(
      file.path, Analysis(path: file.path),
      exceptions: [.init("several remarks on a segment stand in another order", fields: ["_ws.expert.*"])])
    #expect(comparison.compared > 1000)
    #expect(comparison.differences.isEmpty, "\(comparison.report)")
  }
}
