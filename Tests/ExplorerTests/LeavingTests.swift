import Dissect
import Foundation
import Glibc
import ProtoKit
import Session
import TestSupport
import Testing

@testable import Explorer

/// Labs that are left: what they recorded is written, whoever waits for what.
@Suite(.serialized, .enabled(if: LabSupport.probe() == .namespaces)) struct LeavingTests {
  private static let requests = 1500

  /// A lab that records much: each of its requests is several rows.
  private func plan() throws -> LabPlan {
    try LessonParser.parse(
      """
      ---
      title: A test
      limit: 60s
      ---
      ```lab
      host server backend port=8080
      host client load to=server:8080 connections=4 requests=\(Self.requests)
      ```
      """, folder: "01-test/much", roles: LessonCatalogue.roles
    ).plan()
  }

  private func file() throws -> SessionStock.NewFile {
    let path = FileManager.default.temporaryDirectory.appending(path: "left-\(UUID().uuidString).pcapng").path
    let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    try #require(descriptor >= 0)
    return SessionStock.NewFile(descriptor: descriptor, path: path, slug: "left-by-a-test")
  }

  private func wait(_ descriptors: [CInt]) {
    var waits = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    _ = unsafe poll(&waits, nfds_t(waits.count), 20_000)
  }

  private func isReadable(_ descriptor: CInt) -> Bool {
    var wait = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return unsafe poll(&wait, 1, 0) == 1
  }

  /// Runs until the clients have finished, while nobody reads what is recorded.
  private func runUnread(_ run: LabRun) throws {
    while true {
      wait([run.control])
      let reports = run.reports()
      try #require(!reports.isEmpty)
      for case .failed(let why) in reports { Issue.record("\(why)") }
      if reports.contains(.done) { return }
    }
  }

  private func leave(_ lab: RunningLab) {
    repeat {
      lab.turn(until: Descriptor.monotonic() + 4_000_000)
      if !lab.isGone { wait(lab.descriptors) }
    } while !lab.isGone
  }

  /// Much more was recorded than a pipe holds. Whoever left reads it piece by piece, and each piece is a reason to wait on.
  @Test func allThatWasRecordedIsWritten() throws {
    let file = try file()
    defer { unsafe unlink(file.path) }
    let run = try LabRun.start(try plan(), executable: BuiltProgram.path)
    let lab = RunningLab(run, file: file, guide: nil)
    try runUnread(run)
    #expect(lab.octets == 0)
    lab.stop()
    var pieces = 0
    for _ in 0..<20 where isReadable(lab.sessionDescriptor) {
      let before = try #require(lab.deadline)
      try #require(!lab.records().isEmpty)
      #expect(try #require(lab.deadline) > before)
      pieces += 1
    }
    #expect(pieces == 20 && !lab.isOver, "a lab that recorded more than that")
    leave(lab)
    #expect(lab.problem == nil && lab.path == file.path)
    let analysis = try KeptSession.analysis(file.path)
    #expect(analysis.troubles.isEmpty)
    #expect(try KeptSession.rows("request.number", analysis).count == Self.requests)
    #expect(try KeptSession.rows("http.response", analysis).count == Self.requests)
  }

  /// A lab that says nothing more is given up, not before everything was read that it had said.
  @Test func aSilentLabIsGivenUp() throws {
    let file = try file()
    defer { unsafe unlink(file.path) }
    let run = try LabRun.start(try plan(), executable: BuiltProgram.path)
    let lab = RunningLab(run, file: file, guide: nil, patience: 0)
    try runUnread(run)
    try #require(kill(run.processID, SIGSTOP) == 0)
    lab.stop()
    while isReadable(lab.sessionDescriptor) {
      // Its time is over, and yet it speaks.
      let before = lab.octets
      _ = lab.records()
      #expect(lab.octets > before)
    }
    let octets = lab.octets
    #expect(octets > 0)
    _ = lab.records()
    #expect(lab.isOver && lab.octets == octets)
    leave(lab)
    #expect(lab.problem?.contains("fell silent") ?? false)
    let analysis = try KeptSession.analysis(file.path)
    #expect(!analysis.rows.isEmpty && analysis.troubles.isEmpty)
  }
}

/// The same on the screen: a lab that is stopped (SIGSTOP) can't write what it still holds, and holds nobody up.
@Suite(.serialized, .enabled(if: TmuxTerminal.isThere && LabSupport.probe() == .namespaces))
struct LeavingOnScreenTests {
  private func lab() throws -> (terminal: TmuxTerminal, root: pid_t) {
    let terminal = try TmuxTerminal("\(BuiltProgram.path) run kno")
    terminal.wait(for: "Enter answer and start")
    terminal.press("Enter")
    terminal.wait(for: "Press c to begin")
    terminal.press("c")
    terminal.wait(for: "c1 waits")
    return (terminal, try root(terminal))
  }

  private func root(_ terminal: TmuxTerminal) throws -> pid_t {
    let guardian = try #require(ProcessTree.children(of: try terminal.shell()).first)
    let drawer = try #require(ProcessTree.children(of: guardian).first)
    return try #require(
      ProcessTree.children(of: drawer).first { ProcessTree.arguments(of: $0).dropFirst().first == "lab" })
  }

  @Test func anotherLabRunsWhileTheFirstIsWritten() throws {
    let (terminal, first) = try lab()
    try #require(kill(first, SIGSTOP) == 0)
    terminal.press("R")
    terminal.wait(for: "writing the session: ", "Press c to begin")
    kill(first, SIGCONT)
    terminal.wait { !$0.contains { $0.contains("writing the session") } }
    terminal.press("c")
    terminal.wait(for: "c1 waits")
    terminal.press("Q", "y")
    let end = terminal.wait(for: "ended with 0")
    #expect(end.count { $0.hasPrefix("Session kept: ") } == 2)
    #expect(ProcessTree.alive([first]).isEmpty)
  }

  @Test func keysAreAnsweredWhileTheVerdictWaits() throws {
    let (terminal, root) = try lab()
    try #require(kill(root, SIGSTOP) == 0)
    terminal.press("e")
    terminal.wait(for: "ENDING", "reading what the lab recorded: row ", "then the verdict")
    terminal.press("W")
    terminal.wait(for: "wireshark ", "ENDING", "then the verdict")
    kill(root, SIGCONT)
    terminal.wait(for: "YOU SAID")
    terminal.press("Q")
    terminal.wait(for: "ended with 0", "Session kept: ")
  }

  @Test func aSecondKeyQuitsAtOnce() throws {
    let (terminal, root) = try lab()
    try #require(kill(root, SIGSTOP) == 0)
    terminal.press("Q", "y")
    terminal.wait(for: "Quitting: writing the session: ", "q or C-c gives up")
    terminal.press("q")
    terminal.wait(for: "ended with 0", "Session kept: ")
    #expect(ProcessTree.alive([root]).isEmpty)
    let analysis = try KeptSession.analysis(KeptSession.newest(terminal.state))
    #expect(try KeptSession.rows("tcp.flags == 0x012", analysis).count == 1)
  }
}
