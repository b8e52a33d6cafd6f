import Bytes
import Glibc
import ProtoKit
import Pty
import Session

/// What the wire adds to each frame, how many it passes, and what reading listeners costs: in real labs, without a
/// screen.
struct WireBench {
  private let bench: Bench
  private let ownPath: String

  init(_ bench: Bench) throws(Problem) {
    self.bench = bench
    guard let path = unsafe realpath("/proc/self/exe", nil) else { throw Problem("/proc is not mounted") }
    ownPath = unsafe String(cString: path)
  }

  func rows() throws -> [Row] {
    var rows: [Row] = []
    for delay: Int64 in [0, 5] {
      var (middle, high) = (Series(), Series())
      for _ in 0..<bench.runs {
        let added = try addedDelay(link: delay * 1_000_000)
        middle.add(added[added.count / 2])
        high.add(added[added.count * 99 / 100])
      }
      let name = "wire, 20,000 frames/s, delay=\(delay)ms: added, p50"
      rows.append(Row(name: name, measured: middle.text("ms", scale: 1e-6, decimals: 3)))
      rows.append(
        Row(
          name: "  p99", measured: high.text("ms", scale: 1e-6, decimals: 3), peer: "bound",
          peerMeasured: "0.2 ms", ratio: 200_000 / high.median))
    }
    var (passed, lost) = (Series(), Series())
    for _ in 0..<bench.runs {
      let run = try carry(100_000, count: 200_000)
      lost.add(Double(run.lost))
      passed.add(try carry(0, count: 600_000).rate)
    }
    rows.append(
      Row(
        name: "wire, 64-octet frames, as many as come",
        measured: passed.text("frames/s", decimals: 0), peer: "bound", peerMeasured: "100000 frames/s",
        ratio: passed.median / 100_000))
    rows.append(Row(name: "  lost of 200,000 at 100,000/s", measured: lost.text("frames", decimals: 0)))
    let reading = try readings()
    rows.append(
      Row(
        name: "a listener read 1,000 times/s",
        measured: "\(fixed(reading.core, 1))% of a core, \(fixed(reading.wakeUps, 0)) wake-ups/s",
        peer: "bound", peerMeasured: "10%", ratio: 10 / reading.core))
    return rows
  }

  private func plan(_ delay: Int64 = 0) -> LabPlan {
    var plan = LabPlan(lesson: "bench", text: "")
    plan.hosts = ["receiver", "sender"]
    var link = LinkPlan()
    link.delay = delay
    plan.links = [link]
    return plan
  }

  /// One of `WireTraffic`'s programs on a host; the lab is done when those have ended that are a `client`.
  private func program(_ host: String, _ words: String, client: Bool = false) -> ProcessPlan {
    var process = ProcessPlan(host: host, command: "exec '\(ownPath)' \(words)")
    if client { process.parameters["to"] = "receiver" }
    return process
  }

  /// A lab's session, from its beginning until its clients are done and nothing has come for a while.
  private func record(_ plan: LabPlan) throws -> [UInt8] {
    let run = try LabRun.start(plan, executable: bench.program)
    defer { run.stop() }
    var session: [UInt8] = []
    session.reserveCapacity(256 << 20)
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    var (isDone, isStopped) = (false, false)
    while true {
      var waits = [run.session, run.control].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
      let isQuiet = unsafe poll(&waits, 2, isDone && !isStopped ? 300 : 60_000) == 0
      for report in run.reports() {
        if case .failed(let why) = report { throw Problem(why) }
        if report == .done { isDone = true }
      }
      if isQuiet {
        guard isDone, !isStopped else { throw Problem("a lab told nothing for a minute") }
        isStopped = true
        _ = run.send("stop")
      }
      let count = unsafe read(run.session, &buffer, buffer.count)
      if count == 0 { return session }
      if count > 0 { session += buffer[..<count] }
    }
  }

