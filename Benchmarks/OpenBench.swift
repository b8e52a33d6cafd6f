import Glibc
import Pty
import Session

/// A capture of a gigabyte on the screen: until rows are seen, until any row's tree is, and what an index costs. And a list
/// of ten and a hundred times as many frames: what a frame costs then.
struct OpenBench {
  private let bench: Bench
  /// The capture of HTTP/2 as often, a section each: a gigabyte.
  private static let copies = 7
  private static let fixtures = ["http1", "http2", "ws", "udp", "tls12", "tls13"]
  private static let frames = 20_000

  init(_ bench: Bench) { self.bench = bench }

  func rows() throws -> [Row] { try opened() + flat() }

  private func opened() throws -> [Row] {
    let one = bench.folder + "/open-one.pcapng"
    let many = bench.folder + "/open-many.pcapng"
    guard try Spawned.run(["Scripts/http2-capture", one], inherits: true).status == 0 else {
      Bench.say("no capture of HTTP/2 can be made here; Scripts/http2-capture FILE says why")
      return [Row(name: "open (a gigabyte)", measured: "missing", peer: "", peerMeasured: "")]
    }
    let join = "for i in $(seq \(Self.copies)); do cat \(one); done > \(many)"
    guard try Spawned.run(["/bin/sh", "-c", join], inherits: true).status == 0 else {
      throw Problem("no gigabyte of room in \(bench.folder)")
    }
    var (first, whole, tree) = (Series(), Series(), Series())
    var octets = 0.0
    var count = 0
    for run in 0..<min(3, bench.runs) {
      let small = try open(one, "small-\(run)")
      let large = try open(many, "large-\(run)")
      first.add(large.first)
      whole.add(large.whole / 1000)
      tree.add(large.tree)
      count = large.rows
      octets = Double(large.memory - small.memory) / Double(large.rows - small.rows)
    }
    let name = "open, \(count / 1000)k frames"
    return [
      Row(
        name: "\(name): first rows", measured: first.text("ms"), peer: "bound", peerMeasured: "200 ms",
        ratio: 200 / first.median),
      Row(name: "  all rows known", measured: whole.text("s", decimals: 2), peer: "", peerMeasured: ""),
      Row(
        name: "  the last row with its tree", measured: tree.text("ms"), peer: "bound",
        peerMeasured: "16 ms", ratio: 16 / tree.median),
      Row(
        name: "  memory a frame, connections and all", measured: "\(Int(octets.rounded())) octets",
        peer: "bound without connections", peerMeasured: "64 octets", ratio: 64 / octets),
    ]
  }

  /// One start of the program on a file: milliseconds until rows are seen, until all are known, from a key to the tree of the
  /// last row; the private memory then, and how many rows there are.
  private func open(_ path: String, _ state: String) throws -> (
    first: Double, whole: Double, tree: Double, memory: Int, rows: Int
  ) {
    let watched = try Watched([bench.program, "open", path], environment: bench.environment(state: state))
    defer { watched.end() }
    let start = watched.process.started
    let first = try watched.wait("the first row") { $0.shows(">1 ") }
    let whole = try watched.wait("the end of reading") { !$0.shows("READING") && $0.shows(">1 ") }
    _ = watched.type("G")
    _ = try watched.wait("the last row") { !$0.shows(">1 ") }
    let pressed = watched.type("\r")
    let last = try watched.wait("the last row's tree") { $0.shows("Frame ") }
    let line = watched.screen.lines.first { $0.contains("Frame ") } ?? ""
    let digits = line.split(separator: "Frame ").last?.prefix { $0.isNumber } ?? ""
    func milliseconds(_ from: Int64, _ to: Int64) -> Double { Double(to - from) / 1e6 }
    return (
      milliseconds(start, first), milliseconds(start, whole), milliseconds(pressed, last),
      Self.privateMemory(watched.process.pid), Int(digits) ?? 0
    )
  }

  /// Octets of memory of a process and its children that stand in no file: RssAnon of /proc/PID/status.
  private static func privateMemory(_ pid: pid_t) -> Int {
    func text(_ path: String) -> String {
      guard let run = try? Spawned.run(["/bin/cat", path], keeps: true) else { return "" }
      return run.text
    }
    let words = text("/proc/\(pid)/status").split(whereSeparator: \.isWhitespace)
    let own = words.firstIndex(of: "RssAnon:").flatMap { Int(words[$0 + 1]) } ?? 0
    let children = text("/proc/\(pid)/task/\(pid)/children").split(whereSeparator: \.isWhitespace)
    return own * 1024 + children.compactMap { pid_t($0) }.reduce(0) { $0 + privateMemory($1) }
  }

  /// Lists of a capture, of one ten times and of one a hundred times as large.
  private func flat() throws -> [Row] {
    var maker = try CaptureMaker(Self.fixtures.map { "\(bench.fixtures)/\($0).pcapng" })
    func time(_ frames: Int) throws -> Double {
      let path = bench.folder + "/flat.pcapng"
      _ = try maker.write(frames, to: path)
      var best = Double.infinity
      for _ in 0..<min(3, bench.runs) {
        best = min(best, try Spawned.run([bench.program, "dissect", path]).seconds)
      }
      return best
    }
    let start = try time(1)
    let one = (try time(Self.frames) - start) / Double(Self.frames)
    return try [10, 100].map { times in
      let cost = (try time(Self.frames * times) - start) / Double(Self.frames * times)
      return Row(
        name: "list, a frame of \(Self.frames / 1000 * times)k", measured: "\(Self.micro(cost)) us",
        peer: "the same of \(Self.frames / 1000)k", peerMeasured: "\(Self.micro(one)) us", ratio: one / cost)
    }
  }

  private static func micro(_ seconds: Double) -> Double { (seconds * 1e8).rounded() / 100 }
}
