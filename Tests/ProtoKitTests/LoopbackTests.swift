import Glibc
import Session
import Testing

@testable import ProtoKit

/// Labs without namespaces, by root and by an unprivileged user.
@Suite(.serialized) struct LoopbackTests {
  /// The queue fills to backlog + 1 on addresses of 127.0.0.0/8, each socket told by its own host, and no frame seen.
  @Test(arguments: LabTrial.User.tested) func theQueueFillsWithoutFrames(_ user: LabTrial.User) throws {
    let trial = LabTrial()
    var plan = LabTrial.knock(backlog: 1, connections: 2, pressesKeys: true)
    plan.loopback = true
    var client = false
    try trial.drive(plan, as: user) { trial, record in
      if record.event?.text("host") == "client", record.event?.text("state") == "ESTAB" { client = true }
      if client, trial.records.compactMap(\.queue).max() == 2 { trial.stop() }
    }
    #expect(trial.records.compactMap(\.queue).max() == 2)
    #expect(trial.records.allSatisfy { $0.frame == nil })
    let events = trial.records.compactMap(\.event)
    #expect(events.first?.text("tier") == "loopback")
    #expect(events.first?.text("hosts")?.hasPrefix("server=127.") == true)
    #expect(events.contains { $0.text("what") == "limit" && $0.message.contains("no frames") })
    #expect(events.contains { $0.kind == .syscall && $0.text("name") == "listen" })
  }

  /// The wire's commands are refused with the reason; kill -9 of the lab ends its roles.
  @Test func theWireIsRefusedAndNothingOutlivesTheLab() throws {
    let trial = LabTrial()
    var plan = LabTrial.knock(backlog: 1, connections: 1)
    plan.loopback = true
    var server: [pid_t] = []
    try trial.drive(
      plan,
      told: { trial, report in
        if report == .ready { trial.send("wire pause") }
        if case .answer(_, let isDone, let text) = report {
          #expect(!isDone && text.contains("no wire"))
          server = trial.records.compactMap { record in
            record.event?.text("what") == "started" ? record.event?.number("pid").map(pid_t.init) : nil
          }
          kill(trial.processID, SIGKILL)
          trial.stop()
        }
      }
    ) { _, _ in }
    #expect(server.count >= 1)
    for process in server { try #require(isGone(process), "process \(process) outlived its lab") }
  }

  /// What would outlive the lab is refused.
  @Test func aCommandIsRefused() throws {
    let trial = LabTrial()
    var plan = LabTrial.knock(backlog: 1)
    plan.loopback = true
    plan.processes.append(ProcessPlan(host: "client", command: "sleep 100"))
    try trial.drive(plan) { _, _ in }
    #expect(
      trial.reports.contains { if case .failed(let text) = $0 { text.contains("sleep 100") } else { false } })
  }
}
