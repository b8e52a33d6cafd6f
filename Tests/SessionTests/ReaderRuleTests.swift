import Bytes
import Testing

@testable import Session

/// One test for each row of the table of odd files in docs/session-file.md.
@Suite struct ReaderRuleTests {
  private let octets: [UInt8] = [1, 2, 3, 4, 5]

  @Test func sectionOfTheOtherByteOrder() {
    var bytes = capture { $0.packet(octets) }
    bytes += capture(isBig: true) { $0.packet([9, 8, 7]) }
    let all = records(bytes)
    #expect(all.frames.map(\.section) == [1, 2])
    #expect(all.frames.map(\.interface) == [0, 0])
    #expect(all.frames.map(\.bytes) == [octets, [9, 8, 7]])
    #expect(all.frames.map { $0.time?.nanoseconds } == [5_000_000_000, 5_000_000_000])
    #expect(all.troubles.isEmpty)
  }

  @Test func minorVersionTwo() {
    var blocks = Blocks()
    blocks.section(minor: 2)
    blocks.interface()
    blocks.packet(octets)
    #expect(records(blocks.bytes).frames.count == 1)
    #expect(records(blocks.bytes).troubles.isEmpty)
  }

  @Test func unknownVersionInTheMiddle() {
    var blocks = Blocks()
    for minor in [0, 1, 0] as [UInt16] {
      blocks.section(minor: minor)
      blocks.interface()
      blocks.packet(octets)
    }
    let all = records(blocks.bytes)
    #expect(all.frames.map(\.section) == [1, 3])
    #expect(all.troubles.map(\.isEnd) == [false])
    #expect(all.troubles.first?.text.contains("1.1") == true)
  }

  @Test func lastBlockCutAnywhere() {
    let good = capture { $0.packet(octets) }
    let whole = capture {
      $0.packet(octets)
      $0.packet(octets)
    }
    for end in good.count + 1..<whole.count {
      let all = records(Array(whole[..<end]))
      #expect(all.frames.count == 1)
      #expect(all.troubles.map(\.offset) == [Int64(good.count)], "cut at \(end)")
      #expect(all.troubles.last?.isEnd == true)
    }
  }

  @Test func strayOctetsAtTheEnd() {
    let good = capture { $0.packet(octets) }
    let all = records(good + [1, 2, 3, 4, 5])
    #expect(all.frames.count == 1)
    #expect(all.troubles.map(\.offset) == [Int64(good.count)])
  }

  @Test func zerosAtTheEnd() {
    let good = capture { $0.packet(octets) }
    let all = records(good + [UInt8](repeating: 0, count: 4096))
    #expect(all.frames.count == 1)
    #expect(all.troubles.map(\.offset) == [Int64(good.count)])
    #expect(all.troubles.last?.isEnd == true)
  }

  @Test func lengthsThatDiffer() {
    let all = records(
      capture {
        $0.packet([1])
        $0.block(6, [UInt8](repeating: 0, count: 20), trailing: 77)
        $0.packet([2])
      })
    #expect(all.frames.map(\.bytes) == [[1], [2]])
    #expect(all.troubles.count == 1 && all.troubles[0].text.contains("77") && !all.troubles[0].isEnd)
  }

  @Test func lengthsThatDifferAndRubbishAfterwards() {
    var bytes = capture { $0.block(6, [UInt8](repeating: 0, count: 20), trailing: 77) }
    bytes += [UInt8](repeating: 0x55, count: 33)
    bytes += capture { $0.packet([2]) }
    let all = records(bytes)
    #expect(all.frames.map(\.bytes) == [[2]])
    #expect(all.frames.map(\.section) == [2])
  }

  @Test func lengthThatIsNoMultipleOfFour() {
    var bytes = capture {
      $0.packet([1])
      $0.block(6, [UInt8](repeating: 0, count: 24), length: 35)
    }
    let lost = records(bytes)
    #expect(lost.frames.count == 1)
    #expect(lost.troubles.first?.text.contains("35") == true)
    #expect(lost.troubles.last?.isEnd == true)
    bytes += capture { $0.packet([2]) }
    #expect(records(bytes).frames.map(\.bytes) == [[1], [2]])
  }

  @Test func lengthBeyondEveryLimit() {
    let all = records(
      capture {
        $0.packet([1])
        $0.block(0x7777, [], length: 0x4000_0000)
      })
    #expect(all.frames.count == 1)
    #expect(all.troubles.count == 1 && all.troubles[0].isEnd)
  }

