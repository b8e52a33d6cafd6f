import Bytes
import Foundation
import Glibc
import Pty
import Session
import Testing

@testable import ProtoKit

/// What a plan makes of the network: families, links of pairs, and who turned a knob.
@Suite(.serialized) struct LabNetworkTests {
  /// With IPv6 the roles speak it, the kernel's readings name its addresses, and nothing else is on the wire.
  @Test(arguments: LabTrial.User.tested) func aLabSpeaksIPv6(_ user: LabTrial.User) throws {
    let trial = LabTrial()
    var plan = LabTrial.knock(backlog: 1, connections: 2, delay: 5_000_000, pressesKeys: true)
    plan.ipv6 = true
    var said = ""
    try trial.drive(plan, as: user) { trial, record in
      guard record.queue == 2, said.isEmpty else { return }
      said = trial.on("client", ["sh", "-c", "getent ahosts server; ip -6 addr show dev eth0"])
      trial.stop()
    }
    #expect(trial.records.compactMap(\.flags) == [0x02, 0x12, 0x10, 0x02, 0x12, 0x10])
    let others = trial.records.compactMap(\.frame).filter {
      $0.bytes[12..<14] != [0x86, 0xDD] || $0.bytes[20] != 6
    }
    #expect(others.isEmpty, "\(others.map { Hex.text($0.bytes, separator: " ") })")
    let listeners = Set(trial.records.compactMap { $0.event?.text("listener") })
    #expect(listeners == ["[2001:db8::1]:8080"])
    let connected = trial.records.compactMap(\.event).filter { $0.text("what") == "connected" }
    #expect(connected.count == 2 && connected.allSatisfy { $0.text("remote") == "[2001:db8::1]:8080" })
    #expect(connected.allSatisfy { $0.text("local")?.hasPrefix("[2001:db8::2]:") == true })
    let sockets = trial.records.compactMap(\.event).filter { $0.text("subject") == "socket" }
    #expect(sockets.contains { $0.text("local") == "[2001:db8::1]:8080" && $0.text("state") == "ESTAB" })
    #expect(said.contains("2001:db8::1") && said.contains("192.0.2.1"), "\(said)")
    #expect(said.contains("inet6 2001:db8::2/64") && !said.contains("fe80"), "\(said)")
  }

  /// The wire takes a frame by hand over IPv6 as over IPv4: the SYN comes again.
  @Test func aDroppedSYNOfIPv6IsSentAgain() throws {
    let trial = LabTrial()
    var plan = LabTrial.knock(backlog: 4, connections: 1, delay: 1_000_000)
    plan.ipv6 = true
    try trial.drive(
      plan,
      told: { trial, report in
        if report == .ready { trial.send("wire drop client syn 1") }
        if case .answer(1, true, _) = report { trial.send("press") }
      }
    ) { trial, record in if record.queue == 1 { trial.stop() } }
    #expect(trial.records.count { $0.isSYN } == 2)
  }

  /// Two clients of one server, each behind a link of its own.
  @Test func aPairHasItsOwnDelay() throws {
    let trial = LabTrial()
    var plan = LabTrial.knock(backlog: 8, connections: 1, delay: 60_000_000, pressesKeys: true)
    plan.hosts.append("near")
    plan.processes.append(
      ProcessPlan(
        host: "near", role: "tcp-connector",
        parameters: ["to": "server:8080", "connections": "1", "by": "key"]))
    plan.links.append(try LinkPlan(hosts: ["near", "server"], ["delay": "5ms"]))
    var told = false
    try trial.drive(plan) { trial, record in
      if record.queue == 2, !told {
        told = true
        trial.send("set server-near.delay 7ms")
      }
      if record.event?.kind == .knob { trial.stop() }
    }
    var delays: [Int: [Int64]] = [:]
    let frames = trial.records.compactMap(\.frame)
    for case .fate(let fate) in trial.records where fate.kind == .delivered {
      guard let frame = frames.first(where: { $0.packetID == fate.packetID }), let sent = frame.time else {
        continue
      }
      let client = [frame.bytes[5], frame.bytes[11]].max() ?? 0
      delays[Int(client), default: []].append(fate.time.since(sent))
    }
    #expect(delays[2]?.count == 3 && delays[2]?.allSatisfy { $0 >= 60_000_000 } == true, "\(delays)")
    #expect(
      delays[3]?.count == 3 && delays[3]?.allSatisfy { (5_000_000..<60_000_000).contains($0) } == true,
      "\(delays)")
    let knob = trial.records.compactMap(\.event).first { $0.kind == .knob }
    #expect(knob?.text("name") == "server-near.delay" && knob?.text("value") == "7ms")
  }

  /// A knob's event says whether a step turned it or the learner, for links and for roles.
  @Test func aKnobSaysWhoTurnedIt() throws {
    let trial = LabTrial()
    try trial.drive(
      LabTrial.knock(backlog: 1),
      told: { trial, report in
        guard report == .ready else { return }
        trial.send("set link.delay 30ms", by: .step)
        trial.send("set server.backlog 3", by: .step)
        trial.send("set link.delay 40ms")
        trial.send("set server.backlog 4")
      }
    ) { trial, record in
      if trial.records.count(where: { $0.event?.kind == .knob }) == 4 { trial.stop() }
    }
    let turns = trial.records.compactMap(\.event).filter { $0.kind == .knob }.map {
      "\($0.text("name") ?? "")=\($0.text("value") ?? "") \($0.text("by") ?? "")"
    }
    #expect(
      Set(turns) == [
        "link.delay=30ms step", "server.backlog=3 step", "link.delay=40ms learner",
        "server.backlog=4 learner",
      ])
  }

  /// A lab in which nothing happens sleeps: its process wakes for its slow readings, the others not at all. What
  /// happens then is seen as soon as in a lively one.
  @Test func aQuietLabSleeps() throws {
    let trial = LabTrial()
    var (before, after): ([Int], [Int]) = ([], [])
    var pressed: Int64 = 0
    try trial.drive(
      LabTrial.knock(backlog: 1, delay: 0),
      told: { trial, report in
        guard report == .ready else { return }
        let processes = [trial.processID] + ProcessFigures.descendants(of: trial.processID)
        let figures = { processes.map { ProcessFigures.waits(of: $0) } }
        // The second after the start is lively; the two that follow are what is measured.
        _ = poll(nil, 0, 1500)
        before = figures()
        _ = poll(nil, 0, 2000)
        after = figures()
        pressed = Descriptor.now.nanoseconds
        trial.send("press")
      }
    ) { trial, record in if record.queue == 1 { trial.stop() } }
    let woke = zip(before, after).map { $1 - $0 }
    #expect(woke.count >= 4 && woke[0] >= 10 && woke[0] <= 60, "\(woke)")
    #expect(woke.dropFirst().allSatisfy { $0 == 0 }, "\(woke)")
    let ack = trial.records.first { $0.flags == 0x10 }?.frame?.time
    let reading = trial.records.first { $0.queue == 1 }?.event?.time
    let delay = try #require(reading).since(try #require(ack))
    #expect(delay < 10_000_000, "the reading came \(delay) ns after the ACK that changed the queue")
    #expect(pressed > 0)
  }
}
