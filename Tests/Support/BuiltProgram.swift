public import Foundation

/// The program that the tests were built with.
public enum BuiltProgram {
  /// The project's folder.
  public static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  /// The program's path.
  public static let path = root.appending(path: ".build/debug/backlab").path
}
