import Bytes
import Foundation
import Session

/// Frames of the pcapng fixtures: little-endian, one section, nanosecond stamps or what `if_tsresol` says.
enum CaptureFile {
  static var folder: URL {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")
  }

  /// Every capture there is, those in folders with their folder.
  static let names = try! FileManager.default.subpathsOfDirectory(atPath: folder.path)
    .filter { $0.hasSuffix(".pcapng") }.map { String($0.dropLast(7)) }.sorted()

  /// Those that stand in no folder: one or more of each protocol.
  static let ownNames = names.filter { !$0.contains("/") }

  static func url(_ name: String) -> URL { folder.appending(path: "\(name).pcapng") }

  static func records(_ name: String) throws -> [Record] {
    let bytes = [UInt8](try Data(contentsOf: url(name)))
    func word(_ at: Int) -> Int { (0..<4).reduce(0) { $0 | Int(bytes[at + $1]) << (8 * $1) } }
    func half(_ at: Int) -> Int { Int(bytes[at]) | Int(bytes[at + 1]) << 8 }
    var records: [Record] = []
    var interfaces: [(link: UInt16, unit: Int64)] = []
    var at = 0
    while at + 12 <= bytes.count {
      let size = word(at + 4)
      switch word(at) {
      case 1:
        var unit: Int64 = 1000
        var name: String?
        var option = at + 16
        while option + 4 <= at + size - 4, half(option) != 0 {
          let length = half(option + 2)
          if half(option) == 2 {
            name = String(decoding: bytes[option + 4..<option + 4 + length], as: UTF8.self)
          }
          if half(option) == 9, bytes[option + 4] == 9 { unit = 1 }
          option += 4 + (length + 3) / 4 * 4
        }
        records.append(
          .interface(Interface(number: interfaces.count, linkType: UInt16(half(at + 8)), name: name)))
        interfaces.append((UInt16(half(at + 8)), unit))
      case 6:
        let interface = word(at + 8)
        let stamp = Int64(word(at + 12)) << 32 | Int64(word(at + 16))
        let captured = word(at + 20)
        records.append(
          .frame(
            Frame(
              interface: interface, time: Timestamp(nanoseconds: stamp * interfaces[interface].unit),
              linkType: interfaces[interface].link, originalLength: word(at + 24),
              bytes: Array(bytes[at + 28..<at + 28 + captured]))))
      case 10 where word(at + 8) == 0x544C_534B:
        let length = word(at + 12)
        records.append(.secrets(String(decoding: bytes[at + 16..<at + 16 + length], as: UTF8.self)))
      default: break
      }
      at += max(12, size)
    }
    return records
  }
}
