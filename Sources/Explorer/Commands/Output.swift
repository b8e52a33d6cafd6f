import Bytes
import Glibc

/// Lines for standard output, cleaned of control characters and written in large pieces.
struct Output {
  private var text = TextBuffer()
  private let isLive: Bool
  private let descriptor: CInt

  /// `isLive` writes each line at once, for runs that people watch.
  init(isLive: Bool = false, to descriptor: CInt = 1) {
    self.isLive = isLive
    self.descriptor = descriptor
  }

  /// Adds a line. Throws when standard output can't be written.
  mutating func line(_ text: String) throws {
    try write { $0.append(clean: text) }
  }

  /// Adds a line that `append` writes, clean already.
  mutating func write(_ append: (inout TextBuffer) -> Void) throws {
    append(&text)
    text.append(octet: 10)
    if isLive || text.count > 1 << 16 { try flush() }
  }

  /// Adds what `append` writes, clean already.
  mutating func append(_ append: (inout TextBuffer) throws -> Void) throws {
    try append(&text)
    if isLive || text.count > 1 << 16 { try flush() }
  }

  /// Writes what is left. Throws when standard output can't be written; a closed pipe ends the program by its signal.
  mutating func flush() throws {
    try Self.write(text.raw, to: descriptor)
    text.removeAll()
  }

  /// Writes all octets to a descriptor that may be a slow pipe.
  static func write(_ octets: RawSpan, to descriptor: CInt) throws {
    var rest = octets
    while rest.byteCount > 0 {
      let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count > 0 {
        rest = rest.extracting(count..<rest.byteCount)
      } else if errno == EAGAIN {
        var wait = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = unsafe poll(&wait, 1, -1)
      } else if errno != EINTR {
        throw Failure.output(errno)
      }
    }
  }
}

extension String {
  /// Filled with spaces on the left to `width`.
  func right(_ width: Int) -> String { String(repeating: " ", count: max(0, width - count)) + self }
}
