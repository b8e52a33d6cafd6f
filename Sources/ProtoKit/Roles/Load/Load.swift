import Bytes
import CLinux
import Glibc
import Session

/// `load`: sends many requests over many connections, and measures how long their answers take.
///
/// In a closed loop each connection keeps `pipeline` requests outstanding, and a request's latency counts from its sending.
/// In an open one requests are due by the clock or a key whether earlier ones were answered or not, and latency counts from
/// then: a server that stalls is charged for those that had to wait (coordinated omission).
final class Load: Role {
  private let setting: RoleSetting
  private let system: Syscalls
  private var plan: LoadPlan
  private var connecting: Connecting
  private var connections: [LoadConnection] = []
  /// Connections by the number of their descriptor.
  private var table: [LoadConnection?] = []
  /// How many were opened so far, the first time.
  private var begunConnections = 0
  private var openNow = 0
  private var reopening: [LoadConnection] = []
  private let request: [UInt8]
  private let tls: TLSContext?
  private var input = [UInt8](repeating: 0, count: 65536)
  /// What was opened of received records, with TLS.
  private var opened: [UInt8] = []
  private var out: [UInt8] = []
  private var report = LoadReport()
  /// When requests began, and when the next one is due.
  private var began: Int64?
  private var nextDue: Double = 0
  private var begun = 0
  /// How many of them were answered or lost.
  private var settled = 0
  private var nextReport: Int64 = .max
  private var isOver = false
  private(set) var isDone = false
  /// When a connection was last opened.
  private var lastOpened: Int64 = 0

  /// The most connections whose handshake is under way at a time.
  private static let atOnce = 100
  private static let second: Int64 = 1_000_000_000, pause: Int64 = 100_000_000

  init(_ setting: RoleSetting) throws(RoleError) {
    self.setting = setting
    system = setting.system
    plan = try LoadPlan(setting)
    connecting = try Connecting(setting, isQuiet: setting.number("connections") > 100)
    tls = try setting.clientTLS(connecting.to)
    let path = setting.text("path")
    guard path.hasPrefix("/"), path.utf8.allSatisfy({ (33...126).contains($0) }) else {
      throw RoleError("path=\(path) is not allowed: it begins with / and holds visible ASCII characters")
    }
    let size = setting.number("body")
    var head = HTTPHead(size > 0 ? "POST" : "GET", path, [HTTPField("Host", setting.text("to"))])
    if size > 0 {
      head.fields += [HTTPField("Content-Type", "application/json"), HTTPField("Content-Length", size)]
    }
    request = head.bytes + Load.json(size)
  }

  /// A JSON text of so many octets: a list of records, filled up with spaces.
  static func json(_ size: Int) -> [UInt8] {
    if size < 2 { return [UInt8](repeating: 48, count: size) }
    var text: [UInt8] = [91]
    var number = 0
    while true {
      let record = Array(
        "\(number == 0 ? "" : ",")\n{\"id\":\(number),\"name\":\"item \(number)\",\"price\":\(number).5,\"tags\":[\"a\",\"b\"],\"sold\":true}"
          .utf8)
      if text.count + record.count + 1 > size { break }
      text += record
      number += 1
    }
    return text + [UInt8](repeating: 32, count: size - text.count - 1) + [93]
  }

  func start() throws(RoleError) {
    let files = clinux_most_files()
    // Besides its connections a role has standard streams, the lab's and its epoll.
    let needed = Int64(plan.connections + 16)
    guard files >= needed else {
      throw RoleError(
        "connections=\(plan.connections) needs \(needed) open files, and \(files) are allowed: "
          + "raise the hard limit (ulimit -Hn \(needed)), or write fewer")
    }
    // Due moments are exact; by itself the kernel lets timers be 50 us late.
    _ = clinux_timer_slack(1000)
    lastOpened = system.recorder.now
    connections = (0..<plan.connections).map { LoadConnection($0) }
    connectMore()
  }

  /// Opens connections, so many at once.
  private func connectMore() {
    while begunConnections < connections.count, connecting.pending.count < Load.atOnce {
      open(connections[begunConnections])
      begunConnections += 1
    }
  }

  private func open(_ connection: LoadConnection) {
    connection.opensAt = nil
    guard let fd = connecting.open() else {
      report.errors += 1
      return openLater(connection)
    }
    connection.fd = fd
    if Int(fd) >= table.count {
      table += [LoadConnection?](repeating: nil, count: Int(fd) + 64 - table.count)
    }
    table[Int(fd)] = connection
  }

  private func openLater(_ connection: LoadConnection) {
    if isOver { return }
    connection.opensAt = system.recorder.now + Load.pause
    reopening.append(connection)
  }

  // MARK: time

  var isExact: Bool { true }

  var deadline: Int64? {
    if isDone { return nil }
    var due = nextReport
    if let first = reopening.first?.opensAt { due = min(due, first) }
    if began == nil { due = min(due, lastOpened + Load.second) }
    if let began, !isOver {
      if plan.interval > 0, !isAllBegun { due = min(due, Int64(nextDue)) }
      if plan.duration > 0 { due = min(due, began + plan.duration) }
    }
    return due
  }

