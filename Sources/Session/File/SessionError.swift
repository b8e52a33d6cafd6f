/// Why a session file could not be opened or finished.
public struct SessionError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The file concerned, as it was named.
  public var path: String
  /// What was wrong, without a full stop.
  public var what: String
  /// What to do about it, a sentence.
  public var remedy: String

  /// Makes an error.
  public init(path: String, what: String, remedy: String) {
    self.path = path
    self.what = what
    self.remedy = remedy
  }

  /// One line: the file, what was wrong, what to do.
  public var description: String { "\(path.oneLine): \(what). \(remedy)" }
}
