import Bytes
import CLinux
import Glibc
import Session

/// `ping`: ICMP echo requests (RFC 792) through the kernel's socket for them, and what comes of each.
final class Ping: Role {
  private let setting: RoleSetting
  private let system: Syscalls
  private let to: Endpoint
  private var pace: Pace
  private var socket: CInt = -1
  /// When each request without an answer was sent, by its number.
  private var waiting: [UInt16: Int64] = [:]
  private var sent: UInt16 = 0

  init(_ setting: RoleSetting) throws(RoleError) {
    self.setting = setting
    system = setting.system
    let text = setting.text("to")
    guard let address = setting.hosts[text] ?? Address(text), !address.isIPv6 else {
      let known = setting.hosts.keys.sorted().joined(separator: ", ")
      throw RoleError("to=\(text): name a host of the lab (\(known)) or an address of IPv4")
    }
    to = Endpoint(address: address, port: 1)
    pace = Pace(setting, count: setting.number("requests"))
  }

  func start() throws(RoleError) {
    let made = system.pingSocket()
    guard made.value >= 0 else {
      throw RoleError("socket: \(made.errorName); net.ipv4.ping_group_range says who may ping")
    }
    socket = made.fd
    system.tellErrors(socket)
    setting.watch(socket, .input)
  }

  var isDone: Bool { pace.left == 0 && waiting.isEmpty }
  var deadline: Int64? {
    [pace.due, waiting.values.min().map { $0 + setting.duration("wait") }].compactMap { $0 }.min()
  }

  func elapsed() {
    let now = system.recorder.now
    if let due = pace.due, due <= now { next() }
    for (number, since) in waiting where since + setting.duration("wait") <= now {
      settle(number, "unanswered", "Request \(number) was not answered", [])
    }
  }

  private func next() {
    guard pace.take(now: system.recorder.now) else { return }
    let hops = min(255, setting.number("ttl") + Int(sent) * setting.number("climb"))
    sent += 1
    system.timeToLive(socket, hops)
    if setting.text("fragment") == "no" { system.neverFragment(socket) } else { system.letFragment(socket) }
    // Type 8, code 0; the kernel puts in its identifier and the checksum.
    var writer = Writer()
    writer.write([8, 0, 0, 0, 0, 0])
    writer.write(sent)
    writer.write(EchoClient.message(Int(sent) - 1, size: setting.number("size")))
    waiting[sent] = system.recorder.now
    let outcome = system.send(socket, writer.bytes, to: to)
    guard outcome.value < 0 else { return }
    settle(
      sent, "failed", "Request \(sent) did not leave: \(outcome.errorName)",
      [EventField("errno", outcome.errorName)])
    complaints()
  }

  func ready(_ fd: CInt, _ ready: Ready) {
    if ready.contains(.error) { complaints() }
    guard ready.contains(.input) else { return }
    let (outcome, bytes, from) = system.receiveDatagram(fd, atMost: 65535)
    guard outcome.value >= 8, bytes.count >= 8, let from else { return }
    let number = UInt16(bytes[6]) << 8 | UInt16(bytes[7])
    settle(
      number, "answered", "Request \(number) was answered by \(from.address)",
      [EventField("remote", "\(from.address)"), EventField("octets", bytes.count - 8)])
  }

  /// What routers and hosts on the way said.
  private func complaints() {
    while let one = system.complaint(socket) {
      let error = ErrorName.text(CInt(bitPattern: one.error))
      // The kernel itself complains of a packet that it knows to be too large; which one that was stands in no message.
      guard one.is_local == 0 else { continue }
      let from = Endpoint(one.from).address
      let mtu = one.mtu > 0 ? [EventField("mtu", one.mtu)] : []
      settle(
        waiting.keys.min() ?? sent, "complaint",
        "\(from) says: ICMP type \(one.type), code \(one.code); to the program that is \(error)",
        [
          EventField("remote", "\(from)"), EventField("errno", error), EventField("type", one.type),
          EventField("code", one.code),
        ] + mtu)
    }
  }

  private func settle(_ number: UInt16, _ what: String, _ text: String, _ more: [EventField]) {
    let since = waiting.removeValue(forKey: number)
    let duration = since.map { [EventField("duration", system.recorder.now - $0)] } ?? []
    system.recorder.note(what, text, [EventField("number", number)] + more + duration)
  }

  func command(_ words: [String]) -> Answer {
    guard words == ["press"] else { return .unknown(words, takes: "press") }
    if pace.left == 0 { return .ok("every request has been sent") }
    next()
    return .ok("a request was sent, \(pace.left) left")
  }
}
