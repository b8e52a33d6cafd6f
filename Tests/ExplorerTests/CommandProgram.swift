import Foundation
import TestSupport
import Testing

/// Runs the real program without a terminal.
enum CommandProgram {
  static let root = BuiltProgram.root
  /// The program's path.
  static let binary = BuiltProgram.path
  static let fixtures = root.appending(path: "Tests/DissectTests/Fixtures").path

  struct Result {
    var status: Int32
    var output: String
    var errors: String
    var lines: [String] { output.split(separator: "\n").map(String.init) }
  }

  /// The program's end, or that of `command` if given. Both streams go through files: no pipe can fill.
  static func run(
    _ arguments: [String], command: String = binary, environment: [String: String] = [:]
  ) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appending(path: "backlab-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let files = ["out", "err"].map { folder.appending(path: $0) }
    for file in files { try Data().write(to: file) }
    let process = Process()
    process.executableURL = URL(filePath: command)
    process.arguments = arguments
    process.environment = [
      "PATH": "/usr/sbin:/usr/bin:/bin", "SWIFT_BACKTRACE": "enable=no", "HOME": folder.path,
    ]
    .merging(environment) { $1 }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: files[0])
    process.standardError = try FileHandle(forWritingTo: files[1])
    try process.run()
    process.waitUntilExit()
    let texts = try files.map { String(decoding: try Data(contentsOf: $0), as: UTF8.self) }
    return Result(
      status: process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus,
      output: texts[0], errors: texts[1])
  }
}
