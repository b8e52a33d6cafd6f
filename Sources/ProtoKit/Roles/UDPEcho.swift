import Glibc
import Session

/// `udp-echo`: one socket for all peers; each datagram goes back to where it came from.
final class UDPEcho: Role {
  private let setting: RoleSetting
  private let system: Syscalls
  private var socket: CInt = -1
  private var due: Int64?
  private var isWatched = false

  init(_ setting: RoleSetting) {
    self.setting = setting
    system = setting.system
  }

  func start() throws(RoleError) {
    guard let address = setting.hosts[setting.plan.host] else {
      throw RoleError("the lab has no host \(setting.plan.host)")
    }
    let made = system.datagramSocket(address)
    guard made.value >= 0 else { throw RoleError("socket: \(made.errorName)") }
    socket = made.fd
    system.receiveBuffer(socket, setting.number("receive-buffer"))
    let local = Endpoint(address: address, port: UInt16(setting.number("port")))
    let bound = system.bind(socket, local)
    guard bound.value == 0 else {
      throw RoleError("bind \(local): \(bound.errorName); another process may have the port")
    }
    system.name(socket, remote: nil)
    setting.watch(socket, [])
    watch(setting.text("reads") == "auto")
  }

  var deadline: Int64? { due }

  func elapsed() {
    due = nil
    watch(setting.text("reads") == "auto")
  }

  func ready(_ fd: CInt, _ ready: Ready) {
    read()
    let pause = setting.duration("every")
    guard pause > 0 else { return }
    due = system.recorder.now + pause
    watch(false)
  }

  /// One recvfrom(); false when nothing waits.
  @discardableResult
  private func read() -> Bool {
    let (outcome, bytes, from) = system.receiveDatagram(socket, atMost: setting.number("read"))
    guard outcome.value >= 0, let from else { return false }
    system.recorder.note(
      "datagram", "A datagram of \(outcome.value) octets came, \(bytes.count) of them were taken",
      [
        EventField("octets", outcome.value), EventField("taken", bytes.count),
        EventField("remote", "\(from)"),
      ])
    if setting.text("answers") == "yes" { _ = system.send(socket, bytes, to: from) }
    return true
  }

  private func watch(_ isWatched: Bool) {
    guard isWatched != self.isWatched else { return }
    self.isWatched = isWatched
    setting.change(socket, isWatched ? .input : [])
  }

  func changed(_ parameter: String) -> String? {
    if parameter == "reads" || parameter == "every" { elapsed() }
    return nil
  }

  func command(_ words: [String]) -> Answer {
    guard words[0] == "read", words.count <= 2, let count = words.count == 2 ? Int(words[1]) : 1, count > 0
    else {
      return words == ["press"]
        ? .ok("nothing here waits for a key") : .unknown(words, takes: "read [N], N from 1")
    }
    for done in 0..<count where !read() { return .ok("\(done) of \(count) datagrams read: no more waits") }
    return .ok("\(count) datagrams read")
  }
}
