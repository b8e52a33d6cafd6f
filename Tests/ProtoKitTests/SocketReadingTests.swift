import Session
import Testing

@testable import ProtoKit

/// What a lab's probe tells of single sockets, in real namespaces.
@Suite(.serialized, .enabled(if: LabSupport.probe() == .namespaces)) struct SocketReadingTests {
  /// Each half-open connection has its own reading, with the time until its SYN,ACK is sent again; a closed one that waits for
  /// late segments has the time until it is forgotten.
  @Test(arguments: LabTrial.User.tested) func timersAreTold(_ user: LabTrial.User) throws {
    var plan = LabPlan(lesson: "trial", text: "")
    plan.hosts = ["server", "client", "flood"]
    plan.processes = [
      ProcessPlan(host: "server", role: "tcp-listener"),
      ProcessPlan(
        host: "client", role: "tcp-connector", parameters: ["to": "server:8080", "hold": "20ms"]),
      ProcessPlan(host: "flood", role: "syn-sender", parameters: ["to": "server:8080", "syns": "3"]),
    ]
    var halfOpen: [String: Event] = [:]
    var timeWait: Event?
    let trial = LabTrial()
    try trial.drive(plan, as: user) { trial, record in
      guard let event = record.event, event.kind == .kernel, event.text("subject") == "socket" else { return }
      switch (event.text("host"), event.text("state")) {
      case ("server", "SYN-RECV"):
        if event.text("remote")?.hasPrefix("203.0.113.") == true {
          halfOpen[event.text("remote") ?? ""] = event
        }
      case ("client", "TIME-WAIT"): timeWait = event
      default: break
      }
      if halfOpen.count == 3, timeWait != nil { trial.stop() }
    }
    #expect(halfOpen.count == 3)
    for (remote, event) in halfOpen {
      #expect(event.text("timer") == "retransmission", "\(remote)")
      #expect((event.number("timer_left") ?? .max) <= 1_200_000_000, "\(remote)")
    }
    #expect(timeWait?.text("timer") == "time-wait")
    let left = try #require(timeWait?.number("timer_left"))
    #expect((30_000_000_000...61_000_000_000).contains(left), "\(left)")
  }

  /// While its timer runs on as it was told nothing is told again: only when it is set anew.
  @Test func aTimerThatRunsOnIsToldOnce() throws {
    var plan = LabPlan(lesson: "trial", text: "")
    plan.hosts = ["server", "flood"]
    plan.processes = [
      ProcessPlan(host: "server", role: "tcp-listener"),
      ProcessPlan(host: "flood", role: "syn-sender", parameters: ["to": "server:8080", "syns": "1"]),
    ]
    var told: [Event] = []
    let trial = LabTrial()
    try trial.drive(plan) { trial, record in
      guard let event = record.event, event.text("state") == "SYN-RECV" else { return }
      told.append(event)
      // SYN,ACK goes again after 1 s, then after 2 s more, and each sets the timer anew.
      if (event.number("retransmits") ?? 0) >= 2 { trial.stop() }
    }
    #expect(
      told.compactMap { $0.number("retransmits") }.sorted() == told.compactMap { $0.number("retransmits") })
    // One reading for each time that it was sent, and one more each on a machine that is late to read.
    #expect((3...6).contains(told.count), "\(told.map(\.message))")
  }

  /// A SYN that got lost was sent again after a second, and answered: nothing is unanswered any more, and the sum stays.
  @Test func whatWasSentAgainStaysInTheSum() throws {
    var plan = LabPlan(lesson: "trial", text: "")
    plan.hosts = ["server", "client"]
    plan.processes = [
      ProcessPlan(host: "server", role: "tcp-listener"),
      ProcessPlan(host: "client", role: "tcp-connector", parameters: ["to": "server:8080", "hold": "5s"]),
    ]
    var link = LinkPlan()
    link.lose = try PlannedLoss.all("client.syn.1")
    plan.links = [link]
    var told: [Event] = []
    let trial = LabTrial()
    try trial.drive(plan) { trial, record in
      guard let event = record.event, event.text("subject") == "socket", event.text("host") == "client"
      else { return }
      told.append(event)
      if event.text("state") == "ESTAB" { trial.stop() }
    }
    let waiting = told.last { $0.text("state") == "SYN-SENT" }
    #expect(waiting?.number("total_retrans") == waiting?.number("retransmits"))
    let open = try #require(told.last { $0.text("state") == "ESTAB" })
    #expect(open.number("retransmits") == 0 && open.number("total_retrans") == 1, "\(open.fields)")
  }
}
