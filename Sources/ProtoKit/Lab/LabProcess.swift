import Bytes
import CLinux
import FoundationEssentials
import Glibc
import Session

/// The process that builds a lab, carries its frames and records it.
public enum LabProcess {
  /// Runs the lab whose plan comes as the first line of descriptor 3; the session goes to descriptor 4.
  /// Must be called before the program has a second thread: namespaces are made for one thread only.
  public static func run(arguments: [String]) -> CInt {
    signal(SIGPIPE, SIG_IGN)
    var lines = LineBuffer()
    while let bytes = Descriptor.read(3), !bytes.isEmpty {
      let found = lines.add(bytes)
      guard let first = found.first else { continue }
      guard let plan = try? JSONDecoder().decode(LabPlan.self, from: Data(first.utf8)) else {
        return fail("the plan of the lab is not understood")
      }
      do {
        let lab = try Laboratory(plan)
        lab.run(lines, Array(found.dropFirst()))
        return 0
      } catch { return fail(error.description) }
    }
    return 1
  }

  private static func fail(_ text: String) -> CInt {
    if let json = try? JSONEncoder().encode(LabLine(report: "failed", text: text)) {
      _ = Descriptor.write(3, (Array(json) + [10])[...])
    }
    return 1
  }
}

/// A lab that has been built.
final class Laboratory {
  private struct Child {
    var plan: ProcessPlan
    var pid: pid_t
    var control: CInt
    var output: CInt
    var ring: EventRing.Consumer?
    var lines = LineBuffer()
    var printed = LineBuffer()
    var isDone = false
  }
  private let plan: LabPlan
  private let hosts: [LabHost]
  private var namespaces: [CInt] = []
  private var probes: [HostProbe] = []
  private var wire: Wire
  private var sockets: [CInt] = []
  private var children: [Child] = []
  private var stream = SessionStream()
  private var pendingIDs: [Int: Int] = [:]
  private var lastForward = 0
  /// What the lab has to do without, in words.
  private var lack: String?
  /// Settings that a role has not yet confirmed, by the number of the command.
  private var pendingKnobs: [Int: (name: String, value: String)] = [:]
  private var knobs: [String: String]
  private var pressesKeys: Bool
  /// The learner's keys that wait for a quiet wire, and when each was pressed.
  private var presses: [(id: Int, at: Int64)] = []
  private var isReady = false, toldDone = false, isEnding = false

