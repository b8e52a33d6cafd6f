import Bytes
import Testing

@testable import Dissect

/// Packed bodies: what comes out, and where it stops.
@Suite struct UnpackingTests {
  /// Deflate's fixed code for `count` octets of the letter x, 258 at a time: a hundred and sixty times shorter.
  func bomb(_ count: Int) -> [UInt8] {
    var out: [UInt8] = []
    var bits: UInt32 = 0
    var filled: UInt32 = 0
    func add(_ value: UInt32, _ count: UInt32) {
      bits |= value << filled
      filled += count
      while filled >= 8 {
        out.append(UInt8(truncatingIfNeeded: bits))
        bits >>= 8
        filled -= 8
      }
    }
    // A code's bits stand with the highest first.
    func code(_ value: UInt32, _ count: UInt32) {
      for bit in (0..<count).reversed() { add(value >> bit & 1, 1) }
    }
    add(1, 1)
    add(1, 2)
    code(0x30 + 120, 8)
    for _ in 0..<count / 258 {
      code(0b1100_0101, 8)
      code(0, 5)
    }
    code(0, 7)
    add(0, 7)
    return out
  }

  @Test func deflateWithoutItsHeaderIsTakenToo() {
    let packed = bomb(2580)
    let result = Unpacking.body(packed.raw, .deflate)
    #expect(result.end == .whole)
    #expect(result.bytes == [UInt8](repeating: 120, count: 2581))
  }

  @Test func bombsAreCut() {
    let packed = bomb(Unpacking.limit * 3)
    let result = Unpacking.body(packed.raw, .deflate)
    #expect(result.end == .cut)
    #expect(result.bytes.count == Unpacking.limit)
  }

  @Test func everyBeginningIsSurvived() {
    let packed = bomb(100_000)
    for coding in [ContentCoding.gzip, .deflate, .brotli] {
      for count in 0...packed.count where count < 60 || count % 97 == 0 {
        let part = Array(packed[..<count])
        #expect(Unpacking.body(part.raw, coding).bytes.count <= Unpacking.limit)
      }
    }
    #expect(Unpacking.body(Array(packed.dropLast(3)).raw, .deflate).end == .short)
  }

  @Test func brotliIsUnpacked() {
    // "hello" in an uncompressed metablock.
    let packed: [UInt8] = [0x0B, 0x02, 0x80, 0x68, 0x65, 0x6C, 0x6C, 0x6F, 0x03]
    let result = Unpacking.body(packed.raw, .brotli)
    #expect(String(decoding: result.bytes, as: UTF8.self) == "hello")
    #expect(Unpacking.body(Array("no brotli at all".utf8).raw, .brotli).end != .whole)
  }

  @Test func jsonOfAnyDepthIsSurvived() {
    for depth in [10, 99, 100, 101, 499, 500, 501, 100_000] {
      let text = String(repeating: "[", count: depth) + "1" + String(repeating: "]", count: depth)
      let bytes = Array(text.utf8)
      var tree = Dissection(frame: bytes)
      tree.body(bytes.raw, base: 0, type: Array("application/json".utf8).raw)
      #expect(tree.all(JSONField.array).count == (depth <= 500 ? min(depth, 100) : 0))
      for node in tree.nodes { _ = tree.label(node) }
    }
  }

  @Test func anyJSONIsSurvived() {
    let text = #"{"a\u0041":[1,-2.5e3,true,null,{"b":"c\n\ud83d\ude00"}],"d":{}} [ ]"#
    let whole = Array(text.utf8)
    var shuffle = Shuffle()
    for round in 0..<whole.count + 2000 {
      var bytes = round < whole.count ? Array(whole[..<round]) : whole
      if round >= whole.count {
        for _ in 0..<3 { bytes[shuffle.next(bytes.count)] = Array(#"{}[],:"\u01 e"#.utf8)[shuffle.next(13)] }
      }
      var tree = Dissection(frame: bytes)
      tree.body(bytes.raw, base: 0, type: Array("application/json".utf8).raw)
      #expect(tree.nodes.allSatisfy { Int($0.offset) + Int($0.length) <= bytes.count })
      for node in tree.nodes { _ = tree.label(node) }
    }
  }
}
