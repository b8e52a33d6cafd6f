import Session

/// `record-sender`: sends one record to several readers, to each in its form, and each time after its answer to the one before.
final class RecordSender: Role {
  /// A reader, and what is under way to it.
  private final class Target {
    let form: RecordForm
    /// Its host and port, as the lab names them.
    let name: String
    var connecting: Connecting
    var socket: CInt?
    var isOpen = false
    /// Records that are to go as soon as they can.
    var waiting = 0
    var unsent: [UInt8] = []
    /// Octets of the answer that are still to come.
    var awaited = 0
    var started: Int64 = 0

    /// Reads `FORM@HOST:PORT`.
    init(_ text: Substring, _ setting: RoleSetting) throws(RoleError) {
      let parts = text.split(separator: "@", maxSplits: 1).map(String.init)
      guard parts.count == 2, let form = RecordForm(rawValue: parts[0]) else {
        let words = RecordForm.words.joined(separator: ", ")
        throw RoleError("`\(text)` is no reader. Write FORM@HOST:PORT, with one of \(words) as the form.")
      }
      self.form = form
      name = parts[1]
      connecting = Connecting(setting, to: try Endpoint.parse(name, hosts: setting.hosts))
    }

    var isIdle: Bool { socket == nil || isOpen && waiting == 0 && awaited == 0 }
  }

  private let setting: RoleSetting
  private let system: Syscalls
  private var pace: Pace
  private let targets: [Target]

  init(_ setting: RoleSetting) throws(RoleError) {
    self.setting = setting
    system = setting.system
    pace = Pace(setting, count: setting.number("requests"))
    var targets: [Target] = []
    for text in setting.text("to").split(separator: "+", omittingEmptySubsequences: false) {
      targets.append(try Target(text, setting))
    }
    self.targets = targets
  }

  func start() { for target in targets { target.socket = target.connecting.open() } }

  var isDone: Bool {
    pace.left == 0 && targets.allSatisfy(\.isIdle) || targets.allSatisfy { $0.socket == nil }
  }
  var deadline: Int64? { targets.allSatisfy(\.isIdle) ? pace.due : nil }
  func elapsed() { next() }

  private func next() {
    guard pace.take(now: system.recorder.now) else { return }
    for target in targets where target.socket != nil {
      target.waiting += 1
      push(target)
    }
  }

  private func push(_ target: Target) {
    guard let socket = target.socket, target.isOpen, target.waiting > 0, target.awaited == 0 else { return }
    target.waiting -= 1
    target.started = system.recorder.now
    target.awaited = target.form.answer.count
    target.unsent = target.form.write(.sample(items: setting.number("items")), to: target.name)
    flush(target, socket)
  }

  private func flush(_ target: Target, _ fd: CInt) {
    while !target.unsent.isEmpty {
      let outcome = system.send(fd, target.unsent[...])
      if outcome.isBlocked { return setting.change(fd, Ready([.input, .output])) }
      if outcome.value < 0 { return close(target, "send() failed: \(outcome.errorName)") }
      target.unsent.removeFirst(outcome.value)
    }
  }

  func ready(_ fd: CInt, _ ready: Ready) {
    guard let target = targets.first(where: { $0.socket == fd }) else { return }
    if target.connecting.pending[fd] != nil {
      guard target.connecting.ended(fd) else {
        target.socket = nil
        return
      }
      target.isOpen = true
      system.noDelay(fd)
      return push(target)
    }
    if ready.contains(.output) {
      setting.change(fd, .input)
      flush(target, fd)
    }
    if target.socket != nil, ready != .output { receive(target, fd) }
  }

  private func receive(_ target: Target, _ fd: CInt) {
    let (outcome, bytes) = system.receive(fd)
    if outcome.isBlocked { return }
    guard outcome.value > 0 else {
      return close(
        target,
        outcome.value < 0
          ? "recv() failed: \(outcome.errorName)"
          : target.isIdle ? nil : "the server closed before it answered")
    }
    guard target.awaited > 0 else { return }
    target.awaited = max(0, target.awaited - bytes.count)
    guard target.awaited == 0 else { return }
    system.recorder.note(
      "answered", "The order as \(target.form.rawValue) is answered",
      [EventField("duration", system.recorder.now - target.started)] + system.ends(fd))
    push(target)
    if pace.left == 0, target.isIdle { close(target, nil) }
  }

  private func close(_ target: Target, _ why: String?) {
    guard let socket = target.socket else { return }
    if let why { system.recorder.note("broken", why, system.ends(socket)) }
    system.close(socket)
    target.socket = nil
  }

  func command(_ words: [String]) -> Answer {
    guard words == ["press"] else { return .unknown(words, takes: "press") }
    if pace.left == 0 { return .ok("every order has been sent") }
    next()
    return .ok("an order was sent, \(pace.left) left")
  }
}
