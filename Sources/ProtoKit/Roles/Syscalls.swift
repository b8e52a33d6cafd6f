import Bytes
import CLinux
import Glibc
import Session

/// What a system call gave: its value, or -1 and the error.
struct Outcome {
  var value: Int
  var error: CInt
  var fd: CInt { CInt(truncatingIfNeeded: value) }
  var isBlocked: Bool { value < 0 && (error == EAGAIN || error == EINTR) }
  var errorName: String { ErrorName.text(error) }
}

/// The system calls of roles. Each one is made once, and told as an event with what it was given and what it gave.
final class Syscalls {
  let recorder: Recorder
  /// Both ends of connected sockets, asked once and kept, so that a call on a dead connection can still name them.
  private var ends: [CInt: Ends] = [:]
  /// The words of a row.
  private var line = TextBuffer(capacity: 256)

  /// What was closed since epoll_wait() returned: what it said of them is over.
  private(set) var closed: Set<CInt> = []

  init(_ recorder: Recorder) { self.recorder = recorder }

  func local(_ fd: CInt) -> Endpoint? { ends[fd]?.local }
  func remote(_ fd: CInt) -> Endpoint? { ends[fd]?.remote }

  /// Makes a call by `body`. `mayBlock` tells its entry before it is made; `after` may add words to the row and `more`
  /// fields. Where nothing is recorded nothing but the call is made.
  func call(
    _ name: String, _ fd: CInt?, _ arguments: @autoclosure () -> String, mayBlock: Bool = false,
    _ body: () -> Int,
    after: (Outcome) -> String = { _ in "" }, more: (Outcome) -> [EventField] = { _ in [] }
  ) -> Outcome {
    guard recorder.isOn else {
      let value = body()
      return Outcome(value: value, error: value < 0 ? errno : 0)
    }
    let entry = recorder.now
    guard recorder.admits(at: entry) else {
      let value = body()
      let outcome = Outcome(value: value, error: value < 0 ? errno : 0)
      _ = after(outcome)
      return outcome
    }
    let arguments = arguments()
    if mayBlock {
      line.removeAll()
      begin(name, arguments)
      line.append(" ..." as StaticString)
      let both = both(fd)
      recorder.write(.syscall, at: recorder.wall(entry), line, name: name, phase: .call) { row in
        Syscalls.begin(&row, name, fd, arguments)
        if let both { row.fields(both) }
        row.field("phase", "call")
      }
    }
    let value = body()
    let outcome = Outcome(value: value, error: value < 0 ? errno : 0)
    let duration = recorder.now - entry
    let words = after(outcome)
    let isSlow = mayBlock && duration >= EventRing.slow
    line.removeAll()
    begin(name, arguments)
    line.append(" = " as StaticString)
    line.append(value)
    if value < 0 {
      line.append(octet: 32)
      line.append(outcome.errorName)
    } else {
      line.append(words)
    }
    // What accept4() gave is the connection; its argument is only the listener.
    let both = both(name == "accept4" && value >= 0 ? outcome.fd : fd)
    recorder.write(
      .syscall, at: recorder.wall(isSlow ? entry + duration : entry), line, name: name,
      phase: isSlow ? .return : .none
    ) { row in
      Syscalls.begin(&row, name, fd, arguments)
      row.field("result", Int64(value))
      if value < 0 { row.field("errno", outcome.errorName) }
      row.field("duration", duration)
      for field in more(outcome) { row.field(field) }
      if let both { row.fields(both) }
      if isSlow { row.field("phase", "return") }
    }
    return outcome
  }

  /// Writes a call's words so far: its name and what it was given.
  private func begin(_ name: String, _ arguments: String) {
    line.append(name)
    line.append(octet: 40)
    line.append(arguments)
    line.append(octet: 41)
  }

  /// Writes a call's first fields.
  private static func begin(_ row: inout EventWriter, _ name: String, _ fd: CInt?, _ arguments: String) {
    row.field("name", name)
    if let fd { row.field("fd", Int64(fd)) }
    row.field("arguments", arguments)
  }

