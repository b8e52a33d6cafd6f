import ArgumentParser
import Glibc
import Viz

/// A command's end with a message on standard error and one of the documented exit codes.
enum Failure {
  /// An argument or a lesson is wrong: 64.
  static func usage(_ message: String) -> any Error { end(64, message) }
  /// A file can't be read: 2.
  static func file(_ message: String) -> any Error { end(2, message) }
  /// Standard output can't be written any more: 2.
  static func output(_ error: CInt) -> any Error {
    end(
      2,
      "standard output can't be written: \(Failure.errorText(error)). Free space there, or choose another file."
    )
  }
  /// Labs can't run here: 69.
  static func unavailable(_ lines: String...) -> any Error { unavailable(lines) }
  /// The same in several lines.
  static func unavailable(_ lines: [String]) -> any Error {
    lines.forEach(complain)
    return ExitCode(69)
  }

  /// The words of an error number.
  static func errorText(_ code: CInt) -> String { unsafe String(cString: strerror(code)) }

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