  init(_ plan: LabPlan) throws(LabError) {
    self.plan = plan
    hosts = LoopbackLab.hosts(plan)
    knobs = plan.knobs
    pressesKeys = plan.pressesKeys
    wire = Wire(sockets: [], hosts: plan.hosts, link: plan.links.first ?? LinkPlan())
    func must(_ result: CInt, _ what: String) throws(LabError) {
      if result < 0 {
        throw LabError("\(what): \(Descriptor.errorText()); `backlab doctor` tells what labs need")
      }
    }
    if plan.loopback {
      if let refusal = LoopbackLab.refusal(plan) { throw LabError(refusal) }
      for host in hosts {
        let diagnosis = clinux_diag_socket(-1)
        try must(diagnosis, "the sockets of \(host.name) can't be read")
        namespaces.append(-1)
        probes.append(HostProbe(host: host.name, diagnosis: diagnosis, only: host.address))
      }
      Descriptor.setNonBlocking(3)
      Descriptor.setNonBlocking(4)
      return
    }
    var step: CInt = 0
    try must(unsafe clinux_lab_enter(&step), "the namespaces can't be made (step \(step))")
    lack = SharedFolder.make(hosts)
    guard let (reading, _) = Descriptor.pipe() else { throw LabError("no pipe: \(Descriptor.errorText())") }
    try must(clinux_init(reading), "the first process of the lab can't be started")
    let hub = clinux_own_netns()
    _ = Descriptor.put("/proc/sys/net/ipv4/tcp_child_ehash_entries", "1024")
    _ = Descriptor.put("/proc/sys/net/ipv6/conf/default/disable_ipv6", "1")
    for (i, host) in plan.hosts.enumerated() {
      let space = clinux_netns()
      try must(space, "host \(host) can't be made")
      try must(dup2(space, LabShell.firstDescriptor + CInt(i)), "host \(host) can't be kept")
      namespaces.append(space)
      try must(unsafe clinux_veth("h\(i)", space), "the link of \(host) can't be made")
      try must(clinux_setns(space), "host \(host) can't be entered")
      if !plan.ipv6 {
        for part in ["all", "default", "eth0"] {
          _ = Descriptor.put("/proc/sys/net/ipv6/conf/\(part)/disable_ipv6", "1")
        }
      }
      // The counters count from here, in this host's namespace.
      probes.append(HostProbe(host: host, diagnosis: clinux_diag_socket(space)))
      try must(unsafe clinux_no_checksum_offload("eth0"), "checksum offload of \(host)")
      try must(unsafe clinux_link_up("lo", nil), "the loopback of \(host)")
      try must(unsafe clinux_address("eth0", 0xC000_0201 + UInt32(i), 24), "the address of \(host)")
      try must(unsafe clinux_link_up("eth0", Laboratory.mac(i)), "the link of \(host)")
      for other in plan.hosts.indices where other != i && !plan.arp {
        try must(
          unsafe clinux_neighbour("eth0", 0xC000_0201 + UInt32(other), Laboratory.mac(other)),
          "a neighbour of \(host)")
      }
      let standard = [
        ("net.ipv4.ip_unprivileged_port_start", "0"), ("net.ipv4.tcp_max_syn_backlog", "2048"),
        ("net.ipv4.tcp_max_tw_buckets", "131072"), ("net.ipv4.tcp_congestion_control", "reno"),
      ]
      for (key, value) in standard + plan.sysctls.filter({ $0.host == host }).map({ ($0.key, $0.value) }) {
        let path = "/proc/sys/" + String(key.map { $0 == "." ? "/" : $0 })
        if !Descriptor.put(path, value) {
          throw LabError("\(host): \(key)=\(value): \(Descriptor.errorText())")
        }
      }
      try must(clinux_setns(hub), "the hub can't be entered")
      try must(unsafe clinux_link_up("h\(i)", nil), "the hub's link of \(host)")
      let socket = unsafe clinux_packet_socket("h\(i)")
      try must(socket, "the wire of \(host)")
      sockets.append(socket)
    }
    for (i, host) in plan.hosts.enumerated() {
      try must(unsafe clinux_wait_up("h\(i)"), "the hub's link of \(host) stays down")
      try must(clinux_setns(namespaces[i]), "host \(host) can't be entered")
      try must(unsafe clinux_wait_up("eth0"), "the link of \(host) stays down")
      try must(clinux_setns(hub), "the hub can't be entered")
    }
    wire = Wire(sockets: sockets, hosts: plan.hosts, link: plan.links.first ?? LinkPlan())
    Descriptor.setNonBlocking(3)
    Descriptor.setNonBlocking(4)
  }

  private static func mac(_ host: Int) -> [UInt8] { [2, 0, 0, 0, 0, UInt8(truncatingIfNeeded: host + 1)] }
  private var map: String {
    hosts.map { "\($0.name)=\($0.address)" }.joined(separator: " ")
  }

