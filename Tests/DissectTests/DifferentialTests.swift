import Foundation
import TestSupport
import Testing

@testable import Dissect

/// The proof: in every capture of the fixtures every value of every protocol that we read, and every column, is that of
/// `tshark -2 -n`, but for what `exceptions` declares.
@Suite(.enabled(if: Tshark.mayJudge)) struct DifferentialTests {
  static let exceptions: [Comparison.Exception] = []

  /// What tshark must be told: gRPC stands on a port of its own.
  static let modes = ["grpc": ["-d", "tcp.port==50051,http2"]]

  @Test(arguments: CaptureFile.names) func agrees(_ name: String) throws {
    let path = CaptureFile.url(name).path
    let comparison = try Comparison(
      path, Analysis(path: path), mode: Self.modes[name] ?? [], exceptions: Self.exceptions)
    print("\(name): \(comparison.figures)")
    #expect(comparison.compared > 10)
    #expect(comparison.differences.isEmpty, "\(name):\n\(comparison.report)")
  }
}