  func elapsed() {
    let now = system.recorder.now
    while let first = reopening.first, let at = first.opensAt, at <= now {
      reopening.removeFirst()
      open(first)
    }
    if began == nil, now >= lastOpened + Load.second { begin(now) }
    if let began, plan.duration > 0, !isOver, now >= began + plan.duration { finish() }
    if plan.interval > 0, began != nil, !isOver {
      while !isAllBegun, Int64(nextDue) <= now {
        start(due: Int64(nextDue))
        nextDue += plan.interval
      }
    }
    if now >= nextReport {
      tell("now", now)
      nextReport += Load.second
      if nextReport <= now { nextReport = now + Load.second }
    }
    endIfAnswered()
  }

  private var isAllBegun: Bool { plan.requests > 0 && begun >= plan.requests }

  /// Requests begin when every connection is open, or none was opened for a second.
  private func begin(_ now: Int64) {
    guard began == nil else { return }
    began = now
    nextDue = Double(now)
    nextReport = now + Load.second
    report.began = now
    if plan.isOpen { return }
    if plan.isEven {
      for connection in connections where connection.isOpen { fill(connection, now) }
    } else {
      for _ in 0..<plan.connections * plan.pipeline where !isAllBegun { start(due: now) }
    }
  }

  // MARK: requests

  /// Begins a request that is due, over the connection whose turn it is.
  private func start(due: Int64) {
    begun += 1
    let connection = connections[plan.next()]
    connection.waiting.append(due)
    push(connection)
  }

  /// In an even closed loop: lets a connection have as many outstanding as it may.
  private func fill(_ connection: LoadConnection, _ now: Int64) {
    var room = plan.pipeline - connection.outstandingCount - connection.waitingCount
    while room > 0, !isAllBegun, !isOver {
      begun += 1
      room -= 1
      connection.waiting.append(now)
    }
    push(connection)
  }

  /// Sends what waits and may go.
  private func push(_ connection: LoadConnection) {
    guard connection.isFlushed else { return }
    if connection.isOpen {
      let now = system.recorder.now
      while connection.outstandingCount < plan.pipeline, let due = connection.takeWaiting() {
        connection.send(due: due, at: now)
        out += request
        report.sent += 1
      }
    }
    connection.tls?.seal(&out, isLast: false)
    guard !out.isEmpty else { return }
    defer { out.removeAll(keepingCapacity: true) }
    let outcome = system.send(connection.fd, out, from: 0, blocks: false)
    if outcome.value < 0, !outcome.isBlocked {
      return lose(connection, "send() failed: \(outcome.errorName)", isGone: true)
    }
    if outcome.value < out.count {
      connection.unsent = Array(out[max(0, outcome.value)...])
      connection.sentOctets = 0
      setting.change(connection.fd, Ready([.input, .output]))
    }
  }

  func ready(_ fd: CInt, _ ready: Ready) {
    guard Int(fd) < table.count, let connection = table[Int(fd)] else { return }
    if connecting.pending[fd] != nil {
      if connecting.ended(fd) {
        system.noDelay(fd)
        if tls == nil { stands(connection) } else { secure(connection) }
      } else {
        table[Int(fd)] = nil
        _ = connection.reset()
        report.errors += 1
        openLater(connection)
      }
      return connectMore()
    }
    if ready.contains(.output), !connection.isFlushed { flush(connection) }
    if table[Int(fd)] === connection, !ready.isDisjoint(with: [.input, .hangUp, .error]) {
      receive(connection)
    }
  }

  /// Requests may go over a connection.
  private func stands(_ connection: LoadConnection) {
    connection.isOpen = true
    openNow += 1
    let now = system.recorder.now
    lastOpened = now
    if began == nil, openNow == plan.connections { begin(now) }
    if began != nil { if plan.isOpen || !plan.isEven { push(connection) } else { fill(connection, now) } }
  }

  /// Begins TLS over a connection of TCP.
  private func secure(_ connection: LoadConnection) {
    connection.connected = system.recorder.now
    do throws(TLSError) {
      connection.tls = try tls?.connection(name: setting.serverName)
      if case .failed(let why)? = connection.shake() { return lose(connection, why) }
      push(connection)
    } catch {
      lose(connection, error.description)
    }
  }

  /// Opens what was received, and finds answers in it: what ended by that, if anything.
  private func open(
    _ count: Int, _ connection: LoadConnection, _ tls: TLSConnection, _ tell: (LoadConnection.Event) -> Void
  ) -> TLSEvent? {
    if let failure = tls.put(input, count) { return failure }
    switch connection.shake() {
    case .established(let summary)?:
      if plan.connections <= 100 { system.recorder.secured(summary, connection.fd, system) }
      report.secured(took: system.recorder.now - connection.connected, processor: connection.handshake)
      stands(connection)
    case let end?: return end
    case nil: break
    }
    // Its first requests may have been more than the connection could bear.
    guard connection.tls === tls else { return nil }
    var count = 0
    let end = tls.open(into: &opened, &count)
    let octets = opened
    if count > 0 { connection.take(octets.span.extracting(first: count), tell) }
    return end
  }

