import Foundation

/// Pictures kept as files in a folder `Golden` beside the test that asks.
public enum Golden {
  /// Compares `lines` with `Golden/NAME.txt`. Returns what differs, nil when nothing does. With `RECORD=1` in the
  /// environment the file is written instead.
  public static func difference(_ lines: [String], named name: String, beside file: String) -> String? {
    let url = URL(filePath: file).deletingLastPathComponent().appending(path: "Golden/\(name).txt")
    let text = lines.joined(separator: "\n") + "\n"
    if ProcessInfo.processInfo.environment["RECORD"] == "1" {
      do { try text.write(to: url, atomically: true, encoding: .utf8) } catch {
        return "\(url.path): \(error)"
      }
      return nil
    }
    guard let wanted = try? String(contentsOf: url, encoding: .utf8) else {
      return "\(url.path) is missing; RECORD=1 writes it. The picture is\n\(text)"
    }
    if wanted == text { return nil }
    let old = wanted.split(separator: "\n", omittingEmptySubsequences: false)
    for (number, line) in lines.enumerated() where number >= old.count || old[number] != line {
      let was = number < old.count ? String(old[number]) : "(no line)"
      return
        "Golden/\(name).txt differs in line \(number + 1)\n  kept: \(was)\n  now:  \(line)\nThe picture is\n\(text)"
    }
    return "Golden/\(name).txt has more lines than the picture\n\(text)"
  }
}
