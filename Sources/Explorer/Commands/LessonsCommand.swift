import ArgumentParser

/// `backlab lessons`: what there is to learn.
struct LessonsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lessons", abstract: "List the lessons in the course's order.")

  @Option(
    name: .customLong("lessons"), help: ArgumentHelp("Read the lessons of this directory.", valueName: "dir"))
  var directory: String?

  func run() throws { try Self.list(directory) }

  /// Writes a line a lesson of `directory`, or of the program when it is nil.
  static func list(_ directory: String?) throws {
    var output = Output()
    let catalogue: LessonCatalogue
    do throws(LessonError) { catalogue = try LessonCatalogue.chosen(directory) } catch let problem {
      throw Failure.usage(problem.description)
    }
    let width = (catalogue.lessons.map(\.slug.count).max() ?? 0) + 2
    for lesson in catalogue.lessons { try output.line(line(lesson, width)) }
    if catalogue.lessons.isEmpty {
      try output.line("This build has no lessons. Those of a directory: backlab lessons --lessons DIR")
    }
    try output.flush()
  }

  /// A lesson in a line: number, name in `width` columns, minutes and title.
  private static func line(_ lesson: Lesson, _ width: Int) -> String {
    let minutes = lesson.minutes > 0 ? "\(lesson.minutes) min" : ""
    return
      "\(String(lesson.number).right(3))  \(lesson.slug.padded(width))\(minutes.right(6))  \(lesson.title)"
  }
}
