import Glibc
import Pty

/// The machine on which the figures were measured.
enum Machine {
  /// The lines above the table.
  static func describe(program: String, runs: Int) -> [String] {
    [
      "machine  \(sysconf(CInt(_SC_NPROCESSORS_ONLN))) cores, \(processor), \(memory) GiB, \(system)",
      "built    \(first(["swift", "--version"]) ?? "swift: missing"), release",
      "peers    \(first(["tshark", "--version"]) ?? "tshark: missing")",
      "figures  the median of \(runs) runs (least-most) unless a row tells another number; "
        + "a ratio above 1 is better than the peer or the bound",
    ]
  }

  private static var processor: String {
    let line = ProcessFigures.text("/proc/cpuinfo").split(separator: "\n").first {
      $0.hasPrefix("model name") || $0.hasPrefix("CPU part")
    }
    return line?.split(separator: ":").last.map { String($0.drop { $0 == " " }) } ?? "processor unknown"
  }

  private static var memory: String {
    fixed(Double(sysconf(CInt(_SC_PHYS_PAGES))) * Double(sysconf(CInt(_SC_PAGESIZE))) / 0x1p30, 0)
  }

  private static var system: String {
    var name = utsname()
    guard unsafe uname(&name) == 0 else { return "kernel unknown" }
    let release = unsafe withUnsafeBytes(of: &name.release) {
      unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
    }
    let machine = unsafe withUnsafeBytes(of: &name.machine) {
      unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
    }
    return "Linux \(release) \(machine)"
  }

  /// The first line that a program of the caller's PATH says.
  private static func first(_ command: [String]) -> String? {
    guard let end = try? Spawned.run(command, keeps: true, inherits: true), end.status == 0 else {
      return nil
    }
    return end.text.split(separator: "\n").first.map(String.init)
  }
}
