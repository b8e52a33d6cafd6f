internal import CLinux
internal import Glibc

/// How far the learner is: a word a lesson, kept from the first day.
struct Progress: Sendable, Equatable {
  enum Word: String, Sendable { case started, done }
  /// By slug.
  var words: [String: Word] = [:]
  /// Whether the program was started before.
  var isFirstStart = true

  /// Reads the file's text; lines that are none are left out.
  init(text: String = "", exists: Bool = false) {
    isFirstStart = !exists
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: " ")
      if parts.count == 2, let word = Word(rawValue: String(parts[1])) { words[String(parts[0])] = word }
    }
  }

  /// The file's text.
  var text: String {
    "# Backlab: lessons started and done\n"
      + words.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.rawValue)\n" }.joined()
  }

  /// A lesson was opened.
  mutating func start(_ slug: String) { if words[slug] == nil { words[slug] = .started } }
  /// A lesson's run came to its end.
  mutating func finish(_ slug: String) { words[slug] = .done }
}

/// Where the program keeps what it must remember.
enum StateDirectory {
  /// `$XDG_STATE_HOME/backlab`, by default `~/.local/state/backlab`; nil when there is neither.
  static var path: String? {
    if let state = environment("XDG_STATE_HOME"), state.hasPrefix("/") { return state + "/backlab" }
    return environment("HOME").map { $0 + "/.local/state/backlab" }
  }

  /// A variable that is set and not empty.
  static func environment(_ name: String) -> String? {
    guard let value = unsafe getenv(name), unsafe value.pointee != 0 else { return nil }
    return unsafe String(cString: value)
  }

  /// Makes a directory and those above it; false when it can't be.
  @discardableResult
  static func make(_ path: String) -> Bool {
    var current = ""
    for part in path.split(separator: "/") {
      current += "/" + part
      if unsafe mkdir(current, 0o700) != 0, errno != EEXIST { return false }
    }
    return true
  }

  /// Replaces a file in one piece: after a crash it is the old or the new, never a half.
  @discardableResult
  static func replace(_ path: String, with bytes: [UInt8]) -> Bool {
    let temporary = "\(path).\(getpid())"
    let descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return false }
    let isWritten = Descriptor.write(bytes, to: descriptor) && fsync(descriptor) == 0
    close(descriptor)
    guard isWritten, unsafe rename(temporary, path) == 0 else {
      unsafe unlink(temporary)
      return false
    }
    return true
  }

  /// A file's bytes, at most `limit`; nil when it can't be read.
  static func contents(_ path: String, limit: Int = 1 << 20) -> [UInt8]? {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    while bytes.count < limit, case .bytes(let chunk) = Descriptor.read(descriptor) { bytes += chunk }
    return bytes
  }

  /// The names in a directory, sorted.
  static func names(in path: String) -> [String] {
    guard let directory = unsafe opendir(path) else { return [] }
    defer { unsafe closedir(directory) }
    var names: [String] = []
    while let entry = unsafe readdir(directory) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted()
  }

  /// Reads the progress.
  static func loadProgress() -> Progress {
    guard let path, let bytes = contents(path + "/progress") else { return Progress() }
    return Progress(text: String(decoding: bytes, as: UTF8.self), exists: true)
  }

  /// Writes the progress; false when it can't be kept.
  @discardableResult
  static func save(_ progress: Progress) -> Bool {
    guard let path, make(path) else { return false }
    return replace(path + "/progress", with: Array(progress.text.utf8))
  }
}
