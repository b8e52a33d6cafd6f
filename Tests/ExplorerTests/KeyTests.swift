import Testing

@testable import Explorer

/// Bytes of a terminal become keys, whole and at every cut.
@Suite struct KeyTests {
  static let table: [(String, [Input])] = [
    ("q", [.key(KeyPress(.character("q")))]),
    ("\r", [.key(KeyPress(.enter))]),
    ("\t", [.key(KeyPress(.tab))]),
    ("\u{7F}", [.key(KeyPress(.backspace))]),
    ("\u{4}", [.key(KeyPress(.character("d"), .control))]),
    ("\u{1B}[A", [.key(KeyPress(.up))]),
    ("\u{1B}OB", [.key(KeyPress(.down))]),
    ("\u{1B}[1;5C", [.key(KeyPress(.right, .control))]),
    ("\u{1B}[Z", [.key(KeyPress(.tab, .shift))]),
    ("\u{1B}[5~", [.key(KeyPress(.pageUp))]),
    ("\u{1B}[20~", [.key(KeyPress(.function(9)))]),
    ("\u{1B}[[A", [.key(KeyPress(.function(1)))]),
    ("\u{1B}x", [.key(KeyPress(.character("x"), .alt))]),
    ("\u{E9}", [.key(KeyPress(.character("\u{E9}")))]),
    ("\u{6F22}", [.key(KeyPress(.character("\u{6F22}")))]),
    ("\u{1B}[200~a\nb\u{1B}[Ac\u{1B}[201~", [.paste("a\nb\u{1B}[Ac")]),
    ("\u{1B}[<0;12;5M", [.mouse(Mouse(action: .press, button: 0, x: 11, y: 4))]),
    ("\u{1B}[<0;12;5m", [.mouse(Mouse(action: .release, button: 0, x: 11, y: 4))]),
    ("\u{1B}[<64;300;5M", [.mouse(Mouse(action: .wheelUp, button: 0, x: 299, y: 4))]),
    ("\u{1B}[<68;1;1M", [.mouse(Mouse(action: .wheelUp, button: 0, x: 0, y: 0, modifiers: .shift))]),
    ("\u{1B}[I", [.focus(true)]),
    ("\u{1B}[48;36;120;0;0t", [.resize(columns: 120, lines: 36)]),
    ("\u{1B}[97;5u", [.key(KeyPress(.character("a"), .control))]),
    ("\u{1B}]11;rgb:0000/0000/0000\u{1B}\\", []),
    ("\u{1B}[?1;2c", []),
    ("\u{1B}[99;99y", []),
  ]

  @Test(arguments: 0..<table.count) func sequenceIsRead(_ index: Int) {
    let (text, wanted) = Self.table[index]
    var decoder = InputDecoder()
    #expect(decoder.push(Array(text.utf8)) == wanted)
    #expect(!decoder.isWaiting)
  }

  @Test(arguments: 0..<table.count) func everyCutGivesTheSame(_ index: Int) {
    let (text, wanted) = Self.table[index]
    let bytes = Array(text.utf8)
    for cut in 0...bytes.count {
      var decoder = InputDecoder()
      #expect(decoder.push(bytes[..<cut]) + decoder.push(bytes[cut...]) == wanted, "cut at \(cut)")
    }
    var decoder = InputDecoder()
    #expect(bytes.flatMap { decoder.push([$0]) } == wanted)
  }

  @Test func loneEscapeWaitsForFlush() {
    var decoder = InputDecoder()
    #expect(decoder.push([0x1B]).isEmpty)
    #expect(decoder.isWaiting)
    #expect(decoder.flush() == [.key(KeyPress(.escape))])
    #expect(!decoder.isWaiting)
  }

  @Test func brokenTextIsReplacedNotDropped() {
    var decoder = InputDecoder()
    #expect(
      decoder.push([0xC3, 0x41, 0xFF]) == [
        .key(KeyPress(.character("\u{FFFD}"))), .key(KeyPress(.character("A"))),
        .key(KeyPress(.character("\u{FFFD}"))),
      ])
  }

  @Test func anyBytesAreSurvived() {
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15
    func next() -> UInt8 {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return UInt8(truncatingIfNeeded: state >> 24)
    }
    let likely: [UInt8] = Array("\u{1B}[O<;0129~MmuABt]P\\".utf8) + [7, 0xC3, 0xF0, 0x80]
    for _ in 0..<2000 {
      var decoder = InputDecoder()
      let bytes = (0..<Int(next() % 60)).map { _ in
        next() & 1 == 0 ? next() : likely[Int(next()) % likely.count]
      }
      var inputs: [Input] = []
      for byte in bytes { inputs += decoder.push([byte]) }
      inputs += decoder.flush()
      // At most one input a byte: nothing is made up.
      #expect(inputs.count <= bytes.count)
      // An unfinished paste may still be open; its end closes it, and then a plain key is a plain key again.
      _ = decoder.push(Array("\u{1B}[201~".utf8))
      #expect(decoder.push(Array("q".utf8)) == [.key(KeyPress(.character("q")))])
    }
  }

  @Test(arguments: ["q", "Space", "C-d", "S-Tab", "F9", "Enter", "A-x", "?", "<", "-"])
  func writtenFormIsReadBack(_ name: String) {
    #expect(KeyPress(name: name)?.name == name)
  }
}
