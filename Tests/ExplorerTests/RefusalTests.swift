import Foundation
import Glibc
import TestSupport
import Testing

/// The real program on machines that forbid labs, each in its own way: Tests/Refuse makes them.
@Suite(.serialized) struct RefusalTests {
  /// A way to forbid, and what has to be told: the step, the error, the cause and the command.
  struct Refusal: Sendable, CustomTestStringConvertible {
    var mode: String
    var step: String
    var error: String
    var cause: String
    var command: String
    var testDescription: String { mode }
  }

  static let refusals = [
    Refusal(
      mode: "docker", step: "unshare", error: "Operation not permitted", cause: "seccomp filter",
      command: "docker run --security-opt seccomp=unconfined IMAGE"),
    Refusal(
      mode: "users", step: "unshare", error: "No space left on device", cause: "no more user namespaces",
      command: "sysctl -w user.max_user_namespaces=1000"),
    Refusal(
      mode: "networks", step: "unshare", error: "No space left on device",
      cause: "no more network namespaces", command: "sysctl -w user.max_net_namespaces=1000"),
    Refusal(
      mode: "maps", step: "setgroups", error: "Permission denied", cause: "takes their rights",
      command: "docker run --security-opt seccomp=unconfined IMAGE"),
    Refusal(
      mode: "netlink", step: "netlink", error: "Operation not permitted", cause: "takes their rights",
      command: "docker run --security-opt seccomp=unconfined IMAGE"),
  ]
  /// The caller, and where that is root an unprivileged user too.
  static let users: [[String]] =
    getuid() == 0 ? [[], ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]] : [[]]
  private static let tool = BuiltProgram.root.appending(path: ".build/debug/Refuse").path

  private let folder: URL
  private var program: String { folder.appending(path: "program").path }

  /// Copies of the two programs, since a build's folder may be closed to others.
  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "refusal-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let copied = try CommandProgram.run(
      [
        "-c",
        "cp $0 $2/program && cp $1 $2/refuse && chmod 755 $2 $2/program $2/refuse && mkdir -m 1777 $2/state",
        BuiltProgram.path, Self.tool, folder.path,
      ], command: "/bin/sh")
    try #require(copied.status == 0, "\(copied.errors)")
  }

  private func run(_ words: [String], _ refusal: Refusal, as user: [String]) throws -> CommandProgram.Result {
    defer { try? FileManager.default.removeItem(at: folder) }
    return try CommandProgram.run(
      user + [folder.appending(path: "refuse").path, refusal.mode, program] + words, command: "/usr/bin/env",
      environment: ["XDG_STATE_HOME": folder.appending(path: "state").path])
  }

  /// What happened, what still works, and the one command that allows it.
  private func expectThreeParts(_ text: String, _ refusal: Refusal) {
    let lines = text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
    guard let first = lines.firstIndex(where: { $0.contains("Labs can't run here") }),
      lines.count >= first + 3
    else {
      Issue.record("no refusal in \(text)")
      return
    }
    #expect(lines[first].contains("\(refusal.step) failed (\(refusal.error))"))
    #expect(lines[first].contains(refusal.cause))
    #expect(lines[first + 1].hasPrefix("Lessons can be read, and sessions replayed and dissected"))
    #expect(lines[first + 2] == "To allow labs, an administrator runs: \(refusal.command)")
  }

  @Test(arguments: refusals, users) func aRunIsRefused(_ refusal: Refusal, _ user: [String]) throws {
    let result = try run(["run", "knock", "--plain"], refusal, as: user)
    #expect(result.status == 69 && result.output.isEmpty, "\(result.output)\(result.errors)")
    expectThreeParts(result.errors, refusal)
  }

  @Test(arguments: refusals, users) func theDoctorTells(_ refusal: Refusal, _ user: [String]) throws {
    let result = try run(["doctor"], refusal, as: user)
    #expect(result.status == 69 && result.errors.isEmpty, "\(result.output)\(result.errors)")
    expectThreeParts(result.output, refusal)
  }

  @Test(arguments: refusals) func aCheckSkipsAndSaysWhy(_ refusal: Refusal) throws {
    let result = try run(["check", "knock"], refusal, as: [])
    #expect(result.status == 69)
    #expect(result.output.contains("0 passed, 0 failed, 1 skipped"))
    expectThreeParts(result.errors, refusal)
  }

  @Test(arguments: refusals, users) func aSessionIsDissected(_ refusal: Refusal, _ user: [String]) throws {
    let session = BuiltProgram.root.appending(path: "Lessons/01-start/01-knock/session.pcapng")
    let copy = folder.appending(path: "session.pcapng")
    try FileManager.default.copyItem(at: session, to: copy)
    _ = unsafe chmod(copy.path, 0o644)
    let result = try run(["dissect", copy.path, "-Y", "tcp.flags == 0x002"], refusal, as: user)
    #expect(result.status == 0 && result.output.contains("[SYN]"), "\(result.output)\(result.errors)")
  }

  /// On the screen: a recorded session plays, and the lab runs on loopback.
  @Test(.enabled(if: TmuxTerminal.isThere), arguments: refusals, users)
  func replayAndLoopbackWork(_ refusal: Refusal, _ user: [String]) throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let session = BuiltProgram.root.appending(path: "Lessons/01-start/01-knock/session.pcapng")
    let copy = folder.appending(path: "session.pcapng")
    try FileManager.default.copyItem(at: session, to: copy)
    _ = unsafe chmod(copy.path, 0o644)
    let start = (user + ["\(folder.path)/refuse", refusal.mode, program]).joined(separator: " ")
    let environment = ["XDG_STATE_HOME": folder.appending(path: "state").path]
    let replay = try TmuxTerminal("\(start) open \(copy.path)", environment: environment)
    replay.wait(for: "REPLAY", "step 1 of 5")
    replay.press("]")
    replay.wait(for: "step 2 of 5")
    replay.press("Q")
    replay.wait(for: "ended with 0")
    let live = try TmuxTerminal("\(start) run knock", environment: environment)
    live.wait(for: "Enter answer and start", "l live on loopback")
    live.press("l")
    live.wait(for: "LOOPBACK", "no frames", "Press c to begin", "LIVE")
    live.press("c")
    live.wait(for: "connect() returned 0", "QUEUE [c1] ", "Recv-Q 1 Send-Q 1")
    live.press("Q", "y")
    live.wait(for: "ended with 0")
  }
}
