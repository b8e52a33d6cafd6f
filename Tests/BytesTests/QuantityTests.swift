import Bytes
import Testing

@Suite struct QuantityTests {
  @Test(arguments: [
    ("4", 4), ("0x10", 16), ("2.5", 2.5), ("10%", 0.1), ("200ms", 0.2), ("1.5s", 1.5), (".5", 0.5),
    ("2m", 120),
  ])
  func numbersAreRead(text: String, value: Double) { #expect(Quantity.parse(text) == value) }

  @Test(arguments: ["", "-1", "x", "1 s", "1e9", "inf", "nan", "0xg", "%", "1.2.3", "5 %"])
  func otherTextIsNone(text: String) { #expect(Quantity.parse(text) == nil) }

  @Test func sharesAreFrom0To1() {
    #expect(Quantity.share("5%") == 0.05)
    #expect(Quantity.share("0.05") == 0.05)
    #expect(Quantity.share("100%") == 1)
    for text in ["1.1", "101%", "-0.1", "50ms", "", "nan"] { #expect(Quantity.share(text) == nil, "\(text)") }
  }

  @Test(arguments: [
    ("0", 0), ("9600", 9600), ("9600bit", 9600), ("64kbit", 64000), ("2.5mbit", 2_500_000),
    ("1gbit", 1_000_000_000), ("1000gbit", 1_000_000_000_000),
  ])
  func ratesAreBitsASecond(text: String, bits: Int64) { #expect(Quantity.bits(text) == bits) }

  @Test(arguments: ["", "mbit", "-1", "10Mbit", "1001gbit", "10 mbit", "10mbps", "1e5"])
  func otherTextIsNoRate(text: String) { #expect(Quantity.bits(text) == nil) }

  @Test func numbersAreWrittenShort() {
    #expect(Quantity.text(5) == "5")
    #expect(Quantity.text(0.2) == "0.2")
    #expect(Quantity.text(1.0 / 3) == "0.333333")
    #expect(Quantity.text(-2.5) == "-2.5")
    #expect(Quantity.text(.infinity) == "inf")
  }
}
