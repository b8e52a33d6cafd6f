import Bytes
import CLinux
import FoundationEssentials
import Glibc
import Session

/// A process on a host of a lab.
struct LabChild {
  let plan: ProcessPlan
  let pid: pid_t
  /// The lab's end of the control stream; -1 for a command, and once the role has closed it.
  var control: CInt
  /// What it prints; -1 once it has ended.
  var output: CInt
  let ring: EventRing.Consumer?
  var lines = LineBuffer()
  var printed = LineBuffer()
  var isDone = false
}

extension Laboratory {
  /// Starts the next process of the plan; the lab is ready when none is left.
  func startNext() {
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
    let isRaw = process.role == "syn-sender"
    let ring = isRole ? EventRing.make() : -1
    let pid = unsafe Descriptor.withArguments(arguments) {
      let spawn = unsafe isRaw ? clinux_spawn_raw : clinux_spawn
      return unsafe spawn(network.namespaces[host], $0, isRole ? theirs : -1, ring, bell, printing)
    }
    let consumer = ring >= 0 ? EventRing.Consumer(fd: ring) : nil
    if ring >= 0 { close(ring) }
    close(theirs)
    close(printing)
    if !isRole { close(ours) }
    for fd in isRole ? [ours, output] : [output] { Descriptor.setNonBlocking(fd) }
    children.append(
      LabChild(plan: process, pid: pid, control: isRole ? ours : -1, output: output, ring: consumer))
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

  /// Takes what the processes wrote: into their rings, over their control streams and as output.
  func readChildren(at now: Int64) {
    if isRung() { rhythm.move(at: now) }
    for i in children.indices {
      children[i].ring?.drain { record in
        if case .event(let event) = record { rhythm.move(at: event.time.nanoseconds) }
        stream.add(record)
      }
      if isReadable(children[i].control), let bytes = Descriptor.read(children[i].control) {
        rhythm.move(at: now)
        if bytes.isEmpty {
          close(children[i].control)
          children[i].control = -1
        }
        for line in children[i].lines.add(bytes) { roleLine(i, line) }
      }
      guard isReadable(children[i].output), let bytes = Descriptor.read(children[i].output) else { continue }
      rhythm.move(at: now)
      for line in children[i].printed.add(bytes) {
        let clean = String(
          String.UnicodeScalarView(line.unicodeScalars.map { $0.value < 32 || $0.value == 127 ? " " : $0 }))
        note(i, "printed", [EventField("output", clean)])
      }
      if bytes.isEmpty { hasEnded(i) }
    }
  }

  /// A process has closed its output.
  private func hasEnded(_ i: Int) {
    close(children[i].output)
    children[i].output = -1
    var status: CInt = 0
    unsafe waitpid(children[i].pid, &status, WNOHANG)
    children[i].ring?.drain(hasEnded: true) { stream.add($0) }
    note(i, "exited", [EventField("status", status >> 8 & 255)])
    children[i].isDone = true
    if i == children.count - 1, !isReady {
      end("\(children[i].plan.role ?? "a process") ended before it was ready")
    }
    tellDone()
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
      guard words.count >= 2, let number = Int(words[0]) else { return }
      answered(number, isRefused: words[1] != "ok", words.count > 2 ? words[2] : "")
    }
  }

  private func tellDone() {
    let clients = children.filter { $0.plan.parameters["to"] != nil }
    let all = clients.isEmpty ? children : clients
    guard isReady, !toldDone, all.allSatisfy(\.isDone) else { return }
    toldDone = true
    report(LabLine(report: "done"))
  }

  /// Sends a command to some roles; the answer of the first goes back under the explorer's number.
  func forward(_ text: String, to targets: [Int], id: Int?) {
    for (n, i) in targets.enumerated() {
      lastForward += 1
      if n == 0, let id { pendingIDs[lastForward] = id }
      _ = Descriptor.write(children[i].control, Array("\(lastForward) \(text)\n".utf8)[...])
    }
  }
}
