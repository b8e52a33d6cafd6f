import Bytes
import CLinux
import FoundationEssentials
import Glibc
import Session

/// A lab that has been built: one loop over the wire, the roles, the explorer's commands and the readings.
final class Laboratory {
  /// For so long, in nanoseconds, records wait for others that are older.
  private static let window: Int64 = 10_000_000
  /// Nanoseconds between two writings to the reader.
  private static let writing: Int64 = 1_000_000

  let plan: LabPlan
  let hosts: [LabHost]
  let network: LabNetwork
  private var probes: [HostProbe]
  private var taskProbes: [(host: String, probe: TaskProbe)]
  var wire: Wire
  var children: [LabChild] = []
  var stream = SessionStream()
  var rhythm: Rhythm
  /// Rung by roles when the lab sleeps and their rings are no longer empty.
  let bell: CInt
  /// The explorer's numbers of commands that roles have not yet answered, by the numbers that roles know.
  var pendingIDs: [Int: Int] = [:]
  /// Settings that a role has not yet confirmed, by the number of the command.
  var pendingKnobs: [Int: Turn] = [:]
  var lastForward = 0
  var knobs: [String: String]
  var keys: LabKeys
  var isReady = false, toldDone = false
  private(set) var isEnding = false
  private var polls: [pollfd] = []
  private var lateness = Lateness()
  private var nextWriting: Int64 = 0, nextLoss: Int64 = 0

  init(_ plan: LabPlan) throws(LabError) {
    self.plan = plan
    hosts = LoopbackLab.hosts(plan)
    network = try LabNetwork(plan, hosts)
    probes = network.probes
    taskProbes = plan.probed.map { ($0, TaskProbe(host: $0)) }
    wire = Wire(sockets: network.sockets, hosts: hosts, links: plan.links)
    rhythm = Rhythm(lively: plan.loopback ? LoopbackLab.interval : 1_000_000)
    bell = clinux_bell()
    knobs = plan.knobs
    keys = LabKeys(areAutomatic: plan.pressesKeys)
    // A frame is due to the microsecond; by itself the kernel lets timers be 50 us late.
    _ = clinux_timer_slack(1000)
    // A frame that waits for a processor is late: who runs little at a time runs at once, where the kernel knows that.
    _ = clinux_short_slice(100_000)
    Descriptor.setNonBlocking(3)
    Descriptor.setNonBlocking(4)
  }

  /// Names and addresses, as roles and sessions have them.
  var map: String { hosts.map { "\($0.name)=\($0.address)" }.joined(separator: " ") }

  /// Carries frames, commands and readings until the run ends.
  func run(_ received: LineBuffer, _ first: [String]) {
    var lines = received
    let started = Descriptor.now
    stream.begin(hosts)
    tellBeginning(at: started)
    startNext()
    for line in first { command(line) }
    let limit = started.nanoseconds + Int64(plan.limit * 1e9)
    rhythm.move(at: started.nanoseconds)
    while !isEnding {
      let due = sleep(until: limit)
      let sent = takeFrames()
      var now = Descriptor.now.nanoseconds
      if isReady, let total = lateness.turn(at: now, due: min(due, sent ?? .max)) { tellLate(total) }
      wire.deliver(at: now, into: &stream)
      if polls[0].revents != 0, let bytes = Descriptor.read(3) {
        if bytes.isEmpty { return }
        rhythm.move(at: now)
        for line in lines.add(bytes) { command(line) }
      }
      readChildren(at: now)
      if rhythm.isDue(at: now) {
        for host in probes.indices {
          for part in HostProbe.Part.allCases {
            if probes[host].read(part, at: now, { stream.add(.event($0)) }) { carry() }
          }
        }
        for index in taskProbes.indices {
          let processes = children.filter { $0.plan.host == taskProbes[index].host && $0.output >= 0 }.map(
            \.pid)
          if taskProbes[index].probe.read(processes, at: now, { stream.add(.event($0)) }) { carry() }
        }
        tellLoss(at: now)
      }
      now = Descriptor.now.nanoseconds
      pressKeys(at: now)
      if now >= limit {
        let words = Seconds.words(limit - started.nanoseconds)
        note("limit", "The limit of \(words) was reached")
        end("the limit of \(words) was reached")
      }
      if now >= nextWriting || isEnding {
        nextWriting = now + Laboratory.writing
        if !stream.flush(to: 4, until: now - Laboratory.window) { return }
      }
    }
    // The reader may be slow: everything recorded is written before the lab goes.
    _ = fcntl(4, F_SETFL, fcntl(4, F_GETFL) & ~O_NONBLOCK)
    _ = stream.flush(to: 4, until: .max)
  }

