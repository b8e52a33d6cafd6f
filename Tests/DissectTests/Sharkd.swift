import Foundation

/// Wireshark's own filter engine, asked many times in one process: tshark takes a third of a second to start.
final class Sharkd {
  private let process = Process()
  private let input = Pipe()
  private let output = Pipe()
  private var rest = Data()
  private var number = 0

  /// Opens a capture.
  init(_ capture: URL) throws {
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["sharkd", "-"]
    process.standardInput = input
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    _ = try ask("load", "file", capture.path)
  }

  deinit {
    try? input.fileHandleForWriting.close()
    process.waitUntilExit()
  }

  /// The numbers of the rows that a filter chooses; nil when it is refused.
  func rows(_ filter: String) throws -> [Int]? {
    guard try ask("check", "filter", filter)["result"] != nil else { return nil }
    let rows = try ask("frames", "filter", filter)["result"] as? [[String: Any]] ?? []
    return rows.compactMap { $0["num"] as? Int }
  }

  private func ask(_ method: String, _ name: String, _ value: String) throws -> [String: Any] {
    number += 1
    let words = try JSONSerialization.data(withJSONObject: [value], options: .withoutEscapingSlashes)
    let text = String(decoding: words.dropFirst().dropLast(), as: UTF8.self)
    // sharkd wants the members in this order.
    let request =
      "{\"jsonrpc\":\"2.0\",\"id\":\(number),\"method\":\"\(method)\",\"params\":{\"\(name)\":\(text)}}\n"
    try input.fileHandleForWriting.write(contentsOf: Data(request.utf8))
    while true {
      guard let end = rest.firstIndex(of: 10) else {
        let more = output.fileHandleForReading.availableData
        guard !more.isEmpty else { throw CocoaError(.fileReadUnknown) }
        rest += more
        continue
      }
      let line = rest[..<end]
      rest = Data(rest[(end + 1)...])
      if line.first == UInt8(ascii: "{") {
        return try JSONSerialization.jsonObject(with: line) as? [String: Any] ?? [:]
      }
    }
  }
}
