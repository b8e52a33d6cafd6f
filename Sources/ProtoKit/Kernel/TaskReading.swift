import CLinux
import Glibc

/// One thread as /proc shows it (proc(5)): what it does at this moment, and what it has used.
struct TaskReading: Equatable {
  /// What the kernel says of it.
  enum State: String {
    case running, sleeping, uninterruptible, stopped, zombie, exited

    /// By the letter in `State:` of /proc/PID/status.
    init(letter: UInt8) {
      switch letter {
      case UInt8(ascii: "R"): self = .running
      case UInt8(ascii: "D"): self = .uninterruptible
      case UInt8(ascii: "T"), UInt8(ascii: "t"): self = .stopped
      case UInt8(ascii: "Z"): self = .zombie
      case UInt8(ascii: "X"), UInt8(ascii: "x"): self = .exited
      default: self = .sleeping
      }
    }
  }

  /// The process and the thread by the numbers that they know themselves by: those of the innermost PID namespace.
  var pid: Int64 = 0, tid: Int64 = 0
  /// The thread's name, as pthread_setname_np(3) or the program gave it.
  var name = ""
  var state = State.sleeping
  /// The system call in which it waits, and the descriptor that it waits for; nil while it runs, or where the kernel
  /// does not let the lab see it.
  var call: String?
  var fd: Int64?
  /// Nanoseconds on a processor, and nanoseconds ready to run without one.
  var cpu: Int64 = 0, delay: Int64 = 0
  /// Times that it gave the processor away by itself, by waiting, and times that it was taken from it.
  var voluntary: Int64 = 0, involuntary: Int64 = 0

  /// Reads a thread of the lab's; nil when it is gone.
  init?(process: pid_t, thread: pid_t, _ text: inout ProcText) {
    let folder = "/proc/\(process)/task/\(thread)"
    guard text.load("\(folder)/status") else { return nil }
    for (key, value) in text.pairs {
      switch key {
      case "Name": name = value
      case "State": state = State(letter: value.utf8.first ?? 0)
      case "NStgid": pid = ProcText.last(value)
      case "NSpid": tid = ProcText.last(value)
      case "voluntary_ctxt_switches": voluntary = Int64(value) ?? 0
      case "nonvoluntary_ctxt_switches": involuntary = Int64(value) ?? 0
      default: break
      }
    }
    if text.load("\(folder)/schedstat") {
      let numbers = text.words.compactMap { Int64($0) }
      if numbers.count > 1 { (cpu, delay) = (numbers[0], numbers[1]) }
    }
    guard state == .sleeping || state == .uninterruptible, text.load("\(folder)/syscall") else { return }
    let words = text.words
    guard let number = words.first.flatMap({ Int($0) }), number >= 0 else { return }
    var hasFD: CInt = 0
    let name = unsafe clinux_call_name(number, &hasFD)
    call = unsafe name.map { unsafe String(cString: $0) } ?? "system call \(number)"
    if hasFD != 0, words.count > 1 { fd = Int64(words[1].dropFirst(2), radix: 16) }
  }

  /// Whether it does the same as another reading says, whatever it has used since.
  func doesTheSame(as other: TaskReading) -> Bool {
    state == other.state && call == other.call && fd == other.fd && name == other.name
  }
}

/// A file of /proc, read into the same room again and again.
struct ProcText {
  private var octets: [UInt8] = []
  /// Whether the file was longer than what is read.
  private(set) var isCut = false

  /// Reads at most `most` octets of a file; false when it can't be read.
  mutating func load(_ path: String, atMost most: Int = 16384) -> Bool {
    octets.removeAll(keepingCapacity: true)
    isCut = false
    let fd = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard fd >= 0 else { return false }
    defer { close(fd) }
    while octets.count < most {
      guard let part = Descriptor.read(fd, atMost: most - octets.count) else { return false }
      if part.isEmpty { return !octets.isEmpty }
      octets += part
    }
    isCut = true
    return true
  }

  /// Its lines.
  var lines: [Substring] {
    String(decoding: octets, as: UTF8.self).split(separator: "\n")
  }

  /// Its lines of `name: value`.
  var pairs: [(key: Substring, value: String)] {
    lines.compactMap { line in
      guard let colon = line.firstIndex(of: ":") else { return nil }
      let value = line[line.index(after: colon)...].drop { $0 == "\t" || $0 == " " }
      return (line[..<colon], String(value))
    }
  }

  /// Its words.
  var words: [Substring] {
    String(decoding: octets, as: UTF8.self).split { $0 == " " || $0 == "\n" || $0 == "\t" }
  }

  /// The last of some numbers.
  static func last(_ numbers: String) -> Int64 {
    numbers.split { $0 == "\t" || $0 == " " }.last.flatMap { Int64($0) } ?? 0
  }

  /// The numbers that a folder of /proc names its entries by, at most `most`.
  static func numbers(in path: String, atMost most: Int) -> [pid_t] {
    guard let folder = unsafe opendir(path) else { return [] }
    defer { unsafe closedir(folder) }
    var found: [pid_t] = []
    while found.count < most, let entry = unsafe readdir(folder) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
      }
      if let number = pid_t(name) { found.append(number) }
    }
    return found.sorted()
  }
}
