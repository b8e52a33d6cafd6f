import CLinux
import Foundation
import Glibc
import Session
import Testing

@testable import ProtoKit

/// Labs in real namespaces, by root and by an unprivileged user.
@Suite(.serialized) struct LabTests {
  /// The queue holds backlog + 1, the next SYN meets silence and is counted, and accept() lets it in at its retry.
  @Test(arguments: [0, 1, 4], LabTrial.User.tested) func theQueueHoldsOneMore(
    _ backlog: Int, _ user: LabTrial.User
  ) throws {
    let trial = LabTrial()
    var syns = 0
    var drops: Int64 = 0
    var longest: Int64 = 0
    var isAccepted = false
    try trial.drive(
      LabTrial.knock(backlog: backlog, connections: backlog + 2), as: user,
      told: { trial, report in if report == .ready { trial.send("press") } }
    ) { trial, record in
      if record.isSYN { syns += 1 }
      if let queue = record.queue, queue > longest {
        longest = queue
        trial.send("press")
      }
      if let count = record.event?.number("listen_drops"), record.event?.text("host") == "server" {
        drops = count
      }
      if drops == 1, !isAccepted {
        isAccepted = true
        trial.send("server accept 1")
      }
      if isAccepted, record.event?.text("what") == "connected",
        record.event?.message.hasPrefix("connect() returned 0") == true,
        syns > backlog + 2
      {
        trial.stop()
      }
    }
    #expect(trial.records.compactMap(\.queue).max() == Int64(backlog + 1), "\(trial.reports)")
    #expect(syns == backlog + 3, "each client's SYN, and one retry of the last")
    let accepted = trial.records.contains {
      $0.event?.text("name") == "accept4" && $0.event?.number("result") ?? -1 >= 0
    }
    #expect(accepted)
  }

  /// Three keys at once: each client knocks when the handshake before it is over, so the third one meets a full queue.
  @Test func keysAtOnceWaitForAQuietWire() throws {
    let trial = LabTrial()
    try trial.drive(
      LabTrial.knock(backlog: 1, delay: 60_000_000),
      told: { trial, report in if report == .ready { for _ in 0..<3 { trial.send("press") } } }
    ) { trial, record in
      if record.event?.text("host") == "server", (record.event?.number("listen_drops") ?? 0) > 0 {
        trial.stop()
      }
    }
    #expect(trial.records.compactMap(\.flags) == [0x02, 0x12, 0x10, 0x02, 0x12, 0x10, 0x02])
  }

  /// A reading that counts a connection comes after the delivery of the ACK that completed it.
  @Test func aReadingFollowsItsCause() throws {
    let trial = LabTrial()
    try trial.drive(LabTrial.knock(backlog: 4, connections: 3, pressesKeys: true)) { trial, record in
      if record.queue == 3 { trial.stop() }
    }
    let acks = trial.records.compactMap { $0.flags == 0x10 ? $0.frame?.packetID : nil }
    #expect(acks.count == 3)
    for (n, id) in acks.enumerated() {
      let delivered = trial.records.firstIndex {
        if case .fate(let fate) = $0 { fate.packetID == id && fate.kind == .delivered } else { false }
      }
      let counted = trial.records.firstIndex { $0.queue == Int64(n + 1) }
      #expect(try #require(delivered) < #require(counted))
    }
  }

  /// A SYN that is dropped by hand is sent again, and the wire says whose hand it was.
  @Test func aDroppedSYNIsSentAgain() throws {
    let trial = LabTrial()
    var syns: [UInt64] = []
    try trial.drive(
      LabTrial.knock(backlog: 4, connections: 1),
      told: { trial, report in
        if report == .ready { trial.send("wire drop client syn 1") }
        if case .answer(_, true, _) = report, trial.reports.count == 2 { trial.send("press") }
      }
    ) { trial, record in
      if record.isSYN, let id = record.frame?.packetID { syns.append(id) }
      if record.queue == 1 { trial.stop() }
    }
    #expect(syns.count == 2)
    let fates = trial.records.compactMap { if case .fate(let fate) = $0 { fate } else { nil } }
    #expect(fates.contains { $0.packetID == syns.first && $0.kind == .dropped && $0.cause == "hand" })
    #expect(fates.contains { $0.packetID == syns.last && $0.kind == .delivered })
  }