  @Test func claimedLengthIsNotAllocated() {
    var decoder = SessionDecoder()
    decoder.push(
      capture {
        $0.bytes += $0.number(6 as UInt32) + $0.number(12 << 20 as UInt32) + [UInt8](repeating: 0, count: 20)
      })
    while let record = decoder.next() {
      if case .trouble = record { Issue.record("a whole block is no trouble") }
    }
    #expect(decoder.heldCapacity < 1 << 16)
  }

  @Test func frameThatIsTooShort() {
    let all = records(
      capture {
        $0.block(6, [0, 0, 0, 0])
        $0.packet([2])
      })
    #expect(all.frames.map(\.bytes) == [[2]])
    #expect(all.troubles.count == 1)
  }

  @Test func frameLongerThanItsBlock() {
    let all = records(
      capture {
        $0.packet([1], captured: 9)
        $0.packet([1], captured: .max)
        $0.packet([2])
      })
    #expect(all.frames.map(\.bytes) == [[2]])
    #expect(all.troubles.map { $0.text.contains("claims") } == [true, true])
  }

  @Test func optionThatOverrunsItsBlock() {
    let all = records(
      capture {
        $0.packet([1], $0.option(2, [1, 0, 0, 0]) + $0.number(1 as UInt16) + $0.number(4000 as UInt16))
        $0.packet([2])
      })
    #expect(all.frames.map(\.bytes) == [[1], [2]])
    #expect(all.frames[0].flags == 1)
    #expect(all.troubles.count == 1 && all.troubles[0].text.contains("option 1"))
  }

  @Test func unknownInterface() {
    let all = records(
      capture {
        $0.packet([1], interface: 4)
        $0.packet([2])
      })
    #expect(all.frames.map(\.bytes) == [[2]])
    #expect(all.troubles.first?.text.contains("interface 4") == true)
  }

  @Test func noEndOfOptions() {
    let all = records(capture { $0.packet([1], $0.option(1, Array("hello".utf8))) })
    #expect(all.frames.map(\.comments) == [["hello"]])
    #expect(all.troubles.isEmpty)
  }

  @Test func unknownBlocksAndOptions() {
    let all = records(
      capture {
        $0.block(0x7777, [1, 2, 3, 4])
        $0.block(0xBAD, [1, 2, 3, 4])
        $0.packet([1], $0.option(999, [1, 2, 3]) + $0.option(1, Array("kept".utf8)))
      })
    #expect(all.frames.map(\.comments) == [["kept"]])
    #expect(all.troubles.isEmpty)
  }

  @Test func largeUnknownBlockIsNotHeld() {
    let bytes = capture {
      $0.block(0x7777, [UInt8](repeating: 7, count: 17 << 20))
      $0.packet([2])
    }
    var decoder = SessionDecoder()
    var frames = 0
    var at = 0
    while at < bytes.count {
      let end = min(at + 65536, bytes.count)
      decoder.push(Array(bytes[at..<end]))
      at = end
      while let record = decoder.next() { if case .frame = record { frames += 1 } }
    }
    #expect(frames == 1)
    #expect(decoder.heldCapacity < 1 << 20)
  }

  @Test func largeKnownBlockIsReportedAndPassedOver() {
    let all = records(
      capture {
        $0.packet([UInt8](repeating: 7, count: 17 << 20))
        $0.packet([2])
      }, piece: 1 << 20)
    #expect(all.frames.map(\.bytes) == [[2]])
    #expect(all.troubles.map(\.isEnd) == [false])
  }

  @Test func simplePacket() {
    var blocks = Blocks()
    blocks.section()
    blocks.interface(snapLength: 4)
    blocks.block(3, blocks.number(5 as UInt32) + octets)
    blocks.block(3, blocks.number(2 as UInt32) + [8, 9])
    let frames = records(blocks.bytes).frames
    #expect(frames.map(\.bytes) == [[1, 2, 3, 4], [8, 9]])
    #expect(frames.map(\.originalLength) == [5, 2])
    #expect(frames.allSatisfy { $0.time == nil })
  }

  @Test func obsoletePacket() {
    let all = records(
      capture {
        let stamp = $0.number(0 as UInt32) + $0.number(7_000_000 as UInt32)
        $0.block(
          2,
          $0.number(0 as UInt16) + $0.number(3 as UInt16) + stamp + $0.number(2 as UInt32)
            + $0.number(60 as UInt32) + [5, 6])
      })
    #expect(all.frames.map(\.bytes) == [[5, 6]])
    #expect(all.frames[0].originalLength == 60 && all.frames[0].time?.nanoseconds == 7_000_000_000)
  }

