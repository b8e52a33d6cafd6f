public import Glibc

/// What /proc tells of a process (proc(5)); 0 or empty once it is gone.
public enum ProcessFigures {
  /// A small file as text.
  public static func text(_ path: String) -> String {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return "" }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while case let count = unsafe Glibc.read(descriptor, &buffer, buffer.count), count > 0 {
      bytes += buffer[..<count]
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The children of all its threads.
  public static func children(of pid: pid_t) -> [pid_t] {
    threads(of: pid).flatMap { thread in
      text("/proc/\(pid)/task/\(thread)/children").split(separator: " ").compactMap { pid_t($0) }
    }
  }

  /// Its children, theirs and so on.
  public static func descendants(of pid: pid_t) -> [pid_t] {
    children(of: pid).flatMap { [$0] + descendants(of: $0) }
  }

  /// Its threads' numbers.
  public static func threads(of pid: pid_t) -> [pid_t] {
    guard let folder = unsafe opendir("/proc/\(pid)/task") else { return [] }
    defer { unsafe closedir(folder) }
    var found: [pid_t] = []
    while let entry = unsafe readdir(folder) {
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) {
        unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      if let thread = pid_t(name) { found.append(thread) }
    }
    return found
  }

  /// How often its threads gave the processor up by themselves: each time they waited, something woke them.
  public static func waits(of pid: pid_t) -> Int {
    threads(of: pid).reduce(0) { sum, thread in
      let line = text("/proc/\(pid)/task/\(thread)/status").split(separator: "\n").first {
        $0.hasPrefix("voluntary_ctxt_switches:")
      }
      return sum + (line?.split { $0 == "\t" || $0 == " " }.last.flatMap { Int($0) } ?? 0)
    }
  }

  /// Processor time in user and system mode, in clock ticks (sysconf(_SC_CLK_TCK) a second).
  public static func ticks(of pid: pid_t) -> Int {
    // The name, in parentheses, may hold anything.
    let fields = text("/proc/\(pid)/stat").split(separator: ")").last?.split(separator: " ") ?? []
    guard fields.count > 12 else { return 0 }
    return (Int(fields[11]) ?? 0) + (Int(fields[12]) ?? 0)
  }

  /// Whether it sleeps until something happens.
  public static func isAsleep(_ pid: pid_t) -> Bool {
    text("/proc/\(pid)/stat").split(separator: ")").last?.hasPrefix(" S") ?? false
  }
}
