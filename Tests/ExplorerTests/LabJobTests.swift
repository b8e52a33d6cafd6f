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

  /// What a lab leaves behind takes a busy kernel long to take down (Tests/Refuse holds it up for three seconds). Until then
  /// another lab gets its keys, which nobody presses but who runs both.
  @Test func aLabThatEndsHoldsNoOtherUp() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "beside-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
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
}
