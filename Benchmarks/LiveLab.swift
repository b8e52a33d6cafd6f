import Glibc
import Pty
import Session

/// A lesson of the benchmark's own, whose lab runs on a terminal.
struct LiveLab {
  let watched: Watched
  private let sessions: String

  /// Writes the lesson `slug` and opens its page. Whatever the lab kept is under `slug` in the run's folder.
  init(_ bench: Bench, slug: String, _ text: String) throws {
    let lessons = bench.folder + "/lessons-" + slug
    for path in [lessons, lessons + "/01-bench", lessons + "/01-bench/01-\(slug)"] {
      unsafe mkdir(path, 0o700)
    }
    try Self.write(text, to: lessons + "/01-bench/01-\(slug)/lesson.md")
    watched = try Watched(
      [bench.program, "run", slug, "--lessons", lessons], environment: bench.environment(state: slug))
    sessions = bench.folder + "/\(slug)/backlab/sessions"
    _ = try watched.wait("the lesson's page") { $0.shows("Enter") }
  }

  /// Opens and closes the list of keys so often: milliseconds from each key to the frame that it brought.
  func keys(_ count: Int, each pause: CInt) throws -> Series {
    var answers = Series()
    for number in 0..<count {
      let begins = number % 2 == 0
      watched.follow(until: PtyProcess.now + Int64(pause) * 1_000_000)
      let start = watched.type(begins ? "?" : "q")
      let end = try watched.wait("the list of keys to come and go") { $0.shows("All keys here") == begins }
      answers.add(Double(end - start) / 1e6)
    }
    return answers
  }

  /// The records of the session that the lab left.
  func records(_ body: (Record) -> Void) throws {
    let list = try Spawned.run(["/bin/ls", sessions], keeps: true).text
    guard let name = list.split(separator: "\n").first else { throw Problem("the lab kept no session") }
    var file = try SessionFile(path: sessions + "/" + name)
    while let record = file.next() { body(record) }
  }

  private static func write(_ text: String, to path: String) throws {
    let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    let bytes = Array(text.utf8)
    guard descriptor >= 0, unsafe Glibc.write(descriptor, bytes, bytes.count) == bytes.count else {
      throw Problem("\(path): \(unsafe String(cString: strerror(errno)))")
    }
    close(descriptor)
  }
}