  @Test func resolutionsAndOffsets() {
    func moment(_ resolution: UInt8, _ offset: Int64, _ ticks: UInt64) -> Int64? {
      var blocks = Blocks()
      blocks.section()
      blocks.interface(blocks.option(9, [resolution]) + blocks.option(14, blocks.number(offset)))
      blocks.packet([1], ticks: ticks)
      return records(blocks.bytes).frames.first?.time?.nanoseconds
    }
    #expect(moment(0x94, 1000, 5 << 20) == 1_005_000_000_000)
    #expect(moment(0x94, 0, 1 << 19) == 500_000_000)
    #expect(moment(9, -3, 1) == -2_999_999_999)
    #expect(moment(0, 0, 7) == 7_000_000_000)
    #expect(moment(12, 0, 7_999) == 7)
    #expect(moment(127, 0, .max) == 0)
    #expect(moment(0xFF, 0, .max) == 0)
    #expect(moment(0, 0, .max) == .max)
    #expect(moment(9, .min, 0) == .min)
  }

  @Test func textsEndAtNULAndAreRepaired() {
    var blocks = Blocks()
    blocks.section()
    blocks.interface(blocks.option(2, [0x65, 0x74, 0x68, 0, 0x58]) + blocks.option(3, [0x61, 0xFF]))
    let interface = records(blocks.bytes).interfaces.first
    #expect(interface?.name == "eth" && interface?.description == "a\u{FFFD}")
  }

  @Test func wideNumbersAtOddPlaces() {
    let all = records(
      capture {
        $0.packet([1], $0.option(1, [0x61]) + $0.option(5, $0.number(0x0102_0304_0506_0708 as UInt64)))
      })
    #expect(all.frames.map(\.packetID) == [0x0102_0304_0506_0708])
  }

  @Test func interfacesNamesAndSecretsAnywhere() {
    let all = records(
      capture {
        $0.packet([1])
        $0.interface(linkType: 101)
        $0.packet([2], interface: 1)
        $0.block(4, $0.option(1, [192, 0, 2, 1] + Array("a.example\0b\0".utf8)) + $0.number(0 as UInt32))
        $0.block(10, $0.number(0x544C_534B as UInt32) + $0.number(3 as UInt32) + [0x61, 0x62, 0x63])
      })
    #expect(all.frames.map(\.linkType) == [1, 101])
    #expect(all.secrets == ["abc"])
    let names = all.compactMap { if case .names(let names) = $0 { names } else { nil } }
    #expect(names == [[NameRecord(address: "192.0.2.1", name: "a.example")]])
    #expect(all.troubles.isEmpty)
  }

  @Test func classicPcap() {
    let magics: [(UInt32, Bool, Int, Int64)] = [
      (0xA1B2_C3D4, false, 0, 1000), (0xA1B2_3C4D, false, 0, 1), (0xA1B2_C3D4, true, 0, 1000),
      (0xA1B2_3C4D, true, 0, 1), (0xA1B2_CD34, false, 8, 1000),
    ]
    for (magic, isBig, extra, unit) in magics {
      let b = Blocks(isBig: isBig)
      var bytes = b.number(magic) + b.number(2 as UInt16) + b.number(4 as UInt16) + b.number(0 as UInt64)
      bytes += b.number(65535 as UInt32) + b.number(0xF000_0065 as UInt32)
      let start = bytes.count
      for n in [3, 5] as [UInt32] {
        bytes += b.number(1000 as UInt32) + b.number(42 as UInt32) + b.number(n) + b.number(99 as UInt32)
        bytes += [UInt8](repeating: 0xEE, count: extra) + [UInt8](repeating: UInt8(n), count: Int(n))
      }
      for piece in [1, 7, Int.max] {
        let all = records(bytes, piece: piece)
        #expect(all.frames.map(\.bytes) == [[3, 3, 3], [5, 5, 5, 5, 5]])
        #expect(all.frames.allSatisfy { $0.time?.nanoseconds == 1_000_000_000_000 + 42 * unit })
        #expect(all.frames.allSatisfy { $0.linkType == 101 && $0.originalLength == 99 })
        #expect(all.troubles.isEmpty)
      }
      for end in start..<bytes.count {
        let all = records(Array(bytes[..<end]))
        let first = start + 16 + extra + 3
        #expect(all.frames.count == (end >= first ? 1 : 0))
        #expect(all.troubles.count == (end == start || end == first ? 0 : 1))
      }
      let huge = b.number(0 as UInt64) + b.number(262_145 as UInt32) + b.number(1 as UInt32)
      #expect(records(bytes + huge + [UInt8](repeating: 0, count: 40)).troubles.map(\.isEnd) == [true])
    }
  }

  @Test func noCapture() {
    #expect(records(Array("hello, world".utf8)).troubles.map(\.isEnd) == [true])
    #expect(records([]).troubles.map(\.isEnd) == [true])
    #expect(records([0x0A, 0x0D]).troubles.map(\.isEnd) == [true])
  }
}
