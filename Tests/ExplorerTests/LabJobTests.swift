import Foundation
import Glibc
import ProtoKit
import TestSupport
import Testing

@testable import Explorer

/// Labs that run side by side, as those of `check` do.
@Suite(.serialized, .enabled(if: LabSupport.probe() == .namespaces)) struct LabJobTests {
  private func lesson(_ slug: String, clients: Int) throws -> Lesson {
    try LessonParser.parse(
      """
      ---
      title: A test
      limit: 15s
      ---
      ```lab
      host server tcp-listener port=8080
      host client tcp-connector to=server:8080 connections=\(clients) by=key
      ```
      ```step last
      when tcp.flags == 0x012 && tcp.stream == \(clients - 1)
      say All were answered.
      ```
      """, folder: "01-test/\(slug)", roles: LessonCatalogue.roles)
  }

  /// A folder with a program whose labs stay for three seconds when they have ended.
  private func lingering() throws -> (folder: URL, program: String) {
    let folder = FileManager.default.temporaryDirectory.appending(path: "beside-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let start = folder.appending(path: "start").path
    let tool = BuiltProgram.root.appending(path: ".build/debug/Refuse").path
    // Another process writes: a descriptor for writing here could be inherited by another test's child, and then the script
    // can't be run (ETXTBSY).
    let made = try CommandProgram.run(
      [
        "-c", "printf '#!/bin/sh\\nexec %s linger %s \"$@\"\\n' $0 $1 >$2 && chmod 755 $2", tool,
        BuiltProgram.path, start,
      ], command: "/bin/sh")
    try #require(made.status == 0, "\(made.errors)")
    return (folder, start)
  }

  /// What a lab leaves behind takes a busy kernel long to take down (Tests/Refuse holds it up for three seconds). Until then
  /// another lab gets its keys, which nobody presses but who runs both.
  @Test func aLabThatEndsHoldsNoOtherUp() throws {
    let (folder, start) = try lingering()
    defer { try? FileManager.default.removeItem(at: folder) }
    let short = try LabJob(try lesson("short", clients: 1), settings: [:], executable: start)
    let keys = try LabJob(try lesson("keys", clients: 60), settings: [:], executable: BuiltProgram.path)
    var stepsWhenShortWasOver: Int?
    var wasThere = false
    while !keys.isOver || !short.isGone {
      var waits = (short.descriptors + keys.descriptors).map {
        pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
      }
      let left = min(short.deadline, keys.deadline) - Descriptor.monotonic()
      _ = unsafe poll(&waits, nfds_t(waits.count), CInt(clamping: max(0, left / 1_000_000 + 1)))
      for job in [short, keys] where !job.isOver { _ = try job.turn() }
      if short.isOver, stepsWhenShortWasOver == nil {
        stepsWhenShortWasOver = keys.judge.reached.count
        wasThere = !short.isGone
      }
    }
    #expect(short.failure == nil && keys.failure == nil)
    #expect(try short.judge.result().reached.count == 1)
    #expect(wasThere, "it was waited for")
    #expect(stepsWhenShortWasOver == 0, "the other one was not running any more")
    #expect(try keys.judge.result().reached.count == 1)
  }

  /// `check --jobs 2`: while the first lab's end takes its time, the one beside it goes on and the third one begins.
  @Test func checkGoesOnWhileALabEnds() throws {
    let (folder, start) = try lingering()
    defer { try? FileManager.default.removeItem(at: folder) }
    let lessons = try [("short", 1), ("keys", 60), ("third", 1)].map { try lesson($0, clients: $1) }
    var runs: [String: CheckedRun] = [:]
    var happened: [String] = []
    func note(_ what: String, _ run: CheckedRun) {
      let isEnding = runs["short"].map { $0.isOver && !$0.isGone } ?? false
      happened.append("\(run.name) \(what)\(isEnding ? " while short ends" : "")")
    }
    try CheckedRun.all(lessons.map { ($0, [:]) }, 2) { lesson, settings, attempt in
      let run = CheckedRun(
        lesson, settings: settings, keep: nil, attempt: attempt,
        executable: lesson.slug == "short" ? start : BuiltProgram.path)
      if lesson.slug != "short" { note("begins", run) }
      runs[lesson.slug] = run
      return run
    } judge: { run in
      #expect(run.outcome().failures.isEmpty, "\(run.outcome().failures)")
      note("is judged", run)
    }
    #expect(
      happened.prefix(3) == [
        "keys begins", "short is judged while short ends", "third begins while short ends",
      ])
    #expect(happened.contains("third is judged while short ends"), "\(happened)")
    let last = Set(happened.suffix(2).map { String($0.prefix { $0 != " " }) })
    #expect(last == ["keys", "third"], "\(happened)")
    let areGone = runs.values.allSatisfy { $0.isGone }
    #expect(areGone)
  }
}
