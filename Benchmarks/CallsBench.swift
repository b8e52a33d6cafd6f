import Bytes
import Glibc
import Pty
import Session

/// A lab whose client and server make more than fifty thousand system calls a second, each shown as it comes.
struct CallsBench {
  private let bench: Bench
  private static let requests = 100_000
  /// Each takes four calls and some waits.
  private static let lesson = """
    ---
    title: Very many calls
    limit: 120s
    ---
    Requests at a rate of their own.

    ```lab
    host server backend port=8080 pattern=single-thread wait=epoll
    host client load to=server:8080 connections=64 requests=\(requests) rate=10000
    link delay=0ms
    ```

    ```step end
    when load.phase == "end"
    say The load has all its answers.
    ```

    """

  init(_ bench: Bench) { self.bench = bench }

  func rows() throws -> [Row] {
    let lab = try LiveLab(bench, slug: "many-calls", Self.lesson)
    _ = lab.watched.type("\r")
    _ = try lab.watched.wait("the first request") { $0.shows("GET /") }
    let answers = try lab.keys(100, each: 30)
    _ = try lab.watched.wait("the end of the load") { $0.shows("The load has all its answers") }
    let shown = Self.timeOfDay
    _ = try lab.watched.wait("the end of the lab") { $0.shows(" OVER ") }
    lab.watched.end()
    var (calls, rows, missing, first, last) = (0, 0, 0, Int64.max, Int64.min)
    var heard = 0
    try lab.records { record in
      rows += 1
      guard case .event(let event) = record else { return }
      let time = event.time.nanoseconds
      switch event.kind {
      case .syscall:
        (calls, first) = (calls + 1, min(first, time))
        if event.text("name") == "recv", event.number("result") ?? 0 > 0 { heard += 1 }
      case .load where event.text("phase") == "end": last = time
      case .note: missing += Int((event.number("skipped") ?? 0) + (event.number("lost") ?? 0))
      default: break
      }
    }
    guard last > first else { throw Problem("the load did not come to its end") }
    let span = Double(last - first) / 1e9
    let rate = Double(calls) / span
    return [
      Row(
        name:
          "calls a second recorded and shown, \(fixed(Double(rows) / span / 1000, 0))k rows/s with their frames",
        measured: fixed(rate, 0), peer: "bound", peerMeasured: "50000", ratio: rate / 50_000),
      Row(
        name: "of \(2 * Self.requests) receptions not told; calls only counted, and frames lost",
        measured: "\(2 * Self.requests - heard); \(missing)", peer: "bound", peerMeasured: "0"),
      Row(
        name: "the load's last row on the screen, after it was written",
        measured: "\(fixed(Double(shown - last) / 1e6, 0)) ms"),
      Row(
        name: "key to paint meanwhile, p99 of 100",
        measured: "\(fixed(answers.quantile(0.99), 1)) ms (median \(fixed(answers.median, 1)))"),
    ]
  }

  private static var timeOfDay: Int64 {
    var t = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &t)
    return Int64(t.tv_sec) * 1_000_000_000 + Int64(t.tv_nsec)
  }
}
