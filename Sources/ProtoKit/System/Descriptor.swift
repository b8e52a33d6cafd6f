import Bytes
import Glibc

/// Reading, writing and the clock, without pointers at the callers.
enum Descriptor {
  /// What can be read now; empty at the end, nil when nothing waits.
  static func read(_ fd: CInt, atMost count: Int = 65536) -> [UInt8]? {
    var code: CInt = 0
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, used in
      used = 0
      let n = unsafe Glibc.read(fd, buffer.baseAddress, count)
      used = max(0, n)
      if n < 0 { code = errno }
    }
    return code != EAGAIN && code != EINTR ? bytes : nil
  }

  /// Octets that were taken: 0 when the reader is slow, -1 when it is gone.
  static func write(_ fd: CInt, _ bytes: ArraySlice<UInt8>) -> Int {
    let n = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(fd, $0.baseAddress, $0.count) }
    return n >= 0 ? n : errno == EAGAIN || errno == EINTR ? 0 : -1
  }

  static func setNonBlocking(_ fd: CInt) { _ = fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK) }

  /// Both ends of a stream socket, closed on exec.
  static func pair() -> (CInt, CInt)? {
    var ends: [CInt] = [-1, -1]
    let type = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
    return unsafe socketpair(AF_UNIX, type, 0, &ends) == 0 ? (ends[0], ends[1]) : nil
  }

  /// Reading and writing end of a pipe, closed on exec.
  static func pipe() -> (CInt, CInt)? {
    var ends: [CInt] = [-1, -1]
    guard unsafe Glibc.pipe(&ends) == 0 else { return nil }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (ends[0], ends[1])
  }

  /// Writes a short text to an existing file; false with errno.
  static func put(_ path: String, _ text: String) -> Bool {
    let fd = unsafe open(path, O_WRONLY | O_CLOEXEC)
    guard fd >= 0 else { return false }
    defer { close(fd) }
    return write(fd, Array(text.utf8)[...]) == text.utf8.count
  }

  /// Writes a new file, or all of an old one; false with errno.
  static func create(_ path: String, _ text: String) -> Bool {
    let fd = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard fd >= 0 else { return false }
    defer { close(fd) }
    return write(fd, Array(text.utf8)[...]) == text.utf8.count
  }

  static func errorText(_ code: CInt = errno) -> String { unsafe String(cString: strerror(code)) }

  static var now: Timestamp {
    var t = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &t)
    return Timestamp(nanoseconds: Int64(t.tv_sec) * 1_000_000_000 + Int64(t.tv_nsec))
  }

  /// Calls `body` with `arguments` as C wants them.
  static func withArguments(
    _ arguments: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> CInt
  )
    -> CInt
  {
    var pointers: [UnsafeMutablePointer<CChar>?] = unsafe arguments.map { unsafe strdup($0) }
    unsafe pointers.append(nil)
    defer { unsafe pointers.forEach { unsafe free($0) } }
    return unsafe body(&pointers)
  }
}

/// Splits a stream into lines.
struct LineBuffer {
  private var rest: [UInt8] = []

  mutating func add(_ bytes: [UInt8]) -> [String] {
    rest += bytes
    var lines: [String] = []
    while let end = rest.firstIndex(of: 10) {
      lines.append(String(decoding: rest[..<end], as: UTF8.self))
      rest.removeSubrange(...end)
    }
    return lines
  }
}