  /// Both ends of a socket, and the fields that name them.
  private struct Ends {
    let local: Endpoint?, remote: Endpoint?
    let prepared: PreparedFields

    init(_ local: Endpoint?, _ remote: Endpoint?) {
      self.local = local
      self.remote = remote
      prepared = PreparedFields(Ends.fields(local, remote))
    }

    static func fields(_ local: Endpoint?, _ remote: Endpoint?) -> [EventField] {
      [("local", local), ("remote", remote)].compactMap { name, end in
        end.map { EventField(name, "\($0)") }
      }
    }
  }

  /// The fields that name both ends.
  func ends(_ fd: CInt?) -> [EventField] {
    guard let fd, let both = ends[fd] else { return [] }
    return Ends.fields(both.local, both.remote)
  }

  /// The same, as they are written.
  func both(_ fd: CInt?) -> PreparedFields? { fd.flatMap { ends[$0]?.prepared } }

  /// Notes the ends of a socket that connect() did not join, or did at once.
  func name(_ fd: CInt, remote: Endpoint?) { ends[fd] = Ends(endpoint(fd, peer: false), remote) }

  private func endpoint(_ fd: CInt, peer: Bool) -> Endpoint? {
    var found = clinux_endpoint()
    guard unsafe clinux_endpoint(fd, peer ? 1 : 0, &found) == 0, found.port > 0 else { return nil }
    return Endpoint(found)
  }

  /// Learns both ends of a connection that another thread or process accepted.
  func adopt(_ fd: CInt) {
    if recorder.isOn { ends[fd] = Ends(endpoint(fd, peer: false), endpoint(fd, peer: true)) }
  }

