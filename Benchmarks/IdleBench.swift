import Glibc
import Pty

/// What the program does while nothing happens.
struct IdleBench {
  private let bench: Bench
  /// Seconds that are watched.
  private static let seconds = 5

  init(_ bench: Bench) { self.bench = bench }

  func rows() throws -> [Row] {
    var rows: [Row] = []
    let browser = try Watched([bench.program], environment: bench.environment(state: "idle"))
    try browser.settle(begins: true)
    _ = browser.type("q")
    _ = try browser.wait("the list of lessons") { $0.shows("lessons done") }
    try browser.settle(milliseconds: 500)
    let vim = try Bench.path(of: "vim").map {
      try Watched([$0, "README.md"], environment: bench.environment(state: "idle"))
    }
    try vim?.settle(milliseconds: 500, begins: true)
    let peer = vim.map { watch([$0.process.pid]).wakeUps }
    vim?.end()
    rows.append(row("idle: list of lessons", watch(explorer(browser)), vim: peer))
    browser.end()

    let lab = try LabBench.page(bench, state: "idle-lab")
    _ = lab.type("\r")
    _ = try lab.wait("the server's queue") { $0.shows("ss -ltn says: LISTEN") }
    try lab.settle(milliseconds: 500)
    let own = explorer(lab)
    let others = ProcessFigures.descendants(of: lab.process.pid).filter { !own.contains($0) }
    rows.append(row("idle: live lab, the explorer", watch(own), vim: peer))
    rows.append(row("idle: live lab, its \(others.count) processes", watch(others), vim: nil))
    _ = lab.type("c")
    _ = try lab.wait("the first SYN") { $0.shows("--SYN") }
    _ = lab.type("e")
    _ = try lab.wait("the end") { $0.shows("b look at the run") }
    _ = lab.type("b")
    _ = try lab.wait("the run") { $0.shows("--SYN") }
    try lab.settle(milliseconds: 500)
    rows.append(row("idle: run screen, the lab ended", watch(explorer(lab)), vim: peer))
    lab.end()
    return rows
  }

  private func row(_ name: String, _ figures: (wakeUps: Double, core: Double), vim: Double?) -> Row {
    Row(
      name: name,
      measured: "\(fixed(figures.wakeUps, 1)) wake-ups/s, \(fixed(figures.core, 1))% of a core",
      peer: vim == nil ? "" : "vim README.md", peerMeasured: vim.map { "\(fixed($0, 1)) wake-ups/s" } ?? "")
  }

  /// The parent that guards the terminal, and the child that draws.
  private func explorer(_ watched: Watched) -> [pid_t] {
    [watched.process.pid] + ProcessFigures.children(of: watched.process.pid).prefix(1)
  }

  /// Wake-ups a second of some processes together, and their share of a core, over some seconds.
  private func watch(_ processes: [pid_t]) -> (wakeUps: Double, core: Double) {
    let figures = {
      processes.reduce((0, 0)) {
        ($0.0 + ProcessFigures.waits(of: $1), $0.1 + ProcessFigures.ticks(of: $1))
      }
    }
    let (before, start) = (figures(), PtyProcess.now)
    // These seconds are what is measured.
    while case let left = Int64(Self.seconds) * 1_000_000_000 - (PtyProcess.now - start), left > 0 {
      _ = poll(nil, 0, CInt(left / 1_000_000 + 1))
    }
    let (after, seconds) = (figures(), Double(PtyProcess.now - start) / 1e9)
    let ticks = Double(sysconf(CInt(_SC_CLK_TCK)))
    return (Double(after.0 - before.0) / seconds, Double(after.1 - before.1) / ticks / seconds * 100)
  }
}
