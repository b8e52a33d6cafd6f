internal import Glibc
internal import Session

/// The sessions that were kept: `LESSON-YYYYMMDD-HHMMSS.pcapng` in the state directory, the last 20 a lesson.
enum SessionStock {
  /// A file that a session goes to.
  struct NewFile {
    var descriptor: CInt
    var path: String
    var slug: String
  }
  private static let kept = 20
  private static let suffix = ".pcapng"

  /// Where they are; nil when there is no state directory.
  static var folder: String? { StateDirectory.path.map { $0 + "/sessions" } }

  /// Makes the file of a session that begins now; nil when none can be made.
  static func newFile(_ slug: String) -> NewFile? {
    guard let folder, StateDirectory.make(folder) else { return nil }
    let stamp = format(time(nil), "%Y%m%d-%H%M%S")
    for number in 0..<100 {
      let path = "\(folder)/\(slug)-\(stamp)\(number == 0 ? "" : "-\(number)")\(suffix)"
      let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
      if descriptor >= 0 { return NewFile(descriptor: descriptor, path: path, slug: slug) }
      if errno != EEXIST { return nil }
    }
    return nil
  }

  /// Takes away a lesson's oldest sessions.
  static func prune(_ slug: String) {
    guard let folder else { return }
    let own = StateDirectory.names(in: folder).filter { Self.slug($0) == slug }
    for name in own.dropLast(kept) { unsafe unlink("\(folder)/\(name)") }
  }

  /// The lesson of a file's name; nil when it is no session's.
  static func slug(_ name: String) -> String? {
    guard name.hasSuffix(suffix) else { return nil }
    var parts = name.dropLast(suffix.count).split(separator: "-", omittingEmptySubsequences: false)
    if let last = parts.last, last.count < 6, parts.count > 3 { parts.removeLast() }
    guard parts.count > 2, parts.suffix(2).map(\.count) == [8, 6],
      parts.suffix(2).allSatisfy({ $0.allSatisfy(\.isNumber) })
    else { return nil }
    return parts.dropLast(2).joined(separator: "-")
  }

  /// The sessions, the newest first, by their lessons' titles.
  static func entries(_ lessons: [LessonItem]) -> [SessionsState.Entry] {
    guard let folder else { return [] }
    var found: [(time: Int, entry: SessionsState.Entry)] = []
    for name in StateDirectory.names(in: folder) where name.hasSuffix(suffix) {
      let path = "\(folder)/\(name)"
      var status = stat()
      guard unsafe stat(path, &status) == 0 else { continue }
      let lesson = slug(name).flatMap { slug in lessons.first { $0.slug == slug } }
      found.append(
        (
          status.st_mtim.tv_sec,
          .init(
            path: path, name: lesson.map { "\($0.number) \($0.title)" } ?? name, bytes: Int(status.st_size),
            age: format(status.st_mtim.tv_sec, "%e %b %H:%M"))
        ))
    }
    return found.sorted { ($0.time, $0.entry.path) > ($1.time, $1.entry.path) }.map(\.entry)
  }

  /// A moment as strftime(3) writes it, in local time.
  private static func format(_ moment: time_t, _ pattern: String) -> String {
    var moment = moment
    var parts = unsafe tm()
    unsafe localtime_r(&moment, &parts)
    let bytes = unsafe [CChar](unsafeUninitializedCapacity: 64) { buffer, count in
      guard let base = buffer.baseAddress else { return }
      count = unsafe strftime(base, 64, pattern, &parts)
    }
    return String(decoding: bytes.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
