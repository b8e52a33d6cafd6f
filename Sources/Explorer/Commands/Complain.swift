import Glibc

/// Writes a line on standard error, cleaned of control characters.
func complain(_ message: String) {
  var line = Array((cleaned(message) + "\n").utf8)[...]
  while !line.isEmpty {
    let count = unsafe line.withUnsafeBytes { unsafe write(2, $0.baseAddress, $0.count) }
    if count < 0, errno == EINTR { continue }
    guard count > 0 else { return }
    line = line.dropFirst(count)
  }
}
