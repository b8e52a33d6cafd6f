import Bytes
import Testing

@Suite struct TextBufferTests {
  private func text(_ write: (inout TextBuffer) -> Void) -> String {
    var buffer = TextBuffer()
    write(&buffer)
    return buffer.text
  }

  @Test func numbersAreThoseOfSwift() {
    var number: UInt64 = 1
    for _ in 0..<64 {
      for one in [number &- 1, number, number &+ 1, number &* 3] {
        #expect(text { $0.append(one) } == String(one))
        #expect(text { $0.append(Int64(bitPattern: one)) } == String(Int64(bitPattern: one)))
        #expect(text { $0.append(hex: one) } == String(one, radix: 16))
      }
      number = number &* 10
    }
    #expect(text { $0.append(UInt64.max) } == "18446744073709551615")
    #expect(text { $0.append(Int64.min) } == "-9223372036854775808")
    #expect(text { $0.append(hex: 0x2A, digits: 20) } == "0000000000000000002a")
  }

  @Test func secondsAreThoseOfSeconds() {
    for n: Int64 in [0, 1, -1, 999_999_999, 1_000_000_000, -1_500_000_001, 123_456_789_012_345, .max, .min] {
      for decimals in 0...9 {
        #expect(text { $0.append(seconds: n, decimals: decimals) } == Seconds.text(n, decimals: decimals))
      }
    }
  }

  @Test func addressesAndPadding() {
    #expect(text { $0.append(IPv4Address(0xC000_02FF)) } == "192.0.2.255")
    let octets: [UInt8] = [0, 255, 160]
    let colons = text { unsafe $0.append(hex: octets.span.bytes, separator: 58) }
    #expect(colons == "00:ff:a0")
    var buffer = TextBuffer()
    buffer.append("ab")
    buffer.pad(from: 0, width: 5)
    buffer.truncate(to: 4)
    #expect(buffer.text == "   a")
  }

  @Test func nothingSteersATerminal() {
    #expect(text { $0.append(clean: "a\u{1B}[2Jb\tc\u{7F}") } == "a␛[2Jb␉c␡")
    #expect(text { $0.append(clean: "é→😀") } == "é→😀")
    #expect(
      text { $0.append(clean: "\u{9B}\u{202E}\u{2066}\u{200F}\u{61C}") }
        == "\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}")
  }

  /// Whatever the octets, the result is UTF-8 without control characters, and what was clean stays as it is.
  @Test func anyOctetsBecomeText() {
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15
    for _ in 0..<3000 {
      var octets: [UInt8] = []
      for _ in 0..<24 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        // High octets often, so that sequences of several begin and break.
        octets.append(UInt8(truncatingIfNeeded: state >> 8) | (state & 1 == 0 ? 0x80 : 0))
      }
      var buffer = TextBuffer()
      unsafe buffer.append(clean: octets.span.bytes)
      #expect(String(validating: buffer.bytes, as: UTF8.self) != nil)
      #expect(buffer.text.unicodeScalars.allSatisfy { $0.value >= 32 && !(127..<160).contains($0.value) })
      if let valid = String(validating: octets, as: UTF8.self),
        valid.unicodeScalars.allSatisfy({ $0.value >= 32 && !(127..<160).contains($0.value) && !$0.isMark })
      {
        #expect(buffer.text == valid)
      }
    }
  }
}

extension Unicode.Scalar {
  fileprivate var isMark: Bool {
    [0x61C, 0x200E, 0x200F].contains(value) || (0x202A...0x202E).contains(value)
      || (0x2066...0x2069).contains(value)
  }
}
