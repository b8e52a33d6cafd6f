import Glibc
import ProtoKit

extension LessonCatalogue {
  /// Roles that a lab's hosts may have in this program.
  static let roles: [RoleDescription] = Roles.all

  /// The lessons of `directory`, or those in the program when it is nil.
  static func chosen(_ directory: String?) throws(LessonError) -> LessonCatalogue {
    guard let directory else { return try embedded(roles: roles) }
    return try load(directory: directory, roles: roles)
  }

  /// The lessons below `directory`: `SECTION/LESSON/lesson.md`, with `session.pcapng` beside it if there is one.
  /// Throws when the directory can't be read, holds no lesson, or a page is wrong.
  static func load(directory: String, roles: [RoleDescription]) throws(LessonError) -> LessonCatalogue {
    var lessons: [Lesson] = []
    for section in try names(directory) {
      // A file among the sections (a README) is no section.
      for name in (try? names("\(directory)/\(section)")) ?? [] {
        let folder = "\(section)/\(name)"
        guard let page = try? contents("\(directory)/\(folder)/lesson.md", atMost: 1 << 20) else { continue }
        var lesson = try LessonParser.parse(
          String(decoding: page, as: UTF8.self), folder: folder, roles: roles)
        lesson.session = (try? contents("\(directory)/\(folder)/session.pcapng", atMost: 64 << 20)) ?? []
        lessons.append(lesson)
      }
    }
    if lessons.isEmpty {
      throw LessonError(
        "--lessons \(directory)", 0, "it holds no lesson",
        fix: "Lessons are at SECTION/LESSON/lesson.md in it.")
    }
    return try LessonCatalogue(lessons)
  }

  /// Names in a directory, sorted, hidden ones left out.
  private static func names(_ directory: String) throws(LessonError) -> [String] {
    guard let handle = unsafe opendir(directory) else {
      throw LessonError(
        "--lessons \(directory)", 0, "it can't be read (\(unsafe String(cString: strerror(errno))))",
        fix: "Give a directory that you may read.")
    }
    defer { unsafe closedir(handle) }
    var names: [String] = []
    while let entry = unsafe readdir(handle) {
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted()
  }

  /// The octets of a file; fails for what can't be read or is larger than `limit`.
  private static func contents(_ path: String, atMost limit: Int) throws(LessonError) -> [UInt8] {
    let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else {
      throw LessonError(
        path, 0, "it can't be read (\(unsafe String(cString: strerror(errno))))", fix: "Check the path.")
    }
    defer { close(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = unsafe chunk.withUnsafeMutableBytes { unsafe read(file, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count >= 0, bytes.count + count <= limit else {
        throw LessonError(
          path, 0, "it can't be read or is larger than \(limit) octets", fix: "Check the file.")
      }
      if count == 0 { return bytes }
      bytes += chunk[..<count]
    }
  }
}