  /// socket(2): TCP over the version of IP that `address` is of, non-blocking unless it `blocks`.
  func socket(_ address: Address, blocks: Bool = false) -> Outcome {
    let family = address.isIPv6 ? AF_INET6 : AF_INET
    let name = address.isIPv6 ? "AF_INET6" : "AF_INET"
    let flags =
      CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue) | (blocks ? 0 : CInt(SOCK_NONBLOCK.rawValue))
    return call("socket", nil, "\(name), SOCK_STREAM\(blocks ? "" : "|SOCK_NONBLOCK"), 0") {
      Int(Glibc.socket(family, flags, 0))
    }
  }

  func bind(_ fd: CInt, _ to: Endpoint) -> Outcome {
    call("bind", fd, "\(fd), \(to)") { Int(clinux_bind(fd, to.raw)) }
  }

  func listen(_ fd: CInt, backlog: CInt) -> Outcome {
    call("listen", fd, "\(fd), \(backlog)") { Int(Glibc.listen(fd, backlog)) }
  }

  /// accept4(2): without waiting, for a connection whose calls don't wait; or waiting, for one whose calls do.
  func accept(_ fd: CInt, blocks: Bool = false) -> Outcome {
    var peer = clinux_endpoint()
    return call("accept4", fd, "\(fd), \(blocks ? "0" : "SOCK_NONBLOCK")", mayBlock: blocks) {
      Int(unsafe clinux_accept(fd, blocks ? 1 : 0, &peer))
    } after: { outcome in
      guard outcome.value >= 0 else { return "" }
      ends[outcome.fd] = Ends(endpoint(outcome.fd, peer: false), Endpoint(peer))
      return ""
    }
  }

  func connect(_ fd: CInt, _ to: Endpoint) -> Outcome {
    call("connect", fd, "\(fd), \(to)") {
      Int(clinux_connect(fd, to.raw))
    } after: { _ in
      ends[fd] = Ends(endpoint(fd, peer: false), to)
      return ""
    }
  }

  /// recv(2); the octets are empty at the end and on an error.
  func receive(_ fd: CInt, atMost count: Int = 65536) -> (Outcome, [UInt8]) {
    var bytes: [UInt8] = []
    let outcome = call("recv", fd, "\(fd), \(count), 0") {
      var got = 0
      bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, used in
        got = unsafe Glibc.recv(fd, buffer.baseAddress, count, 0)
        used = max(0, got)
      }
      return got
    }
    return (outcome, bytes)
  }

  /// send(2) with MSG_NOSIGNAL: a gone peer is an error, not a signal.
  func send(_ fd: CInt, _ bytes: ArraySlice<UInt8>) -> Outcome {
    call("send", fd, "\(fd), \(bytes.count), MSG_NOSIGNAL") {
      unsafe bytes.withUnsafeBytes { unsafe Glibc.send(fd, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL)) }
    }
  }

  /// shutdown(2) with SHUT_WR: no more will be sent, more may come.
  func shutdownWriting(_ fd: CInt) -> Outcome {
    call("shutdown", fd, "\(fd), SHUT_WR") { Int(Glibc.shutdown(fd, CInt(SHUT_WR))) }
  }

  @discardableResult
  func close(_ fd: CInt) -> Outcome {
    let outcome = call("close", fd, "\(fd)") { Int(Glibc.close(fd)) }
    closed.insert(fd)
    ends[fd] = nil
    return outcome
  }

  /// setsockopt(2) of an option that is on or off.
  @discardableResult
  func turnOn(_ fd: CInt, level: CInt, option: CInt, name: String) -> Outcome {
    var one: CInt = 1
    return call("setsockopt", fd, "\(fd), \(name), 1") {
      Int(unsafe setsockopt(fd, level, option, &one, socklen_t(MemoryLayout<CInt>.size)))
    }
  }

  func noDelay(_ fd: CInt) { turnOn(fd, level: CInt(IPPROTO_TCP), option: TCP_NODELAY, name: "TCP_NODELAY") }
  func reusePort(_ fd: CInt) { turnOn(fd, level: SOL_SOCKET, option: SO_REUSEPORT, name: "SO_REUSEPORT") }
  func reuseAddress(_ fd: CInt) { turnOn(fd, level: SOL_SOCKET, option: SO_REUSEADDR, name: "SO_REUSEADDR") }

  /// SO_LINGER of 0 seconds: close(2) will send RST and forget what was not sent.
  func lingerZero(_ fd: CInt) {
    _ = call("setsockopt", fd, "\(fd), SO_LINGER, on 0 s") { Int(clinux_linger(fd, 0)) }
  }

  /// setsockopt(2) SO_TIMESTAMPING: from now on EPOLLERR tells that the peer acknowledged what a send() gave.
  func tellAcknowledgements(_ fd: CInt) -> Outcome {
    call("setsockopt", fd, "\(fd), SO_TIMESTAMPING, TX_ACK|OPT_ID|OPT_TSONLY") {
      Int(clinux_tell_acknowledgements(fd))
    }
  }

  /// recvmsg(2) of the error queue: whether an acknowledgement was told, and of which octet.
  func acknowledgement(_ fd: CInt) -> UInt32? {
    var stamp: Int64 = 0, octet: UInt32 = 0
    let outcome = call("recvmsg", fd, "\(fd), MSG_ERRQUEUE") {
      Int(unsafe clinux_acknowledgement(fd, &stamp, &octet))
    }
    return outcome.value < 0 ? nil : octet
  }

  /// getsockopt(2) SO_ERROR: how a connect() that was in progress ended; 0 is well.
  func pendingError(_ fd: CInt) -> CInt {
    var error: CInt = 0
    var size = socklen_t(MemoryLayout<CInt>.size)
    guard recorder.isOn else {
      return unsafe getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) < 0 ? errno : error
    }
    let entry = recorder.now
    let result = unsafe getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size)
    let name = error == 0 ? "0" : ErrorName.text(error)
    let duration = recorder.now - entry
    line.removeAll()
    line.append("getsockopt(\(fd), SO_ERROR) = \(result), the error is \(name)")
    let both = both(fd)
    recorder.write(.syscall, at: recorder.wall(entry), line, name: "getsockopt") { row in
      Syscalls.begin(&row, "getsockopt", fd, "\(fd), SO_ERROR")
      row.field("result", Int64(result))
      row.field("so_error", name)
      row.field("duration", duration)
      if let both { row.fields(both) }
    }
    return result < 0 ? errno : error
  }

  func epollCreate() -> Outcome {
    call("epoll_create1", nil, "EPOLL_CLOEXEC") { Int(clinux_epoll_create()) }
  }

  /// epoll_wait(2): waits for ready descriptors, at most so many milliseconds; -1 waits on.
  func epollWait(_ epoll: CInt, _ milliseconds: CInt) -> [(fd: CInt, ready: Ready)] {
    waiting("epoll_wait", epoll, "\(milliseconds)", mayBlock: milliseconds != 0) {
      unsafe clinux_epoll_wait(epoll, &$0, &$1, 64, milliseconds)
    }
  }

  /// epoll_pwait2(2): the same, in nanoseconds.
  func epollWaitExactly(_ epoll: CInt, _ nanoseconds: Int64) -> [(fd: CInt, ready: Ready)] {
    let words = nanoseconds < 0 ? "NULL" : Seconds.words(nanoseconds)
    return waiting("epoll_pwait2", epoll, words, mayBlock: nanoseconds != 0) {
      unsafe clinux_epoll_wait_exactly(epoll, &$0, &$1, 64, nanoseconds)
    }
  }

  private func waiting(
    _ name: String, _ epoll: CInt, _ limit: @autoclosure () -> String, mayBlock: Bool,
    _ body: (inout [CInt], inout [UInt32]) -> CInt
  ) -> [(fd: CInt, ready: Ready)] {
    closed = []
    var fds = [CInt](repeating: 0, count: 64)
    var events = [UInt32](repeating: 0, count: 64)
    let outcome = call(name, epoll, "\(epoll), 64, \(limit())", mayBlock: mayBlock) {
      Int(body(&fds, &events))
    } after: { outcome in
      guard outcome.value > 0 else { return "" }
      return ": "
        + (0..<outcome.value).map { "\(fds[$0]) \(Ready(rawValue: events[$0]))" }.joined(separator: ", ")
    }
    return (0..<max(0, outcome.value)).map { (fds[$0], Ready(rawValue: events[$0])) }
  }

  /// epoll_ctl(2); whether it succeeded.
  @discardableResult
  func epollControl(_ epoll: CInt, _ operation: Watch, _ fd: CInt, _ ready: Ready) -> Bool {
    call(
      "epoll_ctl", epoll, "\(epoll), \(operation.name), \(fd)\(operation == .remove ? "" : ", \(ready)")"
    ) {
      Int(clinux_epoll_ctl(epoll, operation.rawValue, fd, ready.rawValue))
    }.value >= 0
  }

  /// nanosleep(2): work that takes its time while nothing else is done.
  func sleep(_ nanoseconds: Int64) {
    _ = call("nanosleep", nil, Seconds.words(nanoseconds), mayBlock: true) {
      var left = timespec(tv_sec: Int(nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
      var result: CInt = -1
      repeat {
        var rest = timespec()
        result = unsafe nanosleep(&left, &rest)
        left = rest
      } while result < 0 && errno == EINTR
      return Int(result)
    }
  }
}

/// EPOLL_CTL_ADD, DEL and MOD.
enum Watch: CInt {
  case add = 1, remove, change
  var name: String { ["EPOLL_CTL_ADD", "EPOLL_CTL_DEL", "EPOLL_CTL_MOD"][Int(rawValue) - 1] }
}

/// EPOLLIN and its kin, as epoll_ctl(2) has them.
struct Ready: OptionSet, CustomStringConvertible {
  var rawValue: UInt32
  static let input = Ready(rawValue: 1), output = Ready(rawValue: 4)
  static let error = Ready(rawValue: 8), hangUp = Ready(rawValue: 16)
  static let exclusive = Ready(rawValue: 1 << 28), edge = Ready(rawValue: 1 << 31)
  var description: String {
    let names: [(Ready, String)] = [
      (.input, "EPOLLIN"), (.output, "EPOLLOUT"), (.error, "EPOLLERR"), (.hangUp, "EPOLLHUP"),
      (.exclusive, "EPOLLEXCLUSIVE"), (.edge, "EPOLLET"),
    ]
    let set = names.filter { contains($0.0) }.map(\.1)
    return set.isEmpty ? "0" : set.joined(separator: "|")
  }
}
