import Bytes
import Foundation
import Session
import TestSupport
import Testing

@testable import Dissect

/// No octet of a capture reaches a terminal as it is, in any format.
@Suite struct OutputSafetyTests {
  /// A session with every control character, turned text and broken UTF-8 where texts stand.
  private static var hostile: Analysis {
    let control = (0..<32).filter { $0 != 10 && $0 != 13 }.map(UInt8.init) + [127]
    let turned = Array("\u{202E}\u{2066}\u{85}\u{9B}31m\u{200F}\u{61C}".utf8)
    let broken: [UInt8] = [0xC0, 0x80, 0xFF, 0xE2, 0x80, 0xF4, 0x90, 0x80, 0x80, 0x9B]
    let odd = control + Array("\"\\<>&'</script>".utf8) + turned + broken
    let request =
      Array("GET /".utf8) + odd.filter { $0 != 32 && $0 != 9 } + Array(" HTTP/1.1\r\nHost: ".utf8) + odd
      + Array("\r\nX-Odd: ".utf8) + odd + Array("\r\nCookie: a=".utf8) + odd + Array("\r\n\r\n".utf8)
    let analysis = Analysis()
    analysis.append(
      .interface(Interface(number: 0, linkType: 1, name: String(decoding: odd, as: UTF8.self))))
    let frames = [
      FrameBuilder.tcp(from: (1, 40000), to: (2, 80), .syn, seq: 1),
      FrameBuilder.tcp(from: (1, 40000), to: (2, 80), [.psh, .ack], seq: 2, ack: 1, payload: request),
      FrameBuilder.udp(from: (1, 40001), to: (2, 9999), payload: odd),
    ]
    for (index, bytes) in frames.enumerated() {
      analysis.append(
        .frame(
          Frame(
            interface: 0, time: Timestamp(nanoseconds: Int64(index)), linkType: 1,
            originalLength: bytes.count, bytes: bytes)))
    }
    return analysis
  }

  private func expectSafe(_ text: TextBuffer, _ name: String) {
    #expect(text.count > 100)
    #expect(String(validating: text.bytes, as: UTF8.self) != nil, "\(name): broken UTF-8")
    let bad = text.text.unicodeScalars.filter { scalar in
      scalar != "\n" && scalar != "\t" && (scalar.value < 32 || scalar.value == 127 || !isSafe(scalar))
    }
    #expect(bad.isEmpty, "\(name): \(bad.map { String($0.value, radix: 16) })")
  }

  private func isSafe(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x80..<0xA0, 0x61C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: false
    default: true
    }
  }

  @Test(arguments: OutputFormat.allCases) func formatsAreSafe(_ format: OutputFormat) throws {
    let analysis = Self.hostile
    for isWhole in [false, true] {
      var options = OutputOptions()
      options.format = format
      options.isWhole = isWhole
      options.hasOctets = format == .text
      options.file = "\u{1B}[31m\"<&"
      if format == .fields || isWhole && format != .text {
        options.fields = [
          "http.host", "http.request.line", "http.request.uri", "_ws.col.Info", "http.cookie",
        ]
        .compactMap { SelectedField($0) }
        #expect(options.fields.count == 5)
      }
      var printer = RowPrinter(options, filter: try Filter(""))
      var text = TextBuffer()
      printer.begin(&text)
      for row in 1...analysis.rows.count { _ = printer.append(row, of: analysis, to: &text) }
      printer.end(&text)
      expectSafe(text, "\(format.rawValue) \(isWhole)")
      if format == .json { _ = try JSONSerialization.jsonObject(with: Data(text.bytes)) }
      if format == .ek {
        for line in text.bytes.split(separator: 10) { _ = try JSONSerialization.jsonObject(with: Data(line)) }
      }
      if format == .pdml { #expect(XMLParserCheck.isWellFormed(text.bytes)) }
    }
  }

  @Test(arguments: Follow.Layer.allCases) func followIsSafe(_ layer: Follow.Layer) throws {
    for style in Follow.Style.allCases {
      let follow = try #require(Follow(layer, stream: 0, in: Self.hostile))
      var text = TextBuffer()
      follow.append(as: style, to: &text)
      expectSafe(text, "\(layer) \(style)")
    }
  }

  @Test func listsAreSafe() {
    var text = TextBuffer()
    Self.hostile.streams().append(to: &text)
    expectSafe(text, "streams")
    text.removeAll()
    CaptureFigures(Self.hostile).append(to: &text)
    expectSafe(text, "stats")
  }

  @Test(arguments: [("header=x", false), ("separator=", false), ("separator=\u{7}", false), ("x", false)])
  func stylesAreHeldToWhatThereIs(_ option: String, _ isKnown: Bool) {
    var style = FieldsStyle()
    let isTaken = style.set(option)
    #expect(isTaken == isKnown)
  }
}

/// Whether XML can be read, as far as tags and attributes go: Foundation's parser is a package of its own on Linux.
private enum XMLParserCheck {
  static func isWellFormed(_ octets: [UInt8]) -> Bool {
    var open: [Substring] = []
    let text = String(decoding: octets, as: UTF8.self)
    for tag in text.split(separator: "<").dropFirst() {
      guard let end = tag.lastIndex(of: ">"), tag[..<end].filter({ $0 == "\"" }).count % 2 == 0 else {
        return false
      }
      let body = tag[..<end]
      let name = body.prefix { $0 != " " && $0 != "/" }
      if body.hasPrefix("?") || body.hasSuffix("/") { continue }
      if body.hasPrefix("/") {
        guard open.popLast() == body.dropFirst() else { return false }
      } else {
        open.append(name)
      }
    }
    return open.isEmpty && text.hasSuffix("</pdml>\n")
  }
}
