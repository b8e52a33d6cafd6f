import CLinux
import Glibc
import Session

/// The system calls of servers that have many sockets, threads or processes; none makes anything that is freed again.
extension Syscalls {
  /// recv(2) into a buffer.
  func receive(_ fd: CInt, into buffer: inout [UInt8], blocks: Bool) -> Outcome {
    call("recv", fd, "\(fd), \(buffer.count), 0", mayBlock: blocks) {
      unsafe buffer.withUnsafeMutableBytes { unsafe Glibc.recv(fd, $0.baseAddress, $0.count, 0) }
    }
  }

  /// send(2) of what of a buffer begins at `from`.
  func send(_ fd: CInt, _ bytes: borrowing [UInt8], from: Int, blocks: Bool) -> Outcome {
    let count = bytes.count - from
    return call("send", fd, "\(fd), \(count), MSG_NOSIGNAL", mayBlock: blocks) {
      unsafe bytes.withUnsafeBytes {
        unsafe Glibc.send(fd, $0.baseAddress.map { unsafe $0 + from }, count, CInt(MSG_NOSIGNAL))
      }
    }
  }

  /// epoll_wait(2).
  func epollWait(_ epoll: CInt, _ milliseconds: CInt, _ found: inout ReadyList) -> Int {
    let outcome = call(
      "epoll_wait", epoll, "\(epoll), \(ReadyList.room), \(milliseconds)", mayBlock: milliseconds != 0
    ) {
      let count = unsafe clinux_epoll_wait(
        epoll, &found.fds, &found.events, CInt(ReadyList.room), milliseconds)
      found.count = max(0, Int(count))
      return Int(count)
    } after: { _ in
      found.words
    }
    return max(0, outcome.value)
  }

  /// poll(2).
  func poll(_ watched: inout [pollfd], _ milliseconds: CInt, _ found: inout ReadyList) -> Int {
    let words = recorder.isOn ? Syscalls.some(watched.map(\.fd)) : ""
    found.removeAll()
    _ = call("poll", nil, "[\(words)], \(watched.count), \(milliseconds)", mayBlock: milliseconds != 0) {
      Int(unsafe Glibc.poll(&watched, nfds_t(watched.count), milliseconds))
    } after: { outcome in
      Syscalls.collect(watched, outcome.value, &found)
      return found.words
    }
    if !recorder.isOn { Syscalls.collect(watched, .max, &found) }
    return found.count
  }

  private static func collect(_ watched: [pollfd], _ count: Int, _ found: inout ReadyList) {
    guard count > 0 else { return }
    for one in watched where one.revents != 0 {
      guard found.add(one.fd, UInt32(UInt16(bitPattern: one.revents))) else { return }
    }
  }

  /// select(2) on descriptors below `count`.
  func select(
    _ count: CInt, _ inSet: inout [UInt64], _ outSet: inout [UInt64], _ milliseconds: CInt,
    _ found: inout ReadyList
  ) -> Int {
    let words =
      recorder.isOn
      ? "[\(Syscalls.some(Syscalls.members(inSet)))], [\(Syscalls.some(Syscalls.members(outSet)))]" : ""
    found.removeAll()
    let outcome = call(
      "select", nil, "\(count), \(words), NULL, \(milliseconds)", mayBlock: milliseconds != 0
    ) {
      Int(unsafe clinux_select(count, &inSet, &outSet, milliseconds))
    } after: { outcome in
      outcome.value > 0 ? ": in [\(Syscalls.some(Syscalls.members(inSet)))]" : ""
    }
    guard outcome.value > 0 else { return 0 }
    for word in inSet.indices {
      var bits = inSet[word] | outSet[word]
      while bits != 0 {
        let bit = bits.trailingZeroBitCount
        bits &= bits - 1
        var ready: Ready = inSet[word] >> UInt64(bit) & 1 != 0 ? .input : []
        if outSet[word] >> UInt64(bit) & 1 != 0 { ready.insert(.output) }
        guard found.add(CInt(word * 64 + bit), ready.rawValue) else { return found.count }
      }
    }
    return found.count
  }

  private static func members(_ set: [UInt64]) -> [CInt] {
    set.indices.flatMap { word in
      (0..<64).compactMap { set[word] >> UInt64($0) & 1 != 0 ? CInt(word * 64 + $0) : nil }
    }
  }

  /// The first of many descriptors, in words.
  private static func some(_ fds: [CInt]) -> String {
    let few = fds.prefix(16).map { "\($0)" }.joined(separator: " ")
    return fds.count > 16 ? "\(few) and \(fds.count - 16) more" : few
  }

  /// fork(2). The child runs `child`, with calls of its own, and comes back from nothing.
  func fork(_ name: String, _ child: () -> Never) -> Outcome {
    call("fork", nil, "") {
      let pid = clinux_fork()
      if pid == 0 { child() }
      return Int(pid)
    } after: { _ in
      ": \(name)"
    }
  }

