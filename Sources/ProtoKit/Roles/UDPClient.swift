import Glibc
import Session

/// `udp-client`: datagrams to one peer, and what comes back: answers, errors that ICMP brings, or nothing.
final class UDPClient: Role {
  private let setting: RoleSetting
  private let system: Syscalls
  private let to: Endpoint
  private var pace: Pace
  private var socket: CInt = -1
  private var sent = 0, answers = 0, refused = 0
  private var isOver = false
  /// When answers are no longer waited for.
  private var patience: Int64?

  init(_ setting: RoleSetting) throws(RoleError) {
    self.setting = setting
    system = setting.system
    to = try setting.endpoint("to")
    pace = Pace(setting, count: setting.number("datagrams"))
  }

  func start() throws(RoleError) {
    let made = system.datagramSocket(to.address)
    guard made.value >= 0 else { throw RoleError("socket: \(made.errorName)") }
    socket = made.fd
    if !to.address.isIPv6 {
      if setting.text("fragment") == "no" { system.neverFragment(socket) } else { system.letFragment(socket) }
    }
    if isConnected {
      let outcome = system.connect(socket, to)
      guard outcome.value == 0 else { throw RoleError("connect \(to): \(outcome.errorName)") }
    }
    setting.watch(socket, .input)
  }

  private var isConnected: Bool { setting.text("connected") == "yes" }
  var isDone: Bool { isOver }
  var deadline: Int64? { [pace.due, patience].compactMap { $0 }.min() }

  func elapsed() {
    let now = system.recorder.now
    if let due = pace.due, due <= now { next() }
    if let patience, patience <= now { end() }
  }

  private func next() {
    for _ in 0..<setting.number("burst") where pace.take(now: system.recorder.now) { send() }
  }

  private func send() {
    let size = min(65507, setting.number("size") + sent * setting.number("grow"))
    sent += 1
    let bytes = EchoClient.message(sent - 1, size: size)
    let outcome = isConnected ? system.send(socket, bytes[...]) : system.send(socket, bytes, to: to)
    if outcome.value < 0 { failed("send()", outcome.errorName) }
    guard pace.left == 0 else { return }
    if setting.text("answers") == "no" {
      end()
    } else {
      patience = system.recorder.now + setting.duration("wait")
    }
  }

  func ready(_ fd: CInt, _ ready: Ready) {
    let (outcome, bytes, _) = system.receiveDatagram(fd, atMost: 65535)
    if outcome.isBlocked { return }
    guard outcome.value >= 0 else { return failed("recvfrom()", outcome.errorName) }
    answers += 1
    system.recorder.note(
      "answered", "An answer of \(bytes.count) octets came, \(answers) of \(sent)",
      [EventField("octets", bytes.count), EventField("answers", answers)])
    if answers + refused >= sent, pace.left == 0 { end() }
  }

  private func failed(_ call: String, _ error: String) {
    refused += 1
    system.recorder.note("failed", "\(call) failed: \(error)", [EventField("errno", error)])
    if answers + refused >= sent, pace.left == 0 { end() }
  }

  private func end() {
    guard !isOver else { return }
    isOver = true
    patience = nil
    guard setting.text("answers") == "yes" else { return }
    let lost = sent - answers - refused
    system.recorder.note(
      "waited",
      lost > 0
        ? "\(lost) of \(sent) datagrams were not answered, and nothing says why"
        : "Every datagram has its answer",
      [EventField("lost", lost), EventField("sent", sent)])
  }

  func command(_ words: [String]) -> Answer {
    guard words == ["press"] else { return .unknown(words, takes: "press") }
    if pace.left == 0 { return .ok("every datagram has been sent") }
    next()
    return .ok("a datagram was sent, \(pace.left) left")
  }
}
