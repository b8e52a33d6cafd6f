import Foundation
import Glibc
import Testing

/// Processes as /proc tells them.
enum ProcessTree {
  static func children(of pid: pid_t) -> [pid_t] {
    let text = try? String(contentsOfFile: "/proc/\(pid)/task/\(pid)/children", encoding: .utf8)
    return (text ?? "").split(separator: " ").compactMap { pid_t($0) }
  }

  static func descendants(of pid: pid_t) -> [pid_t] {
    children(of: pid).flatMap { [$0] + descendants(of: $0) }
  }

  static func arguments(of pid: pid_t) -> [String] {
    let bytes = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") ?? Data()
    return bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
  }

  /// A namespace of a process, such as `net:[4026531840]`.
  static func namespace(_ kind: String, of pid: pid_t) -> String? {
    try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/ns/\(kind)")
  }

  /// All processes that there are.
  static var all: [pid_t] {
    ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).compactMap { pid_t($0) }
  }

  /// pidfd_open(2), which the module of the C library leaves out; negative when the process is gone.
  private static func descriptor(of pid: pid_t) -> CInt {
    guard let symbol = unsafe dlsym(nil, "pidfd_open") else { return -1 }
    typealias Open = @convention(c) (pid_t, CUnsignedInt) -> CInt
    return unsafe unsafeBitCast(symbol, to: Open.self)(pid, 0)
  }

  /// Waits until none of `pids` runs any more: those that still do after `seconds`. pidfd_open(2) makes the end an event.
  static func alive(_ pids: [pid_t], seconds: Int = 15) -> [pid_t] {
    let deadline = ProcessInfo.processInfo.systemUptime + Double(seconds)
    return pids.filter { pid in
      let descriptor = descriptor(of: pid)
      guard descriptor >= 0 else { return false }
      defer { close(descriptor) }
      var end = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      let left = max(0, deadline - ProcessInfo.processInfo.systemUptime)
      return unsafe poll(&end, 1, CInt(left * 1000)) == 0
    }
  }
}