  /// Carries frames, commands and readings until the run ends.
  func run(_ received: LineBuffer, _ first: [String]) {
    var lines = received
    let started = Descriptor.now
    stream.begin(hosts)
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
    if let lack { note("trouble", lack) }
    if plan.loopback { note("limit", LoopbackLab.limits(plan)) }
    let interval = plan.loopback ? LoopbackLab.interval : 1_000_000
    startNext()
    for line in first { command(line) }
    let limit = started.nanoseconds + Int64(plan.limit * 1e9)
    var sampled: Int64 = 0, pressed: Int64 = 0
    var lateness = Lateness(interval: interval)
    while !isEnding {
      var polls = [pollfd(fd: 3, events: Int16(POLLIN), revents: 0)]
      polls += sockets.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
      for child in children {
        polls.append(pollfd(fd: child.control, events: Int16(POLLIN), revents: 0))
        polls.append(pollfd(fd: child.output, events: Int16(POLLIN), revents: 0))
      }
      let now = Descriptor.now.nanoseconds
      let due = min(wire.deadline ?? .max, sampled + interval, limit)
      _ = unsafe poll(&polls, nfds_t(polls.count), CInt(max(0, (due - now + 999_999) / 1_000_000)))
      for host in sockets.indices where polls[1 + host].revents != 0 {
        wire.take(from: host) { stream.add($0) }
      }
      let after = Descriptor.now.nanoseconds
      if isReady, let total = lateness.turn(at: after) {
        note(
          "late",
          "This machine was busy: the lab waited \(Seconds.words(total)) for a processor, so times may be too long"
        )
      }
      wire.deliver(at: after) { stream.add($0) }
      if polls[0].revents != 0, let bytes = Descriptor.read(3) {
        if bytes.isEmpty { return }
        for line in lines.add(bytes) { command(line) }
      }
      readChildren()
      if after - sampled >= interval {
        sampled = after
        for host in probes.indices { probes[host].read(at: after) { stream.add(.event($0)) } }
      }
      // A key says "the next one": it starts when what the one before caused has arrived, or what it shows would be
      // another lesson. A held wire and one that is never quiet don't keep it.
      if let press = presses.first,
        wire.isPaused || after - press.at > Self.patience
          || (wire.isEmpty && pendingIDs.isEmpty && after - max(wire.lastActivity, pressed) > Self.pause)
      {
        presses.removeFirst()
        pressed = after
        forward("press", to: self.pressed, id: press.id)
      }
      let quiet = max(Self.pause, 4 * wire.link.delay)
      if pressesKeys, isReady, !toldDone, wire.isEmpty, after - max(wire.lastActivity, pressed) > quiet {
        pressed = after
        forward("press", to: self.pressed, id: nil)
      }
      if after >= limit {
        note("limit", "The limit of \(Seconds.words(limit - started.nanoseconds)) was reached")
        end("the limit of \(Seconds.words(limit - started.nanoseconds)) was reached")
      }
      if !stream.flush(to: 4, until: after - 10_000_000) { return }
    }
    // The reader may be slow: everything recorded is written before the lab goes.
    fcntlBlocking()
    _ = stream.flush(to: 4, until: .max)
  }

  private func fcntlBlocking() { _ = fcntl(4, F_SETFL, fcntl(4, F_GETFL) & ~O_NONBLOCK) }

  private func report(_ line: LabLine) {
    if let json = try? JSONEncoder().encode(line) { _ = Descriptor.write(3, (Array(json) + [10])[...]) }
  }

  private func end(_ why: String) {
    report(LabLine(report: "ended", text: why))
    isEnding = true
  }

