import Bytes
import TestSupport
import Testing

@Suite struct TextTests {
  @Test func hexBackAndForth() {
    #expect(Hex.bytes("00 fF:a0\n") == [0, 255, 160])
    #expect(Hex.bytes("0 0") == nil && Hex.bytes("0g") == nil && Hex.bytes("0") == nil)
    #expect(Hex.text([0, 255, 160], separator: ":") == "00:ff:a0")
  }

  @Test func addresses() {
    #expect(IPv4Address("192.0.2.1")?.value == 0xC000_0201)
    for text in ["192.0.2", "192.0.2.256", "192.0.2.1.", "+1.2.3.4", "1..2.3", "0001.2.3.4"] {
      #expect(IPv4Address(text) == nil, "\(text)")
    }
    #expect(IPv6Address(high: 0x2001_0DB8_0000_0000, low: 1).description == "2001:db8::1")
    #expect(IPv6Address(high: 0, low: 0).description == "::")
    #expect(
      IPv6Address(high: 0x0001_0000_0002_0000, low: 0x0000_0003_0000_0004).description == "1:0:2::3:0:4")
    #expect(IPv6Address(high: 0, low: 0xFFFF_C000_0201).description == "::ffff:192.0.2.1")
    #expect(MACAddress(0x0200_0000_000C).description == "02:00:00:00:00:0c")
  }

  @Test func checksum() {
    // The example of RFC 1071 section 3.
    let octets = hex("0001 f203 f4f5 f6f7")
    var sum = Checksum()
    unsafe sum.add(octets.span.bytes)
    #expect(sum.value == ~0xDDF2)
    sum.add(sum.value)
    #expect(sum.value == 0)
  }

  @Test func sequenceNumbersWrap() {
    let old = SequenceNumber(0xFFFF_FFF0), new = SequenceNumber(0x10)
    #expect(old < new && !(new < old) && old <= old)
    #expect(new.distance(from: old) == 32 && old + 32 == new)
  }

  @Test func durations() {
    #expect(
      Seconds.parse("1.5s") == 1_500_000_000 && Seconds.parse("20us") == 20_000 && Seconds.parse("0") == 0)
    #expect(Seconds.parse("5") == nil && Seconds.parse("s") == nil && Seconds.parse("99999999999s") == nil)
    #expect(
      Seconds.text(-1_234_567_890, decimals: 3) == "-1.234" && Seconds.text(5, decimals: 9) == "0.000000005")
    #expect(
      Seconds.words(12_300) == "12.3 us" && Seconds.words(200_000_000) == "200 ms" && Seconds.words(0) == "0")
  }

  @Test func stampsWrapInsteadOfTrapping() {
    let far = Timestamp(nanoseconds: .max)
    #expect(far.advanced(by: 1).nanoseconds == .min)
    #expect(far.since(Timestamp(nanoseconds: .min)) == -1)
  }

  @Test func writerIsTheInverseOfReader() throws {
    var writer = Writer()
    writer.write(0x0102 as UInt16)
    writer.writeLittle(0x0102_0304 as UInt32)
    writer.writeZeros(4)
    writer.patch(0x0A0B_0C0D, at: 6)
    #expect(writer.bytes == hex("0102 04030201 0a0b0c0d"))
    let bytes = writer.bytes
    var reader = unsafe Reader(bytes.span.bytes)
    let first = try reader.read(UInt16.self), second = try reader.readLittle(UInt32.self)
    var part = try reader.take(4)
    let third = try part.read24(), position = part.position, isDone = reader.isAtEnd
    #expect(first == 0x0102 && second == 0x0102_0304 && third == 0x0A0B0C && position == 9 && isDone)
  }
}
