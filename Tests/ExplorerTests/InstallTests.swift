import Foundation
import Glibc
import TestSupport
import Testing

/// `make install` and what comes before it, as a user meets them.
struct InstallTests {
  private let folder = FileManager.default.temporaryDirectory.appending(
    path: "backlab-install-\(UUID().uuidString)")

  private func run(_ arguments: [String], path: String = "/usr/bin:/bin") throws -> CommandProgram.Result {
    try CommandProgram.run(
      ["--no-print-directory", "-C", BuiltProgram.root.path] + arguments, command: "/usr/bin/make",
      environment: ["PATH": path])
  }

  private func files() throws -> Set<String> {
    let found = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
    return Set(
      found.filter { !$0.hasSuffix("/") && FileManager.default.isFile(folder.appending(path: $0).path) })
  }

  @Test func installedProgramRunsFromAnywhereAndIsTakenAwayWhole() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let place = ["BIN=\(BuiltProgram.path)", "DESTDIR=\(folder.path)", "PREFIX=/opt/lab"]
    let installed = try run(["install-files"] + place)
    #expect(installed.status == 0, "\(installed.output)\(installed.errors)")
    let own = try files()
    #expect(
      own.isSuperset(of: [
        "opt/lab/bin/backlab", "opt/lab/share/man/man1/backlab.1", "opt/lab/share/doc/backlab/LICENSE",
        "opt/lab/share/backlab/lessons/01-start/01-knock/lesson.md",
        "opt/lab/share/backlab/lessons/01-start/01-knock/session.pcapng",
      ]))
    let program = folder.appending(path: "opt/lab/bin/backlab").path
    let script = "cd / && exec \"$@\""
    let user = geteuid() == 0 ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : []
    for words in [[program, "lessons"], user + [program, "lessons"]] {
      let lessons = try CommandProgram.run(["-c", script, "sh"] + words, command: "/bin/sh")
      #expect(lessons.status == 0, "\(lessons.errors)")
      #expect(lessons.output.contains("Who says yes to your client?"))
    }
    // Another's file in a folder of ours stays.
    let other = folder.appending(path: "opt/lab/share/backlab/lessons/mine.md")
    try Data("mine".utf8).write(to: other)
    #expect(try run(["uninstall"] + place).status == 0)
    #expect(try files() == ["opt/lab/share/backlab/lessons/mine.md"])
  }

  @Test func withoutSwiftTwoLinesSayHowToGetIt() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for tool in ["bash", "make"] {
      try FileManager.default.createSymbolicLink(
        atPath: folder.appending(path: tool).path, withDestinationPath: "/usr/bin/\(tool)")
    }
    for target in ["run", "test", "build"] {
      let end = try run([target], path: folder.path)
      #expect(end.status != 0)
      #expect(end.lines.count == 2)
      #expect(end.output.contains("Swift 6.3") && end.output.contains("swift.org/install/linux"))
    }
  }

  @Test func packagesAreNamedWithTheirPurpose() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    // A machine without packages and without apt-get: nothing is installed.
    for (name, text) in [("dpkg-query", "exit 1"), ("grep", "exit 1")] {
      let file = folder.appending(path: name)
      try Data("#!/bin/bash\n\(text)\n".utf8).write(to: file)
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file.path)
    }
    let packages = try String(contentsOf: BuiltProgram.root.appending(path: "Makefile"), encoding: .utf8)
      .split(separator: "\n").filter { $0.hasPrefix("PACKAGES :=") || $0.hasPrefix("TEST_PACKAGES :=") }
      .flatMap { $0.split(separator: " ").dropFirst(2).map(String.init) }
    try #require(packages.contains("libssl-dev") && packages.contains("tshark"))
    let end = try CommandProgram.run(
      [BuiltProgram.root.appending(path: "Scripts/packages").path] + packages, command: "/bin/bash",
      environment: ["PATH": folder.path])
    #expect(end.status == 1)
    for package in packages {
      let line = try #require(end.lines.first { $0.hasPrefix("  \(package) ") })
      #expect(line.dropFirst(package.count + 2).contains { $0.isLetter } && !line.hasSuffix(" needed"))
    }
    #expect(end.output.contains("apt-get is not here"))
  }
}

extension FileManager {
  fileprivate func isFile(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return unsafe fileExists(atPath: path, isDirectory: &isFolder) && !isFolder.boolValue
  }
}
