/// What is wrong with a lesson or with what was asked of it: where, what, and what to do.
struct LessonError: Error, Equatable, CustomStringConvertible {
  /// The page, or the argument (`--set`).
  var file: String
  /// Line in the page, from 1; 0 when the error concerns no line.
  var line: Int
  /// What is wrong, without a full stop.
  var what: String
  /// What to do about it.
  var fix: String

  /// Makes an error.
  init(_ file: String, _ line: Int = 0, _ what: String, fix: String) {
    self.file = file
    self.line = line
    self.what = what
    self.fix = fix
  }

  /// `file:line: what. fix`.
  var description: String { "\(file)\(line > 0 ? ":\(line)" : ""): \(what). \(fix)" }
}
