import Glibc
import Session

/// Reads what the threads of one host's processes do, and what the epoll and io_uring descriptors that they wait on hold:
/// each thing is told when it has changed.
///
/// Twenty times a second; what a thread has used is told five times a second at most. Of a host with very many threads or
/// an interest list that is very long only the first are read, and the reading says so.
struct TaskProbe {
  /// Threads of one process, and processes of one host, that are read at most.
  private static let mostThreads = 128, mostProcesses = 64
  /// Octets of an interest list that are read: about 1,000 descriptors.
  private static let mostOctets = 65536

  private let host: String
  private var tasks: [Name: Told] = [:]
  private var descriptors: [Name: [EventField]] = [:]
  private var text = ProcText()
  private var next: Int64 = 0

  private struct Name: Hashable {
    var pid: Int64
    /// The thread, or the descriptor.
    var number: Int64
  }
  private struct Told {
    var reading: TaskReading
    var moment: Int64
    var isSeen = true
  }

  /// Probes the processes of a host.
  init(host: String) { self.host = host }

  /// Reads the processes `roots` and all below them if that is due at `now` (ns since the epoch).
  mutating func read(_ roots: [pid_t], at now: Int64, _ emit: (Event) -> Void) -> Bool {
    guard now >= next else { return false }
    next = now + 50_000_000
    for name in tasks.keys { tasks[name]?.isSeen = false }
    for process in family(of: roots) {
      var waits: Set<Int64> = []
      for thread in ProcText.numbers(in: "/proc/\(process)/task", atMost: Self.mostThreads) {
        guard let reading = TaskReading(process: process, thread: thread, &text) else { continue }
        compare(reading, at: now, emit)
        if let fd = reading.fd, reading.call?.hasPrefix("epoll") == true || reading.call == "io_uring_enter",
          waits.insert(fd).inserted
        {
          readDescriptor(process, reading, fd, emit)
        }
      }
    }
    for (name, last) in tasks where !last.isSeen {
      tasks[name] = nil
      var gone = last.reading
      (gone.state, gone.call, gone.fd) = (.exited, nil, nil)
      tell(gone, emit)
    }
    return true
  }

  /// Some processes and all their children.
  private mutating func family(of roots: [pid_t]) -> [pid_t] {
    var found = roots
    var place = 0
    while place < found.count, found.count < Self.mostProcesses {
      for thread in ProcText.numbers(in: "/proc/\(found[place])/task", atMost: Self.mostThreads)
      where text.load("/proc/\(found[place])/task/\(thread)/children") {
        found += text.words.compactMap { pid_t($0) }
      }
      place += 1
    }
    return Array(found.prefix(Self.mostProcesses))
  }

  private mutating func compare(_ reading: TaskReading, at now: Int64, _ emit: (Event) -> Void) {
    let name = Name(pid: reading.pid, number: reading.tid)
    if let last = tasks[name] {
      tasks[name]?.isSeen = true
      guard reading != last.reading else { return }
      guard !reading.doesTheSame(as: last.reading) || now - last.moment >= 200_000_000 else { return }
    }
    tasks[name] = Told(reading: reading, moment: now)
    tell(reading, emit)
  }

  private func tell(_ reading: TaskReading, _ emit: (Event) -> Void) {
    var words = "\(reading.name): \(reading.state.rawValue)"
    var fields = [
      EventField("host", host), EventField("subject", "thread"), EventField("pid", reading.pid),
      EventField("tid", reading.tid), EventField("process", reading.name),
      EventField("state", reading.state.rawValue),
    ]
    if let call = reading.call {
      words += " in \(call)(\(reading.fd.map { "\($0)" } ?? "..."))"
      fields.append(EventField("call", call))
      if let fd = reading.fd { fields.append(EventField("fd", fd)) }
    }
    fields += [
      EventField("cpu", reading.cpu), EventField("cpu_delay", reading.delay),
      EventField("voluntary_switches", reading.voluntary),
      EventField("involuntary_switches", reading.involuntary),
    ]
    emit(Event(.kernel, at: Descriptor.now, words, fields))
  }

  /// Reads what an epoll or io_uring descriptor holds: /proc/PID/fdinfo/FD.
  private mutating func readDescriptor(
    _ process: pid_t, _ reading: TaskReading, _ fd: Int64, _ emit: (Event) -> Void
  ) {
    guard text.load("/proc/\(process)/fdinfo/\(fd)", atMost: Self.mostOctets) else { return }
    let isRing = reading.call == "io_uring_enter"
    let (words, fields) = isRing ? rings(fd) : interest(fd)
    let name = Name(pid: reading.pid, number: fd)
    guard descriptors[name] != fields else { return }
    descriptors[name] = fields
    let head = [
      EventField("host", host), EventField("subject", isRing ? "rings" : "epoll"),
      EventField("pid", reading.pid), EventField("process", reading.name), EventField("fd", fd),
    ]
    emit(Event(.kernel, at: Descriptor.now, words, head + fields))
  }

  /// The interest list of an epoll descriptor, in the order of the descriptors.
  private func interest(_ fd: Int64) -> (String, [EventField]) {
    var listed: [(fd: Int64, events: UInt32)] = []
    for line in text.lines where line.hasPrefix("tfd:") {
      let words = line.split { $0 == " " || $0 == "\t" }
      guard words.count > 3, let target = Int64(words[1]), let events = UInt32(words[3], radix: 16) else {
        continue
      }
      listed.append((target, events))
    }
    listed.sort { $0.fd < $1.fd }
    let shown = listed.prefix(16).map { "\($0.fd):\(Self.names($0.events))" }.joined(separator: " ")
    let count = "\(listed.count)\(text.isCut ? " or more" : "")"
    return (
      "epoll \(fd) waits for \(count) descriptors",
      [EventField("interest", listed.count), EventField("list", shown), EventField("is_cut", is: text.isCut)]
    )
  }

  /// `IN|ET`: the bits of epoll_ctl(2) that say what is waited for.
  private static func names(_ events: UInt32) -> String {
    let bits: [(UInt32, String)] = [
      (1, "IN"), (4, "OUT"), (2, "PRI"), (0x2000, "RDHUP"), (1 << 28, "EXCLUSIVE"), (1 << 30, "ONESHOT"),
      (1 << 31, "ET"),
    ]
    let names = bits.filter { events & $0.0 != 0 }.map(\.1)
    return names.isEmpty ? "none" : names.joined(separator: "|")
  }

  /// The two rings of an io_uring descriptor: what was put in and what was taken out of each since they were made.
  private func rings(_ fd: Int64) -> (String, [EventField]) {
    let numbers = Dictionary(text.pairs.map { ($0.key, $0.value) }) { first, _ in first }
    func number(_ name: Substring) -> Int64 {
      guard let text = numbers[name] else { return 0 }
      return text.hasPrefix("0x") ? Int64(text.dropFirst(2), radix: 16) ?? 0 : Int64(text) ?? 0
    }
    let (sqHead, sqTail) = (number("SqHead"), number("SqTail"))
    let (cqHead, cqTail) = (number("CqHead"), number("CqTail"))
    return (
      "io_uring \(fd): \(sqTail - sqHead) submissions and \(cqTail - cqHead) completions wait",
      [
        EventField("sq_entries", number("SqMask") + 1), EventField("sq_head", sqHead),
        EventField("sq_tail", sqTail), EventField("cq_entries", number("CqMask") + 1),
        EventField("cq_head", cqHead), EventField("cq_tail", cqTail),
      ]
    )
  }
}
