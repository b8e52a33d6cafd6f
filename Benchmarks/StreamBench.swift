import Bytes
import Glibc
import Pty
import Session

/// From a key to the frame that answers it, while a live lab sends ten thousand frames a second and more.
struct StreamBench {
  private let bench: Bench
  /// Keys that are timed.
  private static let keys = 300
  /// A key about so often, in milliseconds, so that the keys take some seconds together.
  private static let pause: CInt = 15
  /// Messages of a megabyte there and back; the link lets about ten thousand full segments through in a second.
  private static let lesson = """
    ---
    title: A full wire
    limit: 120s
    ---
    An echo of long messages.

    ```lab
    host server tcp-echo-server port=9000
    host client tcp-echo-client to=server:9000 messages=10000 size=1000000
    link rate=64mbit delay=1ms
    ```

    """

  init(_ bench: Bench) { self.bench = bench }

  func rows() throws -> [Row] {
    let lab = try LiveLab(bench, slug: "full-wire", Self.lesson)
    _ = lab.watched.type("\r")
    _ = try lab.watched.wait("the first data") { $0.shows("data") || $0.shows("bytes") || $0.shows("--ACK") }
    let answers = try lab.keys(Self.keys, each: Self.pause)
    lab.watched.end()
    let rate = try framesPerSecond(lab)
    return [
      Row(
        name: "key to paint, \(fixed(rate / 1000, 1))k frames/s coming in, p99 of \(Self.keys)",
        measured: "\(fixed(answers.quantile(0.99), 1)) ms (median \(fixed(answers.median, 1)))",
        peer: "bound",
        peerMeasured: "16 ms", ratio: 16 / answers.quantile(0.99))
    ]
  }

  /// Frames a second of the session that the lab left.
  private func framesPerSecond(_ lab: LiveLab) throws -> Double {
    var (count, first, last) = (0, Int64.max, Int64.min)
    try lab.records { record in
      guard case .frame(let frame) = record, let time = frame.time?.nanoseconds else { return }
      (count, first, last) = (count + 1, min(first, time), max(last, time))
    }
    return count > 1 ? Double(count) / (Double(last - first) / 1e9) : 0
  }
}