  /// Sleeps until something happens or is due, or until `limit`: when it was to wake at the latest.
  private func sleep(until limit: Int64) -> Int64 {
    polls.removeAll(keepingCapacity: true)
    func add(_ fd: CInt, _ events: Int32 = POLLIN) {
      polls.append(pollfd(fd: fd, events: Int16(events), revents: 0))
    }
    add(3)
    for socket in network.sockets { add(socket) }
    for child in children {
      add(child.control)
      add(child.output)
    }
    add(bell)
    add(stream.isHeldUp ? 4 : -1, POLLOUT)
    let now = Descriptor.now.nanoseconds
    var due = min(wire.deadline ?? .max, rhythm.due(at: now), limit)
    if let moment = keyMoment { due = min(due, moment) }
    if let oldest = stream.oldest { due = min(due, max(oldest + Laboratory.window, nextWriting)) }
    // While it reads each millisecond it sees the rings too; else the roles have to wake it.
    let isCalm = rhythm.isCalm(at: now)
    if isCalm {
      for child in children where child.ring?.sleep() == false { due = now }
    }
    _ = unsafe clinux_wait(&polls, polls.count, max(0, due - now))
    if isCalm { for child in children { child.ring?.wake() } }
    return due
  }

  /// Takes the frames of the links that poll(2) found ready; the stamp of the first one.
  private func takeFrames() -> Int64? {
    var first: Int64?
    for host in network.sockets.indices where polls[1 + host].revents != 0 {
      guard let stamp = wire.take(from: host, into: &stream) else { continue }
      first = min(first ?? .max, stamp)
    }
    if wire.lastActivity > 0 { rhythm.move(at: wire.lastActivity) }
    return first
  }

  /// Takes and delivers what came while the lab did something long.
  private func carry() {
    for host in network.sockets.indices { _ = wire.take(from: host, into: &stream) }
    wire.deliver(at: Descriptor.now.nanoseconds, into: &stream)
  }

  /// Whether poll(2) found something to read at a descriptor.
  func isReadable(_ fd: CInt) -> Bool { fd >= 0 && polls.contains { $0.fd == fd && $0.revents != 0 } }

  /// Whether a role has rung, after which the bell is silent again.
  func isRung() -> Bool {
    guard isReadable(bell) else { return false }
    _ = Descriptor.read(bell, atMost: 8)
    return true
  }

  func report(_ line: LabLine) {
    if let json = try? JSONEncoder().encode(line) { _ = Descriptor.write(3, (Array(json) + [10])[...]) }
  }

  func end(_ why: String) {
    report(LabLine(report: "ended", text: why))
    isEnding = true
  }

  func note(_ what: String, _ text: String, _ more: [EventField] = []) {
    stream.add(.event(Event(.note, at: Descriptor.now, text, [EventField("what", what)] + more)))
  }

  private func tellBeginning(at started: Timestamp) {
    let knobs = plan.knobs.sorted { $0.key < $1.key }.map { "\($0)=\($1)" }.joined(separator: " ")
    stream.add(
      .event(
        Event(
          .session, at: started, "Lab \(plan.lesson)",
          [
            EventField("version", 1), EventField("lesson", plan.lesson), EventField("lab", plan.text),
            EventField("knobs", knobs), EventField("hosts", map), EventField("kernel", Machine.kernel),
            EventField("backlab", Machine.version), EventField("openssl", Machine.openSSL),
            EventField("tier", plan.loopback ? "loopback" : "namespaces"),
            EventField("started", started.nanoseconds),
          ])))
    if let lack = network.lack { note("trouble", lack) }
    if plan.loopback { note("limit", LoopbackLab.limits(plan)) }
  }

  private func tellLate(_ total: Int64) {
    note(
      "late",
      "This machine was busy: the lab waited \(Seconds.words(total)) for a processor, so times may be too long"
    )
  }

  /// Tells, twenty times a second at most, what the wire could not take.
  private func tellLoss(at now: Int64) {
    guard now >= nextLoss else { return }
    nextLoss = now + 50_000_000
    let lost = wire.lost()
    if lost > 0 {
      note(
        "trouble",
        "The wire lost \(lost) frame\(lost == 1 ? "" : "s") that came faster than this machine could take them:"
          + " not a lesson, and not shown", [EventField("lost", lost)])
    }
  }
}
