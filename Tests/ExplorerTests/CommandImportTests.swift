import Foundation
import TestSupport
import Testing

/// Holds the modules' arrows: who may import whom, and which module alone imports each C library.
@Suite struct CommandImportTests {
  private static let allowed: [String: Set<String>] = [
    "Bytes": [],
    "Session": ["Bytes"],
    "Dissect": ["Bytes", "Session", "COpenSSL", "CPCRE2", "CZlib", "CBrotli"],
    "Viz": ["Bytes", "Session", "Dissect", "CCmark"],
    "ProtoKit": ["Bytes", "Session", "CLinux", "COpenSSL"],
    "Explorer": [
      "Bytes", "Session", "Dissect", "Viz", "ProtoKit", "CLinux", "CNcurses", "CLessons", "ArgumentParser",
    ],
  ]
  /// The C library and what is light of Foundation, for the modules that call the system.
  private static let system: Set<String> = ["Glibc", "FoundationEssentials", "Synchronization"]

  private static var root: URL { BuiltProgram.root }

  @Test(arguments: allowed.keys.sorted())
  func importsFollowTheArrows(module: String) throws {
    let folder = Self.root.appending(path: "Sources/\(module)")
    let files = try #require(FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil))
    var count = 0
    for case let file as URL in files where file.pathExtension == "swift" {
      count += 1
      for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
        let words = line.split(separator: " ").drop {
          $0.hasPrefix("@") || ["public", "internal", "private", "package"].contains($0)
        }
        guard words.first == "import", let name = words.last else { continue }
        let imported = String(name.split(separator: ".")[0])
        let mayImport = Self.allowed[module, default: []].contains(imported) || Self.system.contains(imported)
        #expect(mayImport, "\(module)/\(file.lastPathComponent) imports \(imported)")
      }
    }
    #expect(count > 0)
  }

  @Test func lessonTableIsCurrent() throws {
    let table = Self.root.appending(path: "Sources/CLessons/table.inc")
    let listed = try String(contentsOf: table, encoding: .utf8).split(separator: "\n").filter {
      $0.hasPrefix("#embed")
    }
    let lessons = Self.root.appending(path: "Lessons")
    var found: [String] = []
    for section in (try? FileManager.default.contentsOfDirectory(atPath: lessons.path).sorted()) ?? [] {
      let folder = lessons.appending(path: section)
      for name in (try? FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()) ?? [] {
        for file in ["lesson.md", "session.pcapng"]
        where FileManager.default.fileExists(atPath: folder.appending(path: "\(name)/\(file)").path) {
          found.append("#embed \"../../Lessons/\(section)/\(name)/\(file)\"")
        }
      }
    }
    #expect(listed.map(String.init) == found, "run `make lessons`")
  }
}
