import Glibc
import Pty

/// `backlab-bench`: measures the program and its peers on this machine, and prints one table.
@main
struct Bench {
  /// The program that is measured.
  var program = ".build/release/backlab"
  /// Captures from which the big one is made.
  var fixtures = "Tests/DissectTests/Fixtures"
  /// How often each figure is measured.
  var runs = 5
  /// The parts to measure, by name.
  var parts: [String] = []
  /// A folder of this run's own, removed at its end.
  var folder = ""

  private typealias Part = (name: String, measure: @Sendable (Bench) throws -> [Row])
  private static let all: [Part] = [
    ("dissect", { try DissectBench($0).rows() }), ("open", { try OpenBench($0).rows() }),
    ("start", { try StartBench($0).rows() }),
    ("lab", { try LabBench($0).rows() }), ("wire", { try WireBench($0).rows() }),
    ("stream", { try StreamBench($0).rows() }), ("calls", { try CallsBench($0).rows() }),
    ("idle", { try IdleBench($0).rows() }),
    ("patterns", { try PatternBench($0).rows() }),
  ]

  static func main() {
    let words = CommandLine.arguments.dropFirst()
    if words.first?.hasPrefix("traffic-") == true { exit(WireTraffic.run(words)) }
    var bench = Bench()
    do throws(Problem) { try bench.read(Array(CommandLine.arguments.dropFirst())) } catch {
      stop(error.description)
    }
    guard let folder = unsafe mkdtemp(strdup(temporaryFolder + "/backlab-bench-XXXXXX")) else {
      stop("no folder can be made in \(temporaryFolder): \(unsafe String(cString: strerror(errno)))")
    }
    bench.folder = unsafe String(cString: folder)
    var rows: [Row] = []
    var problem: String?
    do {
      for part in all where bench.parts.isEmpty || bench.parts.contains(part.name) {
        say("measuring: \(part.name)")
        rows += try part.measure(bench)
      }
    } catch { problem = "\(error)" }
    _ = try? Spawned.run(["/bin/rm", "-rf", bench.folder])
    Machine.describe(program: bench.program, runs: bench.runs).forEach { print($0) }
    print("")
    Row.table(rows).forEach { print($0) }
    if let problem { stop(problem) }
  }

  private mutating func read(_ arguments: [String]) throws(Problem) {
    var rest = arguments[...]
    while let word = rest.popFirst() {
      switch word {
      case "--program": program = try Self.value(of: word, &rest)
      case "--fixtures": fixtures = try Self.value(of: word, &rest)
      case "--runs":
        guard let number = Int(try Self.value(of: word, &rest)), number > 0 else {
          throw Problem("--runs wants a number from 1")
        }
        runs = number
      default:
        guard Self.all.contains(where: { $0.name == word }) else {
          throw Problem("\(word) is no part; the parts are \(Self.all.map(\.name).joined(separator: ", "))")
        }
        parts.append(word)
      }
    }
    guard unsafe access(program, X_OK) == 0 else {
      throw Problem("there is no program at \(program); `make build` makes it")
    }
    if let path = unsafe realpath(program, nil) { program = unsafe String(cString: path) }
  }

  private static func value(of option: String, _ rest: inout ArraySlice<String>) throws(Problem) -> String {
    guard let value = rest.popFirst() else { throw Problem("\(option) wants a value") }
    return value
  }

  private static var temporaryFolder: String {
    if let path = unsafe getenv("TMPDIR") { unsafe String(cString: path) } else { "/tmp" }
  }

  private static func stop(_ text: String) -> Never {
    say("backlab-bench: \(text)")
    exit(1)
  }

  /// Tells those who wait; the table alone goes to standard output.
  static func say(_ text: String) {
    let bytes = Array((text + "\n").utf8)
    _ = unsafe write(2, bytes, bytes.count)
  }

  /// What programs on a terminal get; their state goes to `state` in the run's folder.
  func environment(state: String) -> [String: String] {
    [
      "TERM": "xterm-256color", "LC_ALL": "C.utf8", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": folder,
      "XDG_STATE_HOME": folder + "/" + state, "SWIFT_BACKTRACE": "enable=no", "SHELL": "/bin/sh",
    ]
  }

  /// Where a peer is on this machine; nil when it is missing.
  static func path(of name: String) -> String? {
    ["/usr/bin/", "/usr/sbin/", "/bin/", "/usr/local/bin/"].map { $0 + name }.first {
      unsafe access($0, X_OK) == 0
    }
  }
}

/// Why there are no figures.
struct Problem: Error, CustomStringConvertible {
  var description: String

  init(_ description: String) { self.description = description }
}
