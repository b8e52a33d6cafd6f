import Foundation

/// Runs tshark, the other dissector, whose words ours are held against.
public enum Tshark {
  /// What a run came to.
  public struct Result: Sendable {
    /// The exit status.
    public var status: Int32
    /// What stood on standard output.
    public var output: String
    /// Its lines.
    public var lines: [String] {
      output.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
    }
  }

  /// The release that Backlab's fields, filters and words are those of: its first two numbers.
  public static let reference = "4.0"

  /// The release that is here: `4.0.17`; empty without one.
  public static let release: String = {
    let first = (try? run(["--version"]))?.lines.first ?? ""
    return first.split(separator: " ").first { $0.first?.isNumber == true }.map(String.init) ?? ""
  }()

  /// Whether tests may hold our words against those of the tshark that is here. Another release words much otherwise, so
  /// that nothing is compared with it, and a line says so; in CI it is compared all the same, and fails.
  public static let mayJudge: Bool = {
    if release.hasPrefix(reference + ".") || ProcessInfo.processInfo.environment["CI"] != nil { return true }
    print("Not compared with tshark: \(release.isEmpty ? "none" : release) is here, \(reference) is meant.")
    return false
  }()

  /// Runs it to its end, in UTC.
  public static func run(_ arguments: [String]) throws -> Result {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["TZ=UTC", "tshark"] + arguments
    let pipe = Pipe()
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return Result(status: process.terminationStatus, output: String(decoding: data, as: UTF8.self))
  }

  /// What it prints, by lines, empty ones too.
  public static func lines(_ arguments: [String]) throws -> [String] { try run(arguments).lines }
}