  /// The system call that pthread_create(3) makes, and what the thread is for.
  func clone(_ name: String, _ body: @escaping () -> Void) -> Outcome {
    call("clone3", nil, "CLONE_THREAD|CLONE_VM|CLONE_FILES: \(name)") {
      let error = BackendThread.start(body)
      errno = error
      return error == 0 ? 0 : -1
    }
  }

  /// write(2) of a note to another thread or process, through a pipe.
  func pass(_ note: InboxNote, to pipe: CInt) -> Outcome {
    call("write", pipe, "\(pipe), \(note.words), \(InboxNote.size)") {
      unsafe withUnsafeBytes(of: note) { unsafe Glibc.write(pipe, $0.baseAddress, InboxNote.size) }
    }
  }

  /// read(2) of such a note.
  func take(from pipe: CInt, blocks: Bool) -> InboxNote? {
    var note = InboxNote()
    let outcome = call("read", pipe, "\(pipe), \(InboxNote.size)", mayBlock: blocks) {
      unsafe withUnsafeMutableBytes(of: &note) { unsafe Glibc.read(pipe, $0.baseAddress, InboxNote.size) }
    } after: { outcome in
      outcome.value > 0 ? ": \(note.words)" : ""
    }
    return outcome.value == InboxNote.size ? note : nil
  }

  /// futex(2) FUTEX_WAIT: sleeps while the word at an offset of shared memory is `expected`.
  func futexWait(_ memory: SharedMemory, _ index: Int, _ expected: UInt32, _ what: String) {
    _ = call("futex", nil, "\(what), FUTEX_WAIT, \(expected)", mayBlock: true) {
      Int(unsafe clinux_futex_wait(memory.pointer(at: index, room: 8), expected))
    }
  }

  /// futex(2) FUTEX_WAKE of one sleeper.
  func futexWake(_ memory: SharedMemory, _ index: Int, _ what: String) {
    _ = call("futex", nil, "\(what), FUTEX_WAKE, 1") {
      Int(unsafe clinux_futex_wake(memory.pointer(at: index, room: 8), 1))
    }
  }

  /// shutdown(2) with SHUT_RDWR: whatever waits for the socket ends.
  func shutdown(_ fd: CInt) -> Outcome {
    call("shutdown", fd, "\(fd), SHUT_RDWR") { Int(Glibc.shutdown(fd, CInt(SHUT_RDWR))) }
  }

  /// shutdown(2) with SHUT_RD: who waits for octets of the socket gets those that are there, then the end.
  func shutdownReading(_ fd: CInt) -> Outcome {
    call("shutdown", fd, "\(fd), SHUT_RD") { Int(Glibc.shutdown(fd, CInt(SHUT_RD))) }
  }

  /// setsockopt(2) SO_RCVTIMEO.
  func receiveTimeout(_ fd: CInt, _ milliseconds: CInt) {
    _ = call("setsockopt", fd, "\(fd), SO_RCVTIMEO, \(milliseconds) ms") {
      Int(clinux_receive_timeout(fd, milliseconds))
    }
  }
}

/// What one thread or process of a backend tells another.
struct InboxNote {
  enum Kind: Int32 {
    /// A connection is yours.
    case connection
    /// A connection's requests are answered.
    case answered
    /// No more connections come.
    case last
    /// A connection's file is read.
    case read
  }
  private var kindNumber: Int32 = 0
  var fd: CInt = -1
  var queued: Int64 = 0, accept: Int64 = 0, started: Int64 = 0

  static let size = MemoryLayout<InboxNote>.size

  init() {}
  init(_ kind: Kind, _ fd: CInt, _ arrival: RequestJourney = RequestJourney()) {
    kindNumber = kind.rawValue
    self.fd = fd
    queued = arrival.queued
    accept = arrival.accept
    started = arrival.started
  }

  var kind: Kind { Kind(rawValue: kindNumber) ?? .connection }
  var arrival: RequestJourney { RequestJourney(queued: queued, accept: accept, started: started) }
  var words: String {
    switch kind {
    case .connection: "connection \(fd)"
    case .answered: "\(fd) is answered"
    case .last: "no more come"
    case .read: "the file of \(fd) is read"
    }
  }
}

/// Threads of a backend, which end by themselves.
enum BackendThread {
  private final class Body {
    let run: () -> Void
    init(_ run: @escaping () -> Void) { self.run = run }
  }

  /// Starts one: 0, or the number of the error.
  static func start(_ body: @escaping () -> Void) -> CInt {
    let box = unsafe Unmanaged.passRetained(Body(body))
    let error = unsafe clinux_thread(BackendThread.entry, box.toOpaque())
    if error != 0 { unsafe box.release() }
    return error
  }

  private static let entry: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = {
    argument in
    if let argument = unsafe argument {
      unsafe Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run()
    }
    return nil
  }
}
