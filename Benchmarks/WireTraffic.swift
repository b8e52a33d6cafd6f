import Glibc
import Pty

/// The two programs that a lab of the wire's benchmark runs on its hosts: `backlab-bench traffic-...`.
///
/// Each datagram has 22 octets, a number first, so that its Ethernet frame has 64 as taken from the link.
enum WireTraffic {
  static let size = 22
  private static let port: UInt16 = 9000
  /// The number of the datagrams that begin and end.
  static let mark = UInt64.max

  /// Runs the program that `words` name: `traffic-send ADDRESS RATE COUNT` (RATE 0: as fast as it can), or
  /// `traffic-receive FILE`, which writes numbers and the kernel's stamps, or `traffic-hold`, which reads nothing.
  static func run(_ words: ArraySlice<String>) -> CInt {
    let words = Array(words)
    let fd = socket(AF_INET, CInt(SOCK_DGRAM.rawValue), 0)
    switch words.first {
    case "traffic-send" where words.count == 4:
      guard let rate = Int64(words[2]), let count = UInt64(words[3]), address(words[1], fd, connect: true)
      else { return 1 }
      send(fd, rate, count)
    case "traffic-receive" where words.count == 2:
      guard address("0.0.0.0", fd, connect: false) else { return 1 }
      receive(fd, file: words[1])
    case "traffic-hold":
      guard address("0.0.0.0", fd, connect: false), answer(fd) else { return 1 }
      while true { pause() }
    default: return 1
    }
    return 0
  }

  private static func address(_ text: String, _ fd: CInt, connect: Bool) -> Bool {
    var to = sockaddr_in()
    to.sin_family = sa_family_t(AF_INET)
    to.sin_port = port.bigEndian
    guard unsafe inet_pton(AF_INET, text, &to.sin_addr) == 1 else { return false }
    let size = socklen_t(MemoryLayout<sockaddr_in>.size)
    return unsafe withUnsafePointer(to: &to) {
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe connect ? Glibc.connect(fd, $0, size) == 0 : bind(fd, $0, size) == 0
      }
    }
  }

  private static func put(_ number: UInt64, _ fd: CInt) {
    var payload = [UInt64](repeating: 0, count: 3)
    payload[0] = number
    _ = unsafe Glibc.send(fd, &payload, size, 0)
  }

  private static func send(_ fd: CInt, _ rate: Int64, _ count: UInt64) {
    // Until the receiver answers: it may not be there yet.
    var answer: UInt64 = 0
    var wait = pollfd(fd: fd, events: Int16(POLLIN), revents: 0)
    repeat {
      put(mark, fd)
      _ = unsafe poll(&wait, 1, 10)
    } while unsafe recv(fd, &answer, 8, CInt(MSG_DONTWAIT)) != 8
    let start = PtyProcess.now
    for number in 0..<count {
      if rate > 0 {
        let due = start + Int64(number) * 1_000_000_000 / rate
        var moment = timespec(tv_sec: Int(due / 1_000_000_000), tv_nsec: Int(due % 1_000_000_000))
        unsafe clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &moment, nil)
      }
      put(number, fd)
    }
    for _ in 0..<3 { put(mark, fd) }
  }

  /// Waits for the first datagram and answers it.
  private static func answer(_ fd: CInt) -> Bool {
    var (number, from) = (UInt64(0), sockaddr_storage())
    var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
    return unsafe withUnsafeMutablePointer(to: &from) {
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe recvfrom(fd, &number, 8, 0, $0, &size) == 8 && sendto(fd, &number, 8, 0, $0, size) == 8
      }
    }
  }

  private static func receive(_ fd: CInt, file: String) {
    var room: CInt = 4 << 20
    unsafe setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, 4)
    guard answer(fd) else { return }
    var found: [(number: UInt64, stamp: Int64)] = []
    found.reserveCapacity(1 << 20)
    var number: UInt64 = 0
    var stamp = timespec()
    while unsafe recv(fd, &number, 8, 0) == 8 {
      // SIOCGSTAMPNS, a macro that is not imported: when the kernel took the datagram from the link.
      let isStamped = unsafe ioctl(fd, 0x8907, &stamp) == 0
      if number == mark {
        if found.isEmpty { continue }
        break
      }
      if isStamped { found.append((number, Int64(stamp.tv_sec) * 1_000_000_000 + Int64(stamp.tv_nsec))) }
    }
    let out = unsafe open(file, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    var text = Array(found.map { "\($0.number) \($0.stamp)\n" }.joined().utf8)[...]
    while !text.isEmpty {
      let count = unsafe text.withUnsafeBytes { unsafe write(out, $0.baseAddress, $0.count) }
      guard count > 0 else { break }
      text = text.dropFirst(count)
    }
    close(out)
  }
}
