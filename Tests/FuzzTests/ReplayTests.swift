import Foundation
import FuzzTargets
import Testing

/// What fuzzing found once: each input by the name of its target, `Fixtures/TARGET-WHAT`.
@Suite struct ReplayTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")
  private static var names: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).filter { !$0.hasPrefix(".") }
      .sorted()
  }

  @Test(arguments: names) func found(_ name: String) throws {
    let target = try #require(FuzzTarget.named(String(name.prefix { $0 != "-" })), "\(name) names no target")
    try target.run([UInt8](try Data(contentsOf: Self.folder.appending(path: name))))
  }
}
