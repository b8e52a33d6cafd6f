import Bytes
import Testing
import TestSupport

@Suite struct ReaderTests {
  @Test func numbersAreBigEndian() throws {
    let bytes = hex("01 0203 04050607")
    var reader = Reader(unsafe bytes.span.bytes)
    let (first, second, third) = (
      try reader.read(UInt8.self), try reader.read(UInt16.self), try reader.read(UInt32.self)
    )
    let atEnd = reader.isAtEnd
    #expect(first == 1 && second == 0x0203 && third == 0x0405_0607 && atEnd)
  }

  @Test func shortReadMovesNothing() throws {
    let bytes = hex("0102")
    var reader = Reader(unsafe bytes.span.bytes, base: 40)
    do throws(ReadError) {
      _ = try reader.read(UInt32.self)
      Issue.record("a four-octet read of two octets did not fail")
    } catch {
      #expect(error == .truncated(needed: 4, available: 2, at: 40))
    }
    let position = reader.position
    #expect(position == 40)
  }
}
