import ArgumentParser
import ProtoKit
import Viz

/// `backlab lessons`: what there is to learn.
struct LessonsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lessons", abstract: "List the lessons in the course's order.")

  @Option(
    name: .customLong("lessons"), help: ArgumentHelp("Read the lessons of this directory.", valueName: "dir"))
  var directory: String?

  func run() throws {
    do throws(LessonError) {
      let catalogue = try LessonCatalogue.chosen(directory)
      for lesson in catalogue.lessons { print(Self.line(lesson)) }
      if catalogue.lessons.isEmpty {
        print("This build has no lessons. Those of a directory: backlab lessons --lessons DIR")
      }
    } catch let problem { throw Failure.usage(problem.description) }
  }

  /// A lesson in a line: number, name, minutes and title.
  static func line(_ lesson: Lesson) -> String {
    let number =
      String(repeating: " ", count: max(0, 3 - String(lesson.number).count)) + String(lesson.number)
    let slug = lesson.slug + String(repeating: " ", count: max(1, 26 - lesson.slug.count))
    let minutes = lesson.minutes > 0 ? "\(lesson.minutes) min" : ""
    let pad = String(repeating: " ", count: max(1, 8 - minutes.count))
    return cleaned("\(number)  \(slug)\(minutes)\(pad)\(lesson.title)")
  }
}

/// A command's end with a message on standard error and one of the documented exit codes.
enum Failure {
  /// An argument or a lesson is wrong: 64.
  static func usage(_ message: String) -> any Error { end(64, message) }
  /// A file can't be read: 2.
  static func file(_ message: String) -> any Error { end(2, message) }
  /// Labs can't run here: 69.
  static func unavailable(_ message: String) -> any Error { end(69, message) }

  private static func end(_ code: Int32, _ message: String) -> any Error {
    complain(message)
    return ExitCode(code)
  }
}

/// A text with nothing in it that a terminal would act on.
func cleaned(_ text: String) -> String {
  var result = String.UnicodeScalarView()
  for scalar in text.unicodeScalars { result.append(TextWidth.clean(scalar)) }
  return String(result)
}
