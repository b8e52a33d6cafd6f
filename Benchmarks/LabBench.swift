import Pty

/// From the keys of the first lesson to what they bring to the screen.
struct LabBench {
  private let bench: Bench

  init(_ bench: Bench) { self.bench = bench }

  func rows() throws -> [Row] {
    var enter = Series()
    var listening = Series()
    var first = Series()
    for run in 0..<bench.runs {
      let lab = try Self.page(bench, state: "lab-\(run)")
      defer { lab.end() }
      let start = lab.type("\r")
      enter.add(Double(try lab.wait("the run screen") { $0.shows("Press c to begin") } - start) / 1e6)
      listening.add(
        Double(try lab.wait("the server's queue") { $0.shows("ss -ltn says: LISTEN") } - start) / 1e6)
      try lab.settle(milliseconds: 300)
      let press = lab.type("c")
      first.add(Double(try lab.wait("the first SYN") { $0.shows("--SYN") } - press) / 1e6)
    }
    return [
      Row(
        name: "Enter to the run screen", measured: enter.text("ms"), peer: "bound", peerMeasured: "300 ms",
        ratio: 300 / enter.median),
      Row(
        name: "Enter to the lab built, server listening", measured: listening.text("ms"), peer: "bound",
        peerMeasured: "300 ms", ratio: 300 / listening.median),
      Row(
        name: "`c` to the row of the first SYN", measured: first.text("ms"), peer: "bound",
        peerMeasured: "300 ms",
        ratio: 300 / first.median),
    ]
  }

  /// The first lesson's page, painted.
  static func page(_ bench: Bench, state: String) throws -> Watched {
    let lab = try Watched([bench.program, "run", "knock"], environment: bench.environment(state: state))
    _ = try lab.wait("the lesson's page") { $0.shows("Enter answer and start") }
    try lab.settle(milliseconds: 300)
    return lab
  }
}