  /// A held wire delivers nothing but what is asked for, one frame at a time.
  @Test func aHeldWireDeliversByHand() throws {
    let trial = LabTrial()
    var isResumed = false
    try trial.drive(
      LabTrial.knock(backlog: 4, connections: 1),
      told: { trial, report in
        if report == .ready { trial.send("wire pause") }
        if case .answer(1, true, _) = report { trial.send("press") }
        if case .answer(3, true, _) = report {
          isResumed = true
          trial.send("wire resume")
        }
      }
    ) { trial, record in
      if record.isSYN { trial.send("wire next") }
      if !isResumed, let flags = record.flags, flags & 0x12 == 0x10 {
        Issue.record("the handshake ended on a held wire")
      }
      if record.queue == 1 { trial.stop() }
    }
    #expect(isResumed)
  }

  /// With the same seed the same frames are lost and doubled.
  @Test func theWireKeepsItsSeed() throws {
    func run() throws -> [WireFate.Kind] {
      let trial = LabTrial()
      var plan = LabTrial.knock(backlog: 64, connections: 8, delay: 2_000_000, pressesKeys: true)
      plan.links[0].duplicate = 0.4
      plan.links[0].seed = 7
      try trial.drive(plan) { trial, record in if record.queue == 8 { trial.stop() } }
      let kinds = trial.records.compactMap { record -> WireFate.Kind? in
        if case .fate(let fate) = record, fate.packetID <= 8, fate.kind == .duplicated {
          fate.kind
        } else {
          nil
        }
      }
      return kinds
    }
    let first = try run()
    #expect(!first.isEmpty && first.count < 8)
    #expect(try run() == first)
  }

  /// On a host of the lab, ss(8) says what the probe says, and the hosts have their names.
  @Test(arguments: LabTrial.User.tested) func aShellSeesTheSame(_ user: LabTrial.User) throws {
    let trial = LabTrial()
    var said = ""
    try trial.drive(LabTrial.knock(backlog: 1, connections: 2, pressesKeys: true), as: user) {
      trial, record in
      guard record.queue == 2 else { return }
      said = trial.on("server", ["sh", "-c", "ss -ltnH; getent hosts client"])
      trial.stop()
    }
    let words = said.split(whereSeparator: \.isWhitespace)
    #expect(words.starts(with: ["LISTEN", "2", "1", "192.0.2.1:8080"]), "\(said)")
    #expect(said.contains("192.0.2.2"))
  }

  /// Two labs at once have each their own hosts with the same addresses.
  @Test func twoLabsDoNotMeet() async throws {
    let queues = try await withThrowingTaskGroup(of: Int64?.self) { group in
      for backlog in [1, 3] {
        group.addTask {
          let trial = LabTrial()
          try trial.drive(LabTrial.knock(backlog: backlog, connections: backlog + 1, pressesKeys: true)) {
            trial, record in
            if record.queue == Int64(backlog + 1) { trial.stop() }
          }
          return trial.records.compactMap(\.queue).max()
        }
      }
      return try await group.reduce(into: Set<Int64?>()) { $0.insert($1) }
    }
    #expect(queues == [2, 4])
  }

  /// kill -9 of the lab process leaves none of its processes.
  @Test func nothingOutlivesTheLab() throws {
    let trial = LabTrial()
    var children: [pid_t] = []
    try trial.drive(LabTrial.knock(backlog: 1, connections: 1, pressesKeys: true)) { trial, record in
      guard record.queue == 1 else { return }
      children = descendants(of: trial.processID)
      kill(trial.processID, SIGKILL)
      trial.stop()
    }
    #expect(children.count >= 3, "init, the server and the client")
    for child in children { try #require(isGone(child), "process \(child) outlived its lab") }
  }

  /// What no lab can be built of is told in words.
  @Test func aHostTooManyIsNamed() throws {
    let trial = LabTrial()
    var plan = LabTrial.knock(backlog: 1)
    plan.processes[0].host = "nobody"
    try trial.drive(plan) { _, _ in }
    #expect(
      trial.reports.contains { if case .ended(let text) = $0 { text.contains("nobody") } else { false } })
  }
}

/// Children and their children, from /proc.
private func descendants(of parent: pid_t) -> [pid_t] {
  let path = "/proc/\(parent)/task/\(parent)/children"
  let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
  return text.split(separator: " ").compactMap { pid_t($0) }.flatMap { [$0] + descendants(of: $0) }
}

/// Waits, through a pidfd, until a process has ended; false after 5 s.
func isGone(_ process: pid_t) -> Bool {
  let pidfd = clinux_pidfd_open(process)
  guard pidfd >= 0 else { return true }
  defer { close(pidfd) }
  var polls = [pollfd(fd: pidfd, events: Int16(POLLIN), revents: 0)]
  return unsafe poll(&polls, 1, 5000) == 1
}
