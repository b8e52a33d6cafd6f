import Bytes
import Foundation
import Glibc
import Session
import TestSupport
import Testing

@testable import ProtoKit

/// Readings of real threads.
@Suite struct TaskProbeTests {
  /// Reads the processes below one until `isDone`; fails after ten seconds.
  private func read(_ roots: [pid_t], until isDone: ([Event]) -> Bool) -> [Event] {
    var probe = TaskProbe(host: "here")
    var events: [Event] = []
    let limit = Descriptor.now.nanoseconds + 10_000_000_000
    while !isDone(events), Descriptor.now.nanoseconds < limit {
      if !probe.read(roots, at: Descriptor.now.nanoseconds, { events.append($0) }) { usleep(1000) }
    }
    #expect(isDone(events), "\(events.map(\.message))")
    return events
  }

  private func start(_ program: String, _ arguments: [String], input: Pipe? = nil) throws -> Process {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [program] + arguments
    process.standardInput = input ?? Pipe()
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    return process
  }

  @Test func aProcessThatReadsAPipeWaitsInRead() throws {
    let pipe = Pipe()
    let process = try start("cat", [], input: pipe)
    let events = read([process.processIdentifier]) { events in
      events.contains { $0.text("process") == "cat" && $0.text("call") == "read" }
    }
    let reading = try #require(events.last { $0.text("call") == "read" })
    #expect(reading.number("fd") == 0)
    #expect(reading.text("state") == "sleeping")
    #expect(reading.number("pid") == reading.number("tid"))
    // It ends, and that is told once.
    try pipe.fileHandleForWriting.close()
    process.waitUntilExit()
  }

  @Test func childrenAreFoundAndTheirEndIsTold() throws {
    let pipe = Pipe()
    let process = try start("sh", ["-c", "sleep 1000 & cat; kill -9 $!; wait"], input: pipe)
    var hasClosed = false
    let events = read([process.processIdentifier]) { events in
      let names = Set(events.compactMap { $0.text("process") })
      if names.isSuperset(of: ["sh", "cat", "sleep"]), !hasClosed {
        hasClosed = true
        try? pipe.fileHandleForWriting.close()
      }
      return events.contains { $0.text("process") == "sleep" && $0.text("state") == "exited" }
    }
    #expect(
      events.contains { $0.text("process") == "sleep" && $0.text("call")?.hasSuffix("nanosleep") == true })
    process.waitUntilExit()
  }

  @Test func aBusyThreadUsesTheProcessor() throws {
    let process = try start("sh", ["-c", "exec 2>/dev/null; while :; do :; done"])
    defer { kill(process.processIdentifier, SIGKILL) }
    let events = read([process.processIdentifier]) { events in
      let used = events.filter { $0.text("process") == "sh" }.compactMap { $0.number("cpu") }
      return (used.last ?? 0) - (used.first ?? 0) > 100_000_000
    }
    #expect(events.contains { $0.text("state") == "running" && $0.text("call") == nil })
  }

  @Test func anInterestListIsReadInItsOrder() throws {
    let words = """
      import os, select, sys
      e = select.epoll()
      ends = [os.pipe() for _ in range(3)]
      e.register(ends[0][0], select.EPOLLIN)
      e.register(ends[1][0], select.EPOLLIN | select.EPOLLET)
      e.register(ends[2][1], select.EPOLLONESHOT)
      e.poll()
      """
    let process = try start("python3", ["-c", words])
    defer { kill(process.processIdentifier, SIGKILL) }
    let events = read([process.processIdentifier]) { $0.contains { $0.text("subject") == "epoll" } }
    let list = try #require(events.last { $0.text("subject") == "epoll" })
    #expect(list.number("interest") == 3)
    let events3 = (list.text("list") ?? "").split(separator: " ").map { $0.split(separator: ":").last ?? "" }
    #expect(events3 == ["IN", "IN|ET", "ONESHOT"])
    // The kernel always adds errors and hang-ups, which nobody asked for.
    #expect(list["is_cut"] == .truth(false))
  }
}