  private func flush(_ connection: LoadConnection) {
    let outcome = system.send(connection.fd, connection.unsent, from: connection.sentOctets, blocks: false)
    if outcome.value < 0 {
      if !outcome.isBlocked { lose(connection, "send() failed: \(outcome.errorName)", isGone: true) }
      return
    }
    connection.sentOctets += outcome.value
    guard connection.isFlushed else { return }
    connection.unsent = []
    connection.sentOctets = 0
    setting.change(connection.fd, .input)
    push(connection)
  }

  private func receive(_ connection: LoadConnection) {
    let outcome = system.receive(connection.fd, into: &input, blocks: false)
    if outcome.isBlocked { return }
    var isOver = outcome.value <= 0
    var trouble = outcome.value < 0 ? "recv() failed: \(outcome.errorName)" : nil
    let now = system.recorder.now
    var answers = 0
    let tell = { (event: LoadConnection.Event) in
      switch event {
      case .answer(let status, let due, let sent):
        answers += 1
        self.settled += 1
        self.report.answered(status, since: due, sent: sent, at: now)
      case .over: isOver = true
      case .broken(let text):
        isOver = true
        trouble = text
      }
    }
    if outcome.value > 0, let tls = connection.tls {
      switch open(outcome.value, connection, tls, tell) {
      case .closed?:
        isOver = true
        connection.end(of: tell)
      case .failed(let why)?:
        isOver = true
        trouble = why
      default: break
      }
    } else if outcome.value > 0 {
      let input = self.input
      connection.take(input.span.extracting(first: outcome.value), tell)
    } else if outcome.value == 0 {
      connection.end(of: tell)
      if tls != nil, !connection.isOpen { trouble = "the peer closed during the TLS handshake" }
    }
    if isOver {
      lose(
        connection,
        trouble ?? (connection.outstandingCount > 0 ? "the server closed before it answered" : nil),
        isGone: outcome.value < 0)
    }
    if !self.isOver, !plan.isOpen, began != nil {
      if plan.isEven {
        if connection.isOpen { fill(connection, now) }
      } else {
        for _ in 0..<answers where !isAllBegun { start(due: now) }
      }
    }
    if connection.fd >= 0 { push(connection) }
    endIfAnswered()
  }

  /// Tells a peer under TLS that nothing more comes, or why.
  private func part(from connection: LoadConnection) {
    guard let tls = connection.tls, connection.isFlushed else { return }
    out.removeAll(keepingCapacity: true)
    tls.seal(&out, isLast: true)
    if !out.isEmpty { _ = system.send(connection.fd, out, from: 0, blocks: false) }
    out.removeAll(keepingCapacity: true)
  }

  /// A connection ended: what was outstanding is lost, and it is opened again while requests are to be sent. `isGone` when
  /// nothing can be sent over it any more.
  private func lose(_ connection: LoadConnection, _ why: String?, isGone: Bool = false) {
    let fd = connection.fd
    guard fd >= 0 else { return }
    if let why {
      system.recorder.note("broken", why.prefix(1).uppercased() + why.dropFirst(), system.ends(fd))
    }
    table[Int(fd)] = nil
    if !isGone { part(from: connection) }
    if connection.isOpen { openNow -= 1 }
    let isUnused = !connection.isOpen
    system.close(fd)
    let lost = connection.reset()
    // A handshake that failed is one error, as a connection that was refused is.
    report.errors += isUnused ? 1 : lost
    settled += lost
    if isOver || isAllBegun && connection.waitingCount == 0 { return }
    if lost > 0 || isUnused { openLater(connection) } else { open(connection) }
  }

  // MARK: the end

  private func endIfAnswered() {
    if !isOver, isAllBegun, settled >= begun { finish() }
  }

  private func finish() {
    guard !isOver else { return }
    isOver = true
    tell("end", system.recorder.now)
    nextReport = .max
    isDone = true
    for connection in connections where connection.fd >= 0 {
      table[Int(connection.fd)] = nil
      if connecting.pending[connection.fd] != nil {
        connecting.giveUp(connection.fd)
      } else {
        part(from: connection)
        system.close(connection.fd)
      }
      _ = connection.reset()
    }
    openNow = 0
  }

  private func tell(_ phase: String, _ now: Int64) {
    let spread = connections.reduce((least: Int.max, most: 0)) {
      (min($0.least, $1.answered), max($0.most, $1.answered))
    }
    report.tell(phase, isOpen: plan.isOpen, at: now, connections: openNow, spread, system.recorder)
  }

  func changed(_ parameter: String) -> String? { nil }

  func command(_ words: [String]) -> Answer {
    switch words {
    case ["press"]:
      guard plan.byKey else { return .ok("nothing here waits for a key") }
      if isAllBegun || isOver { return .ok("every request has been started") }
      let now = system.recorder.now
      begin(now)
      start(due: now)
      return .ok(
        plan.requests > 0 ? "a request was started, \(plan.requests - begun) left" : "a request was started")
    case ["stop"]:
      finish()
      return .ok("\(report.answers) requests were answered")
    default: return .unknown(words, takes: "press, and stop")
    }
  }
}
