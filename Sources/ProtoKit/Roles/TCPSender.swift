import Glibc
import Session

/// `tcp-sender`: connections that carry messages one way, each message by one send() or by several.
final class TCPSender: Role {
  /// What a connection still has to send.
  private struct Sending {
    var messages: Int
    /// Octets of the send() calls that are left of this message.
    var parts: ArraySlice<Int> = []
    /// When the next of them is due; nil when it waits for room, for an answer, or for nothing.
    var due: Int64?
    var isAwaiting = false
    var isWatchingOutput = false
    var hasEnded = false
    var started: Int64 = 0
  }

  private let setting: RoleSetting
  private let system: Syscalls
  private var connecting: Connecting
  private var pace: Pace
  private var sending: [CInt: Sending] = [:]
  private var filling: [UInt8] = []

  init(_ setting: RoleSetting) throws(RoleError) {
    self.setting = setting
    system = setting.system
    connecting = try Connecting(setting)
    pace = Pace(setting, count: setting.number("connections"))
  }

  func start() {}

  var isDone: Bool {
    pace.left == 0 && connecting.pending.isEmpty
      && sending.values.allSatisfy { $0.hasEnded && setting.text("end") == "hold" }
  }

  var deadline: Int64? { ([pace.due] + sending.values.map(\.due)).compactMap { $0 }.min() }

  func elapsed() {
    let now = system.recorder.now
    if let due = pace.due, due <= now { next() }
    for (fd, one) in sending {
      if let due = one.due, due <= now {
        sending[fd]?.due = nil
        send(fd)
      }
    }
  }

  private func next() {
    guard pace.take(now: system.recorder.now) else { return }
    _ = connecting.open { fd in
      system.largestSegment(fd, setting.number("mss"))
      system.sendBuffer(fd, setting.number("send-buffer"))
      if setting.text("nagle") == "off" { system.noDelay(fd) }
    }
  }

  func ready(_ fd: CInt, _ ready: Ready) {
    if connecting.pending[fd] != nil {
      guard connecting.ended(fd) else { return }
      sending[fd] = Sending(messages: setting.number("messages"))
      begin(fd)
      return
    }
    guard let one = sending[fd] else { return }
    if ready.contains(.output), one.isWatchingOutput {
      sending[fd]?.isWatchingOutput = false
      setting.change(fd, .input)
      send(fd)
    }
    if ready != .output { receive(fd) }
  }

  private func receive(_ fd: CInt) {
    guard sending[fd] != nil else { return }
    let (outcome, bytes) = system.receive(fd)
    if outcome.isBlocked { return }
    guard outcome.value > 0 else {
      return finish(fd, outcome.value < 0 ? "recv() failed: \(outcome.errorName)" : nil, outcome)
    }
    guard sending[fd]?.isAwaiting == true, !bytes.isEmpty else { return }
    sending[fd]?.isAwaiting = false
    tell("answered", "The answer came", fd)
    begin(fd)
  }

  /// Begins the next message, or ends.
  private func begin(_ fd: CInt) {
    guard var one = sending[fd] else { return }
    guard one.messages > 0 else { return end(fd) }
    one.messages -= 1
    one.started = system.recorder.now
    let size = setting.number("size"), count = min(size, setting.number("writes"))
    one.parts = (0..<count).map { size * ($0 + 1) / count - size * $0 / count }[...]
    sending[fd] = one
    if setting.text("nagle") == "cork" { system.cork(fd, true) }
    send(fd)
  }

  /// Sends what is left of the message, as far as the kernel takes it.
  private func send(_ fd: CInt) {
    guard var one = sending[fd] else { return }
    while let size = one.parts.first {
      // One send() of many megabytes is as good as several: memory is not what is taught.
      let count = min(size, 1 << 20)
      if filling.count < count { filling = [UInt8](repeating: 97, count: count) }
      let outcome = system.send(fd, filling[..<count])
      if outcome.isBlocked {
        one.isWatchingOutput = true
        sending[fd] = one
        return setting.change(fd, Ready([.input, .output]))
      }
      if outcome.value < 0 { return finish(fd, "send() failed: \(outcome.errorName)", outcome) }
      if outcome.value < size {
        one.parts[one.parts.startIndex] = size - outcome.value
        continue
      }
      one.parts.removeFirst()
      if !one.parts.isEmpty, setting.duration("pause") > 0 {
        one.due = system.recorder.now + setting.duration("pause")
        sending[fd] = one
        return
      }
    }
    sending[fd] = one
    if setting.text("nagle") == "cork" { system.cork(fd, false) }
    tell("sent", "The kernel has taken the message; that is all that send() says", fd)
    if setting.text("answers") == "yes" { sending[fd]?.isAwaiting = true } else { begin(fd) }
  }

  private func tell(_ what: String, _ text: String, _ fd: CInt) {
    let duration = system.recorder.now - (sending[fd]?.started ?? 0)
    system.recorder.note(what, text, [EventField("duration", duration)] + system.ends(fd))
  }

  /// Every message is with the kernel.
  private func end(_ fd: CInt) {
    sending[fd]?.hasEnded = true
    switch setting.text("end") {
    case "fin": _ = system.shutdownWriting(fd)
    case "rst":
      system.lingerZero(fd)
      finish(fd, nil, nil)
    default: break
    }
  }

  private func finish(_ fd: CInt, _ problem: String?, _ outcome: Outcome?) {
    if let problem, let outcome {
      system.recorder.note("broken", problem, [EventField("errno", outcome.errorName)] + system.ends(fd))
    } else if sending[fd]?.hasEnded == true {
      tell("finished", "Both sides have ended", fd)
    }
    sending[fd] = nil
    system.close(fd)
  }

  func command(_ words: [String]) -> Answer {
    guard words == ["press"] else { return .unknown(words, takes: "press") }
    if pace.left == 0 { return .ok("every connection has been started") }
    next()
    return .ok("a connection was started, \(pace.left) left")
  }
}
