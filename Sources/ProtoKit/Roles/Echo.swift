import Glibc
import Session

/// `tcp-echo-server`: sends back what it receives, as much as each recv() gave.
final class EchoServer: Role {
  private let setting: RoleSetting
  private let system: Syscalls
  private var listener: CInt = -1
  /// What a slow peer has not taken yet.
  private var unsent: [CInt: [UInt8]] = [:]

  init(_ setting: RoleSetting) {
    self.setting = setting
    system = setting.system
  }

  func start() throws(RoleError) {
    listener = try setting.listener()
    setting.watch(listener, .input)
  }

  func changed(_ parameter: String) -> String? {
    parameter == "backlog" ? setting.listenAgain(listener) : nil
  }

  func command(_ words: [String]) -> Answer {
    words == ["press"] ? .ok("nothing here waits for a key") : .unknown(words, takes: "no commands")
  }

  func ready(_ fd: CInt, _ ready: Ready) {
    if fd == listener {
      while true {
        let accepted = system.accept(listener)
        if accepted.value < 0 { return }
        system.noDelay(accepted.fd)
        setting.watch(accepted.fd, .input)
      }
    }
    if let waiting = unsent[fd] { return send(fd, waiting) }
    let (outcome, bytes) = system.receive(fd)
    if outcome.isBlocked { return }
    if outcome.value <= 0 { system.close(fd) } else { send(fd, bytes) }
  }

  /// Sends, and while the peer takes no more, reads no more: its window closes instead of our memory filling.
  private func send(_ fd: CInt, _ bytes: [UInt8]) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let outcome = system.send(fd, rest)
      if outcome.isBlocked { break }
      if outcome.value < 0 {
        unsent[fd] = nil
        system.close(fd)
        return
      }
      rest = rest.dropFirst(outcome.value)
    }
    let waited = unsent[fd] != nil
    unsent[fd] = rest.isEmpty ? nil : Array(rest)
    if waited != !rest.isEmpty { setting.change(fd, rest.isEmpty ? .input : .output) }
  }
}

/// `tcp-echo-client`: sends messages over one connection, each spread over several send() calls or all in one.
final class EchoClient: Role {
  private let setting: RoleSetting
  private let system: Syscalls
  private var connecting: Connecting
  private var pace: Pace
  private var socket: CInt?
  private var isOpen = false
  private(set) var isDone = false
  /// Octets that a full send buffer has not taken yet, and octets whose echo is outstanding.
  private var unsent: [UInt8] = []
  private var outstanding = 0
  private var started: Int64 = 0
  private var sent = 0

  init(_ setting: RoleSetting) throws(RoleError) {
    self.setting = setting
    system = setting.system
    connecting = try Connecting(setting)
    pace = Pace(setting, count: setting.text("glued") == "yes" ? 1 : setting.number("messages"))
  }

  func start() {}

  /// The connection is opened by the first message; a message waits for the echo of the one before.
  var deadline: Int64? { socket == nil || (isOpen && outstanding == 0) ? pace.due : nil }
  func elapsed() { next() }

  private func next() {
    if socket == nil {
      socket = connecting.open()
      if socket == nil { finish() }
      return
    }
    guard isOpen, let socket, pace.take(now: system.recorder.now) else { return }
    started = system.recorder.now
    let size = setting.number("size")
    if setting.text("glued") == "yes" {
      write(socket, (0..<setting.number("messages")).flatMap { EchoClient.message($0, size: size) })
    } else {
      let message = EchoClient.message(sent, size: size)
      let parts = min(size, setting.number("split"))
      for part in 0..<parts { write(socket, Array(message[size * part / parts..<size * (part + 1) / parts])) }
    }
    sent += 1
    closeBehind()
  }

  /// Says FIN right behind the last message, if asked to: the echo then comes over a half-closed connection.
  private func closeBehind() {
    guard setting.text("end") == "sent", pace.left == 0, sent > 0, unsent.isEmpty else { return }
    guard !isDone, let how = Closing(rawValue: setting.text("close")) else { return }
    close(how)
  }

  /// Letters that tell messages apart: `aaaa`, `bbbb`.
  static func message(_ number: Int, size: Int) -> [UInt8] {
    [UInt8](repeating: 97 + UInt8(number % 26), count: size)
  }

  private func write(_ fd: CInt, _ bytes: [UInt8]) {
    outstanding += bytes.count
    if !unsent.isEmpty { return unsent += bytes }
    flush(fd, bytes)
  }

  private func flush(_ fd: CInt, _ bytes: [UInt8]) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let outcome = system.send(fd, rest)
      if outcome.isBlocked { break }
      if outcome.value < 0 { return fail("send() failed: \(outcome.errorName)") }
      rest = rest.dropFirst(outcome.value)
    }
    let waited = !unsent.isEmpty
    unsent = Array(rest)
    if waited != !rest.isEmpty { setting.change(fd, rest.isEmpty ? .input : Ready([.input, .output])) }
    if waited { closeBehind() }
  }

  func ready(_ fd: CInt, _ ready: Ready) {
    if connecting.pending[fd] != nil {
      guard connecting.ended(fd) else {
        socket = nil
        return finish()
      }
      isOpen = true
      system.noDelay(fd)
      if let due = pace.due, due <= system.recorder.now { next() }
      return
    }
    if ready.contains(.output) { flush(fd, unsent) }
    guard isOpen, ready != .output else { return }
    let (outcome, bytes) = system.receive(fd)
    if outcome.isBlocked { return }
    guard outcome.value > 0 else {
      if outcome.value < 0 { return fail("recv() failed: \(outcome.errorName)") }
      return outstanding > 0 ? fail("the server closed before its echo was complete") : fail(nil)
    }
    let before = outstanding
    outstanding = max(0, outstanding - bytes.count)
    guard before > 0, outstanding == 0 else { return }
    system.recorder.note(
      "answered", "The echo is complete", [EventField("duration", system.recorder.now - started)])
    if pace.left == 0, !isDone, let how = Closing(rawValue: setting.text("close")) { close(how) }
  }

  private func close(_ how: Closing) {
    guard let fd = socket, isOpen else { return }
    if how.close(fd, system) {
      socket = nil
      isOpen = false
    }
    finish()
  }

  private func fail(_ text: String?) {
    if let text { system.recorder.note("broken", text) }
    if let socket { system.close(socket) }
    socket = nil
    isOpen = false
    finish()
  }

  private func finish() {
    pace.stop()
    isDone = true
  }

  func command(_ words: [String]) -> Answer {
    switch words[0] {
    case "press" where words.count == 1:
      if pace.left == 0 { return .ok("every message has been sent") }
      if socket != nil, !isOpen { return .ok("the connection is not open yet") }
      next()
      return .ok(isOpen ? "a message was sent, \(pace.left) left" : "connecting")
    case "close" where words.count == 2:
      guard let how = Closing(rawValue: words[1]) else { fallthrough }
      guard isOpen else { return .error("there is no open connection") }
      pace.stop()
      close(how)
      return .ok("closed by \(how.rawValue)")
    default: return .unknown(words, takes: "press, and close fin, half or rst")
    }
  }
}
