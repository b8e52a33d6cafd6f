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
    let lessons = bench.folder + "/lessons"
    for path in [lessons, lessons + "/01-bench", lessons + "/01-bench/01-full-wire"] {
      unsafe mkdir(path, 0o700)
    }
    try write(Self.lesson, to: lessons + "/01-bench/01-full-wire/lesson.md")
    let lab = try Watched(
      [bench.program, "run", "full-wire", "--lessons", lessons],
      environment: bench.environment(state: "stream"))
    _ = try lab.wait("the lesson's page") { $0.shows("Enter") }
    _ = lab.type("\r")
    _ = try lab.wait("the first data") { $0.shows("data") || $0.shows("bytes") || $0.shows("--ACK") }
    var answers = Series()
    for number in 0..<Self.keys {
      let begins = number % 2 == 0
      lab.follow(until: PtyProcess.now + Int64(Self.pause) * 1_000_000)
      let start = lab.type(begins ? "?" : "q")
      let end = try lab.wait("the list of keys to come and go") { $0.shows("All keys here") == begins }
      answers.add(Double(end - start) / 1e6)
    }
    lab.end()
    let rate = try framesPerSecond()
    return [
      Row(
        name: "key to paint, \(fixed(rate / 1000, 1))k frames/s coming in, p99 of \(Self.keys)",
        measured: "\(fixed(answers.quantile(0.99), 1)) ms (median \(fixed(answers.median, 1)))",
        peer: "bound",
        peerMeasured: "16 ms", ratio: 16 / answers.quantile(0.99))
    ]
  }

  /// Frames a second of the session that the lab left.
  private func framesPerSecond() throws -> Double {
    let folder = bench.folder + "/stream/backlab/sessions"
    let list = try Spawned.run(["/bin/ls", folder], keeps: true).text
    guard let name = list.split(separator: "\n").first else { throw Problem("the lab kept no session") }
    var file = try SessionFile(path: folder + "/" + name)
    var (count, first, last) = (0, Int64.max, Int64.min)
    while let record = file.next() {
      guard case .frame(let frame) = record, let time = frame.time?.nanoseconds else { continue }
      (count, first, last) = (count + 1, min(first, time), max(last, time))
    }
    return count > 1 ? Double(count) / (Double(last - first) / 1e9) : 0
  }

  private func write(_ text: String, to path: String) throws {
    let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    let bytes = Array(text.utf8)
    guard descriptor >= 0, unsafe Glibc.write(descriptor, bytes, bytes.count) == bytes.count else {
      throw Problem("\(path): \(unsafe String(cString: strerror(errno)))")
    }
    close(descriptor)
  }
}