  private func startNext() {
    guard children.count < plan.processes.count else {
      isReady = true
      return report(LabLine(report: "ready"))
    }
    let process = plan.processes[children.count]
    guard let host = plan.hosts.firstIndex(of: process.host), let (output, printing) = Descriptor.pipe(),
      let (ours, theirs) = Descriptor.pair()
    else { return end("no host \(process.host), or no descriptors left") }
    let json = (try? JSONEncoder().encode(process)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    let arguments = process.command.map { ["/bin/sh", "-c", $0] } ?? ["/proc/self/exe", "role", json, map]
    let isRole = process.role != nil
    let ring = isRole ? EventRing.make() : -1
    let pid = unsafe Descriptor.withArguments(arguments) {
      unsafe clinux_spawn(namespaces[host], $0, isRole ? theirs : -1, ring, printing)
    }
    let consumer = ring >= 0 ? EventRing.Consumer(fd: ring) : nil
    if ring >= 0 { close(ring) }
    close(theirs)
    close(printing)
    if !isRole { close(ours) }
    for fd in isRole ? [ours, output] : [output] { Descriptor.setNonBlocking(fd) }
    children.append(
      Child(plan: process, pid: pid, control: isRole ? ours : -1, output: output, ring: consumer))
    note(children.count - 1, "started", [])
    if !isRole { startNext() }
  }

  private func note(_ i: Int, _ what: String, _ more: [EventField]) {
    let name = children[i].plan.role ?? children[i].plan.command ?? ""
    let fields = [
      EventField("host", children[i].plan.host), EventField("pid", children[i].pid),
      EventField("process", name),
      EventField("what", what),
    ]
    let text = more.first.flatMap { if case .text(let t) = $0.value { t } else { nil } } ?? what
    stream.add(.event(Event(.process, at: Descriptor.now, "\(name): \(text)", fields + more)))
  }

  private func readChildren() {
    for i in children.indices {
      children[i].ring?.drain { stream.add($0) }
      if children[i].control >= 0, let bytes = Descriptor.read(children[i].control) {
        if bytes.isEmpty {
          close(children[i].control)
          children[i].control = -1
        }
        for line in children[i].lines.add(bytes) { roleLine(i, line) }
      }
      guard children[i].output >= 0, let bytes = Descriptor.read(children[i].output) else { continue }
      for line in children[i].printed.add(bytes) {
        let clean = String(
          String.UnicodeScalarView(line.unicodeScalars.map { $0.value < 32 || $0.value == 127 ? " " : $0 }))
        note(i, "printed", [EventField("output", clean)])
      }
      if bytes.isEmpty {
        close(children[i].output)
        children[i].output = -1
        var status: CInt = 0
        unsafe waitpid(children[i].pid, &status, WNOHANG)
        children[i].ring?.drain { stream.add($0) }
        note(i, "exited", [EventField("status", status >> 8 & 255)])
        children[i].isDone = true
        if i == children.count - 1, !isReady {
          end("\(children[i].plan.role ?? "a process") ended before it was ready")
        }
        tellDone()
      }
    }
  }

  private func roleLine(_ i: Int, _ line: String) {
    let words = line.split(separator: " ", maxSplits: 2).map(String.init)
    switch words.first {
    case "ready":
      note(i, "ready", [])
      if i == children.count - 1, !isReady { startNext() }
    case "done":
      children[i].isDone = true
      tellDone()
    default:
      guard words.count >= 2, let number = Int(words[0]), let id = pendingIDs.removeValue(forKey: number)
      else { return }
      if let knob = pendingKnobs.removeValue(forKey: number), words[1] == "ok" {
        turned(knob.name, knob.value)
      }
      report(LabLine(id: id, ok: words[1] == "ok", text: words.count > 2 ? words[2] : ""))
    }
  }

  private func tellDone() {
    let clients = children.filter { $0.plan.parameters["to"] != nil }
    let all = clients.isEmpty ? children : clients
    guard isReady, !toldDone, all.allSatisfy(\.isDone) else { return }
    toldDone = true
    report(LabLine(report: "done"))
  }

  /// Sets a parameter of the link, or of a host's roles.
  private func set(_ words: [String], _ answer: (Bool, String) -> Void, id: Int) {
    guard words.count == 3, let dot = words[1].firstIndex(of: ".") else {
      return answer(false, "set HOST.PARAMETER VALUE, or set link.PARAMETER VALUE")
    }
    let (host, parameter) = (words[1][..<dot], String(words[1][words[1].index(after: dot)...]))
    if host == "link" {
      if plan.loopback { return answer(false, LoopbackLab.noWire) }
      if parameter == "seed" {
        return answer(false, "link.seed can't be changed while the lab runs; set it for the next run")
      }
      do throws(SettingError) { try wire.link.set(parameter, words[2]) } catch {
        return answer(false, error.description)
      }
      turned(words[1], words[2])
      return answer(true, "\(words[1]) is \(words[2])")
    }
    let targets = children.indices.filter { i in
      guard children[i].control >= 0, children[i].plan.host == host else { return false }
      return Roles.all.contains { role in
        role.name == children[i].plan.role && role.parameters.contains { $0.name == parameter }
      }
    }
    if targets.isEmpty { return answer(false, "no role has the parameter \(words[1])") }
    forward("set \(parameter) \(words[2])", to: targets, id: id)
    pendingKnobs[lastForward - targets.count + 1] = (words[1], words[2])
  }

  private func note(_ what: String, _ text: String) {
    stream.add(.event(Event(.note, at: Descriptor.now, text, [EventField("what", what)])))
  }

  /// Tells what the learner's hand did to the wire.
  private func noteWire(_ words: [String], _ text: String) {
    switch words.first {
    case "pause": note("hold", "The wire is held: frames wait, the kernel's timers run on")
    case "resume": note("release", "The wire carries frames again")
    case "next": note("next", "One frame was delivered by hand; \(text)")
    default: note("drop", words.count == 1 ? "A frame was dropped by hand" : "Asked by hand: \(text)")
    }
  }

  /// Tells that a knob has a new value.
  private func turned(_ name: String, _ value: String) {
    let previous = knobs.updateValue(value, forKey: name) ?? ""
    let fields = [
      EventField("name", name), EventField("value", value), EventField("previous", previous),
      EventField("by", "learner"),
    ]
    stream.add(.event(Event(.knob, at: Descriptor.now, "\(name) is now \(value)", fields)))
  }

  /// For this long, in nanoseconds, nothing may move on a wire that is called quiet.
  private static let pause: Int64 = 20_000_000
  /// The longest that a key waits for a quiet wire, in nanoseconds.
  private static let patience: Int64 = 3_000_000_000

  /// The roles that start something on the learner's key.
  private var pressed: [Int] {
    children.indices.filter { children[$0].control >= 0 && children[$0].plan.parameters["by"] == "key" }
  }

  private func forward(_ text: String, to targets: [Int], id: Int?) {
    for (n, i) in targets.enumerated() {
      lastForward += 1
      if n == 0, let id { pendingIDs[lastForward] = id }
      _ = Descriptor.write(children[i].control, Array("\(lastForward) \(text)\n".utf8)[...])
    }
  }

  private func command(_ line: String) {
    guard let one = try? JSONDecoder().decode(LabCommand.self, from: Data(line.utf8)) else { return }
    let words = one.command.split(separator: " ").map(String.init)
    let answer = { (ok: Bool, text: String) in self.report(LabLine(id: one.id, ok: ok, text: text)) }
    switch words.first {
    case "stop":
      answer(true, "stopped")
      end("stopped")
    case "wire" where plan.loopback: answer(false, LoopbackLab.noWire)
    case "wire":
      let text = wire.command(Array(words.dropFirst())) { stream.add($0) }
      if let text { noteWire(Array(words.dropFirst()), text) }
      answer(
        text != nil, text ?? "wire pause, next, resume, or drop [HOST syn|synack|ack|data|fin|rst|any N]")
    case "keys":
      guard words.count == 2, ["auto", "hand"].contains(words[1]) else {
        return answer(false, "keys auto, or keys hand")
      }
      pressesKeys = words[1] == "auto"
      answer(true, pressesKeys ? "the lab presses the key" : "the learner presses the key")
    case "set": set(words, answer, id: one.id)
    case "press":
      let targets = self.pressed
      if targets.isEmpty { return answer(false, "nothing waits for a key") }
      guard presses.count < 100 else { return answer(false, "100 presses wait already") }
      note("key", "The learner pressed the key")
      presses.append((one.id, Descriptor.now.nanoseconds))
    default:
      let targets = children.indices.filter {
        children[$0].control >= 0 && children[$0].plan.host == words.first
      }
      if words.count < 2 || targets.isEmpty { return answer(false, "not understood: \(one.command)") }
      forward(words.dropFirst().joined(separator: " "), to: targets, id: one.id)
    }
  }
}
