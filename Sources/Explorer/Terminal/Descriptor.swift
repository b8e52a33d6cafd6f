internal import CLinux
internal import Glibc

/// Reading and writing of file descriptors, whole and retried.
enum Descriptor {
  /// Writes all bytes, waiting where it must; false on an error.
  @discardableResult
  static func write(_ bytes: [UInt8], to descriptor: CInt) -> Bool {
    var done = 0
    while done < bytes.count {
      let n = unsafe bytes.withUnsafeBytes { buffer in
        unsafe Glibc.write(descriptor, buffer.baseAddress.map { unsafe $0 + done }, buffer.count - done)
      }
      if n > 0 {
        done += n
      } else if errno == EAGAIN {
        var wait = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        if unsafe poll(&wait, 1, 1000) <= 0 { return false }
      } else if errno != EINTR {
        return false
      }
    }
    return true
  }

  /// What can be read at once.
  enum Chunk: Equatable {
    case bytes([UInt8])
    /// Nothing now.
    case none
    /// The other side is gone.
    case end
  }

  /// Reads up to `limit` octets.
  static func read(_ descriptor: CInt, limit: Int = 65536) -> Chunk {
    var failure: CInt = 0
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
      let n = unsafe Glibc.read(descriptor, buffer.baseAddress, limit)
      failure = n < 0 ? errno : 0
      count = max(0, n)
    }
    if !bytes.isEmpty { return .bytes(bytes) }
    return failure == EAGAIN || failure == EINTR ? .none : .end
  }

  /// CLOCK_MONOTONIC in nanoseconds.
  static func monotonic() -> Int64 {
    var now = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &now)
    return Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec)
  }
}

/// While the screen is up, what libraries and children write to stderr is kept, and printed when it is down again.
final class StderrCapture {
  private var kept: CInt = -1
  private var memory: CInt = -1

  /// Redirects descriptor 2.
  init() {
    memory = unsafe clinux_memfd("stderr")
    guard memory >= 0 else { return }
    kept = fcntl(2, F_DUPFD_CLOEXEC, 10)
    dup2(memory, 2)
  }

  /// Gives descriptor 2 back for as long as something else has the terminal.
  func lend<Result>(_ body: () -> Result) -> Result {
    guard memory >= 0, kept >= 0 else { return body() }
    dup2(kept, 2)
    defer { dup2(memory, 2) }
    return body()
  }

  /// Puts descriptor 2 back and prints what was written meanwhile, at most its last 64 KiB.
  func finish() {
    guard memory >= 0, kept >= 0 else { return }
    dup2(kept, 2)
    close(kept)
    let size = lseek(memory, 0, SEEK_END)
    lseek(memory, max(0, size - 65536), SEEK_SET)
    if case .bytes(let bytes) = Descriptor.read(memory) { Descriptor.write(bytes, to: 2) }
    close(memory)
    memory = -1
  }
}
