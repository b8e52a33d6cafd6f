import Foundation
import ProtoKit
import TestSupport
import Testing

private let labsRun = LabSupport.probe() == .namespaces

/// Lessons of a test's own, run by the real program.
@Suite(.serialized) struct CommandRunTests {
  private let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "lessons-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  private func lesson(_ slug: String, _ blocks: String) throws {
    let place = folder.appending(path: "01-test/\(slug)")
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    let page = """
      ---
      title: A test
      limit: 5s
      ---
      ```lab
      host server tcp-listener port=8080
      host client tcp-connector to=server:8080 connections=2 by=key
      link delay=2ms
      knob client.connections 1...4
      ```
      ```step first
      when tcp.flags == 0x012
      say Answered.
      ```
      ```step third
      when tcp.stream == 2 && tcp.flags == 0x012
      if client.connections > 2
      say The third.
      ```
      \(blocks)
      """
    try page.write(to: place.appending(path: "lesson.md"), atomically: true, encoding: .utf8)
  }

  private let held = """
    ```check all
    count(tcp.flags == 0x012) == client.connections
    ```
    ```check few
    count(tcp.flags == 0x002) == 1   if client.connections == 1
    ```
    """

  private func program(_ arguments: [String]) throws -> CommandProgram.Result {
    try CommandProgram.run(arguments + ["--lessons", folder.path])
  }

  @Test(.enabled(if: labsRun)) func aRunIsToldAndItsSessionKept() throws {
    try lesson("01-held", held)
    let file = folder.appending(path: "kept.pcapng").path
    let result = try program(["run", "held", "--plain", "-w", file, "--set", "client.connections=3"])
    #expect(result.status == 0, "\(result.output)\(result.errors)")
    #expect(result.output.contains("step 2 of 2, third"))
    #expect(result.output.contains("--SYN--"))
    #expect(result.output.contains("held    all"))
    #expect(result.lines.last == "3 passed, 0 failed, 1 skipped")
    let frames = try Tshark.run(["-r", file, "-Y", "tcp.flags == 0x012", "-T", "fields", "-e", "tcp.stream"])
    #expect(frames.output == "0\n1\n2\n")
    let again = try CommandProgram.run(["dissect", file, "-Y", "tcp.flags == 0x002"])
    #expect(again.lines.count == 3)
  }

  @Test(.enabled(if: labsRun)) func aStepThatDoesNotApplyIsNotWaitedFor() throws {
    try lesson("01-held", held)
    let result = try program(["run", "held", "--plain"])
    #expect(result.status == 0, "\(result.output)\(result.errors)")
    #expect(result.output.contains("step 1 of 1, first"))
    #expect(!result.output.contains("third"))
  }

  @Test(.enabled(if: labsRun)) func theSessionGoesToStandardOutput() throws {
    try lesson("01-held", held)
    let file = folder.appending(path: "piped.pcapng").path
    let result = try CommandProgram.run(
      ["-c", "'\(CommandProgram.binary)' run held -w - --lessons '\(folder.path)' >'\(file)'"],
      command: "/bin/sh")
    #expect(result.status == 0)
    #expect(result.errors.contains("2 passed, 0 failed, 1 skipped"))
    #expect(try CommandProgram.run(["dissect", file, "-Y", "tcp.flags == 0x012"]).lines.count == 2)
  }

  @Test(.enabled(if: labsRun)) func whatFailsIsToldAndKept() throws {
    try lesson("01-held", held)
    try lesson(
      "02-wrong",
      """
      ```check too-many
      count(tcp.flags == 0x012) == 7
      ```
      ```step never
      when tcp.flags.reset == 1
      say Never.
      ```
      """)
    let run = try program(["run", "wrong"])
    #expect(run.status == 1)
    #expect(run.output.contains("FAILED  too-many: claimed count(tcp.flags == 0x012) == 7, saw 2 (rows "))
    #expect(run.output.contains("FAILED  step never: not reached: tcp.flags.reset == 1"))
    #expect(run.lines.last == "1 passed, 2 failed, 0 skipped")
    let kept = folder.appending(path: "kept").path
    let check = try program(["check", "--keep", kept, "--jobs", "2"])
    #expect(check.status == 1)
    #expect(check.output.contains("passed  held: 1 steps, 1 claims, 1 not claimed here"))
    #expect(check.output.contains("FAILED  wrong\n"))
    #expect(check.lines.last == "1 passed, 1 failed, 0 skipped")
    #expect(try CommandProgram.run(["dissect", kept + "/wrong.pcapng"]).status == 0)
  }

  @Test(.enabled(if: labsRun)) func endsAreTheKnobsEnds() throws {
    try lesson("01-held", held)
    let result = try program(["check", "--ends"])
    #expect(result.status == 0, "\(result.output)\(result.errors)")
    #expect(result.output.contains("passed  held client.connections=1"))
    #expect(result.output.contains("passed  held client.connections=4"))
    #expect(result.lines.last == "3 passed, 0 failed, 0 skipped")
  }

  @Test(arguments: [
    (["run", "held", "--set", "client.connections=9"], "is outside 1...4"),
    (["run", "held", "--set", "client.colour=red"], "It has client.connections."),
    (["run", "held", "--set", "nonsense"], "--set server.backlog=4"),
    (["run", "hedl"], "Did you mean `held`?"),
    (["check", "nobody"], "there is no such lesson"),
    (["check", "--jobs", "0"], "from 1"),
    (["run", "command"], "--allow-commands"),
    (["check"], "--allow-commands"),
  ])
  func wrongUsageIsToldBeforeAnythingRuns(arguments: [String], words: String) throws {
    try lesson("01-held", held)
    try lesson("02-command", "```lab\nhost client \"touch '\(folder.path)/ran'\"\n```")
    let result = try program(arguments)
    #expect(result.status == 64)
    #expect(result.errors.contains(words), "\(result.errors)")
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/ran"))
  }

  @Test(.enabled(if: labsRun), arguments: [["run", "knock", "--plain"], ["check", "knock"], ["doctor"]])
  func whereLabsAreForbiddenTheCodeIs69(arguments: [String]) throws {
    let words = arguments.joined(separator: " ")
    let result = try CommandProgram.run(
      [
        "--user", "--map-root-user", "/bin/sh", "-c",
        "echo 0 >/proc/sys/user/max_user_namespaces; exec '\(CommandProgram.binary)' \(words)",
      ], command: "/usr/bin/unshare")
    #expect(result.status == 69, "\(result.errors)")
    #expect((result.errors + result.output).contains("user.max_user_namespaces"))
  }

  @Test func aPageWithoutALabIsSkipped() throws {
    let place = folder.appending(path: "01-test/01-page")
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    try "---\ntitle: To read\n---\nText.\n".write(
      to: place.appending(path: "lesson.md"), atomically: true, encoding: .utf8)
    let result = try program(["check"])
    #expect(result.status == 0)
    #expect(result.lines == ["skipped page: a page to read", "0 passed, 0 failed, 1 skipped"])
    let strict = try CommandProgram.run(["check", "--lessons", folder.path], environment: ["CI": "true"])
    #expect(strict.status == 1)
  }
}
