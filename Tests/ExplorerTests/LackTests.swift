import Foundation
import Glibc
import ProtoKit
import TestSupport
import Testing

@testable import Explorer

private let labsRun = LabSupport.probe() == .namespaces
private let hasRings = MachineTest([.ring]).lacks(of: [.ring]).isEmpty

/// The real program on machines that lack what one lesson needs: Tests/Refuse makes them, and the lessons ask for much.
@Suite(.serialized, .enabled(if: labsRun)) struct LackTests {
  private static let tool = BuiltProgram.root.appending(path: ".build/debug/Refuse").path
  private let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "lacks-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try lesson("01-plain", "host server backend\nknob server.wait epoll|io-uring")
    try lesson("02-ring", "host server backend wait=io-uring\nknob server.wait epoll|io-uring")
  }

  private func lesson(_ slug: String, _ lines: String, client: String = "load to=server:8080 requests=1")
    throws
  {
    let place = folder.appending(path: "01-test/\(slug)")
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    let page = """
      ---
      title: A test
      limit: 5s
      ---
      ```lab
      \(lines)
      host client \(client)
      ```
      ```step answered
      when tcp.flags == 0x012
      say Answered.
      ```
      """
    try page.write(to: place.appending(path: "lesson.md"), atomically: true, encoding: .utf8)
  }

  private func run(_ mode: String?, _ words: [String], own: Bool = true, environment: [String: String] = [:])
    throws
    -> CommandProgram.Result
  {
    defer { try? FileManager.default.removeItem(at: folder) }
    let program = [CommandProgram.binary] + words + (own ? ["--lessons", folder.path] : [])
    return try CommandProgram.run(
      (mode.map { [Self.tool, $0] } ?? []) + program, command: "/usr/bin/env",
      environment: environment.merging(["XDG_STATE_HOME": folder.path]) { $1 })
  }

  private static let seccomp = "needs io_uring. A seccomp filter forbids it, as in a Docker container."

  @Test(.enabled(if: hasRings)) func aCheckRunsWhatCanBeRun() throws {
    let result = try run("ring", ["check"])
    #expect(result.status == 0, "\(result.output)\(result.errors)")
    #expect(result.output.contains("passed  plain: "))
    #expect(result.output.contains("skipped ring: \(Self.seccomp)"))
    #expect(result.lines.last == "1 passed, 0 failed, 1 skipped")
  }

  @Test func aSkippedLessonFailsInCI() throws {
    let result = try run("ring", ["check"], environment: ["CI": "true"])
    #expect(result.status == 1 && result.lines.last == "1 passed, 0 failed, 1 skipped")
  }

  @Test func aCheckOfItAloneSaysWhyItWasNotRun() throws {
    let result = try run("ring", ["check", "ring"])
    #expect(result.status == 69 && result.lines.last == "0 passed, 0 failed, 1 skipped")
    let words = result.errors.split(separator: "\n")
    #expect(words.first?.hasSuffix("ring can't run here: it \(Self.seccomp)") == true)
    #expect(
      words.last?.hasSuffix(
        "To allow it, an administrator runs: docker run --security-opt seccomp=unconfined IMAGE") == true)
  }

  /// What a run needs is what its knobs say, not what the page says.
  @Test func knobsChangeWhatIsNeeded() throws {
    let result = try run("ring", ["check", "--each", "server.wait=epoll,io-uring"])
    #expect(result.status == 0, "\(result.output)\(result.errors)")
    #expect(result.output.contains("passed  ring server.wait=epoll: "))
    #expect(result.output.contains("skipped plain server.wait=io-uring: needs io_uring."))
    #expect(result.lines.last == "2 passed, 0 failed, 2 skipped")
  }

  @Test func aRunIsRefused() throws {
    let result = try run("ring", ["run", "ring", "--plain"])
    #expect(result.status == 69 && result.output.isEmpty)
    #expect(result.errors.contains("ring can't run here: it \(Self.seccomp)"))
  }

  @Test func aSettingThatIsNotThereIsNamed() throws {
    try lesson("03-setting", "host server backend\nsysctl server net.ipv4.tcp_nonesuch=1")
    let result = try run(nil, ["check", "setting"])
    #expect(result.status == 69, "\(result.output)\(result.errors)")
    #expect(result.output.contains("skipped setting: needs net.ipv4.tcp_nonesuch. This kernel (Linux "))
    #expect(result.errors.contains("To allow it, an administrator runs: boot a newer kernel"))
  }

  @Test func aValueThatIsRefusedIsNamed() throws {
    try lesson("03-setting", "host server backend\nsysctl server net.ipv4.tcp_congestion_control=nonesuch")
    let result = try run(nil, ["check", "setting"])
    #expect(result.status == 69)
    #expect(result.output.contains("skipped setting: needs net.ipv4.tcp_congestion_control=nonesuch. "))
    #expect(result.errors.contains("an administrator runs: modprobe tcp_nonesuch"))
  }

  @Test func tooManyConnectionsForTheLimitAreCounted() throws {
    try lesson(
      "03-many", "host server backend", client: "load to=server:8080 connections=5000 requests=1")
    let result = try run("files", ["check", "many"])
    #expect(result.status == 69, "\(result.output)\(result.errors)")
    #expect(
      result.output.contains("skipped many: needs 5256 open files. A process may have 4096 open at most"))
    #expect(result.errors.contains("an administrator runs: prlimit --pid $$ --nofile=5256:5256"))
  }

  @Test func theDoctorListsWhatEachLessonNeeds() throws {
    let result = try run("ring", ["doctor"], own: false)
    #expect(result.status == 0 && result.errors.isEmpty, "\(result.output)\(result.errors)")
    #expect(result.lines.contains("Needs     file-io, io-uring need io_uring."))
    #expect(
      result.lines.contains(
        "          A seccomp filter forbids it, as in a Docker container. To allow it, an administrator runs: "
          + "docker run --security-opt seccomp=unconfined IMAGE"))
  }

  @Test func theDoctorTellsWhatEveryLabNeeds() throws {
    let result = try run("settings", ["doctor"], own: false)
    #expect(result.status == 69 && result.errors.isEmpty, "\(result.output)\(result.errors)")
    #expect(result.output.contains("Every lab needs net.ipv4.ping_group_range, "))
    #expect(result.output.contains("systempaths=unconfined"))
  }

  @Test(.enabled(if: TmuxTerminal.isThere)) func theScreenTellsAndPlaysTheRecording() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let terminal = try TmuxTerminal(
      "\(Self.tool) ring \(CommandProgram.binary) run io-uring",
      environment: ["XDG_STATE_HOME": folder.path])
    terminal.wait(for: "NEEDS io_uring. A seccomp filter forbids it", "seccomp=unconfined")
    terminal.press("Tab")
    terminal.wait(for: "RECORDED RUN: the lab needs io_uring.", "KERNEL")
    terminal.press("q", "q")
    terminal.wait(for: "needs io_uring", "lessons done")
    terminal.press("Q")
    terminal.wait(for: "ended with 0")
  }
}
