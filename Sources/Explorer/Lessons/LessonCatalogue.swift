import Bytes
import CLessons
import ProtoKit

/// The lessons in the course's order.
struct LessonCatalogue: Sendable {
  /// The lessons, numbered from 1.
  private(set) var lessons: [Lesson]

  /// Lessons in the order of their folders' names.
  init(_ lessons: [Lesson]) throws(LessonError) {
    self.lessons = lessons.sorted { $0.folder < $1.folder }
    var slugs: [String: String] = [:]
    for index in self.lessons.indices {
      self.lessons[index].number = index + 1
      let lesson = self.lessons[index]
      if let other = slugs.updateValue(lesson.folder, forKey: lesson.slug) {
        throw LessonError(
          lesson.file, 0, "its slug `\(lesson.slug)` is that of \(other)", fix: "Rename one folder.")
      }
    }
  }

  /// The lessons in the program. Hosts of their labs may have `roles`.
  static func embedded(roles: [RoleDescription]) throws(LessonError) -> LessonCatalogue {
    var lessons: [Lesson] = []
    for index in 0..<clessons_count() {
      let entry = unsafe clessons_at(index)
      let page = unsafe String(
        decoding: UnsafeBufferPointer(start: entry.page, count: entry.page_size), as: UTF8.self)
      var lesson = try LessonParser.parse(page, folder: unsafe String(cString: entry.folder), roles: roles)
      if let session = unsafe entry.session {
        lesson.session = unsafe Array(UnsafeBufferPointer(start: session, count: entry.session_size))
      }
      lessons.append(lesson)
    }
    return try LessonCatalogue(lessons)
  }

  /// The lesson that `name` means: its number, its slug, or a beginning that only one slug has.
  func lesson(_ name: String) throws(LessonError) -> Lesson {
    if let number = Int(name) {
      guard let lesson = lessons.first(where: { $0.number == number }) else {
        throw LessonError(
          name, 0, "there is no lesson of this number",
          fix: "They are 1 to \(lessons.count): `backlab lessons`.")
      }
      return lesson
    }
    if let lesson = lessons.first(where: { $0.slug == name }) { return lesson }
    let found = lessons.filter { !name.isEmpty && $0.slug.hasPrefix(name) }
    if found.count == 1 { return found[0] }
    let clean = String(String.UnicodeScalarView(name.unicodeScalars.map(Self.clean)))
    throw found.isEmpty
      ? LessonError(
        clean, 0, "there is no such lesson",
        fix: NearName.question(for: name, among: lessons.map(\.slug)) + "`backlab lessons` lists them.")
      : LessonError(
        clean, 0, "this begins more than one lesson's name",
        fix: "Which: \(found.map(\.slug).joined(separator: ", "))?")
  }

  private static func clean(_ scalar: Unicode.Scalar) -> Unicode.Scalar { scalar.value < 0x20 ? "?" : scalar }

  /// The newcomer's path: the lessons with a place on it, in its order.
  var path: [Lesson] { lessons.filter { $0.path != nil }.sorted { ($0.path ?? 0) < ($1.path ?? 0) } }
}
