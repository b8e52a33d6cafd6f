import ProtoKit
import Testing

/// Lesson 1 at the corners of what it promises, beside one another on a machine that they keep busy: no verdict is
/// false. `Scripts/matrix` runs every combination.
@Suite(.serialized) struct LessonMatrixTests {
  private static let corners = [
    "--each", "server.backlog=0,4", "--each", "link.delay=0ms,20ms", "--set", "client.connections=6",
  ]

  @Test(
    .enabled(if: LabSupport.probe() == .namespaces),
    arguments: [
      (["--set", "client.by=key", "--runs", "3"], 12),
      (["--set", "client.by=time", "--each", "client.every=0ms,50ms", "--runs", "2"], 16),
    ])
  func noVerdictIsFalse(pace: [String], runs: Int) throws {
    let result = try CommandProgram.run(["check", "knock", "--jobs", "8"] + Self.corners + pace)
    let verdicts = result.lines.filter { $0.hasPrefix("passed ") || $0.hasPrefix("FAILED ") }
    #expect(verdicts.count == runs, "\(result.output)\(result.errors)")
    // A machine too busy to keep time may leave a span unjudged, and nothing else.
    let reasons = result.lines.filter { $0.hasPrefix("        ") && !$0.contains("its session") }
    #expect(reasons.allSatisfy { $0.contains("not judged: ") }, "\(result.output)")
  }
}
