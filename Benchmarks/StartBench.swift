import Pty

/// From exec to a whole first screen, and from a key to the screen that answers it.
struct StartBench {
  private let bench: Bench

  init(_ bench: Bench) { self.bench = bench }

  func rows() throws -> [Row] {
    var page = Series()
    var list = Series()
    var key = Series()
    for run in 0..<bench.runs {
      let environment = bench.environment(state: "start-\(run)")
      page.add(try paint([bench.program], environment))
      // The first start left its progress there.
      let (watched, time) = try start([bench.program], environment)
      list.add(time)
      key.add(try keyTime(watched))
      watched.end()
    }
    var rows = [
      Row(
        name: "start to first paint, first lesson", measured: page.text("ms"), peer: "bound",
        peerMeasured: "50 ms",
        ratio: 50 / page.median),
      Row(
        name: "start to first paint, list of lessons", measured: list.text("ms"), peer: "bound",
        peerMeasured: "50 ms", ratio: 50 / list.median),
    ]
    for (name, arguments) in [("vim", ["README.md"]), ("less", ["README.md"]), ("htop", [])] {
      var peer = Series()
      if let path = Bench.path(of: name) {
        for _ in 0..<bench.runs { peer.add(try paint([path] + arguments, bench.environment(state: "peer"))) }
      }
      let isThere = !peer.values.isEmpty
      rows.append(
        Row(
          name: "  the same", measured: list.text("ms"), peer: ([name] + arguments).joined(separator: " "),
          peerMeasured: isThere ? peer.text("ms") : "missing",
          ratio: isThere ? peer.median / list.median : nil))
    }
    var lessons = Series()
    var version = Series()
    let tshark = Bench.path(of: "tshark")
    for _ in 0..<bench.runs {
      lessons.add(try Spawned.run([bench.program, "lessons"]).seconds * 1000)
      if let tshark { version.add(try Spawned.run([tshark, "--version"]).seconds * 1000) }
    }
    rows.append(
      Row(
        name: "`backlab lessons` to its end", measured: lessons.text("ms"), peer: "tshark --version",
        peerMeasured: tshark == nil ? "missing" : version.text("ms"),
        ratio: tshark == nil ? nil : version.median / lessons.median))
    rows.append(
      Row(
        name: "key to paint, list of lessons", measured: key.text("ms", decimals: 2), peer: "bound",
        peerMeasured: "16 ms", ratio: 16 / key.median))
    return rows
  }

  /// A program on a terminal, and milliseconds from exec to the newest octet of its first screen: nothing comes for 100 ms
  /// after it.
  private func start(_ command: [String], _ environment: [String: String]) throws -> (Watched, Double) {
    let watched = try Watched(command, environment: environment)
    return (watched, Double(try watched.settle(begins: true) - watched.process.started) / 1e6)
  }

  private func paint(_ command: [String], _ environment: [String: String]) throws -> Double {
    let (watched, time) = try start(command, environment)
    watched.end()
    return time
  }

  /// Milliseconds from a key that moves the selection to the frame that shows it.
  private func keyTime(_ watched: Watched) throws -> Double {
    let frames = watched.screen.frames
    let start = watched.type("j")
    return Double(try watched.wait("the next lesson") { $0.frames > frames } - start) / 1e6
  }
}
