import Bytes
import CLinux
import Glibc
import Session

/// `router`: the kernel forwards; its process only stands for it.
final class RouterRole: Role {
  func start() {}
  func ready(_ fd: CInt, _ ready: Ready) {}
  func command(_ words: [String]) -> Answer {
    words == ["press"] ? .ok("nothing here waits for a key") : .unknown(words, takes: "no commands")
  }
}

/// `syn-sender`: SYNs from addresses that nobody has, so that no handshake ends. Only in a lab's own network.
final class SYNSender: Role {
  /// 203.0.113.0 (RFC 5737): the lab's hosts send what goes there to this one.
  static let network: UInt32 = 0xCB00_7100

  private let setting: RoleSetting
  private let system: Syscalls
  private let to: Endpoint
  private let target: IPv4Address
  private var socket: CInt = -1
  private var left: Int
  private var sent = 0
  private var due: Int64?

  init(_ setting: RoleSetting) throws(RoleError) {
    guard clinux_is_confined() == 1 else {
      throw RoleError("syn-sender forges addresses, so it runs in a lab's own network only, and this is none")
    }
    self.setting = setting
    system = setting.system
    to = try setting.endpoint("to")
    guard case .v4(let target) = to.address else { throw RoleError("syn-sender speaks IPv4 only") }
    self.target = target
    left = setting.number("syns")
  }

  func start() throws(RoleError) {
    let made = system.rawSocket()
    guard made.value >= 0 else { throw RoleError("socket: \(made.errorName)") }
    socket = made.fd
    if setting.text("by") == "time" { due = system.recorder.now }
  }

  var isDone: Bool { left == 0 }
  var deadline: Int64? { due }

  func elapsed() {
    guard left > 0, let moment = due else { return }
    let outcome = system.send(socket, packet(), to: Endpoint(address: to.address, port: 0))
    if outcome.value < 0 {
      system.recorder.note(
        "failed", "A SYN could not be sent: \(outcome.errorName)", [EventField("errno", outcome.errorName)])
    }
    sent += 1
    left -= 1
    // From the moment that was meant, so that the rate is kept; never more than one a turn.
    due =
      left > 0
      ? max(moment, system.recorder.now - 20_000_000) + 1_000_000_000 / Int64(setting.number("rate")) : nil
    if left == 0 {
      system.recorder.note(
        "flooded", "\(sent) SYNs were sent, and no answer to any will be given", [EventField("syns", sent)])
    }
  }

  /// A header of IPv4 (RFC 791 section 3.1; the kernel puts in length, identification and checksum) and a SYN that offers
  /// only a segment size (RFC 9293 section 3.1).
  private func packet() -> [UInt8] {
    let source = SYNSender.network + UInt32(1 + sent % 254)
    var segment = Writer()
    segment.write(UInt16(1024 + sent))
    segment.write(to.port)
    segment.write(UInt32(truncatingIfNeeded: sent &* 2_654_435_761))
    segment.write(0 as UInt32)
    segment.write(0x6002 as UInt16)
    segment.write(64240 as UInt16)
    segment.write(0 as UInt32)
    segment.write(0x0204_05B4 as UInt32)
    var pseudo = Writer()
    pseudo.write(source)
    pseudo.write(target.value)
    pseudo.write(6 as UInt16)
    pseudo.write(UInt16(segment.count))
    var sum = Checksum()
    unsafe sum.add((pseudo.bytes + segment.bytes).span.bytes)
    var octets = segment.bytes
    octets[16] = UInt8(sum.value >> 8)
    octets[17] = UInt8(sum.value & 255)
    var header = Writer()
    header.write([0x45, 0, 0, 0, 0, 0, 0, 0, 64, 6, 0, 0])
    header.write(source)
    header.write(target.value)
    return header.bytes + octets
  }

  func ready(_ fd: CInt, _ ready: Ready) {}

  func command(_ words: [String]) -> Answer {
    guard words == ["press"] else { return .unknown(words, takes: "press") }
    guard left > 0, due == nil else { return .ok("it has begun already") }
    due = system.recorder.now
    return .ok("\(left) SYNs are being sent")
  }
}
