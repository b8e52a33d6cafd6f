import Testing

@testable import Explorer

/// What a recording says on another kernel than its own.
@Suite struct KernelNoteTests {
  private func knock() throws -> Lesson {
    try LessonCatalogue.embedded(roles: LessonCatalogue.roles).lesson("knock")
  }

  @Test func tellsBothKernelsAndWhatIsClaimedOnEach() throws {
    #expect(
      try KernelNote.text(knock(), recorded: "6.18.44", own: "6.1.0-40-amd64")
        == "Recorded on Linux 6.18; you run 6.1. A run here claims then-twice-as-long, not then-each-second.")
    #expect(
      try KernelNote.text(knock(), recorded: "6.18.44", own: "6.12.1")
        == "Recorded on Linux 6.18; you run 6.12.")
    #expect(
      KernelNote.text(nil, recorded: "6.18", own: "5.4") == "Recorded on Linux 6.18; you run 5.4.")
  }

  @Test(arguments: [("6.18.44", "6.18.2-generic"), (nil, "6.1"), ("6.1", nil)] as [(String?, String?)])
  func isSilentOnTheSameKernelAndWithoutOne(recorded: String?, own: String?) throws {
    #expect(try KernelNote.text(knock(), recorded: recorded, own: own) == nil)
  }

  @Test func standsOverTheRun() {
    var run = RunState(kind: .replay, lesson: nil, title: "a capture")
    run.kernelNote = "Recorded on Linux 6.18; you run 6.1."
    #expect(RunText.banners(run, 80) == ["Recorded on Linux 6.18; you run 6.1."])
  }
}
