import Bytes
import Glibc
import Session

/// `retrier`: requests over a connection each, tried again when no answer comes in time, as its rules for that say.
final class Retrier: Role {
  /// A try of a request that is under way.
  private struct Attempt {
    var request: Int
    var number: Int
    var until: Int64
    var reader = HTTPReader(.response)
    var status = 0
  }
  /// A try that waits for its moment.
  private struct Waiting {
    var request: Int
    var number: Int
    var due: Int64
  }

  private let setting: RoleSetting
  private let system: Syscalls
  private var connecting: Connecting
  private var pace: Pace
  private var attempts: [CInt: Attempt] = [:]
  private var waiting: [Waiting] = []
  private var random: SplitMix64
  private var begun = 0, retries = 0

  init(_ setting: RoleSetting) throws(RoleError) {
    self.setting = setting
    system = setting.system
    connecting = try Connecting(setting)
    pace = Pace(setting, count: setting.number("requests"))
    random = SplitMix64(state: UInt64(setting.number("seed")))
  }

  func start() {}

  var isDone: Bool { pace.left == 0 && attempts.isEmpty && waiting.isEmpty }

  var deadline: Int64? {
    ([pace.due] + attempts.values.map(\.until) + waiting.map(\.due)).compactMap { $0 }.min()
  }

  func elapsed() {
    let now = system.recorder.now
    if let due = pace.due, due <= now { next() }
    for one in waiting.filter({ $0.due <= now }) { open(one.request, one.number) }
    waiting.removeAll { $0.due <= now }
    for fd in attempts.filter({ $0.value.until <= now }).keys.sorted() {
      failed(fd, "ETIMEDOUT", "no answer came in \(Seconds.words(setting.duration("timeout")))")
    }
  }

  private func next() {
    for _ in 0..<setting.number("burst") where pace.take(now: system.recorder.now) {
      begun += 1
      open(begun, 1)
    }
  }

  private func open(_ request: Int, _ number: Int) {
    note("attempt", "Request \(request), try \(number)", request, number)
    guard let fd = connecting.open() else { return again(request, number) }
    attempts[fd] = Attempt(
      request: request, number: number, until: system.recorder.now + setting.duration("timeout"))
  }

  /// The name by which a server knows a request again: the same for each of its tries.
  private func key(_ request: Int) -> String? {
    switch setting.text("key") {
    case "each": "\(setting.plan.host)-\(request)"
    case "same": "order-1"
    default: nil
    }
  }

  func ready(_ fd: CInt, _ ready: Ready) {
    guard let one = attempts[fd] else { return }
    if connecting.pending[fd] != nil {
      guard connecting.ended(fd) else {
        attempts[fd] = nil
        return again(one.request, one.number)
      }
      var head = HTTPHead(
        setting.text("method"), setting.text("path"),
        [HTTPField("Host", setting.text("to")), HTTPField("Connection", "close")])
      if let key = key(one.request) { head.fields.append(HTTPField("Idempotency-Key", key)) }
      if head.method != "GET" { head.fields.append(HTTPField("Content-Length", 0)) }
      attempts[fd]?.reader.expect(head.method)
      let outcome = system.send(fd, head.bytes[...])
      if outcome.value < 0 { failed(fd, outcome.errorName, "send() failed") }
      return
    }
    let (outcome, bytes) = system.receive(fd)
    if outcome.isBlocked { return }
    if outcome.value < 0 { return failed(fd, outcome.errorName, "the connection broke") }
    take(fd, bytes.isEmpty ? attempts[fd]?.reader.finish() ?? [] : attempts[fd]?.reader.add(bytes) ?? [])
    if bytes.isEmpty, attempts[fd] != nil {
      failed(fd, "ECONNABORTED", "the server closed before it answered")
    }
  }

  private func take(_ fd: CInt, _ events: [HTTPEvent]) {
    for event in events {
      switch event {
      case .head(let head): attempts[fd]?.status = head.status
      case .content: break
      case .end:
        guard let one = attempts[fd] else { return }
        leave(fd)
        let text = "Request \(one.request) was answered \(one.status) at try \(one.number)"
        note("answered", text, one.request, one.number, [EventField("status", one.status)])
        // A server that is still busy with the same key, or too busy for any, may be asked later.
        if [409, 429, 503].contains(one.status) { again(one.request, one.number) }
      case .failed(let failure): return failed(fd, "EBADMSG", failure.text)
      }
    }
  }

  private func leave(_ fd: CInt) {
    attempts[fd] = nil
    if connecting.pending[fd] != nil { connecting.giveUp(fd) } else { system.close(fd) }
  }

  private func failed(_ fd: CInt, _ error: String, _ why: String) {
    guard let one = attempts[fd] else { return }
    leave(fd)
    note(
      "failed", "Request \(one.request), try \(one.number): \(why)", one.request, one.number,
      [EventField("errno", error)])
    again(one.request, one.number)
  }

  /// Tries again, if the rules allow it, after the pause that they set.
  private func again(_ request: Int, _ number: Int) {
    let allowed = begun * setting.number("budget") / 100
    guard number <= setting.number("retries"), retries < allowed || setting.number("budget") >= 1000
    else {
      let why =
        number <= setting.number("retries") ? "the budget for retries is spent" : "it was tried often enough"
      return note("gave-up", "Request \(request) is given up: \(why)", request, number)
    }
    retries += 1
    var pause = setting.duration("pause")
    if setting.text("backoff") == "double" { pause <<= Int64(min(number - 1, 16)) }
    if setting.text("jitter") == "yes", pause > 0 { pause = Int64.random(in: 0...pause, using: &random) }
    waiting.append(Waiting(request: request, number: number + 1, due: system.recorder.now + pause))
  }

  private func note(_ what: String, _ text: String, _ request: Int, _ number: Int, _ more: [EventField] = [])
  {
    system.recorder.note(
      what, text, [EventField("number", request), EventField("attempt", number)] + more)
  }

  func command(_ words: [String]) -> Answer {
    guard words == ["press"] else { return .unknown(words, takes: "press") }
    if pace.left == 0 { return .ok("every request has been started") }
    next()
    return .ok("a request was started, \(pace.left) left")
  }
}