  /// The datagrams in a session: when each was taken from its sender, by number; and the first and last delivery.
  private func datagrams(_ session: [UInt8]) -> (sent: [UInt64: Int64], delivered: [Int64]) {
    var decoder = SessionDecoder()
    decoder.push(session)
    var (sent, delivered) = ([UInt64: Int64](), [Int64]())
    while let record = decoder.finish() {
      switch record {
      case .frame(let frame) where frame.bytes.count == 64:
        let number = frame.bytes[42..<50].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        if number != WireTraffic.mark { sent[number] = frame.time?.nanoseconds }
      case .fate(let fate) where fate.kind == .delivered: delivered.append(fate.time.nanoseconds)
      default: break
      }
    }
    return (sent, delivered)
  }

  /// What the wire added to each of 20,000 frames/s for two seconds, in nanoseconds, sorted: from the kernel's stamp on
  /// the sender's link to its stamp on the receiver's, but for the link's delay.
  private func addedDelay(link delay: Int64) throws -> [Double] {
    var plan = plan(delay)
    let file = bench.folder + "/stamps"
    let count = 40_000
    plan.processes = [
      program("receiver", "traffic-receive '\(file)'"),
      program("sender", "traffic-send 192.0.2.1 20000 \(count)", client: true),
    ]
    let sent = datagrams(try record(plan)).sent
    var added: [Double] = []
    for line in ProcessFigures.text(file).split(separator: "\n") {
      let words = line.split(separator: " ")
      guard words.count == 2, let number = UInt64(words[0]), let stamp = Int64(words[1]),
        let from = sent[number]
      else { continue }
      added.append(Double(stamp - from - delay))
    }
    guard added.count > count * 9 / 10 else {
      throw Problem("only \(added.count) of \(count) frames arrived")
    }
    return added.sorted()
  }

  /// Offers `count` frames at a rate, 0 for as fast as the sender can: how many a second arrived, how many never did.
  private func carry(_ rate: Int, count: Int) throws -> (rate: Double, lost: Int) {
    var plan = plan()
    plan.processes = [
      program("receiver", "traffic-hold"),
      program("sender", "traffic-send 192.0.2.1 \(rate) \(count)", client: true),
    ]
    let found = datagrams(try record(plan))
    guard let first = found.delivered.min(), let last = found.delivered.max(), last > first else {
      throw Problem("no frame arrived")
    }
    return (Double(found.delivered.count) * 1e9 / Double(last - first), count - found.sent.count)
  }

  /// What a lab costs that reads a server's listener each millisecond: a message every quarter of a second keeps it at
  /// that. Its share of a core in percent, and how often it woke in a second.
  private func readings() throws -> (core: Double, wakeUps: Double) {
    var plan = plan()
    plan.processes = [
      ProcessPlan(host: "receiver", role: "tcp-echo-server", parameters: ["port": "8080"]),
      ProcessPlan(
        host: "sender", role: "tcp-echo-client",
        parameters: ["to": "receiver:8080", "messages": "10000", "every": "250ms"]),
    ]
    let run = try LabRun.start(plan, executable: bench.program)
    defer { run.stop() }
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    var before: (waits: Int, ticks: Int, time: Int64)?
    while true {
      var waits = [run.session, run.control].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
      guard unsafe poll(&waits, 2, 10_000) > 0 else { throw Problem("the lab told nothing for ten seconds") }
      _ = unsafe read(run.session, &buffer, buffer.count)
      for case .failed(let why) in run.reports() { throw Problem(why) }
      let now = PtyProcess.now
      let figures = (ProcessFigures.waits(of: run.processID), ProcessFigures.ticks(of: run.processID), now)
      guard let start = before else {
        before = figures
        continue
      }
      let seconds = Double(now - start.time) / 1e9
      guard seconds >= 10 else { continue }
      let ticks = Double(sysconf(CInt(_SC_CLK_TCK)))
      return (
        Double(figures.1 - start.ticks) / ticks / seconds * 100, Double(figures.0 - start.waits) / seconds
      )
    }
  }
}
